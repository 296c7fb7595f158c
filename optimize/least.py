"""The least that a measure of a model, one row, can be; see `optimize.frontier`."""

from dataclasses import dataclass, replace

from optimize.highs import LARGEST_VIOLATION, Deadline, SolverSettings
from optimize.large_sites import LargeFirst, LargeSites
from optimize.master import Asked, Master, ask
from optimize.matrix import Floats, Matrix
from optimize.near_sites import Stop, fixed_at, search_sites, whole_of
from optimize.stages import Proposal, propose_by_year

LEAST_SHARE = 1e-3
"""The least is approached to this share of it: at it, one kW of rounding forbids every plan, and
programs next to it stall."""

NODES = 2000
"""Nodes of the search; unlike seconds they are the same on every machine."""


@dataclass(frozen=True, slots=True)
class Least:
    """How far down the measure can go."""

    limit: float
    """Just above the least that was reached."""
    at_least: float
    """No plan has less: proven."""
    whole: Floats
    """Whole-number decisions that reach it."""


def find_least(
    master: Master, row: int, weights: Floats, settings: SolverSettings, has: float
) -> Least:
    """Minimise the measure in place of the cost.

    Parameters
    ----------
    master : Master
    row : int
        Row of the measure in the model.
    weights : float array, shape (columns,)
        Its coefficients.
    settings : SolverSettings
        Their gap is that of the measure.
    has : float
        What the cheapest plan has.
    """
    part = _measured(master, row, weights)
    found = _least_of(part, part.shape == master.matrix.shape, settings, master.deadline)
    whole = whole_of(part, found.values)
    # the search may use the tolerance of every row; with whole sites the measure is exact
    exact = ask(fixed_at(part, whole), settings, master.deadline)
    reached = min(max(exact.cost, found.bound), has)
    slack = LEAST_SHARE * abs(reached) + LARGEST_VIOLATION * float(weights.max())
    return Least(reached + slack, min(found.bound, reached), whole)


def _least_of(
    part: Matrix, with_days: bool, settings: SolverSettings, deadline: Deadline
) -> Proposal:
    """The least of all years together; with the days in it, year by year."""
    for search in () if with_days else (_large_first, _at_once):
        found = search(part, settings, deadline)
        if found is not None and found.values is not None:
            return Proposal(found.values, found.cost, found.bound)
    return propose_by_year(part, settings, deadline)


def _large_first(part: Matrix, settings: SolverSettings, deadline: Deadline) -> Asked | None:
    """The least with large sites decided first, if that proves it within the gap."""
    large = LargeSites.of(part)
    if large is None:
        return None
    found = LargeFirst(part, large, settings, deadline).all_sites(Stop(nodes=NODES))
    is_close = found.cost - found.bound <= settings.gap_share * abs(found.cost)
    return found if is_close else None


def _at_once(part: Matrix, settings: SolverSettings, deadline: Deadline) -> Asked:
    return search_sites(part, settings, deadline, Stop(nodes=NODES))


def _measured(master: Master, row: int, weights: Floats) -> Matrix:
    """What decides the measure, at the measure as cost: the siting, if the days have no say."""
    matrix = replace(master.matrix, cost=weights, offset=0.0)
    counting = abs(matrix.rows) @ (weights != 0).astype(float) > 0
    counting[row] = False
    days = master.dispatch.astype(float)
    # limits on clean power may forbid sites by what runs in their days
    clean = {"clean_share", "claim_share"} & set(matrix.row_names)
    if clean or (abs(matrix.rows[counting]) @ days > 0).any():
        return matrix
    return matrix.select(rows=~(abs(matrix.rows) @ days > 0), columns=~master.dispatch)
