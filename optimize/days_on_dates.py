"""Days of a year that are stated once, and their dates."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from optimize.problem import Dispatch, SiteProblem


@dataclass(frozen=True, slots=True)
class DaysOnDates:
    """All days of a year in the order of time, each like one that is stated once."""

    dispatch: Dispatch
    """Slices of all dates."""
    like: Mapping[str, str]
    """Slice and day of the dates -> slice and day stated once, the same in every number."""

    def dated(self, table: Any) -> Any:
        """Rows by slice, the last level of a table, as often as the dates have them."""
        slices = self.dispatch.slices.index
        at = [self.like[t] for t in slices]
        if table.index.nlevels == 1:
            return table.loc[at].set_axis(slices)
        others = table.index.droplevel(-1).unique()
        places = [place if isinstance(place, tuple) else (place,) for place in others]
        known = pd.MultiIndex.from_tuples([(*place, t) for place in places for t in at])
        index = pd.MultiIndex.from_tuples(
            [(*place, t) for place in places for t in slices], names=table.index.names
        )
        return table.loc[known].set_axis(index)


def on_dates(problem: SiteProblem, year: DaysOnDates) -> SiteProblem:
    """A problem whose days are stated once, with all dates of the year."""
    assert problem.dispatch is not None
    intensity = problem.dispatch.intensity_t_per_mwh
    dispatch = replace(year.dispatch, intensity_t_per_mwh=year.dated(intensity))
    clean = problem.clean
    if clean is not None:
        share = clean.grid_clean_share
        clean = replace(
            clean,
            availability=year.dated(clean.availability),
            grid_clean_share=share if share.empty else year.dated(share),
        )
    return replace(problem, dispatch=dispatch, clean=clean)
