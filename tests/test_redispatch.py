"""A plan's year in all its hours: by head, against another solver, against the model itself."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from typer.testing import CliRunner

from data.errors import InputError
from data.facts import read_fact
from data.japanese_calendar import count_days
from grid.hourly_year import calendar_days, day_counts
from optimize.highs import SolverSettings
from optimize.model.cost import FLOW_PRICE_MYEN_PER_MWH
from optimize.plan import choose_sites
from optimize.redispatch import YearGrid, grid_of, redispatch
from optimize.year_totals import year_totals
from siting.cli import app
from siting.posed import pose_study
from siting.redispatch import FILE, redispatch_run
from siting.redispatch_words import FIGURE_WORDS, NOTES, WORDS
from siting.run_year import hourly_days, hourly_draw, run_year
from siting.year_figures import FIGURES, difference
from tests.small_problems import dispatch_of, tie_table, two_sites
from tests.small_studies import small_scenario

NAN = float("nan")


def grid(fences=None, **ties):
    table = tie_table((2026,), **ties) if ties else tie_table((2026,), x=("a", "b", 0, 0)).iloc[:0]
    net = pd.Series(fences or {}, dtype=float).rename_axis("area")
    return YearGrid(table.droplevel("fiscal_year"), net)


def drawn(dispatch, **areas):
    return pd.DataFrame(areas, index=dispatch.slices.index, dtype=float)


# --- by head ------------------------------------------------------------------------------------


@pytest.fixture
def north_south():
    """North: 100 MW at 0.01; south: 100 MW at 0.03. Two blocks of twelve hours."""
    supply = {("north", "coal"): (100, 0.01, NAN, 1.0), ("south", "gas"): (100, 0.03, NAN, 1.0)}
    return dispatch_of((2026,), demand={"north": [50, 60], "south": [40, 150]}, supply=supply)


def test_two_areas_and_a_tie_by_head(north_south):
    """Draw of 10 in the north: the tie carries 30, then 30 of the 40 - 10 that are left."""
    found = redispatch(
        north_south, grid(t=("north", "south", 30, 5)), drawn(north_south, north=[10, 10])
    )
    balance = found.balance
    assert balance["coal_mw"]["north"].tolist() == pytest.approx([90, 100])
    assert balance["gas_mw"]["south"].tolist() == pytest.approx([10, 100])
    assert balance["unserved_mw"]["south"].tolist() == pytest.approx([0, 20])
    assert balance["net_import_mw"]["south"].tolist() == pytest.approx([30, 30])
    assert found.flows["mw"]["t", "forward"].tolist() == pytest.approx([30, 30])
    assert found.flows["mw"]["t", "reverse"].tolist() == pytest.approx([0, 0])
    totals = year_totals(north_south, balance, found.flows)
    hourly = [90 * 0.01 + 10 * 0.03 + 30e-6, 1.0 + 3.0 + 20 * 0.5 + 30e-6]
    assert totals.cost_myen == pytest.approx(365 * 12 * sum(hourly))
    assert totals.areas["unserved_gwh"]["south"] == pytest.approx(20 * 12 * 365 / 1000)
    assert totals.areas["draw_gwh"]["north"] == pytest.approx(10 * 8760 / 1000)
    assert (totals.peak_mw, totals.draw_at_peak_mw) == pytest.approx((220, 10))
    assert totals.peak_hours == pytest.approx(12 * 365)


def test_a_fence_holds_the_import_back(north_south):
    ties = grid({"south": 7.0}, t=("north", "south", 30, 5))
    found = redispatch(north_south, ties, drawn(north_south, north=[0, 0]))
    assert found.balance["net_import_mw"]["south"].tolist() == pytest.approx([7, 7])


def test_water_of_a_day_runs_where_it_saves_most():
    """Half a day's water: all of it in the block in which it replaces what is dearest."""
    supply = {("north", "hydro"): (10, 0.0, 0.5, 1.0), ("north", "oil"): (10, 0.02, NAN, 1.0)}
    dispatch = dispatch_of((2026,), demand={"north": [10, 20]}, supply=supply)
    found = redispatch(dispatch, grid(), drawn(dispatch))
    assert found.balance["hydro_mw"]["north"].tolist() == pytest.approx([0, 10])
    assert found.balance["oil_mw"]["north"].tolist() == pytest.approx([10, 10])
    assert found.balance["unserved_mw"].sum() == pytest.approx(0)


def test_sun_that_nobody_needs_is_curtailed():
    supply = {("north", "solar"): (100, 0.0, NAN, [0.0, 0.8]), ("north", "oil"): (50, 1, NAN, 1)}
    dispatch = dispatch_of((2026,), demand={"north": [30, 30]}, supply=supply)
    found = redispatch(dispatch, grid(), drawn(dispatch, north=[5, 5]))
    assert found.balance["curtailed_mw"]["north"].tolist() == pytest.approx([0, 45])


def test_days_that_are_alike_are_solved_once():
    supply = {("north", "oil"): (100, 0.02, NAN, 1.0)}
    days = ["a", "a", "b", "b", "c", "c"]
    demand = {"north": [10, 20, 10, 20, 10, 21]}
    dispatch = dispatch_of((2026,), demand=demand, supply=supply, hours=(12.0,) * 6, days=days)
    found = redispatch(dispatch, grid(), drawn(dispatch))
    assert found.distinct_days == 2
    assert found.balance["oil_mw"]["north"].tolist() == pytest.approx(demand["north"])


def test_a_draw_without_area_or_slice_is_refused(north_south):
    draw = drawn(north_south, north=[1, 1], nowhere=[1, 1]).iloc[:1]
    with pytest.raises(InputError) as caught:
        redispatch(north_south, grid(), draw)
    assert len(caught.value.problems) == 2


# --- against others -----------------------------------------------------------------------------


def random_day(seed):
    random = np.random.default_rng(seed)
    units = {
        ("a", "hydro"): (60, 0.001, 0.4, 1.0),
        ("a", "coal"): (90, 0.01, NAN, 1.0),
        ("b", "gas"): (120, 0.02, NAN, 1.0),
        ("b", "solar"): (80, 0.0, NAN, random.uniform(0, 1, 24)),
        ("c", "oil"): (40, 0.04, NAN, 1.0),
    }
    demand = {area: random.uniform(20, 110, 24) for area in "abc"}
    return dispatch_of((2026,), demand=demand, supply=units, hours=(1.0,) * 24)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_random_day_costs_what_another_formulation_costs(seed):
    """Dense, written out by loops, solved by scipy."""
    dispatch = random_day(seed)
    ties = grid({"c": 25.0}, ab=("a", "b", 20, 15), bc=("b", "c", 30, 10))
    draw = drawn(dispatch, b=np.linspace(0, 30, 24))
    found = redispatch(dispatch, ties, draw)
    totals = year_totals(dispatch, found.balance, found.flows)
    assert totals.cost_myen == pytest.approx(365 * by_scipy(dispatch, ties, draw), rel=1e-7)
    supplied = found.balance.filter(regex="^(hydro|coal|gas|solar|oil)_mw$").sum(axis=1)
    left = supplied + found.balance["unserved_mw"] + found.balance["net_import_mw"]
    need = found.balance["demand_mw"] + found.balance["draw_mw"]
    np.testing.assert_allclose(left, need, atol=1e-6)
    sent = found.flows["mw"].unstack("slice")
    arrived = sent.loc[("ab", "forward")] - sent.loc[("ab", "reverse")]
    arrived += sent.loc[("bc", "reverse")] - sent.loc[("bc", "forward")]
    net = found.balance["net_import_mw"]["b"]
    np.testing.assert_allclose(net, arrived.reindex(net.index), atol=1e-6)


def by_scipy(dispatch, ties, draw):
    names = [(u, t) for t in dispatch.slices.index for u in dispatch.supply.index]
    names += [(("short", a), t) for t in dispatch.slices.index for a in dispatch.demand_mw]
    names += [(tie, t) for t in dispatch.slices.index for tie in ties.ties.index]
    at = {name: place for place, name in enumerate(names)}
    cost, bounds = np.zeros(len(names)), [(0, None)] * len(names)
    equal, right, above, most = [], [], [], []
    for t in dispatch.slices.index:
        for unit, row in dispatch.supply.iterrows():
            cost[at[unit, t]] = row["cost_myen_per_mwh"]
            bounds[at[unit, t]] = (0, row["capacity_mw"] * dispatch.availability.at[t, unit])
        for tie, row in ties.ties.iterrows():
            cost[at[tie, t]] = FLOW_PRICE_MYEN_PER_MWH
            bounds[at[tie, t]] = (0, row["capacity_mw"])
        for area in dispatch.demand_mw:
            cost[at[("short", area), t]] = dispatch.unserved_price_myen_per_mwh
            net = np.zeros(len(names))
            for tie, row in ties.ties.iterrows():
                net[at[tie, t]] = (row["to_area"] == area) - float(row["from_area"] == area)
            if area in ties.fences_mw.index:
                above += [net, -net]
                most += [ties.fences_mw[area]] * 2
            whole = net.copy()
            whole[at[("short", area), t]] = 1.0
            for unit in dispatch.supply.index[dispatch.supply.index.get_level_values(0) == area]:
                whole[at[unit, t]] = 1.0
            equal.append(whole)
            right.append(dispatch.demand_mw.at[t, area] + draw.get(area, draw["b"] * 0)[t])
    water = np.zeros(len(names))
    water[[at[("a", "hydro"), t] for t in dispatch.slices.index]] = 1.0
    above.append(water)
    most.append(24 * 0.4 * 60)
    solved = linprog(cost, np.array(above), most, np.array(equal), right, bounds)
    assert solved.success
    return solved.fun


def test_by_the_hour_it_costs_what_the_model_says():
    """Hours of one, weights as in the calendar: the same year, decided by the whole model."""
    supply = {
        ("north", "hydro"): (30, 0.001, 0.5, 1.0),
        ("north", "coal"): (80, 0.01, NAN, 1.0),
        ("south", "solar"): (40, 0.0, NAN, np.tile(np.sin(np.linspace(0, 3.1, 24)), 2)),
        ("south", "gas"): (70, 0.03, NAN, 1.0),
    }
    hour = np.arange(48)
    demand = {"north": 60 + 15 * np.sin(hour / 4), "south": 60 + 25 * np.cos(hour / 5)}
    days = ["work"] * 24 + ["rest"] * 24
    hours = (1.0,) * 48
    year = dispatch_of((2026,), demand=demand, supply=supply, hours=hours, days=days)
    often = year.slices["day"].map({"work": 245.0, "rest": 120.0})
    year = replace(year, slices=year.slices.assign(weight_days=often))
    problem = two_sites(dispatch=year, ties=tie_table((2026,), t=("north", "south", 20, 10)))
    plan = choose_sites(problem, SolverSettings(gap_share=1e-7))
    of_year = plan.balance.droplevel("fiscal_year")
    draw = of_year["draw_mw"].unstack("area").reindex(year.slices.index)
    assert draw.to_numpy().sum() == pytest.approx(30 * 48)
    again = redispatch(year, grid_of(problem, 2026), draw)
    stated = year_totals(year, of_year, plan.flows.droplevel("fiscal_year"))
    found = year_totals(year, again.balance, again.flows)
    assert found.cost_myen == pytest.approx(stated.cost_myen, rel=1e-6)
    pd.testing.assert_frame_equal(
        found.areas[["draw_gwh", "demand_gwh"]], stated.areas[["draw_gwh", "demand_gwh"]]
    )


# --- calendar -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("year", "count"), [(2026, 365), (2027, 366), (2034, 365), (2035, 366)])
def test_every_date_of_a_fiscal_year_has_its_kind(year, count):
    kinds = read_fact("day_kinds").set_index("day")
    days = calendar_days(read_fact("day_kinds"), year)
    assert len(days) == count
    assert str(days.index[0].date()) == f"{year}-04-01"
    assert str(days.index[-1].date()) == f"{year + 1}-03-31"
    counts = day_counts(days)
    special = kinds.index[~kinds["kind"].isin(["weekday", "holiday"])]
    assert counts[special].tolist() == kinds["days_per_year"][special].tolist()
    assert set(counts.index) == set(kinds.index)
    free = days[days.index.day_of_week >= 5].unique()
    assert not [day for day in free if day.endswith(("weekday", "peak", "still"))]
    months = {"spring": {3, 4, 5}, "summer": {6, 7, 8}, "autumn": {9, 10, 11}}
    for season, own in months.items():
        assert set(days.index[days.str.startswith(season)].month) == own


def test_ordinary_days_are_those_of_the_calendar_less_the_special_ones():
    """From April to November a fiscal year is its calendar year; 2026 is that of the facts."""
    counts = day_counts(calendar_days(read_fact("day_kinds"), 2026))
    by_season = count_days(2026)
    assert counts["summer_weekday"] == by_season["summer_weekday"] - 3
    assert counts["summer_holiday"] == by_season["summer_holiday"]
    assert counts["autumn_weekday"] == by_season["autumn_weekday"] - 10
    facts = read_fact("day_kinds").set_index("day")["days_per_year"]
    assert counts["summer_weekday"] == facts["summer_weekday"]
    assert counts["autumn_holiday"] == facts["autumn_holiday"]


def test_special_days_are_spread_over_their_season():
    days = calendar_days(read_fact("day_kinds"), 2026)
    peaks = days.index[days == "summer_peak"]
    assert sorted(set(peaks.month)) == [6, 7, 8]


def test_a_kind_of_day_without_a_rule_is_refused():
    kinds = read_fact("day_kinds").replace({"kind": {"still": "foggy"}})
    with pytest.raises(InputError, match="foggy"):
        calendar_days(kinds, 2026)
    many = read_fact("day_kinds")
    many.loc[many["day"] == "summer_peak", "days_per_year"] = 90
    with pytest.raises(InputError, match="90 special days"):
        calendar_days(many, 2026)


# --- the command --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    from siting.study import run_study

    folder = tmp_path_factory.mktemp("redispatch") / "run"
    run_study(small_scenario(folder.parent), output=folder)
    return folder


def test_the_command_writes_what_it_shows(run, command_alone):
    before = {path.name for path in run.iterdir()}
    shown = command_alone("redispatch", run, "--lang", "en", cwd=run.parent)
    assert shown.code == 0, shown.err
    told = json.loads((run / FILE).read_text(encoding="utf-8"))
    assert {path.name for path in run.iterdir()} == before | {FILE}
    assert told["fiscal_year"] == 2035
    assert told["notes"] == []  # in the plan's own blocks the year costs what the run says
    assert told["calendar_year"]["hours"] == 8784
    for column in ("plan", "plan_again", "hours_of_typical_days"):
        assert told[column]["hours"] == pytest.approx(8760)
    assert f"{told['calendar_year']['cost_myen']:,.0f}" in shown.out
    stated = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    energy = [r for r in stated["costs"] if (r["item"], r["fiscal_year"]) == ("energy", 2035)]
    assert told["plan"]["added_myen"] == pytest.approx(sum(r["myen"] for r in energy))
    assert sum(row["calendar_days"] for row in told["days"]) == 366
    assert sum(row["plan_days"] for row in told["days"]) == pytest.approx(365)
    areas = [row["calendar_year"]["draw_gwh"] for row in told["areas"]]
    assert sum(areas) == pytest.approx(told["calendar_year"]["draw_gwh"])
    # the draw is the same in every hour, so a year of 366 days draws 366/365 as much
    for key, ratio in (("draw_gwh", 366 / 365), ("hours", 366 / 365)):
        assert told["calendar_year"][key] == pytest.approx(told["plan"][key] * ratio)


def test_help_shows_an_example():
    shown = CliRunner().invoke(app, ["redispatch", "--help"])
    assert "Example: siting redispatch runs/japan --year 2035" in shown.output


def test_both_languages_say_every_figure(run):
    shown = CliRunner().invoke(app, ["redispatch", str(run), "--year", "2032", "--lang", "ja"])
    assert shown.exit_code == 0, shown.output
    for key in FIGURES:
        assert FIGURE_WORDS[key]["ja"].strip() in shown.output
    for words in (WORDS, NOTES, FIGURE_WORDS):
        assert all(each["ja"] and each["en"] for each in words.values())


def test_in_the_runs_own_blocks_the_year_is_that_of_the_run(run):
    """CO2 only within a percent: plants of equal cost can share the load in several ways."""
    from siting.finished_run import read_run
    from siting.year_figures import figures_of, figures_of_run, solve_both

    finished = read_run(run, command="siting redispatch")
    planned = run_year(finished, 2035)
    stated, _ = figures_of_run(planned, finished.summary, 2035)
    two = solve_both(planned.dispatch, planned.grid, planned.draw_mw, planned.t_per_mwh)
    found, _ = figures_of(two)
    for key in ("cost_myen", "added_myen", "draw_gwh", "peak_mw", "unserved_gwh"):
        assert found[key] == pytest.approx(stated[key], rel=1e-6, abs=1e-6), key
    assert found["co2_kt"] == pytest.approx(stated["co2_kt"], rel=0.01)
    posed = pose_study(finished.scenario).question.problem
    same = grid_of(posed, 2035)
    pd.testing.assert_frame_equal(planned.grid.ties, same.ties, check_names=False)


def test_an_hour_draws_what_its_block_draws_and_an_unseen_day_the_mean(run):
    from siting.finished_run import read_run

    finished = read_run(run, command="siting redispatch")
    planned, hourly = run_year(finished, 2035), hourly_days(finished.scenario)
    balance = planned.balance.copy()
    slices = planned.dispatch.slices
    level = pd.Series(range(len(slices)), index=slices.index, dtype=float)
    balance["draw_mw"] = level.reindex(balance.index.get_level_values("slice")).to_numpy()
    draw = hourly_draw(replace(planned, balance=balance), hourly)
    minimum, peak = slices.index[slices["day"] == "spring_minimum"], slices["weight_days"]
    assert (draw.loc["spring_minimum-07"] == level[minimum[0]]).all()
    assert (draw.loc["spring_minimum-08"] == level[minimum[1]]).all()
    first = slices.index[slices["hour"] == 0]
    mean = (level[first] * peak[first]).sum() / peak[first].sum()
    assert draw.loc["winter_holiday-03"].tolist() == pytest.approx([mean] * draw.shape[1])


def test_a_year_that_was_not_planned_is_refused(run):
    with pytest.raises(InputError, match=r"--year: found 2031, expected one of 2029, 2032, 2035"):
        redispatch_run(run, fiscal_year=2031)


def test_percent_of_nothing_is_not_a_number():
    before = dict.fromkeys(FIGURES, 0.0)
    after = dict.fromkeys(FIGURES, 2.0)
    assert difference(before, after)["cost_myen"] == {"absolute": 2.0, "percent": None}
    assert difference(after, before)["cost_myen"]["percent"] == pytest.approx(-100)
