"""Rounds of feeding back on the terminal."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from siting.feedback.view import cells, columns_of, conclusion
from siting.feedback.words import say
from siting.terminal import show_line
from siting.words import say as say_common

CHANGES_WIDTH = 36
"""Of a terminal's columns; the numbers can wrap their headings."""


def show_feedback(console: Console, told: Mapping[str, Any], file: Path, lang: str) -> None:
    """The rounds, how they ended, and where the file is."""
    rounds = told["rounds"]
    table = Table(title=Text(say("title", lang, year=told["fiscal_year"])), title_justify="left")
    columns = columns_of(rounds)
    for column in columns:
        heading = Text(say(column, lang))
        if column == "changes":
            table.add_column(heading, overflow="fold", min_width=CHANGES_WIDTH)
        else:
            table.add_column(heading, justify="right", overflow="fold")
    for number, row in enumerate(rounds):
        table.add_row(*map(Text, cells(number, row, columns, lang)))
    console.print(table)
    show_line(console, conclusion(rounds, told["ended"], told["within_percent"], lang))
    show_line(console, f"{say_common('written', lang)}: {file}")
