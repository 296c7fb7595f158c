import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.facts import read_fact
from grid.ties import tie_capacity_by_year

YEARS = [2026, 2027, 2028, 2035, 2039]


@pytest.fixture(scope="module")
def ties():
    return read_fact("ties")


@pytest.fixture(scope="module")
def steps():
    return read_fact("tie_capacity")


def known_mw(ties, steps, mode):
    return tie_capacity_by_year(ties, steps, YEARS, reinforcements=mode).known["capacity_mw"]


def test_tohoku_tokyo_grows_in_its_first_full_year(ties, steps):
    capacity = known_mw(ties, steps, "planned")["tohoku-tokyo", "forward"]
    assert capacity[2027] == 5730
    assert capacity[2028] == 10_280


def test_no_reinforcement_leaves_today(ties, steps):
    capacity = known_mw(ties, steps, "none")["tohoku-tokyo", "forward"]
    assert capacity.unique().tolist() == [5730]


def test_hoped_for_works_count_only_when_asked(ties, steps):
    kyushu_to_chugoku = ("chugoku-kyushu", "reverse", 2039)
    assert known_mw(ties, steps, "planned")[kyushu_to_chugoku] == 2780
    assert known_mw(ties, steps, "aim")[kyushu_to_chugoku] == 3780


def test_directions_are_not_alike(ties, steps):
    capacity = known_mw(ties, steps, "none")
    assert capacity["tohoku-tokyo", "reverse", 2026] < capacity["tohoku-tokyo", "forward", 2026]


def test_reverse_runs_the_other_way(ties, steps):
    known = tie_capacity_by_year(ties, steps, YEARS, reinforcements="none").known
    row = known.loc[("chugoku-kyushu", "reverse", 2026)]
    assert (row["from_area"], row["to_area"]) == ("kyushu", "chugoku")


def test_unknown_direction_is_listed_and_not_zero(ties, steps):
    capacities = tie_capacity_by_year(ties, steps, YEARS, reinforcements="planned")
    key = ("chugoku-shikoku", "forward", 2026)
    assert key not in capacities.known.index
    assert capacities.unknown.loc[key, "reason"] == "not_found"


def test_a_tie_to_be_built_is_not_called_unknown(ties, steps):
    unknown = tie_capacity_by_year(ties, steps, YEARS, reinforcements="planned").unknown
    assert unknown.loc[("hokkaido-tokyo-sea", "forward", 2035), "reason"] == "not_in_service"


def test_known_capacities_are_positive(ties, steps):
    capacity = known_mw(ties, steps, "aim")
    assert capacity.notna().all()
    assert capacity.gt(0).all()


@pytest.mark.parametrize("mode", ["none", "planned", "aim"])
def test_every_tie_direction_and_year_is_somewhere_once(ties, steps, mode):
    capacities = tie_capacity_by_year(ties, steps, YEARS, reinforcements=mode)
    both = capacities.known.index.append(capacities.unknown.index)
    assert both.is_unique
    assert len(both) == 2 * len(ties) * len(YEARS)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(2020, 2040), st.floats(1, 1e4)), min_size=1, max_size=5))
def test_the_last_step_in_service_counts(history):
    history = list(dict(history).items())
    ties = pd.DataFrame(
        {"tie": ["t"], "from_area": ["a"], "to_area": ["b"], "kind": ["ac"], "loop": [False]}
    )
    steps = pd.DataFrame(history, columns=["from_fiscal_year", "capacity_mw"]).assign(
        tie="t", direction="forward", status="existing", confidence="found", source="s"
    )
    known = tie_capacity_by_year(ties, steps, [2030], reinforcements="none").known
    begun = [(year, mw) for year, mw in history if year <= 2030]
    expected = [max(begun)[1]] if begun else []
    assert known["capacity_mw"].tolist() == expected
