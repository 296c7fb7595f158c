import pandas as pd
import pytest

from data.contract import AREAS
from data.facts import read_fact
from grid.peaks import national_peaks


@pytest.fixture(scope="module")
def peaks():
    return national_peaks(read_fact("area_peaks"), read_fact("forecast_national"))


def test_peaks_at_one_time_and_each_at_its_own(peaks):
    row = peaks.set_index(["vintage", "fiscal_year"]).loc[("2026-01", 2026)]
    assert row["coincident_mw"] == 159_626
    assert row["non_coincident_mw"] == 161_070
    assert row["note"] == "both"


def test_a_sum_without_all_ten_areas_is_unknown(peaks):
    others = peaks[(peaks["vintage"] != "2026-01") | (peaks["fiscal_year"] != 2026)]
    assert others["non_coincident_mw"].isna().all()
    assert set(others["note"]) == {"areas_missing"}


def user_table(vintage, year, areas, mw):
    return pd.DataFrame(
        {
            "vintage": vintage,
            "fiscal_year": year,
            "area": list(areas),
            "quantity": "peak_mw",
            "value": mw,
        }
    )


def test_a_users_table_adds_years_and_vintages_and_wins():
    later = user_table("2026-01", 2035, AREAS, 16_500.0)
    unknown_vintage = user_table("2027-01", 2027, AREAS[:9], 1000.0)
    tokyo = user_table("2026-01", 2026, ["tokyo"], 55_011.0)
    table = pd.concat([later, unknown_vintage, tokyo])
    peaks = national_peaks(read_fact("area_peaks"), read_fact("forecast_national"), table)
    rows = peaks.set_index(["vintage", "fiscal_year"])
    assert rows.loc[("2026-01", 2035), "non_coincident_mw"] == 165_000
    assert rows.loc[("2026-01", 2026), "non_coincident_mw"] == 161_071
    assert rows.loc[("2027-01", 2027), "note"] == "both_missing"
