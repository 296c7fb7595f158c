"""A synthetic nation: ten areas, ten years, twelve days; sizes are real, sites are random."""

import numpy as np
import pandas as pd

from optimize.problem import Dispatch, SiteProblem, Spread

YEARS = tuple(range(2026, 2036))
CONNECTED = [
    "hokkaido",
    "tohoku",
    "tokyo",
    "chubu",
    "hokuriku",
    "kansai",
    "chugoku",
    "shikoku",
    "kyushu",
]
AREAS = [*CONNECTED, "okinawa"]
PEAK_MW = [5060, 13350, 55010, 23680, 4910, 26880, 10020, 4690, 15860, 1610]
FIRM_MW = [6330, 20420, 56990, 26760, 5370, 28150, 13260, 8640, 19180, 2020]
CLASSES = {66: (3, 10, 30), 154: (5, 50, 175), 275: (7, 300, 600)}
"""Voltage class -> (lead time in years, smallest and largest contract in MW)."""
TECHS = {"coal": 0.006, "gas": 0.010, "oil": 0.018, "nuclear": 0.0015, "hydro": 0.0}
"""Technology -> fuel cost in M¥/MWh."""
METROS = {"tokyo": 0.45, "osaka": 0.25, "nagoya": 0.1, "fukuoka": 0.08, "sapporo": 0.07}
TIES = {
    ("hokkaido", "tohoku"): (900, 900),
    ("tohoku", "tokyo"): (5730, 2360),
    ("tokyo", "chubu"): (2100, 2100),
    ("chubu", "hokuriku"): (300, 300),
    ("chubu", "kansai"): (2500, 1340),
    ("hokuriku", "kansai"): (1900, 1900),
    ("kansai", "chugoku"): (1134, 4710),
    ("shikoku", "kansai"): (1400, 0),
    ("chugoku", "shikoku"): (1200, 1200),
    ("chugoku", "kyushu"): (503, 2780),
}
"""(from, to) -> (forward, reverse) in MW."""


def national_problem(*, sites: int = 95, hours: int = 3, seed: int = 1) -> SiteProblem:
    """State the problem with `sites` candidates and slices of `hours`."""
    rng = np.random.default_rng(seed)
    total_mw = np.linspace(30, 2000, len(YEARS))
    table = _sites(rng, sites)
    names = list(table.index)
    return SiteProblem(
        years=YEARS,
        sites=table,
        costs=_costs(rng, names),
        workloads=pd.DataFrame(
            {
                "kind": "it_mw",
                "latency_bound": [False, True],
                "shift_share": 0.0,
                "shortfall_price_myen": np.nan,
            },
            index=pd.Index(["training", "inference"], name="workload"),
        ),
        demand=pd.Series(
            np.concatenate([0.6 * total_mw, 0.4 * total_mw]),
            index=_product(workload=["training", "inference"], fiscal_year=YEARS),
        ),
        overhead_share=0.12,
        discount_share=0.05,
        groups=pd.DataFrame(
            {"headroom_mw": np.repeat(table["max_mw"].to_numpy(), len(YEARS))},
            index=_product(group=names, fiscal_year=YEARS),
        ),
        group_sites=pd.DataFrame({"group": names, "site": names}),
        reserve=_reserve(),
        ties=_ties(),
        metros=pd.DataFrame(
            {"it_mw": np.outer(list(METROS.values()), 0.4 * total_mw).ravel()},
            index=_product(metro=METROS, fiscal_year=YEARS),
        ),
        pairs=pd.DataFrame(
            {"myen_per_mw_year": rng.uniform(0, 3, len(METROS) * sites)},
            index=_product(metro=METROS, site=names),
        ).sample(frac=0.7, random_state=rng),
        spread=Spread(0.5, 3, None, {"nankai": 1500.0}),
        dispatch=_dispatch(rng, hours),
    )


def _product(**levels: object) -> pd.MultiIndex:
    return pd.MultiIndex.from_product([list(each) for each in levels.values()], names=list(levels))


def _sites(rng: np.random.Generator, count: int) -> pd.DataFrame:
    classes = rng.choice(list(CLASSES), count, p=[0.4, 0.4, 0.2])
    lead, least, most = np.array([CLASSES[v] for v in classes]).T
    ready = lead.copy()
    ready[rng.choice(count, count // 6, replace=False)] = 0  # some connections stand already
    return pd.DataFrame(
        {
            "area": rng.choice(CONNECTED, count),
            "seismic_zone": rng.choice(["", "nankai"], count),
            "min_mw": least.astype(float),
            "max_mw": most.astype(float),
            "first_fiscal_year": YEARS[0] + ready,
            "ramp_mw_per_year": 300.0,
            "pue_peak": rng.uniform(1.2, 1.35, count),
            "pue_annual": rng.uniform(1.1, 1.2, count),
            "coincidence_share": 1.0,
        },
        index=pd.Index([f"s{i:03d}" for i in range(count)], name="site"),
    )


def _costs(rng: np.random.Generator, sites: list[str]) -> pd.DataFrame:
    index = _product(site=sites, item=["all"])
    fixed, per_mw = rng.uniform(50, 400, len(sites)), rng.normal(130, 5, len(sites))
    return pd.DataFrame({"fixed_myen_per_year": fixed, "per_mw_myen_per_year": per_mw}, index=index)


def _reserve() -> pd.DataFrame:
    rows = {
        (area, standard, season, year): (firm, peak * uplift, margin)
        for area, firm, peak in zip(CONNECTED, FIRM_MW, PEAK_MW, strict=False)
        for standard, uplift, margin in (("h3", 1.0, 0.08), ("h1", 1.05, 0.03))
        for season in ("summer", "winter")
        for year in YEARS
    }
    keys = ["area", "standard", "season", "fiscal_year"]
    index = pd.MultiIndex.from_tuples(list(rows), names=keys)
    columns = ["supply_mw", "demand_mw", "margin_share"]
    return pd.DataFrame(list(rows.values()), index=index, columns=columns, dtype=float)


def _ties() -> pd.DataFrame:
    rows = {
        (f"{a}-{b}", way, year): (start, end, float(mw))
        for (a, b), both in TIES.items()
        for way, (start, end), mw in zip(
            ("forward", "reverse"), ((a, b), (b, a)), both, strict=True
        )
        for year in YEARS
    }
    index = pd.MultiIndex.from_tuples(list(rows), names=["tie", "direction", "fiscal_year"])
    columns = ["from_area", "to_area", "capacity_mw"]
    return pd.DataFrame(list(rows.values()), index=index, columns=columns)


def _dispatch(rng: np.random.Generator, hours: int) -> Dispatch:
    days, starts = range(12), range(0, 24, hours)
    slices = pd.Index([f"d{d:02d}h{h:02d}" for d in days for h in starts], name="slice")
    hour = np.tile(list(starts), len(days))
    peak = np.array(PEAK_MW, dtype=float)
    shape = 0.62 + 0.14 * np.sin((hour - 8) / 24 * 2 * np.pi)
    demand = shape[:, None] * peak * rng.uniform(0.9, 1.1, (len(slices), len(AREAS)))
    supply = _supply(peak)
    sun = np.clip(np.sin(np.pi * (hour - 5) / 13), 0, None)
    sun = sun * np.repeat(rng.uniform(0.4, 0.8, len(days)), len(starts))
    runs = {unit: sun if unit[1] == "solar" else 0.9 for unit in supply.index}
    return Dispatch(
        slices=pd.DataFrame(
            {
                "day": [name[:3] for name in slices],
                "hour": hour,
                "hours": float(hours),
                "weight_days": 365 / len(days),
            },
            index=slices,
        ),
        supply=supply,
        availability=pd.DataFrame(runs, index=slices),
        demand_mw=pd.DataFrame(demand, index=slices, columns=AREAS),
        draw_share=pd.DataFrame(0.8, index=slices, columns=["training", "inference"]),
    )


def _supply(peak_mw: np.ndarray) -> pd.DataFrame:
    """Firm capacity by technology: shares of the peak; solar on top."""
    share = {"coal": 0.3, "gas": 0.45, "oil": 0.1, "nuclear": 0.15, "hydro": 0.15, "solar": 0.5}
    rows = {
        (area, tech): (part * peak, TECHS.get(tech, 0.0), 0.35 if tech == "hydro" else np.nan)
        for area, peak in zip(AREAS, peak_mw.tolist(), strict=True)
        for tech, part in share.items()
    }
    index = pd.MultiIndex.from_tuples(list(rows), names=["area", "tech"])
    columns = ["capacity_mw", "cost_myen_per_mwh", "daily_energy_share"]
    return pd.DataFrame(list(rows.values()), index=index, columns=columns)
