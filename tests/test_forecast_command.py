"""`siting forecast` as a user runs it: files, exit codes, and that all of them say the same."""

import csv
import io
import json
import zipfile

import pandas as pd
import pytest
import python_calamine

from benchmarks.made_list import HEAD, made_list
from siting.loads_files import VERDICT_COLUMNS
from tests.conftest import ROOT

EXAMPLE = ROOT / "examples" / "forecast" / "additions.csv"
HEADER = "id,name,applicant,area,contract_mw,supply_start,kind,stage,counted"
CASES = ("contracted", "weighted", "all")
FILES = {
    "adequacy.csv",
    "applications.csv",
    "applications.gpkg",
    "assumptions.csv",
    "chance.csv",
    "contributors.csv",
    "first_years.csv",
    "forecast.xlsx",
    "map.html",
    "percentiles.csv",
    "report.html",
    "summary.json",
    "verdict.csv",
    "verdict_ranges.csv",
    "vintages.csv",
}


def write_list(folder, *rows, name="additions.csv"):
    path = folder / name
    path.write_text("\n".join((HEADER, *rows, "")), encoding="utf-8")
    return path


def rows_of(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


@pytest.fixture(scope="module")
def checked(command, tmp_path_factory):
    """The made list of 300 applications, checked once through the real command."""
    home = tmp_path_factory.mktemp("check")
    done = command("forecast", EXAMPLE, "--output", "check", "--lang", "en", cwd=home)
    assert done.code == 3, done.err
    return home / "check", done


def test_the_example_is_the_made_list_and_says_so():
    text = EXAMPLE.read_text(encoding="utf-8")
    assert text.splitlines()[:2] == list(HEAD)
    assert text == "\n".join((*HEAD, made_list(300).to_csv(index=False, lineterminator="\n")))


def test_every_file_is_there_and_documented(checked):
    folder, _ = checked
    assert {path.name for path in folder.iterdir()} == FILES
    told = (ROOT / "docs" / "forecast.md").read_text(encoding="utf-8")
    assert [name for name in FILES if f"`{name}`" not in told] == []


def test_verdict_has_the_columns_promised(checked):
    folder, _ = checked
    rows = rows_of(folder / "verdict.csv")
    assert list(rows[0]) == VERDICT_COLUMNS
    keys = [(r["area"], r["fiscal_year"], r["vintage"], r["case"]) for r in rows]
    assert len(keys) == len(set(keys)) == 12 * 12 * 3 * 3
    assert {r["verdict"] for r in rows} == {"inside", "fits", "exceeds", "unknown"}


def test_every_figure_can_be_recomputed_from_the_list(checked):
    """Sums by hand from applications.csv, without any of our code."""
    folder, _ = checked
    listed = rows_of(folder / "applications.csv")
    assert len(listed) == 300
    areas = sorted({row["area"] for row in listed})
    for row in rows_of(folder / "verdict.csv"):
        if row["area"] == "rest-of-japan":
            continue
        inside = areas if row["area"] == "japan" else [row["area"]]
        power = [
            (float(a[f"mw_{row['fiscal_year']}"]) * float(a[f"weight_{row['case']}"]), a)
            for a in listed
            if a["area"] in inside
        ]
        additions = sum(mw for mw, _ in power)
        counted = sum(mw for mw, a in power if a[f"counted_{row['vintage']}"] == "True")
        assert float(row["additions_mw"]) == pytest.approx(additions, abs=1e-3)
        assert float(row["counted_mw"]) == pytest.approx(counted, abs=1e-3)
        if row["allowance_mw"]:
            over = max(0.0, additions - float(row["allowance_mw"]))
            assert float(row["over_mw"]) == pytest.approx(over, abs=1e-3)


def test_listed_power_follows_ramp_and_kind(checked):
    folder, _ = checked
    for row in rows_of(folder / "applications.csv"):
        full = float(row["contract_mw"]) * (row["kind"] != "other")
        start = int(row["supply_start"])
        if start > 2024:
            assert float(row[f"mw_{min(start, 2036) - 1}"]) == 0
        assert float(row["mw_2035"]) <= full + 1e-9
        if not row["ramp"] and start <= 2035:
            assert float(row[f"mw_{start}"]) == pytest.approx(full)


def test_all_outputs_agree(checked):
    folder, done = checked
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    verdict = rows_of(folder / "verdict.csv")
    assert len(summary["verdict"]) == len(verdict)
    for told, written in zip(summary["verdict"], verdict, strict=True):
        assert [str(told[k]) for k in ("area", "fiscal_year", "vintage", "case", "verdict")] == [
            written[k] for k in ("area", "fiscal_year", "vintage", "case", "verdict")
        ]
        assert told["additions_mw"] == pytest.approx(float(written["additions_mw"]), abs=1e-5)
    book = python_calamine.CalamineWorkbook.from_path(folder / "forecast.xlsx")
    sheet = book.get_sheet_by_name("verdict").to_python()
    assert sheet[0] == VERDICT_COLUMNS
    assert len(sheet) == len(verdict) + 1
    assert sheet[1][4] == pytest.approx(float(verdict[0]["additions_mw"]))
    widest = [r for r in summary["firsts"] if (r["area"], r["vintage"]) == ("japan", "2026-01")]
    told = f"from FY{widest[-1]['first_fiscal_year']}, up to +{widest[-1]['worst_over_mw']:,.0f} MW"
    assert told in " ".join(done.out.split())


def test_the_workbook_answers_one_question_a_sheet_and_holds_no_formula(checked):
    folder, _ = checked
    book = python_calamine.CalamineWorkbook.from_path(folder / "forecast.xlsx")
    told = {row[0]: row[1] for row in book.get_sheet_by_name("about").to_python()}
    for name in book.sheet_names[1:]:
        assert told[name]
    with zipfile.ZipFile(folder / "forecast.xlsx") as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
        assert len(sheets) == len(book.sheet_names)
        assert not any(b"<f>" in archive.read(name) for name in sheets)


def test_chances_are_shares_and_percentiles_in_order(checked):
    folder, _ = checked
    chance = pd.read_csv(folder / "chance.csv")
    assert chance["exceed_share"].dropna().between(0, 1).all()
    drawn = pd.read_csv(folder / "percentiles.csv")
    assert (drawn["p10_mw"] <= drawn["p50_mw"]).all()
    assert (drawn["p50_mw"] <= drawn["p90_mw"]).all()
    full = pd.read_csv(folder / "verdict.csv").query("case == 'all' and vintage == '2026-01'")
    both = drawn.merge(full, on=["area", "fiscal_year"])
    assert (both["p90_mw"] <= both["additions_mw"] + 0.1).all()


@pytest.mark.thorough
def test_the_same_list_gives_the_same_files(checked, command_alone):
    folder, _ = checked
    home = folder.parent
    done = command_alone("forecast", EXAMPLE, "--output", "again", "--lang", "en", cwd=home)
    assert done.code == 3
    for path in folder.iterdir():
        assert (home / "again" / path.name).read_bytes() == path.read_bytes(), path.name


@pytest.mark.parametrize(
    ("row", "code", "verdict"),
    [
        ("A-1,x,y,tokyo,500,2030,data_center,applied,no", 0, "fits"),
        pytest.param(
            "A-1,x,y,tokyo,500,2030,data_center,contract,yes",
            0,
            "inside",
            marks=pytest.mark.thorough,
        ),
        ("A-1,x,y,tokyo,5000,2030,data_center,contract,no", 3, "exceeds"),
        pytest.param(
            "A-1,x,y,kyushu,500,2030,data_center,applied,no",
            0,
            "unknown",
            marks=pytest.mark.thorough,
        ),
    ],
)
def test_the_exit_code_is_the_verdict(command, tmp_path, row, code, verdict):
    path = write_list(tmp_path, row)
    words = ("forecast", path, "--vintage", "2026-01", "--case", "all", "--output", "out")
    done = command(*words, "--draws", "0", cwd=tmp_path)
    assert done.code == code, done.err
    area = row.split(",")[3]
    rows = {
        r["area"]: r
        for r in rows_of(tmp_path / "out" / "verdict.csv")
        if r["fiscal_year"] == "2030"
    }
    assert rows[area]["verdict"] == verdict
    assert {r["case"] for r in rows.values()} == {"all"}


def test_five_gigawatts_are_800_megawatts_too_many(command, tmp_path):
    """FY2030: 5.38 GW in January 2025, 4.20 GW in January 2026."""
    path = write_list(tmp_path, "A-1,x,y,tokyo,5000,2030,data_center,contract,no")
    done = command("forecast", path, "--output", "out", cwd=tmp_path)
    assert done.code == 3
    rows = {
        (r["vintage"], r["case"]): r
        for r in rows_of(tmp_path / "out" / "verdict.csv")
        if (r["area"], r["fiscal_year"]) == ("japan", "2030")
    }
    for case in CASES:
        assert float(rows["2026-01", case]["over_mw"]) == 800
        assert float(rows["2026-01", case]["allowance_mw"]) == 4200
        assert rows["2025-01", case]["verdict"] == "fits"
        assert float(rows["2025-01", case]["allowance_mw"]) == 5380


def test_wrong_rows_are_one_list_and_nothing_is_written(command, tmp_path):
    path = write_list(
        tmp_path,
        "A-1,x,y,tokyo,abc,2030,data_center,applied,",
        "A-1,x,y,atlantis,5,soon,fab,dreaming,maybe",
        "A-3,x,y,,5,2030,fab,study,",
    )
    words = ("--vintage", "1999-01", "--assumptions", "none.csv", "--output", "out")
    done = command("forecast", path, *words, cwd=tmp_path)
    assert done.code == 2
    assert "Traceback" not in done.err
    for told in (
        "none.csv: file: found no such file",
        "--vintage: found 1999-01",
        "additions.csv:2: contract_mw: found abc",
        "additions.csv:3: area: found atlantis",
        "additions.csv:3: supply_start: found soon",
        "additions.csv:3: stage: found dreaming",
        "additions.csv:3: counted: found maybe",
        "additions.csv:3: id: found A-1",
        "additions.csv:4: area: found nothing",
    ):
        assert told in done.err
    assert not (tmp_path / "out").exists()


def test_a_folder_of_somebody_else_is_left_alone(command, tmp_path):
    path = write_list(tmp_path, "A-1,x,y,tokyo,5,2030,data_center,applied,")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", encoding="utf-8")
    done = command("forecast", path, "--output", "out", "--draws", "0", cwd=tmp_path)
    assert done.code == 2
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["mine.txt"]


HOSTILE = (
    '=HYPERLINK("http://x")',
    "@SUM(A1)",
    "-2+3",
    "{{ 7*7 }}{% raw %}",
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "[red]x[/red]",
)


def test_hostile_names_stay_text_everywhere(command, tmp_path):
    cells = [f'"{name.replace(chr(34), chr(34) * 2)}"' for name in HOSTILE]
    rows = [
        f"H-{place},{cell},{cell},tokyo,{5000 + place},2030,data_center,applied,"
        for place, cell in enumerate(cells)
    ]
    done = command("forecast", write_list(tmp_path, *rows), "--output", "out", cwd=tmp_path)
    assert done.code == 3, done.err
    assert "{{ 7*7 }}" in done.out
    assert "[red]x[/red]" in done.out
    folder = tmp_path / "out"
    for name in ("applications.csv", "contributors.csv"):
        names = [row["name"] for row in rows_of(folder / name)]
        assert "'@SUM(A1)" in names
        assert not any(text.startswith(("=", "@", "-", "+")) for text in names)
    book = python_calamine.CalamineWorkbook.from_path(folder / "forecast.xlsx")
    sheet = book.get_sheet_by_name("applications").to_python()
    column = sheet[0].index("name")
    assert [row[column] for row in sheet[1:4]] == [f"'{name}" for name in HOSTILE[:3]]
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "<img src=x" not in page
    assert "<script" not in page
    assert "49{%" not in page


def test_the_map_alone(command, tmp_path):
    path = write_list(tmp_path, "A-1,x,y,tokyo,5,2030,data_center,applied,")
    done = command("forecast", path, "--map", "here.html", "--draws", "0", cwd=tmp_path)
    assert done.code == 0, done.err
    assert (tmp_path / "here.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["additions.csv", "here.html"]


@pytest.mark.thorough
def test_both_languages_and_the_template(command, tmp_path):
    done = command("new", "additions", "mine", cwd=tmp_path)
    assert done.code == 0, done.err
    path = tmp_path / "mine" / "additions.csv"
    text = path.read_text(encoding="utf-8-sig")
    example = text.split("without the #: ")[1].split('"')[0]
    path.write_text(f"{text}{example}\n", encoding="utf-8-sig")
    words = ("--assumptions", "mine/assumptions.csv", "--draws", "100")
    for lang, said in (("ja", "想定を超えるものはない"), ("en", "Nothing exceeds a forecast")):
        done = command("forecast", path, *words, "--lang", lang, cwd=tmp_path)
        assert done.code == 0, done.err
        assert said in done.out


@pytest.mark.thorough
def test_changed_assumptions_change_the_weights_and_are_told(command, tmp_path):
    path = write_list(tmp_path, "A-1,x,y,tokyo,1000,2030,data_center,applied,no")
    (tmp_path / "mine.csv").write_text(
        "assumption,value,low,high\nrealised-applied,0.5,0.5,0.5\n", encoding="utf-8"
    )
    done = command("forecast", path, "--assumptions", "mine.csv", "--output", "out", cwd=tmp_path)
    assert done.code == 0, done.err
    weighted = [
        r
        for r in rows_of(tmp_path / "out" / "verdict.csv")
        if (r["area"], r["fiscal_year"], r["case"]) == ("tokyo", "2030", "weighted")
    ]
    assert {float(r["additions_mw"]) for r in weighted} == {500}
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    told = {row["field"]: row for row in summary["assumptions"]}
    assert told["realised-applied"]["value"] == "0.5 (0.5 - 0.5)"
    assert told["realised-applied"]["source"] == "user_file"
    share = [
        r["p50_mw"] for r in summary["draws"] if (r["area"], r["fiscal_year"]) == ("tokyo", 2030)
    ]
    assert share[0] in (0, 1000)


@pytest.mark.thorough
def test_a_later_forecast_of_the_user(command, tmp_path):
    path = write_list(tmp_path, "A-1,x,y,kyushu,600,2030,data_center,applied,no")
    (tmp_path / "mine.csv").write_text(
        "vintage,fiscal_year,area,quantity,value\n"
        "2027-01,2027,japan,counted_mw,1000\n2027-01,2031,japan,counted_mw,5000\n"
        "2027-01,2027,kyushu,counted_dc_mw,100\n2027-01,2031,kyushu,counted_dc_mw,500\n",
        encoding="utf-8",
    )
    words = ("--area-table", "mine.csv", "--vintage", "2027-01", "--case", "all", "--output", "out")
    done = command("forecast", path, *words, cwd=tmp_path)
    assert done.code == 3, done.err
    rows = {
        r["area"]: r
        for r in rows_of(tmp_path / "out" / "verdict.csv")
        if r["fiscal_year"] == "2030"
    }
    assert float(rows["kyushu"]["allowance_mw"]) == 400
    assert float(rows["kyushu"]["over_mw"]) == 200
    assert float(rows["japan"]["allowance_mw"]) == 4000
    assert rows["japan"]["verdict"] == "fits"


def test_the_function_says_what_the_command_says(checked):
    import siting

    folder, _ = checked
    answer = siting.check_forecast(EXAMPLE, siting.CheckOptions(draws=0))
    assert answer.exceeds
    written = pd.read_csv(folder / "verdict.csv")
    assert answer.verdict["verdict"].tolist() == written["verdict"].tolist()
    assert answer.verdict["over_mw"].fillna(-1).tolist() == pytest.approx(
        written["over_mw"].fillna(-1).tolist(), abs=1e-5
    )


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("conditional-hours,30", "whole hours from 0 to 23"),
        ("conditional-hours,2.5", "whole hours from 0 to 23"),
        ("conditional-share,1", "a share below 1"),
        ("coincidence,30", "shares from 0 to 1"),
    ],
)
def test_assumptions_no_check_can_stand_on(command, tmp_path, row, expected):
    path = write_list(tmp_path, "A-1,x,y,tokyo,5,2030,data_center,applied,")
    (tmp_path / "mine.csv").write_text(f"assumption,value\n{row}\n", encoding="utf-8")
    done = command("forecast", path, "--assumptions", "mine.csv", cwd=tmp_path)
    assert done.code == 2
    assert expected in done.err
    assert "mine.csv:2:" in done.err


def test_a_map_that_cannot_be_written_is_the_users_input(command, tmp_path):
    path = write_list(tmp_path, "A-1,x,y,tokyo,5,2030,data_center,applied,")
    words = ("forecast", path, "--map", "no/such/folder/map.html", "--draws", "0")
    done = command(*words, cwd=tmp_path)
    assert done.code == 2
    assert "--map: found no/such/folder/map.html" in done.err
    assert "Traceback" not in done.err


@pytest.mark.thorough
def test_a_name_longer_than_a_cell_is_cut_in_the_workbook_only(command, tmp_path):
    name = "n" * 40_000
    path = write_list(tmp_path, f"A-1,{name},y,tokyo,5,2030,data_center,applied,")
    done = command("forecast", path, "--output", "out", "--draws", "0", cwd=tmp_path)
    assert done.code == 0, done.err
    assert pd.read_csv(tmp_path / "out" / "applications.csv")["name"].tolist() == [name]
    book = python_calamine.CalamineWorkbook.from_path(tmp_path / "out" / "forecast.xlsx")
    sheet = book.get_sheet_by_name("applications").to_python()
    assert sheet[1][sheet[0].index("name")] == name[:32_767]
