"""Inference that moves within its latency, from the scenario's field to the year in all hours."""

import pandas as pd
import pytest

from siting.assumed import list_assumptions
from siting.finished_run import read_run
from siting.flexible_inputs import flexibility_of
from siting.latency_tables import latency_tables
from siting.redispatch import redispatch_run
from siting.report_flexible import flexible_view
from siting.scenario_file import load_scenario
from siting.study import run_study
from tests.small_studies import SMALL
from tests.test_feedback import two_kinds_of_days

ONE_YEAR = (
    ("first: 2029, last: 2035, step: 3", "first: 2035, last: 2035"),
    ("{2029: 50, 2032: 200, 2035: 400}", "{2035: 100}"),
    ("{2032: 30, 2035: 60}", "{2035: 300}"),
)
SETS = ("candidates.only=[buzen, inzai]", "limits.forecast=null", "solver.gap_share=0.0001")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder, text = tmp_path_factory.mktemp("routed"), SMALL
    for before, after in ONE_YEAR:
        assert before in text
        text = text.replace(before, after)
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    return folder


def scenario(home, share, *sets):
    asks = f"flexibility.inference_move_share={share}"
    return load_scenario(home / "scenario.yaml", None, (*SETS, asks, *sets))


@pytest.fixture(scope="module")
def routed(home):
    """Osaka reaches both places, Tokyo too: 300 MW of inference, half of it may move."""
    return run_study(scenario(home, 0.5), output=home / "run")


def test_the_field_becomes_the_share_of_inference_alone(home):
    assert flexibility_of(scenario(home, 0.5)).move_share.to_dict() == {
        "training": 0.0,
        "inference": 0.5,
    }
    assert flexibility_of(scenario(home, 0)) is None
    fields = {row["field"]: row["value"] for row in list_assumptions(scenario(home, 0.5))}
    assert fields["flexibility.inference_move_share"] == "0.5"


def test_server_power_is_conserved_in_every_slice(routed):
    balance = pd.read_parquet(routed.folder / "balance.parquet")
    moved = balance.set_index(["area", "slice"])["moved_mw"].unstack("area")
    places = pd.read_parquet(routed.folder / "candidates.parquet").set_index("place")
    pue = places.loc[["buzen", "inzai"]].set_index("area")["pue_annual"]
    assert moved.abs().max().max() > 1.0
    assert (moved[pue.index] / pue).sum(axis=1).abs().max() < 1e-4
    assert moved.drop(columns=pue.index).abs().max().max() == 0.0


def test_no_more_leaves_an_area_than_its_metros_may_send(routed):
    """At most half of what is assigned to the area, at the hourly share of full use."""
    served = pd.read_parquet(routed.folder / "served.parquet").groupby("site")["it_mw"].sum()
    assert served.sum() == pytest.approx(300.0)
    places = pd.read_parquet(routed.folder / "candidates.parquet").set_index("place")
    balance = pd.read_parquet(routed.folder / "balance.parquet").set_index(["area", "slice"])
    for site, it_mw in served.items():
        least = balance["moved_mw"][places["area"][site]].min()
        most = 0.5 * 0.815 * it_mw * 1.12 * places["pue_annual"][site]
        assert -least <= most * 1.01  # the load factor has more digits


def test_out_of_reach_nothing_moves(home):
    near = scenario(home, 0.5, "latency.bound_ms=4")
    sites = pd.DataFrame({"lat": [35.8, 33.6], "lon": [140.1, 131.1]}, index=["inzai", "buzen"])
    pairs = latency_tables(near, sites.rename_axis("site"))["pairs"]
    assert pairs.index.tolist() == [("tokyo", "inzai")]  # Osaka is 430 km from Buzen: 6 ms and 1


def test_report_and_summary_say_what_moves(routed):
    told = routed.summary["flexibility"]
    assert told["inference_move_share"] == 0.5
    assert told["years"][-1]["moved_gwh"] > 0.0
    view = flexible_view(told)
    assert "within its latency" in view["allowed"][0]["en"]
    assert view["moves"]
    assert "遅延の範囲内" in (routed.folder / "report.html").read_text(encoding="utf-8")


def test_in_its_own_blocks_the_year_is_that_of_the_run(routed, monkeypatch):
    monkeypatch.setattr("siting.dated_days.calendar_days", two_kinds_of_days)
    told = redispatch_run(routed.folder)
    assert told["held"]
    assert told["notes"] == []
    for key in ("cost_myen", "added_myen", "draw_gwh"):
        assert told["plan_again"][key] == pytest.approx(told["plan"][key], rel=1e-5)
    assert told["calendar_year"]["moved_gwh"] > 0.0
    assert read_run(routed.folder, command="test").scenario.flexibility.inference_move_share == 0.5
