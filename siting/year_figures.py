"""What is compared of a year: cost, carbon, unserved energy, peak."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from grid.tracing import flow_traced_intensity
from optimize.held_year import HeldDispatch
from optimize.problem import Dispatch
from optimize.redispatch import YearDispatch, YearGrid, redispatch
from optimize.year_totals import MWH_PER_GWH, YearTotals, year_totals
from siting.run_year import RunYear

Row = dict[str, Any]

FIGURES = (
    "cost_myen",
    "added_myen",
    "co2_kt",
    "unserved_gwh",
    "curtailed_gwh",
    "draw_gwh",
    "peak_mw",
    "draw_at_peak_mw",
    "peak_hours",
    "hours",
)
"""In the order of the table."""

CLEAN_FIGURES = (
    "required_share",
    "hourly_share",
    "annual_share",
    "matched_gwh",
    "against_flow_gwh",
    "excess_gwh",
    "missed_gwh",
)
"""Of plans with clean power under contract."""

CLAIM_FIGURES = ("claim_required_share", "claimed_share", "certificate_gwh")
"""Of plans that claim a share of the year; certificates are those that the plan buys."""

FLEXIBLE_FIGURES = ("shifted_gwh", "moved_gwh", "given_up_gwh")
"""Of plans whose draw follows the grid: what came in from other hours and areas, and given up."""

SHARES = ("required_share", "hourly_share", "annual_share", *CLAIM_FIGURES[:2])

T_PER_KT = 1000.0

NOISE = 1e-9
"""What the solver leaves behind of nothing, in the units of the figures."""


@dataclass(frozen=True, slots=True)
class TwoDispatches:
    """A year with the plan's data centres and without."""

    dispatch: Dispatch
    after: YearDispatch
    before: YearDispatch
    intensity_t_per_mwh: pd.DataFrame
    """Index slice, columns area: location-based, of the year without them. [t/MWh]"""
    draw_mw: pd.DataFrame
    """Index slice, columns area. [MW]"""
    held: HeldDispatch | None = None
    """Where contracts, stores or flexible draw join the hours: how they came out."""

    @property
    def distinct_days(self) -> int:
        """Linear problems solved."""
        return self.after.distinct_days + self.before.distinct_days


def solve_both(
    dispatch: Dispatch, grid: YearGrid, draw_mw: pd.DataFrame, t_per_mwh: pd.Series
) -> TwoDispatches:
    """Dispatch a year with a draw and without it; the latter says what a kWh carries."""
    after = redispatch(dispatch, grid, draw_mw)
    before = redispatch(dispatch, grid, draw_mw * 0.0)
    intensity = _intensity(before, grid, t_per_mwh)
    return TwoDispatches(dispatch, after, before, intensity, draw_mw)


def figures_of(two: TwoDispatches, dispatch: Dispatch | None = None) -> tuple[Row, pd.DataFrame]:
    """Figures of a year and its table by area; `dispatch` gives other weights to its days.

    Returns
    -------
    dict
        Keys FIGURES.
    DataFrame
        As `YearTotals.areas`.
    """
    weighted = two.dispatch if dispatch is None else dispatch
    totals = year_totals(weighted, two.after.balance, two.after.flows)
    without = year_totals(weighted, two.before.balance, two.before.flows)
    hours = weighted.hours_per_year()
    drawn = two.draw_mw.mul(hours, axis=0)
    emitted = two.intensity_t_per_mwh[drawn.columns].mul(drawn).where(drawn > 0, 0.0)
    co2_t = float(emitted.sum(skipna=False).sum(skipna=False))
    added = totals.cost_myen - without.cost_myen
    row = _row(totals, added_myen=added, co2_kt=co2_t / T_PER_KT)
    return row | _held_figures(two.held, hours), totals.areas


def figures_of_run(
    planned: RunYear, summary: Mapping[str, Any], fiscal_year: int
) -> tuple[Row, pd.DataFrame]:
    """The same figures as the run states them."""
    totals = year_totals(planned.dispatch, planned.balance, planned.flows)
    costs = [r for r in summary["costs"] if r["fiscal_year"] == fiscal_year]
    added = sum(float(r["myen"]) for r in costs if r["item"] == "energy")
    kt = [r["co2_kt"] for r in summary["kpis"] if r["fiscal_year"] == fiscal_year]
    co2_kt = float("nan") if not kt or kt[0] is None else float(kt[0])
    stated = _stated_clean(summary, fiscal_year) | _stated_flexible(summary, fiscal_year)
    return _row(totals, added_myen=added, co2_kt=co2_kt) | stated, totals.areas


def _held_figures(held: HeldDispatch | None, hours_per_year: pd.Series) -> Row:
    """Figures of contracts and flexible draw; none without them."""
    if held is None:
        return {}
    found: Row = {}
    if held.clean is not None:
        year = held.clean.years.iloc[0]
        found |= {key: float(year[key]) for key in CLEAN_FIGURES if key in year}
        found["missed_gwh"] = without_noise(held.missed_gwh)
        if pd.notna(year["claim_required_share"]):
            found |= {key: float(year[key]) for key in CLAIM_FIGURES}
    slices = held.balance.index.get_level_values("slice")
    gwh = hours_per_year.reindex(slices).to_numpy(dtype=float) / MWH_PER_GWH
    for key in FLEXIBLE_FIGURES:
        column = key.replace("_gwh", "_mw")
        if column in held.balance:
            found[key] = float((held.balance[column].clip(lower=0.0) * gwh).sum())
    return found


def _stated_clean(summary: Mapping[str, Any], fiscal_year: int) -> Row:
    """What the run says of its contracts in that year. It meets its share, so nothing is missed."""
    told = summary.get("clean")
    years = [] if told is None else told["years"]
    rows = [row for row in years if row["fiscal_year"] == fiscal_year]
    return {
        key: 0.0 if key == "missed_gwh" else _number(row[key])
        for row in rows
        for key in (*CLEAN_FIGURES, *_claimed(row))
    }


def _claimed(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Runs of earlier versions do not tell what is claimed."""
    return CLAIM_FIGURES if row.get("claim_required_share") is not None else ()


def _stated_flexible(summary: Mapping[str, Any], fiscal_year: int) -> Row:
    told = summary.get("flexibility")
    years = [] if told is None else told["years"]
    rows = [row for row in years if row["fiscal_year"] == fiscal_year]
    return {key: _number(row[key]) for row in rows for key in FLEXIBLE_FIGURES if key in row}


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def difference(before: Mapping[str, float], after: Mapping[str, float]) -> Row:
    """Each figure after less before, and in percent of before (None where that is nothing)."""
    return {
        key: {
            "absolute": after[key] - before[key],
            "percent": 100.0 * (after[key] / before[key] - 1.0)
            if abs(before[key]) > NOISE
            else None,
        }
        for key in figures_told(before, after)
    }


def figures_told(*columns: Mapping[str, Any]) -> list[str]:
    """Figures that all columns have, in the order of the table."""
    order = (*FIGURES, *CLEAN_FIGURES, *CLAIM_FIGURES, *FLEXIBLE_FIGURES)
    return [key for key in order if all(key in column for column in columns)]


def without_noise(values: Any) -> Any:
    """Numbers in which what the solver left of nothing is nothing."""
    return values * (abs(values) > NOISE) + 0.0  # no minus zero


def _row(totals: YearTotals, *, added_myen: float, co2_kt: float) -> Row:
    of_all = without_noise(totals.areas.sum())
    return {
        "cost_myen": totals.cost_myen,
        "added_myen": added_myen,
        "co2_kt": co2_kt,
        "unserved_gwh": float(of_all["unserved_gwh"]),
        "curtailed_gwh": float(of_all["curtailed_gwh"]),
        "draw_gwh": float(of_all["draw_gwh"]),
        "peak_mw": totals.peak_mw,
        "draw_at_peak_mw": totals.draw_at_peak_mw,
        "peak_hours": totals.peak_hours,
        "hours": totals.hours,
    }


def _intensity(base: YearDispatch, grid: YearGrid, t_per_mwh: pd.Series) -> pd.DataFrame:
    """Flow-traced average intensity, as `siting.intensity` for the typical days. [t/MWh]."""
    factor = t_per_mwh.unstack("tech")
    supply = base.balance[[f"{tech}_mw" for tech in factor.columns]].fillna(0.0)
    areas = supply.index.get_level_values("area")
    emitted = supply.to_numpy() * factor.reindex(areas).fillna(0.0).to_numpy()
    emissions = pd.Series(emitted.sum(axis=1), index=supply.index).unstack("area")
    generation = supply.sum(axis=1).unstack("area")
    ends = grid.ties[["from_area", "to_area"]]
    flows = base.flows.join(ends, on=["tie", "direction"]).reset_index()
    pairs = ["from_area", "to_area"]
    by_pair = flows.pivot_table(index="slice", columns=pairs, values="mw", aggfunc="sum")
    order = generation.index
    return flow_traced_intensity(generation, emissions, flows_mw=by_pair.reindex(order).fillna(0.0))
