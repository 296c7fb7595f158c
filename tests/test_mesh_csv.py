import tracemalloc
import zipfile

import numpy as np
import pytest

from data.errors import InputError, SourceUnavailableError
from data.lattice import mesh_lattice
from data.layer import LayerOptions
from data.mesh import mesh_cells, mesh_codes
from data.mesh_source import MeshSource
from data.read_mesh_csv import JSHIS, MESH_STATISTICS, read_jshis, read_mesh_statistics
from data.resample import mean_on

ALL = (100.0, 20.0, 160.0, 50.0)

HAZARD = """# VER. = 1.1
# DATE = 2021-03-26
# UPDATED
#   2021-03-26 初版
#
# CODE, T30_I45_PS, T30_I60_PS, T30_P03_SI
5339461111, 0.999, 0.061, 6.1
5339461112, 0.998, 0.055, 6.0
5339461113, 0.990, 0.052, 5.9
"""

GROUND = """# VER. = 4.0
# CODE, JCODE, JNAME, AVS, ARV
5339461111, 15, 三角州・海岸低地, 180.5, 1.95
5339461112, 20, 埋立地, 190.0, 1.90
"""

CENSUS = """KEY_CODE,HTKSYORI,HTKSAKI,GASSAN,T001141001,T001141002,T001141004
,,,,　人口（総数）,　人口（総数）　男,　０～１４歳人口　総数
533900054,0,,,64,33,6
533900064,2,533900073,,3,1,*
533900073,1,,533900064,57,27,6
"""


def put(folder, text, name="a.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def values_of(layer):
    """Code to value of every cell listed."""
    source = layer.source
    codes = mesh_codes(source.rows, source.cols, source.cell_m)
    return dict(zip(codes.tolist(), source.values.tolist(), strict=True))


def only_problem(read, paths, **options):
    with pytest.raises(InputError) as caught:
        read(paths, LayerOptions(**options))
    (problem,) = caught.value.problems
    return problem


def test_jshis_column_by_name(tmp_path):
    layer = read_jshis([put(tmp_path, HAZARD)], LayerOptions(column="T30_I60_PS"))
    expected = {5339461111: 0.061, 5339461112: 0.055, 5339461113: 0.052}
    assert values_of(layer) == expected
    assert (layer.source.cell_m, layer.unit, layer.kind) == (250, "-", "number")
    assert "NIED" in layer.credit.line_en


def test_jshis_window_north_first(tmp_path):
    layer = read_jshis([put(tmp_path, HAZARD)], LayerOptions(column="T30_P03_SI"))
    values, transform = layer.source.window(ALL)
    # of the quarter: 1 south-west, 2 south-east, 3 north-west, 4 north-east
    assert values.tolist() == [pytest.approx([5.9, np.nan], nan_ok=True), [6.1, 6.0]]
    assert transform.a == pytest.approx(11.25 / 3600)
    assert -transform.e == pytest.approx(7.5 / 3600)
    # third mesh 53394611: 53 x 2/3 + 4 x 1/12 + 1 x 1/120 N, 139 + 6/8 + 1/80 E
    assert (transform.c, transform.f) == pytest.approx(
        (139.7625, 53 / 1.5 + 4 / 12 + 1 / 120 + 15 / 3600)
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_ground_with_japanese_text(tmp_path, encoding):
    path = put(tmp_path, GROUND, encoding=encoding)
    layer = read_jshis([path], LayerOptions(column="arv"))
    assert values_of(layer) == {5339461111: 1.95, 5339461112: 1.90}


def test_header_may_be_the_first_row(tmp_path):
    text = "MESH_CODE,P\n5339461111,0.5\n"
    layer = read_jshis([put(tmp_path, text)], LayerOptions())  # the only column
    assert values_of(layer) == {5339461111: 0.5}


def test_column_must_be_named_and_be_there(tmp_path):
    path = put(tmp_path, HAZARD)
    problem = only_problem(read_jshis, [path])
    assert (problem.found, problem.expected) == (
        "not stated",
        "one of T30_I45_PS, T30_I60_PS, T30_P03_SI",
    )
    assert "not there" in only_problem(read_jshis, [path], column="T50").found


def test_zips_and_folders_join_files(tmp_path):
    with zipfile.ZipFile(tmp_path / "P-Y2020.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("P-Y2020-MAP.csv", HAZARD)
        archive.writestr("readme.txt", "no table")
    put(tmp_path, HAZARD.replace("53394611", "53394612"), "b.csv")
    layer = read_jshis([tmp_path], LayerOptions(column="T30_I60_PS"))
    assert len(values_of(layer)) == 6


def test_code_twice_is_refused_in_one_file_and_in_two(tmp_path):
    path = put(tmp_path, HAZARD + "5339461112, 0.1, 0.2, 0.3\n")
    problem = only_problem(read_jshis, [path], column="T30_I60_PS")
    assert problem.found == "1 codes twice, such as 5339461112"
    one = put(tmp_path, CENSUS, "tblT001141H13.txt", "cp932")
    two = put(tmp_path, CENSUS, "tblT001141H14.txt", "cp932")
    problem = only_problem(read_mesh_statistics, [one, two], column="T001141001")
    assert "3 codes twice" in problem.found
    assert "not by prefecture" in problem.fix


def test_numbers_that_are_no_codes_are_listed(tmp_path):
    path = put(tmp_path, HAZARD + "5339461115, 0.1, 0.2, 0.3\n5339861111, 0.1, 0.2, 0.3\n")
    problem = only_problem(read_jshis, [path], column="T30_I60_PS")
    assert problem.found == "2 that are none, such as 5339461115, 5339861111"
    path = put(tmp_path, HAZARD + "abc, 0.1, 0.2, 0.3\n")
    problem = only_problem(read_jshis, [path], column="T30_I60_PS")
    assert (problem.where, problem.found, problem.line) == ("code", "abc", 10)


def test_values_that_are_no_numbers_are_listed(tmp_path):
    path = put(tmp_path, HAZARD.replace("0.055", "high"))
    problem = only_problem(read_jshis, [path], column="T30_I60_PS")
    assert (problem.found, problem.line) == ("high", 8)


def test_line_of_another_length_is_refused(tmp_path):
    path = put(tmp_path, HAZARD + "5339461114, 0.1\n")
    problem = only_problem(read_jshis, [path], column="T30_I60_PS")
    assert problem.where == "rows"


def test_tenths_only_when_stated(tmp_path):
    text = "CODE,V\n5339461199,7\n5339461100,5\n"
    path = put(tmp_path, text)
    layer = read_jshis([path], LayerOptions(cell_m=100))
    assert values_of(layer) == {5339461199: 7.0, 5339461100: 5.0}
    assert "that are none" in only_problem(read_jshis, [path]).found  # quarters end in 1 to 4
    assert "10" in only_problem(read_jshis, [path], cell_m=1000).found


@pytest.mark.parametrize(("code", "cell_m"), [(53394611, 1000), (533946113, 500)])
def test_level_from_digits(tmp_path, code, cell_m):
    layer = read_jshis([put(tmp_path, f"CODE,V\n{code},7\n")], LayerOptions())
    assert layer.source.cell_m == cell_m


@pytest.mark.parametrize("code", [5339, 533946, 53394611111])
def test_levels_that_are_not_read(tmp_path, code):
    problem = only_problem(read_jshis, [put(tmp_path, f"CODE,V\n{code},7\n")])
    assert problem.expected == "8, 9 or 10 digits"


def test_own_mark_for_unknown(tmp_path):
    path = put(tmp_path, "CODE,V\n53394611,-1\n53394612,4\n")
    values = values_of(read_jshis([path], LayerOptions(nodata=-1)))
    assert np.isnan(values[53394611])
    assert values[53394612] == 4


@pytest.mark.parametrize("column", ["T001141004", "０～１４歳人口　総数", "0~14歳人口総数"])
def test_statistics_column_by_id_or_japanese_name(tmp_path, column):
    path = put(tmp_path, CENSUS, "tblT001141H5339.txt", "cp932")
    layer = read_mesh_statistics([path], LayerOptions(column=column))
    values = values_of(layer)
    assert (values[533900054], values[533900073]) == (6, 6)
    assert np.isnan(values[533900064])  # withheld, not none
    assert layer.source.cell_m == 500
    assert layer.notes == ("1 cells hold * instead of a number and are not known",)


def test_totals_of_people_are_never_withheld(tmp_path):
    path = put(tmp_path, CENSUS, "tblT001141H5339.txt", "cp932")
    layer = read_mesh_statistics([path], LayerOptions(column="人口(総数)"))
    assert values_of(layer) == {533900054: 64, 533900064: 3, 533900073: 57}
    assert layer.notes == ()


def test_dash_is_not_taken_for_none(tmp_path):
    path = put(tmp_path, CENSUS.replace(",64,", ",-,"), "tbl.txt", "cp932")
    layer = read_mesh_statistics([path], LayerOptions(column="T001141001"))
    assert np.isnan(values_of(layer)[533900054])
    assert "1 cells hold -" in layer.notes[0]


def test_statistics_without_code_column(tmp_path):
    path = put(tmp_path, "a,b\n1,2\n", "tbl.txt")
    assert "KEY_CODE" in only_problem(read_mesh_statistics, [path], column="b").expected


def test_all_files_are_looked_at(tmp_path):
    put(tmp_path, "x\n", "a.csv")
    put(tmp_path, HAZARD.replace("0.055", "high"), "b.csv")
    with pytest.raises(InputError) as caught:
        read_jshis([tmp_path], LayerOptions(column="T30_I60_PS"))
    assert [problem.file[-5:] for problem in caught.value.problems] == ["a.csv", "b.csv"]


def test_absent_file_and_encoding(tmp_path):
    with pytest.raises(SourceUnavailableError, match="Put the file in place"):
        read_jshis([tmp_path / "absent.csv"], LayerOptions())
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xff\xfe\x00\x81\n")
    assert only_problem(read_jshis, [path]).where == "encoding"
    assert (JSHIS.reader, MESH_STATISTICS.reader) == ("jshis", "mesh_statistics")


def test_empty_tables(tmp_path):
    head = HAZARD[: HAZARD.index("5339")]
    problem = only_problem(read_jshis, [put(tmp_path, head)], column="T30_I60_PS")
    assert problem.where == "rows"
    assert only_problem(read_jshis, [put(tmp_path, "")], column="V").where == "columns"


def test_quarters_on_the_kilometre_mesh(tmp_path):
    rng = np.random.default_rng(0)
    lattice = mesh_lattice((139.75, 35.67, 139.79, 35.69), 250)
    codes = lattice.codes(np.arange(lattice.rows * lattice.cols))
    values = rng.random(len(codes)).round(3)
    rows = "\n".join(f"{c},{v}" for c, v in zip(codes, values, strict=True))
    layer = read_jshis([put(tmp_path, f"# CODE, V\n{rows}\n")], LayerOptions())
    kilometres = mesh_lattice((139.75, 35.67, 139.79, 35.69), 1000)
    expected = values.reshape(lattice.rows // 4, 4, lattice.cols // 4, 4).mean(axis=(1, 3))
    assert mean_on(layer.source, kilometres) == pytest.approx(expected, abs=1e-6)
    assert mean_on(layer.source, lattice).ravel() == pytest.approx(values, abs=1e-6)


def test_windows_take_memory_for_their_cells_only():
    # two islands at the ends of the country: the box between them has 50 million cells of 100 m
    codes = np.array([3927250000, 6848453499])
    rows, cols = mesh_cells(codes, 100)
    source = MeshSource(100, rows, cols, np.array([1.0, 2.0]))
    west, south, _, _ = source.bounds
    assert source.cells.rows * source.cells.cols > 50_000_000
    tracemalloc.start()
    values, _ = source.window((west, south, west + 0.1, south + 0.1))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert np.nansum(values) == 1.0
    assert peak < 5e6
