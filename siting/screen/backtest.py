"""Existing hubs against the score: would the screen have found them?"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.facts import read_fact
from siting.screen.builtin import HUB_KINDS
from siting.screen.cells import Cells
from siting.screen.rules import Exclusions


def hub_places() -> pd.DataFrame:
    """Places where large data centres stand or are being built.

    Returns
    -------
    DataFrame, index place
        name_ja, name_en, lat, lon [degrees], precision_km [km].
    """
    places = read_fact("places")
    hubs = places[places["kind"].isin(HUB_KINDS)].set_index("place").sort_index()
    return hubs[["name_ja", "name_en", "lat", "lon", "precision_km"]]


def back_test(
    places: pd.DataFrame, cells: Cells, found: Exclusions, score: npt.NDArray[np.float32]
) -> pd.DataFrame:
    """Where the cells of known places stand among all open land.

    Parameters
    ----------
    places : DataFrame, index place
        name_ja, name_en, lat, lon [degrees], precision_km [km].
    cells, found, score
        Cells with their exclusions and scores, shape (cells,).

    Returns
    -------
    DataFrame, index place
        As `places`, only those in the study, with `score`, `percentile` (share of the open land
        that scores lower, plus half of what scores the same; in percent), `excluded_by` (rules).
    """
    at = cells.position_of(cells.lattice.cells_at(places["lon"], places["lat"]))
    inside = places[at >= 0].copy()
    position = at[at >= 0]
    inside["score"] = score[position].astype(float)
    known = found.is_open & ~np.isnan(score)
    inside["percentile"] = land_percentile(score, cells.land_km2, known, inside["score"])
    inside["excluded_by"] = [found.rules_at(int(p)) for p in position]
    return inside


def land_percentile(
    score: npt.NDArray[np.float32],
    land_km2: npt.NDArray[np.float64],
    known: npt.NDArray[np.bool_],
    asked: pd.Series,
) -> npt.NDArray[np.float64]:
    """Percent of the land with a lower score; land with the same score counts half."""
    order = np.argsort(score[known], kind="stable")
    values = score[known][order].astype(float)
    below = np.concatenate([[0.0], np.cumsum(land_km2[known][order])])
    low = below[np.searchsorted(values, asked, side="left")]
    high = below[np.searchsorted(values, asked, side="right")]
    if not len(values):
        return np.full(len(asked), np.nan)
    percent: npt.NDArray[np.float64] = np.where(asked.isna(), np.nan, 50 * (low + high) / below[-1])
    return percent
