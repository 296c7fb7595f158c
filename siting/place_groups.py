"""Limits that candidate places share, before and after the queue."""

import pandas as pd

from grid.groups import Groups, group_table
from siting.scenario import Scenario


def groups_of_places(scenario: Scenario, usable: pd.DataFrame, table: pd.DataFrame) -> Groups:
    """Nested headroom: places, zones, zones that share a limit, and the scenario's own groups.

    Parameters
    ----------
    scenario : Scenario
    usable : DataFrame, index place
        Published headroom of the places that may be chosen.
    table : DataFrame, index place
        All places.
    """
    stated = scenario.assumptions.groups if "assumed" in scenario.headroom.sources else {}
    limits = pd.DataFrame(
        [(name, group.low_mw, group.high_mw, "assumed") for name, group in stated.items()],
        columns=["group", "low_mw", "high_mw", "basis"],
    ).set_index("group")
    members = [
        (name, place)
        for name, group in stated.items()
        for place in table.index
        if place in group.places or table["prefecture_code"].get(place) in group.prefectures
    ]
    at_point, point_members = point_groups(usable, table)
    return group_table(
        usable,
        scenario.years.modelled(),
        upper_limits=pd.concat([limits.astype({"low_mw": float, "high_mw": float}), at_point]),
        upper_members=pd.DataFrame([*members, *point_members], columns=["group", "place"]),
    )


def point_groups(
    usable: pd.DataFrame, table: pd.DataFrame
) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """Sites that would join the grid at one point share what is assumed of it.

    Parameters
    ----------
    usable : DataFrame, index place
        Headroom of the places that may be chosen.
    table : DataFrame, index place
        All places, with `point`: where a screened site joins, "" for others. A place that is
        itself such a point shares too.

    Returns
    -------
    limits : DataFrame, index group
        low_mw, high_mw [MW], basis; of points that more than one place uses.
    members : list of (group, place)
    """
    assumed = usable[usable["basis"] == "assumed"]
    point = table["point"].reindex(assumed.index)
    is_point = pd.Series(assumed.index, index=assumed.index).isin(set(point) - {""})
    point = point.mask((point == "") & is_point, pd.Series(assumed.index, index=assumed.index))
    used = point[point != ""]
    shared = used[used.duplicated(keep=False)]
    ranges = assumed.loc[shared.index, ["low_mw", "high_mw"]].groupby("point:" + shared).max()
    members = [(f"point:{key}", str(place)) for place, key in shared.items()]
    return ranges.rename_axis("group").assign(basis="assumed"), members
