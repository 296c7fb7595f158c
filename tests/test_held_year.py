"""Hours of a plan with contracts, stores and flexible draw held: by head, scipy, the plan."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from typer.testing import CliRunner

from data.errors import InputError
from data.facts import read_fact
from grid.hourly_year import calendar_days, consecutive_days
from optimize.held_year import HeldPlan, dispatch_held
from optimize.highs import SolverSettings
from optimize.plan import choose_sites
from optimize.values import SMALLEST_MW
from siting.alike_days import dispatch_alike
from siting.cli import app
from siting.dated_days import dated_days
from siting.finished_run import read_run
from siting.held_plan import dispatch_both, held_of
from siting.redispatch import FILE, redispatch_run
from siting.redispatch_words import FIGURE_WORDS
from siting.run_year import hourly_days, run_year
from siting.scenario_file import load_scenario
from siting.study import run_study
from siting.year_figures import CLEAN_FIGURES, FLEXIBLE_FIGURES, figures_of, figures_told
from tests.small_clean import repeated_days, sunny
from tests.test_clean import cheap_north
from tests.test_clean_scenario import SMALL

EXACT, WIDE_GAP = SolverSettings(gap_share=1e-9), SolverSettings(gap_share=0.2)
HALF_GWH = 4.380  # a megawatt by day, and as much by night


def held(problem, *, solar_mw, power_mw=0.0, energy_mwh=0.0):
    """10 MW that draw in the north, with this much sun and this store under contract."""
    north = [("north", "battery")] if power_mw else []
    index = pd.MultiIndex.from_tuples(north, names=["area", "tech"]) if north else None
    stores = pd.DataFrame({"mw": [power_mw] if north else [], "mwh": [energy_mwh] if north else []})
    return HeldPlan(
        problem,
        pd.Series({("north", "training"): 10.0}),
        pd.Series({("north", "solar"): solar_mw}),
        stores if index is None else stores.set_index(index),
    )


# --- by head ------------------------------------------------------------------------------------


@pytest.mark.parametrize("solar_mw", [0.0, 5.0, 10.0])
def test_what_contracts_cannot_reach_is_missed_and_told(solar_mw):
    """Half the draw is asked for; sun by day gives a twentieth of the draw for each MW."""
    found = dispatch_held(held(sunny(0.5), solar_mw=solar_mw), EXACT)
    assert found.clean.years["hourly_share"].item() == pytest.approx(0.05 * solar_mw)
    assert found.missed_gwh == pytest.approx(HALF_GWH * (10.0 - solar_mw), abs=1e-6)
    gas = found.balance["gas_mw"]["north"].tolist()
    assert gas == pytest.approx([10.0 - solar_mw, 10.0])
    assert found.balance["unserved_mw"].sum() == pytest.approx(0.0)


def test_a_store_carries_the_day_into_the_night():
    """4 MW of the night need 4 / 0.72 MW of sun beyond the draw and 4 x 12 / 0.8 MWh."""
    night, beyond = 4.0, 4.0 / 0.72
    plan = held(sunny(0.7), solar_mw=10 + beyond, power_mw=beyond, energy_mwh=night * 12 / 0.8)
    found = dispatch_held(plan, EXACT)
    assert found.missed_gwh == pytest.approx(0.0, abs=1e-6)
    assert found.balance["stored_mw"]["north"].tolist() == pytest.approx([-beyond, night])
    assert found.clean.years["hourly_share"].item() == pytest.approx(0.7)


def test_what_the_hours_cost_where_ties_run_one_way_is_told():
    """2 MW of wind go north against cheap gas that goes south: one of the two has to end."""
    problem = cheap_north(4.0)
    wind = pd.Series([2.0], index=pd.MultiIndex.from_tuples([("south", "wind")]))
    none = pd.DataFrame({"mw": [], "mwh": []})
    plan = HeldPlan(problem, pd.Series({("north", "training"): 10.0}), wind, none)
    with ThreadPoolExecutor(1) as pool:
        found = dispatch_held(plan, EXACT, one_way=pool)
    closed = found.one_way.result()
    assert found.clean.years["against_flow_gwh"].item() == pytest.approx(2.0 * 8.76)
    both, one = choose_sites(problem, EXACT), choose_sites(problem, WIDE_GAP)
    more_myen = one.record.cost_myen - both.record.cost_myen
    assert closed.more_myen == pytest.approx(more_myen)
    assert closed.missed_gwh == pytest.approx(0.0, abs=1e-6)
    assert dispatch_held(plan, EXACT).one_way is None


def test_the_plan_held_at_its_own_days_is_the_plan():
    problem = repeated_days((4, 3))
    plan = choose_sites(problem, EXACT)
    store = plan.clean.stores.iloc[0]
    same = held(
        problem,
        solar_mw=plan.clean.contracts["mw"].item(),
        power_mw=store["mw"],
        energy_mwh=store["mwh"],
    )
    found = dispatch_held(same, EXACT)
    assert found.missed_gwh == pytest.approx(0.0, abs=1e-4)
    before, after = plan.clean.years.iloc[0], found.clean.years.iloc[0]
    for key in ("draw_gwh", "matched_gwh", "hourly_share"):
        assert after[key] == pytest.approx(before[key], rel=1e-6), key


# --- against another program --------------------------------------------------------------------

SLICES, HOURS = 6, 8.0
GEN, CHARGE, DISCHARGE, LEVEL, MATCHED, WIDE = 0, 6, 12, 18, 24, 30


def row(terms):
    found = np.zeros(WIDE)
    for column, value in terms.items():
        found[column] += value
    return found


def most_matched_gwh(draw_mw, able_mw, power_mw, energy_mwh):
    """Most energy that can be matched in two days, written out; by scipy alone. [GWh]"""
    at_most, bound, equal, goal = [], [], [], []
    for t in range(SLICES):
        at_most.append(row({CHARGE + t: 1.0, DISCHARGE + t: 1.0}))
        bound.append(power_mw)
        # what runs or comes out and is neither matched nor stored is excess
        at_most.append(row({MATCHED + t: 1.0, CHARGE + t: 1.0, GEN + t: -1.0, DISCHARGE + t: -1.0}))
        bound.append(0.0)
        level = {LEVEL + t: 1.0, LEVEL + (t - 1) % SLICES: -1.0}
        equal.append(row(level | {CHARGE + t: -0.9 * HOURS, DISCHARGE + t: HOURS / 0.8}))
        goal.append(0.0)
    limits = [(0, mw) for mw in able_mw] + [(0, power_mw)] * 12 + [(0, energy_mwh)] * 6
    limits += [(0, mw) for mw in draw_mw]
    costs = row({MATCHED + t: -HOURS / 1000.0 for t in range(SLICES)})
    found = linprog(costs, at_most, bound, equal, goal, limits, method="highs")
    assert found.status == 0
    return -found.fun


@given(
    st.lists(st.integers(0, 10).map(lambda tenths: tenths / 10), min_size=SLICES, max_size=SLICES),
    st.integers(0, 40).map(float),
    st.integers(1, 20).map(float),
    st.integers(1, 300).map(float),
)
@settings(max_examples=15)
def test_missed_is_what_scipy_cannot_match_either(sun, solar_mw, power_mw, energy_mwh):
    """All of the draw is asked for, so what is missed is the draw less the most that is matched."""
    problem = repeated_days((1, 1))
    able = pd.DataFrame({("north", "solar"): sun}, index=problem.dispatch.slices.index)
    clean = replace(problem.clean, availability=able, share=pd.Series({2026: 1.0}))
    problem = replace(problem, clean=replace(clean, share=clean.share.rename_axis("fiscal_year")))
    plan = held(problem, solar_mw=solar_mw, power_mw=power_mw, energy_mwh=energy_mwh)
    found = dispatch_held(plan, EXACT)
    draw_mw = 10.0 * problem.dispatch.draw_share["training"].to_numpy()
    able_mw = solar_mw * np.array(sun)
    expected = HOURS * draw_mw.sum() / 1000.0 - most_matched_gwh(
        draw_mw, able_mw, power_mw, energy_mwh
    )
    assert found.missed_gwh == pytest.approx(expected, abs=2e-6)
    store = found.clean.stores.iloc[0]
    assert store["both_mw"] < 1e-3
    balance = found.balance
    served = balance[["gas_mw", "unserved_mw", "contracted_mw", "stored_mw"]].sum(axis=1)
    np.testing.assert_allclose(served, balance["draw_mw"], atol=4 * SMALLEST_MW)


@pytest.mark.parametrize("weights", [(1, 1), (3, 2)])
def test_days_solved_one_by_one_are_the_whole_year(weights, monkeypatch):
    """With a store, a yearly share and what is missed; from the prices of like days or none."""
    problem = repeated_days(weights)
    plan = held(problem, solar_mw=20.0, power_mw=8.0, energy_mwh=120.0)
    first = dispatch_held(plan, EXACT)
    like = {t: t for t in problem.dispatch.slices.index} | {"sunny": "sunny", "dull": "dull"}
    monkeypatch.setattr("optimize.held_year.MANY_ROWS", 0)
    for start in (None, first.prices):
        again = dispatch_held(plan, EXACT, start=start, like=like)
        assert again.missed_gwh == pytest.approx(first.missed_gwh, abs=1e-5)
        assert again.clean.years.iloc[0].to_dict() == pytest.approx(
            first.clean.years.iloc[0].to_dict(), nan_ok=True, rel=1e-5
        )
        assert again.clean.stores["both_mw"].max() < 1e-3
        gas = [found.balance["gas_mw"].sum() for found in (first, again)]
        assert gas[1] == pytest.approx(gas[0], rel=1e-5, abs=1e-5)


# --- days on their dates ------------------------------------------------------------------------


def test_equal_days_in_a_row_are_one_that_repeats():
    dates = pd.date_range("2034-04-01", periods=6)
    days = pd.Series(["off", "on", "on", "on", "off", "off"], index=dates)
    found = consecutive_days(days)
    assert found.to_dict("list") == {
        "day": ["off", "on", "off"],
        "first": ["2034-04-01", "2034-04-02", "2034-04-05"],
        "days": [1, 3, 2],
    }


def test_the_days_of_a_year_add_up_to_its_dates():
    found = consecutive_days(calendar_days(read_fact("day_kinds"), 2035))
    assert found["days"].sum() == 366
    assert (found["day"] != found["day"].shift()).all()


# --- the command --------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["clean", "flexible"])
def told(request, tmp_path_factory):
    """A small run with a battery or with draw that is moved, dispatched again by the command."""
    home = tmp_path_factory.mktemp(request.param)
    file = home / "scenario.yaml"
    asks = {
        "clean": "{limits: {clean: {share_by_year: {2030: 0.8}, grid_counts: false}}}",
        "flexible": "{flexibility: {training_shift_share: 0.3}}",
    }
    variant = f"variants:\n  asked: {asks[request.param]}\n"
    file.write_text(SMALL + variant, encoding="utf-8")
    run_study(load_scenario(file, "asked"), output=home / "run")
    with pytest.MonkeyPatch.context() as patch:
        # a fortnight in place of the year, for its time
        patch.setattr("siting.dated_days.calendar_days", lambda *asked: calendar_days(*asked)[:14])
        shown = CliRunner().invoke(app, ["redispatch", str(home / "run"), "--lang", "en"])
    assert shown.exit_code == 0, shown.output
    found = json.loads((home / "run" / FILE).read_text(encoding="utf-8"))
    return request.param, found, shown.output, home / "run"


def test_in_its_own_blocks_the_year_is_that_of_the_run(told):
    _, found, _, _ = told
    for key in ("cost_myen", "added_myen", "draw_gwh", "unserved_gwh"):
        assert found["plan_again"][key] == pytest.approx(found["plan"][key], rel=1e-5, abs=1e-3)
    assert found["notes"] == []
    assert found["held"]
    assert not found["own_hours"]


@pytest.mark.parametrize("stores", [True, False])
def test_equal_days_stated_once_are_the_days_on_their_dates(told, stores, monkeypatch):
    """With a store that joins them and without; a month in place of the year."""
    kind, _, _, folder = told
    if stores and kind == "flexible":
        pytest.skip("no store")
    monkeypatch.setattr("siting.dated_days.calendar_days", lambda *of: calendar_days(*of)[:30])
    run = read_run(folder, command="test")
    planned, hourly = run_year(run, 2030), hourly_days(run.scenario)
    dated = dated_days(run.scenario, planned.dispatch, hourly, 2030)
    held = held_of(run, planned, 2030)
    held = replace(held, stores=held.stores.iloc[:0])
    if stores:
        place = [(held.contract_mw.index[0][0], "battery")]
        index = pd.MultiIndex.from_tuples(place, names=["area", "tech"])
        battery = pd.DataFrame({"mw": [5.0], "mwh": [30.0]}, index=index)
        held = replace(held, stores=battery, asked_share=0.9)
    once, each = dispatch_alike(held, dated), dispatch_both(held, dated.dispatch)
    assert once.dispatch is dated.dispatch
    found, expected = figures_of(once)[0], figures_of(each)[0]
    same = ("cost_myen", "added_myen", "unserved_gwh", "draw_gwh", "hours", "missed_gwh")
    for key in set(same) & set(expected):
        assert found[key] == pytest.approx(expected[key], rel=1e-6, abs=1e-6), key
    assert (once.after.balance.get("stored_mw", pd.Series(0.0)).abs().max() > 0) == stores
    for name in ("balance", "flows"):
        of_once, of_each = getattr(once.after, name), getattr(each.after, name)
        pd.testing.assert_index_equal(of_once.index.sort_values(), of_each.index.sort_values())
    pd.testing.assert_frame_equal(
        once.before.balance, each.before.balance.reindex_like(once.before.balance)
    )
    pd.testing.assert_frame_equal(
        once.intensity_t_per_mwh, each.intensity_t_per_mwh.reindex_like(once.intensity_t_per_mwh)
    )


def test_what_belongs_to_the_plan_is_told_in_table_and_report(told):
    kind, found, output, run = told
    keys = CLEAN_FIGURES if kind == "clean" else FLEXIBLE_FIGURES[:1]
    assert set(keys) <= set(figures_told(found["plan"], found["calendar_year"]))
    report = (run / "report.html").read_text(encoding="utf-8")
    for key in keys:
        assert FIGURE_WORDS[key]["en"].strip() in output
        assert FIGURE_WORDS[key]["ja"] in report
    assert found["variant"] == "asked"
    assert "dispatched as one" in output


def test_the_share_is_kept_or_what_lacks_is_named(told):
    kind, found, output, _ = told
    if kind == "flexible":
        assert found["calendar_year"]["shifted_gwh"] > 0
        return
    year = found["calendar_year"]
    missed_share = year["missed_gwh"] / year["draw_gwh"]
    reached = year["hourly_share"] + missed_share
    assert reached == pytest.approx(year["required_share"], abs=1e-6)
    assert ("are missed" in output) == (year["missed_gwh"] > 0.05)


def test_a_contract_that_is_no_longer_offered_is_named(told, tmp_path):
    kind, _, _, run = told
    if kind == "flexible":
        pytest.skip("nothing under contract")
    copy = tmp_path / "run"
    shutil.copytree(run, copy)
    table = pd.read_parquet(copy / "contracts.parquet")
    table["tech"] = table["tech"].replace({tech: "solar:1999" for tech in table["tech"]})
    table.drop_duplicates(["area", "tech", "fiscal_year"]).assign(mw=1.0).to_parquet(
        copy / "contracts.parquet"
    )
    shown = CliRunner().invoke(app, ["redispatch", str(copy), "--lang", "en"])
    assert isinstance(shown.exception, InputError)
    assert "solar:1999" in str(shown.exception)


def test_a_run_of_an_earlier_version_is_refused(told, tmp_path):
    copy = tmp_path / "run"
    shutil.copytree(told[3], copy)
    (copy / "workloads.parquet").unlink()
    with pytest.raises(InputError, match=r"workloads\.parquet.*Run it again"):
        redispatch_run(copy)
