"""Results on the terminal: tables of a run, list of what was opened, inventory of numbers."""

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from siting.terminal_limits import limit_lines
from siting.words import say

MYEN_PER_100_MYEN = 100.0

WIDTH_OF_A_FILE = 160
"""A table sent to a file or a pipe is not squeezed to 80 columns."""

# One letter of colour for the eye, the word for everyone else.
CONFIDENCE_STYLES = {
    "seed": "green",
    "found": "green",
    "second_hand": "yellow",
    "computed": "cyan",
    "memory_high": "magenta",
    "memory_med": "magenta",
    "memory_low": "red",
    "assumed": "red",
}


def open_console(*, stderr: bool = False) -> Console:
    """Terminal without markup: a user's text may hold square brackets."""
    console = Console(stderr=stderr, markup=False, emoji=False, highlight=False)
    if not console.is_terminal:
        console.width = WIDTH_OF_A_FILE
    return console


def show_run(console: Console, folder: Path, summary: Mapping[str, Any], lang: str) -> None:
    """Key figures, chosen sites, and where map and report are."""
    console.print(key_figures(summary, lang))
    console.print(chosen_sites(summary, lang))
    whole = summary.get("net_present_cost")
    if whole is not None:
        cost, gap = number(whole["myen"] / MYEN_PER_100_MYEN, lang), f"{whole['gap_share']:.2%}"
        show_line(console, say("whole_cost", lang, cost=cost, gap=gap))
        if whole.get("start"):
            show_line(console, say(f"start_{whole['start']}", lang))
    for line in limit_lines(summary, lang):
        show_line(console, line)
    counts = {word: len(summary.get(word, ())) for word in ("assumptions", "unknowns")}
    for word, count in counts.items():
        if count:
            show_line(console, say(word, lang, count=count))
    for word, file in (("map", "map.html"), ("report", "report.html")):
        show_line(console, f"{say(word, lang)}: {folder / file}")


def show_line(console: Console, text: str) -> None:
    """One line as it is: no markup, no colours, no wrapping of long paths."""
    console.print(Text(text), soft_wrap=True)


def key_figures(summary: Mapping[str, Any], lang: str) -> Table:
    """Key figures by year."""
    words = ("fiscal_year", "contract_mw", "it_mw", "sites", "co2_kt", "cost", "shortfall")
    table = _table(say("key_figures", lang), [say(word, lang) for word in words], text_columns=0)
    for year in summary["kpis"]:
        cost = year["cost_myen"]
        table.add_row(
            str(year["fiscal_year"]),
            number(year["contract_mw"], lang),
            number(year["it_mw"], lang),
            number(year["sites"], lang),
            number(year["co2_kt"], lang),
            number(cost / MYEN_PER_100_MYEN if cost is not None else None, lang),
            number(year.get("shortfall_mw"), lang),
        )
    return table


def chosen_sites(summary: Mapping[str, Any], lang: str) -> Table:
    """Chosen sites with start year and size."""
    words = ("site", "area", "start", "last_mw", "headroom", "basis")
    table = _table(say("chosen", lang), [say(word, lang) for word in words], text_columns=2)
    for site in summary["sites"]:
        last = site["by_year"][-1]["contract_mw"] if site["by_year"] else None
        low, high = site["headroom_low_mw"], site["headroom_high_mw"]
        table.add_row(
            Text(str(site[f"name_{lang}"])),
            Text(str(site["area"])),
            str(site["start_fiscal_year"]),
            number(last, lang),
            f"{number(low, lang)}-{number(high, lang)}" if low != high else number(low, lang),
            say(site["headroom_basis"], lang),
        )
    return table


def number(value: float | None, lang: str) -> str:
    """A number with thousands commas, or the word for unknown.

    >>> number(1234.5, "en"), number(None, "en")
    ('1,234', 'unknown')
    """
    if value is None or math.isnan(value):
        return say("unknown", lang)
    return f"{value:,.0f}" if abs(value) >= 10 or value == int(value) else f"{value:,.1f}"


def show_opened(
    console: Console, lang: str, *, scenario: Path, files: Iterable[Path], variants: Sequence[str]
) -> None:
    """What a check has read, and that it found nothing."""
    show_line(console, say("no_problems", lang))
    opened = say("opened", lang)
    show_line(console, f"{opened}: {say('scenario', lang)} {scenario}")
    for file in files:
        show_line(console, f"{opened}: {say('user_file', lang)} {file}")
    for variant in variants:
        show_line(console, f"{opened}: {say('variant', lang)} {variant}")


def show_inventory(console: Console, rows: Sequence[Mapping[str, Any]]) -> None:
    """Every number shipped, one table of the terminal for each table of facts."""
    columns = ["key", "quantity", "value", "unit", "confidence", "source", "as_of"]
    for name in dict.fromkeys(row["table"] for row in rows):
        table = _table(str(name), columns, text_columns=2)
        for row in (row for row in rows if row["table"] == name):
            mark = Text(str(row["confidence"]), CONFIDENCE_STYLES.get(row["confidence"], ""))
            cells = [Text(_cell(row[column])) for column in columns]
            cells[columns.index("confidence")] = mark
            table.add_row(*cells)
        console.print(table)


def _cell(value: object) -> str:
    """Text of a cell; numbers without a tail of zeros."""
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _table(title: str, columns: Sequence[str], *, text_columns: int) -> Table:
    """Table whose first `text_columns` columns are text, the others numbers."""
    table = Table(title=Text(title), title_justify="left")
    for index, column in enumerate(columns):
        table.add_column(Text(column), justify="left" if index < text_columns else "right")
    return table
