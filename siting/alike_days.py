"""A year whose equal days are dispatched once: nothing that a store holds joins one to the next."""

from dataclasses import replace
from typing import Any

import pandas as pd

from optimize.problem import Dispatch
from optimize.redispatch import YearDispatch
from siting.dated_days import DatedDays
from siting.held_plan import Held, dispatch_both
from siting.year_figures import TwoDispatches


def dispatch_alike(held: Held, hourly: Dispatch, dated: DatedDays) -> TwoDispatches:
    """Dispatch every typical day once, as often as the calendar has it, and put it on its dates.

    Without stores the year is the same in any order, and of equal days the mean is as good as each.

    Parameters
    ----------
    held : Held
        Without stores.
    hourly : Dispatch
        All typical days by the hour.
    dated : DatedDays
        The same days on their dates.
    """
    two = dispatch_both(held, _once(hourly, dated))
    slices = dated.dispatch.slices.index
    like = pd.Index([dated.like[t] for t in slices])
    assert two.held is not None

    def dated_table(table: Any) -> Any:
        return table.loc[like].set_axis(slices)

    after, before = (_on_dates(each, like, slices) for each in (two.after, two.before))
    return TwoDispatches(
        dated.dispatch,
        after,
        before,
        dated_table(two.intensity_t_per_mwh),
        dated_table(two.draw_mw),
        held=replace(two.held, balance=after.balance, flows=after.flows),
    )


def _once(hourly: Dispatch, dated: DatedDays) -> Dispatch:
    """Typical days with the number of their dates; those without a date are left out."""
    dates = dated.dispatch.slices.drop_duplicates("day")
    days = dates["weight_days"].groupby(dates["day"].map(dated.like)).sum()
    slices = hourly.slices.assign(weight_days=hourly.slices["day"].map(days))
    slices = slices.dropna(subset="weight_days")
    tables = ("availability", "demand_mw", "draw_share")
    parts: Any = {name: getattr(hourly, name).loc[slices.index] for name in tables}
    return replace(hourly, slices=slices, **parts)


def _on_dates(year: YearDispatch, like: pd.Index, slices: pd.Index) -> YearDispatch:
    return replace(
        year,
        balance=_repeated(year.balance, like, slices),
        flows=_repeated(year.flows, like, slices),
    )


def _repeated(table: pd.DataFrame, like: pd.Index, slices: pd.Index) -> pd.DataFrame:
    """Rows of every slice that one is like; `slice` is the last level."""
    names: Any = ["slice"]
    places = table.index.droplevel(names).unique()
    whole = [(*(p if isinstance(p, tuple) else (p,)), t) for p in places for t in slices]
    at = [(*(p if isinstance(p, tuple) else (p,)), t) for p in places for t in like]
    index = pd.MultiIndex.from_tuples(whole, names=table.index.names)
    return table.reindex(pd.MultiIndex.from_tuples(at)).set_axis(index)
