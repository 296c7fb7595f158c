"""Scenario section `screen`: from layers to candidate sites."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from siting.part import Misfit, Name, NotNegative, Part, Positive, Share
from siting.scenario_layers import LayerSpec, StudyGrid, Word

Cell = str | float | bool
"""What a column of a layer may hold."""


def _listed(value: object) -> object:
    """One value means a list of it; anything that is neither is refused in one message."""
    cells = list(value) if isinstance(value, (list, tuple)) else [value]
    if not cells or not all(isinstance(cell, (str, int, float)) for cell in cells):
        expected = "text, a number, true or false, or a list of these"
        misfits = (Misfit((), "something else", expected),)
        raise PydanticCustomError("misfit", "no values", {"misfits": misfits})
    return tuple(cells)


Cells = Annotated[tuple[Cell, ...], Field(strict=False), BeforeValidator(_listed)]


def word_or_number(value: object) -> str:
    """Tell a word from a number, so that a mistake in one is not reported for both."""
    return "word" if isinstance(value, str) else "number"


UnknownScore = Annotated[
    Annotated[Literal["leave_out"], Tag("word")] | Annotated[Share, Tag("number")],
    Discriminator(word_or_number),
]

Pair = Annotated[tuple[float, float], Field(strict=False)]


def _rising(points: tuple[Pair, ...]) -> tuple[Pair, ...]:
    """Refuse corner points that do not stand in the order of the first number."""
    xs = [x for x, _ in points]
    if any(b <= a for a, b in pairwise(xs)):
        found = ", ".join(f"{x:g}" for x in xs)
        misfits = (Misfit((), found, "first numbers that rise"),)
        raise PydanticCustomError("misfit", "not rising", {"misfits": misfits})
    return points


Corners = Annotated[tuple[Pair, ...], Field(strict=False, min_length=2), AfterValidator(_rising)]
"""Corner points (value, result) of a broken line; flat before the first and after the last."""


class Measured(Part):
    """What is taken from a layer at a cell."""

    layer: Name
    """Layer looked at. [-]"""
    where: dict[Word, Cells] = Field(default_factory=dict)
    """Only features with these values in these columns. [-]"""
    column: Word | None = None
    """Column of the features whose value counts; null = the features themselves. [-]"""
    stat: Literal["mean", "max", "min"] = "mean"
    """Of several values inside one cell: mean by area, largest or smallest. [-]"""


class ExcludeRule(Measured):
    """Cells that may not be built on; exactly one of the conditions."""

    above: float | None = None
    """Out where the value is above this. [unit of the layer]"""
    below: float | None = None
    """Out where the value is below this. [unit of the layer]"""
    among: Cells | None = None
    """Out where the class with the largest part of the cell is one of these. [-]"""
    within_km: NotNegative | None = None
    """Out where the nearest feature is this near or nearer to the middle of the cell. [km]"""
    beyond_km: NotNegative | None = None
    """Out where the nearest feature is farther than this. [km]"""
    overlap_above: Share | None = None
    """Out where features cover more than this share of the cell (0: touched at all). [-]"""
    buffer_km: NotNegative = 0.0
    """With overlap_above: features are widened by this first. [km]"""
    unknown: Literal["keep", "exclude"] = "keep"
    """What happens to cells of which the layer knows nothing. [-]"""
    soft: bool = False
    """Whether people may relax the rule; the report says what that would gain. [-]"""
    relaxed: bool = False
    """true: the rule is looked at but excludes nothing. [-]"""
    note: Word | None = None
    """Where the threshold comes from. [-]"""

    @property
    def condition(self) -> str:
        """Name of the condition stated."""
        return next(name for name in CONDITIONS if getattr(self, name) is not None)

    def find_misfits(self) -> Iterator[Misfit]:
        """One condition; hard rules cannot be relaxed."""
        stated = [name for name in CONDITIONS if getattr(self, name) is not None]
        if len(stated) != 1:
            found = ", ".join(stated) or "none"
            yield Misfit((), found, "exactly one of " + ", ".join(CONDITIONS))
        if self.relaxed and not self.soft:
            fix = "Say soft: true, or leave relaxed out"
            yield Misfit(("relaxed",), "true on a rule that is not soft", "a soft rule", fix)


CONDITIONS = ("above", "below", "among", "within_km", "beyond_km", "overlap_above")


class ScoreRule(Measured):
    """How good a cell is by one criterion, from 0 to 1; exactly one of the shapes."""

    measure: Literal["value", "distance_km", "overlap"] = "value"
    """The layer's value, the distance to its nearest feature, or the share covered. [-]"""
    linear: Pair | None = None
    """Value that scores 0 and value that scores 1. [unit of the measure]"""
    piecewise: Corners | None = None
    """Corner points [value, score]. [unit of the measure, -]"""
    classes: dict[Word, Share] | None = None
    """Score by class; a class not listed is not known. [-]"""
    weight: Positive = 1.0
    """Weight against the other criteria; only ratios count. [-]"""
    unknown: UnknownScore = "leave_out"
    """Score of cells of which the layer knows nothing; `leave_out`: the other criteria count for
    it, and the cell says how much of the weight is known. [-]"""
    note: Word | None = None
    """Where shape and weight come from. [-]"""

    def find_misfits(self) -> Iterator[Misfit]:
        """One shape, and scores from 0 to 1."""
        stated = [name for name in SHAPES if getattr(self, name) is not None]
        if len(stated) != 1:
            yield Misfit((), ", ".join(stated) or "none", "exactly one of " + ", ".join(SHAPES))
        if self.linear is not None and self.linear[0] == self.linear[1]:
            found = f"{self.linear[0]:g} twice"
            yield Misfit(("linear",), found, "two values that differ")
        for value, score in self.piecewise or ():
            if not 0 <= score <= 1:
                yield Misfit(("piecewise",), f"{score:g} at {value:g}", "scores from 0 to 1")


SHAPES = ("linear", "piecewise", "classes")


class Land(Part):
    """Connected land for a campus."""

    wanted_mw: Positive = 50.0
    """Contract power a site must have land for. [MW]"""
    usable: Name | None = None
    """Layer of ground that can be built on, as areas or classes (see usable_where); null = not
    known, and then open land is an upper bound only. [-]"""
    usable_where: dict[Word, Cells] = Field(default_factory=dict)
    """Only features or classes with these values are usable. [-]"""
    diagonal: bool = False
    """Whether cells that only share a corner are connected. [-]"""
    cluster_ha: NotNegative = 30.0
    """Land within `cluster_km` that the GX cluster rule asks for. [ha]"""
    cluster_km: Positive = 10.0
    """Radius of the cluster rule. [km]"""
    require_cluster: bool = False
    """true: sites that miss the cluster rule are left out. [-]"""


class RouteCost(Measured):
    """What makes a line dearer to build in a cell."""

    measure: Literal["value", "distance_km", "overlap"] = "value"
    """The layer's value, the distance to its nearest feature, or the share covered. [-]"""
    factor: Corners
    """Corner points [value, factor on the cost of a km]; factors multiply. [unit, -]"""
    unknown: Positive = 1.0
    """Factor where the layer knows nothing. [-]"""
    note: Word | None = None
    """Where the factors come from. [-]"""

    def find_misfits(self) -> Iterator[Misfit]:
        """Nothing is built for nothing."""
        for value, factor in self.factor:
            if factor <= 0:
                yield Misfit(("factor",), f"{factor:g} at {value:g}", "factors above 0")


class Connection(Part):
    """The line from a site to the grid."""

    points: Name | None = None
    """Layer of substations with a column voltage_kv; null = places shipped whose voltage is
    known or assumed. [-]"""
    max_km: Positive = 30.0
    """Longest connection looked at, straight. [km]"""
    paths: bool = True
    """Whether routes are searched over the cost of building; else straight lines. [-]"""
    sea_factor: Positive | None = None
    """Factor on the cost of a km where there is no land; null = lines do not cross the sea. [-]"""
    costs: dict[Name, RouteCost] = Field(default_factory=dict)
    """What makes a km dearer, by name. [-]"""


class Sites(Part):
    """Which sites become candidates."""

    most: Annotated[int, Field(ge=1, le=20_000)] = 300
    """Most sites kept, the best by score. [-]"""
    most_per_area: Annotated[int, Field(ge=1)] | None = None
    """Most sites of one supply area; null = no limit. [-]"""
    spacing_km: NotNegative = 5.0
    """Smallest distance between two sites kept. [km]"""
    least_score: Share = 0.0
    """Sites below this score are left out. [-]"""
    prune: bool = True
    """Leave sites out of the plan that can be proven never to be chosen. [-]"""
    beside_places: bool = True
    """Whether `siting run` also looks at the places of `candidates`. [-]"""


class Sensitivity(Part):
    """How firm the ranking is when weights are not."""

    draws: Annotated[int, Field(ge=0, le=10_000)] = 1000
    """Random sets of weights; 0 = none. [-]"""
    spread_share: Share = 0.5
    """Each weight is drawn evenly between this much less and this much more. [-]"""
    top: Annotated[int, Field(ge=1)] = 20
    """A site is firm if it stays among this many. [-]"""


class Screen(Part):
    """The GIS part: cells, exclusions, scores, land, connections."""

    grid: StudyGrid = StudyGrid()
    """Study grid. [-]"""
    layers: Annotated[dict[Name, LayerSpec], Field(min_length=1)]
    """Layers by name. [-]"""
    exclude: Annotated[dict[Name, ExcludeRule], Field(max_length=32)] = Field(default_factory=dict)
    """Rules that take cells out, by name. [-]"""
    score: Annotated[dict[Name, ScoreRule], Field(min_length=1, max_length=32)]
    """Criteria, by name. [-]"""
    land: Land = Land()
    """Connected land. [-]"""
    connection: Connection = Connection()
    """Line to the grid. [-]"""
    sites: Sites = Sites()
    """Which sites are kept. [-]"""
    sensitivity: Sensitivity = Sensitivity()
    """Firmness of the ranking. [-]"""

    def find_misfits(self) -> Iterator[Misfit]:
        """Every layer named exists."""
        named: dict[tuple[str | int, ...], str | None] = {
            ("grid", "boundary"): self.grid.boundary,
            ("land", "usable"): self.land.usable,
            ("connection", "points"): self.connection.points,
        }
        named |= {("exclude", name, "layer"): rule.layer for name, rule in self.exclude.items()}
        named |= {("score", name, "layer"): rule.layer for name, rule in self.score.items()}
        costs = self.connection.costs
        named |= {("connection", "costs", name, "layer"): r.layer for name, r in costs.items()}
        for field, layer in named.items():
            if layer is not None and layer not in self.layers:
                yield Misfit(field, layer, "one of " + ", ".join(self.layers), "See screen.layers")
