import re
import struct
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.enums import ColorInterp

from data.errors import InputError, SourceUnavailableError
from data.lattice import mesh_lattice
from data.layer import LayerOptions
from data.raster import read_raster
from data.raster_checks import overlap_problem

PLACE = Affine(0.01, 0, 139.0, 0, -0.01, 36.0)
ALL = (100.0, 0.0, 180.0, 80.0)
PLAIN = LayerOptions()


def write(path, values, *, crs="EPSG:6668", transform=PLACE, **options):
    values = np.asarray(values)
    bands = values if values.ndim == 3 else values[None]
    profile = {"driver": "GTiff", "height": bands.shape[1], "width": bands.shape[2]}
    profile |= {"count": len(bands), "dtype": bands.dtype, "crs": crs, "transform": transform}
    with rasterio.open(path, "w", **(profile | options)) as dataset:
        dataset.write(bands)
    return path


def counted(rows, cols, dtype="float32"):
    return np.arange(rows * cols, dtype=dtype).reshape(rows, cols)


def only_problem(paths, options=PLAIN):
    with pytest.raises(InputError) as caught:
        read_raster(paths, options)
    (problem,) = caught.value.problems
    return problem


def test_window_is_the_cells_that_touch_the_box(tmp_path):
    source = read_raster([write(tmp_path / "a.tif", counted(4, 5))], PLAIN).source
    values, transform = source.window((139.015, 35.975, 139.02, 35.985))
    assert values.tolist() == [[6.0], [11.0]]  # edges that only touch do not count
    assert transform.almost_equals(Affine(0.01, 0, 139.01, 0, -0.01, 35.99))
    assert source.bounds == pytest.approx((139.0, 35.96, 139.05, 36.0))
    assert source.window((0, 0, 1, 1))[0].shape == (0, 0)


def test_nodata_of_the_file_and_of_the_scenario_are_unknown(tmp_path):
    path = write(tmp_path / "a.tif", np.array([[1, -9999, 255, 3]], "float32"), nodata=-9999)
    values, _ = read_raster([path], LayerOptions(nodata=255)).source.window(ALL)
    assert np.isnan(values).tolist() == [[False, True, True, False]]


def test_nodata_written_with_more_digits_than_stored(tmp_path):
    path = write(tmp_path / "a.tif", np.array([[1, -3.4e38]], "float32"))
    values, _ = read_raster([path], LayerOptions(nodata=-3.4e38)).source.window(ALL)
    assert np.isnan(values).tolist() == [[False, True]]


def test_scale_offset_and_mask_are_honoured(tmp_path):
    path = write(tmp_path / "a.tif", np.array([[10, 20, 30]], "int16"))
    with rasterio.open(path, "r+") as dataset:
        dataset.scales, dataset.offsets = (0.1,), (5.0,)
        with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
            dataset.write_mask(np.array([[255, 0, 255]], "uint8"))
    values, _ = read_raster([path], PLAIN).source.window(ALL)
    assert values.tolist()[0] == pytest.approx([6.0, np.nan, 8.0], nan_ok=True)


def test_alpha_is_a_mask(tmp_path):
    path = write(tmp_path / "a.tif", np.array([[[7, 8]], [[255, 0]]], "uint8"))
    with rasterio.open(path, "r+") as dataset:
        dataset.colorinterp = (ColorInterp.gray, ColorInterp.alpha)
    values, _ = read_raster([path], PLAIN).source.window(ALL)
    assert values.tolist()[0] == pytest.approx([7.0, np.nan], nan_ok=True)


def test_bands_are_chosen_and_missing_ones_refused(tmp_path):
    path = write(tmp_path / "a.tif", np.stack([counted(1, 2), counted(1, 2) + 10]))
    values, _ = read_raster([path], LayerOptions(band=2)).source.window(ALL)
    assert values.tolist() == [[10.0, 11.0]]
    problem = only_problem([path], LayerOptions(band=3))
    assert (problem.where, problem.found, problem.expected) == ("band", "3", "1 to 2")


def test_rows_from_south_to_north_are_turned(tmp_path):
    up = Affine(0.01, 0, 139.0, 0, 0.01, 35.98)
    path = write(tmp_path / "a.tif", counted(2, 2), transform=up)
    values, transform = read_raster([path], PLAIN).source.window(ALL)
    assert values.tolist() == [[2.0, 3.0], [0.0, 1.0]]
    assert transform.almost_equals(PLACE)
    source = read_raster([path], PLAIN).source
    assert source.window((139.001, 35.991, 139.002, 35.992))[0].tolist() == [[2.0]]


def test_rotated_raster_is_refused(tmp_path):
    path = write(tmp_path / "a.tif", counted(2, 2), transform=PLACE @ Affine.rotation(10))
    assert "rotated" in only_problem([path]).found


def test_raster_without_crs_needs_one_stated(tmp_path):
    path = write(tmp_path / "a.tif", counted(2, 2), crs=None)
    problem = only_problem([path])
    assert (problem.where, problem.found) == ("CRS", "none")
    assert read_raster([path], LayerOptions(crs="EPSG:4326")).source.crs == "EPSG:4326"
    assert only_problem([path], LayerOptions(crs="EPSG:xx")).where == "crs"


def test_stated_crs_does_not_overrule_the_file(tmp_path):
    layer = read_raster([write(tmp_path / "a.tif", counted(2, 2))], LayerOptions(crs="EPSG:3857"))
    assert layer.source.crs == "EPSG:6668"
    assert "EPSG:3857 is ignored" in layer.notes[0]


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_raster_without_place_is_refused(tmp_path):
    path = write(tmp_path / "a.tif", counted(2, 2), transform=Affine.identity())
    assert only_problem([path]).where == "extent"


def test_complex_numbers_are_refused(tmp_path):
    path = write(tmp_path / "a.tif", counted(2, 2, "complex64"))
    assert "complex" in only_problem([path]).found


def test_missing_file_and_empty_folder(tmp_path):
    for path in (tmp_path / "a.tif", tmp_path):
        with pytest.raises(SourceUnavailableError, match="not there"):
            read_raster([path], PLAIN)


def test_text_is_no_raster(tmp_path):
    path = tmp_path / "a.tif"
    path.write_text("no raster", encoding="utf-8")
    assert "not a raster" in only_problem([path]).found


def test_description_of_other_files_is_refused(tmp_path):
    inner = write(tmp_path / "a.tif", counted(2, 2))
    path = tmp_path / "b.vrt"
    path.write_text(
        f'<VRTDataset rasterXSize="2" rasterYSize="2"><SRS>EPSG:4326</SRS>'
        f"<GeoTransform>139,1,0,36,0,-1</GeoTransform>"
        f'<VRTRasterBand dataType="Float32" band="1"><SimpleSource>'
        f"<SourceFilename>{inner}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>",
        encoding="utf-8",
    )
    assert "description of other files" in only_problem([path]).found


@pytest.mark.parametrize("options", [{}, {"compress": "deflate"}, {"tiled": True}])
def test_file_that_is_cut_off_is_noticed_at_opening(tmp_path, options):
    noise = np.random.default_rng(1).random((600, 600), dtype="float32")
    size = {"blockxsize": 128, "blockysize": 128} if "tiled" in options else {}
    path = write(tmp_path / "a.tif", noise, **options, **size)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])
    problem = only_problem([path])
    assert problem.where == "file"
    assert "cut off" in problem.fix or "not a raster" in problem.found


def test_damage_inside_is_an_input_error_when_it_is_read(tmp_path):
    noise = np.random.default_rng(1).random((300, 300), dtype="float32")
    path = write(tmp_path / "a.tif", noise, compress="deflate")
    content = bytearray(path.read_bytes())
    content[len(content) // 2 :] = b"\xff" * (len(content) - len(content) // 2)
    path.write_bytes(content)
    source = read_raster([path], PLAIN).source
    with pytest.raises(InputError, match="unreadable cells"):
        source.window(ALL)


def widened(path, width, height):
    """A TIFF whose header claims other sizes than it has cells."""
    content = bytearray(path.read_bytes())
    (start,) = struct.unpack_from("<I", content, 4)
    (count,) = struct.unpack_from("<H", content, start)
    for entry in range(start + 2, start + 2 + 12 * count, 12):
        tag = struct.unpack_from("<H", content, entry)[0]
        if tag in (256, 257, 278):  # width, height, rows of a strip
            struct.pack_into("<HI", content, entry + 2, 4, 1)
            struct.pack_into("<I", content, entry + 8, width if tag == 256 else height)
    path.write_bytes(content)
    return path


def test_claim_of_gigabytes_in_a_tiny_file_is_refused(tmp_path):
    path = write(tmp_path / "a.tif", counted(2, 2, "uint8"), compress="deflate")
    problem = only_problem([widened(path, 65_536, 65_536)])
    assert problem.where in ("blocks", "size", "file")


def test_nothing_but_left_out_blocks_is_refused_when_it_claims_gigabytes(tmp_path):
    path = tmp_path / "a.tif"
    profile = {"driver": "GTiff", "height": 40_000, "width": 40_000, "count": 1, "dtype": "uint8"}
    profile |= {"crs": "EPSG:6668", "transform": PLACE @ Affine.scale(0.001), "tiled": True}
    profile |= {"blockxsize": 512, "blockysize": 512, "sparse_ok": True}
    with rasterio.open(path, "w", **profile):
        pass
    assert path.stat().st_size < 100_000
    assert only_problem([path]).where == "size"
    with rasterio.open(path, "r+") as dataset:
        dataset.write(np.full((1, 512, 512), 9, "uint8"), window=((0, 512), (512, 1024)))
    source = read_raster([path], PLAIN).source  # one block is stored: sparse, and fine
    x, y = source.bounds[0] + 600e-5, source.bounds[3] - 9e-5
    assert source.window((x, y, x + 1e-6, y + 1e-6))[0].tolist() == [[9.0]]


def test_colour_table_makes_classes(tmp_path):
    path = write(tmp_path / "a.tif", counted(1, 3, "uint8"))
    assert read_raster([path], PLAIN).kind == "number"
    with rasterio.open(path, "r+") as dataset:
        dataset.write_colormap(1, {0: (0, 0, 0, 255), 1: (9, 9, 9, 255)})
    assert read_raster([path], PLAIN).kind == "class"


def moved(cols, rows):
    return PLACE @ Affine.translation(cols, rows)


def test_tiles_form_a_mosaic_and_the_first_that_knows_wins(tmp_path):
    first = write(tmp_path / "a.tif", np.array([[1, -1], [1, 1]], "int16"), nodata=-1)
    second = write(tmp_path / "b.tif", np.full((2, 2), 2, "int16"), transform=moved(1, 0))
    third = write(tmp_path / "c.tif", np.full((1, 1), 3, "int16"), transform=moved(4, 1))
    values, _ = read_raster([first, second, third], PLAIN).source.window(ALL)
    unknown = np.nan
    expected = [[1, 2, 2, unknown, unknown], [1, 1, 2, unknown, 3]]
    assert values.tolist() == [pytest.approx(row, nan_ok=True) for row in expected]
    assert read_raster([tmp_path], PLAIN).source.window(ALL)[0].shape == (2, 5)


def test_every_tile_that_does_not_fit_is_named_at_once(tmp_path):
    paths = [write(tmp_path / "a.tif", counted(2, 2))]
    paths.append(write(tmp_path / "b.tif", counted(2, 2), crs="EPSG:3857"))
    paths.append(write(tmp_path / "c.tif", counted(2, 2), transform=PLACE @ Affine.scale(2)))
    paths.append(write(tmp_path / "d.tif", counted(2, 2), transform=moved(2.5, 0)))
    with pytest.raises(InputError) as caught:
        read_raster(paths, PLAIN)
    assert [p.where for p in caught.value.problems] == ["CRS", "cell size", "extent"]
    assert [p.file[-5] for p in caught.value.problems] == ["b", "c", "d"]


def test_threads_read_what_one_reads(tmp_path):
    noise = np.random.default_rng(2).random((256, 256), dtype="float32")
    size = {"tiled": True, "blockxsize": 64, "blockysize": 64, "compress": "deflate"}
    source = read_raster([write(tmp_path / "a.tif", noise, **size)], PLAIN).source
    boxes = [(139 + i * 0.1, 36 - j * 0.1 - 0.2, 139.2 + i * 0.1, 36 - j * 0.1) for i in range(20)
             for j in range(20)]  # fmt: skip
    with ThreadPoolExecutor(4) as pool:
        together = [values for values, _ in pool.map(source.window, boxes)]
    for box, values in zip(boxes, together, strict=True):
        assert np.array_equal(values, source.window(box)[0])


def test_layer_elsewhere_is_told_from_exchanged_axes(tmp_path):
    lattice = mesh_lattice((139.0, 35.9, 139.1, 36.0), 1000)
    here = read_raster([write(tmp_path / "a.tif", counted(2, 2))], PLAIN).source
    assert overlap_problem(here, lattice) is None
    swapped = Affine(0.01, 0, 35.9, 0, -0.01, 139.1)
    path = write(tmp_path / "b.tif", counted(9, 9), transform=swapped)
    assert "exchanged" in overlap_problem(read_raster([path], PLAIN).source, lattice).fix
    path = write(tmp_path / "c.tif", counted(9, 9), transform=Affine(0.01, 0, 5, 0, -0.01, 50))
    problem = overlap_problem(read_raster([path], PLAIN).source, lattice, where="my layer")
    assert problem.file == "my layer"
    assert re.match("5, 49.91, 5.09, 50", problem.found)


def test_plane_metres_overlap_the_study_too(tmp_path):
    lattice = mesh_lattice((139.0, 35.9, 139.1, 36.0), 1000)
    plane = Affine(1000, 0, -80_000, 0, -1000, 0)  # zone 9 around 36 N 139.83 E
    path = write(tmp_path / "a.tif", counted(20, 20), crs="EPSG:6677", transform=plane)
    assert overlap_problem(read_raster([path], PLAIN).source, lattice) is None
