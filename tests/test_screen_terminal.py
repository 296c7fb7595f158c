"""What the terminal says of a screening and of the layers of a scenario."""

import io
import subprocess
import sys

import pytest
from rich.console import Console

from siting.screen.layers_terminal import WORDS as LAYER_WORDS
from siting.screen.layers_terminal import show_layers
from siting.screen.terminal import WORDS, show_screen
from tests.small_screens import screen_summary


def shown(show, *args, width=80):
    console = Console(
        file=io.StringIO(), width=width, markup=False, emoji=False, highlight=False, no_color=True
    )
    show(console, *args)
    return console.file.getvalue()


@pytest.fixture
def folder(tmp_path):
    for name in ("map.html", "report.html", "sites.csv", ".hidden"):
        (tmp_path / name).touch()
    return tmp_path


def row_of(layer="flood", **changes):
    row = {"layer": layer, "reader": "nlni_a31", "state": "missing", "files": [], "needed": True}
    row |= {"title_ja": "洪水浸水想定区域", "title_en": "Flood depth", "publisher": "MLIT"}
    row |= {"licence": "CC BY 4.0", "size": "5 GB", "url": "https://example.org/a31"}
    row |= {"put_ja": "flood/ に置く", "put_en": "put it at flood/", "used_by": ["exclude.deep"]}
    return row | changes


def test_words_are_there_in_both_languages():
    for words in (WORDS, LAYER_WORDS):
        assert all(text["ja"] and text["en"] for text in words.values())


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_ten_sites_and_all_rules_fit_into_80_columns(folder, lang):
    from rich.cells import cell_len

    summary = screen_summary()
    text = shown(show_screen, folder, summary, lang)
    # a path stays whole on one line, so that it can be copied
    tables = [line for line in text.splitlines() if str(folder) not in line]
    assert max(cell_len(line) for line in tables) <= 80
    names = [site[f"name_{lang}"] for site in summary["sites"]]
    assert all(name in text for name in names[:10])
    assert not any(name in text for name in names[10:])
    assert all(row[f"text_{lang}"] in text for row in summary["unknowns"])


def test_figures_are_those_of_the_summary(folder):
    summary = screen_summary()
    text = shown(show_screen, folder, summary, "en")
    totals = summary["totals"]
    assert f"Land {totals['land_km2']:,.0f} km²" in text
    assert f"open {totals['open_km2']:,.0f} km²" in text
    assert "12 sites; among the best 5 in 95 % of 1,000 draws of weights: 2" in text
    lines = [line for line in text.splitlines() if "Slope above 15 %" in line]
    (slope,) = (rule for rule in summary["rules"] if rule["rule"] == "steep")
    assert f"{slope['alone_km2']:,.0f}" in lines[0]
    assert f"{slope['only_km2']:,.0f}" in lines[0]
    assert "Inzai 93, Narita excluded" in text


def test_rules_that_do_not_act_say_so(folder):
    summary = screen_summary()
    assert "(relaxed)" in shown(show_screen, folder, summary, "en")
    nothing = dict.fromkeys(("alone_km2", "only_km2", "unknown_km2"))
    summary["rules"][0] |= nothing | {"missing": True}
    line = next(
        line
        for line in shown(show_screen, folder, summary, "en").splitlines()
        if "(no file)" in line
    )
    assert "—" in line


def test_the_files_of_the_folder_are_named(folder):
    text = shown(show_screen, folder, screen_summary(), "en")
    assert f"Files: {folder}" in text
    assert "map.html, report.html, sites.csv" in text
    assert ".hidden" not in text


def test_unknown_figures_are_dashes(folder):
    summary = screen_summary()
    unknown = ("open_ha", "route_km", "straight_km", "route_cost_myen", "rank_p5", "rank_p95")
    summary["sites"] = [summary["sites"][0] | dict.fromkeys(unknown)]
    line = next(
        line
        for line in shown(show_screen, folder, summary, "en").splitlines()
        if summary["sites"][0]["name_en"] in line
    )
    assert line.count("—") == 4


@pytest.mark.parametrize(("key", "value"), [("sites", []), ("rules", []), ("backtest", [])])
def test_it_stands_without_a_table(folder, key, value):
    text = shown(show_screen, folder, screen_summary(**{key: value}), "en")
    assert "Land" in text
    assert ("No site meets the conditions" in text) == (key == "sites")


def test_no_draws_and_made_data_are_said(folder):
    text = shown(show_screen, folder, screen_summary(made=True, sensitivity=None), "en")
    assert text.startswith("All layers are made up")
    assert "\n12 sites\n" in text


def test_missing_layers_say_what_where_and_how(folder):
    text = shown(show_layers, [row_of()], "en")
    for word in ("Flood depth", "MLIT", "CC BY 4.0", "5 GB", "https://example.org/a31"):
        assert word in text
    assert "By hand: put it at flood/" in text
    assert "flood (needed: nothing runs without it)" in text
    assert "Missing layers: 1, 1 of them needed" in text


def test_needed_layers_come_before_optional_ones():
    rows = [row_of("b-spare", needed=False), row_of("a-needed")]
    text = shown(show_layers, rows, "en")
    assert text.index("a-needed (needed") < text.index("b-spare (optional")
    assert "missing (optional)" in text
    assert "Missing layers: 2, 1 of them needed" in text


def test_nothing_missing_is_said():
    rows = [
        row_of(state="have", files=[f"dem-{i}.zip" for i in range(9)]),
        row_of("land", state="shipped", reader=None, used_by=[]),
    ]
    text = shown(show_layers, rows, "en", width=120)
    assert "No layer is missing" in text
    assert "dem-2.zip, 6 more" in text
    assert "dem-3.zip" not in text
    assert "Get it at" not in text


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_table_of_layers_fits_into_80_columns(lang):
    from rich.cells import cell_len

    users = [f"exclude.rule-with-a-long-name-{i}" for i in range(5)]
    row = row_of("a-layer-with-a-rather-long-name", used_by=users, state="have")
    text = shown(show_layers, [row | {"files": ["f" * 90 + ".gpkg"]}], lang)
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    squeezed = "".join(character for character in text if character.isalpha())
    assert squeezed.count("f") >= 90, "a long name is folded, never cut"


def test_text_from_files_is_no_markup(folder):
    attack = "[bold red]x[/bold red] {0} {layer}"
    summary = screen_summary()
    summary["layers"] = [row | {"title_en": attack} for row in summary["layers"]]
    summary["sites"][0]["name_en"] = attack
    assert "{layer}" in shown(show_screen, folder, summary, "en", width=160)
    text = shown(show_layers, [row_of(title_en=attack)], "en", width=160)
    assert attack in text


def test_the_terminal_needs_no_drawing_library():
    code = (
        "import sys, siting.screen.terminal, siting.screen.layers_terminal;"
        "sys.exit(any(name in sys.modules for name in ('matplotlib', 'geopandas', 'jinja2')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
