"""MATPOWER cases: read as they stand, nothing computed, all faults with their line."""

import gzip

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.network import BRANCH_COLUMNS, BUS_COLUMNS, GENERATOR_COLUMNS
from data.read_matpower import read_matpower
from data.read_network import read_network
from tests.network_cases import CASE9, FLOWS9, FLOWS14, case14, dc_flows


def read(text, folder):
    path = folder / "case.m"
    path.write_text(text, encoding="utf-8")
    return read_matpower(path)


def problems(text, folder):
    with pytest.raises(InputError) as caught:
        read(text, folder)
    return caught.value.problems


def branch(number):
    return next(line for line in CASE9.splitlines() if line.startswith(number))


def test_the_nine_buses_carry_what_they_are_known_to_carry(tmp_path):
    network = read(CASE9, tmp_path)
    assert dc_flows(network) == pytest.approx(FLOWS9, abs=1e-4)
    assert network.base_mva == 100
    assert tuple(network.buses) == BUS_COLUMNS
    assert tuple(network.branches) == BRANCH_COLUMNS
    assert tuple(network.generators) == GENERATOR_COLUMNS
    assert network.branches.loc["branch 3", "rating_mw"] == 150
    assert network.buses.index[network.buses["is_slack"]].to_list() == ["1"]
    assert network.generators.loc["gen 2", ["min_mw", "max_mw"]].to_list() == [10, 300]


def test_the_fourteen_buses_with_their_taps_do_too(tmp_path):
    network = read(case14(), tmp_path)
    assert dc_flows(network) == pytest.approx(FLOWS14, abs=1e-4)
    assert (network.branches["kind"] == "transformer").sum() == 3
    assert network.branches["rating_mw"].isna().all()
    assert network.buses["kv"].isna().all()
    assert "20 branches have no rating" in network.notes
    assert "14 buses have no nominal voltage" in network.notes


def test_marginal_cost_is_the_slope_at_the_set_point(tmp_path):
    cost = read(CASE9, tmp_path).generators["cost_per_mwh"].to_list()
    assert cost == pytest.approx([5 + 2 * 0.11 * 72.3, 1.2 + 2 * 0.085 * 163, 1 + 2 * 0.1225 * 85])
    pieces = CASE9.replace(
        "2	2000	0	3	0.085	1.2	600", "1 0 0 3 0 0 100 1000 300 5000"
    )
    assert read(pieces, tmp_path).generators["cost_per_mwh"].iloc[1] == pytest.approx(20)
    without = CASE9[: CASE9.index("mpc.gencost")]
    assert read(without, tmp_path).generators["cost_per_mwh"].isna().all()


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cell=st.sampled_from([" ", "\t", ", ", "  ,"]),
    row=st.sampled_from([";\n", "\n", "; ", ";\n\n% a row\n", " ;...  joined\n"]),
    comment=st.sampled_from(["", "%{\nmpc.baseMVA = 7;\n%}\n", "% mpc.bus = [\n"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_the_way_it_is_written_does_not_matter(tmp_path, cell, row, comment, end):
    text = CASE9.replace(";\n\t", row + "\t").replace("\t", cell)
    text = (comment + text).replace("\n", end)
    written, plain = read(text, tmp_path), read(CASE9, tmp_path)
    for name in ("buses", "branches", "generators"):
        assert getattr(written, name).equals(getattr(plain, name))


def test_taps_shifts_states_and_several_generators(tmp_path):
    text = CASE9.replace(branch("\t4\t5"), "4 5 0 0.092 0 0 0 0 0 -3 1 -360 360;")
    text = text.replace(branch("\t5\t6"), "5 6 0 -0.17 0 Inf 0 0 0.95 0 0 -360 360;")
    text = text.replace(
        "	3	2	0	0	0	0	1	1	0	345",
        "	3	4	0	0	5	0	1	1	0	345",
    )
    text = text.replace("	3	85	-10.95", "	2	85	-10.95")
    network = read(text, tmp_path)
    branches = network.branches
    assert branches.loc["branch 2", ["shift_deg", "ratio", "kind"]].to_list() == [
        *(-3, 1, "transformer")
    ]
    assert branches.loc["branch 3", ["x_pu", "ratio", "in_service"]].to_list() == [
        *(-0.17, 0.95, False)
    ]
    assert np.isnan(branches.loc["branch 3", "rating_mw"])
    assert not network.buses.loc["3", "in_service"]
    assert network.buses.loc["3", "load_mw"] == 5
    assert network.generators["bus"].to_list() == ["1", "2", "2"]
    assert any("negative reactance" in note for note in network.notes)


def test_no_impedance_at_all_is_a_link_but_resistance_alone_is_refused(tmp_path):
    link = CASE9.replace(branch("\t1\t4"), "1 4 0 0 0 0 0 0 0 0 1 -360 360;")
    assert read(link, tmp_path).branches.loc["branch 1", ["kind", "x_pu"]].to_list() == ["link", 0]
    resistive = CASE9.replace(branch("\t1\t4"), "1 4 0.1 0 0 0 0 0 0 0 1 -360 360;")
    (problem,) = problems(resistive, tmp_path)
    assert problem.where == "branch 1"
    assert problem.found == "no reactance"


def test_dc_lines_take_and_give(tmp_path):
    text = CASE9 + "mpc.dcline = [5 7 1 10 9 0 0; 5 7 0 99 99 0 0];\nmpc.bus_name = {\n"
    text += "".join(f"'50 % of {n}'\n" for n in range(1, 10)) + "};\n"
    network = read(text, tmp_path)
    assert network.buses.loc[["5", "7"], "load_mw"].to_list() == [100, 91]
    assert network.buses.loc["9", "name"] == "50 % of 9"


def test_nothing_is_computed(tmp_path):
    text = (
        CASE9.replace("250	10;", "3*100	10;") + "\nmpc.branch(:, 4) = mpc.branch(:, 4) / 2;\n"
    )
    found = {(p.found, p.line) for p in problems(text, tmp_path)}
    line = CASE9.splitlines().index(next(x for x in CASE9.splitlines() if "72.3" in x)) + 1
    last = len(CASE9.splitlines()) + 2
    assert found == {("3*100", line), ("mpc.branch(:, 4) = mpc.branch(:, 4) / 2", last)}


@pytest.mark.parametrize("sign", ["'", " * 2", "(1:3, :)"])
def test_nothing_is_computed_behind_a_matrix_either(tmp_path, sign):
    (problem,) = problems(CASE9.replace("];\n%	fbus", f"]{sign};\n%	fbus"), tmp_path)
    assert "mpc.gen" in problem.found


def test_every_fault_is_told_at_once(tmp_path):
    text = CASE9.replace(
        "5	1	90	30	0	0	1	1	0	345",
        "4	9	abc	30	0	0	1	1	0	345000",
    )
    text = text.replace("baseMVA = 100", "baseMVA = -1").replace("'2'", "'1'")
    text = text.replace(
        "	8	2	0	0.0625	0	250", "	8	77	0	NaN	0	-250"
    )
    text = text.replace("	1	250	10;", "	1	10	250;")
    found = {(p.where, p.found) for p in problems(text, tmp_path)}
    assert found == {
        ("mpc.version", "'1'"),
        ("mpc.baseMVA", "-1"),
        ("bus 4", "twice"),
        ("mpc.bus column 3", "abc"),
        ("bus 4.type", "9"),
        ("bus 4.baseKV", "345000"),
        ("branch 2.tbus", "5"),
        ("branch 3.fbus", "5"),
        ("branch 7.tbus", "77"),
        ("branch 7.x", "nothing"),
        ("branch 7.rateA", "-250"),
        ("gen 1", "Pmin above Pmax"),
    }
    volts = next(p for p in problems(text, tmp_path) if p.where == "bus 4.baseKV")
    assert "kV" in volts.fix
    assert "1,000" in volts.fix
    assert (
        volts.line
        == CASE9.splitlines().index(
            "	5	1	90	30	0	0	1	1	0	345	1	1.1	0.9;"
        )
        + 1
    )


def test_old_broken_and_hostile_files_are_refused_not_crashed_on(tmp_path):
    old = "function [baseMVA, bus] = case9\nbaseMVA = 100;\nbus = [" + "1 2 3\n" * 500 + "];\n"
    assert len(problems(old, tmp_path)) < 30
    for text in ("", "mpc.bus = [1 2", "mpc.bus = {'", "x" * 10000, CASE9[:900], "%{\n" * 50):
        assert problems(text, tmp_path)
    narrow = CASE9.replace(
        "	1	3	0	0	0	0	1	1	0	345	1	1.1	0.9;",
        "	1	3	0;",
    )
    assert any(p.found == "3 columns" for p in problems(narrow, tmp_path))


def test_the_ending_or_the_content_decides(tmp_path):
    (tmp_path / "case9.m.gz").write_bytes(gzip.compress(CASE9.encode()))
    (tmp_path / "case9.txt").write_text(CASE9)
    for name in ("case9.m.gz", "case9.txt"):
        assert dc_flows(read_network(tmp_path / name)) == pytest.approx(FLOWS9, abs=1e-4)
