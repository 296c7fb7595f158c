"""Hourly and annual matching and daily shifting against a model of the same case in PyPSA."""

from dataclasses import replace

import numpy as np
import pytest

from optimize.plan import choose_sites
from optimize.solve import SolverSettings
from tests.pypsa_peer import optimise
from tests.small_clean import sunny
from tests.small_problems import tie_table, workload_table

EXACT = SolverSettings(gap_share=1e-9)
HOURS = (3.0,) * 8
SUN = (0.0, 0.0, 0.35, 0.9, 1.0, 0.55, 0.05, 0.0)
WIND = (0.5, 0.6, 0.4, 0.2, 0.1, 0.3, 0.5, 0.6)
DRAW = (0.7, 0.75, 0.8, 0.9, 0.85, 0.9, 0.8, 0.7)
GAS = (200.0, 0.01, np.nan, 1.0)
OIL = (200.0, 0.018, np.nan, 1.0)
OFFERS = {
    ("north", "solar"): ({"myen_per_mw_year": 62.0}, SUN),
    ("south", "wind"): ({"myen_per_mw_year": 48.0, "cost_myen_per_mwh": 0.001}, WIND),
}


def case(share, *, shift=0.0, areas=("north", "south"), **more):
    """10 MW of computing in the north; sun there, wind in the south behind a tie."""
    supply = {("north", "gas"): (12.0, *GAS[1:]), ("north", "oil"): OIL, ("south", "gas"): GAS}
    demand = {"north": [6.0, 5.0, 7.0, 9.0, 9.0, 8.0, 9.0, 8.0], "south": [12.0] * 8}
    problem = sunny(
        share,
        offers={key: each for key, each in OFFERS.items() if key[0] in areas},
        days={
            "hours": HOURS,
            "demand": {area: demand[area] for area in areas},
            "supply": {key: each for key, each in supply.items() if key[0] in areas},
            "draw_share": {"training": DRAW},
        },
        **more,
    )
    ties = {"link": ("south", "north", 6.0, 5.0)} if "south" in areas else {}
    return replace(
        problem,
        workloads=workload_table(training={"shift_share": shift}),
        ties=tie_table([2026], **ties) if ties else problem.ties,
    )


def in_order(share, **more):
    """Eight slices as two days that follow one another once, so that a store may bridge them."""
    problem = case(share, areas=("north",), **more)
    slices = problem.dispatch.slices.assign(
        day=["first"] * 4 + ["second"] * 4, hour=[0.0, 3.0, 6.0, 9.0] * 2, weight_days=1.0
    )
    # a year of two days: contracts cost a two-hundredth
    offers = problem.clean.offers.assign(myen_per_mw_year=0.15)
    stores = problem.clean.stores.assign(myen_per_mw_year=0.01, myen_per_mwh_year=0.002)
    clean = replace(problem.clean, offers=offers, stores=stores)
    return replace(problem, clean=clean, dispatch=replace(problem.dispatch, slices=slices))


CASES = {
    "hourly, one area": case(0.8, areas=("north",)),
    "annual, two areas": case(1.0, matching="annual"),
    "hourly, two areas": case(0.95),
    "all, two areas": case(1.0),
    "shifting, hourly": case(0.9, shift=0.3),
    "days in order": in_order(0.9),
}


def as_numbers(problem):
    """A problem in plain numbers, as the peer is asked."""
    dispatch, clean = problem.dispatch, problem.clean
    slices, supply = dispatch.slices, dispatch.supply.reset_index()
    offers, stores = clean.offers.reset_index(), clean.stores.reset_index()
    ties = problem.ties.reset_index()
    return {
        "hours": slices["hours"].tolist(),
        "weight_days": slices["weight_days"].tolist(),
        "day": slices["day"].tolist(),
        "demand": {area: mw.tolist() for area, mw in dispatch.demand_mw.items()},
        "supply": [
            {
                "area": u.area,
                "tech": u.tech,
                "mw": u.capacity_mw,
                "myen_per_mwh": u.cost_myen_per_mwh,
            }
            for u in supply.itertuples()
        ],
        "offers": [
            {
                "area": o.area,
                "mw": o.potential_mw,
                "runs": clean.availability[o.area, o.tech].tolist(),
                "myen_per_mw": o.myen_per_mw_year,
                "myen_per_mwh": o.cost_myen_per_mwh,
            }
            for o in offers.itertuples()
        ],
        "stores": [
            {
                "area": s.area,
                "mw": s.potential_mw,
                "in": s.efficiency_in,
                "out": s.efficiency_out,
                "myen_per_mw": s.myen_per_mw_year,
                "myen_per_mwh": s.myen_per_mwh_year,
            }
            for s in stores.itertuples()
        ],
        "ties": [
            {"from": t.from_area, "to": t.to_area, "mw": t.capacity_mw} for t in ties.itertuples()
        ],
        "area": problem.sites["area"].iloc[0],
        "draw": (10.0 * dispatch.draw_share["training"]).tolist(),
        "full_mw": 10.0,
        "shift": float(problem.workloads["shift_share"].iloc[0]),
        "matching": clean.matching,
        "share": float(clean.share.iloc[0]),
    }


@pytest.fixture(scope="module")
def peer():
    asked = [as_numbers(problem) for problem in CASES.values()]
    return dict(zip(CASES, optimise(asked), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_cost_is_what_pypsa_finds(peer, name):
    assert peer[name]["status"] == "optimal"
    plan = choose_sites(CASES[name], EXACT)
    assert plan.record.cost_myen == pytest.approx(peer[name]["cost"], rel=1e-6)
    if CASES[name].clean.matching == "hourly":
        asked = CASES[name].clean.share.iloc[0] * plan.clean.years["draw_gwh"].item()
        assert plan.clean.years["matched_gwh"].item() >= asked * (1 - 1e-6)


def test_the_cases_differ_in_what_they_cost(peer):
    costs = [round(each["cost"], 3) for each in peer.values()]
    assert len(set(costs)) == len(costs)
    assert peer["annual, two areas"]["cost"] < peer["all, two areas"]["cost"]
    assert peer["shifting, hourly"]["cost"] < peer["hourly, two areas"]["cost"]
