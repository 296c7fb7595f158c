"""A year copied from days stated once is the year stated whole: row by row, and by head."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from optimize.days_on_dates import DaysOnDates, on_dates
from optimize.flexibility import Flexibility
from optimize.held_year import dispatch_held
from optimize.highs import SolverSettings
from optimize.matrix import compile_model
from optimize.model import build_model
from optimize.repeated_days import repeated
from tests.small_clean import every_kind, repeated_days
from tests.test_held_year import held
from tests.test_routing import BOTH_REACH_BOTH, HALVES, sun_and_moon

EXACT = SolverSettings(gap_share=1e-9)


def stated(problem, dates):
    """Days of a problem on dates, [(day, how often in a row)], and each stated once."""
    slices = problem.dispatch.slices
    parts, like, first = [], {}, {}
    for i, (day, times) in enumerate(dates):
        here = first.setdefault((day, times), i)
        of_day = slices[slices["day"] == day]
        parts.append(
            of_day.assign(day=f"{day} {i}", weight_days=float(times)).rename(
                lambda t, i=i: f"{t} {i}"
            )
        )
        like |= {f"{t} {i}": f"{t} {here}" for t in of_day.index} | {f"{day} {i}": f"{day} {here}"}
    table = pd.concat(parts).rename_axis("slice")
    whole = DaysOnDates(_at(problem.dispatch, table, lambda t: t.rsplit(" ", 1)[0]), like)
    counts = table.groupby("day")["weight_days"].first().groupby(lambda day: like[day]).sum()
    once = table[[like[t] == t for t in table.index]]
    once = once.assign(in_a_row=once["weight_days"], weight_days=once["day"].map(counts))
    return whole, _dated(problem, once)


def _at(dispatch, slices, of):
    at = [of(t) for t in slices.index]
    tables = ("availability", "demand_mw", "draw_share")
    repeats = {name: getattr(dispatch, name).loc[at].set_axis(slices.index) for name in tables}
    return replace(dispatch, slices=slices, **repeats)


def _dated(problem, slices):
    like = {t: t.rsplit(" ", 1)[0] for t in slices.index}
    dispatch = _at(problem.dispatch, slices, like.get)
    days = DaysOnDates(dispatch, like)
    return on_dates(problem, days)


def by_key(matrix):
    """Rows and columns of a matrix by name and key, with what stands where."""
    columns = [(n, v.index()) for n, v in zip(matrix.column_names, matrix.variables, strict=True)]
    rows = list(zip(matrix.row_names, matrix.row_keys, strict=True))
    entries = sparse.coo_array(matrix.rows)
    at = zip(*entries.coords, entries.data, strict=True)
    found = {(rows[r], columns[c]): v for r, c, v in at if abs(v) > 1e-15}
    for name in ("cost", "lower", "upper", "column_scale"):
        found |= {(name, key): v for key, v in zip(columns, getattr(matrix, name), strict=True)}
    for name in ("row_lower", "row_upper", "row_scale"):
        found |= {(name, key): v for key, v in zip(rows, getattr(matrix, name), strict=True)}
    assert len(set(columns)) == len(columns)
    return found


def assert_the_same(whole, once):
    matrix = compile_model(build_model(on_dates(once, whole)))
    copied, expected = by_key(repeated(compile_model(build_model(once)), whole)), by_key(matrix)
    assert copied.keys() == expected.keys()
    keys = list(expected)
    np.testing.assert_allclose([copied[k] for k in keys], [expected[k] for k in keys], rtol=1e-12)


DATES = st.lists(st.tuples(st.integers(0, 1), st.integers(1, 3)), min_size=2, max_size=7)


@given(DATES)
@settings(max_examples=15)
def test_every_row_is_that_of_the_year_stated_whole(dates):
    """Two days, sun and store; no day follows on itself, as on a calendar, and the last on none."""
    names = ["sunny", "dull"]
    turned = [(names[i % 2], times) for i, (_, times) in enumerate(dates)]
    assert_the_same(*stated(repeated_days((1, 1)), turned))


def test_every_kind_of_clean_limit_is_copied():
    dates = [
        ("summer", 2),
        ("winter", 1),
        ("summer", 1),
        ("winter", 1),
        ("summer", 2),
        ("winter", 3),
    ]
    problem = every_kind()
    assert_the_same(*stated(problem, dates))
    flexible = Flexibility(
        curtail_share=pd.Series({"training": 0.1}),
        move_share=pd.Series({"training": 0.2}),
        curtail_hours_per_day=2.0,
        curtail_hours_per_year=50.0,
        curtail_energy_share=0.01,
    )
    assert_the_same(*stated(replace(problem, flexibility=flexible), dates))


def test_inference_sent_by_the_hour_is_copied():
    problem = sun_and_moon(0.4, *BOTH_REACH_BOTH, metros=HALVES)
    (day,) = problem.dispatch.slices["day"].unique()
    whole, once = stated(problem, [(day, 2), (day, 1), (day, 2)])
    assert {"route_kept", "route_moves"} <= set(compile_model(build_model(once)).row_names)
    assert_the_same(whole, once)


@pytest.mark.parametrize("energy_mwh", [20.0, 400.0])
def test_a_year_of_copies_is_dispatched_as_the_year_itself(energy_mwh):
    """Once stated whole, once copied: what a store carries from day to day is the same."""
    dates = [("sunny", 2), ("dull", 1), ("sunny", 1), ("dull", 2), ("sunny", 2), ("dull", 1)]
    whole, once = stated(repeated_days((1, 1)), dates)
    size = {"solar_mw": 40.0, "power_mw": 12.0, "energy_mwh": energy_mwh}
    copied = dispatch_held(held(once, **size), EXACT, year=whole)
    plain = dispatch_held(held(on_dates(once, whole), **size), EXACT)
    assert copied.missed_gwh == pytest.approx(plain.missed_gwh, abs=1e-9)
    assert copied.missed_gwh > 0
    pd.testing.assert_frame_equal(copied.clean.years, plain.clean.years, check_exact=False)
    pd.testing.assert_index_equal(
        copied.balance.index.sort_values(), plain.balance.index.sort_values()
    )
    total = (copied.balance["gas_mw"] * 8.0).sum()
    assert total == pytest.approx((plain.balance["gas_mw"] * 8.0).sum())
