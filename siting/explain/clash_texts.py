"""Where and by how much limits give way, in both languages and by the names of places."""

from collections.abc import Mapping

from data.errors import Clash
from siting.report_words import Both, both, same

UNITS: Mapping[str, str] = {
    "MW of IT power, or EFLOPS": "ITのMW、またはEFLOPS",
    "MW of inference": "推論のMW",
    "MW of IT power": "ITのMW",
    "MW-years of IT power": "ITのMW・年",
    "MW before it is ready": "受電前のMW",
    "MW a year": "年あたりMW",
    "MW of firm supply": "供給力のMW",
    "MW of net interchange": "連系線潮流(正味)のMW",
    "kt of CO2": "ktのCO2",
    "GWh a year of clean energy for the draw": "使用に充てるクリーン電力の年間GWh",
    "GWh a year of clean energy or certificates claimed": "契約または証書の年間GWh",
    "GWh a year of clean energy not matched": "使用と一致しないクリーン電力の年間GWh",
    "sites": "地点",
    "M¥": "百万円",
}
"""Units of limits in Japanese; what is not here reads the same."""

CASES: Mapping[str, Both] = {
    "h3": both("H3", "H3"),
    "h1": both("H1", "H1"),
    "summer": both("夏", "summer"),
    "winter": both("冬", "winter"),
}
SIDES: Mapping[int, Both] = {1: both("受電側", "imports"), -1: both("送電側", "exports")}
EVERYTHING = both("計画全体", "the whole plan")


def where_text(clash: Clash, names: Mapping[str, Both]) -> Both:
    """The largest places with their amounts, and how many more there are."""
    if not clash.at:
        return same(clash.where)
    places = [(_place(parts, names), f"{by:,.4g}") for parts, by in clash.at]
    more = clash.count - len(places)
    ja = "、".join(f"{place['ja']} {by}" for place, by in places)
    en = "; ".join(f"{place['en']} by {by}" for place, by in places)
    return both(f"{ja}、ほか{more}件", f"{en}; and {more} more") if more else both(ja, en)


def unit_text(clash: Clash) -> Both:
    """The unit, and how many places and years are added up in the amount."""
    unit = clash.unit.partition(f", {clash.count} years and places")[0]
    japanese = UNITS.get(unit, unit)
    if clash.count == 1:
        return both(japanese, unit)
    return both(f"{japanese}、{clash.count}件の合計", clash.unit)


def _place(parts: tuple[str | int, ...], names: Mapping[str, Both]) -> Both:
    words = [_word(part, names) for part in parts] or [EVERYTHING]
    return both("・".join(word["ja"] for word in words), ", ".join(word["en"] for word in words))


def _word(part: str | int, names: Mapping[str, Both]) -> Both:
    if isinstance(part, int):
        return SIDES.get(part, both(f"{part}年度", f"FY{part}"))
    return CASES.get(part) or names.get(part) or same(part)
