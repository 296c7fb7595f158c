"""What feeding a re-dispatch back says, in Japanese and English."""

from collections.abc import Mapping

from siting.report_words import Both, both

WORDS: Mapping[str, Both] = {
    "title": both(
        "{year}年度の再給電を計画に戻した結果", "FY{year} dispatched again and fed back, by rounds"
    ),
    "round": both("回", "Round"),
    "changes": both("変えた項目", "Changed"),
    "cost": both("費用 億円", "Cost, 100 M¥"),
    "planned": both("求めた割合 %", "Clean share planned with, %"),
    "reached": both("達した割合 %", "reached, %"),
    "cost_off": both("供給費用の差 %", "Supply cost, %"),
    "unserved": both("供給不足 GWh", "Unserved, GWh"),
    "missed": both("クリーン不足 GWh", "Clean missed, GWh"),
    "agrees": both("一致", "Agrees"),
    "yes": both("はい", "yes"),
    "no": both("いいえ", "no"),
    "no_plan": both("計画なし", "no plan"),
    "first": both("元の計画", "the first plan"),
    "none": both("—", "—"),
    "change": both("{field}: {before} → {after}({why})", "{field}: {before} → {after} ({why})"),
}

REASONS: Mapping[str, Both] = {
    "missed": both("全時間では足りない", "missed in all hours"),
    "kept": both("翌年度以降はそのまま", "later years stay"),
    "short": both("供給できない日", "days that fell short"),
    "cost": both("費用が違う", "the cost is off"),
    "days": both("すべての代表日", "all typical days"),
    "blocks": both("時間の区切りを短く", "shorter blocks of hours"),
}

ENDS: Mapping[str, Both] = {
    "agrees": both(
        "{rounds} 回の計画し直しで一致: 費用の差 {within} % 以内、供給できない電力量と"
        "クリーン電力の不足はデータセンターの使用の 0.01 % 以内。計画は {folder}",
        "Agreement after {rounds} new plans: cost within {within} %, energy unserved or clean "
        "power missed within 0.01 % of the data centres' draw. The plan is {folder}",
    ),
    "at_once": both(
        "計画は全時間でも成り立つ: 費用の差 {within} % 以内、供給できない電力量と"
        "クリーン電力の不足はデータセンターの使用の 0.01 % 以内。計画し直していない",
        "The plan holds in all hours: cost within {within} %, energy unserved or clean power "
        "missed within 0.01 % of the data centres' draw. Nothing was planned anew",
    ),
    "rounds": both(
        "{rounds} 回の計画し直しでは一致しない。--rounds を増やすと続きから進む",
        "No agreement after {rounds} new plans. With more --rounds it goes on from there",
    ),
    "nothing_left": both(
        "{rounds} 回の計画し直しのあと、変えられる項目がない: 残る差は暦と代表日そのものによる",
        "After {rounds} new plans nothing is left to change: what remains comes from the calendar "
        "and from the typical days themselves",
    ),
    "no_plan": both(
        "求めを上げるとすべての制限を満たす計画がない: {clash}",
        "Asked for more, no plan meets all limits: {clash}",
    ),
}


def say(word: str, lang: str, **values: object) -> str:
    """One of the texts above in one language.

    >>> say("round", "en")
    'Round'
    """
    return WORDS[word][lang].format(**values)
