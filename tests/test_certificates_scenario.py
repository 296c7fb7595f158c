"""Certificates and the additionality switch of a scenario: fields, plan, costs, pages, hours."""

import json
import math
from dataclasses import replace

import pytest

from data.errors import InputError
from data.facts import read_fact
from optimize.base import base_dispatch
from siting.assumed import list_assumptions
from siting.certificates import certificate_table
from siting.clean_inputs import clean_power, with_grid_share
from siting.explain.clashes import clash_summary
from siting.explain.limits import PRICED
from siting.finished_run import read_run
from siting.held_plan import dispatch_both, held_of
from siting.posed import pose_study
from siting.redispatch_terminal import lines
from siting.report import report_html
from siting.report_certificates import claim_view
from siting.run_files import plain
from siting.run_year import run_year
from siting.scenario_clean import Contracts
from siting.scenario_file import load_scenario
from siting.scenario_reference import written
from siting.study import run_study
from siting.terminal_limits import limit_lines
from siting.year_figures import CLAIM_FIGURES, figures_of, figures_of_run
from tests.test_clean_scenario import SMALL

FLOOR_YEN = 0.4


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The small clean scenario with `limits.clean` as given, and values changed as by --set."""
    file = tmp_path_factory.mktemp("claimed") / "scenario.yaml"
    file.write_text(SMALL, encoding="utf-8")

    def scenario(limit, *sets):
        return load_scenario(file, None, (f"limits.clean={limit}", *sets))

    return scenario


@pytest.fixture(scope="module")
def posed(small):
    """The same question without clean power, and the system before any site."""
    problem = pose_study(small("null")).question.problem
    return problem, base_dispatch(problem)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Run of a plan that claims all of FY2035, half of it at most by certificates of its own."""
    home = tmp_path_factory.mktemp("certificates")
    file = home / "scenario.yaml"
    asked = "limits: {clean: {claimed_share_by_year: {2030: 0.5, 2035: 1.0}, excess_share: 0.1}}"
    kinds = "fit-non-fossil: {gwh_per_year: 200}, j-credit: {price_yen_per_kwh: 1.8}"
    variant = f"variants:\n  asked: {{{asked}, contracts: {{certificates: {{{kinds}}}}}}}\n"
    file.write_text(SMALL + variant, encoding="utf-8")
    run_study(load_scenario(file, "asked"), output=home / "run")
    return home / "run"


@pytest.fixture(scope="module")
def summary(home):
    return json.loads((home / "summary.json").read_text(encoding="utf-8"))


# --- fields -----------------------------------------------------------------------------------


def test_the_default_is_the_published_floor_without_a_limit(small):
    row = certificate_table(small("{claimed_share_by_year: {2030: 1}}")).loc["fit-non-fossil"]
    assert row["myen_per_gwh"] == FLOOR_YEN  # a million kWh in a GWh, a million yen in a M¥
    assert math.isnan(row["potential_gwh"])
    assert not row["additional"]
    fact = read_fact("clean_parameters").set_index("parameter").loc["fit_certificate_floor"]
    assert (fact["value"], fact["confidence"]) == (FLOOR_YEN, "found")


def test_a_share_by_the_hour_may_be_left_out(small, posed):
    scenario = small("{claimed_share_by_year: {2035: 0.7}}")
    clean = clean_power(scenario, posed[0])
    assert clean.share.empty
    assert clean.claimed_share.to_dict() == {2035: 0.7}


def test_bad_fields_come_in_one_list(small):
    with pytest.raises(InputError) as caught:
        small(
            "{claimed_share_by_year: {2030: 1.5}, only_new: maybe}",
            "contracts.certificates={j-credit: {gwh_per_year: -1}}",
        )
    told = " ".join(str(problem) for problem in caught.value.problems)
    for field in ("claimed_share_by_year.2030", "only_new", "gwh_per_year"):
        assert field in told


@pytest.mark.parametrize(("limit", "sets", "field"), [
    ("{matching: hourly}", (), "limits.clean.share_by_year"),
    ("{claimed_share_by_year: {2040: 1}}", (), "limits.clean.claimed_share_by_year.2040"),
    (
        "{claimed_share_by_year: {2030: 1}}",
        ("contracts.certificates={j-credit: {}}",),
        "contracts.certificates.j-credit.price_yen_per_kwh",
    ),
])  # fmt: skip
def test_what_does_not_fit_is_named_with_its_repair(small, limit, sets, field):
    with pytest.raises(InputError) as caught:
        small(limit, *sets)
    (problem,) = caught.value.problems
    assert problem.where == field
    assert problem.fix


def test_the_reference_shows_the_default_as_it_would_be_written():
    field = Contracts.model_fields["certificates"].get_default(call_default_factory=True)
    inside = "{price_yen_per_kwh: null, gwh_per_year: null, additional: false}"
    assert written(field) == f"{{fit-non-fossil: {inside}}}"


# --- only what is new -------------------------------------------------------------------------


def counted(scenario, posed):
    problem, base = posed
    asked = replace(problem, clean=clean_power(scenario, problem))
    return with_grid_share(scenario, asked, base).clean


@pytest.mark.parametrize("only_new", [True, False])
def test_only_what_is_new_counts(small, posed, only_new):
    limit = "{share_by_year: {2030: 0.5}, claimed_share_by_year: {2030: 0.8}, only_new: %s}"
    kind = "new-wind: {price_yen_per_kwh: 2, additional: true}"
    kinds = f"contracts.certificates={{fit-non-fossil: {{}}, {kind}}}"
    clean = counted(small(limit % str(only_new).lower(), kinds), posed)
    assert clean.offers["additional"].all() == only_new
    assert ("nuclear" in {tech for _, tech in clean.offers.index}) != only_new
    assert clean.grid_clean_share.empty == only_new
    old = [] if only_new else ["fit-non-fossil"]
    assert clean.certificates.index.tolist() == [*old, "new-wind"]
    assert len(clean.stores)


# --- plan, costs and pages --------------------------------------------------------------------


def test_certificates_by_head(summary):
    """The cheap kind up to its 200 GWh, the dear one for what contracts then leave open."""
    clean = summary["clean"]
    bought = {(row["kind"], row["fiscal_year"]): row for row in clean["bought_certificates"]}
    cheap = bought["fit-non-fossil", 2035]
    assert cheap["gwh"] == pytest.approx(200.0)
    assert (cheap["at_floor"], cheap["source"]) == (True, "fit_certificates")
    for row in bought.values():
        price = FLOOR_YEN if row["kind"] == "fit-non-fossil" else 1.8
        assert row["yen_per_kwh"] == pytest.approx(price)
        assert row["myen"] == pytest.approx(row["gwh"] * price)
    for row in clean["years"]:
        year, delivered = row["fiscal_year"], row["matched_gwh"] + row["excess_gwh"]
        own = [each for (_, y), each in bought.items() if y == year]
        assert row["certificate_gwh"] == pytest.approx(sum(each["gwh"] for each in own))
        assert row["certificates_myen"] == pytest.approx(sum(each["myen"] for each in own))
        parts = ("contracts_myen", "stores_myen", "certificates_myen")
        assert row["cost_myen"] == pytest.approx(sum(row[part] for part in parts))
        claimed = (delivered + row["certificate_gwh"]) / row["draw_gwh"]
        assert row["claimed_share"] == pytest.approx(claimed)
        assert claimed >= {2030: 0.5, 2035: 1.0}[year] - 1e-6
        assert row["required_share"] is None
    last = clean["years"][-1]
    assert last["market_t"] == pytest.approx(0.0, abs=1e-3)
    assert last["location_t"] > 0
    assert clean["certificates"]["uncovered_gwh"] == pytest.approx(0.0, abs=1e-3)


def test_the_sites_pay_for_certificates(summary):
    for row in summary["clean"]["years"]:
        paid = [
            cost["myen"]
            for cost in summary["costs"]
            if (cost["item"], cost["fiscal_year"]) == ("clean_power", row["fiscal_year"])
        ]
        assert sum(paid) == pytest.approx(row["cost_myen"])


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_report_keeps_the_ways_apart_and_names_the_floor(summary, language):
    page = report_html(summary, language=language)
    section = page[page.index('<section id="clean">') :]
    section = section[: section.index("</section>")]
    for text in (
        "Claimed by contract or certificate", "契約または証書で", "FIT非化石証書", "j-credit",
        "is the published floor", "公表の下限価格", "not confirmed", "確認できていません",
        "Price of FIT non-fossil certificates since August 2023", "Location-based",
    ):  # fmt: skip
        assert text in section
    assert section.count("<svg") == 3 + len(summary["clean"]["heat"]["areas"])


def test_a_year_short_of_its_claim_is_marked(summary):
    clean = plain(summary["clean"])
    rows = claim_view(clean, [])["rows"]
    assert not any(row["short"] for row in rows)
    short = [{**row, "claimed_share": 0.4} for row in clean["years"]]
    assert all(row["short"] for row in claim_view({**clean, "years": short}, [])["rows"])
    asks_nothing = [{**row, "claim_required_share": None} for row in clean["years"]]
    assert claim_view({**clean, "years": asks_nothing}, []) is None


def test_the_terminal_tells_what_is_claimed(summary):
    (line,) = limit_lines(summary, "en")
    last = summary["clean"]["years"][-1]
    assert f"{last['claimed_share']:.1%} claimed (asked 100.0%)" in line
    assert "asked none, hourly" in line
    assert "契約または証書" in limit_lines(summary, "ja")[0]


def test_what_is_assumed_and_unknown_of_certificates_is_said(small, summary):
    asked = small("{claimed_share_by_year: {2030: 1}}")
    (row,) = [r for r in list_assumptions(asked) if r["field"] == "contracts.certificates"]
    assert row["value"] == "fit-non-fossil 0.4 yen/kWh, no limit"
    plain_fields = {r["field"] for r in list_assumptions(small("{share_by_year: {2030: 1}}"))}
    assert "contracts.certificates" not in plain_fields
    said = [row["en"] for row in summary["unknowns"]]
    assert any("Certificates cost the published floor unless stated" in text for text in said)
    assert not any("leave out wheeling, balancing and certificates" in text for text in said)


# --- explained, and hour by hour --------------------------------------------------------------


def test_a_claim_out_of_reach_is_named_in_both_languages(small):
    # 20 GWh a year of certificates and a hundredth of the nuclear output for 50 MW of servers
    few = "contracts.certificates={fit-non-fossil: {gwh_per_year: 20}}"
    none = pose_study(small("{claimed_share_by_year: {2030: 1}}", few, "contracts.techs=[nuclear]"))
    found = clash_summary(none, 30.0)
    field = "limits.clean.claimed_share_by_year"
    assert field in {name for each in found["sets"] for name in each["fields"]}
    (row,) = [row for row in found["alone"] if row["field"] == field]
    assert row["by"] > 0
    assert "certificates claimed" in row["unit"]["en"]
    assert "契約または証書の年間GWh" in row["unit"]["ja"]
    assert PRICED["claim_share"].field == field


def test_its_year_is_dispatched_again_without_them(home):
    """In the plan's own blocks; nothing can be missed of what is settled for the year."""
    run = read_run(home, command="siting redispatch", needed=())
    planned = run_year(run, 2035)
    two = dispatch_both(held_of(run, planned, 2035), planned.dispatch)
    stated, _ = figures_of_run(planned, run.summary, 2035)
    found, _ = figures_of(two)
    assert found["cost_myen"] == pytest.approx(stated["cost_myen"], rel=1e-5)
    assert found["annual_share"] == pytest.approx(stated["annual_share"], abs=1e-4)
    assert found["missed_gwh"] == 0.0
    for key in CLAIM_FIGURES:
        assert found[key] == pytest.approx(stated[key], rel=1e-4), key
    assert found["certificate_gwh"] > 0


def test_certificates_that_lack_in_all_hours_are_told(home):
    """Half of them: the draw is a known number, so what lacks is the other half."""
    run = read_run(home, command="siting redispatch", needed=())
    planned = run_year(run, 2035)
    held = held_of(run, planned, 2035)
    few = replace(held, certificate_gwh=0.5 * held.certificate_gwh)
    year, _ = figures_of(dispatch_both(few, planned.dispatch))
    told = {
        "plan": year,
        "plan_again": year,
        "hours_of_typical_days": year,
        "calendar_year": year | {"against_flow_gwh": 0.0, "missed_gwh": 0.0},
        "distinct_days": 1,
        "seconds": 1.0,
        "notes": [],
        "held": True,
    }
    lacking = f"{0.5 * held.certificate_gwh:.1f} GWh of certificates more"
    assert any(lacking in line for line in lines(told, "en"))
    whole = year | {"claimed_share": year["claim_required_share"]}
    full = told | {"calendar_year": whole | {"against_flow_gwh": 0.0, "missed_gwh": 0.0}}
    assert not any("certificates" in line for line in lines(full, "en"))
