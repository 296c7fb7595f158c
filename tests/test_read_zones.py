"""Welcome zones in every format; what is withheld stays unknown, generation is refused."""

import json
import zipfile

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError, SourceUnavailableError
from data.facts import read_fact
from data.generation_side import generation_headings
from data.read_zones import read_zone_file
from data.tables import check
from data.zone_amounts import POWER, YEARS, is_withheld, span_cell
from data.zone_cells import area_of_tso, tso_of_area
from data.zone_kml import description_pairs
from grid.zones import located_zones, refuse_generation_side, sharing_groups
from tests.conftest import ROOT

HEAD = "tso,area,asset_type,asset_name,voltage_kv,lat,lon,cap_low_mw,cap_high_mw,cap_basis"
HEAD += ",additive_group"
ROW = "my_utility,tohoku,substation,例変電所,154,38.3,140.9,50,100,welcome_zone,north"
JAPANESE = (
    "一般送配電事業者,変電所名,電圧(kV),供給可能容量(MW),リードタイム（契約から）,距離条件,"
    "公表日,根拠"
)
JAPANESE_ROWS = (
    "北陸電力送配電,南金沢,154/77,200,2.5年,約100m以内,2026年9月28日,ウェルカムゾーンマップ",
    "北陸電力送配電,新能登変電所,154kV,100～200,3～5年,0.1km,令和8年9月,ウェルカムゾーン",
    '北陸電力送配電,中能登変電所,154,"1,001以上",最短30か月,－,2026,ウェルカムゾーン',
    "北陸電力送配電,北金沢変電所,154,~50MW,3年6か月,,2026,ウェルカムゾーン",
    "北陸電力送配電,加賀変電所,154,非公表,*,,2026,ウェルカムゾーン",
    "北陸電力送配電,越前変電所,275,0,10年以上,,2026,ウェルカムゾーン",
)


def written(folder, *lines, name="zones.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes("\n".join((*lines, "")).encode(encoding))
    return path


def problems_of(path):
    with pytest.raises(InputError) as caught:
        read_zone_file(path)
    return [str(problem).removeprefix(str(path)) for problem in caught.value.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_japanese_list_in_every_encoding(tmp_path, encoding):
    zones, notes = read_zone_file(written(tmp_path, JAPANESE, *JAPANESE_ROWS, encoding=encoding))
    assert set(zones["tso"]) == {"hokuriku_td"}
    assert set(zones["area"]) == {"hokuriku"}
    assert set(zones["asset_type"]) == {"substation"}
    assert set(zones["cap_basis"]) == {"welcome_zone"}
    assert set(zones["lead_time_from"]) == {"contract"}
    nan = np.nan
    np.testing.assert_array_equal(zones["cap_low_mw"], [200, 100, 1001, nan, nan, 0])
    np.testing.assert_array_equal(zones["cap_high_mw"], [200, 200, nan, 50, nan, 0])
    np.testing.assert_array_equal(zones["lead_time_low_y"], [2.5, 3, 2.5, 3.5, nan, 10])
    np.testing.assert_array_equal(zones["lead_time_high_y"], [2.5, 5, nan, 3.5, nan, nan])
    np.testing.assert_array_equal(zones["max_distance_m"], [100, 100, nan, nan, nan, nan])
    assert zones["voltage_kv"].tolist() == [154, 154, 154, 154, 154, 275]
    assert zones["as_of"].tolist()[:3] == ["2026-09-28", "2026-09", "2026"]
    assert any("非公表" in note and "not known" in note for note in notes)
    assert check(zones.drop(columns="footprint_km2"), "zones", where="again").equals(
        zones.drop(columns="footprint_km2")
    )


def test_a_withheld_figure_is_never_zero_and_a_zero_stays_one(tmp_path):
    zones, _ = read_zone_file(written(tmp_path, JAPANESE, *JAPANESE_ROWS))
    withheld, full = zones.iloc[4], zones.iloc[5]
    assert np.isnan(withheld["cap_low_mw"])
    assert np.isnan(withheld["cap_high_mw"])
    assert full["cap_low_mw"] == 0
    places = zones.assign(lat=36.5, lon=136.6)
    assert "加賀変電所" not in set(located_zones(places)["asset_name"])
    assert "越前変電所" in set(located_zones(places)["asset_name"])


def test_the_shipped_table_is_read_as_the_contract_reads_it():
    shipped = read_fact("zones")
    zones, notes = read_zone_file(ROOT / "data" / "japan" / "zones.csv")
    pd.testing.assert_frame_equal(zones[list(shipped)], shipped)
    assert notes == []


@pytest.mark.parametrize(
    ("cell", "span"),
    [
        ("31–100", ("31", "100")),
        ("３１〜１００ＭＷ", ("31", "100")),
        ("100から200", ("100", "200")),
        ("10～20万kW", ("100", "200")),
        ("1,001 MW 以上", ("1001", "")),
        (">=50", ("50", "")),
        ("50～", ("50", "")),
        ("50MW未満", ("", "50")),
        ("約50MW程度", ("50", "50")),
        ("空きなし", ("0", "0")),
        ("-50", None),
        ("50〜x", None),
        ("50 円", None),
        ("多い", None),
    ],
)
def test_ranges_as_people_write_them(cell, span):
    assert span_cell(cell, POWER, "mw") == span


def test_a_bare_number_without_a_unit_is_no_range():
    assert span_cell("100～200", POWER, "") is None
    assert span_cell("5", YEARS, "") is None


@settings(max_examples=60, deadline=None)
@given(
    low=st.integers(0, 5000),
    more=st.integers(0, 5000),
    wave=st.sampled_from("～〜~-－–"),
    unit=st.sampled_from(["", "MW", " ＭＷ"]),
)
def test_every_way_to_write_a_range_gives_its_ends(low, more, wave, unit):
    cell = f"{low:,}{unit}{wave}{low + more}{unit}"
    assert span_cell(cell, POWER, "mw") == (str(low), str(low + more))
    assert span_cell(f"{low}{unit}以上", POWER, "mw") == (str(low), "")


@pytest.mark.parametrize(
    "cell", ["非公表", "－", "-", "—", "*", "＊", "n/a", "（非公開）", "未定", "…"]
)
def test_signs_for_withheld(cell):
    assert is_withheld(cell)


@pytest.mark.parametrize("cell", ["0", "なし", "1", "×", "50-"])
def test_signs_that_are_not_withheld(cell):
    assert not is_withheld(cell)


def test_every_fault_in_one_list_with_its_line(tmp_path):
    path = written(
        tmp_path,
        "# comment",
        HEAD.replace("cap_basis", "cap_basis,lead_time_from,valid_untl"),
        "x,mars,substation,a,154000,38,140,300,200,welcome_zone,now,2027,n",
        "x,tokyo,thing,b,154,99,140,abc,,dream,contract,,n",
    )
    found = "\n".join(problems_of(path))
    for said in (
        "Did you mean validuntil?",
        ":3: area: found mars",
        ":3: cap_high_mw: found 200, below cap_low_mw 300",
        ":3: voltage_kv: found 154000, which no network has in kV",
        ":3: lead_time_from: found now",
        ":4: asset_type: found thing",
        ":4: lat: found 99",
        ":4: cap_low_mw: found abc",
        ":4: cap_basis: found dream",
    ):
        assert said in found


def test_negative_room_is_refused_in_the_words_of_the_file(tmp_path):
    row = JAPANESE_ROWS[1].replace("100～200", "-50")
    found = "\n".join(problems_of(written(tmp_path, JAPANESE, row)))
    assert "供給可能容量(MW) (cap_range): found -50" in found


@pytest.mark.parametrize("cell", ["100～200", "50", "2.5以上"])
def test_power_without_a_unit_is_refused(tmp_path, cell):
    row = JAPANESE_ROWS[1].replace("100～200", cell)
    found = problems_of(written(tmp_path, JAPANESE.replace("容量(MW)", "容量"), row))
    assert any("no unit, in the heading nor in cells" in text for text in found)


def test_units_of_the_heading_count(tmp_path):
    head = JAPANESE.replace("容量(MW)", "容量（万kW）")
    zones, _ = read_zone_file(written(tmp_path, head, JAPANESE_ROWS[0]))
    assert zones["cap_high_mw"].tolist() == [2000]


def test_a_range_beside_its_own_ends_is_refused(tmp_path):
    path = written(tmp_path, HEAD + ",容量(MW)", ROW + ",70")
    assert any("either the range or its two ends" in text for text in problems_of(path))


def test_titles_above_the_headings_are_left_out_and_lines_still_right(tmp_path):
    path = written(tmp_path, "ウェルカムゾーン一覧", "", "2026年版", JAPANESE, *JAPANESE_ROWS)
    zones, notes = read_zone_file(path)
    assert len(zones) == len(JAPANESE_ROWS)
    assert "3 lines above the headings left out" in notes
    bad = written(tmp_path, "一覧", JAPANESE, JAPANESE_ROWS[0].replace("200", "many"))
    assert problems_of(bad)[0].startswith(":3: ")


def test_unused_columns_are_named(tmp_path):
    zones, notes = read_zone_file(written(tmp_path, HEAD + ",担当者", ROW + ",x"))
    assert len(zones) == 1
    assert "not used: 担当者" in notes


def test_names_that_repeat_or_are_blank_are_told_apart(tmp_path):
    rows = [ROW.replace("例変電所", name) for name in ("送電線", "送電線", "", "")]
    rows[1] = rows[1].replace(",154,", ",66,")
    rows[3] = rows[3].replace(",100,", ",101,")
    zones, notes = read_zone_file(written(tmp_path, HEAD, *rows))
    assert zones["asset_name"].tolist()[:2] == ["送電線 (154 kV)", "送電線 (66 kV)"]
    assert zones["asset_name"].is_unique
    assert any("told apart" in note for note in notes)


def test_the_same_row_twice_is_refused(tmp_path):
    assert any("asset_name" in text for text in problems_of(written(tmp_path, HEAD, ROW, ROW)))


def test_a_group_in_japanese_has_one_key_in_every_file(tmp_path):
    rows = [ROW.replace("north", "石川北"), ROW.replace("north", "石川　北").replace("例", "他")]
    zones, notes = read_zone_file(written(tmp_path, HEAD, *rows))
    assert zones["additive_group"].nunique() == 1
    assert sharing_groups(zones).nunique() == 1
    again, _ = read_zone_file(written(tmp_path, HEAD, rows[0], name="other.csv"))
    assert again["additive_group"][0] == zones["additive_group"][0]
    assert any("石川北" in note for note in notes)


def test_utility_and_area_give_each_other():
    assert {area_of_tso(tso): tso for tso in tso_of_area().values()} == tso_of_area()
    assert {"tepco_pg", "hokuriku_td", "chubu_pg", "tohoku_nw"} <= set(tso_of_area().values())


TEPCO_COLUMNS = (
    "No,送電線名,電圧(kV),回線数,設備容量(MW),制約要因,運用容量値(MW),当該設備空容量(MW),"
    "上位系考慮空容量(MW),N-1電制適用可否,N-1電制適用可能量(MW)"
)
TEPCO_ROW = "1,甲線,66,2,100,熱容量,90,5,0,可,30"


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
@pytest.mark.parametrize(
    "lines",
    [
        (TEPCO_COLUMNS, TEPCO_ROW),
        ("空容量一覧表（2022年10月21日時点）", TEPCO_COLUMNS, TEPCO_ROW),
        ("一覧", "作成日 2022", "", TEPCO_COLUMNS, TEPCO_ROW),
        ("変電所名,電圧(kV),逆潮流空容量(MW)", "甲,66,5"),
        ("変電所名,電圧(kV),運用容量(MW),空容量(MW)", "甲,66,90,5"),
        ('変電所名,電圧(kV),"当該設備\n空容量(MW)"', "甲,66,5"),
        ("変電所名,電圧(kV),空容量(MW),", ",,当該設備,上位系考慮", "甲,66,5,0"),
        (f"{HEAD},当該設備空容量(MW)", f"{ROW},5"),
    ],
)
def test_free_capacity_for_generation_is_refused_by_its_columns(tmp_path, lines, encoding):
    with pytest.raises(InputError) as caught:
        read_zone_file(written(tmp_path, *lines, encoding=encoding))
    (problem,) = caught.value.problems
    assert "free capacity for generation" in problem.found
    assert "順潮流" in problem.expected
    assert "welcome-zone" in problem.fix


def test_free_capacity_without_a_direction_is_refused(tmp_path):
    head = JAPANESE.replace("供給可能容量(MW)", "空き容量(MW)").replace(",根拠", ",備考")
    found = problems_of(written(tmp_path, head, JAPANESE_ROWS[0]))
    assert any("without a direction" in text for text in found)


@pytest.mark.parametrize(
    "heading", ["順潮流空容量(MW)", "空容量(MW)（順潮流）", "空き容量（順潮流）"]
)
def test_demand_said_in_the_heading_is_taken(tmp_path, heading):
    head = JAPANESE.replace("供給可能容量(MW)", f"{heading},逆潮流空容量(MW)").replace(",根拠", "")
    row = JAPANESE_ROWS[0].replace(",200,", ",200MW,900,").removesuffix(",ウェルカムゾーンマップ")
    zones, notes = read_zone_file(written(tmp_path, head, row))
    assert zones["cap_low_mw"].tolist() == [200]
    assert zones["cap_basis"].tolist() == ["aki_yoryo_forward"]
    assert any("not used: 逆潮流空容量(MW)" in note for note in notes)


def test_rows_that_say_generation_are_left_to_the_refusal_of_zones(tmp_path):
    zones, _ = read_zone_file(
        written(tmp_path, HEAD, ROW.replace("welcome_zone", "空き容量マップ"))
    )
    with pytest.raises(InputError, match="free capacity for generation"):
        refuse_generation_side(zones, where="zones.csv")


def test_lists_for_demand_are_no_lists_for_generation():
    assert generation_headings(JAPANESE.split(",")) == []
    assert generation_headings(list(read_fact("zones"))) == []


@pytest.fixture
def features():
    square = shapely.box(140.0, 36.0, 140.1, 36.1)
    hollow = shapely.box(139.0, 36.0, 139.3, 36.3) - shapely.box(139.1, 36.1, 139.2, 36.2)
    frame = pd.DataFrame(
        {
            "送配電事業者": "東京電力パワーグリッド",
            "種別": ["ゾーン", "ゾーン", "変電所", "変電所"],
            "名称": ["団地A", "団地B", "甲変電所", "乙変電所"],
            "供給可能容量(MW)": ["50～100", "1001以上", "200", "非公表"],
            "根拠": "ポテンシャルマップ",
            "電圧": [154, 275, 66, 66],
        }
    )
    shapes = [square, hollow, shapely.Point(139.7, 35.6), None]
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=4326)


@pytest.mark.parametrize(
    ("name", "crs"),
    [("z.geojson", 4326), ("z.gpkg", 6668), ("z.gpkg", 6677), ("z.kml", 4326)],
)
def test_vector_files_keep_places_areas_and_what_has_no_place(tmp_path, features, name, crs):
    path = tmp_path / name
    if path.suffix == ".kml":
        path.write_text(as_kml(features), encoding="utf-8")
    else:
        features.to_crs(crs).to_file(path)
    zones, _ = read_zone_file(path)
    assert zones["asset_name"].tolist() == ["団地A", "団地B", "甲変電所", "乙変電所"]
    assert zones["tso"].unique().tolist() == ["tepco_pg"]
    assert zones["cap_low_mw"].tolist()[:3] == [50, 1001, 200]
    assert zones[["cap_low_mw", "lat", "lon"]].iloc[3].isna().all()
    points = gpd.points_from_xy(zones["lon"], zones["lat"])
    assert shapely.contains(features.geometry[0], points[0])
    assert shapely.contains(features.geometry[1], points[1]), "never in the hole"
    # 0.1 degrees at 36.05 N: 11.096 km by 9.016 km
    assert zones["footprint_km2"][0] == pytest.approx(11.096 * 9.016, rel=0.01)
    assert zones["footprint_km2"].isna().tolist() == [False, False, True, True]
    assert zones["precision_km"][0] == pytest.approx(np.hypot(11.096, 9.016) / 2, rel=0.06)
    assert np.isnan(zones["precision_km"][2])


def as_kml(features):
    marks = []
    for row in features.itertuples(index=False):
        rows = "<br>".join(
            f"{key}：{value}"
            for key, value in zip(features, row, strict=True)
            if key not in ("geometry", "電圧", "名称")
        )
        marks.append(
            f"<Folder><Placemark><name>{row[2]}</name><description><![CDATA[{rows}<br>要相談]]>"
            f"</description><ExtendedData><Data name='電圧'><value>{row[5]}</value></Data>"
            f"</ExtendedData>{shape_kml(row[6])}</Placemark></Folder>"
        )
    text = "".join(marks)
    return (
        f'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{text}'
        "</Document></kml>"
    )


def shape_kml(shape):
    if shape is None:
        return ""

    def ring(line):
        points = " ".join(f"{x},{y},0" for x, y in line.coords)
        return f"<LinearRing><coordinates>{points}</coordinates></LinearRing>"

    if shape.geom_type == "Point":
        return f"<Point><coordinates>{shape.x},{shape.y}</coordinates></Point>"
    holes = "".join(f"<innerBoundaryIs>{ring(r)}</innerBoundaryIs>" for r in shape.interiors)
    outer = f"<outerBoundaryIs>{ring(shape.exterior)}</outerBoundaryIs>"
    return f"<MultiGeometry><Polygon>{outer}{holes}</Polygon></MultiGeometry>"


def test_a_kmz_is_its_kml(tmp_path, features):
    kml, kmz = tmp_path / "doc.kml", tmp_path / "z.kmz"
    kml.write_text(as_kml(features), encoding="utf-8")
    with zipfile.ZipFile(kmz, "w") as archive:
        archive.write(kml, "doc.kml")
    zones, notes = read_zone_file(kmz)
    pd.testing.assert_frame_equal(zones, read_zone_file(kml)[0])
    assert zones["note"].tolist() == ["要相談"] * 4
    assert any("非公表" in note for note in notes)


def test_a_table_in_a_description():
    html = "<table><tr><td>容量</td><td>100～200MW</td></tr><tr><td>電圧</td><td>154kV</td></tr>"
    assert description_pairs(html)[0] == {"容量": "100～200MW", "電圧": "154kV"}


def test_properties_of_geojson_without_geometry_keep_their_own_position(tmp_path):
    head, row = HEAD.split(","), ROW.split(",")
    feature = {"type": "Feature", "properties": dict(zip(head, row, strict=True)), "geometry": None}
    other = feature | {
        "properties": feature["properties"] | {"asset_name": "他", "lat": None},
        "geometry": {"type": "Point", "coordinates": [141.0, 39.0]},
    }
    path = tmp_path / "z.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature, other]}))
    zones, _ = read_zone_file(path)
    assert zones[["lat", "lon"]].to_numpy().tolist() == [[38.3, 140.9], [39.0, 141.0]]


def test_empty_shapes_and_lists_in_cells_are_no_trouble(tmp_path):
    cells = dict(zip(HEAD.split(","), ROW.split(","), strict=True)) | {"tags": [1, 2]}
    empty = {"type": "Polygon", "coordinates": []}
    feature = {"type": "Feature", "properties": cells, "geometry": empty}
    path = tmp_path / "z.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    zones, notes = read_zone_file(path)
    assert zones["lat"].tolist() == [38.3]
    assert "not used: tags" in notes


def test_generation_side_vector_file_is_refused(tmp_path, features):
    path = tmp_path / "z.geojson"
    features.rename(columns={"供給可能容量(MW)": "当該設備空容量"}).to_file(path)
    with pytest.raises(InputError, match="free capacity for generation"):
        read_zone_file(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.kml", '<!DOCTYPE x [<!ENTITY a "b">]><kml><Placemark/></kml>'),
        ("a.kml", "<kml><Placemark>"),
        (
            "a.kml",
            "<kml><Placemark><Point><coordinates>a,b</coordinates></Point></Placemark></kml>",
        ),
        ("a.kml", "<kml></kml>"),
        ("a.geojson", "no json"),
        ("a.geojson", '{"type": "FeatureCollection", "features": []}'),
        ("a.gpkg", "no geopackage"),
        ("a.kmz", "no archive"),
        ("a.csv", ""),
        ("a.csv", "\x00\x01\x02"),
    ],
)
def test_broken_files_are_refused_and_never_a_traceback(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(InputError) as caught:
        read_zone_file(path)
    assert caught.value.problems


def test_exchanged_coordinates_are_refused(tmp_path, features):
    kml = as_kml(features.iloc[[2]]).replace("139.7,35.6", "35.6,139.7")
    assert any("exchanged" in text for text in problems_of(written(tmp_path, kml, name="a.kml")))


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(SourceUnavailableError):
        read_zone_file(tmp_path / "none.gpkg")
    with pytest.raises(InputError, match="no such file"):
        read_zone_file(tmp_path / "none.csv")
