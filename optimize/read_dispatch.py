"""What a solved model says of each hour: supply, draw, net import, price, flows."""

from typing import Any

import numpy as np
import pandas as pd

from optimize.matrix import Floats
from optimize.prices import energy_price
from optimize.problem import Dispatch, SiteProblem
from optimize.values import Values, keys_at, no_rows

PLACE = ["area", "fiscal_year", "slice"]
FLOW = ["tie", "direction", "fiscal_year", "slice"]


def read_balance(problem: SiteProblem, values: Values, prices: pd.DataFrame) -> pd.DataFrame:
    """Supply and demand of every area, year and slice; the net import closes the balance."""
    dispatch = problem.dispatch
    if dispatch is None:
        return pd.DataFrame(index=no_rows(PLACE))
    unserved = values.of("unserved_mw", PLACE, "unserved_mw")
    index: Any = unserved.index
    names = ["area", "tech", "fiscal_year", "slice"]
    supply: Any = values.of("supply_mw", names, "mw").unstack("tech")
    supply = supply.reindex(index)
    used = {
        "demand_mw": _by_slice(dispatch.demand_mw, index),
        "draw_mw": drawn_mw(problem, dispatch, values, index=index),
    }
    own = _under_contract(problem, values, index)
    served = supply.sum(axis=1) + unserved + sum(own.values())
    return supply.add_suffix("_mw").assign(
        unserved_mw=unserved,
        **own,
        **_changes(problem, values, index),
        **used,
        net_import_mw=used["demand_mw"] + used["draw_mw"] - served,
        curtailed_mw=_curtailed(dispatch, supply),
        price_myen_per_mwh=energy_price(problem, dispatch, prices, index=index),
    )


def _under_contract(problem: SiteProblem, values: Values, index: Any) -> dict[str, Floats]:
    """New plants under contract and stores, discharge less charge; nothing without contracts."""
    if problem.clean is None:
        return {}
    names = ["area", "tech", "fiscal_year", "slice"]
    new = problem.clean.offers["additional"].astype(bool)
    mw = values.of("clean_gen_mw", names, "mw")
    mw = mw[new.reindex(keys_at(mw.index, names[:2])).to_numpy(dtype=bool)]
    stored = values.of("discharge_mw", names, "mw") - values.of("charge_mw", names, "mw")
    return {
        column: _at_places(each, index)
        for column, each in (("contracted_mw", mw), ("stored_mw", stored))
    }


def _by_slice(table: pd.DataFrame, index: Any) -> Floats:
    """Cells of a table (slice x area) in the order of `index`."""
    stacked = table.rename_axis(index="slice", columns="area").stack()
    return stacked.reindex(keys_at(index, ["slice", "area"])).fillna(0.0).to_numpy()


def _curtailed(dispatch: Dispatch, supply: Any) -> Floats:
    """Sun and wind that could run and do not: units that burn nothing and change by slice."""
    spread = dispatch.availability.max() - dispatch.availability.min()
    free = dispatch.supply["cost_myen_per_mwh"] == 0
    units = [unit for unit in dispatch.supply.index if spread[unit] > 0 and free[unit]]
    unused = np.zeros(len(supply))
    for area, tech in units:
        here = supply.index.get_level_values("area") == area
        slices = supply.index.get_level_values("slice")[here]
        share = dispatch.availability[area, tech].reindex(slices).to_numpy()
        able_mw = share * dispatch.supply.at[(area, tech), "capacity_mw"]
        unused[here] += able_mw - supply[tech].to_numpy()[here]
    return unused


def drawn_mw(problem: SiteProblem, dispatch: Dispatch, values: Values, *, index: Any) -> Floats:
    """Draw of all data centres by area, year and slice. [MW]"""
    names = ["area", "workload", "fiscal_year"]
    draw: Any = values.of("area_draw_mw", names, "mw").unstack("workload")
    full = draw.reindex(keys_at(index, ["area", "fiscal_year"])).fillna(0.0).to_numpy()
    share = dispatch.draw_share[draw.columns]
    drawn = (full * share.reindex(index.get_level_values("slice")).to_numpy()).sum(axis=1)
    changes = _changes(problem, values, index)
    sign = {"given_up_mw": -1.0}
    return drawn + sum(sign.get(column, 1.0) * mw for column, mw in changes.items())


def _changes(problem: SiteProblem, values: Values, index: Any) -> dict[str, Floats]:
    """Draw moved in from other hours and areas, and draw given up; only what may be. [MW]"""
    parts = {"shifted_mw": "shift_mw"} if values.has("shift_mw") else {}
    if problem.flexibility is not None:
        parts |= {"given_up_mw": "given_up_mw", "moved_mw": "moved_mw"}
    names = ["area", "workload", "fiscal_year", "slice"]
    return {
        column: _at_places(values.of(each, names, "mw"), index) for column, each in parts.items()
    }


def _at_places(mw: pd.Series, index: Any) -> Floats:
    """Sums by area, year and slice in the order of `index`; zero where there is nothing."""
    return mw.groupby(level=PLACE).sum().reindex(index).fillna(0.0).to_numpy()


def read_flows(problem: SiteProblem, values: Values) -> pd.DataFrame:
    """Power sent over every tie in each direction, with its capacity."""
    if problem.dispatch is None:
        return pd.DataFrame(index=no_rows(FLOW), columns=["mw", "capacity_mw"], dtype=float)
    mw = values.of("flow_mw", FLOW, "mw")
    capacity = problem.ties["capacity_mw"].reindex(keys_at(mw.index, FLOW[:3]))
    return pd.DataFrame({"mw": mw, "capacity_mw": capacity.to_numpy()})
