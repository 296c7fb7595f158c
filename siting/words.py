"""What the commands say, in Japanese and English."""

import os
from collections.abc import Mapping
from typing import Literal

LANGUAGES = ("ja", "en")

WORDS: dict[str, tuple[str, str]] = {
    "no_problems": ("問題は見つかりませんでした", "no problems"),
    "opened": ("読み込んだもの", "opened"),
    "scenario": ("シナリオ", "scenario"),
    "variant": ("派生シナリオ", "variant"),
    "user_file": ("利用者のファイル", "your file"),
    "key_figures": ("主な数値", "Key figures"),
    "fiscal_year": ("年度", "FY"),
    "contract_mw": ("契約電力 MW", "Contract MW"),
    "it_mw": ("IT電力 MW", "IT MW"),
    "sites": ("地点数", "Sites"),
    "co2_kt": ("CO2 千t", "CO2 kt"),
    "cost": ("年間費用 億円", "Cost, 100 M yen/year"),
    "shortfall": ("不足 MW", "Unmet MW"),
    "chosen": ("選ばれた地点", "Chosen sites"),
    "site": ("地点", "Site"),
    "area": ("エリア", "Area"),
    "start": ("開始年度", "Start FY"),
    "last_mw": ("最終年度の契約電力 MW", "Contract MW, last year"),
    "headroom": ("空き容量 MW", "Headroom MW"),
    "basis": ("根拠", "Basis"),
    "published": ("公表", "published"),
    "operator": ("事業者の発表", "operator"),
    "assumed": ("仮定", "assumed"),
    "assumptions": (
        "{count} 件の仮定に基づく結果です(報告書に一覧)",
        "{count} assumptions carry this result (listed in the report)",
    ),
    "unknowns": ("未公表のもの {count} 件", "{count} things nobody publishes"),
    "whole_cost": (
        "全期間の費用(現在価値) {cost} 億円、最適値との差 {gap} 以内",
        "Cost of all years, present value: {cost} x 100 M yen, proven within {gap} of the best",
    ),
    "start_kept": (
        "出発した計画の地点のままで、最適値との差に収まると証明された",
        "The sites of the plan started from are kept: proven good enough here",
    ),
    "start_other": (
        "出発した計画とは別の地点が選ばれた(元の地点はここでは高くつくか、成り立たない)",
        "Other sites than those of the plan started from, which cost more here or are not possible",
    ),
    "robust_holds": (
        "余力が下限でも必要なIT電力をまかなえます"
        "(同時に {gamma} 群まで、{year}年度で失うのは {lost} MW)",
        "Holds if headroom turns out low: up to {gamma} groups at once, "
        "{lost} MW IT lost in FY{year}",
    ),
    "robust_short": (
        "余力が下限だと {year}年度に IT電力が {short} MW 足りません(同時に {gamma} 群まで)",
        "Short if headroom turns out low: {short} MW IT in FY{year}, up to {gamma} groups at once",
    ),
    "waiting": (
        "受電までの待ち 平均 {mean} 年(上限 {limit})、もっとも多いのは {year}年度の {late} MW",
        "Wait for power: {mean} years on average (limit {limit}), most in FY{year}: {late} MW IT",
    ),
    "waiting_none": ("受電を待つものはありません", "Wait for power: none"),
    "no_limit": ("なし", "none"),
    "network": (
        "系統: {branches} 線路、潮流 {flows} 通りを確認、定格の超過 {over} MW、"
        "効いている線路 {binding}",
        "Network: {branches} branches, {flows} flows checked, {over} MW above a rating, "
        "binding branches: {binding}",
    ),
    "network_assumed": ("(定格は仮定)", " (ratings assumed)"),
    "held_back": ("系統のため入らない地点: {sites}", "Held back by the network: {sites}"),
    "held_by": ("{site} ({branch})", "{site} ({branch})"),
    "held_by_outage": (
        "{site} ({outage} の停止後に {branch})",
        "{site} ({branch} after the loss of {outage})",
    ),
    "clean": (
        "クリーン電力: {year}年度 時間ごと {hourly}、年間 {annual}(要求 {asked}、{way})、"
        "契約 {mw} MW、{price} 円/kWh",
        "Clean power in FY{year}: {hourly} hour by hour, {annual} over the year "
        "(asked {asked}, {way}), {mw} MW contracted, {price} yen/kWh",
    ),
    "clean_claimed": (
        "、契約または証書 {share}(要求 {asked})、証書 {gwh} GWh・年 {cost} 百万円",
        "; {share} claimed (asked {asked}), {gwh} GWh of it by certificates for {cost} M¥ a year",
    ),
    "clean_against": (
        "(うち {gwh} GWh は連系線の潮流と逆向き、割合は高め)",
        " ({gwh} GWh of it against the flow of ties: the share is too high)",
    ),
    "flexible": (
        "負荷の移動: {year}年度 ほかの時間へ {shifted_gwh} GWh、ほかのエリアへ {moved_gwh} GWh、"
        "抑制 {given_up_gwh} GWh",
        "Flexible draw in FY{year}: {shifted_gwh} GWh to other hours, {moved_gwh} GWh to other "
        "areas, {given_up_gwh} GWh given up",
    ),
    "flexible_relief": (
        "、条件付き接続 {mw} MW は空き容量・予備率に数えない",
        "; {mw} MW on a conditional connection count neither against headroom nor reserve",
    ),
    "works": (
        "系統増強 {option}: {year}年度から {groups} の空き容量が {mw} MW 増える(年 {cost} 百万円)",
        "Works taken: {option}, {mw} MW more at {groups} from FY{year} ({cost} M¥ a year)",
    ),
    "works_none": (
        "系統増強の選択肢 {count} 件はどれも使わない",
        "None of the {count} works on offer are taken",
    ),
    "servers": (
        "サーバー({workload}): {year}年度 {eflops} EFLOPS、IT電力 {mw} MW({hardware})、"
        "期間中の除却 {retired} MW",
        "Servers of {workload} in FY{year}: {eflops} EFLOPS on {mw} MW ({hardware}); "
        "{retired} MW retired over all years",
    ),
    "embodied": (
        "内包CO2(使用電力のCO2とは別): {year}年度 {kt} 千t/年、"
        "サーバー {servers}、建物 {building}、{per_mwh} t/MWh({counts})",
        "Embodied CO2, apart from that of the draw, in FY{year}: {kt} kt a year, "
        "servers {servers}, buildings {building}, {per_mwh} t/MWh ({counts})",
    ),
    "and": ("、", ", "),
    "embodied_told": ("上限・価格に数えない", "neither capped nor priced"),
    "embodied_in_cap": ("上限に数える", "under the cap"),
    "embodied_in_price": ("炭素価格をかける", "carbon price paid"),
    "hourly": ("時間ごと", "hourly"),
    "annual": ("年間", "annual"),
    "queue": (
        "待ち行列: 申込み {applications} 件、ゾーンで {held} MW を確保、"
        "空きなし {full}/{zones} ゾーン、ゾーン外 {outside} 件",
        "Queue: {applications} applications, {held} MW held at zones, "
        "{full} of {zones} zones full, {outside} applications outside",
    ),
    "map": ("地図", "Map"),
    "report": ("報告書", "Report"),
    "written": ("作成", "written"),
    "broken_off": (
        "中断しました。同じコマンドで続きから始まります。",
        "Broken off. The same command goes on where it stopped.",
    ),
    "unknown": ("不明", "unknown"),
}


def say(word: str, lang: str, **values: object) -> str:
    """One of the texts above in one language.

    >>> say("assumptions", "en", count=12)
    '12 assumptions carry this result (listed in the report)'
    """
    return WORDS[word][LANGUAGES.index(lang)].format(**values)


def default_language(environment: Mapping[str, str] = os.environ) -> Literal["ja", "en"]:
    """`ja` where the terminal is set to Japanese, else `en`.

    >>> default_language({"LANG": "ja_JP.UTF-8"})
    'ja'
    """
    return "ja" if environment.get("LANG", "").startswith("ja") else "en"
