"""The system before any site, on the scenario's network: what it costs, and whether it holds."""

from typing import Any

import pandas as pd

from data.errors import Clash, InfeasibleError
from optimize.base import BaseDispatch, base_dispatch
from siting.question import Question

LEAST_SHED_MW = 1.0
"""Demand that goes unserved counts from here on."""

MOST_NAMED = 3

OVERLOADED = (
    "On the typical days the network cannot carry today's demand, before any site is added"
    "{dearest}. Correct rating_mw, tech or load_mw in its files, leave the outages out "
    "(network.n1: false), or the days (network.days: false):"
)


def base_on_network(question: Question) -> BaseDispatch:
    """Dispatch without sites, on the network where the scenario lets it see the typical days.

    Raises
    ------
    InfeasibleError
        The network makes demand go unserved, or is overloaded, before any site is added; dearest
        branches and outages are named.
    """
    if question.network is None or not question.network.grid.areas:
        return base_dispatch(question.problem)
    try:
        base = base_dispatch(question.problem, question.network.grid)
    except InfeasibleError as error:
        raise InfeasibleError(OVERLOADED.format(dearest=""), error.clashes) from None
    shed_mw = base.balance["unserved_mw"]
    if shed_mw.max() > LEAST_SHED_MW:
        free = base_dispatch(question.problem).balance["unserved_mw"]
        _refuse(base, (shed_mw - free.reindex(shed_mw.index)).clip(lower=0.0))
    return base


def _refuse(base: BaseDispatch, more_mw: pd.Series) -> None:
    """Raise if the network sheds demand that the ties alone would not."""
    worst = more_mw[more_mw > LEAST_SHED_MW].sort_values(ascending=False)
    if worst.empty:
        return
    places = worst.groupby(level="area", sort=False).head(1).head(MOST_NAMED)
    clashes = [
        Clash("demand of today", ", ".join(map(str, _as_tuple(key))), float(mw), "MW unserved")
        for key, mw in places.items()
    ]
    raise InfeasibleError(OVERLOADED.format(dearest=_dearest(base.rows)), clashes)


def _as_tuple(key: Any) -> tuple[Any, ...]:
    """Area, fiscal year and slice."""
    return tuple(key)


def _dearest(rows: pd.DataFrame | None) -> str:
    """The dearest limits of the network in words, each branch and outage once."""
    if rows is None or rows.empty:
        return ""
    order = rows.assign(price=rows["price_myen"].abs()).sort_values("price", ascending=False)
    once = order.drop_duplicates(["branch", "outage"]).head(MOST_NAMED)
    pairs = zip(once["branch"].astype(str), once["outage"].astype(str), strict=True)
    said = [f"{b} after the outage of {o}" if o else f"{b}, nothing out" for b, o in pairs]
    return f" (held back most by {'; '.join(said)})"
