import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.facts import read_fact
from grid.demand import (
    PueRule,
    annual_energy_gwh,
    facility_mw,
    it_mw_for_eflops,
    it_mw_in_facility,
    load_factor_share,
    nearest_station,
    pue_annual,
    pue_at,
    pue_peak,
    pue_rule,
    server_mw_for_eflops,
)

SLOPE = 0.004


@pytest.fixture(scope="module")
def climate():
    return read_fact("climate").set_index("station")


def test_sixty_eflops_need_58_to_113_mw():
    hardware = read_fact("hardware").set_index(["hardware", "precision"])
    least = hardware.loc[("gb200", "fp16"), "mw_per_eflops_low"]
    most = hardware.loc[("h100", "fp16"), "mw_per_eflops_high"]
    servers = server_mw_for_eflops(60, [least, most])
    facility = facility_mw(servers, pue=1.3, overhead_share=0.12)
    assert facility.round().tolist() == [58, 113]


def test_the_overhead_counts_once_on_either_way():
    servers = server_mw_for_eflops(60, 1.29)
    it_load = it_mw_for_eflops(60, 1.29, overhead_share=0.12)
    assert facility_mw(servers, pue=1.3, overhead_share=0.12) == pytest.approx(1.3 * it_load)


def test_servers_of_the_programme_need_45_to_87_mw_with_overhead():
    it_load = it_mw_for_eflops(60, [0.667, 1.29], overhead_share=0.12)
    assert it_load.round().tolist() == [45, 87]


def test_load_factor_of_the_forecast():
    assert load_factor_share(44_000, 6_160) == pytest.approx(0.815, abs=5e-4)


def test_energy_of_a_flat_load():
    energy = annual_energy_gwh(10, pue_annual=1.0, overhead_share=0.0, load_factor_share=1.0)
    assert energy == pytest.approx(87.6)


def test_forecast_energy_comes_back_from_its_load_factor():
    servers = it_mw_in_facility(6_160, pue=1.3, overhead_share=0.12)
    energy = annual_energy_gwh(
        servers, pue_annual=1.3, overhead_share=0.12, load_factor_share=0.815
    )
    assert energy == pytest.approx(44_000, rel=1e-3)


def test_liquid_rule_has_its_published_centre_at_tokyo(climate):
    rule = pue_rule(read_fact("parameters"), "liquid", slope_per_c=SLOPE)
    assert rule.base_pue == pytest.approx(1.125)
    assert rule.floor_pue == 1.05
    assert pue_annual(climate, rule)["tokyo"] == pytest.approx(1.125, abs=1e-3)


def test_unknown_cooling_lists_the_known_ones():
    with pytest.raises(InputError, match=r"air_free_cooling, air_legacy, liquid"):
        pue_rule(read_fact("parameters"), "magic", slope_per_c=SLOPE)


@pytest.mark.parametrize("cooling", ["liquid", "air_free_cooling", "air_legacy"])
def test_contract_pue_is_never_below_the_annual_one(cooling, climate):
    rule = pue_rule(read_fact("parameters"), cooling, slope_per_c=SLOPE)
    known = climate.dropna(subset="august_mean_c")
    assert (pue_peak(known, rule) >= pue_annual(known, rule)).all()
    assert (pue_annual(known, rule) >= rule.floor_pue).all()


def test_north_is_cooler_than_south(climate):
    rule = PueRule(base_pue=1.3, floor_pue=1.0, slope_per_c=SLOPE)
    annual = pue_annual(climate, rule)
    assert annual["sapporo"] < annual["tokyo"] < annual["naha"]


def test_unknown_temperature_gives_unknown_pue():
    rule = PueRule(base_pue=1.3, floor_pue=1.0, slope_per_c=SLOPE)
    assert pue_at(pd.Series([float("nan")]), rule).isna().all()


def test_nearest_station_says_how_far(climate):
    places = pd.DataFrame({"lat": [43.18], "lon": [141.295]}, index=["ishikari"])
    nearest = nearest_station(places, climate)
    assert nearest.loc["ishikari", "station"] == "sapporo"
    assert 5 < nearest.loc["ishikari", "station_km"] < 30


@settings(deadline=None)
@given(st.floats(0, 1e4), st.floats(1, 2), st.floats(0, 0.5))
def test_contract_and_servers_are_inverse_and_ordered(it_mw, pue, overhead):
    contract = facility_mw(it_mw, pue=pue, overhead_share=overhead)
    assert contract >= it_mw
    back = it_mw_in_facility(contract, pue=pue, overhead_share=overhead)
    assert back == pytest.approx(it_mw)
