"""A network of one's own: the example of the documents, by head, and all that can be wrong."""

import re

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import data.tables
from data.contracts_network import NETWORK_TABLES
from data.errors import InputError
from data.read_network import read_network
from data.read_network_csv import read_network_csv
from tests.conftest import ROOT
from tests.network_cases import dc_flows

PAGE = (ROOT / "docs" / "network.md").read_text(encoding="utf-8")
EXAMPLE = dict(
    zip(
        ("buses", "branches", "generators"),
        re.findall(r"^```csv\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE),
        strict=True,
    )
)


@pytest.fixture(autouse=True, scope="module")
def registered():
    """The contracts, also where nobody has registered them yet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data.tables, "CONTRACTS", {**data.tables.CONTRACTS, **NETWORK_TABLES})
        yield


def write(folder, **changes):
    for name, text in {**EXAMPLE, **changes}.items():
        if text is not None:
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def read(folder, **changes):
    return read_network_csv(write(folder, **changes))


def problems(folder, **changes):
    with pytest.raises(InputError) as caught:
        read(folder, **changes)
    return {(p.file.rpartition("/")[2], p.line, p.where, p.found) for p in caught.value.problems}


def test_the_example_of_the_page_carries_what_the_page_says(tmp_path):
    network = read(tmp_path)
    assert dc_flows(network) == pytest.approx([100, 100, 200])
    assert network.branches["x_pu"].to_list() == pytest.approx([0.1] * 3)
    assert network.branches["rating_mw"].to_list() == [200] * 3
    assert network.generators.loc["g1"].to_list() == ["", "north", 300, 0, 600, 8, True]
    assert network.buses["is_slack"].to_list() == [True, False, False]
    assert network.buses["lat"].isna().all()
    assert network.base_mva == 100


@pytest.mark.parametrize("name", ["buses", "branches", "generators"])
def test_the_page_names_the_columns_of_the_contract(name):
    part = PAGE[PAGE.index(f"## {name}.csv") :].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| ([^|]+) \| (.*) \|$", part, re.M)
    contract = NETWORK_TABLES[f"network_{name}"]
    assert [row[0] for row in rows] == list(contract.names)
    needs = {"must": (True, True), "may": (True, False), "unknown": (False, False)}
    for column, (_, needed, unit, holds) in zip(contract.columns, rows, strict=True):
        assert (column.filled, column.present) == needs[needed], column.name
        if needed == "may":
            assert holds.endswith(f"({column.default})"), column.name
        for end, word in {"_mw": "MW", "km": "km", "kv": "kV", "_deg": "degrees"}.items():
            assert not column.name.endswith(end) or unit.strip() == word, column.name


def test_without_generators(tmp_path):
    network = read(tmp_path, generators=None)
    assert network.generators.empty
    assert any("no generators" in note for note in network.notes)


def test_links_taps_and_what_is_not_known(tmp_path):
    branches = (
        "branch,from_bus,to_bus,kind,x_pu,x_ohm,ratio,shift_deg,km,in_service,rating_mw\n"
        "coupler,north,east,link,,,1,0,,true,\n"
        "pst,east,south,transformer,0.1,,1.05,-5,,TRUE,\n"
        "cap,north,south,line,,-7.5625,1,0,12,False,300\n"
    )
    network = read(tmp_path, branches=branches)
    found = network.branches
    assert found.loc["coupler", ["kind", "x_pu"]].to_list() == ["link", 0]
    assert found.loc["pst", ["ratio", "shift_deg"]].to_list() == [1.05, -5]
    assert found.loc["cap", "x_pu"] == pytest.approx(-0.01)
    assert found["in_service"].to_list() == [True, True, False]
    assert np.isnan(found.loc["pst", "rating_mw"])
    assert "1 branches have no rating" in network.notes
    assert any("negative reactance" in note for note in network.notes)


def test_every_fault_of_all_files_is_told_at_once(tmp_path):
    found = problems(
        tmp_path,
        buses="bus,kv,load_mw,is_slack\nnorth,275000,0,true\nnorth,275,x,true\neast,-66,1,maybe\n",
        branches=(
            "branch,from_bus,to_bus,x_ohm,x_pu,rating_mw,kind\n"
            "a,north,west,1,,-5,line\n"
            "b,north,east,1,1,1,line\n"
            "c,north,east,,,0,line\n"
            "c,north,east,0,,1,\n"
            "d,north,east,1,,1,link\n"
            "e,,east,one,,1,cable\n"
        ),
        generators="generator,bus,p_mw,min_mw,max_mw\ng,south,1,9,5\nh,east,,1,2\n",
    )
    # an empty kind is a fault of its own; line c of 5 has no reactance either
    assert found == {
        ("buses.csv", 2, "kv", "275000"),
        ("buses.csv", 3, "bus", "north"),
        ("buses.csv", 3, "load_mw", "x"),
        ("buses.csv", 4, "kv", "-66"),
        ("buses.csv", 4, "is_slack", "maybe"),
        ("branches.csv", 2, "branch a.to_bus", "west"),
        ("branches.csv", 2, "rating_mw", "-5"),
        ("branches.csv", 3, "branch b.x_ohm, x_pu", "both"),
        ("branches.csv", 4, "branch c.x_ohm, x_pu", "nothing"),
        ("branches.csv", 4, "rating_mw", "0"),
        ("branches.csv", 5, "branch", "c"),
        ("branches.csv", 5, "branch c.x_ohm, x_pu", "0"),
        ("branches.csv", 5, "kind", "an empty cell"),
        ("branches.csv", 6, "branch d.x_ohm, x_pu", "a reactance"),
        ("branches.csv", 7, "from_bus", "an empty cell"),
        ("branches.csv", 7, "x_ohm", "one"),
        ("branches.csv", 7, "kind", "cable"),
        ("generators.csv", 2, "generator g.bus", "south"),
        ("generators.csv", 2, "generator g.max_mw", "5, below min_mw 9"),
        ("generators.csv", 3, "p_mw", "an empty cell"),
    }


def test_volts_are_known_as_such(tmp_path):
    buses = EXAMPLE["buses"].replace("275", "66000")
    with pytest.raises(InputError, match="66 for 66,000 V"):
        read(tmp_path, buses=buses)


def test_missing_files_and_columns(tmp_path):
    found = problems(tmp_path, branches=None, buses="bus,voltage\nnorth,275\n")
    assert {row[2:] for row in found} == {
        ("kv", "no such column"),
        ("voltage", "a column this table does not have"),
        ("file", "no such file"),
    }


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(x_pu=st.floats(0.001, 10), kv=st.floats(1, 1200), load=st.floats(-1e4, 1e4))
def test_ohm_and_per_unit_say_the_same(tmp_path, x_pu, kv, load):
    buses = f"bus,kv,load_mw,is_slack\na,{kv!r},0,true\nb,{kv!r},{load!r},false\n"
    ohm = f"branch,from_bus,to_bus,x_ohm\nl,a,b,{x_pu * kv**2 / 100!r}\n"
    unit = f"branch,from_bus,to_bus,x_pu\nl,a,b,{x_pu!r}\n"
    generators = "generator,bus,p_mw\ng,a,1\n"
    one = read(tmp_path, buses=buses, branches=ohm, generators=generators)
    two = read(tmp_path, buses=buses, branches=unit, generators=generators)
    assert one.branches["x_pu"].to_list() == pytest.approx(two.branches["x_pu"].to_list())
    assert dc_flows(one) == pytest.approx([load], abs=1e-6)


def test_the_folder_and_any_file_in_it_are_the_network(tmp_path):
    folder = write(tmp_path)
    for path in (folder, folder / "buses.csv", folder / "branches.csv"):
        assert len(read_network(path).branches) == 3


def test_japanese_keys_in_the_encoding_of_excel(tmp_path):
    write(tmp_path)
    for name in EXAMPLE:
        path = tmp_path / f"{name}.csv"
        text = path.read_text(encoding="utf-8").replace("north", "新佐原変電所")
        path.write_bytes(text.encode("cp932"))
    assert read_network_csv(tmp_path).buses.index[0] == "新佐原変電所"
