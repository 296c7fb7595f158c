"""`siting robust` on the terminal: sites, sets of sites, inputs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from siting.report_numbers import percent
from siting.robust.page import drawn_text, view
from siting.robust.texts import answer_text, choice_text
from siting.robust.words import say, text
from siting.terminal import show_line

Row = Mapping[str, Any]

MOST_SITES = 40


def show_robust(console: Console, folder: Path, told: Row, lang: str) -> None:
    """Everything one reads first.

    Parameters
    ----------
    console : Console
        Terminal without markup, as of `siting.terminal.open_console`.
    folder : Path
        Folder that was written.
    told : mapping
        Content of robust.json.
    lang : "ja" or "en"
    """
    seen = view(told)
    show_line(console, answer_text(told)[lang])
    show_line(console, drawn_text(told)[lang])
    _show_failed(console, seen["failed"], lang)
    _show_sites(console, told, seen["sites"], lang)
    if seen["sets"]:
        _show_sets(console, seen["sets"], lang)
        show_line(console, seen["tried"][lang])
    show_line(console, choice_text(told)[lang])
    _show_inputs(console, seen["inputs"], lang)
    show_line(console, seen["inputs_note"][lang])
    if told["plan_line"]:
        show_line(console, f"{say('plan_line', lang)}: {told['plan_line']}")
    counts = {key: told[key] for key in ("solved", "reused")}
    show_line(console, say("solves", lang, **counts, seconds=f"{told['seconds']:.0f}"))
    show_line(console, f"{say('page', lang)}: {folder / 'robust.html'}")


def _show_failed(console: Console, rows: Sequence[Row], lang: str) -> None:
    if not rows:
        return
    console.print(Text(say("failed", lang, count=len(rows)), "yellow"))
    for row in rows:
        named = f"{say('sample', lang)} {row['sample']}: {row['shown'][lang]}"
        show_line(console, f"  - {named} ({row['result'][lang]})")


def _show_sites(console: Console, told: Row, rows: Sequence[Row], lang: str) -> None:
    words = ("site", "share", "interval", "mw", "start", "in_plan", "in_set")
    table = _table(say("sites", lang), words, numbers=words[1:5], lang=lang)
    for row in rows[:MOST_SITES]:
        table.add_row(
            Text(row["name"][lang]),
            f"{row['count']}/{told['samples']['with_plan']} ({percent(row['share'], 0)})",
            row["interval"],
            row["mw_text"],
            row["start_text"],
            say("yes" if row["in_plan"] else "no", lang),
            say("yes" if row["in_set"] else "no", lang),
        )
    more = len(rows) - MOST_SITES
    if more > 0:
        table.add_row(say("more", lang, count=more), *[""] * (len(words) - 1))
    console.print(table)


def _show_sets(console: Console, rows: Sequence[Row], lang: str) -> None:
    words = ("set", "largest", "at_most", "mean", "best_in", "without_plan", "set_sites")
    table = _table(say("sets", lang), words, numbers=words[1:6], lang=lang)
    for row in rows:
        own = f" ({say('own', lang)})" if row["own"] else ""
        table.add_row(
            Text(f"{row['number']}{own}"),
            *(Text(row[key][lang]) for key in ("largest", "at_most", "mean")),
            str(row["best_in"]),
            str(row["without_plan"]),
            Text(row["sites_text"][lang]),
        )
    console.print(table)


def _show_inputs(console: Console, rows: Sequence[Row], lang: str) -> None:
    words = ("input", "value", "extra", "moves", "rank_cost", "rank_sites", "source")
    table = _table(say("inputs", lang), words, numbers=("extra",), lang=lang)
    for row in rows:
        for place, swing in enumerate(row["swings"]):
            first = place == 0
            table.add_row(
                Text(row["input"] if first else ""),
                Text(swing["shown"][lang]),
                Text(swing["extra"][lang]),
                Text(swing["moves"][lang]),
                Text(row["rank_cost"][lang] if first else ""),
                Text(row["rank_sites"][lang] if first else ""),
                Text((row["source"] or text("assumed")[lang]) if first else ""),
            )
    console.print(table)


def _table(title: str, words: Sequence[str], *, numbers: Sequence[str], lang: str) -> Table:
    table = Table(title=Text(title), title_justify="left")
    for word in words:
        side: Literal["right", "left"] = "right" if word in numbers else "left"
        table.add_column(Text(say(word, lang)), justify=side, overflow="fold")
    return table
