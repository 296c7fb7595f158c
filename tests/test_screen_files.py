"""The run folder of a screening: what GIS programs, spreadsheets and programs find in it."""

import csv
import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import rasterio
import shapely

from data.crs import JGD2011_EPSG
from siting.run_files import plain
from siting.screen.files import candidate_frame, write_screen
from siting.screen.homes import Homes
from siting.screen.run import run_screen
from siting.screen.summary import summary_of
from tests.small_screened import screened_scenario

NAMES = {
    "backtest.csv",
    "candidates.gpkg",
    "candidates.parquet",
    "cells.parquet",
    "layers.csv",
    "map.html",
    "report.html",
    "rules.csv",
    "scenario.lock.yaml",
    "score.tif",
    "sites.csv",
    "summary.json",
}
CREATED = "2026-11-26T12:00:00+09:00"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("chiba")


@pytest.fixture(scope="module")
def found(home):
    """Chiba at 1 km; one connection point and one credit that a spreadsheet would run."""
    screening = run_screen(screened_scenario(home), Homes(cache=home / "cache"))
    points = screening.points.copy()
    points.loc["chiba", ["name_ja", "name_en"]] = ["=1+1", "@SUM(A1)"]
    return replace(screening, points=points)


@pytest.fixture(scope="module")
def summary(found):
    return plain(summary_of(found)) | {"created": CREATED}


@pytest.fixture(scope="module")
def folder(home, found, summary):
    path = home / "run"
    path.mkdir()
    write_screen(found, summary, path)
    return path


def rows_of(path):
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def test_every_file_is_there(folder):
    assert {path.name for path in folder.iterdir()} == NAMES


def test_summary_is_json_without_gaps_in_its_numbers(folder, summary):
    text = (folder / "summary.json").read_text(encoding="utf-8")

    def refuse(word):
        raise AssertionError(word)

    read = json.loads(text, parse_constant=refuse)
    assert read == summary
    assert read["kind"] == "screen"
    assert len(read["sites"]) == 25


def test_totals_add_up(found, summary):
    totals = summary["totals"]
    assert totals["land_km2"] == pytest.approx(found.cells.land_km2.sum())
    assert totals["excluded_km2"] + totals["open_km2"] == pytest.approx(totals["land_km2"])
    assert sum(row["open_km2"] for row in totals["by_area"]) == pytest.approx(totals["open_km2"])
    assert sum(summary["score"]["histogram"]["km2"]) == pytest.approx(totals["open_km2"])
    rules = {row["rule"]: row for row in summary["rules"]}
    # two rules that act: land out = both alone, less what both take out
    sea, beach = rules["sea"], rules["beach"]
    both = sea["alone_km2"] - sea["only_km2"]
    assert totals["excluded_km2"] == pytest.approx(sea["alone_km2"] + beach["alone_km2"] - both)
    assert rules["far"]["relaxed"]


def test_rows_of_sites_agree_with_the_tables(found, summary):
    for row in summary["sites"]:
        site = row["site"]
        assert row["score"] == pytest.approx(found.sites.table.loc[site, "score"])
        assert row["point"] == found.connections.table.loc[site, "point"]
        assert row["scores"].keys() == {"grid", "city", "cool"}
        assert row["values"]["cool"] == pytest.approx(29 - 9 * row["scores"]["cool"], abs=0.01)
        outline = shapely.geometry.shape(row["polygon"])
        assert outline.contains(shapely.Point(row["lon"], row["lat"]))
        assert row["reason_ja"]
        assert row["reason_en"]
    ranks = [row["rank"] for row in summary["sites"]]
    assert ranks == list(range(1, 26))


def test_geopackage_opens_with_all_layers(folder, found):
    path = folder / "candidates.gpkg"
    layers = dict(pyogrio.list_layers(path))
    assert set(layers) == {"sites", "routes", "points"}
    sites = gpd.read_file(path, layer="sites")
    assert sites.crs.to_epsg() == JGD2011_EPSG
    assert sites["site"].tolist() == found.sites.table.index.tolist()
    assert set(sites.geometry.geom_type) == {"MultiPolygon"}
    assert sites["score_grid"].to_numpy() == pytest.approx(found.sites.by_criterion[0], abs=1e-6)
    routes = gpd.read_file(path, layer="routes")
    assert set(routes.geometry.geom_type) == {"LineString"}
    assert set(routes["site"]) == set(found.connections.routes.dropna().index)
    points = gpd.read_file(path, layer="points")
    assert len(points) == len(found.points)
    assert points["voltage_kv"].notna().all()


def test_geoparquet_carries_everything(folder, found, summary):
    frame = gpd.read_parquet(folder / "candidates.parquet")
    assert frame.crs.to_epsg() == JGD2011_EPSG
    assert frame["site"].tolist() == found.sites.table.index.tolist()
    wanted = {"rank", "score", "point", "voltage_kv", "route_cost_myen", "reason_ja", "reason_en"}
    wanted |= {"score_grid", "value_grid", "layers", "made"}
    assert wanted <= set(frame.columns)
    assert not frame["made"].any()
    assert frame["layers"].str.contains("Natural Earth").all()
    assert frame["reason_en"].tolist() == [row["reason_en"] for row in summary["sites"]]


def test_csv_runs_nothing(folder):
    rows = rows_of(folder / "sites.csv")
    assert len(rows) == 25
    at_chiba = [row for row in rows if row["point"] == "chiba"]
    assert at_chiba
    assert {row["point_name_ja"] for row in at_chiba} == {"'=1+1"}
    assert {row["point_name_en"] for row in at_chiba} == {"'@SUM(A1)"}
    for path in folder.glob("*.csv"):
        cells = [cell for row in rows_of(path) for cell in row.values()]
        assert not any(cell.startswith(("=", "@", "+")) for cell in cells if cell)


def test_geopackage_runs_nothing_either(folder):
    for layer in ("sites", "points"):
        frame = pd.DataFrame(gpd.read_file(folder / "candidates.gpkg", layer=layer))
        texts = frame.drop(columns="geometry").select_dtypes(exclude="number").stack()
        assert not texts.astype(str).str.startswith(("=", "@")).any()


def test_tables_of_rules_layers_and_hubs(folder):
    assert [row["rule"] for row in rows_of(folder / "rules.csv")] == ["sea", "beach", "far"]
    assert [row["layer"] for row in rows_of(folder / "layers.csv")] == [
        "land", "coast", "grid-points", "cities", "august-c",
    ]  # fmt: skip
    assert "inzai" in {row["place"] for row in rows_of(folder / "backtest.csv")}


def test_score_is_an_image_in_its_place(folder, found):
    with rasterio.open(folder / "score.tif") as image:
        assert image.crs.to_epsg() == JGD2011_EPSG
        assert image.transform.almost_equals(found.cells.lattice.transform)
        assert np.isnan(image.nodata)
        values = image.read(1)
        lon, lat = (each[1000] for each in found.cells.centre)
        at_cell = next(image.sample([(lon, lat)]))[0]
    flat = values.ravel()
    is_open = found.exclusions.is_open
    assert flat[found.cells.cell[is_open]].tolist() == found.score[is_open].tolist()
    assert np.isfinite(flat).sum() == is_open.sum()
    expected = found.score[1000] if is_open[1000] else np.nan
    assert at_cell == pytest.approx(expected, nan_ok=True)


def test_cells_know_why_they_are_out(folder, found):
    cells = pd.read_parquet(folder / "cells.parquet")
    assert len(cells) == len(found.cells)
    assert (cells["is_open"] == ((cells["rules"] & 0b011) == 0)).all()
    # the third rule is relaxed: it has a bit and excludes nothing
    assert (cells["is_open"] & (cells["rules"] == 0b100)).any()
    assert cells["land_km2"].sum() == pytest.approx(found.cells.land_km2.sum())
    assert cells["code"].astype(str).str.len().eq(8).all()
    assert cells["code"].is_unique
    assert set(cells["prefecture_code"]) >= {"12"}
    weighed = (3 * cells["score_grid"] + cells["score_city"] + cells["score_cool"]) / 5
    assert cells["score"].to_numpy() == pytest.approx(weighed.to_numpy(), abs=1e-6)


def test_the_same_content_gives_the_same_bytes(tmp_path, home, folder, found, summary):
    write_screen(found, summary, tmp_path)
    for name in NAMES:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name


def test_the_same_question_gives_the_same_answer(home, summary):
    """From files already measured: only times and what was kept differ."""
    again = run_screen(screened_scenario(home), Homes(cache=home / "cache"))
    told = plain(summary_of(again))
    assert told["blocks"]["computed"] == 0
    once = summary["sites"][0]["site"]
    assert told["sites"][0]["site"] == once
    own = {"created", "seconds", "blocks", "points", "sites"}
    for key in set(summary) - own:
        assert told[key] == summary[key], key


@pytest.mark.parametrize(
    "sets",
    [
        ["screen.land.wanted_mw=1e8"],  # no site
        ["screen.grid.prefectures=[37]"],  # no hub
        ["screen.connection.max_km=0.1"],  # no point in reach
        ["screen.connection.paths=false", "screen.sensitivity.draws=0"],
        ["screen.grid.mesh=equal_area", "screen.grid.cell_m=2000"],
    ],
)
def test_odd_studies_are_written_too(tmp_path, home, sets):
    scenario = screened_scenario(tmp_path, *sets)
    screening = run_screen(scenario, Homes(cache=home / "cache"))
    told = plain(summary_of(screening))
    out = tmp_path / "out"
    out.mkdir()
    write_screen(screening, told, out)
    assert {path.name for path in out.iterdir()} == NAMES
    frame = gpd.read_parquet(out / "candidates.parquet")
    assert len(frame) == len(told["sites"])
    layers = {name for name, _ in pyogrio.list_layers(out / "candidates.gpkg")}
    assert layers == {"sites", "routes", "points"}
    assert len(gpd.read_file(out / "candidates.gpkg", layer="sites")) == len(frame)


def test_a_layer_that_may_be_missing(tmp_path, home):
    """Its criterion is unknown everywhere, and stays a number column."""
    scenario = screened_scenario(
        tmp_path,
        "screen.layers.slope={file: no.tif, needed: false}",
        "screen.score.slope={layer: slope, linear: [15, 0]}",
        "screen.exclude.steep={layer: slope, above: 15}",
    )
    screening = run_screen(scenario, Homes(cache=home / "cache"))
    told = plain(summary_of(screening))
    frame = candidate_frame(screening, told)
    assert frame["score_slope"].isna().all()
    assert pd.api.types.is_float_dtype(frame["score_slope"])
    assert pd.api.types.is_float_dtype(frame["value_slope"])
    rule = next(row for row in told["rules"] if row["rule"] == "steep")
    assert rule["alone_km2"] is None
    assert any(text["key"] == "missing-slope" for text in told["unknowns"])
    assert set(frame["known_weight_share"].round(6)) == {round(5 / 6, 6)}


def test_points_are_named_as_far_as_they_have_names(found):
    points = found.points.copy()
    points.loc["chiba", ["name_ja", "name_en"]] = [None, "Chiba station"]
    points.loc["choshi", ["name_ja", "name_en"]] = [None, None]
    told = plain(summary_of(replace(found, points=points)))
    names = {row["point"]: row["point_name"] for row in told["sites"]}
    assert names["chiba"] == "Chiba station"
    assert names["choshi"] == "choshi"
    assert names["ichihara"] == found.points.loc["ichihara", "name_ja"]


def test_what_is_not_looked_at_is_said(summary):
    said = {text["key"]: text for text in summary["unknowns"]}
    assert {"slope", "flood", "land_use", "substations", "usable_land"} <= set(said)
    assert all(text["text_ja"] and text["text_en"] for text in said.values())
    assert [row["layer"] for row in summary["layers"]] == [
        "land", "coast", "grid-points", "cities", "august-c",
    ]  # fmt: skip
    assert all(row["credit_ja"] and row["credit_en"] for row in summary["layers"])
    assert not summary["made"]
