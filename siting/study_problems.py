"""Names in a scenario that the facts do not know."""

from collections.abc import Collection, Iterator

from data.errors import Problem
from data.facts import read_fact
from data.read_csv import read_user_csv
from siting.scenario import Keys, Scenario
from siting.scenario_demand import EflopsWorkload


def find_study_problems(scenario: Scenario) -> Iterator[Problem]:
    """Problems with places, groups, hardware and zones that the scenario names."""
    places = _places(scenario)
    yield from _unknown_places(scenario, places)
    yield from _unknown_groups(scenario, places)
    yield from _unknown_hardware(scenario)


def _places(scenario: Scenario) -> set[str]:
    file = scenario.candidates.file
    if file is None:
        return set(read_fact("places")["place"])
    return set(read_user_csv(scenario.path_of(file), "places")["place"])


def _unknown_places(scenario: Scenario, places: set[str]) -> Iterator[Problem]:
    named: dict[Keys, Collection[str]] = {
        ("candidates", "only"): scenario.candidates.only,
        ("candidates", "exclude"): scenario.candidates.exclude,
    }
    for group, stated in scenario.assumptions.groups.items():
        named["assumptions", "groups", group, "places"] = stated.places
    if scenario.candidates.file is None:  # subsidies are of bundled places
        named["costs", "subsidy_myen"] = list(scenario.costs.subsidy_myen)
    for keys, asked in named.items():
        for place in (place for place in asked if place not in places):
            yield _unknown(scenario, keys, place, places)


def _unknown_groups(scenario: Scenario, places: set[str]) -> Iterator[Problem]:
    known = set(scenario.assumptions.groups) | places
    for name, option in scenario.reinforcements.items():
        shared = option.group.startswith(("zone:", "shared:"))
        if option.group not in known and not shared:
            yield _unknown(scenario, ("reinforcements", name, "group"), option.group, known)


def _unknown_hardware(scenario: Scenario) -> Iterator[Problem]:
    table = read_fact("hardware")
    known = set(zip(table["hardware"], table["precision"], strict=True))
    for name, workload in scenario.demand.workloads.items():
        if not isinstance(workload, EflopsWorkload):
            continue
        if (workload.hardware, workload.precision) not in known:
            keys: Keys = ("demand", "workloads", name, "hardware")
            found = f"{workload.hardware} at {workload.precision}"
            expected = ", ".join(sorted(f"{h} at {p}" for h, p in known))
            yield scenario.problem(keys, found=found, expected=f"one of {expected}")


def _unknown(scenario: Scenario, keys: Keys, found: str, known: Collection[str]) -> Problem:
    from difflib import get_close_matches

    close = get_close_matches(found, list(known), n=3)
    fix = f"Did you mean {', '.join(close)}?" if close else "siting sources --table places"
    return scenario.problem(keys, found=repr(found), expected="a name that is known", fix=fix)
