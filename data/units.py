"""Units: conversions from what is published to what the toolkit keeps, and column labels.

Inside the toolkit power is MW, energy GWh, money million yen (`_myen`), shares 0 to 1.
"""

YEN_PER_MYEN = 1e6
M2_PER_HA = 1e4
PERCENT_PER_UNIT = 100.0

UNIT_BY_SUFFIX = {
    "capacity_mw": "MW",
    "oku_yen": "億円",
    "usd_per_w": "USD/W",
    "mw_per_eflops": "MW/EFLOPS",
    "myen_per_mw_year": "Myen/(MW year)",
    "myen_per_mw": "Myen/MW",
    "yen_per_mwh": "yen/MWh",
    "yen_per_kwh": "yen/kWh",
    "yen_per_t": "yen/t",
    "t_per_mwh": "t-CO2/MWh",
    "t_per_mw": "t-CO2/MW",
    "ha_per_mw": "ha/MW",
    "ohm_per_km": "ohm/km",
    "days_per_year": "days/year",
    "days_seen": "days",
    "calendar_year": "calendar year",
    "fiscal_year": "fiscal year",
    "eflops": "EFLOPS",
    "share": "share",
    "myen": "Myen",
    "mwh": "MWh",
    "gwh": "GWh",
    "twh": "TWh",
    "gw": "GW",
    "kw": "kW",
    "mw": "MW",
    "mva": "MVA",
    "kv": "kV",
    "ka": "kA",
    "km": "km",
    "ha": "ha",
    "hz": "Hz",
    "lat": "degrees north",
    "lon": "degrees east",
    "yen": "yen",
    "t": "t",
    "c": "°C",
    "m": "m",
    "y": "years",
}
"""Unit label of each ending a column name may have."""

RANGE_ENDINGS = ("_low", "_high")


def unit_of(column: str) -> str:
    """Unit label of a column, read from the ending of its name; "" when the name has none.

    Parameters
    ----------
    column : str
        Column name such as `cap_low_mw` or `mw_per_eflops_high`.

    Returns
    -------
    str
        Label such as "MW"; the longest matching ending decides.

    Examples
    --------
    >>> unit_of("cap_low_mw"), unit_of("mw_per_eflops_high"), unit_of("voltage_kv")
    ('MW', 'MW/EFLOPS', 'kV')
    >>> unit_of("name_ja")
    ''
    """
    for ending in RANGE_ENDINGS:
        column = column.removesuffix(ending)
    matches = [s for s in UNIT_BY_SUFFIX if column == s or column.endswith(f"_{s}")]
    return UNIT_BY_SUFFIX[max(matches, key=len)] if matches else ""


def mw_from_man_kw(power_man_kw: float) -> float:
    """MW of a power in 万kW (1 万kW = 10 MW)."""
    return power_man_kw * 10.0


def man_kw_from_mw(power_mw: float) -> float:
    """万kW of a power in MW."""
    return power_mw / 10.0


def mw_from_gw(power_gw: float) -> float:
    """MW of a power in GW."""
    return power_gw * 1e3


def mw_from_kw(power_kw: float) -> float:
    """MW of a power in kW."""
    return power_kw / 1e3


def gwh_from_oku_kwh(energy_oku_kwh: float) -> float:
    """GWh of an energy in 億kWh (1 億kWh = 100 GWh = 0.1 TWh)."""
    return energy_oku_kwh * 100.0


def oku_kwh_from_gwh(energy_gwh: float) -> float:
    """億kWh of an energy in GWh."""
    return energy_gwh / 100.0


def gwh_from_twh(energy_twh: float) -> float:
    """GWh of an energy in TWh."""
    return energy_twh * 1e3


def myen_from_oku_yen(amount_oku_yen: float) -> float:
    """Million yen of an amount in 億円 (1 億円 = 100 million yen)."""
    return amount_oku_yen * 100.0


def oku_yen_from_myen(amount_myen: float) -> float:
    """億円 of an amount in million yen."""
    return amount_myen / 100.0


def myen_from_byen(amount_byen: float) -> float:
    """Million yen of an amount in 十億円, the billion yen."""
    return amount_byen * 1e3


def myen_from_yen(amount_yen: float) -> float:
    """Million yen of an amount in yen."""
    return amount_yen / YEN_PER_MYEN


def myen_per_mw_from_usd_per_w(cost_usd_per_w: float, *, yen_per_usd: float) -> float:
    """Million yen per MW of a cost in USD per W: the factors 1e6 W/MW and 1e6 yen/Myen cancel."""
    return cost_usd_per_w * yen_per_usd


def share_from_percent(percent: float) -> float:
    """Share 0 to 1 of a percentage."""
    return percent / PERCENT_PER_UNIT


def ha_from_m2(land_m2: float) -> float:
    """Hectares of an area in square metres."""
    return land_m2 / M2_PER_HA


def t_per_mwh_from_g_per_kwh(intensity_g_per_kwh: float) -> float:
    """t/MWh of an emission factor in g/kWh (kg/kWh and t/MWh are the same number)."""
    return intensity_g_per_kwh / 1e3
