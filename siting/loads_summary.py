"""The answer of a forecast check as plain values: what report, map and terminal show."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from data.contracts_loads import KINDS, STAGES
from data.facts import read_fact
from grid.counted_rows import USER, national_rows
from grid.outlook import JAPAN, interpolate_years
from grid.peaks import national_peaks
from grid.pipeline import full_power_year
from siting.loads_assumed import FACT_TABLES, list_assumptions, list_unknowns
from siting.loads_check import LoadsAnswer
from siting.loads_inputs import LoadsInput
from siting.loads_notices import find_notices
from siting.sources_used import list_sources

FORMAT = 1

NATIONAL_QUANTITIES = (
    "counted_mw",
    "counted_dc_mw",
    "counted_fab_mw",
    "counted_energy_gwh",
    "peak_mw",
)

TITLE = {
    "ja": "OCCTO需要想定との照合",
    "en": "Forecast check",
}


def summary_of(answer: LoadsAnswer) -> dict[str, Any]:
    """Everything of a check but the applications themselves; unknown figures are NaN or None."""
    given = answer.given
    return {
        "format": FORMAT,
        "kind": "forecast",
        "created": date.today().isoformat(),
        "file": given.path.name,
        "title": {lang: f"{text}: {given.path.name}" for lang, text in TITLE.items()},
        "vintages": list(given.vintages),
        "newest": max(given.vintages),
        "cases": list(answer.cases),
        "years": list(given.years),
        "areas": list(dict.fromkeys(answer.verdict["area"])),
        "exceeds": answer.exceeds,
        "totals": _totals(answer),
        "pipeline": _records(answer.pipeline),
        "verdict": _records(answer.verdict),
        "firsts": _records(answer.firsts),
        "contributors": _records(answer.contributors),
        "vintage_comparison": _records(vintage_comparison(given)),
        "peaks": _records(peaks_of(given)),
        "adequacy": _adequacy(answer.adequacy),
        "draws": _records(answer.draws),
        "chance": _records(answer.chance),
        "draw_count": answer.draw_count,
        "seed": answer.seed,
        "notices": find_notices(given),
        "assumptions": list_assumptions(given),
        "unknowns": list_unknowns(given, answer.verdict),
        "sources": list_sources(FACT_TABLES),
    }


def vintage_comparison(given: LoadsInput) -> pd.DataFrame:
    """National figures of each forecast by year, published, stated by the user or on the line.

    Returns
    -------
    DataFrame
        `quantity`, `fiscal_year`, `vintage`, `value` [MW, GWh], `basis` (published,
        user_table, interpolated); unknown left out.
    """
    facts, user = given.forecasts.national, given.forecasts.user
    rows = {vintage: national_rows(facts, user, vintage) for vintage in given.vintages}
    paths = {
        (quantity, vintage): _national_line(own[own["quantity"] == quantity], given.years)
        for quantity in NATIONAL_QUANTITIES
        for vintage, own in rows.items()
    }
    table = pd.concat(paths, names=["quantity", "vintage"]).reset_index()
    columns = ["quantity", "fiscal_year", "vintage", "value", "basis"]
    return table.dropna(subset="value")[columns].reset_index(drop=True)


def _national_line(rows: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
    """One national quantity by year; years that the user states are marked as such."""
    line = interpolate_years(rows.set_index("fiscal_year")["value"], years)
    own_years = rows.loc[rows["source"] == USER, "fiscal_year"]
    return line.assign(basis=line["basis"].mask(line.index.isin(own_years), "user_table"))


def peaks_of(given: LoadsInput) -> pd.DataFrame:
    """Coincident and non-coincident national peaks of the forecasts chosen."""
    peaks = national_peaks(
        read_fact("area_peaks"), _national_with_user(given), _areas_of_user(given)
    )
    return peaks[peaks["vintage"].isin(given.vintages)].reset_index(drop=True)


def _national_with_user(given: LoadsInput) -> pd.DataFrame:
    """National facts, and the user's rows for Japan laid over them."""
    columns = ["vintage", "fiscal_year", "quantity", "value"]
    facts, own = given.forecasts.national[columns], given.area_table
    if own is None:
        return facts
    both = pd.concat([facts, own.loc[own["area"] == JAPAN, columns]])
    return both.drop_duplicates(columns[:3], keep="last", ignore_index=True)


def _areas_of_user(given: LoadsInput) -> pd.DataFrame | None:
    table = given.area_table
    return None if table is None else table[table["area"] != JAPAN]


def points_of(answer: LoadsAnswer) -> dict[str, list[Any]]:
    """Applications with a position, as columns for the map."""
    loads = answer.loads
    located = loads.applications["lat"].notna().to_numpy()
    table = loads.applications[located]
    stage = {name: place for place, name in enumerate(STAGES)}
    texts = {
        name: table[name].fillna("").astype(str).tolist()
        for name in ("id", "name", "applicant", "area", "kind")
    }
    return texts | {
        "lat": table["lat"].tolist(),
        "lon": table["lon"].tolist(),
        "contract_mw": table["contract_mw"].tolist(),
        "start": table["supply_start"].tolist(),
        "stage": [stage[name] for name in table["stage"]],
        "probability": loads.weights.loc[located, "weighted"].tolist(),
        "counted": loads.counted.loc[located, max(answer.given.vintages)].tolist(),
        "point": table["connection_point"].fillna("").astype(str).tolist(),
        "full": full_power_year(table).tolist(),
    }


def _totals(answer: LoadsAnswer) -> dict[str, Any]:
    given, table = answer.given, answer.given.applications
    size = {"applications": ("id", "size"), "contract_mw": ("contract_mw", "sum")}
    kinds = table.groupby("kind").agg(**size).reindex(KINDS, fill_value=0)
    stages = table.groupby("stage").agg(**size).reindex(STAGES, fill_value=0)
    compared = [given.value(f"compared-{kind}") for kind in KINDS]
    chance = [given.value(f"realised-{stage}") for stage in STAGES]
    return {
        "applications": len(table),
        "contract_mw": float(table["contract_mw"].sum()),
        "located": int(table["lat"].notna().sum()),
        "kinds": _records(kinds.assign(compared_share=compared).reset_index()),
        "stages": _records(stages.assign(probability=chance).reset_index()),
    }


def _adequacy(table: pd.DataFrame) -> list[Any]:
    """Rows with the binding ties by name."""
    rows = _records(table)
    for row in rows:
        row["binding"] = [{"tie": tie, "direction": way} for tie, way in row["binding"]]
    return rows


def _records(table: pd.DataFrame) -> list[Any]:
    """Rows with None for what is not known."""
    plain = table.astype(object)
    return plain.where(table.notna(), None).to_dict("records")
