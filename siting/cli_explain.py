"""`siting explain`: the command line of why a plan is as it is, or why there is none."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from siting.words import default_language

if TYPE_CHECKING:
    from siting.explain.question import Asked

Lang = Literal["ja", "en"]

EPILOG = "Example: siting explain runs/japan --within 1; siting explain my-study/scenario.yaml"

RunOrScenario = Annotated[
    Path, typer.Argument(metavar="RUN", help="Run folder, or a scenario file without a plan.")
]
Within = Annotated[
    float, typer.Option(metavar="PERCENT", help="How much more other plans may cost.")
]
TimeLimit = Annotated[
    float,
    typer.Option(
        metavar="SECONDS",
        help="For other plans, all questions together; of a scenario file for each question.",
    ),
]
Others = Annotated[
    int,
    typer.Option(help="Sites not chosen that are asked about, the nearest first; -1: all."),
]
Files = Annotated[
    Path | None, typer.Option(help="Folder of the files that the run's scenario names.")
]
LayersFolder = Annotated[
    Path | None, typer.Option("--layers", help="Folder with the files of screen.layers.")
]
Variant = Annotated[str | None, typer.Option(help="Of a scenario file: apply a variant.")]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", help="Of a scenario file: change one value; repeatable."),
]
Language = Annotated[
    Lang | None, typer.Option("--lang", help="Language of the text; else as LANG says.")
]


def explain(
    run: RunOrScenario,
    within: Within = 1.0,
    time_limit: TimeLimit = 120.0,
    others: Others = 10,
    files: Files = None,
    layers: LayersFolder = None,
    variant: Variant = None,
    sets: Sets = None,
    lang: Language = None,
) -> None:
    """Why a plan is as it is, or why a scenario has none.

    Of a run folder: what one more unit of each limit would save, which sites all plans of nearly
    the same cost have and which none, the plans most unlike this one, and why each site. Writes
    explain.json and explain.html into it and draws its map and report again with them. Of a
    scenario file: which limits clash, and the least that each alone would have to give way.
    """
    from siting.explain.question import Asked

    asked = Asked(within, time_limit, others, files)
    language = lang or default_language()
    if run.is_file():
        _explain_scenario(run, asked, layers, variant, sets, language)
    else:
        _refuse_scenario_options(variant, sets)
        _explain_run(run, asked, layers, language)


def _explain_run(run: Path, asked: "Asked", layers: Path | None, lang: Lang) -> None:
    from siting.explain.files import write_explanation
    from siting.explain.run import explain_run
    from siting.explain.terminal import show_explanation
    from siting.progress import progress_bar
    from siting.run_pages import draw_pages
    from siting.screen.homes import Homes
    from siting.terminal import open_console

    with progress_bar(open_console(stderr=True)) as progress:
        told = explain_run(run, asked, homes=Homes(layers), progress=progress)
    write_explanation(told, run, lang)
    draw_pages(run)
    show_explanation(open_console(), run, told, lang)


def _explain_scenario(
    scenario: Path,
    asked: "Asked",
    layers: Path | None,
    variant: str | None,
    sets: list[str] | None,
    lang: Lang,
) -> None:
    from siting.explain.run import explain_scenario
    from siting.explain.terminal import show_clash
    from siting.progress import progress_bar
    from siting.scenario_file import load_scenario
    from siting.screen.homes import Homes
    from siting.terminal import open_console

    loaded = load_scenario(scenario, variant, sets or ())
    with progress_bar(open_console(stderr=True)) as progress:
        told = explain_scenario(loaded, asked, homes=Homes(layers), progress=progress)
    show_clash(open_console(), told, lang)


def _refuse_scenario_options(variant: str | None, sets: list[str] | None) -> None:
    from data.errors import InputError, Problem

    given = {"--variant": variant, "--set": ", ".join(sets or ())}
    fix = "Run the changed scenario, then explain that run"
    problems = [
        Problem(option, text, "a scenario file to apply it to", fix)
        for option, text in given.items()
        if text
    ]
    if problems:
        raise InputError("siting explain", problems)
