"""Zones and queue that a scenario names, read and put together."""

from datetime import date

import pandas as pd

from grid.queue import QueueRule
from siting.scenario import Scenario
from siting.zone_inputs import (
    UserQueue,
    UserZones,
    ZoneQueue,
    default_shares,
    queue_in_use,
    queue_of_zones,
    zones_in_use,
)


def zones_used(scenario: Scenario) -> UserZones:
    """Welcome zones that count: the user's own, or those shipped.

    Raises
    ------
    InputError
        The user's file cannot be used.
    """
    file = scenario.headroom.zones_file
    path = None if file is None else scenario.path_of(file)
    return zones_in_use(path, date.today())


def queue_used(scenario: Scenario) -> UserQueue | None:
    """Applications of the user's list, None without one.

    Raises
    ------
    InputError
        Every problem of the list.
    """
    file = scenario.headroom.queue_file
    return None if file is None else queue_in_use(scenario.path_of(file))


def queue_before(
    scenario: Scenario, zones: pd.DataFrame, given: UserQueue | None
) -> ZoneQueue | None:
    """The queue before the zones in the modelled years, counted as the scenario says."""
    if given is None:
        return None
    years = scenario.years.modelled()
    return queue_of_zones(zones, given.applications, years, queue_rule(scenario))


def queue_rule(scenario: Scenario) -> QueueRule:
    """How the queue counts; chances by stage are those of the forecast check."""
    return QueueRule(count=scenario.headroom.queue_count, share_by_stage=default_shares())
