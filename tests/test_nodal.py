"""The network inside the siting model: by head, by brute force, and lazy against full."""

import contextlib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data.errors import InfeasibleError, InputError, PlanError
from data.layer import Credit
from data.network import Network
from data.network_parts import branch_rows, bus_rows, generator_rows
from grid.network_arrays import grid_of
from optimize.check_nodal import check_nodal
from optimize.flexibility import Flexibility
from optimize.lazy import OVERLOAD_MW, Loop, find_violated, network_rows, solve_nodal
from optimize.matrix import compile_model
from optimize.model import build_model
from optimize.model.nodal import LIMIT, add_rows, declare_nodal, every_row, read_injections
from optimize.nodal_network import nodal_grid_of
from optimize.nodal_refusals import explain_refusals
from optimize.solve import SolverSettings, solve
from tests.small_clean import sunny
from tests.small_nodal import (
    case_grid,
    flows_without,
    random_cases,
    ring,
    slice_grid,
)
from tests.small_problems import demand_of, random_problem, two_sites, workload_table
from tests.test_brute_force import cheapest_by_enumeration

EXACT = SolverSettings(gap_share=1e-8)


def compiled(problem, grid):
    check_nodal(problem, grid)
    model = build_model(problem)
    declare_nodal(model, problem, grid)
    matrix = compile_model(model)
    return model, matrix, read_injections(model, matrix, problem, grid)


def lazily(problem, grid):
    model, matrix, injections = compiled(problem, grid)
    return model, injections, solve_nodal(matrix, grid, injections, EXACT)


def full(problem, grid):
    _, matrix, injections = compiled(problem, grid)
    return add_rows(matrix, grid, injections, every_row(grid, injections))


def contracts(lazy, year=2026):
    pairs = zip(lazy.matrix.variables, lazy.solution.values.tolist(), strict=True)
    return {
        v.index()[0]: mw
        for v, mw in pairs
        if v.parent_component().name == "contract_mw" and v.index()[1] == year
    }


def test_a_ring_of_three_carries_after_an_outage_what_one_side_can():
    """Both ways to `cheap` share its draw; with one out the other carries all: 8 of 20 MW."""
    grid = case_grid(ring(3), 8.0, {"cheap": 1})
    _, _, lazy = lazily(two_sites(), grid)
    assert contracts(lazy)["cheap"] == pytest.approx(8.0, abs=1e-3)
    assert contracts(lazy)["dear"] == pytest.approx(22.0, abs=1e-3)
    rows = network_rows(lazy)
    tight = rows[rows["slack_mw"].abs() < 1e-3]
    assert set(zip(tight["branch"], tight["outage"], strict=True)) <= {
        ("0-1", "2-0"),
        ("0-1", "1-2"),
        ("1-2", "0-1"),
        ("2-0", "0-1"),
    }
    assert not tight.empty
    # one MW more costs 1 M¥ a year there and 3 M¥ at the other site
    assert tight["price_myen"].abs().max() == pytest.approx(2.0)


def test_without_outages_to_screen_the_ring_carries_more():
    """2/3 of the draw take the direct way: 12 MW at 8 MW of rating."""
    grid = case_grid(ring(3), 8.0, {"cheap": 1}, outages=())
    _, _, lazy = lazily(two_sites(), grid)
    assert contracts(lazy)["cheap"] == pytest.approx(12.0, abs=1e-3)
    assert lazy.certificate.unscreened == grid.branches


def test_outages_that_split_the_network_are_listed_and_not_screened():
    grid = case_grid([*ring(3), (1, 3)], 15.0, {"cheap": 3})
    _, _, lazy = lazily(two_sites(), grid)
    assert lazy.certificate.unscreened == ("1-3",)
    assert contracts(lazy)["cheap"] == pytest.approx(15.0, abs=1e-3)


def test_a_branch_without_rating_limits_nothing():
    grid = case_grid(ring(3), np.nan, {"cheap": 1})
    _, _, lazy = lazily(two_sites(), grid)
    assert contracts(lazy)["cheap"] == pytest.approx(20.0, abs=1e-3)
    assert lazy.certificate.rows_added == 0


def test_phase_shifters_move_the_base_flow():
    grid = case_grid(ring(3), 8.0, {"cheap": 1}, outages=())
    shifted = replace(grid, base_flow_mw=np.array([3.0, 3.0, 3.0]))
    _, _, lazy = lazily(two_sites(), shifted)
    assert contracts(lazy)["cheap"] == pytest.approx(7.5, abs=1e-3)


def test_a_case_may_draw_a_part_of_the_contract():
    grid = case_grid(ring(3), 8.0, {"cheap": 1}, draw_share=pd.Series({"peak": 0.5}))
    _, _, lazy = lazily(two_sites(), grid)
    assert contracts(lazy)["cheap"] == pytest.approx(16.0, abs=1e-3)


def test_the_site_left_out_is_told_its_branch_and_outage():
    """`cheap` needs at least 10 MW and the ring has 8 for it: it is not built at all."""
    problem = two_sites()
    problem.sites.loc["cheap", "min_mw"] = 10.0
    grid = case_grid(ring(3), 8.0, {"cheap": 1})
    _, injections, lazy = lazily(problem, grid)
    assert contracts(lazy)["cheap"] == 0.0
    told = explain_refusals(problem, grid, injections, lazy).loc["cheap"]
    assert told["room_mw"] == pytest.approx(8.0)
    assert told["kept_out"]
    assert {told["branch"], told["outage"]} <= {"0-1", "1-2", "2-0"}
    assert told["branch"] != told["outage"]
    assert (told["place"], told["fiscal_year"], told["node"]) == ("peak", 2026, "n1")


def test_a_site_left_out_for_its_price_is_not_blamed_on_the_network():
    problem = two_sites(demand=demand_of(training={2026: 15.0}))
    grid = case_grid(ring(3), 100.0, {"cheap": 1, "dear": 2})
    _, injections, lazy = lazily(problem, grid)
    told = explain_refusals(problem, grid, injections, lazy)
    assert list(told.index) == ["dear"]
    assert not told.loc["dear", "kept_out"]
    # drawing 15 MW at n1 leaves the other site the weaker of two ways after an outage
    assert told.loc["dear", "room_mw"] == pytest.approx(85.0)
    assert told.loc["dear", "price_branch"] == ""


def test_a_base_case_that_does_not_hold_is_said_to_be_infeasible():
    base = {"peak": np.array([30.0, -30.0, 0.0])}
    grid = case_grid(ring(3), 25.0, {"cheap": 1}, base=base)
    with pytest.raises(InfeasibleError, match="network") as caught:
        lazily(two_sites(), grid)
    worst = max(caught.value.clashes, key=lambda clash: clash.relax_by)
    assert worst.relax_by == pytest.approx(5.0, abs=0.01)
    assert "after the outage of" in worst.where
    far = case_grid(ring(3), 25.0, {}, base=base)
    with pytest.raises(InfeasibleError, match="whatever is decided"):
        lazily(two_sites(), far)


def test_demand_the_network_cannot_carry_names_the_branch():
    grid = case_grid(ring(3), 4.0, {"cheap": 1, "dear": 1})
    with pytest.raises(InfeasibleError) as caught:
        lazily(two_sites(), grid)
    total_mw = sum(clash.relax_by for clash in caught.value.clashes)
    assert total_mw >= 26.0 - 0.01
    assert all(clash.limit == "network rating" for clash in caught.value.clashes)


def test_a_clash_without_the_network_is_left_to_the_other_limits():
    problem = two_sites(demand=demand_of(training={2026: 60.0}))
    with pytest.raises(InfeasibleError) as caught:
        lazily(problem, case_grid(ring(3), 8.0, {"cheap": 1}))
    assert not caught.value.clashes


@pytest.mark.parametrize("seed", range(6))
def test_lazy_equals_full_in_stress_cases(seed):
    problem = random_problem(seed, sites=5, years=(2026, 2028))
    grid, _, _ = random_cases(seed, list(problem.sites.index))
    _, _, lazy = lazily(problem, grid)
    whole = solve(full(problem, grid), EXACT)
    assert lazy.solution.cost_myen == pytest.approx(whole.cost_myen, rel=1e-6)
    assert lazy.certificate.rows_added < lazy.certificate.rows_of_full_model
    assert lazy.certificate.rows_of_full_model == full(problem, grid).row_names.tolist().count(
        LIMIT
    )
    assert lazy.certificate.worst_over_mw <= OVERLOAD_MW


@pytest.mark.parametrize("seed", range(4))
def test_lazy_equals_full_in_slices(seed):
    problem = random_problem(seed, sites=3, years=(2026, 2028))
    grid = slice_grid(seed, problem)
    whole = solve_or_none(full(problem, grid))
    if whole is None:
        with pytest.raises(InfeasibleError):
            lazily(problem, grid)
        return
    _, _, lazy = lazily(problem, grid)
    assert lazy.solution.cost_myen == pytest.approx(whole.cost_myen, rel=1e-6)
    assert lazy.certificate.worst_over_mw <= OVERLOAD_MW


def solve_or_none(matrix):
    try:
        return solve(matrix, EXACT)
    except InfeasibleError:
        return None


def test_the_random_grids_do_bind():
    """The two tests above would say nothing about limits that never matter."""
    bound = infeasible = 0
    for seed in range(4):
        problem = random_problem(seed, sites=3, years=(2026, 2028))
        _, matrix, _ = compiled(problem, slice_grid(seed, problem))
        free = solve(matrix, EXACT).cost_myen
        whole = solve_or_none(full(problem, slice_grid(seed, problem)))
        infeasible += whole is None
        bound += whole is not None and whole.cost_myen > free * (1 + 1e-6)
    assert bound >= 2
    assert infeasible <= 2


@pytest.mark.parametrize("seed", range(6))
def test_the_plan_holds_when_branches_are_really_taken_out(seed):
    """Not by factors: every branch is removed and the flows are solved anew."""
    problem = random_problem(seed, sites=5, years=(2026,))
    grid, ends, susceptance = random_cases(seed, list(problem.sites.index))
    _, injections, lazy = lazily(problem, grid)
    drawn = contracts(lazy)
    for case, _ in injections.places:
        injection = grid.base_mw.loc[case].to_numpy(float).copy()
        for site, mw in drawn.items():
            injection += mw * grid.pickup_of(case)
            injection[grid.nodes.index(grid.site_node[site])] -= mw
        for out in (None, *range(len(ends))):
            after = np.abs(flows_without(len(grid.nodes), ends, susceptance, injection, out))
            assert np.nanmax(after - grid.rating_mw, initial=-1.0) <= 1e-2


@pytest.mark.parametrize("seed", range(4))
def test_no_set_of_sites_is_cheaper(seed):
    problem = random_problem(seed, sites=4, years=(2026,))
    problem = replace(problem, reinforcements=problem.reinforcements.iloc[:0])
    grid, _, _ = random_cases(seed, list(problem.sites.index))
    best = cheapest_by_enumeration(full(problem, grid))
    _, _, lazy = lazily(problem, grid)
    assert lazy.solution.cost_myen == pytest.approx(best, rel=1e-6)


def test_slices_draw_supply_and_demand_balance_at_the_nodes():
    problem = random_problem(3, sites=3, years=(2026,))
    grid = slice_grid(3, problem, spare=(500.0, 600.0))
    model, injections, lazy = lazily(problem, grid)
    injected = injections.at(lazy.solution.values)
    assert np.allclose(injected.sum(axis=1), 0.0, atol=1e-3)
    for variable, value in zip(lazy.matrix.variables, lazy.solution.values.tolist(), strict=True):
        variable.set_value(value, skip_validation=True)
    for (w, y, t), moved in [
        ((w, y, t), model.shift_mw["north", w, y, t].value)
        for w in model.SHIFTING
        for y in model.YEARS
        for t in model.SLICES
    ]:
        here = [s for s in problem.sites.index if problem.sites.at[s, "area"] == "north"]
        if here:
            parts = sum(model.site_shift_mw[s, w, y, t].value for s in here)
            assert parts == pytest.approx(moved, abs=1e-4)


def test_only_the_worst_outage_of_a_branch_is_added_first():
    grid = case_grid(ring(4, [(0, 2)]), 1.0, {})
    rows = find_violated(grid, np.array([[9.0, 0.0, -9.0, 0.0]]))
    assert len({(b, p) for b, _, p in rows}) == len(rows)
    after = flows_without(4, ring(4, [(0, 2)]), np.ones(5), [9.0, 0.0, -9.0, 0.0], 4)
    assert rows[0][1] in range(4)
    assert np.nanmax(np.abs(after)) == pytest.approx(4.5)


def test_a_row_that_is_there_and_still_violated_ends_the_loop():
    """Each round adds a row or stops: it cannot turn for ever."""
    problem, grid = two_sites(), case_grid(ring(3), 8.0, {"cheap": 1})
    _, matrix, injections = compiled(problem, grid)
    bad = solve(matrix, EXACT).values
    loop = Loop(matrix, grid, injections, EXACT)
    assert loop.add(bad)
    for _ in range(len(every_row(grid, injections))):
        with contextlib.suppress(PlanError):
            loop.add(bad)
    with pytest.raises(PlanError, match="violates network limits"):
        loop.add(bad)


def test_no_time_is_no_result():
    problem = random_problem(0, sites=5, years=(2026, 2028))
    grid, _, _ = random_cases(0, list(problem.sites.index))
    _, matrix, injections = compiled(problem, grid)
    with pytest.raises(PlanError, match="no result"):
        solve_nodal(matrix, grid, injections, replace(EXACT, time_limit_s=0.0))


def test_rows_carry_the_name_by_which_prices_find_them():
    problem = two_sites(workloads=workload_table(training={}))
    matrix = full(problem, case_grid(ring(3), 8.0, {"cheap": 1}))
    names = [
        key for key, name in zip(matrix.row_keys, matrix.row_names, strict=True) if name == LIMIT
    ]
    assert ("0-1", "", "peak", 2026) in names
    assert ("0-1", "2-0", "peak", 2026) in names
    assert len(names) == 3 * 3


def test_every_fault_of_a_grid_is_listed_at_once():
    with pytest.raises(InputError) as caught:
        case_grid(
            ring(3),
            -1.0,
            {"cheap": 9},
            base={"peak": np.array([5.0, 0.0, 0.0])},
            pickup=np.array([0.5, 0.0, 0.0]),
            outages=("no such line",),
        )
    text = str(caught.value)
    for part in ("rating_mw of 0-1", "n9", "sum to 5 MW", "sum 0.5", "no such line"):
        assert part in text


def test_sites_and_supply_without_a_place_are_listed():
    problem = random_problem(1, sites=2, years=(2026,))
    grid = slice_grid(1, problem)
    bad = replace(
        grid,
        site_node=grid.site_node.iloc[:1].rename({"s0": "s9"}),
        supply_share=grid.supply_share.drop("coal", level="tech"),
        tie_node=grid.tie_node.iloc[:1],
    )
    with pytest.raises(InputError) as caught:
        check_nodal(problem, bad)
    text = str(caught.value)
    for part in ("s9", "no node for s0", "no node for north/coal", "link only in north"):
        assert part in text


def test_draw_given_up_has_no_node_where_the_network_carries_slices():
    problem = replace(random_problem(1, sites=2, years=(2026,)), flexibility=Flexibility())
    with pytest.raises(InputError, match="flexibility: found given"):
        check_nodal(problem, slice_grid(1, problem))
    cases = case_grid(ring(3), 8.0, {"s0": 1})
    check_nodal(problem, cases)


def triangle_network(**buses):
    names = ["a", "b", "c", "d"]
    table = bus_rows(names, kv=275.0, is_slack=[True, False, False, False], **buses)
    lines = branch_rows(
        ["ab", "bc", "ca"], (["a", "b", "c"], ["b", "c", "a"]), "line", x_pu=0.1, rating_mw=8.0
    )
    coupler = branch_rows(["cd"], (["c"], ["d"]), "link", x_pu=0.0)
    generators = generator_rows(["g"], ["a"], p_mw=0.0)
    credit = Credit("made", "made", "none")
    return Network(100.0, table, pd.concat([lines, coupler]), generators, credit)


def test_a_network_file_becomes_a_nodal_grid():
    """A site at a bus joined by a link hangs on the node it is joined to; the slack balances."""
    grid = grid_of(triangle_network())
    base = pd.DataFrame({"b": [-2.0]}, index=["peak"])
    pickup = pd.DataFrame({"a": [1.0]}, index=[""])
    made = nodal_grid_of(grid, pd.Series({"cheap": "d"}), pickup, base_mw=base)
    assert made.site_node["cheap"] == "c"
    assert made.base_mw.loc["peak"].to_dict() == {"a": 2.0, "b": -2.0, "c": 0.0}
    _, _, lazy = lazily(two_sites(), made)
    # with c-a out its way over b carries the 2 MW there as well: 6 of 8 MW are left
    assert contracts(lazy)["cheap"] == pytest.approx(6.0, abs=1e-3)


def test_names_a_network_does_not_know_are_listed():
    grid = grid_of(triangle_network())
    pickup = pd.DataFrame({"a": [1.0]}, index=[""])
    base = pd.DataFrame({"far": [-3.0]}, index=["peak"])
    with pytest.raises(InputError) as caught:
        nodal_grid_of(grid, pd.Series({"cheap": "nowhere"}), pickup, base_mw=base)
    assert "nowhere" in str(caught.value)
    assert "far" in str(caught.value)


def test_a_case_over_several_islands_is_refused():
    network = triangle_network()
    cut = network.branches[network.branches["kind"] == "line"]
    buses = network.buses.assign(is_slack=[True, False, False, True])
    grid = grid_of(replace(network, branches=cut, buses=buses))
    pickup = pd.DataFrame({"a": [1.0]}, index=[""])
    base = pd.DataFrame({"b": [-3.0]}, index=["peak"])
    with pytest.raises(InputError, match="island"):
        nodal_grid_of(grid, pd.Series({"cheap": "d"}), pickup, base_mw=base)


def test_plants_and_stores_under_contract_stand_on_the_network_too():
    """Gas at n0, sun and battery where the demand is (n2), the site at n1: nothing gets lost."""
    problem = sunny(share=0.8)
    keys = {"area": ["north"], "tech": ["gas"], "node": ["n0"]}
    supply = pd.Series([1.0], index=pd.MultiIndex.from_arrays(list(keys.values()), names=keys))
    keys = {"area": ["north"], "node": ["n2"]}
    demand = pd.Series([1.0], index=pd.MultiIndex.from_arrays(list(keys.values()), names=keys))
    shares = {"supply_share": supply, "demand_share": demand}
    grid = case_grid(ring(3), 900.0, {"only": 1}, **shares)
    grid = replace(grid, base_mw=grid.base_mw.iloc[:0])
    model, injections, lazy = lazily(problem, grid)
    injected = injections.at(lazy.solution.values)
    assert injected.sum(axis=1) == pytest.approx([0.0, 0.0], abs=1e-3)
    assert np.abs(injected[:, 2]).max() > 1.0
    for variable, value in zip(lazy.matrix.variables, lazy.solution.values.tolist(), strict=True):
        variable.set_value(value, skip_validation=True)
    by_day, key = "t0", ("north", "battery", 2026, "t0")
    sun = model.clean_gen_mw["north", "solar", 2026, by_day].value
    stored = model.discharge_mw[key].value - model.charge_mw[key].value
    assert injected[0, 2] == pytest.approx(sun + stored, abs=1e-3)
