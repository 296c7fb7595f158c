"""A queue before welcome zones on the terminal."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from siting.queue_answer import QueueAnswer
from siting.report_words import Both, both
from siting.terminal import number, show_line

WORDS: Mapping[str, Both] = {
    "title": both("ウェルカムゾーンと申込み", "Welcome zones and the queue before them"),
    "zone": both("ゾーン", "Zone"),
    "year": both("年度", "FY"),
    "published": both("公表 MW", "Published MW"),
    "held": both("申込み MW", "Held MW"),
    "left": both("残り MW", "Left MW"),
    "standing": both("状態", "Standing"),
    "chance": both("{mw} MW が空いている確率 %", "Chance that {mw} MW are free, %"),
    "shared": both("共有する上限でも %", "Under the shared limit, %"),
    "free": both("空きあり", "free"),
    "uncertain": both("上端でのみ空き", "uncertain"),
    "full": both("空きなし", "full"),
    "oversubscribed": both("申込み超過", "oversubscribed"),
    "unknown": both("不明", "unknown"),
    "others": both(
        "申込みのないゾーンほか {count} か所(--output の表に全て)",
        "Zones that nobody applies at: {count} (all are in the table of --output)",
    ),
    "outside": both(
        "どのゾーンからも引かない申込み {count} 件、{mw} MW: {names}",
        "{count} applications reduce no zone, {mw} MW: {names}",
    ),
    "apart": both(
        "確率は申込みが互いに無関係に実現するとした値(公表の下端–上端)。実際のばらつきはもっと大きい",
        "Chances (low to high end of the published range) take applications to be built apart from "
        "each other; the truth is wider",
    ),
}
MOST_NAMED = 8


def show_queue(console: Console, answer: QueueAnswer, asked_mw: float | None, lang: str) -> None:
    """The table, and what reduces nothing."""
    named = answer.table.groupby("zone")["held_mw"].transform("max") > 0
    shown = answer.table[named] if named.any() else answer.table
    console.print(queue_table(shown, asked_mw, lang))
    others = answer.table.loc[~named, "zone"].nunique()
    if named.any() and others:
        show_line(console, WORDS["others"][lang].format(count=others))
    if asked_mw is not None:
        show_line(console, WORDS["apart"][lang])
    lost = answer.outside
    if len(lost):
        names = [str(name) for name in lost["id"].head(MOST_NAMED)]
        listed = ", ".join(names) + (" ..." if len(lost) > MOST_NAMED else "")
        mw = number(float(lost["contract_mw"].sum()), lang)
        show_line(console, WORDS["outside"][lang].format(count=len(lost), mw=mw, names=listed))


def queue_table(table: pd.DataFrame, asked_mw: float | None, lang: str) -> Table:
    """One row a zone and year."""
    shown = Table(title=Text(WORDS["title"][lang]), title_justify="left")
    headings = ["zone", "year", "published", "held", "left", "standing"]
    for place, word in enumerate(headings):
        shown.add_column(Text(WORDS[word][lang]), justify="left" if place == 0 else "right")
    if asked_mw is not None:
        chance = WORDS["chance"][lang].format(mw=number(asked_mw, lang))
        shown.add_column(Text(chance), justify="right")
        shown.add_column(Text(WORDS["shared"][lang]), justify="right")
    for row in table.to_dict("records"):
        shown.add_row(*_cells(row, asked_mw is not None, lang))
    return shown


def _cells(row: Mapping[Any, Any], chances: bool, lang: str) -> list[Text | str]:
    cells: list[Text | str] = [
        Text(str(row[f"name_{lang}"] or row["zone"])),
        str(row["fiscal_year"]),
        _span(row["published_low_mw"], row["published_high_mw"], lang),
        number(row["held_mw"], lang),
        _span(row["low_mw"], row["high_mw"], lang),
        WORDS[row["standing"]][lang],
    ]
    if chances:
        cells += [_percent(row, "", lang), _percent(row, "shared_", lang)]
    return cells


def _span(low: float, high: float, lang: str) -> str:
    """A range, open or unknown ends said so.

    >>> _span(50.0, 200.0, "en"), _span(200.0, 200.0, "en"), _span(200.0, float("nan"), "en")
    ('50–200', '200', '200–unknown')
    """
    return number(low, lang) if low == high else f"{number(low, lang)}–{number(high, lang)}"


def _percent(row: Mapping[Any, Any], prefix: str, lang: str) -> str:
    low, high = (100.0 * float(row[f"{prefix}{end}_share"]) for end in ("low", "high"))
    if low != low and high != high:
        return "—"
    return _span(round(low, 1), round(high, 1), lang)
