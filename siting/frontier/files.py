"""Files of `siting frontier`, each put in place in one step."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from siting.frontier.page import page_html
from siting.frontier.question import COMMAND
from siting.run_files import write_json
from siting.spreadsheet import write_csv
from siting.whole_file import into_output

DATA = "frontier.json"
TABLE = "frontier.csv"
PAGE = "frontier.html"

Row = Mapping[str, Any]


def write_frontier(told: Row, folder: Path, language: Literal["ja", "en"] = "ja") -> None:
    """Write frontier.json, frontier.csv and frontier.html into a folder that is there.

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
    """Every site of every point as a row, with contract power by year [MW]."""
    return pd.DataFrame(
        [_site_row(point, site, told) for point in told["points"] for site in point["sites"]]
    )


def _site_row(point: Row, site: Row, told: Row) -> Row:
    unit = {"Mt": "mt", "years": "years"}[told["unit"]]
    years = {f"mw_{year}": mw for year, mw in site["mw_by_year"].items()}
    return {
        "point": point["number"],
        f"limit_{unit}": point["limit"],
        f"value_{unit}": point["value"],
        "cost_myen": point["cost_myen"],
        "bound_myen": point["bound_myen"],
        "site": site["site"],
        "name_ja": site["name"]["ja"],
        "name_en": site["name"]["en"],
        "area": site["area"],
        "start_fiscal_year": site["start_fiscal_year"],
        **dict(sorted(years.items())),
    }
