"""What a solved model says of clean power: contracts, stores, and the draw they cover."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from optimize.clean import CleanPower
from optimize.problem import Dispatch, SiteProblem
from optimize.read_dispatch import FLOW, PLACE, drawn_mw
from optimize.values import Values, keys_at, no_rows

OFFER_YEAR = ["area", "tech", "fiscal_year"]
OFFER_SLICE = [*OFFER_YEAR, "slice"]


@dataclass(frozen=True, slots=True)
class CleanAnswer:
    """Contracts and certificates of a plan and the ways of counting them, kept apart.

    Attributes
    ----------
    contracts : DataFrame, index (area, tech, fiscal_year)
        mw [MW]; able_gwh, what the contracted power could give; gwh, what is given and claimed;
        plant_gwh, what the existing plant runs in all (NaN for a new one) [GWh/a]; emitted_t in
        the metric of the offers [t/a]; additional (bool).
    stores : DataFrame, index (area, tech, fiscal_year)
        mw [MW], mwh [MWh], charged_gwh, discharged_gwh [GWh/a], both_mw: most that is charged
        and discharged at once [MW].
    matching : DataFrame, index (area, fiscal_year, slice)
        draw_mw, gen_mw, charge_mw, discharge_mw, clean_import_mw, matched_mw, excess_mw,
        grid_clean_mw (clean power of the grid in what is not matched) [MW].
    years : DataFrame, index `fiscal_year`
        draw_gwh, matched_gwh, grid_clean_gwh, excess_gwh, certificate_gwh [GWh/a];
        required_share; hourly_share and annual_share, what is reached in each way of counting [-];
        claim_required_share; claimed_share, by contracts (the annual way) or certificates [-];
        location_t, market_t [t/a]; against_flow_gwh, clean energy carried where the tie runs the
        other way, net [GWh/a].
    certificates : DataFrame, index (kind, fiscal_year)
        gwh [GWh/a]; empty where none is asked for.
    one_way_cost_myen : float
        Cost of the cheapest plan known that carries none so; NaN where none is known. [M¥]
    """

    contracts: pd.DataFrame
    stores: pd.DataFrame
    matching: pd.DataFrame
    years: pd.DataFrame
    certificates: pd.DataFrame
    one_way_cost_myen: float = math.nan


def read_clean(problem: SiteProblem, values: Values) -> CleanAnswer | None:
    """Read contracts and their matching; None where nobody contracts any.

    Notes
    -----
    `hourly_share` is (matched + clean power of the grid) / draw, slice by slice. `annual_share` is
    clean energy delivered under contract in the year / draw; it may exceed one. `claimed_share`
    adds certificates to it. `market_t` counts the draw that the year's delivered clean energy and
    certificates leave uncovered: in each area first its own clean energy, then what other areas
    have left over and certificates, spread over the uncovered draw of all (one market for
    certificates). It is unknown where an uncovered area's residual factor is.
    """
    clean, dispatch = problem.clean, problem.dispatch
    if clean is None or dispatch is None:
        return None
    hours = dispatch.hours_per_year()
    matching = _read_matching(problem, clean, dispatch, values)
    certificates = _read_certificates(values)
    return CleanAnswer(
        contracts=_read_contracts(clean, values, hours),
        stores=_read_stores(values, hours),
        matching=matching,
        years=_read_years(problem, clean, matching, certificates, hours=hours).assign(
            against_flow_gwh=_against_flow(problem, values, hours)
        ),
        certificates=certificates,
    )


def _gwh(mw: Any, hours: pd.Series, by: list[str]) -> Any:
    """Energy of a year from power by slice. [GWh]"""
    weight = hours.reindex(mw.index.get_level_values("slice")).to_numpy() / 1000.0
    return mw.mul(weight, axis=0).groupby(level=by, sort=False).sum()


def _read_contracts(clean: CleanPower, values: Values, hours: pd.Series) -> pd.DataFrame:
    mw = values.of("clean_mw", OFFER_YEAR, "mw")
    offers = clean.offers.reindex(keys_at(mw.index, ["area", "tech"]))
    full = clean.availability.mul(hours, axis=0).sum() / 1000.0
    gwh = _gwh(values.of("clean_gen_mw", OFFER_SLICE, "gwh"), hours, OFFER_YEAR)
    new = offers["additional"].to_numpy(dtype=bool)
    run = _gwh(values.of("supply_mw", OFFER_SLICE, "gwh"), hours, OFFER_YEAR)
    gwh = gwh.reindex(mw.index)
    return pd.DataFrame(
        {
            "mw": mw,
            "able_gwh": mw * full.reindex(offers.index).to_numpy(),
            "gwh": gwh,
            "plant_gwh": run.reindex(mw.index).where(~new),
            "emitted_t": gwh * 1000.0 * offers["t_per_mwh"].to_numpy(),
            "additional": new,
        }
    )


def _read_stores(values: Values, hours: pd.Series) -> pd.DataFrame:
    mw = values.of("store_mw", OFFER_YEAR, "mw")
    charge = values.of("charge_mw", OFFER_SLICE, "mw")
    discharge = values.of("discharge_mw", OFFER_SLICE, "mw")
    both = pd.concat([charge, discharge], axis=1).min(axis=1)
    return pd.DataFrame(
        {
            "mw": mw,
            "mwh": values.of("store_mwh", OFFER_YEAR, "mwh"),
            "charged_gwh": _gwh(charge, hours, OFFER_YEAR).reindex(mw.index),
            "discharged_gwh": _gwh(discharge, hours, OFFER_YEAR).reindex(mw.index),
            "both_mw": both.groupby(level=OFFER_YEAR, sort=False).max().reindex(mw.index),
        }
    )


def _read_certificates(values: Values) -> pd.DataFrame:
    """Certificates by kind and year; none in a year that is dispatched again by itself."""
    names = ["kind", "fiscal_year"]
    if not values.has("certificate_gwh"):
        return pd.DataFrame({"gwh": pd.Series(dtype=float)}, index=no_rows(names))
    return values.of("certificate_gwh", names, "gwh").to_frame()


def _read_matching(
    problem: SiteProblem, clean: CleanPower, dispatch: Dispatch, values: Values
) -> pd.DataFrame:
    excess = values.of("excess_mw", PLACE, "excess_mw")
    index: Any = excess.index

    def summed(variable: str) -> pd.Series:
        mw = values.of(variable, OFFER_SLICE, "mw").groupby(level=PLACE).sum()
        return mw.reindex(index).fillna(0.0)

    matched = values.of("matched_mw", PLACE, "matched_mw").reindex(index).fillna(0.0)
    gen, charge, discharge = (summed(v) for v in ("clean_gen_mw", "charge_mw", "discharge_mw"))
    draw = pd.Series(drawn_mw(problem, dispatch, values, index=index), index=index)
    return pd.DataFrame(
        {
            "draw_mw": draw,
            "gen_mw": gen,
            "charge_mw": charge,
            "discharge_mw": discharge,
            "clean_import_mw": matched + excess - gen - discharge + charge,
            "matched_mw": matched,
            "excess_mw": excess,
            "grid_clean_mw": (draw - matched).clip(lower=0.0) * _grid_share(clean, index),
        }
    )


def _grid_share(clean: CleanPower, index: Any) -> pd.Series:
    """Clean share of the grid at each place; zero where it does not count. [-]"""
    if clean.grid_clean_share.empty:
        return pd.Series(0.0, index=index)
    table = clean.grid_clean_share.rename_axis(columns="area").stack()
    share = table.reindex(keys_at(index, ["fiscal_year", "slice", "area"])).fillna(0.0)
    return pd.Series(share.to_numpy(), index=index)


def _read_years(
    problem: SiteProblem,
    clean: CleanPower,
    matching: pd.DataFrame,
    certificates: pd.DataFrame,
    *,
    hours: pd.Series,
) -> pd.DataFrame:
    by_area = _gwh(matching, hours, ["area", "fiscal_year"])
    year = by_area.groupby(level="fiscal_year").sum()
    draw, delivered = year["draw_mw"], year["matched_mw"] + year["excess_mw"]
    asked = draw.where(draw > 0)
    bought = certificates["gwh"].groupby(level="fiscal_year").sum().reindex(year.index).fillna(0.0)
    return pd.DataFrame(
        {
            "draw_gwh": draw,
            "matched_gwh": year["matched_mw"],
            "grid_clean_gwh": year["grid_clean_mw"],
            "excess_gwh": year["excess_mw"],
            "certificate_gwh": bought,
            "required_share": clean.share.reindex(year.index),
            "hourly_share": (year["matched_mw"] + year["grid_clean_mw"]) / asked,
            "annual_share": delivered / asked,
            "claim_required_share": clean.claimed_share.reindex(year.index),
            "claimed_share": (delivered + bought) / asked,
            "location_t": _location_t(problem, matching, hours),
            "market_t": _market_t(clean, by_area, bought),
        }
    )


def _location_t(problem: SiteProblem, matching: pd.DataFrame, hours: pd.Series) -> pd.Series:
    """Draw times the area's intensity without the data centres; NaN where that is unknown. [t]"""
    assert problem.dispatch is not None
    drawn = matching["draw_mw"][matching["draw_mw"] > 0]
    table = problem.dispatch.intensity_t_per_mwh.rename_axis(columns="area").stack()
    intensity = table.reindex(keys_at(drawn.index, ["fiscal_year", "slice", "area"])).to_numpy()
    energy = drawn * hours.reindex(drawn.index.get_level_values("slice")).to_numpy()
    years = pd.Index(list(problem.years), name="fiscal_year")
    tonnes = (energy * intensity).groupby(level="fiscal_year").sum(min_count=0, skipna=False)
    return tonnes.reindex(years, fill_value=0.0)


def _market_t(clean: CleanPower, by_area: pd.DataFrame, bought: pd.Series) -> pd.Series:
    """Draw that neither contracts nor certificates cover, times its area's residual factor. [t]"""
    delivered = by_area["matched_mw"] + by_area["excess_mw"]
    left = (by_area["draw_mw"] - delivered).clip(lower=0.0)
    over = (delivered - by_area["draw_mw"]).clip(lower=0.0).groupby(level="fiscal_year").sum()
    open_gwh = left.groupby(level="fiscal_year").sum()
    anywhere = over + bought
    kept = (1.0 - anywhere / open_gwh.where(open_gwh > 0)).clip(lower=0.0).fillna(0.0)
    factor = clean.residual_t_per_mwh.reindex(by_area.index.get_level_values("area")).to_numpy()
    share = kept.reindex(by_area.index.get_level_values("fiscal_year")).to_numpy()
    open_mwh = left.to_numpy() * share * 1000.0
    tonnes = np.where(open_mwh > 0, open_mwh * factor, 0.0)
    by_year = pd.Series(tonnes, index=by_area.index).groupby(level="fiscal_year")
    return by_year.sum(skipna=False)


def _against_flow(problem: SiteProblem, values: Values, hours: pd.Series) -> pd.Series:
    """Clean energy beyond what each tie carries net in its direction. [GWh]"""
    years = pd.Index(list(problem.years), name="fiscal_year")
    flow = values.of("flow_mw", FLOW, "mw")
    clean = values.of("clean_flow_mw", FLOW, "mw")
    place = ["tie", "fiscal_year", "slice"]
    other = flow.groupby(level=place).transform("sum") - flow
    beyond = (clean - (flow - other).clip(lower=0.0)).clip(lower=0.0)
    return _gwh(beyond, hours, ["fiscal_year"]).reindex(years, fill_value=0.0)
