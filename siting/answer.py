"""The answer of a run as one summary: what report, map and terminal show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from optimize.alternative import binding, next_best
from optimize.base import BaseDispatch
from optimize.plan import Plan
from siting.assumed import list_assumptions
from siting.candidates import USABLE, Candidates
from siting.clean_summary import clean_costs, clean_summary
from siting.days_summary import days_summary
from siting.draw_summary import draw_summary
from siting.embodied_summary import embodied_costs, embodied_summary
from siting.energy_cost import mean_by_area_year, shared_costs
from siting.flexible_summary import flexible_costs, flexible_summary
from siting.group_names import Text, name_groups
from siting.map_content import zones_drawn
from siting.network_summary import network_summary
from siting.question import Question
from siting.queue_summary import queue_summary
from siting.robust_summary import robust_summary, waiting_summary
from siting.scenario import Scenario
from siting.servers_summary import servers_summary
from siting.sources_used import list_sources
from siting.unknowns import list_unknowns
from siting.why import REASONS, binding_texts, next_best_text, why_chosen
from siting.works import works_at, works_summary

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """A plan with its costs by item, ready to be told.

    Attributes
    ----------
    costs : DataFrame, index (site, item, fiscal_year)
        myen, undiscounted, every item of a site. [M¥/a]
    summary : dict
        What `summary.json` holds.
    """

    costs: pd.DataFrame
    summary: dict[str, Any]


def tell(
    scenario: Scenario,
    candidates: Candidates,
    question: Question,
    plan: Plan,
    base: BaseDispatch,
) -> Answer:
    """Put the answer together; nothing later computes a figure again."""
    costs = _costs(question, plan, base)
    by_year = _costs_by_year(question, plan, costs)
    names = name_groups(scenario, candidates)
    summary = {
        "format": 1,
        "name": scenario.name,
        "title": scenario.title.model_dump(),
        "variant": scenario.origin.variant,
        "created": date.today().isoformat(),
        "years": list(question.problem.years),
        "net_present_cost": _net_present_cost(plan),
        "kpis": _kpis(question, plan, by_year),
        "sites": _sites(candidates, question, plan, costs, names=names),
        "candidates": _others(candidates, plan),
        "areas": _records(plan.reserve),
        "forecast": _forecast(scenario, plan),
        "groups": _groups(candidates, plan, names),
        "works": works_summary(question, plan, names),
        "ties": _ties(question, plan),
        "zones": zones_drawn(candidates.zones),
        "carbon": _carbon(plan),
        "embodied": embodied_summary(scenario, question, plan),
        "servers": servers_summary(scenario),
        "costs": _records(by_year.rename("myen").to_frame()),
        "shortfall": _shortfall(question, plan),
        "network": network_summary(question, plan),
        "robust": robust_summary(question, plan, names),
        "waiting": waiting_summary(scenario, question, plan),
        "queue": queue_summary(scenario, candidates),
        "clean": clean_summary(scenario, question, plan),
        "flexibility": flexible_summary(scenario, question, plan),
        "draw": draw_summary(question, plan),
        "own_year": days_summary(scenario),
        "notices": [dict(notice) for notice in candidates.notices],
        "assumptions": list_assumptions(scenario),
        "unknowns": list_unknowns(scenario, candidates, question),
        "sources": list_sources(),
    }
    return Answer(costs, summary)


def _costs(question: Question, plan: Plan, base: BaseDispatch) -> pd.DataFrame:
    """All cost items by site and year, those shared among the sites included."""
    shared = (
        shared_costs(question.problem, plan, base),
        clean_costs(question.problem, plan),
        flexible_costs(question.problem, plan),
        embodied_costs(question.problem, plan),
    )
    return pd.concat([plan.costs, *(table for table in shared if len(table))]).sort_index()


def chosen_sites(plan: Plan) -> list[str]:
    """Sites built by the last year, in order of their contract power."""
    last = plan.sites.index.get_level_values("fiscal_year").max()
    by_site: Any = plan.sites.xs(last, level="fiscal_year")
    built = by_site[by_site["built"] & (by_site["contract_mw"] > 0)]
    return list(built.sort_values("contract_mw", ascending=False, kind="stable").index)


def _records(table: pd.DataFrame) -> list[Any]:
    return table.reset_index().to_dict("records")


def _costs_by_year(question: Question, plan: Plan, costs: pd.DataFrame) -> pd.Series:
    """Cost of all sites by (fiscal_year, item), reinforcements with them. [M¥/a]."""
    by_year = costs["myen"].groupby(level=["fiscal_year", "item"]).sum()
    taken = plan.reinforcements["in_service"]
    if taken.empty:
        return by_year
    yearly = question.problem.reinforcements["myen_per_year"]
    paid = taken * yearly.reindex(taken.index.get_level_values("option")).to_numpy()
    works = paid.groupby(level="fiscal_year").sum()
    works.index = pd.MultiIndex.from_product(
        [works.index, ["reinforcement"]], names=by_year.index.names
    )
    return pd.concat([by_year, works]).sort_index()


def _kpis(question: Question, plan: Plan, by_year: pd.Series) -> list[Row]:
    totals = plan.sites.groupby(level="fiscal_year")[["contract_mw", "it_mw", "energy_gwh"]].sum()
    totals["sites"] = (
        (plan.sites["built"] & (plan.sites["contract_mw"] > 0)).groupby(level="fiscal_year").sum()
    )
    totals["co2_kt"] = plan.carbon["emitted_t"] / 1000.0
    energy_mwh = totals["energy_gwh"] * 1000.0
    totals["intensity_t_per_mwh"] = (plan.carbon["emitted_t"] / energy_mwh).where(energy_mwh > 0)
    totals["cost_myen"] = by_year.groupby(level="fiscal_year").sum()
    totals["shortfall_mw"] = _unmet_mw(question, plan)
    return _records(totals)


def _unmet_mw(question: Question, plan: Plan) -> pd.Series:
    """Unmet server power of all workloads; EFLOPS at the efficiency of the year. [MW]."""
    per_unit = question.problem.mw_per_eflops.reindex(plan.shortfall.index).fillna(1.0)
    return (plan.shortfall["unmet"] * per_unit).groupby(level="fiscal_year").sum()


def _net_present_cost(plan: Plan) -> Row:
    """Cost of all years with the prices of soft limits, and how near it is to the best. [M¥]."""
    record = plan.record
    return {
        "myen": record.cost_myen,
        "bound_myen": record.bound_myen,
        "gap_share": record.gap_share,
        "start": record.start,
    }


def _shortfall(question: Question, plan: Plan) -> list[Row]:
    """Unmet demand by workload and year, in the unit the demand was stated in."""
    units = {"eflops": "EFLOPS", "it_mw": "MW"}
    kind = question.problem.workloads["kind"]
    rows = _records(plan.shortfall[plan.shortfall["unmet"] > 0])
    return [row | {"unit": units[kind[row["workload"]]]} for row in rows]


def _head(candidates: Candidates, place: str) -> Row:
    """What is known of a place, chosen or not."""
    row = candidates.table.loc[place]
    columns = ["name_ja", "name_en", "area", "lat", "lon", "precision_km", "kind", "voltage_kv"]
    return {
        "site": place,
        "prefecture": row["prefecture_code"],
        **{column: row[column] for column in columns},
        "headroom_low_mw": row["low_mw"],
        "headroom_high_mw": row["high_mw"],
        "headroom_basis": row["basis"],
        "confidence": row["confidence"],
        "headroom_confidence": row["headroom_confidence"],
    }


def _sites(
    candidates: Candidates,
    question: Question,
    plan: Plan,
    costs: pd.DataFrame,
    *,
    names: Mapping[str, Text],
) -> list[Row]:
    held, nearest = binding(question.problem, plan), next_best(question.problem, plan)
    unit_costs = _unit_cost(question)
    intensity = mean_by_area_year(question.problem, plan, "intensity")
    last, works = question.problem.years[-1], works_at(question, plan)
    rows = []
    for place in chosen_sites(plan):
        site: Any = candidates.table.loc[place]
        own: Any = plan.sites.loc[place]
        figures = {
            "unit_cost_myen_per_mw": unit_costs[place],
            "median_myen_per_mw": unit_costs.median(),
            "intensity_t_per_mwh": intensity[site["area"], last],
        }
        next_site = nearest["next_site"].get(place)
        extra = nearest["extra_myen_per_year"].get(place, float("nan"))
        rows.append(
            {
                **_head(candidates, place),
                "start_fiscal_year": int(own.index[own["contract_mw"] > 0].min()),
                "by_year": _records(own[["contract_mw", "it_mw"]]),
                "costs": _site_costs(costs, place, last),
                "binding": binding_texts(held, place, names),
                "next_best": next_best_text(candidates.table, next_site, extra),
                "why": why_chosen(site, figures, works.get(place, ())),
                "sources": _sources_of(site),
            }
        )
    return rows


def _unit_cost(question: Question) -> pd.Series:
    """Cost of each candidate's own works at its largest size. [M¥/(MW a)]."""
    cost = question.problem.costs.groupby("site").sum()
    size = question.problem.sites["max_mw"]
    return cost["per_mw_myen_per_year"] + cost["fixed_myen_per_year"] / size


def _site_costs(costs: pd.DataFrame, place: str, year: int) -> list[Row]:
    own = costs["myen"].loc[place].xs(year, level="fiscal_year")
    return [{"item": item, "myen_per_year": myen} for item, myen in own.items() if myen != 0]


def _sources_of(site: pd.Series) -> list[str]:
    found = [site["source"], site["headroom_source"]]
    return sorted({source for source in found if isinstance(source, str) and source})


def _others(candidates: Candidates, plan: Plan) -> list[Row]:
    """Places not chosen, with the reason."""
    chosen = set(chosen_sites(plan))
    rows = []
    for place, reason in candidates.table["reason"].items():
        if place not in chosen:
            status = "not_chosen" if reason == USABLE else "excluded"
            rows.append(
                {**_head(candidates, str(place)), "status": status, "reason": REASONS[reason]}
            )
    return rows


def _forecast(scenario: Scenario, plan: Plan) -> list[Row]:
    limit = scenario.limits.forecast
    return _records(plan.forecast.assign(vintage=limit.vintage)) if limit else []


def _groups(candidates: Candidates, plan: Plan, names: Mapping[str, Text]) -> list[Row]:
    """Use of the headroom that several places share; one place's own stands with the place."""
    limits = candidates.groups.limits[["kind", "basis"]]
    table = plan.groups.join(limits, how="left")
    rows = _records(table[table["kind"] != "place"])
    for row in rows:
        name = names.get(row["group"], {"ja": row["group"], "en": row["group"]})
        row |= {"name_ja": name["ja"], "name_en": name["en"]}
    return rows


def _ties(question: Question, plan: Plan) -> list[Row]:
    """Capacity, mean flow (forward positive) and mean use of each tie and year."""
    dispatch = question.problem.dispatch
    hours = dispatch.hours_per_year() if dispatch is not None else pd.Series(dtype=float)
    flows = plan.flows.reset_index()
    sign = flows["direction"].map({"forward": 1.0, "reverse": -1.0})
    weight = flows["slice"].map(hours) / hours.sum()
    use = (flows["mw"] / flows["capacity_mw"]).where(flows["capacity_mw"] > 0, 0.0)
    flows["mean_flow_mw"] = sign * flows["mw"] * weight
    flows["mean_use_share"] = use * weight
    table = flows.groupby(["tie", "fiscal_year"])[["mean_flow_mw", "mean_use_share"]].sum()
    capacity = question.ties.known["capacity_mw"].unstack("direction")
    capacity = capacity.reindex(columns=["forward", "reverse"])
    named = capacity.rename(columns=lambda way: f"capacity_{way}_mw")
    return _records(table.join(named))


def _carbon(plan: Plan) -> list[Row]:
    table = plan.carbon.rename(columns={"emitted_t": "t"})
    energy_mwh = table["energy_gwh"] * 1000.0
    intensity = (table["t"] / energy_mwh).where(energy_mwh > 0)
    return _records(table[["t", "cap_t"]].assign(intensity_t_per_mwh=intensity))
