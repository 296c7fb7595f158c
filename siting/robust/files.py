"""Files of `siting robust`, each put in place in one step."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from siting.robust.kept import COMMAND
from siting.robust.page import least_regret_sites, page_html
from siting.run_files import write_json
from siting.spreadsheet import write_csv
from siting.whole_file import into_output

DATA = "robust.json"
TABLE = "robust.csv"
PAGE = "robust.html"

Row = Mapping[str, Any]


def write_robust(told: Row, folder: Path, language: Literal["ja", "en"] = "ja") -> None:
    """Write robust.json, robust.csv and robust.html into a folder that is there.

    Raises
    ------
    InputError
        The folder cannot be written.
    """
    page = page_html(told, language).encode()
    table = site_table(told)
    into_output(folder, DATA, lambda path: write_json(told, path), command=COMMAND)
    into_output(folder, TABLE, lambda path: write_csv(table, path), command=COMMAND)
    into_output(folder, PAGE, lambda path: path.write_bytes(page), command=COMMAND)


def site_table(told: Row) -> pd.DataFrame:
    """Every site of any plan as a row: how often, how big [MW], from when [fiscal year]."""
    return pd.DataFrame([_site_row(row, told) for row in told["sites"]])


def _site_row(row: Row, told: Row) -> Row:
    ends = ("low", "median", "high")
    mw, start = (row[key] or [None] * 3 for key in ("mw", "start_fiscal_year"))
    return {
        "site": row["site"],
        "name_ja": row["name"]["ja"],
        "name_en": row["name"]["en"],
        "area": row["area"],
        "samples": told["samples"]["with_plan"],
        "chosen": row["count"],
        "chosen_share": row["share"],
        "low_share": row["low_share"],
        "high_share": row["high_share"],
        **{f"{end}_mw": value for end, value in zip(ends, mw, strict=True)},
        **{f"{end}_start_fiscal_year": v for end, v in zip(ends, start, strict=True)},
        "in_plan": row["in_plan"],
        "in_least_regret_set": row["site"] in least_regret_sites(told),
    }
