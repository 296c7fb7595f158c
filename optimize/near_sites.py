"""A search for whole sites that knows when a plan is good enough and which are not worth a look."""

from dataclasses import dataclass, replace

import highspy
import numpy as np

from data.errors import PlanError
from optimize.highs import Deadline, SolverSettings, is_consistent, load_highs
from optimize.master import Asked
from optimize.matrix import Floats, Mask, Matrix

USED = 1e-6
"""Fraction of a site from which the relaxation counts as using it."""

NEAR_NODES = 50
"""Nodes of a search around sites in hand until something else is tried; unlike seconds they are the
same on every machine."""

Status = highspy.HighsModelStatus

NONE = (Status.kInfeasible, Status.kUnboundedOrInfeasible, Status.kObjectiveBound)

FEASIBLE = int(highspy.SolutionStatus.kSolutionStatusFeasible)


@dataclass(frozen=True, slots=True)
class Stop:
    """When a search ends; none of it depends on the clock."""

    nodes: int
    """Nodes that it may look at."""
    enough: float = -np.inf
    """A plan that costs no more ends it."""
    most: float = np.inf
    """Plans that cost more are left out."""


def search_sites(
    part: Matrix,
    settings: SolverSettings,
    deadline: Deadline,
    stop: Stop,
    *,
    start: Floats | None = None,
    dives: bool = True,
) -> Asked:
    """Sites of a siting part, within the gap of the settings or as good as `stop` asks.

    Parameters
    ----------
    part : Matrix
    settings : SolverSettings
    deadline : Deadline
        Ends the search as well, as a last resort.
    stop : Stop
    start : float array, optional
        Whole-number decisions to start from; they may break a limit.
    dives : bool
        Whether to search around the relaxation by smaller programs, most of the time of a search
        of few decisions.

    Returns
    -------
    Asked
        The bound holds for plans that cost no more than `stop.most`; infinite if there is none.

    Raises
    ------
    PlanError
        HiGHS failed otherwise than by running into an end.
    """
    highs = load_highs(part, settings)
    highs.setOptionValue("time_limit", deadline.left_s())
    highs.setOptionValue("objective_target", stop.enough)
    highs.setOptionValue("objective_bound", stop.most)
    highs.setOptionValue("mip_max_nodes", stop.nodes)
    # a sixth of the time and nothing found that the others do not find (measured on Japan)
    for idle in ("heuristic_run_root_reduced_cost", "heuristic_run_feasibility_jump"):
        highs.setOptionValue(f"mip_{idle}", False)
    for dive in ("rens", "rins"):
        highs.setOptionValue(f"mip_heuristic_run_{dive}", dives)
    highs.setOptionValue("mip_detect_symmetry", False)  # no two sites are alike
    if start is not None:
        whole = np.flatnonzero(part.integer).astype(np.int32)
        highs.setSolution(len(whole), whole, start)
    highs.run()
    status, info = highs.getModelStatus(), highs.getInfo()
    if status in NONE:
        return Asked(None, np.inf, np.inf)
    if status in (Status.kSolveError, Status.kModelError, Status.kPresolveError):
        raise PlanError(f"HiGHS stopped with '{highs.modelStatusToString(status)}'")
    bound = float(info.mip_dual_bound)
    if info.primal_solution_status != FEASIBLE or not is_consistent(highs, part):
        return Asked(None, np.inf, bound)
    values = np.asarray(highs.getSolution().col_value)
    return Asked(values, float(info.objective_function_value), bound)


def held(part: Matrix, columns: Mask, values: Floats) -> Matrix:
    """The part with these columns held at values."""
    lower, upper = part.lower.copy(), part.upper.copy()
    lower[columns] = upper[columns] = values
    return replace(part, lower=lower, upper=upper)


def fixed_at(part: Matrix, whole: Floats) -> Matrix:
    """The part with its whole-number decisions made."""
    made = held(part, part.integer, whole)
    return replace(made, integer=np.zeros_like(part.integer))


def whole_of(part: Matrix, values: Floats) -> Floats:
    """The whole-number decisions of a point, rounded."""
    return np.asarray(np.round(values[part.integer]), dtype=np.float64)
