"""A re-dispatch fed back into the plan: what is changed by head, and the rounds of the command."""

import json
import math

import pandas as pd
import pytest
from typer.testing import CliRunner

from data.errors import InfeasibleError, InputError
from grid.hourly_year import fiscal_dates
from siting.cli import app
from siting.feedback.agreement import agreement_of
from siting.feedback.corrections import corrections, gain_of
from siting.feedback.question import Asked, refuse
from siting.feedback.study import FILE, feed_back
from siting.feedback.view import changes_text, rounds_view
from siting.feedback.words import REASONS
from siting.redispatch import FILE as REDISPATCH
from siting.scenario_file import build_scenario, load_scenario
from siting.short_days import short_days
from siting.study import run_study
from tests.test_clean_scenario import SMALL

DRAW_GWH = 1000.0


def told(*, cost_percent=0.0, unserved_gwh=0.0, missed_gwh=0.0, days=(), year=2035):
    return {
        "fiscal_year": year,
        "calendar_year": {"draw_gwh": DRAW_GWH, "missed_gwh": missed_gwh},
        "difference": {
            "cost_myen": {"percent": cost_percent},
            "unserved_gwh": {"absolute": unserved_gwh},
        },
        "short_days": [{"day": day} for day in days],
    }


def scenario(tmp_path, *sets):
    file = tmp_path / "scenario.yaml"
    file.write_text(SMALL, encoding="utf-8")
    (tmp_path / "hours.csv").touch()
    return load_scenario(file, None, ("time.days=all", *sets))


def made(given, found):
    return {each.field: each.after for each in corrections(given, found, agreement_of(found, 1.0))}


# --- agreement ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("off", "agrees"),
    [
        ({}, True),
        ({"cost_percent": -1.0}, True),
        ({"cost_percent": 1.01}, False),
        ({"cost_percent": None}, False),
        ({"unserved_gwh": 0.1}, True),  # a ten-thousandth of the draw
        ({"unserved_gwh": 0.11}, False),
        ({"unserved_gwh": -5.0}, True),  # the plan was the darker one
        ({"missed_gwh": 0.11}, False),
    ],
)
def test_plan_and_year_agree_within_what_is_allowed(off, agrees):
    assert agreement_of(told(**off), 1.0).agrees is agrees


# --- what to plan with next ---------------------------------------------------------------------


def test_what_was_missed_is_asked_for_on_top_in_that_year_alone(tmp_path):
    given = scenario(tmp_path, "limits.clean={share_by_year: {2030: 0.8}}")
    assert made(given, told(missed_gwh=30.0, year=2030)) == {
        "limits.clean.share_by_year.2030": "0.83000",
        "limits.clean.share_by_year.2035": "0.8",
    }
    assert made(given, told(missed_gwh=30.0)) == {"limits.clean.share_by_year.2035": "0.83000"}


def test_no_more_than_all_can_be_asked_for(tmp_path):
    given = scenario(tmp_path, "limits.clean={share_by_year: {2030: 0.99}}")
    assert made(given, told(missed_gwh=30.0)) == {"limits.clean.share_by_year.2035": "1.00000"}
    full = scenario(tmp_path, "limits.clean={share_by_year: {2030: 1.0}}")
    assert made(full, told(missed_gwh=30.0)) == {}


def test_a_rise_that_brought_little_is_followed_by_a_larger_one(tmp_path):
    """Ten points more planned with brought five: four missed ask for eight."""
    rows = [
        {"planned_share": 0.8, "hourly_share": 0.71},
        {"planned_share": 0.9, "hourly_share": 0.76},
    ]
    assert gain_of(rows) == pytest.approx(0.5)
    given = scenario(tmp_path, "limits.clean={share_by_year: {2030: 0.9}}")
    found = told(missed_gwh=40.0)
    changes = corrections(given, found, agreement_of(found, 1.0), gain_of(rows))
    assert [each.after for each in changes] == ["0.98000"]
    assert gain_of(rows[:1]) == 1.0
    assert gain_of([rows[0], rows[0] | {"planned_share": 0.9}]) == 0.25  # it brought nothing


def test_days_left_out_come_before_everything_else(tmp_path):
    given = scenario(tmp_path, "time.days=[winter_peak]", "limits.clean={share_by_year: {2030: 1}}")
    assert made(given, told(missed_gwh=30.0, cost_percent=9.0)) == {"time.days": "all"}


def test_blocks_become_shorter_until_they_are_hours(tmp_path):
    given, seen = scenario(tmp_path, "time.hours_per_slice=4"), []
    while changed := made(given, told(cost_percent=9.0)):
        seen.append(changed["time.hours_per_slice"])
        given = scenario(tmp_path, f"time.hours_per_slice={seen[-1]}")
    assert seen == ["3", "2", "1"]


def test_days_that_fell_short_are_forced_in_beside_those_chosen(tmp_path):
    own = ("time.hourly_file=hours.csv", "time.forced_days=[2025-08-01]")
    found = made(
        scenario(tmp_path, *own), told(unserved_gwh=9.0, days=("2025-08-01", "2025-08-04"))
    )
    assert found == {"time.forced_days": "[2025-08-01, 2025-08-04]", "time.typical_days": "13"}


def test_more_days_are_chosen_where_only_the_cost_is_off(tmp_path):
    own = scenario(tmp_path, "time.hourly_file=hours.csv", "time.typical_days=200")
    assert made(own, told(cost_percent=2.0)) == {"time.typical_days": "365"}
    every = scenario(tmp_path, "time.hourly_file=hours.csv", "time.typical_days=365")
    assert made(every, told(cost_percent=2.0)) == {}


def test_every_reason_has_its_words(tmp_path):
    given = scenario(tmp_path, "limits.clean={share_by_year: {2030: 0.8}}")
    found = told(missed_gwh=30.0, cost_percent=5.0, year=2030)
    changes = corrections(given, found, agreement_of(found, 1.0))
    assert {each.why for each in changes} <= set(REASONS)
    row = {"changes": [{k: getattr(each, k) for k in each.__slots__} for each in changes]}
    assert changes_text(row, "en").splitlines()[-1] == (
        "time.hours_per_slice: 8 → 6 (shorter blocks of hours)"
    )


# --- days that fall short -----------------------------------------------------------------------


def test_days_that_fall_short_by_head():
    """Two hours of 5 MW on a day that comes three times, one of 12 MW on a day that comes once."""
    slices = pd.DataFrame(
        {"day": ["a", "a", "b"], "hours": [1, 1, 1], "weight_days": [3.0, 3.0, 1.0]},
        index=pd.Index(["a0", "a1", "b0"], name="slice"),
    )
    index = pd.MultiIndex.from_product([["north", "south"], slices.index], names=["area", "slice"])
    balance = pd.DataFrame({"unserved_mw": [5.0, 4.0, 0.0, 0.0, 1.0, 12.0]}, index=index)
    first, second = short_days(slices, balance)
    assert first == {"day": "a", "unserved_gwh": pytest.approx(0.03), "hours": 2, "area": "north"}
    assert second == {"day": "b", "unserved_gwh": pytest.approx(0.012), "hours": 1, "area": "south"}
    assert short_days(slices, balance * 0.0) == []


# --- the rounds ---------------------------------------------------------------------------------


def two_kinds_of_days(_, fiscal_year):
    """A year of winter peaks after a spring: harder than the plan's mix of days."""
    dates = fiscal_dates(fiscal_year)
    return pd.Series(["spring_weekday"] * 300 + ["winter_peak"] * (len(dates) - 300), index=dates)


@pytest.fixture(scope="module")
def fed(tmp_path_factory):
    """A plan with a share of clean power that its year does not reach, fed back by the command."""
    home = tmp_path_factory.mktemp("fed")
    file = home / "scenario.yaml"
    one_year = SMALL.replace("first: 2030", "first: 2035").replace("2030: 50, ", "")
    file.write_text(one_year, encoding="utf-8")
    sets = (
        "time.days=all",
        "limits.clean={share_by_year: {2035: 0.8}, grid_counts: false}",
    )
    run_study(load_scenario(file, None, sets), output=home / "run")
    words = ["redispatch", str(home / "run"), "--feed-back", str(home / "out"), "--lang", "en"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("siting.dated_days.calendar_days", two_kinds_of_days)
        shown = CliRunner().invoke(app, [*words, "--within", "50"], env={"COLUMNS": "160"})
        yield home, json.loads((home / "out" / FILE).read_text(encoding="utf-8")), shown


def test_the_share_missed_is_planned_for_until_it_is_reached(fed):
    _, found, shown = fed
    first, *later = found["rounds"]
    assert not first["agrees"]
    assert first["hourly_share"] < 0.8 - 1e-3
    assert later
    assert later[-1]["agrees"]
    assert found["ended"] == "agrees"
    assert shown.exit_code == 0, shown.output
    # what is to be reached stays, what is planned with rises, and costs more
    assert all(row["required_share"] == pytest.approx(0.8) for row in found["rounds"])
    planned = [row["planned_share"] for row in found["rounds"]]
    assert planned == sorted(planned)
    assert planned[1] == pytest.approx(0.8 + (0.8 - first["hourly_share"]), abs=1e-5)
    assert later[-1]["plan_myen"] > first["plan_myen"]
    assert later[-1]["hourly_share"] >= 0.8 - 1e-4


def test_every_round_is_a_run_of_its_own(fed):
    home, found, _ = fed
    for number, row in enumerate(found["rounds"][1:], start=1):
        folder = home / "out" / f"round-{number}"
        assert row["folder"] == folder.name
        lock = load_scenario(folder / "scenario.lock.yaml")
        assert lock.limits.clean.share_by_year[2035] == pytest.approx(row["planned_share"])
        kept = json.loads((folder / REDISPATCH).read_text(encoding="utf-8"))
        assert len(kept["rounds"]) == number + 1
        report = (folder / "report.html").read_text(encoding="utf-8")
        assert "Fed back into the plan" in report
        assert "limits.clean.share_by_year.2035" in report


def test_the_terminal_says_what_was_changed_and_how_it_ended(fed):
    _, found, shown = fed
    assert f"Agreement after {len(found['rounds']) - 1} new plans" in shown.output
    assert "(missed in all hours)" in " ".join(shown.output.split())


def test_called_again_nothing_is_done_twice(fed, monkeypatch):
    home, found, _ = fed
    for name in ("run_study", "redispatch_run"):
        monkeypatch.setattr(f"siting.feedback.study.{name}", None)
    again = feed_back(home / "run", Asked(home / "out", within_percent=50.0))
    assert again == found


def test_that_no_plan_is_left_ends_the_rounds(fed, monkeypatch, tmp_path):
    def none(*_, **__):
        raise InfeasibleError("no room")

    monkeypatch.setattr("siting.feedback.study.run_study", none)
    found = feed_back(fed[0] / "run", Asked(tmp_path / "out", within_percent=50.0))
    assert found["ended"] == "no_plan"
    assert found["rounds"][-1]["clash"] == "no room"
    view = rounds_view(found)
    assert "no room" in view["sentence"]["en"]
    assert [cell["en"] for cell in view["rows"][-1]][-1] == "no plan"


def test_bad_options_are_told_together(tmp_path):
    (tmp_path / "round-1").mkdir()
    with pytest.raises(InputError) as caught:
        refuse(Asked(tmp_path, rounds=0, within_percent=math.inf))
    assert [problem.where for problem in caught.value.problems] == ["--rounds", "--within"]
    with pytest.raises(InputError, match=r"--feed-back: found .*round-1"):
        refuse(Asked(tmp_path))


def test_a_year_that_was_not_planned_leaves_nothing_behind(fed):
    home, out = fed[0], fed[0] / "refused"
    with pytest.raises(InputError, match="--year"):
        feed_back(home / "run", Asked(out, 1999))
    assert not out.exists()


def test_forced_days_need_a_file_and_a_date():
    values = {
        "name": "x",
        "title": {"ja": "x", "en": "x"},
        "demand": {"workloads": {"t": {"kind": "it_mw", "load": "training", "by_year": {2030: 1}}}},
    }
    with pytest.raises(InputError, match="none without hourly_file"):
        build_scenario(values | {"time": {"forced_days": ["2025-08-01"]}})
    with pytest.raises(InputError, match="'August', expected a date, as 2025-08-01"):
        build_scenario(values | {"time": {"forced_days": ["August"]}})
