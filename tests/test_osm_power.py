"""OpenStreetMap's power objects in every form in which they come."""

from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import quoteattr

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from data.errors import InputError, SourceUnavailableError
from data.layer import LayerOptions
from data.osm_tags import parse_tags
from data.read_osm_power import LINE_COLUMNS, STATION_COLUMNS, read_osm_lines, read_osm_substations
from tests.osm_pbf import osm_pbf

GRID = Path(__file__).resolve().parents[2] / "shared" / "data" / "grid"
OPTIONS = LayerOptions()

STATION = {"power": "substation", "voltage": "154000;66000", "name": "北変電所"}
NODES = [
    (1, 139.0, 35.0, STATION | {"operator": "東京電力", "substation": "transmission"}),
    (2, 139.1, 35.1, {}),
    (3, 139.101, 35.1, {}),
    (4, 139.101, 35.101, {}),
    (5, 139.1, 35.101, {}),
    (6, 139.3, 35.3, {"power": "tower"}),
    (7, 139.2, 35.2, {"power": "substation", "name": 'say "hi" \\ done', "operator": "JR東日本"}),
    (8, 139.4, 35.4, {"power": "substation", "substation": "industrial", "voltage": "high"}),
    (9, 139.5, 35.5, {"shop": "bakery"}),
]
WAYS = [
    # closed, and no tag by which the driver takes a way for an area
    (10, [2, 3, 4, 5, 2], {"power": "substation", "voltage": "275 kV", "name": "南"}),
    (12, [1, 2], {"power": "line", "voltage": "154000", "cables": "6", "name": "南線"}),
    (13, [1, 7], {"power": "cable", "voltage": "66000", "circuits": "1"}),
    (14, [2, 3, 4, 2], {"power": "minor_line", "voltage": "6600", "location": "overhead"}),
    (15, [7, 8], {"highway": "primary"}),
]
RELATIONS = [(12, [16], {"type": "multipolygon", "power": "substation", "landuse": "industrial"})]
RING = (16, [20, 21, 22, 20], {})
MORE = [(20, 140.0, 36.0, {}), (21, 140.002, 36.0, {}), (22, 140.0, 36.002, {})]


def xml(nodes, ways=(), relations=()):
    def tags(some):
        return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in some.items())

    text = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6">']
    text += [f'<node id="{i}" lon="{x}" lat="{y}">{tags(t)}</node>' for i, x, y, t in nodes]
    for i, refs, t in ways:
        text.append(
            f'<way id="{i}">' + "".join(f'<nd ref="{r}"/>' for r in refs) + tags(t) + "</way>"
        )
    for i, members, t in relations:
        some = "".join(f'<member type="way" ref="{m}" role="outer"/>' for m in members)
        text.append(f'<relation id="{i}">{some}{tags(t)}</relation>')
    return "\n".join([*text, "</osm>"])


@pytest.fixture(params=["osm", "osm.pbf", "raw.osm.pbf"])
def extract(request, tmp_path):
    path = tmp_path / f"kanto.{request.param}"
    nodes, ways = [*NODES, *MORE], [*WAYS, RING]
    if request.param == "osm":
        path.write_text(xml(nodes, ways, RELATIONS), encoding="utf-8")
    else:
        path.write_bytes(osm_pbf(nodes, ways, RELATIONS, compress="raw" not in request.param))
    return path


def by_id(layer):
    return layer.frame.set_index("osm_id")


def test_substations_of_a_raw_extract(extract):
    layer = read_osm_substations([extract], OPTIONS)
    assert list(layer.frame.columns) == [*STATION_COLUMNS, "geometry"]
    assert layer.frame.crs.to_epsg() == 4326
    assert set(layer.frame.geom_type) == {"Point"}
    found = by_id(layer)
    assert set(found.index) == {"node/1", "node/7", "node/8", "way/10", "relation/12"}
    north = found.loc["node/1"]
    assert (north["voltage_kv"], north["voltages_kv"]) == (154.0, "154;66")
    assert (north["kind"], north["suitable"], north["reason"]) == ("transmission", True, "")
    assert np.isnan(north["area_m2"])
    south = found.loc["way/10"]
    assert south["voltage_kv"] == 275.0
    # 0.001 degree each way at 35.1 degrees
    assert south["area_m2"] == pytest.approx(111.0 * 91.1, rel=0.01)
    assert shapely.box(139.1, 35.1, 139.101, 35.101).contains(south["geometry"])
    assert found.loc["node/7", "name"] == 'say "hi" \\ done'
    assert found.loc["node/7", ["kind", "suitable"]].tolist() == ["traction", False]
    assert found.loc["node/8", ["kind", "reason"]].tolist() == ["industrial", "belongs to a works"]
    assert np.isnan(found.loc["node/8", "voltage_kv"])
    assert found.loc["relation/12", "area_m2"] > 0
    assert layer.credit.line_en == "© OpenStreetMap contributors"
    assert layer.credit.licence == "ODbL 1.0"
    notes = "\n".join(layer.notes)
    assert "'high'" in notes
    assert "3 of 5 substations have no known voltage" in notes
    assert "2 of 5 substations are no connection points" in notes
    assert "same licence" in notes


def test_lines_of_a_raw_extract(extract):
    layer = read_osm_lines([extract], OPTIONS)
    assert list(layer.frame.columns) == [*LINE_COLUMNS, "geometry"]
    found = by_id(layer)
    assert set(found.index) == {"way/12", "way/13", "way/14"}
    assert found.loc["way/12", ["voltage_kv", "circuits", "cables"]].tolist() == [154.0, 2.0, 6.0]
    assert found["kind"].to_dict() == {
        "way/12": "line",
        "way/13": "cable",
        "way/14": "minor_line",
    }
    assert found["underground"].to_dict() == {"way/12": False, "way/13": True, "way/14": False}
    assert found.loc["way/13", "circuits"] == 1
    assert np.isnan(found.loc["way/13", "cables"])
    assert found.loc["way/14", "geometry"].geom_type == "LineString"  # closed, but a line
    assert not found["heuristic"].any()


def test_bounds_of_a_raw_extract(extract):
    layer = read_osm_substations([extract], OPTIONS, bounds=(139.15, 35.15, 139.45, 35.45))
    assert set(layer.frame["osm_id"]) == {"node/7", "node/8"}


def test_several_files_and_an_empty_one(tmp_path):
    first, second, empty = (tmp_path / f"{name}.osm" for name in "abc")
    first.write_text(xml(NODES[:1]), encoding="utf-8")
    second.write_text(xml(NODES[6:8]), encoding="utf-8")
    empty.write_text(xml(NODES[8:]), encoding="utf-8")
    assert len(read_osm_substations([first, second, empty], OPTIONS).frame) == 3
    nothing = read_osm_substations([empty], OPTIONS)
    assert nothing.frame.empty
    assert list(nothing.frame.columns) == [*STATION_COLUMNS, "geometry"]
    assert read_osm_lines([empty], OPTIONS).frame.empty


def boxes(*rows):
    columns = ["name", "voltage", "substation", "operator", "geometry"]
    frame = gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), crs=4326)
    return frame.assign(power="substation")


def test_one_place_mapped_several_times(tmp_path):
    area = shapely.box(139.0, 35.0, 139.002, 35.002)
    frame = boxes(
        ("北変電所", "66000", None, None, shapely.Point(139.004, 35.001)),  # 180 m east of the area
        ("北 変電所", "154000", "transmission", "東京電力", area),
        (None, "22000", None, None, shapely.Point(139.001, 35.001)),  # inside
        ("北変電所", "66000", None, None, shapely.Point(139.01, 35.001)),  # same name, 730 m
        ("南変電所", "66000", None, None, shapely.Point(139.0025, 35.001)),  # near, other name
        ("駅", "66000", "traction", None, shapely.Point(139.0015, 35.001)),  # inside, a railway's
        (None, None, None, None, shapely.Point(139.003, 35.003)),
        (None, None, None, None, shapely.Point(139.0031, 35.003)),  # no name is no same name
    )
    frame.to_file(tmp_path / "s.gpkg")
    layer = read_osm_substations([tmp_path / "s.gpkg"], OPTIONS)
    assert "2 objects joined with another of the same substation" in layer.notes
    assert len(layer.frame) == 6
    one = layer.frame.iloc[0]
    assert one["voltages_kv"] == "154;66;22"
    assert (one["operator"], one["kind"]) == ("東京電力", "transmission")
    assert one["area_m2"] > 0
    assert area.contains(one["geometry"])
    assert layer.frame["kind"].tolist()[1:] == ["unknown", "unknown", "traction", *["unknown"] * 2]


def test_merging_does_not_depend_on_latitude_of_the_projection(tmp_path):
    """250 m are within 300 m and 350 m are not, at 43 degrees as at 26."""
    for lat in (26.0, 43.0):
        for metres, left in ((250, 1), (350, 2)):
            east = metres / (111_320 * np.cos(np.radians(lat)))
            points = [shapely.Point(141, lat), shapely.Point(141 + east, lat)]
            frame = boxes(*(("同じ", None, None, None, p) for p in points))
            frame.to_file(tmp_path / "s.gpkg")
            assert len(read_osm_substations([tmp_path / "s.gpkg"], OPTIONS).frame) == left


def test_kinds_and_reasons(tmp_path):
    rows = [
        (None, None, value, None, shapely.Point(139 + i / 10, 35))
        for i, value in enumerate(
            ["minor_distribution", "transition", "generation", "Converter", "odd"]
        )
    ]
    frame = boxes(*rows, ("西武鉄道変電所", None, None, None, shapely.Point(138, 35)))
    frame = frame.assign(disused=["no"] * 4 + ["yes", None])
    frame.to_file(tmp_path / "s.geojson")
    found = read_osm_substations([tmp_path / "s.geojson"], OPTIONS).frame
    assert found["kind"].tolist() == [
        "minor_distribution",
        "transition",
        "generation",
        "converter",
        "unknown",
        "traction",
    ]
    assert found["suitable"].tolist() == [False, False, False, True, False, False]
    assert found["reason"].iloc[4] == "out of use"


@pytest.mark.parametrize(
    ("columns", "osm_id"),
    [
        ({"@id": "way/7"}, "way/7"),
        ({"full_id": "r7", "osm_id": "7"}, "relation/7"),
        ({"osm_type": "node", "osm_id": "7"}, "node/7"),
        ({"id": "relation/7"}, "relation/7"),
        ({"v_id": 7}, ""),
    ],
)
def test_numbers_as_export_tools_write_them(columns, osm_id, tmp_path):
    frame = boxes(("a", "66000", None, None, shapely.Point(139, 35))).assign(**columns)
    frame.to_file(tmp_path / "s.geojson")
    assert read_osm_substations([tmp_path / "s.geojson"], OPTIONS).frame["osm_id"][0] == osm_id


def test_table_in_another_reference_system(tmp_path):
    frame = boxes(
        ("a", "66000", None, None, shapely.Point(139, 35)),
        ("b", "66000", None, None, shapely.Point(140, 36)),
    ).to_crs(6677)
    frame.to_file(tmp_path / "s.gpkg", layer="x")
    found = read_osm_substations([tmp_path / "s.gpkg"], OPTIONS, bounds=(138.5, 34.5, 139.5, 35.5))
    assert found.frame["name"].tolist() == ["a"]
    assert found.frame.geometry[0].x == pytest.approx(139, abs=1e-7)


def test_table_with_other_tags(tmp_path):
    """As GDAL converts an extract to GeoPackage."""
    frame = gpd.GeoDataFrame(
        {"osm_id": ["5"], "name": ["a"], "other_tags": ['"power"=>"line","voltage"=>"66000"']},
        geometry=[shapely.LineString([(139, 35), (140, 35)])],
        crs=4326,
    )
    frame.to_file(tmp_path / "s.gpkg")
    found = read_osm_lines([tmp_path / "s.gpkg"], OPTIONS).frame
    assert found[["name", "voltage_kv", "kind"]].iloc[0].tolist() == ["a", 66.0, "line"]


@pytest.mark.parametrize(
    ("voltage", "cables", "expected"),
    [
        ("154000", "6", 6),
        ("154000;66000", "6;3", 9),
        ("66000;66000", "6;6", 6),  # two ways joined
        ("66000", "6;3", np.nan),
        ("66000", "many", np.nan),
        ("66000", "0", np.nan),
        ("66000", None, np.nan),
        ("66000", "2", 2),
    ],
)
def test_cables(voltage, cables, expected, tmp_path):
    frame = gpd.GeoDataFrame(
        {"power": ["line"], "voltage": [voltage], "cables": [cables]},
        geometry=[shapely.LineString([(139, 35), (140, 35)])],
        crs=4326,
    )
    frame.to_file(tmp_path / "l.gpkg")
    found = read_osm_lines([tmp_path / "l.gpkg"], OPTIONS).frame.iloc[0]
    np.testing.assert_equal(found["cables"], expected)
    np.testing.assert_equal(found["circuits"], expected / 3 if expected % 3 == 0 else np.nan)


tag_texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


@given(st.dictionaries(tag_texts, tag_texts, max_size=5))
def test_packed_tags_come_back(tags):
    def packed(text):
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    text = ",".join(f"{packed(k)}=>{packed(v)}" for k, v in tags.items())
    assert parse_tags(text) == tags


@pytest.mark.parametrize("text", [None, np.nan, "", "power=>substation", '"a"=>', "{", "[1]"])
def test_what_is_no_packed_tags(text):
    assert parse_tags(text) == {}


def test_packed_tags_as_json():
    assert parse_tags('{"power":"line","n":1}') == {"power": "line", "n": "1"}


def laugh():
    names = "abcdefghi"
    entities = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise(names)
    )
    body = (
        '<osm version="0.6"><node id="1" lat="35" lon="139"><tag k="power" v="&i;"/></node></osm>'
    )
    return f'<?xml version="1.0"?><!DOCTYPE osm [{entities}]>{body}'.encode()


WHOLE = osm_pbf(NODES, WAYS)
BAD_FILES = {
    "cut.osm": xml(NODES, WAYS).encode()[:700],
    "cut.osm.pbf": WHOLE[: len(WHOLE) - 40],
    "empty.osm": b"",
    "empty.osm.pbf": b"",
    "laugh.osm": laugh(),
    "other.gpkg": b"<OGRVRTDataSource><OGRVRTLayer name='x'/></OGRVRTDataSource>",
    "other.osm": b"<?xml version='1.0'?><OGRVRTDataSource/>",
    "other.pbf": b"PK\x03\x04 not a map",
    "other.txt": b"power",
    "broken.geojson": b'{"type": "FeatureCollection", "features": [{"ty',
    "broken.gpkg": b"SQLite format 3\x00" + b"\x00" * 200,
    # header length of 2 GB in a file of a few bytes
    "huge.osm.pbf": b"\x7f\xff\xff\xff" + WHOLE[4:60],
    # a block that claims to unpack to 2 GB
    "claim.osm.pbf": WHOLE[:50] + b"\xff" * 40 + WHOLE[90:],
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files_are_refused_by_name(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(BAD_FILES[name])
    for read in (read_osm_substations, read_osm_lines):
        with pytest.raises(InputError, match=name):
            read([path], OPTIONS)


def test_all_bad_files_at_once(tmp_path):
    paths = [tmp_path / name for name in ("cut.osm", "other.txt")]
    for path in paths:
        path.write_bytes(BAD_FILES[path.name])
    with pytest.raises(InputError) as caught:
        read_osm_substations(paths, OPTIONS)
    assert [Path(p.file).name for p in caught.value.problems] == ["cut.osm", "other.txt"]


def test_missing_file_and_layer_and_crs(tmp_path):
    with pytest.raises(SourceUnavailableError, match=r"no\.osm"):
        read_osm_substations([tmp_path / "no.osm"], OPTIONS)
    frame = boxes(("a", "66000", None, None, shapely.Point(139, 35)))
    frame.to_file(tmp_path / "two.gpkg", layer="one")
    frame.to_file(tmp_path / "two.gpkg", layer="two")
    with pytest.raises(InputError, match="one of one, two"):
        read_osm_substations([tmp_path / "two.gpkg"], OPTIONS)
    assert len(read_osm_substations([tmp_path / "two.gpkg"], LayerOptions(layer="two")).frame) == 1
    swapped = boxes(("a", "66000", None, None, shapely.Point(35, 139)))
    swapped.to_file(tmp_path / "swapped.gpkg")
    with pytest.raises(InputError, match="exchanged"):
        read_osm_substations([tmp_path / "swapped.gpkg"], OPTIONS)


def test_credit_of_the_scenario_wins(tmp_path):
    (tmp_path / "a.osm").write_text(xml(NODES[:1]), encoding="utf-8")
    layer = read_osm_substations([tmp_path / "a.osm"], LayerOptions(credit="me", licence="CC0"))
    assert (layer.credit.line_ja, layer.credit.licence) == ("me", "CC0")


@pytest.mark.skipif(not GRID.is_dir(), reason="the real extract is not there")
def test_the_real_extract_of_2017():
    stations = read_osm_substations([GRID / "osm2017_nodes.geojson"], OPTIONS)
    lines = read_osm_lines([GRID / "osm2017_lines.geojson"], OPTIONS)
    assert len(stations.frame) == 1712  # of 4668 nodes
    # the file gives joined substations already, so nothing is left to merge
    assert not any("joined" in note for note in stations.notes)
    assert stations.frame["voltage_kv"].value_counts()[500.0] > 50
    assert stations.frame["voltage_kv"].isna().sum() == 696
    railway = stations.frame[stations.frame["operator"].str.contains("JR|ＪＲ")]
    assert len(railway) > 20
    assert not railway["suitable"].any()
    assert len(lines.frame) == 5474  # one of 5475 has no geometry
    assert lines.frame["heuristic"].sum() == 1466
    assert lines.frame["geometry"].is_valid.all()
