"""The scenario posed as numbers: golden figures, and every choice of the scenario in its place."""

import math

import pytest

from data.facts import read_fact
from grid.adequacy import adequacy_table
from siting.candidates import find_candidates
from siting.question import pose
from siting.scenario_file import build_scenario, load_scenario
from siting.workloads import demand_by_year, metro_demand, mw_per_eflops
from tests.conftest import ROOT
from tests.small_studies import small_scenario


@pytest.fixture
def question(tmp_path):
    """The small scenario with changes, posed."""

    def ask(*sets):
        scenario = small_scenario(tmp_path, *sets)
        return pose(scenario, find_candidates(scenario))

    return ask


@pytest.fixture(scope="module")
def japan():
    return load_scenario(ROOT / "examples" / "japan" / "scenario.yaml")


def scenario_of(**workload):
    return build_scenario(
        {
            "name": "golden",
            "title": {"ja": "題", "en": "Title"},
            "demand": {"workloads": {"w": workload}},
        }
    )


# --- golden numbers -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hardware", "low_or_high", "facility_mw"),
    [("gb200", "low", 58), ("h100", "high", 113)],
)
def test_sixty_eflops_need_58_to_113_mw(hardware, low_or_high, facility_mw):
    scenario = scenario_of(
        kind="eflops",
        load="training",
        precision="fp16",
        hardware=hardware,
        low_or_high=low_or_high,
        by_year={2027: 60.0},
    )
    it_mw = demand_by_year(scenario)["w", 2027] * mw_per_eflops(scenario)["w", 2027]
    assert it_mw * 1.12 * 1.3 == pytest.approx(facility_mw, abs=0.5)


def test_a_share_of_occto_grows_in_equal_steps_to_its_share():
    scenario = scenario_of(
        kind="occto_share", load="training", share=0.35, from_year=2029, to_year=2035
    )
    demand = demand_by_year(scenario)["w"]
    final_mw = 0.35 * 6610 / 1.3 / 1.12
    assert demand[2035] == pytest.approx(final_mw)
    assert demand[2028] == 0
    steps = demand.loc[2029:2035].diff().dropna()
    assert steps.to_list() == pytest.approx([final_mw / 7] * 6)
    assert demand[2029] == pytest.approx(final_mw / 7)


def test_peaks_of_the_areas_are_not_the_peak_of_the_nation(question):
    reserve = question().problem.reserve["demand_mw"].xs(("h3", "summer"), level=(1, 2))
    areas = reserve.xs(2029, level="fiscal_year").sum()
    national = read_fact("forecast_national").query(
        "vintage == '2026-01' and fiscal_year == 2026 and quantity == 'peak_mw'"
    )["value"]
    assert areas == 161_070
    assert national.to_list() == [159_626]


def test_own_margins_of_tokyo_and_kansai():
    table = adequacy_table(
        read_fact("area_peaks"), [2026], seasons=["summer"], winter_peak_share={},
        h1_uplift_share=0.05, required_share={"h3": 0.08, "h1": 0.03},
    ).xs(("h3", "summer", 2026), level=("standard", "season", "fiscal_year"))  # fmt: skip
    own = table["supply_mw"] / table["demand_mw"] - 1
    assert own["tokyo"] == pytest.approx(0.036, abs=5e-4)
    assert own["kansai"] == pytest.approx(0.047, abs=5e-4)


def test_subsidies_of_the_example_are_those_of_the_programme(japan):
    paid = read_fact("subsidies").dropna(subset="place").groupby("place")["amount_oku_yen"].sum()
    assert {place: myen / 100 for place, myen in japan.costs.subsidy_myen.items()} == pytest.approx(
        paid.to_dict()
    )
    assert read_fact("subsidies")["amount_oku_yen"].sum() == pytest.approx(1146.3)


# --- every choice in its place ------------------------------------------------------------


def test_demand_holds_until_the_next_year_stated(question):
    demand = question("years.step=1").problem.demand["training"]
    assert demand.to_dict() == {
        2029: 50, 2030: 50, 2031: 50, 2032: 200, 2033: 200, 2034: 200, 2035: 400,
    }  # fmt: skip


def test_inference_is_shared_out_to_its_users(tmp_path):
    scenario = small_scenario(tmp_path)
    by_metro = metro_demand(scenario)["it_mw"]
    assert by_metro["tokyo", 2035] == pytest.approx(42)
    assert by_metro["osaka", 2035] == pytest.approx(18)
    assert ("tokyo", 2029) not in by_metro.index


def test_latency_decides_who_may_serve(question):
    pairs = question("latency.bound_ms=10").problem.pairs
    near = set(pairs.loc["tokyo"].index)
    assert {"inzai", "shiroi", "tsukuba"} <= near
    assert "buzen" not in near
    # 2 x 4.9 us/km x 1.4 x km + 1 ms <= 10 ms: 656 km
    reach_km = 9 / (2 * 4.9e-3 * 1.4)
    km = pairs["myen_per_mw_year"] * 1e6 / 5000
    assert reach_km == pytest.approx(656, abs=1)
    assert km.max() <= reach_km
    everyone = question("latency.bound_ms=100").problem.pairs
    assert len(everyone) == 2 * 8


def test_reinforcement_comes_after_its_works(question):
    more = (
        "reinforcements.more={group: inzai-shiroi, added_mw: 600, lead_years: 4.5, "
        "cost_myen: 220000, from_year: 2027}"
    )
    option = question(more).problem.reinforcements.loc["more"]
    assert option["first_fiscal_year"] == 2032
    assert option["myen_per_year"] == pytest.approx(14311, abs=1)


def test_reinforcement_of_a_group_without_candidates_is_left_out(question):
    more = (
        "reinforcements.more={group: inzai-shiroi, added_mw: 600, lead_years: 4, cost_myen: 220000}"
    )
    problem = question(more, "candidates.only=[buzen, tsukuba]").problem
    assert problem.reinforcements.empty


def test_carbon_caps_hold_and_prices_rise_between_the_years_stated(question):
    carbon = question("years.step=1", "limits.carbon.cap_kt_by_year={2030: 900, 2033: 1200}").carbon
    assert carbon["cap_t"].isna().to_list() == [True] + [False] * 6
    assert carbon["cap_t"].dropna().to_list() == [9e5] * 3 + [12e5] * 3
    assert carbon.loc[2029, "price_myen_per_t"] == pytest.approx((1700 + 213 * 3 / 4) / 1e6)
    assert carbon.loc[2035, "price_myen_per_t"] == pytest.approx(1913e-6)


def test_limits_that_are_switched_off_are_not_there(question):
    problem = question("limits.forecast=null", "limits.reserve=null").problem
    assert problem.forecast.empty
    assert problem.reserve.empty
    assert math.isnan(problem.spread.largest_area_share)
    off = question("limits.carbon=null").carbon
    assert off["cap_t"].isna().all()
    assert (off["price_myen_per_t"] == 0).all()


def test_forecast_is_less_by_what_others_use(question):
    limit = question().problem.forecast["limit_mw"]
    less = question("limits.forecast.already_counted_share=0.25").problem.forecast["limit_mw"]
    assert limit["japan", 2035] == 6610
    assert less.to_list() == pytest.approx((limit * 0.75).to_list())


def test_tokyo_and_the_rest_add_up_to_more_than_nothing(question):
    """Tokyo has "a little under 60 %" of what is counted; nobody says how the rest divides."""
    limit = question().problem.forecast["limit_mw"]
    assert limit["tokyo", 2035] == pytest.approx(0.6 * 6610)
    assert limit["rest-of-japan", 2035] <= 6610


def test_a_table_by_area_of_the_user_takes_over(question, tmp_path):
    rows = "vintage,fiscal_year,area,quantity,value\n"
    rows += "".join(
        f"2026-01,{y},kyushu,counted_dc_mw,{400 + y - 2029}\n" for y in range(2026, 2036)
    )
    (tmp_path / "table.csv").write_text(rows, encoding="utf-8")
    limit = question("limits.forecast.area_table_file=table.csv").problem.forecast["limit_mw"]
    assert limit["kyushu", 2035] == 406


def test_reinforced_ties_carry_more(question):
    planned = question().problem.ties["capacity_mw"]
    none = question("ties.reinforcements=none").problem.ties["capacity_mw"]
    aim = question("ties.reinforcements=aim").problem.ties["capacity_mw"]
    assert none.sum() < planned.sum() <= aim.sum()
    assert planned["tokyo-chubu", "forward", 2029] == 3000
    assert none["tokyo-chubu", "forward", 2029] == 2100


def test_years_without_a_count_are_reported_and_not_limited(question):
    asked = question("years={first: 2026, last: 2040, step: 1}")
    assert asked.forecast_unknown == (2036, 2037, 2038, 2039, 2040)
    years = asked.problem.forecast.index.get_level_values("fiscal_year")
    assert years.max() == 2035
