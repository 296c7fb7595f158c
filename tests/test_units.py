import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.contracts import BUNDLED, CONTRACTS
from data.sources import quantities_of
from data.units import (
    gwh_from_oku_kwh,
    gwh_from_twh,
    ha_from_m2,
    man_kw_from_mw,
    mw_from_gw,
    mw_from_kw,
    mw_from_man_kw,
    myen_from_byen,
    myen_from_oku_yen,
    myen_from_yen,
    myen_per_mw_from_usd_per_w,
    oku_kwh_from_gwh,
    oku_yen_from_myen,
    share_from_percent,
    t_per_mwh_from_g_per_kwh,
    unit_of,
)

amounts = st.floats(min_value=0, max_value=1e9)


@pytest.mark.parametrize(
    ("converted", "expected"),
    [
        (mw_from_man_kw(537), 5370),  # the seed's 537 万kW
        (mw_from_gw(6.61), 6610),
        (mw_from_kw(2000), 2),
        (gwh_from_oku_kwh(1), 100),  # 1 億kWh = 0.1 TWh
        (gwh_from_twh(44.0), 44000),
        (myen_from_oku_yen(1166), 116600),
        (myen_from_byen(2.3), 2300),
        (myen_from_yen(438e6), 438),
        (myen_per_mw_from_usd_per_w(15.15, yen_per_usd=150), 2272.5),
        (share_from_percent(4.8), 0.048),
        (ha_from_m2(51448), 5.1448),
        (t_per_mwh_from_g_per_kwh(864), 0.864),
    ],
)
def test_conversion_known_by_head(converted, expected):
    assert converted == pytest.approx(expected)


@given(amounts)
def test_power_comes_back(power_mw):
    assert mw_from_man_kw(man_kw_from_mw(power_mw)) == pytest.approx(power_mw)


@given(amounts)
def test_energy_comes_back(energy_gwh):
    assert gwh_from_oku_kwh(oku_kwh_from_gwh(energy_gwh)) == pytest.approx(energy_gwh)


@given(amounts)
def test_money_comes_back(amount_myen):
    assert myen_from_oku_yen(oku_yen_from_myen(amount_myen)) == pytest.approx(amount_myen)


@given(amounts)
def test_money_agrees_in_all_units(amount_oku_yen):
    assert myen_from_oku_yen(amount_oku_yen) == pytest.approx(myen_from_yen(amount_oku_yen * 1e8))
    assert myen_from_oku_yen(amount_oku_yen) == pytest.approx(myen_from_byen(amount_oku_yen / 10))


@pytest.mark.parametrize(
    ("column", "unit"),
    [
        ("capacity_mw", "MW"),
        ("cap_low_mw", "MW"),
        ("amount_oku_yen", "億円"),
        ("lead_time_high_y", "years"),
        ("annual_mean_c", "°C"),
        ("t_per_mwh", "t-CO2/MWh"),
        ("mw_per_eflops_low", "MW/EFLOPS"),
        ("name_en", ""),
        ("ha", "ha"),
        ("alpha", ""),
    ],
)
def test_unit_is_read_from_the_ending(column, unit):
    assert unit_of(column) == unit


@pytest.mark.parametrize("name", [name for name in BUNDLED if name != "sources"])
def test_every_number_column_shipped_has_a_unit(name):
    contract = CONTRACTS[name]
    bare = [column for column in quantities_of(contract) if not unit_of(column)]
    assert not bare or "unit" in contract.names
