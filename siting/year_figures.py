"""What is compared of a year: cost, carbon, unserved energy, peak."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from grid.tracing import flow_traced_intensity
from optimize.problem import Dispatch
from optimize.redispatch import YearDispatch, YearGrid, redispatch
from optimize.year_totals import YearTotals, year_totals
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

    @property
    def distinct_days(self) -> int:
        """Linear problems solved."""
        return self.after.distinct_days + self.before.distinct_days

    @property
    def seconds(self) -> float:
        """Wall time of the two. [s]"""
        return self.after.seconds + self.before.seconds


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
    return _row(totals, added_myen=added, co2_kt=co2_t / T_PER_KT), totals.areas


def figures_of_run(
    planned: RunYear, summary: Mapping[str, Any], fiscal_year: int
) -> tuple[Row, pd.DataFrame]:
    """The same figures as the run states them."""
    totals = year_totals(planned.dispatch, planned.balance, planned.flows)
    costs = [r for r in summary["costs"] if r["fiscal_year"] == fiscal_year]
    added = sum(float(r["myen"]) for r in costs if r["item"] == "energy")
    kt = [r["co2_kt"] for r in summary["kpis"] if r["fiscal_year"] == fiscal_year]
    co2_kt = float("nan") if not kt or kt[0] is None else float(kt[0])
    return _row(totals, added_myen=added, co2_kt=co2_kt), totals.areas


def difference(before: Mapping[str, float], after: Mapping[str, float]) -> Row:
    """Each figure after less before, and in percent of before (None where that is nothing)."""
    return {
        key: {
            "absolute": after[key] - before[key],
            "percent": 100.0 * (after[key] / before[key] - 1.0)
            if abs(before[key]) > NOISE
            else None,
        }
        for key in FIGURES
    }


def without_noise(values: Any) -> Any:
    """A Series or DataFrame in which what the solver left of nothing is nothing."""
    return values.where(values.abs() > NOISE, 0.0)


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
