"""Words of the report, in Japanese and English."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from data.facts import read_fact
from grid.outlook import JAPAN, REST_OF_JAPAN
from maps.content import CONFIDENCE_LABELS

Both = Mapping[str, str]
"""One text in both languages: keys `ja` and `en`."""


def both(ja: str, en: str) -> Both:
    """A text in both languages."""
    return MappingProxyType({"ja": ja, "en": en})


def same(text: object) -> Both:
    """A text that is the same in both languages."""
    return both(str(text), str(text))


COST_ITEMS: Mapping[str, Both] = MappingProxyType(
    {
        "energy": both("電力量", "Energy"),
        "construction": both("建設", "Construction"),
        "land": both("土地", "Land"),
        "connection": both("系統接続", "Connection"),
        "fibre": both("通信", "Fibre"),
        "latency": both("遅延", "Latency"),
        "carbon_price": both("炭素価格", "Carbon price"),
        "reinforcement": both("系統増強", "Reinforcement"),
        "subsidy": both("補助金", "Subsidy"),
        "clean_power": both("クリーン電力の契約", "Clean power contracts"),
        "given_up": both("負荷抑制の対価", "Draw given up"),
        "embodied_carbon": both("内包CO₂の炭素価格", "Carbon price on embodied carbon"),
    }
)

WORDS: Mapping[str, Both] = MappingProxyType(
    {
        "published": both("公表", "published"),
        "operator": both("事業者発言", "operator"),
        "assumed": both("仮定", "assumed"),
        "h3": both("H3（平年の最大）", "H3 (normal-weather peak)"),
        "h1": both("H1（厳気象の最大）", "H1 (severe-weather peak)"),
        "spring": both("春", "spring"),
        "summer": both("夏", "summer"),
        "autumn": both("秋", "autumn"),
        "winter": both("冬", "winter"),
        "training": both("学習", "Training"),
        "inference": both("推論", "Inference"),
        "programme": both("国の計画", "National programme"),
        "excluded": both("除外", "excluded"),
        "not_chosen": both("候補", "candidate"),
        "status": both("結果", "Status"),
        "gap_share": both("最適性の隔たり", "Proven gap"),
        "cost_myen": both("目的関数の値（百万円）", "Objective value (million yen)"),
        "bound_myen": both("証明された下界（百万円）", "Proven lower bound (million yen)"),
        "rows": both("制約式", "Rows"),
        "columns": both("変数", "Columns"),
        "nonzeros": both("非零要素", "Nonzeros"),
        "binaries": both("0-1変数", "Binary variables"),
        "build_seconds": both("モデル作成（秒）", "Building the model (s)"),
        "hand_over_seconds": both("ソルバーへの受け渡し（秒）", "Handing over (s)"),
        "highs_seconds": both("求解（秒）", "Solving (s)"),
        "seed": both("乱数の種", "Seed"),
        "versions": both("版", "Versions"),
    }
)

CLEAN_TECHS: Mapping[str, Both] = MappingProxyType(
    {
        "nuclear": both("原子力（既設の出力契約）", "Nuclear (output of existing plants)"),
        "geothermal": both("地熱（新設）", "Geothermal (new)"),
        "offshore": both("洋上風力（新設）", "Offshore wind (new)"),
        "onshore": both("陸上風力（新設）", "Onshore wind (new)"),
        "solar": both("太陽光（新設）", "Solar (new)"),
        "battery": both("蓄電池（新設）", "Batteries (new)"),
    }
)
"""What may be contracted, from steady to weather-bound; the order of the stack."""

STANDINGS: Mapping[str, Both] = MappingProxyType(
    {
        "free": both("空きあり", "free"),
        "uncertain": both("下限では空きなし", "uncertain"),
        "full": both("空きなし", "full"),
        "oversubscribed": both("申込みが超過", "oversubscribed"),
        "unknown": both("不明", "unknown"),
    }
)
"""Standing of a zone with its queue, as `grid.queue` finds it."""

COUNTS: Mapping[str, Both] = MappingProxyType(
    {
        "expected": both("実現の見込みを掛けた量", "each application times its chance"),
        "contracted": both("契約済みの分だけ", "signed contracts only"),
        "all": both("すべての申込み", "all applications"),
    }
)
"""How applications hold headroom, as `headroom.queue_count` says."""


def word(key: Any) -> Both:
    """Words for a key of the summary; a key without words stands for itself."""
    text = str(key)
    mark: Both | None = CONFIDENCE_LABELS.get(text)
    return WORDS.get(text) or COST_ITEMS.get(text) or mark or both(text, text)


def area_names() -> dict[str, Both]:
    """Names of the supply areas from north to south, then of the forecast's wider groups."""
    areas = read_fact("areas")
    names = zip(areas["area"], areas["name_ja"], areas["name_en"], strict=True)
    wider = {JAPAN: both("全国", "Japan"), REST_OF_JAPAN: both("その他のエリア", "Other areas")}
    return {area: both(ja, en) for area, ja, en in names} | wider


def tie_names(areas: Mapping[str, Both]) -> dict[str, Both]:
    """Interconnectors by the areas they join, which is shorter than their names."""
    ties = read_fact("ties")
    pairs = zip(ties["tie"], ties["from_area"], ties["to_area"], strict=True)
    return {
        tie: both(f"{areas[a]['ja']}–{areas[b]['ja']}", f"{areas[a]['en']}–{areas[b]['en']}")
        for tie, a, b in pairs
    }
