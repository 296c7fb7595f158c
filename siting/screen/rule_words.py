"""Words for layers, rules and criteria of a screening."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from siting.report_numbers import UNKNOWN
from siting.report_words import Both, both
from siting.screen.amounts import rough, rough_km, short_percent, with_unit

Row = Mapping[str, Any]
Titles = Mapping[str, Both]
"""Names of the layers by their key."""

SERIES = ("国土数値情報 ", "National Land Numerical Information, ")
"""Beginnings of titles that say nothing of the one layer."""

CONDITIONS: Mapping[str, Both] = MappingProxyType(
    {
        "above": both("{layer}が {value} を超える", "{layer} above {value}"),
        "below": both("{layer}が {value} 未満", "{layer} below {value}"),
        "among": both("{layer}の分類が {value} のどれか", "{layer}: class is one of {value}"),
        "within_km": both("{layer}から {value} 以内", "within {value} of {layer}"),
        "beyond_km": both("{layer}から {value} より遠い", "farther than {value} from {layer}"),
        "overlap_above": both(
            "{layer}が区画の {value} を超えて重なる", "{layer} covers more than {value} of the cell"
        ),
    }
)

OTHERWISE = both("{layer} {condition} {value}", "{layer} {condition} {value}")
TOUCHED = both("{layer}が少しでも重なる", "touched by {layer}")

UNMEASURED = both("{layer}は不明", "{layer} not known")
MEASURED: Mapping[str, Both] = MappingProxyType(
    {
        "value": both("{layer} {value}", "{layer} {value}"),
        "distance_km": both("{layer}まで {value}", "{layer} {value} away"),
        "overlap": both("{layer}が区画の {value}", "{layer} on {value} of the cell"),
        "class": both("{layer}「{value}」", "{layer}: {value}"),
    }
)
MEASURES: Mapping[str, Both] = MappingProxyType(
    {
        "value": both("値", "value"),
        "distance_km": both("もっとも近いものまでの距離", "distance to the nearest"),
        "overlap": both("区画に占める割合", "share of the cell covered"),
        "class": both("分類", "class"),
    }
)
DISTANCES: Mapping[str, Both] = MappingProxyType(
    {
        "<=20": both("20 km以内", "within 20 km"),
        "20-100": both("20–100 km", "20–100 km"),
        "100-300": both("100–300 km", "100–300 km"),
        ">300": both("300 km超", "over 300 km"),
    }
)


def layer_titles(summary: Row) -> dict[str, Both]:
    """Short names of the layers; a layer without a title is called by its key."""
    return {row["layer"]: both(*map(_short, full_title(row).values())) for row in summary["layers"]}


def full_title(row: Row) -> Both:
    """Name of a layer as its publisher writes it, or its key."""
    return both(row.get("title_ja") or row["layer"], row.get("title_en") or row["layer"])


def _short(title: str) -> str:
    """A title without the series it belongs to."""
    found = next((series for series in SERIES if title.startswith(series)), "")
    return title.removeprefix(found) or title


def layer_title(key: Any, titles: Titles) -> Both:
    """Name of a layer; a key nobody knows stands for itself."""
    return titles.get(str(key)) or both(str(key), str(key))


def condition_text(rule: Row, titles: Titles) -> Both:
    """What a rule takes out, in words."""
    layer, condition = layer_title(rule["layer"], titles), str(rule["condition"])
    value, is_touch = _threshold(rule)
    pattern = TOUCHED if is_touch else CONDITIONS.get(condition, OTHERWISE)
    where = f" ({rule['where']})" if rule.get("where") else ""
    told = {"value": value, "condition": condition}
    ja, en = (pattern[lang].format(layer=layer[lang] + where, **told) for lang in ("ja", "en"))
    return both(ja, capital(en))


def capital(text: str) -> str:
    """A text that begins with a capital letter.

    >>> capital("power lines of OpenStreetMap")
    'Power lines of OpenStreetMap'
    """
    return text[:1].upper() + text[1:]


def _threshold(rule: Row) -> tuple[str, bool]:
    """Threshold with its unit, and whether the rule asks for any overlap at all."""
    text = str(rule["threshold"])
    if rule["condition"] == "overlap_above":
        try:
            share = float(text)
        except ValueError:
            return text, False
        return short_percent(share), share == 0
    return (text if rule["condition"] == "among" else with_unit(text, rule.get("unit"))), False


def criterion_text(criterion: Row, value: Any, titles: Titles, *, cell_m: float) -> Both:
    """What was measured for a criterion in cells of a size, in words with its unit."""
    layer = layer_title(criterion["layer"], titles)
    pattern = MEASURED.get(str(criterion["measure"]), MEASURED["value"])
    if value is None:
        pattern = UNMEASURED
    elif isinstance(value, str):
        pattern = MEASURED["class"]
    text = measured_text(criterion, value, cell_m)
    return both(*[pattern[lang].format(layer=layer[lang], value=text) for lang in ("ja", "en")])


def measured_text(criterion: Row, value: Any, cell_m: float) -> str:
    """A measured value with its unit, rounded to what can be known."""
    if value is None or isinstance(value, str | bool):
        return str(UNKNOWN if value is None else value)
    if criterion["measure"] == "overlap":
        return short_percent(value)
    if criterion["measure"] == "distance_km":
        return f"{rough_km(value, cell_m)} km"
    return with_unit(rough(value), criterion.get("unit"))
