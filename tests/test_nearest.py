"""Nearest points and features against brute force, geodesics and shapely in a projection."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from data.errors import InputError
from grid.latency import EARTH_RADIUS_KM, great_circle_km
from siting.screen.feature_distance import distance_km
from siting.screen.nearest import nearest_by_class, nearest_points

SPHERE = Geod(a=EARTH_RADIUS_KM * 1e3, b=EARTH_RADIUS_KM * 1e3)

longitudes, latitudes = st.floats(-180, 180), st.floats(-89, 89)
places = st.lists(st.tuples(longitudes, latitudes), min_size=1, max_size=12)
near_places = st.lists(
    st.tuples(st.floats(138, 141), st.floats(34, 37)), min_size=2, max_size=6, unique=True
)


def table(*rows):
    return pd.DataFrame(rows, columns=["lon", "lat"])


def series(*shapes):
    return gpd.GeoSeries(list(shapes), crs=4326)


@given(places, places)
def test_nearest_point_against_brute_force(here, there):
    lon, lat = np.array(here).T
    points = table(*there)
    index, km = nearest_points(lon, lat, points)
    every = great_circle_km(lat[:, None], lon[:, None], points["lat"], points["lon"])
    np.testing.assert_allclose(km, every.min(axis=1), rtol=1e-6, atol=1e-4)
    np.testing.assert_allclose(every[np.arange(len(here)), index], km)


def test_nearest_point_against_a_geodesic():
    index, km = nearest_points([139.767], [35.681], table((135.4959, 34.7025), (141.35, 43.07)))
    assert index.tolist() == [0]
    # Tokyo to Osaka; sphere against GRS 80
    real = Geod(ellps="GRS80").inv(139.767, 35.681, 135.4959, 34.7025)[2] / 1e3
    assert km[0] == pytest.approx(real, rel=0.003)
    sphere = SPHERE.inv(139.767, 35.681, 135.4959, 34.7025)[2] / 1e3
    assert km[0] == pytest.approx(sphere, rel=1e-12)


def test_places_and_points_without_position():
    points = table((np.nan, 35), (140.0, 35.0), (140.0, 35.0))
    index, km = nearest_points([140.0, np.nan], [35.0, 35.0], points)
    assert index.tolist() == [1, -1]  # of two on one spot the first
    assert km[0] == 0
    assert np.isnan(km[1])
    index, km = nearest_points([140.0], [35.0], table())
    assert index.tolist() == [-1]
    assert np.isnan(km).all()


def test_the_date_line_is_no_wall():
    _, km = nearest_points([179.9], [0.0], table((-179.9, 0.0), (170.0, 0.0)))
    assert km[0] == pytest.approx(0.2 * np.pi / 180 * EARTH_RADIUS_KM)


def test_nearest_of_each_voltage_class():
    substations = pd.DataFrame(
        {
            "lon": [140.0, 140.1, 140.2, 140.3, 140.4],
            "lat": 35.0,
            "voltage_kv": [66.0, 275.0, 154.0, np.nan, 33.0],
            "voltages_kv": ["66", "275;66", "154", "", "33"],
            "suitable": [False, True, True, True, True],
        },
        index=[7, 7, 7, 7, 7],
    )
    wanted = {"special": (66, 77), "extra": (275, 500), "any_high": (154, 275), "x": (np.nan,)}
    found = nearest_by_class([140.0], [35.0], substations, wanted)
    one = great_circle_km(35, 140, 35, 140.1)
    # the 66 kV one is not suitable, so the one that has 66 kV besides 275
    assert found["special_index"].tolist() == [1]
    assert found["special_km"].iloc[0] == pytest.approx(float(one))
    assert found["extra_index"].tolist() == found["any_high_index"].tolist() == [1]
    assert found["x_index"].tolist() == [3]  # 33 kV is known, only no class
    none = nearest_by_class([140.0], [35.0], substations.drop(columns="suitable"), {"a": (500,)})
    assert none["a_index"].tolist() == [-1]
    assert none["a_km"].isna().all()
    plain = substations.drop(columns=["voltages_kv", "suitable"])
    assert nearest_by_class([140.0], [35.0], plain, wanted)["special_index"].tolist() == [0]


def dense_km(lon, lat, line, steps=20_000):
    """Brute force: great circle to very many points of a line."""
    corners = np.array(line.coords)
    until = np.append(0, np.hypot(*np.diff(corners, axis=0).T).cumsum())
    along = np.linspace(0, until[-1], steps)
    points = np.column_stack([np.interp(along, until, part) for part in corners.T])
    return great_circle_km(lat, lon, points[:, 1], points[:, 0]).min()


@given(
    near_places,
    st.lists(st.tuples(st.floats(137, 142), st.floats(33, 38)), min_size=1, max_size=4),
    st.sampled_from([0.5, 1.0, 7.0]),
)
@settings(max_examples=60, deadline=None)
def test_distance_to_a_line_against_brute_force(corners, here, spacing_km):
    line = shapely.LineString(corners)
    lon, lat = np.array(here).T
    km = distance_km(lon, lat, series(line), spacing_km)
    step = line.length * 111.2 / 20_000
    for x, y, ours in zip(lon, lat, km, strict=True):
        real = dense_km(x, y, line)
        assert abs(ours - real) <= max(real * 1e-3, 1e-3) + step


def test_distance_against_shapely_in_a_projection():
    """Peer: plane distance in an equidistant projection, within its own distortion."""
    rng = np.random.default_rng(3)
    lines = [
        shapely.LineString(rng.uniform([139.5, 35.2], [140.5, 36.2], (6, 2))) for _ in range(12)
    ]
    areas = [
        shapely.Point(*rng.uniform([139.5, 35.2], [140.5, 36.2])).buffer(0.05) for _ in range(4)
    ]
    layer = series(*lines, *areas, shapely.Point(140.2, 35.9), None, shapely.Polygon())
    lon, lat = rng.uniform(139.3, 140.7, 500), rng.uniform(35.0, 36.4, 500)
    crs = f"+proj=aeqd +lat_0=35.7 +lon_0=140 +R={EARTH_RADIUS_KM * 1e3} +units=m"
    # edges are straight in degrees, so the peer needs corners close together
    close = layer.segmentize(0.005)
    plane = close.set_crs(4326, allow_override=True).to_crs(crs).union_all()
    here = gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs=4326).to_crs(crs)
    real = here.distance(plane).to_numpy() / 1e3
    ours = distance_km(lon, lat, layer)
    np.testing.assert_allclose(ours, real, rtol=1.5e-3, atol=1.5e-3)
    assert ((ours == 0) == (real == 0)).all()
    assert (ours == 0).any()


def test_areas_by_head():
    ring = shapely.Polygon(
        [(140, 35), (141, 35), (141, 36), (140, 36)],
        [[(140.4, 35.4), (140.6, 35.4), (140.6, 35.6), (140.4, 35.6)]],
    )
    many = shapely.MultiPolygon([ring, shapely.box(150, 10, 151, 11)])
    layer = series(shapely.GeometryCollection([many]))
    lon, lat = np.array([140.2, 140.5, 140.5, 140.0, np.nan]), np.array([35.2, 35.5, 34.9, 35.0, 1])
    km = distance_km(lon, lat, layer)
    assert km[[0, 3]].tolist() == [0, 0]  # inside and on the corner
    # in the hole: the nearest side is 0.1 degree of longitude away, a little below the middle
    assert km[1] == pytest.approx(0.1 * np.cos(np.radians(35.5)) * 111.195, rel=1e-3)
    assert km[2] == pytest.approx(0.1 * 111.195, rel=1e-3)
    assert np.isnan(km[4])


def test_points_are_exact_and_nothing_is_unknown():
    lon, lat = np.array([139.0, 12.5]), np.array([35.0, -70.0])
    layer = series(shapely.Point(139.5, 35.5), shapely.MultiPoint([(0, 0), (12, -71)]))
    real = [great_circle_km(35, 139, 35.5, 139.5), great_circle_km(-70, 12.5, -71, 12)]
    assert distance_km(lon, lat, layer) == pytest.approx(np.array(real), rel=1e-12)
    assert np.isnan(distance_km(lon, lat, series())).all()
    assert np.isnan(distance_km(lon, lat, series(shapely.Point()))).all()
    assert distance_km(np.array([]), np.array([]), layer).size == 0


def test_distance_wants_degrees():
    with pytest.raises(InputError, match="CRS"):
        distance_km(np.array([0.0]), np.array([0.0]), series(shapely.Point(1, 1)).to_crs(6933))
