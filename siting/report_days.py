"""Days chosen from the user's own year: what the report says of them."""

from collections.abc import Mapping
from typing import Any

from siting.report_answer import Row
from siting.report_numbers import number, percent
from siting.report_words import Both, area_names, both, same

Told = dict[str, Any]

FORCED: Mapping[str, Both] = {
    "peak": both("需要が最大", "highest demand"),
    "residual_peak": both("残余需要が最大", "highest residual load"),
    "residual_minimum": both("残余需要が最小", "lowest residual load"),
    "asked": both("指定した日", "asked for"),
}
"""Days that are taken whatever the others are; residual: less sun and wind."""

MEANS = {"energy_gwh": "demand_mw", "solar_share": "solar_share", "wind_share": "wind_share"}
JAPAN = "japan"
LISTED = {"ja": "、", "en": ", "}
TOGETHER = both("全エリア(同時)", "All, same hour")


def days_view(own: Row | None) -> Told | None:
    """Days with their names and reasons, and errors by area; None without a year of the user's.

    Parameters
    ----------
    own : mapping or None
        Part `own_year` of a summary.
    """
    if not own:
        return None
    errors = {(row["area"], row["figure"]): row for row in own["errors"]}
    factors = {(row["area"], row["quantity"]): row["factor"] for row in own["factors"]}
    areas = area_names() | {JAPAN: TOGETHER}
    order = [area for area in areas if (area, "energy_gwh") in errors]
    return {
        "file": own["file"],
        "first": own["first"],
        "last": own["last"],
        "hours": own["hours"],
        "left_out": _about_left_out(own.get("left_out")),
        "days": [
            {
                "name": both(row["name_ja"], row["name_en"]),
                "often": number(row["days_per_year"]),
                "why": [FORCED.get(name, same(name)) for name in row["forced"]],
            }
            for row in own["days"]
        ],
        "rows": [_area_row(area, areas[area], errors, factors) for area in order],
        "sentence": _about_factors(factors, areas),
    }


def _about_left_out(row: Row | None) -> Both | None:
    """That a leap year lacks its 29 February, and which extremes went with it."""
    if row is None:
        return None
    year, extremes = row["day"][:4], [FORCED.get(name, same(name)) for name in row["forced"]]
    lost = {key: LISTED[key].join(each[key] for each in extremes) for key in LISTED}
    lost_ja = f"この日は{lost['ja']}でした。" if extremes else ""
    lost_en = f" It had the {lost['en']}." if extremes else ""
    return both(
        f"うるう年のため{year}年2月29日を除きました（モデルの1年は8,760時間）。{lost_ja}",
        f"29 February {year} is left out: a year of the model has 8,760 hours.{lost_en}",
    )


def _area_row(
    area: str,
    name: Both,
    errors: Mapping[tuple[str, str], Row],
    factors: Mapping[tuple[str, str], float],
) -> Told:
    """One area: energy, peak, sun and wind with their errors and factors."""
    peak = errors[area, "peak_mw"]
    cells = {"name": name, "peak": number(peak["year"]), "peak_off": _off(peak)}
    for figure, quantity in MEANS.items():
        row = errors.get((area, figure))
        is_energy = figure == "energy_gwh"
        value = None if row is None else row["year"]
        cells[figure] = number(value) if is_energy else percent(value)
        cells[f"{figure}_off"] = _off(row)
        cells[f"{figure}_factor"] = number(factors.get((area, quantity)), 3)
    return cells


def _off(row: Row | None) -> str:
    """Error in percent with its sign; what rounds to nothing has none."""
    share = None if row is None else row["error_share"]
    text = percent(share, 2)
    return f"+{text}" if share is not None and round(share, 4) > 0 else text


def _about_factors(
    factors: Mapping[tuple[str, str], float], areas: Mapping[str, Both]
) -> Both | None:
    """The column whose chosen days had to be changed most."""
    if not factors:
        return None
    (area, quantity), factor = max(factors.items(), key=lambda item: abs(item[1] - 1.0))
    kind, name, text = QUANTITIES[quantity], areas.get(area, same(area)), number(factor, 3)
    return both(
        f"最も大きく直したのは{name['ja']}の{kind['ja']}で、{text}倍です。"
        "1から遠いほど、選んだ日はその年を代表していません(time.typical_days を増やせます)。",
        f"Changed most: {kind['en']} of {name['en']}, times {text}. The further from 1, the less "
        "the chosen days stand for the year (time.typical_days may be raised).",
    )


QUANTITIES: Mapping[str, Both] = {
    "demand_mw": both("需要", "demand"),
    "solar_share": both("太陽光", "sun"),
    "wind_share": both("風力", "wind"),
}
