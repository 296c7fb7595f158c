import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from data.facts import read_fact
from grid.latency import great_circle_km, reach_km, round_trip_ms

TOKYO, OSAKA, FUKUOKA = (35.686, 139.766), (34.696, 135.500), (33.590, 130.400)
FIBRE = {"route_factor": 1.4, "us_per_km": 4.9, "terminal_ms": 1.0}
latitudes = st.floats(24, 46)
longitudes = st.floats(122, 146)


def test_a_degree_of_the_meridian_is_111_km():
    assert great_circle_km(35, 139, 36, 139) == pytest.approx(111.19, abs=0.01)


@pytest.mark.parametrize("city", [OSAKA, FUKUOKA, (43.062, 141.354), (26.212, 127.681)])
def test_the_sphere_is_close_to_the_ellipsoid_of_an_independent_library(city):
    _, _, geodesic_m = Geod(ellps="GRS80").inv(TOKYO[1], TOKYO[0], city[1], city[0])
    assert great_circle_km(*TOKYO, *city) == pytest.approx(geodesic_m / 1000, rel=0.004)


def test_places_by_metros_broadcast_to_a_table():
    km = great_circle_km(np.zeros((3, 1)), np.zeros((3, 1)), np.zeros(2), np.array([0.0, 1.0]))
    assert km.shape == (3, 2)


def test_ten_milliseconds_reach_650_to_750_km():
    facts = read_fact("parameters").set_index("parameter")["value"]
    fibre = {"route_factor": facts["route_factor"], "us_per_km": facts["fibre_us_per_km"]}
    assert 650 <= reach_km(10, terminal_ms=1.0, **fibre) <= 750
    assert 650 <= reach_km(10, terminal_ms=0.0, **fibre) <= 750


def test_two_milliseconds_reach_about_130_to_150_km():
    assert reach_km(2, route_factor=1.5, us_per_km=4.9, terminal_ms=0.0) == pytest.approx(
        136, abs=1
    )


def test_tokyo_osaka_stays_below_what_is_seen_in_practice():
    in_practice = read_fact("parameters").set_index("parameter").loc["rtt_tokyo_osaka_ms"]
    assert 5 < round_trip_ms(403, **FIBRE) <= in_practice["high"]


def test_a_bound_below_the_ends_reaches_nowhere():
    assert reach_km(0.5, **FIBRE) == 0


@settings(deadline=None)
@given(latitudes, longitudes, latitudes, longitudes)
def test_distance_is_symmetric_and_never_negative(lat1, lon1, lat2, lon2):
    there = great_circle_km(lat1, lon1, lat2, lon2)
    assert there >= 0
    assert there == pytest.approx(great_circle_km(lat2, lon2, lat1, lon1), abs=1e-6)


@settings(deadline=None)
@given(st.floats(1.0, 100.0))
def test_reach_is_the_inverse_of_round_trip(bound_ms):
    assert round_trip_ms(reach_km(bound_ms, **FIBRE), **FIBRE) == pytest.approx(bound_ms)
