"""Clean power of a plan as the summary of a run shows it, and what it costs each site."""

from typing import Any

import numpy as np
import pandas as pd

from optimize.clean import CleanPower
from optimize.plan import Plan
from optimize.problem import SiteProblem
from optimize.read_clean import CleanAnswer
from siting.certificates import CEILING, FLOOR, certificate_costs, certificate_rows
from siting.clean_inputs import tech_of
from siting.contract_costs import parameter
from siting.day_names import day_rows
from siting.question import Question
from siting.scenario import Scenario

Row = dict[str, Any]

KEYS = ["area", "tech", "fiscal_year"]
NOISE_MW = 1e-3
"""Less than a kilowatt is the solver's rounding."""

EVERYWHERE = "japan"


def clean_summary(scenario: Scenario, question: Question, plan: Plan) -> Row | None:
    """Contracts, what they cover and cost; None where no clean power is asked for.

    Returns
    -------
    dict
        `matching`, `grid_counts`, `only_new`, `excess_share` as asked for. `years`: required_share
        (None in a year nothing is asked of), hourly_share and annual_share, claim_required_share
        and claimed_share [-], the energies behind them [GWh], location_t and market_t [t],
        contracts_myen, stores_myen, certificates_myen, cost_myen of all three [M¥/a] and
        yen_per_kwh of draw. `contracts`: mw, gwh, myen by area, tech and year, all years of
        construction together. `stores`: the same with mwh. `bought_certificates`: gwh,
        yen_per_kwh, myen, additional, at_floor, source by kind and year. `heat`: share of the
        draw that is clean by typical day and hour of the last year, by area. `certificates`: what
        the draw left uncovered would cost as certificates. `one_way`: cost_myen [M¥] of the
        cheapest plan known that carries no clean energy against the flow of ties (NaN: none is),
        more_share than this one, and gap_share to what is proven [-].
    """
    limit, clean, answer = scenario.limits.clean, question.problem.clean, plan.clean
    if limit is None or clean is None or answer is None:
        return None
    contracts, stores = contract_rows(clean, answer), store_rows(clean, answer)
    certificates = certificate_rows(scenario, clean, answer)
    years = _years(answer, contracts, stores, certificates)
    return {
        "matching": limit.matching,
        "grid_counts": limit.counts_grid(),
        "only_new": limit.only_new,
        "excess_share": limit.excess_share,
        "years": years.reset_index().to_dict("records"),
        "contracts": contracts.reset_index().to_dict("records"),
        "stores": stores.reset_index().to_dict("records"),
        "heat": _heat(question.problem, answer),
        "certificates": _certificates(years),
        "bought_certificates": certificates.reset_index().to_dict("records"),
        "one_way": _one_way(plan, answer),
    }


def _one_way(plan: Plan, answer: CleanAnswer) -> Row:
    """What a plan costs that carries no clean energy against the flow, as far as one is known."""
    cost, bound = answer.one_way_cost_myen, plan.record.bound_myen
    return {
        "cost_myen": cost,
        "more_share": cost / plan.record.cost_myen - 1.0,
        "gap_share": 1.0 - bound / cost,
    }


def contract_rows(clean: CleanPower, answer: CleanAnswer) -> pd.DataFrame:
    """Contracts with power, index (area, tech, fiscal_year): mw, gwh, myen, additional."""
    table = answer.contracts
    offers = clean.offers.reindex(_at(table, ["area", "tech"]))
    fixed = table["mw"].to_numpy() * offers["myen_per_mw_year"].to_numpy()
    running = table["gwh"].to_numpy() * 1000.0 * offers["cost_myen_per_mwh"].to_numpy()
    rows = table[["mw", "gwh", "additional"]].assign(myen=fixed + running).reset_index()
    rows["tech"] = rows["tech"].map(tech_of)
    summed = rows.groupby(KEYS, sort=False).agg(
        {"mw": "sum", "gwh": "sum", "myen": "sum", "additional": "first"}
    )
    return summed[summed["mw"] > NOISE_MW]


def store_rows(clean: CleanPower, answer: CleanAnswer) -> pd.DataFrame:
    """Stores with energy, index (area, tech, fiscal_year): mw, mwh, discharged_gwh, myen."""
    table = answer.stores
    prices = clean.stores.reindex(_at(table, ["area", "tech"]))
    power = table["mw"].to_numpy() * prices["myen_per_mw_year"].to_numpy()
    energy = table["mwh"].to_numpy() * prices["myen_per_mwh_year"].to_numpy()
    rows = table[["mw", "mwh", "discharged_gwh"]].assign(myen=power + energy)
    return rows[(rows["mw"] > NOISE_MW) | (rows["mwh"] > NOISE_MW)]


def _at(table: pd.DataFrame, levels: list[str]) -> pd.MultiIndex:
    parts = [table.index.get_level_values(level) for level in levels]
    return pd.MultiIndex.from_arrays(parts, names=levels)


def _years(
    answer: CleanAnswer, contracts: pd.DataFrame, stores: pd.DataFrame, certificates: pd.DataFrame
) -> pd.DataFrame:
    table = answer.years
    bought = {"contracts": contracts, "stores": stores, "certificates": certificates}
    paid = {
        f"{name}_myen": rows["myen"].groupby(level="fiscal_year").sum()
        for name, rows in bought.items()
    }
    table = table.assign(**{name: _every_year(myen, table) for name, myen in paid.items()})
    cost = table[list(paid)].sum(axis=1)
    draw = table["draw_gwh"]
    return table.assign(cost_myen=cost, yen_per_kwh=(cost / draw).where(draw > 0))


def _every_year(myen: pd.Series, table: pd.DataFrame) -> pd.Series:
    return myen.reindex(table.index).fillna(0.0)


def _heat(problem: SiteProblem, answer: CleanAnswer) -> Row:
    """Clean share of the draw by typical day (rows) and slice (columns) in the last year."""
    assert problem.dispatch is not None
    slices, last = problem.dispatch.slices, problem.years[-1]
    table: Any = answer.matching.xs(last, level="fiscal_year")[
        ["draw_mw", "matched_mw", "grid_clean_mw"]
    ]
    drawing = table.groupby(level="area")["draw_mw"].max() > NOISE_MW
    tables = {area: table.loc[area] for area in drawing.index[drawing]}
    if len(tables) > 1:
        tables[EVERYWHERE] = table.groupby(level="slice", sort=False).sum()
    days = list(dict.fromkeys(slices["day"]))
    return {
        "fiscal_year": last,
        "days": day_rows(days),
        "hours": sorted(set(slices["hour"].astype(int))),
        "areas": [{"area": a, "share": _grid(rows, slices, days)} for a, rows in tables.items()],
    }


def _grid(rows: pd.DataFrame, slices: pd.DataFrame, days: list[str]) -> list[list[float]]:
    clean = rows["matched_mw"] + rows["grid_clean_mw"]
    share = (clean / rows["draw_mw"].where(rows["draw_mw"] > NOISE_MW)).reindex(slices.index)
    by_day = slices.assign(share=np.minimum(share, 1.0)).pivot_table(
        index="day", columns="hour", values="share", dropna=False, observed=False
    )
    return [[float(value) for value in row] for row in by_day.reindex(days).to_numpy()]


def _certificates(years: pd.DataFrame) -> Row:
    """FIT certificates for what is left uncovered in the last year, at both ends."""
    last = years.iloc[-1]
    covered = last["matched_gwh"] + last["excess_gwh"] + last["certificate_gwh"]
    open_gwh = max(float(last["draw_gwh"] - covered), 0.0)
    prices = {"floor": parameter(FLOOR), "ceiling": parameter(CEILING)}
    return {
        "fiscal_year": int(years.index[-1]),
        "uncovered_gwh": open_gwh,
        **{f"{end}_yen_per_kwh": price for end, price in prices.items()},
        # a million kWh in a GWh, a million yen in a M¥
        **{f"{end}_myen": open_gwh * price for end, price in prices.items()},
    }


def clean_costs(problem: SiteProblem, plan: Plan) -> pd.DataFrame:
    """Contracts, stores and certificates shared among the sites by their energy; empty without.

    Returns
    -------
    DataFrame, index (site, item, fiscal_year)
        myen, undiscounted, item `clean_power`. [M¥/a]
    """
    energy = plan.sites["energy_gwh"]
    if problem.clean is None or plan.clean is None:
        return _as_item(energy.iloc[:0])
    contracts, stores = (
        rows["myen"].groupby(level="fiscal_year").sum()
        for rows in (
            contract_rows(problem.clean, plan.clean),
            store_rows(problem.clean, plan.clean),
        )
    )
    bought = certificate_costs(problem.clean, plan.clean)
    cost = contracts.add(stores, fill_value=0.0).add(bought, fill_value=0.0)
    of_year = energy.groupby(level="fiscal_year").transform("sum")
    paid = cost.reindex(energy.index.get_level_values("fiscal_year")).fillna(0.0).to_numpy()
    return _as_item((energy / of_year.where(of_year > 0)).fillna(0.0) * paid)


def _as_item(myen: pd.Series) -> pd.DataFrame:
    table = myen.rename("myen").to_frame().assign(item="clean_power")
    return table.set_index("item", append=True).reorder_levels(["site", "item", "fiscal_year"])
