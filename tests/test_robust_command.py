"""`siting robust` on two sites whose order one subsidy turns round, and what it refuses."""

import csv
import json
import shlex
from functools import cache
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from data.errors import InfeasibleError, InputError, PlanError
from optimize.plan import choose_sites
from siting.changed_scenario import changed
from siting.cli import app
from siting.explain.sites import settings_of
from siting.lock import content_hash
from siting.posed import pose_study
from siting.robust import solves
from siting.robust.files import site_table, write_robust
from siting.robust.page import page_html
from siting.robust.question import Asked
from siting.robust.study import SOLVES, robust_study
from siting.scenario_file import find_problems, load_scenario
from siting.study import check_study
from tests.conftest import ROOT

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
limits: {forecast: null, spread: {max_sites: 1}}
costs: {subsidy_myen: {matsue: 0}}
solver: {gap_share: 1.0e-6, time_limit_s: 60}
uncertain:
  samples: 4
  inputs:
"""
SUBSIDY = "    subsidy: {field: costs.subsidy_myen.matsue, choices: [0, 3000], source: '=made'}\n"
DEMAND = "    demand: {field: demand.workloads.training.by_year, choices: [1, 50], times: true}\n"


def scenario(folder, *inputs, sets=()):
    path = folder / "scenario.yaml"
    path.write_text(TWO + "".join(inputs), encoding="utf-8")
    return load_scenario(path, sets=sets)


@pytest.fixture(scope="module")
def studied(tmp_path_factory):
    home = tmp_path_factory.mktemp("robust")
    asked = scenario(home, SUBSIDY)
    told = robust_study(asked, Asked(), output=home / "out")
    told |= {"plan_line": "siting run <script>"}
    write_robust(told, home / "out", "en")
    return SimpleNamespace(home=home, scenario=asked, told=told)


# --- two sites whose order one price turns round ----------------------------------------------


@cache
def cost_at(home, site, subsidy):
    """The same question with one candidate only: another way to the cost of a set of one site."""
    sets = (f"candidates.only=[{site}]", f"costs.subsidy_myen.matsue={subsidy}")
    asked = scenario(home, SUBSIDY, sets=sets)
    posed = pose_study(asked)
    base = posed.base.cost_myen
    plan = choose_sites(posed.question.problem, settings_of(asked), base_cost_myen=base)
    return plan.record.cost_myen


def test_the_subsidy_turns_the_order_and_half_the_samples_choose_each(studied):
    told = studied.told
    chosen = {row["values"]["subsidy"]: row["sites"] for row in told["draws"]}
    assert chosen == {0: ["nobeoka"], 3000: ["matsue"]}
    shares = {row["site"]: row["share"] for row in told["sites"]}
    assert shares == {"nobeoka": 0.5, "matsue": 0.5}
    assert [row["in_plan"] for row in told["sites"] if row["site"] == "nobeoka"] == [True]


def test_regret_is_the_difference_to_the_other_site(studied):
    home = studied.home
    cost = {(s, y): cost_at(home, s, y) for s in ("matsue", "nobeoka") for y in (0, 3000)}
    regret = {
        "matsue": cost["matsue", 0] - cost["nobeoka", 0],
        "nobeoka": cost["nobeoka", 3000] - cost["matsue", 3000],
    }
    rows = {row["sites"][0]: row for row in studied.told["sets"]}
    assert set(rows) == set(regret)
    for site, myen in regret.items():
        assert myen > 0
        assert rows[site]["largest_myen"] == pytest.approx(myen, rel=1e-3)
        assert rows[site]["mean_myen"] == pytest.approx(myen / 2, rel=1e-3)
    assert studied.told["sets"][0]["sites"] == [min(regret, key=regret.get)]
    assert studied.told["choice"] == {"set": 1, "proven": True}


def test_a_subsidy_alone_is_worth_what_it_changes(studied):
    (row,) = studied.told["inputs"]
    swings = {swing["value"]: swing for swing in row["swings"]}
    assert swings[0]["extra_myen"] == pytest.approx(0.0, abs=1e-6)
    expected = cost_at(studied.home, "matsue", 3000) - cost_at(studied.home, "nobeoka", 0)
    assert swings[3000]["extra_myen"] == pytest.approx(expected, rel=1e-3)
    assert (swings[3000]["comes"], swings[3000]["leaves"]) == (["matsue"], ["nobeoka"])


# --- going on where it stopped ------------------------------------------------------------------


def test_a_second_call_solves_nothing(studied, monkeypatch):
    def never(*args, **kwargs):
        raise AssertionError("solved again")

    for name in ("choose_sites", "solve", "pose_study"):
        monkeypatch.setattr(solves, name, never)
    again = robust_study(studied.scenario, Asked(), output=studied.home / "out")
    assert again["solved"] == 0
    keys = ("draws", "sites", "sets", "choice", "inputs")
    assert {key: again[key] for key in keys} == {key: studied.told[key] for key in keys}


def test_what_was_broken_off_goes_on(studied, tmp_path, monkeypatch):
    real, count = solves.choose_sites, []

    def breaks(*args, **kwargs):
        count.append(1)
        if len(count) == 2:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    monkeypatch.setattr(solves, "choose_sites", breaks)
    with pytest.raises(KeyboardInterrupt):
        robust_study(studied.scenario, Asked(), output=tmp_path)
    (done,) = (tmp_path / SOLVES).iterdir()
    done.write_text("{", encoding="utf-8")  # torn by something else: not trusted
    told = robust_study(studied.scenario, Asked(), output=tmp_path)
    assert told["solved"] == studied.told["solved"]
    assert told["sets"] == studied.told["sets"]


def test_a_changed_scenario_starts_anew_and_a_changed_range_does_not_change_the_question(studied):
    key = solves.Kept(studied.home).key
    other = scenario(studied.home, SUBSIDY, sets=("demand.reference_pue=1.2",))
    assert key(changed(other, {}), "best") != key(changed(studied.scenario, {}), "best")
    wider = scenario(studied.home, SUBSIDY.replace("3000", "4000"))
    assert content_hash(wider) == content_hash(studied.scenario)
    assert key(changed(wider, {}), "best") == key(changed(studied.scenario, {}), "best")


# --- samples without a plan ---------------------------------------------------------------------


def test_a_sample_without_a_plan_is_counted_and_named(tmp_path):
    asked = scenario(tmp_path, DEMAND)
    told = robust_study(asked, Asked(samples=2), output=tmp_path / "out")
    assert told["samples"] == {"asked": 2, "with_plan": 1, "seed": 1}
    status = {row["values"]["demand"]: row["status"] for row in told["draws"]}
    assert status == {1: "plan", 50: "infeasible"}
    assert [row["share"] for row in told["sites"]] == [1.0]
    (row,) = told["inputs"]
    assert [swing["status"] for swing in row["swings"]] == ["plan", "infeasible"]
    page = page_html(told | {"plan_line": None}, "en")
    assert "Samples without a plan: 1." in page
    assert "demand × 50" in page


def test_time_that_does_not_suffice_is_no_proof(studied, tmp_path, monkeypatch):
    real = solves.choose_sites

    def slow(problem, *args, **kwargs):
        if problem.demand.max() > 20:
            raise PlanError("not proven in time")
        return real(problem, *args, **kwargs)

    monkeypatch.setattr(solves, "choose_sites", slow)
    told = robust_study(scenario(tmp_path, DEMAND), Asked(samples=2), output=tmp_path)
    assert {row["status"] for row in told["draws"]} == {"plan", "unsettled"}


def test_a_scenario_without_a_plan_of_its_own_is_refused(tmp_path):
    asked = scenario(tmp_path, SUBSIDY, sets=("demand.workloads.training.by_year.2035=9000",))
    with pytest.raises(InfeasibleError, match="siting explain"):
        robust_study(asked, Asked(), output=tmp_path / "out")


# --- files, page, command -----------------------------------------------------------------------


def test_files_are_whole_and_run_nothing(studied):
    folder = studied.home / "out"
    assert json.loads((folder / "robust.json").read_text(encoding="utf-8")) == studied.told
    with (folder / "robust.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["site"] for row in rows] == [row["site"] for row in studied.told["sites"]]
    hostile = json.loads(json.dumps(studied.told))
    hostile["sites"][0]["name"]["en"] = "=1+1"
    write_robust(hostile, folder / SOLVES / "..", "en")
    assert "'=1+1" in (folder / "robust.csv").read_text(encoding="utf-8-sig")
    assert site_table(studied.told)["chosen"].sum() == 4


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_page_escapes_and_has_no_script(studied, lang):
    told = json.loads(json.dumps(studied.told))
    told["sites"][0]["name"] = {"ja": "<script>x", "en": "<script>y"}
    told["inputs"][0]["input"] = "<i>"
    page = page_html(told, lang)
    assert "<script" not in page
    assert "&lt;script&gt;x" in page
    assert "Two &lt;b&gt;sites" in page
    assert "=made" in page
    assert page.count("<svg") == 3


@pytest.mark.browser
def test_the_page_fits_a_phone(studied, browser):
    page = browser.new_page(viewport={"width": 375, "height": 800})
    page.goto((studied.home / "out" / "robust.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    assert page.is_visible("#sites figure svg")
    assert page.inner_text("h1") == "Two <b>sites</b>"
    page.close()


def test_the_command_prints_the_line_that_gives_the_plan(studied, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["robust", str(studied.home / "scenario.yaml"), "--lang", "en"]
    scenario(studied.home, SUBSIDY)
    done = CliRunner().invoke(app, [*words, "--output", str(studied.home / "out")])
    assert done.exit_code == 0, done.output
    assert "0 solved" in done.output
    line = next(x for x in done.output.splitlines() if "siting run" in x).split("siting run ")[1]
    made = CliRunner().invoke(app, ["run", *shlex.split(line)])
    assert made.exit_code == 0, made.output
    folder = studied.home / "out-plan"
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    best = studied.told["sets"][0]
    assert [site["site"] for site in summary["sites"]] == best["sites"]
    solve = json.loads((folder / "solve.json").read_text(encoding="utf-8"))
    assert solve["cost_myen"] == pytest.approx(cost_at(studied.home, best["sites"][0], 0), rel=1e-5)


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "where", "expected"),
    [
        ("{field: costs.discont_share, low: 0, high: 0.1}", "field", "one of: discount_share"),
        ("{field: costs.discount_share, low: 0.1, high: 0.05}", "low", "below 0.05"),
        ("{field: costs.discount_share, low: 0.1, high: 1.5}", "high", "a number below 1"),
        ("{field: costs.discount_share, low: 0.1}", "high", "both ends"),
        ("{field: costs.discount_share}", "x", "low and high, or choices"),
        ("{field: headroom.case, choices: [mid]}", "choices", "at least two"),
        ("{field: headroom.case, choices: [mid, mid]}", "choices.1", "each choice once"),
        ("{field: headroom.case, choices: [mid, most]}", "choices.1", "'low', 'mid' or 'high'"),
        ("{field: headroom.case, low: 1, high: 2, times: true}", "times", "a number, or a table"),
        ("{field: ties.delay_years, low: 0, high: 3}", "low", "a whole number"),
        ("{field: candidates.only, choices: [[oita], [matsue]]}", "field", "may be drawn"),
        ("{field: years.last, choices: [2035, 2036]}", "field", "may be drawn"),
        ("{field: costs.subsidy_myen, choices: [{}, {oita: 1}]}", "field", "each field once"),
    ],
)
def test_a_bad_input_is_told_with_its_line(tmp_path, entry, where, expected):
    path = tmp_path / "scenario.yaml"
    text = TWO + SUBSIDY + f"    x: {entry}\n"
    path.write_text(text, encoding="utf-8")
    problems = find_problems(path)
    assert problems
    line = len(text.splitlines())
    assert {(p.file, p.line) for p in problems} == {(str(path), line)}
    first = next(p for p in problems if p.where.endswith(where))
    assert first.where.startswith("uncertain.inputs.x")
    assert expected in first.expected


def test_all_problems_come_in_one_list(tmp_path):
    path = tmp_path / "scenario.yaml"
    more = "    a: {field: costs.nothing, low: 0, high: 1}\n    b: {field: seed, choices: [1, 2]}\n"
    path.write_text(TWO + SUBSIDY + more, encoding="utf-8")
    assert [p.where.split(".")[2] for p in find_problems(path)] == ["a", "b"]


def test_a_place_that_no_table_has_is_told_by_check(tmp_path):
    x = "    x: {field: costs.subsidy_myen, choices: [{oita: 1}, {oitaa: 1}]}\n"
    (problem,) = check_study(scenario(tmp_path, x))
    assert problem.where == "uncertain.inputs.x.choices.1"
    assert "oitaa" in problem.found


def test_values_that_do_not_go_together_are_told_before_anything_is_solved(tmp_path):
    pairs = (
        "    most: {field: facility.largest_site_mw, choices: [50, 500]}\n"
        "    least: {field: facility.smallest_site_mw, choices: [10, 100]}\n"
    )
    with pytest.raises(InputError, match="with most 50, least 100"):
        robust_study(scenario(tmp_path, pairs), Asked(samples=8), output=tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("sets", "asked", "where"),
    [
        (("uncertain=null",), Asked(), "uncertain"),
        ((), Asked(samples=1), "--samples"),
        ((), Asked(sets=0), "--sets"),
    ],
)
def test_what_cannot_be_asked_is_refused(tmp_path, sets, asked, where):
    with pytest.raises(InputError) as refused:
        robust_study(scenario(tmp_path, SUBSIDY, sets=sets), asked, output=tmp_path / "out")
    assert [p.where for p in refused.value.problems] == [where]


def test_a_network_is_refused(tmp_path):
    path = ROOT / "examples" / "japan" / "scenario.yaml"
    asked = load_scenario(path, "kansai-chugoku-network")
    with pytest.raises(InputError, match="--set network=null"):
        robust_study(asked, Asked(), output=tmp_path / "out")


def test_the_example_is_ready():
    for name in ("robust", "japan"):
        loaded = load_scenario(ROOT / "examples" / name / "scenario.yaml")
        assert loaded.uncertain is not None
