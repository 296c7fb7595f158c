"""The system before any data centre: cost, plants in use, flows of every year."""

from dataclasses import replace

import pandas as pd
import pytest

from optimize.base import base_dispatch
from optimize.plan import choose_sites
from optimize.solve import SolverSettings
from tests.small_problems import demand_of, random_problem, tie_table, two_sites
from tests.test_model_limits import tied

EXACT = SolverSettings(gap_share=1e-8)


def test_base_by_head():
    # 60 MW of the south's 100 on gas at 0.01, 140 MW on the north's at 0.005, 40 of them sent
    base = base_dispatch(tied())
    yen_of_flow = 40 * 8760 * 1e-6
    assert base.cost_myen == pytest.approx(8760 * (60 * 0.01 + 140 * 0.005) + yen_of_flow)
    assert base.flows["mw"].xs("forward", level="direction").tolist() == pytest.approx([40, 40])
    assert base.balance.loc["north", "net_import_mw"].tolist() == pytest.approx([-40, -40])


def test_years_with_other_ties_differ_and_alike_years_are_equal():
    problem = tied()
    first, later = (
        tie_table([2026, 2027], a=("north", "south", 40.0, 5.0)),
        tie_table([2028], a=("north", "south", 90.0, 5.0)),
    )
    years = replace(problem, years=(2026, 2027, 2028), ties=pd.concat([first, later]))
    base = base_dispatch(years)
    by_year = base.cost_by_year_myen
    assert by_year[2026] == by_year[2027]
    assert by_year[2028] < by_year[2026]
    assert list(base.balance.index.get_level_values("fiscal_year").unique()) == [2026, 2027, 2028]


def test_present_value_weighs_the_years():
    problem = replace(tied(), years=(2026, 2028), discount_share=0.1)
    problem = replace(problem, ties=tie_table((2026, 2028), link=("north", "south", 40.0, 5.0)))
    base = base_dispatch(problem)
    weights = problem.year_weights()
    one = base.cost_by_year_myen[2026]
    assert base.cost_myen == pytest.approx(one * (weights[2026] + weights[2028]))


def test_base_is_the_plan_without_any_demand():
    problem = random_problem(5)
    empty = replace(problem, demand=problem.demand * 0.0, metros=problem.metros * 0.0)
    empty = replace(empty, reserve=empty.reserve.iloc[:0])
    plan = choose_sites(empty, EXACT)
    base = base_dispatch(problem)
    assert base.cost_myen == pytest.approx(plan.record.cost_myen, rel=1e-7)


def test_sites_limits_do_not_matter_to_the_base():
    problem = random_problem(5)
    much = replace(problem, demand=problem.demand * 100.0)
    assert base_dispatch(much).cost_myen == base_dispatch(problem).cost_myen


def test_base_cost_is_taken_off_the_plan():
    problem = random_problem(6)
    base = base_dispatch(problem)
    whole = choose_sites(problem, EXACT)
    own = choose_sites(problem, EXACT, base_cost_myen=base.cost_myen)
    assert own.record.cost_myen == pytest.approx(whole.record.cost_myen - base.cost_myen, rel=1e-5)
    assert own.record.cost_myen > 0


def test_without_typical_days_there_is_nothing_to_supply():
    base = base_dispatch(two_sites(demand=demand_of(training={2026: 5.0})))
    assert base.cost_myen == 0.0
    assert base.balance.empty
