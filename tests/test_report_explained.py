"""The report of a run that was explained and dispatched again; and of its hours."""

import pytest

from siting.later_files import LaterFiles
from siting.report import report_html
from siting.report_explained import meaning, redispatch_view
from siting.year_figures import FIGURES
from tests.small_explanations import make_explanation, make_price, make_redispatch, make_site
from tests.test_draw_summary import NORTH, draw_summary, make_plan, make_question
from tests.test_report import summary  # noqa: F401

BAD = "<img src=x onerror=alert(1)>{{7*7}}"


@pytest.fixture
def page_of(summary):  # noqa: F811
    def page(**parts):
        return report_html(summary, later=LaterFiles(**parts), language="en")

    return page


def test_without_the_files_the_report_is_as_it_was(summary, page_of):  # noqa: F811
    assert page_of() == report_html(summary, language="en")
    for part in ("alternatives", "every-hour", "hours", "chips", "hour-map"):
        assert f'id="{part}"' not in page_of()
        assert f'class="{part}' not in page_of()


def test_sites_stand_by_status_with_the_dearest_limits(summary, page_of):  # noqa: F811
    prices = [make_price("respect_headroom", f"p{n}", 100.0 - n) for n in range(14)]
    prices[1] |= {"check": "not_checked"}
    page = page_of(explanation=make_explanation(summary, prices=prices))
    section = page.split('id="alternatives"')[1].split("</section>")[0]
    assert section.count("✓") == 9
    assert "not solved again" in section
    assert "4 more in explain.json" in section
    assert '<li class="always in">' in section
    assert '<li class="never">' in section
    assert "tsuruga site" not in section  # not asked about
    assert 'href="explain.html"' in section
    assert 'href="#alternatives"' in page


def test_a_demand_is_no_limit(summary, page_of):  # noqa: F811
    only = [make_price("meet_compute", "training", 900.0, demand=True)]
    page = page_of(explanation=make_explanation(summary, prices=only))
    assert "No limit has a price" in page


def test_names_in_an_explanation_stay_text(summary, page_of):  # noqa: F811
    row = make_site("inzai", "always", in_plan=True, least=1.0) | {"name": {"ja": BAD, "en": BAD}}
    price = make_price("tie", "x", 1.0, where={"ja": BAD, "en": BAD}, field=BAD)
    page = page_of(explanation=make_explanation(summary, rows=[row], prices=[price]))
    assert "<img" not in page
    assert "{{7*7}}" in page


def test_prices_alone_of_a_plan_with_a_network(summary, page_of):  # noqa: F811
    page = page_of(explanation=make_explanation(summary, sites=None, notes=["network"]))
    section = page.split('id="alternatives"')[1].split("</section>")[0]
    assert "chips" not in section
    assert "With a network only prices are given" in section


def test_every_hour_beside_the_plan(summary, page_of):  # noqa: F811
    page = page_of(redispatch=make_redispatch(summary))
    section = page.split('id="every-hour"')[1].split("</section>")[0]
    assert "Every hour of FY2035, dispatched again" in page
    assert "+20,000" in section
    assert "3.0 GWh go unserved, 3.0 GWh of it not seen in the plan" in section
    assert section.count("<tr>") == len(FIGURES)  # a head for `hours`, which is in the heading


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ({"cost_myen": 1.009e6, "unserved_gwh": 0.0}, ("+0.90 %", "The typical days hold")),
        ({"cost_myen": 0.991e6, "unserved_gwh": 0.0}, ("\u22120.90 %", "The typical days hold")),
        ({"cost_myen": 1.011e6, "unserved_gwh": 0.0}, ("+1.10 %", "plan again with shorter")),
        ({"cost_myen": 1.0e6, "unserved_gwh": 0.2}, ("0.2 GWh go unserved", "plan again")),
    ],
)
def test_what_a_dispatch_means_by_head(summary, after, expected):  # noqa: F811
    told = meaning(make_redispatch(summary, after=after))
    for text in expected:
        assert text in told["en"]


def test_energy_that_the_plan_left_unserved_as_well_is_no_surprise(summary):  # noqa: F811
    both = {"unserved_gwh": 3.0, "cost_myen": 1e6}
    told = meaning(make_redispatch(summary, before=both, after=both))
    assert "3.0 GWh go unserved, 0.0 GWh of it not seen in the plan" in told["en"]
    assert "hold for the year" in told["en"]


def test_an_unknown_figure_is_a_dash(summary):  # noqa: F811
    told = make_redispatch(summary)
    told["difference"]["co2_kt"] = {"absolute": None, "percent": None}
    told["calendar_year"]["co2_kt"] = None
    row = redispatch_view(told)["rows"][FIGURES.index("co2_kt")]
    assert row["values"] == ["70", "—", "—"]
    assert row["percent"] == "—"


def test_the_hours_of_a_run_are_light(summary):  # noqa: F811
    before = len(report_html(summary))
    told = draw_summary(make_question(), make_plan(kyushu=NORTH, tokyo=NORTH))
    page = report_html({**summary, "draw": told})
    assert len(page) - before < 40_000
    section = page.split('id="hours"')[1].split("</section>")[0]
    assert section.count("hour-map") == 4  # three tables in one frame
    assert '<td class="step-6 sun">150</td>' in section
    assert 'href="#hours"' in page
