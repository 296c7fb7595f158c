"""Load additions against what each forecast counts: inside, fits, exceeds, or not known.

additions_mw   listed load at the area's peak, in one case
counted_mw     the part of it that the forecast already holds: never added a second time
allowance_mw   what the forecast counts one by one, that part included
over_mw        additions_mw - allowance_mw where that is positive
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from grid.allowance import Forecasts, named_areas
from grid.areas import AREAS
from grid.demand import GWH_PER_MW_YEAR
from grid.outlook import JAPAN, REST_OF_JAPAN
from grid.pipeline import CASES, Floats, sum_by_group

VERDICTS = ("inside", "fits", "exceeds", "unknown")

GROUPS = (*AREAS, REST_OF_JAPAN, JAPAN)
"""Areas of a verdict from north to south, then the wider groups."""

KEYS = ["area", "fiscal_year", "vintage", "case"]

NOISE_MW = 1e-6
MOST_CONTRIBUTORS = 10
SAID_OF_A_LOAD = ("id", "name", "applicant", "stage")
EXCESS_KEYS = ("area", "vintage", "case", "worst_fiscal_year")


@dataclass(frozen=True, slots=True)
class Loads:
    """Applications as arrays; every array has one row an application, in the same order."""

    applications: pd.DataFrame
    """`id`, `name`, `applicant`, `area`, `stage`, `kind` and what else the list says."""
    years: tuple[int, ...]
    load_mw: Floats
    """Contract power in service, shape (applications, years). [MW]"""
    peak_share: Floats
    """Draw at the area's peak that is compared with the count, over contract power. [-]"""
    load_factor: Floats
    """Mean draw over the year, over the draw at the peak; NaN unknown. [-]"""
    weights: pd.DataFrame
    """Weight in each case, columns `CASES`. [-]"""
    counted: pd.DataFrame
    """Whether each forecast holds it already, one column a vintage."""

    def compared_mw(self, case: str) -> Floats:
        """Power compared with the count, shape (applications, years). [MW]"""
        weight = self.weights[case].to_numpy() * self.peak_share
        return np.asarray(self.load_mw * weight[:, None])


def members_of(group: str, named: Sequence[str]) -> tuple[str, ...]:
    """Areas inside a group of the verdict.

    >>> members_of("tokyo", ["tokyo"]), len(members_of("rest-of-japan", ["tokyo"]))
    (('tokyo',), 9)
    """
    if group == JAPAN:
        return AREAS
    if group == REST_OF_JAPAN:
        return tuple(area for area in AREAS if area not in named)
    return (group,)


def verdicts(loads: Loads, allowance: pd.DataFrame, forecasts: Forecasts) -> pd.DataFrame:
    """Verdict of every area, year, forecast and case.

    Parameters
    ----------
    loads : Loads
        The list.
    allowance : DataFrame
        From `grid.allowance.allowances`, for the same years.
    forecasts : Forecasts
        Decides which areas stand together in `rest-of-japan`.

    Returns
    -------
    DataFrame
        `area`, `fiscal_year`, `vintage`, `case`, `additions_mw`, `counted_mw`, `allowance_mw`,
        `over_mw` [MW], `verdict`; the range `allowance_low_mw` … `over_high_mw` [MW],
        `firm` (a verdict, and the same on the whole range), `basis`, `confidence`, `source`,
        `additions_gwh`, `allowance_gwh`, `over_gwh` [GWh]. Not known is NaN.
    """
    vintages = list(dict.fromkeys(allowance.index.get_level_values("vintage")))
    sums = pd.concat(
        [
            _sums(loads, case, vintage, named_areas(forecasts, vintage))
            for case in CASES
            for vintage in vintages
        ]
    )
    table = sums.merge(allowance.reset_index(), on=["vintage", "area", "fiscal_year"])
    table = _with_verdict(table)
    place = {"area": list(GROUPS), "vintage": vintages, "case": list(CASES)}
    order = {name: pd.Categorical(table[name], categories=known) for name, known in place.items()}
    table = table.assign(**order).sort_values(KEYS, ignore_index=True)
    return table.astype({name: "str" for name in place})


def _sums(loads: Loads, case: str, vintage: str, named: Sequence[str]) -> pd.DataFrame:
    """Additions and what of them is counted, for each group and year."""
    compared_mw = loads.compared_mw(case)
    is_counted = loads.counted[vintage].to_numpy(dtype=float)
    energy_gwh = compared_mw * loads.load_factor[:, None] * GWH_PER_MW_YEAR
    # a load that is not there has no energy, whatever its load factor
    energy_gwh = np.where(compared_mw > 0, energy_gwh, 0.0)
    area = loads.applications["area"]
    by_area = {
        "additions_mw": sum_by_group(compared_mw, area, AREAS),
        "counted_mw": sum_by_group(compared_mw, area, AREAS, is_counted),
        "additions_gwh": sum_by_group(energy_gwh, area, AREAS),
    }
    groups = [g for g in GROUPS if g != REST_OF_JAPAN or len(named) < len(AREAS)]
    belongs = np.array([[area in members_of(g, named) for area in AREAS] for g in groups], float)
    index = pd.MultiIndex.from_product([groups, loads.years], names=["area", "fiscal_year"])
    columns = {name: _group_sums(belongs, values).ravel() for name, values in by_area.items()}
    return pd.DataFrame(columns, index=index).reset_index().assign(case=case, vintage=vintage)


def _group_sums(belongs: Floats, by_area: Floats) -> Floats:
    """Sums over areas; an unknown area makes the groups unknown that hold it, and no other."""
    sums = belongs @ np.nan_to_num(by_area)
    return np.where(belongs @ np.isnan(by_area) > 0, np.nan, sums)


def _with_verdict(table: pd.DataFrame) -> pd.DataFrame:
    """Compare, at the figure and at both ends of its range."""
    over = {
        f"over{end}_mw": (table["additions_mw"] - table[f"allowance{other}_mw"]).clip(lower=0)
        for end, other in (("", ""), ("_low", "_high"), ("_high", "_low"))
    }
    over["over_gwh"] = (table["additions_gwh"] - table["allowance_gwh"]).clip(lower=0)
    judged = table.assign(**over)
    # where only a bound is known, what lies above it exceeds for certain
    beyond_bound = judged["allowance_mw"].isna() & (judged["over_low_mw"] > NOISE_MW)
    judged["over_mw"] = judged["over_mw"].where(~beyond_bound, judged["over_low_mw"])
    judged["verdict"] = _judge(judged, judged["over_mw"])
    ends = [_judge(judged, judged[f"over_{end}_mw"]) for end in ("low", "high")]
    is_known = judged["verdict"] != "unknown"
    judged["firm"] = is_known & (ends[0] == judged["verdict"]) & (ends[1] == judged["verdict"])
    return judged


def _judge(table: pd.DataFrame, over_mw: pd.Series) -> pd.Series:
    """Verdict for a given excess; nothing listed always fits."""
    new_mw = table["additions_mw"] - table["counted_mw"]
    choices = np.select(
        [
            table["additions_mw"] <= NOISE_MW,
            over_mw > NOISE_MW,
            new_mw <= NOISE_MW,
            over_mw.notna(),
        ],
        ["fits", "exceeds", "inside", "fits"],
        "unknown",
    )
    return pd.Series(choices, index=table.index)


def first_years(verdict: pd.DataFrame) -> pd.DataFrame:
    """From which year on each area exceeds, and when by most.

    Returns
    -------
    DataFrame
        `area`, `vintage`, `case`, `first_fiscal_year`, `first_over_mw`, `worst_fiscal_year`,
        `worst_over_mw` [MW]; only areas that exceed in some year.
    """
    keys = ["area", "vintage", "case"]
    over = verdict[verdict["verdict"] == "exceeds"].sort_values("fiscal_year", kind="stable")
    first = over.drop_duplicates(keys)
    worst = over.loc[over.groupby(keys, sort=False)["over_mw"].idxmax()]
    columns = ["fiscal_year", "over_mw"]
    renamed = [
        table.set_index(keys)[columns].rename(columns={c: f"{name}_{c}" for c in columns})
        for name, table in (("first", first), ("worst", worst))
    ]
    return pd.concat(renamed, axis=1).reset_index()


def contributors(loads: Loads, firsts: pd.DataFrame, forecasts: Forecasts) -> pd.DataFrame:
    """Applications behind each excess: the largest in its worst year that are not counted yet.

    Where all of it is said to be counted already, and yet is more than the forecast holds, the
    largest of those.

    Parameters
    ----------
    loads : Loads
        The list.
    firsts : DataFrame
        From `first_years`.
    forecasts : Forecasts
        As in `verdicts`.

    Returns
    -------
    DataFrame
        `area`, `vintage`, `case`, `fiscal_year`, `rank`, `id`, `name`, `applicant`, `stage`, `mw`
        [MW], `share` of all additions there [-].
    """
    keys = zip(*(firsts[name] for name in EXCESS_KEYS), strict=True)
    rows = [_largest(loads, key, forecasts) for key in keys]
    columns = [*("area", "vintage", "case", "fiscal_year", "rank"), *SAID_OF_A_LOAD, "mw", "share"]
    return pd.concat([pd.DataFrame(columns=columns), *rows], ignore_index=True)[columns]


def _largest(loads: Loads, key: tuple[str, str, str, int], forecasts: Forecasts) -> pd.DataFrame:
    """Largest contributors to one excess: its area, forecast, case and worst year."""
    group, vintage, case, year = key
    inside = members_of(group, named_areas(forecasts, vintage))
    place = loads.years.index(year)
    mw = loads.compared_mw(case)[:, place] * loads.applications["area"].isin(inside).to_numpy()
    is_new = ~loads.counted[vintage].to_numpy()
    new_mw = np.where(is_new, mw, 0.0)
    ranked = new_mw if new_mw.sum() > 0 else mw
    order = np.argsort(-ranked, kind="stable")[:MOST_CONTRIBUTORS]
    order = order[ranked[order] > 0]
    table = loads.applications.iloc[order][list(SAID_OF_A_LOAD)].reset_index(drop=True)
    return table.assign(
        area=group,
        vintage=vintage,
        case=case,
        fiscal_year=year,
        rank=np.arange(1, len(order) + 1),
        mw=ranked[order],
        share=ranked[order] / mw.sum(),
    )


def new_load_mw(loads: Loads, peaks: pd.DataFrame) -> pd.DataFrame:
    """Load at the peak that the peak demand of a forecast does not hold yet.

    Counted loads stand in the forecast's peak, but only with what they have reached in the year
    that peak is of: where demand is held at FY2026, later growth of counted loads is new as well.

    Parameters
    ----------
    loads : Loads
        The list; `peak_share` here as all kinds draw, compared or not.
    peaks : DataFrame, index (area, fiscal_year)
        Which peak stands for an area and year: `peak_year` it is of, `vintage` it is from.

    Returns
    -------
    DataFrame
        `case`, `area`, `fiscal_year`, `new_mw` [MW], never below 0.
    """
    area = loads.applications["area"]
    held_mw = np.zeros_like(loads.load_mw)
    columns = ["area", "fiscal_year", "peak_year", "vintage"]
    place = {year: column for column, year in enumerate(loads.years)}
    for name, year, peak_year, vintage in peaks.reset_index()[columns].to_numpy().tolist():
        rows = np.flatnonzero((area == name) & loads.counted[vintage])
        held_mw[rows, place[year]] = loads.load_mw[rows, place[peak_year]]
    new_mw = (loads.load_mw - held_mw).clip(min=0) * loads.peak_share[:, None]
    keys = pd.MultiIndex.from_product([AREAS, loads.years], names=["area", "fiscal_year"])
    sums = {
        case: pd.Series(sum_by_group(new_mw, area, AREAS, loads.weights[case]).ravel(), index=keys)
        for case in CASES
    }
    return pd.concat(sums, names=["case"]).rename("new_mw").reset_index()
