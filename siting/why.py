"""Why a place was chosen, in two languages, from the numbers of the plan."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

Text = dict[str, str]

BASES: dict[str, Text] = {
    "published": {"ja": "公表値", "en": "published"},
    "operator": {"ja": "事業者の発表", "en": "operator's statement"},
    "assumed": {"ja": "仮定", "en": "assumed"},
    "unknown": {"ja": "不明", "en": "unknown"},
}

REASONS: dict[str, Text] = {
    "not_asked": {"ja": "このシナリオの対象外", "en": "outside the areas or kinds asked for"},
    "excluded": {"ja": "シナリオで除外", "en": "excluded in the scenario"},
    "unknown_headroom": {"ja": "空き容量が不明", "en": "headroom unknown"},
    "queue_full": {
        "ja": "先の申込みを引くと接続の最小規模も残らない",
        "en": "the queue leaves less than the smallest connection",
    },
    "no_headroom": {"ja": "空き容量または用地がない", "en": "no headroom or land"},
    "below_smallest": {
        "ja": "空き容量または用地が接続の最小規模を下回る",
        "en": "headroom or land below the smallest connection of its class",
    },
    "too_late": {"ja": "期間内に電力が間に合わない", "en": "power comes after the last year"},
    "needless": {
        "ja": "同じ接続点に常に劣らない候補があり、最良の計画に不要",
        "en": "another site at the same connection point is never worse",
    },
    "no_bus": {
        "ja": "系統モデルに近い母線がない",
        "en": "no bus of the network is near",
    },
    "": {"ja": "より安い候補地がある", "en": "other places cost less"},
}

LIMITS: dict[str, Text] = {
    "respect_headroom": {"ja": "空き容量の上限", "en": "headroom"},
    "respect_low_headroom": {
        "ja": "空き容量が下限だった場合への備え",
        "en": "headroom, should it be at its low end",
    },
    "survive_low_headroom": {
        "ja": "空き容量が下限でも需要に足りる電力",
        "en": "power for all demand with headroom at its low end",
    },
    "limit_waiting": {"ja": "受電までの平均待ち年数の上限", "en": "mean wait for power"},
    "connect_by": {"ja": "全量受電の期限", "en": "year by which all power is connected"},
    "size_at_most": {"ja": "地点の最大規模", "en": "largest size of the site"},
    "size_at_least": {"ja": "接続の最小規模", "en": "smallest size of the connection"},
    "wait_for_power": {"ja": "供給開始までの期間", "en": "lead time to power"},
    "ramp_up": {"ja": "年間の増加上限", "en": "yearly ramp"},
    "zone_cap": {"ja": "同一震源域の上限", "en": "cap of one seismic zone"},
    "largest_area_share": {"ja": "エリア比率の上限", "en": "largest share of one area"},
    "stay_in_forecast": {"ja": "OCCTO想定の枠", "en": "OCCTO's counted additions"},
    "keep_reserve": {"ja": "予備率", "en": "reserve margin"},
    "cap_carbon": {"ja": "CO2上限", "en": "carbon cap"},
    "respect_network": {"ja": "系統設備の定格", "en": "rating of the network"},
    "release_unused": {"ja": "3年で未使用分を返上", "en": "release of unused power after 3 years"},
}


def binding_texts(
    binding: pd.DataFrame, site: str, names: Mapping[str, Text]
) -> list[dict[str, Any]]:
    """Limits that hold one site, each once, the most valuable first."""
    rows = binding[binding["site"] == site]
    worth = rows.assign(worth=rows["price_myen"].abs()).sort_values("worth", ascending=False)
    texts = []
    for row in worth.drop_duplicates("limit").itertuples():
        words = LIMITS.get(str(row.limit), {"ja": str(row.limit), "en": str(row.limit)})
        whose = names.get(str(row.key).split("/")[0]) if row.key != site else None
        detail = {lang: f" ({whose[lang]})" if whose else "" for lang in words}
        texts.append({"limit": row.limit} | {lang: words[lang] + detail[lang] for lang in words})
    return texts


def why_chosen(
    site: Mapping[str, Any], figures: Mapping[str, float], works: Sequence[Text] = ()
) -> dict[str, list[str]]:
    """Reasons for one chosen place.

    Parameters
    ----------
    site : mapping
        Row of the candidate table.
    figures : mapping
        unit_cost_myen_per_mw and its median over candidates [M¥/(MW a)], intensity_t_per_mwh.
    works : sequence of text
        What works add to the headroom (`siting.works.works_at`).
    """
    basis = BASES[str(site["basis"])]
    low, high = _mw(site["low_mw"]), _mw(site["high_mw"])
    size = low if low == high else f"{low}-{high}"
    cost, median = figures["unit_cost_myen_per_mw"], figures["median_myen_per_mw"]
    first = int(site["first_fiscal_year"])
    lead = BASES["operator" if site["basis"] == "operator" else str(site["lead_basis"])]
    near = _zone_terms(site)
    intensity = figures["intensity_t_per_mwh"]
    return {
        "ja": [
            f"空き容量 {size} MW({basis['ja']})",
            *(each["ja"] for each in works),
            *near["ja"],
            f"{first}年度から受電可能({lead['ja']})",
            f"費用 {cost:,.0f} 百万円/MW・年(候補地の中央値 {median:,.0f})",
            f"年間PUE {site['pue_annual']:.2f}({site['station_ja']}の気温)、"
            f"排出係数 {intensity:.3f} t/MWh(エリア平均)",
        ],
        "en": [
            f"Headroom {size} MW ({basis['en']})",
            *(each["en"] for each in works),
            *near["en"],
            f"Power from FY{first} ({lead['en']})",
            f"Costs {cost:,.0f} M¥ per MW a year (median of candidates {median:,.0f})",
            f"Annual PUE {site['pue_annual']:.2f} (climate of {site['station_en']}),"
            f" power at {intensity:.3f} t/MWh (area average)",
        ],
    }


def _zone_terms(site: Mapping[str, Any]) -> dict[str, list[str]]:
    """How near to its substation a published zone asks to be, and how near the place is."""
    asked = site["max_distance_m"]
    if site["basis"] != "published" or asked != asked:
        return {"ja": [], "en": []}
    km = site["zone_km"]
    return {
        "ja": [f"公表条件は変電所から約{asked:,.0f} m以内(この代表点は約{km:.0f} km)"],
        "en": [f"Terms ask for about {asked:,.0f} m from the substation (this point: {km:.0f} km)"],
    }


def next_best_text(names: pd.DataFrame, next_site: object, extra_myen: float) -> Text | None:
    """The place that would stand in at this plan's prices, others unchanged."""
    if not isinstance(next_site, str):
        return None
    name = names.loc[next_site]
    # Area shares, reserve and carbon are not looked at here, and the plan is proven to a gap.
    cheaper = extra_myen < 0
    catch_ja = "。安く見えるのは求解の誤差内か、他の制約のため" if cheaper else ""
    catch_en = "; seems cheaper, within the gap or barred by another limit" if cheaper else ""
    return {
        "site": next_site,
        "ja": f"次点は{name['name_ja']}(年 {extra_myen:+,.0f} 百万円、他の地点は固定{catch_ja})",
        "en": f"Next best: {name['name_en']}"
        f" ({extra_myen:+,.0f} M¥ a year, all else unchanged{catch_en})",
    }


def _mw(value: float) -> str:
    return f"{value:,.0f}" if value == value else "…"
