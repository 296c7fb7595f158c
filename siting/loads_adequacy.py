"""Reserve margins with and without the additions: facts and the user's table put together."""

import pandas as pd

from data.facts import read_fact
from grid.adequacy import STANDARDS, adequacy_table
from grid.forecast_check import Loads, new_load_mw
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

    Peaks are those of the newest forecast known, whatever the list is compared with. Beyond the
    years it publishes by area they are held, and what counted loads gain after that is new load.

    Returns
    -------
    DataFrame
        As `grid.spare.adequacy_with_additions`.
    """
    vintage = given.newest  # the peaks hold what that forecast counts, not an older one
    peaks = _peaks(given, vintage)
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
    everything = all_kinds(loads, given.value("coincidence"))
    new_mw = new_load_mw(everything, vintage, _peak_years(peaks, given.years))
    return adequacy_with_additions(
        base,
        new_mw[new_mw["fiscal_year"].isin(years)],
        ties_of(years).known,
        relief=_relief(assumed, int(given.value("conditional-hours"))),
        conditional_share=given.value("conditional-share"),
    )


def _peaks(given: LoadsInput, vintage: str) -> pd.DataFrame:
    """Annual peaks and supply by area: the facts, and the user's peaks of that forecast."""
    facts = read_fact("area_peaks")
    kept = facts[facts["quantity"].isin(["annual_peak", "supply_at_peak"])]
    later = read_fact("forecast_area")
    tables = [later[(later["vintage"] == vintage) & (later["quantity"] == "peak_mw")]]
    if given.area_table is not None:
        own = given.area_table
        tables.append(own[(own["vintage"] == vintage) & (own["quantity"] == "peak_mw")])
    columns = ["area", "quantity", "fiscal_year", "mw"]
    more = pd.concat(tables).rename(columns={"value": "mw"}).assign(quantity="annual_peak")
    every = pd.concat([kept[columns], more[columns]], ignore_index=True)
    every = every[every["area"].isin(kept["area"])].astype({"mw": float})
    return every.drop_duplicates(columns[:3], keep="last")


def _peak_years(peaks: pd.DataFrame, years: tuple[int, ...]) -> pd.DataFrame:
    """Year each peak is of: the year itself between published ones, else the nearest published."""
    annual = peaks[peaks["quantity"] == "annual_peak"].groupby("area")["fiscal_year"]
    first, last = annual.min(), annual.max()
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
