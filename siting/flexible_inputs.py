"""How far the load can follow the grid, as numbers and keys."""

import math
from collections.abc import Mapping

import pandas as pd

from data.units import myen_from_yen
from optimize.flexibility import Flexibility
from siting.contract_costs import KWH_PER_MWH
from siting.scenario import Scenario


def flexibility_of(scenario: Scenario) -> Flexibility | None:
    """What the load may give up or move to other areas; None where it may do neither.

    Moving within the day stands with the workloads, see `siting.workloads`.
    """
    asked, curtail = scenario.flexibility, scenario.flexibility.curtail
    if curtail is None and asked.training_move_share == asked.inference_move_share == 0:
        return None
    move = _by_load(
        scenario, {"training": asked.training_move_share, "inference": asked.inference_move_share}
    )
    if curtail is None:
        return Flexibility(move_share=move)
    never = math.nan
    return Flexibility(
        curtail_share=_of_training(scenario, curtail.share),
        curtail_price_myen_per_mwh=myen_from_yen(curtail.price_yen_per_kwh * KWH_PER_MWH),
        curtail_hours_per_day=curtail.hours_per_day,
        curtail_hours_per_year=never if curtail.hours_per_year is None else curtail.hours_per_year,
        curtail_energy_share=curtail.energy_share,
        move_share=move,
        relief_share=_of_training(scenario, relief_share(scenario)),
    )


def relief_share(scenario: Scenario) -> float:
    """Part of the power of training that headroom and reserve need not hold. [-]"""
    curtail = scenario.flexibility.curtail
    return curtail.share if curtail is not None and curtail.conditional_connection else 0.0


def _of_training(scenario: Scenario, share: float) -> pd.Series:
    return _by_load(scenario, {"training": share})


def _by_load(scenario: Scenario, shares: Mapping[str, float]) -> pd.Series:
    """Share of each workload whose load has one, index workload. [-]"""
    loads = {name: workload.load for name, workload in scenario.demand.workloads.items()}
    known = {name: shares[load] for name, load in loads.items() if load in shares}
    return pd.Series(known, index=pd.Index(known, name="workload"), dtype=float)
