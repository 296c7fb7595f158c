"""What sets the size of a site: its headroom, its land, its voltage class, or the scenario."""

from collections.abc import Iterator

import pandas as pd

from siting.candidates import works_mw
from siting.explain.names import names_of
from siting.explain.prices import Naming
from siting.posed import Posed
from siting.report_words import Both, both

SAME_MW = 1e-6

CLASS = "voltage_classes (siting sources)"
"""No field of the scenario sets it: a table of facts does."""


def own_headroom(posed: Posed) -> dict[str, str]:
    """Sites whose largest size is the headroom of one of their groups, with that group.

    Headroom and largest size are then one figure, which the model states twice.
    """
    problem = posed.question.problem
    last = problem.groups["headroom_mw"].groupby(level="group").max()
    found: dict[str, str] = {}
    for site, group in zip(problem.group_sites["site"], problem.group_sites["group"], strict=True):
        most_mw = float(problem.sites["max_mw"][site])
        if group in last.index and abs(float(last[group]) - most_mw) <= SAME_MW:
            found.setdefault(str(site), str(group))
    return found


def naming_of(posed: Posed) -> Naming:
    """Names, fields and units of this scenario's limits."""
    workloads = posed.question.problem.workloads["kind"]
    units: dict[tuple[str, str], Both] = {
        ("meet_compute", str(workload)): _unit(str(kind)) for workload, kind in workloads.items()
    }
    return Naming(names_of(posed), dict(_size_fields(posed)), units)


def _unit(kind: str) -> Both:
    if kind == "eflops":
        return both("EFLOPS", "EFLOPS")
    return both("MW（IT電力）", "MW of IT power")


def _size_fields(posed: Posed) -> Iterator[tuple[tuple[str, str], str]]:
    facility, usable = posed.scenario.facility, posed.candidates.usable
    added_mw = works_mw(posed.scenario, usable.index)
    for site, row in usable.assign(headroom_mw=usable["headroom_mw"] + added_mw).iterrows():
        yield ("size_at_most", str(site)), _largest(row, facility.largest_site_mw)
        if facility.smallest_site_mw != row["min_mw"]:
            yield ("size_at_least", str(site)), CLASS


def _largest(row: pd.Series, scenario_mw: float) -> str:
    most_mw = float(row["max_mw"])
    figures = {
        "headroom": float(row["headroom_mw"]),
        "facility.land_ha_per_mw": float(row["land_mw"]),
        "facility.largest_site_mw": scenario_mw,
    }
    return next((field for field, mw in figures.items() if abs(mw - most_mw) <= SAME_MW), CLASS)
