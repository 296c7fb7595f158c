"""Sign of the flow over ties: imports are positive here, but not in every utility's file."""

from collections.abc import Sequence

import numpy as np

from data.contracts_series import SOURCES_OF_POWER
from data.tso_time import Numbers

CLOSE_SHARE = 0.01
"""Sources add up to demand within this share; the published sums differ by a few MW."""


def tie_counts_exports(quantities: Sequence[str], mw: Numbers) -> bool:
    """Whether a file writes exports as positive, as Kyushu does.

    The sources add up to demand with one sign of the tie only; a file in which neither or both
    fit is left as it is.

    Parameters
    ----------
    quantities : sequence of str
        Quantity of each column, all of one area.
    mw : ndarray, shape (slots, columns)
        [MW]

    Examples
    --------
    >>> tie_counts_exports(["demand", "coal", "tie"], np.array([[90.0, 100.0, 10.0]]))
    True
    """
    if not {"demand", "tie"} <= set(quantities):
        return False
    own = [place for place, name in enumerate(quantities) if name in SOURCES_OF_POWER]
    supply = np.nansum(mw[:, own], axis=1)
    demand, tie = (mw[:, quantities.index(name)] for name in ("demand", "tie"))
    is_known = ~np.isnan(demand) & ~np.isnan(tie) & (demand > 0)
    if not is_known.any():
        return False
    as_written = np.median(np.abs(supply - demand)[is_known] / demand[is_known])
    turned = np.median(np.abs(supply - 2 * tie - demand)[is_known] / demand[is_known])
    return bool(turned < CLOSE_SHARE < as_written)
