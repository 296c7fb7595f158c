from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import Point, Polygon

from data.crs import JGD2011_EPSG, WGS84_EPSG, require_crs
from data.errors import InputError, SourceUnavailableError
from data.vector import read_vector

SHARED = Path(__file__).parents[2] / "shared" / "data"
TOKYO = Point(139.7, 35.7)


def layer(*points, crs=WGS84_EPSG):
    names = [f"p{i}" for i in range(len(points))]
    return gpd.GeoDataFrame({"name": names}, geometry=list(points), crs=crs)


def only_problem(call, *arguments, **options):
    with pytest.raises(InputError) as caught:
        call(*arguments, **options)
    (problem,) = caught.value.problems
    return problem


def test_geographic_file_is_read(tmp_path):
    path = tmp_path / "a.gpkg"
    layer(TOKYO).to_file(path)
    frame = read_vector(path)
    require_crs(frame, WGS84_EPSG)
    assert frame["name"].tolist() == ["p0"]


@pytest.mark.parametrize("epsg", [JGD2011_EPSG, 6677, 3857])
def test_other_systems_are_converted(tmp_path, epsg):
    path = tmp_path / "a.gpkg"
    layer(TOKYO).to_crs(epsg).to_file(path)
    point = read_vector(path).geometry.iloc[0]
    assert (point.x, point.y) == (pytest.approx(139.7, abs=1e-5), pytest.approx(35.7, abs=1e-5))


def test_missing_file_is_said(tmp_path):
    with pytest.raises(SourceUnavailableError, match=r"absent\.gpkg is not there"):
        read_vector(tmp_path / "absent.gpkg")


def test_file_without_crs_is_refused(tmp_path):
    path = tmp_path / "a.shp"
    layer(TOKYO).to_file(path)
    path.with_suffix(".prj").unlink()
    problem = only_problem(read_vector, path)
    assert (problem.where, problem.found) == ("CRS", "none")


def test_wrongly_stated_crs_is_noticed(tmp_path):
    path = tmp_path / "a.gpkg"
    layer(Point(-6000, -35000), crs=WGS84_EPSG).to_file(path)  # plane metres called degrees
    problem = only_problem(read_vector, path)
    assert problem.where == "coordinates"
    assert "CRS is wrong" in problem.fix


def test_exchanged_axes_are_noticed(tmp_path):
    path = tmp_path / "a.gpkg"
    layer(TOKYO, Point(35.7, 139.7)).to_file(path)
    problem = only_problem(read_vector, path)
    assert problem.found == "1 outside, first: feature 2"


def test_text_is_not_a_vector_file(tmp_path):
    path = tmp_path / "a.gpkg"
    path.write_text("no map", encoding="utf-8")
    assert only_problem(read_vector, path).where == "file"


def test_one_of_several_layers_must_be_named(tmp_path):
    path = tmp_path / "a.gpkg"
    layer(TOKYO).to_file(path, layer="north")
    layer(TOKYO, TOKYO).to_file(path, layer="south")
    assert only_problem(read_vector, path).found == "not stated"
    problem = only_problem(read_vector, path, layer="west")
    assert (problem.found, problem.expected) == ("west", "one of north, south")
    assert len(read_vector(path, layer="south")) == 2


def test_empty_layer_is_refused(tmp_path):
    path = tmp_path / "a.gpkg"
    layer(TOKYO).iloc[:0].to_file(path, geometry_type="Point")
    assert only_problem(read_vector, path).where == "features"


def test_feature_without_geometry_is_refused(tmp_path):
    path = tmp_path / "a.gpkg"
    layer(TOKYO, None).to_file(path)
    assert only_problem(read_vector, path).found == "1 without, first: feature 2"


def test_crossed_polygon_is_repaired(tmp_path):
    path = tmp_path / "a.gpkg"
    bow_tie = Polygon([(139, 35), (140, 36), (140, 35), (139, 36)])
    layer(bow_tie).to_file(path)
    assert read_vector(path).geometry.is_valid.all()


def test_require_crs_accepts_the_same_system():
    require_crs(layer(TOKYO), WGS84_EPSG)


def test_require_crs_refuses_another_system():
    problem = only_problem(require_crs, layer(TOKYO).to_crs(3857), WGS84_EPSG)
    assert "Mercator" in problem.found
    assert "to_crs(4326)" in problem.fix


def test_require_crs_refuses_none():
    assert only_problem(require_crs, layer(TOKYO, crs=None), WGS84_EPSG).found == "none"


@pytest.mark.parametrize(
    "name",
    ["boundaries/prefectures_simple.geojson", "boundaries/supply_areas.geojson"],
)
def test_real_boundaries_are_read(name):
    if not (SHARED / name).exists():
        pytest.skip("shared/data is not beside this checkout")
    frame = read_vector(SHARED / name)
    require_crs(frame, WGS84_EPSG)
    assert frame.geometry.is_valid.all()


def test_real_topojson_without_crs_is_refused():
    path = SHARED / "boundaries" / "prefectures.topojson"
    if not path.exists():
        pytest.skip("shared/data is not beside this checkout")
    assert only_problem(read_vector, path).where == "CRS"
