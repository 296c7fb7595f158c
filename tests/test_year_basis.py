"""A relaxation started from its years: the same answer, with less to do."""

from dataclasses import replace

import numpy as np
import pytest

from optimize import year_basis
from optimize.highs import SolverSettings, deadline_of, load_highs, run_relaxed
from optimize.matrix import compile_model
from optimize.model import build_model
from optimize.solve import solve
from optimize.year_basis import start_from_years
from tests.small_problems import demand_of, random_problem, two_sites, two_years

SETTINGS = SolverSettings(gap_share=1e-6)


@pytest.fixture(autouse=True)
def of_any_size(monkeypatch):
    monkeypatch.setattr(year_basis, "FEWEST_ROWS", 0)


def relaxed(matrix, *, from_years):
    highs = load_highs(matrix, SETTINGS)
    given = from_years and start_from_years(highs, matrix, SETTINGS, deadline_of(SETTINGS))
    run_relaxed(highs, deadline_of(SETTINGS))
    info = highs.getInfo()
    return given, info.objective_function_value, info.simplex_iteration_count


@pytest.mark.parametrize("seed", range(6))
def test_the_answer_does_not_depend_on_the_start(seed):
    years = (2026, 2028, 2029, 2031, 2034)
    matrix = compile_model(build_model(random_problem(seed, sites=8, years=years)))
    anew, started = (relaxed(matrix, from_years=way) for way in (False, True))
    assert started[0] is True
    assert started[1] == pytest.approx(anew[1], rel=1e-9)


def test_years_that_do_not_hang_together_leave_nothing_to_do():
    # the same in both years, so that nothing falls or grows: the two bases are that of the whole
    problem = two_years(demand=demand_of(training={2026: 30.0, 2027: 30.0}))
    matrix = compile_model(build_model(problem))
    given, _, iterations = relaxed(matrix, from_years=True)
    assert (given, iterations) == (True, 0)


@pytest.mark.parametrize("seed", range(3))
def test_plans_cost_the_same_with_it(seed, monkeypatch):
    matrix = compile_model(build_model(random_problem(seed)))
    with_years = solve(matrix, SETTINGS).cost_myen
    monkeypatch.setattr(year_basis, "FEWEST_ROWS", 10**9)
    assert with_years == pytest.approx(solve(matrix, SETTINGS).cost_myen, rel=2e-6)


def test_one_year_has_no_other_to_start_from():
    matrix = compile_model(build_model(two_sites()))
    assert relaxed(matrix, from_years=True)[0] is False


def test_a_year_without_an_answer_gives_no_start():
    matrix = compile_model(build_model(two_years()))
    upper = np.where(matrix.column_names == "contract_mw", 0.0, matrix.upper)
    highs = load_highs(replace(matrix, upper=upper), SETTINGS)
    none = replace(matrix, upper=upper)
    assert start_from_years(highs, none, SETTINGS, deadline_of(SETTINGS)) is False
