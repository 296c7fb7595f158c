import math

import numpy as np
import pytest
from PIL import Image

from data.errors import InputError, SourceUnavailableError
from data.layer import LayerOptions
from data.read_gsi_tiles import PUBLICATION, heights_of, read_gsi_tiles, read_gsi_tiles_slope

PLAIN = LayerOptions()
ALL = (-3e7, -3e7, 3e7, 3e7)
WORLD_M = 2 * math.pi * 6_378_137.0
UNKNOWN = (128, 0, 0)


def colours(heights):
    """As the publisher encodes: h = 0.01 x, negative numbers from 2^24 down."""
    x = np.round(np.asarray(heights, float) * 100).astype(np.int64) % 2**24
    return np.stack([x >> 16, x >> 8 & 255, x & 255], axis=-1).astype(np.uint8)


def put(folder, z, x, y, pixels=None, mode="RGB"):
    path = folder / str(z) / str(x) / f"{y}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    if pixels is None:
        pixels = colours(np.full((256, 256), z * 100.0))
    Image.fromarray(pixels, mode if mode != "RGB" else None).save(path)
    return path


def corner(z, x, y):
    """Longitude and latitude of the north-west corner of a tile, by the usual formula."""
    n = 2.0**z
    return x / n * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / n))))


def test_published_examples_of_colours():
    table = [
        ((0, 0, 0), 0.0),
        ((0, 0, 1), 0.01),
        ((0, 39, 16), 100.0),
        ((5, 195, 24), 3776.24),
        ((127, 255, 255), 83_886.07),
        ((255, 255, 255), -0.01),
        ((255, 254, 12), -5.0),
    ]
    pixels = np.array([colour for colour, _ in table], np.uint8).T
    assert heights_of(pixels).tolist() == [height for _, height in table]
    assert np.isnan(heights_of(np.array([[128], [0], [0]], np.uint8))).all()


def test_heights_come_back_from_a_tile(tmp_path):
    heights = np.round(np.random.default_rng(0).uniform(-20, 3700, (256, 256)), 2)
    pixels = colours(heights)
    pixels[3, 4] = UNKNOWN
    put(tmp_path, 14, 14_552, 6_450, pixels)
    layer = read_gsi_tiles([tmp_path], PLAIN)
    values, transform = layer.source.window(ALL)
    heights[3, 4] = np.nan
    assert values == pytest.approx(heights, nan_ok=True)
    assert (layer.unit, layer.source.crs) == ("m", "EPSG:3857")
    assert transform.a == pytest.approx(WORLD_M / 256 / 2**14)
    lon, lat = corner(14, 14_552, 6_450)
    assert transform.c == pytest.approx(math.radians(lon) * 6_378_137.0)
    mercator = math.asinh(math.tan(math.radians(lat))) * 6_378_137.0
    assert transform.f == pytest.approx(mercator)


def test_neighbours_join_and_gaps_are_unknown(tmp_path):
    put(tmp_path / "dem_png", 10, 900, 400, colours(np.full((256, 256), 1.0)))
    put(tmp_path / "dem_png", 10, 901, 401, colours(np.full((256, 256), 2.0)))
    values, _ = read_gsi_tiles([tmp_path], PLAIN).source.window(ALL)
    assert values.shape == (512, 512)
    assert (values[:256, :256] == 1).all()
    assert (values[256:, 256:] == 2).all()
    assert np.isnan(values[:256, 256:]).all()


def test_deepest_complete_zoom_or_the_one_stated(tmp_path):
    put(tmp_path, 9, 10, 10)
    put(tmp_path, 9, 11, 10)
    put(tmp_path, 10, 20, 20)
    put(tmp_path, 10, 22, 21)
    put(tmp_path, 11, 40, 40)  # nothing below tile 10/22/21
    layer = read_gsi_tiles([tmp_path], PLAIN)
    assert np.nanmax(layer.source.window(ALL)[0]) == 1000.0
    assert layer.notes == ("zoom 10, 2 tiles",)
    stated = read_gsi_tiles([tmp_path], LayerOptions(layer="11"))
    assert stated.source.window(ALL)[0].shape == (256, 256)
    with pytest.raises(InputError) as caught:
        read_gsi_tiles([tmp_path], LayerOptions(layer="12"))
    assert caught.value.problems[0].expected == "one of 9, 10, 11"


def test_transparent_pixels_are_unknown(tmp_path):
    pixels = np.dstack([colours(np.full((256, 256), 5.0)), np.full((256, 256), 255, np.uint8)])
    pixels[0, 0, 3] = 0
    put(tmp_path, 8, 1, 1, pixels)
    values, _ = read_gsi_tiles([tmp_path], PLAIN).source.window(ALL)
    assert np.isnan(values[0, 0])
    assert np.nansum(values) == 5.0 * (256 * 256 - 1)


def test_slope_is_on_the_ground_not_on_the_map(tmp_path):
    z, x, y = 14, 14_552, 6_450
    put(tmp_path, z, x, y, colours(np.tile(np.arange(256) * 1.0, (256, 1))))
    layer = read_gsi_tiles_slope([tmp_path], PLAIN)
    values, _ = layer.source.window(ALL)
    lat = math.radians((corner(z, x, y)[1] + corner(z, x, y + 1)[1]) / 2)
    cell_m = WORLD_M / 256 / 2**z * math.cos(lat)
    assert layer.unit == "%"
    # the sphere of the map and the ellipsoid differ by up to 0.4 %
    assert values[128, 128] == pytest.approx(100 / cell_m, rel=5e-3)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b"<html>not found</html>"),
        lambda path: Image.new("RGB", (512, 512)).save(path),
        lambda path: Image.new("L", (256, 256)).save(path),
        lambda path: Image.new("P", (256, 256)).save(path),
    ],
)
def test_other_files_are_refused_at_opening(tmp_path, spoil):
    put(tmp_path, 8, 1, 1)
    spoil(put(tmp_path, 8, 1, 2))
    with pytest.raises(InputError, match=r"1 other files, first: .*2\.png"):
        read_gsi_tiles([tmp_path], PLAIN)


def cut(content):
    return content[:5_000]


def holed(content):
    return content[:5_000] + bytes(500) + content[5_500:]


@pytest.mark.parametrize("spoil", [cut, holed])
def test_tile_that_is_damaged_is_an_input_error(tmp_path, spoil):
    noise = np.random.default_rng(1).integers(0, 100, (256, 256, 3)).astype(np.uint8)
    path = put(tmp_path, 8, 1, 1, noise)
    path.write_bytes(spoil(path.read_bytes()))
    source = read_gsi_tiles([tmp_path], PLAIN).source
    with pytest.raises(InputError, match="whole tile"):
        source.window(ALL)


def test_names_that_are_no_tiles_do_not_count(tmp_path):
    for name in ("8/1/900.png", "99/1/1.png", "8/x/1.png", "8/1/１.png", "1.png"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    for folder in (tmp_path, tmp_path / "absent"):
        with pytest.raises(SourceUnavailableError, match="holds no tiles"):
            read_gsi_tiles([folder], PLAIN)
    assert PUBLICATION.reader == "gsi_tiles"
