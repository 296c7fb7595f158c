"""Reserve margins with and without the additions: facts and the user's table put together."""

from dataclasses import replace

import pandas as pd

from data.facts import read_fact
from grid.adequacy import STANDARDS, adequacy_table
from grid.forecast_check import Loads, new_load_mw
from grid.peaks import VINTAGE_LETTERS
from grid.pipeline import counted_in
from grid.slices import season_days
from grid.spare import adequacy_with_additions, peak_relief
from grid.ties import TieCapacities, tie_capacity_by_year
from siting.by_year import by_key
from siting.loads_inputs import LoadsInput, all_kinds
from siting.scenario_assumptions import Assumptions

SEASONS = ("summer", "winter")
RESERVE = {"h3": "reserve_h3_share", "h1": "reserve_h1_share"}


def ties_of(years: tuple[int, ...]) -> TieCapacities:
    """Interconnectors as today and as decided."""
    return tie_capacity_by_year(
        read_fact("ties"), read_fact("tie_capacity"), list(years), reinforcements="planned"
    )


def adequacy_of(given: LoadsInput, loads: Loads) -> pd.DataFrame:
    """Table `adequacy` of the answer, from the first year whose peaks are known.

    Peaks are the newest known of each area and year, whatever forecasts the count is compared
    with; beyond the years published they are held, and what counted loads gain after that year is
    new load.

    Returns
    -------
    DataFrame
        As `grid.spare.adequacy_with_additions`.
    """
    peaks = _peaks(given)
    years = tuple(year for year in given.years if year >= int(peaks["fiscal_year"].min()))
    assumed = Assumptions()
    facts = read_fact("parameters").set_index("parameter")["value"]
    base = adequacy_table(
        peaks,
        years,
        seasons=SEASONS,
        winter_peak_share=by_key(assumed.winter_peak_share),
        h1_uplift_share=assumed.h1_uplift_share,
        required_share={name: float(facts[RESERVE[name]]) for name in STANDARDS},
    )
    annual = peaks[peaks["quantity"] == "annual_peak"]
    vintage = annual.groupby("area")["vintage"].max()
    counted = counted_in(given.applications, sorted(set(vintage)), newest=given.newest)
    everything = replace(all_kinds(loads, given.value("coincidence")), counted=counted)
    new_mw = new_load_mw(everything, dict(vintage.items()), _peak_years(annual, given.years))
    return adequacy_with_additions(
        base,
        new_mw[new_mw["fiscal_year"].isin(years)],
        ties_of(years).known,
        relief=_relief(assumed, int(given.value("conditional-hours"))),
        conditional_share=given.value("conditional-share"),
    )


def _peaks(given: LoadsInput) -> pd.DataFrame:
    """Annual peaks and supply by area, the newest forecast of each; the user's win over facts."""
    facts = read_fact("area_peaks")
    kept = facts[facts["quantity"].isin(["annual_peak", "supply_at_peak"])]
    kept = kept.assign(vintage=kept["as_of"].str[:VINTAGE_LETTERS])
    tables = [read_fact("forecast_area")]
    if given.area_table is not None:
        tables.append(given.area_table)
    more = pd.concat(tables).query("quantity == 'peak_mw'").rename(columns={"value": "mw"})
    columns = ["area", "quantity", "fiscal_year", "mw", "vintage"]
    every = pd.concat([kept, more.assign(quantity="annual_peak")])[columns]
    every = every[every["area"].isin(kept["area"])].astype({"mw": float})
    newest_last = every.sort_values("vintage", kind="stable")
    return newest_last.drop_duplicates(columns[:3], keep="last", ignore_index=True)


def _peak_years(annual: pd.DataFrame, years: tuple[int, ...]) -> pd.DataFrame:
    """Year each peak is of: the year itself between published ones, else the nearest published."""
    of_area = annual.groupby("area")["fiscal_year"]
    first, last = of_area.min(), of_area.max()
    table = pd.DataFrame({year: year for year in years}, index=first.index)
    return table.clip(lower=first, upper=last, axis=0).astype(int)


def _relief(assumed: Assumptions, hours: int) -> pd.DataFrame:
    """What the hours of giving way can take off the peak day; winter as scenarios assume it."""
    days = season_days(
        read_fact("typical_days"),
        winter_demand_ratio=by_key(assumed.winter_demand_ratio),
        autumn_demand_ratio=by_key(assumed.autumn_demand_ratio),
    )
    return peak_relief(days, hours=hours)
