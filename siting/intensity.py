"""Carbon intensity of each area and slice before the sites are added."""

import pandas as pd

from grid.tracing import flow_traced_intensity
from optimize.base import BaseDispatch
from optimize.problem import SiteProblem


def location_based_intensity(
    problem: SiteProblem, base: BaseDispatch, t_per_mwh: pd.Series
) -> pd.DataFrame:
    """Flow-traced average intensity of the base dispatch.

    Parameters
    ----------
    problem : SiteProblem
    base : BaseDispatch
    t_per_mwh : Series, index (area, tech)
        Direct emissions of each plant. [t/MWh]

    Returns
    -------
    DataFrame, index (fiscal_year, slice), columns area
        Average, location-based, imports included; not the marginal intensity. [t/MWh]
    """
    factor = t_per_mwh.unstack("tech")
    techs = [tech for tech in factor.columns if f"{tech}_mw" in base.balance]
    supply = base.balance[[f"{tech}_mw" for tech in techs]].fillna(0.0)
    areas = base.balance.index.get_level_values("area")
    emitted = supply.to_numpy() * factor[techs].reindex(areas).fillna(0.0).to_numpy()
    # Power that the typical days could not serve is nobody's: it carries no emissions.
    generation = supply.sum(axis=1).unstack("area")
    emissions = pd.Series(emitted.sum(axis=1), index=base.balance.index).unstack("area")
    flows = _flows_by_pair(problem, base)
    return flow_traced_intensity(generation, emissions, flows_mw=flows)


def _flows_by_pair(problem: SiteProblem, base: BaseDispatch) -> pd.DataFrame:
    """Flows by year and slice (rows) and pair of areas (columns); parallel ties together. [MW]."""
    ends = problem.ties[["from_area", "to_area"]]
    keys = base.flows.reset_index("slice").index
    flows = base.flows.assign(
        from_area=ends["from_area"].reindex(keys).to_numpy(),
        to_area=ends["to_area"].reindex(keys).to_numpy(),
    ).reset_index()
    pairs = ["from_area", "to_area"]
    table = flows.pivot_table(
        index=["fiscal_year", "slice"], columns=pairs, values="mw", aggfunc="sum"
    )
    return table.fillna(0.0)
