"""`siting explain`: every number it names is found again by solving with the change it names."""

import json
import shutil
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from data.errors import InputError
from optimize.explain import LIMITS
from optimize.fixed_sites import FixedSites
from optimize.highs import SolverSettings
from optimize.plan import choose_sites
from siting.cli import app
from siting.explain.files import write_explanation
from siting.explain.limits import PRICED
from siting.explain.own_limits import own_headroom
from siting.explain.page import page_html
from siting.explain.prices import AGREES_SHARE
from siting.explain.question import COMMAND, Asked
from siting.explain.run import explain_run, explain_scenario
from siting.explain.terminal import show_clash, show_explanation
from siting.explain.words import NOTES, STATUS, WORDS
from siting.finished_run import read_run
from siting.posed import pose_study
from siting.scenario import Scenario
from siting.study import make_study, run_study
from siting.terminal import open_console
from tests.small_problems import headroom, members, two_sites
from tests.small_studies import small_scenario

EXACT = SolverSettings(gap_share=1e-7)
ASKED = Asked(within_percent=1.0, time_limit_s=60.0)
TIGHT = "solver.gap_share=0.001"


@pytest.fixture(scope="module")
def explained(tmp_path_factory):
    """The small scenario run and explained, with what it was made of."""
    home = tmp_path_factory.mktemp("explained")
    scenario = small_scenario(home, TIGHT)
    run_study(scenario, output=home / "run")
    told = explain_run(home / "run", ASKED)
    write_explanation(told, home / "run", "en")
    return SimpleNamespace(folder=home / "run", home=home, scenario=scenario, told=told)


# --- what it says is true -------------------------------------------------------------------


def test_the_plan_found_again_is_that_of_the_run(explained):
    solve = json.loads((explained.folder / "solve.json").read_text(encoding="utf-8"))
    plan = explained.told["plan"]
    assert plan["same"]
    assert plan["cost_myen"] == pytest.approx(solve["cost_myen"], rel=1e-6)
    assert explained.told["notes"] == []


def test_prices_are_sorted_and_checked(explained):
    rows = explained.told["prices"]
    worth = [row["worth_myen"] for row in rows]
    assert worth == sorted(worth, reverse=True)
    checked = [row for row in rows if row["check"] != "not_checked"]
    assert {row["check"] for row in checked} >= {"confirmed"}
    for row in checked:
        slack = AGREES_SHARE * row["price_myen"]
        assert -1e-6 <= row["saves_myen"] <= row["price_myen"] + slack
        agrees = row["saves_myen"] >= row["price_myen"] - slack
        assert (row["check"] == "confirmed") == agrees


def test_a_smallest_size_saves_what_a_scenario_with_that_size_saves(explained):
    """Independent of the prices: the problem changed by hand, its sites held, solved from new."""
    row = next(r for r in explained.told["prices"] if r["limit"] == "size_at_least")
    posed = pose_study(explained.scenario)
    problem, base = posed.question.problem, posed.base.cost_myen
    settings = SolverSettings(gap_share=0.001, seed=explained.scenario.seed)
    plan = choose_sites(problem, settings, base_cost_myen=base)
    before = FixedSites(problem, plan, settings, base_cost_myen=base).solution.cost_myen
    problem.sites.loc[row["key"], "min_mw"] -= 1.0
    after = FixedSites(problem, plan, settings, base_cost_myen=base).solution.cost_myen
    assert before - after == pytest.approx(row["saves_myen"], rel=1e-4)


@pytest.mark.parametrize("status", ["never", "sometimes"])
def test_a_site_forced_in_costs_what_it_says(explained, status):
    """Forced by the scenario: only the plan's sites and the one asked about may be chosen."""
    sites = explained.told["sites"]
    row = next(r for r in sites["rows"] if r["status"] == status and not r["in_plan"])
    others = [r["site"] for r in sites["rows"] if r["site"] != row["site"]]
    best = sites["best_myen"]
    if status == "sometimes":
        plan = next(p for p in sites["plans"] if row["site"] in {s["site"] for s in p["comes"]})
        only = f"candidates.only=[{', '.join(plan['sites'])}]"
        scenario = small_scenario(explained.home, TIGHT, only)
        cost = make_study(scenario).plan.record.cost_myen
        assert cost <= plan["cost_myen"] * 1.001
        assert plan["extra_myen"] <= 0.01 * best * (1 + 1e-6)
    else:
        # not one of the sets without it is dearer for leaving it out
        scenario = small_scenario(explained.home, TIGHT, f"candidates.only=[{', '.join(others)}]")
        assert make_study(scenario).plan.record.cost_myen == pytest.approx(best, rel=1e-3)


def test_a_site_called_always_cannot_be_left_out_within_the_limit(explained):
    sites = explained.told["sites"]
    row = next(r for r in sites["rows"] if r["status"] == "always")
    others = [r["site"] for r in sites["rows"] if r["site"] != row["site"]]
    only = f"candidates.only=[{', '.join(others)}]"
    count = f"limits.spread.max_sites={sites['most_sites']}"
    without = make_study(small_scenario(explained.home, TIGHT, only, count))
    assert without.plan.record.cost_myen > sites["limit_myen"]


def test_headroom_that_is_also_the_largest_size_is_one_price(explained):
    posed = pose_study(explained.scenario)
    own = own_headroom(posed)
    assert own["sakai"] == "sakai"
    rows = {(r["limit"], r["key"]): r for r in explained.told["prices"]}
    assert ("size_at_most", "sakai") not in rows
    assert rows["respect_headroom", "sakai"]["check"] == "confirmed"


def test_saved_by_head():
    # each MW at `cheap` saves the 2 M¥ a year by which `dear` is dearer, until it has all 20 MW
    # that it can hold; only its largest size and its headroom together give it the rest
    problem = two_sites(
        groups=headroom({("bank", 2026): 12.0}), group_sites=members(bank=["cheap"])
    )
    fixed = FixedSites(problem, choose_sites(problem, EXACT), EXACT)
    room, size = ("respect_headroom", "bank", ()), ("size_at_most", "cheap", (2026,))
    assert fixed.saved_by_rows([room], 1.0) == pytest.approx(2.0)
    assert fixed.saved_by_rows([room], 100.0) == pytest.approx(2.0 * (20.0 - 12.0))
    assert fixed.saved_by_rows([size], 100.0) == pytest.approx(0.0, abs=1e-9)
    assert fixed.saved_by_rows([room, size], 100.0) == pytest.approx(2.0 * (30.0 - 12.0))
    assert fixed.saved_by_rows([room], 0.0) == pytest.approx(0.0, abs=1e-9)


# --- scenarios without a plan ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ("latency.bound_ms=0.1", "latency.bound_ms"),
        ("limits.spread.max_sites=1", "limits.spread.max_sites"),
        ("facility.ramp_mw_per_year=5", "facility.ramp_mw_per_year"),
    ],
)
def test_a_clash_names_its_field(tmp_path, capsys, change, field):
    told = explain_scenario(small_scenario(tmp_path, change), ASKED)
    sets = told["clash"]["sets"]
    assert any(field in one["fields"] for one in sets)
    assert all(one["proven"] for one in sets)
    show_clash(open_console(), told, "ja")
    assert field in capsys.readouterr().out


def test_the_least_relaxation_frees_the_plan(tmp_path):
    told = explain_scenario(small_scenario(tmp_path, "limits.spread.max_sites=1"), ASKED)
    (one,) = told["clash"]["sets"]
    by = next(r["by"] for r in one["relaxations"] if r["field"] == "limits.spread.max_sites")
    enough = small_scenario(tmp_path, f"limits.spread.max_sites={1 + round(by)}")
    assert explain_scenario(enough, ASKED)["clash"]["sets"] == []


def test_a_scenario_with_a_plan_says_so(tmp_path, capsys):
    told = explain_scenario(small_scenario(tmp_path), ASKED)
    show_clash(open_console(), told, "en")
    assert WORDS["no_clash"]["en"] in capsys.readouterr().out


# --- command, files, page -------------------------------------------------------------------


def test_the_command_writes_two_files_and_draws_the_pages_again(explained, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(explained.folder, folder)
    for name in ("explain.json", "explain.html"):
        (folder / name).unlink()
    stated = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    (folder / "summary.json").write_text(json.dumps(stated | {"variant": "named"}))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    words = ["explain", str(folder), "--time-limit", "30", "--others", "0", "--lang", "en"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(after) - set(before) == {"explain.json", "explain.html"}
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {"map.html", "report.html"}
    told = json.loads(after["explain.json"])
    assert told["variant"] == "named"
    assert told["sites"]["rows"][0]["name"]["ja"].encode() in after["map.html"]
    assert told["sites"]["counts"]["not_asked"] > 0
    for row in told["why"]:
        assert row["name"]["en"] in done.output


def test_bad_options_are_one_list(tmp_path):
    asked = Asked(within_percent=-1.0, time_limit_s=0.0, files=tmp_path / "none")
    with pytest.raises(InputError) as error:
        explain_run(tmp_path, asked)
    assert [problem.where for problem in error.value.problems] == [
        "--within",
        "--time-limit",
        "--files",
    ]


def test_what_is_no_run_is_the_users_fault(tmp_path):
    with pytest.raises(InputError, match=r"scenario\.lock\.yaml"):
        explain_run(tmp_path / "nothing", ASKED)


def test_a_run_whose_scenario_was_changed_says_so(explained, tmp_path, capsys):
    folder = tmp_path / "run"
    shutil.copytree(explained.folder, folder)
    assert read_run(folder, command=COMMAND).notes == ()
    lock = folder / "scenario.lock.yaml"
    text = lock.read_text(encoding="utf-8")
    changed = text.replace("ramp_mw_per_year: 300.0", "ramp_mw_per_year: 299.0")
    assert changed != text
    lock.write_text(changed, "utf-8")
    assert read_run(folder, command=COMMAND).notes == ("files_changed",)
    told = explained.told | {"notes": ["files_changed"]}
    show_explanation(open_console(), folder, told, "en")
    assert NOTES["files_changed"]["en"][:40] in capsys.readouterr().out


def test_what_is_not_asked_is_said(explained):
    counts = explained.told["sites"]["counts"]
    assert sum(counts.values()) == len(explained.told["sites"]["rows"])
    assert counts["undecided"] == counts["not_asked"] == 0


def test_the_page_escapes_and_has_no_script(explained):
    told = json.loads(json.dumps(explained.told))
    told["title"] = {"ja": "<script>x</script>", "en": "<b>"}
    told["sites"]["rows"][0]["name"] = {"ja": "<img src=x>", "en": "<img src=y>"}
    page = page_html(told, "ja")
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page
    assert all(STATUS[status]["ja"] in page for status in ("always", "sometimes"))


def test_every_field_named_is_one_of_the_scenario():
    fields = {limit.field for limit in PRICED.values()} | {limit.field for limit in LIMITS.values()}
    assert [field for field in fields if not is_field(field)] == []


def is_field(path):
    part = Scenario
    for name in path.split("."):
        fields = getattr(part, "model_fields", {})
        if name not in fields:
            return False
        inner = [fields[name].annotation, *getattr(fields[name].annotation, "__args__", ())]
        part = next((each for each in inner if hasattr(each, "model_fields")), None)
    return True
