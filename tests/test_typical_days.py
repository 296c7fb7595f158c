from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.average_day import average_day, half_hours_in_jst, hours_in_jst, whole_days
from data.errors import InputError
from data.facts import read_fact
from data.japanese_calendar import HOLIDAYS_2026, count_days, is_holiday
from data.typical_days import days_per_year, demand_days, typical_days, weather_days

SHARED = Path(__file__).parents[2] / "shared" / "data"
PRODUCTS = ["demand_mw", "solar_share", "wind_share"]
KEYS = ["area", "day", "hour"]


def shared_table(name):
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is not there: real data for tests are kept beside the checkout")
    return pd.read_csv(path)


@pytest.fixture(scope="module")
def demand_mw():
    return half_hours_in_jst(shared_table("demand/occto_area_demand_30min_2026.csv.gz"))


@pytest.fixture(scope="module")
def factors():
    return hours_in_jst(shared_table("renewables/cf_5regions_2019.csv.gz"))


@pytest.fixture(scope="module")
def shipped():
    return read_fact("typical_days")


def clock(first, days, freq="30min"):
    steps = int(pd.Timedelta(days=days) / pd.Timedelta(freq))
    return pd.date_range(first, periods=steps, freq=freq, tz="Asia/Tokyo")


def test_slots_become_japanese_time():
    table = pd.DataFrame({"date": ["2026-04-02", "2026-04-01"], "slot": [0, 47], "tokyo": [2, 1]})
    series = half_hours_in_jst(table)
    assert series.index.astype(str).tolist() == [
        "2026-04-01 23:30:00+09:00",
        "2026-04-02 00:00:00+09:00",
    ]
    assert series["tokyo"].tolist() == [1, 2]


def test_noon_in_japan_is_three_in_utc():
    table = pd.DataFrame({"time_utc": ["2019-07-01 03:00:00"], "solar1": [0.7]})
    assert hours_in_jst(table).index[0].hour == 12


def test_an_average_day_is_the_mean_by_hour():
    index = clock("2026-04-01", 2)
    series = pd.DataFrame({"tokyo": np.repeat([100.0, 200.0], 48) + index.hour}, index=index)
    day = average_day(series, pd.DatetimeIndex(["2026-04-01", "2026-04-02"]))
    assert day["tokyo"].tolist() == [150.0 + hour for hour in range(24)]
    assert average_day(series, pd.DatetimeIndex(["2026-04-02"])).loc[23, "tokyo"] == 223


def test_a_series_in_utc_gives_the_same_day():
    index = clock("2026-04-01", 1)
    series = pd.DataFrame({"tokyo": np.arange(48.0)}, index=index)
    days = pd.DatetimeIndex(["2026-04-01"])
    pd.testing.assert_frame_equal(
        average_day(series, days), average_day(series.tz_convert("UTC"), days)
    )


def test_a_missing_step_makes_its_hour_unknown():
    series = pd.DataFrame({"tokyo": np.ones(48)}, index=clock("2026-04-01", 1))
    series.iloc[25] = np.nan
    day = average_day(series, pd.DatetimeIndex(["2026-04-01"]))
    assert day.index[day["tokyo"].isna()].tolist() == [12]


def test_every_day_outside_the_series_is_named():
    series = pd.DataFrame({"tokyo": np.ones(60)}, index=clock("2026-04-01", 1.25))
    assert whole_days(series).tolist() == [pd.Timestamp("2026-04-01")]
    with pytest.raises(InputError) as caught:
        average_day(series, pd.DatetimeIndex(["2026-04-01", "2026-04-02", "2026-04-03"]))
    assert [problem.where for problem in caught.value.problems] == [
        "day 2026-04-02",
        "day 2026-04-03",
    ]


def test_times_without_zone_are_refused():
    series = pd.DataFrame({"tokyo": np.ones(48)}, index=clock("2026-04-01", 1).tz_localize(None))
    with pytest.raises(InputError, match="without zone"):
        average_day(series, pd.DatetimeIndex(["2026-04-01"]))


def test_no_day_is_refused():
    series = pd.DataFrame({"tokyo": np.ones(48)}, index=clock("2026-04-01", 1))
    with pytest.raises(InputError, match="at least one day"):
        average_day(series, pd.DatetimeIndex([]))


def test_the_calendar_of_2026():
    assert len(HOLIDAYS_2026) == 18
    days = pd.DatetimeIndex(["2026-05-06", "2026-05-07", "2026-05-09", "2026-09-22"])
    assert is_holiday(days).tolist() == [True, False, True, True]
    counts = count_days()
    assert counts.sum() == 365
    assert counts["spring_weekday"] + counts["spring_holiday"] == 92


def test_shipped_weights_are_those_of_the_calendar():
    kinds = read_fact("day_kinds").set_index("day")
    assert kinds["days_per_year"].astype(int).to_dict() == days_per_year().to_dict()
    assert kinds["days_per_year"].sum() == 365
    assert (kinds["days_per_year"] > 0).all()
    assert (kinds["season"] + "_" + kinds["kind"] == kinds.index).all()


def test_shipped_profiles_are_the_averages_of_the_series(shipped, demand_mw, factors):
    again = typical_days(demand_mw, factors).set_index(KEYS)[PRODUCTS]
    kept = shipped.set_index(KEYS)[PRODUCTS].reindex(again.index)
    assert len(shipped) == len(again)
    assert (kept["demand_mw"].isna() == again["demand_mw"].isna()).all()
    assert (kept["demand_mw"] - again["demand_mw"]).abs().max() <= 0.5
    assert (kept["solar_share"] - again["solar_share"]).abs().max() <= 0.00005 + 1e-9
    assert (kept["wind_share"] - again["wind_share"]).abs().max() <= 0.00005 + 1e-9


def test_the_extremes_of_demand_are_the_known_days(demand_mw):
    days = demand_days(demand_mw)
    assert pd.Timestamp("2026-07-23") in days["summer_peak"]
    assert pd.Timestamp("2026-05-05") in days["spring_minimum"]
    assert len(days["summer_peak"]) == 3
    assert len(days["spring_minimum"]) == 5
    assert days["spring_weekday"].intersection(days["spring_holiday"]).empty


def test_weather_days_use_whole_days_of_one_season(factors):
    days = weather_days(factors)
    assert set(days["winter_weekday"].month) == {1, 2, 12}
    assert days["winter_weekday"].equals(days["winter_holiday"])
    assert pd.Timestamp("2019-01-01") not in days["winter_weekday"]  # begins at 9 h in Japan
    assert len(days["spring_minimum"]) == 10
    assert days["winter_peak"].isin(days["winter_weekday"]).all()


def test_demand_is_known_in_spring_and_summer_only(shipped):
    season = shipped["day"].str.split("_").str[0]
    assert (shipped["demand_mw"].notna() == season.isin(["spring", "summer"])).all()


def test_shares_are_shares_and_the_sun_sets(shipped):
    assert shipped[["solar_share", "wind_share"]].notna().all(axis=None)
    assert shipped[["solar_share", "wind_share"]].min().min() >= 0
    assert shipped[["solar_share", "wind_share"]].max().max() <= 1
    night = shipped[shipped["hour"].isin([21, 22, 23, 0, 1, 2])]
    assert (night["solar_share"] == 0).all()
    by_hour = shipped.pivot_table("solar_share", ["area", "day"], "hour")
    assert (by_hour[12] > by_hour[8]).all()
    assert (by_hour[12] > by_hour[16]).all()


def test_the_national_peak_is_below_the_observed_half_hour(shipped):
    peak = shipped[shipped["day"] == "summer_peak"].groupby("hour")["demand_mw"].sum()
    assert 155_000 < peak.max() <= 164_032  # highest half-hour, 2026-07-23 14:30


def test_extremes_are_extreme(shipped):
    japan_mw = shipped.groupby(["day", "hour"])["demand_mw"].sum(min_count=10).unstack("hour")
    assert japan_mw.loc["spring_minimum", 12] < japan_mw.loc["spring_holiday", 12]
    assert japan_mw.loc["spring_holiday", 12] < japan_mw.loc["spring_weekday", 12]
    assert japan_mw.loc["summer_peak"].max() > japan_mw.loc["summer_weekday"].max()
    means = shipped.groupby("day")[["solar_share", "wind_share"]].mean()
    assert means.loc["spring_minimum", "solar_share"] > means.loc["spring_holiday", "solar_share"]
    assert means.loc["autumn_still"].sum() < means.loc["autumn_weekday"].sum()
    assert means.loc["winter_peak", "solar_share"] < means.loc["winter_weekday", "solar_share"]


def test_okinawa_is_marked_as_assumed(shipped):
    marks = shipped.groupby("area")["confidence"].agg(set)
    assert marks.pop("okinawa") == {"assumed"}
    assert set().union(*marks) == {"computed"}


def test_shipped_solar_fleets_are_sums_of_municipalities():
    table = shared_table("municipal/municipal_params.csv")
    size_classes = table.filter(regex=r"^pv_.*_kw_2023$")
    assert size_classes.shape[1] == 4
    again_mw = size_classes.sum(axis=1).groupby(table["utility"]).sum() / 1000
    fleets = read_fact("fleets").query("tech == 'solar'").set_index("area")["mw"]
    assert set(fleets.index) == set(again_mw.index)
    assert (fleets - again_mw.reindex(fleets.index)).abs().max() <= 0.05 + 1e-9


def test_shipped_solar_fleets_sum_to_what_stands_in_japan():
    fleets = read_fact("fleets")
    assert (fleets["tech"] == "solar").all()  # wind by area is an assumption of the scenario
    assert fleets["mw"].sum() == pytest.approx(72_000, rel=0.01)
