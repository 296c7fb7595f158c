import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.facts import read_fact
from grid.areas import AREAS
from grid.outlook import (
    compare_vintages,
    counted_dc_path_mw,
    forecast_groups,
    forecast_members,
    interpolate_years,
    national_path,
)


@pytest.fixture(scope="module")
def national():
    return read_fact("forecast_national")


def test_fiscal_2030_fell_between_two_vintages(national):
    side_by_side = compare_vintages(national, quantity="counted_mw", years=[2030])
    assert side_by_side.loc[2030, "2025-01"] == 5380
    assert side_by_side.loc[2030, "2026-01"] == 4200


def test_national_peak_is_not_the_sum_of_areas(national):
    peak = national_path(national, "2026-01", quantity="peak_mw", years=[2026])
    assert peak.loc[2026, "value"] == 159_626
    areas = read_fact("area_peaks").query("quantity == 'annual_peak'")["mw"].sum()
    assert areas == 161_070


def test_seed_numbers_stand_in_the_first_vintage(national):
    path = national_path(national, "2024-01", quantity="counted_mw", years=[2024, 2033])
    assert path["value"].tolist() == [480, 5370]


def test_years_between_are_marked(national):
    path = national_path(national, "2026-01", quantity="counted_mw", years=[2025, 2028, 2030, 2036])
    assert path["basis"].tolist() == [
        "not_published",
        "interpolated",
        "published",
        "not_published",
    ]
    assert path.loc[2028, "value"] == pytest.approx((830 + 4200) / 2)
    assert path.loc[[2025, 2036], "value"].isna().all()


def test_data_centres_of_2026_vintage_are_scaled_from_the_sum(national):
    path = counted_dc_path_mw(national, "2026-01", [2030, 2035])
    assert path.loc[2035].tolist() == [6610, "published"]
    assert path.loc[2030, "dc_mw"] == pytest.approx(4200 * 6610 / 7620)
    assert path.loc[2030, "basis"] == "computed"


def test_data_centres_of_2025_vintage_are_read_directly(national):
    path = counted_dc_path_mw(national, "2025-01", [2025, 2030, 2032, 2034])
    assert path["dc_mw"].tolist() == [470, 4400, 5280, 6160]
    assert path["basis"].tolist() == ["published", "published", "interpolated", "published"]


def test_a_vintage_that_never_separates_stays_unknown_without_an_assumption(national):
    unknown = counted_dc_path_mw(national, "2024-01", [2033])
    assert np.isnan(unknown.loc[2033, "dc_mw"])
    assumed = counted_dc_path_mw(national, "2024-01", [2033], dc_share_of_counted=0.85)
    assert assumed.loc[2033].tolist() == [pytest.approx(0.85 * 5370), "computed"]


def test_unknown_vintage_lists_the_known_ones(national):
    with pytest.raises(InputError, match="2024-01, 2025-01, 2026-01"):
        national_path(national, "2027-01", quantity="peak_mw", years=[2026])


def test_groups_of_a_share_add_up_to_japan(national):
    path = counted_dc_path_mw(national, "2026-01", [2030, 2035])
    limits = forecast_groups(path, shares={"tokyo": 0.6})["limit_mw"]
    assert limits["tokyo", 2035] == pytest.approx(0.6 * 6610)
    assert limits["tokyo", 2030] + limits["rest-of-japan", 2030] == pytest.approx(
        limits["japan", 2030]
    )


def test_no_share_means_no_invented_area(national):
    path = counted_dc_path_mw(national, "2026-01", [2030])
    groups = forecast_groups(path, shares={})
    assert groups.index.get_level_values("group").unique().tolist() == ["japan"]


def test_a_users_table_replaces_the_share(national):
    table = pd.DataFrame(
        {
            "vintage": "2026-01",
            "fiscal_year": [2026, 2036],
            "area": "tokyo",
            "quantity": "counted_dc_mw",
            "value": [0.0, 1000.0],
        }
    )
    path = counted_dc_path_mw(national, "2026-01", [2031])
    limits = forecast_groups(path, shares={"tokyo": 0.6}, area_table=table)
    assert limits.loc[("tokyo", 2031)].tolist() == [pytest.approx(500), "user_table"]


def test_members_cover_japan_once():
    members = forecast_members(["tokyo", "kansai", "rest-of-japan"])
    assert sorted(members["area"]) == sorted(AREAS)


def test_nothing_published_is_unknown():
    path = interpolate_years(pd.Series(dtype=float), [2030])
    assert path.loc[2030, "basis"] == "not_published"
    assert np.isnan(path.loc[2030, "value"])


@settings(deadline=None)
@given(
    st.dictionaries(st.integers(2020, 2040), st.floats(0, 1e5), min_size=1),
    st.lists(st.integers(2015, 2045), min_size=1, unique=True),
)
def test_interpolation_stays_within_what_is_published(values, years):
    path = interpolate_years(pd.Series(values), years, hold_ends=True)["value"]
    tolerance = 1e-6
    assert path.between(min(values.values()) - tolerance, max(values.values()) + tolerance).all()
