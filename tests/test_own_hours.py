"""A user's year by the hour: what is read, and what is wrong with it, in one list."""

import numpy as np
import pandas as pd
import pytest

from data.contract import AREAS
from data.errors import InputError
from data.hour_gaps import find_gap_problems
from data.own_hours import read_own_hours, read_starts
from tests.made_years import csv_of, made_year

HEAD = "time,area,demand_mw,solar_share,wind_share"


def tokyo(first="2025-04-01", hours=8760, step="h"):
    """Rows of one area as a file has them."""
    starts = pd.date_range(first, periods=hours, freq=step)
    return [f"{start:%Y-%m-%d %H:%M},tokyo,100,0.5," for start in starts]


def problems_of(folder, rows, head=HEAD):
    path = folder / "hours.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_own_hours(path)
    assert all(problem.file == str(path) for problem in caught.value.problems)
    return [problem for problem in caught.value.problems if problem.where != "area"]


def told(problems):
    return [(problem.line, problem.where, problem.found) for problem in problems]


def frame(first, last, *, areas=AREAS, step="h"):
    """Rows as the checks see them."""
    starts = pd.date_range(first, last, freq=step)
    rows = pd.MultiIndex.from_product([starts, areas], names=["start", "area"]).to_frame(False)
    shares = {"solar_share": 0.5, "wind_share": np.nan}
    return rows.assign(line=range(2, len(rows) + 2), demand_mw=1.0, **shares)


def halved(line):
    """A row of an hour as two rows of half-hours around it."""
    time, area, mw, *shares = line.split(",")
    ends = (("00", -5.0), ("30", 5.0))
    return [",".join([f"{time[:-2]}{m}", area, f"{float(mw) + d:.6f}", *shares]) for m, d in ends]


@pytest.mark.parametrize(
    ("mark", "encoding", "form", "half"),
    [
        ("", "utf-8-sig", "%Y-%m-%d %H:%M", None),
        ("# 需要\n", "cp932", "%Y/%m/%d %H:%M", "okinawa"),
    ],
)
def test_a_year_of_all_areas_is_read_as_it_was_written(mark, encoding, form, half, tmp_path):
    made = made_year()[["tokyo", "okinawa"]].drop(columns=[("tokyo", "wind_share")]).round(6)
    rest = {(area, "demand_mw"): 7.0 for area in AREAS if area not in ("tokyo", "okinawa")}
    table = pd.concat([made, pd.DataFrame(rest, index=made.index)], axis=1)
    table = table.rename_axis(columns=["area", "quantity"])
    lines = csv_of(table, form).splitlines()
    rows = [row for line in lines for row in (halved(line) if f",{half}," in line else [line])]
    path = tmp_path / "hours.csv"
    path.write_bytes((mark + "\n".join(rows)).encode(encoding))
    read = read_own_hours(path)
    # an area without sun or wind has no such column: not known is not zero
    order = [key for area in AREAS for key in table.columns if key[0] == area]
    pd.testing.assert_frame_equal(read, table[order], check_freq=False)


@pytest.mark.parametrize(
    ("cell", "start"),
    [
        ("2026-04-01 00:00", "2026-04-01T00:00"),
        ("2026/4/1 0:30", "2026-04-01T00:30"),
        ("2026-04-01T23:00:00+09:00", "2026-04-01T23:00"),
        ("2026-04-01 05:00:00", "2026-04-01T05:00"),
        ("2026-04-01 24:00", None),  # ends an hour
        ("2026-04-01 05:15", None),
        ("2026-04-01T05:00Z", None),
        ("2026-02-30 05:00", None),
        ("9999-12-31 23:00", None),
        ("0001-01-01 00:00", None),
        ("2026-04-01", None),
        ("", None),
        (None, None),
    ],
)
def test_times_as_people_write_them(cell, start):
    (read,) = read_starts(pd.Series([cell], dtype=object))
    assert np.isnat(read) if start is None else read == np.datetime64(start)


def test_all_that_is_wrong_is_one_list_with_lines(tmp_path):
    rows = tokyo()
    rows[3] = rows[3].replace("100", "-1")
    rows[5] = rows[5].replace("0.5", "1.5")
    rows[7] = rows[7].replace("100", "")
    rows[9] = rows[9].replace("100", "many")
    rows[11] = rows[11].replace("100", "0")
    rows[13] = rows[13].replace("0.5", "")
    rows[15] = rows[14]  # so 15 o'clock lacks and 14 o'clock comes twice
    found = told(problems_of(tmp_path, rows))
    assert found == [
        (5, "demand_mw", "-1"),
        (7, "solar_share", "1.5"),
        (9, "demand_mw", "an empty cell"),
        (11, "demand_mw", "many"),
        (13, "demand_mw", "0"),
        (15, "solar_share of tokyo", "1 empty cells"),
        (16, "hours of tokyo", "no row from 2025-04-01 15:00 to 2025-04-01 15:00"),
        (17, "area, time", "tokyo, 2025-04-01 14:00"),
    ]


def test_a_time_that_cannot_be_read_hides_no_other_cell(tmp_path):
    rows = tokyo()
    rows[1] = rows[1].replace("04-01", "02-30")
    rows[2] = rows[2].replace("02:00", "24:00")
    rows[4] = rows[4].replace("tokyo", "mars")
    rows[6] = rows[6].replace("100", "x")
    problems = problems_of(tmp_path, rows)
    assert told(problems) == [
        (3, "time", "2025-02-30 01:00"),
        (4, "time", "2025-04-01 24:00"),
        (8, "demand_mw", "x"),
    ]
    assert "the start of an hour, 0:00 to 23:00" in problems[0].expected


@pytest.mark.parametrize("head", ["date,area,demand_mw", "time;area;demand_mw", "時刻,エリア,需要"])
def test_a_wrong_header_says_what_is_wanted(head, tmp_path):
    problems = problems_of(tmp_path, ["2025-04-01 00:00,tokyo,1"], head)
    assert {p.where for p in problems} >= {"time"}
    assert all(problem.expected for problem in problems)


def test_a_flood_of_one_kind_is_cut(tmp_path):
    rows = [row.replace("100", "x") for row in tokyo()]
    problems = problems_of(tmp_path, rows)
    assert len(problems) == 101
    assert problems[-1].found == "8660 more of this kind, the last in line 8761"


def test_a_file_that_is_none(tmp_path):
    for content in (b"", b"PK\x03\x04xx", b"\xff" * 9, b"time,area,demand_mw\n"):
        path = tmp_path / "hours.csv"
        path.write_bytes(content)
        with pytest.raises(InputError):
            read_own_hours(path)
    with pytest.raises(InputError, match="no such file"):
        read_own_hours(tmp_path / "none.csv")


# --- areas, hours and years ----------------------------------------------------------------------


def gaps(rows):
    return [(p.line, p.where, p.found, p.expected) for p in find_gap_problems(rows, "hours.csv")]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2025-04-01 00:00", "2026-03-31 23:00"),
        ("2023-04-01 00:00", "2024-03-31 23:00"),  # with a leap day
        ("2025-10-07 00:00", "2026-10-06 23:00"),  # any year of 8,760 hours
        ("2024-02-29 00:00", "2025-02-27 23:00"),
    ],
)
def test_any_year_from_midnight_on_is_a_year(first, last):
    assert gaps(frame(first, last, areas=AREAS)) == []


def test_a_leap_day_that_lacks_or_is_too_much():
    short = gaps(frame("2023-04-01 00:00", "2024-03-30 23:00"))
    assert [found for _, _, found, _ in short] == [
        "8,760 hours, 2023-04-01 00:00 to 2024-03-30 23:00"
    ]
    assert short[0][3].startswith("8,784 hours, with a 29 February: 2023-04-01 00:00 to 2024-03-31")
    long = gaps(frame("2025-04-01 00:00", "2026-04-01 23:00"))
    assert [found for _, _, found, _ in long] == [
        "8,784 hours, 2025-04-01 00:00 to 2026-04-01 23:00"
    ]


def test_a_year_that_begins_in_the_day_has_labels_of_ends():
    (problem,) = find_gap_problems(frame("2025-04-01 01:00", "2026-04-01 00:00"), "f")
    assert (problem.where, problem.found) == ("time", "the first at 2025-04-01 01:00")
    assert "start of its hour" in problem.fix


def test_hours_that_lack_are_told_once_for_all_areas_that_lack_them():
    rows = frame("2025-04-01 00:00", "2026-03-31 23:00")
    night = rows["start"].between("2025-05-01 01:00", "2025-05-01 04:00")
    one = (rows["area"] == "kansai") & (rows["start"] == "2026-03-31 23:00")
    few = rows["area"].isin(["tokyo", "chubu"]) & night
    found = gaps(rows[~(one | few)])
    assert [(where, text) for _, where, text, _ in found] == [
        ("hours of tokyo, chubu", "no row from 2025-05-01 01:00 to 2025-05-01 04:00"),
        ("hours of kansai", "no row from 2026-03-31 23:00 to 2026-03-31 23:00"),
    ]
    lines = rows.set_index(["area", "start"])["line"]
    assert found[0][0] == lines["tokyo", pd.Timestamp("2025-05-01 00:00")]
    ((_, where, _, _),) = gaps(rows[~night])
    assert where == f"hours of {', '.join(AREAS)}"


def test_half_an_hour_that_lacks():
    rows = frame("2025-04-01 00:00", "2026-03-31 23:30", areas=["tokyo"], step="30min")
    found = gaps(rows.drop(index=5))
    assert found[1][2] == "no row from 2025-04-01 02:30 to 2025-04-01 02:30"
    assert found[0][2].startswith("no row of hokkaido, tohoku, chubu")
    assert len(found) == 2
