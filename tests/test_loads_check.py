"""The whole check of a list, from a CSV to its numbers, recomputed without any of our code."""

import csv
from math import isnan, nan

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import InputError
from siting.loads_check import CheckOptions, check_loads
from siting.loads_files import tables_of
from siting.loads_summary import points_of, summary_of, vintage_comparison
from tests.conftest import ROOT

EXAMPLE = ROOT / "examples" / "forecast" / "additions.csv"
YEARS = range(2024, 2036)
VINTAGES = ("2024-01", "2025-01", "2026-01")
CASES = ("contracted", "weighted", "all")
AREAS = (
    *("hokkaido", "tohoku", "tokyo", "chubu", "hokuriku"),
    *("kansai", "chugoku", "shikoku", "kyushu", "okinawa"),
)
GROUPS = (*AREAS, "rest-of-japan", "japan")
STAGES = ("study", "applied", "accepted", "contract", "supplied")
KINDS = ("data_center", "fab", "other")
HEADINGS = (
    *("id", "name", "area", "contract_mw", "supply_start", "ramp", "load_factor"),
    *("kind", "stage", "probability", "counted"),
)

# OCCTO's counts and what the check assumes, written down once more. [MW, GWh, -]
COUNTED = {
    "2024-01": {2024: 480, 2033: 5370},
    "2025-01": {2025: 560, 2030: 5380, 2034: 7150},
    "2026-01": {2026: 830, 2030: 4200, 2035: 7620},
}
ENERGY = {"2024-01": {2024: 3700, 2033: 40700}, "2025-01": {2034: 51400}, "2026-01": {2035: 56800}}
NONE_COUNTED = {"2025-01": ("hokuriku", "shikoku", "okinawa")}
CHANCE = {"study": 0.04, "applied": 0.38, "accepted": 0.7, "contract": 1.0, "supplied": 1.0}
LOAD_FACTOR = {"data_center": 0.8, "fab": 0.83, "other": nan}

# --------------------------------------------------------------------------- by plain loops


def ramp_share(row, year):
    """Share of contract power in service in a year."""
    past, ramp = year - int(row["supply_start"]), row["ramp"]
    if past < 0:
        return 0.0
    if not ramp:
        return 1.0
    if ramp.endswith("MW/y"):
        return min(1.0, float(ramp.split()[0]) * (past + 1) / float(row["contract_mw"]))
    if ";" in ramp:
        shares = [float(part) for part in ramp.split(";")]
        return shares[min(past, len(shares) - 1)]
    return min(1.0, (past + 1) / int(ramp))


def compared_mw(row, year):
    return 0.0 if row["kind"] == "other" else float(row["contract_mw"]) * ramp_share(row, year)


def weight(row, case):
    if case == "contracted":
        return float(row["stage"] in ("contract", "supplied"))
    if case == "all":
        return 1.0
    own = row["probability"]
    return float(own.rstrip("%")) / (100 if "%" in own else 1) if own else CHANCE[row["stage"]]


def is_counted(row, vintage):
    if row["counted"] in ("yes", "no"):
        return row["counted"] == "yes"
    if row["counted"]:
        return row["counted"] <= vintage
    return vintage == "2026-01" and row["stage"] in ("contract", "supplied")


def members(group, vintage):
    named = ("tokyo", *NONE_COUNTED.get(vintage, ()))
    if group == "japan":
        return AREAS
    return [a for a in AREAS if a not in named] if group == "rest-of-japan" else [group]


def on_the_line(points, year):
    """Value on the line and the two values around it; None outside."""
    before = max((y for y in points if y <= year), default=None)
    after = min((y for y in points if y >= year), default=None)
    if before is None or after is None:
        return None
    part = 0.0 if after == before else (year - before) / (after - before)
    return points[before] + part * (points[after] - points[before]), points[before], points[after]


def allowance(group, vintage, year):
    """Figure, low, high; NaN unknown."""
    japan = on_the_line(COUNTED[vintage], year)
    if japan is None:
        return nan, nan, nan
    mw, low, high = japan[0], min(japan[1:]) - 5, max(japan[1:]) + 5
    if group in NONE_COUNTED.get(vintage, ()):
        return 0.0, 0.0, 0.0
    return {
        "japan": (mw, low, high),
        "tokyo": (0.6 * mw, 0.55 * low, 0.6 * high),
        "rest-of-japan": (0.4 * mw, 0.4 * low, 0.45 * high),
    }.get(group, (nan, 0.0, 0.45 * high))


def expected_row(rows, group, year, vintage, case):
    """One row of the verdict; rows are applications with the area known."""
    inside = [row for row in rows if row["area"] in members(group, vintage)]
    parts = [(row, compared_mw(row, year) * weight(row, case)) for row in inside]
    additions = sum(mw for _, mw in parts)
    counted = sum(mw for row, mw in parts if is_counted(row, vintage))
    limit, low, high = allowance(group, vintage, year)
    over = max(0.0, additions - limit) if not isnan(limit) else nan
    if isnan(limit) and additions - high > 1e-6:
        over = additions - high
    if additions <= 1e-6:
        verdict = "fits"
    elif over > 1e-6:
        verdict = "exceeds"
    elif additions - counted <= 1e-6:
        verdict = "inside"
    else:
        verdict = "unknown" if isnan(over) else "fits"
    gwh = sum(
        mw * float(row["load_factor"] or LOAD_FACTOR[row["kind"]]) * 8.76 for row, mw in parts if mw
    )
    energy = on_the_line(ENERGY[vintage], year) if group == "japan" else None
    held_gwh = energy[0] if energy else nan
    return {
        "additions_mw": additions,
        "counted_mw": counted,
        "allowance_mw": limit,
        "allowance_low_mw": low,
        "allowance_high_mw": high,
        "over_mw": over,
        "over_low_mw": max(0.0, additions - high) if not isnan(high) else nan,
        "over_high_mw": max(0.0, additions - low) if not isnan(low) else nan,
        "additions_gwh": gwh,
        "allowance_gwh": held_gwh,
        "over_gwh": max(0.0, gwh - held_gwh) if energy else nan,
        "verdict": verdict,
    }


def assert_recomputed(answer, rows):
    """Every number of verdict, firsts and contributors, from the rows of the list."""
    told = {
        (r["area"], r["fiscal_year"], r["vintage"], r["case"]): r
        for r in answer.verdict.to_dict("records")
    }
    assert len(told) == len(answer.verdict) == len(GROUPS) * len(YEARS) * 3 * 3
    expected = {key: expected_row(rows, *key) for key in told}
    for key, row in expected.items():
        found = {name: told[key][name] for name in row}
        assert found.pop("verdict") == row.pop("verdict"), key
        assert found == pytest.approx(row, rel=1e-9, abs=1e-6, nan_ok=True), key
    assert_firsts_recomputed(answer, told)
    assert_contributors_recomputed(answer, rows)


def assert_firsts_recomputed(answer, told):
    firsts = {(r["area"], r["vintage"], r["case"]): r for r in answer.firsts.to_dict("records")}
    exceeding = {}
    for (area, year, vintage, case), row in told.items():
        if row["verdict"] == "exceeds":
            exceeding.setdefault((area, vintage, case), {})[year] = row["over_mw"]
    assert firsts.keys() == exceeding.keys()
    for key, over in exceeding.items():
        assert firsts[key]["first_fiscal_year"] == min(over)
        assert firsts[key]["first_over_mw"] == over[min(over)]
        assert firsts[key]["worst_over_mw"] == max(over.values())
        assert over[firsts[key]["worst_fiscal_year"]] == max(over.values())


def assert_contributors_recomputed(answer, rows):
    given = answer.contributors.groupby(["area", "vintage", "case"])
    assert len(given) == len(answer.firsts)
    worst = answer.firsts.set_index(["area", "vintage", "case"])["worst_fiscal_year"]
    for (area, vintage, case), own in given:
        year = worst[area, vintage, case]
        inside = [row for row in rows if row["area"] in members(area, vintage)]
        power = {row["id"]: compared_mw(row, year) * weight(row, case) for row in inside}
        new = {row["id"]: power[row["id"]] for row in inside if not is_counted(row, vintage)}
        ranked = new if sum(new.values()) > 0 else power
        largest = sorted((mw for mw in ranked.values() if mw > 0), reverse=True)[:10]
        assert own["rank"].tolist() == list(range(1, len(largest) + 1))
        assert own["mw"].tolist() == pytest.approx(largest)
        assert [ranked[name] for name in own["id"]] == pytest.approx(largest)
        shares = [mw / sum(power.values()) for mw in largest]
        assert own["share"].tolist() == pytest.approx(shares)
        assert set(own["fiscal_year"]) == {year}


# ------------------------------------------------------------------------------- the lists


def application(name, area, mw, start, stage="applied", **more):
    row = dict.fromkeys(HEADINGS, "") | {"kind": "data_center"}
    named = {"id": name, "area": area, "contract_mw": mw, "supply_start": start, "stage": stage}
    return {key: str(value) for key, value in (row | named | more).items()}


def write_list(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADINGS)
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def checked(tmp_path):
    """Write a list and check it; draws only where asked for."""

    def check(*rows, draws=0, **options):
        path = write_list(tmp_path / "additions.csv", rows)
        return check_loads(path, CheckOptions(draws=draws, **options))

    return check


@pytest.fixture(scope="module")
def five_hundred(tmp_path_factory):
    """500 MW of a data centre in Tokyo from FY2029, which several tests look at."""
    rows = [application("A", "tokyo", 500, 2029)]
    path = write_list(tmp_path_factory.mktemp("tokyo") / "additions.csv", rows)
    return check_loads(path, CheckOptions(draws=0))


@pytest.fixture(scope="module")
def example():
    """The made list of 300 applications, checked."""
    return check_loads(EXAMPLE, CheckOptions(draws=0))


@pytest.fixture
def area_table(tmp_path):
    """Write a table of OCCTO's figures as a user types it."""

    def write(*rows):
        lines = ["vintage,fiscal_year,area,quantity,value", *(",".join(map(str, r)) for r in rows)]
        path = tmp_path / "area_table.csv"
        path.write_text("\n".join((*lines, "")), encoding="utf-8")
        return path

    return write


def verdict_of(answer, area, year, vintage="2026-01", case="all"):
    return answer.verdict.set_index(["area", "fiscal_year", "vintage", "case"]).loc[
        (area, year, vintage, case)
    ]


def margin_of(answer, area, year, case="all", season="summer", standard="h3"):
    keys = ["area", "fiscal_year", "case", "season", "standard"]
    return answer.adequacy.set_index(keys).loc[(area, year, case, season, standard)]


# ------------------------------------------------------------------------------- by head


def test_five_hundred_megawatts_in_tokyo(five_hundred):
    answer = five_hundred
    row = verdict_of(answer, "tokyo", 2030)
    assert (row["additions_mw"], row["counted_mw"], row["over_mw"]) == (500, 0, 0)
    assert row["additions_gwh"] == pytest.approx(500 * 0.8 * 8.76)
    assert (row["verdict"], row["firm"]) == ("fits", True)
    assert verdict_of(answer, "tokyo", 2030, case="weighted")["additions_mw"] == 190
    assert verdict_of(answer, "tokyo", 2030, case="contracted")["additions_mw"] == 0
    assert verdict_of(answer, "tokyo", 2028)["additions_mw"] == 0
    assert verdict_of(answer, "japan", 2030)["additions_mw"] == 500
    assert not answer.exceeds


def test_five_gigawatts_contracted_exceed_2026_by_800_and_leave_380_of_2025(checked):
    answer = checked(application("A", "tokyo", 5000, 2030, "contract", counted="no"))
    newest, older = (verdict_of(answer, "japan", 2030, v) for v in ("2026-01", "2025-01"))
    assert (newest["verdict"], newest["over_mw"]) == ("exceeds", 800)
    assert (older["verdict"], older["over_mw"]) == ("fits", 0)
    assert older["allowance_mw"] - older["additions_mw"] == 380
    assert answer.exceeds


def test_what_is_counted_is_inside_until_it_is_more_than_the_forecast_holds(checked):
    held = application("A", "kyushu", 300, 2026, "contract", counted="yes")
    answer = checked(held, application("B", "tokyo", 4000, 2030, "contract", counted="2026-01"))
    assert verdict_of(answer, "kyushu", 2030)["verdict"] == "inside"
    japan = verdict_of(answer, "japan", 2030)
    assert (japan["additions_mw"], japan["counted_mw"], japan["over_mw"]) == (4300, 4300, 100)
    assert japan["verdict"] == "exceeds", "OCCTO cannot hold 4,300 MW in 4,200"
    assert verdict_of(answer, "japan", 2030, "2025-01")["counted_mw"] == 300
    causes = answer.contributors.query("area == 'japan' and vintage == '2026-01' and case == 'all'")
    assert causes["id"].tolist() == ["B", "A"]


def test_inside_if_and_only_if_nothing_is_new(checked):
    rows = [
        application("A", "tokyo", 100, 2026, "contract"),
        application("B", "tokyo", 20, 2028, "accepted", probability="0"),
    ]
    answer = checked(*rows)
    for year, case, expected in (
        (2027, "all", "inside"),
        (2030, "all", "fits"),
        (2030, "weighted", "inside"),
        (2030, "contracted", "inside"),
        (2025, "all", "fits"),
    ):
        assert verdict_of(answer, "tokyo", year, case=case)["verdict"] == expected


def test_kinds_that_occto_does_not_count_are_in_the_margins_only(checked):
    answer = checked(
        application("A", "okinawa", 100, 2026, kind="other"),
        application("B", "okinawa", 10, 2026, kind="fab"),
    )
    row = verdict_of(answer, "okinawa", 2026)
    assert row["additions_mw"] == 10
    assert row["additions_gwh"] == pytest.approx(10 * 0.83 * 8.76)
    assert margin_of(answer, "okinawa", 2026)["new_mw"] == 110
    stacked = answer.pipeline.query("area == 'okinawa' and fiscal_year == 2026")
    assert stacked["mw"].sum() == 10, "what is drawn against the forecast is compared with it"


def test_the_stack_of_stages_is_what_the_verdict_adds_up(example):
    answer = example
    stacked = answer.pipeline.groupby(["area", "fiscal_year"])["mw"].sum()
    newest = answer.verdict.query("vintage == '2026-01' and case == 'all' and additions_mw > 0")
    told = newest[newest["area"] != "rest-of-japan"].set_index(["area", "fiscal_year"])
    assert stacked.to_dict() == pytest.approx(told["additions_mw"].to_dict())


def test_three_areas_have_no_room_in_january_2025(checked):
    answer = checked(application("A", "okinawa", 1, 2030))
    older, newer = (verdict_of(answer, "okinawa", 2030, v) for v in ("2025-01", "2026-01"))
    assert (older["verdict"], older["over_mw"], older["firm"]) == ("exceeds", 1, True)
    assert (newer["verdict"], newer["basis"], newer["firm"]) == ("unknown", "bound", False)


def test_tokyo_between_55_and_60_percent_is_not_firm(checked):
    answer = checked(application("A", "tokyo", 2400, 2030))
    row = verdict_of(answer, "tokyo", 2030)
    assert (row["verdict"], row["over_mw"], row["firm"]) == ("fits", 0, False)
    assert row["over_high_mw"] == pytest.approx(2400 - 0.55 * 4195)
    more = verdict_of(checked(application("A", "tokyo", 2600, 2030)), "tokyo", 2030)
    assert (more["verdict"], more["firm"]) == ("exceeds", True)
    assert more["over_mw"] == pytest.approx(80)


def test_a_year_without_forecast_is_unknown_and_not_firm(checked):
    row = verdict_of(checked(application("A", "kansai", 10, 2024)), "japan", 2035, "2024-01")
    assert (row["verdict"], row["basis"], row["firm"]) == ("unknown", "not_published", False)
    assert isnan(row["over_mw"])


def test_golden_numbers_of_the_forecasts(five_hundred):
    held = five_hundred.verdict.query("area == 'japan' and case == 'all'").set_index(
        ["vintage", "fiscal_year"]
    )
    assert held.loc[("2024-01", 2024), "allowance_mw"] == 480
    assert held.loc[("2024-01", 2033), "allowance_mw"] == 5370
    assert held.loc[("2025-01", 2030), "allowance_mw"] == 5380
    assert held.loc[("2026-01", 2030), "allowance_mw"] == 4200
    assert held.loc[("2026-01", 2035), "allowance_mw"] == 7620
    assert held.loc[("2025-01", 2034), "allowance_gwh"] == 51_400
    assert held.loc[("2026-01", 2035), "allowance_gwh"] == 56_800
    assert held.loc[("2026-01", 2035), "allowance_gwh"] / (7620 * 8.76) == pytest.approx(
        0.851, abs=5e-4
    )


def test_golden_numbers_of_peaks_and_margins(five_hundred):
    answer = five_hundred
    summary = summary_of(answer)
    peak = {(r["vintage"], r["fiscal_year"]): r for r in summary["peaks"]}["2026-01", 2026]
    assert (peak["non_coincident_mw"], peak["coincident_mw"]) == (161_070, 159_626)
    for area, percent in (("tokyo", 3.6), ("kansai", 4.7), ("shikoku", 84.2), ("okinawa", 25.5)):
        own = margin_of(answer, area, 2026, case="none")["own_margin_share"]
        assert round(100 * own, 1) == percent
    moved = {
        (r["quantity"], r["fiscal_year"], r["vintage"]): r["value"]
        for r in summary["vintage_comparison"]
    }
    assert moved["counted_mw", 2030, "2025-01"] == 5380
    assert moved["counted_mw", 2030, "2026-01"] == 4200
    assert moved["counted_dc_mw", 2034, "2025-01"] == 6160
    assert 44_000 / (moved["counted_dc_mw", 2034, "2025-01"] * 8.76) == pytest.approx(
        0.815, abs=5e-4
    )


# -------------------------------------------------------------------- recomputed and invariant


def test_three_hundred_applications_recomputed_from_their_sheet(example):
    """Areas of rows without one are taken from the answer; all else from the file."""
    answer = example
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    found = dict(
        zip(answer.given.applications["id"], answer.given.applications["area"], strict=True)
    )
    assert len(rows) == len(found) == 300
    assert_recomputed(answer, [row | {"area": row["area"] or found[row["id"]]} for row in rows])


APPLICATIONS = st.builds(
    application,
    st.just(""),
    st.sampled_from(AREAS),
    st.integers(1, 5000),
    st.integers(2023, 2037),
    st.sampled_from(STAGES),
    kind=st.sampled_from(KINDS),
    ramp=st.sampled_from(["", "1", "4", "0.2;0.2;1", "150 MW/y"]),
    load_factor=st.sampled_from(["", "", "0.5"]),
    probability=st.sampled_from(["", "0", "25 %", "1"]),
    counted=st.sampled_from(["", "yes", "no", "2024-01", "2025-01", "2026-01"]),
)
LISTS = st.lists(APPLICATIONS, min_size=1, max_size=9).map(
    lambda rows: [row | {"id": f"A-{place}"} for place, row in enumerate(rows)]
)


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(LISTS)
def test_any_short_list_recomputed_from_its_sheet(checked, rows):
    assert_recomputed(checked(*rows), rows)


@settings(
    max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(LISTS, st.randoms(use_true_random=False))
def test_what_holds_for_every_list(checked, rows, random):
    answer = checked(*rows)
    table = answer.verdict
    assert (table["counted_mw"] <= table["additions_mw"] + 1e-9).all()
    exceeding = table["over_mw"] > 1e-6
    assert ((table["verdict"] == "exceeds") == exceeding).all()
    assert ((table["verdict"] == "inside") <= (table["additions_mw"] > 0)).all()
    by_case = table.pivot(
        index=["area", "fiscal_year", "vintage"], columns="case", values="additions_mw"
    )
    assert (by_case["weighted"] <= by_case["all"] + 1e-9).all()
    assert (by_case["contracted"] <= by_case["all"] + 1e-9).all()
    if all(row["probability"] == "" for row in rows):
        assert (by_case["contracted"] <= by_case["weighted"] + 1e-9).all()
    mixed = random.sample(rows, len(rows))
    pd.testing.assert_frame_equal(table, checked(*mixed).verdict)
    fewer = checked(*rows[:-1], application("Z", "tokyo", 1, 2040)).verdict
    assert (fewer["additions_mw"] <= table["additions_mw"] + 1e-6).all()


def test_the_same_forecast_twice_is_that_forecast_once(checked):
    row = application("A", "tokyo", 500, 2029)
    once, twice = (checked(row, vintages=v) for v in (("2026-01",), ("2026-01", "2026-01")))
    assert set(once.verdict["vintage"]) == {"2026-01"}
    pd.testing.assert_frame_equal(once.verdict, twice.verdict)


def test_chosen_cases_and_forecasts_are_rows_of_the_whole_answer(checked):
    rows = [application("A", "tokyo", 5000, 2029), application("B", "kyushu", 50, 2029, "contract")]
    every = checked(*rows)
    some = checked(*rows, cases=("weighted",), vintages=("2025-01",))
    own = every.verdict.query("case == 'weighted' and vintage == '2025-01'")
    pd.testing.assert_frame_equal(some.verdict, own.reset_index(drop=True))
    assert set(some.adequacy["case"]) == {"none", "weighted"}


def test_faults_of_options_and_files_come_in_one_list(checked):
    with pytest.raises(InputError) as caught:
        checked(application("A", "atlantis", 1, 2029), cases=("most",), draws=-1, seed=-2)
    told = [(p.where, p.found) for p in caught.value.problems]
    assert ("area", "atlantis") in [(where, found.strip("'")) for where, found in told]
    assert {("--case", "most"), ("--draws", "-1"), ("--seed", "-2")} <= set(told)


def test_draws_are_left_out_or_made_from_the_seed(checked):
    row = application("A", "tokyo", 3000, 2029, probability="0.5")
    without = checked(row)
    assert without.draw_count == len(without.draws) == len(without.chance) == 0
    assert list(without.chance) == ["area", "fiscal_year", "vintage", "exceed_share"]
    assert tables_of(without)["percentiles"].empty
    one, again, other = (checked(row, draws=400, seed=seed) for seed in (3, 3, 4))
    pd.testing.assert_frame_equal(one.chance, again.chance)
    assert not one.chance.equals(other.chance)
    share = one.chance.query("area == 'tokyo' and fiscal_year == 2030 and vintage == '2026-01'")
    assert share["exceed_share"].item() == pytest.approx(0.5, abs=0.1)


def test_full_power_beyond_the_forecasts_is_told_as_it_is(tmp_path):
    path = tmp_path / "places.csv"
    path.write_text(
        "id,lat,lon,contract_mw,supply_start,ramp,kind,stage\n"
        "A,35.7,139.7,100,2034,3,data_center,applied\n"
        "B,35.7,139.7,100,2040,,data_center,applied\n"
        "C,35.7,139.7,100,2028,40 MW/y,data_center,applied\n",
        encoding="utf-8",
    )
    points = points_of(check_loads(path, CheckOptions(draws=0)))
    assert points["start"] == [2034, 2040, 2028]
    assert points["full"] == [2036, 2040, 2030]


# ------------------------------------------------------------------------------- margins


def test_without_additions_margins_are_those_of_a_siting_run(five_hundred, small_study):
    """Other than a run the check knows Tokyo's peak of FY2035."""
    answer = five_hundred
    keys = ["area", "standard", "season", "fiscal_year"]
    mine = answer.adequacy.query("case == 'none'").set_index(keys)
    theirs = small_study.question.problem.reserve.query("area != 'tokyo'")
    assert len(theirs) == 9 * 2 * 2 * 3
    same = mine.loc[theirs.index].rename(columns={"required_share": "margin_share"})
    columns = ["supply_mw", "demand_mw", "margin_share"]
    pd.testing.assert_frame_equal(same[columns], theirs[columns], check_dtype=False)


def test_tokyo_lies_on_the_line_from_55_010_to_58_900(five_hundred):
    answer = five_hundred
    for year in (2026, 2029, 2035):
        expected = 55_010 + (year - 2026) / 9 * (58_900 - 55_010)
        assert margin_of(answer, "tokyo", year)["demand_mw"] == pytest.approx(expected)


def test_an_island_loses_what_is_added_and_no_more(checked):
    rows = [application("A", "okinawa", 100, 2027, ramp="2")]
    answer = checked(*rows, application("B", "hokkaido", 900, 2027))
    for season in ("summer", "winter"):
        for standard, required in (("h3", 0.08), ("h1", 0.03)):
            none, full = (
                margin_of(answer, "okinawa", 2028, case, season, standard)
                for case in ("none", "all")
            )
            assert none["spare_mw"] == pytest.approx(2020 / (1 + required) - none["demand_mw"])
            assert none["spare_mw"] - full["spare_mw"] == pytest.approx(100)
            assert full["own_margin_share"] == pytest.approx(2020 / (none["demand_mw"] + 100) - 1)
    assert margin_of(answer, "okinawa", 2027)["new_mw"] == 50
    assert margin_of(answer, "okinawa", 2028, case="weighted")["new_mw"] == pytest.approx(38)
    assert margin_of(answer, "okinawa", 2028, case="contracted")["new_mw"] == 0


def test_peaks_hold_what_they_count_up_to_their_own_year(checked):
    """Okinawa's peak is that of FY2026 in all years, Tokyo's is known to FY2035."""
    counted = {"stage": "contract", "counted": "yes", "ramp": "0.3;0.6;1"}
    answer = checked(
        application("A", "okinawa", 100, 2026, **counted),
        application("B", "tokyo", 100, 2026, **counted),
        application("C", "okinawa", 7, 2030, **counted | {"ramp": ""}),
        application("D", "tokyo", 7, 2030, "applied", counted="no"),
    )
    new = answer.adequacy.query("season == 'summer' and standard == 'h3' and case == 'all'")
    new = new.set_index(["area", "fiscal_year"])["new_mw"]
    assert new["okinawa"].loc[[2026, 2027, 2028, 2030]].tolist() == pytest.approx([0, 30, 70, 77])
    assert new["tokyo"].loc[[2026, 2027, 2028, 2030]].tolist() == pytest.approx([0, 0, 0, 7])


@pytest.mark.parametrize("vintage", VINTAGES)
def test_margins_never_count_twice_whatever_forecast_is_compared(checked, vintage):
    """The peaks are those of January 2026: they hold a contract that older counts do not."""
    row = application("A", "okinawa", 100, 2026, "contract")
    answer = checked(row, vintages=(vintage,))
    assert margin_of(answer, "okinawa", 2030)["new_mw"] == 0
    expected = 100 if vintage == "2026-01" else 0
    assert verdict_of(answer, "okinawa", 2030, vintage)["counted_mw"] == expected


def test_peaks_of_a_later_forecast_take_over_where_the_user_has_them(checked, area_table):
    table = area_table(
        ("2027-01", 2030, "okinawa", "peak_mw", 1700),
        ("2025-01", 2030, "kyushu", "peak_mw", 99999),
    )
    rows = [
        application("A", "okinawa", 100, 2028, "applied", counted="2027-01"),
        application("B", "kyushu", 100, 2028, "applied", counted="2027-01"),
    ]
    answer = checked(*rows, area_table=table)
    # half way to FY2030 one end of the line is January 2026, which does not hold it
    for year, demand, new in ((2028, 1655, 100), (2030, 1700, 0), (2035, 1700, 0)):
        row = margin_of(answer, "okinawa", year)
        assert (row["demand_mw"], row["new_mw"]) == (pytest.approx(demand), new)
    assert margin_of(answer, "kyushu", 2030)["demand_mw"] == 15860, "older than the one shipped"
    assert margin_of(answer, "kyushu", 2030)["new_mw"] == 100
    assert margin_of(answer, "tokyo", 2035)["demand_mw"] == 58900


def test_two_areas_on_one_tie_share_what_is_left(checked):
    """Hokkaido's import is at most what its neighbours spare after the others' shortfalls."""
    small, large = (checked(application("A", "tokyo", mw, 2030)) for mw in (100, 4000))
    for area in AREAS:
        before, after = (margin_of(a, area, 2030)["spare_mw"] for a in (small, large))
        assert after <= before + 1e-6
    tokyo = [margin_of(answer, "tokyo", 2030) for answer in (small, large)]
    assert tokyo[0]["spare_mw"] - tokyo[1]["spare_mw"] == pytest.approx(3900)
    assert tokyo[0]["binding"] == tokyo[1]["binding"] != ()


# ------------------------------------------------------------------------ the user's own table


def test_a_later_forecast_counts_and_signed_contracts_move_into_it(checked, area_table):
    table = area_table(
        ("2027-01", 2028, "japan", "counted_mw", 3000),
        ("2027-01", 2036, "japan", "counted_mw", 7000),
    )
    answer = checked(application("A", "tokyo", 500, 2029, "contract"), area_table=table)
    assert answer.given.vintages == (*VINTAGES, "2027-01")
    assert answer.given.years == tuple(range(2024, 2037))
    newest = verdict_of(answer, "japan", 2032, "2027-01")
    assert (newest["allowance_mw"], newest["basis"]) == (5000, "user_table")
    assert (newest["verdict"], newest["counted_mw"]) == ("inside", 500)
    assert verdict_of(answer, "japan", 2032, "2026-01")["counted_mw"] == 0
    assert verdict_of(answer, "tokyo", 2032, "2027-01")["allowance_mw"] == pytest.approx(3000)


def test_verdict_and_comparison_of_forecasts_take_the_same_figures(checked, area_table):
    rows = [("2027-01", 2030, area, "counted_mw", 450) for area in AREAS]
    rows += [("2027-01", 2035, area, "counted_mw", 800) for area in AREAS]
    rows += [("2026-01", 2030, "japan", "counted_mw", 4300)]
    answer = checked(application("A", "tokyo", 460, 2029), area_table=area_table(*rows))
    compared = vintage_comparison(answer.given).query("quantity == 'counted_mw'")
    told = compared.set_index(["fiscal_year", "vintage"])
    national = answer.verdict.query("area == 'japan' and case == 'all'")
    for row in national.dropna(subset="allowance_mw").itertuples():
        assert told.loc[(row.fiscal_year, row.vintage), "value"] == row.allowance_mw
    assert len(told) == national["allowance_mw"].notna().sum()
    assert told.loc[(2030, "2027-01"), "value"] == 4500
    assert told.loc[(2030, "2026-01")].tolist() == ["counted_mw", 4300, "user_table"]
    assert told.loc[(2035, "2026-01"), "basis"] == "published"
    assert verdict_of(answer, "tokyo", 2030, "2027-01")["over_mw"] == 10
    assert "rest-of-japan" not in set(answer.verdict.query("vintage == '2027-01'")["area"])
