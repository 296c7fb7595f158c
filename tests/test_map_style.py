from itertools import pairwise

import pytest

from maps.style import DARK, LIGHT, START_CLASSES, contrast, theme_css

THEMES = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])


def test_both_palettes_name_the_same_colours():
    assert LIGHT.keys() == DARK.keys()
    assert "--start-6" in theme_css()


@THEMES
@pytest.mark.parametrize("text", ["ink", "muted", "accent", "tight"])
def test_text_is_legible_on_a_card(palette, text):
    assert contrast(palette[text], palette["card"]) >= 4.5


@THEMES
def test_marks_and_tags_are_legible_on_their_own_ground(palette):
    assert contrast(palette["mark"], palette["mark-soft"]) >= 4.5
    assert contrast(palette["zone-ink"], palette["zone-soft"]) >= 4.5
    assert contrast(palette["muted"], palette["soft"]) >= 4.5


@THEMES
@pytest.mark.parametrize(
    "symbol", ["start-1", "start-2", "start-3", "start-4", "rim", "zone", "candidate"]
)
def test_symbols_stand_out_from_land(palette, symbol):
    assert contrast(palette[symbol], palette["land"]) >= 3


@THEMES
@pytest.mark.parametrize("line", ["calm", "busy", "tight"])
def test_lines_stand_out_from_land_and_their_casing(palette, line):
    assert contrast(palette[line], palette["land"]) >= 3
    assert contrast(palette[line], palette["casing"]) >= 3


@THEMES
def test_later_starts_are_fainter_step_by_step(palette):
    steps = [
        contrast(palette[f"start-{step}"], palette["land"]) for step in range(1, START_CLASSES + 1)
    ]
    assert steps == sorted(steps, reverse=True)
    assert all(one / other > 1.2 for one, other in pairwise(steps))
