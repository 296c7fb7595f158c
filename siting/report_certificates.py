"""What a plan claims, market-based: by contracts and by certificates, for the report."""

from collections.abc import Mapping, Sequence
from typing import Any

from siting.report_answer import Row
from siting.report_charts import Layer, draw_shares
from siting.report_numbers import money, number, percent
from siting.report_words import Both, both, same
from siting.scenario_clean import FIT_CERTIFICATE

Told = dict[str, Any]

CONTRACTED, BOUGHT = "#1d7a46", "#8e8ac0"

KINDS: Mapping[str, Both] = {
    FIT_CERTIFICATE: both("FIT非化石証書", "FIT non-fossil"),
}
"""Certificates that have a name of their own; others are called as in the scenario."""

BY_CONTRACT = both("契約（いつの発電でも）", "Contracts, whenever they run")
BY_CERTIFICATE = both("証書（時間の一致なし）", "Certificates, matched to no hours")

SHORT_BY_SHARE = 5e-4
"""A share this little below what is asked for is rounding."""


def claim_view(clean: Row, sources: Sequence[Row]) -> Told | None:
    """Claimed share by year, certificates of the last year, and a chart; None where not asked.

    Parameters
    ----------
    clean : mapping
        Part `clean` of a summary.
    sources : sequence of mappings
        Its part `sources`.
    """
    years = clean["years"]
    if all(row.get("claim_required_share") is None for row in years):
        return None
    last = years[-1]
    bought = [
        row for row in clean["bought_certificates"] if row["fiscal_year"] == last["fiscal_year"]
    ]
    return {
        "sentence": _sentence(last),
        "rows": [_year(row) for row in years],
        "bought": [_certificate(row) for row in bought],
        "floor": _about_floor(clean, bought, sources),
        "figure": _chart(years),
    }


def _sentence(last: Row) -> Both:
    year, asked = last["fiscal_year"], percent(last["claim_required_share"], 0)
    reached, parts = percent(last["claimed_share"], 1), _parts(last)
    contracts, certificates = (percent(part / 100.0, 1) for part in parts)
    cost = money(last["certificates_myen"])
    asked_ja, asked_en = f"要求{asked}", f"{asked} asked"
    if last["claim_required_share"] is None:
        asked_ja, asked_en = "要求なし", "nothing asked"
    return both(
        f"{year}年度は使用量の{reached}を契約または証書でまかなったといえます（市場基準、"
        f"{asked_ja}）。契約{contracts}、証書{certificates}で、証書の費用は年{cost['ja']}です。",
        f"In FY{year} {reached} of the draw can be claimed, market-based ({asked_en}): "
        f"{contracts} by contract and {certificates} by certificates, which cost "
        f"{cost['en']} a year.",
    )


def _parts(row: Row) -> tuple[float, float]:
    """Percent of the draw by contract and by certificates."""
    draw = row["draw_gwh"]
    if not draw:
        return 0.0, 0.0
    delivered = row["matched_gwh"] + row["excess_gwh"]
    return 100 * delivered / draw, 100 * row["certificate_gwh"] / draw


def _year(row: Row) -> Told:
    """One year, with whether it falls short of what is asked."""
    asked, reached = row["claim_required_share"], row["claimed_share"]
    short = asked is not None and reached is not None and reached < asked - SHORT_BY_SHARE
    return {**row, "short": short, "cost": money(row["certificates_myen"])}


def _certificate(row: Row) -> Told:
    return {
        "kind": KINDS.get(row["kind"], same(row["kind"])),
        "gwh": row["gwh"],
        "yen_per_kwh": row["yen_per_kwh"],
        "additional": _yes(row["additional"]),
        "basis": "published" if row["at_floor"] else "assumed",
        "cost": money(row["myen"]),
    }


def _yes(value: bool) -> Both:
    return both("あり", "yes") if value else both("なし", "no")


def _about_floor(clean: Row, bought: Sequence[Row], sources: Sequence[Row]) -> Both | None:
    """That a price is the least that may be asked, where one is."""
    floors = [row for row in bought if row["at_floor"]]
    if not floors:
        return None
    row = floors[0]
    titles = {each["source"]: each["title"] for each in sources}
    price, source = number(row["yen_per_kwh"], 1), titles.get(row["source"], row["source"])
    ceiling = number(clean["certificates"]["ceiling_yen_per_kwh"], 1)
    return both(
        f"FIT非化石証書の価格{price}円/kWhは公表の下限価格です（出典：{source}）。入札ではこれを"
        f"上回ることがあります。上限{ceiling}円/kWhは記憶による値で、確認できていません。",
        f"The price of FIT certificates, {price} yen/kWh, is the published floor (source: {source})"
        f"; an auction may clear above it. The ceiling of {ceiling} yen/kWh is recalled, not "
        "confirmed.",
    )


def _chart(years: Sequence[Row]) -> Told:
    """Share claimed by year, by contract and by certificates, under what is asked."""
    parts = [_parts(row) for row in years]
    colours, names = (CONTRACTED, BOUGHT), (BY_CONTRACT, BY_CERTIFICATE)
    layers = [
        Layer(colour, tuple(part[place] for part in parts)) for place, colour in enumerate(colours)
    ]
    return {
        "svg": draw_shares("clean-claim", years, layers, "claim_required_share"),
        "title": both("契約または証書でまかなう割合", "Share claimed"),
        "about": both(
            "市場基準、使用電力量の %。線：要求",
            "Market-based, % of the energy drawn. Line: asked for",
        ),
        "legend": [
            {"colour": colour, "name": name, "value": same(f"{number(value, 1)} %")}
            for colour, name, value in zip(colours, names, parts[-1], strict=True)
        ],
    }
