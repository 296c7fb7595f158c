"""Site problems small enough to solve by head, and random ones for invariants."""

from dataclasses import replace

import numpy as np
import pandas as pd

from optimize.problem import Dispatch, LowHeadroom, SiteProblem, Spread, Waiting

PLAIN_SITE = {
    "area": "north",
    "seismic_zone": "",
    "min_mw": 0.0,
    "max_mw": 100.0,
    "first_fiscal_year": 2026,
    "ramp_mw_per_year": 1000.0,
    "pue_peak": 1.0,
    "pue_annual": 1.0,
    "coincidence_share": 1.0,
}
PLAIN_WORKLOAD = {
    "kind": "it_mw",
    "latency_bound": False,
    "shift_share": 0.0,
    "shortfall_price_myen": np.nan,
}


def site_table(**sites):
    """Each keyword is a site with what differs from the plain one."""
    rows = {name: PLAIN_SITE | changes for name, changes in sites.items()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("site")


def cost_table(**sites):
    """Each keyword is a site with (fixed M¥/a, M¥ a year per MW)."""
    keys = pd.MultiIndex.from_product([list(sites), ["all"]], names=["site", "item"])
    columns = ["fixed_myen_per_year", "per_mw_myen_per_year"]
    return pd.DataFrame(list(sites.values()), index=keys, columns=columns, dtype=float)


def workload_table(**workloads):
    rows = {name: PLAIN_WORKLOAD | changes for name, changes in workloads.items()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("workload")


def keyed(values, names):
    """A Series by key: {(key, key): number}."""
    index = pd.MultiIndex.from_tuples(list(values), names=names) if values else None
    if index is None:
        index = pd.MultiIndex.from_arrays([[] for _ in names], names=names)
    return pd.Series(list(values.values()), index=index, dtype=float)


def demand_of(**workloads):
    """Each keyword is a workload with {fiscal year: amount}."""
    flat = {(w, y): mw for w, years in workloads.items() for y, mw in years.items()}
    return keyed(flat, ["workload", "fiscal_year"])


def headroom(values):
    """{(group, year): MW}."""
    return keyed(values, ["group", "fiscal_year"]).to_frame("headroom_mw")


def members(**groups):
    """Each keyword is a group with its sites."""
    rows = [(group, site) for group, sites in groups.items() for site in sites]
    return pd.DataFrame(rows, columns=["group", "site"], dtype="str")


def reserve_table(rows):
    """{(area, standard, season, year): (supply, demand, margin)}."""
    keys = ["area", "standard", "season", "fiscal_year"]
    columns = ["supply_mw", "demand_mw", "margin_share"]
    index = pd.MultiIndex.from_tuples(list(rows), names=keys)
    return pd.DataFrame(list(rows.values()), index=index, columns=columns, dtype=float)


def tie_table(years, **ties):
    """Each keyword is a tie with (from, to, forward MW, reverse MW), the same every year."""
    rows = {
        (name, way, year): (*ends, mw)
        for name, (start, end, forward, reverse) in ties.items()
        for way, ends, mw in (
            ("forward", (start, end), forward),
            ("reverse", (end, start), reverse),
        )
        for year in years
    }
    keys = ["tie", "direction", "fiscal_year"]
    index = pd.MultiIndex.from_tuples(list(rows), names=keys)
    columns = ["from_area", "to_area", "capacity_mw"]
    return pd.DataFrame(list(rows.values()), index=index, columns=columns)


def carbon_table(rows):
    """{year: (cap in t, price in M¥/t)}."""
    frame = pd.DataFrame.from_dict(
        rows, orient="index", columns=["cap_t", "price_myen_per_t"], dtype=float
    )
    return frame.rename_axis("fiscal_year")


def reinforcement_table(**options):
    """Each keyword is an option with (group, added MW, first year, M¥ a year)."""
    columns = ["group", "added_mw", "first_fiscal_year", "myen_per_year"]
    return pd.DataFrame.from_dict(options, orient="index", columns=columns).rename_axis("option")


def dispatch_of(years, *, demand, supply, hours=(12.0, 12.0), days=None, **more):
    """Typical days: `demand` {area: MW by slice}, `supply` {(area, tech): row of numbers}.

    A row of supply is (capacity MW, M¥/MWh, daily share, availability by slice).
    `more` may give draw_share {workload: by slice} and intensity {area: by slice}.
    """
    count = len(hours)
    slices = pd.Index([f"t{i}" for i in range(count)], name="slice")
    days = days or ["day"] * count
    hour = pd.Series(hours).groupby(pd.Series(days)).cumsum() - pd.Series(hours)
    weight = 365.0 / len(set(days))
    table = {"day": days, "hour": hour.to_numpy(), "hours": hours, "weight_days": weight}
    units = pd.MultiIndex.from_tuples(list(supply), names=["area", "tech"])
    columns = ["capacity_mw", "cost_myen_per_mwh", "daily_energy_share"]
    runs = {unit: np.broadcast_to(row[3], count) for unit, row in supply.items()}
    intensity = pd.DataFrame(more.get("intensity", dict.fromkeys(demand, 0.5)), index=slices)
    return Dispatch(
        slices=pd.DataFrame(table, index=slices),
        supply=pd.DataFrame([row[:3] for row in supply.values()], index=units, columns=columns),
        availability=pd.DataFrame(runs, index=slices),
        demand_mw=pd.DataFrame(demand, index=slices, dtype=float),
        draw_share=pd.DataFrame(more.get("draw_share", {"training": 1.0}), index=slices),
        intensity_t_per_mwh=pd.concat(
            {y: intensity for y in years}, names=["fiscal_year", "slice"]
        ),
    )


def two_sites(**changes):
    """One year, 30 MW of IT power; `cheap` (10 + 1/MW) holds 20 MW, `dear` (10 + 3/MW) 30 MW."""
    problem = SiteProblem(
        years=(2026,),
        sites=site_table(cheap={"max_mw": 20.0}, dear={"max_mw": 30.0, "area": "south"}),
        costs=cost_table(cheap=(10, 1), dear=(10, 3)),
        workloads=workload_table(training={}),
        demand=demand_of(training={2026: 30.0}),
    )
    return replace(problem, **changes) if changes else problem


def two_years(**changes):
    """As `two_sites` in 2026 and 2027: 10 MW first, then 30 MW."""
    return two_sites(
        **{"years": (2026, 2027), "demand": demand_of(training={2026: 10.0, 2027: 30.0})} | changes
    )


def low_ends(gamma, values):
    """{(group, year): MW} at the low end, any `gamma` of them at once."""
    return LowHeadroom(gamma, keyed(values, ["group", "fiscal_year"]))


def wanted_by(values, **more):
    """{year: MW of server power wanted by then}."""
    index = pd.Index(list(values), name="fiscal_year")
    return Waiting(pd.Series(list(values.values()), index=index, dtype=float), **more)


def lift_table(*rows):
    """(option, group, added MW) of groups that an option lifts beside its own."""
    table = pd.DataFrame(rows, columns=["option", "group", "added_mw"])
    return table.astype({"option": str, "group": str, "added_mw": float})


def per_year(years, **keys):
    """{(key, year): number} with the same number every year."""
    return {(key, year): number for key, number in keys.items() for year in years}


def everything():
    """Two areas, two years, two slices, and every limit the model knows."""
    years = (2026, 2030)
    area_year, group_year = ["area", "fiscal_year"], ["group", "fiscal_year"]
    cases = [(area, "h3", "summer", year) for area in ("north", "south") for year in years]
    return SiteProblem(
        years=years,
        sites=site_table(
            cheap={"min_mw": 5.0, "max_mw": 20.0, "pue_peak": 1.3, "pue_annual": 1.2},
            dear={
                "area": "south",
                "seismic_zone": "nankai",
                "min_mw": 2.0,
                "max_mw": 30.0,
                "first_fiscal_year": 2028,
                "ramp_mw_per_year": 8.0,
                "coincidence_share": 0.9,
            },
        ),
        costs=cost_table(cheap=(10, 1), dear=(10, 3)),
        workloads=workload_table(
            training={"kind": "eflops", "shift_share": 0.25},
            inference={"latency_bound": True, "shortfall_price_myen": 100.0},
        ),
        demand=demand_of(training={2026: 4.0, 2030: 10.0}, inference={2030: 6.0}),
        mw_per_eflops=keyed(
            {("training", 2026): 1.0, ("training", 2030): 0.5}, ["workload", "fiscal_year"]
        ),
        overhead_share=0.1,
        discount_share=0.05,
        groups=headroom(per_year(years, bank=12.0, upper=25.0)),
        group_sites=members(bank=["cheap"], upper=["cheap", "dear"]),
        reinforcements=reinforcement_table(line=("bank", 10.0, 2029, 7.0)),
        lifts=lift_table(("line", "upper", 4.0)),
        low_headroom=low_ends(1, per_year(years, bank=8.0, upper=20.0)),
        waiting=wanted_by(
            {2026: 4.5, 2030: 13.0}, price_myen_per_mw_year=3.0, mean_years=4.0, full_from=2029
        ),
        forecast=keyed(per_year(years, japan=15.0), group_year)
        .to_frame("limit_mw")
        .assign(over_price_myen_per_mw=50.0),
        forecast_areas=pd.DataFrame({"group": "japan", "area": ["north", "south"]}),
        reserve=reserve_table(dict.fromkeys(cases, (120.0, 100.0, 0.08))),
        ties=tie_table(years, link=("north", "south", 30.0, 20.0)),
        fences=keyed(per_year(years, south=10.0), area_year).to_frame("net_mw"),
        carbon=carbon_table({2026: (np.nan, 0.002), 2030: (60000.0, 0.003)}),
        metros=keyed({("city", 2030): 6.0}, ["metro", "fiscal_year"]).to_frame("it_mw"),
        pairs=keyed({("city", "cheap"): 2.0, ("city", "dear"): 0.5}, ["metro", "site"]).to_frame(
            "myen_per_mw_year"
        ),
        spread=Spread(0.8, 1, 2, {"nankai": 25.0}, 5000.0),
        dispatch=dispatch_of(
            years,
            demand={"north": [80.0, 100.0], "south": [90.0, 100.0]},
            supply={
                ("north", "hydro"): (60.0, 0.0, 0.5, 1.0),
                ("north", "gas"): (90.0, 0.01, np.nan, 0.9),
                ("south", "gas"): (100.0, 0.012, np.nan, 1.0),
                ("south", "solar"): (50.0, 0.0, np.nan, (0.0, 0.8)),
            },
            draw_share={"training": [0.9, 0.8], "inference": [0.6, 1.0]},
            intensity={"north": [0.4, 0.5], "south": [0.6, 0.3]},
        ),
        tight_assignment=True,
    )


def random_problem(seed, *, sites=6, years=(2026, 2028, 2029), shift_share=0.3):
    """A feasible small nation: two areas, two typical days of three slices, most limits in use."""
    rng = np.random.default_rng(seed)
    names = [f"s{i}" for i in range(sites)]
    area = rng.choice(["north", "south"], sites)
    peak = rng.uniform(1.15, 1.4, sites)
    table = site_table(**{name: {} for name in names}).assign(
        area=area,
        seismic_zone=rng.choice(["", "nankai"], sites),
        min_mw=rng.integers(2, 10, sites).astype(float),
        max_mw=rng.integers(20, 60, sites).astype(float),
        first_fiscal_year=rng.choice([2026, 2027, 2028], sites),
        ramp_mw_per_year=rng.integers(10, 40, sites).astype(float),
        pue_peak=peak,
        pue_annual=1.0 + (peak - 1.0) * 0.8,
    )
    paid = {"shortfall_price_myen": 3000.0}
    training = paid | {"shift_share": shift_share}
    growth = np.linspace(0.3, 1.0, len(years)) * rng.uniform(20, 90)
    work = {
        "training": dict(zip(years, 0.6 * growth, strict=True)),
        "inference": dict(zip(years, 0.4 * growth, strict=True)),
    }
    metros = {(m, y): 0.5 * mw for y, mw in work["inference"].items() for m in ("east", "west")}
    pairs = {
        (m, s): rng.uniform(0, 5) for m in ("east", "west") for s in names if rng.random() < 0.8
    }
    areas = ["north", "south"]
    return SiteProblem(
        years=years,
        sites=table,
        costs=cost_table(**{s: (rng.uniform(20, 300), rng.uniform(60, 90)) for s in names}),
        workloads=workload_table(training=training, inference=paid | {"latency_bound": True}),
        demand=demand_of(**work),
        overhead_share=0.12,
        discount_share=0.05,
        groups=headroom(per_year(years, bank=float(rng.integers(20, 60)), upper=90.0)),
        group_sites=members(bank=names[:2], upper=names[:4]),
        reinforcements=reinforcement_table(line=("bank", 20.0, 2028, rng.uniform(5, 80))),
        forecast=keyed(per_year(years, all=60.0), ["group", "fiscal_year"])
        .to_frame("limit_mw")
        .assign(over_price_myen_per_mw=20.0),
        forecast_areas=pd.DataFrame({"group": "all", "area": areas}),
        reserve=reserve_table(
            {
                (a, "h3", "summer", y): (rng.uniform(220, 290), 200.0, 0.08)
                for a in areas
                for y in years
            }
        ),
        ties=tie_table(years, link=("north", "south", rng.uniform(5, 60), rng.uniform(5, 60))),
        carbon=carbon_table({y: (np.nan, rng.uniform(0.001, 0.01)) for y in years}),
        metros=keyed(metros, ["metro", "fiscal_year"]).to_frame("it_mw"),
        pairs=keyed(pairs, ["metro", "site"]).to_frame("myen_per_mw_year"),
        spread=Spread(zone_cap_mw={"nankai": 70.0}),
        dispatch=_random_days(rng, years),
    )


def _random_days(rng, years):
    return dispatch_of(
        years,
        hours=(8.0,) * 6,
        days=["summer"] * 3 + ["winter"] * 3,
        demand={"north": rng.uniform(100, 200, 6), "south": rng.uniform(100, 200, 6)},
        supply={
            ("north", "hydro"): (60.0, 0.0, 0.4, 1.0),
            ("north", "coal"): (rng.uniform(80, 160), 0.006, np.nan, 0.9),
            ("north", "gas"): (200.0, 0.011, np.nan, 0.9),
            ("south", "gas"): (rng.uniform(150, 260), 0.012, np.nan, 0.9),
            ("south", "oil"): (80.0, 0.02, np.nan, 1.0),
            ("south", "solar"): (rng.uniform(50, 200), 0.0, np.nan, (0, 0.7, 0.1, 0, 0.4, 0)),
        },
        draw_share={"training": rng.uniform(0.6, 1.0, 6), "inference": rng.uniform(0.4, 1.0, 6)},
        intensity={"north": rng.uniform(0.3, 0.7, 6), "south": rng.uniform(0.2, 0.6, 6)},
    )


def facility_tables(seed, *, sites=5, points=6):
    """Random sites, demand and cost per unit, with room for all demand."""
    rng = np.random.default_rng(seed)
    demand = pd.Series(rng.integers(1, 20, points) / 1.0, index=[f"p{i}" for i in range(points)])
    table = pd.DataFrame(
        {
            "fixed_cost": rng.uniform(20, 100, sites),
            "capacity": demand.sum() * rng.uniform(0.3, 0.8, sites),
        },
        index=[f"s{i}" for i in range(sites)],
    )
    cost = pd.DataFrame(rng.uniform(1, 9, (sites, points)), table.index, demand.index)
    return table, demand, cost
