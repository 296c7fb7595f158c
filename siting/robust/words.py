"""What `siting robust` says, in Japanese and English."""

from collections.abc import Mapping

from siting.report_words import Both, both

STATUS: Mapping[str, Both] = {
    "plan": both("計画あり", "a plan"),
    "infeasible": both("計画なし", "no plan"),
    "no_place": both("選べない地点がある", "a site cannot be chosen"),
    "unsettled": both("時間内に決まらず", "not settled in time"),
}

WORDS: Mapping[str, Both] = {
    "title": both("答えはどこまで確かか", "How sure is the answer"),
    "answer": both(
        "{asked} 通りの値で解き、{with_plan} 通りに計画があった。常に選ばれた地点 {always}、"
        "一部だけ {sometimes}、シナリオ自身の計画にあるが一度も選ばれない {never}",
        "Solved with {asked} draws, of which {with_plan} have a plan. Sites in all of them: "
        "{always}; in some: {sometimes}; in the scenario's own plan but in none: {never}",
    ),
    "drawn": both(
        "乱数の種 {seed}、ラテン超方格。解はそれぞれ最適値との差 {gap} 以内",
        "Seed {seed}, Latin hypercube; every solve proven within {gap}",
    ),
    "sites": both("地点ごとの選ばれやすさ", "How often each site is chosen"),
    "sites_note": both(
        "計画のある標本に占める割合と95 %区間(ウィルソン)。"
        "規模と開始年度は、選ばれた標本の中央値と10–90 %の幅",
        "Share of the samples that have a plan, with its 95 % interval (Wilson); size and start "
        "are median and 10–90 % range of the samples that choose it",
    ),
    "site": both("地点", "Site"),
    "share": both("選ばれた割合", "Chosen in"),
    "interval": both("95 %区間", "95 % interval"),
    "mw": both("最終年度 MW", "MW, last year"),
    "start": both("開始年度", "Start FY"),
    "in_plan": both("シナリオの計画", "Scenario's plan"),
    "in_set": both("後悔最小の組", "Least-regret set"),
    "yes": both("あり", "yes"),
    "no": both("なし", "no"),
    "sets": both("地点の組の後悔", "Regret of sets of sites"),
    "sets_note": both(
        "後悔: その標本で最もよい計画と比べて、この地点の組にしたときに余計にかかる額"
        "(規模・年・増強は標本ごとに決め直す)",
        "Regret: what a set of sites costs in a sample beyond its best plan; sizes, years and "
        "works are decided anew in each sample",
    ),
    "sets_tried": both(
        "見つかった {found} 組のうち {tried} 組を試した(--sets で増やせる)",
        "{tried} of the {found} sets found were tried (--sets tries more)",
    ),
    "set": both("組", "Set"),
    "set_sites": both("地点", "Sites"),
    "largest": both("最大の後悔", "Largest regret"),
    "mean": both("平均の後悔", "Mean regret"),
    "at_most": both("多くとも", "at most"),
    "best_in": both("最適な標本", "Best in"),
    "without_plan": both("計画のない標本", "Samples without a plan"),
    "unsettled": both("時間内に決まらず", "Not settled in time"),
    "own": both("シナリオの計画", "the scenario's plan"),
    "least": both("後悔最小", "least regret"),
    "choice_proven": both(
        "最大の後悔が最も小さいのは組 1。試した組のなかでは証明済み"
        "(どの標本でも最適でない別の組は調べていない)",
        "Set 1 has the least largest regret: proven among those tried. A set that is best in no "
        "sample could do better and is not looked for",
    ),
    "choice_open": both(
        "最大の後悔が最も小さいのは組 1。"
        "ただし解の誤差の範囲では、試した別の組のほうがよい可能性がある",
        "Set 1 has the least largest regret found, but within the gaps of the solves another set "
        "tried may do better",
    ),
    "choice_none": both(
        "試した組はどれも、いずれかの標本で計画がない: 後悔最小の組は決まらない。"
        "それが最も少ないのは組 1({count} 標本)",
        "Every set tried has no plan in some sample: there is no set of least regret. Set 1 fails "
        "in the fewest samples ({count})",
    ),
    "choice_no_sample": both(
        "計画のある標本がない", "No sample has a plan: nothing can be said of regret"
    ),
    "plan_line": both("この組の計画を作るには", "For the plan of set 1"),
    "plan_written": both("組 1 の計画", "Plan of set 1"),
    "inputs": both("どの入力が効くか", "Which input matters most"),
    "inputs_note": both(
        "1つだけを動かし、ほかはシナリオのまま解き直した差。順位相関(スピアマン)は標本全体で見たもの。"
        "この2つは入力どうしの組合せの効果を分けられず、"
        "標本が少ないと p 値が小さくても偶然でありうる"
        "({count} 個の検定)。差が解の誤差の内なら「誤差内」",
        "Solved again with one input moved and all others as in the scenario. Rank correlation "
        "(Spearman) is over all samples. Neither tells effects of inputs together apart; with few "
        "samples a small p can be chance ({count} tests), and a correlation sees only what rises "
        "or falls throughout. A difference inside the proofs of the two solves is called within "
        "the gap",
    ),
    "input": both("入力", "Input"),
    "field": both("シナリオの項目", "Scenario field"),
    "range": both("範囲", "Range"),
    "now": both("シナリオの値", "Scenario has"),
    "times": both("{value} 倍", "× {value}"),
    "value": both("値", "Value"),
    "extra": both("費用の差", "Cost"),
    "moves": both("入れ替わる地点", "Sites that change"),
    "rank_cost": both("順位相関: 費用", "Rank correlation: cost"),
    "rank_sites": both("順位相関: 地点の違い", "Rank correlation: sites"),
    "rank": both("{rho}(p {p})", "{rho} (p {p})"),
    "within_gap": both("誤差内", "within the gap"),
    "comes": both("入る", "in"),
    "leaves": both("出る", "out"),
    "source": both("出典", "Source"),
    "assumed": both("仮定", "assumed"),
    "samples": both("標本", "Samples"),
    "sample": both("標本", "Sample"),
    "drawn_values": both("引いた値", "Drawn values"),
    "status": both("結果", "Result"),
    "cost": both("費用", "Cost"),
    "failed": both(
        "計画のない標本 {count}。割合にも後悔にも数えていない",
        "Samples without a plan: {count}. They count neither in shares nor in regret",
    ),
    "solves": both(
        "解いた回数 {solved}、前回の結果を使った回数 {reused}、{seconds} 秒",
        "{solved} solved, {reused} taken from before, {seconds} s",
    ),
    "page": both("報告", "Report"),
    "more": both("ほか {count} 件は robust.json に", "{count} more in robust.json"),
    "scenario_zero": both("シナリオ", "scenario"),
}


def say(word: str, lang: str, **values: object) -> str:
    """One of the texts above in one language.

    >>> say("times", "en", value="0.8")
    '× 0.8'
    """
    return WORDS[word][lang].format(**values)


def text(word: str, **values: object) -> Both:
    """One of the texts above in both languages."""
    return both(say(word, "ja", **values), say(word, "en", **values))
