"""What a solved model says of sites: size, energy, cost, and how far they use each limit."""

import pandas as pd

from optimize.problem import SiteProblem
from optimize.values import Values, keys_at

SITE_YEAR = ["site", "fiscal_year"]
CASE = ["area", "standard", "season", "fiscal_year"]


def read_sites(problem: SiteProblem, values: Values, workloads: pd.DataFrame) -> pd.DataFrame:
    """Every candidate and year: built, contract_mw, it_mw, energy_gwh."""
    contract = values.of("contract_mw", SITE_YEAR, "contract_mw")
    built = values.of("build", SITE_YEAR, "built").round().astype(bool)
    it_mw = workloads["it_mw"].groupby(level=SITE_YEAR).sum()
    table = pd.concat([built, contract, it_mw], axis=1)
    return table.assign(energy_gwh=_energy_gwh(problem, workloads).reindex(table.index))


def _energy_gwh(problem: SiteProblem, workloads: pd.DataFrame) -> pd.Series:
    """Facility energy: IT with overhead, annual PUE and the workload's mean use of the year."""
    facility = (1.0 + problem.overhead_share) * problem.sites["pue_annual"]
    site = workloads.index.get_level_values("site")
    workload = workloads.index.get_level_values("workload")
    hours = problem.full_hours().reindex(workload).to_numpy()
    gwh = workloads["it_mw"] * facility.reindex(site).to_numpy() * hours / 1000.0
    return gwh.groupby(level=SITE_YEAR).sum()


def read_costs(problem: SiteProblem, sites: pd.DataFrame) -> pd.DataFrame:
    """Yearly cost of each site by item: the fixed part if built, the rest by contract power."""
    merged = problem.costs.reset_index().merge(sites.reset_index(), on="site")
    myen = (
        merged["fixed_myen_per_year"] * merged["built"]
        + merged["per_mw_myen_per_year"] * merged["contract_mw"]
    )
    table = merged.assign(myen=myen)
    return table.set_index(["site", "item", "fiscal_year"])[["myen"]].sort_index()


def read_reinforcements(values: Values) -> pd.DataFrame:
    """Whether each reinforcement option is in service in each year."""
    taken = values.of("reinforce", ["option", "fiscal_year"], "in_service")
    return taken.round().astype(bool).to_frame()


def relief_mw(problem: SiteProblem, it_mw: pd.Series) -> pd.Series:
    """Contract power of each site that may be called off; zero without conditional connection.

    Parameters
    ----------
    problem : SiteProblem
    it_mw : Series, index (site, workload, fiscal_year)
        Server power installed. [MW]

    Returns
    -------
    Series, index (site, fiscal_year)
        [MW]
    """
    flexibility = problem.flexibility
    share = flexibility.relief_share if flexibility is not None else pd.Series(dtype=float)
    peak = (1.0 + problem.overhead_share) * problem.sites["pue_peak"]
    part = share.reindex(it_mw.index.get_level_values("workload")).fillna(0.0).to_numpy()
    mw = it_mw * part * peak.reindex(it_mw.index.get_level_values("site")).to_numpy()
    return mw.groupby(level=SITE_YEAR).sum().rename("relief_mw")


def read_groups(
    problem: SiteProblem, reinforcements: pd.DataFrame, firm_mw: pd.Series
) -> pd.DataFrame:
    """Firm power in each group against its headroom with the reinforcements in service."""
    members = problem.group_sites.merge(firm_mw.rename("mw").reset_index(), on="site")
    used = members.groupby(["group", "fiscal_year"])["mw"].sum()
    options = problem.lifted().merge(reinforcements.reset_index(), on="option")
    added = (options["added_mw"] * options["in_service"]).groupby(
        [options["group"], options["fiscal_year"]]
    )
    headroom = problem.groups["headroom_mw"]
    headroom = headroom[headroom.index.isin(problem.years, level="fiscal_year")]
    return pd.DataFrame(
        {
            "used_mw": used.reindex(headroom.index).fillna(0.0),
            "headroom_mw": headroom + added.sum().reindex(headroom.index).fillna(0.0),
        }
    )


def read_forecast(problem: SiteProblem, values: Values) -> pd.DataFrame:
    """Coincident contract power of each forecast group against what OCCTO counted."""
    over = values.of("over_forecast_mw", ["group", "fiscal_year"], "over_mw")
    dc = values.of("area_contract_mw", ["area", "fiscal_year"], "dc_mw").reset_index()
    used = problem.forecast_areas.merge(dc, on="area").groupby(["group", "fiscal_year"])["dc_mw"]
    return pd.DataFrame(
        {
            "used_mw": used.sum().reindex(over.index).fillna(0.0),
            "limit_mw": problem.forecast["limit_mw"].reindex(over.index),
            "over_mw": over,
        }
    )


def read_carbon(problem: SiteProblem, values: Values, sites: pd.DataFrame) -> pd.DataFrame:
    """Location-based emissions of the data centres by year, with their energy and the cap."""
    emitted = {y: (kt or 0.0) * 1000.0 for y, kt in values.known("emitted_kt").items()}
    energy = sites["energy_gwh"].groupby(level="fiscal_year").sum()
    index = pd.Index(list(problem.years), name="fiscal_year")
    return pd.DataFrame(
        {
            "emitted_t": pd.Series(emitted, dtype=float).reindex(index),
            "cap_t": problem.carbon["cap_t"].reindex(index),
            "energy_gwh": energy.reindex(index),
        }
    )


def read_reserve(problem: SiteProblem, values: Values, relief: pd.Series) -> pd.DataFrame:
    """Margin of every area and standard after the firm power of data centres and imports."""
    table = problem.reserve[problem.reserve.index.isin(problem.years, level="fiscal_year")]
    places = ["area", "fiscal_year"]
    contract = values.of("area_contract_mw", places, "dc_mw")
    dc = contract - _of_areas(problem, relief).reindex(contract.index).fillna(0.0)
    dc_mw = dc.reindex(keys_at(table.index, places)).fillna(0.0).to_numpy()
    imports = _reserve_imports(problem, values).reindex(table.index).fillna(0.0)
    load_mw = table["demand_mw"] + dc_mw
    return table[["supply_mw", "demand_mw"]].assign(
        dc_mw=dc_mw,
        net_import_mw=imports,
        margin_share=(table["supply_mw"] + imports) / load_mw - 1.0,
        required_share=table["margin_share"],
    )


def _of_areas(problem: SiteProblem, mw: pd.Series) -> pd.Series:
    """Sums of sites by area and year, at the peak of the area. [MW]"""
    site = mw.index.get_level_values("site")
    at_peak = mw * problem.sites["coincidence_share"].reindex(site).to_numpy()
    area = pd.Index(problem.sites["area"].reindex(site), name="area")
    return at_peak.groupby([area, mw.index.get_level_values("fiscal_year")]).sum()


def _reserve_imports(problem: SiteProblem, values: Values) -> pd.Series:
    names = ["tie", "direction", "standard", "season", "fiscal_year"]
    flow = values.of("reserve_flow_mw", names, "mw").reset_index()
    ends = problem.ties.reset_index()[["tie", "direction", "fiscal_year", "from_area", "to_area"]]
    flow = flow.merge(ends, on=["tie", "direction", "fiscal_year"])
    into = flow.rename(columns={"to_area": "area"}).groupby(CASE)["mw"].sum()
    out = flow.rename(columns={"from_area": "area"}).groupby(CASE)["mw"].sum()
    return into.sub(out, fill_value=0.0)
