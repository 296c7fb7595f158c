"""Positions of a user's zones that state none: those of substations of the same name."""

import pandas as pd

from data.facts import read_fact
from grid.station_match import match_stations
from grid.zones import located_zones, zone_keys

LEAST_SCORE = 0.9
"""Least score at which a name is taken for that of a station or zone; see docs/zones.md."""

NO_STATION = "class"
"""Kind of zone that is a class of a map and no place; also the reason why it has none."""

PLACE = ["lat", "lon", "precision_km"]
NAMED = ["zone", "station_name", "score"]
LOST = ["zone", "reason", "best_score", "guesses"]


def with_places(zones: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Zones with the position of a substation of their name where they state none.

    Known substations are the zones of the file that do state a position, and those of the zones
    shipped. What scores less than 0.9, or fits two places, is listed and stays without a position,
    so that it serves no place.

    Parameters
    ----------
    zones : DataFrame
        Contract `zones`.

    Returns
    -------
    zones : DataFrame
        The same rows; `lat`, `lon` and `precision_km` of the matched ones filled.
    named : DataFrame
        `zone`, `station_name`, `score` of each that was filled.
    lost : DataFrame
        `zone`, `reason` (`class`: a class of a map, no station; else as in
        `grid.station_match.match_stations`), `best_score`, `guesses` of each that was not.
    """
    keys = zone_keys(zones)
    nowhere = zones[["lat", "lon"]].isna().any(axis=1)
    is_class = zones["asset_type"] == NO_STATION
    asked = zones[nowhere & ~is_class]
    stations = _stations(zones[~nowhere])
    matched, others = match_by_row(asked[["asset_name", "area", "voltage_kv"]], stations)
    filled = zones.copy()
    rows = asked.index[matched.index]
    found = stations.loc[matched["station"], PLACE].to_numpy(dtype=float)
    filled.loc[rows, PLACE] = found
    named = matched.assign(zone=keys[rows].to_numpy())[NAMED]
    lost = others.assign(zone=keys[asked.index[others.index]].to_numpy())[LOST]
    return filled, named.reset_index(drop=True), _with_classes(lost, keys[nowhere & is_class])


def match_by_row(names: pd.DataFrame, stations: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """As `grid.station_match.match_stations`, with the row of `names` as index of both results.

    Parameters
    ----------
    names : DataFrame
        `asset_name`, `area`, and what else is known; names may repeat.
    stations : DataFrame
        `name`, `lat`, `lon`, `area`, `voltage_kv`.
    """
    numbered = names.assign(tso=[str(row) for row in range(len(names))])
    matched, others = match_stations(numbered, stations, LEAST_SCORE)
    return _by_row(matched), _by_row(others)


def _by_row(answers: pd.DataFrame) -> pd.DataFrame:
    rows = [int(str(key).partition("/")[0]) for key in answers["zone"]]
    return answers.set_axis(pd.Index(rows, dtype=int))


def _stations(located: pd.DataFrame) -> pd.DataFrame:
    """Zones with a position as substations, and those shipped whose names are not among them."""
    own = located.rename(columns={"asset_name": "name"}).reset_index(drop=True)
    shipped = located_zones(read_fact("zones")).reset_index(drop=True)
    same, _ = match_by_row(shipped[["asset_name", "area"]], own)
    others = shipped.drop(index=same.index).rename(columns={"asset_name": "name"})
    columns = ["name", "area", "voltage_kv", *PLACE]
    tables = [table[columns] for table in (own, others) if len(table)]
    return pd.concat(tables, ignore_index=True) if tables else own[columns]


def _with_classes(lost: pd.DataFrame, classes: pd.Series) -> pd.DataFrame:
    rows = [*lost.itertuples(index=False, name=None)]
    rows += [(key, NO_STATION, float("nan"), "") for key in classes]
    return pd.DataFrame(rows, columns=LOST)
