"""Whether a plan and its year in all hours agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]

SMALL_SHARE = 1e-4
"""Energy of which less than this share of the data centres' draw is off counts as none. [-]"""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far a plan is off, by what a further plan can repair."""

    cost_percent: float | None
    """Supplying all areas, all hours less plan; None where the plan costs nothing. [%]"""
    unserved_gwh: float
    """Beyond what the plan saw. [GWh]"""
    missed_gwh: float
    """Clean energy short of the share asked for. [GWh]"""
    cost_holds: bool
    served: bool
    matched: bool

    @property
    def agrees(self) -> bool:
        """Whether nothing is off by more than is allowed."""
        return self.cost_holds and self.served and self.matched


def agreement_of(told: Row, within_percent: float) -> Agreement:
    """Read a re-dispatch.

    Parameters
    ----------
    told : mapping
        What redispatch.json holds.
    within_percent : float
        Allowed difference of cost. [%]

    Returns
    -------
    Agreement
        Energy holds within `SMALL_SHARE` of the draw of the data centres.
    """
    small_gwh = SMALL_SHARE * told["calendar_year"]["draw_gwh"]
    percent = told["difference"]["cost_myen"]["percent"]
    unserved = told["difference"]["unserved_gwh"]["absolute"]
    missed = told["calendar_year"].get("missed_gwh", 0.0)
    return Agreement(
        percent,
        unserved,
        missed,
        cost_holds=percent is not None and abs(percent) <= within_percent,
        served=unserved <= small_gwh,
        matched=missed <= small_gwh,
    )
