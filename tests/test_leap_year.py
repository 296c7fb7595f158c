"""A year of the user's own with a 29 February is planned and dispatched without that day."""

import numpy as np
import pandas as pd
import pytest

from data.contract import AREAS
from grid.hourly_year import common_year, is_leap_day
from siting import own_year
from siting.days_summary import days_summary
from siting.every_hour import every_hour
from siting.report import environment
from siting.report_days import days_view
from siting.typical_year import typical_year
from tests.made_years import csv_of, made_year
from tests.small_studies import small_scenario

OWN = ("time.hourly_file=hours.csv", "time.days=all")
LEAP = "2024-02-29"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with April 2023 to March 2024 by the hour."""
    folder = tmp_path_factory.mktemp("leap")
    (folder / "hours.csv").write_text(csv_of(made_year("2023-04-01", 366)), encoding="utf-8")
    return folder


@pytest.fixture
def scenario_of(tmp_path, monkeypatch):
    """A scenario whose file is a table that need not be read."""

    def build(table):
        (tmp_path / "hours.csv").write_text("", encoding="utf-8")
        monkeypatch.setattr(own_year, "_read", lambda *state: table)
        return small_scenario(tmp_path, *OWN)

    yield build
    own_year._chosen.cache_clear()


def test_a_leap_year_becomes_a_year_of_the_model(home):
    file = made_year("2023-04-01", 366)
    rest = file[file.index.strftime("%m-%d") != "02-29"]
    dispatch, _ = typical_year(small_scenario(home, *OWN))
    assert dispatch.hours_per_year().sum() == pytest.approx(8760.0)
    assert dispatch.slices.drop_duplicates("day")["weight_days"].sum() == 365
    assert LEAP not in set(dispatch.slices["day"])
    energy = dispatch.demand_mw.mul(dispatch.hours_per_year(), axis=0).sum()
    stated = rest.xs("demand_mw", axis=1, level="quantity").sum()
    np.testing.assert_allclose(energy[list(AREAS)], stated[list(AREAS)], rtol=1e-6)
    wind = (dispatch.availability["kyushu", "wind"] * dispatch.hours_per_year()).sum()
    assert wind == pytest.approx(rest["kyushu", "wind_share"].sum(), rel=1e-6)


def test_plan_and_every_hour_are_of_the_same_hours(home):
    scenario = small_scenario(home, *OWN)
    hourly, (typical, _) = every_hour(scenario), typical_year(scenario)
    assert len(hourly.slices) == 8760
    assert LEAP not in set(hourly.slices["day"])
    assert list(hourly.slices["day"]) == sorted(hourly.slices["day"])
    assert hourly.hours_per_year().sum() == pytest.approx(typical.hours_per_year().sum())


def test_the_summary_names_the_day(home):
    told = days_summary(small_scenario(home, *OWN))
    assert (told["first"], told["last"], told["hours"]) == ("2023-04-01", "2024-03-31", 8760)
    assert told["left_out"] == {"day": LEAP, "forced": []}
    assert sum(row["days_per_year"] for row in told["days"]) == 365
    energy = [row for row in told["errors"] if row["figure"] == "energy_gwh"]
    assert len(energy) == len(AREAS) + 1
    assert all(abs(row["error_share"]) < 1e-6 for row in energy)


def test_an_extreme_day_that_goes_is_told(scenario_of):
    table = made_year("2023-04-01", 366)
    others = table[~is_leap_day(table.index)].copy()
    second = others.xs("demand_mw", axis=1, level="quantity").sum(axis=1)
    demand = [column for column in table if column[1] == "demand_mw"]
    table.loc[LEAP, demand] = table.loc[LEAP, demand].to_numpy() * 3.0
    told = days_summary(scenario_of(table))
    assert told["left_out"] == {"day": LEAP, "forced": ["peak", "residual_peak"]}
    (peak,) = [row["day"] for row in told["days"] if "peak" in row["forced"]]
    assert peak == f"{second.idxmax():%Y-%m-%d}"
    text = days_view(told)["left_out"]
    assert text["en"] == (
        "29 February 2024 is left out: a year of the model has 8,760 hours. "
        "It had the highest demand, highest residual load."
    )
    assert text["ja"].endswith("この日は需要が最大、残余需要が最大でした。")
    assert "2024年2月29日" in environment().from_string("{{ text|both }}").render(text=text)


@pytest.mark.parametrize(
    ("first", "days", "left"),
    [
        ("2023-03-01", 366, 365),
        ("2024-02-28", 366, 365),
        ("2024-02-29", 365, 365),  # 365 days with a 29 February: none is too many
        ("2025-04-01", 365, 365),
    ],
)
def test_only_a_day_too_many_goes(first, days, left):
    start = pd.date_range(first, periods=24 * days, freq="h")
    table = pd.DataFrame({"x": np.arange(24.0 * days)}, index=start)
    found = common_year(table)
    assert len(found) == 24 * left
    gone = table.index.difference(found.index)
    assert set(gone.strftime("%m-%d")) == ({"02-29"} if days == 366 else set())


def test_an_ordinary_year_says_nothing_of_it(scenario_of):
    told = days_summary(scenario_of(made_year()))
    assert told["left_out"] is None
    assert days_view(told)["left_out"] is None
    del told["left_out"]  # a summary written before
    assert days_view(told)["left_out"] is None
