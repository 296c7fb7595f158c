"""Land use by mesh code, as published: shapefile, GeoJSON and raster of L03-b, areas of L03-a."""

import zipfile

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

from data.errors import InputError, SourceUnavailableError
from data.layer import LayerOptions
from data.mesh import mesh_cells, mesh_codes
from data.mesh_tiles import MeshTiles
from data.read_nlni_landuse import read_landuse

TOKYO = 53394611  # third mesh of Tokyo station: 35 deg 40' 30" N, 139 deg 45' 45" E
SOUTH, WEST = 35 + 40.5 / 60, 139 + 45.75 / 60
STEP = (1 / 800, 1 / 1200)
CODES = [
    "0100",
    "0200",
    "0500",
    "0600",
    "0700",
    "0901",
    "0902",
    "1000",
    "1100",
    "1400",
    "1500",
    "1600",
]
NUMBERS = [10, 20, 50, 60, 70, 91, 92, 100, 110, 140, 150, 160]
NOWHERE = Polygon([(0, 0), (1, 0), (1, 1)])


def shapefile(path, columns, encoding="CP932", crs="EPSG:6668"):
    """As published; the geometry is put elsewhere, since only codes count."""
    count = len(next(iter(columns.values())))
    frame = gpd.GeoDataFrame(columns, geometry=[NOWHERE] * count, crs=crs)
    frame.to_file(path, encoding=encoding)
    path.with_suffix(".cpg").unlink()
    return path


def cells(codes, columns=("L03b_001", "L03b_002", "L03b_003")):
    """The first cells of the third mesh of Tokyo, from its south-west corner eastwards."""
    mesh = [f"{TOKYO}{i // 10}{i % 10}" for i in range(len(codes))]
    return dict(zip(columns, (mesh, codes, ["20210401"] * len(codes)), strict=True))


def zipped(path, file):
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted(file.parent.glob(f"{file.stem}.*")):
            archive.write(part, part.name)
    return path


def read(*paths, **options):
    return read_landuse(paths, LayerOptions(**options))


def refusal(*paths, **options):
    with pytest.raises(InputError) as caught:
        read(*paths, **options)
    return caught.value.problems


def third(layer):
    """Values of the third mesh of Tokyo, south first."""
    inner = (WEST + 1e-9, SOUTH + 1e-9, WEST + 1 / 80 - 1e-9, SOUTH + 1 / 120 - 1e-9)
    values, transform = layer.source.window(inner)
    assert (transform.c, transform.f) == (pytest.approx(WEST), pytest.approx(SOUTH + 1 / 120))
    return values[::-1]


def known(values):
    return [float(v) for v in values.ravel() if not np.isnan(v)]


@pytest.mark.parametrize(
    "columns",
    [("L03b_001", "L03b_002", "L03b_003"), ("メッシュ", "土地利用種", "撮影年月日")],
)
def test_each_class_by_its_code(tmp_path, columns):
    path = shapefile(tmp_path / "L03-b-21_5339.shp", cells(CODES, columns))
    layer = read(zipped(tmp_path / "L03-b-21_5339-jgd2011_GML.zip", path))
    values = third(layer)
    assert values.shape == (10, 10)
    assert values[0].tolist() + values[1, :2].tolist() == NUMBERS
    assert len(known(values)) == 12
    assert layer.kind == "class"
    words = {number: word for word, number in layer.classes.items()}
    assert [words[number] for number in NUMBERS] == [
        "paddy",
        "farmland",
        "forest",
        "wasteland",
        "building",
        "road",
        "rail",
        "other",
        "water",
        "beach",
        "sea",
        "golf",
    ]
    assert layer.notes == ()
    assert layer.credit.as_of == "2021"
    assert layer.credit.licence == "CC BY 4.0"
    assert layer.source.crs == "EPSG:6668"


def test_names_of_columns_cut_in_utf8(tmp_path):
    columns = dict(zip(("メッシ", "土地利"), ([f"{TOKYO}00"], ["0500"]), strict=True))
    path = shapefile(tmp_path / "a.shp", columns, encoding="UTF-8")
    assert known(third(read(path))) == [50]


def test_signs_of_old_editions_and_the_tokyo_datum(tmp_path):
    signs = list("12345679ABEFG0")
    path = shapefile(tmp_path / "L03-b-97_5339.shp", cells(signs), crs="EPSG:4301")
    layer = read(path)
    assert layer.source.crs == "EPSG:4301"
    assert known(third(layer)) == [10, 20, 20, 20, 50, 60, 70, 90, 100, 110, 140, 150, 160]
    path.with_suffix(".prj").unlink()
    assert read(path).source.crs == "EPSG:4301"
    assert read(path).credit.as_of == "1997"


def test_unknown_codes_are_counted(tmp_path):
    path = shapefile(tmp_path / "a.shp", cells(["0500", "0300", "0300", "0000", None]))
    layer = read(path)
    assert known(third(layer)) == [50]
    assert layer.notes == (f"{path}: 2 cells have the unknown code 0300",)


def test_geojson(tmp_path):
    frame = gpd.GeoDataFrame(cells(["0500", "0700"]), geometry=[NOWHERE] * 2, crs=4326)
    frame.to_file(tmp_path / "a.geojson")
    assert known(third(read(tmp_path / "a.geojson"))) == [50, 70]


def test_share_of_a_class(tmp_path):
    path = shapefile(tmp_path / "a.shp", cells(["0500", "0700", "0000"]))
    layer = read(path, column="forest")
    assert (layer.kind, layer.unit, layer.classes) == ("number", "share", {})
    assert known(third(layer)) == [1, 0]
    (problem,) = refusal(path, column="woods")
    assert problem.expected.startswith("a class: paddy, farmland")


def raster(path, values, west=WEST, north=SOUTH + 1 / 120, step=STEP, crs="EPSG:4612"):
    values = np.asarray(values, dtype=np.uint8)
    profile = {"driver": "GTiff", "count": 1, "dtype": "uint8", "crs": crs}
    profile |= {"height": values.shape[0], "width": values.shape[1]}
    with rasterio.open(
        path, "w", transform=Affine(step[0], 0, west, 0, -step[1], north), **profile
    ) as out:
        out.write(values, 1)
    return path


def test_raster_edition_gives_the_same_cells(tmp_path):
    values = np.zeros((10, 10), np.uint8)
    values[9] = NUMBERS[:10]
    values[8, :2] = NUMBERS[10:]
    values[0, 0] = 33
    layer = read(
        zipped(tmp_path / "L03-b-14_5339-r.zip", raster(tmp_path / "L03-b-14_5339.tif", values))
    )
    table = read(shapefile(tmp_path / "a.shp", cells(CODES)))
    assert np.array_equal(third(layer), third(table), equal_nan=True)
    assert [note.split(": ")[-1] for note in layer.notes] == [
        "1 cells have a value that is no class"
    ]


@pytest.mark.parametrize(
    "change",
    [{"step": (1 / 80, 1 / 120)}, {"west": WEST + 1 / 1600}, {"step": (1 / 801, 1 / 1200)}],
)
def test_raster_off_the_mesh_is_refused(tmp_path, change):
    path = raster(tmp_path / "a.tif", np.full((10, 10), 50), **change)
    (problem,) = refusal(path)
    assert problem.where == "cells"


AREAS = {
    "メッシュ": [str(TOKYO), str(TOKYO + 1), str(TOKYO + 2), "5339461"],
    "田": [100, 0, 0, 5],
    "他農用地": [200, 0, 0, 5],
    "森林": [600, 0, 0, 5],
    "荒地": [0, 0, 0, 5],
    "建物用地": [100, 1000, 0, 5],
    "河川湖沼": [0, 0, 0, 5],
    "ゴルフ場": [0, 0, 0, 5],
    "解析範囲外": [0, 0, 1000, 5],
}


@pytest.mark.parametrize("encoding", ["CP932", "UTF-8"])
def test_areas_by_third_mesh(tmp_path, encoding):
    cut = {name if encoding == "CP932" else name[:3]: cells for name, cells in AREAS.items()}
    path = shapefile(tmp_path / "L03-a-21_5339.shp", cut, encoding)
    largest, share = read(path), read(path, column="forest")
    row = (WEST + 1e-9, SOUTH + 1e-9, WEST + 3 / 80 - 1e-9, SOUTH + 0.001)
    assert largest.source.cell_m == 1000
    values, _ = largest.source.window(row)
    assert values[0].tolist()[:2] == [50, 70]
    assert np.isnan(values[0, 2])
    shares, _ = share.source.window(row)
    assert shares[0].tolist()[:2] == [pytest.approx(0.6, abs=0.0025), 0]
    assert np.isnan(shares[0, 2])
    assert largest.notes == (f"{path}: 1 rows have no mesh code and were left out",)


def test_areas_of_editions_up_to_2006(tmp_path):
    columns = {f"L03a_{n:03d}": [0] for n in range(2, 13)}
    path = shapefile(
        tmp_path / "L03-a-06_5339.shp", {"L03a_001": [TOKYO]} | columns | {"L03a_007": [9]}
    )
    assert known(read(path).source.window((WEST, SOUTH, WEST + 0.001, SOUTH + 0.001))[0]) == [90]
    assert "transport" not in refusal(path, column="road")[0].found
    old = shapefile(tmp_path / "L03-a-76.shp", {"L03a_001": [TOKYO]} | columns | {"L03a_013": [9]})
    assert refusal(old)[0].found == "an edition of 1976 or 1987"


def test_levels_and_datums_are_not_mixed(tmp_path):
    hundred = shapefile(tmp_path / "L03-b-21_5339.shp", cells(["0500"]))
    third_mesh = shapefile(tmp_path / "L03-a-21_5339.shp", AREAS)
    assert refusal(hundred, third_mesh)[0].where == "level"
    tokyo = shapefile(tmp_path / "L03-b-97_5339.shp", cells(["5"]), crs="EPSG:4301")
    (problem,) = refusal(hundred, tokyo)
    assert problem.where == "datum"


def test_cells_that_differ_between_files_are_counted(tmp_path):
    first = shapefile(tmp_path / "a.shp", cells(["0500", "0700"]))
    second = shapefile(tmp_path / "b.shp", cells(["0500", "0100", "1500"]))
    layer = read(first, second)
    assert known(third(layer)) == [50, 70, 150]
    assert layer.notes == ("1 cells differ between files: the first counts",)


def test_other_files_are_refused(tmp_path):
    (problem,) = refusal(shapefile(tmp_path / "a.shp", {"A33_001": [1], "A33_002": [2]}))
    assert problem.found == "A33_001, A33_002"
    eight = shapefile(tmp_path / "b.shp", {"L03b_001": [str(TOKYO)], "L03b_002": ["0500"]})
    assert refusal(eight)[0].expected == "mesh codes of ten digits (100 m)"
    abroad = shapefile(tmp_path / "c.shp", {"L03b_001": ["9999000000"], "L03b_002": ["0500"]})
    assert refusal(abroad)[0].where == "mesh codes"
    nothing = shapefile(tmp_path / "d.shp", cells(["0000"]))
    assert refusal(nothing)[0].where == "land use"
    with pytest.raises(SourceUnavailableError):
        read(tmp_path / "e.shp")


def test_a_table_cut_off_is_one_message(tmp_path):
    path = shapefile(tmp_path / "a.shp", cells(CODES))
    table = path.with_suffix(".dbf")
    table.write_bytes(table.read_bytes()[:-40])
    assert "claimed" in refusal(path)[0].found
    table.write_bytes(b"")
    assert refusal(path)[0].expected == "a .dbf table"


ROWS = st.integers(4280 * 10, 4320 * 10)
COLS = st.integers(3180 * 10, 3220 * 10)


@settings(deadline=None, max_examples=60)
@given(
    st.dictionaries(st.tuples(ROWS, COLS), st.integers(1, 255), min_size=1, max_size=30),
    st.tuples(ROWS, COLS, st.integers(1, 120), st.integers(1, 120)),
)
def test_windows_hold_what_was_put(stored, window):
    tiles = MeshTiles("EPSG:6668", 100, np.r_[np.nan, np.arange(1.0, 256)])
    rows, cols = (np.array(part, dtype=np.int64) for part in zip(*stored, strict=True))
    numbers = np.array(list(stored.values()), dtype=np.uint8)
    assert tiles.put(mesh_codes(rows, cols, 100), numbers) == (0, 0)
    assert tiles.known_cells == len(stored)
    row, col, height, width = window
    eps = 1e-7
    asked = (
        100 + col / 800 + eps,
        row / 1200 + eps,
        100 + (col + width) / 800 - eps,
        (row + height) / 1200 - eps,
    )
    values, transform = tiles.window(asked)
    found = {}
    for r, c in np.argwhere(~np.isnan(values)):
        lon = transform.c + (c + 0.5) * transform.a
        lat = transform.f + (r + 0.5) * transform.e
        found[int(lat * 1200), int((lon - 100) * 800)] = int(values[r, c])
    inside = {
        (r, c): number
        for (r, c), number in stored.items()
        if row <= r < row + height and col <= c < col + width
    }
    assert found == inside


def test_a_window_outside_all_tiles_is_empty():
    tiles = MeshTiles("EPSG:6668", 1000, np.arange(256.0))
    tiles.put(np.array([TOKYO]), np.array([7], dtype=np.uint8))
    assert tiles.window((130, 30, 131, 31))[0].shape[0] == 0
    assert tiles.bounds == pytest.approx((139, 35 + 1 / 3, 140, 36))
    assert box(*tiles.bounds).contains(box(WEST, SOUTH, WEST + 1 / 80, SOUTH + 1 / 120))
    assert mesh_cells(np.array([TOKYO]), 1000)[0][0] == 4281
