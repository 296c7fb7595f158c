"""What the result does not know, said with the numbers of this run."""

from data.contract import AREAS
from siting.candidates import Candidates
from siting.network_unknowns import network_unknowns
from siting.own_year import own_hours
from siting.question import Question
from siting.scenario import Scenario

Text = dict[str, str]

CARBON_ALONE = {
    "ja": "排出量は平均のロケーション基準。証書・契約・限界電源は扱わない",
    "en": "Carbon is average and location-based; no certificates, contracts or marginal plants",
}

CLEAN: tuple[Text, ...] = (
    {
        "ja": "価格と上限に使う排出量は平均のロケーション基準のまま。限界電源は扱わない",
        "en": "Carbon under price and cap stays average and location-based; no marginal plants",
    },
    {
        "ja": "契約できる電源の量は、すでに決まった契約・用地・系統接続を見ていない",
        "en": "What can be contracted ignores contracts already signed, land and grid connection",
    },
    {
        "ja": "系統のクリーン分は小規模電源(バイオマス・地熱・小水力)を含まない",
        "en": "The clean part of the grid leaves out small biomass, geothermal and hydro plants",
    },
    {
        "ja": "時間ごとの一致は代表日の上の値で、8,760時間では確かめていない",
        "en": "Hourly matching is that of typical days, not checked over 8,760 hours",
    },
)
"""What contracts leave open; stands in place of `CARBON_ALONE`."""

NO_CERTIFICATES = {
    "ja": "契約価格は公表されない。費用は検証値の換算で、送電・調整・証書の費用を含まない",
    "en": "Prices of contracts are not published; costs leave out wheeling, balancing and"
    " certificates",
}

CERTIFICATES: tuple[Text, ...] = (
    {
        "ja": "契約価格は公表されない。費用は検証値の換算で、送電・調整の費用を含まない",
        "en": "Prices of contracts are not published; costs leave out wheeling and balancing",
    },
    {
        "ja": "証書の価格は、記載がなければ公表の下限。入札での約定価格と買える量は見ていない",
        "en": "Certificates cost the published floor unless stated; where an auction clears and how"
        " many there are to buy is not known",
    },
)
"""In place of `NO_CERTIFICATES` where a share is to be claimed."""

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
    CARBON_ALONE,
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


NET_OF_QUEUE = {
    "ja": "公表の空き容量が申込み済みの分を除いた値かは未公表(除いていないとみて差し引いた)",
    "en": "Whether published headroom is net of the queue is not published; taken as not, the queue"
    " is off once more",
}


EMBODIED = {
    "ja": "内包CO2はネットワーク・ストレージ・廃棄を含まず、建物の公表値は概算1件のみ"
    "(どのMWあたりかも不明)",
    "en": "Embodied carbon leaves out network, storage and disposal; of buildings one estimate is"
    " published, without saying which MW it is by",
}


def list_unknowns(scenario: Scenario, candidates: Candidates, question: Question) -> list[Text]:
    """Statements of what is missing, in both languages."""
    asked = [
        *_ties(question),
        *_forecast(scenario, question),
        *network_unknowns(question.network),
    ]
    always = ALWAYS
    if question.problem.clean is not None:
        prices = (NO_CERTIFICATES,) if question.problem.clean.claimed_share.empty else CERTIFICATES
        always = (*(text for text in ALWAYS if text is not CARBON_ALONE), *CLEAN, *prices)
    if question.problem.embodied is not None:
        always = (*always, EMBODIED)
    return [*_places(candidates), *_queue(candidates), *asked, *_hours(scenario), *always]


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


def _queue(candidates: Candidates) -> list[Text]:
    """What the queue leaves open, where there is one."""
    if candidates.queue is None:
        return []
    outside = candidates.queue.outside
    count, mw = len(outside), outside["contract_mw"].sum()
    said = {
        "ja": f"どのゾーンにも結び付かない申込みは差し引いていない: {count} 件({mw:,.0f} MW)",
        "en": f"Applications that fit no zone are taken off nowhere: {count} ({mw:,.0f} MW)",
    }
    return [NET_OF_QUEUE, said] if count else [NET_OF_QUEUE]


def _hours(scenario: Scenario) -> list[Text]:
    """Areas of whose sun or wind the user's year by the hour says nothing."""
    hours = own_hours(scenario)
    if hours is None:
        return []
    said = []
    for tech, (ja, en) in {"solar": ("太陽光", "sun"), "wind": ("風力", "wind")}.items():
        missing = [area for area in AREAS if (area, f"{tech}_share") not in hours]
        if missing:
            names = ", ".join(missing)
            text_ja = f"時間値のファイルに{ja}がないエリアでは、その設備を使わない: {names}"
            text_en = f"The file of hours has no {en} of these areas, whose plants count nothing"
            said.append({"ja": text_ja, "en": f"{text_en}: {names}"})
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
