"""What `siting frontier` says, in Japanese and English."""

from collections.abc import Mapping

from siting.report_words import Both, both

WORDS: Mapping[str, Both] = {
    "title_carbon": both("排出を減らす費用", "What less carbon costs"),
    "title_waiting": both("待つ年数を減らす費用", "What less waiting costs"),
    "unit_carbon": both("Mt-CO₂", "Mt CO₂"),
    "unit_waiting": both("年", "years"),
    "value_carbon": both("排出量(全年度計、Mt-CO₂)", "Emissions, all years [Mt CO₂]"),
    "value_waiting": both("平均待ち年数", "Mean wait [years]"),
    "per_carbon": both("円/t", "yen/t"),
    "per_waiting": both("/年", "per year"),
    "answer": both(
        "{points} 点。最も安い計画は {first} {unit} で {cost}、"
        "最も少ない点は {last} {unit} で、費用は {extra} 増える({share})",
        "{points} points. The cheapest plan has {first} {unit} and costs {cost}; the last "
        "point has {last} {unit} and costs {extra} more ({share})",
    ),
    "one": both(
        "計画は1つ: 最も安い計画がすでに最少に近い({first} {unit}、{cost})",
        "One plan: the cheapest has next to the least already ({first} {unit}, {cost})",
    ),
    "least_carbon": both(
        "これより排出の少ない計画はない(証明済み): {least} Mt-CO₂",
        "No plan emits less than {least} Mt CO₂: proven",
    ),
    "least_waiting": both(
        "これより待ち年数の短い計画はない(証明済み): {least} 年",
        "No plan waits less than {least} years on average: proven",
    ),
    "met": both(
        "どの計画も、満たせない需要は最も安い計画より多くない",
        "No plan leaves more demand unmet than the cheapest does",
    ),
    "proof": both(
        "各点は、その上限を守る最も安い計画。最適値との差は {gap} 以内と証明済み。"
        "それより小さい費用の差には「誤差内」と記す",
        "Each point is the cheapest plan within its limit, proven within {gap}. A step in cost "
        "that the proofs leave open is marked: within the gap",
    ),
    "dropped": both(
        "省いた点 {count}: 同じ上限を守り、費用もそれ以下の計画が別の点にある",
        "Points left out: {count}. Another point keeps their limit and costs no more",
    ),
    "dropped_row": both(
        "上限 {limit}: {value}、{cost} → {by_value}、{by_cost} の点が優る",
        "Limit {limit}: {value} at {cost}; the point of {by_value} at {by_cost} is no worse",
    ),
    "missed": both(
        "時間内に証明できず、省いた上限: {limits}",
        "Limits left out, as no plan was proven in time: {limits}",
    ),
    "points": both("各点", "Points"),
    "number": both("点", "Point"),
    "limit": both("上限", "Limit"),
    "cost": both("費用(現在価値)", "Cost, present value"),
    "extra": both("増える費用", "Extra cost"),
    "step": both("前の点からの単価", "Price from the point before"),
    "price": both("ここでの単価(地点は固定)", "Price here, sites kept"),
    "gap": both("証明した差", "Proven within"),
    "sites": both("地点数", "Sites"),
    "within_gap": both("誤差内", "within the gap"),
    "changes": both("何が変わるか", "What changes from point to point"),
    "changes_note": both(
        "前の点の計画との違い。MW は {year} 年度の契約電力",
        "Against the plan of the point before; MW of contract power in FY{year}",
    ),
    "comes": both("入る", "In"),
    "leaves": both("出る", "Out"),
    "by_area": both("エリア別 MW", "MW by area"),
    "none": both("なし", "none"),
    "plans": both("各点の計画", "The plan of each point"),
    "chart_note": both(
        "横: {measure}、縦: 最も安い計画から増える費用。番号は点。破線: これより少ない計画はない",
        "Across: {measure}; up: cost over the cheapest plan. Numbers are points. "
        "Broken line: no plan has less",
    ),
    "site": both("地点", "Site"),
    "area": both("エリア", "Area"),
    "start": both("開始年度", "Start FY"),
    "mw": both("{year} 年度 MW", "MW, FY{year}"),
    "taken_over": both(
        "前回の続き: 済んでいた {count} 段階を引き継いだ",
        "Gone on with: {count} steps were done earlier",
    ),
    "seconds": both("{seconds} 秒", "{seconds} s"),
    "page": both("報告", "Report"),
}


def say(word: str, lang: str, **values: object) -> str:
    """One of the texts above in one language.

    >>> say("seconds", "en", seconds=12)
    '12 s'
    """
    return WORDS[word][lang].format(**values)


def text(word: str, **values: object) -> Both:
    """One of the texts above in both languages; a value in both is put in each by its own."""

    def told(lang: str) -> str:
        own = {k: v[lang] if isinstance(v, Mapping) else v for k, v in values.items()}
        return say(word, lang, **own)

    return both(told("ja"), told("en"))
