"""What each forecast counts, against OCCTO's published figures and tables typed by a user."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.facts import read_fact
from grid.allowance import Forecasts, allowances, named_areas, unknown_vintages
from grid.areas import AREAS

YEARS = tuple(range(2024, 2036))
VINTAGES = ("2024-01", "2025-01", "2026-01")
NATIONAL, AREA = read_fact("forecast_national"), read_fact("forecast_area")
FACTS = Forecasts(NATIONAL, AREA)
PUBLISHED = {
    "2024-01": {2024: 480, 2033: 5370},
    "2025-01": {2025: 560, 2030: 5380, 2034: 7150},
    "2026-01": {2026: 830, 2030: 4200, 2035: 7620},
}
NONE_IN_2025 = ("hokuriku", "shikoku", "okinawa")


@pytest.fixture(scope="module")
def known():
    return allowances(FACTS, VINTAGES, YEARS)


def with_user(*rows, **more):
    """Facts and a user's rows (vintage, year, area, quantity, value)."""
    columns = ["vintage", "fiscal_year", "area", "quantity", "value"]
    return Forecasts(NATIONAL, AREA, pd.DataFrame(rows, columns=columns), **more)


def of_user(*rows, vintage="2026-01", years=YEARS, **more):
    return allowances(with_user(*rows, **more), [vintage], years).droplevel("vintage")


def national_by_hand(vintage, year):
    """Figure, low and high of Japan: 5 MW of rounding, and both ends between two years."""
    points = PUBLISHED[vintage]
    before = max((y for y in points if y <= year), default=None)
    after = min((y for y in points if y >= year), default=None)
    if before is None or after is None:
        return None
    way = 0 if before == after else (year - before) / (after - before)
    ends = points[before], points[after]
    return ends[0] + way * (ends[1] - ends[0]), min(ends) - 5, max(ends) + 5


@pytest.mark.parametrize("vintage", VINTAGES)
def test_japan_by_hand(known, vintage):
    for year in YEARS:
        found = known.loc[(vintage, "japan", year)]
        expected = national_by_hand(vintage, year)
        if expected is None:
            assert found["basis"] == "not_published"
            assert found.filter(like="_mw").isna().all()
            assert (found["confidence"], found["source"]) == ("", "")
        else:
            assert found.filter(like="_mw").tolist() == pytest.approx(list(expected))
            is_point = year in PUBLISHED[vintage]
            assert found["basis"] == ("published" if is_point else "interpolated")


def test_fiscal_2030_fell_by_1180(known):
    japan = known["allowance_mw"].xs(("japan", 2030), level=("area", "fiscal_year"))
    assert japan["2025-01"] - japan["2026-01"] == 1180


@pytest.mark.parametrize("vintage", VINTAGES)
def test_tokyo_takes_a_little_under_60_percent(known, vintage):
    for year in YEARS:
        found, japan = (known.loc[(vintage, area, year)] for area in ("tokyo", "japan"))
        if japan["basis"] == "not_published":
            assert found["basis"] == "not_published"
            continue
        assert found["allowance_mw"] == pytest.approx(0.6 * japan["allowance_mw"])
        assert found["allowance_low_mw"] == pytest.approx(0.55 * japan["allowance_low_mw"])
        assert found["allowance_high_mw"] == pytest.approx(0.6 * japan["allowance_high_mw"])
        assert found["basis"] == "computed"
        borrowed = "found" if vintage == "2025-01" else "assumed"
        assert found["confidence"] == borrowed
        assert np.isnan(found["allowance_gwh"])


@pytest.mark.parametrize("vintage", VINTAGES)
def test_the_rest_is_what_tokyo_leaves_and_bounds_every_other_area(known, vintage):
    for year in (y for y in YEARS if national_by_hand(vintage, y)):
        _, low, high = national_by_hand(vintage, year)
        rest = known.loc[(vintage, "rest-of-japan", year)]
        assert rest["allowance_low_mw"] == pytest.approx(0.4 * low)
        assert rest["allowance_high_mw"] == pytest.approx(0.45 * high)
        for area in set(AREAS) - {"tokyo", *NONE_IN_2025}:
            found = known.loc[(vintage, area, year)]
            assert np.isnan(found["allowance_mw"])
            assert (found["basis"], found["allowance_low_mw"]) == ("bound", 0)
            assert found["allowance_high_mw"] == rest["allowance_high_mw"]


def test_three_areas_have_none_in_january_2025_only(known):
    assert set(named_areas(FACTS, "2025-01")) == {"tokyo", *NONE_IN_2025}
    assert named_areas(FACTS, "2026-01") == ("tokyo",)
    for area in NONE_IN_2025:
        for year in range(2025, 2035):
            found = known.loc[("2025-01", area, year)]
            assert found.filter(like="_mw").tolist() == [0, 0, 0]
        assert known.loc[("2026-01", area, 2030), "basis"] == "bound"


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(VINTAGES), st.sampled_from(YEARS), st.floats(0.0, 1.0))
def test_named_areas_and_the_rest_are_japan_and_ranges_hold_the_figure(vintage, year, least):
    table = allowances(Forecasts(NATIONAL, AREA, None, least), [vintage], [year])
    mw = table.droplevel(["vintage", "fiscal_year"])["allowance_mw"]
    if np.isnan(mw["japan"]):
        assert mw.isna().all()
        return
    parts = [*named_areas(FACTS, vintage), "rest-of-japan"]
    assert mw[parts].sum() == pytest.approx(mw["japan"])
    rows = table[table["allowance_mw"].notna()]
    assert (rows["allowance_low_mw"] <= rows["allowance_mw"]).all()
    assert (rows["allowance_mw"] <= rows["allowance_high_mw"]).all()


def test_a_least_share_above_the_published_one_is_that_one():
    table = allowances(Forecasts(NATIONAL, AREA, None, 0.9), ["2025-01"], [2030])
    assert table.loc[("2025-01", "tokyo", 2030), "allowance_low_mw"] == pytest.approx(0.6 * 5375)


def test_energy_only_where_a_forecast_has_it(known):
    japan = known["allowance_gwh"].xs("japan", level="area")
    assert japan["2025-01", 2034] == 51_400
    assert japan["2026-01", 2035] == 56_800
    assert np.isnan(japan["2025-01", 2030])
    assert japan["2024-01", 2024] == 3700
    assert known["allowance_gwh"].drop("japan", level="area").isna().all()


def test_forecasts_that_nobody_knows_are_told_together():
    with pytest.raises(InputError) as caught:
        allowances(FACTS, ["2023-01", "2026-01", "2027-01"], YEARS)
    assert [p.found for p in caught.value.problems] == ["2023-01", "2027-01"]
    assert "2024-01, 2025-01, 2026-01" in caught.value.problems[0].expected
    assert (
        unknown_vintages(with_user(("2027-01", 2030, "japan", "peak_mw", 1.0)), ["2027-01"]) == []
    )


def test_users_areas_replace_the_share_and_shrink_the_rest():
    table = of_user(
        ("2026-01", 2030, "tokyo", "counted_mw", 2000.0),
        ("2026-01", 2030, "kansai", "counted_mw", 700.0),
        ("2026-01", 2035, "kansai", "counted_mw", 1200.0),
        years=[2030],
    ).droplevel("fiscal_year")
    tokyo = table.loc["tokyo"]
    assert tokyo.filter(like="_mw").tolist() == [2000, 2000, 2000], "typed, not rounded"
    assert (tokyo["basis"], tokyo["source"], tokyo["confidence"]) == (
        "user_table",
        "user_file",
        "assumed",
    )
    assert table.loc["rest-of-japan"].filter(like="_mw").tolist() == [1500, 1495, 1505]
    assert table.loc["kyushu", "allowance_high_mw"] == 1505


def test_between_the_users_years_lies_a_line_and_its_range():
    table = of_user(
        ("2026-01", 2030, "kansai", "counted_mw", 700.0),
        ("2026-01", 2035, "kansai", "counted_mw", 1200.0),
    )
    found = table.loc[("kansai", 2032)]
    assert found.filter(like="_mw").tolist() == [900, 700, 1200]
    assert found["basis"] == "user_table"


def test_outside_the_users_years_an_area_has_what_is_left():
    """Kansai is stated in FY2030 only: in FY2035 neither it nor the rest is a figure."""
    table = of_user(("2026-01", 2030, "kansai", "counted_mw", 700.0))
    assert table.loc[("rest-of-japan", 2030), "allowance_mw"] == pytest.approx(0.4 * 4200 - 700)
    for area in ("kansai", "rest-of-japan", "kyushu"):
        found = table.loc[(area, 2035)]
        assert np.isnan(found["allowance_mw"])
        assert (found["basis"], found["allowance_low_mw"]) == ("bound", 0)
        assert found["allowance_high_mw"] == pytest.approx(0.45 * 7625)
    assert table.loc[("tokyo", 2035), "allowance_mw"] == pytest.approx(0.6 * 7620)


def test_the_only_area_left_has_all_that_is_left():
    others = [a for a in AREAS if a != "kyushu"]
    rows = [("2026-01", 2030, area, "counted_mw", 400.0) for area in others]
    table = of_user(*rows, years=[2030]).droplevel("fiscal_year")
    for area in ("kyushu", "rest-of-japan"):
        assert table.loc[area].filter(like="_mw").tolist() == [600, 595, 605]


def test_more_in_the_areas_than_in_japan_leaves_nothing():
    table = of_user(("2026-01", 2030, "kansai", "counted_mw", 9999.0), years=[2030])
    assert table.loc[("rest-of-japan", 2030)].filter(like="_mw").tolist() == [0, 0, 0]


def test_users_figure_for_japan_wins_in_its_year_and_keeps_the_others():
    table = of_user(("2026-01", 2030, "japan", "counted_mw", 5000.0)).loc["japan"]
    assert table.loc[2030].filter(like="_mw").tolist() == [5000, 5000, 5000]
    assert table.loc[2030, "basis"] == "user_table"
    assert table.loc[2035].filter(like="_mw").tolist() == [7620, 7615, 7625]
    assert table.loc[2028].filter(like="_mw").tolist() == [(830 + 5000) / 2, 825, 5000]
    assert table.loc[2028, "basis"] == "interpolated"


def test_data_centres_alone_are_not_taken_for_the_published_count():
    """6,000 MW of data centres in FY2035 do not replace the 7,620 with fabs."""
    table = of_user(("2026-01", 2035, "japan", "counted_dc_mw", 6000.0)).loc["japan"]
    assert table.loc[2035, "allowance_mw"] == 7620
    rows = [("2026-01", 2035, area, "counted_dc_mw", 600.0) for area in AREAS]
    assert of_user(*rows).loc[("japan", 2035), "allowance_mw"] == 7620


def test_data_centres_alone_are_the_count_where_nothing_else_is_known():
    table = of_user(
        ("2027-01", 2030, "japan", "counted_dc_mw", 6000.0),
        ("2027-01", 2030, "tokyo", "counted_dc_mw", 3000.0),
        ("2027-01", 2030, "tokyo", "counted_fab_mw", 200.0),
        vintage="2027-01",
    ).xs(2030, level="fiscal_year")
    assert table.loc["japan", "allowance_mw"] == 6000
    assert table.loc["tokyo", "allowance_mw"] == 3200


def test_fabs_alone_are_no_count():
    table = of_user(("2027-01", 2030, "tokyo", "counted_fab_mw", 200.0), vintage="2027-01")
    assert table["allowance_mw"].isna().all()


def test_ten_areas_add_up_to_japan_only_in_years_that_all_of_them_have():
    rows = [("2027-01", 2030, area, "counted_mw", 100.0) for area in AREAS]
    rows += [("2027-01", 2030, area, "counted_energy_gwh", 700.0) for area in AREAS]
    rows += [("2027-01", 2035, area, "counted_mw", 200.0) for area in AREAS[1:]]
    table = of_user(*rows, vintage="2027-01")
    assert table.loc[("japan", 2030), "allowance_mw"] == 1000
    assert table.loc[("japan", 2030), "allowance_gwh"] == 7000
    assert np.isnan(table.loc[("japan", 2035), "allowance_mw"])
    assert table.loc[("kyushu", 2035), "allowance_mw"] == 200
    assert "rest-of-japan" not in table.index.unique("area")


def test_the_users_row_for_japan_wins_over_the_sum():
    rows = [("2027-01", 2030, area, "counted_mw", 100.0) for area in AREAS]
    table = of_user(*rows, ("2027-01", 2030, "japan", "counted_mw", 1005.0), vintage="2027-01")
    assert table.loc[("japan", 2030), "allowance_mw"] == 1005


def test_a_table_of_another_forecast_changes_nothing(known):
    table = of_user(("2025-01", 2030, "kansai", "counted_mw", 1.0))
    pd.testing.assert_frame_equal(table, known.loc["2026-01"])


def test_a_later_forecast_without_any_figure_is_unknown_everywhere():
    table = of_user(("2027-01", 2030, "tokyo", "peak_mw", 1.0), vintage="2027-01")
    assert set(table["basis"]) == {"not_published"}
    assert table.filter(like="_mw").isna().all(axis=None)
