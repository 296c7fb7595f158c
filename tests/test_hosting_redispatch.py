"""Hosting capacity with redispatch."""

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from data.errors import InputError, PlanError
from grid import secure_solve
from grid.hosting import hosting_fixed
from grid.hosting_case import Question, case_of
from grid.hosting_redispatch import hosting_redispatch
from grid.hosting_run import Run
from tests.hosting_brute import (
    all_rows,
    cut_off,
    mesh,
    random_case_network,
    reserve_rows,
    two_buses,
    two_sources,
)
from tests.made_networks import changed, line, network

NAN = float("nan")
SEEDS = st.integers(0, 100_000)


def test_generators_move_to_where_the_lines_have_room():
    # ab bears 190 MW, c makes at most 90 MW over bc: 280 MW less the 220 that are there
    table = hosting_redispatch(case_of(two_sources()))
    assert table.loc["b", "n0_mw"] == pytest.approx(60)
    assert table.loc["b", ["n0_reason"]].tolist() == ["branch"]
    # at c: its own 100 MW less 30 for b, whose 220 MW get 190 over ab
    assert table.loc["c", "n0_mw"] == pytest.approx(70)
    assert table.loc["c", "n0_branch"] == "ab"


def test_generation_is_the_limit_where_no_branch_is():
    wide = changed(two_sources(), "branches", "ab", rating_mw=NAN)
    row = hosting_redispatch(case_of(wide)).loc["a"]
    assert row["n0_mw"] == pytest.approx(70)  # 200 + 90 over bc, less 220
    wide = changed(wide, "branches", "bc", rating_mw=NAN)
    row = hosting_redispatch(case_of(wide)).loc["a"]
    assert row["n0_mw"] == pytest.approx(80)
    assert row[["n0_reason", "n0_branch"]].tolist() == ["generation", ""]


def test_one_dispatch_must_bear_every_outage():
    # double lines to b from a (cheap) and from c: of each pair one line must bear all of it
    net = network(
        [{"bus": "a", "is_slack": True}, {"bus": "b", "load_mw": 50.0}, {"bus": "c"}],
        [line("a1", "a", "b", rating_mw=60.0), line("a2", "a", "b", rating_mw=60.0),
         line("c1", "c", "b", rating_mw=40.0), line("c2", "c", "b", rating_mw=40.0)],
        [{"generator": "ga", "bus": "a", "p_mw": 50.0, "max_mw": 500.0},
         {"generator": "gc", "bus": "c", "max_mw": 500.0}],
    )  # fmt: skip
    row = hosting_redispatch(case_of(net)).loc["b"]
    assert row["n0_mw"] == pytest.approx(150)
    assert row["n1_mw"] == pytest.approx(50)
    assert {row["n1_branch"][0], row["n1_outage"][0]} in ({"a"}, {"c"})
    assert row["n1_branch"] != row["n1_outage"]


def test_least_generation_is_a_limit_too():
    # c must make 95 MW, bc bears 90: 5 MW must stay at c, so the base bears it only with load there
    net = changed(two_sources(), "generators", "gc", min_mw=95.0, p_mw=95.0)
    table = hosting_redispatch(case_of(net))
    assert (table["n0_mw"] == 0).all()
    assert table["n0_reason"].tolist() == ["base"] * 3
    assert table["n0_branch"].tolist() == ["bc"] * 3


def test_load_beyond_all_generation_is_said():
    table = hosting_redispatch(case_of(two_buses(100.0, 100.0, max_mw=30.0)))
    assert table.loc["b", ["n0_mw", "n0_reason", "n0_branch"]].tolist() == [0.0, "generation", ""]


def test_radial_bus_hosts_nothing_after_its_outage():
    row = hosting_redispatch(case_of(two_buses(100.0))).loc["b"]
    assert row["n0_mw"] == pytest.approx(60)
    assert row[["n1_mw", "n1_branch", "n1_reason"]].tolist() == [0.0, "l0", "cut_off"]


def test_redispatch_repairs_an_overload_of_the_set_points():
    net = changed(two_sources(), "branches", "ab", rating_mw=170.0)
    assert hosting_fixed(case_of(net)).loc["b", "n0_reason"] == "base"
    assert hosting_redispatch(case_of(net)).loc["b", "n0_mw"] == pytest.approx(40)


def test_generators_without_limits_are_named():
    net = changed(two_sources(), "generators", "ga", max_mw=NAN)
    net = changed(net, "generators", "gc", min_mw=NAN)
    with pytest.raises(InputError) as caught:
        hosting_redispatch(case_of(net))
    assert {p.where for p in caught.value.problems} == {
        "generators.ga.max_mw", "generators.gc.min_mw"}  # fmt: skip


def full_program(case, node, *, security):
    """Capacity with every row of every outage written down; None where nothing holds."""
    g = case.generators
    of_x = [(node, -1.0), *((n, 1.0) for n in g.node)]
    matrix, zero, limit = all_rows(case, of_x, security=security)
    more, most = reserve_rows(case, of_x)
    if security == "n0":
        more, most = more[:0], most[:0]
    made = g.at_nodes(g.p_mw, len(case.grid.buses))
    balance = np.array([[-1.0, *np.ones(len(g.node))]])
    result = linprog(
        [-1.0, *np.zeros(len(g.node))],
        A_ub=np.vstack([matrix, -matrix, more]),
        b_ub=np.concatenate([limit - zero, limit + zero, most]),
        A_eq=balance,
        b_eq=[(made - case.injection_mw).sum()],
        bounds=[(0, None), *zip(g.min_mw, g.max_mw, strict=True)],
    )
    assert result.status in (0, 2)
    return -result.fun if result.status == 0 else None


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.booleans())
def test_lazy_rows_equal_all_rows(seed, radial):
    case = case_of(random_case_network(seed, radial=radial))
    table = hosting_redispatch(case)
    for bus, row in table.iterrows():
        node = case.grid.bus_of[bus]
        for security in ("n0", "n1"):
            reason = row[f"{security}_reason"]
            if security == "n1" and cut_off(case, node):
                assert reason == "cut_off"
                continue
            expected = full_program(case, node, security=security)
            if reason in ("base", "generation") and row[f"{security}_mw"] == 0:
                # nothing holds without the load; a load that would relieve it does not count
                assert base_fails(case, node, security) or expected == pytest.approx(0, abs=1e-5)
            else:
                assert row[f"{security}_mw"] == pytest.approx(expected, abs=1e-4)


def base_fails(case, node, security):
    g = case.generators
    of_x = [(n, 1.0) for n in g.node]
    matrix, zero, limit = all_rows(case, of_x, security=security)
    more, most = reserve_rows(case, of_x)
    if security == "n0":
        more, most = more[:0], most[:0]
    made = g.at_nodes(g.p_mw, len(case.grid.buses))
    result = linprog(
        np.zeros(len(g.node)),
        A_ub=np.vstack([matrix, -matrix, more]),
        b_ub=np.concatenate([limit - zero, limit + zero, most]),
        A_eq=np.ones((1, len(g.node))),
        b_eq=[(made - case.injection_mw).sum()],
        bounds=list(zip(g.min_mw, g.max_mw, strict=True)),
    )
    return result.status == 2


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.sampled_from(["room", "capacity"]))
def test_redispatch_hosts_at_least_what_fixed_dispatch_does(seed, rule):
    net = random_case_network(seed)
    case = case_of(net, Question(rule=rule))
    slack_mw = -case.injection_mw.sum() + net.generators["p_mw"].iloc[0]
    assume(0 <= slack_mw <= net.generators["max_mw"].iloc[0])
    fixed, moved = hosting_fixed(case), hosting_redispatch(case)
    for column in ("n0_mw", "n1_mw"):
        assert (moved[column] >= fixed[column].fillna(0) - 1e-4).all()
    assert (moved["n1_mw"] <= moved["n0_mw"] + 1e-4).all()


def test_stopped_study_goes_on_where_it_stopped():
    case = case_of(random_case_network(5, radial=False))
    whole, kept = hosting_redispatch(case), []
    hosting_redispatch(case, list(case.grid.buses[:2]), run=Run(keep=kept.append))
    again = hosting_redispatch(case, run=Run(done=pd.concat(kept)))
    pd.testing.assert_frame_equal(again[["n0_mw", "n1_mw"]], whole[["n0_mw", "n1_mw"]])


def test_any_other_solver_status_is_no_result(monkeypatch):
    class Failed:
        status, message = 4, "numerical difficulties"

    monkeypatch.setattr(secure_solve, "linprog", lambda *args, **kwargs: Failed())
    with pytest.raises(PlanError, match="numerical difficulties"):
        hosting_redispatch(case_of(two_sources()))


def test_forty_buses_do_not_take_long():
    net = mesh(5, 8)
    table = net.generators.assign(max_mw=200.0)
    extra = table.rename(index={"g": "h"}).assign(bus="n4_7", p_mw=0.0)
    case = case_of(type(net)(100.0, net.buses, net.branches, pd.concat([table, extra]), net.credit))
    start = time.perf_counter()
    found = hosting_redispatch(case)
    assert (found["n1_mw"] > 0).all()
    assert time.perf_counter() - start < 30
