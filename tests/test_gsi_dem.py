import time
import zipfile

import numpy as np
import pytest

from data.errors import InputError, SourceUnavailableError
from data.lattice import mesh_lattice
from data.layer import LayerOptions
from data.read_gsi_dem import PUBLICATION, read_gsi_dem, read_gsi_dem_slope
from data.resample import mean_on

ALL = (100.0, 20.0, 160.0, 50.0)
PLAIN = LayerOptions()

DEM = """<?xml version="1.0" encoding="UTF-8"?>
<Dataset xsi:schemaLocation="http://fgd.gsi.go.jp/spec/2008/FGD_GMLSchema FGD_GMLSchema.xsd"
 xmlns:gml="http://www.opengis.net/gml/3.2"
 xmlns="http://fgd.gsi.go.jp/spec/2008/FGD_GMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" gml:id="Dataset1">
<gml:description>基盤地図情報メタデータ ID=fmdid:15-3101</gml:description>
<gml:name>基盤地図情報ダウンロードデータ（GML版）</gml:name>
<DEM gml:id="DEM001">
 <fid>fgoid:10-00100-15-60101-53394600</fid>
 <lfSpanFr gml:id="DEM001-1"><gml:timePosition>2016-10-01</gml:timePosition></lfSpanFr>
 <devDate gml:id="DEM001-2"><gml:timePosition>2016-10-01</gml:timePosition></devDate>
 <orgGILvl>0</orgGILvl>
 <orgMDId>H23B1234</orgMDId>
 <type>5mメッシュ（標高）</type>
 <mesh>53394600</mesh>
 <coverage gml:id="DEM001-3">
  <gml:boundedBy>
   <gml:Envelope srsName="{system}">
    <gml:lowerCorner>{south} {west}</gml:lowerCorner>
    <gml:upperCorner>{north} {east}</gml:upperCorner>
   </gml:Envelope>
  </gml:boundedBy>
  <gml:gridDomain>
   <gml:Grid gml:id="DEM001-4" dimension="2">
    <gml:limits>
     <gml:GridEnvelope>
      <gml:low>0 0</gml:low>
      <gml:high>{high}</gml:high>
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
{tuples}
</gml:tupleList>
   </gml:DataBlock>
  </gml:rangeSet>
  <gml:coverageFunction>
   <gml:GridFunction>
    <gml:sequenceRule order="{order}">Linear</gml:sequenceRule>
    <gml:startPoint>{start}</gml:startPoint>
   </gml:GridFunction>
  </gml:coverageFunction>
 </coverage>
</DEM>
</Dataset>
"""

CELL = 0.2 / 3600


def dem(heights, *, west=139.75, north=35.675, cols=3, rows=2, cell=CELL, start="0 0", **said):
    """A file in the published form; corners are printed with nine digits."""
    fields = {
        "system": "fguuid:jgd2011.bl",
        "order": "+x-y",
        "west": f"{west:.9f}".rstrip("0"),
        "east": f"{west + cols * cell:.9f}".rstrip("0"),
        "north": f"{north:.9f}".rstrip("0"),
        "south": f"{north - rows * cell:.9f}".rstrip("0"),
        "high": f"{cols - 1} {rows - 1}",
        "start": start,
        "tuples": "\n".join(
            each if isinstance(each, str) else f"地表面,{each:.2f}" for each in heights
        ),
    }
    return DEM.format(**(fields | said))


def put(folder, text, name="FG-GML-5339-46-00-DEM5A-20161001.xml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def grid(path, options=PLAIN):
    return read_gsi_dem([path], options).source.window(ALL)[0].tolist()


def read_all(paths):
    return read_gsi_dem(paths, PLAIN).source.window(ALL)


def problems(paths):
    with pytest.raises(InputError) as caught:
        read_all(paths)
    return caught.value.problems


def test_heights_run_east_then_south(tmp_path):
    path = put(tmp_path, dem([1, 2, 3, 4, 5, 6.25]))
    layer = read_gsi_dem([path], PLAIN)
    values, transform = layer.source.window(ALL)
    assert values.tolist() == [[1, 2, 3], [4, 5, 6.25]]
    assert (transform.c, transform.f) == pytest.approx((139.75, 35.675), abs=1e-12)
    assert (transform.a, -transform.e) == pytest.approx((CELL, CELL), rel=1e-12)
    assert (layer.source.crs, layer.unit, layer.kind) == ("EPSG:6668", "m", "number")
    assert "国土地理院" in layer.credit.line_ja


def test_unknown_is_minus_9999_however_written(tmp_path):
    heights = ["データなし,-9999.", "海水面,-9999.00", "その他,-9999", "内水面,-0.50", -3, 0]
    rows = grid(put(tmp_path, dem(heights)))
    assert np.isnan(rows[0]).all()
    assert rows[1] == [-0.5, -3, 0]


def test_cells_left_out_at_start_and_end_are_unknown(tmp_path):
    rows = grid(put(tmp_path, dem([7, 8], start="2 0")))
    assert np.isnan(rows).tolist() == [[True, True, False], [False, True, True]]
    assert (rows[0][2], rows[1][0]) == (7, 8)


def test_zip_and_folder_hold_several(tmp_path):
    east = dem([5] * 6, west=139.75 + 3 * CELL)
    with zipfile.ZipFile(tmp_path / "FG-GML-5339-46-DEM5A.zip", "w") as archive:
        archive.writestr("FG-GML-5339-46-00-DEM5A-20161001.xml", dem([1] * 6))
        archive.writestr("FG-GML-5339-46-01-DEM5A-20161001.xml", east)
        archive.writestr("fmdid15-3101.xml", "<metadata/>")
    expected = [[1, 1, 1, 5, 5, 5]] * 2
    assert grid(tmp_path / "FG-GML-5339-46-DEM5A.zip") == expected
    below = tmp_path / "below"
    below.mkdir()
    put(below, dem([9] * 6, north=35.675 - 2 * CELL), "FG-GML-5339-46-02-DEM5B-20161001.xml")
    rows = grid(tmp_path)
    assert rows[:2] == expected
    assert rows[2][:3] == [9, 9, 9]
    assert np.isnan(rows[2][3:]).all()


def test_first_model_that_knows_wins(tmp_path):
    put(tmp_path, dem([1, "データなし,-9999.", 1, 1, 1, 1]), "FG-GML-5339-46-00-DEM5A.xml")
    put(tmp_path, dem([2] * 6), "FG-GML-5339-46-00-DEM5B.xml")
    assert grid(tmp_path) == [[1, 2, 1], [1, 1, 1]]


@pytest.mark.parametrize(
    ("system", "crs"),
    [
        ("fguuid:jgd2000.bl", "EPSG:4612"),
        ("fguuid:jgd2011.bl", "EPSG:6668"),
        ("fguuid:jgd2024.bl", "EPSG:6668"),
    ],
)
def test_systems_of_reference(tmp_path, system, crs):
    path = put(tmp_path, dem([1] * 6, system=system))
    assert read_gsi_dem([path], PLAIN).source.crs == crs


def test_printed_digits_leave_no_slivers_in_the_next_mesh(tmp_path):
    # a whole third mesh of 225 x 150 cells at corners that no nine digits can hold
    north, west = 35 + 41 / 60, 139.7625
    path = put(tmp_path, dem([4] * (225 * 150), north=north, west=west, cols=225, rows=150))
    lattice = mesh_lattice((west - 0.02, north - 0.02, west + 0.03, north + 0.02), 1000)
    means = mean_on(read_gsi_dem([path], PLAIN).source, lattice)
    assert np.isfinite(means).sum() == 1
    cell = lattice.cells_at([west + 0.006], [north - 0.004])[0]
    assert means.ravel()[cell] == 4


def test_slope_crosses_from_file_to_file(tmp_path):
    rise = [float(col) for col in range(6)] * 3
    left = [rise[row * 6 + col] for row in range(3) for col in range(3)]
    right = [rise[row * 6 + col] for row in range(3) for col in range(3, 6)]
    put(tmp_path, dem(left, rows=3), "FG-GML-0-DEM5A.xml")
    put(tmp_path, dem(right, rows=3, west=139.75 + 3 * CELL), "FG-GML-1-DEM5A.xml")
    layer = read_gsi_dem_slope([tmp_path], PLAIN)
    values, _ = layer.source.window(ALL)
    assert layer.unit == "%"
    assert np.isnan(values).tolist() == [[True] * 6, [True] + [False] * 4 + [True], [True] * 6]
    east_m = CELL * 90_500  # a degree of longitude at 35.7 N, roughly
    assert values[1, 1:5] == pytest.approx([100 / east_m] * 4, rel=2e-3)


@pytest.mark.parametrize(
    ("text", "where", "found"),
    [
        ("<html>404</html>", "file", "no gml:lowerCorner"),
        (dem([1] * 6, order="+y+x"), "gml:sequenceRule", "+y+x"),
        (dem([1] * 7), "gml:tupleList", "7 heights"),
        (dem([1] * 6, start="1 0"), "gml:tupleList", "from cell 1"),
        (dem(["地表面,"] * 6), "gml:tupleList", "without a height"),
        (dem(["地表面,1.2.3"] * 6), "gml:tupleList", ""),
        (dem([1] * 6, system="urn:unknown"), "srsName", "urn:unknown"),
        (dem([1] * 6, high="99999 99999"), "gml:GridEnvelope", "100000 x 100000"),
        (dem([1] * 6, west=35.6, north=139.8), "gml:Envelope", "139.8"),
        (dem([1] * 6).split("</gml:tupleList>")[0], "gml:tupleList", "cut off"),
        (dem([1] * 5).split("<gml:startPoint>")[0], "gml:startPoint", "none"),
    ],
)
def test_every_fault_has_its_words(tmp_path, text, where, found):
    (problem,) = problems([put(tmp_path, text)])
    assert problem.where == where
    assert found in problem.found
    assert problem.file.endswith(".xml")


def test_document_type_is_refused(tmp_path):
    bomb = '<!DOCTYPE Dataset [<!ENTITY a "1"><!ENTITY b "&a;&a;&a;">]>\n'
    text = dem([1] * 6).replace("<Dataset", bomb + "<Dataset", 1)
    (problem,) = problems([put(tmp_path, text)])
    assert problem.found == "a document type"


def test_all_faults_of_all_files_at_once(tmp_path):
    put(tmp_path, "no", "a-dem5a.xml")
    put(tmp_path, dem([1] * 6, system="x"), "b-dem5a.xml")
    put(tmp_path, dem([1] * 6), "c-dem5a.xml")
    assert [p.file[-11] for p in problems([tmp_path])] == ["a", "b"]


def test_five_and_ten_metres_are_two_layers(tmp_path):
    put(tmp_path, dem([1] * 6), "a-dem5a.xml")
    put(tmp_path, dem([1] * 6, cell=2 * CELL), "b-dem10b.xml")
    (problem,) = problems([tmp_path])
    assert "two layers" in problem.fix


def test_archives_are_bounded(tmp_path):
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("FG-GML-DEM5A.xml", b"0" * (70 * 2**20))
    assert "bytes out of" in problems([bomb])[0].found
    nested = tmp_path / "PackDLMap.zip"
    with zipfile.ZipFile(nested, "w") as archive:
        archive.write(bomb, "FG-GML-5339-46-DEM5A.zip")
    assert "archive inside" in problems([nested])[0].found
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04 cut")
    assert problems([broken])[0].expected == "a zip archive"


def test_nothing_there_says_what_to_do(tmp_path):
    for path in (tmp_path, tmp_path / "absent.xml"):
        with pytest.raises(SourceUnavailableError, match="Put the file in place"):
            read_gsi_dem([path], PLAIN)
    assert PUBLICATION.reader == "gsi_dem"


def test_a_second_mesh_of_ten_metres_is_read_in_seconds(tmp_path):
    heights = np.random.default_rng(0).uniform(0, 900, 1125 * 750)
    text = dem(heights, cols=1125, rows=750, cell=2 * CELL, north=35.75)
    layer = read_gsi_dem([put(tmp_path, text, "FG-GML-5339-46-dem10b.xml")], PLAIN)
    start = time.perf_counter()
    values, _ = layer.source.window(ALL)
    assert time.perf_counter() - start < 5  # about half a second alone on a machine
    assert values.ravel() == pytest.approx(heights, abs=0.0051)
