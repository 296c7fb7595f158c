"""Small instances answered by trying every set of sites, with a linear program for each."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from optimize.facility import choose_facilities
from optimize.matrix import compile_model
from optimize.model import build_model
from optimize.plan import choose_sites
from optimize.solve import SolverSettings
from tests.every_plan import every_plan
from tests.small_problems import facility_tables, random_problem

EXACT = SolverSettings(gap_share=1e-8)
few = settings(max_examples=15, deadline=None, derandomize=True)


def cheapest_by_enumeration(matrix):
    return min((myen for _, myen in every_plan(matrix)), default=np.inf)


@given(st.integers(0, 10**6))
@few
def test_no_set_of_sites_is_cheaper(seed):
    problem = random_problem(seed, sites=4, years=(2026,))
    problem = replace(problem, reinforcements=problem.reinforcements.iloc[:0])
    best = cheapest_by_enumeration(compile_model(build_model(problem)))
    assert choose_sites(problem, EXACT).record.cost_myen == pytest.approx(best, rel=1e-6)


@given(st.integers(0, 10**6))
@few
def test_no_set_of_sites_in_two_years_is_cheaper(seed):
    problem = random_problem(seed, sites=2, years=(2027, 2029))
    problem = replace(problem, group_sites=problem.group_sites.iloc[:2])
    best = cheapest_by_enumeration(compile_model(build_model(problem)))
    assert choose_sites(problem, EXACT).record.cost_myen == pytest.approx(best, rel=1e-6)


@given(st.integers(0, 10**6))
@few
def test_no_set_of_facilities_is_cheaper(seed):
    """The textbook model written anew: transport from every set of open sites."""
    sites, demand, cost = facility_tables(seed)
    best = np.inf
    for opened in product((0.0, 1.0), repeat=len(sites)):
        capacity = sites["capacity"].to_numpy() * opened
        count = len(demand)
        given_by = np.kron(np.eye(len(sites)), np.ones(count))
        given_to = np.kron(np.ones(len(sites)), np.eye(count))
        found = linprog(
            cost.to_numpy().ravel(), A_ub=given_by, b_ub=capacity, A_eq=given_to, b_eq=demand
        )
        if found.status == 0:
            best = min(best, found.fun + float(sites["fixed_cost"] @ np.array(opened)))
    assert choose_facilities(sites, demand, cost).cost == pytest.approx(best, rel=1e-7)
