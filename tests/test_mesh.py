import jismesh.utils as jismesh
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.mesh import CODE_DIGITS, COLS_PER_DEGREE, PARTS, ROWS_PER_DEGREE, mesh_cells, mesh_codes

JISMESH_LEVELS = {1000: 3, 500: 4, 250: 5}
LEVELS = sorted(PARTS)

cell_sizes = st.sampled_from(LEVELS)


def cells(rows, cols):
    return np.atleast_1d(np.int64(rows)), np.atleast_1d(np.int64(cols))


def code_of(lat, lon, cell_m):
    parts = PARTS[cell_m]
    row = np.floor(np.asarray(lat) * ROWS_PER_DEGREE * parts).astype(np.int64)
    col = np.floor((np.asarray(lon) - 100) * COLS_PER_DEGREE * parts).astype(np.int64)
    return mesh_codes(*cells(row, col), cell_m)


def test_one_point_by_hand():
    # 35 deg 42' 2.5" N, 139 deg 42' 1.2" E: 35.7007 = 53 x 2/3 + 4/12 + 4/120 + ...,
    # 139.7003 = 139 + 5/8 + 6/80 + ...: first mesh 5339, second 45, third 46
    lat, lon = 35 + 42 / 60 + 2.5 / 3600, 139 + 42 / 60 + 1.2 / 3600
    assert code_of(lat, lon, 1000).tolist() == [53394546]


def test_corners_of_one_third_mesh_by_hand():
    row, col = 53 * 80 + 4 * 10 + 1, 39 * 80 + 6 * 10 + 1
    assert mesh_codes(*cells(row, col), 1000).tolist() == [53394611]
    # halves: south-west 1, south-east 2, north-west 3, north-east 4
    rows, cols = np.array([0, 0, 1, 1]) + 2 * row, np.array([0, 1, 0, 1]) + 2 * col
    assert mesh_codes(rows, cols, 500).tolist() == [533946111, 533946112, 533946113, 533946114]
    # the north-east quarter of the south-west half, and the tenth in row 9, column 0
    assert mesh_codes(*cells(4 * row + 1, 4 * col + 1), 250).tolist() == [5339461114]
    assert mesh_codes(*cells(10 * row + 9, 10 * col), 100).tolist() == [5339461190]


@pytest.mark.parametrize("cell_m", JISMESH_LEVELS)
def test_points_of_all_japan_agree_with_an_independent_program(cell_m):
    rng = np.random.default_rng(cell_m)
    lat, lon = rng.uniform(20.0, 46.0, 5_000), rng.uniform(122.0, 154.0, 5_000)
    expected = jismesh.to_meshcode(lat, lon, JISMESH_LEVELS[cell_m]).astype(np.int64)
    codes = code_of(lat, lon, cell_m)
    assert (codes == expected).all()
    rows, cols = mesh_cells(codes, cell_m)
    south, west = jismesh.to_meshpoint(expected, 0, 0)
    parts = PARTS[cell_m]
    assert rows / (ROWS_PER_DEGREE * parts) == pytest.approx(south, abs=1e-9)
    assert cols / (COLS_PER_DEGREE * parts) + 100 == pytest.approx(west, abs=1e-9)


@given(
    st.lists(st.tuples(st.integers(1_500, 7_900), st.integers(0, 7_900)), min_size=1),
    cell_sizes,
    st.integers(0, 9),
    st.integers(0, 9),
)
def test_codes_lead_back_to_their_cells(thirds, cell_m, sub_row, sub_col):
    parts = PARTS[cell_m]
    pairs = np.array(thirds, dtype=np.int64) * parts + [sub_row % parts, sub_col % parts]
    codes = mesh_codes(pairs[:, 0], pairs[:, 1], cell_m)
    rows, cols = mesh_cells(codes, cell_m)
    assert rows.tolist() == pairs[:, 0].tolist()
    assert cols.tolist() == pairs[:, 1].tolist()
    assert {len(str(code)) for code in codes.tolist()} == {CODE_DIGITS[cell_m]}


@given(st.integers(1_600, 5_600), st.integers(1_600, 4_300), cell_sizes)
def test_no_two_cells_of_a_third_mesh_share_a_code(row, col, cell_m):
    parts = PARTS[cell_m]
    sub_row, sub_col = (each.ravel() for each in np.indices((parts, parts)))
    codes = mesh_codes(row * parts + sub_row, col * parts + sub_col, cell_m)
    assert len(set(codes.tolist())) == parts * parts
    third = mesh_codes(*cells(row, col), 1000)[0]
    assert set((codes // 10 ** (CODE_DIGITS[cell_m] - 8)).tolist()) == {third}


@pytest.mark.parametrize(
    ("code", "cell_m"),
    [
        (53398611, 1000),  # second mesh has rows 0 to 7
        (53394811, 1000),  # and columns 0 to 7
        (5339461, 1000),
        (533946111, 1000),
        (0, 1000),
        (-53394611, 1000),
        (533946110, 500),  # quadrants are 1 to 4
        (533946115, 500),
        (5339461151, 250),
        (5339461105, 250),
        (53394611, 250),
    ],
)
def test_numbers_that_are_no_codes(code, cell_m):
    rows, cols = mesh_cells(np.array([code, 0]), cell_m)
    assert (rows[0], cols[0]) == (-1, -1)


def test_ten_digits_mean_a_quarter_or_a_tenth():
    code = np.array([5339461111])
    quarter, tenth = mesh_cells(code, 250), mesh_cells(code, 100)
    third = 53 * 80 + 4 * 10 + 1, 39 * 80 + 6 * 10 + 1
    assert [int(each[0]) for each in quarter] == [third[0] * 4, third[1] * 4]
    assert [int(each[0]) for each in tenth] == [third[0] * 10 + 1, third[1] * 10 + 1]
