"""`siting screen` and `siting layers`: the command line of the GIS part."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from siting.words import default_language, say

Lang = Literal["ja", "en"]

SCREEN_EPILOG = "Example: siting screen my-study/scenario.yaml --layers my-layers"
LAYERS_EPILOG = "Example: siting layers my-study/scenario.yaml --layers my-layers"

ScenarioFile = Annotated[
    Path, typer.Argument(metavar="SCENARIO", help="Scenario file (YAML) with a section screen.")
]
Layers = Annotated[
    Path | None, typer.Option(help="Folder with the files of layers; else the scenario's own.")
]
Cache = Annotated[Path, typer.Option(help="Folder in which measured blocks are kept between runs.")]
Variant = Annotated[str | None, typer.Option(help="Apply a variant of the scenario.")]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", help="Change one value: --set screen.grid.cell_m=500; repeatable."),
]
Output = Annotated[
    Path | None, typer.Option(help="Run folder; else runs/NAME-screen or runs/NAME-VARIANT-screen.")
]
Language = Annotated[
    Lang | None, typer.Option("--lang", help="Language of the summary; else as LANG says.")
]


def screen(
    scenario: ScenarioFile,
    layers: Layers = None,
    cache: Cache = Path("runs/.cache"),
    output: Output = None,
    variant: Variant = None,
    sets: Sets = None,
    lang: Language = None,
) -> None:
    """From layers to candidate sites.

    Cells, exclusions, scores, connected land, routes to the grid: candidates as GeoPackage and
    GeoParquet, what every rule costs in land, report and map. A stopped run goes on where it
    stopped.
    """
    from siting.progress import progress_bar
    from siting.scenario_file import load_scenario
    from siting.screen.homes import Homes
    from siting.screen.study import screen_study
    from siting.screen.terminal import show_screen
    from siting.terminal import open_console

    loaded = load_scenario(scenario, variant, sets or ())
    folder = output if output is not None else Path("runs") / f"{loaded.run_name}-screen"
    language = lang or default_language()
    with progress_bar(open_console(stderr=True), say("broken_off", language)) as progress:
        summary = screen_study(loaded, Homes(layers, cache), folder, progress=progress)
    show_screen(open_console(), folder, summary, language)


def layers(
    scenario: ScenarioFile,
    folder: Annotated[
        Path | None, typer.Option("--layers", help="Folder with the files of layers.")
    ] = None,
    variant: Variant = None,
    sets: Sets = None,
    lang: Language = None,
) -> None:
    """List the layers a scenario needs and has.

    For those that are missing: what, under which licence, how large, from where, and where to put
    it by hand. Exit code 2 when one is missing that the scenario cannot do without.
    """
    from siting.scenario_file import load_scenario
    from siting.screen.layers_terminal import show_layers
    from siting.screen.needs import is_blocking, layer_needs
    from siting.terminal import open_console

    loaded = load_scenario(scenario, variant, sets or ())
    rows = layer_needs(loaded, folder)
    show_layers(open_console(), rows, lang or default_language())
    if any(is_blocking(row) for row in rows):
        raise typer.Exit(2)
