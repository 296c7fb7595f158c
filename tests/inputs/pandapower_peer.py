"""Run by the environment of peers: networks with pandapower's own DC matrices beside them.

pandapower is imported inside: the environment of the tests, which looks for doctests here too, does
not have it.
"""

import json
import sys
from pathlib import Path

import numpy as np


def made(pp):
    """A network with all that can be wrong about a branch: taps, shifts, losses, three windings."""
    random = np.random.default_rng(5)
    net = pp.create_empty_network(sn_mva=100)
    kv = [500.0, 500, 275, 275, 66, 66, 500, 275]
    bus = [pp.create_bus(net, vn_kv=each) for each in kv]
    pp.create_ext_grid(net, bus[0])
    for start, end in ((0, 1), (1, 6), (2, 3), (4, 5), (3, 7)):
        pp.create_line_from_parameters(
            net,
            bus[start],
            bus[end],
            length_km=float(random.uniform(5, 80)),
            r_ohm_per_km=0.02,
            x_ohm_per_km=float(random.uniform(0.2, 0.4)),
            c_nf_per_km=10,
            max_i_ka=2,
            df=0.9,
            parallel=int(random.integers(1, 4)),
        )
    kinds = ("Ratio", "Symmetrical", "Ideal", "Ratio", None)
    for number, kind in enumerate(kinds):
        pp.create_transformer_from_parameters(
            net,
            bus[number % 2],
            bus[2 + number % 2],
            sn_mva=300 + 50 * number,
            vn_hv_kv=500 + 5 * number,
            vn_lv_kv=275 - 2 * number,
            vk_percent=12 + number,
            vkr_percent=0.4,
            pfe_kw=150,
            i0_percent=0.3,
            shift_degree=30 * (number % 2),
            tap_side=("hv", "lv")[number % 2],
            tap_neutral=1,
            tap_pos=4 - 2 * number,
            tap_step_percent=0 if kind == "Ideal" else 1.25,
            tap_step_degree=2 if kind == "Ideal" else (60 if kind == "Symmetrical" else 0),
            tap_changer_type=kind,
            parallel=1 + number % 2,
        )
    for side, kind in (("hv", "Ratio"), ("lv", "Ratio"), ("mv", "Ideal")):
        pp.create_transformer3w_from_parameters(
            net,
            bus[1],
            bus[3],
            bus[4],
            vn_hv_kv=510,
            vn_mv_kv=270,
            vn_lv_kv=66,
            sn_hv_mva=400,
            sn_mv_mva=300,
            sn_lv_mva=120,
            vk_hv_percent=12,
            vk_mv_percent=9,
            vk_lv_percent=11,
            vkr_hv_percent=0.3,
            vkr_mv_percent=0.4,
            vkr_lv_percent=0.5,
            pfe_kw=200,
            i0_percent=0.2,
            shift_lv_degree=30,
            tap_side=side,
            tap_neutral=0,
            tap_pos=-3,
            tap_step_percent=0 if kind == "Ideal" else 1.5,
            tap_step_degree=1 if kind == "Ideal" else 0,
            tap_changer_type=kind,
        )
    pp.create_impedance(net, bus[6], bus[1], rft_pu=0.01, xft_pu=0.2, sn_mva=250)
    pp.create_impedance(net, bus[7], bus[2], rft_pu=0.01, xft_pu=-0.05, sn_mva=250)
    pp.create_load(net, bus[5], p_mw=120, scaling=0.7)
    pp.create_load(net, bus[5], p_mw=50, in_service=False)
    pp.create_sgen(net, bus[4], p_mw=30, scaling=0.5)
    pp.create_gen(net, bus[3], p_mw=80, scaling=1.1)
    pp.create_storage(net, bus[2], p_mw=-15, max_e_mwh=9)
    pp.create_ward(net, bus[7], ps_mw=5, qs_mvar=0, pz_mw=3, qz_mvar=0)
    pp.create_shunt(net, bus[6], q_mvar=0, p_mw=4, vn_kv=480, step=2)
    pp.create_dcline(net, bus[6], bus[7], 60, 2, 1, 1, 1)
    pp.create_dcline(net, bus[1], bus[2], -40, 2, 1, 1, 1)
    return net


def expected(pp, net):
    """Branches as in the arrays of the DC power flow, injections by bus."""
    pp.rundcpp(net)
    branch = net._ppc["branch"].real
    named, rows = [], []
    for name, (start, end) in net._pd2ppc_lookups["branch"].items():
        keys = [f"{name} {key}" for key in net[name].index]
        if name == "trafo3w":
            keys = [f"{key} {side}" for side in ("hv", "mv", "lv") for key in keys]
        named += keys
        rows += range(start, end)
    ratio = branch[rows, 8]
    injected = -net.res_bus.p_mw
    for end in ("from", "to") if len(net.dcline) else ():
        at = net.dcline[f"{end}_bus"].map(injected.index.get_loc).to_numpy()
        np.subtract.at(injected.values, at, net.res_dcline[f"p_{end}_mw"].to_numpy())
    return {
        "base_mva": net.sn_mva,
        "branches": named,
        "x": branch[rows, 3].tolist(),
        "ratio": np.where(ratio == 0, 1, ratio).tolist(),
        "shift": branch[rows, 9].tolist(),
        "injected_mw": {str(bus): mw for bus, mw in injected.items()},
        "flow_mw": branch[rows, 13].tolist(),
    }


def main(folder):
    import pandapower as pp
    import pandapower.networks as networks

    names = ("case9", "case14", "case30", "case118", "case2869pegase")
    nets = {name: getattr(networks, name)() for name in names} | {"made": made(pp)}
    for name, net in nets.items():
        pp.to_json(net, str(folder / f"{name}.json"))
        (folder / f"{name}.expected").write_text(json.dumps(expected(pp, net)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
