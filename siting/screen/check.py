"""Every problem of the layers of a scenario at once."""

from collections.abc import Callable
from pathlib import Path

from data.errors import InputError, Problem, SourceUnavailableError
from data.lattice import Lattice
from data.layer import CellLayer
from data.raster_checks import overlap_problem
from siting.scenario import Scenario
from siting.scenario_screen import Screen
from siting.screen.cells import study_lattice
from siting.screen.classes import classes_of_rules, classes_of_scores
from siting.screen.homes import Homes
from siting.screen.layer_files import find_file_problems, layer_files, missing_problem
from siting.screen.measure_cells import cell_measure
from siting.screen.measure_features import feature_measure
from siting.screen.open_layers import EVERYWHERE, OpenLayers
from siting.screen.points import connection_points
from siting.screen.wanted import Wanted, all_wanted

PROBE = Lattice("EPSG:6668", 139.0, 36.0, 1 / 80, 1 / 120, 1, 1, 1000)
"""A lattice of one cell: preparing a measurement needs one, whatever its place."""


def find_screen_problems(scenario: Scenario, layers_folder: Path | None = None) -> list[Problem]:
    """Problems with files, layers and what rules ask of them; empty if there are none.

    Parameters
    ----------
    scenario : Scenario
        One without a section `screen` has none.
    layers_folder : Path, optional
        Folder looked at first for the files of layers.
    """
    screen = scenario.screen
    if screen is None:
        return []
    problems = list(find_file_problems(scenario, screen))
    if problems:
        return problems
    files = layer_files(scenario, screen, Homes(layers_folder).layers)
    absent = [each for each in files if each.is_missing and each.spec.needed]
    problems = [missing_problem(scenario, each) for each in absent]
    usable = {each.name: each for each in files if each not in absent}
    return problems + find_layer_problems(screen, OpenLayers(usable, EVERYWHERE))


def find_layer_problems(screen: Screen, layers: OpenLayers) -> list[Problem]:
    """Problems of all layers that are there, and of what is asked of them, each once."""
    problems: list[Problem] = []
    broken = set(layers.missing) | (set(screen.layers) - set(layers.files))
    for name in layers.files:
        if name not in broken and (found := _opening(layers, name)):
            problems += found
            broken.add(name)
    for wanted in all_wanted(screen):
        if wanted.layer not in broken:
            problems += _preparing(layers, wanted)
    if not broken - set(layers.missing):
        problems += _words(screen, layers)
    problems += _places(screen, layers, broken)
    return list(dict.fromkeys(problems))


def _opening(layers: OpenLayers, name: str) -> list[Problem]:
    try:
        layers.layer(name)
    except InputError as error:
        return list(error.problems)
    except SourceUnavailableError as error:
        return [Problem(f"screen.layers.{name}", str(error), "a file that can be read")]
    return []


def _preparing(layers: OpenLayers, wanted: Wanted) -> list[Problem]:
    layer = layers.layer(wanted.layer)
    if isinstance(layer, CellLayer):
        return _problems_of(lambda: cell_measure(layer, wanted))
    return _problems_of(lambda: feature_measure(layer, wanted, PROBE))


def _places(screen: Screen, layers: OpenLayers, broken: set[str]) -> list[Problem]:
    """No land to look at, or too much of it, and layers of cells that lie elsewhere."""
    name = screen.grid.boundary
    if name is not None and name in broken:
        return []
    land = None if name is None else layers.layer(name)
    if isinstance(land, CellLayer):
        return [Problem("screen.grid.boundary", "a layer of cells", "a layer of areas")]
    try:
        lattice, _ = study_lattice(screen.grid, None if land is None else land.frame)
    except InputError as error:
        return list(error.problems)
    asked = {wanted.layer for wanted in all_wanted(screen)} - broken
    opened = {each: layers.layer(each) for each in layers.files if each in asked}
    found = [
        overlap_problem(layer.source, lattice, where=each)
        for each, layer in opened.items()
        if isinstance(layer, CellLayer)
    ]
    return [problem for problem in found if problem is not None]


def _words(screen: Screen, layers: OpenLayers) -> list[Problem]:
    """Classes that are no words of their layer, and connection points without voltages."""
    name = screen.connection.points
    steps: list[Callable[[], object]] = [
        lambda: classes_of_rules(screen, layers),
        lambda: classes_of_scores(screen, layers),
    ]
    if name is not None and name not in layers.missing:
        steps.append(lambda: connection_points(layers.layer(name), name))
    return [problem for step in steps for problem in _problems_of(step)]


def _problems_of(step: Callable[[], object]) -> list[Problem]:
    try:
        step()
    except InputError as error:
        return list(error.problems)
    return []
