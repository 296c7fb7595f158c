"""`siting redispatch`: the command line of a plan's year in all its hours."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from siting.words import default_language

Lang = Literal["ja", "en"]

EPILOG = "Example: siting redispatch runs/japan --year 2035"

Run = Annotated[Path, typer.Argument(metavar="RUN", help="Run folder.")]
Year = Annotated[
    int | None,
    typer.Option(metavar="FY", help="Modelled fiscal year; the last one when left out."),
]
Files = Annotated[
    Path | None, typer.Option(help="Folder of the files that the run's scenario names.")
]
Language = Annotated[
    Lang | None, typer.Option("--lang", help="Language of the text; else as LANG says.")
]


def redispatch(run: Run, year: Year = None, files: Files = None, lang: Language = None) -> None:
    """Dispatch a plan's year again in all its 8,760 hours.

    A plan is made on typical days in blocks of hours. This takes its data centres, contracts and
    stores as given and dispatches every hour of a fiscal year, then says how far cost, CO2, clean
    share, unserved energy and peak were off. Writes redispatch.json into the run folder and draws
    its report again. Plans without a network only.
    """
    from siting.progress import progress_bar
    from siting.redispatch import redispatch_run, write_redispatch
    from siting.redispatch_terminal import show_redispatch
    from siting.run_pages import draw_pages
    from siting.terminal import open_console

    with progress_bar(open_console(stderr=True)) as progress:
        told = redispatch_run(run, fiscal_year=year, files=files, progress=progress)
    file = write_redispatch(told, run)
    draw_pages(run)
    show_redispatch(open_console(), told, file, lang or default_language())
