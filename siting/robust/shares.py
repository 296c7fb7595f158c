"""How often each site is chosen, how big and from when."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

Row = dict[str, Any]

Z_95 = 1.959964
"""97.5 % point of the normal distribution."""

RANGE = (0.1, 0.5, 0.9)
"""Low end, median and high end that are told. [-]"""


def wilson_interval(count: int, total: int) -> tuple[float, float]:
    """95 % interval of a share by Wilson (1927): sound for few draws and for shares of 0 and 1.

    It is that of independent draws; those spread evenly over the ranges tend to lie closer.

    Examples
    --------
    >>> [round(end, 3) for end in wilson_interval(8, 10)]
    [0.49, 0.943]
    >>> wilson_interval(0, 0)
    (0.0, 1.0)
    """
    if total == 0:
        return 0.0, 1.0
    share, weight = count / total, Z_95**2 / total
    middle = (share + weight / 2) / (1 + weight)
    half = Z_95 / (1 + weight) * math.sqrt(share * (1 - share) / total + weight / (4 * total))
    return max(0.0, middle - half), min(1.0, middle + half)


def site_rows(base: Row, plans: Sequence[Row]) -> list[Row]:
    """Every site of any plan, the most often chosen first.

    Parameters
    ----------
    base : dict
        Best plan of the scenario itself.
    plans : sequence of dict
        Best plans of the samples that have one.

    Returns
    -------
    list of dict
        site, name, area, in_plan, count, share and its 95 % interval low_share, high_share [-];
        mw and start_fiscal_year as [low, median, high] over the samples that choose it, None
        where none does.
    """
    names = {site: row for plan in (base, *plans) for site, row in plan["sites"].items()}
    rows = [_site_row(site, names[site], base, plans) for site in names]
    return sorted(rows, key=lambda row: (-row["count"], not row["in_plan"], row["site"]))


def _site_row(site: str, known: Mapping[str, Any], base: Row, plans: Sequence[Row]) -> Row:
    chosen = [plan["sites"][site] for plan in plans if site in plan["sites"]]
    low, high = wilson_interval(len(chosen), len(plans))
    return {
        "site": site,
        "name": known["name"],
        "area": known["area"],
        "in_plan": site in base["sites"],
        "count": len(chosen),
        "share": len(chosen) / len(plans) if plans else None,
        "low_share": low,
        "high_share": high,
        "mw": _spread([row["mw"] for row in chosen], "linear"),
        # a year that one of the plans has, not one between two
        "start_fiscal_year": _spread([row["start_fiscal_year"] for row in chosen], "inverted_cdf"),
    }


def _spread(values: Sequence[float], method: Any) -> list[float] | None:
    if not values:
        return None
    found = np.quantile(np.array(values), RANGE, method=method)
    return [value.item() for value in found]
