"""When data centres draw: by head, against the plan's own tables, and as the report tells it."""

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from siting.draw_summary import ALL, draw_summary
from siting.map_content import map_content
from siting.report_draw import FLAT_SHARE, draw_view, is_flat
from siting.run_files import plain

SLICES = ["spring_weekday-00", "spring_weekday-12"]


def make_question(weights=(12.0, 12.0)):
    slices = pd.DataFrame(
        {"day": "spring_weekday", "hour": [0, 12], "weight_days": 365.0, "hours": list(weights)},
        index=pd.Index(SLICES, name="slice"),
    )
    hours = 365.0 * slices["hours"]
    dispatch = SimpleNamespace(slices=slices, hours_per_year=lambda: hours)
    return SimpleNamespace(problem=SimpleNamespace(dispatch=dispatch, years=(2030, 2035)))


def make_plan(**areas):
    """Each area: draw, demand, sun and curtailed of the two slices in 2035."""
    columns = ("draw_mw", "demand_mw", "solar_mw", "curtailed_mw")
    tables = {
        (area, 2035): pd.DataFrame(dict(zip(columns, values, strict=True)), index=SLICES)
        for area, values in areas.items()
    }
    table = pd.concat(tables, names=["area", "fiscal_year", "slice"]).astype(float)
    return SimpleNamespace(balance=table)


NAN = float("nan")
NORTH = ([10, 30], [100, 120], [0, 50], [0, 10])
SOUTH = ([0, 0], [80, 80], [0, 70], [0, 0])


def test_two_blocks_by_head():
    told = draw_summary(make_question(), make_plan(north=NORTH, south=SOUTH))
    assert told["fiscal_year"] == 2035
    assert told["hours"] == [0, 12]
    assert told["weight_hours"] == [[4380.0, 4380.0]]
    (north,) = told["areas"]
    assert north["mean_mw"] == 20.0
    assert north["draw_share"] == [[0.5, 1.5]]
    assert north["sun_share"] == [[0.0, round(50 / 150, 4)]]
    # demand less sun, curtailed sun with it: 100 and 60; with the draw 110 and 90
    assert told["residual"]["without"] == {"hours": [4380.0, 4380.0], "mw": [100.0, 60.0]}
    assert told["residual"]["with"]["mw"] == [110.0, 90.0]


def test_areas_together_are_their_sum():
    told = draw_summary(make_question(), make_plan(north=NORTH, south=NORTH))
    assert told["areas"][0]["area"] == ALL
    assert told["areas"][0]["mean_mw"] == 40.0
    assert told["areas"][0]["draw_share"] == [[0.5, 1.5]]


def test_the_mean_is_weighted_by_hours():
    told = draw_summary(make_question((18.0, 6.0)), make_plan(north=NORTH))
    assert told["areas"][0]["mean_mw"] == 15.0
    assert told["residual"]["with"]["hours"] == [18 * 365.0, 6 * 365.0]


def test_an_area_without_sun_has_none():
    table = make_plan(north=([5, 5], [100, 100], [NAN, NAN], [0, 0]))
    assert draw_summary(make_question(), table)["areas"][0]["sun_share"] == [[0.0, 0.0]]


def test_nothing_drawn_is_nothing_told():
    assert draw_summary(make_question(), make_plan(south=SOUTH)) is None
    assert draw_view(None) is None


def test_a_study_tells_what_its_plan_draws(small_study):
    told, plan = small_study.answer.summary["draw"], small_study.plan
    weights = np.array(told["weight_hours"])
    assert weights.sum() == pytest.approx(8760.0, abs=1.0)
    last = plan.balance.xs(2035, level="fiscal_year")
    energy = plan.sites.xs(2035, level="fiscal_year")["energy_gwh"].sum()
    rows = {row["area"]: row for row in told["areas"]}
    assert set(rows) - {ALL} == set(last.index[last["draw_mw"] > 0].get_level_values("area"))
    own = sum(row["mean_mw"] for area, row in rows.items() if area != ALL)
    assert own * 8.76 == pytest.approx(energy, rel=1e-3)
    for row in told["areas"]:
        assert (np.array(row["draw_share"]) * weights).sum() / weights.sum() == pytest.approx(
            1.0, abs=1e-3
        )
    for curve in told["residual"].values():
        assert curve["mw"] == sorted(curve["mw"], reverse=True)
        assert sum(curve["hours"]) == pytest.approx(8760.0, abs=10.0)
    assert len(str(plain(told))) < 100_000


def test_the_map_does_not_carry_it(small_study):
    assert "draw" not in map_content(plain(small_study.answer.summary)).summary


def test_draw_that_does_not_move_is_one_line():
    told = draw_summary(make_question(), make_plan(tokyo=([99, 101], *NORTH[1:])))
    assert is_flat(told["areas"][0])
    view = draw_view(told)
    assert view["areas"] == []
    assert "Within 1 % of the mean" in view["flat"]["en"]
    assert view["flat"]["en"].endswith("Tokyo (100 MW).")
    moved = draw_summary(make_question(), make_plan(tokyo=([96, 104], *NORTH[1:])))
    assert not is_flat(moved["areas"][0])
    assert FLAT_SHARE == 0.03


def test_draw_that_moves_is_a_table_with_its_sunny_hours():
    view = draw_view(draw_summary(make_question(), make_plan(tokyo=NORTH)))
    (area,) = view["areas"]
    assert view["flat"] is None
    assert area["sentence"]["en"] == "It draws 150 % of its mean in sunny hours and 50 % in others."
    cells = area["rows"][0]["cells"]
    assert [(cell["text"], cell["step"], cell["sunny"]) for cell in cells] == [
        ("50", 0, False),
        ("150", 6, True),
    ]
    # highest 100 to 110, lowest 60 to 90
    assert "by 10 MW (10.0 %)" in view["sentence"]["en"]
    assert view["sentence"]["en"].endswith("by 30 MW.")


def test_the_curve_steps_through_the_hours_and_names_no_minus_zero():
    surplus = ([0, 30], [100, 20], [0, 50], [0, 10])
    svg = draw_view(draw_summary(make_question(), make_plan(tokyo=surplus)))["svg"]
    texts = re.findall(r"<text[^>]*>([^<]+)</text>", svg)
    assert "8,000" in texts
    assert "0" in texts
    assert not {"-0", "\u22120"} & set(texts)
    assert len(svg) < 20_000
