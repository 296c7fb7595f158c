import numpy as np
import pandas as pd
import pytest

from data.errors import InputError
from data.facts import read_fact
from grid.supply import fleet, unlisted_supply

OBSERVED = pd.DataFrame(
    [
        ("tokyo", "coal", 6930.0, "computed"),
        ("tokyo", "hydro", 6040.0, "computed"),
        ("okinawa", "hydro", np.nan, "computed"),
        ("okinawa", "coal", 970.0, "computed"),
    ],
    columns=["area", "tech", "mw", "confidence"],
)
SOLAR = pd.DataFrame(
    {"area": ["tokyo"], "tech": "solar", "mw": [20_000.0], "confidence": "computed"}
)
TERMS = {
    "wind_fleet_mw": {"tokyo": 500.0},
    "fuel_cost_yen_per_kwh": {"coal": 9.0, "gas": 14.0, "oil": 25.0, "nuclear": 2.0, "hydro": 1.0},
    "t_per_mwh": {"coal": 0.864, "gas": 0.4, "oil": 0.695},
    "hydro_daily_share": 0.35,
}


def test_nine_yen_a_kwh_is_nine_thousandths_of_a_million_a_mwh():
    plants = fleet(OBSERVED, SOLAR, **TERMS)
    assert plants.loc[("tokyo", "coal"), "cost_myen_per_mwh"] == pytest.approx(0.009)


def test_only_what_burns_emits():
    emissions = fleet(OBSERVED, SOLAR, **TERMS)["t_per_mwh"].xs("tokyo")
    assert emissions.to_dict() == {"coal": 0.864, "hydro": 0, "solar": 0, "wind": 0}


def test_only_hydro_is_bound_by_its_water():
    share = fleet(OBSERVED, SOLAR, **TERMS)["daily_energy_share"].dropna()
    assert share.to_dict() == {("tokyo", "hydro"): 0.35}


def test_unknown_plants_are_left_out_and_assumed_ones_marked():
    plants = fleet(OBSERVED, SOLAR, **TERMS)
    assert ("okinawa", "hydro") not in plants.index
    assert plants.loc[("tokyo", "wind"), "confidence"] == "assumed"
    assert plants["capacity_mw"].notna().all()


def test_a_stated_wind_fleet_replaces_the_table():
    published = pd.DataFrame(
        {"area": ["tokyo"], "tech": "wind", "mw": [300.0], "confidence": "found"}
    )
    plants = fleet(OBSERVED, published, **TERMS)
    assert plants.loc[("tokyo", "wind"), "capacity_mw"] == 500


def test_every_missing_number_is_named():
    terms = TERMS | {"fuel_cost_yen_per_kwh": {}, "t_per_mwh": {}}
    with pytest.raises(InputError) as caught:
        fleet(OBSERVED, SOLAR, **terms)
    assert [problem.where for problem in caught.value.problems] == [
        "fuel_cost_yen_per_kwh.coal",
        "fuel_cost_yen_per_kwh.hydro",
        "t_per_mwh.coal",
    ]


def test_unlisted_plants_close_the_gap_to_the_supply_plan():
    plants = fleet(OBSERVED, SOLAR, **TERMS)
    plan = pd.Series({"tokyo": 56_990.0, "okinawa": 500.0})
    unlisted = unlisted_supply(plants, plan, cost_yen_per_kwh=12.0, t_per_mwh=0.45)
    assert unlisted["capacity_mw"].to_dict() == {("tokyo", "unlisted"): 56_990 - 6930 - 6040}
    assert list(unlisted.columns) == list(plants.columns)


def test_real_fleet_covers_every_area_and_is_a_lower_bound():
    plants = fleet(read_fact("supply_observed"), read_fact("fleets"), **TERMS)
    assert plants.index.get_level_values("area").nunique() == 10
    assert plants["capacity_mw"].xs("coal", level="tech").sum() == pytest.approx(43_100, rel=0.01)
