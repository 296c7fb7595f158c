"""`siting redispatch`: the command line of a plan's year in all its hours."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from siting.words import default_language, say

if TYPE_CHECKING:
    from siting.feedback.question import Asked

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


FeedBack = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Plan anew with what was found, by rounds, in this folder."),
]
Rounds = Annotated[int, typer.Option(help="With --feed-back: plans made anew at most.")]
Within = Annotated[
    float, typer.Option(metavar="PERCENT", help="With --feed-back: by what the cost may be off.")
]
LayersFolder = Annotated[
    Path | None, typer.Option("--layers", help="Folder with the files of screen.layers.")
]


def redispatch(
    run: Run,
    year: Year = None,
    files: Files = None,
    feed_back: FeedBack = None,
    rounds: Rounds = 3,
    within: Within = 1.0,
    layers: LayersFolder = None,
    lang: Language = None,
) -> None:
    """Dispatch a plan's year again in all its 8,760 hours.

    A plan is made on typical days in blocks of hours. This takes its data centres, contracts and
    stores as given and dispatches every hour of a fiscal year, then says how far cost, CO2, clean
    share, unserved energy and peak were off. Writes redispatch.json into the run folder and draws
    its report again. Plans without a network only.

    With --feed-back it plans anew until plan and year agree: with a higher clean share where it was
    missed, with the days that fell short, with finer hours. Exit code 3 if they do not; called
    again, it goes on where it stopped.
    """
    if feed_back is not None:
        from siting.feedback.question import Asked
        from siting.screen.homes import Homes

        _feed_back(run, Asked(feed_back, year, rounds, within, files, Homes(layers)), lang)
        return
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


def _feed_back(run: Path, asked: "Asked", lang: Lang | None) -> None:
    from siting.feedback.study import FILE, feed_back
    from siting.feedback.terminal import show_feedback
    from siting.progress import progress_bar
    from siting.terminal import open_console

    language = lang or default_language()
    with progress_bar(open_console(stderr=True), say("broken_off", language)) as progress:
        told = feed_back(run, asked, progress)
    show_feedback(open_console(), told, asked.output / FILE, language)
    if told["ended"] != "agrees":
        raise typer.Exit(3)
