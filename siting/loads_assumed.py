"""What a forecast check assumes and what it does not know, as lists a reader can check."""

from typing import Any

import pandas as pd

from data.facts import read_fact
from siting.loads_adequacy import ties_of
from siting.loads_inputs import LoadsInput
from siting.scenario_assumptions import Assumptions

Row = dict[str, Any]
Text = dict[str, str]

FACT_TABLES = (
    "forecast_national",
    "forecast_area",
    "forecast_assumptions",
    "area_peaks",
    "ties",
    "tie_capacity",
    "day_kinds",
)
"""Tables of facts behind a check; the sources listed are theirs."""

RESERVE_PARAMETERS = ("reserve_h3_share", "reserve_h1_share")

ALWAYS_UNKNOWN: tuple[Text, ...] = (
    {
        "ja": "個別計上のエリア別の値は、東京の割合(2025年1月、6割弱)と2025年1月に計上の"
        "ない3エリア以外は公表されていない(OCCTOの表を読み込める)",
        "en": "The count by area is not published, but for Tokyo's share (January 2025: a little"
        " under 60 %) and three areas without any (your own OCCTO table can be loaded)",
    },
    {
        "ja": "公表年の間の個別計上は直線補間。実際の立ち上がりは公表されていない",
        "en": "Between published years the count is a straight line; its real course is not known",
    },
    {
        "ja": "2024年1月想定が数えた5エリアの名は記事から確定できない",
        "en": "Which five areas the forecast of January 2024 counts the article does not name",
    },
    {
        "ja": "エリア別の供給力は2026年度のみ公表。以後は据え置きで、計画中の電源と廃止は含まない",
        "en": "Supply by area is published for FY2026 only and kept afterwards: no plant that is"
        " planned or retired is in it",
    },
    {
        "ja": "中地域交流ループの2026年度フェンス限度は未公表。代表値の連系線容量を用いる",
        "en": "Fence limits of the mid-region loop are not published; tie capacities stand in",
    },
    {
        "ja": "変電所ごとの空き容量は照合しない(エリア単位の照合)",
        "en": "Headroom at the substation is not checked here: this is a check by area",
    },
)


def list_assumptions(given: LoadsInput) -> list[Row]:
    """Field, value, meaning and source of every assumption."""
    own = [
        {
            "field": str(name),
            "value": _range_text(row["value"], row["low"], row["high"]),
            "unit": str(row["unit"]),
            "ja": str(row["name_ja"]),
            "en": str(row["name_en"]),
            "confidence": str(row["confidence"]),
            "source": str(row["source"]),
        }
        for name, row in given.assumptions.iterrows()
    ]
    return [*own, *_of_margins(), *_of_reserve()]


def _range_text(value: float, low: float, high: float) -> str:
    """A value with its range, where it has one.

    >>> _range_text(0.38, 0.2, 0.6), _range_text(float("nan"), float("nan"), float("nan"))
    ('0.38 (0.2 - 0.6)', '')
    """
    if value != value:
        return ""
    return f"{value:g}" if low != low or high != high else f"{value:g} ({low:g} - {high:g})"


def _of_margins() -> list[Row]:
    """What the margins share with scenarios."""
    assumed = Assumptions()
    shares = assumed.winter_peak_share.values()
    rows = (
        ("h1-uplift", f"{assumed.h1_uplift_share:g}", "厳気象H1のH3に対する上振れ", "H1 above H3"),
        (
            "winter-peak",
            f"{min(shares):g} - {max(shares):g}",
            "冬季最大の年間最大に対する比(エリア別)",
            "Winter peak over annual peak, by area",
        ),
    )
    return [
        {"field": field, "value": value, "unit": "share", "ja": ja, "en": en}
        | {"confidence": "assumed", "source": "project_assumption"}
        for field, value, ja, en in rows
    ]


def _of_reserve() -> list[Row]:
    """Reserve that is required."""
    facts = read_fact("parameters").set_index("parameter").loc[list(RESERVE_PARAMETERS)]
    words = (
        ("必要な予備率(H3)", "Reserve required on H3"),
        ("必要な予備率(H1)", "Reserve required on H1"),
    )
    return [
        {"field": str(name), "value": f"{row['value']:g}", "unit": "share", "ja": ja, "en": en}
        | {"confidence": str(row["confidence"]), "source": str(row["source"])}
        for (name, row), (ja, en) in zip(facts.iterrows(), words, strict=True)
    ]


def list_unknowns(given: LoadsInput, verdict: pd.DataFrame) -> list[Text]:
    """What nobody publishes and what the list does not say, with the numbers of this check."""
    return [*_of_list(given, verdict), *_of_ties(given), *ALWAYS_UNKNOWN]


def _of_list(given: LoadsInput, verdict: pd.DataFrame) -> list[Text]:
    said = []
    rows = verdict[verdict["verdict"] == "unknown"]
    if len(rows):
        count = rows[["area", "vintage"]].drop_duplicates().shape[0]
        said.append(
            {
                "ja": f"計上値が公表されず判定できないエリアと想定の組 {count} 組",
                "en": f"{count} pairs of area and forecast without a published count: no verdict",
            }
        )
    unlocated = int(given.applications["lat"].isna().sum())
    if unlocated:
        said.append(
            {
                "ja": f"座標のない申込 {unlocated} 件は地図に点がない(エリアの値には算入)",
                "en": f"{unlocated} applications without a position have no point on the map"
                " (they count in their area)",
            }
        )
    return said


def _of_ties(given: LoadsInput) -> list[Text]:
    missing = ties_of(given.years).unknown.query("reason == 'not_found'").reset_index()
    ways = sorted({f"{row.from_area}→{row.to_area}" for row in missing.itertuples()})
    if not ways:
        return []
    listed = ", ".join(ways)
    return [
        {
            "ja": f"容量が公表されていない向きは使わない: {listed}",
            "en": f"Directions without a known capacity are not used: {listed}",
        }
    ]
