"""Transformers of a pandapower file as series reactance, ratio and phase shift.

Formulas: pandapower documentation, "Transformer" and "Three Winding Transformer" (electric model,
T equivalent circuit as in its power flow by default).
"""

import numpy as np
import pandas as pd

from data.element_table import ABOVE_ZERO, Array, ElementTable, Flags
from data.network_parts import NetworkParts, branch_rows, bus_rows

UNLIMITED_MVA = (99999.0, 99.999)
"""What pandapower's converters write for a transformer without a limit: 99,999 MVA; before its
version 2, which counted in kVA, 99,999 kVA."""

TAPS = ("", "2")
SIDES = ("hv", "mv", "lv")


def add_transformers(
    parts: NetworkParts, table: ElementTable, bus_kv: pd.Series, is_open: Flags
) -> None:
    """Add the two-winding transformers.

    Parameters
    ----------
    parts : NetworkParts
        Grows.
    table : ElementTable
        `trafo`.
    bus_kv : Series, index bus
        Nominal voltages. [kV]
    is_open : bool array, shape (transformers,)
        An open switch stands at one of its ends.
    """
    hv, lv = table.buses("hv_bus", bus_kv.index), table.buses("lv_bus", bus_kv.index)
    windings = pd.DataFrame(
        {
            "key": [f"trafo {key}" for key in table.keys],
            "name": table.texts("name"),
            "hv_bus": hv,
            "lv_bus": lv,
            "base_hv_kv": bus_kv.reindex(hv).to_numpy(),
            "base_lv_kv": bus_kv.reindex(lv).to_numpy(),
            "vn_hv_kv": table.numbers("vn_hv_kv", bounds=ABOVE_ZERO),
            "vn_lv_kv": table.numbers("vn_lv_kv", bounds=ABOVE_ZERO),
            "vk": table.numbers("vk_percent"),
            "vkr": table.numbers("vkr_percent", 0.0),
            "sn_mva": table.numbers("sn_mva", bounds=ABOVE_ZERO),
            "pfe_kw": table.numbers("pfe_kw", 0.0),
            "i0": table.numbers("i0_percent", 0.0),
            "shift": table.numbers("shift_degree", 0.0),
            "parallel": table.numbers("parallel", 1.0, ABOVE_ZERO),
            "df": table.numbers("df", 1.0, ABOVE_ZERO),
            "r_hv": table.numbers("leakage_resistance_ratio_hv", 0.5),
            "x_hv": table.numbers("leakage_reactance_ratio_hv", 0.5),
            "in_service": table.flags("in_service", True) & ~is_open,
            **_taps(parts, table),
        }
    )
    _refuse_impossible(table, windings)
    several = int((windings["parallel"] > 1).sum())
    parts.note(several, "transformers stand for several in parallel; an outage takes all of them")
    _add(parts, windings)


def _refuse_impossible(table: ElementTable, windings: pd.DataFrame) -> None:
    vk, vkr = windings["vk"].abs().to_numpy(), windings["vkr"].abs().to_numpy()
    expected = "vk_percent above vkr_percent: the whole above its resistive part"
    table.refuse(np.flatnonzero(vkr >= vk), "no reactance", expected)


def add_three_winding(
    parts: NetworkParts,
    table: ElementTable,
    bus_kv: pd.Series,
    is_open: dict[str, Flags],
) -> None:
    """Add three-winding transformers as a star of three around a bus of their own.

    Parameters
    ----------
    parts, table, bus_kv
        As in `add_transformers`; the table is `trafo3w`.
    is_open : dict of bool arrays, shape (transformers,)
        An open switch stands at this side: hv, mv or lv.
    """
    if not len(table):
        return
    buses = {side: table.buses(f"{side}_bus", bus_kv.index) for side in SIDES}
    star = [f"trafo3w {key} star" for key in table.keys]
    star_kv = bus_kv.reindex(buses["hv"]).to_numpy()
    in_service = table.flags("in_service", True)
    parts.buses.append(bus_rows(star, name=star, kv=star_kv, in_service=in_service))
    parts.note(len(star), "three-winding transformers became stars with a bus in the middle")
    shared = _shared_of_three(table)
    vk, vkr, sn_mva = _star_percent(table)
    for place, side in enumerate(SIDES):
        at_hv = side == "hv"
        ends = (buses["hv"], star) if at_hv else (star, buses[side])
        low_kv = star_kv if at_hv else bus_kv.reindex(buses[side]).to_numpy()
        shift = 0.0 if at_hv else table.numbers(f"shift_{side}_degree", 0.0)
        own = {
            "key": [f"trafo3w {key} {side}" for key in table.keys],
            "hv_bus": ends[0],
            "lv_bus": ends[1],
            "base_hv_kv": star_kv,
            "base_lv_kv": low_kv,
            "vn_lv_kv": table.numbers(f"vn_{side}_kv", bounds=ABOVE_ZERO),
            "vk": vk[place],
            "vkr": vkr[place],
            "sn_mva": sn_mva[place],
            "shift": shift,
            "in_service": in_service & ~is_open[side],
        }
        # the losses without load stand at the high side, as pandapower's power flow has it
        losses = {} if at_hv else {"pfe_kw": 0.0, "i0": 0.0}
        _add(parts, _tapped_at(pd.DataFrame({**shared, **own, **losses}), side))


def _shared_of_three(table: ElementTable) -> dict[str, object]:
    taps = _taps_of_one(table, "")
    _refuse_star_taps(table, taps)
    return {
        "name": table.texts("name"),
        "vn_hv_kv": table.numbers("vn_hv_kv", bounds=ABOVE_ZERO),
        "pfe_kw": table.numbers("pfe_kw", 0.0),
        "i0": table.numbers("i0_percent", 0.0),
        "parallel": 1.0,
        "df": 1.0,
        "r_hv": 0.5,
        "x_hv": 0.5,
        **taps,
    }


def _refuse_star_taps(table: ElementTable, taps: dict[str, object]) -> None:
    moved = np.nan_to_num(np.asarray(taps["steps"], dtype=float)) != 0
    at_star = table.flags("tap_at_star_point", False) & moved
    fix = "Set tap_pos to tap_neutral, or give the tap at the terminal"
    table.refuse(np.flatnonzero(at_star), "a tap at the star point", "a tap at a terminal", fix)


def _tapped_at(windings: pd.DataFrame, side: str) -> pd.DataFrame:
    """The tap changer belongs to one winding; it stands at its outer end."""
    here = windings["side"] == side
    outer = "hv" if side == "hv" else "lv"
    return windings.assign(side=np.where(here, outer, ""))


def _star_percent(table: ElementTable) -> tuple[Array, Array, Array]:
    """Short-circuit voltages of the three pairs as those of the star. [% of own rating]"""
    sn = np.array([table.numbers(f"sn_{side}_mva", bounds=ABOVE_ZERO) for side in SIDES])
    vk = np.array([table.numbers(f"vk_{side}_percent") for side in SIDES])
    vkr = np.array([table.numbers(f"vkr_{side}_percent", 0.0) for side in SIDES])
    # hv holds the pair hv-mv, mv the pair mv-lv, lv the pair hv-lv, each on its smaller rating
    pair = np.array([np.minimum(sn[0], sn[1]), np.minimum(sn[1], sn[2]), np.minimum(sn[0], sn[2])])
    impossible = np.flatnonzero((np.abs(vkr) > np.abs(vk)).any(axis=0))
    table.refuse(impossible, "vkr above vk", "a resistive part below the whole")
    with np.errstate(all="ignore"):
        r_pair = vkr * sn[0] / pair
        x_pair = np.sqrt((vk * sn[0] / pair) ** 2 - r_pair**2)
        r, x = _star(r_pair) * sn / sn[0], _star(x_pair) * sn / sn[0]
    return np.sign(x) * np.hypot(x, r), r, sn


def _star(pair: Array) -> Array:
    hv_mv, mv_lv, hv_lv = pair
    return np.array([hv_mv + hv_lv - mv_lv, hv_mv + mv_lv - hv_lv, hv_lv + mv_lv - hv_mv]) / 2


def _taps(parts: NetworkParts, table: ElementTable) -> dict[str, object]:
    """Both tap changers; `tap_dependency_table` is refused."""
    tabular = table.flags("tap_dependency_table", False)
    fix = "Set tap_dependency_table to false and give vk_percent, shift_degree and taps themselves"
    table.refuse(
        np.flatnonzero(tabular), "values by tap position in a table", "values in the row", fix
    )
    taps: dict[str, object] = {}
    for tap in TAPS:
        taps |= _taps_of_one(table, tap)
    idle = (np.asarray(taps["kind"]) == "none") & (np.nan_to_num(np.asarray(taps["steps"])) != 0)
    parts.note(int(idle.sum()), "taps have no tap_changer_type and count as neutral")
    return taps


def _taps_of_one(table: ElementTable, tap: str) -> dict[str, object]:
    # an empty cell is a tap changer that is not there
    position = table.numbers(f"tap{tap}_pos", np.nan)
    neutral = table.numbers(f"tap{tap}_neutral", np.nan)
    percent = table.numbers(f"tap{tap}_step_percent", 0.0)
    degree = table.numbers(f"tap{tap}_step_degree", 0.0)
    kind = _kinds(table, tap)
    both = (kind == "ideal") & (percent != 0) & (degree != 0)
    expected = "tap_step_percent or tap_step_degree, not both"
    table.refuse(np.flatnonzero(both), "an ideal phase shifter with both", expected)
    return {
        f"side{tap}": table.texts(f"tap{tap}_side"),
        f"steps{tap}": position - neutral,
        f"percent{tap}": percent,
        f"degree{tap}": degree,
        f"kind{tap}": kind,
    }


def _kinds(table: ElementTable, tap: str) -> np.ndarray:
    """ratio, ideal (a pure phase shifter), none; refuses others."""
    if f"tap{tap}_changer_type" not in table:  # before pandapower 3
        return np.where(table.flags(f"tap{tap}_phase_shifter", False), "ideal", "ratio")
    known = {"ratio": "ratio", "symmetrical": "ratio", "ideal": "ideal", "": "none", "none": "none"}
    words = [word.lower() for word in table.texts(f"tap{tap}_changer_type")]
    other = [place for place, word in enumerate(words) if word not in known]
    table.refuse(other, "another tap_changer_type", "Ratio, Symmetrical or Ideal")
    return np.array([known.get(word, "none") for word in words], dtype=object)


def _add(parts: NetworkParts, windings: pd.DataFrame) -> None:
    with np.errstate(all="ignore"):
        columns = _electric(windings, parts.base_mva)
    rating = (windings["sn_mva"] * windings["parallel"] * windings["df"]).to_numpy()
    unlimited = windings["sn_mva"].isin(UNLIMITED_MVA).to_numpy()
    parts.note(int(unlimited.sum()), "transformers have 99,999 as rating, taken as none stated")
    parts.branches.append(
        branch_rows(
            windings["key"].to_list(),
            (windings["hv_bus"].to_list(), windings["lv_bus"].to_list()),
            "transformer",
            name=windings["name"].to_list(),
            rating_mw=np.where(unlimited, np.nan, rating),
            in_service=windings["in_service"].to_numpy(),
            **columns,
        )
    )


def _electric(windings: pd.DataFrame, base_mva: float) -> dict[str, Array]:
    """x_pu, ratio and shift_deg of two-winding transformers at their taps."""
    hv_kv, lv_kv = windings["vn_hv_kv"].to_numpy(float), windings["vn_lv_kv"].to_numpy(float)
    shift = windings["shift"].to_numpy(float)
    for tap in TAPS:
        if f"steps{tap}" in windings:
            hv_kv, lv_kv, shift = _at_tap(windings, tap, (hv_kv, lv_kv, shift))
    nominal = (windings["base_hv_kv"] / windings["base_lv_kv"]).to_numpy()
    x = _reactance(windings, lv_kv / windings["base_lv_kv"].to_numpy(), base_mva)
    return {"x_pu": x, "ratio": hv_kv / lv_kv / nominal, "shift_deg": shift}


def _at_tap(
    windings: pd.DataFrame, tap: str, now: tuple[Array, Array, Array]
) -> tuple[Array, Array, Array]:
    hv_kv, lv_kv, shift = now
    side, kind = windings[f"side{tap}"].to_numpy(), windings[f"kind{tap}"].to_numpy()
    steps = np.nan_to_num(windings[f"steps{tap}"].to_numpy(float))
    part = windings[f"percent{tap}"].to_numpy(float) / 100 * steps
    degree = windings[f"degree{tap}"].to_numpy(float)
    # an ideal shifter turns without changing the voltage, by degrees or by the length of the chord
    turn = np.where(degree != 0, steps * degree, 2 * np.rad2deg(np.arcsin(part / 2)))
    added = 1 + part * np.exp(1j * np.deg2rad(degree))
    sign = np.select([side == "hv", side == "lv"], [1.0, -1.0], 0.0)
    shift = shift + sign * np.select(
        [kind == "ideal", kind == "ratio"], [turn, np.rad2deg(np.angle(added))], 0.0
    )
    length = np.where(kind == "ratio", np.abs(added), 1.0)
    return (
        hv_kv * np.where(side == "hv", length, 1.0),
        lv_kv * np.where(side == "lv", length, 1.0),
        shift,
    )


def _reactance(windings: pd.DataFrame, lv_share: Array, base_mva: float) -> Array:
    """Reactance between the buses, T circuit turned into a triangle. [p.u. on `base_mva`]"""
    scale = lv_share**2 * base_mva / windings["sn_mva"].to_numpy() / windings["parallel"].to_numpy()
    z, r = windings["vk"].to_numpy() / 100 * scale, windings["vkr"].to_numpy() / 100 * scale
    x = np.sign(z) * np.sqrt(z**2 - r**2)
    sn, loss_mw = windings["sn_mva"].to_numpy(), windings["pfe_kw"].to_numpy() / 1e3
    magnetising = np.sqrt(np.maximum((windings["i0"].to_numpy() / 100 * sn) ** 2 - loss_mw**2, 0))
    shunt = (loss_mw - 1j * magnetising) * windings["parallel"].to_numpy() / base_mva / lv_share**2
    r_hv, x_hv = windings["r_hv"].to_numpy(), windings["x_hv"].to_numpy()
    z_hv, z_lv = r * r_hv + 1j * x * x_hv, r * (1 - r_hv) + 1j * x * (1 - x_hv)
    return np.imag(z_hv + z_lv + z_hv * z_lv * shunt)
