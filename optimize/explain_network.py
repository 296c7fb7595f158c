"""The network among the limits that clash: its stress cases, added to the siting part as needed."""

from dataclasses import replace

import pandas as pd
import pyomo.environ as pyo

from data.errors import InfeasibleError
from optimize.highs import SolverSettings
from optimize.lazy import Loop
from optimize.matrix import Matrix
from optimize.model.nodal import read_injections
from optimize.nodal import NodalGrid
from optimize.problem import SiteProblem

FREED = "No plan meets all limits and the network's. Any one of these would free it"
NETWORK_ALONE = "No plan keeps the network within its ratings. Least overload, all of it together"


def case_rows(
    problem: SiteProblem,
    model: pyo.ConcreteModel,
    matrix: Matrix,
    grid: NodalGrid,
    settings: SolverSettings,
) -> Loop:
    """The siting part with the limits of the stress cases that a plan of it violates.

    Slices hang on supply, which the siting part leaves out, so they are not looked at.
    """
    nothing = pd.Series([], index=grid.demand_share.index[:0], dtype=float)
    cases = replace(grid, demand_share=nothing)
    return Loop(matrix, cases, read_injections(model, matrix, problem, cases), settings)


def with_network(error: InfeasibleError, network: InfeasibleError) -> InfeasibleError:
    """Join what is found of the other limits to what is known of the network."""
    if not network.clashes:
        return error
    if not error.clashes:
        return InfeasibleError(f"{NETWORK_ALONE}:", network.clashes)
    together = [*error.clashes, *network.clashes]
    return InfeasibleError(f"{FREED} (the network's limits all together):", together)
