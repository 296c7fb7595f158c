"""Every word for a reader or a shipped layer opens something."""

from importlib import import_module
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import shapely

from data.layer import FeatureLayer, Publication
from data.layer_readers import CELL_READERS, FEATURE_READERS, publication_of, reader_of
from grid.latency import great_circle_km
from siting.scenario_layers import Builtin, LayerSpec, ReaderName
from siting.screen.builtin import builtin_layer, grid_points
from siting.screen.feature_distance import distance_km
from siting.screen.layer_files import LayerFiles
from siting.screen.open_layers import OpenLayers

BOX = (139.0, 35.0, 141.0, 36.5)


def test_words_of_the_scenario_are_the_readers():
    assert set(get_args(ReaderName)) == set(CELL_READERS) | set(FEATURE_READERS)
    assert not set(CELL_READERS) & set(FEATURE_READERS)


@pytest.mark.parametrize("reader", [*CELL_READERS, *FEATURE_READERS])
def test_readers_are_there_and_say_where_files_come_from(reader):
    module, name = (CELL_READERS | FEATURE_READERS)[reader]
    assert callable(getattr(import_module(module), name))
    publication = publication_of(reader)
    if reader in ("raster", "vector", "table"):
        assert publication is None
        return
    assert isinstance(publication, Publication)
    assert publication.url.startswith("https://")
    assert all((publication.title_ja, publication.title_en, publication.licence, publication.files))


@pytest.mark.parametrize(
    ("names", "stated", "reader"),
    [
        (["a.tif"], None, "raster"),
        (["a.TIFF", "b.tif"], None, "raster"),
        (["a.tif", "b.gpkg"], None, "vector"),
        (["a.zip"], None, "vector"),
        (["a.tif"], "gsi_dem", "gsi_dem"),
    ],
)
def test_the_reader_by_the_ending_unless_stated(names, stated, reader):
    assert reader_of([Path(name) for name in names], stated) == reader


@pytest.mark.parametrize("word", get_args(Builtin))
def test_shipped_layers(word):
    layer = builtin_layer(word)
    assert isinstance(layer, FeatureLayer)
    frame = layer.frame
    assert len(frame)
    assert frame.crs.to_epsg() == 4326
    assert frame.geometry.is_valid.all()
    assert not frame.geometry.is_empty.any()
    assert frame.geometry.intersects(shapely.box(122, 20, 154, 46)).all()
    assert layer.credit.line_ja
    assert layer.credit.line_en
    kind = {"land": 2, "prefectures": 2, "coast": 1}.get(word, 0)
    assert set(shapely.get_dimensions(frame.geometry.to_numpy())) == {kind}
    if word.endswith("_mean_c"):
        assert frame["value"].between(-5, 35).all()


def test_the_coast_is_the_edge_of_the_land():
    """Inland borders of prefectures are no coast: Takasaki is far from the sea, Choshi is not."""
    coast = builtin_layer("coast").frame.geometry
    km = distance_km([139.0, 140.85], [36.32, 35.73], coast)
    assert 80 < km[0] < 130
    assert km[1] < 5


def test_grid_points_have_a_voltage_and_a_place():
    points = grid_points()
    assert points["voltage_kv"].gt(0).all()
    assert points.index.is_unique
    near = great_circle_km(35.8, 140.14, points["lat"].to_numpy(), points["lon"].to_numpy())
    assert np.min(near) < 30  # something around Inzai


def test_a_shipped_layer_has_a_hash_of_its_content():
    files = {
        name: LayerFiles(name, LayerSpec(builtin=name), None, ())
        for name in ("zones", "cities", "exchanges")
    }
    first, second = OpenLayers(files, BOX), OpenLayers(files, (0, 0, 1, 1))
    hashes = {first.hash(name) for name in files}
    assert len(hashes) == 3
    assert hashes == {second.hash(name) for name in files}  # wherever the study lies
    assert first.missing == []
