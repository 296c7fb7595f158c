"""`siting robust`: the command line of how sure an answer is."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from siting.words import default_language, say

if TYPE_CHECKING:
    from siting.scenario import Scenario

Lang = Literal["ja", "en"]

EPILOG = "Example: siting robust my-study/scenario.yaml --samples 12 --set years.step=3"

ScenarioFile = Annotated[
    Path, typer.Argument(help="Scenario file (YAML) with a section uncertain.")
]
Variant = Annotated[str | None, typer.Option(help="Apply a variant of the scenario.")]
Sets = Annotated[
    list[str] | None, typer.Option("--set", help="Change one value, as of siting run; repeatable.")
]
Samples = Annotated[int | None, typer.Option(help="Draws; else as many as uncertain.samples says.")]
MostSets = Annotated[
    int, typer.Option("--sets", help="Most sets of sites whose regret is looked at.")
]
Output = Annotated[
    Path | None,
    typer.Option(help="Folder; else runs/NAME-robust. Solves finished there are not done again."),
]
PlanFolder = Annotated[
    Path | None,
    typer.Option("--plan", metavar="DIR", help="Run folder for the plan of least largest regret."),
]
Language = Annotated[
    Lang | None, typer.Option("--lang", help="Language of the text; else as LANG says.")
]


def robust(
    scenario: ScenarioFile,
    variant: Variant = None,
    sets: Sets = None,
    samples: Samples = None,
    most_sets: MostSets = 6,
    output: Output = None,
    plan: PlanFolder = None,
    lang: Language = None,
) -> None:
    """Tell how sure the answer is, with inputs that nobody knows for sure.

    Draws the inputs of the section uncertain, seeded, and plans anew for each draw: how often each
    site is chosen, what sets of sites would cost beyond the best (regret) and which has the least
    largest regret, which input matters most. Writes robust.json, robust.csv and robust.html.
    Broken off, it goes on where it stopped.
    """
    from siting.progress import progress_bar
    from siting.robust.files import write_robust
    from siting.robust.question import Asked
    from siting.robust.study import robust_study
    from siting.robust.terminal import show_robust
    from siting.scenario_file import load_scenario
    from siting.terminal import open_console

    loaded, language = load_scenario(scenario, variant, sets or ()), lang or default_language()
    folder = output if output is not None else Path("runs") / f"{loaded.run_name}-robust"
    with progress_bar(open_console(stderr=True), say("broken_off", language)) as progress:
        told = robust_study(loaded, Asked(samples, most_sets), output=folder, progress=progress)
    told = told | {"plan_line": _plan_line(loaded, told, folder)}
    write_robust(told, folder, language)
    show_robust(open_console(), folder, told, language)
    if plan is not None:
        _write_plan(loaded, told, plan, language)


def _plan_line(scenario: "Scenario", told: dict[str, Any], folder: Path) -> str | None:
    from siting.robust.page import least_regret_sites
    from siting.robust.plan import run_line

    sites = least_regret_sites(told)
    return run_line(scenario, sites, folder.with_name(f"{folder.name}-plan")) if sites else None


def _write_plan(scenario: "Scenario", told: dict[str, Any], plan: Path, lang: Lang) -> None:
    from data.errors import PlanError
    from siting.progress import progress_bar
    from siting.robust.page import least_regret_sites
    from siting.robust.plan import sets_for
    from siting.robust.words import say as say_of_robust
    from siting.scenario_file import load_scenario
    from siting.study import run_study
    from siting.terminal import open_console, show_line

    sites, origin = least_regret_sites(told), scenario.origin
    if not sites:
        raise PlanError("There is no set of least largest regret that a plan could be made of")
    forced = load_scenario(origin.file, origin.variant, (*origin.sets, *sets_for(sites)))
    with progress_bar(open_console(stderr=True)) as progress:
        run_study(forced, output=plan, progress=progress)
    show_line(open_console(), f"{say_of_robust('plan_written', lang)}: {plan}")
