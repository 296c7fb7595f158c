"""Features of every format, and every way in which a file of them can be wrong."""

import json
import sqlite3
import struct
import warnings
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from data.crs import require_crs
from data.errors import InputError, SourceUnavailableError
from data.layer import LayerOptions
from data.vector_layer import read_vector_layer

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
INZAI, CHIBA = Point(140.1, 35.8), Point(140.2, 35.6)
NAMES = ["印西市", "千葉市能登表"]  # two signs hold a backslash in CP932
BOW_TIE = Polygon([(139, 35), (140, 36), (140, 35), (139, 36)])


def features(shapes=(INZAI, CHIBA), crs="EPSG:6668", names=NAMES):
    cells = {"名称": list(names)[: len(shapes)], "n": range(len(shapes))}
    return gpd.GeoDataFrame(cells, geometry=list(shapes), crs=crs)


def read(*paths, bounds=None, **options):
    return read_vector_layer(paths, LayerOptions(**options), bounds)


def problems(*paths, **options):
    with pytest.raises(InputError) as caught:
        read(*paths, **options)
    return caught.value.problems


def problem(*paths, **options):
    (only,) = problems(*paths, **options)
    return only


def shapefile(folder, encoding="CP932", name="a", page=None, **kinds):
    path = folder / f"{name}.shp"
    features(**kinds).to_file(path, encoding=encoding)
    cpg = path.with_suffix(".cpg")
    if page is None:
        cpg.unlink()
    else:
        cpg.write_text(page, encoding="ascii")
    return path


def zipped(path, folder):
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted(folder.rglob("*")):
            if part.is_file():
                archive.write(part, part.relative_to(folder))
    return path


@pytest.mark.parametrize(
    "ending", ["gpkg", "geojson", "fgb", "shp", "kml", "parquet", "geoparquet"]
)
def test_every_format_gives_the_same_points(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    frame = features(crs="EPSG:4326").rename(columns={"名称": "name"})
    if ending == "kml":
        frame = frame.rename(columns={"name": "Name"})
    driver = {"driver": "KML"} if ending == "kml" else {}
    frame.to_parquet(path) if "parquet" in ending else frame.to_file(path, **driver)
    layer = read(path)
    require_crs(layer.frame, 4326)
    named = layer.frame.rename(columns={"Name": "name"}).sort_values("name", ascending=False)
    assert sorted(named["name"]) == sorted(NAMES)
    assert sorted((p.x, p.y) for p in named.geometry) == [(140.1, 35.8), (140.2, 35.6)]
    assert layer.credit.line_en == f"User's file (a.{ending})"


@pytest.mark.parametrize("epsg", [4612, 6668, 6677, 2451, 3857, 32654])
@pytest.mark.parametrize("ending", ["gpkg", "fgb", "shp", "parquet"])
def test_any_reference_system_and_study_box(tmp_path, epsg, ending):
    path = tmp_path / f"a.{ending}"
    frame = features().rename(columns={"名称": "name"}).to_crs(epsg)
    frame.to_parquet(path) if ending == "parquet" else frame.to_file(path)
    layer = read(path, bounds=(140.0, 35.7, 140.15, 35.9))
    (point,) = layer.frame.geometry
    assert (point.x, point.y) == (pytest.approx(140.1, abs=1e-5), pytest.approx(35.8, abs=1e-5))


def test_nothing_in_the_study_box_is_said_not_refused(tmp_path):
    features([Point(2.3, 48.9)], names=["Paris"]).to_file(tmp_path / "a.gpkg")
    layer = read(tmp_path / "a.gpkg", bounds=(122, 20, 154, 46))
    assert layer.frame.empty
    assert layer.notes == ("nothing here touches the area of study",)
    assert len(read(tmp_path / "a.gpkg").frame) == 1


@pytest.mark.parametrize(
    ("encoding", "page", "note"),
    [
        ("CP932", "CP932", ""),
        ("CP932", "932", ""),
        ("CP932", "SJIS", ""),
        ("CP932", None, "read as CP932"),
        ("CP932", "UTF-8", "CP932, not UTF-8"),
        ("UTF-8", "UTF-8", ""),
        ("UTF-8", None, "read as UTF-8"),
    ],
)
def test_shapefile_text_is_read_whatever_its_page_says(tmp_path, encoding, page, note):
    layer = read(shapefile(tmp_path, encoding, page=page))
    assert layer.frame["名称"].tolist() == NAMES
    assert note in "".join(layer.notes)
    assert bool(note) == bool(layer.notes)


def test_stated_encoding_wins(tmp_path):
    names = ["Nîmes", "Orléans"]
    frame = gpd.GeoDataFrame({"name": names}, geometry=[INZAI, CHIBA], crs=4326)
    frame.to_file(tmp_path / "a.shp", encoding="ISO-8859-1")
    (tmp_path / "a.cpg").unlink()
    assert read(tmp_path / "a.shp", encoding="cp1252").frame["name"].tolist() == names


def test_a_sign_cut_by_the_width_of_its_column_is_no_other_encoding(tmp_path):
    path = shapefile(tmp_path, "CP932")
    dbf = path.with_suffix(".dbf")
    dbf.write_bytes(
        dbf.read_bytes().replace(
            "千葉市能登表".encode("cp932"), b"\x90\xe7\x97t" + b" " * 7 + b"\x90"
        )
    )
    assert read(path).frame["名称"].iloc[0] == "印西市"


def test_two_encodings_in_one_table_are_refused(tmp_path):
    path = shapefile(tmp_path, "UTF-8", names=["印西市", "千葉市能登表表"])
    dbf = path.with_suffix(".dbf")
    broken = dbf.read_bytes().replace("印西市".encode(), b"\x88\xf3\x90\xbc\x8es   ")
    dbf.write_bytes(broken)
    assert problem(path).where == "encoding"


def test_a_family_of_files_in_mixed_encodings_is_united(tmp_path):
    first = shapefile(tmp_path, "CP932", "a", page="CP932")
    second = shapefile(tmp_path, "UTF-8", "b", page="UTF-8")
    third = tmp_path / "c.geojson"
    features(crs="EPSG:4326").assign(extra=1.0).to_file(third)
    layer = read(first, second, third)
    assert layer.frame["名称"].tolist() == NAMES * 3
    assert layer.notes == ("columns that only some files have: extra",)
    assert layer.frame["extra"].isna().tolist() == [True] * 4 + [False] * 2


def test_names_of_columns_lose_their_blanks(tmp_path):
    features().rename(columns={"n": " n "}).to_file(tmp_path / "a.geojson")
    assert "n" in read(tmp_path / "a.geojson").frame.columns


def test_shapefiles_in_an_archive(tmp_path):
    (tmp_path / "in").mkdir()
    shapefile(tmp_path / "in", page=None)
    features(crs="EPSG:4326").to_file(tmp_path / "in" / "a.geojson")
    layer = read(zipped(tmp_path / "a.zip", tmp_path / "in"))
    assert layer.frame["名称"].tolist() == NAMES
    assert any(".shp read, .geojson beside it not" in note for note in layer.notes)
    assert len(read(tmp_path / "in").frame) == 2


def test_problems_inside_an_archive_name_archive_and_member(tmp_path):
    (tmp_path / "in").mkdir()
    shapefile(tmp_path / "in").with_suffix(".shx").unlink()
    path = zipped(tmp_path / "a.zip", tmp_path / "in")
    assert problem(path).file == f"{path}/a.shp"


def test_crossed_areas_keep_what_they_enclose(tmp_path):
    features([BOW_TIE, box(139, 35, 140, 36)]).to_file(tmp_path / "a.gpkg")
    layer = read(tmp_path / "a.gpkg")
    assert layer.frame.geometry.is_valid.all()
    assert layer.frame.geometry.iloc[0].area == pytest.approx(0.5)
    assert layer.notes == (f"{tmp_path}/a.gpkg: 1 areas that cross themselves repaired",)


def test_a_spike_leaves_no_line_behind(tmp_path):
    spike = Polygon([(139, 35), (140, 35), (140, 36), (140, 37), (140, 36), (139, 36)])
    flat = Polygon([(139, 35), (140, 35), (139, 35)])
    features([spike, flat]).to_file(tmp_path / "a.gpkg")
    layer = read(tmp_path / "a.gpkg")
    assert [g.geom_type for g in layer.frame.geometry] == ["Polygon"]
    assert layer.notes[-1].endswith("1 areas without extent left out")


def test_missing_geometry_is_counted_and_left_out(tmp_path):
    features([INZAI, None, Point()], names=["a", "b", "c"]).to_file(tmp_path / "a.gpkg")
    layer = read(tmp_path / "a.gpkg")
    assert layer.frame["名称"].tolist() == ["a"]
    assert layer.notes == (f"{tmp_path}/a.gpkg: 2 features without geometry left out",)


def test_all_geometry_missing_is_refused(tmp_path):
    features([None, None]).to_file(tmp_path / "a.geojson")
    assert problem(tmp_path / "a.geojson").where == "geometry"


def test_no_features_are_refused(tmp_path):
    features().iloc[:0].to_file(tmp_path / "a.gpkg", geometry_type="Point")
    assert problem(tmp_path / "a.gpkg").where == "features"


def test_heights_are_dropped_and_collections_reduced(tmp_path):
    high = Polygon([(139, 35, 5), (140, 35, 6), (140, 36, 7)])
    mixed = GeometryCollection([INZAI, LineString([(139, 35), (140, 35)]), box(139, 35, 140, 36)])
    features([high, mixed]).to_file(tmp_path / "a.geojson")
    layer = read(tmp_path / "a.geojson")
    assert not shapely.has_z(layer.frame.geometry.array).any()
    assert layer.frame.geometry.iloc[1].geom_type == "Polygon"
    assert layer.notes[0].endswith("1 collections reduced to their areas, lines or points")


GML = """<?xml version="1.0"?>
<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:q="urn:q">
<gml:featureMember><q:a gml:id="x"><q:n>1</q:n><q:g>{}</q:g></q:a></gml:featureMember>
</gml:FeatureCollection>"""
ARC = """<gml:Curve srsName="urn:ogc:def:crs:EPSG::6668" gml:id="p"><gml:segments><gml:Arc>
<gml:posList>35 140 36 141 35 142</gml:posList></gml:Arc></gml:segments></gml:Curve>"""
LAT_LON = """<gml:Point srsName="urn:ogc:def:crs:EPSG::6668" gml:id="p">
<gml:pos>35.8 140.1</gml:pos></gml:Point>"""


def test_latitude_first_is_right_where_the_reference_system_says_so(tmp_path):
    (tmp_path / "a.gml").write_text(GML.format(LAT_LON), encoding="utf-8")
    (point,) = read(tmp_path / "a.gml").frame.geometry
    assert (point.x, point.y) == (140.1, 35.8)
    assert [p.name for p in tmp_path.iterdir()] == ["a.gml"]  # nothing written beside it


def test_curves_become_lines(tmp_path):
    (tmp_path / "a.gml").write_text(GML.format(ARC), encoding="utf-8")
    (line,) = read(tmp_path / "a.gml").frame.geometry
    assert line.geom_type == "LineString"
    assert line.length == pytest.approx(np.pi, rel=1e-2)  # half a circle of radius 1


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "shp", "fgb", "parquet"])
@pytest.mark.parametrize("bounds", [None, (139, 35, 141, 36)])
def test_exchanged_axes_are_named_never_repaired(tmp_path, ending, bounds):
    path = tmp_path / f"a.{ending}"
    frame = features([INZAI, Point(35.6, 140.2)]).rename(columns={"名称": "name"})
    frame.to_parquet(path) if ending == "parquet" else frame.to_file(path)
    with pytest.raises(InputError) as caught:
        read(path, bounds=bounds)
    (only,) = caught.value.problems
    assert only.found.startswith("1 feature (first: ")
    assert "exchanged" in only.fix


def test_plane_coordinates_called_degrees(tmp_path):
    frame = features().to_crs(6677).set_crs(4326, allow_override=True)
    frame.to_file(tmp_path / "a.gpkg")
    assert "these are no degrees" in problem(tmp_path / "a.gpkg").fix


def test_degrees_called_plane_coordinates(tmp_path):
    features().set_crs(6677, allow_override=True).to_file(tmp_path / "a.gpkg")
    assert "these are degrees" in problem(tmp_path / "a.gpkg").fix


def test_plane_coordinates_that_lie_nowhere(tmp_path):
    features([Point(1e30, 1e30)], crs="EPSG:6677").to_file(tmp_path / "a.gpkg")
    assert problem(tmp_path / "a.gpkg").where == "coordinates"


@pytest.mark.filterwarnings("ignore:.crs. was not provided")
def test_no_reference_system_unless_stated(tmp_path):
    features(crs=None).to_file(tmp_path / "a.shp")
    assert problem(tmp_path / "a.shp").where == "CRS"
    assert len(read(tmp_path / "a.shp", crs="EPSG:6668", bounds=(140, 35, 141, 36)).frame) == 2
    assert problem(tmp_path / "a.shp", crs="nonsense").where == "crs"


def test_csv_of_places(tmp_path):
    path = tmp_path / "a.csv"
    text = "code,名称,緯度,経度,ha\n01100,札幌,43.06,141.35,1\n12231,印西,35.83,140.15,\n1,無,,,2\n"
    for encoding in ("utf-8", "utf-8-sig", "cp932", "utf-16"):
        path.write_text(text, encoding=encoding)
        layer = read(path)
        assert layer.frame["code"].tolist() == ["01100", "12231"]
        assert (layer.frame.geometry.x.iloc[0], layer.frame.geometry.y.iloc[0]) == (141.35, 43.06)
        assert np.isnan(layer.frame["ha"].iloc[1])
        assert layer.notes == (f"{path}: 1 features without geometry left out",)
    assert len(read(path, bounds=(140, 35, 141, 36)).frame) == 1


def test_csv_with_exchanged_columns_and_bad_numbers(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("lat,lon\n140.1,35.8\n", encoding="utf-8")
    assert "exchanged" in problem(path).fix
    path.write_text("lat,lon\n35.8,140.1\nx,y\n", encoding="utf-8")
    assert [(p.where, p.line) for p in problems(path)] == [("lon", 3), ("lat", 3)]
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    assert problem(path).found == "a, b"


def test_styles_beside_the_features_are_no_second_layer(tmp_path):
    path = tmp_path / "a.gpkg"
    features().to_file(path)
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE layer_styles (id INTEGER PRIMARY KEY, qml TEXT)")
        file.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles')"
        )
    file.close()
    assert len(read(path).frame) == 2


def test_one_of_several_layers_must_be_named(tmp_path):
    path = tmp_path / "a.gpkg"
    features().to_file(path, layer="north")
    features().to_file(path, layer="south")
    assert problem(path).expected == "one of north, south"
    assert len(read(path, layer="south").frame) == 2


def test_missing_files(tmp_path):
    with pytest.raises(SourceUnavailableError, match="not there"):
        read(tmp_path / "a.gpkg")
    assert problem(tmp_path).where == "folder"


ELSEWHERE = {
    "a.vrt": '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd'
    "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
    "a.xml": "<OGRWFSDataSource><URL>http://127.0.0.1:9/</URL></OGRWFSDataSource>",
    "a.json": '{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline read /x"}',
    "a.kml": '<!DOCTYPE k [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><kml>&b;</kml>',
    "a.gml": '<!DOCTYPE k [<!ENTITY x SYSTEM "file:///etc/passwd">]><gml>&x;</gml>',
    "late.json": '{"a": "' + "x" * 200_000 + '", "type": "gdal_streamed_alg"}',
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_files_that_lead_elsewhere_are_refused(tmp_path, name):
    (tmp_path / name).write_text(ELSEWHERE[name], encoding="utf-8")
    assert "in it" in problem(tmp_path / name).found


def test_html_in_a_description_is_no_document_type(tmp_path):
    path = tmp_path / "a.kml"
    features(crs="EPSG:4326").rename(columns={"名称": "Name"}).to_file(path, driver="KML")
    text = path.read_text(encoding="utf-8")
    html = "<description><![CDATA[<!DOCTYPE html><html/>]]></description><Point>"
    path.write_text(text.replace("<Point>", html, 1), encoding="utf-8")
    assert len(read(path).frame) == 2


def test_kmz_and_topojson(tmp_path):
    features(crs="EPSG:4326").rename(columns={"名称": "Name"}).to_file(
        tmp_path / "doc.kml", driver="KML"
    )
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as archive:
        archive.write(tmp_path / "doc.kml", "doc.kml")
    assert len(read(tmp_path / "a.kmz").frame) == 2
    shape = {"type": "Point", "coordinates": [140.1, 35.8], "properties": {"n": 1}}
    topology = {"type": "Topology", "arcs": [], "objects": {"x": {"type": "GeometryCollection"}}}
    topology["objects"]["x"]["geometries"] = [shape]
    for name in ("a.topojson", "a.json"):
        (tmp_path / name).write_text(json.dumps(topology), encoding="utf-8")
        (point,) = read(tmp_path / name).frame.geometry
        assert (point.x, point.y) == (140.1, 35.8)


@pytest.mark.parametrize("ending", ["gpkg", "fgb", "shp", "parquet", "geojson", "kml", "gml"])
def test_content_that_is_not_what_its_ending_says(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    for content in (b"", b"text", b"<OGRVRTDataSource/>", b"PK\x03\x04"):
        path.write_bytes(content)
        assert problem(path).file == str(path)


@pytest.mark.parametrize("ending", ["gpkg", "fgb", "shp", "parquet", "geojson"])
def test_a_file_cut_off_is_one_message(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    shapes = [box(140 + i / 100, 35, 140.01 + i / 100, 36) for i in range(60)]
    frame = features(shapes, names=["x" * 50] * 60).rename(columns={"名称": "name"})
    frame.to_parquet(path) if ending == "parquet" else frame.to_file(path)
    whole = path.read_bytes()
    for share in (0.2, 0.5, 0.9):
        path.write_bytes(whole[: int(share * len(whole))])
        assert problem(path).file == str(path)


def test_a_claim_of_four_gigabytes_in_a_small_table(tmp_path):
    path = shapefile(tmp_path)
    dbf = path.with_suffix(".dbf")
    content = bytearray(dbf.read_bytes())
    struct.pack_into("<I", content, 4, 2**31)
    dbf.write_bytes(content)
    assert "claimed" in problem(path).found


def test_a_claim_of_many_features_in_a_small_flatgeobuf(tmp_path):
    path = tmp_path / "a.fgb"
    features().to_file(path, SPATIAL_INDEX="NO")
    content = path.read_bytes()
    assert content.count(struct.pack("<Q", 2)) == 1
    path.write_bytes(content.replace(struct.pack("<Q", 2), struct.pack("<Q", 2**40)))
    assert problem(path).file == str(path)


def test_deep_geojson_is_one_message(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_text('{"type":"FeatureCollection","features":' + "[" * 100_000, encoding="utf-8")
    assert problem(path).where == "file"


def test_geojson_in_cp932_is_one_message(tmp_path):
    path = tmp_path / "a.geojson"
    text = json.dumps(json.loads(features().to_json(to_wgs84=True)), ensure_ascii=False)
    path.write_bytes(text.encode("cp932"))
    assert problem(path).file == str(path)


KINDS = st.sampled_from(["gpkg", "geojson", "fgb", "shp"])


@settings(max_examples=60, deadline=None)
@given(kind=KINDS, data=st.data())
def test_any_changed_bytes_end_in_features_or_one_input_error(tmp_path_factory, kind, data):
    path = tmp_path_factory.mktemp("changed") / f"a.{kind}"
    features([BOW_TIE, MultiPolygon([box(139, 35, 140, 36)])]).to_file(path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            frame = read(path).frame
        except InputError:
            return
    assert frame.geometry.is_valid.all()
    assert len(frame)


def test_real_municipalities_have_no_stated_reference_system():
    path = SHARED / "boundaries" / "municipalities.topojson"
    if not path.exists():
        pytest.skip("shared/data is not beside this checkout")
    layer = read(path)
    assert len(layer.frame) == 1747
    assert layer.frame.geometry.is_valid.all()
    assert any("3 areas that cross themselves repaired" in note for note in layer.notes)
