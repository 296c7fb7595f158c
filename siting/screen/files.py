"""Files of a screening: candidates for a GIS and for programs, cells, tables, report, map."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import rasterio

from data.crs import JGD2011_EPSG
from data.lattice import Lattice
from maps.screen_page import ScreenContent, save_screen_map
from siting.lock import lock_text
from siting.map_content import area_labels, prefecture_outlines
from siting.run_files import write_json, write_parquet
from siting.screen.map_cells import map_cells
from siting.screen.report import write_report
from siting.screen.run import Screening
from siting.screen.site_rows import site_table
from siting.spreadsheet import inert, write_csv

MOST_PIXELS = 200_000_000
"""Pixels of the window up to which the score is also written as an image."""

TEXT_COLUMNS = ("reason_ja", "reason_en")


def write_screen(found: Screening, summary: dict[str, Any], folder: Path) -> None:
    """Write every file of a screening into `folder`.

    Parameters
    ----------
    found : Screening
    summary : dict
        Of `siting.screen.summary.summary_of`, in JSON's own kinds.
    folder : Path
        An empty folder.
    """
    candidates = candidate_frame(found, summary)
    (folder / "scenario.lock.yaml").write_text(lock_text(found.scenario), encoding="utf-8")
    write_csv(candidates.drop(columns="geometry"), folder / "sites.csv")
    candidates.to_parquet(folder / "candidates.parquet", index=False, compression="zstd")
    _write_geopackage(found, candidates, folder / "candidates.gpkg", summary["created"])
    write_csv(pd.DataFrame(_flat(summary["rules"])), folder / "rules.csv")
    write_csv(pd.DataFrame(_flat(summary["layers"])), folder / "layers.csv")
    write_csv(pd.DataFrame(_flat(summary["backtest"])), folder / "backtest.csv")
    write_parquet(cell_table(found), folder / "cells.parquet")
    _write_score(found, folder / "score.tif")
    write_json(summary, folder / "summary.json")
    write_report(summary, folder / "report.html")
    save_screen_map(map_content(found, summary), folder / "map.html")


def map_content(found: Screening, summary: dict[str, Any]) -> ScreenContent:
    """What the map shows."""
    return ScreenContent(
        summary=summary,
        cells=map_cells(found),
        prefectures=prefecture_outlines(),
        areas=area_labels(),
    )


def candidate_frame(found: Screening, summary: dict[str, Any]) -> gpd.GeoDataFrame:
    """Sites with everything known of them, their outline as geometry (JGD2011).

    Returns
    -------
    GeoDataFrame, shape (sites, columns)
        Columns of `site_table`; `score_...` and `value_...` by criterion; `point_...`; reasons;
        `layers`: the layers behind it; `made`: whether any is invented.
    """
    table = site_table(found).drop(columns=["cell"]).reset_index()
    table["shared_with"] = [", ".join(each) for each in table["shared_with"]]
    rows = summary["sites"]
    for name in found.scores.names:
        table[f"score_{name}"] = pd.to_numeric(pd.Series([r["scores"][name] for r in rows]))
        table[f"value_{name}"] = [row["values"][name] for row in rows]
        if table[f"value_{name}"].map(lambda v: isinstance(v, str)).any():
            table[f"value_{name}"] = table[f"value_{name}"].astype("str")
        else:
            table[f"value_{name}"] = pd.to_numeric(table[f"value_{name}"])
    for column in TEXT_COLUMNS:
        table[column] = pd.Series([row[column] for row in rows], dtype="str")
    table["layers"] = "; ".join(f"{r['layer']}: {r['credit_en']}" for r in summary["layers"])
    table["made"] = bool(summary["made"])
    shapes = gpd.GeoSeries(found.sites.polygons.to_numpy(), crs=JGD2011_EPSG)
    return gpd.GeoDataFrame(table, geometry=shapes, crs=JGD2011_EPSG)


def cell_table(found: Screening) -> pd.DataFrame:
    """Every land cell: place, land, rules that take it out, scores.

    Returns
    -------
    DataFrame, shape (cells, columns)
        code (mesh), lon, lat [degrees], land_km2 [km2], prefecture_code, area, is_open, `rules`
        (bit i = rule i of rules.csv), score, known_weight_share, `score_...` by criterion.
    """
    cells, lon_lat = found.cells, found.cells.centre
    table = {
        "code": cells.lattice.codes(cells.cell),
        "lon": lon_lat[0],
        "lat": lon_lat[1],
        "land_km2": cells.land_km2,
        "prefecture_code": pd.Categorical(cells.prefecture),
        "area": pd.Categorical(cells.area),
        "is_open": found.exclusions.is_open,
        "rules": found.exclusions.bits,
        "score": found.score,
        "known_weight_share": found.scores.known_weight_share(),
    }
    by_criterion = {
        f"score_{name}": found.scores.by_criterion[i] for i, name in enumerate(found.scores.names)
    }
    return pd.DataFrame(table | by_criterion)


def _write_geopackage(
    found: Screening, candidates: gpd.GeoDataFrame, path: Path, created: str
) -> None:
    """Sites, routes and connection points as layers of one file, though a layer may be empty."""
    import pyogrio

    layers = {
        "sites": ("MultiPolygon", candidates),
        "routes": ("LineString", _routes(found)),
        "points": ("Point", _points(found)),
    }
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{created[:10]}T00:00:00.000Z"})
    try:
        for number, (name, (kind, frame)) in enumerate(layers.items()):
            pyogrio.write_dataframe(
                frame.map(inert),
                path,
                layer=name,
                append=number > 0,
                geometry_type=kind,
                promote_to_multi=kind.startswith("Multi"),
            )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _routes(found: Screening) -> gpd.GeoDataFrame:
    lines = found.connections.routes.dropna()
    columns = ["point", "voltage_kv", "route_km", "route_weighted_km", "route_cost_myen"]
    table = found.connections.table.loc[lines.index, columns].reset_index()
    return gpd.GeoDataFrame(table, geometry=lines.to_numpy(), crs=JGD2011_EPSG)


def _points(found: Screening) -> gpd.GeoDataFrame:
    points = found.points.reset_index()
    geometry = gpd.points_from_xy(points["lon"], points["lat"])
    return gpd.GeoDataFrame(points, geometry=geometry, crs=JGD2011_EPSG)


def _write_score(found: Screening, path: Path) -> None:
    """Score of open cells as an image; no value where excluded, unknown or sea."""
    lattice = found.cells.lattice
    if lattice.rows * lattice.cols > MOST_PIXELS:
        return
    image = np.full(lattice.rows * lattice.cols, np.nan, dtype=np.float32)
    image[found.cells.cell] = np.where(found.exclusions.is_open, found.score, np.nan)
    write_image(image.reshape(lattice.shape), lattice, path)


def write_image(image: npt.NDArray[np.float32], lattice: Lattice, path: Path) -> None:
    """Write numbers on a lattice as a tiled GeoTIFF."""
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=lattice.rows,
        width=lattice.cols,
        count=1,
        dtype="float32",
        crs=lattice.crs,
        transform=lattice.transform,
        nodata=np.nan,
        compress="deflate",
        tiled=True,
    ) as target:
        target.write(image, 1)


def _flat(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows whose lists are one text each."""
    return [
        {key: "; ".join(map(str, v)) if isinstance(v, list) else v for key, v in row.items()}
        for row in rows
    ]
