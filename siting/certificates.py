"""Certificates of the scenario: what may be bought, at which price, and what a plan buys."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from data.facts import read_fact
from optimize.clean import CleanPower
from optimize.read_clean import CleanAnswer
from siting.contract_costs import parameter
from siting.scenario import Scenario
from siting.scenario_clean import Certificate

Row = dict[str, Any]

FLOOR, CEILING = "fit_certificate_floor", "fit_certificate_ceiling"
"""Parameters of the published price, and of one recalled and found on no page."""

NOISE_GWH = 1e-4
"""Less than 100 kWh a year is the solver's rounding."""

JAPANESE = "購入できる証書の種類と年間の上限・価格(価格の記載がないものは公表の下限価格)"
ENGLISH = (
    "Kinds of certificates that may be bought, most in a year, price (the published floor where "
    "none is stated)"
)


def certificate_table(scenario: Scenario) -> pd.DataFrame:
    """Certificates that may be bought, as `optimize.clean.CleanPower.certificates`.

    With `limits.clean.only_new` those not marked additional are left out.
    """
    limit = scenario.limits.clean
    only_new = limit is not None and limit.only_new
    kinds = {
        kind: each
        for kind, each in scenario.contracts.certificates.items()
        if each.additional or not only_new
    }
    index = pd.Index(list(kinds), name="kind", dtype=object)
    return pd.DataFrame(
        {
            # a million kWh in a GWh, a million yen in a M¥
            "myen_per_gwh": [price_yen_per_kwh(each) for each in kinds.values()],
            "potential_gwh": [each.gwh_per_year for each in kinds.values()],
            "additional": [each.additional for each in kinds.values()],
        },
        index=index,
    ).astype({"myen_per_gwh": float, "potential_gwh": float, "additional": bool})


def price_yen_per_kwh(certificate: Certificate) -> float:
    """The price stated, or the published floor. [yen/kWh]"""
    stated = certificate.price_yen_per_kwh
    return parameter(FLOOR) if stated is None else stated


def certificate_rows(scenario: Scenario, clean: CleanPower, answer: CleanAnswer) -> pd.DataFrame:
    """Certificates bought, index (kind, fiscal_year).

    Returns
    -------
    DataFrame
        gwh [GWh/a], yen_per_kwh, myen [M¥/a], additional (bool), at_floor: whether the price is
        the published floor, source: of that price, "" where the scenario states its own.
    """
    bought = answer.certificates
    bought = bought[bought["gwh"] > NOISE_GWH]
    offered = clean.certificates.reindex(bought.index.get_level_values("kind"))
    kinds = scenario.contracts.certificates
    at_floor = [kinds[kind].price_yen_per_kwh is None for kind in offered.index]
    price = offered["myen_per_gwh"].to_numpy()
    source = price_source()
    return bought.assign(
        yen_per_kwh=price,
        myen=bought["gwh"].to_numpy() * price,
        additional=offered["additional"].to_numpy(dtype=bool),
        at_floor=at_floor,
        source=[source if floor else "" for floor in at_floor],
    )


def certificate_costs(clean: CleanPower, answer: CleanAnswer) -> pd.Series:
    """What all certificates of a year cost, index fiscal_year. [M¥/a]"""
    gwh = answer.certificates["gwh"]
    price = clean.certificates["myen_per_gwh"].reindex(gwh.index.get_level_values("kind"))
    return (gwh * price.to_numpy()).groupby(level="fiscal_year").sum()


def price_source() -> str:
    """Source of the published floor price, as in the list of sources."""
    return str(read_fact("clean_parameters").set_index("parameter")["source"][FLOOR])


def certificate_assumptions(scenario: Scenario) -> Iterator[Row]:
    """What is assumed of certificates, where a share is to be claimed."""
    limit = scenario.limits.clean
    if limit is None or not limit.claimed_share_by_year:
        return
    value = ", ".join(_shown(kind, each) for kind, each in scenario.contracts.certificates.items())
    yield {
        "field": "contracts.certificates",
        "value": value or "none",
        "ja": JAPANESE,
        "en": ENGLISH,
    }


def _shown(kind: str, each: Certificate) -> str:
    most = "no limit" if each.gwh_per_year is None else f"{each.gwh_per_year:g} GWh"
    return f"{kind} {price_yen_per_kwh(each):g} yen/kWh, {most}"
