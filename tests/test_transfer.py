import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from grid.transfer import shared_shortfall_mw, spare_with_ties

COLUMNS = ["tie", "direction", "from_area", "to_area", "capacity_mw"]


def net(*links):
    """Ties from (name, from, to, MW), all forward."""
    rows = [(name, "forward", start, end, mw) for name, start, end, mw in links]
    return pd.DataFrame(rows, columns=COLUMNS)


def spare(available, ties):
    return spare_with_ties(pd.Series(available, dtype=float), ties)


def test_two_areas_one_tie():
    table = spare({"a": -30, "b": 100}, net(("ab", "b", "a", 50)))
    assert table.loc["a"].tolist() == [20, 50, (("ab", "forward"),), "ties"]
    assert table.loc["b"].tolist() == [70, 0, (), "supply"]


def test_a_tie_in_the_wrong_direction_helps_nobody():
    table = spare({"a": -30, "b": 100}, net(("ab", "a", "b", 50)))
    assert table["spare_mw"].to_dict() == {"a": -30, "b": 100}
    assert table.loc["a", "limited_by"] == "supply"


def test_supply_limits_where_the_tie_is_wide():
    table = spare({"a": -30, "b": 100}, net(("ab", "b", "a", 500)))
    assert table.loc["a"].tolist() == [70, 100, (), "supply"]


def test_the_narrowest_tie_of_a_chain_binds():
    chain = net(("wide", "c", "b", 80), ("narrow", "b", "a", 40))
    table = spare({"a": 0, "b": 0, "c": 100}, chain)
    assert table.loc["a"].tolist() == [40, 40, (("narrow", "forward"),), "ties"]
    assert table.loc["b"].tolist() == [80, 80, (("wide", "forward"),), "ties"]


def test_of_two_equal_ties_the_nearer_one_is_named():
    table = spare({"a": 0, "b": 0, "c": 100}, net(("far", "c", "b", 40), ("near", "b", "a", 40)))
    assert table.loc["a", "binding"] == (("near", "forward"),)


def test_both_ways_around_a_loop_add_up():
    loop = net(("ca", "c", "a", 10), ("cb", "c", "b", 25), ("ba", "b", "a", 20))
    table = spare({"a": 0, "b": 0, "c": 100}, loop)
    assert table.loc["a"].tolist() == [30, 30, (("ca", "forward"), ("ba", "forward")), "ties"]


def test_needs_of_others_come_first():
    ties = net(("ca", "c", "a", 500), ("cb", "c", "b", 500))
    table = spare({"a": 0, "b": -60, "c": 100}, ties)
    assert table["spare_mw"].to_dict() == {"a": 40, "b": 40, "c": 40}


def test_two_short_areas_each_ask_after_the_other():
    ties = net(("ca", "c", "a", 500), ("cb", "c", "b", 500))
    available = {"a": -100.0, "b": -100.0, "c": 150.0}
    assert spare(available, ties)["spare_mw"].to_dict() == {"a": -50, "b": -50, "c": 0}
    shared = shared_shortfall_mw(pd.Series(available), ties)
    assert shared.total_mw == 50
    assert shared.by_area_mw.to_dict() == {"a": 0, "b": 50, "c": 0}
    assert shared.binding == ()


def test_a_tie_used_up_by_anothers_need_is_not_blamed():
    ties = net(("cb", "c", "b", 50), ("ba", "b", "a", 1000))
    table = spare({"a": 0, "b": -100, "c": 100}, ties)
    assert table.loc["a"].tolist() == [0, 0, (), "others"]
    assert table.loc["b"].tolist() == [-50, 50, (("cb", "forward"),), "ties"]
    shared = shared_shortfall_mw(pd.Series({"a": 0.0, "b": -100.0, "c": 100.0}), ties)
    assert (shared.total_mw, shared.binding) == (50, (("cb", "forward"),))


def test_unknown_area_neither_gives_nor_takes_nor_passes_on():
    ties = net(("cb", "c", "b", 50), ("ba", "b", "a", 50))
    table = spare({"a": -10, "b": np.nan, "c": 100}, ties)
    assert table.loc["a", "spare_mw"] == -10
    assert table.loc["c", "spare_mw"] == 100
    assert table.loc["b", ["spare_mw", "import_mw"]].isna().all()
    assert table.loc["b", "binding"] == ()
    shared = shared_shortfall_mw(pd.Series({"a": -10, "b": np.nan, "c": 100}), ties)
    assert shared.total_mw == 10
    assert np.isnan(shared.by_area_mw["b"])


def test_nothing_known_is_nothing_served():
    table = spare({"a": np.nan, "b": np.nan}, net(("ab", "b", "a", 50)))
    assert table["spare_mw"].isna().all()
    assert shared_shortfall_mw(pd.Series({"a": np.nan}), net()).total_mw == 0


def test_ties_to_areas_without_a_row_carry_nothing():
    table = spare({"a": -10}, net(("ab", "elsewhere", "a", 50)))
    assert table.loc["a", "spare_mw"] == -10


def test_a_watt_is_not_lost():
    table = spare({"a": -0.000001, "b": 0.3}, net(("ab", "b", "a", 0.1)))
    assert table.loc["a", "spare_mw"] == 0.099999
    assert table.loc["b", "spare_mw"] == 0.299999


NAMES = "abcdefg"


@st.composite
def nets(draw, most_areas=4, most_ties=8):
    count = draw(st.integers(2, most_areas))
    areas = list(NAMES[:count])
    available = {area: float(draw(st.integers(-50, 50))) for area in areas}
    pair = st.lists(st.sampled_from(areas), min_size=2, max_size=2, unique=True)
    pairs = draw(st.lists(pair, max_size=most_ties))
    ties = [(f"t{i}", *ends, draw(st.integers(0, 40))) for i, ends in enumerate(pairs)]
    return pd.Series(available), net(*ties)


def programme(available, ties, asked):
    """Spare of one area by two linear programmes, straight from the meaning of the words.

    Variables: one flow a tie, then one unmet need an area. First the others' unmet needs are made
    as small as the ties allow while `asked` takes nothing; then `asked` takes all it can while
    their sum stays that small.
    """
    areas, count = list(available.index), len(ties)
    arrives = np.zeros((len(areas), count + len(areas)))
    for column, tie in enumerate(ties.itertuples()):
        arrives[areas.index(tie.to_area), column] += 1
        arrives[areas.index(tie.from_area), column] -= 1
    own = areas.index(asked)
    others = [i for i in range(len(areas)) if i != own]
    unmet = np.zeros(count + len(areas))
    unmet[[count + i for i in others]] = 1
    balance = arrives.copy()
    for i in others:
        balance[i, count + i] = 1
    least = -available.to_numpy()
    least[own] = -max(available[asked], 0.0)  # it cannot send what it does not have
    bounds = [(0, mw) for mw in ties["capacity_mw"]] + [(0, None)] * len(areas)
    first = linprog(unmet, A_ub=-balance, b_ub=-least, bounds=bounds)
    second = linprog(
        -arrives[own],
        A_ub=np.vstack([-balance, unmet]),
        b_ub=np.append(-least, first.fun + 1e-9),
        bounds=bounds,
    )
    assert first.status == second.status == 0
    return available[asked] - second.fun


@settings(deadline=None, max_examples=60)
@given(nets())
def test_a_linear_programme_finds_the_same_spare(case):
    available, ties = case
    table = spare_with_ties(available, ties)
    for area in available.index:
        expected = programme(available, ties, area)
        assert table.loc[area, "spare_mw"] == pytest.approx(expected, abs=1e-5)


@settings(deadline=None, max_examples=60)
@given(nets(most_areas=6, most_ties=12))
def test_a_linear_programme_finds_the_same_shortfall(case):
    """Least sum of unmet needs over flows within the ties: what no sharing avoids."""
    available, ties = case
    areas, count = list(available.index), len(ties)
    balance = np.zeros((len(areas), count + len(areas)))
    for column, tie in enumerate(ties.itertuples()):
        balance[areas.index(tie.to_area), column] += 1
        balance[areas.index(tie.from_area), column] -= 1
    balance[:, count:] = np.eye(len(areas))
    result = linprog(
        np.append(np.zeros(count), np.ones(len(areas))),
        A_ub=-balance,
        b_ub=available.to_numpy(),
        bounds=[*((0, mw) for mw in ties["capacity_mw"]), *[(0, None)] * len(areas)],
    )
    assert result.status == 0
    shared = shared_shortfall_mw(available, ties)
    assert shared.total_mw == pytest.approx(result.fun, abs=1e-5)
    # the named ties are full in the programme too: the cut is one of its own
    used = dict(zip(ties["tie"], zip(result.x, ties["capacity_mw"], strict=False), strict=True))
    for tie, _ in shared.binding:
        assert used[tie][0] == pytest.approx(used[tie][1], abs=1e-5)


def flow(available, ties, needs):
    """Most that spare capacity can serve to `needs`, by SciPy's search for a flow."""
    areas, source, sink = list(available.index), len(available), len(available) + 1
    graph = np.zeros((sink + 1, sink + 1), dtype=np.int32)
    for tie in ties.itertuples():
        graph[areas.index(tie.from_area), areas.index(tie.to_area)] += int(tie.capacity_mw)
    graph[source, : len(areas)] = available.clip(lower=0)
    graph[: len(areas), sink] = needs
    return maximum_flow(csr_array(graph), source, sink).flow_value


@settings(deadline=None, max_examples=60)
@given(nets(most_areas=7, most_ties=16))
def test_a_maximum_flow_finds_the_same_spare_and_shortfall(case):
    available, ties = case
    table = spare_with_ties(available, ties)
    short = (-available).clip(lower=0)
    for area in available.index:
        others = short.where(short.index != area, 0)
        unbounded = others.where(others.index != area, 10_000)
        served = flow(available, ties, unbounded) - flow(available, ties, others)
        assert table.loc[area, "spare_mw"] == served - short[area]
    shared = shared_shortfall_mw(available, ties)
    assert shared.total_mw == short.sum() - flow(available, ties, short)


@settings(deadline=None, max_examples=60)
@given(nets(most_areas=6, most_ties=12))
def test_the_split_of_the_shortfall_can_be_served(case):
    available, ties = case
    shared = shared_shortfall_mw(available, ties)
    served = (-available).clip(lower=0) - shared.by_area_mw
    assert (shared.by_area_mw >= 0).all()
    assert (served >= 0).all()
    assert shared.by_area_mw.sum() == shared.total_mw
    assert flow(available, ties, served) == served.sum()


@settings(deadline=None, max_examples=60)
@given(nets(most_areas=6, most_ties=12))
def test_taking_the_spare_costs_others_nothing_and_one_more_does(case):
    available, ties = case
    for area, mw in spare_with_ties(available, ties)["spare_mw"].items():
        others = available.where(available.index != area, max(available[area], 0.0))
        before = shared_shortfall_mw(others, ties).total_mw
        taken = available - pd.Series(mw, index=[area]).reindex(available.index, fill_value=0.0)
        assert shared_shortfall_mw(taken, ties).total_mw == before
        one_more = taken - pd.Series(1.0, index=[area]).reindex(taken.index, fill_value=0.0)
        assert shared_shortfall_mw(one_more, ties).total_mw == before + 1


def least_cuts(available, ties, needs, around):
    """How many groups around an area have the least cut, by trying every group."""
    cuts = []
    for size in range(len(available)):
        for others in itertools.combinations(available.index.drop(around), size):
            group = {around, *others}
            entering = ties["to_area"].isin(group) & ~ties["from_area"].isin(group)
            spare_inside = available[list(group)].clip(lower=0).sum()
            needs_outside = needs.drop(list(group)).sum()
            cuts.append(ties["capacity_mw"][entering].sum() + spare_inside + needs_outside)
    return cuts.count(min(cuts))


@pytest.mark.thorough
@settings(deadline=None, max_examples=80)
@given(nets(most_areas=5, most_ties=10))
def test_binding_ties_bind_and_the_others_do_not(case):
    available, ties = case
    table = spare_with_ties(available, ties)
    for area in available.index:
        others = (-available).clip(lower=0).where(available.index != area, 0)
        if least_cuts(available, ties, others, area) > 1:
            continue
        before, binding = table.loc[area, "spare_mw"], dict(table.loc[area, "binding"])
        for tie in ties["tie"]:
            wider = ties["capacity_mw"] + 1e-6 * (ties["tie"] == tie)
            after = spare_with_ties(available, ties.assign(capacity_mw=wider))
            assert (after.loc[area, "spare_mw"] > before) == (tie in binding)


@settings(deadline=None, max_examples=60)
@given(nets(most_areas=6, most_ties=12))
def test_what_limits_is_named(case):
    available, ties = case
    table = spare_with_ties(available, ties)
    short = shared_shortfall_mw(available, ties)
    assert (table["binding"].str.len() > 0).equals(table["limited_by"] == "ties")
    if short.total_mw == 0:
        assert not (table["limited_by"] == "others").any()


@settings(deadline=None, max_examples=40)
@given(nets(most_areas=6, most_ties=12), st.randoms())
def test_order_of_rows_does_not_matter(case, random):
    available, ties = case
    order = list(available.index)
    random.shuffle(order)
    turned = spare_with_ties(available[order], ties).loc[available.index]
    pd.testing.assert_frame_equal(turned, spare_with_ties(available, ties))
    shared, again = (shared_shortfall_mw(each, ties) for each in (available, available[order]))
    assert shared.by_area_mw.to_dict() == again.by_area_mw.to_dict()
