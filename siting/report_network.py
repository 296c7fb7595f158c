"""The network a plan was checked on: what the report says of it."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from siting.report_answer import Row
from siting.report_numbers import number
from siting.report_words import Both, both, same

MOST_LINES = 10
"""Corridors listed by their load; the map shows all."""

MOST_BINDING = 20

FULL_SHARE, BUSY_SHARE = 0.995, 0.8
"""Load of a line after the worst outage from which it counts as full, and as busy. [-]"""

OVER_MW = 1e-3

LEAST_PRICE = 0.005
"""A price below this shows as nothing. [M¥/MW]"""

STRESS = "network"
"""Key of the stress case; every other place is a slice of the typical days."""

PLACES: Mapping[str, Both] = {STRESS: both("ピーク断面", "stress case")}

Told = dict[str, Any]


def network_view(run: Row) -> Told | None:
    """What was checked, what binds, what is kept out; None without a network."""
    network = run.get("network")
    if not network:
        return None
    names, sites = _branch_names(network), _site_names(run)
    lines = _corridors(network["lines"])
    refusals = sorted((_refusal(row, sites) for row in network["refusals"]), key=_held_first)
    certificate = network["certificate"]
    return {
        **{key: network[key] for key in ("name", "buses", "branches", "n1", "assumed")},
        "credit": network.get("title"),
        "assumed_columns": list(network["assumed_columns"]),
        "ratings_assumed": "rating_mw" in network["assumed_columns"],
        "cases": _cases(network),
        "certificate": certificate,
        "sentence": _about_check(network),
        "over": (certificate["worst_over_mw"] or 0.0) > OVER_MW,
        "unscreened": [names.get(key, key) for key in certificate["unscreened"]],
        "binding": [_binding(row) for row in network["binding"][:MOST_BINDING]],
        "more_binding": len(network["binding"][MOST_BINDING:]),
        "lines": [_line(own, names) for own in lines[:MOST_LINES]],
        "more_lines": len(lines[MOST_LINES:]),
        "held": [row for row in refusals if row["held"]],
        "roomy": [row for row in refusals if not row["held"]],
        "sites": [
            {**row, "name": sites.get(row["site"], same(row["site"]))} for row in network["sites"]
        ],
    }


def _cases(network: Row) -> Both:
    """When flows were checked."""
    ways = {
        (True, True): both("ピーク断面と代表日の全断面", "the stress case and every slice"),
        (True, False): both("ピーク断面", "the stress case"),
        (False, True): both("代表日の全断面", "every slice of the typical days"),
    }
    return ways.get((bool(network["stress"]), bool(network["days"])), both("なし", "nothing"))


def _about_check(network: Row) -> Both:
    """The certificate in words."""
    found = network["certificate"]
    rounds, added, full = (
        number(found[key]) for key in ("rounds", "rows_added", "rows_of_full_model")
    )
    flows, over = number(found["flows_checked"]), found["worst_over_mw"] or 0.0
    if over > OVER_MW:
        mw = number(over, 2)
        end_ja, end_en = f"最大{mw} MWの超過が残ります", f"{mw} MW above a rating remain at most"
    else:
        end_ja, end_en = "定格を超えるものはありませんでした", "none is above its rating"
    return both(
        f"系統の式{full}本のうち、求解に入れたのは{added}本（{rounds}回の求解）。"
        f"そのあと潮流{flows}通りをすべて確かめ、{end_ja}。",
        f"Of {full} network limits, {added} were put into the model over {rounds} rounds; then all "
        f"{flows} flows were checked: {end_en}.",
    )


def _branch_names(network: Row) -> dict[str, str]:
    """Names of branches, as far as any part tells them."""
    named = {row["branch"]: row["name"] for row in network["lines"]}
    for row in (*network["binding"], *network["refusals"]):
        named |= {row["branch"]: row["branch_name"], row["outage"]: row["outage_name"]}
    return {str(key): str(name or key) for key, name in named.items() if key}


def _site_names(run: Row) -> dict[str, Both]:
    rows = (*run["sites"], *run["candidates"])
    return {row["site"]: both(row["name_ja"], row["name_en"]) for row in rows}


def _binding(row: Row) -> Told:
    """One limit with a price."""
    price = row["price_myen_per_mw"]
    return {
        "branch": row["branch_name"] or row["branch"],
        "outage": row["outage_name"] or row["outage"],
        "place": PLACES.get(row["place"], same(row["place"])),
        "year": row["fiscal_year"],
        "price": None if price is None else abs(price),
    }


def _refusal(row: Row, sites: Mapping[str, Both]) -> Told:
    """One site that the network keeps out or leaves little room."""
    own = {"site": row["site"], "name": sites.get(row["site"], same(row["site"]))}
    told = _binding(row)
    held = row["kept_out"] or (told["price"] or 0.0) > LEAST_PRICE
    return told | own | {"room_mw": row["room_mw"], "kept_out": row["kept_out"], "held": held}


def _held_first(row: Told) -> tuple[bool, float, str]:
    """Sites that are kept out, then those with least room."""
    room = row["room_mw"]
    return not row["kept_out"], math.inf if room is None else room, row["site"]


def held_back(run: Row) -> dict[str, Both]:
    """Which branch and outage keep a site out, by site."""
    network = run.get("network") or {"refusals": []}
    rows = (row for row in network["refusals"] if row["kept_out"] and row["branch"])
    return {row["site"]: _held_by(row) for row in rows}


def _held_by(row: Row) -> Both:
    branch, outage = row["branch_name"] or row["branch"], row["outage_name"] or row["outage"]
    if not outage:
        return both(f"{branch}が定格に達する", f"{branch} is at its rating")
    return both(
        f"{outage}の停止後に{branch}が定格に達する",
        f"{branch} is at its rating after the loss of {outage}",
    )


def _corridors(lines: Sequence[Row]) -> list[list[Row]]:
    """Lines between the same two places together, the most loaded first in both orders."""
    found: dict[frozenset[tuple[float, ...]], list[Row]] = {}
    for row in sorted(lines, key=lambda row: (-(row["worst_share"] or 0.0), row["branch"])):
        found.setdefault(frozenset(tuple(place) for place in row["coords"]), []).append(row)
    return list(found.values())


def _line(own: Sequence[Row], names: Mapping[str, str]) -> Told:
    """The most loaded of parallel lines after the worst outage."""
    row = own[0]
    share = row["worst_share"]
    full = share is not None and share >= FULL_SHARE
    busy = share is not None and share >= BUSY_SHARE
    return {
        "name": row["name"] or row["branch"],
        "kv": row["kv"],
        "others": len(own) - 1,
        "flow_mw": None if row["flow_mw"] is None else abs(row["flow_mw"]),
        "rating_mw": row["rating_mw"],
        "share": share,
        "outage": row.get("outage_name") or names.get(row["outage"], row["outage"]),
        "state": "low" if full else "tight" if busy else "",
    }
