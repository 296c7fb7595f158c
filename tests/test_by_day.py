"""Days solved one by one and brought together: by head, and against scipy on the whole."""

import numpy as np
import pyomo.environ as pyo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from data.errors import InfeasibleError, PlanError
from optimize.by_day import solve_by_day
from optimize.day_parts import DayParts
from optimize.highs import Deadline, SolverSettings, deadline_of
from optimize.matrix import SCALE, compile_model

EXACT = SolverSettings(gap_share=1e-9)


def year_of(cost, able, *, need=0.0, store=0.0, asked=0.0, price=50.0):
    """Days with a need each; all together run `asked` at least, or pay for what lacks.

    A plant runs for `cost` up to `able`, by day and hour; whatever a day lacks is bought for 100. A
    store carries from one day to the next and from the last to the first.
    """
    cost, able = np.asarray(cost, dtype=float), np.asarray(able, dtype=float)
    names = [f"day {d}" for d in range(len(cost))]
    number, hours = {name: d for d, name in enumerate(names)}, range(cost.shape[1])
    model = pyo.ConcreteModel()
    model.run = pyo.Var(hours, names, bounds=lambda _, h, d: (0.0, float(able[number[d], h])))
    model.buy = pyo.Var(names, bounds=(0.0, 1e4))
    model.carry = pyo.Var(["store"], names, bounds=(0.0, store))
    model.lack = pyo.Var(bounds=(0.0, None))
    after = dict(zip(names, [*names[1:], names[0]], strict=True))

    def met(model, d):
        today = sum(model.run[h, d] for h in hours) + model.buy[d]
        return today + model.carry["store", d] - model.carry["store", after[d]] >= need

    model.met = pyo.Constraint(names, rule=met)
    model.share = pyo.Constraint(expr=sum(model.run.values()) + model.lack >= asked)
    runs = sum(float(cost[number[d], h]) * model.run[h, d] for h, d in model.run)
    model.cost = pyo.Objective(expr=runs + 100.0 * sum(model.buy.values()) + price * model.lack)
    return compile_model(model), {name: name for name in names}


def solved(matrix, days, **more):
    return solve_by_day(matrix, days, EXACT, deadline_of(EXACT), **more)


def whole_cost(matrix):
    """The same arrays in scipy: no year in days, no rounds."""
    upper, lower = np.isfinite(matrix.row_upper), np.isfinite(matrix.row_lower)
    rows = matrix.rows.toarray()
    found = linprog(
        matrix.cost,
        np.vstack([rows[upper], -rows[lower]]),
        np.concatenate([matrix.row_upper[upper], -matrix.row_lower[lower]]),
        bounds=list(zip(matrix.lower, matrix.upper, strict=True)),
        method="highs",
    )
    assert found.status == 0
    return (found.fun + matrix.offset) * SCALE


def assert_costs_the_whole(cost, able, **asked):
    matrix, days = year_of(cost, able, **{key: float(value) for key, value in asked.items()})
    found = solved(matrix, days)
    assert found.cost_myen == pytest.approx(whole_cost(matrix), rel=2e-6, abs=2e-6)
    assert found.bound_myen <= found.cost_myen
    return found


def test_the_dear_day_gives_what_the_cheap_one_lacks():
    """10 at 1 and 5 at 3: the year's share is worth 3 a unit, and two halves are no answer."""
    matrix, days = year_of([[1.0], [3.0]], [[10.0], [10.0]], asked=15.0)
    found = solved(matrix, days)
    assert found.cost_myen == pytest.approx(25.0)
    assert found.duals[matrix.row_names == "share"].item() == pytest.approx(3.0)
    run = found.values[matrix.column_names == "run"]
    assert sorted(run) == pytest.approx([5.0, 10.0])


def test_what_no_day_can_give_is_paid_for():
    matrix, days = year_of([[1.0], [3.0]], [[10.0], [10.0]], asked=26.0)
    assert solved(matrix, days).cost_myen == pytest.approx(10.0 + 30.0 + 6 * 50.0)


def test_a_store_carries_the_cheap_day_into_the_dear_one():
    """The first day runs for both: 8 at 1, of which 3 are carried, and 1 at 20 is left."""
    able = [[8.0], [10.0]]
    matrix, days = year_of([[1.0], [20.0]], able, need=4.5, store=3.0)
    found = solved(matrix, days)
    assert found.cost_myen == pytest.approx(7.5 + 1.5 * 20.0)
    assert found.values[matrix.column_names == "carry"].max() == pytest.approx(3.0)


@given(
    st.integers(1, 5),
    st.lists(st.integers(0, 30), min_size=15, max_size=15),
    st.lists(st.integers(0, 12), min_size=15, max_size=15),
    st.integers(0, 8),
    st.integers(0, 20),
    st.integers(0, 120),
)
@settings(max_examples=40)
def test_days_together_cost_what_the_whole_costs(days, costs, able, need, store, asked):
    cost = np.array(costs, dtype=float)[: days * 3].reshape(days, 3)
    most = np.array(able, dtype=float)[: days * 3].reshape(days, 3)
    found = assert_costs_the_whole(cost, most, need=need, store=store, asked=asked)
    assert found.gap_share <= 1e-6 + 1e-6 / max(found.cost_myen, 1e-6)


def test_prices_to_start_from_change_nothing_but_the_rounds():
    matrix, days = year_of([[1.0], [3.0], [7.0]], np.full((3, 1), 10.0), asked=25.0)
    plain = solved(matrix, days)
    for price in (-4.0, 3.0, 1e6):
        again = solved(matrix, days, first=lambda row, price=price: price)
        assert again.cost_myen == pytest.approx(plain.cost_myen)


def test_days_that_cannot_be_met_together_are_told():
    """The share must be run and cannot: no price of what is borrowed makes it so."""
    matrix, days = year_of([[1.0], [3.0]], [[10.0], [10.0]], asked=26.0)
    matrix.upper[matrix.column_names == "lack"] = 0.0
    with pytest.raises(InfeasibleError):
        solved(matrix, days)


@pytest.mark.parametrize("bought", [0.0, 1.0])
def test_a_day_that_cannot_be_met_alone_is_told(bought):
    matrix, days = year_of([[1.0], [3.0]], [[10.0], [10.0]], need=5.0)
    matrix.upper[matrix.column_names == "buy"] = bought / SCALE
    matrix.upper[matrix.column_names == "run"] = 0.0
    with pytest.raises(InfeasibleError):
        solved(matrix, days)


def test_no_time_is_no_result():
    matrix, days = year_of([[1.0], [3.0]], [[10.0], [10.0]], asked=15.0)
    with pytest.raises(PlanError, match="Time limit"):
        solve_by_day(matrix, days, EXACT, Deadline(0.0))


def test_only_rows_of_several_days_join_them():
    matrix, days = year_of([[1.0], [3.0]], np.full((2, 1), 10.0), need=4.0, store=3.0, asked=15.0)
    parts = DayParts.of(matrix, days)
    joining = [matrix.row_names[row] for row in parts.joining]
    assert sorted(joining) == ["met", "met", "share"]
    assert [matrix.column_names[i] for i in parts.loose] == ["lack"]
    assert [len(day.columns) for day in parts.days] == [3, 3]  # run, buy, carry
