"""A year whose equal days are stated once, and dispatched once where no store joins them."""

from dataclasses import replace
from typing import Any

import pandas as pd

from optimize.days_on_dates import DaysOnDates
from optimize.problem import Dispatch
from optimize.redispatch import YearDispatch
from siting.dated_days import DatedDays
from siting.held_plan import Held, dispatch_both
from siting.year_figures import TwoDispatches


def dispatch_alike(held: Held, dated: DatedDays, **more: Any) -> TwoDispatches:
    """Dispatch a year of days that are alike and put them on their dates.

    Without stores the year is the same in any order, and of equal days the mean is as good as each:
    each is dispatched once, as often as the calendar has it. With stores each date has hours of its
    own.

    Parameters
    ----------
    held : Held
    dated : DatedDays
        Days that are like the same day are the same in every number.
    **more
        As in `siting.held_plan.dispatch_both`.
    """
    joined = not held.stores.empty
    once, year = _once(dated, by_repeats=joined)
    two = dispatch_both(held, once, **more, year=year if joined else None)
    assert two.held is not None
    after = two.after if joined else _on_dates(two.after, year)
    return TwoDispatches(
        dated.dispatch,
        after,
        _on_dates(two.before, year),
        year.dated(two.intensity_t_per_mwh),
        after.balance["draw_mw"].unstack("area").reindex(dated.dispatch.slices.index),
        held=replace(two.held, balance=after.balance, flows=after.flows),
    )


def _once(dated: DatedDays, *, by_repeats: bool) -> tuple[Dispatch, DaysOnDates]:
    """The first of the dates of each day, with the weight of all.

    Days that repeat are the same only where they do so equally often, if `by_repeats`.
    """
    slices = dated.dispatch.slices
    kind = slices["day"].map(dated.like)
    often = slices["weight_days"] if by_repeats else 0.0
    hour = slices.groupby("day").cumcount()
    table = pd.DataFrame({"kind": kind, "often": often, "hour": hour, "day": slices["day"]})
    first = table.reset_index().groupby(["kind", "often", "hour"])[["slice", "day"]]
    same = first.transform("first").set_axis(slices.index)
    like = dict(same["slice"]) | dict(zip(slices["day"], same["day"], strict=True))
    days = slices["weight_days"].groupby(same["slice"]).sum()
    once = slices[same["slice"] == slices.index]
    once = once.assign(in_a_row=once["weight_days"], weight_days=days.reindex(once.index))
    tables = ("availability", "demand_mw", "draw_share")
    parts: Any = {name: getattr(dated.dispatch, name).loc[once.index] for name in tables}
    return replace(dated.dispatch, slices=once, **parts), DaysOnDates(dated.dispatch, like)


def _on_dates(year: YearDispatch, dates: DaysOnDates) -> YearDispatch:
    return replace(year, balance=dates.dated(year.balance), flows=dates.dated(year.flows))
