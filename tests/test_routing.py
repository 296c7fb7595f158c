"""Inference sent by the hour to sites within its latency: by head, brute force, another program."""

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

from data.errors import InputError
from optimize.flexibility import Flexibility
from optimize.model import build_model
from optimize.model.routing import clusters_of
from optimize.plan import choose_sites
from optimize.solve import SolverSettings
from tests.small_problems import (
    carbon_table,
    cost_table,
    demand_of,
    dispatch_of,
    site_table,
    two_sites,
    workload_table,
)
from tests.test_flexibility import two_areas
from tests.test_model_limits import lp_text, parsed

EXPECTED = Path(__file__).parent / "expected" / "routing"
EXACT = SolverSettings(gap_share=1e-9)
HALF_YEAR_H = 4380.0
GAS_MYEN_PER_MWH = 0.01


def metro_table(**metros):
    index = pd.MultiIndex.from_tuples([(m, 2026) for m in metros], names=["metro", "fiscal_year"])
    return pd.DataFrame({"it_mw": list(metros.values())}, index=index, dtype=float)


def pair_table(*pairs):
    """Each argument is a metro and the sites that it reaches."""
    keys = [(metro, site) for metro, *sites in pairs for site in sites]
    index = pd.MultiIndex.from_tuples(keys, names=["metro", "site"])
    return pd.DataFrame({"myen_per_mw_year": 0.0}, index=index)


def sun_and_moon(move_share, *pairs, metros, **more):
    """As `two_areas`, with inference that metros reach; both sites are needed in full."""
    return two_areas(
        move_share,
        workload="inference",
        workloads=workload_table(inference={"latency_bound": True}),
        metros=metro_table(**metros),
        pairs=pair_table(*pairs),
        **more,
    )


BOTH_REACH_BOTH = (("m", "one", "other"), ("n", "one", "other"))
HALVES = {"m": 10.0, "n": 10.0}


def gas_mwh(plan):
    return plan.record.cost_myen / GAS_MYEN_PER_MWH


# --- by head ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("share", "moved_mw"), [(0.0, 0.0), (0.4, 2.0), (1.0, 5.0)])
def test_requests_follow_cheap_power_where_both_sites_are_near(share, moved_mw):
    plan = choose_sites(sun_and_moon(share, *BOTH_REACH_BOTH, metros=HALVES), EXACT)
    assert gas_mwh(plan) == pytest.approx(2 * HALF_YEAR_H * (5.0 - moved_mw))
    draw = plan.balance["draw_mw"].unstack("slice").droplevel("fiscal_year")
    assert draw.loc["north"].tolist() == pytest.approx([5 + moved_mw, 5 - moved_mw])


def test_requests_stay_where_nothing_else_is_near():
    """Each metro reaches one site only: all may move, and nothing can."""
    pairs = (("m", "one"), ("n", "other"))
    plan = choose_sites(sun_and_moon(1.0, *pairs, metros=HALVES), EXACT)
    assert gas_mwh(plan) == pytest.approx(2 * HALF_YEAR_H * 5.0)
    assert plan.balance["moved_mw"].abs().max() == pytest.approx(0.0, abs=1e-6)


def test_only_the_metro_that_reaches_both_can_move():
    """m (10 MW) is tied to the north; n's 5 MW go to and fro, as far as servers stand idle."""
    pairs = (("m", "one"), ("n", "one", "other"))
    plan = choose_sites(sun_and_moon(1.0, *pairs, metros=HALVES), EXACT)
    # by day n runs in the north beside m, by night in the south where it stands: 5 MW of m's gas
    assert gas_mwh(plan) == pytest.approx(HALF_YEAR_H * 5.0)


def test_work_moves_only_to_servers_that_stand_idle():
    problem = sun_and_moon(1.0, *BOTH_REACH_BOTH, metros=HALVES, draw=(0.9, 0.9))
    plan = choose_sites(problem, EXACT)
    assert plan.balance["moved_mw"].abs().max() == pytest.approx(1.0)


def test_moving_conserves_server_power_not_that_of_cooling():
    problem = sun_and_moon(0.4, *BOTH_REACH_BOTH, metros=HALVES, pue_south=1.5)
    moved = choose_sites(problem, EXACT).balance["moved_mw"].unstack("area")
    assert moved["north"].abs().max() > 1.0
    assert (moved["north"] + moved["south"] / 1.5).abs().max() < 1e-6


def test_moving_helps_to_keep_a_cap_on_carbon():
    problem = sun_and_moon(1.0, *BOTH_REACH_BOTH, metros=HALVES)
    plan = choose_sites(replace(problem, carbon=carbon_table({2026: (0.0, 0.0)})), EXACT)
    assert plan.carbon["emitted_t"].item() == 0


def test_sites_that_the_same_metros_reach_are_one_cluster():
    sites = site_table(a={}, b={}, c={}, d={"area": "south"}, e={"area": "south"})
    pairs = pair_table(("m", "a", "b", "c", "d"), ("n", "a", "b"))
    problem = two_sites(
        sites=sites,
        costs=cost_table(**dict.fromkeys("abcde", (0, 0))),
        workloads=workload_table(inference={"latency_bound": True}),
        demand=demand_of(inference={2026: 1.0}),
        metros=metro_table(m=1.0, n=0.0),
        pairs=pairs,
    )
    assert clusters_of(problem) == {
        ("north", 0): ["a", "b"],
        ("north", 1): ["c"],
        ("south", 0): ["d"],
    }


def test_workloads_that_share_servers_move_alike():
    problem = sun_and_moon(0.4, *BOTH_REACH_BOTH, metros=HALVES)
    two = workload_table(inference={"latency_bound": True}, search={"latency_bound": True})
    draw = problem.dispatch.draw_share.assign(search=[0.5, 0.6])
    with pytest.raises(InputError) as caught:
        replace(problem, workloads=two, dispatch=replace(problem.dispatch, draw_share=draw))
    wheres = [each.where for each in caught.value.problems]
    assert wheres == ["flexibility.move_share", "dispatch.draw_share"]


# --- against another program --------------------------------------------------------------------


def least_gas_mwh(metros, reach, share, used):
    """Least gas with servers held at 10 MW a site, written out by scipy alone.

    Columns: serve[m, s] of each pair, then route[t, m, s] of each pair by day and by night.
    """
    pairs = [(m, s) for m in metros for s in reach[m]]
    n = len(pairs)
    of_metro = np.array([[float(m == pair[0]) for pair in pairs] for m in metros])
    of_site = np.array([[float(s == pair[1]) for pair in pairs] for s in (0, 1)])
    one, none, some = np.eye(n), np.zeros((n, n)), np.zeros_like
    at_most = np.block(
        [
            [of_site, some(of_site), some(of_site)],
            [some(of_site), of_site, some(of_site)],
            [some(of_site), some(of_site), of_site],
            [(1.0 - share) * used * one, -one, none],
            [(1.0 - share) * used * one, none, -one],
        ]
    )
    equal = np.block(
        [
            [of_metro, some(of_metro), some(of_metro)],
            [-used * of_metro, of_metro, some(of_metro)],
            [-used * of_metro, some(of_metro), of_metro],
        ]
    )
    bound = [10.0] * 6 + [0.0] * 2 * n
    goal = [*metros.values(), *[0.0] * 2 * len(metros)]
    # the south needs gas by day, the north by night
    cost = np.concatenate([np.zeros(n), of_site[1], of_site[0]]) * HALF_YEAR_H
    found = linprog(cost, at_most, bound, equal, goal)
    assert found.status == 0
    return found.fun


SOME = st.sampled_from([(0,), (1,), (0, 1)])


@settings(max_examples=12)
@given(
    reach=st.tuples(SOME, SOME, st.just((0, 1))),
    cut=st.floats(0.0, 1.0),
    share=st.floats(0.1, 1.0),
    used=st.floats(0.2, 1.0),
)
def test_routes_are_the_cheapest_there_are(reach, cut, share, used):
    names = ("m", "n", "all")
    mw = (6.0 * cut, 6.0 * (1.0 - cut), 14.0)
    metros, reaches = dict(zip(names, mw, strict=True)), dict(zip(names, reach, strict=True))
    sites = ("one", "other")
    pairs = [(m, *(sites[s] for s in reaches[m])) for m in names]
    problem = sun_and_moon(share, *pairs, metros=metros, draw=(used, used))
    plan = choose_sites(problem, EXACT)
    expected = least_gas_mwh(metros, reaches, share, used)
    assert gas_mwh(plan) == pytest.approx(expected, rel=1e-6, abs=1e-2)


# --- as stored ----------------------------------------------------------------------------------


@cache
def stored():
    """Three sites in two areas, one of them out of reach of n."""
    sites = site_table(a={}, b={"pue_annual": 1.2}, c={"area": "south", "pue_annual": 1.1})
    problem = two_sites(
        sites=sites,
        costs=cost_table(**dict.fromkeys("abc", (0, 0))),
        workloads=workload_table(inference={"latency_bound": True}),
        demand=demand_of(inference={2026: 12.0}),
        metros=metro_table(m=8.0, n=4.0),
        pairs=pair_table(("m", "a", "b", "c"), ("n", "a", "c")),
        dispatch=dispatch_of(
            [2026],
            demand={"north": [1.0], "south": [1.0]},
            supply={("north", "gas"): (100.0, 0.01, np.nan, 1.0)},
            hours=(24.0,),
            draw_share={"inference": [0.7]},
        ),
    )
    moving = Flexibility(move_share=pd.Series({"inference": 0.25}))
    return replace(problem, flexibility=moving, overhead_share=0.1)


STORED = ("route_all", "route_kept", "route_moves", "route_within_it")


@pytest.mark.parametrize("name", STORED)
def test_every_limit_of_routing_is_stated_as_stored(name):
    expected = parsed((EXPECTED / f"{name}.lp").read_text(encoding="utf-8"))
    found = parsed(lp_text(build_model(stored()), name))
    assert found[0].keys() == expected[0].keys()
    for row, factors in expected[0].items():
        assert found[0][row] == pytest.approx(factors, rel=1e-12), row
    assert found[1:] == expected[1:]


def test_every_limit_of_routing_is_stored():
    rigid = replace(stored(), flexibility=Flexibility())
    names = [
        {c.name for c in build_model(problem).component_objects(pyo.Constraint)}
        for problem in (stored(), rigid)
    ]
    assert {n for n in names[0] - names[1] if n.startswith("route")} == set(STORED)
