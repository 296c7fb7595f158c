"""What the rules ask of the layers: each thing is measured once, whoever asks for it."""

import json
from dataclasses import dataclass
from typing import Literal

from siting.scenario_screen import ExcludeRule, Measured, RouteCost, ScoreRule, Screen

Kind = Literal["value", "class", "overlap", "distance_km"]

CONDITION_KINDS: dict[str, Kind] = {
    "above": "value",
    "below": "value",
    "among": "class",
    "within_km": "distance_km",
    "beyond_km": "distance_km",
    "overlap_above": "overlap",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One number for every cell."""

    layer: str
    kind: Kind
    where: str
    """Filter on the features as JSON text, so that equal questions are equal."""
    column: str | None
    stat: str
    buffer_km: float

    @property
    def filter(self) -> dict[str, list[object]]:
        """Allowed values by column."""
        stated: dict[str, list[object]] = json.loads(self.where)
        return stated


def word_of(value: object) -> str:
    """A value as text in which 3, 3.0 and "3" are one.

    >>> word_of(3.0), word_of("03"), word_of(12345678.0), word_of(0.25)
    ('3', '03', '12345678', '0.25')
    """
    if isinstance(value, (int, float)) and float(value).is_integer():
        return str(int(value))
    return str(value)


def _wanted(rule: Measured, kind: Kind, buffer_km: float = 0.0) -> Wanted:
    """What `rule` asks, without what does not matter for its kind."""
    where = {column: list(values) for column, values in sorted(rule.where.items())}
    is_value = kind in ("value", "class")
    return Wanted(
        layer=rule.layer,
        kind=kind,
        where=json.dumps(where, ensure_ascii=False),
        column=rule.column if is_value else None,
        stat=rule.stat if kind == "value" else "mean",
        buffer_km=buffer_km,
    )


def wanted_by_rule(rule: ExcludeRule) -> Wanted:
    """What an exclusion asks."""
    kind = CONDITION_KINDS[rule.condition]
    return _wanted(rule, kind, rule.buffer_km if kind == "overlap" else 0.0)


def wanted_by_score(rule: ScoreRule) -> Wanted:
    """What a criterion asks."""
    return _wanted(rule, "class" if rule.classes is not None else rule.measure)


def wanted_by_cost(rule: RouteCost) -> Wanted:
    """What the cost of a line asks."""
    return _wanted(rule, rule.measure)


def wanted_by_land(screen: Screen) -> Wanted | None:
    """The share of each cell that can be built on, if the scenario names a layer for it."""
    if screen.land.usable is None:
        return None
    rule = Measured(layer=screen.land.usable, where=screen.land.usable_where)
    return _wanted(rule, "overlap")


def all_wanted(screen: Screen) -> list[Wanted]:
    """Everything a screen asks, each thing once, in the order of the scenario."""
    asked = [wanted_by_rule(rule) for rule in screen.exclude.values()]
    asked += [wanted_by_score(rule) for rule in screen.score.values()]
    if screen.connection.paths:
        asked += [wanted_by_cost(rule) for rule in screen.connection.costs.values()]
    land = wanted_by_land(screen)
    return list(dict.fromkeys(asked if land is None else [*asked, land]))
