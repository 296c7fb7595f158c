"""Cells of the made county in the publishers' forms: heights, earthquakes, people, prices."""

import math
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from pyproj import Transformer

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.made_county_land import Bools, County, Floats
from benchmarks.made_county_other import price_where_known
from data.lattice import mesh_lattice

DEM_SHAPE = (75, 125)
"""Heights of one second mesh: 4" by 3.6" apart. A real DEM10B has 750 by 1125."""
LEFT_OUT = "534041"
PLANE_9 = "EPSG:6677"
"""Japan Plane Rectangular CS IX, metres: the price layer is in it."""
PRICE_CELL_M = 200
UNKNOWN_PRICE = -9999

DEM_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Dataset xsi:schemaLocation="http://fgd.gsi.go.jp/spec/2008/FGD_GMLSchema FGD_GMLSchema.xsd" \
xmlns:gml="http://www.opengis.net/gml/3.2" xmlns="http://fgd.gsi.go.jp/spec/2008/FGD_GMLSchema" \
xmlns:xlink="http://www.w3.org/1999/xlink" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" gml:id="Dataset1">
<gml:description>架空 made: 実在の標高ではない、地理院の成果ではない</gml:description>
<gml:name>基盤地図情報ダウンロードデータ（GML版）と同じ形式</gml:name>
<DEM gml:id="DEM001">
<fid>made-{mesh}</fid>
<lfSpanFr gml:id="DEM001-1"><gml:timePosition>2026-04-01</gml:timePosition></lfSpanFr>
<devDate gml:id="DEM001-2"><gml:timePosition>2026-04-01</gml:timePosition></devDate>
<orgGILvl>0</orgGILvl>
<orgMDId>made</orgMDId>
<type>10mメッシュ（標高）</type>
<mesh>{mesh}</mesh>
<coverage gml:id="DEM001-3">
<gml:boundedBy>
<gml:Envelope srsName="fguuid:jgd2011.bl">
<gml:lowerCorner>{south:.9f} {west:.9f}</gml:lowerCorner>
<gml:upperCorner>{north:.9f} {east:.9f}</gml:upperCorner>
</gml:Envelope>
</gml:boundedBy>
<gml:gridDomain>
<gml:Grid dimension="2" gml:id="DEM001-4">
<gml:limits>
<gml:GridEnvelope>
<gml:low>0 0</gml:low>
<gml:high>{last_col} {last_row}</gml:high>
</gml:GridEnvelope>
</gml:limits>
<gml:axisLabels>x y</gml:axisLabels>
</gml:Grid>
</gml:gridDomain>
<gml:rangeSet>
<gml:DataBlock>
<gml:rangeParameters>
<gml:QuantityList uom="DEM構成点"/>
</gml:rangeParameters>
<gml:tupleList>
"""
DEM_TAIL = """</gml:tupleList>
</gml:DataBlock>
</gml:rangeSet>
<gml:coverageFunction>
<gml:GridFunction>
<gml:sequenceRule order="+x-y">Linear</gml:sequenceRule>
<gml:startPoint>{start_col} {start_row}</gml:startPoint>
</gml:GridFunction>
</gml:coverageFunction>
</coverage>
</DEM>
</Dataset>
"""

QUAKE_COLUMNS = ("T30_I45_PS", "T30_I50_PS", "T30_I55_PS", "T30_I60_PS")
"""30-year chances of intensity 5-lower, 5-upper, 6-lower and 6-upper or more. [-]"""
PEOPLE_COLUMNS = ("T001140001", "T001140002", "T001140003")
PEOPLE_LABELS = ("　人口（総数）", "　人口（総数）　男", "　人口（総数）　女")


def dem_members(county: County, left: bool) -> dict[str, bytes]:
    """Height models of the western or the eastern second meshes, by file name.

    Heights are known for the whole box of the county but for one mesh in the far south that is
    left out on purpose: a real download has holes too.
    """
    members = {}
    for mesh, south, west in _second_meshes():
        if (west < 140.12) == left and mesh != LEFT_OUT:
            name = f"FG-GML-{mesh[:4]}-{mesh[4:]}-dem10b-20260401.xml"
            members[name] = _dem_text(county, mesh, south, west).encode()
    return members


def _second_meshes() -> Iterator[tuple[str, float, float]]:
    """Code, southern and western edge of the second meshes under the county."""
    for up in range(4, 8):
        for right in range(3):
            yield f"5340{up}{right}", 106 / 3 + up / 12, 140 + right / 8


def _dem_text(county: County, mesh: str, south: float, west: float) -> str:
    rows, cols = DEM_SHAPE
    lat = south + (rows - np.arange(rows) - 0.5) / 12 / rows
    lon = west + (np.arange(cols) + 0.5) / 8 / cols
    cells = county.lattice.cells_at(*np.meshgrid(lon, lat)).ravel()
    known = np.flatnonzero(cells >= 0)
    first, last = int(known[0]), int(known[-1])
    heights, water = county.elevation_m.ravel(), (county.water | county.inlet).ravel()
    listed = [_tuple(cell, heights, water) for cell in cells[first : last + 1]]
    corners = {"south": south, "west": west, "north": south + 1 / 12, "east": west + 1 / 8}
    head = DEM_HEAD.format(mesh=mesh, last_col=cols - 1, last_row=rows - 1, **corners)
    start_row, start_col = divmod(first, cols)
    tail = DEM_TAIL.format(start_col=start_col, start_row=start_row)
    return head + "\n".join(listed) + "\n" + tail


def _tuple(cell: int, heights: Floats, water: Bools) -> str:
    if cell < 0:
        return "データなし,-9999."
    return f"{'内水面' if water[cell] else '地表面'},{heights[cell]:.2f}"


def quake_csv(county: County) -> bytes:
    """J-SHIS: chances by 250 m mesh, land only."""
    fine = mesh_lattice(county.lattice.bounds, 250)
    middles = fine.centres(np.arange(fine.rows * fine.cols))
    cells = county.lattice.cells_at(*middles)
    inside = np.flatnonzero(county.land.ravel()[cells])
    codes, six = fine.codes(inside), county.quake_share.ravel()[cells[inside]]
    chances = np.stack([np.minimum(0.999, six * 1.9), np.minimum(0.99, six * 1.4), six, six * 0.2])
    lines = ["# MADE (kakuu): invented, not by NIED", "# CODE," + ",".join(QUAKE_COLUMNS)]
    for at in np.argsort(codes):
        lines.append(f"{codes[at]}," + ",".join(f"{share:.6f}" for share in chances[:, at]))
    return ("\n".join(lines) + "\n").encode("ascii")


def people_csv(county: County) -> bytes:
    """e-Stat: people by third mesh, CP932; small numbers by sex are withheld as `*`."""
    coarse = mesh_lattice(county.lattice.bounds, 1000)
    people = np.where(county.land, county.people, 0)
    sums = people.reshape(coarse.rows, 10, coarse.cols, 10).sum(axis=(1, 3)).ravel()
    codes = coarse.codes(np.arange(len(sums)))
    lived = [at for at in np.argsort(codes) if sums[at] > 0]
    lines = ["KEY_CODE,HTKSYORI,HTKSAKI,GASSAN," + ",".join(PEOPLE_COLUMNS)]
    lines.append(",,,," + ",".join(PEOPLE_LABELS))
    for before, at in zip([lived[1], *lived], lived, strict=False):
        lines.append(_people_line(int(codes[at]), int(sums[at]), int(codes[before])))
    return ("\r\n".join(lines) + "\r\n").encode("cp932")


def _people_line(code: int, people: int, neighbour: int) -> str:
    if people < 10:
        return f"{code},2,{neighbour},,{people},*,*"
    men = people // 2
    return f"{code},0,,,{people},{men},{people - men}"


def write_price(path: Path, county: County) -> None:
    """Cloud-optimised GeoTIFF of land prices in a plane system of metres. [yen/m2]"""
    size_m = PRICE_CELL_M
    to_plane = Transformer.from_crs("EPSG:6668", PLANE_9, always_xy=True)
    box = to_plane.transform_bounds(*county.lattice.bounds)
    west, north = math.floor(box[0] / size_m) * size_m, math.ceil(box[3] / size_m) * size_m
    cols, rows = math.ceil((box[2] - west) / size_m), math.ceil((north - box[1]) / size_m)
    x = west + (np.arange(cols) + 0.5) * size_m
    y = north - (np.arange(rows) + 0.5) * size_m
    lon, lat = to_plane.transform(*np.meshgrid(x, y), direction="INVERSE")
    cells = county.lattice.cells_at(lon, lat)
    price = np.where(cells >= 0, price_where_known(county).ravel()[cells], UNKNOWN_PRICE)
    form = {"driver": "COG", "compress": "DEFLATE", "predictor": "YES", "nodata": UNKNOWN_PRICE}
    place = {"crs": PLANE_9, "transform": Affine(size_m, 0, west, 0, -size_m, north)}
    size = {"width": cols, "height": rows, "count": 1, "dtype": "int32"}
    with rasterio.open(path, "w", **form, **place, **size) as file:
        file.write(price.astype(np.int32), 1)
        file.set_band_description(1, "架空 made land price, yen/m2")
        file.update_tags(note="架空 made", unit="yen/m2")
