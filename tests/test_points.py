"""Connection points out of a layer: voltage classes, keys, names, and what is refused."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from affine import Affine

from data.crs import WGS84_EPSG
from data.errors import InputError
from data.facts import read_fact
from data.layer import CellLayer, Credit, FeatureLayer
from siting.screen.backtest import HUB_KINDS
from siting.screen.points import connection_points, suitable_classes

CREDIT = Credit("誰か", "somebody", "CC0")


def layer_of(**columns):
    """A layer of points one degree apart."""
    count = len(next(iter(columns.values())))
    frame = gpd.GeoDataFrame(
        columns, geometry=[shapely.Point(140 + i, 36) for i in range(count)], crs=WGS84_EPSG
    )
    return FeatureLayer(frame, CREDIT)


def keys_of(**columns):
    return connection_points(layer_of(**columns), "grid").index.tolist()


def test_voltages_become_classes_and_others_are_left_out():
    points = connection_points(layer_of(voltage_kv=[66.0, 275.0, np.nan, 6.6, 1000.0]), "grid")
    assert points["voltage_kv"].tolist() == [66.0, 275.0]
    assert points.index.tolist() == ["grid-0", "grid-1"]
    assert points["lon"].tolist() == [140.0, 141.0]
    assert set(points["confidence"]) == {"user_file"}


def test_voltages_as_text_are_read():
    assert keys_of(voltage_kv=["154", "x", None]) == ["grid-0"]


def test_points_marked_not_suitable_are_left_out():
    marked = {"voltage_kv": [66.0, 66.0, 66.0], "suitable": [True, False, True]}
    assert keys_of(**marked) == ["grid-0", "grid-2"]
    unknown = {"voltage_kv": [66.0, 66.0], "suitable": pd.array([True, None], dtype="boolean")}
    assert keys_of(**unknown) == ["grid-0"]


def test_keys_are_those_of_the_objects_where_they_are_unique():
    assert keys_of(voltage_kv=[66.0] * 3, osm_id=["way/7", "Node-8", "n9"]) == [
        "grid-0",
        "grid-node-8",
        "grid-n9",
    ]
    assert keys_of(voltage_kv=[66.0] * 3, osm_id=[12, 12, 13]) == [
        "grid-12-0",
        "grid-12-1",
        "grid-13",
    ]


def test_keys_never_clash_with_numbers_of_other_rows():
    keys = keys_of(voltage_kv=[66.0] * 3, osm_id=["1", "?", "x"])
    assert len(set(keys)) == 3
    assert len(set(keys_of(voltage_kv=[66.0] * 3, osm_id=["1-1", "1", "1"]))) == 3


@pytest.mark.parametrize(
    ("columns", "japanese", "english"),
    [
        ({"name_ja": ["変電所"], "name_en": ["Station"]}, "変電所", "Station"),
        ({"name": ["変電所"]}, "変電所", "変電所"),
        ({"name_ja": [None], "name_en": ["Station"]}, None, "Station"),
        ({}, None, None),
    ],
)
def test_names_where_there_are_any(columns, japanese, english):
    point = connection_points(layer_of(voltage_kv=[66.0], **columns), "grid").iloc[0]
    assert (point["name_ja"], point["name_en"]) == (japanese, english)


def test_areas_have_a_point_inside():
    bend = shapely.box(0, 0, 3, 3) - shapely.box(1, 1, 3, 3)
    frame = gpd.GeoDataFrame({"voltage_kv": [66.0]}, geometry=[bend], crs=WGS84_EPSG)
    point = connection_points(FeatureLayer(frame, CREDIT), "grid").iloc[0]
    assert bend.contains(shapely.Point(point["lon"], point["lat"]))


class OneCell:
    crs, bounds = f"EPSG:{WGS84_EPSG}", (0.0, 0.0, 1.0, 1.0)

    def window(self, bounds):
        return np.zeros((1, 1)), Affine.identity()


@pytest.mark.parametrize(
    "layer", [layer_of(name=["x"]), CellLayer(OneCell(), "number", "m", CREDIT)]
)
def test_a_layer_without_voltages_is_refused(layer):
    with pytest.raises(InputError) as refused:
        connection_points(layer, "grid")
    assert "voltage_kv" in str(refused.value)
    assert "grid" in str(refused.value)


def test_an_empty_layer_has_no_points():
    empty = FeatureLayer(layer_of(voltage_kv=[66.0]).frame.iloc[:0], CREDIT)
    assert len(connection_points(empty, "grid")) == 0


def test_without_a_layer_the_places_shipped_count():
    points = connection_points(None, None)
    places = read_fact("places").set_index("place")
    # hubs are what the score is tested against, so they are no points
    own = places["voltage_kv"].notna() & ~places["kind"].isin(HUB_KINDS)
    assert set(points.index) == set(places.index[own])
    assert (
        points.columns.tolist()
        == connection_points(layer_of(voltage_kv=[66.0]), "grid").columns.tolist()
    )


def test_classes_that_can_take_a_site():
    classes = read_fact("voltage_classes").set_index("voltage_kv")["max_mw"]
    small, large = suitable_classes(5.0), suitable_classes(250.0)
    assert small == sorted(classes.index)
    assert set(large) == {kv for kv, mw in classes.items() if not mw < 250.0}
    assert 500.0 in suitable_classes(1e5)
