"""Minimal clashing sets: every kind of infeasible problem names exactly what clashes, no more."""

from dataclasses import replace
from itertools import combinations

import pytest

from data.errors import InfeasibleError, PlanError
from optimize.clash_set import clash_sets, with_limits
from optimize.explain import LIMITS, part_of
from optimize.highs import solve_arrays
from optimize.problem import Spread
from tests.small_problems import demand_of, random_problem, two_sites
from tests.test_explain import (
    BUDGET,
    DEMAND,
    EXACT,
    KINDS,
    LARGEST,
    LATENCY,
    MAX_SITES,
    MIN_SITES,
    too_far_from_the_city,
)


def feasible(problem, fields):
    try:
        solve_arrays(with_limits(part_of(problem, EXACT, None).matrix, fields), EXACT)
    except InfeasibleError:
        return False
    return True


def smallest_by_trying(problem, fields):
    """Every irreducible clash among the fields: all subsets tried, smallest first."""
    found = []
    for size in range(len(fields) + 1):
        for some in combinations(fields, size):
            if not any(set(one) <= set(some) for one in found) and not feasible(problem, some):
                found.append(some)
    return {frozenset(one) for one in found}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_names_exactly_its_clash(kind):
    """Where one clash is all there is, its limits are those that free the plan alone."""
    problem, expected = kind()
    (found,) = clash_sets(problem, EXACT)
    assert found.proven
    assert set(found.fields) == set(expected)
    relaxed = {clash.limit: clash.relax_by for clash in found.relaxations}
    assert relaxed == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_a_set_clashes_and_loses_its_clash_with_any_one(kind):
    problem, _ = kind()
    (found,) = clash_sets(problem, EXACT)
    assert not feasible(problem, found.fields)
    for field in found.fields:
        assert feasible(problem, [other for other in found.fields if other != field])


def test_two_clashes_side_by_side_are_two_sets():
    # more sites than candidates, and a city out of reach: no limit alone frees the plan
    problem = replace(too_far_from_the_city()[0], spread=Spread(min_sites=3))
    found = clash_sets(problem, EXACT)
    assert {one.fields for one in found} == {(LATENCY,), (MIN_SITES,)}
    assert all(one.proven for one in found)


def test_a_set_is_one_of_those_found_by_trying_all():
    # 60 MW do not fit into 50; nor does the budget of 40 allow both sites; nor may there be two
    problem = two_sites(
        demand=demand_of(training={2026: 60.0}), spread=Spread(max_sites=1, budget_myen=40.0)
    )
    present = set(part_of(problem, EXACT, None).matrix.row_names.tolist())
    fields = list(dict.fromkeys(LIMITS[name].field for name in LIMITS if name in present))
    every = smallest_by_trying(problem, fields)
    assert frozenset({DEMAND, LARGEST}) in every
    assert any(BUDGET in one for one in every)
    found = clash_sets(problem, EXACT)
    assert {frozenset(one.fields) for one in found} <= every
    assert MAX_SITES not in {field for one in found for field in one.fields}


def test_without_the_largest_size_a_site_still_has_to_be_built():
    # cheapest: one site at 10 + 30 x 1; a budget of 35 would do only if nothing had to be built
    problem = two_sites(spread=Spread(budget_myen=35.0))
    (found,) = clash_sets(problem, EXACT)
    assert set(found.fields) == {DEMAND, BUDGET}


def test_a_problem_with_a_plan_has_no_clash():
    assert clash_sets(two_sites(), EXACT) == []


def test_what_is_not_settled_is_said(monkeypatch):
    """A limit whose absence could not be judged stays in the set, which then is not proven."""
    problem = replace(random_problem(1), spread=Spread(min_sites=20))
    (found,) = clash_sets(problem, EXACT)
    assert found.proven
    assert found.fields == (MIN_SITES,)
    assert str(found).startswith(f"These limits clash: {MIN_SITES}\n  - {MIN_SITES} (")

    def slow_without_demand(matrix, settings):
        if "meet_compute" not in set(matrix.row_names):
            raise PlanError("no time")
        return solve_arrays(matrix, settings)

    monkeypatch.setattr("optimize.clash_set.solve_arrays", slow_without_demand)
    (found,) = clash_sets(problem, EXACT)
    assert not found.proven
    assert set(found.fields) == {MIN_SITES, DEMAND}


def test_no_time_to_see_any_clash_is_an_error(monkeypatch):
    def slow(matrix, settings):
        raise PlanError("no time")

    monkeypatch.setattr("optimize.clash_set.solve_arrays", slow)
    with pytest.raises(PlanError, match="no time"):
        clash_sets(two_sites(), EXACT)
