"""What a queue leaves of welcome zones, and the chance that some power is still free."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from data.errors import InputError, Problem
from grid.queue import Count, QueueRule
from grid.queue_chance import Draws, chance_free, question_problems
from grid.zones import zone_keys
from siting.queue_summary import zone_names
from siting.spreadsheet import write_csv
from siting.whole_file import write_whole
from siting.zone_inputs import (
    ZoneQueue,
    default_shares,
    queue_in_use,
    queue_of_zones,
    sharing_by_key,
    zones_in_use,
)

CHANCES = ["low_share", "mid_share", "high_share"]
COMMAND = "siting queue"
KEYS = ["point", "fiscal_year"]


@dataclass(frozen=True, slots=True)
class QueueAnswer:
    """A queue before zones, year by year.

    Attributes
    ----------
    table : DataFrame
        zone, name_ja, name_en, fiscal_year, published_low_mw, published_high_mw, held_mw, low_mw,
        mid_mw, high_mw, standing [MW]; with a power asked for also `low_share`, `mid_share`,
        `high_share`, the share of the draws in which it is free at this zone alone, and
        `shared_low_share`, ..., the same for the limit that the zone shares with others (missing
        where it shares none). The true chance is the lesser of the two at most. [-]
    outside : DataFrame
        Applications that reduce no zone: id, connection_point, contract_mw, reason, guesses.
    """

    table: pd.DataFrame
    outside: pd.DataFrame


def answer_queue(
    applications: Path,
    zones: Path | None,
    years: Sequence[int],
    *,
    rule: QueueRule,
    asked_mw: float | None = None,
    draws: Draws | None = None,
) -> QueueAnswer:
    """Take a list of applications off zones, and draw which of them are built.

    Parameters
    ----------
    applications : Path
        List of applications, see docs/forecast.md.
    zones : Path, optional
        Welcome zones in any format, see docs/zones.md; None = those shipped.
    years : sequence of int
        Fiscal years.
    rule : QueueRule
        `counting` makes it.
    asked_mw : float, optional
        Power whose chance is asked for. [MW]
    draws : Draws, optional

    Raises
    ------
    InputError
        Every problem of the two files and of what is asked.
    """
    draws = draws or Draws()
    wrong = [] if asked_mw is None else question_problems(asked_mw, draws)
    used = _read(lambda: zones_in_use(zones, date.today()).zones, wrong)
    listed = _read(lambda: queue_in_use(applications).applications, wrong)
    if wrong:
        raise InputError(COMMAND, wrong)
    queue = queue_of_zones(used, listed, years, rule)
    table = queue.left
    if asked_mw is not None:
        chances = _chances(used, queue, rule, asked_mw, draws)
        table = table.merge(chances, on=KEYS, how="left", validate="one_to_one")
    names = pd.DataFrame.from_dict(zone_names(used), orient="index")
    named = names.reindex(table["point"]).set_axis(table.index)
    columns = list(table.columns)
    table = pd.concat([table, named], axis=1)[[columns[0], *named.columns, *columns[1:]]]
    return QueueAnswer(table.rename(columns={"point": "zone"}), queue.outside)


def _read(read: Callable[[], pd.DataFrame], wrong: list[Problem]) -> pd.DataFrame:
    """What is read, or an empty table and its problems in `wrong`."""
    try:
        return read()
    except InputError as error:
        wrong.extend(error.problems)
        return pd.DataFrame()


def write_queue(answer: QueueAnswer, target: Path) -> None:
    """Write the table as CSV in one step.

    Raises
    ------
    InputError
        There is a folder of that name, or no file can be written there.
    """
    problem = Problem("--output", "", "a file that can be written", "Name another file")
    write = partial(write_csv, answer.table)
    write_whole(target, write, command=COMMAND, problem=problem)


def counting(count: Count) -> QueueRule:
    """Rule by its word; chances by stage are those of the forecast check."""
    return QueueRule(count=count, share_by_stage=default_shares())


def _chances(
    zones: pd.DataFrame, queue: ZoneQueue, rule: QueueRule, asked_mw: float, draws: Draws
) -> pd.DataFrame:
    """Chance at each zone alone, and under the limit it shares."""
    years = sorted(set(queue.left["fiscal_year"]))
    ends = pd.DataFrame(
        {"low_mw": zones["cap_low_mw"].to_numpy(), "high_mw": zones["cap_high_mw"].to_numpy()},
        index=pd.Index(zone_keys(zones), name="point"),
    )
    alone = chance_free(ends, queue.placed, years, rule, asked_mw, draws)
    sharing = pd.Series(sharing_by_key(zones))
    of_several = queue.shared.xs(years[0], level="fiscal_year").query("zones > 1")
    limits = of_several[["published_low_mw", "published_high_mw"]]
    limits = limits.rename(columns=lambda name: name.removeprefix("published_"))
    at_limit = queue.placed["connection_point"].map(sharing)
    moved = queue.placed.assign(connection_point=at_limit)
    alone["sharing"] = alone["point"].map(sharing)
    columns = {name: f"shared_{name}" for name in CHANCES}
    if limits.empty:
        return alone.drop(columns=["asked_mw", "sharing"]).assign(
            **dict.fromkeys(columns.values(), np.nan)
        )
    shared = chance_free(limits, moved, years, rule, asked_mw, draws)
    shared = shared.rename(columns={"point": "sharing", **columns}).drop(columns="asked_mw")
    both = alone.merge(shared, on=["sharing", "fiscal_year"], how="left", validate="many_to_one")
    return both.drop(columns=["asked_mw", "sharing"])
