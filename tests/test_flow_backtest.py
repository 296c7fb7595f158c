"""Simulated against observed flows: by head on a triangle, and honest on the real days."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from data.read_occto_grid import read_occto_grid
from grid.area_injections import net_import_mw, place_units, spread_day
from grid.bulk_network import bulk_network
from grid.flow_backtest import (
    FLOW_COLUMNS,
    USUAL,
    agreement,
    backtest,
    from_observed,
    peak_slot,
    simulate,
    unit_rules,
    usual_mw,
    with_operating_point,
)
from grid.network_arrays import grid_of, operating_point
from grid.powerflow import dc_flow_mw
from tests.small_occto import FLOWS, LOW, PEAK, write_occto

REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "grid"


@pytest.fixture
def made(tmp_path):
    occto = read_occto_grid(write_occto(tmp_path / "made"))
    return occto, bulk_network(occto)


@pytest.fixture(scope="module")
def real():
    if not REAL.is_dir():
        pytest.skip("the real files are not here")
    occto = read_occto_grid(REAL)
    bulk = bulk_network(occto)
    return occto, bulk, *backtest(occto, bulk)


def table_of(pairs):
    rows = [("d", "m", "r", f"l{i}", "tokyo", 500.0, o, s) for i, (o, s) in enumerate(pairs)]
    return pd.DataFrame(rows, columns=FLOW_COLUMNS)


def test_a_triangle_shares_flows_by_reactance(made):
    """200 MW in at 北, 100 out at 南 and 東: x of the three lines decides."""
    _, bulk = made
    injection = pd.DataFrame({0: 0.0}, index=bulk.network.buses.index)
    injection.loc["hokkaido:北:187", 0] = 200.0
    injection.loc[["hokkaido:南:187", "hokkaido:東:187"], 0] = -100.0
    flows = simulate(bulk, injection)[0]
    km = bulk.report["km"]
    west, north, south = (f"hokkaido:187:{name}線" for name in ("西", "北東", "南東"))
    round_mw = (flows[north] * km[north] + flows[south] * km[south]) / km[west]
    assert flows[west] == pytest.approx(round_mw)
    assert flows[west] + flows[north] == pytest.approx(200.0)
    assert flows["hokkaido:275:端線"] == pytest.approx(0.0, abs=1e-9)


def test_observed_injections_test_reactances_of_loops_only(made):
    _, bulk = made
    keys = {
        f"hokkaido:{kv}:{name}": FLOWS[name]
        for kv, name in ((187, "西線"), (187, "北東線"), (187, "南東線"), (275, "端線"))
    }
    flows = from_observed(bulk, pd.DataFrame({0: pd.Series(keys, dtype=float)}))[0]
    assert np.isnan(flows["hokkaido:275:端線"])  # it agrees by construction and says nothing
    west, north, south = (flows[f"hokkaido:187:{name}線"] for name in ("西", "北東", "南東"))
    # what enters 北 and leaves 南 and 東 is kept, how it divides is the reactances' answer
    assert west + north == pytest.approx(200.0)
    assert west + south == pytest.approx(100.0)
    km = bulk.report["km"]
    drop = [km[f"hokkaido:187:{name}線"] for name in ("西", "北東", "南東")]
    assert west * drop[0] == pytest.approx(north * drop[1] + south * drop[2])


def test_demand_and_units_are_put_where_the_rules_say(made):
    occto, bulk = made
    equal = spread_day(occto, bulk, PEAK, ("equal", "p99"))
    # the plant has the name of a station; three stations have a place and share the load
    assert equal.units_mw[20].to_dict()["hokkaido:北:187"] == pytest.approx(300.0)
    load = equal.load_mw[20]
    assert load[load > 0].to_dict() == pytest.approx(
        {"hokkaido:北:187": 100.0, "hokkaido:南:187": 100.0, "hokkaido:端:275": 100.0}
    )
    mapped = spread_day(occto, bulk, PEAK, ("substations", "p99")).load_mw[20]
    assert mapped.nunique() <= 3
    assert mapped.sum() == pytest.approx(300.0)
    assert np.allclose(equal.injection_mw.sum(), 0.0, atol=1e-9)
    assert equal.areas.loc[("hokkaido", 20), "undisclosed_mw"] == pytest.approx(0.0)


def test_units_never_make_more_than_is_needed(made):
    occto, bulk = made
    low = spread_day(occto, bulk, LOW, ("equal", "p99"))
    assert low.areas.loc[("hokkaido", 20), "units_mw"] == pytest.approx(150.0)
    half = spread_day(occto, bulk, PEAK, ("equal", "mean")).areas.loc[("hokkaido", 20)]
    assert half["units_mw"] == pytest.approx(150.0)
    assert half["undisclosed_mw"] == pytest.approx(150.0)


def test_ties_are_signed_from_the_first_to_the_second_area():
    ties = pd.DataFrame(
        {"相馬双葉幹線": [100.0], "周波数変換設備": [-30.0], "中部フェンス": [999.0]}
    )
    assert net_import_mw(ties, "tokyo").tolist() == [130.0]
    assert net_import_mw(ties, "tohoku").tolist() == [-100.0]
    assert net_import_mw(ties, "chubu").tolist() == [-30.0]


def test_days_and_moments(made):
    occto, bulk = made
    assert unit_rules(occto) == {PEAK: "p99", LOW: "mean"}
    assert peak_slot(occto, [LOW, PEAK]) == (PEAK, 20)
    flows, _ = backtest(occto, bulk)
    assert set(flows["moment"]) == {"10:00", "00:00", "mean"}
    assert set(flows["rule"]) == {"substations", "equal", "observed", "usual"}
    seen = flows.drop_duplicates("line").set_index("line")["observed_mw"]
    assert seen["hokkaido:187:西線"] == 100.0


def test_the_usual_direction_is_that_of_the_other_days(made):
    occto, bulk = made
    flows, table = backtest(occto, bulk)
    usual = flows[(flows["rule"] == USUAL) & (flows["day"] == PEAK)]
    tested = flows[(flows["rule"] == "substations") & (flows["day"] == PEAK)]
    assert usual["line"].tolist() == tested["line"].tolist()
    assert usual["observed_mw"].tolist() == tested["observed_mw"].tolist()
    for line, mw in zip(usual["line"], usual["simulated_mw"], strict=True):
        area, kv, name = line.split(":")
        other = occto.flows[LOW].loc[(area, float(kv), name)].to_numpy(float)
        assert mw == pytest.approx(np.sign(other.mean()) * np.abs(other).mean())
    assert USUAL in set(table["rule"])
    only = replace(occto, flows={PEAK: occto.flows[PEAK]})
    assert USUAL not in set(backtest(only, bulk)[0]["rule"])  # there is no other day


def test_usual_flow_by_head():
    seen = pd.DataFrame([[30.0, -10.0, np.nan], [-3.0, -5.0, 2.0]], index=["a", "b"])
    assert usual_mw(seen).to_dict() == pytest.approx({"a": 20.0, "b": -10 / 3})


def both_ways(occto, bulk, rules, slot):
    """Largest difference between flows of the written tables and the simulated ones."""
    spread = spread_day(occto, bulk, PEAK, rules)
    network = with_operating_point(bulk, spread, slot)
    grid = grid_of(network)
    flow = dc_flow_mw(grid, operating_point(grid, network).injection_mw)
    of_branch = dict(zip(grid.branches, flow, strict=True))
    simulated = simulate(bulk, spread.injection_mw[[slot]])[slot].dropna()
    names = bulk.report["branches"].reindex(simulated.index).str.split(" ")
    written = np.array([sum(of_branch.get(n, np.nan) for n in circuits) for circuits in names])
    main = np.isfinite(written)
    return float(np.abs(written[main] - simulated[main]).max()), int(main.sum())


def test_the_written_network_gives_the_same_flows(made):
    """The tables that are handed on hold the very case that was tested."""
    difference, compared = both_ways(*made, ("equal", "p99"), 20)
    assert difference < 1e-6
    assert compared == 4


def test_the_written_real_network_gives_the_same_flows(real):
    """Circuits apart in the tables and joined in the test; nothing is put into small islands."""
    difference, compared = both_ways(*real[:2], ("equal", "p99"), 29)
    assert compared > 420
    assert difference < 1e-6


def test_agreement_by_head():
    """Three of four with a direction agree; 60 of 70 MW; one observed 0 has no direction."""
    row = agreement(table_of([(10, 5), (20, 1), (-10, 8), (30, 90), (0, 4)])).iloc[0]
    assert (row["lines"], row["with_direction"]) == (5, 4)
    assert row["sign_share"] == 0.75
    assert row["sign_share_mw"] == pytest.approx(60 / 70)
    assert row["error_share"] == pytest.approx((5 + 19 + 18 + 60 + 4) / 70)
    expected = spearmanr([10, 20, 10, 30, 0], [5, 1, 8, 90, 4]).statistic
    assert row["rank_correlation"] == pytest.approx(expected)


def test_perfect_opposite_and_silent_answers():
    observed = [10.0, -20.0, 30.0]
    perfect, opposite, zero = (
        agreement(table_of([(o, k * o) for o in observed])).iloc[0] for k in (1, -1, 0)
    )
    assert perfect[["sign_share", "rank_correlation", "error_share"]].tolist() == [1.0, 1.0, 0.0]
    assert opposite[["sign_share", "error_share"]].tolist() == [0.0, 2.0]
    assert zero["error_share"] == 1.0
    assert np.isnan(zero["rank_correlation"])


def test_groups_are_all_each_voltage_and_each_area():
    groups = agreement(table_of([(1, 1), (2, 2)]))["group"].tolist()
    assert groups == ["all", "kv 500", "area tokyo"]


def test_plants_without_place_take_the_mapped_plant_of_their_name(real):
    occto = real[0]
    placed = place_units(occto)
    futtsu = placed[placed["plant"].str.startswith("富津火力")]
    assert (futtsu["lat"].between(35.3, 35.4) & futtsu["lon"].between(139.8, 139.9)).all()
    assert placed["lat"].isna().sum() < occto.units["lat"].isna().sum() / 2
    assert placed["lat"].notna()[occto.units["lat"].notna()].all()


def test_areas_balance_on_the_real_days(real):
    occto, bulk = real[:2]
    spread = spread_day(occto, bulk, PEAK, ("substations", "p99"))
    assert np.allclose(spread.injection_mw.sum(), 0.0, atol=1e-6)
    areas = spread.areas
    closed = areas["units_mw"] + areas["import_mw"] + areas["undisclosed_mw"]
    assert np.allclose(closed, areas["demand_mw"])
    assert (areas["units_mw"] >= 0).all()


def test_real_flows_agree_as_far_as_the_docs_say(real):
    """Better than a coin, and far from good: sizes are worse than saying nothing at all."""
    _, _, flows, table = real
    whole = table[table["group"] == "all"].set_index(["day", "moment", "rule"])
    rule = whole.xs("substations", level="rule")
    assert len(rule) == 4
    assert (rule["lines"] == 426).all()
    assert rule["sign_share"].between(0.6, 0.75).all()
    assert rule["sign_share_mw"].between(0.78, 0.87).all()
    assert rule["rank_correlation"].between(0.35, 0.5).all()
    assert (rule["error_share"] > 1.0).all()
    # what each line did on the other day ranks better than the network does
    usual = whole.xs(USUAL, level="rule")
    assert (usual["lines"] == 426).all()
    assert (usual["rank_correlation"] > rule["rank_correlation"]).all()
    assert usual["sign_share"].between(0.65, 0.8).all()
    loops = whole.xs("observed", level="rule")
    assert (loops["sign_share"] > 0.85).all()
    assert (loops["lines"] < 200).all()
    assert set(flows["day"]) == {PEAK, LOW}
