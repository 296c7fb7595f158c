"""What the result does not know, said with the numbers of this run."""

from siting.candidates import Candidates
from siting.question import Question
from siting.scenario import Scenario

Text = dict[str, str]

ALWAYS: tuple[Text, ...] = (
    {
        "ja": "エリア別の2027年度以降の需要想定は東京の2035年度を除き未収録(表を読み込める)",
        "en": "No forecast by area after FY2026, but Tokyo's FY2035 (your own table can be loaded)",
    },
    {
        "ja": "半導体工場の個別計上分(2035年度 1.01 GW)はエリア別に公表されず、含まない",
        "en": "Counted fabs (1.01 GW in FY2035) are not published by area and left out",
    },
    {
        "ja": "中地域交流ループの2026年度フェンス限度は未公表。代表値の連系線容量を用いる",
        "en": "Fence limits of the mid-region loop are not published; tie capacities stand in",
    },
    {
        "ja": "大型ユニットの供給力は実測最大の下限。揚水・蓄電池・停止計画は扱わない",
        "en": "Large units count with their observed output, a lower bound; no pumping, no outages",
    },
    {
        "ja": "排出量は平均のロケーション基準。証書・契約・限界電源は扱わない",
        "en": "Carbon is average and location-based; no certificates, contracts or marginal plants",
    },
    {
        "ja": "地点の座標は数km程度の概略。浸水・傾斜・活断層は見ていない",
        "en": "Places are known to a few km; flood, slope and faults are not looked at",
    },
)

SHARE_OF_TOKYO = {
    "ja": "東京の計上分は「6割弱」との2025年1月の報道による60 %で、他の年次やエリアの割合は未公表",
    "en": "Tokyo's part of the count is taken as 60 %, from 'a little under 60 %' in January 2025;"
    " no other share is published",
}


def list_unknowns(scenario: Scenario, candidates: Candidates, question: Question) -> list[Text]:
    """Statements of what is missing, in both languages."""
    return [*_places(candidates), *_ties(question), *_forecast(scenario, question), *ALWAYS]


def _places(candidates: Candidates) -> list[Text]:
    table = candidates.table
    no_land = int(table["land_ha"].isna().sum())
    no_headroom = int((table["reason"] == "unknown_headroom").sum())
    said = [
        {
            "ja": f"用地面積が不明な候補地 {no_land} か所(面積の制約なしとした)",
            "en": f"Land is unknown at {no_land} of {len(table)} places (no land limit there)",
        }
    ]
    if no_headroom:
        said.append(
            {
                "ja": f"空き容量が不明で除いた候補地 {no_headroom} か所",
                "en": f"Headroom is unknown at {no_headroom} places, which were left out",
            }
        )
    return said


def _ties(question: Question) -> list[Text]:
    missing = question.ties.unknown.query("reason == 'not_found'").reset_index()
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


def _forecast(scenario: Scenario, question: Question) -> list[Text]:
    limit = scenario.limits.forecast
    if limit is None:
        return []
    said = [SHARE_OF_TOKYO] if limit.area_table_file is None else []
    if not question.forecast_unknown:
        return said
    years = ", ".join(f"FY{year}" for year in question.forecast_unknown)
    return [
        *said,
        {
            "ja": f"OCCTO {limit.vintage} 想定に計上値がない年度は照合しない: {years}",
            "en": f"Unchecked, as OCCTO's {limit.vintage} forecast has no count: {years}",
        },
    ]
