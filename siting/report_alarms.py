"""What a reader must see before anything else: demand not met, limits broken."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from siting.report_answer import Names
from siting.report_dots import ROUNDING_SHARE
from siting.report_numbers import number, percent
from siting.report_words import Both, both, word

Row = Mapping[str, Any]
Alarm = Mapping[str, Any]
"""Keys `level` (unmet, bad or warn), `title` and `lines`, the two latter in both languages."""

NOISE = 1e-3
"""Demand unmet or forecast exceeded by less than this is solver noise. [MW or EFLOPS]"""

NOISE_SHARE = 1e-6


def find_alarms(summary: Row, areas: Names) -> list[Alarm]:
    """All alarms of a run, demand not met first; empty when every limit holds."""
    shortfall = both("需要を満たせない年度があります", "Demand is not met in some years")
    reserve = both("予備率が必要な水準を下回ります", "Reserve falls below the required margin")
    carbon = both("CO₂が上限を超えます", "CO₂ exceeds its cap")
    forecast = both("OCCTOの想定を超えます", "The plan exceeds OCCTO's forecast")
    found = [
        _alarm("unmet", shortfall, _unmet(summary["shortfall"])),
        _alarm("bad", reserve, _thin_reserve(summary["areas"], areas)),
        _alarm("bad", carbon, _over_cap(summary["carbon"])),
        _alarm("warn", forecast, _over_forecast(summary["forecast"], areas)),
    ]
    return [alarm for alarm in found if alarm["lines"]]


def _alarm(level: str, title: Both, lines: Iterable[Both]) -> Alarm:
    """One alarm with its lines."""
    return {"level": level, "title": title, "lines": list(lines)}


def _unmet(rows: Iterable[Row]) -> Iterator[Both]:
    """Each workload that is short, with its years."""
    short = [row for row in rows if (row["unmet"] or 0.0) > NOISE]
    for workload in dict.fromkeys(row["workload"] for row in short):
        own = sorted((row for row in short if row["workload"] == workload), key=_year)
        name, unit = word(workload), own[0].get("unit") or ""
        amounts = [(row["fiscal_year"], f"{_amount(row['unmet'])} {unit}".rstrip()) for row in own]
        yield both(
            f"{name['ja']}：" + "、".join(f"{year}年度 {text}" for year, text in amounts),
            f"{name['en']}: " + ", ".join(f"FY{year} {text}" for year, text in amounts),
        )


def _amount(unmet: float) -> str:
    """Demand not met; small amounts keep a decimal."""
    return number(unmet, 0 if unmet >= 10 else 1)


def _thin_reserve(rows: Iterable[Row], areas: Names) -> Iterator[Both]:
    """Areas below their margin, with the worst case of each."""
    known = (row for row in rows if None not in (row["margin_share"], row["required_share"]))
    thin = [row for row in known if _gap(row) < -ROUNDING_SHARE]
    for area in dict.fromkeys(row["area"] for row in thin):
        worst = min((row for row in thin if row["area"] == area), key=_gap)
        name, season = areas.get(area, word(area)), word(worst["season"])
        margin, required = percent(worst["margin_share"]), percent(worst["required_share"], 0)
        year, standard = worst["fiscal_year"], worst["standard"].upper()
        yield both(
            f"{name['ja']}：{year}年度{season['ja']} {margin}（必要{required}、{standard}）",
            f"{name['en']}: FY{year} {season['en']} {margin} ({required} required, {standard})",
        )


def _over_cap(rows: Iterable[Row]) -> Iterator[Both]:
    """Years above the carbon cap."""
    for row in rows:
        if None in (row["t"], row["cap_t"]) or row["t"] <= row["cap_t"] * (1 + NOISE_SHARE):
            continue
        kt, cap, year = number(row["t"] / 1e3), number(row["cap_t"] / 1e3), row["fiscal_year"]
        yield both(f"{year}年度 {kt} / {cap} kt", f"FY{year} {kt} / {cap} kt")


def _over_forecast(rows: Iterable[Row], areas: Names) -> Iterator[Both]:
    """Groups above the forecast, from which year and by how much at most."""
    over = sorted((row for row in rows if (row["over_mw"] or 0.0) > NOISE), key=_year)
    for group in dict.fromkeys(row["group"] for row in over):
        own = [row for row in over if row["group"] == group]
        name, most = areas.get(group, word(group)), max(own, key=lambda row: row["over_mw"])
        first, vintage, mw = own[0]["fiscal_year"], most["vintage"], number(most["over_mw"])
        year = most["fiscal_year"]
        yield both(
            f"{name['ja']}：{first}年度から、最大{mw} MW（{year}年度、{vintage}想定）",
            f"{name['en']}: from FY{first}, by up to {mw} MW (FY{year}, {vintage} forecast)",
        )


def _gap(row: Row) -> float:
    """Margin above what is required. [-]"""
    return float(row["margin_share"] - row["required_share"])


def _year(row: Row) -> int:
    """Fiscal year of a row, to sort by."""
    return int(row["fiscal_year"])
