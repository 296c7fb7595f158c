import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.area_demand import read_area_demand
from data.contract import AREAS
from data.errors import InputError
from data.read_tso_csv import read_tso_csv
from data.tables import check
from data.text_file import LARGEST_BYTES, decode, open_text_file, read_text_file
from data.tso_names import DemandFile, area_of_name, demand_file
from tests.demand_forms import COMMON, FORMS, VALUES

SHARED = Path(__file__).parents[2] / "shared" / "data" / "demand"

# file: area stated on the command line, area, minutes, slots, first start, values taken by hand:
# (row, quantity, MW)
SAMPLES = {
    "area_jyukyu_jisseki_2016.csv": (
        "chubu", "chubu", 60, 48, "2016-04-01T00:00",
        [(0, "demand", 12918), (0, "thermal", 10405), (0, "wind", 41), (0, "pumped", 89),
         (5, "solar", 2), (47, "demand", 13001), (47, "tie", 1794)],
    ),
    "eria_jukyu_202603_04.csv": (
        None, "chubu", 30, 100, "2026-03-01T00:00",
        [(0, "demand", 10846), (0, "lng", 3492), (0, "other", 122), (99, "pumped", -1522)],
    ),
    "eria_jukyu_202604_01.csv": (
        None, "hokkaido", 30, 100, "2026-04-01T00:00",
        [(0, "demand", 2930), (0, "thermal_curtailed", 0), (0, "hydro", 396), (99, "tie", -374)],
    ),
    "eria_jukyu_202604_03.csv": (
        None, "tokyo", 30, 100, "2026-04-01T00:00",
        [(0, "demand", 23907), (0, "nuclear", 1319), (0, "total", 23908), (99, "demand", 24469)],
    ),
    "eria_jukyu_202604_05.csv": (
        None, "hokuriku", 30, 100, "2026-04-01T00:00",
        [(0, "demand", 2533), (0, "hydro", 1230), (99, "tie", -628)],
    ),
    "eria_jukyu_202604_06.csv": (
        None, "kansai", 30, 100, "2026-04-01T00:00",
        [(0, "demand", 11575), (0, "nuclear", 4610), (0, "pumped", -725), (0, "battery", -15)],
    ),
    "eria_jukyu_202604_07.csv": (
        None, "chugoku", 30, 100, "2026-04-01T00:00",
        [(0, "demand", 5201), (0, "coal", 3750), (1, "pumped", -258)],
    ),
    "eria_jukyu_202604_08.csv": (
        None, "shikoku", 30, 100, "2026-04-01T00:00",
        [(0, "demand", 2102), (0, "tie", -1386), (0, "geothermal", np.nan), (0, "other", np.nan)],
    ),
    "eria_jukyu_202604_09.csv": (
        None, "kyushu", 30, 100, "2026-04-01T00:00",
        [(0, "demand", 7838), (0, "lng", 734), (0, "tie", -1716), (47, "demand", 8270),
         (48, "demand", 7944), (99, "demand", 7702)],
    ),
    "eria_jukyu_202604_10.csv": (
        None, "okinawa", 30, 100, "2026-04-01T00:00",
        [(0, "demand", 714), (0, "coal", 429), (99, "demand", 632)],
    ),
    "juyo_2016_tohoku_1Q.csv": (
        None, "tohoku", 60, 48, "2016-04-01T00:00",
        [(0, "demand", 7887), (0, "hydro", 1812), (6, "solar", 193), (47, "tie", -2046)],
    ),
    "realtime_jukyu_20260415_02.csv": (
        None, "tohoku", 30, 43, "2026-04-15T00:00",
        [(0, "demand", 7224), (0, "solar", -3), (42, "demand", 7991)],
    ),
    "sup_dem_results_2016_1q.csv": (
        "hokkaido", "hokkaido", 60, 48, "2016-04-01T00:00",
        [(0, "demand", 3166), (1, "demand", 3282), (24, "demand", 3176), (47, "total", 3338)],
    ),
    "yosoku_20250415_hokkaido_yosoku.csv": (
        None, "hokkaido", 30, 48, "2025-04-15T00:00",
        [(0, "forecast_demand", 2868), (0, "forecast_generation", 3462.54),
         (47, "forecast_solar_wind", 191)],
    ),
    "yosoku_21110_TSO9_0_20250407.csv": (
        None, "kyushu", 30, 48, "2025-04-07T00:00",
        [(0, "forecast_demand", 7316), (0, "forecast_solar_wind", 54.692)],
    ),
    "yosoku_AREA_YOSOKU.csv": (
        "tokyo", "tokyo", 30, 48, "2025-04-16T00:00",
        [(0, "forecast_demand", 24076), (47, "forecast_demand", 25068)],
    ),
}  # fmt: skip


def real_bytes(name):
    path = SHARED / "tso_samples" / name
    if not path.exists():
        pytest.skip(f"{name} is not there: real data for tests are kept beside the checkout")
    return path.read_bytes()


def real_copy(name, folder, content=None):
    path = folder / name
    path.write_bytes(real_bytes(name) if content is None else content)
    return DemandFile(path, SAMPLES[name][0])


def problems_of(*files, **options):
    with pytest.raises(InputError) as caught:
        read_area_demand(files, **options)
    return caught.value.problems


def the_problem(*files, **options):
    problems = problems_of(*files, **options)
    assert len(problems) == 1, problems
    return problems[0]


def changed(form, old, new, count=1):
    assert old in form.text
    return form.text.replace(old, new, count)


# --- the forms ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SAMPLES)
def test_a_real_sample_holds_what_stands_in_it(name, tmp_path):
    _, area, minutes, slots, first, values = SAMPLES[name]
    sheet = read_tso_csv(real_copy(name, tmp_path))
    assert sheet.areas == (area,)
    assert (sheet.minutes, len(sheet.starts)) == (minutes, slots)
    assert sheet.starts[0] == np.datetime64(first)
    assert (np.diff(sheet.starts) == np.timedelta64(minutes, "m")).all()
    for row, quantity, mw in values:
        found = sheet.mw[row, sheet.keys.index((area, quantity))]
        assert found == pytest.approx(mw, nan_ok=True), (row, quantity)


@pytest.mark.parametrize("name", FORMS)
def test_a_small_file_of_each_form_is_read(name, tmp_path):
    form = FORMS[name]
    demand = read_area_demand([form.write(tmp_path)])
    rows = demand.table[demand.table["quantity"] == form.quantity]
    assert set(rows["area"]) == {form.area}
    assert set(rows["minutes"]) == {form.minutes}
    assert rows["mw"].tolist() == pytest.approx(form.mw)
    first = pd.Timestamp(form.start, tz="Asia/Tokyo")
    step = pd.Timedelta(minutes=form.minutes)
    assert rows["start"].tolist() == [first + i * step for i in range(len(form.mw))]


@pytest.mark.parametrize("name", FORMS)
def test_a_table_passes_its_contract(name, tmp_path):
    table = read_area_demand([FORMS[name].write(tmp_path)]).table
    checked = check(table.assign(start=table["start"].astype(str)), "area_demand", where=name)
    assert len(checked) == len(table)
    assert str(table["start"].dtype).endswith("Asia/Tokyo]")


def test_headings_of_a_group_are_its_own(tmp_path):
    table = read_area_demand([FORMS["groups"].write(tmp_path)]).table
    first = table.drop_duplicates("quantity").set_index("quantity")["mw"]
    assert first[["solar", "solar_curtailed", "wind", "wind_curtailed"]].tolist() == [5, 1, 41, 0]


def test_labels_up_to_24_are_ends_in_any_area(tmp_path):
    rows = [f"2026/4/1,{h // 2}:{h % 2 * 30:02d},{100 + h}" for h in range(1, 49)]
    path = tmp_path / "東京.csv"
    path.write_text("DATE,TIME,需要(MW)\n" + "\n".join(rows), encoding="utf-8")
    sheet = read_tso_csv(path)
    assert sheet.starts[0] == np.datetime64("2026-04-01T00:00")
    assert sheet.until == "2026-04-02 00:00"


def test_labels_up_to_the_next_midnight_are_ends_too(tmp_path):
    rows = [f"2026/4/1,{h}:00,{100 + h}" for h in range(1, 24)] + ["2026/4/2,0:00,124"]
    path = tmp_path / "kansai.csv"
    path.write_text("DATE,TIME,需要(MW)\n" + "\n".join(rows), encoding="utf-8")
    sheet = read_tso_csv(path)
    assert sheet.starts[[0, -1]].tolist() == [
        pd.Timestamp("2026-04-01 00:00").to_pydatetime(),
        pd.Timestamp("2026-04-01 23:00").to_pydatetime(),
    ]


def test_todays_file_ends_where_its_values_end(tmp_path):
    demand = read_area_demand([FORMS["today"].write(tmp_path)])
    assert demand.sheets[0].ends_early
    assert demand.sheets[0].until == "2026-04-15 03:00"
    assert demand.table["mw"].notna().all()


def test_an_empty_cell_is_unknown_and_not_zero(tmp_path):
    form = FORMS["common"]
    table = read_area_demand([form.write(tmp_path, changed(form, ",2904,0,", ",,0,"))]).table
    demand = table[table["quantity"] == "demand"]["mw"]
    assert np.isnan(demand.iloc[2])
    assert demand.notna().sum() == len(VALUES) - 1


def test_numbers_of_accounts_are_understood(tmp_path):
    form = FORMS["common"]
    text = changed(form, ",2930,0,367,0,0,-84", ',"2,930",０,３６７,0,0,▲84')
    table = read_area_demand([form.write(tmp_path, text)]).table
    first = table.drop_duplicates("quantity").set_index("quantity")["mw"]
    assert first[["demand", "lng", "tie"]].tolist() == [2930, 367, -84]


def test_exports_counted_as_positive_are_turned(tmp_path):
    head = "単位[MW平均]\nDATE,TIME,エリア需要,火力,連系線\n"
    for area, tie, turned in (("kyushu", 20, True), ("tokyo", -20, False)):
        path = tmp_path / f"{area}.csv"
        rows = [f"2026/4/1,{h}:00,80,100,{tie}" for h in range(4)]
        path.write_text(head + "\n".join(rows), encoding="utf-8")
        sheet = read_tso_csv(path)
        assert sheet.is_tie_turned is turned
        assert set(sheet.mw[:, 2]) == {-20.0}


def test_the_wide_form_has_a_column_for_each_area(tmp_path):
    path = tmp_path / "demand.csv.gz"
    rows = [f"2026-03-20,{slot},{','.join(str(100 * k + slot) for k in range(1, 11))}"
            for slot in range(48)]  # fmt: skip
    content = "date,slot," + ",".join(AREAS) + "\n" + "\n".join(rows)
    path.write_bytes(gzip.compress(content.encode()))
    table = read_area_demand([str(path)]).table
    assert list(table["area"].unique()) == list(AREAS)
    last = table[(table["area"] == "okinawa")].iloc[-1]
    assert last["mw"] == 1047
    assert last["start"] == pd.Timestamp("2026-03-20 23:30", tz="Asia/Tokyo")


def test_the_real_wide_file_is_read_whole():
    path = SHARED / "occto_area_demand_30min_2026.csv.gz"
    if not path.exists():
        pytest.skip("real data for tests are kept beside the checkout")
    table = read_area_demand([str(path)]).table
    assert len(table) == 74_400
    again = pd.read_csv(path)
    kyushu = table[table["area"] == "kyushu"]["mw"].to_numpy()
    assert (kyushu == again["kyushu"].to_numpy()).all()


DATES = {
    "slashes": lambda t: f"{t.year}/{t.month}/{t.day}",
    "padded": lambda t: f"{t:%Y/%m/%d}",
    "compact": lambda t: f"{t:%Y%m%d}",
    "kanji": lambda t: f"{t.year}年{t.month}月{t.day}日",
}
CLOCKS = {
    "short": lambda minute: f"{minute // 60}:{minute % 60:02d}",
    "padded": lambda minute: f"{minute // 60:02d}:{minute % 60:02d}",
    "compact": lambda minute: f"{minute // 60:02d}{minute % 60:02d}",
}
PER_MW = {
    ("MW平均", 30): 1.0, ("kW", 30): 1000.0, ("万kW", 60): 0.1, ("MWh", 60): 1.0,
    ("MWh", 30): 0.5, ("kWh", 30): 500.0, ("万kWh", 60): 0.1, ("30分kWh", 30): 500.0,
}  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    date=st.sampled_from(list(DATES)),
    clock=st.sampled_from(list(CLOCKS)),
    unit=st.sampled_from(list(PER_MW)),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp932", "utf-16"]),
    where=st.sampled_from(["above", "heading", "below"]),
    is_end=st.booleans(),
    days=st.integers(1, 3),
    seed=st.integers(0, 2**16),
)
def test_what_is_written_in_a_form_is_read_back(
    tmp_path_factory, date, clock, unit, encoding, where, is_end, days, seed
):
    name, minutes = unit
    per_day = 1440 // minutes
    mw = np.random.default_rng(seed).integers(1, 60_000, days * per_day).astype(float)
    starts = pd.date_range("2024-02-28", periods=len(mw), freq=f"{minutes}min")
    unit_above = f"単位[{name}],,\n" if where == "above" else ""
    unit_inside = f"〔{name}〕" if where == "heading" else ""
    unit_below = f"-,-,{name}\n" if where == "below" else ""
    lines = [
        f"{DATES[date](start)},"
        f"{CLOCKS[clock](60 * start.hour + start.minute + minutes * is_end)},"
        f"{value * PER_MW[unit]:.6g}"
        for start, value in zip(starts, mw, strict=True)
    ]
    text = f"{unit_above}DATE,TIME,エリア需要{unit_inside}\n{unit_below}" + "\n".join(lines)
    path = tmp_path_factory.mktemp("form") / "shikoku.csv"
    path.write_bytes(text.encode(encoding))
    sheet = read_tso_csv(path)
    assert (sheet.starts == starts.to_numpy().astype("datetime64[m]")).all()
    assert sheet.mw[:, 0] == pytest.approx(mw)
    assert sheet.lines[0] == text[: text.index(lines[0])].count("\n") + 1


# --- what is refused ---------------------------------------------------------------------------


def damaged(name, change):
    """Bytes of a real sample with its lines changed; the middle line is number 30."""
    content = real_bytes(name)
    encoding = open_text_file(SHARED / "tso_samples" / name).encoding
    lines = content.decode("utf-8-sig" if encoding == "utf-8" else encoding).splitlines()
    return "\r\n".join(change(lines)).encode("utf-8-sig" if encoding == "utf-8" else encoding)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_missing_line_of_a_real_sample_is_a_gap(name, tmp_path):
    content = damaged(name, lambda lines: lines[:29] + lines[30:])
    whole = read_tso_csv(real_copy(name, tmp_path))
    lost = whole.starts[list(whole.lines).index(30)]
    problem = the_problem(real_copy(name, tmp_path, content))
    assert str(lost).replace("T", " ") in problem.found
    assert "(1 slots)" in problem.found
    assert problem.line == 30
    gaps = read_area_demand([real_copy(name, tmp_path, content)], allow_gaps=True).gaps
    assert [gap.slots for gap in gaps] == [1]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_line_of_a_real_sample_given_twice_is_a_repeat(name, tmp_path):
    content = damaged(name, lambda lines: [*lines[:30], lines[29], *lines[30:]])
    problem = the_problem(real_copy(name, tmp_path, content))
    assert "again, the same values as line 30" in problem.found
    assert problem.line == 31


@pytest.mark.parametrize("name", SAMPLES)
def test_an_unreadable_cell_of_a_real_sample_is_named(name, tmp_path):
    def change(lines):
        cells = lines[29].split(",")
        place = 4 if name.startswith("yosoku") else 2
        cells[place] = "abc"
        return [*lines[:29], ",".join(cells), *lines[30:]]

    problem = the_problem(real_copy(name, tmp_path, damaged(name, change)))
    assert (problem.found, problem.expected, problem.line) == ("'abc'", "a number", 30)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_heading_nobody_knows_is_named(name, tmp_path):
    def change(lines):
        head = next(i for i, line in enumerate(lines) if "需要" in line)
        lines[head] = lines[head].replace("需要", "電力消費", 1).replace("総需要", "総消費", 1)
        return lines

    problem = the_problem(real_copy(name, tmp_path, damaged(name, change)))
    assert "unknown heading" in problem.found
    assert problem.where.startswith("エリア")


@pytest.mark.parametrize("name", FORMS)
def test_a_gap_in_any_form_is_told_with_its_line(name, tmp_path):
    form = FORMS[name]
    text = form.text.replace(f"{form.rows[4]}\r\n", "", 1)
    problem = the_problem(form.write(tmp_path, text))
    lost = np.datetime64(form.start) + np.timedelta64(4 * form.minutes, "m")
    until = lost + np.timedelta64(form.minutes, "m")
    spelt = [str(moment).replace("T", " ") for moment in (lost, until)]
    assert f"no row from {spelt[0]} to {spelt[1]} (1 slots)" in problem.found
    assert problem.line == form.head.count("\n") + 1 + 5
    assert "--allow-gaps" in problem.fix


def test_gaps_are_listed_as_spans_and_can_be_allowed(tmp_path):
    rows = [f"2026/4/1,{h}:00,{100 + h}" for h in range(24) if h not in (3, 4, 5, 9)]
    path = tmp_path / "tokyo.csv"
    path.write_text("DATE,TIME,需要(MW)\n" + "\n".join(rows), encoding="utf-8")
    found = [problem.found for problem in problems_of(str(path))]
    assert found == [
        "no row from 2026-04-01 03:00 to 2026-04-01 06:00 (3 slots)",
        "no row from 2026-04-01 09:00 to 2026-04-01 10:00 (1 slots)",
    ]
    gaps = read_area_demand([str(path)], allow_gaps=True).gaps
    assert [(gap.first, gap.slots, gap.line) for gap in gaps] == [
        ("2026-04-01 03:00", 3, 5),
        ("2026-04-01 09:00", 1, 8),
    ]


def test_a_row_without_any_value_is_a_gap(tmp_path):
    form = FORMS["common"]
    text = changed(form, form.rows[2], "2026/04/01,01:00,,,,,,,")
    assert "2026-04-01 01:00" in the_problem(form.write(tmp_path, text)).found


def test_a_month_missing_between_two_files_is_a_gap(tmp_path):
    words = []
    for month in (4, 6):
        path = tmp_path / f"eria_jukyu_2026{month:02d}_01.csv"
        days = pd.Timestamp(2026, month, 1).days_in_month
        rows = [f"2026/{month}/{d},{h}:00,{h + 1}" for d in range(1, days + 1) for h in range(24)]
        path.write_text("DATE,TIME,需要(MW)\n" + "\n".join(rows), encoding="utf-8")
        words.append(str(path))
    problem = the_problem(*words)
    assert "no row from 2026-05-01 00:00 to 2026-06-01 00:00 (744 slots)" in problem.found
    assert problem.file == words[1]
    assert problem.line == 2


def test_equal_and_conflicting_repeats_are_told_apart(tmp_path):
    form = FORMS["common"]
    other = form.rows[2].replace(",2904,", ",9999,")
    text = form.text + f"{form.rows[1]}\r\n{other}\r\n"
    found = [problem.found for problem in problems_of(form.write(tmp_path, text))]
    assert found == [
        "2026-04-01 00:30 again, the same values as line 4",
        "2026-04-01 01:00 again, other values than line 5",
    ]


def test_the_same_area_in_two_files_is_told_once(tmp_path):
    form = FORMS["common"]
    first = form.write(tmp_path)
    (tmp_path / "again").mkdir()
    second = form.write(tmp_path / "again")
    problem = the_problem(first, second)
    assert problem.where == "slots of hokkaido"
    assert "2026-04-01 00:00 to 2026-04-01 02:30, 6 slots (lines 3 to 8)" in problem.found
    assert f"the same values as {first}, line 3" in problem.found
    assert problem.file == second


def test_hours_over_half_hours_overlap(tmp_path):
    half = FORMS["common"].write(tmp_path)
    hours = tmp_path / "hokkaido.csv"
    rows = [f"2026/4/1,{h}:00,{100 + h}" for h in range(3)]
    hours.write_text("DATE,TIME,需要(MW)\n" + "\n".join(rows), encoding="utf-8")
    problems = problems_of(half, str(hours))
    assert any("overlapping" in problem.found for problem in problems)


def test_forecast_and_demand_of_one_area_go_together(tmp_path):
    forecast = FORMS["kWh in the heading"].write(tmp_path)
    demand = tmp_path / "hokkaido.csv"
    rows = [f"2025/4/15,{h}:00,{100 + h}" for h in range(3)]
    demand.write_text("DATE,TIME,需要(MW)\n" + "\n".join(rows), encoding="utf-8")
    table = read_area_demand([forecast, str(demand)]).table
    assert set(table["quantity"]) == {"forecast_demand", "forecast_generation", "demand"}


def test_rows_of_another_month_are_mixed_months(tmp_path):
    form = FORMS["common"]
    text = form.text.replace("2026/04/01", "2026/05/01")
    problem = the_problem(form.write(tmp_path, text))
    assert "6 rows of 2026-05-01 00:00 to 2026-05-01 02:30 (lines 3 to 8)" in problem.found
    assert "2026-04" in problem.expected


def test_rows_of_another_day_are_told_too(tmp_path):
    form = FORMS["today"]
    problem = the_problem(form.write(tmp_path, form.text.replace("2026/4/15", "2026/4/16")))
    assert "rows of 2026-04-15" in problem.expected


@pytest.mark.parametrize(
    ("old", "new", "where", "found"),
    [
        ("原子力", "原子炉", "原子炉", "an unknown heading in column 4"),
        ("合計", "エリア需要", "エリア需要", "the same heading twice"),
        ("TIME", "", "time", "no column for it"),
        ("単位[MW平均]", "", "unit", "no unit stated"),
        ("MW平均", "GJ", "unit", "unknown unit GJ"),
        ("2026/04/01,01:00", "2026/04/31,01:00", "date", "'2026/04/31'"),
        ("2026/04/01,01:00", "2026/04/01,25:00", "time", "'25:00'"),
        (",2904,", ",nan,", "エリア需要", "'nan'"),
        (",2904,", ",1_000,", "エリア需要", "'1_000'"),
        (",2904,", ",0,", "demand of hokkaido", "0 MW"),
        (",2904,", ",-5,", "demand of hokkaido", "-5 MW"),
        (",0,367,0,0,-84,2930\r\n2026/04/01,01:30", "\r\n2026/04/01,01:30", "cells", "3"),
        ("2026/04/01,00:30", '2026/04/01,"00:30', "quotes", "unexpected end of data"),
        ("2026/04/01,01:00", "2026/04/01,00:45", "step", "2026-04-01 00:45"),
    ],
)
def test_a_fault_of_form_is_named(old, new, where, found, tmp_path):
    form = FORMS["common"]
    problems = problems_of(form.write(tmp_path, changed(form, old, new)))
    assert [problem.where for problem in problems].count(where) == 1
    problem = next(problem for problem in problems if problem.where == where)
    assert found in problem.found
    assert problem.file


def test_all_faults_of_all_files_are_one_list(tmp_path):
    common, utf8 = FORMS["common"], FORMS["utf8"]
    text = changed(common, ",2904,", ",x,").replace(",2886,", ",y,")
    files = [common.write(tmp_path, text), str(tmp_path / "no_tokyo.csv")]
    files.append(utf8.write(tmp_path, changed(utf8, "MW平均", "GJ")))
    files.append("mars=a.csv")
    problems = problems_of(*files)
    assert [problem.found for problem in problems] == [
        "'y'",
        "'x'",
        "no such file",
        "unknown unit GJ",
        "'mars=a.csv'",
    ]
    assert [problem.line for problem in problems[:2]] == [4, 5]


@pytest.mark.parametrize("minutes", [5, 15, 120])
def test_other_steps_are_refused(minutes, tmp_path):
    path = tmp_path / "tokyo.csv"
    labels = (f"{m // 60}:{m % 60:02d}" for m in range(0, 6 * minutes, minutes))
    rows = [f"2026/4/1,{label},100" for label in labels]
    path.write_text("DATE,TIME,需要(MW)\n" + "\n".join(rows), encoding="utf-8")
    assert f"{minutes} minutes from row to row" in the_problem(str(path)).found


def test_a_single_slot_has_no_step(tmp_path):
    path = tmp_path / "tokyo.csv"
    path.write_text("DATE,TIME,需要(MW)\n2026/4/1,0:00,100", encoding="utf-8")
    assert the_problem(str(path)).found == "a single slot"


@pytest.mark.parametrize("first", [1, 20])
def test_a_file_that_begins_inside_a_day_is_unclear(first, tmp_path):
    path = tmp_path / "tokyo.csv"
    labels = (f"{m // 60}:{m % 60:02d}" for m in range(30 * first, 1440, 30))
    rows = [f"2026/4/1,{label},100" for label in labels]
    path.write_text("DATE,TIME,需要(MW)\n" + "\n".join(rows), encoding="utf-8")
    assert "unclear whether labels are the start or the end" in the_problem(str(path)).fix


def test_a_slot_that_does_not_end_at_the_next_is_refused(tmp_path):
    form = FORMS["kWh in the heading"]
    problem = the_problem(form.write(tmp_path, changed(form, "0:30,1:00", "0:30,2:00")))
    assert (problem.where, problem.found) == ("時間帯_至", "'2:00'")


def test_many_faults_of_one_kind_are_counted(tmp_path):
    path = tmp_path / "tokyo.csv"
    rows = [f"2026/4/{d},{h}:00,x" for d in range(1, 11) for h in range(24)]
    path.write_text("DATE,TIME,需要(MW)\n" + "\n".join(rows), encoding="utf-8")
    problems = problems_of(str(path))
    assert len(problems) == 101
    assert problems[-1].found == "140 more of this kind, the last in line 241"


def test_no_values_at_all_are_refused(tmp_path):
    path = tmp_path / "tokyo.csv"
    path.write_text(f"単位[MW平均]\n{COMMON}\n", encoding="utf-8")
    assert the_problem(str(path)).found == "no values"


@pytest.mark.parametrize("cells", ["水力,,7", "エリア需要,,"])
def test_files_without_any_demand_are_refused(cells, tmp_path):
    heading, demand, hydro = cells.split(",")
    path = tmp_path / "tokyo.csv"
    head = f"単位[MW平均]\nDATE,TIME,{heading},地熱\n"
    rows = [f"2026/4/1,{h}:00,{demand},{hydro or 5}" for h in range(4)]
    path.write_text(head + "\n".join(rows), encoding="utf-8")
    assert the_problem(str(path)).where == "demand"


def test_a_text_without_header_is_refused(tmp_path):
    path = tmp_path / "tokyo.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    assert the_problem(str(path)).where == "header"


def test_no_file_is_refused():
    assert the_problem().where == "FILES"


# --- names -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "area"),
    [
        ("eria_jukyu_202604_01.csv", "hokkaido"),
        ("eria_jukyu_202604_10.csv", "okinawa"),
        ("eria_jukyu_202604_11.csv", None),
        ("ｅｒｉａ_jukyu_202604_05.csv", "hokuriku"),
        ("realtime_jukyu_20260415_02.csv", "tohoku"),
        ("yosoku_21110_TSO9_0_20250407.csv", "kyushu"),
        ("東京_2026.csv", "tokyo"),
        ("中国電力.csv", "chugoku"),
        ("tokyo_kansai.csv", None),
        ("juyo-2016.csv", None),
    ],
)
def test_the_area_of_a_name(name, area):
    assert area_of_name(name) == area


def test_an_area_that_cannot_be_told_is_asked_for(tmp_path):
    form = FORMS["groups"]
    form.write(tmp_path)
    problem = the_problem(str(tmp_path / form.name))
    assert problem.where == "area"
    assert "tokyo=FILE" in problem.fix


def test_a_name_with_an_equals_sign_is_a_name_if_it_exists(tmp_path):
    path = tmp_path / "a=b.csv"
    path.write_text("x", encoding="utf-8")
    assert demand_file(str(path)) == DemandFile(path)
    assert demand_file("関西=x.csv") == DemandFile(Path("x.csv"), "kansai")
    with pytest.raises(InputError, match="hokkaido, tohoku"):
        demand_file("moon=x.csv")


def test_an_area_before_a_wide_file_is_refused(tmp_path):
    path = tmp_path / "wide.csv"
    rows = "\n".join(f"2026-04-01,{slot},1,2" for slot in range(48))
    path.write_text(f"date,slot,tokyo,kansai\n{rows}", encoding="utf-8")
    assert "columns for tokyo, kansai" in the_problem(f"tokyo={path}").found


# --- text files --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        ("需要,１", "utf-8", "utf-8"),
        ("需要,１", "utf-8-sig", "utf-8-sig"),
        ("①髙圧,ｶﾅ", "cp932", "cp932"),
        ("需要,1", "utf-16", "utf-16"),
        ("date,1,2", "utf-16-le", "utf-16-le"),
        ("date,1,2", "utf-16-be", "utf-16-be"),
    ],
)
def test_encodings_are_told(text, encoding, said):
    found = decode(text.encode(encoding), where="x")
    assert (found.text, found.encoding) == (text, said)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("需要,電力".encode("euc_jp"), "probably EUC-JP"),
        (b"PK\x03\x04\x00\x00", "a ZIP or Excel file"),
        (b"a\x00\x01\x00", "no known encoding"),
        (b"\xff\xff\xff", "no known encoding"),
        (gzip.compress(b"abc", mtime=0)[:-4], "damaged gzip"),
        (b"\x1f\x8bxxxxxxxxxx", "damaged gzip"),
    ],
)
def test_other_content_is_refused(content, found, tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=found) as caught:
        read_text_file(path)
    assert len(caught.value.problems) == 1


def test_what_is_no_file_is_refused(tmp_path):
    for path, found in ((tmp_path, "a folder"), (tmp_path / "x", "no such file")):
        with pytest.raises(InputError, match=found):
            read_text_file(path, what="a list")


def test_large_files_and_bombs_stop_at_the_limit(tmp_path):
    large, bomb = tmp_path / "large.csv", tmp_path / "bomb.csv.gz"
    with large.open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)
    with gzip.open(bomb, "wb", compresslevel=1) as file:
        for _ in range(LARGEST_BYTES // 2**20 + 1):
            file.write(b"1," * 2**19)
    assert bomb.stat().st_size < 10 * 2**20
    for path in (large, bomb):
        with pytest.raises(InputError, match="more than 64 MB"):
            read_text_file(path)


@settings(max_examples=50)
@given(text=st.text(st.sampled_from("需要電力=１２,\n東京ABC"), min_size=1))
def test_text_survives_every_encoding(text):
    for encoding in ("utf-8", "utf-8-sig", "cp932", "utf-16"):
        assert decode(text.encode(encoding), where="x").text == text
