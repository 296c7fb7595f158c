"""Clean power of a scenario: from its fields to the problem, and from the plan to the pages."""

import json
import math
from functools import cache
from itertools import pairwise

import pandas as pd
import pytest

from data.errors import InfeasibleError, InputError
from data.facts import read_fact
from optimize.base import base_dispatch
from siting.assumed import CLEAN, list_assumptions
from siting.clean_inputs import clean_power, residual_factors, tech_of, vintages
from siting.clean_summary import EVERYWHERE
from siting.contract_costs import battery_costs, plant_myen_per_mw_year, power_cost_yen_per_kwh
from siting.report import report_html
from siting.report_clean import clean_view
from siting.report_heat import colour_of, draw_heat
from siting.report_words import both
from siting.run_files import plain
from siting.scenario_clean import Contracts
from siting.scenario_file import load_scenario
from siting.sources_used import list_sources
from siting.study import make_study
from siting.terminal_limits import limit_lines

SMALL = """\
format: 1
name: clean
title: {ja: 小さな例, en: A small example}
years: {first: 2030, last: 2035, step: 5}
time: {days: [spring_weekday, winter_peak], hours_per_slice: 8}
demand:
  workloads:
    training: {kind: it_mw, load: training, by_year: {2030: 50, 2035: 150}}
candidates: {only: [buzen, kanda]}
limits: {forecast: null, reserve: null, carbon: null}
contracts: {areas: [kyushu, chugoku], nuclear_share: 0.01}
assumptions: {lead_time_by_voltage_years: {220: 3}}
solver: {gap_share: 0.0001}
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The scenario above with values changed as by --set."""
    file = tmp_path_factory.mktemp("clean") / "scenario.yaml"
    file.write_text(SMALL, encoding="utf-8")

    def scenario(*sets, share=None, **limit):
        asked = {"share_by_year": {2030: share}, "grid_counts": False, "excess_share": 1.0} | limit
        asks = [] if share is None else [f"limits.clean={json.dumps(asked)}"]
        text = [ask.replace('"2030"', "2030") for ask in asks]
        return load_scenario(file, None, (*text, *sets))

    return scenario


@pytest.fixture(scope="module")
def answered(small):
    """Studies by share and matching, each made once, with one list of sources for all."""
    sources = list_sources()

    @cache
    def study(share, matching="hourly", grid_counts=False):
        return make_study(small(share=share, matching=matching, grid_counts=grid_counts))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("siting.answer.list_sources", lambda: sources)
        yield study


# --- costs, by head ---------------------------------------------------------------------------


def test_cost_of_power_is_a_line_between_the_studies_and_flat_before():
    assert power_cost_yen_per_kwh("solar", 2028, "low") == 8.2
    assert power_cost_yen_per_kwh("solar", 2030, "high") == 11.8
    assert power_cost_yen_per_kwh("solar", 2035, "low") == pytest.approx(7.6)
    assert power_cost_yen_per_kwh("offshore", 2045, "mid") == pytest.approx(14.75)
    # one figure is both ends
    assert power_cost_yen_per_kwh("geothermal", 2040, "high") == 16.7


def test_a_megawatt_costs_the_study_s_power_times_its_output():
    # 10 yen/kWh x 17.2 % x 8,760 h: 15.07 million yen a MW and year
    assert plant_myen_per_mw_year("solar", 2030, "mid") == pytest.approx(
        10.0 * 0.172 * 8760 * 1000 / 1e6
    )


def test_battery_by_head(small):
    # 54,000 + 14,000 yen/kWh, of which 6,000 are power electronics sized for 3.5 h: 21,000 yen/kW
    annuity = 0.05 / (1 - 1.05**-20)
    costs = battery_costs(small())
    assert costs["myen_per_mw_year"] == pytest.approx(21.0 * annuity)
    assert costs["myen_per_mwh_year"] == pytest.approx(62.0 * annuity)
    assert costs["efficiency_in"] * costs["efficiency_out"] == pytest.approx(0.85)


# --- offers -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def offered(answered):
    return answered(0.8).question.problem.clean.offers


def test_vintages_hold_what_can_be_built_until_then(small):
    # first power two years after 2026: 2028, 2029 and 2030 make three years of building
    assert vintages(small(), "solar", (2026, 2030, 2035)) == {2030: 3.0, 2035: 5.0}
    assert vintages(small(), "solar", range(2026, 2036)) == {2030: 3.0, 2032: 2.0, 2035: 3.0}
    assert vintages(small(), "solar", (2026, 2027)) == {}


def test_sun_grows_by_a_share_of_today_s_fleet(offered):
    fleet = read_fact("fleets").query("tech == 'solar'").set_index("area")["mw"]["kyushu"]
    mw = offered["potential_mw"]
    assert mw["kyushu", "solar:2030"] == pytest.approx(fleet * 0.04 * 3)
    assert mw["kyushu", "solar:2035"] == pytest.approx(fleet * 0.04 * 5)


def test_offshore_holds_the_promotion_zones_only(offered):
    # Goto 16.8 and Saikai-Enoshima 420 MW; Hibikinada is only promising
    assert offered["potential_mw"]["kyushu", "offshore:2030"] == pytest.approx(436.8)
    assert not any(key == "offshore" for area, key in offered.index if area == "chugoku")


def test_every_promotion_zone_has_a_first_year():
    zones = read_fact("offshore_zones").query("status == 'promotion'")
    assert set(zones["zone"]) == set(read_fact("offshore_years")["zone"])


def test_nuclear_is_a_claim_on_units_that_ran(offered):
    # Genkai 3, 4 and Sendai 1, 2: 4,172 MW; the area's nuclear plant counts with 4,170
    assert offered["potential_mw"]["kyushu", "nuclear"] == pytest.approx(41.7)
    assert not offered["additional"]["kyushu", "nuclear"]
    assert offered["myen_per_mw_year"]["kyushu", "nuclear"] == pytest.approx(1.5 * 8.76)


def test_only_the_technologies_and_areas_asked_for(small, answered):
    problem = answered(0.8).question.problem
    asked = small("contracts.techs=[solar]", "contracts.areas=[tokyo]", share=0.8)
    clean = clean_power(asked, problem)
    assert {tech_of(key) for _, key in clean.offers.index} == {"solar"}
    assert set(clean.offers.index.get_level_values("area")) == {"tokyo"}
    assert clean.stores.empty
    assert clean_power(small(), problem) is None


def test_without_areas_everything_with_a_line_there_is_offered(small, answered):
    asked = small("contracts.areas=null", share=0.8)
    clean = clean_power(asked, answered(0.8).question.problem)
    areas = set(clean.offers.index.get_level_values("area"))
    assert "hokkaido" in areas
    assert "okinawa" not in areas


def test_wind_at_sea_gives_the_study_s_output_where_it_is_not_cut_off(answered):
    problem = answered(0.8).question.problem
    hours = problem.dispatch.hours_per_year()
    runs = problem.clean.availability["kyushu", "offshore:2030"]
    assert runs.max() < 1.0
    assert (runs * hours).sum() / hours.sum() == pytest.approx(0.332)


def test_residual_factors_are_a_retailer_s_or_the_national_mean(small):
    factors = residual_factors(small())
    assert factors["shikoku"] == 0.457  # residual of FY2024, not FY2023
    assert factors["hokuriku"] == 0.496  # adjusted: no residual is known
    assert factors["hokkaido"] == 0.423
    unknown = residual_factors(small("contracts.residual_t_per_mwh_elsewhere=null"))
    assert math.isnan(unknown["hokkaido"])
    assert unknown["kyushu"] == 0.417


# --- plans ------------------------------------------------------------------------------------


def cost_of(study):
    return study.plan.record.cost_myen


def test_more_clean_power_never_costs_less(answered):
    costs = [cost_of(answered(share)) for share in (0.0, 0.8, 0.95, 1.0)]
    gap_myen = 1e-4 * abs(costs[-1])
    assert all(later >= earlier - gap_myen for earlier, later in pairwise(costs))
    assert costs[-1] > costs[0] + gap_myen


def test_counting_over_the_year_never_costs_more(answered):
    hourly, annual = answered(0.8), answered(0.8, "annual")
    assert cost_of(annual) <= cost_of(hourly) * (1 + 1e-4)
    reached = annual.plan.clean.years["annual_share"]
    assert (reached >= 0.8 - 1e-6).all()


def test_the_clean_part_of_the_grid_makes_it_cheaper(answered):
    counted = answered(0.8, "hourly", True)
    assert cost_of(counted) <= cost_of(answered(0.8)) * (1 + 1e-4)
    assert counted.plan.clean.years["grid_clean_gwh"].min() > 0


def test_the_clean_part_of_the_grid_by_head(answered):
    problem = answered(0.8, "hourly", True).question.problem
    share, dispatch = problem.clean.grid_clean_share, problem.dispatch
    assert ((share >= 0) & (share <= 1)).all(axis=None)
    # Okinawa has no line: its own sun, wind and hydro over its own supply
    own = base_dispatch(problem).balance.xs("okinawa").xs(2030).filter(like="_mw")
    own = own[[f"{tech}_mw" for tech in dispatch.supply.loc["okinawa"].index]]
    clean = own[[c for c in own if c in ("hydro_mw", "solar_mw", "wind_mw")]].sum(axis=1)
    expected = clean / own.sum(axis=1)
    assert share["okinawa"].xs(2030).to_numpy() == pytest.approx(expected.to_numpy())
    # what burns gives at most coal's 0.864 t/MWh, so the rest is at most what that leaves
    assert (share <= 1 - dispatch.intensity_t_per_mwh / 0.864 + 1e-9).all(axis=None)


def test_too_little_to_contract_is_named(small):
    # 100 MW of geothermal, from FY2034 on, cannot cover 50 MW of servers in FY2030
    with pytest.raises(InfeasibleError, match=r"limits\.clean"):
        make_study(small("contracts.techs=[geothermal]", share=0.8))


# --- summary ----------------------------------------------------------------------------------


def test_costs_of_contracts_are_price_times_megawatts(answered):
    study = answered(1.0)
    summary, clean = study.answer.summary["clean"], study.question.problem.clean
    plan = study.plan.clean
    offers, stores = plan.contracts.reset_index(), plan.stores.reset_index()
    for row in summary["years"]:
        year = row["fiscal_year"]
        paid = sum(
            each.mw * clean.offers.loc[(each.area, each.tech), "myen_per_mw_year"]
            for each in offers[offers["fiscal_year"] == year].itertuples()
        )
        assert row["contracts_myen"] == pytest.approx(paid, rel=1e-6)
        built = stores[stores["fiscal_year"] == year]
        prices = battery_costs(study.scenario)
        both_parts = built["mw"].sum() * prices["myen_per_mw_year"]
        both_parts += built["mwh"].sum() * prices["myen_per_mwh_year"]
        assert row["stores_myen"] == pytest.approx(both_parts, rel=1e-6, abs=1.0)
        yen = row["cost_myen"] * 1e6 / (row["draw_gwh"] * 1e6)
        assert row["yen_per_kwh"] == pytest.approx(yen)


def test_each_site_pays_its_part_and_nothing_is_lost(answered):
    study = answered(0.8)
    paid = study.answer.costs.xs("clean_power", level="item")["myen"]
    by_year = paid.groupby(level="fiscal_year").sum()
    for row in study.answer.summary["clean"]["years"]:
        assert by_year[row["fiscal_year"]] == pytest.approx(row["cost_myen"])


def test_the_heat_map_adds_up_to_the_year(answered):
    study = answered(0.8)
    heat = study.answer.summary["clean"]["heat"]
    (own,) = (row for row in heat["areas"] if row["area"] == "kyushu")
    assert [day["day"] for day in heat["days"]] == ["spring_weekday", "winter_peak"]
    assert heat["hours"] == [0, 8, 16]
    matching = study.plan.clean.matching.xs("kyushu").xs(2035)
    hours = study.question.problem.dispatch.hours_per_year()
    share = pd.Series([s for row in own["share"] for s in row], index=hours.index)
    energy = (matching["draw_mw"] * hours * share).sum() / (matching["draw_mw"] * hours).sum()
    assert energy == pytest.approx(study.answer.summary["clean"]["years"][-1]["hourly_share"])
    assert EVERYWHERE not in {row["area"] for row in heat["areas"]}  # one area is all of Japan


def test_certificates_by_head(answered):
    row = answered(0.8).answer.summary["clean"]["certificates"]
    last = answered(0.8).answer.summary["clean"]["years"][-1]
    left = last["draw_gwh"] - last["matched_gwh"] - last["excess_gwh"]
    assert row["uncovered_gwh"] == pytest.approx(max(left, 0.0))
    assert row["floor_myen"] == pytest.approx(0.4 * row["uncovered_gwh"])
    assert row["ceiling_myen"] == pytest.approx(4.0 * row["uncovered_gwh"])


# --- off --------------------------------------------------------------------------------------


def test_nothing_is_said_where_nothing_is_asked(small, answered):  # for its list of sources
    study = make_study(small())
    assert study.question.problem.clean is None
    assert study.answer.summary["clean"] is None
    assert "clean_power" not in study.answer.costs.index.get_level_values("item")
    fields = {row["field"] for row in study.answer.summary["assumptions"]}
    assert not any(field.startswith("contracts.") for field in fields)
    page = report_html(study.answer.summary)
    assert 'id="clean"' not in page
    assert limit_lines(study.answer.summary, "en") == []


def test_assumptions_and_unknowns_grow_with_it(small, answered):
    plain_fields = {row["field"] for row in list_assumptions(small())}
    asked = {row["field"] for row in list_assumptions(small(share=0.8))}
    assert {f"contracts.{name}" for name in CLEAN} <= asked - plain_fields
    said = [row["en"] for row in answered(0.8).answer.summary["unknowns"]]
    assert not any("no certificates, contracts" in text for text in said)
    assert any("Prices of contracts are not published" in text for text in said)


def test_every_assumed_field_of_contracts_has_japanese_words():
    assert set(CLEAN) == set(Contracts.model_fields) - {"techs", "areas", "certificates"}


# --- pages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_report_shows_what_is_asked_and_reached(answered, language):
    summary = answered(0.8).answer.summary
    page = report_html(summary, language=language)
    section = page[page.index('<section id="clean">') :]
    section = section[: section.index("</section>")]
    first = section[: section.index("</p>")]
    assert "mark-assumed" in first
    assert "80.0 %" in section
    assert section.count("<svg") == 2 + len(summary["clean"]["heat"]["areas"])
    assert "Location-based" in section
    assert "Market-based" in section


def test_a_year_short_of_its_share_is_marked(answered):
    clean = plain(answered(0.8).answer.summary["clean"])
    assert not any(row["short"] for row in clean_view(clean)["rows"])
    for row in clean["years"]:
        row["hourly_share"] = 0.5
    assert all(row["short"] for row in clean_view(clean)["rows"])
    assert clean_view(None) is None


def test_the_terminal_has_one_line(answered):
    summary = answered(0.8).answer.summary
    (line,) = limit_lines(summary, "en")
    assert line.startswith("Clean power in FY2035: 80.0% hour by hour")
    (japanese,) = limit_lines(summary, "ja")
    assert "要求 80.0%" in japanese


def test_clean_power_against_the_flow_of_ties_is_told_up_front(answered):
    summary = plain(answered(0.8).answer.summary)
    last = summary["clean"]["years"][-1]
    last["against_flow_gwh"] = 0.1 * last["draw_gwh"]
    summary["clean"]["one_way"] |= {"cost_myen": 1.0, "more_share": 0.0123, "gap_share": 0.015}
    told = clean_view(summary["clean"])["against"]["en"]
    assert "10.0 % of the draw" in told
    assert "costs 1.23 % more, within 1.50 % of the least proven" in told
    summary["clean"]["one_way"]["cost_myen"] = None
    assert "No plan without it was found" in clean_view(summary["clean"])["against"]["en"]
    (line,) = limit_lines(summary, "en")
    assert line.endswith("against the flow of ties: the share is too high)")
    last["against_flow_gwh"] = 0.0
    assert clean_view(summary["clean"])["against"] is None
    assert "against" not in limit_lines(summary, "en")[0]


def test_heat_cells_are_light_for_little_and_unknown_is_grey():
    brightness = [sum(bytes.fromhex(colour_of(share)[1:])) for share in (0.34, 0.7, 1.0)]
    assert brightness == sorted(brightness, reverse=True)
    assert colour_of(None) not in {colour_of(share / 20) for share in range(21)}
    svg = draw_heat("x", [both("春", "Spring")], [0, 12], [[0.5, None]])
    assert ">50<" in svg
    assert colour_of(None) in svg


# --- bad input --------------------------------------------------------------------------------


def test_bad_fields_come_in_one_list(small):
    with pytest.raises(InputError) as caught:
        small(
            "limits.clean={share_by_year: {2030: 1.2}, matching: weekly, excess_share: -1}",
            "contracts.techs=[solar, coal]",
            "contracts.nuclear_share=2",
            "contracts.lead_years={sun: 1}",
        )
    told = " ".join(str(problem) for problem in caught.value.problems)
    for field in ("2030", "matching", "excess_share", "techs", "nuclear_share", "lead_years"):
        assert field in told


def test_a_share_of_a_year_outside_is_refused(small):
    with pytest.raises(InputError) as caught:
        small("limits.clean={share_by_year: {2040: 0.8}}")
    (problem,) = caught.value.problems
    assert "2030 to 2035" in problem.expected


def test_no_new_plants_where_the_network_carries_every_slice(small):
    with pytest.raises(InputError) as caught:
        small("network={file: net, days: true}", share=0.8)
    assert any("limits.clean" in problem.found for problem in caught.value.problems)
