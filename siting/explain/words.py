"""What `siting explain` says, in Japanese and English."""

from collections.abc import Mapping
from typing import Any

from siting.report_words import Both, both

STATUS: Mapping[str, Both] = {
    "always": both("必ず", "always"),
    "sometimes": both("場合による", "sometimes"),
    "never": both("入らない", "never"),
    "undecided": both("未決着", "undecided"),
    "not_asked": both("未調査", "not asked"),
}

CHECKS: Mapping[str, Both] = {
    "confirmed": both("再計算と一致", "confirmed by solving again"),
    "falls": both(
        "再計算の値。はじめは {price} で一致、1単位の途中で下がる",
        "solved again; {price} confirmed at first, less within the unit",
    ),
    "held": both(
        "再計算の値。価格は {price} だが別の制約も効く",
        "solved again; price {price}, but another limit holds as well",
    ),
    "not_checked": both("再計算なし", "not solved again"),
}

NOTES: Mapping[str, Both] = {
    "files_changed": both(
        "シナリオの内容またはファイルが実行時と違います。以下は今の内容についての説明です",
        "The scenario's values or files are not those of the run; what follows is about them as "
        "they are now",
    ),
    "clean": both(
        "クリーン電力の条件があるため、連系線の価格は示しません",
        "No prices of ties: with clean power asked for, a tie is held by more than one row",
    ),
    "network": both(
        "系統(network)のあるシナリオでは、価格だけを示します。ほかの計画は調べず、価格も再計算していません",
        "With a network only prices are given: other plans are not looked for, and the prices are "
        "not solved again",
    ),
}

WORDS: Mapping[str, Both] = {
    "same": both(
        "同じ問いから同じ計画: {cost}(証明済みの差 {gap})",
        "The same question gives the same plan: {cost}, proven within {gap} of the best",
    ),
    "other": both(
        "解き直した計画 {cost} は実行時の {recorded} と違います(どちらも差 {gap} 以内)。"
        "以下は解き直した計画について",
        "Planned again: {cost}, not the run's plan of {recorded} (proven within {gap} of the best);"
        " what follows is about the plan found again",
    ),
    "prices": both(
        "制約の価格: もう1単位ゆるめると節約できる額(全期間の現在価値、百万円)",
        "Prices of limits: what one unit more would save, present value of all years, M¥",
    ),
    "prices_held": both(
        "地点と増強を固定したときの値。上位 {count} 件は制約を動かして解き直して確かめた",
        "With sites and works held. The first {count} were checked: limit moved, plan solved again",
    ),
    "prices_unchecked": both(
        "地点と増強を固定したときの値。再計算による確認はない",
        "With sites and works held. None was checked by solving again",
    ),
    "no_prices": both("価格のある制約はありません", "No limit has a price"),
    "demand": both(
        "需要の価格: 1単位少なければ節約できる額(百万円)",
        "What asks for it: what one unit less of demand would save, M¥",
    ),
    "limit": both("制約", "Limit"),
    "where": both("どこ・いつ", "Where, when"),
    "saves": both("百万円/単位", "M¥ per unit"),
    "difference": both("違い", "Difference"),
    "reason": both("理由", "Why"),
    "this_plan": both("この計画", "this plan"),
    "per": both("単位", "Unit"),
    "check": both("確認", "Check"),
    "field": both("シナリオの項目", "Scenario field"),
    "all_years": both("全年度", "all years"),
    "sites": both(
        "費用の増加が {percent} %以内の計画すべてから見た地点(地点数 {most} 以下)",
        "Sites over all plans within {percent} % of the cost (at most {most} sites)",
    ),
    "site": both("地点", "Site"),
    "status": both("判定", "Status"),
    "in_plan": both("この計画", "This plan"),
    "with": both("入れる追加費用", "Extra with it"),
    "without": both("外す追加費用", "Extra without it"),
    "impossible": both("できない", "impossible"),
    "yes": both("あり", "yes"),
    "no": both("なし", "no"),
    "counted": both(
        "必ず {always}、場合による {sometimes}、入らない {never}、未決着 {undecided}、"
        "未調査 {not_asked}",
        "always {always}, sometimes {sometimes}, never {never}, undecided {undecided}, "
        "not asked {not_asked}",
    ),
    "proof": both(
        "「必ず」「入らない」は下界による証明、「場合による」は両方の計画が手元にある。"
        "≤ は見つかった計画の費用、≥ は証明した下界",
        "always and never are proven by a bound; for sometimes a plan of each kind is in hand. "
        "≤: cheapest such plan found, ≥: proven bound",
    ),
    "undecided": both(
        "未決着 {count} 地点: {seconds} 秒では証明も反例も見つからない(--time-limit で延ばせる)",
        "{count} sites undecided: neither proof nor plan in {seconds} s (--time-limit gives more)",
    ),
    "not_asked": both(
        "未調査 {count} 地点: 選ばれた地点と近い候補だけを調べた(--others -1 ですべて)",
        "{count} sites not asked: only chosen ones and the nearest others were (--others -1: all)",
    ),
    "plans": both("最も違う計画", "The most different plans"),
    "number": both("案", "Plan"),
    "plan": both("案 {number}", "Plan {number}"),
    "leaves": both("外れる地点", "Leaves"),
    "comes": both("入る地点", "Comes"),
    "extra": both("追加費用", "Extra cost"),
    "differs": both(
        "{count} 地点で違う(最大でも {most})", "differs in {count}; none in more than {most}"
    ),
    "differs_open": both(
        "{count} 地点で違う(最大かどうかは未決着)", "differs in {count}; more may be possible"
    ),
    "no_plans": both(
        "ほかの地点の組合せは見つかりません",
        "No other set of sites was found",
    ),
    "no_other_plan": both(
        "ほかの地点の組合せはありません(証明済み)", "There is no other set of sites: proven"
    ),
    "why": both("地点ごとの理由", "Why each site"),
    "binding": both("決めている制約", "Held by"),
    "next": both("次点", "Next best"),
    "size": both("{year}年度から、最終年度 {mw} MW", "from FY{year}, {mw} MW in the last year"),
    "no_clash": both(
        "地点の制約どうしは矛盾しません。計画は siting run で求められます",
        "The limits on sites do not clash: siting run finds the plan",
    ),
    "clash": both("次の制約は両立しません", "These limits clash"),
    "alone": both(
        "ほかの制約をすべて守ったまま、これ一つで計画が立つもの(ゆるめる最小量)",
        "Any one of these makes a plan, all other limits held; the least it has to give",
    ),
    "none_alone": both(
        "一つだけゆるめて計画が立つ制約はありません",
        "No limit makes a plan by giving way alone",
    ),
    "proven": both(
        "証明済み: どれか1つを除けば残りは両立する",
        "proven: without any one of them the others can be met",
    ),
    "not_proven": both(
        "時間内に証明できず、余分な制約を含むかもしれない",
        "not proven in time: it may name more than it needs",
    ),
    "least": both(
        "1つだけをゆるめる場合の最小量(この組だけを見て)",
        "Least by which each alone would have to give way, for this set",
    ),
    "unsettable": both(
        "どの項目を変えても計画はありません", "No field can be set so that there is a plan"
    ),
    "more_sets": both(
        "{count} 組の矛盾は互いに別のもの: それぞれをゆるめる必要がある",
        "{count} clashes side by side: each has to be freed",
    ),
    "with_network": both(
        "系統を守る計画がありません。ゆるめる最小量", "No plan keeps the network. Least relaxation"
    ),
    "before_sites": both(
        "地点を加える前から系統が成り立ちません",
        "The network does not hold before any site is added",
    ),
    "candidates": both(
        "選べる地点は {usable}。制約より前に外れた地点: {left_out}",
        "{usable} places may be chosen. Left out before any limit: {left_out}",
    ),
    "by": both("{amount} {unit}", "{amount} {unit}"),
    "none": both("ゆるめ方が見つからない(時間切れを含む)", "none found (or no time to)"),
    "more": both("ほか {count} 件は explain.json に", "{count} more in explain.json"),
    "page": both("説明", "Explanation"),
    "title": both("なぜこの計画か", "Why this plan"),
}


def say(word: str, lang: str, **values: object) -> str:
    """One of the texts above in one language.

    >>> say("plan", "en", number=2)
    'Plan 2'
    """
    return WORDS[word][lang].format(**values)


def text(word: str, **values: object) -> Both:
    """One of the texts above in both languages."""
    return both(say(word, "ja", **values), say(word, "en", **values))


def differs(plan: Mapping[str, Any]) -> Both:
    """In how many sites a plan differs, and whether another could differ in more."""
    word = "differs_open" if plan["differs_at_most"] is None else "differs"
    return text(word, count=plan["differs_by"], most=plan["differs_at_most"])
