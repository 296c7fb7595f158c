"""Embodied carbon of a plan as the summary of a run shows it, and its price for each site."""

from typing import Any

import pandas as pd

from optimize.embodied import Embodied, embodied_t
from optimize.plan import Plan
from optimize.problem import SiteProblem
from siting.embodied_inputs import amounts, asked_for
from siting.question import Question
from siting.scenario import Scenario

Row = dict[str, Any]


def embodied_summary(scenario: Scenario, question: Question, plan: Plan) -> Row | None:
    """Carbon in servers and buildings, apart from that of the draw; None where not asked for.

    Returns
    -------
    dict
        case, in_cap, in_price as asked for. `parts`: part, t_per_mw [t/MW], life_years, source
        ("" for the scenario's own figure), confidence. `years`: servers_t, building_t, t (their
        sum) [t/a], t_per_mwh of draw (None without any) [t/MWh], standing_t (of what stands, not
        spread over its life) [t], capped_t (with the location-based carbon, None unless it counts
        in the cap) and cap_t [t/a].
    """
    asked, embodied = asked_for(scenario), question.problem.embodied
    if asked is None or embodied is None:
        return None
    parts = amounts(asked)
    years = _years(embodied, plan)
    years["standing_t"] = sum(years[f"{part}_t"] * parts[part].life_years for part in parts)
    return {
        "case": asked.case,
        "in_cap": embodied.in_cap,
        "in_price": embodied.in_price,
        "parts": [
            {
                "part": each.part,
                "t_per_mw": each.t_per_mw,
                "life_years": each.life_years,
                "source": each.source,
                "confidence": each.confidence,
            }
            for each in parts.values()
        ],
        "years": years.reset_index().to_dict("records"),
    }


def _years(embodied: Embodied, plan: Plan) -> pd.DataFrame:
    table = embodied_t(embodied, plan.sites).groupby(level="fiscal_year").sum()
    table["t"] = table["servers_t"] + table["building_t"]
    energy_mwh = plan.carbon["energy_gwh"].reindex(table.index) * 1000.0
    table["t_per_mwh"] = (table["t"] / energy_mwh).where(energy_mwh > 0)
    drawn_t = plan.carbon["emitted_t"].reindex(table.index)
    table["capped_t"] = drawn_t + table["t"] if embodied.in_cap else float("nan")
    table["cap_t"] = plan.carbon["cap_t"].reindex(table.index)
    return table


def embodied_costs(problem: SiteProblem, plan: Plan) -> pd.DataFrame:
    """Carbon price on what went into each site; empty where it is not paid.

    Returns
    -------
    DataFrame, index (site, item, fiscal_year)
        myen, undiscounted, item `embodied_carbon`. [M¥/a]
    """
    embodied = problem.embodied
    sites = plan.sites if embodied is not None and embodied.in_price else plan.sites.iloc[:0]
    tonnes = embodied_t(embodied or Embodied(0.0, 0.0), sites).sum(axis=1)
    price = problem.carbon["price_myen_per_t"].reindex(tonnes.index.get_level_values("fiscal_year"))
    table = (tonnes * price.to_numpy()).rename("myen").to_frame().assign(item="embodied_carbon")
    return table.set_index("item", append=True).reorder_levels(["site", "item", "fiscal_year"])
