"""Groups of places that share one limit."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.errors import InputError, Problem

LIMITS = ["low_mw", "high_mw"]


@dataclass(frozen=True, slots=True)
class Groups:
    """Who shares a limit, and the limit of each year."""

    members: pd.DataFrame
    """Columns `group`, `place`; a place is in its own group and in every one above it."""
    limits: pd.DataFrame
    """Index (group, fiscal_year): `kind` (place, zone, shared, upper), `basis`, `low_mw`, `high_mw`
    [MW], high NaN where open. Before any reinforcement."""


def group_table(
    headroom: pd.DataFrame,
    years: Sequence[int],
    *,
    upper_limits: pd.DataFrame,
    upper_members: pd.DataFrame,
) -> Groups:
    """Nest places into zones, zones into shared limits, and all into upper-system groups.

    Every level keeps its own limit; a plan has to meet all of them. Zones that share an upper
    system may together draw what the largest of them may, never the sum: the four zones published
    in Ishikawa are not 850 MW.

    Parameters
    ----------
    headroom : DataFrame, index place
        Result of `headroom_of_places`; unknown places join no group.
    years : sequence of int
        Fiscal years.
    upper_limits : DataFrame, index group
        `low_mw`, `high_mw` [MW], `basis`, of limits stated for a region.
    upper_members : DataFrame
        Columns `group`, `place`.

    Returns
    -------
    Groups
        Zone and shared groups appear where they bind more than one place or zone.

    Raises
    ------
    InputError
        An upper group has the name of a place.
    """
    known = headroom[headroom["basis"] != "unknown"].rename_axis("place")
    _refuse_names_of_places(upper_limits.index, known.index)
    zoned = known[known["zone"] != ""].reset_index()
    levels = [
        _level(known.reset_index().assign(group=known.index), "place"),
        _level(_crowded(zoned.assign(group="zone:" + zoned["zone"]), "place"), "zone"),
        _level(_crowded(zoned.assign(group="shared:" + zoned["group"]), "zone"), "shared"),
    ]
    upper = upper_members[upper_members["place"].isin(known.index)]
    members = [rows[["group", "place"]] for rows, _ in levels] + [upper[["group", "place"]]]
    used = upper_limits[upper_limits.index.isin(upper["group"])].assign(kind="upper")
    limits = pd.concat([frame for _, frame in levels] + [used])[["kind", "basis", *LIMITS]]
    return Groups(pd.concat(members, ignore_index=True), _every_year(limits, years))


def _level(rows: pd.DataFrame, kind: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of one level with the limit of each group: the largest member's."""
    by_group = rows.groupby("group", sort=False)
    limits = by_group[LIMITS].max()
    # An open end among the members leaves the group open; max() would drop it.
    is_open = (rows["high_mw"].isna()).groupby(rows["group"], sort=False).any()
    high_mw = limits["high_mw"].mask(is_open, np.nan)
    limits = limits.assign(high_mw=high_mw, basis=by_group["basis"].first(), kind=kind)
    return rows, limits


def _crowded(rows: pd.DataFrame, what: str) -> pd.DataFrame:
    """Rows whose group holds more than one `what`."""
    return rows[rows.groupby("group")[what].transform("nunique") > 1]


def _every_year(limits: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
    limits = limits.rename_axis("group").reset_index()
    dated = limits.merge(pd.DataFrame({"fiscal_year": list(years)}), how="cross")
    return dated.set_index(["group", "fiscal_year"]).sort_index()


def _refuse_names_of_places(groups: pd.Index, places: pd.Index) -> None:
    problems = [
        Problem(f"group {name}", "the key of a place", "a name of its own", "Rename the group")
        for name in groups.intersection(places)
    ]
    if problems:
        raise InputError("assumptions.groups", problems)
