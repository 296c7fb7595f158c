"""The network of a plan for report, terminal and map: `summary["network"]`."""

from typing import Any

import numpy as np
import pandas as pd

from data.network import Network
from optimize.nodal import post_outage_mw
from optimize.nodal_refusals import SMALLEST_PRICE_MYEN
from optimize.plan import Plan
from optimize.read_nodal import NetworkAnswer
from siting.nodal_inputs import NodalInputs
from siting.question import Question

Row = dict[Any, Any]

SAME_MW = 1e-3
"""A flow counts as larger from here on."""


def network_summary(question: Question, plan: Plan) -> Row | None:
    """What was checked, what binds, which sites it holds back; None without a network.

    Returns
    -------
    dict or None
        name, buses, branches, areas, n1, stress, days, assumed (number of values), assumed_columns,
        like_demand, certificate, binding, sites, refusals, lines. Prices are present values per MW.
        [MW, M¥/MW, km, degrees]
    """
    inputs, answer = question.network, plan.network
    if inputs is None or answer is None:
        return None
    opened, use = inputs.joined.opened, inputs.joined.use
    network, certificate = opened.network, answer.certificate
    return {
        "name": use.file,
        "title": {"ja": network.credit.line_ja, "en": network.credit.line_en},
        "buses": len(opened.grid.bus_of),
        "branches": len(opened.grid.branches),
        "areas": list(opened.areas),
        "n1": use.n1,
        "stress": use.stress,
        "days": use.days,
        "assumed": len(network.assumed),
        "assumed_columns": sorted(set(network.assumed["column"])),
        "like_demand": [f"{area}/{tech}" for area, tech in inputs.like_demand],
        "certificate": {
            "rounds": certificate.rounds,
            "rows_added": certificate.rows_added,
            "rows_of_full_model": certificate.rows_of_full_model,
            "flows_checked": certificate.flows_checked,
            "worst_over_mw": certificate.worst_over_mw,
            "unscreened": list(certificate.unscreened),
        },
        "binding": _binding(network, answer),
        "sites": inputs.joined.sites.reset_index().to_dict("records"),
        "refusals": _refusals(inputs, answer),
        "lines": _lines(question.problem.years[-1], inputs, answer),
    }


def _name(network: Network, branch: object) -> str:
    """Name for people of a branch; its key where the file has none."""
    if branch not in network.branches.index:
        return ""
    return str(network.branches.at[branch, "name"] or branch)


def _named(network: Network, row: Row) -> Row:
    """The branch and the outage of a row, with their names."""
    return {
        "branch": row["branch"],
        "branch_name": _name(network, row["branch"]),
        "outage": row["outage"],
        "outage_name": _name(network, row["outage"]),
        "place": row["place"],
        "fiscal_year": int(row["fiscal_year"]),
    }


def _binding(network: Network, answer: NetworkAnswer) -> list[Row]:
    """Rows with a price, dearest first; what one more MW of rating saves."""
    rows = answer.rows.assign(price=answer.rows["price_myen"].abs())
    told = rows[rows["price"] > SMALLEST_PRICE_MYEN]
    priced = told.sort_values("price", ascending=False, kind="stable")
    return [
        _named(network, row) | {"slack_mw": row["slack_mw"], "price_myen_per_mw": row["price"]}
        for row in priced.to_dict("records")
    ]


def _refusals(inputs: NodalInputs, answer: NetworkAnswer) -> list[Row]:
    bus = inputs.joined.sites["bus"]
    return [
        {
            "site": row["site"],
            "bus": bus[row["site"]],
            "room_mw": row["room_mw"] if np.isfinite(row["room_mw"]) else None,
            **_named(inputs.joined.opened.network, row),
            "kept_out": row["kept_out"],
            "price_myen_per_mw": row["price_myen"],
        }
        for row in answer.refusals.reset_index().to_dict("records")
    ]


def _lines(last: int, inputs: NodalInputs, answer: NetworkAnswer) -> list[Row]:
    """Located branches at their worst place of the last year."""
    loading = _loading(last, inputs, answer)
    network = inputs.joined.opened.network
    buses, branches = network.buses, network.branches
    at = buses[["lat", "lon"]].astype(float)
    rows = []
    for branch, row in loading.iterrows():
        ends = [str(branches.at[str(branch), end]) for end in ("from_bus", "to_bus")]
        coords = at.loc[ends].to_numpy().tolist()
        if np.isfinite(coords).all() and coords[0] != coords[1]:
            rows.append(
                {
                    "branch": branch,
                    "name": _name(network, branch),
                    "kv": float(buses.loc[ends, "kv"].max()),
                    "coords": coords,
                    **row.to_dict(),
                }
            )
    return rows


def _loading(last: int, inputs: NodalInputs, answer: NetworkAnswer) -> pd.DataFrame:
    """Flow, rating, worst share after any single outage with that outage and place, by branch.

    The place is the one of the last year in which the branch carries most after any single outage,
    the stress case first where they are alike.
    """
    grid = inputs.grid
    count = len(grid.branches)
    flow_mw, worst_mw = np.zeros(count), np.full(count, -1.0)
    outage, at = np.full(count, -1), np.zeros(count, int)
    for p, (_, year) in enumerate(answer.places):
        if year != last:
            continue
        flow = answer.flow_mw[p]
        both = np.abs(np.column_stack([flow, post_outage_mw(grid, flow)]))
        most, outs = both.max(axis=1), np.append(-1, grid.screened)[both.argmax(axis=1)]
        more = most > worst_mw + SAME_MW
        worst_mw, flow_mw = np.where(more, most, worst_mw), np.where(more, flow, flow_mw)
        outage, at = np.where(more, outs, outage), np.where(more, p, at)
    network = inputs.joined.opened.network
    outages = [grid.branches[o] if o >= 0 else "" for o in outage.tolist()]
    columns = {
        "flow_mw": flow_mw,
        "rating_mw": grid.rating_mw,
        "worst_share": worst_mw / grid.rating_mw,
        "outage": outages,
        "outage_name": [_name(network, key) for key in outages],
        "place": [answer.places[p][0] for p in at.tolist()],
    }
    return pd.DataFrame(columns, index=list(grid.branches))
