"""Scenario sections about places: candidates, buildings, headroom, distance to users."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from siting.part import (
    Area,
    FiscalYear,
    Kind,
    Metro,
    Misfit,
    Name,
    NotNegative,
    Part,
    Positive,
    Share,
    copy_of,
)
from siting.scenario_demand import AllWord, all_or_list

PlaceKeys = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(strict=False)]

# Kanto 64 % and Kansai 24 % of data-centre floor in 2023 (Nikkan Kensetsu Kogyo Shimbun, decn);
# how the rest divides is assumed.
METRO_SHARES = {"tokyo": 0.64, "osaka": 0.24, "nagoya": 0.05, "fukuoka": 0.04, "sapporo": 0.03}


class Candidates(Part):
    """Which places may be chosen."""

    file: str | None = None
    """Own places as CSV in the format of the places table, beside the scenario; null = the
    places shipped. [-]"""
    areas: Annotated[
        AllWord | Annotated[tuple[Area, ...], Field(strict=False, min_length=1), Tag("list")],
        Discriminator(all_or_list),
    ] = "all"
    """Supply areas looked at: `all`, or a list. [-]"""
    kinds: Annotated[
        AllWord | Annotated[tuple[Kind, ...], Field(strict=False, min_length=1), Tag("list")],
        Discriminator(all_or_list),
    ] = "all"
    """Kinds of place looked at: `all`, or a list. [-]"""
    exclude: PlaceKeys = ()
    """Places never chosen. [-]"""
    only: PlaceKeys = ()
    """If not empty, nothing but these places. [-]"""

    def find_misfits(self) -> Iterator[Misfit]:
        """A place is not both asked for and ruled out."""
        both = sorted(set(self.only) & set(self.exclude))
        if both:
            expected = "places that are not in candidates.only"
            yield Misfit(("exclude",), ", ".join(both), expected, "Remove them from one list")


class Facility(Part):
    """What a data centre is like."""

    cooling: Literal["liquid", "air_free_cooling", "air_legacy"] = "liquid"
    """Direct liquid, new air with free cooling, or older air cooling; decides PUE. [-]"""
    ramp_mw_per_year: Positive = 300.0
    """Most contract power one site can add in a year. [MW/year]"""
    largest_site_mw: Positive = 1000.0
    """Largest contract power of one site. [MW]"""
    smallest_site_mw: Positive | None = None
    """Smallest contract power of one site; null = what the voltage class asks for. [MW]"""
    land_ha_per_mw: Positive = 0.05
    """Land per megawatt of contract power; 0.027 at Inzai, 0.036 at Sendai, 0.03 in the GX cluster
    rule, 0.07 to 0.23 at Tomakomai. [ha/MW]"""

    def find_misfits(self) -> Iterator[Misfit]:
        """The smallest site is not larger than the largest."""
        if self.smallest_site_mw is not None and self.smallest_site_mw > self.largest_site_mw:
            expected = f"{self.largest_site_mw:g} (facility.largest_site_mw) or less"
            yield Misfit(("smallest_site_mw",), f"{self.smallest_site_mw:g}", expected)


class Headroom(Part):
    """How much new load the grid can take, and whose word counts."""

    case: Literal["low", "mid", "high"] = "mid"
    """Which point of a published or assumed range counts. [-]"""
    gamma: Annotated[int, Field(ge=0)] = 0
    """Headroom groups (places, zones, shared points, upper systems) that may turn out to be at
    their low end at once while all demand still has power; 0 = the case alone counts. [groups]"""
    sources: Annotated[
        tuple[Literal["published", "operator", "assumed"], ...],
        Field(strict=False, min_length=1),
    ] = ("published", "operator", "assumed")
    """Headroom that counts: a utility's map, an operator's statement, our assumption by voltage.
    Places without any are left out and listed. [-]"""
    max_zone_km: Positive = 20.0
    """Farthest a place may lie from the substation of a zone that serves it; zones and places are
    known to 2-15 km only. [km]"""
    zones_file: str | None = None
    """Own welcome zones as CSV in the format of the zones table; null = those shipped. [-]"""
    queue_file: str | None = None
    """Applications that wait for the power of the zones, as CSV or XLSX in the format of
    docs/forecast.md, beside the scenario; null = no queue is taken off. [-]"""
    queue_count: Literal["expected", "contracted", "all"] = "expected"
    """How the queue counts: every application times its chance, signed contracts only, or all in
    full. [-]"""

    def find_misfits(self) -> Iterator[Misfit]:
        """At the low end there is nothing left to lose."""
        if self.gamma > 0 and self.case == "low":
            fix = "Choose the case mid or high, or leave gamma out"
            yield Misfit(("gamma",), f"{self.gamma} beside case: low", "0", fix)


class Latency(Part):
    """How far inference may be from its users."""

    bound_ms: Positive = 10.0
    """Longest round trip between a site and a metropolis it serves. [ms]"""
    terminal_ms: NotNegative = 1.0
    """Part of the round trip that does not depend on distance. [ms]"""
    cost_yen_per_mw_km_year: NotNegative = 5000.0
    """Price of distance, to prefer nearer sites; assumed. [yen/MW/km/year]"""
    metros: Annotated[dict[Metro, Share], Field(min_length=1)] = Field(
        default_factory=copy_of(METRO_SHARES)
    )
    """Share of inference demand by metropolis; sums to 1. [-]"""

    def find_misfits(self) -> Iterator[Misfit]:
        """The shares make one whole."""
        total = sum(self.metros.values())
        if abs(total - 1) > 1e-6:
            fix = "Change the shares so that nothing is lost or served twice"
            yield Misfit(("metros",), f"shares that sum to {total:.6g}", "a sum of 1", fix)


class ReinforcementOption(Part):
    """Works that add headroom to one group, if the plan pays for them."""

    group: Annotated[str, Field(min_length=1)]
    """Headroom group that gains: a key of assumptions.groups, a zone group or a place. [-]"""
    also_lifts: PlaceKeys = ()
    """Further groups that the same works lift by as much, such as the bank below a new upper
    transformer; the cost is paid once. [-]"""
    added_mw: Positive
    """Headroom gained. [MW]"""
    lead_years: NotNegative
    """Years from decision to service. [years]"""
    cost_myen: NotNegative
    """Cost of the works, paid once. [million yen]"""
    from_year: FiscalYear | None = None
    """First fiscal year in which the works can be decided; null = contract_year. [fiscal year]"""

    def find_misfits(self) -> Iterator[Misfit]:
        """No group gains twice."""
        groups = (self.group, *self.also_lifts)
        twice = sorted({group for group in groups if groups.count(group) > 1})
        if twice:
            yield Misfit(("also_lifts",), ", ".join(twice), "each group once", "Remove it")


Reinforcements = dict[Name, ReinforcementOption]
