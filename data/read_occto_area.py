"""The user's copy of OCCTO's per-area forecast table."""

from pathlib import Path

import pandas as pd

from data.contracts_demand import NATIONAL_QUANTITIES
from data.read_csv import read_user_csv

CONTRACT = "occto_area"


def read_occto_area(path: Path | str) -> pd.DataFrame:
    """Read the per-area forecast table a user typed from OCCTO's PDF.

    The bundled facts hold the national figures and FY2026 by area only; the other years by area
    are in 需要想定, which OCCTO publishes each January as a PDF.

    Parameters
    ----------
    path : Path or str
        CSV in the form of `area_table_template`.

    Returns
    -------
    DataFrame, shape (rows, 5)
        Columns vintage (year-month of publication), fiscal_year, area, quantity and value; the
        unit is the ending of the quantity. [MW or GWh]

    Raises
    ------
    InputError
        Every problem of the file with its line.
    """
    return read_user_csv(path, CONTRACT)


def area_table_template() -> str:
    """Empty per-area table with instructions, to save as UTF-8 CSV and fill in."""
    return "\n".join(
        (
            "# OCCTO's demand forecast by area. Lines that start with # are skipped.",
            "# vintage: year and month of publication, such as 2026-01",
            "# fiscal_year: 2030 means April 2030 to March 2031",
            "# area: hokkaido tohoku tokyo chubu hokuriku kansai chugoku shikoku kyushu okinawa",
            "# quantity: " + " ".join(NATIONAL_QUANTITIES),
            "# value: MW or GWh as the ending of the quantity says (1 万kW = 10 MW)",
            "# example, without the #: 2026-01,2035,tokyo,peak_mw,58900",
            "vintage,fiscal_year,area,quantity,value",
            "",
        )
    )
