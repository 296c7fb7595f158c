"""Chance that load additions exceed a forecast, by drawing which applications are built.

One draw: each stage gets its chance from a triangle between the low and the high figure, the same
for all applications of that stage (if pre-studies come true more often than thought, all of them
do); then each application is built or not by its chance, whole and as stated. Applications with a
chance of their own keep it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.contracts_loads import STAGES
from grid.allowance import Forecasts, named_areas
from grid.areas import AREAS
from grid.forecast_check import GROUPS, Loads, members_of
from grid.outlook import JAPAN

Floats32 = npt.NDArray[np.float32]
Progress = Callable[[float], None]

BLOCK_NUMBERS = 4_000_000
"""Random numbers held at once; the draws are the same whatever it is."""

NOISE_MW = 0.01
"""Sums are kept in single precision; what is above by less is not above."""

PERCENTILES = {"p10_mw": 10, "p50_mw": 50, "p90_mw": 90}


@dataclass(frozen=True, slots=True)
class Chances:
    """How likely applications are built."""

    by_stage: pd.DataFrame
    """Index stage; `low`, `value`, `high`, the corners of the triangle. [-]"""
    own: pd.Series
    """Chance stated with an application; missing = that of its stage. [-]"""


def draw_additions_mw(
    loads: Loads, chances: Chances, *, draws: int, seed: int, progress: Progress | None = None
) -> Floats32:
    """Additions in each draw, area and year.

    Parameters
    ----------
    loads : Loads
        The list.
    chances : Chances
        On the rows of the list.
    draws : int
        How often to draw.
    seed : int
        The same seed gives the same draws.
    progress : callable, optional
        Called with the share done.

    Returns
    -------
    ndarray, shape (draws, areas, years)
        Areas in the order of `AREAS`. [MW]
    """
    full_mw = loads.compared_mw("all").astype(np.float32)
    stage_chance, streams = _stage_chances(chances.by_stage, draws, seed)
    sums = np.zeros((draws, len(AREAS), len(loads.years)), dtype=np.float32)
    blocks = list(_blocks(loads, chances))
    for done, (place, stage, rows) in enumerate(blocks, start=1):
        chance = (
            chances.own.to_numpy(dtype=np.float32)[None, rows]
            if stage < 0
            else stage_chance[:, [stage]]
        )
        sums[:, place] += _built_mw(chance, full_mw[rows], draws, streams[done - 1])
        if progress:
            progress(done / len(blocks))
    return sums


def _blocks(loads: Loads, chances: Chances) -> Iterator[tuple[int, int, npt.NDArray[np.intp]]]:
    """Applications that share an area and a chance: place of the area, stage (-1 own), rows."""
    areas = pd.Categorical(loads.applications["area"], categories=list(AREAS)).codes
    stages = pd.Categorical(loads.applications["stage"], categories=list(STAGES)).codes
    kinds = np.where(chances.own.notna().to_numpy(), -1, stages)
    for place in range(len(AREAS)):
        for stage in range(-1, len(STAGES)):
            rows = np.flatnonzero((areas == place) & (kinds == stage))
            yield place, stage, rows


def _stage_chances(
    by_stage: pd.DataFrame, draws: int, seed: int
) -> tuple[Floats32, list[np.random.Generator]]:
    """Chance of each stage in each draw, and a stream of its own for every block."""
    seeds = np.random.SeedSequence(seed).spawn(1 + len(AREAS) * (len(STAGES) + 1))
    first, *others = (np.random.default_rng(each) for each in seeds)
    chance = np.empty((draws, len(STAGES)), dtype=np.float32)
    corners = by_stage.loc[list(STAGES), ["low", "value", "high"]].to_numpy(dtype=float)
    for column, (low, value, high) in enumerate(corners):
        drawn = first.triangular(low, value, high, draws) if high > low else np.full(draws, value)
        chance[:, column] = drawn
    return chance, others


def _built_mw(
    chance: Floats32, full_mw: Floats32, draws: int, stream: np.random.Generator
) -> Floats32:
    """Power of those that are built in each draw, shape (draws, years)."""
    count = len(full_mw)
    if count == 0:
        return np.zeros((draws, full_mw.shape[1]), dtype=np.float32)
    if chance.min() >= 1:
        return np.broadcast_to(full_mw.sum(axis=0), (draws, full_mw.shape[1]))
    step = max(1, BLOCK_NUMBERS // count)
    parts = []
    for start in range(0, draws, step):
        size = min(step, draws - start)
        # random() is below 1, so that a chance of 1 always builds and one of 0 never
        uniform = stream.random((size, count), dtype=np.float32)
        limit = chance if len(chance) == 1 else chance[start : start + size]
        parts.append((uniform < limit).astype(np.float32) @ full_mw)
    return np.concatenate(parts)


def percentiles(drawn_mw: Floats32, years: Sequence[int]) -> pd.DataFrame:
    """Mean and percentiles of the draws by area, and for Japan.

    Returns
    -------
    DataFrame
        `area`, `fiscal_year`, `mean_mw`, `p10_mw`, `p50_mw`, `p90_mw` [MW]. P90 is the value that
        nine draws of ten do not exceed.
    """
    groups = {area: drawn_mw[:, place] for place, area in enumerate(AREAS)}
    groups[JAPAN] = drawn_mw.sum(axis=1)
    tables = []
    for group, values in groups.items():
        levels = np.percentile(values, list(PERCENTILES.values()), axis=0)
        columns = {name: levels[row].astype(float) for row, name in enumerate(PERCENTILES)}
        mean = values.mean(axis=0, dtype=np.float64)
        tables.append(
            pd.DataFrame({"area": group, "fiscal_year": list(years), "mean_mw": mean, **columns})
        )
    return pd.concat(tables, ignore_index=True)


def exceed_shares(
    drawn_mw: Floats32, years: Sequence[int], allowance: pd.DataFrame, forecasts: Forecasts
) -> pd.DataFrame:
    """Share of the draws in which additions lie above the allowance.

    Parameters
    ----------
    drawn_mw : ndarray, shape (draws, areas, years)
        From `draw_additions_mw`. [MW]
    years : sequence of int
        Fiscal years.
    allowance : DataFrame
        From `grid.allowance.allowances`.
    forecasts : Forecasts
        Decides which areas stand together.

    Returns
    -------
    DataFrame
        `area`, `fiscal_year`, `vintage`, `exceed_share` [-]; NaN where the allowance is not known.
    """
    rows = []
    for vintage, own in allowance["allowance_mw"].groupby("vintage", sort=False):
        wide = own.droplevel("vintage").unstack("fiscal_year")[list(years)]
        for group in (g for g in GROUPS if g in wide.index):
            inside = members_of(group, named_areas(forecasts, str(vintage)))
            total_mw = drawn_mw[:, [AREAS.index(area) for area in inside]].sum(axis=1)
            limit_mw = wide.loc[group].to_numpy(dtype=float)
            share = (total_mw > limit_mw + NOISE_MW).mean(axis=0)
            share = np.where(np.isnan(limit_mw), np.nan, share)
            rows.append(
                pd.DataFrame(
                    {
                        "area": group,
                        "fiscal_year": list(years),
                        "vintage": vintage,
                        "exceed_share": share,
                    }
                )
            )
    return pd.concat(rows, ignore_index=True)
