"""The answer of a forecast check as one Excel workbook, one sheet a question.

Text is written as text: no cell is a formula, whatever an application is called.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from siting.spreadsheet import inert

MOST_APPLICATIONS = 20_000
"""Longer lists stand in applications.csv only: a workbook with more takes longer than the check."""

MOST_SIGNS = 32_767
"""Excel's limit of a cell; a longer text would not be written at all."""

MOST_LISTED = 50
ROWS_MEASURED = 40
WIDEST = 60

OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
ABOUT = ("説明", "about")
IN_CSV_ONLY = (
    f"申込が {MOST_APPLICATIONS:,} 件を超えるため、一覧は applications.csv にある",
    f"The list has more than {MOST_APPLICATIONS:,} applications and stands in applications.csv",
)

LOOKS: Mapping[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "head": {"bold": True, "bottom": 1, "bg_color": "#e8edf1"},
    "plain": {},
    "power": {"num_format": "#,##0.0"},
    "share": {"num_format": "0.000"},
    "exceeds": {"bg_color": "#f6c9bd"},
    "unknown": {"bg_color": "#e4e7ea"},
    "inside": {"bg_color": "#cfe3f1"},
    "fits": {"bg_color": "#dcefe0"},
}
"""Formats by name; those of the verdicts colour the cells that hold them."""

SHEETS: Mapping[str, tuple[str, str]] = {
    "verdict": (
        "エリア・年度・想定・ケースごとの判定",
        "Does it fit? By area, year, forecast, case",
    ),
    "ranges": ("判定の幅、電力量、根拠", "With ranges, energy and what the figures rest on"),
    "first_years": ("いつから、最大いくら超えるか", "From which year, and by how much at most"),
    "contributors": ("どの申込によるか(最大の年度、大きい順)", "Because of which applications"),
    "vintages": ("想定の間で何が動いたか(全国)", "What moved between the forecasts (Japan)"),
    "peaks": ("同時最大と非同時最大", "Coincident and non-coincident peaks"),
    "adequacy": ("予備率と、あと何MW受けられるか", "Reserve margins, and how many MW more"),
    "chance": ("超える確率", "Chance of exceeding"),
    "percentiles": ("増加量の分布(P10, P50, P90)", "Additions: P10, P50, P90"),
    "applications": (
        "申込一覧(判定の元になる値)",
        "The list, with what the verdict is summed from",
    ),
    "notices": ("一覧の中で目立つもの", "What stands out in the list"),
    "assumptions": ("仮定", "What is assumed"),
    "sources": ("出典", "Sources"),
}
"""Sheets in their order, with the question each answers in Japanese and English."""

HOW: tuple[tuple[str, str], ...] = (
    (
        "additions_mw = 申込一覧の mw_年度 × weight_ケース の合計(エリアごと)",
        "additions_mw = sum over the list of mw_<year> x weight_<case>, by area",
    ),
    (
        "counted_mw = そのうち counted_想定 が TRUE の行の合計(想定がすでに含む分。二重に数えない)",
        "counted_mw = the same over rows where counted_<vintage> is TRUE: already in the forecast,"
        " never added again",
    ),
    (
        "over_mw = additions_mw - allowance_mw(正のとき)。allowance_mw は想定の個別計上",
        "over_mw = additions_mw - allowance_mw where positive; the allowance is what the forecast"
        " counts",
    ),
    (
        "GWh = MW × 負荷率 × 8.76",
        "GWh = MW x load factor x 8.76",
    ),
    ("空のセルは不明(0ではない)", "An empty cell is not known; it is not zero"),
)


def write_workbook(
    tables: Mapping[str, pd.DataFrame], summary: Mapping[str, Any], path: Path, *, language: str
) -> None:
    """Write the workbook.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        From `siting.loads_files.tables_of`.
    summary : mapping
        The check's summary: peaks, notices, sources, the day it was made.
    path : Path
        File to write.
    language : str
        `ja` or `en`, of the first sheet.
    """
    place = 0 if language == "ja" else 1
    sheets = _sheets(tables, summary)
    with xlsxwriter.Workbook(path, dict(OPTIONS)) as book:
        book.set_properties({"created": datetime.fromisoformat(summary["created"])})
        styles = {name: book.add_format(look) for name, look in LOOKS.items()}
        about = book.add_worksheet(ABOUT[place])
        _write_about(about, about_lines(summary, list(sheets), place), styles)
        for name, table in sheets.items():
            _write_table(book.add_worksheet(name), table, styles)


def _sheets(
    tables: Mapping[str, pd.DataFrame], summary: Mapping[str, Any]
) -> dict[str, pd.DataFrame]:
    """Tables by sheet in the order of `SHEETS`; empty ones and too long lists are left out."""
    notices = [
        notice | {name: _listed(notice[name]) for name in ("rows", "ids")}
        for notice in summary["notices"]
    ]
    own = {
        "ranges": tables["verdict_ranges"],
        "peaks": pd.DataFrame(summary["peaks"]),
        "notices": pd.DataFrame(notices),
        "sources": pd.DataFrame(summary["sources"]).drop(columns="confidence_marks"),
    }
    every = dict(tables) | own
    if len(every["applications"]) > MOST_APPLICATIONS:
        del every["applications"]
    return {name: every[name] for name in SHEETS if name in every and len(every[name])}


def _listed(values: Sequence[Any]) -> str:
    """Values as one text; of very many the first."""
    shown = ", ".join(str(value) for value in values[:MOST_LISTED])
    return f"{shown}, … ({len(values)})" if len(values) > MOST_LISTED else shown


def about_lines(
    summary: Mapping[str, Any], sheets: Sequence[str], place: int
) -> list[tuple[str, str]]:
    """First sheet: what this is, the sheets with their questions, how figures are computed."""
    title = summary["title"][("ja", "en")[place]]
    made = (f"作成 {summary['created']}", f"Made {summary['created']}")[place]
    questions = [(name, SHEETS[name][place]) for name in sheets]
    how = [("", line[place]) for line in HOW]
    if "applications" not in sheets:
        how.append(("", IN_CSV_ONLY[place]))
    return [(title, ""), (made, ""), ("", ""), *questions, ("", ""), *how]


def _write_about(sheet: Any, lines: Sequence[tuple[str, str]], styles: Mapping[str, Any]) -> None:
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 100)
    for row, (left, right) in enumerate(lines):
        sheet.write_string(row, 0, inert(left), styles["title"] if row == 0 else None)
        sheet.write_string(row, 1, inert(right))


def _write_table(sheet: Any, table: pd.DataFrame, styles: Mapping[str, Any]) -> None:
    """A table with frozen header, filter and one number format a column."""
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
    for place, (name, column) in enumerate(table.items()):
        sheet.write_string(0, place, str(name), styles["head"])
        style = styles[_number_style(str(name))]
        sheet.set_column(place, place, _width(str(name), column))
        for row, cell in enumerate(column.tolist(), start=1):
            _write_cell(sheet, (row, place), cell, styles, style)


def _write_cell(
    sheet: Any, at: tuple[int, int], cell: Any, styles: Mapping[str, Any], style: Any
) -> None:
    """One cell; not known stays empty."""
    if cell is None or cell != cell:
        return
    if isinstance(cell, bool):
        sheet.write_boolean(*at, cell)
    elif isinstance(cell, (int, float)):
        sheet.write_number(*at, cell, style)
    else:
        text = inert(str(cell))
        sheet.write_string(*at, text[:MOST_SIGNS], styles.get(text))


def _number_style(column: str) -> str:
    """Format of the numbers in a column, by its unit."""
    if column.endswith("_share") or column.startswith("weight_"):
        return "share"
    return "power" if "mw" in column or column.endswith("_gwh") else "plain"


def _width(name: str, column: pd.Series) -> float:
    """Width of a column: that of its name and of its first texts."""
    texts = [name, *(str(cell) for cell in column.head(ROWS_MEASURED) if isinstance(cell, str))]
    # a Japanese sign is about two Latin ones wide
    return min(WIDEST, max(len(t.encode("cp932", "replace")) for t in texts) + 3)
