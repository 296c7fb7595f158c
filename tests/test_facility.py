"""Facility location: published optima, and what the tables may look like."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from data.errors import InfeasibleError, InputError
from optimize.facility import choose_facilities
from tests.small_problems import facility_tables

TABLE = Path(__file__).parent / "inputs" / "orlib_cap_16x50.csv"
FREE_SITE = "w11"

# J.E. Beasley, OR-Library, files capopt and uncapopt: capacity of every site, fixed cost of every
# site but one that is free, optimum. The costs of serving are the same in all of them.
PUBLISHED = {
    "cap41": (5000.0, 7500.0, 1040444.375),
    "cap42": (5000.0, 12500.0, 1098000.450),
    "cap43": (5000.0, 17500.0, 1153000.450),
    "cap44": (5000.0, 25000.0, 1235500.450),
    "cap51": (10000.0, 17500.0, 1025208.225),
    "cap61": (15000.0, 7500.0, 932615.750),
    "cap62": (15000.0, 12500.0, 977799.400),
    "cap63": (15000.0, 17500.0, 1014062.050),
    "cap64": (15000.0, 25000.0, 1045650.250),
    "cap71": (np.inf, 7500.0, 932615.750),
    "cap72": (np.inf, 12500.0, 977799.400),
    "cap73": (np.inf, 17500.0, 1010641.450),
    "cap74": (np.inf, 25000.0, 1034976.975),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_optimum(name):
    capacity, fixed_cost, optimum = PUBLISHED[name]
    whole = pd.read_csv(TABLE, comment="#", index_col="point")
    demand = whole.pop("demand").astype(float)
    sites = pd.DataFrame({"fixed_cost": fixed_cost, "capacity": capacity}, index=whole.columns)
    sites.loc[FREE_SITE, "fixed_cost"] = 0.0
    plan = choose_facilities(sites, demand, whole.T / demand)
    assert plan.cost == pytest.approx(optimum, abs=0.001)
    assert plan.bound == pytest.approx(optimum, rel=1e-6)
    assert plan.assignment.groupby("point")["share"].sum().to_numpy() == pytest.approx(1.0)
    used = plan.assignment.groupby("site")["amount"].sum()
    assert set(used.index) <= set(plan.open_sites)
    assert (used <= capacity * (1 + 1e-9)).all()


def by_milp(sites, demand, cost):
    """The textbook model in its weak form, written for another interface."""
    count, points = cost.shape
    amounts = count * points
    served = np.hstack([np.zeros((points, count)), np.tile(np.eye(points), count)])
    given_by = np.hstack([-np.diag(sites["capacity"]), np.kron(np.eye(count), np.ones(points))])
    found = milp(
        np.concatenate([sites["fixed_cost"], cost.to_numpy().ravel()]),
        integrality=np.concatenate([np.ones(count), np.zeros(amounts)]),
        bounds=Bounds(0, np.concatenate([np.ones(count), np.full(amounts, np.inf)])),
        constraints=[
            LinearConstraint(served, demand, demand),
            LinearConstraint(given_by, -np.inf, 0),
        ],
        options={"mip_rel_gap": 1e-9},
    )
    return found.fun


@given(st.integers(0, 10**6))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_same_cost_as_the_textbook_model(seed):
    sites, demand, cost = facility_tables(seed, sites=12, points=15)
    assert choose_facilities(sites, demand, cost).cost == pytest.approx(
        by_milp(sites, demand, cost), rel=1e-6
    )


@pytest.mark.parametrize(("amounts", "money"), [(1e-6, 1.0), (1e6, 1.0), (1.0, 1e-6), (1.0, 1e9)])
def test_units_do_not_matter(amounts, money):
    sites, demand, cost = facility_tables(5)
    once = choose_facilities(sites, demand, cost)
    scaled = sites.assign(
        fixed_cost=sites["fixed_cost"] * money, capacity=sites["capacity"] * amounts
    )
    other = choose_facilities(scaled, demand * amounts, cost * money / amounts)
    assert other.cost == pytest.approx(once.cost * money, rel=1e-6)
    assert list(other.open_sites) == list(once.open_sites)


def test_keys_may_be_numbers_and_tables_in_any_order():
    sites, demand, cost = facility_tables(8)
    once = choose_facilities(sites, demand, cost)
    numbers = {name: i for i, name in enumerate(sites.index)}
    other = choose_facilities(
        sites.rename(index=numbers), demand, cost.rename(index=numbers).iloc[::-1, ::-1]
    )
    assert other.cost == pytest.approx(once.cost)
    assert list(other.open_sites) == [numbers[name] for name in once.open_sites]


def test_a_forbidden_pair_is_not_used():
    sites = pd.DataFrame({"fixed_cost": [1.0, 50.0], "capacity": [9.0, 9.0]}, index=["a", "b"])
    demand = pd.Series([2.0, 3.0], index=["x", "y"])
    cost = pd.DataFrame([[1.0, np.nan], [4.0, 2.0]], index=["a", "b"], columns=["x", "y"])
    plan = choose_facilities(sites, demand, cost)
    # y can only be served by b, which then serves x for 4 a unit or a opens for 1
    assert plan.cost == pytest.approx(50 + 3 * 2 + 1 + 2 * 1)
    assert ("a", "y") not in plan.assignment.index


def test_demand_is_split_where_capacity_asks_for_it():
    sites = pd.DataFrame({"fixed_cost": [0.0, 0.0], "capacity": [4.0, 9.0]}, index=["a", "b"])
    demand = pd.Series([10.0], index=["x"])
    cost = pd.DataFrame([[1.0], [3.0]], index=["a", "b"], columns=["x"])
    plan = choose_facilities(sites, demand, cost)
    assert plan.assignment["share"].to_dict() == pytest.approx({("a", "x"): 0.4, ("b", "x"): 0.6})
    assert plan.cost == pytest.approx(4 + 18)


def test_too_little_capacity_says_how_much_is_missing():
    sites, demand, cost = facility_tables(1)
    small = sites.assign(capacity=demand.sum() / len(sites) - 1.0)
    with pytest.raises(InfeasibleError) as raised:
        choose_facilities(small, demand, cost)
    assert raised.value.clashes[0].relax_by == pytest.approx(len(sites))


def test_capacity_that_cannot_be_reached_is_infeasible():
    sites = pd.DataFrame({"fixed_cost": [0.0, 0.0], "capacity": [4.0, 9.0]}, index=["a", "b"])
    cost = pd.DataFrame([[1.0], [np.nan]], index=["a", "b"], columns=["x"])
    with pytest.raises(InfeasibleError):
        choose_facilities(sites, pd.Series([10.0], index=["x"]), cost)


def test_every_problem_of_the_tables_is_listed_at_once():
    sites, demand, cost = facility_tables(1)
    bad = sites.assign(fixed_cost=[-1.0, np.nan, 1.0, 1.0, 1.0])
    with pytest.raises(InputError) as raised:
        choose_facilities(bad, -demand, cost.drop(index="s0"))
    places = [problem.where for problem in raised.value.problems]
    assert places[:3] == ["cost", "sites.fixed_cost[s0]", "sites.fixed_cost[s1]"]
    assert len(places) == 3 + len(demand)
