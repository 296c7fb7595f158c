"""`siting frontier`: the command line of what less carbon or less waiting costs."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from siting.words import default_language, say

EPILOG = "Example: siting frontier my-study/scenario.yaml --measure carbon --set years.step=3"

Lang = Literal["ja", "en"]
ScenarioFile = Annotated[Path, typer.Argument(help="Scenario file (YAML).")]
MeasureOption = Annotated[
    Literal["carbon", "waiting"],
    typer.Option(
        "--measure", help="Against what cost is laid: CO2 of all years, or the mean wait."
    ),
]
Points = Annotated[int, typer.Option(help="Points from the cheapest plan to the least.")]
Variant = Annotated[str | None, typer.Option(help="Apply a variant of the scenario.")]
Sets = Annotated[
    list[str] | None, typer.Option("--set", help="Change one value, as of siting run; repeatable.")
]
Output = Annotated[Path | None, typer.Option(help="Folder; else runs/NAME-frontier-MEASURE.")]
LayersFolder = Annotated[
    Path | None, typer.Option("--layers", help="Folder with the files of screen.layers.")
]
Language = Annotated[
    Lang | None, typer.Option("--lang", help="Language of the text; else as LANG says.")
]


def frontier(
    scenario: ScenarioFile,
    measure: MeasureOption = "carbon",
    points: Points = 9,
    variant: Variant = None,
    sets: Sets = None,
    output: Output = None,
    layers: LayersFolder = None,
    lang: Language = None,
) -> None:
    """Tell what one tonne less, or one year less of waiting, costs.

    Plans from the cheapest to the one with the least there can be, each proven within the gap of
    the scenario, and what changes from point to point. Writes frontier.json, frontier.csv and
    frontier.html; broken off and called again, it goes on where it stopped.
    """
    from siting.frontier.files import write_frontier
    from siting.frontier.kept import STEPS, StepFiles
    from siting.frontier.question import COMMAND, Asked, refuse
    from siting.frontier.study import frontier_study
    from siting.frontier.terminal import show_frontier
    from siting.progress import progress_bar
    from siting.scenario_file import load_scenario
    from siting.screen.homes import Homes
    from siting.terminal import open_console
    from siting.whole_file import make_output

    loaded, language = load_scenario(scenario, variant, sets or ()), lang or default_language()
    named = Path("runs") / f"{loaded.run_name}-frontier-{measure}"
    folder = output if output is not None else named
    asked = Asked(measure, points)
    refuse(loaded, asked)
    kept = StepFiles(make_output(folder, command=COMMAND) / STEPS)
    with progress_bar(open_console(stderr=True), say("broken_off", language)) as progress:
        told = frontier_study(loaded, asked, homes=Homes(layers), progress=progress, kept=kept)
    write_frontier(told, folder, language)
    show_frontier(open_console(), folder, told, language)
