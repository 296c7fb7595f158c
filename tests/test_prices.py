"""Prices of limits against finite differences: the limit moved in the problem, the plan re-solved.

With the whole-number decisions of the plan held, cost is a convex function of a limit. Its price
lies between what one unit less and one unit more change; where both agree it is that number.
"""

from dataclasses import replace

import numpy as np
import pytest

from optimize.highs import SolverSettings, solve_arrays
from optimize.matrix import compile_model
from optimize.model import build_model
from optimize.plan import choose_sites
from optimize.prices import price_rows
from optimize.solve import solve
from optimize.tie_prices import tie_prices
from tests.small_problems import (
    carbon_table,
    cost_table,
    demand_of,
    dispatch_of,
    headroom,
    members,
    random_problem,
    site_table,
    tie_table,
    two_sites,
)

EXACT = SolverSettings(gap_share=1e-7)
STEP = 0.05
"""MW or kt by which a limit is moved."""


class Fixed:
    """A problem's plan, and its cost with the same sites after a limit has moved."""

    def __init__(self, problem):
        self.problem = problem
        self.matrix = compile_model(build_model(problem))
        self.solution = solve(self.matrix, EXACT)
        self.rows = price_rows(self.matrix, self.solution)
        self.whole = np.round(self.solution.values[self.matrix.integer])

    def cost_myen(self, problem):
        matrix = compile_model(build_model(problem))
        lower, upper = matrix.lower.copy(), matrix.upper.copy()
        lower[matrix.integer] = upper[matrix.integer] = self.whole
        fixed = replace(matrix, lower=lower, upper=upper)
        return solve_arrays(fixed, EXACT, relaxed=True).cost_myen

    def slopes(self, move):
        """Cost per unit from one step less to here, and from here to one step more. [M¥]"""
        less, here, more = (self.cost_myen(move(step)) for step in (-STEP, 0.0, STEP))
        assert here == pytest.approx(self.solution.cost_myen, rel=1e-9)
        return (here - less) / STEP, (more - here) / STEP


def check_price(price, slopes, *, kink=False):
    """Between the slopes; a kink is where they differ, which a test has to expect."""
    left, right = slopes
    assert price < 0
    near = 1e-6 * abs(price)
    assert left - near <= price <= right + near
    assert kink or left == pytest.approx(right, rel=1e-6)


def moved(table, key, column, step):
    table = table.copy()
    table.loc[key, column] += step
    return table


def check_rows(problem, limit, move, *, kink=False):
    """Each row of a limit that has a price: `move` gives the problem with that row moved."""
    fixed = Fixed(problem)
    rows = fixed.rows[fixed.rows["limit"] == limit]
    assert len(rows)
    for row in rows.itertuples():
        place = (row.key, int(row.fiscal_year))
        slopes = fixed.slopes(lambda step, place=place: move(place, step))
        check_price(row.price_myen, slopes, kink=kink)


@pytest.mark.parametrize("seed", [4, 10, 15])
def test_headroom(seed):
    problem = random_problem(seed)
    tight = problem.groups.assign(headroom_mw=0.6 * problem.groups["headroom_mw"])
    problem = replace(problem, groups=tight)

    def move(place, step):
        return replace(problem, groups=moved(problem.groups, place, "headroom_mw", step))

    check_rows(problem, "respect_headroom", move, kink=True)


@pytest.mark.parametrize("seed", [2, 5])
def test_carbon_cap_per_tonne(seed):
    problem = random_problem(seed)
    free = choose_sites(problem, EXACT).carbon["emitted_t"]
    rows = {y: (0.95 * free[y], 0.0) for y in problem.years}
    problem = replace(problem, carbon=carbon_table(rows))

    def move(place, kt):  # the row counts in kt, its price is M¥ per kt
        return replace(problem, carbon=moved(problem.carbon, place[1], "cap_t", 1000.0 * kt))

    check_rows(problem, "cap_carbon", move)


@pytest.mark.parametrize("seed", [1, 6])
def test_forecast(seed):
    problem = random_problem(seed)
    tight = problem.forecast.assign(limit_mw=0.3 * problem.forecast["limit_mw"])
    problem = replace(problem, forecast=tight)

    def move(place, step):
        return replace(problem, forecast=moved(problem.forecast, place, "limit_mw", step))

    check_rows(problem, "stay_in_forecast", move, kink=True)


@pytest.mark.parametrize("seed", [1, 5])
def test_tie(seed):
    problem = random_problem(seed)
    narrow = problem.ties.assign(capacity_mw=0.25 * problem.ties["capacity_mw"])
    problem = replace(problem, ties=narrow)
    fixed = Fixed(problem)
    prices = tie_prices(fixed.matrix, fixed.solution)
    assert len(prices)
    for key, myen in prices["price_myen"].items():
        slopes = fixed.slopes(
            lambda step, key=key: replace(
                problem, ties=moved(problem.ties, key, "capacity_mw", step)
            )
        )
        check_price(myen, slopes, kink=True)


def test_a_tie_by_head():
    # the north makes power for nothing, the south for 0.01 M¥/MWh; 10 MW of tie, 8760 hours a year
    problem = two_sites(
        sites=site_table(there={"area": "south"}),
        costs=cost_table(there=(1, 1)),
        demand=demand_of(training={2026: 20.0}),
        ties=tie_table([2026], link=("north", "south", 10.0, 10.0)),
        dispatch=dispatch_of(
            [2026],
            demand={"north": [0.0, 0.0], "south": [50.0, 50.0]},
            supply={
                ("north", "hydro"): (100.0, 0.0, np.nan, 1.0),
                ("south", "gas"): (100.0, 0.01, np.nan, 1.0),
            },
        ),
    )
    fixed = Fixed(problem)
    prices = tie_prices(fixed.matrix, fixed.solution)["price_myen"]
    assert prices.to_dict() == pytest.approx({("link", "forward", 2026): -8760 * (0.01 - 1e-6)})
    slopes = fixed.slopes(
        lambda step: replace(
            problem, ties=moved(problem.ties, ("link", "forward", 2026), "capacity_mw", step)
        )
    )
    check_price(prices.iloc[0], slopes)


def test_headroom_by_head():
    # each MW at `cheap` saves the 2 M¥ a year by which `dear` is dearer
    problem = two_sites(
        groups=headroom({("bank", 2026): 12.0}), group_sites=members(bank=["cheap"])
    )
    fixed = Fixed(problem)
    rows = fixed.rows.query("limit == 'respect_headroom'")
    assert rows["price_myen"].tolist() == pytest.approx([-2.0])
    slopes = fixed.slopes(
        lambda step: replace(
            problem, groups=moved(problem.groups, ("bank", 2026), "headroom_mw", step)
        )
    )
    check_price(rows["price_myen"].iloc[0], slopes)
    assert slopes == pytest.approx((-2.0, -2.0))
