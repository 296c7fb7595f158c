"""Tables of the scenario: values by fiscal year, read the two ways it defines, or by a name."""

from collections.abc import Mapping
from math import nan
from typing import Any


def value_held(by_year: Mapping[int, float], fiscal_year: int) -> float:
    """Value of the latest year stated up to `fiscal_year`, unit of the input; NaN before all.

    >>> value_held({2027: 60.0, 2030: 90.0}, 2029)
    60.0
    """
    stated = [year for year in by_year if year <= fiscal_year]
    return by_year[max(stated)] if stated else nan


def value_between(by_year: Mapping[int, float], fiscal_year: int) -> float:
    """Value on the straight line between years stated, flat outside, unit of the input.

    >>> value_between({2026: 1700.0, 2030: 1900.0}, 2028)
    1800.0
    """
    if not by_year:
        return nan
    before = max((year for year in by_year if year <= fiscal_year), default=min(by_year))
    after = min((year for year in by_year if year >= fiscal_year), default=max(by_year))
    if before == after:
        return by_year[before]
    weight = (fiscal_year - before) / (after - before)
    return by_year[before] + weight * (by_year[after] - by_year[before])


def by_key(stated: Mapping[Any, float]) -> dict[str, float]:
    """Values by plain text keys; the scenario's own keys are narrower words."""
    return {str(key): value for key, value in stated.items()}
