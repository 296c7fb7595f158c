"""Which works a plan takes, in the summary, on the terminal and on the page."""

import pytest

from siting.report import report_html
from siting.run_files import plain
from siting.scenario_file import load_scenario
from siting.study import make_study
from siting.terminal_limits import limit_lines
from tests.test_clean_scenario import SMALL

OPTIONS = """\
reinforcements:
  line: {group: upper, also_lifts: [kanda], added_mw: 300, lead_years: 2, cost_myen: 30}
  bank: {group: upper, added_mw: 500, lead_years: 1, cost_myen: 900000}
"""
UPPER = """\
  groups:
    upper:
      name: {ja: 上位系統, en: Upper system}
      places: [buzen, kanda]
      low_mw: 300
      high_mw: 300
      note: made for this test
"""
TOGETHER = "assumptions: {lead_time_by_voltage_years: {220: 3}}"


@pytest.fixture(scope="module")
def summary(tmp_path_factory):
    """More is wanted in FY2035 than both places hold together."""
    file = tmp_path_factory.mktemp("works") / "scenario.yaml"
    apart = "assumptions:\n  lead_time_by_voltage_years: {220: 3}\n" + UPPER
    file.write_text(SMALL.replace(TOGETHER, apart) + OPTIONS, encoding="utf-8")
    wanted = "demand.workloads.training.by_year={2030: 50, 2035: 350}"
    return plain(make_study(load_scenario(file, None, (wanted,))).answer.summary)


def test_works_taken_and_left_are_told_with_their_years(summary):
    line, bank = summary["works"]
    assert (line["option"], bank["option"]) == ("line", "bank")
    assert line["in_service_fiscal_year"] == 2035
    assert bank["in_service_fiscal_year"] is None
    assert line["groups"][0] == {"ja": "上位系統", "en": "Upper system"}
    assert len(line["groups"]) == 2
    paid = [row["myen"] for row in summary["costs"] if row["item"] == "reinforcement"]
    assert max(paid) == pytest.approx(line["myen_per_year"])


@pytest.mark.parametrize(("lang", "line"), [("en", "Works taken: line"), ("ja", "系統増強 line")])
def test_terminal_and_report_name_them(summary, lang, line):
    assert sum(line in told for told in limit_lines(summary, lang)) == 1
    none = summary | {"works": [row | {"in_service_fiscal_year": None} for row in summary["works"]]}
    assert any("2" in told and "Works taken" not in told for told in limit_lines(none, lang))
    strange = [row | {"option": f"<b>{row['option']}"} for row in summary["works"]]
    page = report_html(summary | {"works": strange})
    assert "Works on offer" in page
    assert "&lt;b&gt;bank" in page
    assert "<b>bank" not in page


def test_a_run_that_tells_no_works_has_no_table(summary):
    old = {key: value for key, value in summary.items() if key != "works"}
    for run in (old, summary | {"works": None}):
        assert "Works on offer" not in report_html(run)
        assert not any("orks" in line for line in limit_lines(run, "en"))
