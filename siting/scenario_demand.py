"""Scenario sections about time and the computing that has to be hosted."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from siting.part import Day, FiscalYear, Misfit, NotNegative, Part, Positive, Share, Vintage


class Years(Part):
    """The fiscal years modelled (2026 = April 2026 to March 2027)."""

    first: FiscalYear = 2026
    """First fiscal year modelled. [fiscal year]"""
    last: FiscalYear = 2035
    """Last fiscal year modelled. [fiscal year]"""
    step: Annotated[int, Field(ge=1, le=10)] = 1
    """Distance between two modelled years. [years]"""

    def find_misfits(self) -> Iterator[Misfit]:
        """The last year is not before the first."""
        if self.last < self.first:
            fix = "Swap the two, or correct one"
            yield Misfit(("last",), str(self.last), f"{self.first} (years.first) or later", fix)

    def modelled(self) -> tuple[int, ...]:
        """Fiscal years of the model, ascending; the last year is always one of them."""
        years = range(self.first, self.last + 1, self.step)
        return tuple(sorted({*years, self.last}))


def all_or_list(value: object) -> str:
    """Tell the word `all` from a list, so that a mistake in one is not reported for both."""
    return "all" if isinstance(value, str) else "list"


AllWord = Annotated[Literal["all"], Tag("all")]
Days = Annotated[
    AllWord | Annotated[tuple[Day, ...], Field(strict=False, min_length=1), Tag("list")],
    Discriminator(all_or_list),
]


OwnDay = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class Time(Part):
    """How finely a year is looked at."""

    days: Days = "all"
    """Typical days: `all`, or a list of day names. [-]"""
    hours_per_slice: Literal[1, 2, 3, 4, 6, 8, 12, 24] = 3
    """Length of a time slice; must divide the day. [h]"""
    demand_file: str | None = None
    """Typical days of demand from `siting demand --output`; null = the bundled ones. [-]"""
    hourly_file: str | None = None
    """A year of your own by the hour: demand of every area, and what sun and wind could give (CSV,
    docs/hours.md). Typical days are then chosen from it; null = the bundled ones. [-]"""
    typical_days: Annotated[int, Field(ge=4, le=366)] = 12
    """Days chosen from `hourly_file`, the three extreme ones among them. [days]"""
    forced_days: Annotated[tuple[OwnDay, ...], Field(strict=False)] = ()
    """Further days of `hourly_file` that are among those chosen, each for itself, such as the days
    that fell short in `siting redispatch --feed-back`. [date]"""

    def find_misfits(self) -> Iterator[Misfit]:
        """Typical days come from one place only."""
        if self.hourly_file is None:
            if self.typical_days != type(self).model_fields["typical_days"].default:
                fix = "Name a file, or leave typical_days out: the bundled days are fixed"
                found = f"{self.typical_days}, without hourly_file"
                yield Misfit(("typical_days",), found, "hourly_file, from which to choose", fix)
            if self.forced_days:
                found = f"[{', '.join(self.forced_days)}]"
                fix = "Name a file, or leave forced_days out"
                yield Misfit(("forced_days",), found, "none without hourly_file", fix)
            return
        if self.demand_file is not None:
            fix = "Leave one of the two out"
            yield Misfit(("demand_file",), self.demand_file, "null with hourly_file", fix)
        if self.days != "all":
            fix = "Leave days out; typical_days says how many are chosen"
            found = f"[{', '.join(self.days)}]"
            yield Misfit(("days",), found, "all with hourly_file", fix)


def _check_cumulative(by_year: Mapping[int, float]) -> Iterator[Misfit]:
    """Installed computing is cumulative, so a later year never needs less."""
    years = sorted(by_year)
    for before, year in pairwise(years):
        if by_year[year] < by_year[before]:
            expected = f"{by_year[before]:g} (FY{before}) or more"
            fix = "State the cumulative total of each year, not the addition"
            yield Misfit(("by_year", year), f"{by_year[year]:g}", expected, fix)


HardwareKey = Annotated[str, Field(min_length=1)]


class EflopsWorkload(Part):
    """Demand stated as computing speed."""

    kind: Literal["eflops"]
    """How this demand is stated. [-]"""
    load: Literal["training", "inference"]
    """Training can follow the grid; inference has to be near its users. [-]"""
    precision: Literal["fp64", "fp16", "fp8", "fp4"]
    """Number format in which the EFLOPS are counted (dense, not sparse). [-]"""
    hardware: HardwareKey | None = None
    """Key of the hardware table, such as h100 or gb200; null = hardware_by_year says. [-]"""
    hardware_by_year: dict[FiscalYear, HardwareKey] = Field(default_factory=dict)
    """Hardware bought from that fiscal year until the next one stated; replaces `hardware`. [-]"""
    lifetime_years: Annotated[int, Field(ge=1, le=40)] | None = None
    """Years that servers stand before they are replaced by what is bought then; null = they are
    never replaced. Nobody publishes one for a plan: yours is an assumption. [years]"""
    low_or_high: Literal["low", "high"] = "high"
    """Which end of the hardware's range of MW per EFLOPS counts. [-]"""
    by_year: Annotated[dict[FiscalYear, NotNegative], Field(min_length=1)]
    """Cumulative EFLOPS needed from that fiscal year until the next one stated. [EFLOPS]"""

    def find_misfits(self) -> Iterator[Misfit]:
        """Cumulative figures never fall, and what is bought is known from the first of them on."""
        yield from _check_cumulative(self.by_year)
        yield from self._hardware_misfits()

    def _hardware_misfits(self) -> Iterator[Misfit]:
        stated = self.hardware_by_year
        if (self.hardware is None) == (not stated):
            found = "neither" if self.hardware is None else "both"
            expected = "either hardware or hardware_by_year"
            fix = "Name the hardware, such as gb200, or the hardware of each year"
            yield Misfit(("hardware",), found, expected, fix)
        first = min(self.by_year)
        if stated and min(stated) > first:
            expected = f"{first} (first year of by_year) or earlier"
            fix = "State what is bought in the first year too"
            yield Misfit(("hardware_by_year",), f"from {min(stated)}", expected, fix)

    def bought(self, fiscal_year: int) -> str:
        """Key of the hardware that is bought in a year."""
        if self.hardware is not None:
            return self.hardware
        return self.hardware_by_year[max(y for y in self.hardware_by_year if y <= fiscal_year)]

    @property
    def has_vintages(self) -> bool:
        """Whether a megawatt of it depends on when it was bought, or ends."""
        return bool(self.hardware_by_year) or self.lifetime_years is not None


class ItPowerWorkload(Part):
    """Demand stated as server power."""

    kind: Literal["it_mw"]
    """How this demand is stated. [-]"""
    load: Literal["training", "inference"]
    """Training can follow the grid; inference has to be near its users. [-]"""
    by_year: Annotated[dict[FiscalYear, NotNegative], Field(min_length=1)]
    """Cumulative server power, before overhead and cooling, from that fiscal year until the
    next one stated. [MW]"""

    def find_misfits(self) -> Iterator[Misfit]:
        """Cumulative figures never fall."""
        yield from _check_cumulative(self.by_year)


class OcctoWorkload(Part):
    """Demand stated as a share of the data centres that OCCTO counts in its forecast."""

    kind: Literal["occto_share"]
    """How this demand is stated. [-]"""
    load: Literal["training", "inference"]
    """Training can follow the grid; inference has to be near its users. [-]"""
    share: Share
    """Share of OCCTO's counted data-centre additions in `to_year` that is this workload. [-]"""
    vintage: Vintage = "2026-01"
    """Month in which the forecast was published. [-]"""
    from_year: FiscalYear = 2026
    """First fiscal year whose additions count: demand in year y is
    share x (OCCTO[y] - OCCTO[from_year - 1]), since what came earlier is already under way.
    [fiscal year]"""
    to_year: FiscalYear = 2035
    """Fiscal year in which the share is reached; afterwards it stays. [fiscal year]"""

    def find_misfits(self) -> Iterator[Misfit]:
        """The demand does not end before it begins."""
        if self.to_year < self.from_year:
            expected = f"{self.from_year} (from_year) or later"
            yield Misfit(("to_year",), str(self.to_year), expected, "Swap the two, or correct one")


Workload = Annotated[EflopsWorkload | ItPowerWorkload | OcctoWorkload, Field(discriminator="kind")]
WorkloadName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]


class Shortfall(Part):
    """What happens to computing that finds no place."""

    allowed: bool = False
    """Whether a plan may leave demand unmet and report it. [-]"""
    price_myen_per_mw_year: Positive = 1000.0
    """Price of an unmet megawatt of IT; must be dearer than building. [million yen/MW/year]"""


class Demand(Part):
    """The computing to be hosted."""

    overhead_share: Share = 0.12
    """Network, storage and management on top of server power. [-]"""
    reference_pue: Annotated[float, Field(ge=1, le=3)] = 1.3
    """Power usage effectiveness that turns OCCTO's facility MW into server MW. [-]"""
    workloads: Annotated[dict[WorkloadName, Workload], Field(min_length=1)]
    """Demand by workload, each with its own kind of statement. [-]"""
    shortfall: Shortfall = Shortfall()
    """Whether and at what price demand may stay unmet. [-]"""


class Curtailment(Part):
    """Training draw given up for a few hours, as agreed with the operator."""

    share: Share = 0.25
    """Part of the training draw that is given up at once: a quarter for three hours was kept
    without harm on 256 GPUs in Phoenix in May 2025 (arXiv 2507.00909). [-]"""
    hours_per_day: NotNegative = 3.0
    """Longest in a day, as energy: so many hours of the whole part. [h]"""
    hours_per_year: NotNegative | None = None
    """Longest in a year, counted alike; null = no limit. [h]"""
    energy_share: Share = 0.005
    """Most of the year's training energy that is given up. [-]"""
    price_yen_per_kwh: NotNegative = 100.0
    """What the site is paid for each kWh given up; nobody in Japan publishes one. [yen/kWh]"""
    conditional_connection: bool = False
    """Whether the utility connects more load on condition that the part is given up on call: it
    then counts neither against headroom nor against reserve. Terms are still being drawn up
    (METI), and whether the hours above suffice at the place is not known. [-]"""

    def find_misfits(self) -> Iterator[Misfit]:
        """What may be called off altogether would need no grid at all."""
        if self.conditional_connection and self.share == 1:
            expected = "below 1 with conditional_connection"
            yield Misfit(("share",), "1", expected, "Lower share, or leave the condition out")


class Flexibility(Part):
    """How far the load can follow the grid."""

    training_shift_share: Share = 0.0
    """Share of the training draw that may move to other hours of the same day. [-]"""
    training_move_share: Share = 0.0
    """Share of the training draw that may run in another area in the same hour, on servers that
    stand idle there. [-]"""
    inference_move_share: Share = 0.0
    """Share of the inference draw that may run on idle servers of another site in the same hour,
    as far as its metropolis reaches that within `latency.bound_ms`. [-]"""
    curtail: Curtailment | None = None
    """Training draw that may be given up; null = none. [-]"""
