"""What to plan with next where a plan and its year in all hours disagree."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

from siting.by_year import value_held
from siting.feedback.agreement import Agreement
from siting.scenario import Scenario

HOURS_PER_SLICE = (24, 12, 8, 6, 4, 3, 2, 1)

MOST_NEW_DAYS = 5
"""Days forced in at once: each makes the plan larger."""

DAYS_OF_YEAR = 365

LEAST_GAIN = 0.25
"""A share planned with is raised to at most four times what was missed at once. [-]"""

SHARE_STEP = 1e-4
"""The share asked for is raised by at least this. [-]"""


@dataclass(frozen=True, slots=True)
class Correction:
    """One field of the scenario with the value to plan with next."""

    field: str
    before: str
    after: str
    why: str
    """Key of `siting.feedback.words.REASONS`."""

    @property
    def as_set(self) -> str:
        """As an option --set of `siting run`."""
        return f"{self.field}={self.after}"


def corrections(
    scenario: Scenario, told: Mapping[str, Any], found: Agreement, gain: float = 1.0
) -> tuple[Correction, ...]:
    """Fields to change, none where nothing is left to change.

    Parameters
    ----------
    scenario : Scenario
        Of the plan that was dispatched again.
    told : mapping
        What its redispatch.json holds.
    found : Agreement
        Of the two.
    gain : float
        Share reached more in all hours for each share more that is planned with, see `gain_of`. [-]
    """
    if scenario.time.days != "all":  # whatever is off, days left out come first
        return (_all_days(scenario),)
    made: list[Correction] = []
    if not found.matched:
        made.extend(_higher_share(scenario, told, gain))
    if scenario.time.hourly_file is not None:
        made.extend(_own_days(scenario, told, found))
    elif not (found.served and found.cost_holds):
        made.extend(_shorter_blocks(scenario))
    return tuple(made)


def _all_days(scenario: Scenario) -> Correction:
    return Correction("time.days", f"[{', '.join(scenario.time.days)}]", "all", "days")


def gain_of(rounds: Sequence[Mapping[str, Any]]) -> float:
    """What the last rise of the share planned with has brought, between `LEAST_GAIN` and 1. [-]"""
    seen = [row for row in rounds if row["hourly_share"] is not None][-2:]
    if len(seen) < 2:
        return 1.0
    planned, reached = (seen[1][key] - seen[0][key] for key in ("planned_share", "hourly_share"))
    return min(max(reached / planned, LEAST_GAIN), 1.0) if planned > 0.0 else 1.0


def _higher_share(scenario: Scenario, told: Mapping[str, Any], gain: float) -> Iterator[Correction]:
    """Ask for so much more that what was missed is reached, in that year alone."""
    limit, year = scenario.limits.clean, told["fiscal_year"]
    if limit is None:
        return
    planned = value_held(limit.share_by_year, year)
    reached = told["calendar_year"]
    missed = max(reached["missed_gwh"] / reached["draw_gwh"] / gain, SHARE_STEP)
    share = min(planned + missed, 1.0)
    if isnan(planned) or share <= planned:
        return
    field = "limits.clean.share_by_year"
    yield Correction(f"{field}.{year}", f"{planned:g}", f"{share:.5f}", "missed")
    later = [y for y in scenario.years.modelled() if y > year]
    if later and later[0] not in limit.share_by_year:
        kept = f"{value_held(limit.share_by_year, later[0]):g}"
        yield Correction(f"{field}.{later[0]}", kept, kept, "kept")


def _own_days(
    scenario: Scenario, told: Mapping[str, Any], found: Agreement
) -> Iterator[Correction]:
    """Force in the days that fell short; where only the cost is off, take more days."""
    time = scenario.time
    count, known = time.typical_days, set(time.forced_days)
    short = [row["day"] for row in told["short_days"] if row["day"] not in known]
    new = [] if found.served else short[:MOST_NEW_DAYS]
    if new:
        forced = [*time.forced_days, *new]
        before = f"[{', '.join(time.forced_days)}]"
        yield Correction("time.forced_days", before, f"[{', '.join(forced)}]", "short")
    more = count + len(new) if found.cost_holds else max(2 * count, count + len(new))
    if min(more, DAYS_OF_YEAR) > count and not (found.served and found.cost_holds):
        after = str(min(more, DAYS_OF_YEAR))
        yield Correction("time.typical_days", str(count), after, "short" if new else "cost")


def _shorter_blocks(scenario: Scenario) -> Iterator[Correction]:
    now = scenario.time.hours_per_slice
    shorter = [hours for hours in HOURS_PER_SLICE if hours < now]
    if shorter:
        yield Correction("time.hours_per_slice", str(now), str(max(shorter)), "blocks")
