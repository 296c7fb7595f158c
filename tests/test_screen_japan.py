"""The national screens: on what is shipped, and with real substations, lines and land prices."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow

SHARED = ROOT.parent / "shared" / "data"
EXAMPLE = ROOT / "examples" / "japan_1km"
FILES = {
    "grid/osm2017_nodes.geojson": "substations.geojson",
    "grid/osm2017_lines.geojson": "lines.geojson",
    "boundaries/municipalities.topojson": "municipalities.topojson",
    "municipal/municipal_params.csv": "municipal_params.csv",
}
NAMED_HUBS = {
    "inzai",
    "tama",
    "keihanna",
    "ibaraki-saito",
    "minoh",
    "ishikari",
    "tomakomai",
    "kitakyushu-hibikino",
}
JAPAN_KM2 = 377_975
"""Area of Japan, Geospatial Information Authority, 2023; with 4 islands that no map shipped has."""


def screened(command, home, *words):
    done = command("screen", *words, cwd=home)
    assert done.code == 0, done.err
    (folder,) = (home / "runs").glob("*-screen")
    return json.loads((folder / "summary.json").read_text(encoding="utf-8")), folder


@pytest.fixture(scope="module")
def shipped(japan_screen):
    return japan_screen.summary, japan_screen.folder


@pytest.fixture(scope="module")
def real(command, tmp_path_factory):
    if not SHARED.is_dir():
        pytest.skip("the real layers are not on this machine")
    home = tmp_path_factory.mktemp("real")
    layers = home / "layers"
    layers.mkdir()
    for source, name in FILES.items():
        shutil.copy(SHARED / source, layers / name)
    return screened(command, home, EXAMPLE / "own_layers.yaml", "--layers", home)


def test_all_land_is_looked_at(shipped):
    summary, folder = shipped
    assert summary["grid"]["cells"] == pytest.approx(385_000, rel=0.03)
    assert summary["totals"]["land_km2"] == pytest.approx(JAPAN_KM2, rel=0.015)
    cells = pd.read_parquet(folder / "cells.parquet")
    assert len(cells) == summary["grid"]["cells"]
    assert cells["code"].is_unique
    assert cells["land_km2"].sum() == pytest.approx(summary["totals"]["land_km2"])
    assert set(cells["area"]) == {row["area"] for row in summary["totals"]["by_area"]}
    assert len(summary["totals"]["by_area"]) == 10


def test_it_says_what_it_does_not_know(shipped):
    summary, folder = shipped
    unknown = {row["key"] for row in summary["unknowns"]}
    assert {"slope", "flood", "land_use", "substations", "land_price"} <= unknown
    report = (folder / "report.html").read_text(encoding="utf-8")
    assert "Slope: not looked at" in report
    assert not summary["made"]


def test_rules_and_totals_agree(shipped):
    summary, folder = shipped
    totals, cells = summary["totals"], pd.read_parquet(folder / "cells.parquet")
    assert totals["excluded_km2"] + totals["open_km2"] == pytest.approx(totals["land_km2"])
    held = {i: cells["rules"].to_numpy() >> i & 1 for i in range(len(summary["rules"]))}
    for i, rule in enumerate(summary["rules"]):
        others = sum(held[j] for j in held if j != i)
        assert rule["alone_km2"] == pytest.approx(cells["land_km2"][held[i] == 1].sum())
        alone = (held[i] == 1) & (others == 0)
        assert rule["only_km2"] == pytest.approx(cells["land_km2"][alone].sum())


def test_the_hubs_named_have_a_percentile(shipped):
    summary, _ = shipped
    hubs = {row["place"]: row for row in summary["backtest"]}
    assert set(hubs) >= NAMED_HUBS
    for hub in hubs.values():
        assert (hub["percentile"] is not None) or hub["excluded_by"]


def test_no_hub_is_a_grid_point_it_could_find_itself_by(shipped):
    summary, _ = shipped
    assert {row["place"] for row in summary["backtest"]}.isdisjoint(
        row["point"] for row in summary["points"]
    )


@pytest.mark.thorough
def test_a_prefecture_without_any_file_says_so(command, tmp_path):
    scenario = ROOT / "examples" / "prefecture" / "scenario.yaml"
    summary, _ = screened(command, tmp_path, scenario, "--variant", "quick")
    assert all(rule["missing"] and rule["alone_km2"] is None for rule in summary["rules"])
    assert summary["totals"]["excluded_km2"] == 0
    unknown = {row["key"] for row in summary["unknowns"]}
    assert {"slope", "flood", "landslide", "usable_land", "shipped-points"} <= unknown
    known = {row["criterion"] for row in summary["criteria"] if row["known_share"] > 0}
    assert known == {"welcome-zone", "landing-point", "exchange", "coolness"}


@pytest.mark.thorough
def test_real_layers_are_read_whole(real):
    summary, _ = real
    layers = {row["layer"]: row for row in summary["layers"]}
    assert layers["lines"]["features"] == 5474  # 5,475 less one without geometry
    assert layers["municipalities"]["features"] >= 1741
    assert layers["municipalities"]["known_share"] > 0.97
    assert "OpenStreetMap" in layers["substations"]["credit_en"]
    assert "ODbL" in layers["substations"]["licence"]


@pytest.mark.thorough
def test_real_layers_rank_the_hubs_high(real):
    summary, _ = real
    hubs = {row["place"]: row for row in summary["backtest"]}
    assert set(hubs) >= NAMED_HUBS
    percentiles = [row["percentile"] for row in hubs.values() if not row["excluded_by"]]
    # by chance the middle hub would stand at 50
    assert pd.Series(percentiles).median() > 80


@pytest.mark.thorough
def test_real_sites_lead_to_real_substations(real):
    summary, folder = real
    sites = pd.read_csv(folder / "sites.csv")
    assert len(sites) > 100
    assert (sites["straight_km"] <= 30).all()
    # a route runs between the middles of cells of 1 km, so it may begin and end 0.7 km nearer
    assert (sites["route_km"] >= sites["straight_km"] - 1.5).all()
    points = {row["point"]: row for row in summary["points"]}
    assert set(sites["point"]) == set(points)
    assert sum(row["sites"] for row in points.values()) == len(sites)
    assert {row["voltage_kv"] for row in points.values()} <= {
        66,
        77,
        110,
        132,
        154,
        187,
        220,
        275,
        500,
    }
    assert Path(folder / "map.html").stat().st_size < 6e6
