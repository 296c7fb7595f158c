"""Why a site ranks as it does, in one sentence."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from siting.report_numbers import UNKNOWN, Number, number
from siting.report_words import Both, both
from siting.screen.amounts import rough, rough_km, rough_money, short_percent
from siting.screen.rule_words import criterion_text, layer_title, layer_titles

Row = Mapping[str, Any]

STRONGEST = 2
FLAWLESS_SCORE = 0.995
"""A criterion that scores this much is no weakness."""

MIDDLE_SCORE = 0.5
"""What a criterion is compared with where its mean over the open land is not known."""

SENTENCES: Mapping[str, Both] = MappingProxyType(
    {
        "head": both("{rank}位（点数 {score}）", "Rank {rank} (score {score})"),
        "strong": both("強みは{list}", "strongest: {list}"),
        "weak": both("弱みは{list}", "weakest: {list}"),
        "no_criterion": both("分かっている基準はない", "none of its criteria is known"),
        "usable": both(
            "まとまった土地 約{open} ha（使える分 約{usable} ha）",
            "about {open} ha of connected land, about {usable} ha of it usable",
        ),
        "open": both(
            "まとまった土地は多くて約{open} ha（使える分は不明）",
            "at most about {open} ha of connected land, the usable part not known",
        ),
        "no_land": both("土地の広さは不明", "size of the land not known"),
        "route": both("{point}まで経路 {km} km", "{km} km of line to {point}"),
        "straight": both("{point}まで直線 {km} km", "{km} km straight to {point}"),
        "no_length": both("{point}までの距離は不明", "distance to {point} not known"),
        "cost": both("・約{money}", ", about {money}"),
        "no_cost": both("・費用は不明", ", cost not known"),
        "no_point": both("届く範囲に変電所なし", "no substation within reach"),
        "voltage": both("{name}（{kv} kV）", "{name} ({kv} kV)"),
        "no_voltage": both("{name}（電圧不明）", "{name} (voltage not known)"),
        "nameless": both("名称不明の変電所", "a substation without a name"),
        "unknown": both(
            "不明は{list}（重みの{share}）", "not known: {list} ({share} of the weight)"
        ),
    }
)
JOINTS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {"ja": ("、", "と", "。"), "en": ("; ", " and ", ".")}
)
"""Between the parts of a reason, between two things, and at its end."""


def reason(site: Row, summary: Row, lang: str) -> str:
    """One sentence why a site ranks as it does.

    The strongest criteria are those that lift the score most above the mean of the open land
    (weight times difference), the weakest is the one that costs most (weight times what is
    missing to 1). Equal ones stand in the order of the scenario.

    Parameters
    ----------
    site : mapping
        One of the sites of summary.json.
    summary : mapping
        Its `criteria` and `layers` are read.
    lang : "ja" or "en"
        Language.
    """
    parts = [
        _say("head", lang, rank=site["rank"], score=number(site["score"], 2)),
        *_criteria_parts(site, summary, lang),
        _land_part(site, lang),
        connection_text(site, summary, lang),
        *_unknown_part(site, summary, lang),
    ]
    between, _, end = JOINTS[lang]
    return between.join(parts) + end


def _criteria_parts(site: Row, summary: Row, lang: str) -> list[str]:
    """What is strong, and what is weak."""
    known = [row for row in summary["criteria"] if _score(site, row) is not None]
    if not known:
        return [_say("no_criterion", lang)]
    strong = sorted((row for row in known if _score(site, row)), key=lambda r: -_lift(site, r))
    strong = [row for row in strong if _lift(site, row) > 0][:STRONGEST] or strong[:1]
    weak = [row for row in known if row not in strong and (_score(site, row) or 0) < FLAWLESS_SCORE]
    weak = sorted(weak, key=lambda row: -_loss(site, row))[:1]
    return [
        _say(word, lang, list=_listed([_scored(site, row, summary, lang) for row in rows], lang))
        for word, rows in (("strong", strong), ("weak", weak))
        if rows
    ]


def _scored(site: Row, criterion: Row, summary: Row, lang: str) -> str:
    titles, cell_m = layer_titles(summary), summary["grid"]["cell_m"]
    value = site["values"].get(criterion["criterion"])
    text = criterion_text(criterion, value, titles, cell_m=cell_m)[lang]
    return f"{text} ({number(_score(site, criterion), 2)})"


def _score(site: Row, criterion: Row) -> Number:
    score: Number = site["scores"].get(criterion["criterion"])
    return score


def _lift(site: Row, criterion: Row) -> float:
    """How much a criterion lifts a site above the mean of the open land."""
    mean = criterion["mean_score"]
    usual = MIDDLE_SCORE if mean is None else mean
    return float(criterion["weight"] * ((_score(site, criterion) or 0.0) - usual))


def _loss(site: Row, criterion: Row) -> float:
    """How much a criterion takes off a full score."""
    return float(criterion["weight"] * (1 - (_score(site, criterion) or 0.0)))


def _land_part(site: Row, lang: str) -> str:
    """Connected land; without a layer of usable ground it is an upper bound."""
    if site["open_ha"] is None:
        return _say("no_land", lang)
    land = {"open": rough(site["open_ha"]), "usable": rough(site["usable_ha"])}
    return _say("open" if site["usable_ha"] is None else "usable", lang, **land)


def connection_text(site: Row, summary: Row, lang: str) -> str:
    """Where a site connects, over how many km, and for how much."""
    if not site["point"]:
        return _say("no_point", lang)
    length, is_route = line_km(site)
    word = "no_length" if length is None else "route" if is_route else "straight"
    text = _say(
        word,
        lang,
        point=point_text(site, summary, lang),
        km=_about(rough_km(length, summary["grid"]["cell_m"]), lang),
    )
    if site["route_cost_myen"] is None:
        return text + _say("no_cost", lang)
    return text + _say("cost", lang, money=rough_money(site["route_cost_myen"])[lang])


def _about(km: str, lang: str) -> str:
    """A length that is not exact; one below a limit says so itself."""
    if km.startswith("<"):
        return km
    return f"約{km}" if lang == "ja" else f"about {km}"


def line_km(site: Row) -> tuple[Number, bool]:
    """Length of the line to the grid, and whether it is a route. [km]

    A site in the cell of its substation has no route: then the straight line counts.
    """
    if site["route_km"]:
        return site["route_km"], True
    return site["straight_km"], False


def point_text(site: Row, summary: Row, lang: str) -> str:
    """Name and voltage of a connection point."""
    points = {row["point"]: row for row in summary["points"]}
    told = points.get(site["point"], {}).get(f"name_{lang}")
    name = told or site["point_name"] or SENTENCES["nameless"][lang]
    word = "no_voltage" if site["voltage_kv"] is None else "voltage"
    return _say(word, lang, name=name, kv=number(site["voltage_kv"]))


def _unknown_part(site: Row, summary: Row, lang: str) -> list[str]:
    """Criteria of which nothing is known here, with what they weigh."""
    titles = layer_titles(summary)
    missing = [row for row in summary["criteria"] if _score(site, row) is None]
    if not missing:
        return []
    names = dict.fromkeys(layer_title(row["layer"], titles)[lang] for row in missing)
    known = site["known_weight_share"]
    share = UNKNOWN if known is None else short_percent(1 - known)
    return [_say("unknown", lang, list=_listed(names, lang), share=share)]


def _listed(things: Iterable[str], lang: str) -> str:
    """Things in a row: commas, and a word before the last."""
    rows = list(things)
    comma = "、" if lang == "ja" else ", "
    return JOINTS[lang][1].join([*([comma.join(rows[:-1])] if rows[:-1] else []), rows[-1]])


def _say(word: str, lang: str, **values: object) -> str:
    return SENTENCES[word][lang].format(**values)
