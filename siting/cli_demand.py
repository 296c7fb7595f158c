"""The command `siting demand`: real demand files, summarised. Heavy imports stand inside."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from siting.words import default_language

if TYPE_CHECKING:
    import pandas as pd

    from data.area_demand import AreaDemand
    from grid.demand_hours import DemandHours
    from grid.demand_summary import DemandSummary
    from siting.progress import Report

EPILOG = "Example: siting demand eria_jukyu_2026*.csv tokyo=juyo-2025.csv --output runs/demand"
SHARE_OF_READING = 0.8


def demand(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILES...", help="Area files, FILE or AREA=FILE; gzip is fine."),
    ],
    output: Annotated[
        Path | None, typer.Option(help="Folder for summary, series and typical days.")
    ] = None,
    hourly: Annotated[
        Path | None, typer.Option(help="CSV of the newest whole year, for time.hourly_file.")
    ] = None,
    allow_gaps: Annotated[
        bool, typer.Option("--allow-gaps", help="List missing slots instead of refusing them.")
    ] = False,
    lang: Annotated[
        Literal["ja", "en"] | None,
        typer.Option("--lang", help="Language of the summary; else as LANG says."),
    ] = None,
) -> None:
    """Summarise the utilities' half-hourly demand files.

    Peaks, minimum, load factor, duration and shares by area and together; with --output also
    typical days that a scenario takes as time.demand_file, with --hourly a year by the hour that
    it takes as time.hourly_file. Every fault of every file is in one list.
    """
    from siting.demand_tables import show_demand
    from siting.demand_words import tell
    from siting.progress import progress_bar
    from siting.terminal import open_console, show_line

    language = lang or default_language()
    with progress_bar(open_console(stderr=True)) as progress:
        found = _summarised(files, allow_gaps, progress)
        if output is not None:
            from siting.demand_files import write_demand

            write_demand(*found, output)
        hours = None if hourly is None else _hours(found[0].table, hourly)
    console = open_console()
    show_demand(console, *found, language)
    if output is not None:
        show_line(console, tell("written", language, folder=output))
    if hours is not None and hourly is not None:
        from siting.demand_hours import hour_notes

        for note in hour_notes(hours, hourly, language):
            show_line(console, note)


def _hours(table: "pd.DataFrame", path: Path) -> "DemandHours":
    from siting.demand_hours import write_hours

    return write_hours(table, path)


def _summarised(
    files: list[str], allow_gaps: bool, progress: "Report"
) -> "tuple[AreaDemand, DemandSummary, pd.DataFrame]":
    """Series, their figures, and the typical days they allow."""
    from data.area_demand import read_area_demand
    from data.own_days import own_typical_days
    from grid.demand_summary import summarise_demand

    read = read_area_demand(
        files,
        allow_gaps=allow_gaps,
        progress=lambda share, name: progress(share * SHARE_OF_READING, name),
    )
    progress(SHARE_OF_READING, "summary")
    return read, summarise_demand(read.table), own_typical_days(read.table)
