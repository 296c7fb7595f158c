"""Certificates beside contracts: by head, an independent program, prices, clash, held years."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyomo.environ as pyo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from data.errors import InfeasibleError, InputError
from optimize.clash_set import clash_sets
from optimize.explain import explain_clash
from optimize.fixed_sites import FixedSites
from optimize.held_year import HeldPlan, dispatch_held
from optimize.matrix import compile_model
from optimize.model import build_model
from optimize.plan import choose_sites
from optimize.solve import SolverSettings
from tests.small_clean import certificates, claiming, every_kind, sunny
from tests.small_problems import demand_of
from tests.test_clean import assert_steps_find_it, contracted
from tests.test_model_limits import lp_text, parsed

EXPECTED = Path(__file__).parent / "expected" / "certificates"
EXACT = SolverSettings(gap_share=1e-9)
DRAW_GWH, DAY_GWH = 87.6, 4.38
"""10 MW all year, and a megawatt by day."""
SUN_MYEN_PER_GWH = 100.0 / DAY_GWH - 10.0
"""A megawatt of sun costs 100 M¥ a year and saves gas at 10 M¥/GWh."""


def year_of(problem):
    return choose_sites(problem, EXACT).clean.years.iloc[0]


# ---- by head


@pytest.mark.parametrize(("price", "most_gwh", "bought_gwh"), [
    (0.4, np.nan, 0.5 * DRAW_GWH),  # the cheaper one covers all
    (SUN_MYEN_PER_GWH + 0.1, np.nan, 0.0),  # dearer than the sun: contracts cover all
    (SUN_MYEN_PER_GWH - 0.1, np.nan, 0.5 * DRAW_GWH),
    (0.4, 20.0, 20.0),  # what there is of it, and contracts for the rest
])  # fmt: skip
def test_the_claim_is_met_by_what_costs_least(price, most_gwh, bought_gwh):
    problem = claiming(sunny(stores={}), 0.5, fit=(price, most_gwh, False))
    plan = choose_sites(problem, EXACT)
    year = plan.clean.years.loc[2026]
    matched_gwh = 0.5 * DRAW_GWH - bought_gwh
    assert year["certificate_gwh"] == pytest.approx(bought_gwh, abs=1e-6)
    assert year["matched_gwh"] == pytest.approx(matched_gwh, abs=1e-6)
    assert year["claimed_share"] == pytest.approx(0.5)
    assert year["claim_required_share"] == 0.5
    extra = price * bought_gwh + SUN_MYEN_PER_GWH * matched_gwh
    gas = 10.0 * DRAW_GWH
    assert plan.record.cost_myen == pytest.approx(gas + extra, rel=1e-9)


def test_the_cheapest_kind_goes_first_and_each_is_told():
    kinds = {"dear": (2.0, np.nan, True), "cheap": (0.5, 30.0, False)}
    plan = choose_sites(claiming(sunny(stores={}), 0.5, **kinds), EXACT)
    bought = plan.clean.certificates["gwh"].xs(2026, level="fiscal_year")
    assert bought.to_dict() == pytest.approx({"dear": 13.8, "cheap": 30.0})


def test_certificates_count_in_no_other_way():
    residual = pd.Series({"north": 0.4})
    problem = claiming(
        sunny(0.25, stores={}, residual_t_per_mwh=residual), 0.75, fit=(0.4, np.nan, False)
    )
    year = year_of(problem)
    assert year["certificate_gwh"] == pytest.approx(0.5 * DRAW_GWH)
    assert (year["hourly_share"], year["annual_share"]) == pytest.approx((0.25, 0.25))
    assert year["location_t"] == pytest.approx(1000 * DRAW_GWH * 0.5)
    assert year["market_t"] == pytest.approx(1000 * 0.25 * DRAW_GWH * 0.4)
    nothing = year_of(replace(problem, clean=replace(problem.clean, claimed_share=pd.Series())))
    assert nothing["certificate_gwh"] == 0.0
    assert nothing["location_t"] == pytest.approx(year["location_t"])
    assert nothing["market_t"] == pytest.approx(1000 * 0.75 * DRAW_GWH * 0.4)


def test_the_yearly_way_is_not_met_by_certificates():
    problem = claiming(sunny(0.5, matching="annual", stores={}), 0.5, fit=(0.1, np.nan, False))
    year = year_of(problem)
    assert year["annual_share"] == pytest.approx(0.5)
    assert year["certificate_gwh"] == 0.0  # what has to be contracted meets the claim as well


def test_certificates_are_bought_for_one_year_and_kept_by_none():
    problem = two_years(sunny(stores={}))
    problem = claiming(problem, {2026: 0.8, 2030: 0.1}, fit=(0.4, np.nan, False))
    plan = choose_sites(problem, EXACT)
    bought = plan.clean.certificates["gwh"].droplevel("kind")
    assert bought.to_dict() == pytest.approx({2026: 0.8 * DRAW_GWH, 2030: 0.2 * DRAW_GWH})
    weights = problem.year_weights()
    gas = 10.0 * DRAW_GWH * (weights[2026] + 2.0 * weights[2030])
    paid = 0.4 * DRAW_GWH * (0.8 * weights[2026] + 0.2 * weights[2030])
    assert plan.record.cost_myen == pytest.approx(gas + paid, rel=1e-9)


def two_years(problem):
    """10 MW in 2026, 20 MW in 2030."""
    demand = demand_of(training={2026: 10.0, 2030: 20.0})
    return replace(problem, years=(2026, 2030), demand=demand, discount_share=0.05)


# ---- against another program


def least_cost(problem, claimed, kinds, sun_myen):
    """Least cost by scipy alone: sun kept once contracted, matched by day, certificates by year."""
    weight, draw_mw = problem.year_weights(), {2026: 10.0, 2030: 20.0}
    years, (solar, matched, first) = list(draw_mw), (0, 2, 4)
    wide = first + 2 * len(kinds)
    costs, rows, upper, bounds = np.zeros(wide), [], [], [(0, None)] * 2
    for i, year in enumerate(years):
        costs[solar + i] = weight[year] * sun_myen
        costs[matched + i] = -weight[year] * 10.0 * DAY_GWH
        within, claim = np.zeros(wide), np.zeros(wide)
        within[[matched + i, solar + i]] = 1.0, -1.0
        claim[matched + i] = -DAY_GWH
        for k, (price, _, _) in enumerate(kinds.values()):
            costs[first + 2 * k + i] = weight[year] * price
            claim[first + 2 * k + i] = -1.0
        rows += [within, claim]
        upper += [0.0, -claimed[year] * draw_mw[year] * 8.76]
        bounds.append((0, draw_mw[year]))
    kept = np.zeros(wide)
    kept[[solar, solar + 1]] = 1.0, -1.0
    bounds += [(0, None if np.isnan(most) else most) for _, most, _ in kinds.values() for _ in "ab"]
    found = linprog(costs, [*rows, kept], [*upper, 0.0], bounds=bounds, method="highs")
    gas = sum(weight[year] * 10.0 * 8.76 * mw for year, mw in draw_mw.items())
    return found.fun + gas if found.success else None


@settings(max_examples=5, deadline=None)
@given(
    claimed=st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)),
    prices=st.tuples(st.floats(0.0, 30.0), st.floats(0.0, 30.0)),
    most_gwh=st.tuples(st.floats(0.0, 60.0), st.just(np.nan) | st.floats(0.0, 120.0)),
    sun_myen=st.floats(20.0, 200.0),
)
def test_cost_is_that_of_another_program(claimed, prices, most_gwh, sun_myen):
    offers = {("north", "solar"): ({"myen_per_mw_year": sun_myen}, (1.0, 0.0))}
    problem = two_years(sunny(stores={}, offers=offers))
    by_year = dict(zip(problem.years, claimed, strict=True))
    kinds = {f"kind-{k}": (prices[k], most_gwh[k], False) for k in range(2)}
    expected = least_cost(problem, by_year, kinds, sun_myen)
    problem = claiming(problem, by_year, **kinds)
    if expected is None:
        with pytest.raises(InfeasibleError):
            choose_sites(problem, EXACT)
        return
    assert choose_sites(problem, EXACT).record.cost_myen == pytest.approx(expected, rel=1e-6)


def asked(seed):
    """A random nation that claims 90 %, with two kinds of certificates of which one is scarce."""
    problem = contracted(seed)
    kinds = {"scarce": (1.0, 20.0, False), "dear": (30.0, np.nan, True)}
    return claiming(problem, 0.9, **kinds)


@pytest.mark.parametrize("seed", range(2))
def test_the_bound_holds_and_the_steps_find_what_one_search_finds(seed):
    matrix = compile_model(build_model(asked(seed)))
    whole = assert_steps_find_it(matrix)
    bought = matrix.column_names == "certificate_gwh"
    assert bought.sum() == 2 * len(asked(seed).years)
    assert (whole.values[bought] > 0).any()
    for name in ("certificate_gwh", "open_claim_gwh"):
        own = matrix.column_names == name
        assert np.isfinite(matrix.lower[own]).all()
        assert np.isfinite(matrix.upper[own]).all()


# ---- prices and clashes


def price_of(problem):
    plan = choose_sites(problem, EXACT)
    rows = plan.limits[plan.limits["limit"] == "claim_share"]
    return plan.record.cost_myen, rows["price_myen"].abs().sum()


@pytest.mark.parametrize(("kind", "expected"), [
    ((0.4, np.nan, False), 0.4),
    ((0.4, 20.0, False), SUN_MYEN_PER_GWH),
])  # fmt: skip
def test_the_price_of_the_claim_is_what_a_little_more_of_it_costs(kind, expected):
    problem = sunny(stores={})
    cost, price = price_of(claiming(problem, 0.4, fit=kind))
    more, _ = price_of(claiming(problem, 0.41, fit=kind))
    assert price == pytest.approx((more - cost) / (0.01 * DRAW_GWH), rel=1e-5)
    assert price == pytest.approx(expected, rel=1e-6)


def test_a_claim_that_contracts_exceed_anyway_has_no_price():
    free = {("north", "solar"): ({"myen_per_mw_year": 1.0, "potential_mw": 10.0}, (1.0, 0.0))}
    _, price = price_of(claiming(sunny(offers=free, stores={}), 0.4, fit=(0.4, np.nan, False)))
    assert price == 0.0


def test_one_gwh_less_saves_the_price_with_the_sites_held():
    problem = claiming(sunny(stores={}), 0.4, fit=(0.4, 20.0, False))
    fixed = FixedSites(problem, choose_sites(problem, EXACT), EXACT)
    saved = fixed.saved_by_rows([("claim_share", "", (2026,))], 1.0)
    assert saved == pytest.approx(SUN_MYEN_PER_GWH, rel=1e-6)


def test_a_claim_out_of_reach_is_named_with_the_least_it_has_to_give():
    # half of the draw from 10 MW of sun, 10 GWh of certificates: 70.08 are claimed
    offers = {("north", "solar"): ({"potential_mw": 10.0}, (1.0, 0.0))}
    problem = claiming(sunny(offers=offers, stores={}), 0.8, fit=(0.4, 10.0, False))
    with pytest.raises(InfeasibleError):
        choose_sites(problem, EXACT)
    (clash,) = [
        clash
        for clash in explain_clash(problem).clashes
        if clash.limit == "limits.clean.claimed_share_by_year"
    ]
    assert clash.relax_by == pytest.approx(0.8 * DRAW_GWH - 43.8 - 10.0)
    (found,) = clash_sets(problem)
    assert set(found.fields) == {"demand.workloads", "limits.clean.claimed_share_by_year"}
    assert found.proven
    freed = claiming(problem, (43.8 + 10.0) / DRAW_GWH - 1e-6, fit=(0.4, 10.0, False))
    assert choose_sites(freed, EXACT).record.rows > 0


def test_a_claim_that_finds_no_taker_is_named():
    # by day 10 MW are matched and 2 more are taken by the grid, however much sun there is:
    # 12 x 4380 h = 52.56 GWh; 70.08 are claimed, and there are no certificates
    days = {"demand": {"north": [2.0, 2.0]}}
    problem = claiming(sunny(stores={}, days=days), 0.8, fit=(0.4, 0.0, False))
    with pytest.raises(InfeasibleError):
        choose_sites(problem, EXACT)
    found = {clash.limit: clash for clash in explain_clash(problem).clashes}
    claim = found["limits.clean.claimed_share_by_year"]
    assert claim.relax_by == pytest.approx(0.8 * DRAW_GWH - 12.0 * 4.38, rel=1e-5)
    (clash,) = clash_sets(problem)
    assert set(clash.fields) == {"demand.workloads", "limits.clean.claimed_share_by_year"}
    freed = claiming(sunny(stores={}, days=days), 0.6 - 1e-5, fit=(0.4, 0.0, False))
    assert choose_sites(freed, EXACT).record.rows > 0


# ---- a year dispatched again


def test_a_held_year_leaves_certificates_alone():
    """They are bought for the year: its hours have no say, and none can be missing in them."""
    problem = claiming(sunny(0.25, stores={}), {2026: 0.8, 2030: 0.9}, fit=(0.4, 48.2, False))
    contract = pd.Series({("north", "solar"): 5.0})
    draw, nothing = pd.Series({("north", "training"): 10.0}), pd.DataFrame({"mw": [], "mwh": []})
    found = dispatch_held(HeldPlan(problem, draw, contract, nothing), EXACT)
    assert found.missed_gwh == pytest.approx(0.0, abs=1e-6)
    year = found.clean.years.loc[2026]
    assert year["hourly_share"] == pytest.approx(0.25)
    assert year["certificate_gwh"] == 0.0


# ---- what is refused, and what stays as it was


def test_all_that_is_wrong_is_said_at_once():
    problem = sunny(0.5)
    table = certificates(a=(-1.0, np.nan, False), b=(np.nan, -2.0, True))
    table = pd.concat([table, table.iloc[[0]]])
    claimed = pd.Series({2026: 1.5, 2030: np.nan}).rename_axis("fiscal_year")
    with pytest.raises(InputError) as raised:
        replace(problem, clean=replace(problem.clean, certificates=table, claimed_share=claimed))
    for where in (
        "clean.claimed_share[2026]", "clean.claimed_share[2030]", "clean.certificates[a]",
        "certificates[a].myen_per_gwh", "certificates[b].myen_per_gwh",
        "certificates[b].potential_gwh",
    ):  # fmt: skip
        assert where in str(raised.value)


def test_nothing_is_stated_where_nothing_is_claimed():
    problem = sunny(0.5)
    with_kinds = replace(problem, clean=replace(
        problem.clean, certificates=certificates(fit=(0.4, np.nan, False))
    ))  # fmt: skip
    for each in (problem, with_kinds):
        model = build_model(each)
        names = {component.name for component in model.component_objects()}
        assert not names & {"certificate_gwh", "open_claim_gwh", "count_claim", "claim_share"}
    assert choose_sites(with_kinds, EXACT).clean.certificates.empty


# ---- as stored


@cache
def stated_model():
    kinds = {"fit": (0.4, 100.0, False), "green": (2.0, np.nan, True)}
    return build_model(claiming(every_kind(), {2026: 0.6, 2030: 1.0}, **kinds))


def stated(name):
    model = stated_model()
    text = lp_text(model, name)
    model.del_component("nothing")
    for component in model.component_objects(pyo.Constraint):
        component.activate()
    model.net_present_cost.activate()
    return text


@pytest.mark.parametrize("name", ["claim_share", "count_claim", "net_present_cost"])
def test_the_claim_is_stated_as_stored(name):
    expected = parsed((EXPECTED / f"{name}.lp").read_text(encoding="utf-8"))
    found = parsed(stated(name))
    assert found[0].keys() == expected[0].keys()
    for row, factors in expected[0].items():
        assert found[0][row] == pytest.approx(factors, rel=1e-12), row
    assert found[1:] == expected[1:]
