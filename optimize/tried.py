"""Plans tried for a frontier: which of them another makes needless."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from optimize.epsilon import Found
from optimize.master import SAME_COST


@dataclass(frozen=True, slots=True)
class Tried:
    """A plan found for a limit."""

    limit: float
    """Infinite for the cheapest plan."""
    value: float
    """What the plan has of the measure."""
    found: Found
    seconds: float

    @property
    def cost_myen(self) -> float:
        """Cost of the plan."""
        return self.found.solution.cost_myen


def beaten(tried: Sequence[Tried]) -> dict[int, int]:
    """Places of plans that another one makes needless, with the place of the cheapest such.

    Parameters
    ----------
    tried : sequence of Tried
        The loosest limit first.
    """
    better = {
        i: [j for j, other in enumerate(tried) if _beats(other, one, first=j < i)]
        for i, one in enumerate(tried)
    }
    return {
        i: min(places, key=lambda j: tried[j].cost_myen) for i, places in better.items() if places
    }


def left_out(tried: Sequence[Tried]) -> pd.DataFrame:
    """limit, value, cost_myen of each needless plan; by_value, by_cost_myen of the other."""
    pairs = [(tried[i], tried[j]) for i, j in beaten(tried).items()]
    rows = [(one.limit, one.value, one.cost_myen, by.value, by.cost_myen) for one, by in pairs]
    columns = ["limit", "value", "cost_myen", "by_value", "by_cost_myen"]
    return pd.DataFrame(rows, columns=columns, dtype=float)


def with_best_bounds(tried: Sequence[Tried]) -> list[Tried]:
    """Each, loosest limit first, with what looser limits prove: they allow all that it does."""
    best = np.maximum.accumulate([one.found.bound_myen for one in tried])
    return [_proven_to(one, float(bound)) for one, bound in zip(tried, best, strict=True)]


def _proven_to(one: Tried, bound_myen: float) -> Tried:
    bound_myen = min(bound_myen, one.cost_myen)
    gap = (one.cost_myen - bound_myen) / max(abs(one.cost_myen), SAME_COST)
    solution = replace(one.found.solution, bound_myen=bound_myen, gap_share=gap)
    return replace(one, found=replace(one.found, solution=solution, bound_myen=bound_myen))


def _beats(other: Tried, one: Tried, *, first: bool) -> bool:
    """Whether `other` keeps the limit and costs no more; of two the same, the first stays."""
    if other is one:
        return False
    limit = one.value if np.isinf(one.limit) else max(one.limit, one.value)
    cost, own = other.cost_myen, one.cost_myen
    if other.value > limit + SAME_COST * abs(limit) or cost > own + SAME_COST * abs(own):
        return False
    if first:
        return other.value <= one.value + SAME_COST * abs(one.value)
    less = other.value < one.value - SAME_COST * abs(one.value)
    return less or cost < own - SAME_COST * abs(own)
