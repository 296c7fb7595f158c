"""The scenario's assumptions as a list a reader can check."""

from collections.abc import Iterator, Mapping
from functools import reduce
from typing import Any

from siting.certificates import certificate_assumptions
from siting.embodied_inputs import amounts, asked_for
from siting.scenario import Scenario
from siting.scenario_assumptions import Assumptions
from siting.scenario_place import ReinforcementOption
from siting.zones_used import queue_rule

JAPANESE = {
    "headroom_by_voltage_mw": "公表値のない地点の空き容量(電圧階級別、MW)",
    "lead_time_by_voltage_years": "契約から供給開始までの年数(電圧階級別)",
    "h1_uplift_share": "厳気象H1のH3に対する上振れ",
    "coincidence_share": "エリア最大時の同時率",
    "dc_share_of_counted": "個別計上のうちデータセンターの割合(2024年1月想定)",
    "pue_slope_per_c": "気温1℃あたりのPUE上昇",
    "winter_peak_share": "冬季最大の年間最大に対する比(エリア別)",
    "winter_demand_ratio": "冬の需要の春に対する比(エリア別)",
    "autumn_demand_ratio": "秋の需要の春に対する比(エリア別)",
    "wind_fleet_mw": "風力の設備量(エリア別、MW)",
    "fuel_cost_yen_per_kwh": "燃料費(円/kWh)",
    "gas_combined_cycle_share": "ガス火力のうちコンバインドサイクルの割合",
    "unlisted_cost_yen_per_kwh": "個別に公表されない電源の燃料費(円/kWh)",
    "unlisted_t_per_mwh": "個別に公表されない電源の排出係数(t/MWh)",
    "hydro_daily_share": "大型水力の日量(最大出力運転に対する比)",
    "construction_elsewhere_myen_per_mw": "指標のないエリアの建設費(百万円/MW)",
    "connection_fixed_myen": "接続費の固定分(電圧階級別、百万円)",
    "connection_myen_per_km": "接続線の費用(電圧階級別、百万円/km)",
    "connection_km": "接続線の長さ(km)",
    "land_myen_per_ha": "工業用地の価格(エリア別、百万円/ha)",
    "fibre_myen_per_km": "光ファイバの費用(百万円/km)",
    "groups": "地域の上位系統の空き容量(MW)",
}

BESIDE: tuple[tuple[str, str, str], ...] = (
    (
        "demand.overhead_share",
        "ネットワーク・ストレージ・管理の上乗せ",
        "Network, storage and management on top of server power",
    ),
    ("facility.ramp_mw_per_year", "年間の増加上限(MW/年)", "Most a site adds in a year (MW/year)"),
    ("facility.land_ha_per_mw", "契約電力あたりの用地(ha/MW)", "Land per contract MW (ha/MW)"),
    (
        "latency.cost_yen_per_mw_km_year",
        "距離の価格(円/MW・km・年)",
        "Price of distance (yen/MW/km/year)",
    ),
    ("latency.metros", "推論需要の都市別割合", "Share of inference by metropolis"),
    ("costs.discount_share", "割引率", "Discount rate"),
    (
        "costs.construction_myen_per_mw",
        "建設費(2025年の指数を1ドル150円で換算、百万円/MW)",
        "Construction: index of 2025 at 150 yen per dollar (million yen/MW)",
    ),
    (
        "costs.subsidy_myen",
        "補助金は上限額をその地点で全額受けるとした(百万円)",
        "Subsidies: the most that may be paid, all of it at that place (million yen)",
    ),
    (
        "reinforcements",
        "系統増強の効果・年数・費用(報道の読み取り)",
        "Works: what they add, how long they take, what they cost (our reading of the press)",
    ),
)
"""Choices outside the assumptions block that nobody publishes either."""

GROWTH = {
    "field": "(model)",
    "value": "FY2026",
    "ja": "データセンター以外の需要と供給力は2026年度の値で据え置き",
    "en": "Demand without the sites, and supply, stay as published for FY2026 in every year",
}


OWN_DEMAND = {
    "field": "time.demand_file",
    "ja": "代表日の需要は利用者のファイルの値。ないエリア・日だけを同梱値か春との比で補う",
    "en": "Typical days of demand come from the user's file; shipped days and ratios fill only the"
    " areas and days it lacks",
}


OWN_HOURS = {
    "field": "time.hourly_file",
    "ja": "需要・太陽光・風力の時間値は利用者のファイルの値で、どの年度にも使う",
    "en": "Demand, sun and wind by the hour come from the user's file and stand for every year",
}

FILLED = ("winter_demand_ratio", "autumn_demand_ratio")
"""Assumptions that fill the seasons which the shipped days do not know."""


QUEUE = {
    "field": "headroom.queue_count",
    "ja": "確率の記載がない申込みが実現する割合(段階別)",
    "en": "Chance by stage that an application of the queue is built, where it states none",
}


FLEXIBLE: Mapping[str, str] = {
    "training_shift_share": "学習の負荷のうち同じ日のほかの時間に移せる割合",
    "training_move_share": "学習の負荷のうちほかのエリアで動かせる割合",
    "inference_move_share": "推論の負荷のうち遅延の範囲内でほかの地点で動かせる割合",
    "curtail": "抑制できる学習の負荷とその対価・条件",
}
"""Fields of `flexibility`: no such agreement is published in Japan."""

CLEAN: Mapping[str, str] = {
    "cost_case": "発電コスト検証の幅のうち使う値(契約価格ではない)",
    "growth_share_per_year": "データセンターが毎年契約できる新設量(現在の設備量に対する割合)",
    "lead_years": "契約から新設電源の発電開始までの年数",
    "geothermal_mw": "契約できる新設の地熱(エリア別、MW)",
    "nuclear_share": "稼働中の原子力のうち契約できる出力の割合",
    "nuclear_premium_yen_per_kwh": "原子力の出力契約の市場価格への上乗せ(円/kWh)",
    "battery_mw_per_area": "契約できる蓄電池(エリアごと、MW)",
    "battery_most_hours": "蓄電池の最長放電時間(時間)",
    "battery_sized_hours": "蓄電池の費用の元になる放電時間(時間)",
    "battery_life_years": "蓄電池の償却年数(年)",
    "battery_cost_share": "2024年度に対する蓄電池の費用",
    "battery_round_trip_share": "蓄電池の充放電効率",
    "residual_t_per_mwh_elsewhere": "残差係数が分からないエリアの係数(t/MWh)",
}
"""Fields of `contracts` that nobody publishes."""

CLEAN_RULES: tuple[dict[str, str], ...] = (
    {
        "field": "(clean_costs)",
        "value": "FY2030, FY2040",
        "ja": "発電コストは2030年と2040年の間を直線で結び、2030年より前は2030年の値",
        "en": "Cost of power on a straight line between FY2030 and FY2040, before it as in FY2030",
    },
    {
        "field": "(offshore_years)",
        "value": "FY2030, FY2032",
        "ja": "洋上風力の促進区域は、事業者選定済みが2030年度、その他が2032年度から",
        "en": "Offshore zones give power from FY2030 with a developer, from FY2032 without",
    },
    {
        "field": "(offshore_zones)",
        "value": "0.332",
        "ja": "洋上風力は陸上の風の形で、検証の設備利用率に合わせた",
        "en": "Wind at sea has the shape of the area's wind on land, at the study's output",
    },
)


EMBODIED: Mapping[str, str] = {
    "server_life_years": "サーバーの入れ替えまでの年数(内包CO2)",
    "building_life_years": "建物・設備を使う年数(内包CO2)",
}

EMBODIED_AMOUNT: Mapping[str, tuple[str, str]] = {
    "servers": (
        "サーバーの内包CO2(IT電力あたり、t/MW)",
        "Embodied carbon of servers, by server power (t/MW)",
    ),
    "building": (
        "建物・受変電・冷却の内包CO2(契約電力あたり、t/MW)",
        "Embodied carbon of building, power and cooling plant, by contract power (t/MW)",
    ),
}


SERVERS: Mapping[str, str] = {
    "hardware_by_year": "年度ごとに購入するサーバー",
    "lifetime_years": "サーバーの入れ替えまでの年数",
}
"""Fields of a workload in EFLOPS that are a plan of the user's, not a published figure."""


def list_assumptions(scenario: Scenario) -> list[dict[str, Any]]:
    """Field, value and meaning of every assumption, in both languages."""
    own = [*_own_demand(scenario), *_queue(scenario), *_clean(scenario), *_flexible(scenario)]
    servers = _servers(scenario)
    return [*_block(scenario), *_beside(scenario), *own, *servers, *_embodied(scenario), GROWTH]


def _own_demand(scenario: Scenario) -> Iterator[dict[str, Any]]:
    if scenario.time.demand_file is not None:
        yield {**OWN_DEMAND, "value": scenario.time.demand_file}
    if scenario.time.hourly_file is not None:
        yield {**OWN_HOURS, "value": scenario.time.hourly_file}


def _queue(scenario: Scenario) -> Iterator[dict[str, Any]]:
    """Chances that applications are built, where the queue counts by them."""
    if scenario.headroom.queue_file is not None and scenario.headroom.queue_count == "expected":
        yield {**QUEUE, "value": _shown(dict(queue_rule(scenario).share_by_stage))}


def _clean(scenario: Scenario) -> Iterator[dict[str, Any]]:
    """What is assumed of contracts, where clean power is asked for."""
    if scenario.limits.clean is None:
        return
    for name, japanese in CLEAN.items():
        described = type(scenario.contracts).model_fields[name].description or name
        value = _shown(getattr(scenario.contracts, name))
        english = described.replace("\n", " ")
        yield {"field": f"contracts.{name}", "value": value, "ja": japanese, "en": english}
    yield from certificate_assumptions(scenario)
    yield from (dict(rule) for rule in CLEAN_RULES)


def _flexible(scenario: Scenario) -> Iterator[dict[str, Any]]:
    """How far training follows the grid, where it may."""
    asked = scenario.flexibility
    for name, japanese in FLEXIBLE.items():
        value = getattr(asked, name)
        if value:
            described = type(asked).model_fields[name].description or name
            shown = value if isinstance(value, float) else value.model_dump()
            english = described.replace("\n", " ")
            yield {
                "field": f"flexibility.{name}",
                "value": _shown(shown),
                "ja": japanese,
                "en": english,
            }


def _servers(scenario: Scenario) -> Iterator[dict[str, Any]]:
    """What is bought when and how long it stands, where a workload says so."""
    for workload, asked in scenario.demand.workloads.items():
        for name, japanese in SERVERS.items():
            value = getattr(asked, name, None)
            if value:
                described = type(asked).model_fields[name].description or name
                yield {
                    "field": f"demand.workloads.{workload}.{name}",
                    "value": _shown(value),
                    "ja": japanese,
                    "en": described.replace("\n", " "),
                }


def _embodied(scenario: Scenario) -> Iterator[dict[str, Any]]:
    """Amounts and lives behind embodied carbon, where it is asked for."""
    asked = asked_for(scenario)
    if asked is None:
        return
    for part, amount in amounts(asked).items():
        ja, en = EMBODIED_AMOUNT[part]
        field = "limits.carbon.embodied.case"
        if not amount.source:
            field = f"limits.carbon.embodied.{part.removesuffix('s')}_t_per_mw"
        yield {"field": field, "value": _shown(amount.t_per_mw), "ja": ja, "en": en}
    for name, japanese in EMBODIED.items():
        described = type(asked).model_fields[name].description or name
        value = _shown(getattr(asked, name))
        yield {
            "field": f"limits.carbon.embodied.{name}",
            "value": value,
            "ja": japanese,
            "en": described.replace("\n", " "),
        }


def _block(scenario: Scenario) -> Iterator[dict[str, Any]]:
    for name, field in Assumptions.model_fields.items():
        if name in FILLED and scenario.time.hourly_file is not None:
            continue
        value = getattr(scenario.assumptions, name)
        described = (field.description or name).replace("\n", " ")
        yield {
            "field": f"assumptions.{name}",
            "value": _shown(value),
            "ja": JAPANESE[name],
            "en": described,
        }


def _beside(scenario: Scenario) -> Iterator[dict[str, Any]]:
    for path, japanese, english in BESIDE:
        value: Any = reduce(getattr, path.split("."), scenario)
        if value == {}:  # no subsidy, no works: nothing is assumed of them
            continue
        yield {"field": path, "value": _shown(value), "ja": japanese, "en": english}


def _shown(value: Any) -> str:
    """A value in one line: ranges with a dash, groups by their range."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_shown(item)}" for key, item in value.items())
    if isinstance(value, tuple):
        return "-".join(_shown(item) for item in value)
    if isinstance(value, ReinforcementOption):
        return f"+{value.added_mw:g} MW, {value.lead_years:g} years, {value.cost_myen:,.0f} M¥"
    if hasattr(value, "low_mw"):
        return f"{value.low_mw:g}-{value.high_mw:g} MW ({value.note})"
    return f"{value:g}" if isinstance(value, float) else str(value)
