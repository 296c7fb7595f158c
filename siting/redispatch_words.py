"""What `siting redispatch` says, in Japanese and English."""

from collections.abc import Mapping

from siting.report_words import Both, both

FIGURE_WORDS: Mapping[str, Both] = {
    "cost_myen": both("全エリアの供給費用 百万円/年", "Supplying all areas, M¥/year"),
    "added_myen": both("うちデータセンターによる分 百万円/年", "  of it for the data centres"),
    "co2_kt": both("データセンターのCO2(立地基準) 千t", "CO2 of the draw, location-based, kt"),
    "unserved_gwh": both("供給できない電力量 GWh", "Unserved, GWh"),
    "curtailed_gwh": both("太陽光・風力の抑制 GWh", "Sun and wind curtailed, GWh"),
    "draw_gwh": both("データセンターの使用電力量 GWh", "Draw of the data centres, GWh"),
    "peak_mw": both("最大電力(需要+データセンター) MW", "Peak of demand and draw, MW"),
    "draw_at_peak_mw": both("そのときのデータセンター MW", "  draw at that hour, MW"),
    "peak_hours": both("最大の99 %以上の時間 h", "  hours within 1 % of it"),
    "hours": both("年間の時間 h", "Hours of the year"),
    "required_share": both("求められるクリーン電力 %", "Clean share asked for, %"),
    "hourly_share": both("時間ごとに一致した割合(24/7) %", "  reached hour by hour (24/7), %"),
    "annual_share": both("年間で一致した割合 %", "  reached over the year, %"),
    "matched_gwh": both("契約電力で賄った使用 GWh", "Draw met by contracts, GWh"),
    "excess_gwh": both("余った契約電力 GWh", "Contracted power in excess, GWh"),
    "missed_gwh": both("足りないクリーン電力 GWh", "Clean power missed, GWh"),
    "claim_required_share": both("証書も含めて求められる割合 %", "Share to be claimed, %"),
    "claimed_share": both("契約と証書でまかなう割合 %", "  by contracts and certificates, %"),
    "certificate_gwh": both("計画で買う証書 GWh", "Certificates that the plan buys, GWh"),
    "against_flow_gwh": both("連系線の潮流に逆らう分 GWh", "  of it against the flow of ties, GWh"),
    "shifted_gwh": both("ほかの時間に移した使用 GWh", "Draw moved to other hours, GWh"),
    "moved_gwh": both("ほかのエリアに移した使用 GWh", "Draw moved to other areas, GWh"),
    "given_up_gwh": both("取りやめた使用 GWh", "Draw given up, GWh"),
}

WORDS: Mapping[str, Both] = {
    "title": both("{year}年度の再給電: {name}", "FY{year} dispatched again: {name}"),
    "figure": both("項目", "Figure"),
    "plan": both("計画", "Plan"),
    "typical": both("代表日を1時間ごとに", "Typical days by the hour"),
    "calendar": both("暦年度 {hours} 時間", "Calendar, {hours} h"),
    "difference": both("差", "Difference"),
    "percent": both("差 %", "%"),
    "none": both("—", "—"),
    "solved": both(
        "同じ日は1度だけ解いた: 線形計画 {count} 題(データセンターあり・なし)、{seconds} 秒",
        "Days that are alike were solved once: {count} linear problems (with the data centres and "
        "without), {seconds} s",
    ),
    "joined": both(
        "地点・契約・蓄電池を計画のまま固定し、1年を通して解いた({seconds} 秒)。"
        "同じ日は1日の繰り返しとする(蓄電池があれば続く日だけ)",
        "Sites, contracts and stores are held as planned and the year is dispatched as one "
        "({seconds} s); equal days are one that repeats (with stores: those in a row)",
    ),
    "missed": both(
        "クリーン電力が求めに {gwh} GWh 足りない。その年の limits.clean.share_by_year を "
        "{share} 以上にして計画し直すと余裕ができる",
        "{gwh} GWh of clean power are missed. Planning again with limits.clean.share_by_year of "
        "{share} in that year leaves the margin",
    ),
    "claim_open": both(
        "求められる割合には、この年に証書があと {gwh} GWh 要る",
        "To claim the share asked for, that year needs {gwh} GWh of certificates more",
    ),
    "one_way": both(
        "連系線の潮流に逆らうクリーン電力を禁じて代表日を解き直すと、費用は {percent} % 増え、"
        "クリーン電力の不足は {gwh} GWh",
        "With no clean power against the flow of ties, the typical days by the hour cost "
        "{percent} % more and miss {gwh} GWh of clean power",
    ),
    "both_ways": both(
        "連系線の潮流に逆らうクリーン電力のない給電は見つからなかった: 時間ごとの割合はその分高め",
        "No dispatch without clean power against the flow of ties was found: the hourly share is "
        "too high by up to as much",
    ),
    "co2_open": both(
        "同じ費用の発電所の間では分担が決まらず、CO2も決まらない: 計画と同じ区切りで同じ費用のまま "
        "{again} 千t(実行時 {stated})。この程度の差に意味はない",
        "Plants of equal cost can share the load in several ways, so CO2 is not settled: the "
        "plan's own blocks, dispatched again at the same cost, give {again} kt instead of "
        "{stated}. A difference of that size means nothing",
    ),
    "leap": both(
        "うるう年: 1日多いことだけで {percent} % 増える",
        "A leap year: the day more alone adds {percent} %",
    ),
    "basis": both(
        "各時間は代表日の時間値で、その年の天気ではない。差は時間の区切りと暦によるもの",
        "Hours are those of the typical days, not weather of that year: the difference comes from "
        "the blocks of hours and the calendar",
    ),
    "own_basis": both(
        "各時間はシナリオのファイル(time.hourly_file)の時間値。差は代表日の選び方と時間の区切りによるもの",
        "Hours are those of the scenario's file (time.hourly_file): the difference comes from the "
        "days that stand for the year and from the blocks of hours",
    ),
    "own_calendar": both("ファイルの {hours} 時間", "Your {hours} h"),
}

NOTES: Mapping[str, Both] = {
    "files_changed": both(
        "シナリオの内容またはファイルが実行時と違います。再給電は今の内容によります",
        "The scenario's values or files are not those of the run; the re-dispatch rests on them as "
        "they are now",
    ),
    "other_cost": both(
        "同じ区切りで解き直した費用が実行時と違います。事実の表が変わった可能性があります",
        "Dispatched again in the plan's own blocks, the year costs something else than in the run: "
        "the facts may have changed since",
    ),
}


def say(word: str, lang: str, **values: object) -> str:
    """One of the texts above in one language.

    >>> say("leap", "en", percent="0.27")
    'A leap year: the day more alone adds 0.27 %'
    """
    return WORDS[word][lang].format(**values)
