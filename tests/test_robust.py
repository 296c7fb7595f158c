"""Low headroom at any gamma groups: by head, against every set of groups, and its limits."""

from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pyomo.environ as pyo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from data.errors import InfeasibleError, InputError
from optimize.alternative import binding
from optimize.explain import explain_clash
from optimize.highs import solve_arrays
from optimize.matrix import compile_model
from optimize.model import build_model
from optimize.model.compute import peak_mw_per_it_mw
from optimize.model.needed import needed_it_mw
from optimize.model.nesting import Nested, count_leaves, walk_groups
from optimize.model.robust import losing_walk
from optimize.model.terms import total
from optimize.plan import choose_sites
from optimize.prune import needless_sites
from optimize.read_robust import read_worst_case
from optimize.solve import SolverSettings
from tests.small_problems import (
    cost_table,
    demand_of,
    headroom,
    keyed,
    lift_table,
    low_ends,
    members,
    reinforcement_table,
    site_table,
    two_sites,
    workload_table,
)

EXACT = SolverSettings(gap_share=1e-9)
few = settings(max_examples=6, deadline=None, derandomize=True)


def cost(problem):
    return solve_arrays(compile_model(build_model(problem)), EXACT).cost_myen


def four_sites(gamma, *, upper_low=None, it_mw=30.0, **changes):
    """Sites a to d, 10 MW each but d with 100; one MW costs 1, 2, 3 and 4; low ends 4 MW."""
    names = ["a", "b", "c", "d"]
    groups = {(name, 2026): 10.0 for name in names[:3]} | {("d", 2026): 100.0}
    low = {key: min(mw, 4.0) for key, mw in groups.items()} | {("d", 2026): 100.0}
    inside = {name: [name] for name in names}
    if upper_low is not None:
        groups, low = groups | {("upper", 2026): 30.0}, low | {("upper", 2026): upper_low}
        inside["upper"] = ["a", "b", "c"]
    problem = two_sites(
        sites=site_table(a={}, b={}, c={}, d={}),
        costs=cost_table(a=(0, 1), b=(0, 2), c=(0, 3), d=(0, 4)),
        demand=demand_of(training={2026: it_mw}),
        groups=headroom(groups),
        group_sites=members(**inside),
        low_headroom=low_ends(gamma, low),
    )
    return replace(problem, **changes)


# --- by head ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("gamma", "myen"), [(0, 60.0), (1, 84.0), (2, 96.0)])
def test_spare_is_bought_until_low_ends_are_cheaper(gamma, myen):
    # With x MW each at a, b and c, d has to hold 30 - 3x + gamma (x - 4) at 4 M¥ a MW.
    # gamma 1: 6x + 4 (26 - 2x) falls with x: all full, 60 + 24.
    # gamma 2: 6x + 4 (22 - x) grows with x: all at their low end, 24 + 72.
    assert cost(four_sites(gamma)) == pytest.approx(myen)


def test_all_low_is_the_low_case_and_more_budget_changes_nothing():
    # a, b, c at 4 MW (4 + 8 + 12), d takes 18 MW at 4
    assert cost(four_sites(3)) == pytest.approx(24 + 72)
    assert cost(four_sites(99)) == pytest.approx(24 + 72)
    low = four_sites(0)
    low = replace(low, groups=low.low_headroom.low_mw.to_frame("headroom_mw"))
    assert cost(low) == pytest.approx(24 + 72)


def test_gamma_zero_adds_no_row():
    plain = build_model(replace(four_sites(0), low_headroom=low_ends(0, {})))
    feared = build_model(four_sites(0))
    names = [[c.name for c in m.component_objects()] for m in (plain, feared)]
    assert names[0] == names[1]
    assert "survive_low_headroom" not in names[0]


def test_headroom_that_cannot_be_lower_adds_no_row():
    problem = four_sites(2)
    same = replace(problem.low_headroom, low_mw=problem.groups["headroom_mw"])
    model = build_model(replace(problem, low_headroom=same))
    assert model.component("survive_low_headroom") is None


def test_a_nested_group_loses_its_megawatts_once():
    # used 30 in upper: a, b and c lose 6 each, upper (low end 14) loses 16; d holds the spare.
    # One low: upper, 16. Two: upper still, 16, for a and b lie in it and lose but 12 together.
    # Three: 18 by a, b and c.
    table = {gamma: contracts(four_sites(gamma, upper_low=14.0, **full())) for gamma in (1, 2, 3)}
    assert {gamma: by_site["d"] for gamma, by_site in table.items()} == pytest.approx(
        {1: 16.0, 2: 16.0, 3: 18.0}
    )


def full():
    """Costs at which a, b and c are full whatever may be lost: their MW earn, those of d cost."""
    return {"costs": cost_table(a=(0, -9), b=(0, -9), c=(0, -9), d=(0, 4))}


def contracts(problem):
    plan = choose_sites(problem, EXACT)
    return plan.sites["contract_mw"].xs(2026, level="fiscal_year").to_dict()


def test_the_usual_dual_would_be_too_dear_for_nested_groups():
    # module text: three groups of 2 in one of 4 lose 4 at gamma = 2; the fraction 1/2 of all, 5
    gain, inside = np.array([2.0, 2.0, 2.0, 4.0]), np.eye(3, 4)
    inside[:, 3] = 1.0
    rows = np.vstack([inside, np.ones(4)])
    relaxed = linprog(-gain, A_ub=rows, b_ub=[1, 1, 1, 2], bounds=(0, 1))
    assert -relaxed.fun == pytest.approx(5.0)
    problem = four_sites(2, upper_low=26.0, **full())
    low = keyed({(g, 2026): 8.0 for g in "abc"}, ["group", "fiscal_year"])
    low_mw = low.combine_first(problem.low_headroom.low_mw)
    problem = replace(problem, low_headroom=replace(problem.low_headroom, low_mw=low_mw))
    assert contracts(problem)["d"] == pytest.approx(4.0)


def test_works_in_service_lift_the_low_end_too():
    works = reinforcement_table(line=("a", 6.0, 2026, 0.5))
    plan = choose_sites(four_sites(1, reinforcements=works), EXACT)
    assert plan.reinforcements.loc[("line", 2026), "in_service"]


def test_loss_is_counted_in_servers_at_the_best_pue_of_the_group():
    # a is full, for its MW earn: 10 MW at PUE 1.25 and overhead 0.6 power 5 MW of servers
    sites = site_table(a={"pue_peak": 1.25}, d={})
    problem = two_sites(
        sites=sites,
        costs=cost_table(a=(0, -9), d=(0, 4)),
        overhead_share=0.6,
        demand=demand_of(training={2026: 5.0}),
        groups=headroom({("a", 2026): 10.0}),
        group_sites=members(a=["a"]),
        low_headroom=low_ends(1, {("a", 2026): 4.0}),
    )
    # 6 MW lost are 3 MW of servers, which take 3 x 1.6 MW at d
    plan = choose_sites(problem, EXACT)
    assert plan.sites["contract_mw"]["d", 2026] == pytest.approx(4.8)
    worst = read_worst_case(problem, plan).loc[2026]
    assert worst["low_groups"] == ("a",)
    assert worst[["needed_it_mw", "connected_it_mw", "lost_it_mw"]].tolist() == pytest.approx(
        [5.0, 8.0, 3.0]
    )


def test_what_is_left_unmet_is_left_unmet_in_the_worst_case():
    paid = workload_table(training={"shortfall_price_myen": 3.5})
    plan = choose_sites(four_sites(1, workloads=paid), EXACT)
    # a MW more at d costs 4, leaving it unmet 3.5; c at 3 saves 0.5 and is worth having
    assert plan.sites["contract_mw"]["d", 2026] == pytest.approx(0.0)
    assert plan.shortfall["unmet"].sum() > 0


def test_eflops_need_the_power_of_the_year_that_asks_for_them():
    keys = ["workload", "fiscal_year"]
    problem = two_sites(
        years=(2026, 2028, 2030),
        workloads=workload_table(training={"kind": "eflops"}),
        demand=demand_of(training={2026: 4.0, 2030: 10.0}),
        mw_per_eflops=keyed({("training", y): 1 / (y - 2025) for y in (2026, 2028, 2030)}, keys),
    )
    assert needed_it_mw(problem).to_dict() == pytest.approx({2026: 4.0, 2028: 0.0, 2030: 5.2})


# --- the walk --------------------------------------------------------------------------------


def test_walk_of_groups_with_the_same_sites_and_of_crossing_ones():
    same = walk_groups({"one": ["x"], "two": ["x"]})
    assert same == [Nested("one", 2), Nested("two", 2)]
    crossing = walk_groups({"p": ["x", "y"], "q": ["y", "z"]})
    assert crossing == [Nested("p", 1), Nested("q", 2)]
    assert [count_leaves(same), count_leaves(crossing), count_leaves([])] == [1, 2, 0]


def test_groups_without_sites_are_not_walked():
    assert walk_groups({"none": [], "x": ["s"]}) == [Nested("x", 1)]


# --- against every set of groups -------------------------------------------------------------


def random_nest(seed, gamma, *, same_pue=True, crossing=False):
    """Five sites, each its own group, two banks and an upper system; one or two years."""
    rng = np.random.default_rng(seed)
    names = [f"s{i}" for i in range(5)]
    years = (2026, 2027) if seed % 2 else (2026,)
    table = site_table(**{n: {} for n in names}).assign(
        max_mw=rng.integers(8, 25, 5).astype(float),
        min_mw=rng.choice([0.0, 3.0], 5),
        pue_peak=1.25 if same_pue else rng.uniform(1.1, 1.5, 5),
    )
    inside = {n: [n] for n in names}
    second = names[1:4] if crossing else names[2:4]
    inside |= {"bank": names[:2], "bank2": second, "upper": names[:4]}
    most = {g: sum(table["max_mw"][s] for s in sites) for g, sites in inside.items()}
    high = {(g, y): mw * rng.uniform(0.6, 1.1) for g, mw in most.items() for y in years}
    low = {key: mw * rng.uniform(0.2, 1.0) for key, mw in high.items()}
    asked = rng.uniform(10, 30)
    return two_sites(
        years=years,
        sites=table,
        costs=cost_table(**{n: (rng.uniform(0, 20), rng.uniform(1, 9)) for n in names}),
        workloads=workload_table(training={"shortfall_price_myen": 40.0}),
        demand=demand_of(training={y: asked * (1 + y - 2026) for y in years}),
        groups=headroom(high),
        group_sites=members(**inside),
        reinforcements=reinforcement_table(line=("bank", 6.0, 2026, rng.uniform(1, 20))),
        lifts=lift_table(("line", "upper", 6.0)),
        low_headroom=low_ends(gamma, low),
    )


def extensive_cost(problem):
    """Every set of groups stated with its own use of the contracts: nothing of the nest trusted."""
    gamma, low_mw = problem.low_headroom.gamma, problem.low_headroom.low_mw
    model = build_model(replace(problem, low_headroom=low_ends(0, {})))
    inside = problem.group_sites.groupby("group")["site"].agg(list).to_dict()
    peak, needed = peak_mw_per_it_mw(problem), needed_it_mw(problem)
    lifted = problem.lifted()
    sets = list(combinations(inside, min(gamma, len(inside))))
    places = [(u, y) for u in range(len(sets)) for y in problem.years]
    model.used = pyo.Var(range(len(sets)), model.SITES, model.YEARS, domain=pyo.NonNegativeReals)
    model.every = pyo.ConstraintList()
    for u, y in places:
        for s in model.SITES:
            model.every.add(model.used[u, s, y] <= model.contract_mw[s, y])
        for g, sites in inside.items():
            mw = low_mw[g, y] if g in sets[u] else problem.groups["headroom_mw"][g, y]
            added = sum(
                row.added_mw * model.reinforce[row.option, y]
                for row in lifted[lifted["group"] == g].itertuples()
            )
            model.every.add(sum(model.used[u, s, y] for s in sites) <= mw + added)
        powered = total((1 / peak[s], model.used[u, s, y]) for s in model.SITES)
        model.every.add(powered + model.unmet["training", y] >= needed[y])
    return solve_arrays(compile_model(model), EXACT).cost_myen


@given(st.integers(0, 10**6), st.integers(1, 6))
@few
def test_costs_what_stating_every_set_of_groups_costs(seed, gamma):
    problem = random_nest(seed, gamma)
    assert cost(problem) == pytest.approx(extensive_cost(problem), rel=1e-6, abs=1e-6)


@given(st.integers(0, 10**6), st.integers(1, 4), st.booleans())
@few
def test_is_never_less_safe_where_pue_differs_or_groups_cross(seed, gamma, crossing):
    problem = random_nest(seed, gamma, same_pue=False, crossing=crossing)
    assert cost(problem) >= extensive_cost(problem) * (1 - 1e-6) - 1e-6


@given(st.integers(0, 10**6), st.integers(1, 4), st.booleans())
@few
def test_no_set_of_low_groups_leaves_demand_without_power(seed, gamma, crossing):
    problem = random_nest(seed, gamma, same_pue=not crossing, crossing=crossing)
    plan = choose_sites(problem, EXACT)
    worst = read_worst_case(problem, plan)
    unmet = plan.shortfall["unmet"].groupby(level="fiscal_year").sum()
    least = pd.Series({y: least_power(problem, plan, y, gamma) for y in problem.years})
    assert (least + unmet >= worst["needed_it_mw"] - 1e-5).all()
    held = worst["connected_it_mw"] - worst["lost_it_mw"]
    assert (least >= held - 1e-5).all()
    if not crossing:
        assert least.to_numpy() == pytest.approx(held.to_numpy(), abs=1e-5)


def least_power(problem, plan, year, gamma):
    """Servers that the worst set of low groups leaves powered, one linear program a set. [MW]"""
    contract = plan.sites["contract_mw"].xs(year, level="fiscal_year")
    peak = pd.Series(peak_mw_per_it_mw(problem)).reindex(contract.index)
    inside = problem.group_sites.groupby("group")["site"].agg(set)
    rows = np.array([[s in sites for s in contract.index] for sites in inside], dtype=float)
    high = problem.groups["headroom_mw"].xs(year, level="fiscal_year").reindex(inside.index)
    low = problem.low_headroom.low_mw.xs(year, level="fiscal_year").reindex(inside.index)
    added = plan.groups["headroom_mw"].xs(year, level="fiscal_year").reindex(inside.index) - high
    powers = []
    for chosen in combinations(inside.index, min(gamma, len(inside))):
        limit = high.mask(high.index.isin(chosen), low) + added
        bounds = [(0, mw + 1e-9) for mw in contract]
        found = linprog(-1 / peak, A_ub=rows, b_ub=limit + 1e-9, bounds=bounds)
        powers.append(-found.fun)
    return min(powers)


@given(st.integers(0, 10**6), st.booleans())
@few
def test_more_low_groups_never_cost_less(seed, crossing):
    gammas = (0, 1, 2, 3, 5, 99)
    costs = [cost(random_nest(seed, g, same_pue=False, crossing=crossing)) for g in gammas]
    assert all(b >= a - 1e-6 * abs(a) for a, b in pairwise(costs))


@given(st.integers(0, 10**6))
@few
def test_all_low_costs_as_much_as_the_low_case_without_smallest_sizes(seed):
    # one year: a low end that falls later would hold back contracts, which never fall, earlier
    problem = random_nest(2 * seed, 99)
    problem = replace(problem, sites=problem.sites.assign(min_mw=0.0))
    low = replace(
        problem,
        groups=problem.low_headroom.low_mw.to_frame("headroom_mw"),
        low_headroom=low_ends(0, {}),
    )
    assert cost(problem) == pytest.approx(cost(low), rel=1e-6)


# --- around the model ------------------------------------------------------------------------


def test_rows_grow_with_gamma_not_with_the_number_of_sets():
    def rows(gamma):
        return compile_model(build_model(random_nest(2, gamma))).shape[0]

    walk = losing_walk(random_nest(2, 1))
    assert rows(1) - rows(0) == 2 * len(walk)
    assert rows(2) - rows(1) <= 2 * len(walk)
    assert rows(99) == rows(1)


def test_clash_names_gamma():
    problem = four_sites(
        1,
        groups=headroom({(g, 2026): 8.0 for g in "abcd"}),
        low_headroom=low_ends(1, {(g, 2026): 4.0 for g in "abcd"}),
    )
    with pytest.raises(InfeasibleError):
        choose_sites(problem, EXACT)
    clash = {c.limit: c.relax_by for c in explain_clash(problem).clashes}
    # 32 MW, 4 lost, 30 needed
    assert clash["headroom.gamma"] == pytest.approx(2.0)


def test_binding_names_the_group_whose_low_end_would_hurt():
    problem = four_sites(1)
    table = binding(problem, choose_sites(problem, EXACT))
    rows = table[table["limit"] == "respect_low_headroom"]
    assert len(rows)
    assert set(rows["key"]) <= {"a", "b", "c"}
    assert (rows["key"] == rows["site"]).all()


def test_a_site_whose_stand_in_might_be_low_is_not_needless():
    base = two_sites(
        sites=site_table(
            cheap={"min_mw": 10.0, "max_mw": 10.0}, dear={"min_mw": 10.0, "max_mw": 10.0}
        ),
        groups=headroom({("point", 2026): 10.0, ("own", 2026): 10.0}),
        group_sites=members(point=["cheap", "dear"], own=["cheap"]),
        demand=demand_of(training={2026: 10.0}),
    )
    assert needless_sites(base, ["dear"]) == {"dear": "cheap"}
    low = low_ends(1, {("point", 2026): 10.0, ("own", 2026): 5.0})
    assert needless_sites(replace(base, low_headroom=low), ["dear"]) == {}


@pytest.mark.parametrize(
    ("gamma", "low", "where"),
    [
        (-1, {}, "low_headroom.gamma"),
        (1, {("a", 2026): 11.0}, "low_headroom.low_mw[('a', 2026)]"),
        (1, {("a", 2026): -1.0}, "low_headroom.low_mw[('a', 2026)]"),
        (1, {("a", 2026): np.nan}, "low_headroom.low_mw[('a', 2026)]"),
    ],
)
def test_wrong_low_ends_are_named(gamma, low, where):
    problem = four_sites(0)
    low_mw = keyed(low, ["group", "fiscal_year"])
    rest = problem.low_headroom.low_mw.drop(low_mw.index)
    feared = replace(problem.low_headroom, gamma=gamma, low_mw=pd.concat([rest, low_mw]))
    with pytest.raises(InputError) as caught:
        replace(problem, low_headroom=feared)
    assert [p.where for p in caught.value.problems] == [where]


# --- works that lift several groups ----------------------------------------------------------


@pytest.mark.parametrize(("lifts", "taken"), [([], False), ([("line", "upper", 12.0)], True)])
def test_works_that_lift_the_bank_and_what_is_above_it(lifts, taken):
    # 12 MW more at cheap save 24, the works cost 20; the bank alone is held by the upper system
    problem = two_sites(
        groups=headroom({("bank", 2026): 8.0, ("upper", 2026): 8.0}),
        group_sites=members(bank=["cheap"], upper=["cheap"]),
        reinforcements=reinforcement_table(line=("bank", 12.0, 2026, 20.0)),
        lifts=lift_table(*lifts),
    )
    plan = choose_sites(problem, EXACT)
    assert plan.reinforcements.loc[("line", 2026), "in_service"] == taken
    held = 20.0 if taken else 8.0
    assert plan.groups["headroom_mw"].to_dict() == pytest.approx(
        {("bank", 2026): held, ("upper", 2026): held}
    )
    assert plan.record.cost_myen == pytest.approx(70 + 20 if taken else 10 + 8 + 10 + 66)


@pytest.mark.parametrize(("myen", "taken"), [(31.0, True), (33.0, False)])
def test_sites_share_works_their_lead_time_and_their_cost(myen, taken):
    # from 2027 on 8 MW more save 8 x (5 - 1) = 32, whichever of the two takes how much
    years = (2026, 2027)
    problem = two_sites(
        years=years,
        sites=site_table(a={"max_mw": 10.0}, b={"max_mw": 10.0}, d={}),
        costs=cost_table(a=(0, 1), b=(0, 1), d=(0, 5)),
        demand=demand_of(training={2026: 15.0, 2027: 23.0}),
        groups=headroom({("bank", y): 12.0 for y in years}),
        group_sites=members(bank=["a", "b"]),
        reinforcements=reinforcement_table(line=("bank", 8.0, 2027, myen)),
    )
    plan = choose_sites(problem, EXACT)
    assert plan.reinforcements["in_service"].to_dict() == {
        ("line", 2026): False,
        ("line", 2027): taken,
    }
    used = plan.groups["used_mw"].to_dict()
    assert used[("bank", 2026)] == pytest.approx(12.0)
    assert used[("bank", 2027)] == pytest.approx(20.0 if taken else 12.0)


@pytest.mark.parametrize(
    ("row", "where"),
    [
        (("rope", "bank", 1.0), "lifts[rope]"),
        (("line", "attic", 1.0), "groups[attic]"),
        (("line", "bank", 1.0), "lifts[line]"),
        (("line", "upper", np.nan), "lifts"),
    ],
)
def test_wrong_lifts_are_named(row, where):
    with pytest.raises(InputError) as caught:
        two_sites(
            groups=headroom({("bank", 2026): 8.0, ("upper", 2026): 8.0}),
            group_sites=members(bank=["cheap"], upper=["cheap"]),
            reinforcements=reinforcement_table(line=("bank", 12.0, 2026, 20.0)),
            lifts=lift_table(row),
        )
    assert where in [p.where for p in caught.value.problems]
