"""What `siting headroom` says, in Japanese and English."""

from collections.abc import Mapping

from siting.report_words import Both, both

TITLE: Both = both("需要の受入可能量", "Load hosting capacity")

REASONS: Mapping[str, Both] = {
    "generation": both("発電の上限", "generation at its maximum"),
    "base": both("基準ケースで超過", "overloaded before any load"),
    "cut_off": both("停止で切り離される", "cut off by the outage"),
    "unlimited": both("上限なし", "no limit found"),
}
"""Why a figure is what it is where no branch alone says it."""

WORDS: Mapping[str, Both] = {
    "network": both(
        "{file}: 地点 {buses}、設備 {branches}(定格不明 {unrated})、系統 {islands}",
        "{file}: {buses} buses, {branches} branches ({unrated} without rating), {islands} islands",
    ),
    "infeasible": both(
        "基準ケースは成り立ちません: {count} 設備が定格を超えています (終了コード 3)",
        "The base case is infeasible: {count} branches above their rating (exit code 3)",
    ),
    "overloaded": both(
        "いまの発電配分では {count} 設備が定格を超えます(再給電で解消できます)",
        "{count} branches above their rating at the set points (another dispatch avoids it)",
    ),
    "insecure": both(
        "基準ケースはN-1を満たしません: 停止後に {count} 設備が定格を超えます",
        "The base case is not N-1 secure: {count} branches above their rating after an outage",
    ),
    "violations": both("基準ケースの定格超過", "Overloads of the base case"),
    "branch": both("設備", "Branch"),
    "outage": both("停止", "Outage"),
    "flow": both("潮流 MW", "Flow MW"),
    "rating": both("定格 MW", "Rating MW"),
    "room": both("受入可能量: {rule}", "Hosting capacity: {rule}"),
    "fixed": both("発電固定", "fixed dispatch"),
    "redispatch": both("再給電", "redispatch"),
    "slack": both("増分はスラックが受け持つ", "the slack makes the extra power"),
    "generators": both("増分は発電機が余力に応じて受け持つ", "generators share it by their room"),
    "bus": both("地点", "Bus"),
    "kv": both("kV", "kV"),
    "n0": both("N-0 MW", "N-0 MW"),
    "n0_limit": both("N-0の制約", "N-0 limit"),
    "n1": both("N-1 MW", "N-1 MW"),
    "n1_limit": both("N-1の制約", "N-1 limit"),
    "more": both("ほか {count} 件", "{count} more"),
    "not_additive": both(
        "各値はその地点だけに足したときの上限です。足し合わせられません(--joint で同時の値)",
        "Each figure is for load at that bus alone; they do not add up (--joint asks for several)",
    ),
    "joint": both(
        "同時に増やすとき: 合計 {total} MW", "At several buses at once: {total} MW together"
    ),
    "single": both("単独 MW", "Alone MW"),
    "together": both("同時 MW", "Together MW"),
    "takes": both("{bus}から奪う MW/MW", "takes from {bus}, MW/MW"),
    "per_cost": both("MW/百万円", "MW per M yen"),
    "works": both("増強案(費用あたりMW順)", "Reinforcements by MW per yen"),
    "work": both("案", "Option"),
    "gain": both("増える MW", "MW gained"),
    "cost": both("百万円", "M yen"),
    "kept": both(
        "前回までに計算済みの行 {count} 件を使用", "{count} rows kept from an earlier run"
    ),
    "unknowns": both("分からないこと ({count} 件)", "Not known ({count})"),
    "notes": both("読み込みで決めたこと ({count} 件)", "Decided when reading ({count})"),
    "zones": both(
        "推定ウェルカムゾーン {count} 件を zones.csv に(headroom.zones_file で使えます)",
        "{count} derived welcome zones in zones.csv (for headroom.zones_file of a scenario)",
    ),
    "no_map": both(
        "地図なし: 位置の分かる地点がありません", "No map and no GeoPackage: no bus has a place"
    ),
    "files": both("ファイル: {folder}", "Files: {folder}"),
}


def say(word: str, lang: str, **values: object) -> str:
    """One of the texts above in one language.

    >>> say("kept", "en", count=3)
    '3 rows kept from an earlier run'
    """
    return WORDS[word][lang].format(**values)
