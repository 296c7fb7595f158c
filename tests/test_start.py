"""A plan that starts from sites in hand: kept if good enough, never dearer."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from data.errors import InputError
from optimize.matrix import compile_model
from optimize.model import build_model
from optimize.plan import choose_sites
from optimize.solve import SolverSettings, solve
from siting.cli import app
from siting.scenario_file import load_scenario
from siting.start_sites import start_sites
from tests.small_clean import sunny
from tests.small_problems import (
    demand_of,
    headroom,
    members,
    random_problem,
    reinforcement_table,
    two_sites,
)
from tests.small_studies import small_scenario
from tests.test_clean_scenario import SMALL
from tests.test_solve import optimum_myen

JAPAN = Path(__file__).resolve().parents[1] / "examples" / "japan" / "scenario.yaml"
EXACT, WIDE = SolverSettings(gap_share=1e-9), SolverSettings(gap_share=0.5)


def sites_of(plan):
    """Site -> first year, as the files of a run say it."""
    built = plan.sites["built"]
    years = built[built > 0].reset_index("fiscal_year")["fiscal_year"]
    return years.groupby(level="site").min().to_dict()


def ten_mw(**changes):
    """10 MW that fit at either site; the cheap one costs 20, the dear one 40 a year."""
    return two_sites(demand=demand_of(training={2026: 10.0}), **changes)


def test_sites_in_hand_are_kept_where_they_are_good_enough():
    best = choose_sites(ten_mw(), EXACT)
    assert sites_of(best) == {"cheap": 2026}
    assert best.record.start is None
    dear_cost = choose_sites(ten_mw(), EXACT, start={"dear": 2026})
    assert sites_of(dear_cost) == {"cheap": 2026}
    assert dear_cost.record.start == "other"
    kept = choose_sites(ten_mw(), WIDE, start={"cheap": 2026})
    assert kept.record.start == "kept"
    assert kept.record.cost_myen == pytest.approx(best.record.cost_myen)


def test_sites_in_hand_that_are_not_possible_change_nothing():
    """Nowhere at all, or a site that is none of the candidates."""
    best = choose_sites(ten_mw(), EXACT)
    for start in ({}, {"elsewhere": 2026}, {"cheap": 2031}):
        found = choose_sites(ten_mw(), EXACT, start=start)
        assert found.record.cost_myen == pytest.approx(best.record.cost_myen)
        assert found.record.start == "other"


def test_sites_of_which_one_is_no_candidate_are_not_called_kept():
    start = {"cheap": 2026, "elsewhere": 2026}
    found = choose_sites(ten_mw(), WIDE, start=start)
    assert sites_of(found) == {"cheap": 2026}
    assert found.record.start == "other"


def test_what_reinforces_the_grid_is_found_for_the_sites_in_hand():
    """`cheap` alone holds the 18 MW only with the line, which the start does not name."""
    problem = two_sites(
        demand=demand_of(training={2026: 18.0}),
        groups=headroom({("bank", 2026): 10.0}),
        group_sites=members(bank=["cheap"]),
        reinforcements=reinforcement_table(line=("bank", 12.0, 2026, 1.0)),
    )
    found = choose_sites(problem, WIDE, start={"cheap": 2026})
    assert found.record.start == "kept"
    assert found.reinforcements["in_service"].all()


def test_with_typical_days_no_sites_are_no_plan_either():
    """10 MW must be served, so what is started from cannot be; the plan is that without a start."""
    problem = sunny(0.5)
    plain, found = (choose_sites(problem, EXACT, start=start) for start in (None, {}))
    assert found.record.start == "other"
    assert found.record.cost_myen == pytest.approx(plain.record.cost_myen)
    assert choose_sites(problem, EXACT, start={"only": 2026}).record.start == "kept"


@given(st.integers(0, 10**6), st.integers(0, 10**6))
@settings(max_examples=12)
def test_a_plan_is_never_dearer_than_with_the_sites_in_hand(seed, other):
    """Any sites: those of the same places at other costs; against the whole model in scipy."""
    problem = random_problem(seed)
    rng = np.random.default_rng(other)
    costs = problem.costs * rng.uniform(0.2, 5.0, problem.costs.shape)
    in_hand = sites_of(choose_sites(replace(problem, costs=costs), SolverSettings(gap_share=0.05)))
    matrix = compile_model(build_model(problem))
    columns = np.flatnonzero(matrix.integer)
    keys = [matrix.variables[i].index() for i in columns]
    start = np.array([float(y >= in_hand.get(s, math.inf)) for s, y in keys])
    found = solve(matrix, SolverSettings(gap_share=0.05), start=start)
    lower, upper = matrix.lower.copy(), matrix.upper.copy()
    lower[columns] = upper[columns] = start
    best, with_them = optimum_myen(matrix), optimum_myen(replace(matrix, lower=lower, upper=upper))
    assert found.cost_myen <= with_them * (1 + 1e-7)
    assert best <= found.cost_myen * (1 + 1e-7)
    assert found.bound_myen <= best * (1 + 1e-7)
    assert found.gap_share <= 0.05


# --- the command --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    home = tmp_path_factory.mktemp("start")
    file = home / "scenario.yaml"
    file.write_text(SMALL, encoding="utf-8")
    return file, run(file, home / "first")


def run(file, output, *more):
    """Run folder of the command, and what it printed."""
    asked = ["run", str(file), "--output", str(output), "--lang", "en", *more]
    shown = CliRunner().invoke(app, asked)
    assert shown.exit_code == 0, shown.output
    return output, shown.output


def cost_of(folder):
    return json.loads((folder / "summary.json").read_text(encoding="utf-8"))["net_present_cost"]


def test_more_flexible_plans_cost_no_more_by_whatever_gap(first, tmp_path):
    """Each from the sites of the one before: the gap of half the cost lets any plan pass."""
    file, (folder, _) = first
    costs = [cost_of(folder)["myen"]]
    for percent in (10, 20, 40):
        asked = f"flexibility.training_shift_share={percent / 100}"
        sets = ("--set", asked, "--set", "solver.gap_share=0.5", "--start", str(folder))
        folder, shown = run(file, tmp_path / f"flexible-{percent}", *sets)
        assert "are kept: proven good enough" in shown
        assert cost_of(folder)["start"] == "kept"
        costs.append(cost_of(folder)["myen"])
    assert costs == sorted(costs, reverse=True)


def test_a_folder_that_is_no_run_is_told(first, tmp_path):
    file, _ = first
    asked = ["run", str(file), "--output", str(tmp_path / "new"), "--start", str(tmp_path)]
    shown = CliRunner().invoke(app, asked)
    assert isinstance(shown.exception, InputError)
    assert "--start" in str(shown.exception)
    assert "siting run writes one" in str(shown.exception)
    assert not (tmp_path / "new").exists()


def test_the_sites_of_a_run_are_read_with_their_years(first, tmp_path):
    _, (folder, _) = first
    table = pd.read_csv(folder / "sites.csv")
    expected = table.groupby("site")["fiscal_year"].min().to_dict()
    assert start_sites(folder, small_scenario(tmp_path)) == expected


def test_a_network_and_a_folder_that_is_no_run_come_in_one_list(tmp_path):
    scenario = load_scenario(JAPAN, "kansai-chugoku-network")
    with pytest.raises(InputError) as caught:
        start_sites(tmp_path, scenario)
    assert [each.where for each in caught.value.problems] == ["--start", "network"]
