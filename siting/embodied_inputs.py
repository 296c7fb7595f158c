"""Embodied carbon of the scenario: tonnes a megawatt, where they are from, and their lives."""

from dataclasses import dataclass
from typing import Any

from data.facts import read_fact
from optimize.embodied import Embodied
from siting.scenario import Scenario
from siting.scenario_limits import EmbodiedCarbon

PARTS = ("servers", "building")


@dataclass(frozen=True, slots=True)
class Amount:
    """Embodied carbon of one part, and who says so."""

    part: str
    t_per_mw: float
    """Of server power or of contract power. [t/MW]"""
    life_years: float
    source: str
    """Id in the sources; "" for the scenario's own figure."""
    confidence: str


def asked_for(scenario: Scenario) -> EmbodiedCarbon | None:
    """The section of the scenario; None where embodied carbon is not asked for."""
    carbon = scenario.limits.carbon
    return None if carbon is None else carbon.embodied


def amounts(asked: EmbodiedCarbon) -> dict[str, Amount]:
    """Amounts by part: the scenario's own figure, else the fact of its case."""
    facts = read_fact("embodied_carbon").set_index(["part", "case"])
    own = {"servers": asked.server_t_per_mw, "building": asked.building_t_per_mw}
    lives = {"servers": asked.server_life_years, "building": asked.building_life_years}
    found = {}
    for part in PARTS:
        stated = own[part]
        fact: Any = facts.loc[(part, asked.case)]
        found[part] = (
            Amount(part, float(fact["t_per_mw"]), lives[part], fact["source"], fact["confidence"])
            if stated is None
            else Amount(part, stated, lives[part], "", "assumed")
        )
    return found


def embodied_of(scenario: Scenario) -> Embodied | None:
    """Embodied carbon for the problem, in even parts over each life; None if not asked for."""
    asked = asked_for(scenario)
    if asked is None:
        return None
    a_year = {part: each.t_per_mw / each.life_years for part, each in amounts(asked).items()}
    return Embodied(
        servers_t_per_mw_year=a_year["servers"],
        building_t_per_mw_year=a_year["building"],
        in_cap=asked.counts_in_cap,
        in_price=asked.counts_in_price,
    )
