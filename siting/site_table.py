"""The chosen sites by year, as a spreadsheet shows them."""

from collections.abc import Iterable

import pandas as pd

from optimize.plan import Plan
from siting.answer import Answer
from siting.candidates import Candidates
from siting.energy_cost import site_emissions_t
from siting.question import Question


def site_table(
    candidates: Candidates, question: Question, answer: Answer, plan: Plan
) -> pd.DataFrame:
    """Chosen sites by year with costs by item: the table of `sites.csv`.

    Returns
    -------
    DataFrame, one row a chosen site and fiscal year
        Names, area, position, connection, headroom with its basis, contract_mw, it_mw [MW],
        energy_gwh [GWh], co2_t [t], <item>_myen [M¥/a] and why in both languages.
    """
    rows = answer.summary["sites"]
    words = pd.DataFrame(
        {
            "why_ja": [_joined(r["why"]["ja"]) for r in rows],
            "why_en": [_joined(r["why"]["en"]) for r in rows],
        },
        index=pd.Index([r["site"] for r in rows], name="site"),
    )
    columns = ["name_ja", "name_en", "area", "prefecture_code", "lat", "lon", "precision_km"]
    grid = ["voltage_kv", "low_mw", "high_mw", "basis", "zone", "first_fiscal_year", "lead_basis"]
    names = {"low_mw": "headroom_low_mw", "high_mw": "headroom_high_mw", "basis": "headroom_basis"}
    # land, connection and fuel prices are assumptions: so is every cost that rests on them
    own = candidates.table[[*columns, *grid]].rename(columns=names).assign(cost_basis="assumed")
    years = plan.sites.loc[list(words.index)]
    years = years[years["contract_mw"] > 0].drop(columns="built")
    items = answer.costs["myen"].unstack("item").reindex(years.index).add_suffix("_myen")
    emitted = site_emissions_t(question.problem, plan).reindex(years.index).rename("co2_t")
    table = years.join(emitted).join(items).reset_index("fiscal_year")
    return own.rename_axis("site").join(table, how="right").join(words).reset_index()


def _joined(lines: Iterable[str]) -> str:
    return "; ".join(lines)
