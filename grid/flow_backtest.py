"""Simulated against observed flows of a bulk network: direction and rank, said as they are."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.network import GENERATOR_COLUMNS, Network
from data.read_occto_grid import SLOTS, OcctoGrid
from grid.area_injections import LoadRule, Spread, UnitRule, of_day, spread_day
from grid.bulk_network import BulkNetwork
from grid.network_arrays import Grid, grid_of
from grid.powerflow import bridges, ptdf

LEAST_MW = 1.0
"""An observed flow below this has no direction."""
FEWEST = 3
"""Lines from which on a rank says anything."""
RULES: tuple[LoadRule, ...] = ("substations", "equal")
USUAL = "usual"
"""Rule of the trivial predictor: what the line did on the other days."""
FLOW_COLUMNS = ["day", "moment", "rule", "line", "area", "kv", "observed_mw", "simulated_mw"]


def backtest(
    occto: OcctoGrid, bulk: BulkNetwork, *, units: dict[str, UnitRule] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Simulate the days of the source and compare with what was observed.

    Parameters
    ----------
    occto, bulk
    units : dict of date to "p99" or "mean", optional
        How the units run; the day of higher demand at their 99 % value, other days at the mean.

    Returns
    -------
    flows : DataFrame
        day, moment ("14:30": the half-hour of highest demand on the day of highest demand, of
        lowest on the others; "mean": mean of 48), rule (see below), line (key of
        `BulkNetwork.report`), area, kv, observed_mw, simulated_mw. [MW]
    agreement : DataFrame
        As `agreement`, for all lines, by kv and by area.

    Notes
    -----
    Rules "substations" and "equal" spread demand (`grid.area_injections`). The third, "observed",
    is no forecast: it puts in what the observed flows themselves leave at each bus, one voltage at
    a time, and so tests reactances only; lines outside loops then agree by construction, so only
    lines in loops are compared. The fourth, "usual", uses no network: direction of the mean flow
    of the line on the other days, its mean |flow| as size, at the lines that "substations" is
    tested on. A model that does no better has learnt nothing from the network.
    """
    units = units or unit_rules(occto)
    parts = []
    for day, unit in units.items():
        slot = _slot_of(occto, day, highest=unit == "p99")
        for rule in RULES:
            spread = spread_day(occto, bulk, day, (rule, unit))
            simulated = simulate(bulk, spread.injection_mw)
            parts.append(_compared(occto, bulk, (day, rule, slot), simulated))
        parts.append(_usual(occto, bulk, day, parts[-len(RULES)]))
        reactances = from_observed(bulk, _observed(occto, bulk, day))
        parts.append(_compared(occto, bulk, (day, "observed", slot), reactances))
    flows = pd.concat(parts, ignore_index=True)
    return flows, agreement(flows)


def _usual(occto: OcctoGrid, bulk: BulkNetwork, day: str, tested: pd.DataFrame) -> pd.DataFrame:
    """The trivial predictor at the lines of `tested`; none of a line seen on no other day."""
    others = [_observed(occto, bulk, other) for other in occto.flows if other != day]
    if not others:
        return tested.iloc[:0]
    predicted_mw = usual_mw(pd.concat(others, axis=1))
    said = predicted_mw.reindex(tested["line"]).to_numpy()
    return tested.assign(rule=USUAL, simulated_mw=said).dropna(subset="simulated_mw")


def usual_mw(seen_mw: pd.DataFrame) -> pd.Series:
    """Direction of the mean of flows with the mean of their sizes, one row a line.

    >>> usual_mw(pd.DataFrame([[30.0, -10.0], [5.0, 7.0]], index=["a", "b"])).to_dict()
    {'a': 20.0, 'b': 6.0}
    """
    usual: pd.Series = np.sign(seen_mw.mean(axis=1)) * seen_mw.abs().mean(axis=1)
    return usual


def unit_rules(occto: OcctoGrid) -> dict[str, UnitRule]:
    """Units at their 99 % value on the day of highest demand, at their mean on the others."""
    peak = {day: float(of_day(occto.demand, day).sum(axis=1).max()) for day in occto.flows}
    return {day: "p99" if mw == max(peak.values()) else "mean" for day, mw in peak.items()}


def simulate(bulk: BulkNetwork, injection_mw: pd.DataFrame) -> pd.DataFrame:
    """DC flows of the lines; what an island lacks is put in at its buses evenly.

    Parameters
    ----------
    bulk : BulkNetwork
    injection_mw : DataFrame, index bus, columns moments

    Returns
    -------
    DataFrame, index line, columns moments
        Positive from the line's from to its to side; NaN in islands into which nothing is put. [MW]
    """
    grid = grid_of(_one_branch_a_line(bulk))
    at_nodes = np.zeros((len(grid.buses), injection_mw.shape[1]))
    for bus, node in grid.bus_of.items():
        at_nodes[node] += injection_mw.loc[bus].to_numpy(float)
    for island in np.unique(grid.island):
        inside = grid.island == island
        lacking = np.abs(at_nodes[inside]).sum(axis=0) == 0.0
        at_nodes[inside] -= np.where(lacking, np.nan, at_nodes[inside].mean(axis=0))
    flows = [
        _flows(grid, np.where(of[:, None], at_nodes, 0.0), injection_mw.columns)[of[grid.from_bus]]
        for of in (grid.island == island for island in np.unique(grid.island))
    ]
    return pd.concat(flows).reindex(bulk.report.index)


def from_observed(bulk: BulkNetwork, observed_mw: pd.DataFrame) -> pd.DataFrame:
    """Flows that reactances alone make of the injections seen in observed flows; lines in loops."""
    seen = observed_mw.dropna()
    report = bulk.report.loc[bulk.report.index.isin(seen.index)]
    network = _one_branch_a_line(replace(bulk, report=report), only_lines=True)
    grid = grid_of(network)
    at_nodes = np.zeros((len(grid.buses), seen.shape[1]))
    for branch, start, end in zip(grid.branches, grid.from_bus, grid.to_bus, strict=True):
        at_nodes[start] += seen.loc[branch].to_numpy(float)
        at_nodes[end] -= seen.loc[branch].to_numpy(float)
    flows = _flows(grid, at_nodes, seen.columns)
    trivial = {grid.branches[i] for i in np.flatnonzero(bridges(grid))}
    return flows[~flows.index.isin(trivial)].reindex(bulk.report.index)


def _flows(grid: Grid, at_nodes: npt.NDArray[np.float64], columns: pd.Index) -> pd.DataFrame:
    return pd.DataFrame(ptdf(grid) @ at_nodes, index=list(grid.branches), columns=columns)


def _one_branch_a_line(bulk: BulkNetwork, *, only_lines: bool = False) -> Network:
    """Circuits of a line as one branch, so that a line out of any loop is a bridge."""
    first = bulk.report["branches"].str.split(" ").str[0]
    branches = bulk.network.branches
    lines = branches.loc[first.tolist()].set_axis(bulk.report.index)
    lines = lines.assign(x_pu=lines["x_pu"] / bulk.report["circuits"])
    others = branches[branches["kind"] != "line"]
    if only_lines:
        others = others[others["kind"] == "link"]
    kept = pd.concat([lines, others])
    used = bulk.network.buses.index.isin(kept[["from_bus", "to_bus"]].to_numpy().ravel())
    buses = bulk.network.buses[used]
    # somebody must balance each island; injections are balanced already, so who does not matter
    return replace(bulk.network, branches=kept, buses=buses.assign(is_slack=True, load_mw=0.0))


def _observed(occto: OcctoGrid, bulk: BulkNetwork, day: str) -> pd.DataFrame:
    """Observed flows by line of the report; NaN where a key is not unique or not there."""
    names = bulk.report[["area", "kv", "name"]]
    double = names.duplicated(keep=False).to_numpy()
    table = occto.flows[day].reindex(pd.MultiIndex.from_frame(names))
    table = table.set_axis(bulk.report.index).set_axis(range(len(SLOTS)), axis=1)
    return table.mask(np.broadcast_to(double[:, None], table.shape))


def _compared(
    occto: OcctoGrid, bulk: BulkNetwork, case: tuple[str, str, int], simulated: pd.DataFrame
) -> pd.DataFrame:
    day, rule, slot = case
    observed = _observed(occto, bulk, day)
    parts = []
    for moment, pick in ((SLOTS[slot], [slot]), ("mean", list(range(len(SLOTS))))):
        table = bulk.report[["area", "kv"]].assign(
            day=day,
            moment=moment,
            rule=rule,
            line=bulk.report.index,
            observed_mw=observed[pick].mean(axis=1),
            simulated_mw=simulated[pick].mean(axis=1),
        )
        parts.append(table.dropna(subset=["observed_mw", "simulated_mw"]))
    return pd.concat(parts, ignore_index=True)[FLOW_COLUMNS]


def agreement(flows: pd.DataFrame) -> pd.DataFrame:
    """How far direction and rank agree.

    Parameters
    ----------
    flows : DataFrame
        As of `backtest`.

    Returns
    -------
    DataFrame
        day, moment, rule, group ("all", "kv 500", "area tokyo"), lines, with_direction (observed
        at least 1 MW), sign_share (lines with the observed direction), sign_share_mw (the same,
        weighted by observed MW), rank_correlation (Spearman, of |flow|; NaN below 3 lines),
        error_share (sum |simulated - observed| over sum |observed|; 1 is what saying 0 everywhere
        would give). A coin would have a sign_share of 0.5.
    """
    rows = [
        {"day": day, "moment": moment, "rule": rule, "group": group, **_measure(lines)}
        for (day, moment, rule), table in flows.groupby(["day", "moment", "rule"])
        for group, lines in _groups(table)
    ]
    return pd.DataFrame(rows)


def _groups(table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    yield "all", table
    for column in ("kv", "area"):
        for value, lines in table.groupby(column):
            yield f"{column} {value:g}" if column == "kv" else f"{column} {value}", lines


def _measure(lines: pd.DataFrame) -> dict[str, float]:
    observed, simulated = lines["observed_mw"], lines["simulated_mw"]
    directed = observed.abs() >= LEAST_MW
    same = (np.sign(observed) == np.sign(simulated))[directed]
    weight = observed.abs()[directed]
    total = float(weight.sum())
    rank = observed.abs().rank().corr(simulated.abs().rank()) if _varied(lines) else np.nan
    error = float((simulated - observed).abs().sum())
    size = float(observed.abs().sum())
    return {
        "lines": len(lines),
        "with_direction": int(directed.sum()),
        "sign_share": float(same.mean()) if len(same) else np.nan,
        "sign_share_mw": float((same * weight).sum()) / total if total else np.nan,
        "rank_correlation": float(rank),
        "error_share": error / size if size else np.nan,
    }


def _varied(lines: pd.DataFrame) -> bool:
    sizes = lines[["observed_mw", "simulated_mw"]].abs()
    return len(lines) >= FEWEST and bool((sizes.nunique() > 1).all())


def _slot_of(occto: OcctoGrid, day: str, *, highest: bool) -> int:
    total = of_day(occto.demand, day).sum(axis=1)
    return int(np.argmax(total) if highest else np.argmin(total))


def with_operating_point(bulk: BulkNetwork, spread: Spread, slot: int) -> Network:
    """The network with load and generation of one slot; converters are generators too."""
    made = spread.injection_mw[slot] + spread.load_mw[slot]
    made = made[made != 0.0]
    generators = pd.DataFrame(
        {
            "name": "units and converters at " + made.index.astype(str),
            "bus": made.index,
            "p_mw": made.to_numpy(),
            "min_mw": np.nan,
            "max_mw": np.nan,
            "cost_per_mwh": np.nan,
            "in_service": True,
        },
        index=pd.Index("gen:" + made.index.astype(str), name="generator"),
    )[list(GENERATOR_COLUMNS)]
    source = "area demand and disclosed units spread by rule, see docs; assumed"
    rows = [("buses", bus, "load_mw", source) for bus in bulk.network.buses.index]
    rows += [("generators", key, "p_mw", source) for key in generators.index]
    more = pd.DataFrame(rows, columns=["table", "key", "column", "source"])
    buses = bulk.network.buses.assign(load_mw=spread.load_mw[slot])
    assumed = pd.concat([bulk.network.assumed, more], ignore_index=True)
    return replace(bulk.network, buses=buses, generators=generators, assumed=assumed)


def peak_slot(occto: OcctoGrid, days: Sequence[str]) -> tuple[str, int]:
    """Day and slot of the highest demand of all."""
    best = {day: float(of_day(occto.demand, day).sum(axis=1).max()) for day in days}
    day = max(best, key=lambda each: best[each])
    return day, _slot_of(occto, day, highest=True)
