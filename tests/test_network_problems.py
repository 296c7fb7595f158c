import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from grid.network_arrays import grid_of
from grid.network_problems import find_network_problems
from tests.made_networks import changed, line, network, random_network, ring

BUSES = [{"bus": "a", "is_slack": True}, {"bus": "b", "load_mw": 10.0}]


def texts(net, **options):
    return [str(problem) for problem in find_network_problems(net, **options)]


@given(st.integers(0, 10_000), st.integers(1, 3))
@settings(max_examples=25, deadline=None)
def test_sound_network_has_no_problem(seed, islands):
    assert texts(random_network(seed, islands)) == []


@pytest.mark.parametrize(
    ("table", "row", "values", "where", "found"),
    [
        ("branches", "ab", {"x_pu": 0.0}, "branch ab, x_pu", "0"),
        ("branches", "ab", {"x_pu": np.nan}, "branch ab, x_pu", "nan"),
        ("branches", "ab", {"kind": "transformer", "x_pu": 0.0}, "branch ab, x_pu", "0"),
        ("branches", "ab", {"ratio": 0.0}, "branch ab, ratio", "0"),
        ("branches", "ab", {"ratio": np.nan}, "branch ab, ratio", "nan"),
        ("branches", "ab", {"shift_deg": np.inf}, "branch ab, shift_deg", "inf"),
        ("branches", "ab", {"rating_mw": -5.0}, "branch ab, rating_mw", "-5"),
        ("branches", "ab", {"rating_mw": 0.0}, "branch ab, rating_mw", "0"),
        ("branches", "ab", {"rating_mw": np.inf}, "branch ab, rating_mw", "inf"),
        ("branches", "ab", {"to_bus": "a"}, "branch ab", "both ends at a"),
        ("branches", "ab", {"to_bus": "x"}, "branch ab, to_bus", "x"),
        ("branches", "ab", {"from_bus": np.nan}, "branch ab, from_bus", "nan"),
        ("branches", "ab", {"kind": "cable"}, "branch ab, kind", "cable"),
        ("buses", "c", {"kv": 275_000.0}, "bus c, kv", "275000"),
        ("buses", "c", {"kv": 0.0}, "bus c, kv", "0"),
        ("buses", "c", {"load_mw": np.nan}, "bus c, load_mw", "nan"),
        ("generators", "g", {"bus": "x"}, "generator g, bus", "x"),
        ("generators", "g", {"p_mw": np.nan}, "generator g, p_mw", "nan"),
        ("generators", "g", {"min_mw": 9.0, "max_mw": 8.0}, "generator g, min_mw", "9, above"),
    ],
)
def test_one_fault_is_named(table, row, values, where, found):
    problems = texts(changed(ring(), table, row, **values))
    assert any(text.startswith(f"{where}: found {found}") for text in problems), problems


def test_what_is_out_of_service_need_not_be_sound():
    values = {"x_pu": 0.0, "rating_mw": -1.0, "ratio": np.nan, "in_service": False}
    assert texts(changed(ring(), "branches", "ab", **values)) == []


@pytest.mark.parametrize("rating_mw", [np.nan, 0.1])
def test_missing_rating_is_allowed(rating_mw):
    assert texts(changed(ring(), "branches", "ab", rating_mw=rating_mw)) == []


@pytest.mark.parametrize(("kv", "is_wrong"), [(275.0, 0), (270.0, 0), (269.0, 1), (154.0, 1)])
def test_ends_of_a_line_within_two_percent(kv, is_wrong):
    net = network([BUSES[0], BUSES[1] | {"kv": kv}], [line("ab", "a", "b")])
    assert len(texts(net)) == is_wrong
    transformer = network(
        [BUSES[0], BUSES[1] | {"kv": kv}], [line("ab", "a", "b", kind="transformer")]
    )
    assert texts(transformer) == []


def test_unknown_voltage_is_no_mismatch():
    net = network([BUSES[0], BUSES[1] | {"kv": np.nan}], [line("ab", "a", "b")])
    assert texts(net) == []


@pytest.mark.parametrize("base_mva", [0.0, -100.0, np.nan, np.inf])
def test_base_must_be_positive(base_mva):
    assert [text[:8] for text in texts(network(BUSES, [line("ab", "a", "b")], (), base_mva))] == [
        "base_mva"
    ]


@pytest.mark.parametrize("kind", ["buses", "branches", "generators"])
def test_double_ids(kind):
    net = ring()
    frame = getattr(net, kind)
    double = pd.concat([frame, frame.iloc[:1]])
    values = {"buses": net.buses, "branches": net.branches, "generators": net.generators}
    made = type(net)(100.0, **(values | {kind: double}), credit=net.credit)
    assert texts(made) == [
        f"{kind.removesuffix('es') if kind != 'generators' else 'generator'} id: "
        f"found {frame.index[0]} in 2 rows, expected each id once. Rename or remove the others."
    ]


def test_branch_called_id_hides_no_island():
    buses = [*BUSES, {"bus": "solid", "load_mw": 5.0}]
    net = network(buses, [line("id", "a", "b", x_pu=0.0)])
    assert len(texts(net)) == 2


def test_island_without_slack_is_named_by_a_bus():
    buses = [*BUSES, {"bus": "c", "load_mw": 5.0}, {"bus": "d"}]
    net = network(buses, [line("ab", "a", "b"), line("cd", "c", "d")])
    (text,) = texts(net)
    assert re.match(r"island of bus c: found an island of 2 bus\(es\) without slack", text)
    assert "load but no generator" in text


def test_island_without_slack_may_take_its_largest_generator():
    buses = [*BUSES, {"bus": "c", "load_mw": 5.0}, {"bus": "d"}]
    generators = [{"generator": "g", "bus": "d", "max_mw": 50.0}]
    net = network(buses, [line("ab", "a", "b"), line("cd", "c", "d")], generators)
    assert len(texts(net)) == 1
    assert texts(net, take_largest=True) == []


def test_network_without_any_source_or_load():
    net = network([{"bus": "a"}, {"bus": "b"}], [line("ab", "a", "b")])
    assert [text.split(":")[0] for text in texts(net)] == ["buses"]
    nothing = changed(changed(net, "buses", "a", in_service=False), "buses", "b", in_service=False)
    assert [text.split(":")[0] for text in texts(nothing)] == ["buses"]


def test_all_problems_come_at_once():
    net = changed(ring(), "branches", "ab", x_pu=0.0, rating_mw=-1.0)
    net = changed(changed(net, "buses", "c", kv=500_000.0), "generators", "g", p_mw=np.nan)
    with pytest.raises(InputError) as error:
        grid_of(net)
    places = [problem.where for problem in error.value.problems]
    assert {"branch ab, x_pu", "branch ab, rating_mw", "bus c, kv", "generator g, p_mw"} <= set(
        places
    )
    assert error.value.exit_code == 2
