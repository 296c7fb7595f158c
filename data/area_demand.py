"""Demand of areas from any number of files: one long table, or one list of all that is wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.average_day import TIME_ZONE
from data.contract import AREAS
from data.contracts_series import QUANTITIES
from data.demand_gaps import Gap, find_gaps, find_repeats, timelines
from data.errors import InputError, Problem
from data.read_tso_csv import Sheet, read_tso_csv
from data.row_runs import capped
from data.tso_names import DemandFile, demand_file
from data.tso_time import Numbers, Times

WHERE = "demand files"

Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class AreaDemand:
    """What all files hold together."""

    table: pd.DataFrame
    """Long table, see `read_area_demand`."""
    sheets: tuple[Sheet, ...]
    """Each file, in the order given."""
    gaps: tuple[Gap, ...]
    """Slots missing inside the series; empty unless gaps were allowed."""


def read_area_demand(
    files: Sequence[DemandFile | str],
    *,
    allow_gaps: bool = False,
    progress: Progress | None = None,
) -> AreaDemand:
    """Read the utilities' files of area demand.

    Parameters
    ----------
    files : sequence of DemandFile or str
        In any of the forms of docs/demand.md; a text is `FILE` or `AREA=FILE`.
    allow_gaps : bool
        Whether missing slots are listed in the result instead of refused.
    progress : callable, optional
        Told the share of files read and the name of the next.

    Returns
    -------
    AreaDemand
        The table has the columns of the contract `area_demand`: `start` (tz-aware, Asia/Tokyo,
        beginning of the slot), `minutes` (30 or 60), `area`, `quantity`, `mw` (NaN = the cell is
        empty); sorted by area, quantity and start, in OCCTO's order of areas.

    Raises
    ------
    InputError
        Every problem of every file.
    """
    sheets, problems = _sheets(files, progress)
    lines = timelines(sheets)
    gaps = [gap for line in lines for gap in find_gaps(line)]
    for line in lines:
        problems.extend(find_repeats(line))
    if not allow_gaps:
        problems.extend(capped(gap.problem for gap in gaps))
    if not files:
        problems.append(Problem("FILES", "no file", "one file or more"))
    if sheets and not any(_has_demand(sheet) for sheet in sheets):
        expected = "エリア需要 or エリア総需要量 with values in one of the files"
        problems.append(Problem("demand", "no value", expected, file=sheets[0].file))
    if problems:
        raise InputError(WHERE, problems)
    return AreaDemand(_long_table(sheets), tuple(sheets), tuple(gaps))


def _sheets(
    files: Sequence[DemandFile | str], progress: Progress | None
) -> tuple[list[Sheet], list[Problem]]:
    sheets: list[Sheet] = []
    problems: list[Problem] = []
    for place, file in enumerate(files):
        try:
            known = demand_file(file) if isinstance(file, str) else file
            if progress is not None:
                progress(place / len(files), known.path.name)
            sheets.append(read_tso_csv(known))
        except InputError as error:
            problems.extend(error.problems)
    return sheets, problems


def _has_demand(sheet: Sheet) -> bool:
    """Whether a file knows any demand, actual or forecast."""
    own = [q in ("demand", "forecast_demand") for _, q in sheet.keys]
    return bool((~np.isnan(sheet.mw[:, own])).any())


def _long_table(sheets: Sequence[Sheet]) -> pd.DataFrame:
    """Long table, put together from whole columns of the sheets."""
    keys = sorted({key for sheet in sheets for key in sheet.keys}, key=_order)
    blocks = [_block(key, sheets) for key in keys]
    sizes = [len(starts) for starts, _, _ in blocks]
    starts = np.concatenate([starts for starts, _, _ in blocks])
    areas, quantities = (
        pd.Series([key[part] for key in keys], dtype=pd.CategoricalDtype(list(names)))
        for part, names in enumerate((AREAS, QUANTITIES))
    )
    return pd.DataFrame(
        {
            "start": pd.DatetimeIndex(starts.astype("datetime64[s]")).tz_localize(TIME_ZONE),
            "minutes": np.concatenate([minutes for _, minutes, _ in blocks]),
            "area": areas.repeat(sizes).array,
            "quantity": quantities.repeat(sizes).array,
            "mw": np.concatenate([mw for _, _, mw in blocks]),
        }
    )


def _order(key: tuple[str, str]) -> tuple[int, int]:
    return AREAS.index(key[0]), QUANTITIES.index(key[1])


def _block(key: tuple[str, str], sheets: Sequence[Sheet]) -> tuple[Times, Numbers, Numbers]:
    """Start, length and MW of one quantity in one area, sorted."""
    own = [sheet for sheet in sheets if key in sheet.keys]
    starts = np.concatenate([sheet.starts for sheet in own])
    minutes = np.repeat([sheet.minutes for sheet in own], [len(sheet.starts) for sheet in own])
    mw = np.concatenate([sheet.mw[:, sheet.keys.index(key)] for sheet in own])
    order = np.argsort(starts, kind="stable")
    return starts[order], minutes[order], mw[order]
