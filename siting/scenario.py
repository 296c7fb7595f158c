"""What the user writes: the scenario, as one tree of checked and unchangeable sections."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr

from data.errors import Problem
from siting.part import FiscalYear, Misfit, Name, Part, Title
from siting.scenario_assumptions import Assumptions, Costs
from siting.scenario_clean import Contracts
from siting.scenario_demand import (
    Demand,
    EflopsWorkload,
    Flexibility,
    OcctoWorkload,
    Time,
    Years,
)
from siting.scenario_limits import CarbonLimit, Limits, Solver, Ties
from siting.scenario_network import NetworkUse
from siting.scenario_place import Candidates, Facility, Headroom, Latency, Reinforcements
from siting.scenario_screen import Screen
from siting.scenario_uncertain import Uncertain

Keys = tuple[str | int, ...]
"""Keys from the top of the scenario down to one value."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one value was written."""

    file: str
    line: int | None
    field: Keys
    """Keys as they stand in that file; a variant's value lies under `variants`."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a scenario came from."""

    file: str = ""
    folder: Path = Path()
    """Folder against which relative files are resolved."""
    variant: str | None = None
    sets: tuple[str, ...] = ()
    places: Mapping[Keys, Place] = field(default_factory=dict)


class Scenario(Part):
    """A siting question: demand, limits and assumptions."""

    format: Literal[1] = 1
    """Version of this file format. [-]"""
    name: Name
    """Short name; the run is written to runs/<name>. [-]"""
    title: Title
    """Title of map and report. [-]"""
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1
    """Start of every random choice. [-]"""
    years: Years = Years()
    """Fiscal years modelled. [-]"""
    contract_year: FiscalYear = 2026
    """First fiscal year in which a supply contract can be signed. [fiscal year]"""
    time: Time = Time()
    """Typical days and time slices. [-]"""
    demand: Demand
    """Computing to be hosted. [-]"""
    flexibility: Flexibility = Flexibility()
    """How far the load can follow the grid. [-]"""
    candidates: Candidates = Candidates()
    """Places that may be chosen. [-]"""
    screen: Screen | None = None
    """From layers to candidate sites; null = only the places of `candidates`. [-]"""
    facility: Facility = Facility()
    """What a data centre is like. [-]"""
    headroom: Headroom = Headroom()
    """Room in the grid for new load. [-]"""
    latency: Latency = Latency()
    """Distance between inference and its users. [-]"""
    limits: Limits = Limits()
    """What a plan must respect. [-]"""
    contracts: Contracts = Contracts()
    """Clean power that may be contracted, where `limits.clean` asks for it. [-]"""
    ties: Ties = Ties()
    """Lines between supply areas. [-]"""
    network: NetworkUse | None = None
    """Network that must not be overloaded; null = only headroom and ties count. [-]"""
    reinforcements: Reinforcements = Field(default_factory=dict)
    """Works that may be bought, by name. [-]"""
    costs: Costs = Costs()
    """Prices with a source. [-]"""
    assumptions: Assumptions = Assumptions()
    """What nobody publishes. [-]"""
    solver: Solver = Solver()
    """When the search may stop. [-]"""
    uncertain: Uncertain | None = None
    """What is not known for sure, for `siting robust`; null = nothing is drawn. [-]"""
    variants: dict[Name, dict[str, Any]] = Field(default_factory=dict)
    """Changes to this scenario, by name of the variant. [-]"""

    _origin: Origin = PrivateAttr(default_factory=Origin)

    @property
    def origin(self) -> Origin:
        """File, folder, variant and --set this scenario was read from."""
        return self._origin

    @property
    def run_name(self) -> str:
        """Name of the run folder: name, or name-variant."""
        variant = self.origin.variant
        return f"{self.name}-{variant}" if variant else self.name

    def find_misfits(self) -> Iterator[Misfit]:
        """Years outside the years modelled, and parts that cannot be had together."""
        yield from self._contract_misfits()
        yield from self._demand_misfits()
        if self.limits.carbon is not None:
            keys: Keys = ("limits", "carbon", "cap_kt_by_year")
            yield from self._year_misfits(keys, self.limits.carbon.cap_kt_by_year)
            yield from self._life_misfits(self.limits.carbon)
        yield from self._clean_misfits()

    def _clean_misfits(self) -> Iterator[Misfit]:
        clean = self.limits.clean
        if clean is None:
            return
        for name in ("share_by_year", "claimed_share_by_year"):
            yield from self._year_misfits(("limits", "clean", name), getattr(clean, name))
        if self.network is not None and self.network.days:
            fix = "Set network.days: false, or leave limits.clean out"
            expected = "false: where in the network new plants and stores would stand is not known"
            yield Misfit(("network", "days"), "true, with limits.clean", expected, fix)

    def _contract_misfits(self) -> Iterator[Misfit]:
        if self.contract_year > self.years.last:
            expected = f"{self.years.last} (years.last) or earlier"
            yield Misfit(("contract_year",), str(self.contract_year), expected)

    def _demand_misfits(self) -> Iterator[Misfit]:
        for name, workload in self.demand.workloads.items():
            keys: Keys = ("demand", "workloads", name)
            if not isinstance(workload, OcctoWorkload):
                yield from self._year_misfits((*keys, "by_year"), workload.by_year)
            elif workload.from_year > self.years.last:
                expected = f"{self.years.last} (years.last) or earlier"
                yield Misfit((*keys, "from_year"), str(workload.from_year), expected)

    def _life_misfits(self, carbon: CarbonLimit) -> Iterator[Misfit]:
        """Servers that retire leave their embodied carbon spread over the years they stood."""
        if carbon.embodied is None:
            return
        life = carbon.embodied.server_life_years
        for name, workload in self.demand.workloads.items():
            stated = workload.lifetime_years if isinstance(workload, EflopsWorkload) else None
            if stated is not None and stated != life:
                field = ("limits", "carbon", "embodied", "server_life_years")
                expected = f"{stated} (lifetime_years of {name})"
                fix = "Servers have one life: state the same in both places"
                yield Misfit(field, f"{life:g}", expected, fix)

    def _year_misfits(self, keys: Keys, by_year: Mapping[int, float]) -> Iterator[Misfit]:
        first, last = self.years.first, self.years.last
        for year in by_year:
            if not first <= year <= last:
                fix = "Change the year, or years.first and years.last"
                expected = f"a year from {first} to {last} (years)"
                yield Misfit((*keys, year), str(year), expected, fix)

    def path_of(self, file: str) -> Path:
        """Path of a user's file named in the scenario, relative to the scenario's folder."""
        return (self.origin.folder / file).resolve()

    def problem(self, keys: Keys, *, found: str, expected: str, fix: str = "") -> Problem:
        """A problem with the value under `keys`, with the file and line where it stands."""
        return problem_at(self.origin.places, keys, found=found, expected=expected, fix=fix)


def problem_at(
    places: Mapping[Keys, Place], keys: Keys, *, found: str, expected: str, fix: str = ""
) -> Problem:
    """A problem with the value under `keys`; what is not written takes its section's line."""
    place = Place("", None, ())
    known = 0
    for length in range(len(keys), -1, -1):
        if keys[:length] in places:
            place, known = places[keys[:length]], length
            break
    return Problem(
        dotted((*place.field, *keys[known:])),
        found,
        expected,
        fix,
        file=place.file,
        line=place.line,
    )


def dotted(keys: Keys) -> str:
    """Field as people write it: `limits.carbon.cap_kt_by_year.2035`."""
    parts = [str(key) for key in keys]
    return ".".join(part if part.isprintable() else repr(part) for part in parts) or "file"
