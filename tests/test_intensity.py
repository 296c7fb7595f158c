"""Location-based intensity of a study against a calculation of its own."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data.facts import read_fact
from optimize.base import BaseDispatch, base_dispatch
from siting.intensity import location_based_intensity


def frame(keys, names, rows):
    index = pd.MultiIndex.from_tuples(keys, names=names)
    return pd.DataFrame(rows, index=index)


def test_two_areas_by_head(small_study):
    """Tohoku burns 50 MW of coal (0.8) and has 50 of sun: 0.4. It sends 20 MW to Tokyo.

    Tokyo: 30 MW of gas (0.4) and those 20 MW: 0.4. At noon the 20 MW are clean: 0.24.
    """
    problem = replace(
        small_study.question.problem,
        ties=frame(
            [("t", way, 2029) for way in ("forward", "reverse")],
            ["tie", "direction", "fiscal_year"],
            {
                "from_area": ["tohoku", "tokyo"],
                "to_area": ["tokyo", "tohoku"],
                "capacity_mw": [50.0, 50.0],
            },
        ),
    )
    balance = frame(
        [(area, 2029, time) for area in ("tohoku", "tokyo") for time in ("night", "noon")],
        ["area", "fiscal_year", "slice"],
        {
            "coal_mw": [50.0, 0.0, np.nan, np.nan],
            "gas_mw": [np.nan, np.nan, 30.0, 30.0],
            "solar_mw": [50.0, 100.0, 0.0, 0.0],
            "unserved_mw": [0.0, 0.0, 0.0, 5.0],
        },
    )
    flows = frame(
        [("t", way, 2029, t) for way in ("forward", "reverse") for t in ("night", "noon")],
        ["tie", "direction", "fiscal_year", "slice"],
        {"mw": [20.0, 20.0, 0.0, 0.0]},
    )
    factors = pd.Series({("tohoku", "coal"): 0.8, ("tohoku", "solar"): 0.0, ("tokyo", "gas"): 0.4})
    factors.index.names = ["area", "tech"]
    base = BaseDispatch(0.0, pd.Series({2029: 0.0}), balance, flows)
    found = location_based_intensity(problem, base, factors)
    assert found.loc[(2029, "night")].to_dict() == pytest.approx({"tohoku": 0.4, "tokyo": 0.4})
    assert found.loc[(2029, "noon")].to_dict() == pytest.approx({"tohoku": 0.0, "tokyo": 0.24})


@pytest.fixture(scope="module")
def traced(small_study):
    """Intensity of every year, slice and area by iteration: power mixes until nothing changes."""
    problem = small_study.question.problem
    base = base_dispatch(problem)
    factor = small_study.question.t_per_mwh
    ends = read_fact("ties").set_index("tie")
    result = {}
    for (year, time), rows in base.balance.groupby(level=["fiscal_year", "slice"]):
        areas = list(rows.index.get_level_values("area"))
        made = {area: 0.0 for area in areas}
        emitted = {area: 0.0 for area in areas}
        for (area, tech), t_per_mwh in factor.items():
            mw = rows.loc[(area, year, time), f"{tech}_mw"]
            made[area] += mw
            emitted[area] += mw * t_per_mwh
        sent = base.flows.xs((year, time), level=("fiscal_year", "slice"))["mw"]
        moves = []
        for (tie, way), mw in sent.items():
            pair = (ends.loc[tie, "from_area"], ends.loc[tie, "to_area"])
            moves.append((*(pair if way == "forward" else pair[::-1]), mw))
        mix = {area: emitted[area] / made[area] for area in areas}
        for _ in range(500):
            mix = {
                area: (emitted[area] + sum(mw * mix[a] for a, b, mw in moves if b == area))
                / (made[area] + sum(mw for _, b, mw in moves if b == area))
                for area in areas
            }
        result |= {(year, time, area): value for area, value in mix.items()}
    return result


def test_intensity_of_the_study_is_that_of_mixing_power(small_study, traced):
    table = small_study.question.problem.dispatch.intensity_t_per_mwh
    assert len(traced) == table.size
    for (year, time, area), value in traced.items():
        assert table.loc[(year, time), area] == pytest.approx(value, abs=1e-6)


def test_intensity_lies_between_the_cleanest_and_the_dirtiest_plant(small_study):
    table = small_study.question.problem.dispatch.intensity_t_per_mwh
    assert (table >= 0).all(axis=None)
    assert (table <= small_study.question.t_per_mwh.max()).all(axis=None)
    assert table.notna().all(axis=None)


def test_emissions_of_a_year_are_energy_times_intensity(small_study):
    dispatch, plan = small_study.question.problem.dispatch, small_study.plan
    hours = dispatch.hours_per_year()
    for year in small_study.question.problem.years:
        emitted_t = sum(
            plan.balance.loc[(area, year, time), "draw_mw"]
            * hours[time]
            * dispatch.intensity_t_per_mwh.loc[(year, time), area]
            for area in dispatch.demand_mw
            for time in hours.index
        )
        assert plan.carbon.loc[year, "emitted_t"] == pytest.approx(emitted_t, rel=1e-6)
