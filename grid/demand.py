"""Electric load of a data centre.

Three levels of power, never mixed:

    it_mw          servers alone; what hardware tables and the model's `it_mw` mean
    it load        servers plus network, storage, management: (1 + overhead_share) * it_mw
    facility_mw    what the grid sees: pue * (1 + overhead_share) * it_mw

A contract has to cover the facility at its peak PUE, a year's energy follows the annual PUE.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import InputError, Problem
from grid.latency import Floats, great_circle_km

GWH_PER_MW_YEAR = 8.76
TOKYO_ANNUAL_MEAN_C = 15.8  # JMA normals 1991-2020; most plants behind the PUE ranges are in Kanto


@dataclass(frozen=True, slots=True)
class PueRule:
    """How the PUE of one kind of cooling follows the outdoor air."""

    base_pue: float
    """PUE at the reference temperature. [-]"""
    floor_pue: float
    """Best PUE published for this cooling; colder air does not go below it. [-]"""
    slope_per_c: float
    """Rise of PUE per degree, an assumption. [1/°C]"""
    reference_c: float = TOKYO_ANNUAL_MEAN_C
    """Temperature at which the base PUE holds. [°C]"""


def server_mw_for_eflops(eflops: npt.ArrayLike, mw_per_eflops: npt.ArrayLike) -> Floats:
    """Server power for a computing rate at the precision `mw_per_eflops` is stated for.

    This is the model's `it_mw`. [MW]

    Examples
    --------
    >>> float(server_mw_for_eflops(60, 1.29).round(1))
    77.4
    """
    return np.asarray(np.asarray(eflops, dtype=float) * np.asarray(mw_per_eflops, dtype=float))


def it_mw_for_eflops(
    eflops: npt.ArrayLike, mw_per_eflops: npt.ArrayLike, *, overhead_share: float
) -> Floats:
    """IT load, overhead included, for a computing rate.

    Multiply by a PUE to get facility power. Do not hand the result to `facility_mw`, which adds
    the overhead itself; use `server_mw_for_eflops` there, or an overhead of 0 here.

    Parameters
    ----------
    eflops : array_like
        Computing rate, dense, at one precision. [EFLOPS]
    mw_per_eflops : array_like
        Server power per rate at the same precision, see facts table `hardware`. [MW/EFLOPS]
    overhead_share : float
        Network, storage and management on top of server power. [-]

    Returns
    -------
    ndarray, broadcast shape
        IT load. [MW]

    Examples
    --------
    The 60 EFLOPS (FP16) of the national programme on GB200 and on H100, at PUE 1.3:

    >>> (1.3 * it_mw_for_eflops(60, [0.67, 1.29], overhead_share=0.12)).round(1).tolist()
    [58.5, 112.7]
    """
    return np.asarray((1 + overhead_share) * server_mw_for_eflops(eflops, mw_per_eflops))


def facility_mw(it_mw: npt.ArrayLike, *, pue: npt.ArrayLike, overhead_share: float) -> Floats:
    """Power seen by the grid.

    Parameters
    ----------
    it_mw : array_like
        Server power, without overhead. [MW]
    pue : array_like
        Peak PUE for the contract, annual PUE for energy. [-]
    overhead_share : float
        Network, storage and management on top of server power. [-]

    Returns
    -------
    ndarray, broadcast shape
        Facility power. [MW]

    Examples
    --------
    >>> facility_mw([40.2, 77.4], pue=1.3, overhead_share=0.12).round(1).tolist()
    [58.5, 112.7]
    """
    servers_mw = np.asarray(it_mw, dtype=float)
    return np.asarray(np.asarray(pue, dtype=float) * (1 + overhead_share) * servers_mw)


def it_mw_in_facility(
    contract_mw: npt.ArrayLike, *, pue: npt.ArrayLike, overhead_share: float
) -> Floats:
    """Server power that a contract can carry; the inverse of `facility_mw`. [MW]"""
    per_server_mw = facility_mw(1.0, pue=pue, overhead_share=overhead_share)
    return np.asarray(np.asarray(contract_mw, dtype=float) / per_server_mw)


def annual_energy_gwh(
    it_mw: npt.ArrayLike,
    *,
    pue_annual: npt.ArrayLike,
    overhead_share: float,
    load_factor_share: float,
) -> Floats:
    """Energy drawn in a year.

    Parameters
    ----------
    it_mw : array_like
        Installed server power, without overhead. [MW]
    pue_annual : array_like
        Mean PUE of the year. [-]
    overhead_share : float
        Network, storage and management on top of server power. [-]
    load_factor_share : float
        Mean over greatest load of the year; OCCTO counts 0.80. [-]

    Returns
    -------
    ndarray, broadcast shape
        Energy. [GWh/year]

    Examples
    --------
    >>> energy = annual_energy_gwh(
    ...     100.0, pue_annual=1.25, overhead_share=0.12, load_factor_share=0.80
    ... )
    >>> float(energy.round(1))
    981.1
    """
    facility = facility_mw(it_mw, pue=pue_annual, overhead_share=overhead_share)
    return np.asarray(GWH_PER_MW_YEAR * load_factor_share * facility)


def load_factor_share(energy_gwh: npt.ArrayLike, peak_mw: npt.ArrayLike) -> Floats:
    """Mean over greatest load of a year. [-]

    Examples
    --------
    Data centres in OCCTO's forecast of January 2025 for FY2034, 44.0 TWh and 6.16 GW:

    >>> float(load_factor_share(44_000, 6_160).round(3))
    0.815
    """
    year_gwh = GWH_PER_MW_YEAR * np.asarray(peak_mw, dtype=float)
    return np.asarray(np.asarray(energy_gwh, dtype=float) / year_gwh)


def pue_rule(parameters: pd.DataFrame, cooling: str, *, slope_per_c: float) -> PueRule:
    """PUE rule of a cooling type: its published centre and lower end, and an assumed slope.

    Parameters
    ----------
    parameters : DataFrame
        Facts table `parameters`: the row `pue_<cooling>` with `low` and `high`; the centre is
        `value` where one is given, else the middle of the range.
    cooling : str
        Cooling type, as in the parameter's name.
    slope_per_c : float
        Rise of PUE per degree of outdoor air, an assumption. [1/°C]

    Raises
    ------
    InputError
        No range is known for this cooling type.
    """
    named = parameters[parameters["parameter"].str.startswith("pue_")]
    ranges = named.dropna(subset=["low", "high"]).set_index("parameter")
    ranges.index = ranges.index.str.removeprefix("pue_")
    if cooling not in ranges.index:
        problem = Problem("cooling", repr(cooling), f"one of {', '.join(sorted(ranges.index))}")
        raise InputError("facility", [problem])
    middle = ranges[["low", "high"]].mean(axis=1)
    base = ranges["value"].fillna(middle)
    return PueRule(float(base[cooling]), float(ranges["low"][cooling]), slope_per_c)


def pue_at(temperature_c: pd.Series, rule: PueRule) -> pd.Series:
    """PUE at an outdoor temperature, never below the rule's floor. [-]

    Examples
    --------
    >>> rule = PueRule(base_pue=1.125, floor_pue=1.05, slope_per_c=0.005, reference_c=15.8)
    >>> pue_at(pd.Series({"tokyo": 15.8, "naha": 25.8, "pole": -20.0}), rule).round(3).tolist()
    [1.125, 1.175, 1.05]
    """
    linear = rule.base_pue + rule.slope_per_c * (temperature_c - rule.reference_c)
    return linear.clip(lower=rule.floor_pue)


def pue_annual(climate: pd.DataFrame, rule: PueRule) -> pd.Series:
    """Mean PUE of the year at each station, from its annual mean temperature.

    Parameters
    ----------
    climate : DataFrame, index station
        Columns `annual_mean_c`, `august_mean_c`. [°C]
    rule : PueRule
        Cooling type.

    Returns
    -------
    Series, index station
        [-]
    """
    return pue_at(climate["annual_mean_c"], rule).rename("pue_annual")


def pue_peak(climate: pd.DataFrame, rule: PueRule) -> pd.Series:
    """PUE that the contract has to cover at each station, from its August mean temperature.

    Parameters as in `pue_annual`. August is the warmest month at every station of the table, so
    the peak is never below the annual PUE. [-]
    """
    return pue_at(climate["august_mean_c"], rule).rename("pue_peak")


def nearest_station(places: pd.DataFrame, climate: pd.DataFrame) -> pd.DataFrame:
    """Climate station nearest to each place.

    Parameters
    ----------
    places : DataFrame, index place
        Columns `lat`, `lon`. [degrees]
    climate : DataFrame, index station
        Columns `lat`, `lon`. [degrees]

    Returns
    -------
    DataFrame, index place
        `station` and its distance `station_km`.
    """
    km = great_circle_km(
        places["lat"].to_numpy()[:, None],
        places["lon"].to_numpy()[:, None],
        climate["lat"].to_numpy(),
        climate["lon"].to_numpy(),
    )
    nearest = km.argmin(axis=1)
    return pd.DataFrame(
        {"station": climate.index[nearest], "station_km": km.min(axis=1)}, index=places.index
    )
