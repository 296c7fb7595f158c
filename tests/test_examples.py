"""The examples and their variants: they check, run, and answer what they are there to show."""

import json

import pytest

from siting.scenario_file import load_scenario, variant_names
from siting.study import check_study, make_study
from tests.conftest import ROOT, read_run

EXAMPLES = {
    name: ROOT / "examples" / name / "scenario.yaml" for name in ("japan", "kyushu_chugoku")
}
VARIANTS = [
    (name, variant) for name, path in EXAMPLES.items() for variant in (None, *variant_names(path))
]
QUICK = ("--set", "time.hours_per_slice=24")

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("name", "variant"), VARIANTS)
def test_every_variant_checks(name, variant):
    assert check_study(load_scenario(EXAMPLES[name], variant)) == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_check_of_an_example_finds_nothing(command, tmp_path, name):
    checked = command("check", EXAMPLES[name], cwd=tmp_path)
    assert (checked.code, checked.err) == (0, "")
    assert list(tmp_path.iterdir()) == []


def test_published_room_alone_leaves_demand_unmet_and_says_so_first(command, tmp_path):
    done = command("run", EXAMPLES["japan"], "--variant", "published-only", *QUICK, cwd=tmp_path)
    assert done.code == 0, done.err
    run = read_run(tmp_path / "runs" / "japan-published-only", done.out)
    assert {site["headroom_basis"] for site in run.summary["sites"]} == {"published"}
    assert run.summary["kpis"][-1]["shortfall_mw"] > 1000
    units = {row["workload"]: row["unit"] for row in run.summary["shortfall"]}
    assert units == {"programme": "EFLOPS", "training": "MW", "inference": "MW"}
    report = (run.folder / "report.html").read_text(encoding="utf-8")
    unmet, answer = report.index("Demand is not met"), report.index("MW of contract power")
    assert unmet < answer
    assert f"{run.summary['kpis'][-1]['shortfall_mw']:,.0f}" in done.out


@pytest.mark.thorough
def test_welcome_zones_alone_have_no_plan_and_name_what_clashes(command, tmp_path):
    done = command(
        "run", EXAMPLES["japan"], "--variant", "welcome-zones-only", *QUICK, cwd=tmp_path
    )
    assert done.code == 3
    assert done.out == ""
    assert "Traceback" not in done.err
    scenario = load_scenario(EXAMPLES["japan"]).model_dump()
    lines = [line for line in done.err.splitlines() if line.startswith("  - ")]
    assert lines
    for line in lines:
        at = scenario
        for key in line.removeprefix("  - ").split(" ")[0].split("."):
            at = at[key]  # every limit is named by a field of the scenario
        assert "would have to give way by" in line
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def flexible_run(command, tmp_path_factory):
    home = tmp_path_factory.mktemp("kyushu")
    done = command("run", EXAMPLES["kyushu_chugoku"], cwd=home)
    assert done.code == 0, done.err
    return read_run(home / "runs" / "kyushu-chugoku", done.out)


def test_kyushu_and_chugoku_take_at_most_four_sites(flexible_run):
    sites = flexible_run.summary["sites"]
    assert 1 <= len(sites) <= 4
    assert {site["area"] for site in sites} <= {"kyushu", "chugoku"}
    last = {site["site"]: site["by_year"][-1]["contract_mw"] for site in sites}
    kyushu = sum(last[site["site"]] for site in sites if site["area"] == "kyushu")
    assert 0.2 - 1e-6 <= kyushu / sum(last.values()) <= 0.8 + 1e-6


@pytest.mark.thorough
def test_a_rigid_load_never_costs_less(flexible_run):
    record = json.loads((flexible_run.folder / "solve.json").read_text(encoding="utf-8"))
    rigid = make_study(load_scenario(EXAMPLES["kyushu_chugoku"], "rigid")).plan.record
    # What is proven of the flexible plan: nothing costs less than its bound.
    assert rigid.cost_myen >= record["bound_myen"]
    assert record["bound_myen"] >= record["cost_myen"] * (1 - 0.01)
