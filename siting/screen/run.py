"""The steps of a screening, in order: cells, layers, rules, scores, land, connections."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import InputError, Problem
from data.layer import CellLayer, FeatureLayer
from siting.scenario import Scenario
from siting.scenario_screen import Screen
from siting.screen.backtest import back_test, hub_places
from siting.screen.cells import Cells, study_cells
from siting.screen.check import find_layer_problems
from siting.screen.classes import classes_of_rules, classes_of_scores
from siting.screen.connections import Connections, connect, terrain_of
from siting.screen.firmness import Firmness, rank_firmness
from siting.screen.homes import Homes
from siting.screen.layer_files import (
    LayerFiles,
    find_file_problems,
    layer_files,
    missing_problem,
    screen_of,
)
from siting.screen.measurements import Measurements, measure_all
from siting.screen.open_layers import OpenLayers
from siting.screen.points import connection_points, suitable_classes
from siting.screen.rules import Exclusions, exclusions, rule_table
from siting.screen.score import Scores, criterion_score
from siting.screen.sites import Sites, Wishes, find_sites
from siting.screen.store import Store
from siting.screen.wanted import all_wanted, wanted_by_land, wanted_by_score

log = logging.getLogger(__name__)

Progress = Callable[[float, str], None]

MARGIN_DEGREES = 1.0
"""Features this far outside the study still count for distances."""


@dataclass(frozen=True)
class Screening:
    """All that a screening found; nothing in it is computed twice."""

    scenario: Scenario
    screen: Screen
    cells: Cells
    layers: OpenLayers
    measured: Measurements
    exclusions: Exclusions
    rules: pd.DataFrame
    scores: Scores
    points: pd.DataFrame
    sites: Sites
    connections: Connections
    firmness: Firmness | None
    hubs: pd.DataFrame
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def score(self) -> npt.NDArray[np.float32]:
        """Score of every cell, shape (cells,)."""
        return self.scores.total()


def run_screen(
    scenario: Scenario, homes: Homes | None = None, *, progress: Progress | None = None
) -> Screening:
    """Screen a study area for sites.

    Parameters
    ----------
    scenario : Scenario
        With a section `screen`.
    homes : Homes, optional
        Folders of layers and of what was measured before.
    progress : callable, optional
        Told the share done and the step.

    Raises
    ------
    InputError
        No section `screen`, or a layer cannot be used; all problems in one list.
    """
    homes = homes or Homes()
    tell = progress or (lambda share, text: None)
    screen = screen_of(scenario)
    files = located_files(scenario, screen, homes)
    seconds: dict[str, float] = {}
    with _timed("cells", seconds):
        tell(0.01, "cells")
        cells, layers = _ground(screen, files)
    with _timed("layers", seconds):
        measured = _measured(screen, cells, layers, homes, tell)
    with _timed("rules and scores", seconds):
        tell(0.82, "rules and scores")
        found = _excluded(screen, cells, layers, measured)
        scores = scores_of(screen, layers, measured)
    with _timed("sites", seconds):
        tell(0.85, "sites")
        points = points_of(screen, layers)
        usable = usable_share(screen, measured)
        wishes = wishes_of(scenario, screen)
        sites = find_sites(cells, found.is_open, scores, usable, points, wishes)
    with _timed("connections", seconds):
        tell(0.9, "connections")
        terrain = terrain_of(screen, cells, measured) if screen.connection.paths else None
        connections = connect(scenario, screen, terrain, sites.table, points)
    with _timed("checks", seconds):
        tell(0.97, "firmness")
        firmness = _firmness(scenario, screen, scores, sites)
        hubs = back_test(hub_places(), cells, found, scores.total())
    rules = rule_table(found, screen.exclude, cells)
    return Screening(
        scenario,
        screen,
        cells,
        layers,
        measured,
        found,
        rules,
        scores,
        points,
        sites,
        connections,
        firmness,
        hubs,
        seconds,
    )


def located_files(scenario: Scenario, screen: Screen, homes: Homes) -> dict[str, LayerFiles]:
    """Files of every layer.

    Raises
    ------
    InputError
        Names that lead out of the folder, or layers that are needed and not there.
    """
    problems = list(find_file_problems(scenario, screen))
    files = layer_files(scenario, screen, homes.layers)
    for each in files:
        if each.is_missing and each.spec.needed:
            problems.append(missing_problem(scenario, each))
    if problems:
        raise InputError(scenario.origin.file or scenario.name, problems)
    return {each.name: each for each in files}


def _ground(screen: Screen, files: dict[str, LayerFiles]) -> tuple[Cells, OpenLayers]:
    """Cells of the study and its layers; a boundary of the user's is opened first."""
    everywhere = (-180.0, -90.0, 180.0, 90.0)
    name = screen.grid.boundary
    boundary = None
    if name is not None:
        opened = OpenLayers(files, screen.grid.bounds or everywhere)
        try:
            layer = opened.layer(name)
        except InputError as error:
            raise _with_all_problems(screen, opened, error) from None
        if isinstance(layer, CellLayer):
            problem = Problem("screen.grid.boundary", "a layer of cells", "a layer of areas")
            raise InputError("screen.grid.boundary", [problem])
        boundary = layer.frame
    cells = study_cells(screen.grid, boundary)
    lon, lat = cells.centre
    wide = screen.connection.max_km / 100 + MARGIN_DEGREES
    west, east = float(lon.min()) - wide, float(lon.max()) + wide
    box = west, float(lat.min()) - wide, east, float(lat.max()) + wide
    return cells, OpenLayers(files, box)


def _measured(
    screen: Screen, cells: Cells, layers: OpenLayers, homes: Homes, tell: Progress
) -> Measurements:
    def part(share: float, text: str) -> None:
        tell(0.05 + 0.75 * share, text)

    try:
        return measure_all(all_wanted(screen), cells, layers, Store(homes.cache), progress=part)
    except InputError as error:
        raise _with_all_problems(screen, layers, error) from None


def _with_all_problems(screen: Screen, layers: OpenLayers, error: InputError) -> InputError:
    """One layer is wrong: look at all before the user has to mend the first."""
    problems = find_layer_problems(screen, layers)
    others = [problem for problem in error.problems if problem not in problems]
    return InputError("screen", [*problems, *others])


def _excluded(
    screen: Screen, cells: Cells, layers: OpenLayers, measured: Measurements
) -> Exclusions:
    classes = classes_of_rules(screen, layers)
    return exclusions(screen.exclude, measured, classes, len(cells))


def scores_of(screen: Screen, layers: OpenLayers, measured: Measurements) -> Scores:
    """Score of every cell by every criterion; a criterion whose layer is missing knows nothing."""
    classes = classes_of_scores(screen, layers)
    by_criterion = []
    for name, rule in screen.score.items():
        numbers = measured.numbers[wanted_by_score(rule)]
        missing = wanted_by_score(rule) in measured.unavailable
        score = criterion_score(rule, numbers, classes.get(name))
        by_criterion.append(numbers if missing else score)
    weights = np.array([rule.weight for rule in screen.score.values()])
    return Scores(tuple(screen.score), np.stack(by_criterion), weights)


def points_of(screen: Screen, layers: OpenLayers) -> pd.DataFrame:
    """Connection points of a class that can take a site of the wanted size."""
    name = screen.connection.points
    if name in layers.missing:
        name = None  # the places shipped stand in, and the report says so
    layer: CellLayer | FeatureLayer | None = None if name is None else layers.layer(name)
    points = connection_points(layer, name)
    return points[points["voltage_kv"].isin(suitable_classes(screen.land.wanted_mw))]


def wishes_of(scenario: Scenario, screen: Screen) -> Wishes:
    """What a site has to have."""
    land, asked = screen.land, screen.sites
    return Wishes(
        need_ha=land.wanted_mw * scenario.facility.land_ha_per_mw,
        most=asked.most,
        most_per_area=asked.most_per_area,
        spacing_km=asked.spacing_km,
        least_score=asked.least_score,
        max_km=screen.connection.max_km,
        cluster_ha=land.cluster_ha,
        cluster_km=land.cluster_km,
        require_cluster=land.require_cluster,
        diagonal=land.diagonal,
    )


def usable_share(screen: Screen, measured: Measurements) -> npt.NDArray[np.float32] | None:
    """Share of each cell that can be built on, shape (cells,); None where no layer tells."""
    wanted = wanted_by_land(screen)
    if wanted is None or wanted in measured.unavailable:
        return None
    return measured.numbers[wanted]


def _firmness(scenario: Scenario, screen: Screen, scores: Scores, sites: Sites) -> Firmness | None:
    asked = screen.sensitivity
    if asked.draws == 0 or not len(sites.table):
        return None
    return rank_firmness(
        sites.by_criterion,
        scores.weights,
        draws=asked.draws,
        spread_share=asked.spread_share,
        top=asked.top,
        seed=scenario.seed,
    )


@contextmanager
def _timed(step: str, seconds: dict[str, float]) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[step] = time.perf_counter() - start
    log.info("%s: %.1f s", step, seconds[step])
