"""pandapower's JSON: by head, and against pandapower's own matrices where it is installed."""

import json
import math
import subprocess
import time

import numpy as np
import pytest

from data.errors import InputError
from data.read_network import read_network
from data.read_pandapower import read_pandapower
from tests.conftest import ROOT
from tests.network_cases import FLOWS9, FLOWS14, dc_flows

PEER = ROOT / ".venv-peers" / "bin" / "python"
PEER_SCRIPT = ROOT / "tests" / "inputs" / "pandapower_peer.py"


def table(columns, *rows):
    words = columns.split()
    index = list(range(len(rows)))
    content = {"columns": words, "index": index, "data": rows}
    frame = {"_module": "pandas.core.frame", "_class": "DataFrame", "orient": "split"}
    return {**frame, "_object": json.dumps(content), "dtype": {}}


LINE = "name from_bus to_bus length_km x_ohm_per_km max_i_ka df parallel in_service"
TRAFO = (
    "hv_bus lv_bus sn_mva vn_hv_kv vn_lv_kv vk_percent vkr_percent shift_degree tap_side "
    "tap_neutral tap_pos tap_step_percent tap_step_degree tap_changer_type parallel in_service"
)
TRAFO_ROW = [1, 2, 100.0, 275.0, 66.0, 13.0, 5.0, 30.0, "hv", 0, 2, 5.0, None, "Ratio", 2, True]


def small():
    """Two 275 kV buses, one of 66 kV, a coupler to a fourth."""
    buses = ([1, 275.0, True], [2, 275.0, True], [3, 66.0, True], ["四", 66.0, True])
    return {
        "sn_mva": 10.0,
        "bus": table("name vn_kv in_service", *buses),
        "line": table(LINE, ["千葉線", 0, 1, 20.0, 0.3, 2.0, 0.9, 2, True]),
        "trafo": table(TRAFO, TRAFO_ROW),
        "switch": table("bus element et closed", [2, 3, "b", True]),
        "load": table("bus p_mw scaling in_service", [3, 50.0, 1.2, True], [3, 9.0, 1.0, False]),
        "ext_grid": table("bus in_service", [0, True]),
    }


def write(folder, tables, name="net.json"):
    path = folder / name
    net = {"_module": "pandapower.auxiliary", "_class": "pandapowerNet", "_object": tables}
    path.write_text(json.dumps(net, ensure_ascii=False), encoding="utf-8")
    return path


def read(folder, **changes):
    return read_pandapower(write(folder, {**small(), **changes}))


def problems(folder, **changes):
    with pytest.raises(InputError) as caught:
        read(folder, **changes)
    return {(p.where, p.found) for p in caught.value.problems}


def test_a_line_by_head(tmp_path):
    network = read(tmp_path)
    line = network.branches.loc["line 0"]
    assert line["name"] == "千葉線"
    assert line["x_pu"] == pytest.approx(0.3 * 20 / 2 / (275**2 / 10))
    assert line["rating_mw"] == pytest.approx(2.0 * 275 * math.sqrt(3) * 0.9 * 2)
    assert line["km"] == 20
    assert (line["from_bus"], line["to_bus"], line["kind"]) == ("0", "1", "line")
    assert network.base_mva == 10
    assert network.buses.loc["3", ["name", "load_mw", "kv"]].to_list() == ["四", 60, 66]
    assert any("in parallel" in note for note in network.notes)


def test_a_transformer_by_head(tmp_path):
    trafo = read(tmp_path).branches.loc["trafo 0"]
    assert trafo["x_pu"] == pytest.approx(math.sqrt(0.13**2 - 0.05**2) * 10 / 100 / 2)
    assert trafo["ratio"] == pytest.approx(1.1)  # two steps of 5 %
    assert trafo["shift_deg"] == 30
    assert trafo["rating_mw"] == 200
    low = [*TRAFO_ROW[:8], "lv", *TRAFO_ROW[9:]]
    trafo = read(tmp_path, trafo=table(TRAFO, low)).branches.loc["trafo 0"]
    assert trafo["ratio"] == pytest.approx(1 / 1.1)
    assert trafo["x_pu"] == pytest.approx(0.12 * 10 / 100 / 2 * 1.1**2)
    ideal = [*TRAFO_ROW[:11], 0.0, 1.5, "Ideal", *TRAFO_ROW[14:]]
    trafo = read(tmp_path, trafo=table(TRAFO, ideal)).branches.loc["trafo 0"]
    assert (trafo["ratio"], trafo["shift_deg"]) == (1, 33)


def test_switches_and_what_is_behind_them(tmp_path):
    network = read(tmp_path)
    assert network.branches.loc["switch 0", ["kind", "x_pu"]].to_list() == ["link", 0]
    opened = table("bus element et closed", [2, 3, "b", False], [1, 0, "l", False])
    network = read(tmp_path, switch=opened)
    assert not network.branches.loc["switch 0", "in_service"]
    assert not network.branches.loc["line 0", "in_service"]
    assert network.branches.loc["trafo 0", "in_service"]
    nowhere = table("bus element et closed", [1, 77, "l", False])
    assert problems(tmp_path, switch=nowhere) == {("switch at line 77", "77")}


def test_a_star_of_three_windings_by_head(tmp_path):
    columns = (
        "hv_bus mv_bus lv_bus sn_hv_mva sn_mv_mva sn_lv_mva vn_hv_kv vn_mv_kv vn_lv_kv "
        "vk_hv_percent vk_mv_percent vk_lv_percent shift_mv_degree shift_lv_degree in_service"
    )
    row = [0, 2, 3, 300.0, 300.0, 100.0, 275.0, 66.0, 66.0, 12.0, 6.0, 5.0, 0.0, 30.0, True]
    opened = table("bus element et closed", [3, 0, "t3", False])
    network = read(tmp_path, trafo3w=table(columns, row), switch=opened)
    star = network.branches.loc[[f"trafo3w 0 {side}" for side in ("hv", "mv", "lv")]]
    # on 300 MVA the pairs are 12, 18 (6 on 100) and 15 %: the star has 4.5, 7.5 and 10.5 %
    assert star["x_pu"].to_list() == pytest.approx([0.045 / 30, 0.075 / 30, 0.105 / 30])
    assert star["rating_mw"].to_list() == [300, 300, 100]
    assert star["in_service"].to_list() == [True, True, False]
    assert star["shift_deg"].to_list() == [0, 0, 30]
    assert "trafo3w 0 star" in network.buses.index


def test_what_feeds_and_what_costs(tmp_path):
    gen = table("bus p_mw scaling slack min_p_mw max_p_mw", [1, 50.0, 0.5, True, 10.0, 80.0])
    sgen = table("bus p_mw scaling", [2, 8.0, 1.0])
    cost = table("element et cp1_eur_per_mw cp2_eur_per_mw2", [0, "gen", 3.0, 0.1])
    network = read(tmp_path, gen=gen, sgen=sgen, poly_cost=cost)
    gens = network.generators
    assert gens.loc["gen 0", ["p_mw", "min_mw", "max_mw"]].to_list() == [25, 10, 80]
    assert gens.loc["gen 0", "cost_per_mwh"] == pytest.approx(3 + 2 * 0.1 * 25)
    assert gens.loc["sgen 0", ["p_mw", "min_mw", "max_mw"]].to_list() == [8, 8, 8]
    assert np.isnan(gens.loc["sgen 0", "cost_per_mwh"])
    assert network.buses.index[network.buses["is_slack"]].to_list() == ["0", "1"]


def test_what_draws(tmp_path):
    network = read(
        tmp_path,
        load=table("bus p_mw", [0, 1.0]),
        shunt=table("bus p_mw step vn_kv", [0, 2.0, 3, 550.0]),
        ward=table("bus ps_mw pz_mw", [1, 4.0, 5.0]),
        storage=table("bus p_mw scaling", [2, -7.0, 1.0]),
        dcline=table("from_bus to_bus p_mw loss_percent loss_mw", [2, 3, 100.0, 2.0, 1.0]),
    )
    assert network.buses["load_mw"].to_list() == [1 + 2 * 3 * 0.25, 9, 93, -97]


def test_no_limit_is_not_a_limit(tmp_path):
    lines = [["a", 0, 1, 1.0, 0.3, ka, 1.0, 1, True] for ka in (0.0, None, 99999.0, 1.0)]
    trafo = [*TRAFO_ROW[:2], 99999.0, *TRAFO_ROW[3:]]
    network = read(tmp_path, line=table(LINE, *lines), trafo=table(TRAFO, trafo))
    lines = network.branches.filter(like="line", axis="index")
    assert lines["rating_mw"].isna().to_list() == [True, True, True, False]
    assert np.isnan(network.branches.loc["trafo 0", "rating_mw"])
    assert "4 branches have no rating" in network.notes


def test_places_in_japan_and_drawings(tmp_path):
    point = json.dumps({"type": "Point", "coordinates": [140.1, 35.6]})
    drawn = json.dumps({"type": "Point", "coordinates": [-2.1, 0.3]})
    bus = table(
        "vn_kv geo zone",
        [275.0, point, "tokyo"],
        [275.0, drawn, None],
        [66.0, "no", 1.0],
        [66.0, "[" * 99999, "x"],
    )
    network = read(tmp_path, bus=bus)
    assert network.buses.loc["0", ["lat", "lon", "area"]].to_list() == [35.6, 140.1, "tokyo"]
    assert network.buses["lat"].isna().to_list() == [False, True, True, True]
    assert "1 bus positions are outside Japan and not taken" in network.notes
    old = table("x y", [140.1, 35.6])
    assert read(tmp_path, bus_geodata=old).buses.loc["0", "lat"] == 35.6


def test_every_fault_is_told_at_once(tmp_path):
    bus = table("name vn_kv in_service", ["a", 275000.0, True], ["b", -1, "perhaps"])
    line = table(
        LINE,
        ["x", 0, 9, 1.0, "much", -2.0, 1.0, 1, True],
        ["y", 0, 1, 1.0, 0.0, 1.0, 1.0, 0, True],
    )
    trafo = [*TRAFO_ROW[:5], 4.0, *TRAFO_ROW[6:]]
    load = table("bus p_kw", [0, 5.0])
    found = problems(
        tmp_path,
        sn_mva="ten",
        bus=bus,
        line=line,
        trafo=table(TRAFO, trafo),
        switch=table("bus element et closed", [0, 0, "q", True]),
        load=load,
        motor=table("bus in_service", [0, True], [0, False]),
    )
    assert found == {
        ("sn_mva", "ten"),
        ("bus 0.vn_kv", "275000"),
        ("bus 1.vn_kv", "-1"),
        ("bus 1.in_service", "perhaps"),
        ("line 0.to_bus", "9"),
        ("line 0.x_ohm_per_km", "much"),
        ("line 0.max_i_ka", "-2"),
        ("line 1.parallel", "0"),
        ("trafo 0.lv_bus", "2"),
        ("trafo 0", "no reactance"),
        ("switch 0", "another et"),
        ("load.p_mw", "no such column"),
        ("motor 0", "a motor, which has no counterpart in a DC network"),
    }


def test_double_ids_and_tables_by_tap_are_refused(tmp_path):
    tables = small()
    content = json.loads(tables["bus"]["_object"])
    content["index"] = [0, 1, 2, 2]
    tables["bus"]["_object"] = json.dumps(content)
    with pytest.raises(InputError) as caught:
        read_pandapower(write(tmp_path, tables))
    assert ("bus 2", "twice") in {(p.where, p.found) for p in caught.value.problems}
    trafo = table(TRAFO + " tap_dependency_table", [*TRAFO_ROW, True])
    assert problems(tmp_path, trafo=trafo) == {("trafo 0", "values by tap position in a table")}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1, 2]",
        '{"bus": {}}',
        '{"_object": {"bus": {"_class": "DataFrame", "_object": "{"}}}',
        '{"_object": {"bus": {"_class": "DataFrame", "_object": {"columns": 3}}}}',
        '{"_object": {"bus": {"_module": "os", "_class": "system", "_object": "true"}}}',
        "[" * 200_000,
        '{"_object": {"sn_mva": ' + "9" * 5000 + "}}",
    ],
)
def test_other_and_hostile_json_is_refused(tmp_path, text):
    path = tmp_path / "net.json"
    path.write_text(text)
    with pytest.raises(InputError):
        read_pandapower(path)


def test_no_buses_are_no_network(tmp_path):
    with pytest.raises(InputError, match="at least one bus"):
        read_pandapower(write(tmp_path, {"bus": table("name vn_kv")}))


def test_records_are_read_as_well(tmp_path):
    tables = small()
    rows = json.loads(tables["bus"]["_object"])
    records = [dict(zip(rows["columns"], row, strict=True)) for row in rows["data"]]
    tables["bus"] |= {"_object": json.dumps(records), "orient": "records"}
    split, wanted = read_pandapower(write(tmp_path, tables)), read(tmp_path)
    assert split.buses.equals(wanted.buses)


@pytest.fixture(scope="module")
def peer(tmp_path_factory):
    """Cases and a made network, exported by pandapower with its own matrices."""
    if not PEER.exists():
        pytest.skip("no environment with pandapower on this machine")
    folder = tmp_path_factory.mktemp("peer")
    command = [PEER, "-W", "ignore", PEER_SCRIPT, folder]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if "No module named" in done.stderr:
        pytest.skip("pandapower is not installed in the environment of peers")
    assert done.returncode == 0, done.stderr
    return folder


CASES = ("case9", "case14", "case30", "case118", "case2869pegase", "made")


@pytest.mark.parametrize("case", CASES)
def test_every_element_is_as_in_pandapowers_own_matrices(peer, case):
    network = read_network(peer / f"{case}.json")
    expected = json.loads((peer / f"{case}.expected").read_text())
    branches = network.branches.loc[expected["branches"]]
    assert branches["x_pu"].to_list() == pytest.approx(expected["x"], rel=1e-9)
    assert branches["ratio"].to_list() == pytest.approx(expected["ratio"], rel=1e-9)
    assert branches["shift_deg"].to_list() == pytest.approx(expected["shift"], abs=1e-9)
    assert network.base_mva == expected["base_mva"]
    injected = -network.buses["load_mw"]
    gens = network.generators[network.generators["in_service"]].groupby("bus")["p_mw"].sum()
    injected = injected.add(gens, fill_value=0.0)[list(expected["injected_mw"])]
    free = ~network.buses.loc[injected.index, "is_slack"].to_numpy()
    wanted = np.array(list(expected["injected_mw"].values()))
    assert injected.to_numpy()[free] == pytest.approx(wanted[free], abs=1e-6)


@pytest.mark.parametrize("case", [case for case in CASES if "pegase" not in case])
def test_the_flows_are_pandapowers(peer, case):
    network = read_network(peer / f"{case}.json")
    expected = json.loads((peer / f"{case}.expected").read_text())
    flows = dict(zip(network.branches.index, dc_flows(network), strict=True))
    found = [flows[branch] for branch in expected["branches"]]
    assert found == pytest.approx(expected["flow_mw"], abs=1e-6)


@pytest.mark.parametrize(("case", "flows"), [("case9", FLOWS9), ("case14", FLOWS14)])
def test_known_flows(peer, case, flows):
    found = dc_flows(read_network(peer / f"{case}.json"))
    assert sorted(np.abs(found)) == pytest.approx(sorted(np.abs(flows)), abs=1e-3)


def test_2869_buses_are_read_in_two_seconds(peer):
    start = time.perf_counter()
    network = read_network(peer / "case2869pegase.json")
    assert time.perf_counter() - start < 2
    assert len(network.buses) == 2869
    assert len(network.branches) == 4582
