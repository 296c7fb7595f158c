"""The choice in several scenarios, against every set of sites in every scenario."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from optimize.plan import choose_sites
from optimize.robust_choice import robust_choice
from optimize.solve import SolverSettings
from tests.small_problems import cost_table, demand_of, site_table, two_sites
from tests.test_near_optimal import cost_of_every_set, small

EXACT = SolverSettings(gap_share=1e-8)


def scenarios_of(seed):
    """The same candidates with today's demand, with twice the demand, and with another price."""
    problem = small(seed, sites=4, years=(2028,))
    dear = problem.costs.assign(per_mw_myen_per_year=problem.costs.per_mw_myen_per_year.iloc[::-1])
    dear = dear.assign(fixed_myen_per_year=problem.costs.fixed_myen_per_year.to_numpy()[::-1])
    return [
        ("base", problem),
        ("much", replace(problem, demand=2.0 * problem.demand, metros=2.0 * problem.metros)),
        ("dear", replace(problem, costs=dear)),
    ]


@pytest.mark.thorough
@given(st.integers(0, 10**6))
@settings(max_examples=5, deadline=None, derandomize=True)
def test_regret_is_that_of_trying_every_set(seed):
    scenarios = scenarios_of(seed)
    found = robust_choice(scenarios, EXACT)
    every = {name: cost_of_every_set(problem) for name, problem in scenarios}
    best = {name: min(costs, key=costs.get) for name, costs in every.items()}
    assert {frozenset(sites) for sites in found.sets.values()} == set(best.values())
    expected = pd.DataFrame(
        {
            name: {label: costs[frozenset(sites)] for label, sites in found.sets.items()}
            for name, costs in every.items()
        }
    ).rename_axis("set")
    pd.testing.assert_frame_equal(found.cost_myen, expected, rtol=1e-6)
    regret = expected - expected.min()
    assert np.allclose(found.regret_myen, regret, atol=1e-5 * expected.to_numpy().max())
    assert (found.regret_myen >= 0).all(axis=None)
    assert (found.regret_at_most_myen >= found.regret_myen - 1e-6).all(axis=None)
    largest = regret.max(axis=1)
    assert largest[found.best_set] == pytest.approx(
        largest.min(), abs=1e-5 * expected.max(axis=None)
    )
    for site, share in found.chosen_share.items():
        assert share == pytest.approx(sum(site in one for one in best.values()) / 3)


def prices(west, east, both):
    costs = cost_table(west=(west, 1), east=(east, 1), both=(both, 1))
    return two_sites(sites=site_table(west={}, east={}, both={}), costs=costs)


def test_by_head():
    # west is best once (10), east once (10), and `both` costs 12 in one scenario and 11 in another
    scenarios = [
        ("wind", prices(10, 40, 12)),
        ("calm", prices(40, 10, 12)),
        ("late", prices(40, 40, 11)),
    ]
    found = robust_choice(scenarios, EXACT)
    assert found.sets == {"wind": ("west",), "calm": ("east",), "late": ("both",)}
    assert found.regret_myen.to_numpy().tolist() == pytest.approx(
        np.array([[0, 30, 29], [30, 0, 29], [2, 2, 0]]), abs=1e-6
    )
    assert found.best_set == "late"
    assert found.proven
    assert found.chosen_share.to_dict() == pytest.approx(
        dict.fromkeys(["west", "east", "both"], 1 / 3)
    )


def test_a_set_that_fails_somewhere_is_never_the_robust_one():
    more = demand_of(training={2026: 45.0})
    found = robust_choice([("base", alone()), ("more", replace(alone(), demand=more))], EXACT)
    assert found.cost_myen.loc["base", "more"] == np.inf
    assert found.best_set == "more"


def alone():
    """30 MW fit on `dear` alone; more needs both."""
    return two_sites(costs=cost_table(cheap=(100, 1), dear=(10, 3)))


def test_a_loose_gap_proves_nothing(monkeypatch):
    """If a scenario could be 5 M¥ cheaper than its plan, 2 M¥ of regret decide nothing."""
    scenarios = [("wind", prices(10, 14, 12)), ("calm", prices(14, 10, 12))]
    assert robust_choice(scenarios, EXACT).proven

    def loose(problem, settings, **more):
        plan = choose_sites(problem, settings, **more)
        record = replace(plan.record, bound_myen=plan.record.bound_myen - 5.0)
        return replace(plan, record=record)

    monkeypatch.setattr("optimize.robust_choice.choose_sites", loose)
    found = robust_choice(scenarios, EXACT)
    assert not found.proven
    assert found.regret_at_most_myen.loc["wind", "wind"] == pytest.approx(5.0)


def test_what_cannot_be_compared_is_refused():
    other = two_sites(
        sites=two_sites().sites.rename(index={"cheap": "other"}),
        costs=two_sites().costs.rename(index={"cheap": "other"}),
    )
    with pytest.raises(InputError, match="other candidates") as raised:
        robust_choice([("a", two_sites()), ("a", two_sites()), ("b", other)], EXACT)
    assert len(raised.value.problems) == 2
    with pytest.raises(InputError, match="at least one"):
        robust_choice([], EXACT)
