"""The answer of a run in plain words: what breaks first, then three sentences."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from grid.outlook import JAPAN
from siting.report_numbers import money, number, percent
from siting.report_words import Both, both, word

NOISE_MW = 0.5
"""Less than this is rounding and not worth a sentence."""

Row = Mapping[str, Any]
Names = Mapping[str, Both]


def sentences(summary: Row, areas: Names) -> list[Both]:
    """What is built, whether the grid carries it, and what it costs: one sentence each."""
    last = summary["kpis"][-1] if summary["kpis"] else None
    if not summary["sites"] or last is None:
        text = both(
            "この条件では、選ばれた地点はありません。", "No site is chosen under these limits."
        )
        return [text]
    return [
        _about_sites(summary, last, areas),
        _about_grid(summary, last, areas),
        _about_cost(summary, last),
    ]


def _about_sites(summary: Row, last: Row, areas: Names) -> Both:
    """How much, where most of it, and what comes first."""
    year, sites = last["fiscal_year"], summary["sites"]
    by_area = power_by_area(sites, year)
    area, largest_mw = max(by_area.items(), key=lambda item: (item[1], item[0]))
    name = areas.get(area, word(area))
    first = min(sites, key=lambda site: (site["start_fiscal_year"], site["site"]))
    start = first["start_fiscal_year"]
    mw, it_mw, count = number(last["contract_mw"]), number(last["it_mw"]), number(last["sites"])
    share = percent(largest_mw / (sum(by_area.values()) or 1.0), 0)
    return both(
        f"{year}年度までに{count}地点、契約電力{mw} MW（IT負荷{it_mw} MW）を置く計画で、"
        f"もっとも多いのは{name['ja']}エリアの{number(largest_mw)} MW（全体の{share}）、"
        f"最初に動くのは{start}年度の{first['name_ja']}です。",
        f"By FY{year} the plan puts {mw} MW of contract power ({it_mw} MW of IT load) on {count} "
        f"sites, the largest part in {name['en']} ({number(largest_mw)} MW, {share}), "
        f"starting with {first['name_en']} in FY{start}.",
    )


def _about_grid(summary: Row, last: Row, areas: Names) -> Both:
    """Forecast and reserve, where they are tightest."""
    parts = [_forecast_part(summary, last["fiscal_year"], areas), _reserve_part(summary, areas)]
    known = [part for part in parts if part]
    if not known:
        return both(
            "OCCTOの想定とも予備率とも、この計画は照合していません。",
            "This plan was checked neither against OCCTO's forecast nor against reserve margins.",
        )
    english = "; ".join(part["en"] for part in known)
    return both(
        "、".join(part["ja"] for part in known) + "です。", english[0].upper() + english[1:] + "."
    )


def _forecast_part(summary: Row, year: int, areas: Names) -> Both | None:
    """The plan's share of what OCCTO counts in the last year, and where it exceeds that most."""
    rows = [r for r in summary["forecast"] if r["group"] == JAPAN and r["fiscal_year"] == year]
    if not rows or not rows[0]["limit_mw"] or rows[0]["used_mw"] is None:
        return None
    row = rows[0]
    share, limit = percent(row["used_mw"] / row["limit_mw"], 0), number(row["limit_mw"])
    vintage = row["vintage"]
    over = _over_part(summary, areas)
    return both(
        f"これはOCCTOの{vintage}想定が{year}年度に数える{limit} MWの{share}{over['ja']}",
        f"this is {share} of the {limit} MW that OCCTO's {vintage} forecast counts in FY{year}"
        f"{over['en']}",
    )


def _over_part(summary: Row, areas: Names) -> Both:
    """The group and year in which the forecast is exceeded most; empty if it never is."""
    worst = max(summary["forecast"], key=lambda r: (r["over_mw"] or 0.0, -r["fiscal_year"]))
    if (worst["over_mw"] or 0.0) < NOISE_MW:
        return both("", "")
    name, mw, year = (
        areas.get(worst["group"], word(worst["group"])),
        number(worst["over_mw"]),
        worst["fiscal_year"],
    )
    return both(
        f"ですが、{name['ja']}では{year}年度に{mw} MW超え",
        f", yet exceeds it by {mw} MW in FY{year} ({name['en']})",
    )


def _reserve_part(summary: Row, areas: Names) -> Both | None:
    """The area and year nearest to the margin it must keep."""
    rows = [r for r in summary["areas"] if None not in (r["margin_share"], r["required_share"])]
    if not rows:
        return None
    row = min(rows, key=lambda r: (r["margin_share"] - r["required_share"], r["fiscal_year"]))
    name, season = areas.get(row["area"], word(row["area"])), word(row["season"])
    margin, required = percent(row["margin_share"]), percent(row["required_share"], 0)
    year, standard = row["fiscal_year"], row["standard"].upper()
    return both(
        f"予備率に余裕がもっとも少ないのは{year}年度{season['ja']}の{name['ja']}エリアで、融通後"
        f"{margin}（必要{required}、{standard}）",
        f"the tightest reserve is {name['en']} in {season['en']} FY{year}: {margin} after imports "
        f"against the {required} required ({standard})",
    )


def _about_cost(summary: Row, last: Row) -> Both:
    """CO2, money and what holds the plan back."""
    year, cost = last["fiscal_year"], money(last["cost_myen"])
    kt, intensity = number(last["co2_kt"]), number(last["intensity_t_per_mwh"], 3)
    caps = [r["cap_t"] for r in summary["carbon"] if r["fiscal_year"] == year and r["cap_t"]]
    cap = number(caps[0] / 1e3) if caps else ""
    cap_ja, cap_en = (f"、上限{cap} kt", f", cap {cap} kt") if cap else ("", "")
    binding = most_binding(summary["sites"])
    held = _held_part(*binding) if binding else both("", "")
    return both(
        f"{year}年度のCO₂は{kt} kt（{intensity} t/MWh{cap_ja}）、"
        f"費用は年{cost['ja']}{held['ja']}です。",
        f"In FY{year} it emits {kt} kt of CO₂ ({intensity} t/MWh{cap_en}) and costs {cost['en']} "
        f"a year{held['en']}.",
    )


def _held_part(limit: Both, count: int) -> Both:
    """The limit that binds most."""
    return both(
        f"、地点をもっとも縛るのは「{limit['ja']}」（{count}地点）",
        f"; what binds most sites is “{limit['en']}” ({count})",
    )


def power_by_area(sites: Any, year: int) -> dict[str, float]:
    """Contract power of the sites in one year by area. [MW]"""
    power: dict[str, float] = {}
    for site in sites:
        rows = [row for row in site["by_year"] if row["fiscal_year"] == year]
        mw = sum(row["contract_mw"] or 0.0 for row in rows)
        power[site["area"]] = power.get(site["area"], 0.0) + mw
    return power


def most_binding(sites: Any) -> tuple[Both, int] | None:
    """The limit that binds most sites, with their number."""
    limits = [each for site in sites for each in site["binding"]]
    counts = Counter(each["limit"] for each in limits)
    if not counts:
        return None
    limit, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
    return next(each for each in limits if each["limit"] == limit), count
