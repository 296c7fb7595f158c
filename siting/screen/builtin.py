"""Layers that need no file: what installed packages and the bundled facts hold."""

from collections.abc import Callable

import pandas as pd

from data.crs import WGS84_EPSG
from data.facts import read_fact
from data.layer import Credit, FeatureLayer
from grid.zones import located_zones
from siting.screen.cells import prefecture_polygons

HUB_KINDS = ("hub", "programme")
"""Kinds of places where large data centres stand or are being built."""

NATURAL_EARTH = Credit(
    line_ja="Natural Earth 1:1000万(都道府県)",
    line_en="Natural Earth 1:10 million (prefectures)",
    licence="public domain",
)
OWN = Credit(
    line_ja="dc-siting 同梱の地点データ(siting sources に出典)",
    line_en="places shipped with dc-siting (sources: siting sources)",
    licence="MIT",
)


def builtin_layer(name: str) -> FeatureLayer:
    """One of the layers shipped.

    Parameters
    ----------
    name : str
        A word of `siting.scenario_layers.Builtin`.

    Returns
    -------
    FeatureLayer
        land, prefectures: areas; coast: lines; all others points, with `name_ja`, `name_en` and
        what is known of them.
    """
    return _BUILTIN[name]()


def grid_points() -> pd.DataFrame:
    """Places shipped at which the grid has a voltage class.

    Places of data centres are not among them: the back-test asks how the score ranks those, and
    must not find them by their own mark.

    Returns
    -------
    DataFrame, index place
        name_ja, name_en, lat, lon, voltage_kv [kV], confidence, kind: bulk plants, industrial
        and landing places with a voltage class, as far as one is known or assumed.
    """
    known = read_fact("places").dropna(subset="voltage_kv")
    places = known[~known["kind"].isin(HUB_KINDS)].set_index("place")
    columns = ["name_ja", "name_en", "lat", "lon", "voltage_kv", "confidence", "kind"]
    return places[columns].sort_index()


def _land() -> FeatureLayer:
    return FeatureLayer(prefecture_polygons(), NATURAL_EARTH)


def _coast() -> FeatureLayer:
    import geopandas

    whole = prefecture_polygons().geometry.union_all()
    line = geopandas.GeoSeries([whole.boundary], crs=WGS84_EPSG)
    return FeatureLayer(geopandas.GeoDataFrame(geometry=line), NATURAL_EARTH)


def _zones() -> FeatureLayer:
    return _points(located_zones(read_fact("zones")).rename(columns={"asset_name": "name_ja"}))


def _bulk_plants() -> FeatureLayer:
    places = read_fact("places")
    return _points(places[places["kind"] == "bulk_plant"])


def _climate(column: str) -> Callable[[], FeatureLayer]:
    """Stations that know one temperature; a cell takes that of its nearest station."""

    def layer() -> FeatureLayer:
        known = read_fact("climate").dropna(subset=column)
        return _points(known.rename(columns={column: "value"}))

    return layer


def _exchanges() -> FeatureLayer:
    metros = read_fact("metros")
    return _points(metros[metros["metro"].isin(["tokyo", "osaka"])])


def _points(table: pd.DataFrame) -> FeatureLayer:
    import geopandas

    geometry = geopandas.points_from_xy(table["lon"], table["lat"], crs=WGS84_EPSG)
    frame: geopandas.GeoDataFrame = geopandas.GeoDataFrame(
        table.reset_index(drop=True), geometry=geometry
    )
    return FeatureLayer(frame, OWN)


_BUILTIN: dict[str, Callable[[], FeatureLayer]] = {
    "land": _land,
    "coast": _coast,
    "prefectures": _land,
    "zones": _zones,
    "bulk_plants": _bulk_plants,
    "grid_points": lambda: _points(grid_points().reset_index()),
    "landing_points": lambda: _points(read_fact("landing_points")),
    "exchanges": _exchanges,
    "cities": lambda: _points(read_fact("metros")),
    "annual_mean_c": _climate("annual_mean_c"),
    "august_mean_c": _climate("august_mean_c"),
}
