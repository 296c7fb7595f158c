"""National Land Numerical Information in the form in which it is published."""

import zipfile
from math import isnan, nan

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from data import nlni_forms as forms
from data import read_nlni as nlni
from data.errors import InputError
from data.layer import LayerOptions, Publication
from data.layer_readers import FEATURE_READERS
from data.tsunami_depth import depth_m


def areas(columns, crs="EPSG:6668"):
    count = len(next(iter(columns.values())))
    shapes = [box(140 + i / 10, 35, 140.05 + i / 10, 35.05) for i in range(count)]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=crs)


def shapefile(path, columns, encoding="CP932", crs="EPSG:6668"):
    """As published: CP932, no .cpg."""
    areas(columns, crs).to_file(path, encoding=encoding)
    path.with_suffix(".cpg").unlink()
    return path


def zipped(path, *files, inside=""):
    with zipfile.ZipFile(path, "w") as archive:
        for file in files:
            for part in sorted(file.parent.glob(f"{file.stem}.*")):
                archive.write(part, f"{inside}{part.name}")
        archive.writestr("KS-META.xml", "<a/>")
    return path


def read(reader, *paths, bounds=None, **options):
    return reader(paths, LayerOptions(**options), bounds=bounds)


def refusal(reader, *paths):
    with pytest.raises(InputError) as caught:
        read(reader, *paths)
    (problem,) = caught.value.problems
    return problem


RIVER = {
    "A31a_201": ["8303030001"] * 7,
    "A31a_202": ["利根川"] * 7,
    "A31a_203": ["83"] * 7,
    "A31a_204": ["関東地方整備局"] * 7,
}


def test_flood_depths_of_each_rank(tmp_path):
    ranks = {"A31a_205": [1, 2, 3, 4, 5, 6, 9]}
    path = tmp_path / "A31a-20-23_8303030001.geojson"
    areas(RIVER | ranks, "EPSG:6668").to_file(path)
    layer = read(nlni.read_flood, zipped(tmp_path / "A31a-23_12_GEOJSON.zip", path, inside="20/"))
    frame = layer.frame
    assert frame["depth_rank"].tolist()[:6] == [1, 2, 3, 4, 5, 6]
    assert frame["depth_low_m"].tolist()[:6] == [0, 0.5, 3, 5, 10, 20]
    assert frame["depth_high_m"].tolist()[:5] == [0.5, 3, 5, 10, 20]
    assert frame["depth_high_m"].isna().tolist()[5:] == [True, True]
    assert frame["depth_rank"].isna().tolist()[5:] == [False, True]
    assert set(frame["scenario"]) == {"largest"}
    assert set(frame["river"]) == {"利根川"}
    assert frame["A31a_205"].tolist() == [1, 2, 3, 4, 5, 6, 9]
    assert layer.notes[0].endswith("1 features have an unknown code in A31a_205: 9")
    assert layer.credit.as_of == "2023"
    assert "国土交通省" in layer.credit.line_ja


@pytest.mark.parametrize(
    ("columns", "scenario", "low"),
    [
        ({"A31a_105": [2]}, "planned", 0.5),
        ({"A31_101": ["8101030001"], "A31_102": ["鵡川"], "A31_105": ["3"]}, "planned", 3),
        ({"A31_201": ["8101030001"], "A31_202": ["鵡川"], "A31_205": ["4"]}, "largest", 5),
        ({"A31b_101": [2]}, "planned", 0.5),
        ({"A31b_201": [5]}, "largest", 10),
        ({"A31_101": ["2"]}, "planned", 0.5),
    ],
)
def test_flood_columns_of_each_edition(tmp_path, columns, scenario, low):
    layer = read(nlni.read_flood, shapefile(tmp_path / "a.shp", columns))
    row = layer.frame.iloc[0]
    assert (row["scenario"], row["depth_low_m"]) == (scenario, low)


def test_flood_classes_of_2012_are_others(tmp_path):
    codes = [11, 12, 13, 14, 15, 24, 25, 26, 27]
    layer = read(nlni.read_flood, shapefile(tmp_path / "A31-12_12.shp", {"A31_001": codes}))
    frame = layer.frame
    assert frame["depth_low_m"].tolist() == [0, 0.5, 1, 2, 5, 2, 3, 4, 5]
    assert frame["depth_high_m"].fillna(-1).tolist() == [0.5, 1, 2, 5, -1, 3, 4, 5, -1]
    assert frame["depth_rank"].tolist() == [1, 2, 2, 2, 4, 2, 3, 3, 4]
    assert layer.credit.as_of == "2012"


def test_files_on_duration_and_collapse_are_left_out(tmp_path):
    depth = shapefile(tmp_path / "a.shp", {"A31a_205": [3]})
    duration = shapefile(tmp_path / "b.shp", {"A31a_301": ["1"], "A31a_305": [7]})
    collapse = shapefile(tmp_path / "c.shp", {"A31a_401": ["1"], "A31a_405": [2]})
    layer = read(nlni.read_flood, depth, duration, collapse)
    assert len(layer.frame) == 1
    assert [note.split(": ", 1)[1] for note in layer.notes] == [
        "holds no depth (A31a_301): 1 features left out",
        "holds no depth (A31a_401): 1 features left out",
    ]
    assert "holds no depth" in refusal(nlni.read_flood, duration).found


LANDSLIDE = {
    "A33_001": [1, 2, 3, 1, 8],
    "A33_002": [1, 2, 3, 4, 0],
    "A33_003": ["12"] * 5,
    "A33_004": ["Ⅰ-1"] * 5,
    "A33_005": ["能登地区"] * 5,
}


def test_landslide_zones(tmp_path):
    path = shapefile(tmp_path / "A33-21_12Polygon.shp", LANDSLIDE)
    layer = read(nlni.read_landslide, zipped(tmp_path / "A33-21_12_GML.zip", path))
    assert layer.frame["phenomenon"].tolist() == [
        "steep_slope",
        "debris_flow",
        "landslide",
        "steep_slope",
        "unknown",
    ]
    assert layer.frame["zone"].tolist() == [
        "warning",
        "special",
        "warning_planned",
        "special_planned",
        "unknown",
    ]
    assert layer.frame["name"].iloc[0] == "能登地区"
    assert sum("unknown code" in note for note in layer.notes) == 2
    assert layer.credit.as_of == "2021"


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("0.5m以上 ～ 1.0m未満", 0.5, 1),
        ("0.5m以上1.0m未満", 0.5, 1),
        ("0.5m以上～1.0m未満", 0.5, 1),
        ("0.5～1.0m", 0.5, 1),
        ("0.5-1.0m", 0.5, 1),
        ("５ｍ以上　１０ｍ未満", 5, 10),
        ("2.0mを超え5.0m以下", 2, 5),
        ("1cm以上 30cm未満", 0.01, 0.3),
        ("1～30㎝", 0.01, 0.3),
        ("30cm以上1m未満", 0.3, 1),
        ("10m 20m", 10, 20),
        ("20m以上", 20, nan),
        ("20.0m以上 ～", 20, nan),
        ("20m〜", 20, nan),
        ("0.3m未満", 0, 0.3),
        ("～0.3m未満", 0, 0.3),
        ("〜 0.3m", 0, 0.3),
        ("浸水深0.3m以上1.0m未満", 0.3, 1),
        ("", nan, nan),
        ("不明", nan, nan),
        ("5m", nan, nan),
        ("5m以上2m未満", nan, nan),
        ("1m 2m 3m", nan, nan),
    ],
)
def test_spellings_of_tsunami_depth(text, low, high):
    found = depth_m(text)
    assert found == pytest.approx((low, high), nan_ok=True)


@given(
    st.sampled_from([0, 0.01, 0.3, 0.5, 1, 2, 3, 5, 10]),
    st.sampled_from([0.2, 1.5, 4, 15, 20]),
    st.sampled_from(["m以上 ～ ", "ｍ以上", "m以上～", "～", "m〜", "m以上 "]),
    st.sampled_from(["m未満", "ｍ未満", "m"]),
    st.booleans(),
)
def test_any_spelling_gives_back_its_numbers(low, high, between, end, wide):
    text = f"{low}{between}{high}{end}"
    if wide:
        text = text.translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
    expected = (low, high) if low < high else (nan, nan)
    assert depth_m(text) == pytest.approx(expected, nan_ok=True)


def test_tsunami_depths(tmp_path):
    texts = ["0.3m以上 ～ 1m未満", "20m以上", "不明", None]
    columns = {"A40_001": ["千葉県"] * 4, "A40_002": ["12"] * 4, "A40_003": texts}
    layer = read(nlni.read_tsunami, shapefile(tmp_path / "A40-18_12.shp", columns))
    assert layer.frame["depth_low_m"].fillna(-1).tolist() == [0.3, 20, -1, -1]
    assert layer.frame["A40_003"].tolist()[:2] == texts[:2]
    assert "2 features have an unknown code in A40_003: 不明, (empty)" in layer.notes[0]


def plan(numbers, **more):
    count = len(numbers)
    columns = {
        "PREFEC_CD": ["12"] * count,
        "AREA_CD": ["00"] * count,
        "CTV_NAME": ["千葉市"] * count,
    }
    columns |= {"FIS_YEAR": [2011] * count, "THEMA_NO": ["01"] * count, "LAYER_NO": numbers}
    return columns | more


def test_park_zones_and_kinds(tmp_path):
    names = ["富士箱根伊豆国立公園", "南房総国定公園", "県立印旛手賀自然公園", None]
    path = shapefile(
        tmp_path / "a001120020160201.shp", plan([11, 12, 13, 99], OBJ_NAME=names), crs="EPSG:4612"
    )
    layer = read(nlni.read_parks, zipped(tmp_path / "A10-15_12_GML.zip", path))
    assert layer.frame["zone"].tolist() == ["park", "special", "special_protection", "unknown"]
    assert layer.frame["kind"].tolist() == [
        "national",
        "quasi_national",
        "prefectural",
        "unknown",
    ]
    assert "non-commercial" in layer.credit.licence
    assert layer.credit.as_of == "2015"


@pytest.mark.parametrize(
    ("reader", "numbers", "zones"),
    [
        (nlni.read_conservation, ["14", "15", "16"], ["conservation", "wilderness", "special"]),
        (
            nlni.read_forest,
            ["07", "08", "09", "10"],
            ["forest", "national_forest", "planned_private_forest", "protection_forest"],
        ),
    ],
)
def test_zones_by_layer_number(tmp_path, reader, numbers, zones):
    columns = {name.lower(): cells for name, cells in plan(numbers).items()}
    assert read(reader, shapefile(tmp_path / "a.shp", columns)).frame["zone"].tolist() == zones


def test_codes_that_are_not_confirmed_are_not_translated(tmp_path):
    path = shapefile(tmp_path / "a.shp", {"A13_001": [1, 3], "A13_002": [2, 4]})
    layer = read(nlni.read_forest, path)
    assert layer.frame["zone"].tolist() == ["unknown", "unknown"]
    assert layer.frame["A13_001"].tolist() == [1, 3]
    assert "not confirmed" in layer.notes[-1]


def test_no_reference_system_means_jgd2011(tmp_path):
    path = shapefile(tmp_path / "a.shp", plan([11]))
    path.with_suffix(".prj").unlink()
    assert read(nlni.read_parks, path).frame.geometry.iloc[0].bounds[:2] == (140, 35)


def test_use_zones(tmp_path):
    columns = {
        "A29_001": ["12231"] * 4,
        "A29_002": ["千葉県"] * 4,
        "A29_003": ["印西市"] * 4,
        "A29_004": [12, 10, 21, 13],
        "A29_005": ["工業専用地域", "工業地域", "田園住居地域", "？"],
        "A29_006": [60, 60, 9999, 50],
        "A29_007": [200, 400, 9999, 0],
    }
    layer = read(nlni.read_use_zones, shapefile(tmp_path / "A29-19_12231.shp", columns))
    frame = layer.frame
    assert frame["zone"].tolist() == [
        "exclusive_industrial",
        "quasi_industrial",
        "rural_residential",
        "unknown",
    ]
    assert frame["building_coverage_share"].fillna(-1).tolist() == [0.6, 0.6, -1, 0.5]
    assert frame["floor_area_ratio"].fillna(-1).tolist() == [2, 4, -1, -1]
    assert any(note.endswith("is not that of their code") for note in layer.notes)
    assert any("unknown code in A29_004: 13" in note for note in layer.notes)


def estate(first):
    columns = {"L05_001": [1200101], "L05_002": ["千葉ニュータウン工業団地"], "L05_003": ["12231"]}
    columns |= {"L05_004": ["印西市"], "L05_005": [2], "L05_006": [None]}
    columns |= {f"L05_{first - 1:03d}": ["千葉県"], f"L05_{first:03d}": ["1994"]}
    sizes = {1: 120.5, 2: 80.0, 3: 12.25}
    return columns | {f"L05_{first + n:03d}": [value] for n, value in sizes.items()}


@pytest.mark.parametrize("first", [8, 9])
def test_industrial_sites_by_the_column_that_holds_years(tmp_path, first):
    path = shapefile(tmp_path / "L05-1-09_12-g_IndustrialPark.shp", estate(first))
    row = read(nlni.read_industrial_sites, path).frame.iloc[0]
    assert row["name"] == "千葉ニュータウン工業団地"
    assert (row["shore"], row["site"], row["municipality"]) == ("inland", "estate", "12231")
    assert (row["completed_year"], row["area_ha"]) == (1994, 120.5)
    assert (row["industrial_ha"], row["unused_ha"]) == (80, 12.25)


def test_single_factories_have_no_area(tmp_path):
    columns = {"L05_002": ["工場"], "L05_003": [1100], "L05_005": [1], "L05_016": ["化学"]}
    row = read(
        nlni.read_industrial_sites, shapefile(tmp_path / "L05-2-09_01.shp", columns)
    ).frame.iloc[0]
    assert (row["shore"], row["site"], row["municipality"]) == ("coastal", "factory", "01100")
    assert isnan(row["area_ha"])


READERS = {
    word: getattr(nlni, name)
    for word, (module, name) in FEATURE_READERS.items()
    if module == nlni.__name__
}


@pytest.mark.parametrize("word", READERS)
def test_another_product_is_recognised(tmp_path, word):
    other = "A33" if word != "nlni_a33" else "A31"
    columns = LANDSLIDE if other == "A33" else {"A31a_205": [1]}
    problem = refusal(READERS[word], shapefile(tmp_path / "a.shp", columns))
    assert next(iter(columns)) in problem.found
    assert problem.fix == f"It looks like {other}: reader nlni_{other.lower()}"
    assert "looks like" not in refusal(READERS[word], shapefile(tmp_path / "b.shp", {"x": [1]})).fix


def test_products_that_share_their_columns_are_told_apart(tmp_path):
    problem = refusal(nlni.read_parks, shapefile(tmp_path / "a.shp", plan([7, 8])))
    assert problem.fix == "It looks like A13: reader nlni_a13"
    assert refusal(nlni.read_parks, shapefile(tmp_path / "b.shp", plan([5]))).fix.endswith("A12")


@pytest.mark.parametrize("word", READERS)
def test_nothing_in_the_study_box_is_no_error(tmp_path, word):
    columns = {
        "nlni_a31": {"A31a_205": [1]},
        "nlni_a33": LANDSLIDE,
        "nlni_a40": {"A40_003": ["5m以上"]},
        "nlni_a29": {"A29_004": [1]},
        "nlni_l05": estate(9),
        "nlni_a10": plan([11]),
        "nlni_a11": plan([14]),
        "nlni_a13": plan([7]),
    }[word]
    path = shapefile(tmp_path / "a.shp", columns)
    layer = read(READERS[word], path, bounds=(130, 30, 131, 31))
    assert layer.frame.empty
    assert layer.notes[-1] == "nothing here touches the area of study"
    whole = read(READERS[word], path, bounds=(139, 34, 142, 36))
    assert set(whole.frame.columns) == set(layer.frame.columns)


def test_every_reader_is_published():
    assert set(nlni.NLNI_PUBLICATIONS) == {*READERS, "nlni_l03"}
    for word, entry in nlni.NLNI_PUBLICATIONS.items():
        assert isinstance(entry, Publication)
        assert entry.reader == word
        assert entry.url.startswith("https://nlftp.mlit.go.jp/ksj/gml/datalist/KsjTmplt-")
        assert entry.title_ja.startswith("国土数値情報 ")


def test_own_credit_and_licence_win(tmp_path):
    path = shapefile(tmp_path / "a.shp", plan([11]))
    credit = read(nlni.read_parks, path, credit="me", licence="mine").credit
    assert (credit.line_ja, credit.line_en, credit.licence) == ("me", "me", "mine")


def test_words_are_each_used_once():
    for table in (forms.PHENOMENA, forms.LANDSLIDE_ZONES, forms.PARK_ZONES, forms.FOREST_ZONES):
        assert len(set(table.values())) == len(table)
    assert len({word for word, _ in forms.USE_ZONES.values()}) == 13
