"""The `siting` command. Heavy imports stand inside the commands, so that --help is quick."""

import sys
from collections.abc import Iterable, Mapping
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

import siting
from data.errors import InputError, Problem, SitingError
from siting import (
    cli_demand,
    cli_explain,
    cli_forecast,
    cli_frontier,
    cli_headroom,
    cli_queue,
    cli_redispatch,
    cli_robust,
    cli_screen,
)
from siting.words import default_language, say

app = typer.Typer(
    name="siting",
    no_args_is_help=True,
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    epilog="First steps: siting new japan my-study; siting run my-study/scenario.yaml",
)

Lang = Literal["ja", "en"]
ScenarioFile = Annotated[Path, typer.Argument(help="Scenario file (YAML).")]
Variant = Annotated[str | None, typer.Option(help="Apply a variant of the scenario.")]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", help="Change one value: --set demand.reference_pue=1.15; repeatable."),
]
LayersFolder = Annotated[
    Path | None, typer.Option("--layers", help="Folder with the files of screen.layers.")
]
Language = Annotated[
    Lang | None, typer.Option("--lang", help="Language of the summary; else as LANG says.")
]


@app.callback()
def start(
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    """Where AI data centres can go in Japan, how big and when, within grid and carbon limits."""
    if version:
        typer.echo(f"dc-siting {siting.__version__}")
        raise typer.Exit


@app.command(epilog="Example: siting new japan my-study")
def new(
    template: Annotated[str | None, typer.Argument(help="Template to copy; see --list.")] = None,
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help="Folder to fill.")] = None,
    show: Annotated[bool, typer.Option("--list", help="List the templates.")] = False,
) -> None:
    """Copy a ready, commented scenario.

    Nothing that exists is overwritten.
    """
    from siting.templates import TEMPLATES, copy_template

    if show:
        for name, text in TEMPLATES.items():
            typer.echo(f"{name:16} {text}")
        return
    if template is None or folder is None:
        fix = "Example: siting new japan my-study; siting new --list shows all templates"
        problem = Problem("siting new", "too few words", "TEMPLATE and DIR", fix)
        raise InputError("siting new", [problem])
    for path in copy_template(template, folder):
        typer.echo(f"{say('written', default_language())}: {path}")


@app.command(epilog="Example: siting check my-study/scenario.yaml")
def check(
    scenario: ScenarioFile,
    variant: Variant = None,
    sets: Sets = None,
    layers: LayersFolder = None,
    lang: Language = None,
) -> None:
    """Open everything, report every problem.

    One list with file, line, field, what was found, what was expected and what to do; all variants
    are looked at.
    """
    from siting.scenario_file import find_problems, load_scenario, user_files, variant_names
    from siting.terminal import open_console, show_opened

    problems = find_problems(scenario, variant, sets or ())
    if problems:
        raise InputError(str(scenario), problems)
    loaded = load_scenario(scenario, variant, sets or ())
    from siting.study import check_study

    problems = list(check_study(loaded, layers))
    if problems:
        raise InputError(str(scenario), problems)
    show_opened(
        open_console(),
        lang or default_language(),
        scenario=scenario,
        files=user_files(loaded),
        variants=variant_names(scenario),
    )
    from siting.zone_notices import own_notices

    _show_notices(own_notices(loaded), lang or default_language())


@app.command(epilog="Example: siting run my-study/scenario.yaml --variant strict-carbon")
def run(
    scenario: ScenarioFile,
    variant: Variant = None,
    sets: Sets = None,
    output: Annotated[
        Path | None, typer.Option(help="Run folder; else runs/NAME or runs/NAME-VARIANT.")
    ] = None,
    layers: LayersFolder = None,
    start: Annotated[
        Path | None,
        typer.Option(help="Run whose sites are started from: kept where proven good enough."),
    ] = None,
    lang: Language = None,
) -> None:
    """Choose sites, sizes and years.

    Writes plan, report and map into a run folder, which appears only when all is done. With --start
    the plan costs no more than with the sites of that run (but for what keeps ties from running
    both ways), so plans that follow each other differ by what was changed and not by the gap.
    """
    from siting.progress import progress_bar
    from siting.scenario_file import load_scenario
    from siting.terminal import open_console, show_run

    loaded = load_scenario(scenario, variant, sets or ())
    folder = output if output is not None else Path("runs") / loaded.run_name
    from siting.screen.homes import Homes
    from siting.start_sites import start_sites
    from siting.study import run_study

    sites = None if start is None else start_sites(start, loaded)
    with progress_bar(open_console(stderr=True)) as progress:
        result = run_study(
            loaded, output=folder, homes=Homes(layers), start=sites, progress=progress
        )
    show_run(open_console(), result.folder, result.summary, lang or default_language())
    from siting.zone_notices import has_own

    if has_own(loaded):
        _show_notices(result.summary["notices"], lang or default_language())


def _show_notices(notices: Iterable[Mapping[str, Any]], lang: Lang) -> None:
    """What has to be said of the user's files, beside the answer and not in it."""
    from siting.terminal import open_console, show_line

    word = {"ja": "注意", "en": "note"}[lang]
    for notice in notices:
        show_line(open_console(stderr=True), f"{word}: {notice[lang]}")


@app.command("map", epilog="Example: siting map runs/japan --compare runs/japan-strict-carbon")
def redraw(
    run_folder: Annotated[Path, typer.Argument(metavar="RUN", help="Run folder.")],
    compare: Annotated[Path | None, typer.Option(help="Run folder to lay beside it.")] = None,
) -> None:
    """Draw map and report of a run again, without solving.

    They show what `siting explain` and `siting redispatch` wrote beside the run. With --compare
    only a map of the two runs is drawn.
    """
    folders = {"RUN": run_folder} | ({"--compare": compare} if compare is not None else {})
    problems = [
        Problem(name, str(folder), "a run folder with summary.json", "siting run writes one")
        for name, folder in folders.items()
        if not (folder / "summary.json").is_file()
    ]
    if problems:
        raise InputError("siting map", problems)
    from siting.study import redraw_map

    path = redraw_map(run_folder, compare=compare)
    _tell_ignored(run_folder)
    typer.echo(f"{say('map', default_language())}: {path}")


def _tell_ignored(run_folder: Path) -> None:
    """Files of later commands that belong to another run and were left aside."""
    from siting.run_pages import ignored_of

    for line in ignored_of(run_folder):
        typer.echo(line[default_language()], err=True)


@app.command(epilog="Example: siting sources --table hardware")
def sources(
    table: Annotated[str | None, typer.Option(help="Only this table of facts.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write to this CSV instead.")] = None,
) -> None:
    """List every number shipped, with its source.

    Value, unit, confidence, source and date of each.
    """
    from siting.inventory import chosen_numbers, rows_of, write_numbers
    from siting.terminal import open_console, show_inventory

    numbers = chosen_numbers(table)
    if csv is None:
        show_inventory(open_console(), rows_of(numbers))
        return
    write_numbers(numbers, csv)
    typer.echo(f"{say('written', default_language())}: {csv}")


app.command(epilog=cli_forecast.EPILOG)(cli_forecast.forecast)
app.command(epilog=cli_demand.EPILOG)(cli_demand.demand)
app.command(epilog=cli_screen.SCREEN_EPILOG)(cli_screen.screen)
app.command(epilog=cli_screen.LAYERS_EPILOG)(cli_screen.layers)
app.command(epilog=cli_headroom.EPILOG)(cli_headroom.headroom)
app.command(epilog=cli_explain.EPILOG)(cli_explain.explain)
app.command(epilog=cli_redispatch.EPILOG)(cli_redispatch.redispatch)
app.command(epilog=cli_queue.EPILOG)(cli_queue.queue)
app.command(epilog=cli_robust.EPILOG)(cli_robust.robust)
app.command(epilog=cli_frontier.EPILOG)(cli_frontier.frontier)


def main() -> None:
    """Run the command and turn errors into exit codes, here and nowhere else.

    0 done; 2 the user's input; 3 an answer of "no"; anything else escapes as a traceback, which
    Python ends with 1: our bug.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without a sign must not stop a run
    try:
        app()
    except SitingError as error:
        typer.echo(str(error), err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
