"""Files of later commands: shown in the pages of their run, left aside beside another."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from siting.cli import app
from siting.explain.files import write_explanation
from siting.later_files import ignored_lines, read_later_files
from siting.run_pages import draw_pages
from tests.small_explanations import COST_MYEN, make_explanation, make_redispatch

COST = {"net_present_cost": {"myen": COST_MYEN, "bound_myen": COST_MYEN, "gap_share": 0.0}}
SUMMARY = {
    "name": "japan", "variant": None, "created": "2026-11-23", "years": [2030, 2035],
    "title": {"ja": "題", "en": "title"}, "costs": [], **COST,
}  # fmt: skip


def put(folder, **files):
    for name, value in files.items():
        text = value if isinstance(value, str) else json.dumps(value)
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


def test_files_of_the_run_are_read(tmp_path):
    told, again = make_explanation(SUMMARY), make_redispatch(SUMMARY)
    put(tmp_path, explain=told, redispatch=again)
    later = read_later_files(tmp_path, SUMMARY)
    assert later.explanation == told
    assert later.redispatch == again
    assert later.ignored == ()


def test_a_folder_without_them_says_nothing(tmp_path):
    later = read_later_files(tmp_path, SUMMARY)
    assert (later.explanation, later.redispatch, later.ignored) == (None, None, ())


OTHER_COST = make_explanation(SUMMARY)["plan"] | {"recorded_cost_myen": COST_MYEN * 1.00001}


@pytest.mark.parametrize(
    "change",
    [
        {"name": "other"},
        {"variant": "cheap"},
        {"created_run": "2026-11-22"},
        {"format": 2},
        {"kind": "scenario"},
        {"plan": OTHER_COST},
        {"plan": OTHER_COST | {"recorded_cost_myen": None}},
        {"plan": None},
        {"prices": None},
        {"prices": [{"limit": "tie"}]},
        {"sites": {}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_explanation_of_another_run_or_format_is_left_aside(tmp_path, change):
    put(tmp_path, explain=make_explanation(SUMMARY) | change)
    later = read_later_files(tmp_path, SUMMARY)
    assert later.explanation is None
    (line,) = ignored_lines(later)
    assert "explain.json" in line["ja"]
    assert "siting explain" in line["en"]


@pytest.mark.parametrize(
    "change",
    [{"fiscal_year": 2031}, {"name": "other"}, {"difference": {}}, {"plan": None}],
    ids=lambda change: next(iter(change)),
)
def test_a_dispatch_of_another_run_is_left_aside(tmp_path, change):
    put(tmp_path, redispatch=make_redispatch(SUMMARY) | change)
    assert read_later_files(tmp_path, SUMMARY).ignored == ("redispatch.json",)


def test_a_dispatch_belongs_by_its_cost_of_energy(tmp_path):
    costs = [
        {"fiscal_year": 2035, "item": "energy", "myen": 70.0},
        {"fiscal_year": 2035, "item": "land", "myen": 9.0},
        {"fiscal_year": 2030, "item": "energy", "myen": 5.0},
    ]
    summary = SUMMARY | {"costs": costs}
    put(tmp_path, redispatch=make_redispatch(summary, before={"added_myen": 70.0}))
    assert read_later_files(tmp_path, summary).redispatch is not None
    put(tmp_path, redispatch=make_redispatch(summary, before={"added_myen": 79.0}))
    assert read_later_files(tmp_path, summary).redispatch is None


@pytest.mark.parametrize("text", ["", "[]", "{", "null"])
def test_a_broken_file_is_left_aside(tmp_path, text):
    put(tmp_path, explain=text)
    assert read_later_files(tmp_path, SUMMARY).ignored == ("explain.json",)


@pytest.fixture
def folder(small_run, tmp_path):
    target = tmp_path / "run"
    shutil.copytree(small_run.folder, target)
    return target


def explanation_of(folder):
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    cost = summary["net_present_cost"]["myen"]
    told = make_explanation(summary, rows=[], plans=[], prices=[])
    return told | {"plan": told["plan"] | {"recorded_cost_myen": cost}, "why": []}


def test_map_and_report_show_an_explanation_and_lose_it_with_the_file(folder):
    bare = {name: (folder / name).read_bytes() for name in ("map.html", "report.html")}
    draw_pages(folder)
    assert {name: (folder / name).read_bytes() for name in bare} == bare
    write_explanation(explanation_of(folder), folder)
    assert draw_pages(folder).explanation is not None
    assert b'"explanation":' in (folder / "map.html").read_bytes()
    assert b'id="alternatives"' in (folder / "report.html").read_bytes()
    (folder / "explain.json").unlink()
    draw_pages(folder)
    assert {name: (folder / name).read_bytes() for name in bare} == bare


def test_the_command_says_what_it_left_aside(folder):
    write_explanation(explanation_of(folder) | {"created_run": "2001-01-01"}, folder)
    before = (folder / "map.html").read_bytes()
    done = CliRunner().invoke(app, ["map", str(folder)])
    assert done.exit_code == 0
    assert "explain.json" in done.output
    assert (folder / "map.html").read_bytes() == before
