import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.facts import read_fact
from grid.slices import (
    scale_day_to_peak,
    season_days,
    slice_availability,
    slice_demand,
    slice_table,
)

KINDS = pd.DataFrame({"day": ["spring_weekday", "winter_weekday"], "days_per_year": [200.0, 165.0]})
HOURS = range(24)
DAYS = pd.concat(
    [
        pd.DataFrame(
            {
                "area": area,
                "day": day,
                "hour": HOURS,
                "demand_mw": [100.0 + hour for hour in HOURS]
                if day == "spring_weekday"
                else np.nan,
                "solar_share": [0.5 if 6 <= hour < 18 else 0.0 for hour in HOURS],
                "wind_share": 0.2 if area == "tokyo" else np.nan,
            }
        )
        for area in ("tokyo", "okinawa")
        for day in KINDS["day"]
    ],
    ignore_index=True,
)
RATIOS = {"winter_demand_ratio": {"tokyo": 1.2, "okinawa": 0.9}, "autumn_demand_ratio": {}}


def test_winter_takes_the_spring_shape_times_its_ratio():
    filled = season_days(DAYS, **RATIOS).set_index(["area", "day", "hour"])
    row = filled.loc[("tokyo", "winter_weekday", 10)]
    assert row["demand_mw"] == pytest.approx(1.2 * 110)
    assert row["demand_basis"] == "assumed"
    assert filled.loc[("tokyo", "spring_weekday", 10), "demand_basis"] == "observed"


def test_the_order_of_rows_does_not_matter():
    keys = ["area", "day", "hour"]
    shuffled = season_days(DAYS.sample(frac=1, random_state=1), **RATIOS)
    ordered = season_days(DAYS, **RATIOS)
    pd.testing.assert_frame_equal(
        shuffled.sort_values(keys, ignore_index=True), ordered.sort_values(keys, ignore_index=True)
    )


def test_every_missing_ratio_is_named():
    with pytest.raises(InputError, match=r"winter_demand_ratio\.tokyo"):
        season_days(DAYS, winter_demand_ratio={"okinawa": 1.0}, autumn_demand_ratio={})


def test_observed_demand_is_not_overwritten():
    observed = DAYS.assign(demand_mw=50.0)
    assert (season_days(observed, **RATIOS)["demand_mw"] == 50).all()


def test_a_day_is_stretched_to_its_peak():
    filled = season_days(DAYS, **RATIOS)
    stretched = scale_day_to_peak(filled, "winter_weekday", peak_mw={"tokyo": 300.0})
    top = stretched.groupby(["area", "day"])["demand_mw"].max()
    assert top["tokyo", "winter_weekday"] == pytest.approx(300)
    assert top["okinawa", "winter_weekday"] == pytest.approx(0.9 * 123)
    assert top["tokyo", "spring_weekday"] == pytest.approx(123)


def test_slices_run_by_day_and_clock_and_stand_for_a_year():
    slices = slice_table(KINDS, days=None, hours_per_slice=6)
    assert slices.index[:5].tolist() == [
        "spring_weekday-00",
        "spring_weekday-06",
        "spring_weekday-12",
        "spring_weekday-18",
        "winter_weekday-00",
    ]
    assert (slices["hours"] * slices["weight_days"]).sum() == pytest.approx(8760)


def test_days_left_out_are_spread_over_the_others():
    slices = slice_table(KINDS, days=["winter_weekday"], hours_per_slice=24)
    assert slices["weight_days"].tolist() == [pytest.approx(365)]


@pytest.mark.parametrize(
    ("days", "hours", "message"),
    [
        (None, 5, "divisor of 24"),
        (None, 0, "divisor"),
        (["monday"], 3, "'monday'"),
        ([], 3, "empty"),
    ],
)
def test_impossible_time_is_refused(days, hours, message):
    with pytest.raises(InputError, match=message):
        slice_table(KINDS, days=days, hours_per_slice=hours)


def test_demand_is_averaged_in_blocks():
    slices = slice_table(KINDS, days=["spring_weekday"], hours_per_slice=6)
    demand = slice_demand(DAYS, slices)
    assert demand["tokyo"].tolist() == [102.5, 108.5, 114.5, 120.5]


def test_availability_has_areas_and_techs_and_keeps_gaps():
    slices = slice_table(KINDS, days=["spring_weekday"], hours_per_slice=6)
    table = slice_availability(DAYS, slices)
    assert table["tokyo", "solar"].tolist() == [0.0, 0.5, 0.5, 0.0]
    assert table["okinawa", "wind"].isna().all()
    assert table.columns.names == ["area", "tech"]


def test_a_missing_hour_makes_its_slice_unknown():
    slices = slice_table(KINDS, days=["spring_weekday"], hours_per_slice=6)
    gap = DAYS.assign(demand_mw=DAYS["demand_mw"].where(DAYS["hour"] != 7))
    assert slice_demand(gap, slices)["tokyo"].isna().tolist() == [False, True, False, False]


@settings(deadline=None)
@given(st.sampled_from([1, 2, 3, 4, 6, 8, 12, 24]))
def test_energy_of_a_day_does_not_depend_on_the_slices(hours):
    slices = slice_table(KINDS, days=["spring_weekday"], hours_per_slice=hours)
    energy = (slice_demand(DAYS, slices)["tokyo"] * slices["hours"]).sum()
    assert energy == pytest.approx(sum(100 + hour for hour in HOURS))


def test_shipped_days_fill_a_year_in_every_area():
    typical = read_fact("typical_days")
    areas = typical["area"].unique()
    ones = dict.fromkeys(areas, 1.0)
    filled = season_days(typical, winter_demand_ratio=ones, autumn_demand_ratio=ones)
    slices = slice_table(read_fact("day_kinds"), days=None, hours_per_slice=3)
    demand = slice_demand(filled, slices)
    assert demand.shape == (96, 10)
    assert demand.notna().all(axis=None)
    assert (slices["hours"] * slices["weight_days"]).sum() == pytest.approx(8760, rel=0.01)
    solar = slice_availability(filled, slices).xs("solar", axis=1, level="tech")
    assert solar.drop(columns="okinawa", errors="ignore").notna().all(axis=None)
