"""Draw given up or moved to another area: cases solvable by head, invariants, stored limits."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyomo.environ as pyo
import pytest

from data.errors import InputError
from optimize.flexibility import Flexibility
from optimize.highs import solve_arrays
from optimize.matrix import compile_model
from optimize.model import build_model
from optimize.plan import choose_sites
from optimize.solve import SolverSettings, solve
from tests.small_clean import every_kind, sunny
from tests.small_problems import (
    carbon_table,
    cost_table,
    demand_of,
    dispatch_of,
    random_problem,
    site_table,
    two_sites,
    workload_table,
)
from tests.test_model_limits import lp_text, parsed

EXPECTED = Path(__file__).parent / "expected" / "flexible"
EXACT = SolverSettings(gap_share=1e-9)


def of_training(share):
    return pd.Series({"training": share})


def short(price=0.05, **more):
    """10 MW on 10 MW of gas, of which others take 2 MW for three hours; unserved costs 0.5."""
    problem = sunny(
        days={
            "hours": (3.0, 21.0),
            "demand": {"north": [2.0, 0.0]},
            "supply": {("north", "gas"): (10.0, 0.01, np.nan, 1.0)},
        }
    )
    flexibility = Flexibility(of_training(0.25), curtail_price_myen_per_mwh=price, **more)
    return replace(problem, clean=None, flexibility=flexibility)


FULL = 0.01 * 10.0 * 8760.0
"""Gas at full power all year. [M¥]"""


@pytest.mark.parametrize(("limits", "mwh_a_day"), [
    ({}, 6.0),  # 2 MW for three hours: all that is short
    ({"curtail_hours_per_day": 2.0}, 5.0),  # two hours of 2.5 MW
    ({"curtail_hours_per_year": 365.0}, 2.5),  # an hour a day
    ({"curtail_energy_share": 0.005}, 1.2),  # of 240 MWh a day
])  # fmt: skip
def test_draw_is_given_up_where_power_is_short(limits, mwh_a_day):
    plan = choose_sites(short(**limits), EXACT)
    lacking = 6.0 - mwh_a_day
    expected = FULL + 365 * (0.05 * mwh_a_day + 0.5 * lacking)
    assert plan.record.cost_myen == pytest.approx(expected)
    assert plan.balance["given_up_mw"].tolist() == pytest.approx([mwh_a_day / 3.0, 0.0])
    assert plan.balance["draw_mw"].tolist() == pytest.approx([10.0 - mwh_a_day / 3.0, 10.0])


def test_no_more_than_the_part_is_given_up():
    problem = replace(short(), flexibility=Flexibility(of_training(0.1)))
    assert choose_sites(problem, EXACT).balance["given_up_mw"].max() == pytest.approx(1.0)


def test_nothing_is_given_up_that_costs_more_than_power():
    assert choose_sites(short(0.6), EXACT).balance["given_up_mw"].max() == 0.0


def two_areas(move_share, *, pue_south=1.0, draw=(0.5, 0.5), workload="training", **more):
    """10 MW of servers in each area at half use; power is free by turns, else 0.01 M¥/MWh."""
    sun, moon = (1000.0, 0.0, np.nan, (1.0, 0.0)), (1000.0, 0.0, np.nan, (0.0, 1.0))
    gas = (1000.0, 0.01, np.nan, 1.0)
    south = {"area": "south", "max_mw": 10.0 * pue_south, "pue_peak": pue_south}
    problem = two_sites(
        sites=site_table(one={"max_mw": 10.0}, other=south | {"pue_annual": pue_south}),
        costs=cost_table(one=(0, 0), other=(0, 0)),
        demand=demand_of(**{workload: {2026: 20.0}}),
        dispatch=dispatch_of(
            [2026],
            demand={"north": [0.0, 0.0], "south": [0.0, 0.0]},
            supply={
                ("north", "sun"): sun,
                ("south", "moon"): moon,
                ("north", "gas"): gas,
                ("south", "gas"): gas,
            },
            draw_share={workload: draw},
            intensity={"north": [0.0, 0.5], "south": [0.5, 0.0]},
        ),
        **more,
    )
    return replace(problem, flexibility=Flexibility(move_share=pd.Series({workload: move_share})))


@pytest.mark.parametrize(("share", "moved"), [(0.0, 0.0), (0.4, 2.0), (1.0, 5.0)])
def test_work_follows_cheap_power_from_area_to_area(share, moved):
    plan = choose_sites(two_areas(share), EXACT)
    assert plan.record.cost_myen == pytest.approx(0.01 * (5.0 - moved) * 8760)
    draw = plan.balance["draw_mw"].unstack("slice").droplevel("fiscal_year")
    assert draw.loc["north"].tolist() == pytest.approx([5 + moved, 5 - moved])
    assert draw.loc["south"].tolist() == pytest.approx([5 - moved, 5 + moved])


def test_work_moves_only_to_servers_that_stand_idle():
    # nine tenths in use: 1 MW of room in the other area
    plan = choose_sites(two_areas(1.0, draw=(0.9, 0.9)), EXACT)
    assert plan.balance["moved_mw"].abs().max() == pytest.approx(1.0)


def test_moving_conserves_server_power_not_that_of_cooling():
    plan = choose_sites(two_areas(0.4, pue_south=1.5), EXACT)
    moved = plan.balance["moved_mw"].unstack("area")
    assert moved["north"].abs().max() > 1.0
    assert (moved["north"] + moved["south"] / 1.5).abs().max() < 1e-6


def test_moving_helps_to_keep_a_cap_on_carbon():
    # left where it is, half of 20 MW at half use emits 0.5 t/MWh
    cap = carbon_table({2026: (0.0, 0.0)})
    assert choose_sites(replace(two_areas(1.0), carbon=cap), EXACT).carbon["emitted_t"].item() == 0


@pytest.mark.parametrize("seed", range(3))
def test_flexibility_never_costs_more_and_keeps_the_proof(seed):
    stiff = random_problem(seed)
    flexible = replace(
        stiff,
        flexibility=Flexibility(
            of_training(0.25),
            curtail_price_myen_per_mwh=0.05,
            curtail_hours_per_day=3.0,
            curtail_energy_share=0.005,
            move_share=of_training(0.4),
        ),
    )
    whole = solve_arrays(compile_model(build_model(flexible)), SolverSettings(gap_share=1e-7))
    steps = solve(compile_model(build_model(flexible)), SolverSettings(gap_share=1e-4))
    assert steps.bound_myen <= whole.cost_myen * (1 + 1e-6)
    assert whole.bound_myen <= steps.cost_myen * (1 + 1e-6)
    assert whole.cost_myen <= choose_sites(stiff, EXACT).record.cost_myen * (1 + 1e-6)


def test_all_that_is_wrong_is_said_at_once():
    wrong = Flexibility(
        pd.Series({"training": 1.5, "nobody": 0.1}),
        curtail_energy_share=-1.0,
        curtail_price_myen_per_mwh=np.nan,
        move_share=of_training(-0.5),
    )
    with pytest.raises(InputError) as raised:
        replace(short(), flexibility=wrong)
    text = str(raised.value)
    for where in ("[training]", "[nobody]", "energy_share", "move_share", "price_myen_per_mwh"):
        assert where in text
    with pytest.raises(InputError, match="typical days"):
        replace(short(), dispatch=None)


# ---- as stored


def flexible():
    """As `every_kind`, with inference that gives up and training that also moves."""
    problem = every_kind()
    draw = problem.dispatch.draw_share.assign(inference=[0.6, 0.7, 0.8, 0.5])
    return replace(
        problem,
        clean=None,
        workloads=workload_table(training={"shift_share": 0.2}, inference={}),
        dispatch=replace(problem.dispatch, draw_share=draw),
        flexibility=Flexibility(
            pd.Series({"training": 0.25, "inference": 0.1}),
            curtail_price_myen_per_mwh=0.05,
            curtail_hours_per_day=3.0,
            curtail_hours_per_year=100.0,
            curtail_energy_share=0.005,
            move_share=of_training(0.4),
        ),
    )


@cache
def limits_of_flexibility():
    names = [
        {c.name for c in build_model(problem).component_objects(pyo.Constraint)}
        for problem in (flexible(), replace(flexible(), flexibility=None))
    ]
    return sorted(names[0] - names[1])


STORED = (
    "draw_from_nothing",
    "draw_within_power",
    "give_up_energy",
    "give_up_hours_a_day",
    "give_up_hours_a_year",
    "give_up_part",
    "move_in_balance",
    "move_out",
    "balance_power",
    "net_present_cost",
)


@pytest.mark.parametrize("name", STORED)
def test_every_limit_of_flexibility_is_stated_as_stored(name):
    expected = parsed((EXPECTED / f"{name}.lp").read_text(encoding="utf-8"))
    found = parsed(lp_text(build_model(flexible()), name))
    assert found[0].keys() == expected[0].keys()
    for row, factors in expected[0].items():
        assert found[0][row] == pytest.approx(factors, rel=1e-12), row
    assert found[1:] == expected[1:]


def test_every_limit_of_flexibility_is_stored():
    assert {*limits_of_flexibility(), "balance_power", "net_present_cost"} == set(STORED)
    assert {path.stem for path in EXPECTED.glob("*.lp")} == set(STORED)
