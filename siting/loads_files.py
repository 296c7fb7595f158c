"""Files of a forecast check: tables for Excel and programs, report and map."""

from pathlib import Path
from typing import Any, Literal

import pandas as pd

from data.errors import InputError, Problem
from maps.loads_page import LoadsContent, save_loads_map
from siting.loads_check import LoadsAnswer
from siting.loads_report import write_loads_report
from siting.loads_summary import points_of, vintage_comparison
from siting.loads_workbook import write_workbook
from siting.map_content import area_labels, prefecture_outlines, tie_paths
from siting.run_files import write_gpkg, write_json
from siting.run_folder import run_folder
from siting.spreadsheet import write_csv

Language = Literal["ja", "en"]

VERDICT_COLUMNS = [
    "area",
    "fiscal_year",
    "vintage",
    "case",
    "additions_mw",
    "counted_mw",
    "allowance_mw",
    "over_mw",
    "verdict",
]
"""Columns of verdict.csv; verdict_ranges.csv holds what else is known of the same rows."""

POINTS = "applications.gpkg"

DECIMALS = 6
"""Places kept in files: sums of floats differ in the last ones from machine to machine."""


def write_answer(
    answer: LoadsAnswer, summary: dict[str, Any], output: Path, *, language: Language
) -> None:
    """Write every file of a check into a folder that appears only when all is done.

    Parameters
    ----------
    answer : LoadsAnswer
        From `siting.loads_check.check_loads`.
    summary : dict
        Of `siting.loads_summary.summary_of`, in JSON's own kinds.
    output : Path
        The folder; a check or run that stands there is replaced, nothing else is.
    language : str
        `ja` or `en`: shown first in the report, used in the workbook.

    Raises
    ------
    InputError
        Something else stands there, or the place cannot be written.
    """
    tables = tables_of(answer)
    with run_folder(output) as folder:
        for name, table in tables.items():
            write_csv(table, folder / f"{name}.csv")
        write_json(summary, folder / "summary.json")
        _write_points(tables["applications"], folder / POINTS, created=summary["created"])
        write_workbook(tables, summary, folder / "forecast.xlsx", language=language)
        write_loads_report(summary, folder / "report.html", language=language)
        write_map(answer, summary, folder / "map.html")


def _write_points(table: pd.DataFrame, path: Path, *, created: str) -> None:
    """Applications with a position, for a GIS."""
    located = table.dropna(subset=["lat", "lon"])
    if len(located):
        write_gpkg(located, path, created=created, layer=path.stem)


def tables_of(answer: LoadsAnswer) -> dict[str, pd.DataFrame]:
    """Tables by the name of their file."""
    tables = {
        "verdict": answer.verdict[VERDICT_COLUMNS],
        "verdict_ranges": answer.verdict,
        "first_years": answer.firsts,
        "contributors": answer.contributors,
        "vintages": vintage_comparison(answer.given),
        "adequacy": _with_named_ties(answer.adequacy),
        "chance": answer.chance,
        "percentiles": answer.draws,
        "applications": application_table(answer),
        "assumptions": answer.given.assumptions.reset_index(),
    }
    return {name: _rounded(table) for name, table in tables.items() if len(table.columns)}


def application_table(answer: LoadsAnswer) -> pd.DataFrame:
    """The list as it was understood, with all that the verdict is summed from.

    `additions_mw` of an area, year and case is the sum of `mw_<year>` times `weight_<case>`;
    `counted_mw` of a forecast the same over the rows with `counted_<vintage>`.
    """
    loads, given = answer.loads, answer.given
    table = given.applications.rename(columns={"line": "row"})
    told = ["counted", "probability", "load_factor"]
    columns = [name for name in table.columns if name not in told]
    compared_mw = loads.compared_mw("all")
    return pd.concat(
        [
            table[["row", *[name for name in columns if name != "row"]]],
            pd.DataFrame({"load_factor": loads.load_factor}, index=table.index),
            loads.weights.add_prefix("weight_"),
            loads.counted.add_prefix("counted_"),
            pd.DataFrame(
                compared_mw, index=table.index, columns=[f"mw_{year}" for year in loads.years]
            ),
        ],
        axis=1,
    )


def _with_named_ties(table: pd.DataFrame) -> pd.DataFrame:
    binding = ["; ".join(f"{tie} {way}" for tie, way in links) for links in table["binding"]]
    return table.assign(binding=binding)


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    return table.round(DECIMALS)


def write_map_alone(answer: LoadsAnswer, summary: dict[str, Any], path: Path) -> None:
    """Write the map to a place the user named.

    Raises
    ------
    InputError
        The file cannot be written there.
    """
    try:
        write_map(answer, summary, path)
    except OSError as error:
        found = f"{path} ({error.strerror or error})"
        problem = Problem("--map", found, "a file that can be written", "Name another place")
        raise InputError("siting forecast", [problem]) from None


def write_map(answer: LoadsAnswer, summary: dict[str, Any], path: Path) -> Path:
    """Write the map of a check as one file."""
    content = LoadsContent(
        summary=summary,
        points=points_of(answer),
        prefectures=prefecture_outlines(),
        areas=area_labels(),
        ties=tie_paths(),
    )
    return save_loads_map(content, path)
