import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.area_demand import read_area_demand
from data.errors import InputError
from data.facts import read_fact
from data.japanese_calendar import HOLIDAYS_2026, count_days, is_holiday, public_holidays
from data.own_days import own_typical_days, read_own_days
from data.tables import check
from grid.demand_summary import h3_mw, load_duration_mw, summarise_demand

SHARED = Path(__file__).parents[2] / "shared" / "data" / "demand"
KNOWN_DAYS = read_fact("day_kinds")["day"].tolist()


def long_table(area, mw, *, first="2026-04-01", minutes=30, quantity="demand"):
    start = pd.date_range(first, periods=len(mw), freq=f"{minutes}min", tz="Asia/Tokyo")
    columns = {"start": start, "minutes": minutes, "area": area, "quantity": quantity, "mw": mw}
    return pd.DataFrame(columns).astype({"mw": float})


def joined(*tables):
    return pd.concat(tables, ignore_index=True)


def at(text):
    return pd.Timestamp(text, tz="Asia/Tokyo")


@pytest.fixture(scope="module")
def real():
    path = SHARED / "occto_area_demand_30min_2026.csv.gz"
    if not path.exists():
        pytest.skip("real data for tests are kept beside the checkout")
    return read_area_demand([str(path)]).table


def test_four_half_hours_by_head():
    row = summarise_demand(long_table("tokyo", [100, 400, 200, 300])).areas.loc["tokyo", "demand"]
    assert row["peak_mw"] == 400
    assert row["peak_start"] == at("2026-04-01 00:30")
    assert row["minimum_mw"] == 100
    assert row["minimum_start"] == at("2026-04-01 00:00")
    assert row["energy_gwh"] == pytest.approx(0.5)  # 1000 MW times half an hour
    assert row["mean_mw"] == 250
    assert row["load_factor_share"] == pytest.approx(0.625)
    assert row["minutes"] == 30
    assert row["slots"] == 4
    assert (row["first"], row["last"]) == (at("2026-04-01 00:00"), at("2026-04-01 01:30"))
    assert math.isnan(row["h3_mw"])  # one day is not three


def test_the_coincident_peak_is_not_the_sum_of_peaks():
    table = joined(long_table("tokyo", [100, 400]), long_table("kansai", [300, 50]))
    summary = summarise_demand(table)
    row = summary.areas.loc["japan", "demand"]
    assert row["peak_mw"] == 450  # 00:30: 400 + 50; 00:00: 100 + 300
    assert row["peak_start"] == at("2026-04-01 00:30")
    assert row["non_coincident_mw"] == 700
    assert set(summary.together) == {"tokyo", "kansai"}


def test_only_slots_in_which_all_areas_are_known_are_added():
    table = joined(long_table("tokyo", [100, 400, np.nan]), long_table("kansai", [300, 50, 900]))
    summary = summarise_demand(table)
    japan = summary.areas.loc["japan", "demand"]
    assert (japan["slots"], japan["peak_mw"], japan["non_coincident_mw"]) == (2, 450, 700)
    assert summary.areas.loc[("kansai", "demand"), "peak_mw"] == 900
    assert summary.areas.loc[("tokyo", "demand"), "unknown_slots"] == 1


def test_areas_without_a_common_slot_are_not_added():
    table = joined(long_table("tokyo", [1, 2]), long_table("kansai", [3, 4], first="2026-05-01"))
    summary = summarise_demand(table)
    assert summary.together == ()
    assert "japan" not in summary.areas.index


def test_one_area_is_not_japan():
    assert list(summarise_demand(long_table("tokyo", [1, 2])).areas.index) == [("tokyo", "demand")]


def test_hours_stay_hours_and_say_so():
    table = joined(
        long_table("tokyo", [100, 300, 500, 100], minutes=30),
        long_table("kansai", [1000, 2000], minutes=60),
    )
    areas = summarise_demand(table).areas
    assert areas.loc[("kansai", "demand"), "minutes"] == 60
    assert areas.loc[("kansai", "demand"), "energy_gwh"] == pytest.approx(3.0)
    japan = areas.loc["japan", "demand"]
    assert japan["minutes"] == 60
    assert japan["peak_mw"] == 2300  # 300 MW mean of 500 and 100, in the second hour
    assert japan["minimum_mw"] == 1200


def test_half_an_hour_known_is_no_hour():
    table = joined(
        long_table("tokyo", [100, 300, 500, np.nan], minutes=30),
        long_table("kansai", [1000, 2000], minutes=60),
    )
    assert summarise_demand(table).areas.loc[("japan", "demand"), "peak_mw"] == 1200


def test_forecasts_are_summarised_apart():
    table = joined(
        long_table("tokyo", [100, 200]), long_table("tokyo", [7, 9], quantity="forecast_demand")
    )
    areas = summarise_demand(table).areas
    assert areas.loc[("tokyo", "demand"), "peak_mw"] == 200
    assert areas.loc[("tokyo", "forecast_demand"), "peak_mw"] == 9


def test_the_three_highest_days_of_each_month():
    # daily peaks of April: 10, 20, 30, 40 -> 30; of May: 5, 6 -> too few days
    peaks = pd.Series([10, 20, 30, 40] + [1] * 26 + [5, 6])
    mw = np.ones(32 * 48)
    mw[np.arange(32) * 48 + 20] = peaks
    summary = summarise_demand(long_table("tokyo", mw))
    months = summary.months.loc["tokyo", "demand"]
    assert months["h3_mw"].iloc[0] == 30
    assert math.isnan(months["h3_mw"].iloc[1])
    assert months["days"].tolist() == [30, 2]
    assert summary.areas.loc[("tokyo", "demand"), "h3_mw"] == 30
    assert summary.areas.loc[("tokyo", "demand"), "observed_highest_mw"] == 40


def test_a_share_counts_slots_in_which_both_are_known():
    table = joined(
        long_table("tokyo", [100, 100, 200, 100]),
        long_table("tokyo", [50, np.nan, 100, 25], quantity="coal"),
        long_table("tokyo", [0, 0, 0, 0], quantity="nuclear"),
        long_table("tokyo", [-10, -10, -20, -10], quantity="tie"),
        long_table("tokyo", [9, 9, 9, 9], quantity="solar_curtailed"),
    )
    shares = summarise_demand(table).shares.loc["tokyo"]
    assert shares["share"].to_dict() == pytest.approx(
        {"coal": 175 / 400, "nuclear": 0.0, "tie": -0.1}
    )
    assert shares.loc["coal", "energy_gwh"] == pytest.approx(0.0875)


def test_together_only_sources_that_every_area_reports():
    table = joined(
        long_table("tokyo", [100, 100]),
        long_table("kansai", [300, 100]),
        long_table("tokyo", [50, 50], quantity="coal"),
        long_table("kansai", [30, 10], quantity="coal"),
        long_table("kansai", [60, 20], quantity="nuclear"),
    )
    shares = summarise_demand(table).shares["share"]
    assert shares["japan"].to_dict() == pytest.approx({"coal": 140 / 600})
    assert shares["kansai"]["nuclear"] == pytest.approx(0.2)


def test_the_duration_curve_by_head():
    mw, minutes = pd.Series([10.0, 30.0, 20.0, 40.0, 50.0]), pd.Series([30] * 5)
    curve = load_duration_mw(mw, minutes)
    assert list(curve.index) == list(range(101))
    assert curve[[0, 25, 50, 75, 100]].tolist() == [50, 40, 30, 20, 10]


def test_an_hour_counts_twice_a_half_hour():
    curve = load_duration_mw(pd.Series([10.0, 40.0]), pd.Series([60, 30]))
    assert curve[50] == 10  # two of three half-hours
    assert curve[0] == 40


@settings(max_examples=50)
@given(values=st.lists(st.floats(1, 1e5), min_size=2, max_size=200))
def test_a_duration_curve_falls_from_peak_to_minimum(values):
    curve = load_duration_mw(pd.Series(values), pd.Series([30] * len(values)))
    assert curve[0] == max(values)
    assert curve[100] == min(values)
    assert (curve.diff().dropna() <= 1e-9 * max(values)).all()
    middle = sum(value >= curve[50] - 1e-9 * max(values) for value in values)
    assert middle * 2 >= len(values)


@settings(max_examples=50)
@given(peaks=st.lists(st.floats(1, 1e5), min_size=3, max_size=31))
def test_h3_lies_between_the_third_and_the_first(peaks):
    ranked = sorted(peaks, reverse=True)
    assert ranked[2] * (1 - 1e-9) <= h3_mw(pd.Series(peaks)) <= ranked[0] * (1 + 1e-9)


def test_the_real_series_against_plain_numpy(real):
    path = SHARED / "occto_area_demand_30min_2026.csv.gz"
    raw = pd.read_csv(path)
    summary = summarise_demand(real)
    national = raw.iloc[:, 2:].to_numpy().sum(axis=1)
    japan = summary.areas.loc["japan", "demand"]
    assert japan["peak_mw"] == pytest.approx(national.max(), abs=1e-6)
    assert japan["peak_start"].date().isoformat() == raw["date"][national.argmax()] == "2026-07-23"
    assert japan["minimum_start"].date().isoformat() == "2026-05-05"
    assert japan["load_factor_share"] == pytest.approx(national.mean() / national.max())
    by_day = national.reshape(-1, 48).max(axis=1)
    assert japan["h3_mw"] == pytest.approx(np.sort(by_day)[-3:].mean())
    july = by_day[(raw["date"].str[:7] == "2026-07").to_numpy()[::48]]
    months = summary.months["h3_mw"]
    assert months["japan", "demand", "2026-07"] == pytest.approx(np.sort(july)[-3:].mean())
    ranked = np.sort(national)[::-1]
    assert summary.duration["japan", "demand"][10] == pytest.approx(ranked[744], rel=1e-3)
    observed = read_fact("area_peaks").query("quantity == 'observed_peak'").set_index("area")["mw"]
    peaks = summary.areas["peak_mw"].xs("demand", level="quantity").drop("japan")
    assert (peaks - observed[peaks.index]).abs().max() <= 1


# --- typical days ------------------------------------------------------------------------------


def days_table(area, first, days, minutes=30):
    """A series whose hour h of day d is 1000 d + h."""
    hours = np.repeat(np.tile(np.arange(24.0), days), 60 // minutes)
    numbers = np.repeat(np.arange(1, days + 1), 1440 // minutes)
    return long_table(area, 1000 * numbers + hours, first=first, minutes=minutes)


def means(days):
    return days.groupby(["area", "day"])["demand_mw"].mean()


def test_weekdays_and_holidays_by_head():
    # Wed 1 April 2026 to Tue 7 April: five weekdays (1, 2, 3, 6, 7), one weekend
    days = own_typical_days(days_table("tokyo", "2026-04-01", 7))
    profile = days.query("day == 'spring_weekday'").set_index("hour")["demand_mw"]
    assert profile[5] == 1000 * (1 + 2 + 3 + 6 + 7) / 5 + 5
    assert means(days)["tokyo", "spring_holiday"] == 4500 + 11.5
    assert means(days)["tokyo", "spring_minimum"] == 3000 + 11.5  # days 1 to 5 are the lowest
    assert set(days["day"]) == {"spring_weekday", "spring_holiday", "spring_minimum"}


def test_public_holidays_of_any_year_count():
    days = own_typical_days(days_table("tokyo", "2019-05-01", 1))  # the day of the accession
    assert set(days["day"]) == {"spring_holiday"}


def test_peaks_are_those_of_all_areas_together():
    tokyo = days_table("tokyo", "2026-07-01", 5)
    kansai = tokyo.assign(area="kansai", mw=60_000 - 10 * tokyo["mw"])
    found = means(own_typical_days(joined(tokyo, kansai)))
    # together the first days are highest: 60000 - 9 x 1000 d
    assert found["tokyo", "summer_peak"] == 2000 + 11.5
    assert found["kansai", "summer_peak"] == 60_000 - 10 * (2000 + 11.5)


def test_winter_and_autumn_have_their_days():
    winter = own_typical_days(days_table("tokyo", "2026-01-13", 3, minutes=60))
    assert set(winter["day"]) == {"winter_weekday", "winter_peak"}
    autumn = own_typical_days(days_table("tokyo", "2026-10-01", 1))
    assert set(autumn["day"]) == {"autumn_weekday", "autumn_still"}


def test_days_with_a_slot_missing_do_not_count():
    table = days_table("tokyo", "2026-04-01", 2)
    table.loc[60, "mw"] = np.nan
    assert means(own_typical_days(table)).to_dict() == {("tokyo", "spring_weekday"): 1000 + 11.5}
    assert own_typical_days(table.head(40)).empty


def test_extremes_need_days_that_are_whole_in_every_area():
    tokyo = days_table("tokyo", "2026-07-01", 5)
    kansai = days_table("kansai", "2026-07-05", 5)
    days = own_typical_days(joined(tokyo, kansai))
    assert "summer_peak" not in set(days["day"])
    assert {"tokyo", "kansai"} == set(days["area"])


def test_spring_of_the_real_series_is_the_spring_shipped(real):
    own = own_typical_days(real).set_index(["area", "day", "hour"])["demand_mw"]
    shipped = read_fact("typical_days").set_index(["area", "day", "hour"])["demand_mw"]
    same = own.index.get_level_values("day").isin(
        ["spring_weekday", "spring_holiday", "spring_minimum", "summer_peak"]
    )
    assert same.sum() == 4 * 10 * 24
    assert (own[same] - shipped.reindex(own[same].index)).abs().max() <= 0.5


def test_own_days_pass_their_contract_and_are_read_back(tmp_path):
    days = own_typical_days(days_table("tokyo", "2026-04-01", 7))
    assert len(check(days, "user_typical_days", where="days")) == 72
    path = tmp_path / "typical_days.csv"
    days.to_csv(path, index=False)
    again = read_own_days(path, KNOWN_DAYS)
    pd.testing.assert_frame_equal(again[days.columns], days, check_dtype=False)


def test_unknown_days_and_missing_hours_are_one_list(tmp_path):
    days = own_typical_days(days_table("tokyo", "2026-04-04", 1))
    rows = days[~days["hour"].isin([3, 17])]
    other = days.assign(day="monday")
    path = tmp_path / "typical_days.csv"
    joined(rows, other).to_csv(path, index=False)
    with pytest.raises(InputError) as caught:
        read_own_days(path, KNOWN_DAYS)
    found = [(problem.where, problem.found) for problem in caught.value.problems]
    assert found == [("day", "'monday'"), ("spring_holiday of tokyo", "no hour 3, 17")]


# --- the calendar ------------------------------------------------------------------------------


def test_the_calendar_knows_other_years():
    assert len(HOLIDAYS_2026) == 18
    assert pd.Timestamp("2019-10-22") in public_holidays(2019)  # once only, the enthronement
    assert pd.Timestamp("2020-07-24") in public_holidays(2020)  # moved for the Olympic Games
    assert pd.Timestamp("2020-10-12") not in public_holidays(2020)
    days = pd.DatetimeIndex(["2019-10-22", "2026-10-22"])
    assert is_holiday(days).tolist() == [True, False]


def test_days_of_a_leap_year():
    assert count_days(2024).sum() == 366
