"""What must hold for every problem: giving more room never costs more."""

import os
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimize.plan import choose_sites
from optimize.problem import Spread
from optimize.solve import SolverSettings
from tests.small_problems import carbon_table, random_problem, tie_table

GAP = 1e-6
EXACT = SolverSettings(gap_share=GAP)
YEARS = (2026, 2028, 2029)
EXAMPLES = int(os.environ.get("SITING_EXAMPLES", "3"))
"""Problems tried for each invariant; `make test-all` tries more."""
many = settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
seeds = st.integers(0, 10**6)
more = st.floats(1.0, 80.0)


def cost(problem):
    return choose_sites(problem, EXACT).record.cost_myen


def never_dearer(wider, tighter):
    assert cost(wider) <= cost(tighter) * (1 + 2 * GAP)


@given(seeds, more)
@many
def test_more_headroom_never_costs_more(seed, mw):
    problem = random_problem(seed)
    never_dearer(replace(problem, groups=problem.groups + mw), problem)


@given(seeds, more)
@many
def test_a_new_tie_never_costs_more(seed, mw):
    problem = random_problem(seed)
    new = tie_table(YEARS, second=("south", "north", mw, mw))
    never_dearer(replace(problem, ties=pd.concat([problem.ties, new])), problem)


@given(seeds, more)
@many
def test_a_wider_zone_cap_never_costs_more(seed, mw):
    problem = random_problem(seed)
    wider = replace(problem, spread=Spread(zone_cap_mw={"nankai": 70.0 + mw}))
    never_dearer(wider, problem)


@given(seeds, st.floats(0.0, 0.9))
@many
def test_a_tighter_carbon_cap_never_costs_less(seed, share):
    problem = random_problem(seed)
    free = choose_sites(problem, EXACT)
    prices = problem.carbon["price_myen_per_t"]
    caps = {y: (share * free.carbon.loc[y, "emitted_t"], prices[y]) for y in YEARS}
    capped = choose_sites(replace(problem, carbon=carbon_table(caps)), EXACT)
    assert capped.record.cost_myen >= free.record.cost_myen * (1 - 2 * GAP)
    allowed = pd.Series({y: cap for y, (cap, _) in caps.items()})
    assert (capped.carbon["emitted_t"] <= allowed + 1.0).all()


@given(seeds, st.integers(1, 4))
@many
def test_fewer_sites_never_cost_less(seed, most):
    problem = random_problem(seed)
    fewer = replace(problem, spread=replace(problem.spread, max_sites=most))
    plan = choose_sites(fewer, EXACT)
    assert plan.sites["built"].xs(YEARS[-1], level="fiscal_year").sum() <= most
    assert plan.record.cost_myen >= cost(problem) * (1 - 2 * GAP)


@given(seeds, st.floats(1.0, 1.5))
@many
def test_more_demand_never_costs_less(seed, factor):
    problem = random_problem(seed)
    never_dearer(problem, replace(problem, demand=problem.demand * factor))


@given(seeds)
@many
def test_one_more_candidate_never_costs_more(seed):
    problem = random_problem(seed)
    fewer = problem.sites.index[:-1]
    without = replace(
        problem,
        sites=problem.sites.loc[fewer],
        costs=problem.costs[problem.costs.index.get_level_values("site").isin(fewer)],
        pairs=problem.pairs[problem.pairs.index.get_level_values("site").isin(fewer)],
        group_sites=problem.group_sites[problem.group_sites["site"].isin(fewer)],
    )
    never_dearer(problem, without)


@given(seeds)
@many
def test_training_that_may_move_never_costs_more(seed):
    never_dearer(random_problem(seed, shift_share=0.4), random_problem(seed, shift_share=0.0))


@given(seeds)
@many
def test_the_order_of_tables_does_not_matter(seed):
    problem = random_problem(seed)
    rng = np.random.default_rng(seed)
    names = ["sites", "costs", "demand", "groups", "group_sites", "reserve", "ties", "pairs"]
    mixed = {name: getattr(problem, name).sample(frac=1.0, random_state=rng) for name in names}
    shuffled = replace(problem, **mixed)
    assert cost(shuffled) == pytest.approx(cost(problem), rel=2 * GAP)
