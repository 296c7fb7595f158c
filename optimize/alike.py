"""Days that are alike: what one of them answers is offered to all in whose limits it fits.

Two holidays of one season have the same plants, weather and demand; they differ in how often they
repeat and in what a store is worth at their midnights. So an answer of one often fits the other,
and a few of them asked at a time, in turn, tell nearly as much as all (see `optimize.by_day`).
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from optimize.day_mix import Answer, Mix
from optimize.day_parts import DayPart, DayParts
from optimize.highs import LARGEST_VIOLATION
from optimize.master import SAME_COST
from optimize.matrix import Floats, Mask

TURNS = 5
"""Of so many days that are alike one is asked in a round (3, 10 and 15 are no quicker)."""

LITTLE_SHARE = 2e-4
"""Once the year gets cheaper by less in as many rounds, all days are asked in each."""

EXACT = 0.1
"""A tenth of what the solver may break a limit by, and of what counts as the same cost."""


class Alike:
    """Groups of days whose columns have the same bounds, in the order of time."""

    def __init__(self, parts: DayParts) -> None:
        groups: dict[bytes, list[int]] = defaultdict(list)
        for i, day in enumerate(parts.days):
            groups[day.matrix.lower.tobytes() + day.matrix.upper.tobytes()].append(i)
        self.days, self.groups = parts.days, list(groups.values())
        self.group_of = {day: group for group in self.groups for day in group}

    def offered(self, answers: Sequence[Answer], mix: Mix | None) -> list[Answer]:
        """Answers for the other days of each group: those that fit and would make `mix` cheaper."""
        of_day = {answer.day: answer for answer in answers}
        found: list[Answer] = []
        for group in self.groups:
            given = [of_day[day] for day in group if day in of_day]
            if not given or len(group) == 1:
                continue
            values = np.array([answer.values for answer in given]).T
            own = np.array([answer.day for answer in given])
            for day in group:
                found += _that_fit(day, self.days[day], values, own != day, mix)
        return found


class Turns:
    """Which days are asked in a round: some of each group, and all once that helps little."""

    def __init__(self, groups: Sequence[Sequence[int]]) -> None:
        self.groups, self.costs = groups, list[float]()
        self.every = all(len(group) == 1 for group in groups)

    def asked(self) -> list[int]:
        """Places of the days, in order."""
        if self.every:
            return sorted(day for group in self.groups for day in group)
        turn = len(self.costs)
        return sorted(day for g in self.groups for day in g[turn % min(TURNS, len(g)) :: TURNS])

    def told(self, mix: Mix) -> None:
        """Count the round."""
        self.costs.append(mix.cost)
        fell = self.costs[-1 - TURNS :][0] - mix.cost
        if len(self.costs) > TURNS and fell <= LITTLE_SHARE * abs(mix.cost):
            self.every = True


def _that_fit(
    day: int, part: DayPart, values: Floats, others: Mask, mix: Mix | None
) -> list[Answer]:
    """Columns of `values` as answers of a day; `others` are those not its own."""
    cost, gives = part.matrix.cost @ values, (part.gives @ values).T
    kept = others & _fits(part, values)
    if mix is not None:
        gain = mix.rewards[day] + gives @ mix.prices - cost
        kept &= gain > EXACT * SAME_COST * np.abs(cost)
    return [Answer(day, float(cost[i]), gives[i], values[:, i]) for i in np.flatnonzero(kept)]


def _fits(part: DayPart, values: Floats) -> Mask:
    """Whether each column of `values` keeps every row."""
    rows, off = part.matrix.rows @ values, EXACT * LARGEST_VIOLATION
    low = rows >= part.matrix.row_lower[:, None] - off
    fits: Mask = (low & (rows <= part.matrix.row_upper[:, None] + off)).all(axis=0)
    return fits
