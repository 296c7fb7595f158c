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
    base = adequacy_table(
        peaks,
        years,
        seasons=SEASONS,
        winter_peak_share=by_key(assumed.winter_peak_share),
        h1_uplift_share=assumed.h1_uplift_share,
        required_share=_required_share(),
    )
    return adequacy_with_additions(
        base,
        _new_load(given, loads, peaks_used(peaks, years)),
        ties_of(years).known,
        relief=_relief(assumed, int(given.value("conditional-hours"))),
        conditional_share=given.value("conditional-share"),
    )


def _required_share() -> dict[str, float]:
    facts = read_fact("parameters").set_index("parameter")["value"]
    return {name: float(facts[RESERVE[name]]) for name in STANDARDS}


def _new_load(given: LoadsInput, loads: Loads, used: pd.DataFrame) -> pd.DataFrame:
    """Load of every kind that the peaks used do not hold, in their years."""
    vintages = sorted(set(used["vintage"]))
    counted = counted_in(given.applications, vintages, newest=given.newest)
    everything = replace(all_kinds(loads, given.value("coincidence")), counted=counted)
    new_mw = new_load_mw(everything, used)
    return new_mw[new_mw["fiscal_year"].isin(used.index.unique("fiscal_year"))]


def _peaks(given: LoadsInput) -> pd.DataFrame:
    """Annual peaks and supply by area; a newer forecast wins, one older than the facts is left."""
    facts = read_fact("area_peaks")
    kept = facts[facts["quantity"].isin(["annual_peak", "supply_at_peak"])]
    kept = kept.assign(vintage=kept["as_of"].str[:VINTAGE_LETTERS])
    tables = [read_fact("forecast_area")]
    if given.area_table is not None:
        tables.append(given.area_table)
    more = pd.concat(tables).query("quantity == 'peak_mw'").rename(columns={"value": "mw"})
    oldest = kept.loc[kept["quantity"] == "annual_peak", "vintage"].min()
    more = more[more["area"].isin(kept["area"]) & (more["vintage"] >= oldest)]
    columns = ["area", "quantity", "fiscal_year", "mw", "vintage"]
    every = pd.concat([kept, more.assign(quantity="annual_peak")])[columns].astype({"mw": float})
    newest_last = every.sort_values("vintage", kind="stable")
    return newest_last.drop_duplicates(columns[:3], keep="last", ignore_index=True)


def peaks_used(peaks: pd.DataFrame, years: tuple[int, ...]) -> pd.DataFrame:
    """Which peak stands for each area and year.

    Parameters
    ----------
    peaks : DataFrame
        `area`, `quantity`, `fiscal_year`, `vintage`; rows `annual_peak` are used.
    years : tuple of int
        Fiscal years.

    Returns
    -------
    DataFrame, index (area, fiscal_year)
        `peak_year`: the year itself between known ones, else the nearest known; `vintage`: of two
        known years around it the older forecast, because that one holds fewer loads.
    """
    annual = peaks[peaks["quantity"] == "annual_peak"]
    rows = [
        (str(area), year, *_peak_behind(own.set_index("fiscal_year")["vintage"].sort_index(), year))
        for area, own in annual.groupby("area")
        for year in years
    ]
    columns = ["area", "fiscal_year", "peak_year", "vintage"]
    return pd.DataFrame(rows, columns=columns).set_index(columns[:2])


def _peak_behind(vintage: pd.Series, year: int) -> tuple[int, str]:
    """Year and forecast of the peak that stands for a year, from known years in order."""
    peak_year = min(max(year, int(vintage.index[0])), int(vintage.index[-1]))
    before, after = vintage.loc[:peak_year].iloc[-1], vintage.loc[peak_year:].iloc[0]
    return peak_year, min(str(before), str(after))


def _relief(assumed: Assumptions, hours: int) -> pd.DataFrame:
    """What the hours of giving way can take off the peak day; winter as scenarios assume it."""
    days = season_days(
        read_fact("typical_days"),
        winter_demand_ratio=by_key(assumed.winter_demand_ratio),
        autumn_demand_ratio=by_key(assumed.autumn_demand_ratio),
    )
    return peak_relief(days, hours=hours)
