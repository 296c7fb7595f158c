"""`siting frontier` on the terminal: the points and what changes between them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from siting.frontier.page import view
from siting.frontier.words import say
from siting.terminal import show_line

Row = Mapping[str, Any]

NUMBERS = ("value", "extra", "step", "price", "gap", "sites")
CHANGES = ("comes", "leaves", "by_area")


def show_frontier(console: Console, folder: Path, told: Row, lang: str) -> None:
    """Everything one reads first.

    Parameters
    ----------
    console : Console
        Terminal without markup, as of `siting.terminal.open_console`.
    folder : Path
        Folder that was written.
    told : mapping
        Content of frontier.json.
    lang : "ja" or "en"
    """
    seen = view(told)
    for line in (seen["answer"], seen["least"], seen["proof"]):
        show_line(console, line[lang])
    console.print(_points(seen, lang))
    if len(seen["rows"]) > 1:
        console.print(_changes(seen, lang))
    if seen["dropped"]:
        show_line(console, say("dropped", lang, count=len(seen["dropped"])))
    for line in seen["dropped"]:
        show_line(console, f"  - {line[lang]}")
    if seen["missed"] is not None:
        show_line(console, seen["missed"][lang])
    if told["taken_over"]:
        show_line(console, say("taken_over", lang, count=told["taken_over"]))
    show_line(console, say("seconds", lang, seconds=f"{told['seconds']:.0f}"))
    show_line(console, f"{say('page', lang)}: {folder / 'frontier.html'}")


def _points(seen: Row, lang: str) -> Table:
    words = [say("number", lang), seen["value_word"][lang]]
    words += [say(word, lang) for word in NUMBERS[1:]]
    table = _table(say("points", lang), words, numbers=words)
    for row in seen["rows"]:
        both = (row[f"{key}_text"][lang] for key in ("extra", "step", "price"))
        cells = [str(row["number"]), row["value_text"], *both, row["gap_text"]]
        table.add_row(*map(Text, cells), str(len(row["sites"])))
    return table


def _changes(seen: Row, lang: str) -> Table:
    words = [say(word, lang) for word in ("number", *CHANGES)]
    table = _table(f"{say('changes', lang)}: {seen['changes_note'][lang]}", words, numbers=[])
    for row in seen["rows"][1:]:
        told = (row[f"{key}_text"][lang] for key in ("comes", "leaves", "areas"))
        table.add_row(*map(Text, (str(row["number"]), *told)))
    return table


def _table(title: str, words: Sequence[str], *, numbers: Sequence[str]) -> Table:
    table = Table(title=Text(title), title_justify="left")
    for word in words:
        side: Literal["right", "left"] = "right" if word in numbers else "left"
        table.add_column(Text(word), justify=side, overflow="fold")
    return table
