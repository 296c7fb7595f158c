"""`siting forecast`: the command line of the utility's check."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from siting.words import default_language, say

if TYPE_CHECKING:
    from siting.loads_check import CheckOptions

Lang = Literal["ja", "en"]


class Case(StrEnum):
    """How the list is counted."""

    CONTRACTED = "contracted"
    WEIGHTED = "weighted"
    ALL = "all"


EPILOG = "Example: siting forecast additions.csv --vintage 2026-01 --output runs/check"

EXCEEDED = 3
"""Exit code of an answer of "no"."""


Additions = Annotated[
    Path, typer.Argument(metavar="ADDITIONS", help="List of applications, CSV or XLSX.")
]
Vintages = Annotated[
    list[str] | None,
    typer.Option(help="Forecast to compare with, such as 2026-01; repeatable, else all."),
]
Cases = Annotated[
    list[Case] | None, typer.Option(help="How to count the list; repeatable, else all three.")
]
AreaTable = Annotated[
    Path | None, typer.Option(help="OCCTO's figures by area (siting new area-table).")
]
Assumptions = Annotated[
    Path | None, typer.Option(help="Changed assumptions (siting new additions).")
]
Output = Annotated[Path | None, typer.Option(help="Folder for tables, report and map.")]
MapFile = Annotated[Path | None, typer.Option("--map", help="Write only the map here.")]
Draws = Annotated[
    int | None, typer.Option(min=0, max=1_000_000, help="Draws for the chance; 0 = none.")
]
Seed = Annotated[int, typer.Option(min=0, help="Seed of the draws.")]
Language = Annotated[
    Lang | None, typer.Option("--lang", help="Language of the summary; else as LANG says.")
]


def forecast(
    additions: Additions,
    vintage: Vintages = None,
    case: Cases = None,
    area_table: AreaTable = None,
    assumptions: Assumptions = None,
    output: Output = None,
    map_file: MapFile = None,
    draws: Draws = None,
    seed: Seed = 7,
    lang: Language = None,
) -> None:
    """Check load additions against OCCTO's forecast.

    By area, year and forecast: already inside, fits, or exceeds, by how much, from when and
    because of which applications; reserve margins with and without them. Exit code 3 when any row
    asked for exceeds.
    """
    from siting.loads_check import CheckOptions

    options = CheckOptions(
        vintages=tuple(vintage or ()),
        cases=tuple(each.value for each in case or ()),
        area_table=area_table,
        assumptions=assumptions,
        draws=draws,
        seed=seed,
    )
    if _answer(additions, options, output, map_file, lang or default_language()):
        raise typer.Exit(EXCEEDED)


def _answer(
    additions: Path, options: "CheckOptions", output: Path | None, map_file: Path | None, lang: Lang
) -> bool:
    """Check, write and show; whether something exceeds."""
    from siting.loads_check import check_loads
    from siting.loads_summary import summary_of
    from siting.loads_terminal import show_answer
    from siting.progress import progress_bar
    from siting.run_files import plain
    from siting.terminal import open_console, show_line

    with progress_bar(open_console(stderr=True)) as progress:
        answer = check_loads(additions, options, progress=progress)
        summary = plain(summary_of(answer))
        progress(0.92, "files")
        if output is not None or map_file is not None:
            # the drawing libraries take longer to import than the check itself to run
            from siting.loads_files import write_answer, write_map_alone

            if output is not None:
                write_answer(answer, summary, output, language=lang)
            if map_file is not None:
                write_map_alone(answer, summary, map_file)
    console = open_console()
    show_answer(console, summary, lang)
    for path in (output, map_file):
        if path is not None:
            show_line(console, f"{say('written', lang)}: {path}")
    return answer.exceeds
