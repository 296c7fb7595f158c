"""What the priced limits of a model are called, and per what their price is."""

from collections.abc import Mapping
from dataclasses import dataclass

from siting.report_words import Both, both

MW: Both = both("MW", "MW")
MW_IT: Both = both("MW（IT電力）", "MW of IT power")
GWH: Both = both("GWh/年", "GWh a year")


@dataclass(frozen=True, slots=True)
class PricedLimit:
    """A limit as a person sets it."""

    field: str
    """Scenario field."""
    what: Both
    per: Both
    by_year: bool = True
    """Whether each year is a limit of its own; else one unit more holds in all years."""
    of_built: bool = False
    """Whether it says something of sites that stand only."""
    demand: bool = False
    """Whether it is not a limit but what is asked for."""


PRICED: Mapping[str, PricedLimit] = {
    "respect_headroom": PricedLimit("headroom", both("空き容量", "headroom"), MW, by_year=False),
    "respect_low_headroom": PricedLimit(
        "headroom.gamma", both("下限での空き容量", "headroom at its low end"), MW, by_year=False
    ),
    "survive_low_headroom": PricedLimit(
        "headroom.gamma", both("空き容量が下限でも要る電力", "power with low headroom"), MW_IT
    ),
    "respect_network": PricedLimit(
        "network.file", both("系統設備の定格", "rating of the network"), MW, by_year=False
    ),
    "wait_for_power": PricedLimit(
        "assumptions.lead_time_by_voltage_years",
        both("供給開始前の電力", "power before the connection is ready"),
        MW,
        of_built=True,
    ),
    "ramp_up": PricedLimit(
        "facility.ramp_mw_per_year",
        both("年間の増加上限", "yearly ramp"),
        MW,
        by_year=False,
        of_built=True,
    ),
    "size_at_most": PricedLimit(
        "facility.largest_site_mw",
        both("地点の最大規模", "largest size of the site"),
        MW,
        by_year=False,
        of_built=True,
    ),
    "size_at_least": PricedLimit(
        "facility.smallest_site_mw",
        both("接続の最小規模", "smallest size of the connection"),
        MW,
        by_year=False,
        of_built=True,
    ),
    "stay_in_forecast": PricedLimit(
        "limits.forecast", both("OCCTO想定に数えられた分", "counted in OCCTO's forecast"), MW
    ),
    "keep_reserve": PricedLimit(
        "limits.reserve", both("予備率(供給力)", "reserve margin, firm supply"), MW
    ),
    "cap_carbon": PricedLimit(
        "limits.carbon.cap_kt_by_year", both("CO2上限", "CO2 cap"), both("千t", "kt")
    ),
    "clean_share": PricedLimit(
        "limits.clean.share_by_year", both("クリーン電力の比率", "share of clean power"), GWH
    ),
    "claim_share": PricedLimit(
        "limits.clean.claimed_share_by_year",
        both("契約または証書でまかなう比率", "share claimed by contract or certificate"),
        GWH,
    ),
    "clean_excess": PricedLimit(
        "limits.clean.excess_share", both("余剰クリーン電力の上限", "excess clean power"), GWH
    ),
    "reserve_fences": PricedLimit(
        "ties.fence_mw", both("供給力の融通の枠", "fence of interchange at the peak"), MW
    ),
    "zone_cap": PricedLimit(
        "limits.spread.seismic_zone_cap_mw",
        both("同一震源域の上限", "cap of one seismic zone"),
        MW,
        by_year=False,
    ),
    "largest_area_share": PricedLimit(
        "limits.spread.largest_area_share", both("エリア比率の上限", "largest share of an area"), MW
    ),
    "budget": PricedLimit(
        "limits.spread.budget_myen", both("予算", "budget"), both("百万円", "M¥")
    ),
    "limit_waiting": PricedLimit(
        "limits.waiting.mean_years",
        both("受電までの待ち", "wait for power"),
        both("MW・年", "MW-year of IT power"),
    ),
    "connect_by": PricedLimit(
        "limits.waiting.full_from", both("全量受電の期限", "year of full connection"), MW_IT
    ),
    "tie": PricedLimit("ties", both("連系線の容量", "capacity of the tie"), MW, by_year=False),
    "meet_compute": PricedLimit(
        "demand.workloads",
        both("計算需要", "compute demand"),
        both("MW（IT電力）またはEFLOPS", "MW of IT power or EFLOPS"),
        demand=True,
    ),
    "serve_metros": PricedLimit(
        "latency.metros", both("都市の推論需要", "inference of a metro"), MW_IT, demand=True
    ),
}
"""By the name of the row in the model; rows left out are physics that nobody sets."""
