"""Demand, units and ties of areas put at the buses of a bulk network by stated rules."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from data.read_occto_grid import OcctoGrid
from grid.bulk_network import DC_TIES, BulkNetwork
from grid.bulk_stations import nearest

LoadRule = Literal["substations", "equal"]
UnitRule = Literal["p99", "mean"]

AREA_TIES = {
    "北海道・本州間電力連系設備": ("hokkaido", "tohoku"),
    "相馬双葉幹線": ("tohoku", "tokyo"),
    "周波数変換設備": ("tokyo", "chubu"),
    "西播東岡山線・山崎智頭線": ("kansai", "chugoku"),
    "本四連系線": ("chugoku", "shikoku"),
    "関門連系線": ("chugoku", "kyushu"),
    "阿南紀北直流幹線": ("kansai", "shikoku"),
}
"""Positive from the first to the second area. Ties among Chubu, Hokuriku and Kansai read 0 in the
source and their fences have no direction: no exchange among the three is assumed."""

LARGE_PLANT_MW = 1000.0
"""Plants of this size and more feed the highest voltage of the nearest station, others the lowest.
A station with the plant's own name goes before the nearest one, at its highest voltage."""
SMALL_KV = 187.0
PLANT_KIND = r"(?:火力|水力|原子力)?発電所.*$"
PLANT_TYPES = ("generator", "merged_generator", "plant")
PLANT_ENDING = "火力発電所"
PLANT_NAME = rf"^(?:東北電力|電源開発)?(.+?{PLANT_ENDING})"
ONE_PLACE_DEG = 0.05
"""Namesakes further apart than about 5 km are not one plant."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Injections of some slots of one day.

    Attributes
    ----------
    injection_mw : DataFrame, index bus, columns slot
        Units and direct-current ties less what is left of demand. [MW]
    load_mw : DataFrame, index bus, columns slot
        Demand less supply nobody discloses (solar, wind, small hydro); may be negative. [MW]
    units_mw : DataFrame, index bus, columns slot
        Disclosed units with a place. [MW]
    areas : DataFrame, index (area, slot)
        demand_mw, import_mw, units_mw, undisclosed_mw (what closes the balance). [MW]
    """

    injection_mw: pd.DataFrame
    load_mw: pd.DataFrame
    units_mw: pd.DataFrame
    areas: pd.DataFrame


def spread_day(
    occto: OcctoGrid, bulk: BulkNetwork, date: str, rules: tuple[LoadRule, UnitRule]
) -> Spread:
    """Injections at every bus in the 48 half-hours of a day.

    The units of an area run at their 99 % value or at their mean over the days of the source,
    scaled down together where that is more than demand less import. What then lacks is supply
    nobody discloses; it is netted off demand, and the rest is spread over the buses by weight:
    number of mapped substations below 187 kV to which the bus is the nearest ("substations", the
    lowest voltage of a station), or the same at every station ("equal").
    """
    slots = list(range(48))
    buses = bulk.network.buses
    weight = load_weights(occto, bulk, rules[0])
    demand = of_day(occto.demand, date).reindex(slots).astype(float)
    ties = of_day(occto.ties, date).reindex(slots).astype(float).fillna(0.0)
    output, placed = _units(occto, bulk, rules[1])
    rows, loads, units = {}, {}, {}
    for area in buses["area"].unique():
        import_mw = net_import_mw(ties, area)
        room = (demand[area] - import_mw).clip(lower=0.0)
        scale = (room / max(output.get(area, 0.0), 1e-9)).clip(upper=1.0)
        here = placed[buses["area"].reindex(placed.index) == area]
        made = pd.DataFrame(np.outer(here, scale), index=here.index, columns=slots)
        of_area = weight[buses["area"] == area]
        net = import_mw + made.sum()  # what the bulk network brings is what its load takes
        loads[area] = pd.DataFrame(np.outer(of_area, net), index=of_area.index, columns=slots)
        units[area] = made
        rows[area] = pd.DataFrame(
            {"demand_mw": demand[area], "import_mw": import_mw, "units_mw": made.sum()}
        ).assign(undisclosed_mw=demand[area] - net)
    load, unit = (
        pd.concat(list(parts.values())).groupby(level=0).sum().reindex(buses.index).fillna(0.0)
        for parts in (loads, units)
    )
    dc = _direct_current(ties, bulk, slots)
    areas = pd.concat(rows, names=["area", "slot"])
    return Spread(unit + dc - load, load, unit, areas)


def of_day(table: pd.DataFrame, date: str) -> pd.DataFrame:
    """Rows of one day of a table by (date, slot), by slot."""
    return table[table.index.get_level_values("date") == date].droplevel("date")


def net_import_mw(ties: pd.DataFrame, area: str) -> pd.Series:
    """What an area receives over all ties with a direction. [MW]"""
    total = pd.Series(0.0, index=ties.index)
    for tie, (start, end) in AREA_TIES.items():
        if tie in ties:
            total += ties[tie] * (float(end == area) - float(start == area))
    return total


def load_weights(occto: OcctoGrid, bulk: BulkNetwork, rule: LoadRule) -> pd.Series:
    """Share of every bus in the load of its area; sums to 1 in each. [-]"""
    buses = bulk.network.buses
    lowest = _sites(bulk).drop_duplicates(["area", "name"])
    count = pd.Series(0.0, index=buses.index)
    if rule == "substations":
        found = occto.osm_nodes[occto.osm_nodes["type"] == "substation"]
        small = found[~(pd.to_numeric(found["max_kv"], errors="coerce") >= SMALL_KV)]
        served = pd.Series(nearest(small, lowest), dtype=object).value_counts()
        count = count.add(served, fill_value=0.0).reindex(buses.index)
    bare = count.groupby(buses["area"]).transform("sum") == 0
    count[bare & count.index.isin(lowest.index)] = 1.0
    return count / count.groupby(buses["area"]).transform("sum")


def _sites(bulk: BulkNetwork) -> pd.DataFrame:
    """Buses at stations with a published place, lowest voltage first."""
    return bulk.network.buses.loc[list(bulk.sites)].sort_values("kv", kind="stable")


def place_units(occto: OcctoGrid) -> pd.DataFrame:
    """Units; those without a place get the mapped plant of the same name, if there is one place.

    Returns
    -------
    DataFrame
        As `OcctoGrid.units`, lat and lon filled where a name fits.
    """
    plants = occto.osm_nodes[occto.osm_nodes["type"].isin(PLANT_TYPES)]
    names = plants["name"].fillna("").map(_plain).str.split(";").explode()
    names = names[names.str.endswith(PLANT_ENDING)]
    table = plants.loc[names.index, ["lat", "lon"]].assign(name=names.to_numpy())
    by_name = table.groupby("name")[["lat", "lon"]].agg(["mean", "min", "max"])
    extent = [by_name[c, "max"] - by_name[c, "min"] for c in ("lat", "lon")]
    one_place = by_name[(extent[0] < ONE_PLACE_DEG) & (extent[1] < ONE_PLACE_DEG)]
    plain = occto.units["plant"].map(_plain).str.extract(PLANT_NAME, expand=False)
    found = one_place.reindex(plain)
    return occto.units.assign(
        lat=occto.units["lat"].fillna(pd.Series(found["lat", "mean"].to_numpy())),
        lon=occto.units["lon"].fillna(pd.Series(found["lon", "mean"].to_numpy())),
    )


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).replace("ケ", "ヶ")


def _units(occto: OcctoGrid, bulk: BulkNetwork, rule: UnitRule) -> tuple[pd.Series, pd.Series]:
    """Output of placed units by area and by bus; the rest counts as undisclosed. [MW]"""
    units = place_units(occto)
    units = units.assign(mw=units[f"{rule}_mw"].fillna(0.0).clip(lower=0.0))
    units["size_mw"] = units.groupby(["area", "plant"])["max_mw"].transform("sum")
    named = _by_name(units, bulk)
    known = units[(units["lat"].notna() | named.ne("")) & units["area"].isin(_areas(bulk))]
    near = _nearest_sites(known, _sites(bulk))
    at = named[known.index].where(named[known.index].ne(""), near)
    placed = known["mw"].groupby(at).sum()
    return known.groupby("area")["mw"].sum(), placed.astype(float)


def _areas(bulk: BulkNetwork) -> set[str]:
    return set(bulk.network.buses.loc[list(bulk.sites), "area"])


def _by_name(units: pd.DataFrame, bulk: BulkNetwork) -> pd.Series:
    """Bus of the station that has the plant's own name, "" where there is none."""
    order = bulk.network.buses.loc[list(bulk.main)].sort_values("kv", kind="stable")
    bus_of = {(row.area, row.name_): bus for bus, row in _named(order)}
    stems = units["plant"].map(_plain).str.replace(PLANT_KIND, "", regex=True)
    keys = list(zip(units["area"], stems, strict=True))
    found = [
        next((bus_of[area, n] for n in _spellings(stem) if (area, n) in bus_of), "")
        for area, stem in keys
    ]
    return pd.Series(found, index=units.index, dtype=object)


def _spellings(stem: str) -> tuple[str, ...]:
    return stem, f"{stem}火力", f"{stem}発電所", f"{stem}火力発電所"


def _named(buses: pd.DataFrame) -> Iterator[tuple[str, Any]]:
    table = buses.rename(columns={"name": "name_"})
    return zip(table.index, table.itertuples(), strict=True)


def _nearest_sites(units: pd.DataFrame, sites: pd.DataFrame) -> pd.Series:
    """Bus nearest to each unit in its area, of the voltage that fits its size."""
    at = pd.Series("", index=units.index, dtype=object)
    keeps: tuple[Literal["first", "last"], ...] = ("first", "last")
    for area, own in sites.groupby("area"):
        for is_large, keep in zip((False, True), keeps, strict=True):
            here = units["area"].eq(area) & (units["size_mw"].ge(LARGE_PLANT_MW) == is_large)
            buses = own.drop_duplicates("name", keep=keep)
            at.update(pd.Series(nearest(units[here], buses), index=units.index[here], dtype=object))
    return at


def _direct_current(ties: pd.DataFrame, bulk: BulkNetwork, slots: Sequence[int]) -> pd.DataFrame:
    """What converters take out of one and put into the other side. [MW]"""
    buses = bulk.network.buses
    highest = buses.sort_values("kv", ascending=False, kind="stable")
    station = highest["area"] + ":" + highest["name"]
    bus_of = {str(s): str(b) for b, s in station.drop_duplicates().items()}
    table = pd.DataFrame(0.0, index=buses.index, columns=list(slots))
    for tie, sides in DC_TIES.items():
        for sign, side in zip((-1.0, 1.0), sides, strict=True):
            for name, share in side.items():
                if name in bus_of and tie in ties:
                    table.loc[[bus_of[name]]] += sign * share * ties[tie].to_numpy()
    return table
