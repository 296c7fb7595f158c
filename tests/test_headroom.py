import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.facts import read_fact
from grid.groups import group_table
from grid.headroom import at_case, fill_lead_years, headroom_of_places, unknown_places

BY_VOLTAGE = {66: (10.0, 50.0), 154: (50.0, 300.0)}
ALL = ("published", "operator", "assumed")
NAN = math.nan

PLACES = pd.DataFrame(
    [
        ("shin-noto-side", "hokuriku", 37.22, 136.93, 154),  # about 1 km from 新能登, 300 MW
        ("naka-noto-side", "hokuriku", 36.99, 136.92, 154),  # 中能登, 300 MW
        ("kanazawa-south", "hokuriku", 36.50, 136.63, 154),  # 南金沢, 200 MW
        ("kanazawa-north", "hokuriku", 36.66, 136.69, 154),  # 北金沢, 50 MW
        ("kanazawa-too", "hokuriku", 36.655, 136.70, 154),  # 北金沢 as well
        ("tomakomai", "hokkaido", 42.678, 141.761, 187),
        ("inzai", "tokyo", 35.807, 140.117, 66),
        ("nowhere", "shikoku", 33.6, 133.5, 187),
    ],
    columns=["place", "area", "lat", "lon", "voltage_kv"],
).set_index("place")

FIGURES = pd.DataFrame(
    [
        ("tomakomai", "stated_mw", 50.0, "xtech", "found"),
        ("tomakomai", "stated_mw", 300.0, "xtech", "found"),
        ("tomakomai", "stated_first_fiscal_year", 2026.0, "xtech", "found"),
        ("tomakomai", "land_ha", 70.0, "xtech", "found"),
        ("kanazawa-south", "stated_mw", 999.0, "rumour", "memory_low"),
        ("elsewhere", "stated_mw", 1.0, "xtech", "found"),
    ],
    columns=["place", "quantity", "value", "source", "confidence"],
)


@pytest.fixture(scope="module")
def zones():
    return read_fact("zones")


def headroom(zones, *, sources=ALL, max_zone_km=10.0, places=PLACES):
    return headroom_of_places(
        places,
        FIGURES,
        zones,
        by_voltage_mw=BY_VOLTAGE,
        sources=sources,
        max_zone_km=max_zone_km,
    )


def no_upper(*rows):
    limits = pd.DataFrame(rows, columns=["group", "low_mw", "high_mw", "basis"]).set_index("group")
    return limits, pd.DataFrame({"group": [], "place": []}, dtype=object)


def test_the_strongest_source_wins(zones):
    table = headroom(zones)
    assert table["basis"].to_dict() == {
        "shin-noto-side": "published",
        "naka-noto-side": "published",
        "kanazawa-south": "published",
        "kanazawa-north": "published",
        "kanazawa-too": "published",
        "tomakomai": "operator",
        "inzai": "assumed",
        "nowhere": "unknown",
    }
    assert table.loc["kanazawa-south", ["low_mw", "high_mw"]].tolist() == [200, 200]


def test_a_published_zone_is_listed_with_its_distance_and_terms(zones):
    row = headroom(zones).loc["shin-noto-side"]
    assert row["zone"] == "hokuriku_td/新能登"
    assert 0.5 < row["zone_km"] < 1.5
    assert row["max_distance_m"] == 100
    assert (row["lead_years"], row["lead_from"]) == (2.5, "contract")
    assert row["confidence"] == "second_hand"


def test_what_an_operator_states_spans_its_figures(zones):
    row = headroom(zones).loc["tomakomai"]
    assert row[["low_mw", "high_mw"]].tolist() == [50, 300]
    assert row["stated_first_fiscal_year"] == 2026
    assert (row["source"], row["confidence"]) == ("xtech", "found")


def test_an_assumption_is_marked_as_one(zones):
    row = headroom(zones).loc["inzai"]
    assert row[["low_mw", "high_mw"]].tolist() == [10, 50]
    assert row["confidence"] == "assumed"


def test_unknown_is_listed_and_never_zero(zones):
    table = headroom(zones)
    assert unknown_places(table) == ["nowhere"]
    assert table.loc["nowhere", ["low_mw", "high_mw"]].isna().all()


def test_a_zone_too_far_away_is_not_taken(zones):
    table = headroom(zones, max_zone_km=0.1)
    assert "published" not in set(table["basis"])
    assert table.loc["kanazawa-south", "basis"] == "operator"


def test_a_zone_across_the_border_of_areas_is_not_taken(zones):
    moved = PLACES.assign(area=PLACES["area"].replace("hokuriku", "kansai"))
    assert "published" not in set(headroom(zones, places=moved)["basis"])


def test_sources_that_are_not_allowed_leave_places_unknown(zones):
    table = headroom(zones, sources=("published",))
    assert unknown_places(table) == ["tomakomai", "inzai", "nowhere"]
    fallback = headroom(zones, sources=("assumed",))
    assert fallback.loc["kanazawa-south", "basis"] == "assumed"


def test_room_for_generation_is_refused(zones):
    with pytest.raises(InputError, match="free capacity for generation"):
        headroom(zones.assign(cap_basis="aki_yoryo_reverse"))


def test_no_zone_at_all_is_fine(zones):
    assert "published" not in set(headroom(zones.head(0))["basis"])


def test_lead_time_is_published_or_assumed_by_voltage(zones):
    table = headroom(zones)
    filled = fill_lead_years(table, PLACES["voltage_kv"], by_voltage_years={66: 3, 154: 5})
    assert filled.loc["shin-noto-side", ["lead_years", "lead_basis"]].tolist() == [2.5, "published"]
    assert filled.loc["inzai", ["lead_years", "lead_basis"]].tolist() == [3, "assumed"]
    assert filled.loc["tomakomai", "lead_basis"] == "unknown"


def test_cases_of_a_closed_range():
    low, high = pd.Series([31.0]), pd.Series([100.0])
    found = [at_case(low, high, case).item() for case in ("low", "mid", "high")]
    assert found == [31.0, 65.5, 100.0]


@pytest.mark.parametrize("case", ["mid", "high"])
@pytest.mark.parametrize("cap_mw", [NAN, 1000.0])
def test_an_open_end_needs_a_cap_above_its_low_end(case, cap_mw):
    low, high = (
        pd.Series([1001.0, 50.0], index=["a", "b"]),
        pd.Series([NAN, 75.0], index=["a", "b"]),
    )
    with pytest.raises(InputError, match="open upper end above 1001 MW"):
        at_case(low, high, case, cap_mw=cap_mw)
    assert at_case(low, high, "low").tolist() == [1001.0, 50.0]


def test_unknown_stays_unknown_in_every_case():
    nothing = pd.Series([NAN])
    for case in ("low", "mid", "high"):
        assert at_case(nothing, nothing, case, cap_mw=500.0).isna().all()


def test_an_end_that_is_only_a_ceiling_guarantees_nothing():
    low, high = pd.Series([NAN]), pd.Series([50.0])
    assert at_case(low, high, "low").isna().all()
    assert at_case(low, high, "mid").isna().all()
    assert at_case(low, high, "high").tolist() == [50.0]


def test_four_hokuriku_zones_are_not_850_mw(zones):
    limits, members = no_upper()
    groups = group_table(headroom(zones), [2030], upper_limits=limits, upper_members=members)
    joint = groups.limits.loc[("shared:hokuriku-ishikawa", 2030)]
    assert joint[["kind", "low_mw", "high_mw"]].tolist() == ["shared", 300, 300]
    inside = groups.members.query("group == 'shared:hokuriku-ishikawa'")["place"]
    assert set(inside) == set(PLACES.index[PLACES["area"] == "hokuriku"])
    assert not (groups.limits["low_mw"] == 850).any()


def test_zones_without_a_stated_group_do_not_add_up_either(zones):
    limits, members = no_upper()
    table = headroom(zones.assign(additive_group=None))
    groups = group_table(table, [2030], upper_limits=limits, upper_members=members)
    assert groups.limits.loc[("shared:hokuriku_td/ungrouped", 2030), "high_mw"] == 300


def test_two_places_at_one_zone_share_it(zones):
    limits, members = no_upper()
    groups = group_table(headroom(zones), [2030], upper_limits=limits, upper_members=members)
    assert groups.limits.loc[("zone:hokuriku_td/北金沢", 2030), "high_mw"] == 50
    assert "zone:hokuriku_td/新能登" not in groups.limits.index.get_level_values("group")


def test_upper_groups_hold_the_known_places_given(zones):
    limits, _ = no_upper(("east-kanto", 4000.0, 5000.0, "assumed"))
    members = pd.DataFrame({"group": "east-kanto", "place": ["inzai", "nowhere", "unheard"]})
    groups = group_table(headroom(zones), [2030, 2035], upper_limits=limits, upper_members=members)
    assert groups.members.query("group == 'east-kanto'")["place"].tolist() == ["inzai"]
    assert groups.limits.loc["east-kanto"]["high_mw"].to_dict() == {2030: 5000, 2035: 5000}


def test_an_upper_group_must_not_be_named_like_a_place(zones):
    limits, members = no_upper(("inzai", 1.0, 2.0, "assumed"))
    with pytest.raises(InputError, match="key of a place"):
        group_table(headroom(zones), [2030], upper_limits=limits, upper_members=members)


def test_an_open_member_leaves_its_group_open(zones):
    limits, members = no_upper()
    opened = zones.assign(cap_high_mw=zones["cap_high_mw"].where(zones["asset_name"] != "北金沢"))
    groups = group_table(headroom(opened), [2030], upper_limits=limits, upper_members=members)
    assert math.isnan(groups.limits.loc[("shared:hokuriku-ishikawa", 2030), "high_mw"])


ranges = st.lists(st.tuples(st.floats(0, 1e3), st.floats(0, 1e3)).map(sorted), min_size=1)


@settings(deadline=None)
@given(ranges)
def test_cases_are_ordered(pairs):
    low, high = (pd.Series(column) for column in zip(*pairs, strict=True))
    mid = at_case(low, high, "mid")
    assert (at_case(low, high, "low") <= mid + 1e-9).all()
    assert (mid <= at_case(low, high, "high") + 1e-9).all()


@settings(deadline=None, max_examples=30)
@given(max_zone_km=st.floats(0, 300))
def test_a_longer_reach_never_loses_a_published_place(zones, max_zone_km):
    near = headroom(zones, max_zone_km=max_zone_km)
    far = headroom(zones, max_zone_km=max_zone_km + 50)
    published = near.index[near["basis"] == "published"]
    assert (far.loc[published, "basis"] == "published").all()
