import json
import re
from collections import defaultdict
from copy import deepcopy
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siting.loads_chart_parts import runs_of
from siting.loads_charts import change_text, spread_out
from siting.loads_report import loads_report_html, write_loads_report
from siting.loads_report_adequacy import (
    adequacy_years,
    limit_of,
    margin_state,
    tie_arrow,
    tie_arrows,
)
from siting.loads_report_boxes import find_boxes, unknown_areas
from siting.loads_report_details import detail_rows, figure_with_range
from siting.loads_report_pipeline import pipeline_by_stage, pipeline_totals
from siting.loads_report_tables import (
    comparison_blocks,
    notice_rows,
    peak_notes,
    peak_rows,
    peak_years,
    signed,
)
from siting.loads_report_verdict import cards, tiles
from siting.loads_report_view import (
    area_order,
    index_verdict,
    is_loose,
    last_year,
    matrix,
    over_range,
    verdict_cell,
    vintage_order,
)
from siting.loads_words import (
    BASES,
    CASES,
    KINDS,
    LIMITED_BY,
    PEAK_NOTES,
    STAGES,
    VERDICTS,
    loads_word,
)
from siting.report_words import area_names
from tests.small_answers import make_answer

CASE_OF = {"contract": "contracted", "weighted": "weighted", "all": "all"}
ATTACK = (
    "{{ 7*7 }}{% for x in y %}{# c #} <script>alert(1)</script><img src=x onerror=alert(2)> "
    "\"><svg onload=alert(3)>' </style></title><iframe src=https://example.org> "
    "$\\frac{1}{0}$ $x$ -->]]>&lt;b&gt; " + "とても長い名前" * 30
)
KEYS = {
    "kind",
    "stage",
    "case",
    "area",
    "vintage",
    "verdict",
    "standard",
    "season",
    "quantity",
    "newest",
    "vintages",
    "cases",
    "areas",
    "basis",
}
SHOWN = """language => [...document.querySelectorAll('.' + language)]
  .filter(element => element.getClientRects().length).length"""
WIDE_TABLES = """[...document.querySelectorAll('table')]
  .map(table => table.getBoundingClientRect().right - innerWidth).filter(px => px > 1)"""


@pytest.fixture(scope="module")
def full():
    return make_answer()


@pytest.fixture
def answer(full):
    return deepcopy(full)


@pytest.fixture(scope="module")
def html(full):
    """The page of the full answer."""
    return loads_report_html(full)


@pytest.fixture(scope="module")
def small():
    return make_answer(12, size=5)


@pytest.fixture(scope="module")
def names():
    return area_names()


class Page(HTMLParser):
    """What a browser would find: tags, attributes, and the text of each section by language."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.ids, self.texts = [], [], [], []
        self.sections, self.section = defaultdict(list), ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]
        self.ids += [value for name, value in attrs if name == "id"]
        if tag == "section":
            self.section = dict(attrs).get("id", "alarm")

    def handle_data(self, data):
        if self.tags[-1:] != ["style"]:
            self.texts.append(data)
            self.sections[self.section].append(data)

    def text(self, section=None):
        parts = self.texts if section is None else self.sections[section]
        return " ".join(" ".join(parts).replace("\u00a0", " ").split())


# --- what the page says ---------------------------------------------------------------------


def test_words_are_there_in_both_languages():
    for words in (STAGES, CASES, VERDICTS, KINDS, BASES, LIMITED_BY, PEAK_NOTES):
        assert all(text["ja"] and text["en"] for text in words.values())
    assert set(LIMITED_BY) == {"ties", "supply", "others"}
    assert set(PEAK_NOTES) == {"both", "areas_missing", "national_missing", "both_missing"}
    assert list(STAGES) == ["study", "applied", "accepted", "contract", "supplied"]
    assert loads_word("stranger")["ja"] == "stranger"


def test_alarm_tells_area_first_year_and_amount(answer, html):
    text = Page(html).text("alarm")
    newest = [row for row in answer["firsts"] if row["vintage"] == "2026-01"]
    assert newest
    for row in newest:
        amount = f"from FY{row['first_fiscal_year']} (up to +{round(row['worst_over_mw']):,} MW"
        assert amount in text


def test_nothing_exceeded_is_calm_and_not_red():
    page = loads_report_html(make_answer(12, size=0.3))
    assert 'class="alarm bad"' not in page
    assert 'class="alarm calm"' in page
    assert "No area exceeds OCCTO's newest forecast (2026-01)" in Page(page).text("alarm")
    assert "No area exceeds the newest forecast." in Page(page).text("because")


def test_unknown_areas_are_amber_not_green(answer, names):
    levels = [box["level"] for box in find_boxes(answer, index_verdict(answer), names)]
    assert levels == ["bad", "warn", "warn"]
    unknown = unknown_areas(answer, index_verdict(answer))
    assert "hokkaido" in unknown
    assert not {"tokyo", "kyushu", "japan", "shikoku"} & set(unknown), "known, or nothing listed"


def test_cards_follow_their_case(answer, names):
    index = index_verdict(answer)
    told = {card["case"]["en"]: card for card in cards(answer, index, names)}
    over = {row["case"] for row in answer["firsts"] if row["vintage"] == "2026-01"}
    for case in answer["cases"]:
        assert (told[CASES[case]["en"]]["state"] == "exceeds") == (case in over)
    own = [
        row
        for row in answer["verdict"]
        if (row["area"], row["vintage"], row["case"]) == ("japan", "2026-01", "all")
    ]
    mw, year = worst_of(own, "over_mw")
    gwh, energy_year = worst_of(own, "over_gwh")
    sentence = told["All applications"]["sentences"][0]["en"].replace("\u00a0", " ")
    assert f"FY{year}: {mw:,.0f} MW." in sentence
    assert f"Energy is over by {gwh:,.0f} GWh in FY{energy_year}." in sentence


def worst_of(rows, key):
    return max((row[key], row["fiscal_year"]) for row in rows if row[key] is not None)


def test_energy_known_in_another_year_than_the_worst_is_told(answer, names):
    """Forecasts give energy for their last year only; power may be over by most before."""
    for row in answer["verdict"]:
        known = (row["fiscal_year"], row["case"]) == (2031, "all")
        row |= {"over_gwh": 123.0 if known else None}
    card = cards(answer, index_verdict(answer), names)[-1]
    assert card["sentences"][0]["ja"].endswith("電力量の超過は2031年度に123\u00a0GWhです。")


def test_years_without_anything_do_not_hide_that_all_is_counted(answer, names):
    for row in answer["verdict"]:
        if row["case"] == "contracted":
            nothing = row["fiscal_year"] < 2026
            row |= {"verdict": "fits" if nothing else "inside"}
            row |= {"additions_mw": 0.0} if nothing else {}
    answer["firsts"] = [row for row in answer["firsts"] if row["case"] != "contracted"]
    card = cards(answer, index_verdict(answer), names)[0]
    assert card["state"] == "inside"
    assert "already holds all" in card["sentences"][0]["en"]


def test_earlier_forecasts_name_the_cases_that_are_over(answer, names):
    (box,) = [
        box
        for box in find_boxes(answer, index_verdict(answer), names)
        if box["title"]["en"].startswith("Earlier")
    ]
    for vintage in ("2025-01", "2024-01"):
        (line,) = [line["en"] for line in box["lines"] if line["en"].startswith(vintage)]
        for area in answer["areas"]:
            over = {
                row["case"]
                for row in answer["verdict"]
                if (row["area"], row["vintage"], row["verdict"]) == (area, vintage, "exceeds")
            }
            short = [word for word in ("contract", "weighted", "all") if CASE_OF[word] in over]
            part = f"{names[area]['en']} ({' and '.join(short)})"
            assert (part in line) == bool(over)


def test_energy_that_no_forecast_gives_is_not_a_zero(answer, names):
    for row in answer["verdict"]:
        row |= {"over_gwh": None, "allowance_gwh": None}
    card = cards(answer, index_verdict(answer), names)[-1]
    assert card["sentences"][0]["en"].endswith("MW. Energy: the forecast gives no figure.")


def test_tiles_tell_the_last_year_that_the_forecast_covers(answer):
    shown = tiles(answer, index_verdict(answer))
    assert shown["year"] == 2035
    assert round(shown["widest"]["allowance_mw"]) == 7620
    for row in answer["verdict"]:
        if row["fiscal_year"] == 2035:
            row |= {"allowance_mw": None, "verdict": "unknown"}
    assert last_year(answer, index_verdict(answer)) == 2034


def test_first_exceeding_application_is_named(answer, html):
    text = Page(html).text("because")
    for row in answer["contributors"]:
        if row["vintage"] == answer["newest"]:
            assert row["name"] in text
            assert row["id"] in text


# --- the tables tell the answer's numbers ---------------------------------------------------


def test_every_cell_of_the_matrix_is_the_row_of_the_verdict(answer, names):
    index = index_verdict(answer)
    for vintage in answer["vintages"]:
        blocks = {block["name"]["en"]: block for block in matrix(answer, index, vintage, names)}
        for row in (r for r in answer["verdict"] if r["vintage"] == vintage):
            block = blocks.get(names[row["area"]]["en"])
            if block is None:
                assert row["additions_mw"] == 0, "only areas without anything are left out"
                continue
            line = block["rows"][answer["cases"].index(row["case"])]
            cell = line["cells"][answer["years"].index(row["fiscal_year"])]
            assert cell["text"]["en"] == expected_text(row)


def expected_text(row):
    """Independent reading of a row: a plus, a room, a tick, or that nobody knows."""
    room = None if row["allowance_mw"] is None else row["allowance_mw"] - row["additions_mw"]
    if row["verdict"] == "unknown":
        return "—"
    if row["verdict"] == "exceeds":
        return f"+{row['over_mw']:,.0f}"
    if room is None:
        return "none" if row["additions_mw"] == 0 else "✓"
    return f"✓ {room:,.0f}" if row["verdict"] == "inside" else f"{room:,.0f}".replace("-0", "0")


def test_unknown_is_a_dash_and_never_a_zero(html):
    assert not re.search(r"\b(nan|None|inf)\b", html)
    for area in re.findall(r'<td class="num v-unknown">([^<]*)</td>', html):
        assert area == "—"
    assert html.count("v-unknown") > 100


@pytest.mark.parametrize("state", ["fits", "exceeds", "inside", "unknown", "what?"])
def test_cell_without_any_figure_shows_none(state):
    figures = dict.fromkeys(
        ("additions_mw", "allowance_mw", "over_mw", "over_low_mw", "over_high_mw")
    )
    cell = verdict_cell(figures | {"verdict": state, "additions_mw": 5.0})
    assert not re.search(r"\d", cell["text"]["en"])
    assert verdict_cell(None)["state"] == "unknown"


def test_ranges_may_come_in_any_order():
    row = {"over_mw": None, "over_low_mw": 90.0, "over_high_mw": 20.0}
    assert over_range(row) == (20.0, 90.0)
    assert over_range(row | {"over_low_mw": None, "over_high_mw": None}) == (None, None)


def test_verdict_that_hangs_on_the_range_says_so():
    row = {"allowance_mw": 100.0, "over_mw": 10.0, "over_low_mw": 0.0, "over_high_mw": 30.0}
    assert is_loose(row | {"verdict": "exceeds"})
    assert not is_loose(row | {"verdict": "exceeds", "over_low_mw": 4.0})
    assert is_loose(row | {"verdict": "fits"})
    assert not is_loose(row | {"verdict": "fits", "over_high_mw": 0.0})


@pytest.mark.parametrize(
    ("value", "ends", "shown"),
    [
        (7620.0, (7615.0, 7625.0), ["7,620", "7,615–7,625"]),
        (7507.0, (6818.0, 10248.0), ["7,507", "6,818–10,248"]),
        (None, (0.0, 3431.0), ["0–3,431"]),
        (20.0, (20.0, 20.0), ["20"]),
        (20.0, (None, None), ["20"]),
        (None, (None, None), ["—"]),
    ],
)
def test_figure_stands_with_its_range(value, ends, shown):
    assert figure_with_range(value, ends) == shown


def test_detail_shows_the_excess_that_the_alarm_tells(answer, names):
    index = index_verdict(answer)
    (japan,) = [b for b in detail_rows(answer, index, names) if b["name"] == names["japan"]]
    told = {row["case"]: row for row in japan["rows"]}
    for first in answer["firsts"]:
        if (first["area"], first["vintage"]) == ("japan", "2026-01"):
            row = told[first["case"]]
            assert row["fiscal_year"] == first["worst_fiscal_year"]
            assert row["over"][0] == f"{first['worst_over_mw']:,.0f}"


def test_pipeline_adds_up_to_the_list_in_full(answer):
    totals = pipeline_totals(pipeline_by_stage(answer, "japan"))
    for place, year in enumerate(answer["years"]):
        own = [r["mw"] for r in answer["pipeline"] if r["fiscal_year"] == year]
        areas = [r for r in answer["pipeline"] if r["fiscal_year"] == year and r["area"] == "japan"]
        assert totals[place] == pytest.approx(sum(r["mw"] for r in areas))
        assert totals[place] == pytest.approx(sum(own) / 2), "areas and the country hold the same"
    assert totals[-1] == pytest.approx(answer["totals"]["contract_mw"])


def test_comparison_shows_what_moved_in_fy2030(answer):
    block = comparison_blocks(answer)[0]
    assert block["changes"][answer["years"].index(2030)] == "−1,180"
    assert block["changes"][-1] == "—"
    row = {row["vintage"]: row["cells"] for row in block["rows"]}
    assert row["2026-01"][answer["years"].index(2030)] == {"value": 4200.0, "published": True}
    assert row["2026-01"][answer["years"].index(2031)]["published"] is False


def test_fan_points_out_the_change_only_with_both_forecasts(answer, html):
    assert "FY2030 5.38 → 4.20 GW" in html
    answer["vintages"] = ["2026-01"]
    assert "5.38" not in loads_report_html(answer)


def test_non_coincident_peak_is_kept_apart(answer):
    block = peak_rows(answer)[0]
    years = peak_years(answer)
    known = {row["fiscal_year"] for row in answer["peaks"] if row["coincident_mw"] is not None}
    assert years == sorted(known), "years without any peak would only be dashes"
    place = years.index(2026)
    assert block["coincident_mw"][place] == 159626.0
    assert block["non_coincident_mw"][place] == 161070.0
    assert block["difference"][place] == "+1,444"
    assert block["difference"][-1] == "—"


def test_peak_notes_have_words(answer):
    answer["peaks"] = [{"note": note} for note in [*PEAK_NOTES, "both", None, "strange"]]
    told = peak_notes(answer)
    assert told == [*PEAK_NOTES.values(), {"ja": "strange", "en": "strange"}]


def test_adequacy_shows_the_first_exceeded_year_or_the_last(answer):
    years = adequacy_years(answer, "all")
    firsts = {
        row["area"]: row["first_fiscal_year"]
        for row in answer["firsts"]
        if (row["vintage"], row["case"]) == ("2026-01", "all")
    }
    assert years["tokyo"] == firsts["tokyo"] < 2035
    assert years["shikoku"] == 2035


def test_adequacy_prints_margins_and_ties(answer, html):
    text = Page(html).text("adequacy")
    year = adequacy_years(answer, "all")["tokyo"]
    (row,) = [
        r
        for r in answer["adequacy"]
        if (r["area"], r["fiscal_year"], r["season"], r["standard"], r["case"])
        == ("tokyo", year, "summer", "h3", "all")
    ]
    own, tied = 100 * row["own_margin_share"], 100 * row["tied_margin_share"]
    assert f"{own:.1f} → {tied:.1f}".replace("-", "−") in text
    assert "Tohoku → Tokyo" in text
    assert "3.6 → 11.6" in text, "Tokyo without additions"


def test_adequacy_tells_what_a_conditional_connection_takes_off_the_peak(answer, html):
    year = adequacy_years(answer, "all")["tokyo"]
    relieved = {
        row["relieved_mw"]
        for row in answer["adequacy"]
        if (row["area"], row["fiscal_year"], row["case"]) == ("tokyo", year, "all")
    }
    text = Page(html).text("adequacy")
    assert all(f"−{mw:,.0f}" in text for mw in relieved)


@pytest.mark.parametrize(
    ("area", "spare_mw", "limited_by", "told"),
    [
        ("tokyo", -5.0, "others", "shortfalls elsewhere first"),
        ("tokyo", 5.0, "supply", "supply within reach"),
        ("tokyo", 5.0, "ties", "ties"),
        ("tokyo", None, None, "—"),
        ("tokyo", 5.0, "strange", "—"),
        ("okinawa", 5.0, "others", "no ties"),
    ],
)
def test_what_limits_the_room_is_told_where_no_tie_is_named(area, spare_mw, limited_by, told):
    row = {"area": area, "spare_mw": spare_mw, "limited_by": limited_by}
    assert limit_of(row)["en"] == told


def test_margin_states():
    assert margin_state(0.0799, 0.08) == "fine"
    assert margin_state(0.07, 0.08) == "low"
    assert margin_state(None, 0.08) == "unknown"


def test_ties_are_named_by_the_way_the_power_goes(names):
    arrows = tie_arrows(names)
    back = {"tie": "tohoku-tokyo", "direction": "reverse"}
    assert tie_arrow(back, arrows)["en"] == "Tokyo → Tohoku"
    assert tie_arrow({"tie": "new line", "direction": "forward"}, arrows)["en"] == (
        "new line (forward)"
    )


def test_assumed_values_carry_their_mark(answer, html):
    section = html[html.index('<section id="assumptions">') : html.index('<section id="unknowns">')]
    assert section.count("mark-assumed") == sum(
        row["confidence"] == "assumed" for row in answer["assumptions"]
    )
    how = html[html.index('<section id="how">') : html.index('<section id="assumptions">')]
    assert how.count("mark-assumed") == len(STAGES) + len(KINDS)


def test_long_notices_say_how_many_more(html):
    text = Page(html).text("notices")
    assert "and 48 more" in text


def test_long_lists_stay_short_on_the_page(small):
    plain = len(loads_report_html(small))
    many = list(range(50_000))
    small = small | {"notices": [small["notices"][0] | {"rows": many, "ids": list(map(str, many))}]}
    assert len(loads_report_html(small)) < plain + 1_000
    assert notice_rows(small)[0]["more_ids"] == 50_000 - len(notice_rows(small)[0]["ids"])


def test_orders(answer):
    assert vintage_order(answer) == ["2026-01", "2025-01", "2024-01"]
    assert area_order(answer)[0] == "japan"
    assert area_order(answer)[-1] == "rest-of-japan"
    assert [signed(value) for value in (3.2, -3.2, 0.3, -0.3, None)] == ["+3", "−3", "0", "0", "—"]


# --- charts ---------------------------------------------------------------------------------


@given(st.lists(st.one_of(st.none(), st.floats(0, 1e6)), max_size=15))
def test_runs_are_neighbours_and_complete(values):
    runs = runs_of(values)
    assert [place for run in runs for place in run] == [
        place for place, value in enumerate(values) if value is not None
    ]
    for run in runs:
        assert run == list(range(run[0], run[-1] + 1))
    for before, after in pairwise(runs):
        assert after[0] > before[-1] + 1


@given(st.lists(st.floats(0, 1e5), max_size=9), st.floats(1, 1e3))
def test_labels_at_line_ends_keep_apart(levels, least):
    spread = spread_out(sorted(levels), least)
    assert all(b - a >= 0.999 * least for a, b in pairwise(spread))
    assert all(new >= old for new, old in zip(spread, sorted(levels), strict=True))


def test_change_in_gigawatts():
    assert change_text(5380, 4200) == "5.38 → 4.20 GW"


# --- small, empty and hostile answers -------------------------------------------------------


@pytest.mark.parametrize("size", [0.01, 500.0])
def test_one_application_is_enough(size):
    text = Page(loads_report_html(make_answer(1, size=size))).text()
    assert "Load additions against OCCTO's forecast" in text
    assert ("The list exceeds OCCTO's newest forecast" in text) == (size > 1)


@pytest.mark.parametrize(
    "key",
    [
        "pipeline",
        "firsts",
        "contributors",
        "vintage_comparison",
        "peaks",
        "adequacy",
        "draws",
        "chance",
        "notices",
        "assumptions",
        "unknowns",
        "sources",
    ],
)
def test_page_stands_without_a_table(small, key):
    answer = small | {key: []}
    assert answer["title"]["ja"] in Page(loads_report_html(answer)).text()


def test_page_stands_with_one_case_and_one_forecast(small):
    answer = small | {"cases": ["weighted"], "vintages": ["2026-01"]}
    for key in ("verdict", "firsts", "contributors", "chance", "peaks", "vintage_comparison"):
        answer[key] = [row for row in answer[key] if row["vintage"] == "2026-01"]
    for key in ("verdict", "firsts", "contributors", "adequacy"):
        answer[key] = [row for row in answer[key] if row["case"] in ("weighted", "none")]
    html = loads_report_html(answer)
    assert 'id="vintage-1"' in html
    assert 'id="vintage-2"' not in html


def test_same_answer_gives_the_same_bytes(small, tmp_path):
    write_loads_report(small, tmp_path / "a.html")
    write_loads_report(json.loads(json.dumps(small)), tmp_path / "b.html")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_language_that_opens_first(small, html):
    assert 'id="show-en" checked' in loads_report_html(small, language="en")
    assert 'id="show-ja" checked' in html


def test_ids_of_the_page_are_unique_and_links_have_targets(html):
    page = Page(html)
    assert len(page.ids) == len(set(page.ids))
    anchors = [v[1:] for _, name, v in page.attributes if name == "href" and v.startswith("#")]
    assert set(anchors) <= set(page.ids)


def poison(value, key=""):
    """The same answer with an attack in every text that a user could have written."""
    if isinstance(value, dict):
        return {name: poison(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [poison(item, key) for item in value]
    if isinstance(value, str) and key == "url":
        return "javascript:alert(4)"
    return f"{value} {ATTACK}" if isinstance(value, str) and key not in KEYS else value


@pytest.fixture(scope="module")
def hostile():
    """Poisoned texts, and keys that no table knows."""
    bad = poison(make_answer(20, size=9))
    bad["areas"].append(ATTACK)
    bad["vintages"] = [*bad["vintages"], f"<svg {ATTACK}"]
    for row in bad["verdict"][:40]:
        row |= {"basis": ATTACK, "verdict": ATTACK}
    for key in ("verdict", "pipeline", "adequacy", "chance"):
        bad[key] += [row | {"area": ATTACK} for row in bad[key] if row["area"] == "tokyo"]
    return bad


def test_hostile_text_is_only_text(hostile):
    page = Page(loads_report_html(hostile))
    assert not {"script", "img", "iframe", "object", "embed", "base"} & set(page.tags)
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    targets = {value[:1] for _, name, value in page.attributes if name in ("href", "src")}
    assert targets <= {"#", "m", "d"}, "only anchors, map.html and the empty icon"
    assert "{{ 7*7 }}{% for x in y %}{# c #}" in page.text()
    assert "$\\frac{1}{0}$ $x$" in page.text()


def test_no_script_and_a_policy_against_one(answer, html):
    assert "<script" not in html
    assert "default-src 'none'" in html
    links = re.findall(r'href="(https?:[^"]*)"', html)
    assert links == [row["url"] for row in answer["sources"] if row["url"]]


# --- in a browser ---------------------------------------------------------------------------


def open_page(browser, path, heard, width):
    """The page offline; `heard` collects dialogs, messages, errors and requests."""
    page = browser.new_context(offline=True, viewport={"width": width, "height": 900}).new_page()
    for event in ("dialog", "console", "pageerror", "requestfailed"):
        page.on(event, lambda thing, event=event: heard.append((event, str(thing))))
    page.on(
        "request",
        lambda request: heard.append(request.url) if request.url != path.as_uri() else None,
    )
    page.goto(path.as_uri())
    return page


def overflow_px(page):
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 768, 390, 320])
def test_page_asks_for_nothing_and_switches(browser, html, tmp_path, width):
    (tmp_path / "report.html").write_text(html, encoding="utf-8")
    heard = []
    page = open_page(browser, tmp_path / "report.html", heard, width)
    assert overflow_px(page) <= 0
    assert page.evaluate(SHOWN, "en") == 0
    page.click("label[for=show-en]")
    assert page.evaluate(SHOWN, "ja") == 0
    assert page.evaluate(SHOWN, "en") > 100
    assert overflow_px(page) <= 0
    page.click("label[for=vintage-2]")
    assert page.is_visible("[aria-label$='2025-01']")
    assert page.is_hidden("[aria-label$='2026-01']")
    assert heard == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_hostile_page_does_nothing_in_a_browser(browser, hostile, tmp_path, width):
    write_loads_report(hostile, tmp_path / "report.html")
    heard = []
    page = open_page(browser, tmp_path / "report.html", heard, width)
    assert page.evaluate("document.querySelectorAll('script, img, iframe').length") == 0
    assert overflow_px(page) <= 0
    assert heard == []


@pytest.mark.browser
@pytest.mark.parametrize("language", ["ja", pytest.param("en", marks=pytest.mark.thorough)])
def test_prints_on_a4_with_every_forecast(browser, answer, tmp_path, language):
    write_loads_report(answer, tmp_path / "report.html", language=language)
    page = open_page(browser, tmp_path / "report.html", [], 1280)
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 703, "height": 1000})  # 186 mm between A4's margins
    assert page.evaluate(WIDE_TABLES) == []
    assert page.is_visible("[aria-label$='2024-01']")
    assert re.search(rb"/MediaBox \[0 0 59[45][.\d]* 84[12]", pdf)
