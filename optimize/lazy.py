"""Network limits only where they bind: solve, screen every outage, add what is violated, repeat.

Every solve has fewer rows than the full model, so its bound holds for the full model as well; the
last plan violates none of the rows left out, so it is a plan of the full model. Within the stated
gap the answer is that of the full model. Each round adds at least one of finitely many rows.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from data.errors import InfeasibleError, PlanError
from optimize.highs import LARGEST_VIOLATION, deadline_of, solve_arrays
from optimize.matrix import SCALE, Floats, Matrix
from optimize.model.nodal import (
    LIMIT,
    Injections,
    Row,
    add_rows,
    clash_of,
    name_row,
)
from optimize.nodal import NodalGrid, post_outage_mw
from optimize.solve import Progress, Solution, SolverSettings, solve

OVERLOAD_MW = 2.0 * LARGEST_VIOLATION * SCALE
"""Smallest overload that counts, twice what a row of the solver may be off by: 2 kW."""

MOST_ROWS = 2000
"""Rows added in one round, worst first."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was checked of the final plan, apart from the solver."""

    rounds: int
    """Solves, the relaxed ones included."""
    rows_added: int
    rows_of_full_model: int
    flows_checked: int
    """Branches times (outages + 1) times places."""
    worst_over_mw: float
    """Largest flow beyond a rating; at most `OVERLOAD_MW`, negative if nothing is at its limit."""
    unscreened: tuple[str, ...]
    """Branches whose outage was not looked at: it splits the network, or was not asked for."""


@dataclass(frozen=True, slots=True)
class LazySolution:
    """A solution that respects the network, with the matrix that holds the rows it needed."""

    solution: Solution
    matrix: Matrix
    certificate: Certificate


def solve_nodal(
    matrix: Matrix,
    grid: NodalGrid,
    injections: Injections,
    settings: SolverSettings,
    *,
    base_cost_myen: float = 0.0,
    progress: Progress | None = None,
) -> LazySolution:
    """Solve with N-0 and N-1 limits on every rated branch in every place.

    Parameters
    ----------
    matrix : Matrix
        The compiled model without network rows (`optimize.model.nodal.declare_nodal` called).
    grid, injections : NodalGrid, Injections
    settings, base_cost_myen, progress
        As in `optimize.solve.solve`; the time limit holds for all rounds together.

    Raises
    ------
    InfeasibleError
        No plan meets all limits; if the network is among the reasons, `clashes` names branch,
        outage and place with the least relaxation.
    PlanError
        The gap was not proven in time, or a row that was added is still violated.
    """
    loop = Loop(matrix, grid, injections, settings)
    for relaxed in (True, False):
        while True:
            solution = loop.solve(base_cost_myen, progress, relaxed=relaxed)
            if not loop.add(solution.values):
                break
    worst = overload_mw(grid, injections.at(solution.values))
    certificate = Certificate(
        rounds=loop.rounds,
        rows_added=len(loop.present),
        rows_of_full_model=_count_rows(grid) * len(injections.places),
        flows_checked=len(grid.branches) * (len(grid.screened) + 1) * len(injections.places),
        worst_over_mw=worst,
        unscreened=tuple(grid.unscreened),
    )
    return LazySolution(solution, loop.matrix, certificate)


def _count_rows(grid: NodalGrid) -> int:
    """Limits of one place: every rated branch alone and after each outage but its own."""
    rated = np.isfinite(grid.rating_mw)
    return int(rated.sum() * (1 + len(grid.screened)) - rated[grid.screened].sum())


class Loop:
    """The network rows present so far and the matrix that holds them."""

    def __init__(
        self, matrix: Matrix, grid: NodalGrid, injections: Injections, settings: SolverSettings
    ) -> None:
        self.matrix, self.grid, self.injections, self.settings = matrix, grid, injections, settings
        self.deadline = deadline_of(settings)
        self.present: set[Row] = set()
        self.rounds = 0

    def solve(self, base_cost_myen: float, progress: Progress | None, *, relaxed: bool) -> Solution:
        """Solve with the rows there are; a relaxed solve only finds rows faster."""
        self.rounds += 1
        settings = replace(self.settings, time_limit_s=self.deadline.left_s())
        try:
            if relaxed:
                return solve_arrays(self.matrix, settings, relaxed=True)
            return solve(self.matrix, settings, base_cost_myen=base_cost_myen, progress=progress)
        except InfeasibleError as error:
            raise name_clash(self.matrix, settings, error) from None

    def add(self, values: Floats) -> bool:
        """Add the rows that `values` violate; False if there are none.

        Raises
        ------
        PlanError
            Only rows that were already there are violated: no progress is possible.
        """
        violated = find_violated(self.grid, self.injections.at(values))
        new = [row for row in violated if row not in self.present][:MOST_ROWS]
        if violated and not new:
            names = [str(name_row(self.grid, self.injections, row)) for row in violated[:3]]
            raise PlanError(f"The solver's plan violates network limits: {', '.join(names)}")
        self.matrix = add_rows(self.matrix, self.grid, self.injections, new)
        self.present.update(new)
        return bool(new)


def find_violated(grid: NodalGrid, injection_mw: Floats) -> list[Row]:
    """Return the violated rows, worst first; of each branch and place the worst outage only.

    Parameters
    ----------
    grid : NodalGrid
    injection_mw : float array, shape (places, nodes)

    Returns
    -------
    list of (branch, outage or -1, place), positions
    """
    found: list[tuple[float, Row]] = []
    outages = grid.screened
    for p, flow in enumerate(grid.flow_mw(injection_mw)):
        both = np.column_stack([flow, post_outage_mw(grid, flow)])
        over = np.nan_to_num(np.abs(both) - grid.rating_mw[:, None], nan=-np.inf)
        worst = over.argmax(axis=1)
        for b in np.flatnonzero(over.max(axis=1) > OVERLOAD_MW).tolist():
            outage = int(outages[worst[b] - 1]) if worst[b] else -1
            found.append((-float(over[b, worst[b]]), (b, outage, p)))
    return [row for _, row in sorted(found)]


def overload_mw(grid: NodalGrid, injection_mw: Floats) -> float:
    """Largest |flow| less rating over all branches, outages and places. [MW]"""
    worst = -np.inf
    for flow in grid.flow_mw(injection_mw):
        both = np.column_stack([flow, post_outage_mw(grid, flow)])
        over = np.abs(both) - grid.rating_mw[:, None]
        worst = max(worst, np.nan_to_num(over, nan=-np.inf).max(initial=-np.inf))
    return float(worst)


def name_clash(matrix: Matrix, settings: SolverSettings, error: InfeasibleError) -> InfeasibleError:
    """Find the network limits that would have to give way, with the least relaxation in all."""
    rows = np.flatnonzero(matrix.row_names == LIMIT)
    if not len(rows):
        return error
    try:
        slack = solve_arrays(_elastic(matrix, rows), settings, relaxed=True).values
    except InfeasibleError:
        return error  # the other limits clash without the network
    mw = slack[matrix.shape[1] :].reshape(2, -1).sum(axis=0)
    clashes = [
        clash_of(matrix.row_keys[i], float(over))
        for i, over in zip(rows, mw, strict=True)
        if over > OVERLOAD_MW
    ]
    return InfeasibleError("No plan meets all limits and the network's.", clashes)


def _elastic(matrix: Matrix, rows: npt.NDArray[np.int64]) -> Matrix:
    """Return the matrix whose network rows may be exceeded, at the least total excess."""
    count, columns = len(rows), matrix.shape[1]
    up = sparse.csr_array((np.ones(count), (rows, range(count))), shape=(matrix.shape[0], count))
    wide = 2 * count
    return replace(
        matrix,
        cost=np.concatenate([np.zeros(columns), np.ones(wide)]),
        offset=0.0,
        lower=np.concatenate([matrix.lower, np.zeros(wide)]),
        upper=np.concatenate([matrix.upper, np.full(wide, np.inf)]),
        integer=np.concatenate([matrix.integer, np.zeros(wide, bool)]),
        rows=sparse.csr_array(sparse.hstack([matrix.rows, up, -up])),
        column_names=np.concatenate([matrix.column_names, np.full(wide, "slack")]),
        column_scale=np.concatenate([matrix.column_scale, np.full(wide, SCALE)]),
        variables=[*matrix.variables, *[None] * wide],
    )


def network_rows(lazy: LazySolution) -> pd.DataFrame:
    """Network rows of the final model: branch, outage, place, fiscal_year, slack_mw, price_myen.

    The price is the change of cost per MW more of the row's bound with the sites fixed: negative
    at the upper end (a higher rating saves money), positive at the lower. [M¥/MW]
    """
    rows = np.flatnonzero(lazy.matrix.row_names == LIMIT)
    keys = [lazy.matrix.row_keys[i] for i in rows]
    names = ["branch", "outage", "place", "fiscal_year"]
    table = pd.DataFrame(keys, columns=names)
    return table.assign(slack_mw=lazy.solution.slacks[rows], price_myen=lazy.solution.duals[rows])
