"""Contract power that the operator may call off: by head, as stored, and never dearer."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from data.errors import InputError
from optimize.flexibility import Flexibility
from optimize.model import build_model
from optimize.plan import choose_sites
from optimize.solve import SolverSettings
from tests.small_problems import (
    demand_of,
    everything,
    headroom,
    low_ends,
    members,
    random_problem,
    reserve_table,
    site_table,
    two_sites,
    workload_table,
)
from tests.test_model_limits import lp_text, parsed

EXPECTED = Path(__file__).parent / "expected" / "firm"
EXACT = SolverSettings(gap_share=1e-9)


def called_off(share, **workloads):
    return Flexibility(relief_share=pd.Series({"training": share} | workloads))


def contract(problem):
    found = choose_sites(problem, EXACT).sites["contract_mw"].xs(2026, level="fiscal_year")
    return {site: pytest.approx(mw) for site, mw in found.items()}


def narrow(**changes):
    """8 MW of headroom at `cheap`, demand for 30 MW of servers."""
    limits = {"groups": headroom({("bank", 2026): 8.0}), "group_sites": members(bank=["cheap"])}
    return two_sites(**limits | changes)


def test_headroom_holds_firm_power_only():
    # a fifth may be called off: 0.8 x 10 = 8
    plan = choose_sites(narrow(flexibility=called_off(0.2)), EXACT)
    assert plan.sites["contract_mw"]["cheap", 2026] == pytest.approx(10.0)
    assert plan.groups["used_mw"].item() == pytest.approx(8.0)
    assert contract(narrow(flexibility=called_off(0.0)))["cheap"] == 8.0


def test_power_without_servers_is_never_called_off():
    # peak power of 1.25 MW an MW of servers: 0.8 x 1.25 x 8 = 8
    sites = site_table(
        cheap={"max_mw": 20.0, "pue_peak": 1.25}, dear={"max_mw": 30.0, "area": "south"}
    )
    plan = choose_sites(narrow(sites=sites, flexibility=called_off(0.2)), EXACT)
    cheap = plan.sites.loc[("cheap", 2026)]
    assert (cheap["it_mw"], cheap["contract_mw"]) == pytest.approx((8.0, 10.0))


def test_only_what_is_flexible_is_called_off():
    # the 8 MW of headroom hold 10 MW of training, or 8 MW of inference, which nobody may call off
    problem = narrow(
        workloads=workload_table(training={}, inference={}),
        demand=demand_of(training={2026: 5.0}, inference={2026: 25.0}),
        flexibility=called_off(0.2),
    )
    # all 5 MW of training there take 4, the other 4 are inference
    assert contract(problem)["cheap"] == 9.0


def test_reserve_counts_firm_power_at_the_peak_of_the_area():
    sites = site_table(
        cheap={"max_mw": 20.0, "coincidence_share": 0.5}, dear={"max_mw": 30.0, "area": "south"}
    )
    table = reserve_table({("north", "h3", "summer", 2026): (104.5, 90.0, 0.1)})
    problem = two_sites(sites=sites, reserve=table, flexibility=called_off(0.2))
    # 104.5 >= 1.1 (90 + 0.8 x 0.5 x): x = 12.5
    plan = choose_sites(problem, EXACT)
    assert plan.sites["contract_mw"]["cheap", 2026] == pytest.approx(12.5)
    row = plan.reserve.iloc[0]
    assert (row["dc_mw"], row["margin_share"]) == pytest.approx((5.0, 0.1))


def test_where_headroom_may_turn_out_low_all_power_counts():
    # at the low end of 4 MW of `cheap`, 26 MW are left to `dear`: all 30 MW need 4 + 26
    problem = narrow(flexibility=called_off(0.2), low_headroom=low_ends(1, {("bank", 2026): 4.0}))
    plan = choose_sites(problem, EXACT)
    both = plan.sites["contract_mw"]
    assert min(both["cheap", 2026], 4.0) + both["dear", 2026] >= 30.0 - 1e-6


@pytest.mark.parametrize("seed", range(4))
def test_a_conditional_connection_never_costs_more(seed):
    stiff = random_problem(seed)
    costs = [
        choose_sites(replace(stiff, flexibility=called_off(share)), EXACT).record.cost_myen
        for share in (0.0, 0.2, 0.4)
    ]
    assert costs[0] == pytest.approx(choose_sites(stiff, EXACT).record.cost_myen, rel=1e-9)
    assert costs == sorted(costs, reverse=True)


def test_shares_are_shares():
    with pytest.raises(InputError, match=r"relief_share\[training\]: found 1.5"):
        narrow(flexibility=called_off(1.5))


@pytest.mark.parametrize("name", ["respect_headroom", "keep_reserve"])
def test_firm_power_is_stated_as_stored(name):
    problem = replace(everything(), flexibility=called_off(0.25))
    expected = parsed((EXPECTED / f"{name}.lp").read_text(encoding="utf-8"))
    found = parsed(lp_text(build_model(problem), name))
    assert found[0].keys() == expected[0].keys()
    for row, factors in expected[0].items():
        assert found[0][row] == pytest.approx(factors, rel=1e-12), row
