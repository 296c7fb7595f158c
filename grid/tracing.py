"""Carbon intensity of the power used in each area, traced along the flows between areas.

Proportional sharing: what leaves an area has the mix of what enters it. With own generation
G, own emissions E and flow F[b, a] from b to a, the average intensity c of area a solves

    c[a] * (G[a] + sum_b F[b, a]) = E[a] + sum_b F[b, a] * c[b]

one linear system of the size of the areas for each time slice.
"""

import numpy as np
import pandas as pd

from data.errors import InputError, Problem
from grid.latency import Floats


def flow_traced_intensity(
    generation_mw: pd.DataFrame, emissions_t: pd.DataFrame, *, flows_mw: pd.DataFrame
) -> pd.DataFrame:
    """Average intensity of consumption in each area and slice, imports included.

    This is the average, not the marginal intensity. Flows are without losses; opposite flows
    between two areas are netted.

    Parameters
    ----------
    generation_mw : DataFrame, index slice, columns area
        Output of all plants. [MW]
    emissions_t : DataFrame, same shape
        Their emissions in an hour of the slice. [t/h]
    flows_mw : DataFrame, index slice, columns (from_area, to_area)
        Flow in the direction named; negative values run the other way. [MW]

    Returns
    -------
    DataFrame, index slice, columns area
        Emissions per energy used; NaN where an area neither generates nor imports. [t/MWh]

    Raises
    ------
    InputError
        Areas pass power round in a circle that no plant feeds.
    """
    areas = generation_mw.columns
    flow = _net_flow(flows_mw.reindex(generation_mw.index), areas)
    generation = generation_mw.to_numpy(dtype=float)
    emissions = emissions_t.reindex_like(generation_mw).to_numpy(dtype=float)
    entering = generation + flow.sum(axis=1)
    idle = entering <= 0
    system = -np.swapaxes(flow, 1, 2)
    diagonal = np.arange(len(areas))
    system[:, diagonal, diagonal] += np.where(idle, 1.0, entering)
    intensity = _solve(system, emissions, generation_mw.index)
    return pd.DataFrame(np.where(idle, np.nan, intensity), index=generation_mw.index, columns=areas)


def _net_flow(flows_mw: pd.DataFrame, areas: pd.Index) -> Floats:
    """Net flow from the first to the second area, shape (slices, areas, areas), none negative."""
    position = {area: place for place, area in enumerate(areas)}
    senders, receivers = (flows_mw.columns.get_level_values(level) for level in (0, 1))
    gross = np.zeros((len(flows_mw), len(areas), len(areas)))
    pairs = zip(senders, receivers, flows_mw.to_numpy(dtype=float).T, strict=True)
    for sender, receiver, flow in pairs:  # a sum, since two ties may join the same areas
        gross[:, position[sender], position[receiver]] += flow
    return np.clip(gross - np.swapaxes(gross, 1, 2), 0, None)


def _solve(system: Floats, emissions: Floats, slices: pd.Index) -> Floats:
    try:
        return np.asarray(np.linalg.solve(system, emissions[..., None])[..., 0])
    except np.linalg.LinAlgError as error:
        singular = [
            Problem(f"flows in slice {key}", "power going round without a source", "fed flows")
            for key, matrix in zip(slices, system, strict=True)
            if np.linalg.matrix_rank(matrix) < len(matrix)
        ]
        raise InputError("flows", singular) from error
