"""One year of a finished run: what it was dispatched from, how, and the same year by the hour."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from data.errors import InputError, Problem
from optimize.problem import Dispatch
from optimize.redispatch import YearGrid
from siting.finished_run import FinishedRun
from siting.scenario import Scenario
from siting.typical_year import typical_year
from siting.year_limits import fences_by_year, ties_by_year

BALANCE, FLOWS = "balance.parquet", "flows.parquet"


@dataclass(frozen=True, slots=True)
class RunYear:
    """One year of a run."""

    dispatch: Dispatch
    """Typical days as the plan saw them."""
    t_per_mwh: pd.Series
    """Direct emissions by (area, tech). [t/MWh]"""
    grid: YearGrid
    balance: pd.DataFrame
    """Index (area, slice), as the run wrote it. [MW]"""
    flows: pd.DataFrame
    """Index (tie, direction, slice), as the run wrote it. [MW]"""

    @property
    def draw_mw(self) -> pd.DataFrame:
        """Draw of the data centres, index slice, columns area. [MW]"""
        return self.balance["draw_mw"].unstack("area").reindex(self.dispatch.slices.index)


def run_year(run: FinishedRun, fiscal_year: int) -> RunYear:
    """Read one modelled year of a run.

    Raises
    ------
    InputError
        A table of the run cannot be read.
    """
    dispatch, t_per_mwh = typical_year(run.scenario)
    balance = _of_year(run.folder / BALANCE, fiscal_year)
    flows = _of_year(run.folder / FLOWS, fiscal_year)
    return RunYear(
        dispatch,
        t_per_mwh,
        _grid(run.scenario, fiscal_year),
        balance.set_index(["area", "slice"]),
        flows.set_index(["tie", "direction", "slice"]),
    )


def _of_year(path: Path, fiscal_year: int) -> pd.DataFrame:
    """Rows of one year of a file of the run."""
    try:
        table = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        problem = Problem(path.name, str(error), "a file of a finished run", "Run it again")
        raise InputError(str(path.parent), [problem]) from None
    return table[table["fiscal_year"] == fiscal_year].drop(columns="fiscal_year")


def _grid(scenario: Scenario, fiscal_year: int) -> YearGrid:
    tables = ties_by_year(scenario).known, fences_by_year(scenario)
    ties, fences = (
        table[table.index.get_level_values("fiscal_year") == fiscal_year].droplevel("fiscal_year")
        for table in tables
    )
    return YearGrid(ties[["from_area", "to_area", "capacity_mw"]], fences["net_mw"])


def hourly_days(scenario: Scenario) -> Dispatch:
    """All typical days, each in 24 hours, with the weights of the facts."""
    time = scenario.time.model_copy(update={"days": "all", "hours_per_slice": 1})
    return typical_year(scenario.model_copy(update={"time": time}))[0]


def hourly_draw(planned: RunYear, hourly: Dispatch) -> pd.DataFrame:
    """Draw of the plan in every hour, index slice, columns area.

    An hour takes the draw of the plan's block of its day; a day that the plan did not look at
    takes the mean of those it did, weighted by how often they come. [MW]
    """
    slices, draw = planned.dispatch.slices, planned.draw_mw
    block = int(slices["hours"].iloc[0])
    at = pd.MultiIndex.from_frame(slices[["day", "hour"]])
    by_block = draw.set_axis(at)
    weight = pd.Series(slices["weight_days"].to_numpy(dtype=float), index=at)
    weighted = by_block.mul(weight, axis=0).groupby(level="hour").sum()
    mean = weighted.div(weight.groupby(level="hour").sum(), axis=0)
    start = hourly.slices["hour"] // block * block
    own = by_block.reindex(pd.MultiIndex.from_arrays([hourly.slices["day"], start]))
    filled = np.where(own.notna(), own.to_numpy(), mean.reindex(start).to_numpy())
    return pd.DataFrame(filled, index=hourly.slices.index, columns=draw.columns)
