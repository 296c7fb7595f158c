"""A made county with one file of every kind of layer, for examples/kanto.

    python benchmarks/made_county.py examples/kanto/layers

Everything is invented from one seed; nothing was measured, and nobody publishes it. The forms are
those of the real publishers, so that the readers meet what they will meet in earnest.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import made_county_cells as cells
from benchmarks import made_county_files as files
from benchmarks import made_county_official as official
from benchmarks import made_county_other as other
from benchmarks.made_county_land import County

PLANNING = {"A10": official.parks, "A11": official.conservation, "A13": official.forest}


def write_made_county(folder: Path) -> None:
    """Write all layers of the county into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    county = County()
    _write_official(folder, county)
    _write_planning(folder, county)
    _write_cells(folder, county)
    _write_general(folder, county)


def _write_official(folder: Path, county: County) -> None:
    """National Land Numerical Information: one Shapefile an archive, and GeoJSON for A40."""
    members = {
        "made_A31a-24_12_10_SHP": ("20_想定最大規模/A31a-20-24_12_8399990001_10", official.flood),
        "made_A33-23_12_SHP": ("A33-23_12Polygon", official.landslide),
        "made_A29-19_12_GML": ("A29-19_12", official.use_zones),
        "made_L05-1-09_12_GML": ("L05-1-09_12-g_IndustrialPark", official.industrial),
        "made_L03-b-21_5340-jgd2011_GML": ("L03-b-21_5340", official.land_use),
    }
    for name, (stem, layer) in members.items():
        files.write_zip(folder / f"{name}.zip", files.shapefile(layer(county), stem))
    files.write_geojson(folder / "made_A40-18_12.geojson", official.tsunami(county))


def _write_planning(folder: Path, county: County) -> None:
    """Land use plan: one Shapefile for each layer number, as published in 2015."""
    for kind, layer in PLANNING.items():
        frame = layer(county)
        members: dict[str, bytes] = {}
        for number, rows in frame.groupby("LAYER_NO"):
            members |= files.shapefile(rows, f"a0011200201602{number:02d}")
        files.write_zip(folder / f"made_{kind}-15_12_GML.zip", members)


def _write_cells(folder: Path, county: County) -> None:
    """Heights, earthquakes, people and land prices."""
    for side, left in (("west", True), ("east", False)):
        files.write_zip(folder / f"made_FG-GML-dem10b_{side}.zip", cells.dem_members(county, left))
    quake = {"P-Y2024-MAP-AVR-TTL_MTTL-5340.csv": cells.quake_csv(county)}
    files.write_zip(folder / "made_P-Y2024-MAP-AVR-TTL_MTTL-5340.zip", quake)
    (folder / "made_tblT001140S5340.csv").write_bytes(cells.people_csv(county))
    cells.write_price(folder / "made_land_price_cog.tif", county)


def _write_general(folder: Path, county: County) -> None:
    """What users bring: one file for each general format."""
    power = other.substations(county)
    files.write_geopackage(folder / "made_osm_substations.gpkg", power, "substations")
    files.write_geojson(folder / "made_osm_lines.geojson", other.lines(county))
    (folder / "made_osm_north.osm").write_text(other.osm_text(), encoding="utf-8", newline="\n")
    files.write_flatgeobuf(folder / "made_fibre.fgb", other.fibre(county))
    other.industrial_water(county).to_parquet(folder / "made_industrial_water.parquet", index=False)
    files.write_kml(folder / "made_fault.kml", other.fault(county))
    files.write_kml(folder / "made_airfield.kml", other.airfield(county))
    files.write_shapefile(folder / "made_stations.shp", other.stations(county))
    files.write_geojson(folder / "made_municipalities.geojson", other.municipalities(county))
    table = other.municipal_table(county)
    text = "# 架空 made\n" + table.to_csv(index=False, lineterminator="\n")
    (folder / "made_municipal_table.csv").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_made_county(Path(sys.argv[1]))
