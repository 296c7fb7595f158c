"""`siting frontier` on two sites, one of them cleaner and dearer, and what it refuses."""

import csv
import json
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from typer.testing import CliRunner

from data.errors import InputError
from optimize.plan import choose_sites
from siting.cli import app
from siting.explain.sites import settings_of
from siting.frontier.files import write_frontier
from siting.frontier.page import page_html
from siting.frontier.question import Asked
from siting.frontier.study import frontier_study
from siting.posed import pose_study
from siting.scenario_file import load_scenario

TWO = """\
format: 1
name: two
title: {ja: 二つの地点, en: "Two <b>sites</b>"}
years: {first: 2035, last: 2035}
time: {days: [spring_weekday], hours_per_slice: 24}
demand:
  workloads:
    training: {kind: it_mw, load: training, by_year: {2035: 20}}
candidates: {only: [matsue, nobeoka]}
limits: {forecast: null}
costs: {subsidy_myen: {matsue: 3000}}
solver: {gap_share: 1.0e-6, time_limit_s: 60}
"""
ONE = ("candidates.only=[matsue]",)
WAITING = "limits.waiting={wanted: at_once}"


def scenario(folder, *sets):
    path = folder / "scenario.yaml"
    path.write_text(TWO, encoding="utf-8")
    return load_scenario(path, sets=sets)


@pytest.fixture(scope="module")
def studied(tmp_path_factory):
    home = tmp_path_factory.mktemp("frontier")
    seen = []
    told = frontier_study(
        scenario(home), Asked("carbon", 4), progress=lambda share, step: seen.append(share)
    )
    write_frontier(told, home, "en")
    return SimpleNamespace(home=home, told=told, seen=seen)


def solved(folder, *sets):
    posed = pose_study(scenario(folder, *sets))
    base = posed.base.cost_myen
    return choose_sites(posed.question.problem, settings_of(posed.scenario), base_cost_myen=base)


def test_the_first_point_is_the_plan_of_the_run(studied, tmp_path):
    plan = solved(tmp_path)
    first = studied.told["points"][0]
    assert first["cost_myen"] == pytest.approx(plan.record.cost_myen, rel=1e-5)
    assert first["value"] == pytest.approx(plan.carbon["emitted_t"].sum() / 1e6, rel=1e-5)
    built = plan.sites[plan.sites["built"] > 0.5].index.get_level_values("site")
    assert [site["site"] for site in first["sites"]] == sorted(set(built))


def test_each_point_is_the_plan_of_a_run_with_that_cap(studied, tmp_path):
    """One modelled year: a cap on it is the limit of the frontier."""
    points = studied.told["points"]
    assert len(points) >= 3
    for point in points[1:-1]:  # at the last, the least itself, the cap is one kW of rounding wide
        cap_kt = 1000.0 * point["limit"] * (1 + 1e-6) + 1e-3
        plan = solved(tmp_path, f"limits.carbon.cap_kt_by_year={{2035: {cap_kt}}}")
        assert point["cost_myen"] == pytest.approx(plan.record.cost_myen, rel=1e-5)


def test_changes_are_those_between_the_plans(studied):
    points = studied.told["points"]
    for before, point in pairwise(points):
        own, other = ({s["site"] for s in one["sites"]} for one in (point, before))
        assert point["comes"] == sorted(own - other)
        assert point["leaves"] == sorted(other - own)
        moved = sum(s["last_mw"] for s in point["sites"]) - sum(
            s["last_mw"] for s in before["sites"]
        )
        assert sum(point["area_change_mw"].values()) == pytest.approx(moved, abs=0.2)
        step = (point["cost_myen"] - before["cost_myen"]) / (before["value"] - point["value"])
        assert point["step_myen"] == pytest.approx(step)
        assert point["within_gap"] == (point["bound_myen"] <= before["cost_myen"])
    assert points[0]["extra_myen"] == 0.0
    assert points[0]["step_myen"] is None


def test_every_point_is_proven_and_the_least_is_told(studied):
    told = studied.told
    for point in told["points"]:
        gap = (point["cost_myen"] - point["bound_myen"]) / abs(point["cost_myen"])
        assert -1e-12 <= gap <= 1.01e-6
        assert point["gap_share"] == pytest.approx(gap, abs=1e-12)
    values = [point["value"] for point in told["points"]]
    assert values == sorted(values, reverse=True)
    assert told["least_at_least"] <= min(values) * (1 + 1e-6)


def test_progress_rises_to_the_end(studied):
    assert studied.seen == sorted(studied.seen)
    assert studied.seen[-1] == pytest.approx(0.98)


def test_the_files_tell_the_same(studied):
    kept = json.loads((studied.home / "frontier.json").read_text(encoding="utf-8"))
    assert kept["points"] == json.loads(json.dumps(studied.told["points"]))
    with (studied.home / "frontier.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    sites = [(str(p["number"]), s["site"]) for p in kept["points"] for s in p["sites"]]
    assert [(row["point"], row["site"]) for row in rows] == sites
    powers = [s["last_mw"] for p in kept["points"] for s in p["sites"]]
    assert np.allclose([float(row["mw_2035"]) for row in rows], powers)


def test_nothing_of_the_data_is_markup(studied):
    page = (studied.home / "frontier.html").read_text(encoding="utf-8")
    assert "Two &lt;b&gt;sites&lt;/b&gt;" in page
    assert "<script" not in page
    assert "<b>sites" not in page
    hostile = json.loads(json.dumps(studied.told))
    for point in hostile["points"]:
        for site in point["sites"]:
            site["name"] = {"ja": "<img src=x>", "en": "=<img src=x>"}
    assert "<img" not in page_html(hostile)
    write_frontier(hostile, studied.home.parent, "ja")
    table = (studied.home.parent / "frontier.csv").read_text(encoding="utf-8-sig")
    assert "'=<img" in table


def test_limits_not_proven_in_time_are_said(studied):
    assert "no plan was proven in time" not in page_html(studied.told)
    page = page_html({**studied.told, "missed": [1.25]})
    assert "no plan was proven in time: 1.250" in page


def test_the_figure_has_a_number_for_every_point(studied):
    page = page_html(studied.told, "en")
    figure = page[page.index("<svg") : page.index("</svg>")]
    assert all(f">{point['number']}</text>" in figure for point in studied.told["points"])


def test_one_site_has_one_point(tmp_path):
    told = frontier_study(scenario(tmp_path, *ONE), Asked("carbon", 3))
    assert len(told["points"]) == 1
    write_frontier(told, tmp_path)
    assert "計画は1つ" in (tmp_path / "frontier.html").read_text(encoding="utf-8")


def test_the_command_writes_and_tells(tmp_path, monkeypatch):
    scenario(tmp_path)
    monkeypatch.chdir(tmp_path)
    words = ["frontier", "scenario.yaml", "--measure", "waiting", "--points", "3", "--lang", "en"]
    done = CliRunner().invoke(app, [*words, "--set", WAITING], catch_exceptions=False)
    assert done.exit_code == 0
    folder = tmp_path / "runs" / "two-frontier-waiting"
    names = {"frontier.csv", "frontier.html", "frontier.json", "steps"}
    assert {path.name for path in folder.iterdir()} == names
    assert "Mean wait" in done.stdout
    assert "No plan waits less" in done.stdout
    assert "done earlier" not in done.stdout


def test_called_again_it_takes_over_what_is_done(tmp_path, monkeypatch):
    def answered(*words):
        arguments = ["frontier", str(path), "--points", "3", "--output", str(tmp_path / "out")]
        done = CliRunner().invoke(app, [*arguments, "--lang", "en", *words])
        assert done.exit_code == 0
        return done.stdout, json.loads((tmp_path / "out" / "frontier.json").read_text("utf-8"))

    scenario(tmp_path)
    path = tmp_path / "scenario.yaml"
    first = answered()[1]
    steps = sorted((tmp_path / "out" / "steps").iterdir())
    steps[0].write_text("{", encoding="utf-8")  # half written: that step is done again
    text, again = answered()
    # the cheapest, the least, two limits, and what they are; one of these could not be read
    assert len(steps) == 5
    assert again["taken_over"] == 4
    assert "4 steps were done earlier" in text
    costs = [point["cost_myen"] for point in first["points"]]
    assert [point["cost_myen"] for point in again["points"]] == pytest.approx(costs, rel=1e-6)
    assert answered("--set", "costs.subsidy_myen.matsue=2900")[1]["taken_over"] == 0


@pytest.mark.parametrize(
    ("sets", "asked", "where"),
    [
        ((), Asked("waiting"), "limits.waiting"),
        ((), Asked("carbon", 1), "--points"),
    ],
)
def test_what_it_refuses(tmp_path, sets, asked, where):
    with pytest.raises(InputError) as raised:
        frontier_study(scenario(tmp_path, *sets), asked)
    assert any(where in problem.where for problem in raised.value.problems)
    assert all(problem.fix or problem.expected for problem in raised.value.problems)


def test_a_folder_that_cannot_be_is_told_before_the_work(tmp_path, monkeypatch):
    scenario(tmp_path)
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setattr("siting.frontier.study.frontier_study", None)  # calling it would fail
    words = ["frontier", str(tmp_path / "scenario.yaml"), "--output", str(tmp_path / "file" / "x")]
    with pytest.raises(InputError, match="--output"):
        CliRunner().invoke(app, words, catch_exceptions=False)
