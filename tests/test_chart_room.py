"""Room in the report's figures: labels beside a scale, many days in a map of the hours."""

import base64
import io
import re
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_rgb
from matplotlib.font_manager import FontProperties
from matplotlib.image import imread
from matplotlib.textpath import TextPath

from siting.draw_summary import ALL
from siting.report_charts import Layer, draw_carbon, draw_stack
from siting.report_draw import STEP_COLOURS, draw_duration, draw_view
from siting.report_heat import (
    MOST_ROWS,
    NAME_HEIGHT,
    ROW_HEIGHT,
    STRIPS,
    SUNNY,
    colour_of,
    draw_heat,
    draw_long,
)
from siting.report_numbers import money, number
from siting.report_svg import text_width
from siting.report_words import both

DEJAVU = FontProperties(family="DejaVu Sans")
TEXT = re.compile(
    r'font-size: ([\d.]+)px; text-anchor: end;[^>]*? x="([-\d.]+)" y="([-\d.]+)"[^>]*>([^<]*)<'
)
VIEW = re.compile(r'viewBox="0 0 (\d+) ([\d.]+)"')
PICTURE = re.compile(r'href="data:image/png;base64,([^"]+)"')


def measured(text, size=12.0):
    """Width of a text as a font draws it, in units of the figure; independent of `text_width`."""
    return float(TextPath((0, 0), text, size=size, prop=DEJAVU).get_extents().x1)


def labels(svg):
    """Texts that end at a place: [size, x, y, text]."""
    return [(float(s), float(x), float(y), text) for s, x, y, text in TEXT.findall(svg)]


def stack(top_mw, years=3, **options):
    return draw_stack("x", range(years), [Layer("#123456", (top_mw,) * years)], **options)


def height(svg):
    return float(VIEW.search(svg)[2])


def days(count):
    return [both(f"{day}日", f"day {day}") for day in range(count)]


def picture(svg):
    """The pixels inside a figure, from 0 to 1."""
    data = base64.b64decode("".join(PICTURE.search(svg)[1].split()))
    return imread(io.BytesIO(data))[..., :3]


# --- labels beside a scale ------------------------------------------------------------------------


@pytest.mark.parametrize("years", [1, 4, 10])
@pytest.mark.parametrize("top", [0.004, 80.0, 15_900.0, 1_234_567.0, -15_900.0, -150_000.0])
def test_no_label_of_a_scale_is_cut_off(top, years):
    told = labels(stack(top, years))
    assert len(told) >= 3
    assert all(x - measured(text, size) >= 0 for size, x, _, text in told)


def test_ten_thousands_stand_in_full():
    assert {text for *_, text in labels(stack(15_900.0))} >= {"5,000", "10,000", "15,000"}


def test_both_languages_of_a_scale_have_room():
    svg = stack(2e6, scale=money)
    wide = [text for *_, text in labels(svg) if "億" in text]
    assert wide
    for size, x, _, text in labels(svg):  # a full-width sign is as wide as high
        signs = sum(ord(sign) > 0x2FFF for sign in text)
        latin = "".join(sign for sign in text if ord(sign) <= 0x2FFF)
        assert x >= size * signs + (measured(latin, size) if latin.strip() else 0.0)


def test_both_parts_of_the_carbon_chart_begin_at_the_same_place():
    svg = draw_carbon([2030, 2031], [250_000.0] * 2, caps_kt=[None] * 2, intensities=[0.3] * 2)
    assert all(x - measured(text, size) >= 0 for size, x, _, text in labels(svg))
    bases = re.findall(r'd="M ([\d.]+) [\d.]+ +L ([\d.]+) [\d.]+ *" clip-path', svg)
    starts = {float(left) for left, right in bases if float(right) == 412.0}
    assert len(starts) == 1
    assert starts.pop() > 46.0


def test_the_duration_curve_has_room_too():
    curve = {"hours": [8760.0], "mw": [123_456_000.0]}
    svg = draw_duration({"without": curve, "with": curve})
    told = labels(svg)
    assert "1e+05" in {text for *_, text in told}
    assert all(x - measured(text, size) >= 0 for size, x, _, text in told)


@settings(max_examples=60)
@given(value=st.floats(-1e9, 1e9), digits=st.integers(0, 3))
def test_a_number_is_never_wider_than_is_thought(value, digits):
    text = number(value, digits)
    assert measured(text) <= text_width(text)


# --- many days ------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [17, 40, 366])
def test_many_days_are_no_higher_than_a_few(count):
    shares = [[day / count, None, 1.0] for day in range(count)]
    few = draw_heat("x", days(MOST_ROWS), [0, 8, 16], shares[:MOST_ROWS])
    many = draw_heat("x", days(count), [0, 8, 16], shares)
    assert height(many) == pytest.approx(height(few)) == MOST_ROWS * ROW_HEIGHT + 24
    assert ">100<" in few
    assert ">100<" not in many


@pytest.mark.parametrize("count", [17, 40, 366])
def test_names_of_many_days_are_apart_and_stand_at_their_rows(count):
    svg = draw_heat("x", days(count), [0], [[1.0]] * count)
    named = [(y, int(text.split()[1])) for *_, y, text in labels(svg) if text.startswith("day")]
    assert len(named) >= 12
    heights = np.array([y for y, _ in named])
    assert np.diff(heights).min() >= NAME_HEIGHT - 1e-3
    rows = np.array([day for _, day in named])
    row_height = MOST_ROWS * ROW_HEIGHT / count
    np.testing.assert_allclose(heights - heights[0], (rows - rows[0]) * row_height, atol=1e-3)
    assert rows[0] == 0
    assert heights.min() >= 8  # the first is not cut off at the top


def test_every_cell_of_many_days_has_its_colour():
    rng = np.random.default_rng(4)
    shares = rng.uniform(0, 1, (40, 3)).tolist()
    shares[7][1] = None
    cells = picture(draw_heat("x", days(40), [0, 8, 16], shares))
    assert cells.shape == (40, 3 * STRIPS, 3)
    expected = [
        [to_rgb(colour_of(share)) for share in own for _ in range(STRIPS)] for own in shares
    ]
    np.testing.assert_allclose(cells, expected, atol=1 / 255)


def test_a_sunny_hour_has_its_mark_at_the_left():
    sunny = [[row % 2 == 0, row == 5] for row in range(20)]
    cells = picture(draw_long("x", days(20), [0, 12], [["#0b5c8f"] * 2] * 20, sunny))
    is_mark = np.isclose(cells, to_rgb(SUNNY), atol=1 / 255).all(axis=2)
    assert is_mark[:, ::STRIPS].tolist() == sunny
    assert is_mark.sum() == np.sum(sunny)


def test_a_year_of_days_stays_small_to_mail():
    shares = np.random.default_rng(1).uniform(0, 1, (365, 24)).tolist()
    assert len(draw_heat("x", days(365), range(24), shares)) < 100_000


# --- in the report --------------------------------------------------------------------------------


def draw_of(count):
    """Part `draw` of a summary: Tokyo draws more in the second half of its days."""
    named = [{"day": f"d{d}", "name_ja": f"{d}日", "name_en": f"day {d}"} for d in range(count)]
    curve = {"hours": [8760.0], "mw": [100.0]}
    area = {
        "area": ALL,
        "mean_mw": 20.0,
        "draw_share": [[0.5, 1.5]] * count,
        "sun_share": [[0.0, 0.4]] * count,
    }
    return {
        "fiscal_year": 2035,
        "days": named,
        "hours": [0, 12],
        "weight_hours": [[1.0, 1.0]] * count,
        "areas": [area],
        "residual": {"without": curve, "with": curve},
    }


def test_a_table_of_many_days_becomes_a_picture():
    few, many = draw_view(draw_of(MOST_ROWS)), draw_view(draw_of(MOST_ROWS + 1))
    assert (len(few["areas"][0]["rows"]), few["areas"][0]["svg"]) == (MOST_ROWS, "")
    assert many["areas"][0]["rows"] == []
    assert many["areas"][0]["sentence"] == few["areas"][0]["sentence"]
    cells = picture(many["areas"][0]["svg"])
    np.testing.assert_allclose(cells[0, 1], to_rgb(STEP_COLOURS[0]), atol=1 / 255)
    np.testing.assert_allclose(cells[0, STRIPS], to_rgb(SUNNY), atol=1 / 255)
    np.testing.assert_allclose(cells[0, -1], to_rgb(STEP_COLOURS[-1]), atol=1 / 255)


def test_the_picture_has_the_colours_of_the_table():
    style = (files("siting") / "assets" / "report_hours.css").read_text(encoding="utf-8")
    for step, colour in enumerate(STEP_COLOURS):
        assert re.search(rf"\.step-{step} {{ background: {colour}", style)
