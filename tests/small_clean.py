"""Clean power small enough to solve by head: one area with sun by day, and two areas with a tie."""

from dataclasses import replace

import numpy as np
import pandas as pd

from optimize.clean import CleanPower
from tests.small_problems import (
    cost_table,
    demand_of,
    dispatch_of,
    site_table,
    tie_table,
    two_sites,
    workload_table,
)

GAS_MYEN_PER_MWH = 0.01
STEPS_MYEN_PER_MWH = 1e-7
"""Price of excess and of discharge that settles ties between equal plans."""
OFFER = {
    "potential_mw": 1000.0,
    "first_fiscal_year": 2026,
    "myen_per_mw_year": 100.0,
    "cost_myen_per_mwh": 0.0,
    "additional": True,
    "t_per_mwh": 0.03,
}
STORE = {
    "myen_per_mw_year": 5.0,
    "myen_per_mwh_year": 1.0,
    "efficiency_in": 0.9,
    "efficiency_out": 0.8,
    "potential_mw": 1000.0,
    "first_fiscal_year": 2026,
}


def _by_unit(plain, units):
    index = pd.MultiIndex.from_tuples(list(units), names=["area", "tech"])
    table = pd.DataFrame([plain | each for each in units.values()], index=index)
    return table if len(table) else pd.DataFrame(columns=list(plain), index=index)


def clean_of(slices, offers, *, share, stores=None, **more):
    """`offers` {(area, tech): (changes, availability)}, `stores` {(area, tech): changes}."""
    runs = {key: np.broadcast_to(run, len(slices)) for key, (_, run) in offers.items()}
    years = pd.Index(list(share), name="fiscal_year")
    given = {"stores": _by_unit(STORE, stores)} if stores else {}
    return CleanPower(
        offers=_by_unit(OFFER, {key: changes for key, (changes, _) in offers.items()}),
        availability=pd.DataFrame(runs, index=slices),
        share=pd.Series(list(share.values()), index=years, dtype=float),
        **given,
        **more,
    )


SUN = {("north", "solar"): ({}, (1.0, 0.0))}
BATTERY = {("north", "battery"): {}}


def sunny(share=0.0, *, offers=None, stores=BATTERY, days=None, year=2026, **more):
    """10 MW that draw day and night on gas; sun by day at 100 M¥/MW, a battery for the night."""
    plain = {
        "demand": {"north": [0.0, 0.0]},
        "supply": {("north", "gas"): (1000.0, 0.01, np.nan, 1.0)},
    }
    dispatch = dispatch_of([year], **plain | (days or {}))
    problem = two_sites(
        years=(year,),
        sites=site_table(only={}),
        costs=cost_table(only=(0, 0)),
        workloads=workload_table(training={}),
        demand=demand_of(training={year: 10.0}),
        dispatch=dispatch,
    )
    offers = SUN if offers is None else offers
    clean = clean_of(dispatch.slices.index, offers, share={year: share}, stores=stores, **more)
    return replace(problem, clean=clean)


def remote(tie_mw, share, *, back_mw=4.0, **more):
    """10 MW in the north, wind in the south behind a tie; gas at the same price in both."""
    gas = (1000.0, 0.01, np.nan, 1.0)
    problem = sunny(
        share,
        offers={("south", "wind"): ({"myen_per_mw_year": 120.0}, 1.0)},
        stores={},
        days={
            "demand": {"north": [5.0, 5.0], "south": [30.0, 30.0]},
            "supply": {("north", "gas"): gas, ("south", "gas"): gas},
        },
        **more,
    )
    return replace(problem, ties=tie_table([2026], link=("south", "north", tie_mw, back_mw)))


def repeated_days(weights):
    """Two typical days of three slices, sunny and dull, repeated `weights` times each."""
    problem = sunny(
        0.95,
        offers={("north", "solar"): ({}, (0.2, 1.0, 0.1, 0.0, 0.3, 0.0))},
        days={
            "hours": (8.0,) * 6,
            "days": ["sunny"] * 3 + ["dull"] * 3,
            "demand": {"north": [0.0] * 6},
            "draw_share": {"training": [1.0, 0.8, 0.6, 1.0, 0.9, 0.7]},
        },
    )
    slices = problem.dispatch.slices
    counts = slices["day"].map(dict(zip(["sunny", "dull"], weights, strict=True)))
    slices = slices.assign(weight_days=counts.astype(float))
    return replace(problem, dispatch=replace(problem.dispatch, slices=slices))


def every_kind():
    """Two areas, years and days: a new plant, a claim, a store, a tie and every clean limit."""
    years = (2026, 2030)
    problem = two_sites(
        years=years,
        demand=demand_of(training={2026: 10.0, 2030: 20.0}),
        workloads=workload_table(training={"shift_share": 0.2}),
        discount_share=0.05,
        ties=tie_table(years, link=("north", "south", 30.0, 20.0)),
        dispatch=dispatch_of(
            years,
            hours=(10.0, 14.0, 10.0, 14.0),
            days=["summer", "summer", "winter", "winter"],
            demand={"north": [80.0, 60.0, 70.0, 90.0], "south": [50.0, 40.0, 60.0, 70.0]},
            supply={
                ("north", "gas"): (200.0, 0.01, np.nan, 1.0),
                ("south", "nuclear"): (30.0, 0.002, np.nan, 0.9),
                ("south", "gas"): (150.0, 0.012, np.nan, 1.0),
            },
            draw_share={"training": [0.9, 0.8, 0.9, 0.7]},
        ),
    )
    slices = problem.dispatch.slices.index
    keys = pd.MultiIndex.from_product([years, slices], names=["fiscal_year", "slice"])
    clean = clean_of(
        slices,
        {
            ("north", "wind"): ({"first_fiscal_year": 2028, "potential_mw": 40.0}, 0.5),
            ("south", "nuclear"): (
                {"additional": False, "cost_myen_per_mwh": 0.001, "potential_mw": 20.0},
                0.9,
            ),
        },
        stores={("north", "battery"): {"most_hours": 6.0, "potential_mw": 30.0}},
        share={2026: 0.5, 2030: 0.9},
        grid_clean_share=pd.DataFrame({"north": 0.2, "south": 0.3}, index=keys),
        excess_share=0.1,
        residual_t_per_mwh=pd.Series({"north": 0.5, "south": 0.4}),
    )
    return replace(problem, clean=clean)


def certificates(**kinds):
    """`kinds` {kind: (myen_per_gwh, potential_gwh, additional)}."""
    index = pd.Index(list(kinds), name="kind", dtype=object)
    columns = ["myen_per_gwh", "potential_gwh", "additional"]
    return pd.DataFrame(list(kinds.values()), index=index, columns=columns)


def claiming(problem, share, **kinds):
    """The problem with this share to be claimed, by year or in all, and these certificates."""
    by_year = share if isinstance(share, dict) else dict.fromkeys(problem.years, share)
    claimed = pd.Series(by_year, dtype=float).rename_axis("fiscal_year")
    table = certificates(**kinds)
    return replace(problem, clean=replace(problem.clean, claimed_share=claimed, certificates=table))
