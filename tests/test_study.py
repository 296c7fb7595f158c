"""A study as a whole: repeatable, no worse with more freedom, safe against being killed."""

import json
import os
import shutil
import signal
import subprocess
import time

import pandas as pd
import pytest

from data.errors import InfeasibleError, InputError
from optimize.plan import SolveRecord
from siting.study import check_study, make_study, redraw_map, run_study
from tests.conftest import ROOT, SITING, read_run
from tests.small_studies import PLACES, small_scenario, write_small

# Both plans of a comparison are proven within this share of the best.
GAP_SHARE = 0.001
WITHOUT_SAKAI = f"candidates.only=[{', '.join(place for place in PLACES if place != 'sakai')}]"
TIGHT = f"solver.gap_share={GAP_SHARE}"


@pytest.fixture(scope="module")
def cost_of(tmp_path_factory):
    """Net present cost of the small scenario with changes, each question asked once. [M¥]"""
    known = {}

    def cost(*sets):
        if sets not in known:
            scenario = small_scenario(tmp_path_factory.mktemp("study"), TIGHT, *sets)
            known[sets] = make_study(scenario).plan.record.cost_myen
        return known[sets]

    return cost


def assert_no_dearer(cost_myen, than_myen):
    assert cost_myen <= than_myen * (1 + GAP_SHARE)


def without_times(value):
    """A summary or solve record without what tells one run from another: day and seconds."""
    return {k: v for k, v in value.items() if k != "created" and not k.endswith("_seconds")}


# --- the same question has the same answer --------------------------------------------------


def test_two_runs_write_the_same_tables(small_run, command_alone, tmp_path):
    """The second run has another seed of hashes, so no order of a set decides."""
    write_small(tmp_path)
    assert command_alone("run", "scenario.yaml", cwd=tmp_path).code == 0
    again = read_run(tmp_path / "runs" / "small")
    assert without_times(again.summary) == without_times(small_run.summary)
    for name in ("sites.csv", "scenario.lock.yaml", "candidates.parquet", "balance.parquet"):
        assert (again.folder / name).read_bytes() == (small_run.folder / name).read_bytes(), name
    pd.testing.assert_frame_equal(
        pd.read_parquet(again.folder / "flows.parquet"),
        pd.read_parquet(small_run.folder / "flows.parquet"),
        check_exact=True,
    )
    records = [json.loads((r.folder / "solve.json").read_text()) for r in (again, small_run)]
    assert without_times(records[0]) == without_times(records[1])


def test_the_lock_file_answers_as_the_scenario_did(small_run, command, tmp_path):
    lock = tmp_path / "lock.yaml"
    lock.write_bytes((small_run.folder / "scenario.lock.yaml").read_bytes())
    assert command("run", lock, cwd=tmp_path).code == 0
    again = read_run(tmp_path / "runs" / "small")
    assert again.summary["sites"] == small_run.summary["sites"]
    assert again.summary["kpis"] == small_run.summary["kpis"]


def test_drawing_again_gives_the_same_map(small_run, tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    for name in ("summary.json", "map.html"):
        (folder / name).write_bytes((small_run.folder / name).read_bytes())
    before = (folder / "map.html").read_bytes()
    assert redraw_map(folder).read_bytes() == before
    beside = redraw_map(folder, compare=small_run.folder).read_text(encoding="utf-8")
    added = beside.count('"kpis":[') - before.decode().count('"kpis":[')
    assert added == 1


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"format": 2}'])
def test_a_run_whose_summary_is_broken_is_the_users_input(tmp_path, text):
    (tmp_path / "summary.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"summary\.json"):
        redraw_map(tmp_path)


def test_progress_only_rises(tmp_path):
    shares = []
    scenario = small_scenario(tmp_path)
    run_study(scenario, output=tmp_path / "out", progress=lambda share, text: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert min(shares) >= 0


def test_check_finds_what_only_the_tables_know(tmp_path):
    problems = check_study(
        small_scenario(
            tmp_path,
            "candidates.exclude=[atlantis]",
            "costs.subsidy_myen={lemuria: 5}",
            "demand.workloads.training={kind: eflops, hardware: z80, precision: fp16, "
            "load: training, by_year: {2029: 1}}",
            "reinforcements.more={group: nowhere, added_mw: 5, lead_years: 1, cost_myen: 5}",
            "reinforcements.a={group: 'shared:no', added_mw: 5, lead_years: 1, cost_myen: 5}",
            "limits.spread.seismic_zone_cap_mw={nankay: 500}",
        )
    )
    text = "\n".join(map(str, problems))
    for word in ("atlantis", "lemuria", "z80 at fp16", "nowhere", "shared:no", "nankay"):
        assert word in text
    assert len(problems) == 6
    assert "Did you mean nankai?" in text
    assert check_study(small_scenario(tmp_path)) == []


# --- more freedom never costs more ------------------------------------------------------------


def test_more_headroom_never_costs_more(cost_of):
    wide = "facility.smallest_site_mw=1"
    low, mid, high = (cost_of(f"headroom.case={case}", wide) for case in ("low", "mid", "high"))
    assert_no_dearer(high, mid)
    assert_no_dearer(mid, low)


def test_a_looser_carbon_cap_never_costs_more(cost_of):
    free = cost_of()
    strict = cost_of("limits.carbon.cap_kt_by_year={2035: 1000}")
    strictest = cost_of("limits.carbon.cap_kt_by_year={2035: 950}")
    assert_no_dearer(free, strict)
    assert_no_dearer(strict, strictest)


def test_allowing_a_shortfall_never_costs_more(cost_of):
    assert_no_dearer(cost_of("demand.shortfall.allowed=true"), cost_of())


def test_more_places_and_fewer_sites_asked_for_never_cost_more(cost_of):
    assert_no_dearer(cost_of(), cost_of(WITHOUT_SAKAI))
    assert_no_dearer(cost_of(), cost_of("limits.spread.min_sites=6"))


def test_a_dear_shortfall_is_the_last_resort(tmp_path):
    sets = ["demand.shortfall.allowed=true", "demand.workloads.training.by_year={2035: 5000}"]
    summary = make_study(small_scenario(tmp_path, *sets)).answer.summary
    unmet = [row for row in summary["shortfall"] if row["fiscal_year"] == 2035]
    assert {row["unit"] for row in unmet} == {"MW"}
    unmet_mw, last = sum(row["unmet"] for row in unmet), summary["kpis"][-1]
    assert last["it_mw"] + unmet_mw == pytest.approx(5060, abs=0.01)
    assert last["shortfall_mw"] == pytest.approx(unmet_mw)
    full = [row for row in summary["groups"] if row["fiscal_year"] == 2035]
    assert any(row["used_mw"] > row["headroom_mw"] - 1 for row in full)


def test_no_plan_names_the_limits_that_clash(tmp_path):
    """Shiroi and Inzai share 300 MW at mid, and the smallest connection at Shiroi takes them."""
    scenario = small_scenario(tmp_path, "limits.spread.min_sites=8")
    with pytest.raises(InfeasibleError) as refused:
        make_study(scenario)
    clashes = {clash.limit: clash for clash in refused.value.clashes}
    assert {"headroom", "limits.spread.min_sites"} <= set(clashes)
    assert clashes["limits.spread.min_sites"].relax_by == pytest.approx(1)
    assert clashes["headroom"].relax_by == pytest.approx(300)


@pytest.mark.parametrize("case", ["low", "high"])
def test_zones_of_hokuriku_are_never_850_mw_together(tmp_path, case):
    """Demand that would take all four zones, were they additive."""
    scenario = small_scenario(
        tmp_path,
        "candidates.only=[]",
        "candidates.areas=[hokuriku]",
        "headroom.sources=[published]",
        f"headroom.case={case}",
        "demand.shortfall.allowed=true",
        "demand.workloads.training.by_year={2035: 2000}",
        "latency.bound_ms=100",
    )
    study = make_study(scenario)
    groups = [row for row in study.answer.summary["groups"] if row["group"].startswith("shared:")]
    assert groups
    assert 0 < max(row["used_mw"] for row in groups) <= 300 + 1e-3
    assert study.answer.summary["kpis"][-1]["contract_mw"] <= 300 + 1e-3


def test_a_reinforcement_is_bought_where_room_is_short_and_shows_in_the_cost(tmp_path):
    scenario = small_scenario(
        tmp_path,
        "candidates.only=[inzai, shiroi]",
        "latency.bound_ms=100",
        "demand.workloads.training.by_year={2029: 0, 2032: 0, 2035: 400}",
        "reinforcements.second={group: inzai-shiroi, added_mw: 600, lead_years: 5, "
        "cost_myen: 220000}",
    )
    study = make_study(scenario)
    taken = study.plan.reinforcements["in_service"]
    assert taken["second", 2035]
    assert not taken["second", 2029]
    rows = {(row["fiscal_year"], row["item"]): row["myen"] for row in study.answer.summary["costs"]}
    assert rows[2035, "reinforcement"] == pytest.approx(14311, abs=1)
    last = study.answer.summary["kpis"][-1]
    assert last["cost_myen"] == pytest.approx(sum(m for (y, _), m in rows.items() if y == 2035))
    (group,) = [
        row
        for row in study.answer.summary["groups"]
        if (row["group"], row["fiscal_year"]) == ("inzai-shiroi", 2035)
    ]
    assert group["used_mw"] > 300
    assert group["headroom_mw"] == pytest.approx(900)


@pytest.mark.parametrize(
    "sets",
    [
        ("limits={forecast: null, reserve: null, carbon: null}",),
        (
            "assumptions.fuel_cost_yen_per_kwh={coal: 0, gas: 0, oil: 0, nuclear: 0, hydro: 0}",
            "assumptions.unlisted_cost_yen_per_kwh=0",
        ),
        ("costs.discount_share=1e-21",),
        ("time={days: [winter_peak], hours_per_slice: 24}", "flexibility.training_shift_share=1"),
        ("years={first: 2029, last: 2041, step: 5}", "latency.metros={tokyo: 1, osaka: 0}"),
    ],
    ids=["no limits", "free fuel", "no interest", "one slice", "beyond the forecast"],
)
def test_unusual_questions_have_whole_answers(tmp_path, sets):
    result = run_study(small_scenario(tmp_path, *sets), output=tmp_path / "out")
    assert result.summary["sites"]
    costs = pd.DataFrame(result.summary["costs"]).groupby("fiscal_year")["myen"].sum()
    for row in result.summary["kpis"]:
        assert row["cost_myen"] == pytest.approx(costs.get(row["fiscal_year"], 0.0), abs=1e-6)
        assert row["contract_mw"] == row["contract_mw"]


def test_no_demand_builds_nothing_and_costs_nothing(tmp_path):
    sets = (
        "demand.workloads.training.by_year={2029: 0, 2032: 0, 2035: 0}",
        "demand.workloads.inference.by_year={2032: 0, 2035: 0}",
    )
    result = run_study(small_scenario(tmp_path, *sets), output=tmp_path / "out")
    assert result.summary["sites"] == []
    assert [row["contract_mw"] for row in result.summary["kpis"]] == [0.0, 0.0, 0.0]
    assert [row["cost_myen"] for row in result.summary["kpis"]] == pytest.approx([0, 0, 0], abs=1)
    assert (tmp_path / "out" / "map.html").is_file()
    assert (tmp_path / "out" / "report.html").is_file()


# --- killed -------------------------------------------------------------------------------------


def test_an_earlier_run_survives_a_killed_one(command, small_run, tmp_path):
    write_small(tmp_path)
    folder = tmp_path / "runs" / "small"
    shutil.copytree(small_run.folder, folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    process = subprocess.Popen(
        [*SITING, "run", "scenario.yaml"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while not list(folder.parent.glob(".small.partial-*/run.log")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert len(list(folder.parent.iterdir())) == 2
    assert command("run", "scenario.yaml", cwd=tmp_path).code == 0
    assert [path.name for path in folder.parent.iterdir()] == ["small"]


def test_the_record_has_what_the_product_promises():
    wanted = {"status", "gap_share", "rows", "columns", "nonzeros", "binaries", "seed", "versions"}
    seconds = {"build_seconds", "hand_over_seconds", "highs_seconds"}
    assert wanted | seconds <= set(SolveRecord.__dataclass_fields__)
