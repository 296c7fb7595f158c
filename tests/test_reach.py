"""How far the limits reach: by head, against brute force, and with power that may be called off."""

from dataclasses import replace

import pandas as pd
import pytest

from optimize.flexibility import Flexibility
from optimize.highs import SolverSettings
from optimize.plan import choose_sites
from optimize.reach import reach_of
from tests.small_problems import headroom, members, random_problem, two_years, wanted_by

EXACT = SolverSettings(gap_share=1e-9)
OFF = Flexibility(relief_share=pd.Series({"training": 0.2}))


def growing(**changes):
    """8 MW at `cheap`; 12 MW at `dear`, from 2027 on 30 MW."""
    rooms = {("bank", 2026): 8.0, ("bank", 2027): 8.0, ("other", 2026): 12.0, ("other", 2027): 30.0}
    limits = {"groups": headroom(rooms), "group_sites": members(bank=["cheap"], other=["dear"])}
    return two_years(**limits | changes)


def test_the_most_power_and_the_shortest_wait():
    found = reach_of(growing(), EXACT)
    # 8 + 30 MW at last; of 30 MW wanted at once 10 wait a year
    assert (found.most_it_mw, found.wait_years) == pytest.approx((38.0, 10 / 30))
    assert (found.at_most_it_mw, found.wait_at_least_years) == pytest.approx((38.0, 10 / 30))


def test_what_may_be_called_off_makes_room_and_saves_time():
    found = reach_of(growing(flexibility=OFF), EXACT)
    # 8 / 0.8 = 10 and 12 / 0.8 = 15 MW; `dear` itself holds no more than 30
    assert (found.most_it_mw, found.wait_years) == pytest.approx((40.0, 5 / 30))


@pytest.mark.parametrize("seed", range(3))
def test_no_plan_waits_less_than_the_reach_says(seed):
    problem = replace(random_problem(seed), dispatch=None, carbon=random_problem(0).carbon.iloc[:0])
    found = reach_of(problem, EXACT)
    most = problem.demand.groupby(level="fiscal_year").sum().max()
    wanted = wanted_by(dict.fromkeys(problem.years, most), price_myen_per_mw_year=1e4)
    plan = choose_sites(replace(problem, waiting=wanted), EXACT)
    peak = (1 + problem.overhead_share) * problem.sites["pue_peak"]
    power = plan.sites["contract_mw"].unstack("fiscal_year").div(peak, axis=0).sum()
    late = (most - power).clip(lower=0.0)
    spans = {2026: 2, 2028: 1, 2029: 1}
    waited = sum(spans[year] * late[year] for year in problem.years) / most
    assert found.wait_years == pytest.approx(waited, abs=1e-6)
    assert found.most_it_mw >= plan.sites["it_mw"].xs(2029, level="fiscal_year").sum() - 1e-6
