from datetime import date

import pandas as pd
import pytest

from data.errors import InputError
from data.facts import read_fact
from grid.zones import (
    located_zones,
    read_zones,
    refuse_generation_side,
    sharing_groups,
    stale_zones,
    zone_keys,
)

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def zones():
    return read_fact("zones")


def zone_frame(**columns):
    frame = {"tso": "x_pg", "asset_name": "線", "cap_basis": "welcome_zone", "additive_group": ""}
    rows = max((len(v) for v in columns.values() if isinstance(v, list)), default=1)
    return pd.DataFrame(frame | columns, index=range(rows))


def test_room_for_generation_is_refused_with_the_reason():
    mixed = zone_frame(cap_basis=["welcome_zone", "aki_yoryo_reverse", "aki_yoryo_reverse"])
    with pytest.raises(InputError, match="free capacity for generation") as caught:
        refuse_generation_side(mixed, where="mine.csv")
    assert [problem.where for problem in caught.value.problems] == [
        "zone x_pg/線#2, cap_basis",
        "zone x_pg/線#3, cap_basis",
    ]
    assert all("順潮流" in problem.expected for problem in caught.value.problems)


def test_shipped_zones_are_all_for_demand(zones):
    assert refuse_generation_side(zones, where="zones") is zones


def test_users_file_goes_through_the_contract_and_the_refusal(zones, tmp_path):
    path = tmp_path / "mine.csv"
    zones.head(4).to_csv(path, index=False)
    assert len(read_zones(path)) == 4
    zones.head(1).assign(cap_basis="aki_yoryo_reverse").to_csv(path, index=False)
    with pytest.raises(InputError, match="free capacity for generation"):
        read_zones(path)


def test_only_the_four_hokuriku_substations_have_a_position(zones):
    located = located_zones(zones)
    assert set(located["tso"]) == {"hokuriku_td"}
    assert located["cap_low_mw"].sum() == 850


def test_a_withheld_figure_is_not_a_zone_to_use():
    withheld = zone_frame(lat=[36.0], lon=[136.0], cap_low_mw=[None], cap_high_mw=[None])
    assert located_zones(withheld).empty


def test_keys_are_unique_even_for_blank_and_repeated_names():
    keys = zone_keys(zone_frame(asset_name=["送電線", "送電線", "", None]))
    assert keys.is_unique
    assert keys.iloc[0] == "x_pg/送電線"


def test_zones_without_a_group_share_one_limit_of_their_operator():
    zones = zone_frame(tso=["a", "a", "b"], additive_group=["north", None, ""])
    assert sharing_groups(zones).tolist() == ["north", "a/ungrouped", "b/ungrouped"]


@pytest.mark.parametrize(
    ("as_of", "valid_until", "reason"),
    [
        ("2026-11-01", None, None),
        ("2025-06-30", None, "old"),
        ("2025-11", None, None),  # counts from 2025-11-30, 358 days
        ("2024", None, "old"),
        ("2020", "2027-03", None),  # its operator still vouches for it
        ("2026-11-01", "2026-10-31", "expired"),
        (None, None, "undated"),
    ],
)
def test_stale_zone_is_warned_of(as_of, valid_until, reason):
    zones = zone_frame(as_of=[as_of], valid_until=[valid_until])
    warned = stale_zones(zones, today=TODAY, max_age_days=365)
    assert warned["reason"].tolist() == ([reason] if reason else [])


def test_shipped_zones_can_be_dated(zones):
    none_old = stale_zones(zones, today=TODAY, max_age_days=5000)
    all_old = stale_zones(zones, today=date(2040, 1, 1), max_age_days=365)
    assert none_old.empty
    assert len(all_old) == len(zones)
