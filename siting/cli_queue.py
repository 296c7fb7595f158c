"""`siting queue`: the command line of the queue before welcome zones."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from siting.words import default_language

Lang = Literal["ja", "en"]
Count = Literal["expected", "contracted", "all"]

EPILOG = "Example: siting queue applications.csv --zones zones.csv --mw 100 --year 2030"

Applications = Annotated[
    Path, typer.Argument(metavar="APPLICATIONS", help="List of applications (CSV, XLSX).")
]
Zones = Annotated[Path | None, typer.Option(help="Welcome zones; those shipped when left out.")]
Power = Annotated[
    float | None, typer.Option("--mw", help="Power whose chance to be free is asked for.")
]
Years = Annotated[
    list[int] | None, typer.Option("--year", metavar="FY", help="Fiscal year; repeatable.")
]
CountOption = Annotated[Count, typer.Option("--count", help="Which applications hold power.")]
DrawsOption = Annotated[int, typer.Option("--draws", help="Draws behind each chance.")]
Seed = Annotated[int, typer.Option(help="Start of the draws.")]
Output = Annotated[Path | None, typer.Option(metavar="CSV", help="Table of all figures.")]
Language = Annotated[
    Lang | None, typer.Option("--lang", help="Language of the text; else as LANG says.")
]

FIRST_YEARS = (2026, 2030, 2035)


def queue(
    applications: Applications,
    zones: Zones = None,
    mw: Power = None,
    year: Years = None,
    count: CountOption = "expected",
    draws: DrawsOption = 10_000,
    seed: Seed = 0,
    output: Output = None,
    lang: Language = None,
) -> None:
    """Tell what the queue of applications leaves of welcome zones.

    By zone and year: what is published, held by applications, and left; with --mw the chance, by
    seeded draws of which applications are built, that so much is still free. Unused power is
    released three years after supply starts.
    """
    from grid.queue_chance import Draws
    from siting.queue_answer import answer_queue, counting, write_queue
    from siting.queue_terminal import show_queue
    from siting.terminal import open_console, show_line
    from siting.words import say

    language = lang or default_language()
    answer = answer_queue(
        applications,
        zones,
        sorted(set(year or FIRST_YEARS)),
        rule=counting(count),
        asked_mw=mw,
        draws=Draws(draws, seed),
    )
    console = open_console()
    show_queue(console, answer, mw, language)
    if output is not None:
        write_queue(answer, output)
        show_line(console, f"{say('written', language)}: {output}")
