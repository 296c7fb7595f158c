"""What can be wrong between a scenario and the network it names."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
import pandas as pd

from data.errors import InputError, Problem, SourceUnavailableError
from data.facts import read_fact
from data.network import Network
from data.read_network import read_network
from grid.balancing import Balancing, balancing_by, generators_on
from grid.network_arrays import Grid, grid_of, operating_point
from grid.ties import tie_capacity_by_year
from siting.scenario import Keys, Scenario
from siting.scenario_network import NetworkUse

MOST_LISTED = 8
"""Known names up to this number are all told."""


@dataclass(frozen=True, slots=True)
class OpenNetwork:
    """A network as its file states it, and as arrays."""

    network: Network
    grid: Grid

    @property
    def buses(self) -> pd.DataFrame:
        """Buses in service, as in `data.network.Network`."""
        return self.network.buses[self.network.buses.index.isin(list(self.grid.bus_of))]

    @property
    def areas(self) -> tuple[str, ...]:
        """Areas inside the network, in order of first appearance."""
        return tuple(dict.fromkeys(area for area in self.buses["area"] if area))


def open_network(scenario: Scenario) -> OpenNetwork | None:
    """Read the network of a scenario; None if it has none.

    Raises
    ------
    InputError
        With every problem of its files or, if they can be read, of the network.
    """
    if scenario.network is None:
        return None
    try:
        network = read_network(scenario.path_of(scenario.network.file))
    except SourceUnavailableError as error:
        keys: Keys = ("network", "file")
        problem = scenario.problem(keys, found=str(error), expected="a network that is there")
        raise InputError("network", [problem]) from None
    return OpenNetwork(network, grid_of(network))


def find_network_use_problems(scenario: Scenario, table: pd.DataFrame) -> Iterator[Problem]:
    """Problems of the section `network`: its files, and what it says of sites, buses and ties.

    Parameters
    ----------
    scenario : Scenario
    table : DataFrame
        Places that the scenario looks at: `place`, `area`.
    """
    try:
        opened = open_network(scenario)
    except InputError as error:
        yield from error.problems
        return
    if opened is None or scenario.network is None:
        return
    yield from _site_problems(scenario, scenario.network, opened, table)
    yield from _balance_problems(scenario, scenario.network, opened)
    if scenario.network.days:
        yield from _area_problems(scenario, opened)
    yield from _tie_problems(scenario, scenario.network, opened)


def balance_of(use: NetworkUse, opened: OpenNetwork) -> Balancing:
    """Who supplies one more MW in the stress case.

    Raises
    ------
    InputError
        A generator without a known maximum, where room counts.
    """
    by_room = use.stress and use.pickup == "generators"
    injection = operating_point(opened.grid, opened.network).injection_mw
    generators = generators_on(opened.grid, opened.network.generators)
    return balancing_by("room" if by_room else "slack", opened.grid, injection, generators)


def leaving_ties(scenario: Scenario, inside: Collection[str]) -> dict[str, list[str]]:
    """Ties with a capacity that need a bus, to the areas inside where they need one."""
    capacity = tie_capacity_by_year(
        read_fact("ties"),
        read_fact("tie_capacity"),
        scenario.years.modelled(),
        reinforcements=scenario.ties.reinforcements,
        delay_years=scenario.ties.delay_years,
    ).known.reset_index()
    needed: dict[str, list[str]] = {}
    for row in read_fact("ties").itertuples():
        ends = [str(area) for area in (row.from_area, row.to_area) if area in inside]
        alternating = row.kind == "ac" and len(ends) == 2  # its flow follows from the injections
        if ends and not alternating and row.tie in set(capacity["tie"]):
            needed[str(row.tie)] = ends
    return needed


def tie_buses(use: NetworkUse, needed: Mapping[str, list[str]]) -> dict[tuple[str, str], str]:
    """Bus of each tie and area, as far as the scenario states it."""
    found = {}
    for tie, ends in needed.items():
        stated = use.ties.get(tie)
        if isinstance(stated, str) and len(ends) == 1:
            found[tie, ends[0]] = stated
        elif stated is not None and not isinstance(stated, str):
            found |= {(tie, area): bus for area, bus in stated.items() if area in ends}
    return found


def _site_problems(
    scenario: Scenario, use: NetworkUse, opened: OpenNetwork, table: pd.DataFrame
) -> Iterator[Problem]:
    area = dict(zip(table["place"], table["area"], strict=True))
    known = set(area) | set(read_fact("places")["place"])
    for site, bus in use.sites.items():
        keys: Keys = ("network", "sites", site)
        if site not in known and scenario.screen is None:  # a screening finds sites of its own
            yield _unknown(scenario, keys, site, known, "site")
        if bus not in opened.grid.bus_of:
            yield _unknown(scenario, keys, bus, opened.grid.bus_of, "bus")
        if use.days and area.get(site, "") not in (*opened.areas, ""):
            found = f"a site of {area[site]}"
            expected = f"with days: true, a site of {', '.join(opened.areas) or 'an area inside'}"
            yield scenario.problem(keys, found=found, expected=expected)
    if not use.sites and not opened.areas:
        fix = "Fill the column area of its buses, or name sites in network.sites"
        keys, found = ("network", "file"), "a network of no area, and no site on any bus"
        yield scenario.problem(keys, found=found, expected="a network that sees sites", fix=fix)


def _balance_problems(
    scenario: Scenario, use: NetworkUse, opened: OpenNetwork
) -> Iterator[Problem]:
    islands = int(opened.grid.island.max(initial=-1)) + 1
    if islands > 1:
        expected = "one connected network: what a site draws must be supplied where it is"
        keys: Keys = ("network", "file")
        yield scenario.problem(keys, found=f"{islands} islands", expected=expected)
        return
    fix = "State max_mw of the generators, or set network.pickup: slack"
    keys = ("network", "pickup")
    try:
        balance = balance_of(use, opened)
    except InputError as error:
        yield from error.problems
        return
    if use.stress and use.pickup == "generators" and not room_mw(balance) > 0:
        found = "no generator with room up to its max_mw"
        yield scenario.problem(keys, found=found, expected="room to supply the sites", fix=fix)


def room_mw(balance: Balancing) -> float:
    """Power that the generators have left when each supplies by its share of it. [MW]"""
    return float(np.min(balance.most_mw, initial=np.inf))


def _area_problems(scenario: Scenario, opened: OpenNetwork) -> Iterator[Problem]:
    keys: Keys = ("network", "days")
    if not opened.areas:
        fix = "Fill the column area of its buses, or set days: false"
        found = "true with a network of no area"
        yield scenario.problem(keys, found=found, expected="buses with an area", fix=fix)
    load_mw = opened.buses["load_mw"].clip(lower=0.0).groupby(opened.buses["area"]).sum()
    for area in opened.areas:
        if not load_mw[area] > 0:
            found = f"no load_mw at the buses of {area}"
            expected = "loads, by which the demand of the area is spread"
            yield scenario.problem(keys, found=found, expected=expected)


def _tie_problems(scenario: Scenario, use: NetworkUse, opened: OpenNetwork) -> Iterator[Problem]:
    needed = leaving_ties(scenario, opened.areas)
    known = set(read_fact("ties")["tie"])
    for tie, stated in use.ties.items():
        keys: Keys = ("network", "ties", tie)
        if tie not in known:
            yield _unknown(scenario, keys, tie, known, "tie")
        for bus in [stated] if isinstance(stated, str) else stated.values():
            if bus not in opened.grid.bus_of:
                yield _unknown(scenario, keys, bus, opened.grid.bus_of, "bus")
        if tie in known and tie not in needed:
            expected = f"a tie that leaves {', '.join(opened.areas) or 'an area of the network'}"
            fix = "Remove it: lines inside are branches of the network"
            yield scenario.problem(keys, found=tie, expected=expected, fix=fix)
    if use.days:
        yield from _missing_ties(scenario, needed, tie_buses(use, needed))


def _missing_ties(
    scenario: Scenario, needed: Mapping[str, list[str]], stated: Collection[tuple[str, str]]
) -> Iterator[Problem]:
    for tie, ends in needed.items():
        for area in (area for area in ends if (tie, area) not in stated):
            shape = "BUS" if len(ends) == 1 else "{" + ", ".join(f"{a}: BUS" for a in ends) + "}"
            yield scenario.problem(
                ("network", "ties"),
                found=f"no bus for {tie} in {area}",
                expected="with days: true, a bus where each tie enters the network",
                fix=f"Write {tie}: {shape}",
            )


def _unknown(
    scenario: Scenario, keys: Keys, found: str, known: Collection[str], kind: str
) -> Problem:
    close = get_close_matches(found, list(known), n=3)
    listed = ", ".join(sorted(known)) if len(known) <= MOST_LISTED else f"a {kind} that is known"
    fix = f"Did you mean {', '.join(close)}?" if close else ""
    return scenario.problem(keys, found=f"{kind} {found!r}", expected=listed, fix=fix)
