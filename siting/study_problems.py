"""Names in a scenario that the facts do not know."""

from collections.abc import Callable, Collection, Iterator, Mapping
from difflib import get_close_matches

import pandas as pd

from data.errors import InputError, Problem
from data.facts import read_fact
from data.read_points import read_points
from grid.zones import zone_keys
from siting.nodal_problems import find_network_use_problems
from siting.own_year import own_hours
from siting.scenario import Keys, Scenario
from siting.scenario_demand import EflopsWorkload
from siting.zones_used import queue_used, zones_used

MOST_LISTED = 8
"""Known names up to this number are all told."""


def find_study_problems(scenario: Scenario) -> Iterator[Problem]:
    """Problems of tables, queue and network, and of names that the scenario asks of them.

    What is wrong in one file hides nothing of the others; names are only looked for in files that
    can be read.
    """
    faults = {name: _faults(read, scenario) for name, read in FILES.items()}
    for found in faults.values():
        yield from found
    yield from _unknown_hardware(scenario)
    if faults["places"]:
        return
    table = _places(scenario)
    places = set(table["place"])
    yield from _unknown_voltages(scenario, table)
    yield from _unknown_places(scenario, places)
    yield from _unknown_seismic_zones(scenario, table)
    yield from find_network_use_problems(scenario, table)
    if not faults["zones"]:
        yield from _unknown_groups(scenario, places)


def _faults(read: Callable[[Scenario], object], scenario: Scenario) -> tuple[Problem, ...]:
    """What is wrong with a file of the user."""
    try:
        read(scenario)
    except InputError as error:
        return error.problems
    return ()


def _places(scenario: Scenario) -> pd.DataFrame:
    file = scenario.candidates.file
    return read_fact("places") if file is None else read_points(scenario.path_of(file), "places")


FILES: Mapping[str, Callable[[Scenario], object]] = {
    "places": _places,
    "zones": zones_used,
    "queue": queue_used,
    "hours": own_hours,
}
"""Files of the user that have to be readable, each by what reads it."""


def _unknown_voltages(scenario: Scenario, table: pd.DataFrame) -> Iterator[Problem]:
    """Voltages without a class: such a place would have no headroom, lead time or price."""
    known = read_fact("voltage_classes")["voltage_kv"]
    strange = table[table["voltage_kv"].notna() & ~table["voltage_kv"].isin(known)]
    listed = ", ".join(f"{kv:g}" for kv in sorted(known))
    for row in strange.itertuples():
        where, found = f"voltage_kv of {row.place}", f"{row.voltage_kv:g}"
        fix = "Take the class of the likely connection, or leave the cell empty if not known"
        yield Problem(where, found, f"one of {listed}", fix, file=str(scenario.candidates.file))


def _unknown_places(scenario: Scenario, places: set[str]) -> Iterator[Problem]:
    """Only the places asked for have to be candidates; the rest may speak of any place known."""
    for place in (place for place in scenario.candidates.only if place not in places):
        yield _unknown(scenario, ("candidates", "only"), place, places)
    known = places | set(read_fact("places")["place"])
    named: dict[Keys, Collection[str]] = {
        ("candidates", "exclude"): scenario.candidates.exclude,
        ("costs", "subsidy_myen"): list(scenario.costs.subsidy_myen),
    }
    for group, stated in scenario.assumptions.groups.items():
        named["assumptions", "groups", group, "places"] = stated.places
    for keys, asked in named.items():
        for place in (place for place in asked if place not in known):
            yield _unknown(scenario, keys, place, known)


def _unknown_groups(scenario: Scenario, places: set[str]) -> Iterator[Problem]:
    if not scenario.reinforcements:
        return  # the zones need not be read once more
    known = set(scenario.assumptions.groups) | places | _zone_groups(scenario)
    for name, option in scenario.reinforcements.items():
        if option.group not in known:
            yield _unknown(scenario, ("reinforcements", name, "group"), option.group, known)
        for group in (group for group in option.also_lifts if group not in known):
            yield _unknown(scenario, ("reinforcements", name, "also_lifts"), group, known)


def _zone_groups(scenario: Scenario) -> set[str]:
    zones = zones_used(scenario).zones
    shared = zones["additive_group"].dropna()
    return {f"zone:{key}" for key in zone_keys(zones)} | {f"shared:{group}" for group in shared}


def _unknown_seismic_zones(scenario: Scenario, table: pd.DataFrame) -> Iterator[Problem]:
    """Caps of a zone that no place lies in would limit nothing."""
    known = {zone for places in (table, read_fact("places")) for zone in places["seismic_zone"]}
    for zone in scenario.limits.spread.seismic_zone_cap_mw:
        if zone not in known:
            keys: Keys = ("limits", "spread", "seismic_zone_cap_mw", zone)
            yield _unknown(scenario, keys, zone, known - {""})


def _unknown_hardware(scenario: Scenario) -> Iterator[Problem]:
    """Hardware that the table does not know at that precision, or not yet in that year."""
    table = read_fact("hardware").set_index(["hardware", "precision"])["first_fiscal_year"]
    known = ", ".join(sorted(f"{h} at {p}" for h, p in table.index))
    for name, workload in scenario.demand.workloads.items():
        if not isinstance(workload, EflopsWorkload):
            continue
        keys: Keys = ("demand", "workloads", name)
        for place, key in _hardware_named(workload):
            if (key, workload.precision) not in table.index:
                found, expected = f"{key} at {workload.precision}", f"one of {known}"
                yield scenario.problem((*keys, *place), found=found, expected=expected)
        for year, key in workload.hardware_by_year.items():
            first = table.get((key, workload.precision), year)
            if year < first:
                expected = f"FY{first} or later, when it came on the market"
                place = ("hardware_by_year", year)
                yield scenario.problem((*keys, *place), found=f"{key}", expected=expected)


def _hardware_named(workload: EflopsWorkload) -> Iterator[tuple[Keys, str]]:
    if workload.hardware is not None:
        yield ("hardware",), workload.hardware
    for year, key in workload.hardware_by_year.items():
        yield ("hardware_by_year", year), key


def _unknown(scenario: Scenario, keys: Keys, found: str, known: Collection[str]) -> Problem:
    close = get_close_matches(found, list(known), n=3)
    listed = ", ".join(sorted(known)) if len(known) <= MOST_LISTED else "a name that is known"
    fix = f"Did you mean {', '.join(close)}?" if close else "siting sources --table places"
    return scenario.problem(keys, found=repr(found), expected=listed, fix=fix)
