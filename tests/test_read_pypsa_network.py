"""PyPSA's folder of CSV files: by head, first snapshot, all faults of all files at once."""

import math

import numpy as np
import pytest

from data.errors import InputError, SourceUnavailableError
from data.read_network import read_network
from data.read_pypsa_network import read_pypsa_network
from tests.network_cases import dc_flows

SMALL = {
    "network.csv": "name,pypsa_version\nsmall,0.30\n",
    "buses.csv": (
        "name,v_nom,x,y,carrier\n千葉,275.0,140.1,35.6,AC\n東京,275.0,0,0,AC\n三,66.0,,,AC\n"
    ),
    "lines.csv": (
        "name,bus0,bus1,x,s_nom,length,num_parallel,s_max_pu\n"
        "1,千葉,東京,75.625,500.0,20.0,2.0,0.7\n2,千葉,東京,151.25,0.0,,,1.0\n"
    ),
    "transformers.csv": (
        "name,bus0,bus1,x,s_nom,tap_ratio,phase_shift\n1,東京,三,0.12,200.0,0.95,-30.0\n"
    ),
    "generators.csv": (
        "name,bus,control,p_nom,p_set,p_min_pu,p_max_pu,marginal_cost\n"
        "coal,千葉,Slack,600.0,100.0,0.3,,7.5\nsun,三,PQ,50.0,,,,\n"
    ),
    "loads.csv": "name,bus,p_set\nhome,三,120.0\nshop,東京,30.0\n",
}


def write(folder, **changes):
    files = {**SMALL, **{f"{name.replace('__', '-')}.csv": text for name, text in changes.items()}}
    for name, text in files.items():
        if text is not None:
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def read(folder, **changes):
    return read_pypsa_network(write(folder, **changes))


def problems(folder, **changes):
    with pytest.raises(InputError) as caught:
        read(folder, **changes)
    return {(p.file.rpartition("/")[2], p.line, p.where, p.found) for p in caught.value.problems}


def test_branches_by_head(tmp_path):
    network = read(tmp_path)
    lines = network.branches
    assert lines.index.to_list() == ["line 1", "line 2", "transformer 1"]
    # 275² / 100 = 756.25 ohm; num_parallel counts only for standard types, as PyPSA says
    assert lines["x_pu"].to_list() == pytest.approx([0.1, 0.2, 0.12 * 100 / 200])
    assert lines["rating_mw"].to_list()[0::2] == [500, 200]
    assert np.isnan(lines.loc["line 2", "rating_mw"])
    assert lines.loc["transformer 1", ["ratio", "shift_deg"]].to_list() == [0.95, -30]
    assert lines["km"].isna().to_list() == [False, True, True]
    assert "1 branches have no rating" in network.notes
    assert any("s_max_pu" in note for note in network.notes)


def test_flows_by_head(tmp_path):
    # 100 MW of the load of 150 come from coal's bus, the slack adds 50: 2 to 1 over the two lines
    assert dc_flows(read(tmp_path)) == pytest.approx([100, 50, 120])


def test_injections_and_places(tmp_path):
    network = read(tmp_path)
    gens = network.generators
    assert gens.loc["generator coal", ["p_mw", "min_mw", "max_mw"]].to_list() == [100, 180, 600]
    assert gens.loc["generator sun", ["p_mw", "min_mw", "max_mw"]].to_list() == [0, 0, 50]
    assert gens["cost_per_mwh"].to_list() == [7.5, 0]
    assert network.buses["load_mw"].to_list() == [0, 30, 120]
    assert network.buses["is_slack"].to_list() == [True, False, False]
    assert network.buses["lat"].isna().to_list() == [False, True, True]
    assert network.assumed.empty


def test_the_first_snapshot_counts(tmp_path):
    series = "snapshot,{}\n2030-01-01 00:00:00,{}\n2030-01-01 01:00:00,1\n"
    network = read(
        tmp_path,
        loads__p_set=series.format("home", "77"),
        generators__p=series.format("sun", "9"),
        generators__p_max_pu=series.format("sun", "0.5"),
    )
    assert network.buses["load_mw"].to_list() == [0, 30, 77]
    # coal has a p_set, so the dispatch is not taken
    assert network.generators["p_mw"].to_list() == [100, 0]
    assert network.generators["max_mw"].to_list() == [600, 25]
    assert any("2030-01-01 00:00:00" in note for note in network.notes)


def test_the_dispatch_of_a_solved_network_where_nothing_is_set(tmp_path):
    generators = "name,bus,p_nom\ncoal,千葉,600\nsun,三,50\n"
    dispatch = "snapshot,coal,sun\n0,140,10\n1,0,0\n"
    network = read(tmp_path, generators=generators, generators__p=dispatch)
    assert network.generators["p_mw"].to_list() == [140, 10]


def test_links_storage_shunts_and_other_carriers(tmp_path):
    buses = SMALL["buses.csv"] + "gas,1.0,,,gas\n"
    network = read(
        tmp_path,
        buses=buses,
        links="name,bus0,bus1,p_set,efficiency\nhvdc,千葉,三,40,0.9\nchp,gas,三,10,0.5\n",
        storage_units="name,bus,p_nom,p_set\npumped,東京,30,-20\n",
        shunt_impedances="name,bus,g\ns,三,0.001\n",
        stores="name,bus\ncavern,gas\n",
        generators=SMALL["generators.csv"] + "well,gas,,9,,,,\n",
    )
    assert network.buses.index.to_list() == ["千葉", "東京", "三"]
    assert network.buses["load_mw"].to_list() == pytest.approx(
        [40, 30, 120 - 36 - 5 + 0.001 * 66**2]
    )
    unit = network.generators.loc["storage pumped", ["p_mw", "min_mw", "max_mw"]]
    assert unit.to_list() == [-20, -30, 30]
    assert "generator well" not in network.generators.index


def test_islands_without_slack_get_one_and_say_so(tmp_path):
    buses = SMALL["buses.csv"] + "far,66,,,AC\nend,66,,,AC\n"
    network = read(
        tmp_path,
        buses=buses,
        lines=SMALL["lines.csv"] + "3,far,end,1,1,,,1\n",
        generators="name,bus\nsun,三\nwind,end\n",
    )
    assert network.buses.index[network.buses["is_slack"]].to_list() == ["三", "end"]
    assert network.assumed["key"].to_list() == ["三", "end"]
    assert any("got one by PyPSA's rule" in note for note in network.notes)


def test_every_fault_of_every_file_is_told_at_once(tmp_path):
    found = problems(
        tmp_path,
        buses="name,v_nom\na,275000\na,66\nb,tall\n",
        lines="name,bus0,bus1,x,s_nom,type\n1,a,c,0,100,Al/St 240\n2,a,b,1,-5,\n",
        transformers="name,bus0,bus1,x\n1,a,b,0.1\n",
        generators="name,bus,p_nom,p_min_pu,p_max_pu\ng,z,10,0.9,0.1\n",
        loads="name,bus,p_set\nl,a,much\n",
        loads__p_set="snapshot,l\nnow,plenty\n",
    )
    assert found == {
        ("buses.csv", 3, "buses a", "twice"),
        ("buses.csv", 2, "buses a.v_nom", "275000"),
        ("buses.csv", 4, "buses b.v_nom", "tall"),
        ("lines.csv", 2, "lines 1.bus1", "c"),
        ("lines.csv", None, "lines 1", "no reactance"),
        ("lines.csv", 3, "lines 2.s_nom", "-5"),
        ("transformers.csv", None, "transformers.s_nom", "no such column"),
        ("generators.csv", 2, "generators g.bus", "z"),
        ("generators.csv", None, "generators g", "p_min_pu above p_max_pu"),
        ("loads.csv", 2, "loads l.p_set", "much"),
        ("loads-p_set.csv", 2, "l", "plenty"),
    }


def test_x_of_standard_types_must_be_in_the_file(tmp_path):
    lines = "name,bus0,bus1,type,length\n1,千葉,東京,Al/St 240/40 2-bundle 220.0,30\n"
    with pytest.raises(InputError, match="calculate_dependent_values"):
        read(tmp_path, lines=lines)


def test_missing_voltages_are_told(tmp_path):
    network = read(tmp_path, buses="name\n千葉\n東京\n三\n")
    assert network.buses["kv"].to_list() == [1, 1, 1]
    assert any("default voltage of 1 kV" in note for note in network.notes)


def test_endless_ratings_are_none(tmp_path):
    network = read(tmp_path, lines="name,bus0,bus1,x,s_nom\n1,千葉,東京,1,inf\n")
    assert math.isnan(network.branches.loc["line 1", "rating_mw"])


@pytest.mark.parametrize("name", ["buses.csv", None, "lines.csv"])
def test_the_folder_is_known_by_what_is_in_it(tmp_path, name):
    folder = write(tmp_path)
    assert len(read_network(folder / name if name else folder).branches) == 3


@pytest.mark.parametrize(
    ("name", "start", "words"),
    [
        ("net.nc", b"\x89HDF\r\n\x1a\n", "export_to_csv_folder"),
        ("net", b"CDF\x01", "export_to_csv_folder"),
        ("net.h5", b"", "export_to_csv_folder"),
        ("net.p", b"\x80\x04", "to_json"),
        ("net.xlsx", b"PK\x03\x04", "to_json"),
        ("net.mat", b"MATLAB 5.0", "savecase"),
        ("net.docx", b"hello", "network.md"),
    ],
)
def test_other_forms_are_refused_with_the_way_out(tmp_path, name, start, words):
    (tmp_path / name).write_bytes(start)
    with pytest.raises(InputError, match=words):
        read_network(tmp_path / name)


def test_what_is_not_there_is_not_there(tmp_path):
    with pytest.raises(SourceUnavailableError):
        read_network(tmp_path / "none.json")
    with pytest.raises(InputError, match="no buses"):
        read_network(tmp_path)
    with pytest.raises(InputError, match=r"buses\.csv"):
        read_pypsa_network(tmp_path)
