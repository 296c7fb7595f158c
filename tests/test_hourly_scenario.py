"""A scenario on the user's own year: its days, every hour, the report, the way to the file."""

import json

import numpy as np
import pandas as pd
import pytest
import yaml

from data.average_day import TIME_ZONE
from data.contract import AREAS
from data.errors import InputError
from data.facts import read_fact
from data.own_hours import read_own_hours
from grid.demand_hours import demand_hours
from siting.assumed import list_assumptions
from siting.day_names import day_rows
from siting.days_summary import days_summary
from siting.demand_hours import long_table, write_hours
from siting.every_hour import every_hour
from siting.report_days import days_view
from siting.scenario_file import build_scenario, user_files
from siting.study import check_study
from siting.typical_year import typical_year
from tests.conftest import ROOT
from tests.made_years import CAPACITY_MW, csv_of, made_year
from tests.small_studies import SMALL, small_scenario

OWN = ("time.hourly_file=hours.csv", "time.days=all")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with a year of which Tokyo has no sun and Okinawa no wind."""
    folder = tmp_path_factory.mktemp("own")
    unknown = [("tokyo", "solar_share"), ("okinawa", "wind_share")]
    (folder / "hours.csv").write_text(csv_of(made_year().drop(columns=unknown)), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def year(home):
    return read_own_hours(home / "hours.csv")


def test_typical_days_hold_the_energy_of_the_file(home, year):
    dispatch, _ = typical_year(small_scenario(home, *OWN))
    slices = dispatch.slices
    assert slices["day"].nunique() == 12
    assert slices.drop_duplicates("day")["weight_days"].sum() == 365
    assert list(dict.fromkeys(slices["day"])) == sorted(set(slices["day"]))
    energy = dispatch.demand_mw.mul(dispatch.hours_per_year(), axis=0).sum()
    stated = year.xs("demand_mw", axis=1, level="quantity").sum()
    assert energy[list(AREAS)].to_numpy() == pytest.approx(stated[list(AREAS)].to_numpy())
    wind = dispatch.availability["kyushu", "wind"] * dispatch.hours_per_year()
    assert wind.sum() == pytest.approx(year["kyushu", "wind_share"].sum())
    # unknown is not zero: a plant without its weather is left out
    assert ("tokyo", "solar") not in dispatch.supply.index
    assert ("okinawa", "wind") not in dispatch.availability
    assert ("tokyo", "wind") in dispatch.supply.index


def test_the_count_of_days_is_the_scenarios(home):
    dispatch, _ = typical_year(small_scenario(home, *OWN, "time.typical_days=5"))
    assert dispatch.slices["day"].nunique() == 5


def test_every_hour_is_the_file_itself(home, year):
    scenario = small_scenario(home, *OWN)
    dispatch = every_hour(scenario)
    slices = dispatch.slices
    assert len(slices) == 8760
    assert slices.iloc[25].to_dict() == {
        "day": "2025-04-02",
        "hour": 1,
        "hours": 1,
        "weight_days": 1,
    }
    assert slices.index[25] == "2025-04-02-01"
    assert dispatch.hours_per_year().sum() == 8760
    demand = dispatch.demand_mw["hokuriku"].to_numpy()
    assert (demand == year["hokuriku", "demand_mw"].to_numpy()).all()
    able = dispatch.availability["tohoku", "solar"].to_numpy()
    assert (able == year["tohoku", "solar_share"].to_numpy()).all()
    assert (dispatch.availability["tokyo", "gas"] == 1).all()
    typical, _ = typical_year(scenario)
    pd.testing.assert_frame_equal(dispatch.supply, typical.supply)
    assert dispatch.draw_share.columns.tolist() == ["training", "inference"]


def test_every_hour_of_demand_alone(tmp_path, monkeypatch):
    table = made_year().xs("demand_mw", axis=1, level="quantity", drop_level=False)
    monkeypatch.setattr("siting.every_hour.own_hours", lambda scenario: table)
    dispatch = every_hour(small_scenario(tmp_path))
    techs = set(dispatch.supply.index.get_level_values("tech"))
    assert techs.isdisjoint({"solar", "wind"})
    assert len(techs) > 3


def test_without_a_file_there_is_no_every_hour(tmp_path):
    with pytest.raises(InputError, match=r"time\.hourly_file: found null"):
        every_hour(small_scenario(tmp_path))


def test_the_file_belongs_to_the_scenario(home):
    scenario = small_scenario(home, *OWN)
    assert user_files(scenario) == [home / "hours.csv"]
    fields = {row["field"]: row["value"] for row in list_assumptions(scenario)}
    assert fields["time.hourly_file"] == "hours.csv"
    assert "assumptions.winter_demand_ratio" not in fields
    assert check_study(scenario) == []


@pytest.mark.parametrize(
    ("time", "where", "expected"),
    [
        ({"hourly_file": "h.csv", "demand_file": "h.csv"}, "demand_file", "null with hourly_file"),
        ({"hourly_file": "h.csv", "days": ["summer_peak"]}, "days", "all with hourly_file"),
        ({"typical_days": 20}, "typical_days", "hourly_file, from which to choose"),
        ({"hourly_file": "h.csv", "typical_days": 3}, "typical_days", "a number of 4 or more"),
        ({"hourly_file": "none.csv"}, "hourly_file", "a file in"),
    ],
)
def test_fields_that_do_not_go_together(time, where, expected, tmp_path):
    (tmp_path / "h.csv").write_text("time,area,demand_mw\n", encoding="utf-8")
    values = yaml.safe_load(SMALL) | {"time": time}
    with pytest.raises(InputError) as caught:
        build_scenario(values, tmp_path)
    (problem,) = caught.value.problems
    assert problem.where == f"time.{where}"
    assert problem.expected.startswith(expected)


def test_a_bad_file_is_told_with_the_scenarios_other_faults(tmp_path):
    (tmp_path / "hours.csv").write_text("time,area,demand_mw\nnoon,tokyo,-5\n", encoding="utf-8")
    problems = check_study(small_scenario(tmp_path, *OWN, "candidates.only=[nowhere]"))
    assert [(p.line, p.where) for p in problems[:2]] == [(2, "time"), (2, "demand_mw")]
    assert problems[-1].where == "candidates.only"


# --- names and the report -------------------------------------------------------------------------


def test_days_are_named_by_kind_or_date():
    rows = day_rows(["summer_peak", "2026-02-03"])
    facts = read_fact("day_kinds").set_index("day")
    assert rows[0]["name_ja"] == facts.at["summer_peak", "name_ja"]
    assert rows[1] == {"day": "2026-02-03", "name_ja": "2月3日", "name_en": "3 Feb"}


def test_the_summary_tells_days_errors_and_factors(home, year):
    told = days_summary(small_scenario(home, *OWN))
    assert (told["first"], told["last"], told["hours"]) == ("2025-04-01", "2026-03-31", 8760)
    assert sum(row["days_per_year"] for row in told["days"]) == 365
    forced = [name for row in told["days"] for name in row["forced"]]
    assert sorted(forced) == ["peak", "residual_minimum", "residual_peak"]
    json.dumps(told, allow_nan=False)
    view = days_view(told)
    assert [row["name"]["en"] for row in view["rows"]][-1] == "All, same hour"
    tokyo = next(row for row in view["rows"] if row["name"]["en"] == "Tokyo")
    assert tokyo["solar_share"] == tokyo["solar_share_off"] == "—"
    assert tokyo["wind_share_off"] == "0.00 %"
    assert tokyo["energy_gwh"] == f"{year['tokyo', 'demand_mw'].sum() / 1000:,.0f}"
    assert len(view["days"]) == 12
    assert days_summary(small_scenario(home)) is None
    assert days_view(None) is None


# --- from the utilities' files --------------------------------------------------------------------


def utility_table(hours, quantities):
    """Long table of half-hours as the reader of the utilities' files returns it."""
    parts = []
    for (area, quantity), mw in quantities.items():
        start = pd.DatetimeIndex(np.repeat(hours, 2)).tz_localize(TIME_ZONE)
        start = start + pd.to_timedelta(np.tile([0, 30], len(hours)), unit="min")
        # the halves lie around the mean of the hour
        both = np.repeat(mw, 2) + np.tile([-1.0, 1.0], len(hours)) * (quantity == "demand")
        columns = {"start": start, "minutes": 30, "area": area, "quantity": quantity, "mw": both}
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def test_utility_files_become_a_year():
    """Two fiscal years less a day: the newest whole one is written, sun with what was held back."""
    clock = pd.date_range("2024-04-01", "2026-03-30 23:00", freq="h")
    mw = np.arange(len(clock), dtype=float) + 1000
    quantities = {(area, "demand"): mw for area in AREAS}
    quantities["kyushu", "solar"] = np.full(len(clock), 600.0)
    quantities["kyushu", "solar_curtailed"] = np.full(len(clock), 200.0)
    quantities["tokyo", "wind"] = np.full(len(clock), 10_000.0)  # more than the fleet
    capacity = pd.Series({("kyushu", "solar"): 1000.0, ("tokyo", "wind"): 450.0})
    found = demand_hours(utility_table(clock, quantities), capacity)
    assert (found.hours.index[0], len(found.hours)) == (pd.Timestamp("2024-04-01"), 8760)
    assert found.hours["tokyo", "demand_mw"].tolist() == mw[:8760].tolist()
    assert found.hours["kyushu", "solar_share"].to_numpy() == pytest.approx(0.8)
    assert found.beyond_fleet == (("tokyo", "wind", pytest.approx(22.2, abs=0.1)),)
    assert (found.missing_areas, found.holes) == ((), ())
    rows = long_table(found.hours)
    assert len(rows) == 87_600
    assert rows.iloc[0].tolist()[:3] == ["2024-04-01 00:00", "hokkaido", 1000.0]
    assert rows.loc[rows["area"] == "tokyo", "solar_share"].isna().all()


def test_a_year_that_lacks_hours_says_which():
    clock = pd.date_range("2025-04-01", "2026-03-31 23:00", freq="h")
    keep = np.ones(len(clock), dtype=bool)
    keep[5000:5010] = False
    whole, cut = (
        utility_table(clock[part], {(area, "demand"): np.full(part.sum(), 5.0)})
        for area, part in (("tokyo", np.ones(len(clock), dtype=bool)), ("kansai", keep))
    )
    with pytest.raises(InputError) as caught:
        demand_hours(pd.concat([whole, cut]), CAPACITY_MW)
    (problem,) = caught.value.problems
    assert problem.where == "hours of kansai"
    assert problem.found == "no value from 2025-10-26 08:00 to 2025-10-26 17:00 (10 hours)"


def test_the_command_writes_the_year(command, tmp_path):
    """Demand of two areas in OCCTO's form, through the real command."""
    demand = made_year(areas=AREAS[:2]).xs("demand_mw", axis=1, level="quantity").round(3)
    slots = demand.loc[demand.index.repeat(2)].reset_index(drop=True)
    slots.insert(0, "slot", np.tile(np.arange(48), 365))
    slots.insert(0, "date", np.repeat(demand.index[::24].strftime("%Y-%m-%d"), 48))
    slots.to_csv(tmp_path / "demand.csv", index=False)
    done = command("demand", "demand.csv", "--hourly", "hours.csv", "--lang", "ja", cwd=tmp_path)
    assert done.code == 0, done.err
    assert "1年の時間値: hours.csv(2025-04-01 から 2026-03-31、8,760 時間)" in done.out
    assert "(シナリオには10エリアすべてが必要): 東京, 中部" in done.out
    rows = pd.read_csv(tmp_path / "hours.csv", encoding="utf-8-sig")
    tohoku = rows.loc[rows["area"] == "tohoku", "demand_mw"]
    assert tohoku.to_numpy() == pytest.approx(demand["tohoku"].to_numpy())


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    clock = pd.date_range("2025-04-01", "2026-03-31 23:00", freq="h")
    table = utility_table(clock, {("tokyo", "demand"): np.full(len(clock), 5.0)})
    with pytest.raises(InputError, match=r"--hourly: found .*none/hours\.csv"):
        write_hours(table, tmp_path / "none" / "hours.csv")


# --- the document ---------------------------------------------------------------------------------


def test_the_document_names_the_fields_and_shows_a_file(tmp_path):
    text = (ROOT / "docs" / "hours.md").read_text(encoding="utf-8")
    for word in ("time.hourly_file", "typical_days", "solar_share", "wind_share", "--hourly"):
        assert word in text, word
    block = yaml.safe_load(text.split("```yaml\n")[1].split("```")[0])
    assert block["time"] == {"hourly_file": "hours.csv", "typical_days": 12}
    path = tmp_path / "hours.csv"
    path.write_text(text.split("```csv\n")[1].split("```")[0], encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_own_hours(path)
    # what the example lacks is the rest of the year, and of the country
    assert {problem.where for problem in caught.value.problems} == {"area", "time"}
