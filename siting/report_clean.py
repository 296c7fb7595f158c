"""Clean power of a plan: what the report says of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from siting.report_answer import Row
from siting.report_certificates import claim_view
from siting.report_charts import Layer, draw_shares, draw_stack
from siting.report_heat import draw_heat, is_long
from siting.report_numbers import money, number, percent
from siting.report_words import CLEAN_TECHS, Both, area_names, both, same

TECH_COLOURS: Mapping[str, str] = {
    "nuclear": "#6a3fb5",
    "geothermal": "#a0522d",
    "offshore": "#0b5c8f",
    "onshore": "#6aa6cc",
    "solar": "#e3b23c",
    "battery": "#1d8a7a",
}
MATCHED, GRID, EXCESS = "#1d7a46", "#9fd0a0", "#c9a45c"

SHORT_BY_SHARE = 5e-4
"""A share this little below what is asked for is rounding."""

SMALLEST_GWH = 0.5
"""Less is left uncovered than the report's numbers show."""

MUCH_EXCESS_SHARE = 0.1
"""Excess of the draw from which the report says why it is there."""

MUCH_AGAINST_SHARE = 0.005
"""Clean energy against the flow of ties, as share of the draw, from which the report says so."""

Told = dict[str, Any]


def clean_view(clean: Row | None, sources: Sequence[Row] = ()) -> Told | None:
    """Required and achieved share, contracts, hours and costs; None where none is asked for.

    Parameters
    ----------
    clean : mapping or None
        Part `clean` of a summary.
    sources : sequence of mappings
        Its part `sources`.
    """
    if not clean or not clean["years"]:
        return None
    years, areas = clean["years"], area_names()
    last, claim = years[-1]["fiscal_year"], claim_view(clean, sources)
    claimed = [] if claim is None else [claim["figure"]]
    return {
        "claim": claim,
        "only_new": clean.get("only_new", False),
        "hourly": clean["matching"] == "hourly",
        "grid_counts": clean["grid_counts"],
        "rows": [_year(row, clean["matching"]) for row in years],
        "sentence": _sentence(clean, years[-1]),
        "excess": _about_excess(years[-1]),
        "year": last,
        "contracts": _contract_rows(clean, last, areas),
        "certificates": _about_certificates(clean["certificates"]),
        "against": _about_against(years[-1], clean["one_way"]),
        "figures": [_covered(clean), *claimed, _contracted(clean), *_heats(clean["heat"], areas)],
        "many_days": is_long(clean["heat"]["days"]),
    }


def _year(row: Row, matching: str) -> Told:
    """One year, with whether the way asked for falls short of what is asked."""
    asked, reached = row["required_share"], row[f"{matching}_share"]
    short = asked is not None and reached is not None and reached < asked - SHORT_BY_SHARE
    return {**row, "short": short, "cost": money(row["cost_myen"])}


def _sentence(clean: Row, last: Row) -> Both:
    """What the last year reaches in the way asked for, and what that costs."""
    year, asked = last["fiscal_year"], percent(last["required_share"], 0)
    reached = percent(last[f"{clean['matching']}_share"], 1)
    cost, price = money(last["cost_myen"]), number(last["yen_per_kwh"], 2)
    way_ja, way_en = WAYS[clean["matching"]]
    asked_ja = "要求なし" if last["required_share"] is None else f"要求{asked}"
    asked_en = "nothing asked" if last["required_share"] is None else f"{asked} asked"
    paid_ja, paid_en = PAID[bool(last.get("certificates_myen"))]
    return both(
        f"{year}年度は需要の{reached}をクリーン電力でまかないます（{way_ja}、{asked_ja}）。"
        f"{paid_ja}の費用は年{cost['ja']}、使用量1 kWhあたり{price}円です。",
        f"In FY{year} clean power covers {reached} of the draw ({way_en}, {asked_en}). {paid_en} "
        f"cost {cost['en']} a year, {price} yen per kWh drawn.",
    )


PAID: Mapping[bool, tuple[str, str]] = {
    False: ("契約と蓄電池", "Contracts and batteries"),
    True: ("契約・蓄電池・証書", "Contracts, batteries and certificates"),
}
"""What is paid for, with certificates and without."""


WAYS: Mapping[str, tuple[str, str]] = {
    "hourly": ("時間ごとの一致", "matched hour by hour"),
    "annual": ("年間の量", "counted over the year"),
}


def _about_excess(last: Row) -> Both | None:
    """Why much more is contracted than matched, where it is."""
    if not last["draw_gwh"] or last["excess_gwh"] / last["draw_gwh"] < MUCH_EXCESS_SHARE:
        return None
    share = percent(last["excess_gwh"] / last["draw_gwh"], 0)
    return both(
        f"契約したクリーン電力のうち需要の{share}にあたる量は、その時間には使われず系統に流れます。"
        "置き換える燃料より安ければ、求められた以上に契約されることがあります"
        "（limits.clean.excess_share で抑えられます）。",
        f"Contracted clean energy worth {share} of the draw is not used in its hour and goes to "
        "the grid. Where a plant costs less than the fuel it replaces, more may be contracted than "
        "is asked for (limits.clean.excess_share holds it down).",
    )


def _about_certificates(row: Row) -> Both | None:
    """What certificates for the rest would cost; they are bought by the year, not by the hour."""
    if row["uncovered_gwh"] < SMALLEST_GWH:
        return None
    gwh, (low, high) = number(row["uncovered_gwh"]), (row["floor_myen"], row["ceiling_myen"])
    prices = [number(row[f"{end}_yen_per_kwh"], 1) for end in ("floor", "ceiling")]
    costs = [money(low), money(high)]
    return both(
        f"まかなわない残り{gwh} GWhを非化石証書（FIT）で埋めると、下限{prices[0]}円/kWhで年"
        f"{costs[0]['ja']}、上限{prices[1]}円/kWh（記憶による値、未確認）で年{costs[1]['ja']}です"
        "（時間の一致にはなりません）。",
        f"FIT non-fossil certificates for the {gwh} GWh left uncovered would cost "
        f"{costs[0]['en']} a year at the floor of {prices[0]} yen/kWh, {costs[1]['en']} at the "
        f"ceiling of {prices[1]} (recalled, not confirmed; they match no hours).",
    )


def _about_against(last: Row, one_way: Row) -> Both | None:
    """Clean energy that rides on a tie against its net flow, where that is not small."""
    gwh = last["against_flow_gwh"] or 0.0
    if not last["draw_gwh"] or gwh / last["draw_gwh"] < MUCH_AGAINST_SHARE:
        return None
    text, share = number(gwh), percent(gwh / last["draw_gwh"])
    ja, en = _about_one_way(one_way)
    return both(
        f"ただし使用量の{share}にあたる{text} GWhは、連系線の正味の潮流と逆向きに運ばれた計算です"
        f"（モデルの緩み）。その分だけ割合は高めに出ています。{ja}",
        f"But {text} GWh, {share} of the draw, goes over ties against their net flow, a looseness "
        f"of the model: the share is too high by up to that much. {en}",
    )


def _about_one_way(one_way: Row) -> tuple[str, str]:
    """What a plan without it costs."""
    if one_way["cost_myen"] is None:
        return "それのない計画は見つかりませんでした。", "No plan without it was found."
    more, gap = percent(one_way["more_share"], 2), percent(one_way["gap_share"], 2)
    return (
        f"同じ地点でそれのない計画は{more}高くなります（最小費用との差は{gap}以内）。",
        f"At the same sites a plan without it costs {more} more, within {gap} of the least proven.",
    )


def _covered(clean: Row) -> Told:
    """Share covered by year in the way asked for, under what is asked."""
    hourly, years = clean["matching"] == "hourly", clean["years"]
    second = "grid_clean_gwh" if hourly else "excess_gwh"
    parts = [("matched_gwh", MATCHED), (second, GRID if hourly else EXCESS)]
    layers = [
        Layer(colour, tuple(_percent_of(row, part) for row in years)) for part, colour in parts
    ]
    names = [CONTRACTED, GRID_CLEAN if hourly else OTHER_HOURS]
    last = years[-1]
    return {
        "svg": draw_shares("clean-share", years, layers, "required_share"),
        "title": both("まかなう割合", "Share covered"),
        "about": both("使用電力量の %。線：要求", "% of the energy drawn. Line: asked for"),
        "legend": [
            _entry(colour, name, f"{number(_percent_of(last, part), 1)} %")
            for (part, colour), name in zip(parts, names, strict=True)
        ],
    }


CONTRACTED = both("契約（同じ時間・場所）", "Contracts, same hour and place")
GRID_CLEAN = both("系統のクリーン分", "Clean part of the grid")
OTHER_HOURS = both("契約（ほかの時間）", "Contracts, other hours")


def _percent_of(row: Row, energy: str) -> float:
    return 100 * row[energy] / row["draw_gwh"] if row["draw_gwh"] else 0.0


def _contracted(clean: Row) -> Told:
    """Contracted power by technology and year."""
    years = [row["fiscal_year"] for row in clean["years"]]
    power: dict[tuple[str, int], float] = {}
    for row in (*clean["contracts"], *clean["stores"]):
        key = row["tech"], row["fiscal_year"]
        power[key] = power.get(key, 0.0) + row["mw"]
    used = [tech for tech in CLEAN_TECHS if any((tech, year) in power for year in years)]
    layers = [
        Layer(TECH_COLOURS[tech], tuple(power.get((tech, year), 0.0) for year in years))
        for tech in used
    ]
    return {
        "svg": draw_stack("clean-contracts", years, layers),
        "title": both("契約した電源と蓄電池", "Contracted plants and batteries"),
        "about": same("MW"),
        "legend": [
            _entry(TECH_COLOURS[tech], CLEAN_TECHS[tech], number(power.get((tech, years[-1]), 0.0)))
            for tech in reversed(used)
        ],
    }


def _heats(heat: Row, areas: Mapping[str, Both]) -> list[Told]:
    """Clean share by hour and typical day: all areas together, then each."""
    days = [both(day["name_ja"], day["name_en"]) for day in heat["days"]]
    ordered = sorted(heat["areas"], key=lambda row: _place(row["area"], list(areas)))
    year = heat["fiscal_year"]
    return [
        {
            "svg": draw_heat(f"clean-heat-{row['area']}", days, heat["hours"], row["share"]),
            "title": areas.get(row["area"], same(row["area"])),
            "about": both(
                f"{year}年度、時間帯（開始時刻）ごとのクリーン電力の割合、%",
                f"FY{year}, clean share by typical day and starting hour, %",
            ),
            "legend": [],
        }
        for row in ordered
    ]


def _place(area: str, order: Sequence[str]) -> int:
    """Japan first, then from north to south."""
    return -1 if area == "japan" else order.index(area) if area in order else len(order)


def _contract_rows(clean: Row, year: int, areas: Mapping[str, Both]) -> list[Told]:
    """Contracts and batteries of the last year, the dearest first."""
    rows = [row for row in (*clean["contracts"], *clean["stores"]) if row["fiscal_year"] == year]
    told = [
        {
            "area": areas.get(row["area"], same(row["area"])),
            "tech": CLEAN_TECHS.get(row["tech"], same(row["tech"])),
            "mw": row["mw"],
            "mwh": row.get("mwh"),
            "gwh": row.get("gwh", row.get("discharged_gwh")),
            "cost": money(row["myen"]),
            "myen": row["myen"],
        }
        for row in rows
    ]
    return sorted(told, key=lambda row: -row["myen"])


def _entry(colour: str, name: Both, value: str) -> Told:
    return {"colour": colour, "name": name, "value": same(value)}
