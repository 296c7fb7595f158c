import geopandas as gpd
import pytest
from shapely.geometry import Point

from data.errors import InputError, SourceUnavailableError
from data.read_points import read_points

PLACES = {"place": ["a", "b"], "area": ["tokyo", "kyushu"], "voltage_kv": [66.0, 154.0]}
POSITIONS = [Point(139.76, 35.69), Point(130.40, 33.59)]


def _written(path, crs="EPSG:4326", places=PLACES, to=None):
    frame = gpd.GeoDataFrame(places, geometry=POSITIONS, crs=crs)
    (frame.to_crs(to) if to else frame).to_file(path)
    return path


def test_points_of_a_plane_reference_system_come_back_as_degrees(tmp_path):
    places = read_points(_written(tmp_path / "p.gpkg", to="EPSG:6677"), "places")
    assert places["lat"].round(4).tolist() == [35.69, 33.59]
    assert places["lon"].round(4).tolist() == [139.76, 130.40]
    assert places["confidence"].tolist() == ["assumed", "assumed"]


def test_csv_and_geojson_give_the_same_table(tmp_path):
    csv = tmp_path / "p.csv"
    csv.write_text(
        "place,lat,lon,area,voltage_kv\na,35.69,139.76,tokyo,66\nb,33.59,130.40,kyushu,154\n"
    )
    one = read_points(csv, "places")
    other = read_points(_written(tmp_path / "p.geojson"), "places")
    assert one.equals(other)


def test_plane_coordinates_called_degrees_are_refused(tmp_path):
    frame = gpd.GeoDataFrame(PLACES, geometry=POSITIONS, crs="EPSG:4326").to_crs("EPSG:6677")
    path = tmp_path / "wrong.gpkg"
    frame.set_crs("EPSG:4326", allow_override=True).to_file(path)
    with pytest.raises(InputError, match="outside"):
        read_points(path, "places")


def test_cells_of_a_vector_file_go_through_the_contract(tmp_path):
    bad = PLACES | {"area": ["tokyo", "atlantis"], "voltage_kv": [66.0, -1.0]}
    with pytest.raises(InputError) as caught:
        read_points(_written(tmp_path / "p.gpkg", places=bad), "places")
    assert len(caught.value.problems) == 2


def test_missing_vector_file_is_named(tmp_path):
    with pytest.raises(SourceUnavailableError, match=r"gone\.gpkg"):
        read_points(tmp_path / "gone.gpkg", "places")
