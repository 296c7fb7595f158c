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
    "map": ("地図", "Map"),
    "report": ("報告書", "Report"),
    "written": ("作成", "written"),
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
