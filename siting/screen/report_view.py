"""What the screening's report says before its tables: the answer, its limits, its firmness."""

from collections.abc import Mapping, Sequence
from typing import Any

from siting.report_numbers import number
from siting.report_words import Both, both
from siting.screen.amounts import area_text, share_of, share_text
from siting.screen.report_tables import acts, listed_names

Row = Mapping[str, Any]

BEST = 3
"""Sites named in the answer."""

GOOD_PERCENTILE = 75.0
"""Existing hubs above this percentile of the open land count as found again."""


def answer_text(summary: Row) -> Both:
    """The answer as one paragraph: how much land, how much is out, which sites, how firm."""
    parts = [
        _land_sentence(summary),
        _site_sentence(summary),
        _firm_sentence(summary),
        _limit_sentence(summary),
    ]
    told = [part for part in parts if part is not None]
    return both("".join(part["ja"] for part in told), " ".join(part["en"] for part in told))


def _land_sentence(summary: Row) -> Both:
    totals = summary["totals"]
    land, out, left = (area_text(totals[key]) for key in ("land_km2", "excluded_km2", "open_km2"))
    share = share_text(share_of(totals["excluded_km2"], totals["land_km2"]))
    active = sum(acts(rule) for rule in summary["rules"])
    return both(
        f"陸地 {land} km²のうち、{active} 件の規則が {out} km²（{share}）を除き、"
        f"{left} km²が残りました。",
        f"Of {land} km² of land, {active} rules take out {out} km² ({share});"
        f" {left} km² stay open.",
    )


def _site_sentence(summary: Row) -> Both:
    sites = sorted(summary["sites"], key=lambda site: site["rank"])
    if not sites:
        return both("条件を満たす地点はありません。", "No site meets the conditions.")
    best = [both(site["name_ja"], site["name_en"]) for site in sites[:BEST]]
    count = number(len(sites))
    return both(
        f"必要な広さの土地が続く {count} 地点が候補になり、上位は{listed_names(best, 'ja')}です"
        f"（最高点 {number(sites[0]['score'], 2)}）。",
        f"Sites with enough connected land: {count}, best first {listed_names(best, 'en')}"
        f" (best score {number(sites[0]['score'], 2)}).",
    )


def _firm_sentence(summary: Row) -> Both | None:
    """How firm the ranking is when weights are not."""
    drawn, sites = summary["sensitivity"], summary["sites"]
    if not sites:
        return None
    if drawn is None:
        return both(
            "重みを変えたときの順位の確かさは調べていません。",
            "How firm the ranking is against other weights was not looked at.",
        )
    always, top = number(len(drawn["always"])), number(min(drawn["top"], len(sites)))
    spread, draws = number(100 * drawn["spread_share"]), number(drawn["draws"])
    return both(
        f"各重みを±{spread} %の幅で {draws} 回引き直し、その95 %以上で上位 {top} に残るのは"
        f" {always} 地点です。",
        f"Among the best {top} in at least 95 % of {draws} draws of the weights"
        f" (each ±{spread} %): {always} of them.",
    )


def _limit_sentence(summary: Row) -> Both | None:
    """How much the answer does not know."""
    count = len(summary["unknowns"])
    if not count:
        return None
    return both(
        f"分からないことが {count} 件あり（下の枠）、"
        "現地と電力会社への確認の代わりにはなりません。",
        f"Points not known: {count} (box below), so this does not replace a survey or an enquiry"
        " at the utility.",
    )


def find_tiles(summary: Row) -> list[dict[str, Any]]:
    """Key figures: name, value, unit."""
    totals, drawn = summary["totals"], summary["sensitivity"]
    share = share_text(share_of(totals["excluded_km2"], totals["land_km2"]))
    rows = [
        (both("陸地", "Land"), area_text(totals["land_km2"]), "km²"),
        (both("除外", "Excluded"), share.removesuffix(" %"), "%"),
        (both("残る土地", "Open land"), area_text(totals["open_km2"]), "km²"),
        (both("候補地点", "Sites"), number(len(summary["sites"])), ""),
        (both("安定して上位", "Firmly on top"), number(len(drawn["always"])) if drawn else "—", ""),
        (both("分からないこと", "Points not known"), number(len(summary["unknowns"])), ""),
    ]  # fmt: skip
    return [{"name": name, "value": value, "unit": unit} for name, value, unit in rows]


def unknown_lines(summary: Row) -> list[Both]:
    """What nobody looked at, and what the layers do not cover."""
    lines = [both(row["text_ja"], row["text_en"]) for row in summary["unknowns"]]
    partly = [row for row in summary["layers"] if row["known_share"] not in (None, 1)]
    return [*lines, *(_partly_known(row) for row in partly)]


def _partly_known(row: Row) -> Both:
    title = row.get("title_ja") or row["layer"], row.get("title_en") or row["layer"]
    share = share_text(row["known_share"])
    return both(
        f"{title[0]}：陸地の {share} でだけ分かる",
        f"{title[1]}: known on {share} of the land only",
    )


def firm_view(summary: Row) -> dict[str, Any] | None:
    """Sites that are nearly always among the best, with the draws behind it."""
    drawn = summary["sensitivity"]
    if drawn is None:
        return None
    wanted = set(drawn["always"])
    firm = [site for site in summary["sites"] if site["site"] in wanted]
    return {
        "draws": drawn["draws"],
        "spread": drawn["spread_share"],
        "top": drawn["top"],
        "correlation": drawn["mean_rank_correlation"],
        "always": [
            {"rank": site["rank"], "name": both(site["name_ja"], site["name_en"])}
            for site in sorted(firm, key=lambda site: site["rank"])
        ],
    }


def hub_text(hubs: Sequence[Row]) -> Both:
    """What the existing hubs say about the screen."""
    if not hubs:
        return both("照らす既存拠点がありません。", "There is no existing hub to compare with.")
    found = [hub for hub in hubs if hub["state"] == "open"]
    good = sum(hub["percentile"] >= GOOD_PERCENTILE for hub in found)
    out = sum(hub["state"] == "out" for hub in hubs)
    outside = len(hubs) - len(found) - out
    cut = number(GOOD_PERCENTILE)
    more = both("", "")
    if outside:
        more = both(f"、対象外または点数なし {outside} か所", f"; outside or no score: {outside}")
    return both(
        f"残る土地の点数で {cut} パーセンタイル以上に入るのは {len(hubs)} か所のうち {good} か所、"
        f"規則で除外されるのは {out} か所{more['ja']}。",
        f"At percentile {cut} of the open land or above: {good} of {len(hubs)};"
        f" taken out by a rule: {out}{more['en']}.",
    )
