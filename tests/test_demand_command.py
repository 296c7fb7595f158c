import json
import re
from pathlib import Path

import pandas as pd
import pytest
import yaml

from data.contract import AREAS
from data.contracts_series import QUANTITIES
from data.own_days import read_own_days
from siting.assumed import list_assumptions
from siting.demand_words import AREAS as AREA_WORDS
from siting.demand_words import SOURCES, WORDS
from siting.scenario_file import user_files
from siting.study import check_study
from siting.typical_year import typical_year
from tests.conftest import ROOT
from tests.demand_forms import FORMS
from tests.small_studies import small_scenario, write_small

SHARED = Path(__file__).parents[2] / "shared" / "data" / "demand"
FILES = {"demand.csv", "demand.parquet", "duration.csv", "typical_days.csv", "summary.json"}


def real(name):
    path = SHARED / name
    if not path.exists():
        pytest.skip("real data for tests are kept beside the checkout")
    return path


def week(folder, first="2026-04-01", days=7, area="tokyo", level=1000):
    """A made-up half-hourly file of whole days."""
    start = pd.date_range(first, periods=48 * days, freq="30min")
    rows = [f"{t:%Y/%m/%d},{t:%H:%M},{level + t.hour}" for t in start]
    path = folder / f"{area}.csv"
    path.write_text("DATE,TIME,エリア需要(MW)\n" + "\n".join(rows), encoding="utf-8")
    return path


def summary_of(folder):
    return json.loads((folder / "summary.json").read_text(encoding="utf-8"))


def test_the_real_peak_and_minimum_of_2026(command, tmp_path):
    done = command(
        "demand", real("occto_area_demand_30min_2026.csv.gz"), "--output", "out", cwd=tmp_path
    )
    assert done.code == 0, done.err
    together = next(line for line in done.out.splitlines() if line.startswith("│ together"))
    assert re.findall(r"[\d,]+(?= │ +2026)|2026-[\d-]+ [\d:]+", together) == [
        "164,032",
        "2026-07-23 14:30",
        "59,347",
        "2026-05-05 01:30",
    ]
    row = next(row for row in summary_of(tmp_path / "out")["areas"] if row["area"] == "japan")
    assert round(row["peak_mw"] / 1e3, 1) == 164.0
    assert round(row["minimum_mw"] / 1e3, 1) == 59.3
    assert row["peak_start"] == "2026-07-23T14:30:00+09:00"
    assert row["non_coincident_mw"] == pytest.approx(167_901.4)


def test_the_real_samples_go_together(command, tmp_path):
    samples = sorted(real("tso_samples").glob("eria_jukyu_202604_*.csv"))
    assert len(samples) == 8
    done = command("demand", *samples, "--lang", "ja", "--output", "out", cwd=tmp_path)
    assert done.code == 0, done.err
    assert "eria_jukyu_202604_09.csv: 連系線は受電を正に直した" in done.out
    summary = summary_of(tmp_path / "out")
    by_area = pd.DataFrame(summary["shares"]).groupby("area")["share"].sum()
    assert (by_area.drop("japan") - 1).abs().max() < 0.001  # sources meet demand
    row = next(row for row in summary["areas"] if row["area"] == "kyushu")
    assert row["first"] == "2026-04-01T00:00:00+09:00"


def test_every_file_is_written_and_says_the_same(command, tmp_path):
    done = command("demand", week(tmp_path), "--output", "out", cwd=tmp_path)
    assert done.code == 0, done.err
    folder = tmp_path / "out"
    assert {path.name for path in folder.iterdir()} == FILES
    long = pd.read_parquet(folder / "demand.parquet")
    assert list(long.columns) == ["start", "minutes", "area", "quantity", "mw"]
    assert str(long["start"].dt.tz) == "Asia/Tokyo"
    wide = pd.read_csv(folder / "demand.csv", encoding="utf-8-sig")
    assert wide["tokyo_mw"].tolist() == long["mw"].tolist()
    assert wide["start"].iloc[1] == "2026-04-01 00:30"
    duration = pd.read_csv(folder / "duration.csv", encoding="utf-8-sig")
    assert duration["tokyo_mw"].iloc[[0, 100]].tolist() == [1023, 1000]
    summary = summary_of(folder)
    assert summary["kind"] == "demand"
    assert summary["areas"][0]["peak_mw"] == 1023
    assert summary["typical_days"] == ["spring_holiday", "spring_minimum", "spring_weekday"]
    days = read_own_days(folder / "typical_days.csv", summary["typical_days"])
    assert len(days) == 3 * 24


def test_it_can_be_written_again_but_not_over_something_else(command, tmp_path):
    file = week(tmp_path)
    for _ in range(2):
        assert command("demand", file, "--output", "out", cwd=tmp_path).code == 0
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "summary.json").write_text('{"format": 1}', encoding="utf-8")
    (tmp_path / "mine").mkdir()
    for folder in ("plan", "mine"):
        done = command("demand", file, "--output", folder, cwd=tmp_path)
        assert done.code == 2
        assert "Name another folder" in done.err
    assert (tmp_path / "plan" / "summary.json").read_text(encoding="utf-8") == '{"format": 1}'
    assert {path.name for path in tmp_path.iterdir()} == {"tokyo.csv", "out", "plan", "mine"}


def test_bad_files_are_one_list_and_write_nothing(command, tmp_path):
    common, groups = FORMS["common"], FORMS["groups"]
    common.write(tmp_path, common.text.replace(",2904,", ",x,").replace("原子力", "原子炉"))
    groups.write(tmp_path)
    done = command(
        "demand", common.name, groups.name, "mars=a.csv", "--output", "out", cwd=tmp_path
    )
    assert done.code == 2
    assert done.err.count("cannot be used") == 1
    assert f"{common.name}:2: 原子炉: found an unknown heading" in done.err
    assert "Say it before the name: tokyo=FILE" in done.err
    assert "mars=a.csv" in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "out").exists()


def test_gaps_are_refused_or_named(command, tmp_path):
    form = FORMS["common"]
    form.write(tmp_path, form.text.replace(f"{form.rows[3]}\r\n", ""))
    done = command("demand", form.name, cwd=tmp_path)
    assert done.code == 2
    assert "no row from 2026-04-01 01:30 to 2026-04-01 02:00 (1 slots)" in done.err
    done = command("demand", form.name, "--allow-gaps", "--output", "out", cwd=tmp_path)
    assert done.code == 0
    assert "Gap in Hokkaido: 2026-04-01 01:30 to 2026-04-01 02:00, 1 slots" in done.out
    gap = summary_of(tmp_path / "out")["gaps"][0]
    assert (gap["first"], gap["slots"], gap["file"], gap["line"]) == (
        "2026-04-01 01:30",
        1,
        form.name,
        6,
    )


def test_todays_file_says_until_when(command, tmp_path):
    form = FORMS["today"]
    form.write(tmp_path)
    done = command("demand", form.name, "--lang", "en", cwd=tmp_path)
    assert done.code == 0
    assert f"{form.name}: until 2026-04-15 03:00" in done.out
    assert "Not enough whole days" in done.out


def test_a_forecast_alone_is_summarised(command, tmp_path):
    form = FORMS["kWh in the heading"]
    form.write(tmp_path)
    done = command("demand", form.name, "--output", "out", cwd=tmp_path)
    assert done.code == 0, done.err
    assert "Hokkaido (forecast) │   3,048" in done.out
    wide = pd.read_csv(tmp_path / "out" / "demand.csv", encoding="utf-8-sig")
    assert list(wide.columns) == ["start", "hokkaido_forecast_demand_mw"]
    days = pd.read_csv(tmp_path / "out" / "typical_days.csv", encoding="utf-8-sig")
    assert list(days.columns) == ["area", "day", "hour", "demand_mw"]
    assert days.empty


def test_the_area_can_be_said_in_japanese(command, tmp_path):
    form = FORMS["groups"]
    form.write(tmp_path)
    done = command("demand", f"中部={form.name}", "--lang", "ja", cwd=tmp_path)
    assert done.code == 0, done.err
    assert "│ 中部" in done.out
    assert "1時間値の最大は30分値の最大ではない: 中部" in done.out


def test_a_name_full_of_markup_stays_text(command, tmp_path):
    form = FORMS["today"]
    name = "[red]tohoku=[bold]"
    (tmp_path / name).write_bytes(form.text.encode(form.encoding))
    done = command("demand", name, cwd=tmp_path)
    assert done.code == 0, done.err
    assert f"{name}: until" in done.out


def test_help_has_an_example(command, tmp_path):
    done = command("demand", "--help", cwd=tmp_path)
    assert done.code == 0
    assert "Example: siting demand" in done.out
    assert "--allow-gaps" in done.out


def test_every_area_and_source_has_two_names():
    assert list(AREA_WORDS) == [*AREAS, "japan"]
    assert set(SOURCES) < set(QUANTITIES)
    for ja, en in [*WORDS.values(), *AREA_WORDS.values(), *SOURCES.values()]:
        fields = re.compile(r"\{\w+\}")
        assert sorted(fields.findall(ja)) == sorted(fields.findall(en))


# --- in a scenario -----------------------------------------------------------------------------

SET = "time.demand_file=typical_days.csv"


def own_days(folder, day="spring_minimum", area="tokyo", mw=5000.0, hours=range(24)):
    table = pd.DataFrame({"area": area, "day": day, "hour": list(hours), "demand_mw": mw})
    path = folder / "typical_days.csv"
    table.to_csv(path, index=False)
    return path


def test_own_days_replace_the_demand_of_a_scenario(command, tmp_path):
    # 366 days from 1 March: every season has its days
    week(tmp_path, first="2025-03-01", days=366)
    done = command("demand", "tokyo.csv", "--output", "out", cwd=tmp_path)
    assert done.code == 0, done.err
    days = (tmp_path / "out" / "typical_days.csv").read_bytes()
    (tmp_path / "typical_days.csv").write_bytes(days)
    before, _ = typical_year(small_scenario(tmp_path))
    after, _ = typical_year(small_scenario(tmp_path, SET))
    # the day has 1000 + hour MW; slices of the small scenario are 8 hours long
    assert after.demand_mw["tokyo"].tolist() == pytest.approx([1003.5, 1011.5, 1019.5] * 2)
    others = [area for area in AREAS if area != "tokyo"]
    pd.testing.assert_frame_equal(after.demand_mw[others], before.demand_mw[others])
    assert (before.demand_mw["tokyo"] > 10_000).all()


def test_only_the_days_given_are_replaced(tmp_path):
    own_days(tmp_path)
    before, _ = typical_year(small_scenario(tmp_path))
    after, _ = typical_year(small_scenario(tmp_path, SET))
    is_own = after.slices["day"] == "spring_minimum"
    assert (after.demand_mw.loc[is_own, "tokyo"] == 5000).all()
    assert (after.demand_mw[~is_own] == before.demand_mw[~is_own]).all(axis=None)


def test_an_own_winter_peak_is_not_stretched(tmp_path):
    own_days(tmp_path, day="winter_peak", mw=777.0)
    after, _ = typical_year(small_scenario(tmp_path, SET, "time.days=[winter_peak]"))
    assert (after.demand_mw["tokyo"] == 777).all()


def test_what_is_filled_follows_the_own_spring(tmp_path):
    own_days(tmp_path, day="spring_weekday", mw=1000.0)
    scenario = small_scenario(tmp_path, SET, "time.days=[autumn_weekday]")
    after, _ = typical_year(scenario)
    ratio = scenario.assumptions.autumn_demand_ratio["tokyo"]
    assert after.demand_mw["tokyo"].tolist() == pytest.approx([1000 * ratio] * 3)


def test_the_assumptions_name_the_file(tmp_path):
    own_days(tmp_path)
    fields = {row["field"]: row["value"] for row in list_assumptions(small_scenario(tmp_path, SET))}
    assert fields["time.demand_file"] == "typical_days.csv"
    assert "time.demand_file" not in {
        row["field"] for row in list_assumptions(small_scenario(tmp_path))
    }


def test_the_file_belongs_to_the_scenario(command, tmp_path):
    path = own_days(tmp_path)
    assert user_files(small_scenario(tmp_path, SET)) == [path]
    done = command("check", write_small(tmp_path), "--set", SET, cwd=tmp_path)
    assert done.code == 0, done.err
    assert str(path) in done.out


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"day": "monday"}, ["'monday'"]),
        ({"hours": range(23)}, ["spring_minimum of tokyo: found no hour 23"]),
        ({"day": "monday", "hours": range(1, 24)}, ["'monday'", "monday of tokyo: found no"]),
        ({"area": "mars"}, ["area: found mars"]),
        ({"mw": -1.0}, ["demand_mw: found -1.0"]),
    ],
)
def test_own_days_with_faults_are_one_list(changes, found, command, tmp_path):
    own_days(tmp_path, **changes)
    done = command("check", write_small(tmp_path), "--set", SET, cwd=tmp_path)
    assert done.code == 2
    assert done.err.count("cannot be used") == 1
    for text in found:
        assert text in done.err


def test_a_missing_file_is_a_problem_of_the_scenario(command, tmp_path):
    done = command("check", write_small(tmp_path), "--set", SET, cwd=tmp_path)
    assert done.code == 2
    assert "time.demand_file: found 'typical_days.csv'" in done.err


# --- the document ------------------------------------------------------------------------------


def test_the_document_names_every_quantity_and_field():
    text = (ROOT / "docs" / "demand.md").read_text(encoding="utf-8")
    for quantity in QUANTITIES:
        assert quantity in text, quantity
    for name in FILES - {"demand.parquet"}:
        assert f"`{name}`" in text
    block = yaml.safe_load(re.search(r"```yaml\n(.*?)```", text, re.S)[1])
    assert list(block["time"]) == ["demand_file"]


def test_the_example_of_the_document_lacks_hours_only(tmp_path):
    text = (ROOT / "docs" / "demand.md").read_text(encoding="utf-8")
    path = tmp_path / "typical_days.csv"
    path.write_text(re.search(r"```csv\n(.*?)```", text, re.S)[1], encoding="utf-8")
    problems = check_study(small_scenario(tmp_path, SET))
    assert [problem.where for problem in problems] == ["spring_weekday of tokyo"]
