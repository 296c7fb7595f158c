"""National peak demand: areas at one time against the sum of each area's own peak."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from grid.areas import AREAS

KEYS = ["vintage", "fiscal_year"]
VINTAGE_LETTERS = len("2026-01")

NOTES = ("both", "areas_missing", "national_missing", "both_missing")
"""Values of the column `note`: which of the two figures is known."""


def national_peaks(
    area_peaks: pd.DataFrame, national: pd.DataFrame, area_table: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Coincident and non-coincident peak of Japan, kept apart.

    The national figure of a forecast is the sum of the ten areas in the same month (August,
    sending end, H3). An area's own annual peak may fall in another month, in winter in the north,
    so the sum of annual peaks is higher: nobody ever sees it at one time.

    Parameters
    ----------
    area_peaks : DataFrame
        Facts table `area_peaks`; rows `annual_peak` are used. The month of `as_of` is the
        vintage. [MW]
    national : DataFrame
        Facts table `forecast_national`; rows `peak_mw` are used. [MW]
    area_table : DataFrame, optional
        User's table of contract `occto_area`: `vintage`, `fiscal_year`, `area`, `quantity`,
        `value`; rows `peak_mw` are taken as annual peaks and win over `area_peaks`. [MW]

    Returns
    -------
    DataFrame, one row a vintage and fiscal year of which either is known in part
        `vintage`, `fiscal_year`, `coincident_mw`, `non_coincident_mw` (NaN unless all ten areas
        are known) [MW], `note`: one of `NOTES`. Nothing is interpolated.
    """
    coincident = national[national["quantity"] == "peak_mw"].set_index(KEYS)["value"]
    by_area = _annual_peaks(area_peaks, area_table).unstack("area").reindex(columns=list(AREAS))
    both = pd.DataFrame(
        {"coincident_mw": coincident, "non_coincident_mw": by_area.sum(axis=1, skipna=False)}
    )
    return both.rename_axis(KEYS).sort_index().assign(note=_notes).reset_index()


def _annual_peaks(area_peaks: pd.DataFrame, area_table: pd.DataFrame | None) -> pd.Series:
    """Annual peak by vintage, fiscal year and area."""
    own = area_peaks[area_peaks["quantity"] == "annual_peak"]
    bundled = own.assign(vintage=own["as_of"].str[:VINTAGE_LETTERS]).rename(columns={"mw": "value"})
    tables = [bundled]
    if area_table is not None:
        tables.append(area_table[area_table["quantity"] == "peak_mw"])
    keys = [*KEYS, "area"]
    rows = pd.concat([table[[*keys, "value"]] for table in tables])
    return rows.drop_duplicates(keys, keep="last").set_index(keys)["value"]


def _notes(peaks: pd.DataFrame) -> npt.NDArray[np.str_]:
    """Which of the two figures each row knows."""
    no_national, no_areas = peaks["coincident_mw"].isna(), peaks["non_coincident_mw"].isna()
    return np.select(
        [no_national & no_areas, no_national, no_areas],
        ["both_missing", "national_missing", "areas_missing"],
        "both",
    )
