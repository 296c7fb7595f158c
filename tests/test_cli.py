import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pandas as pd
import pytest
from typer.testing import CliRunner

import siting
from data.errors import Clash, InfeasibleError, Problem
from siting import cli
from siting.templates import TEMPLATES
from siting.words import LANGUAGES, WORDS, default_language, say

ROOT = Path(siting.__file__).resolve().parents[1]

SMALL = """\
name: small
title: {ja: 小, en: Small}
years: {first: 2026, last: 2030}
demand:
  workloads:
    training: {kind: it_mw, load: training, by_year: {2028: 100}}
variants:
  more: {seed: 2}
"""

SUMMARY = {
    "kpis": [
        {
            "fiscal_year": 2030,
            "contract_mw": 1234.0,
            "it_mw": 950.0,
            "sites": 2,
            "co2_kt": None,
            "cost_myen": 250_000.0,
            "shortfall_mw": 0.0,
        }
    ],
    "sites": [
        {
            "name_ja": "苫小牧[赤]",
            "name_en": "Tomakomai [red]x[/red]",
            "area": "hokkaido",
            "start_fiscal_year": 2028,
            "headroom_low_mw": 50.0,
            "headroom_high_mw": 300.0,
            "headroom_basis": "operator",
            "by_year": [{"fiscal_year": 2030, "contract_mw": 300.0, "it_mw": 240.0}],
        }
    ],
    "assumptions": [{"field": "a"}] * 12,
    "unknowns": [],
}


@dataclass
class Said:
    code: int
    out: str
    err: str


@pytest.fixture
def siting_command(monkeypatch, capsys):
    """Run the command in this process, through the one place that sets exit codes."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["siting", *map(str, words)])
        with pytest.raises(SystemExit) as done:
            cli.main()
        said = capsys.readouterr()
        return Said(done.value.code or 0, said.out, said.err)

    return run


@pytest.fixture
def study(monkeypatch):
    """Stand in for the study, so that only the command itself is tested."""
    calls = []

    def run_study(scenario, *, output, homes, start, progress):
        progress(0.5, "solving [half]")
        calls.append((scenario, output))
        return SimpleNamespace(folder=output, summary=SUMMARY)

    module = ModuleType("siting.study")
    module.check_study = lambda scenario, layers: []
    module.run_study = run_study
    module.redraw_map = lambda run, *, compare=None: run / "map.html"
    module.calls = calls
    monkeypatch.setitem(sys.modules, "siting.study", module)
    return module


@pytest.fixture
def scenario(tmp_path):
    path = tmp_path / "scenario.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


# --- help ---------------------------------------------------------------------------------------


def test_help_imports_nothing_heavy():
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-X", "importtime", "-m", "siting.cli", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "typer" in imported
    assert not imported & {"pandas", "pydantic", "yaml", "numpy", "rich", "pandera", "geopandas"}


@pytest.mark.parametrize("command", ["new", "check", "run", "map", "sources"])
def test_every_command_shows_an_example(command):
    shown = CliRunner().invoke(cli.app, [command, "--help"])
    assert shown.exit_code == 0
    assert f"Example: siting {command} " in shown.output


def test_version(siting_command):
    assert siting_command("--version").out == f"dc-siting {siting.__version__}\n"


# --- exit codes ---------------------------------------------------------------------------------


def test_wrong_input_is_one_list_without_traceback(siting_command, scenario):
    scenario.write_text(SMALL + "sed: 2\ndemnd: '[bold]x[/bold]'\n", encoding="utf-8")
    said = siting_command("check", scenario)
    assert said.code == 2
    assert said.out == ""
    assert said.err.count("\n  - ") == 2
    assert "Did you mean seed?" in said.err
    assert "Traceback" not in said.err


def test_markup_in_a_users_text_is_printed_as_it_stands(siting_command, scenario):
    scenario.write_text(SMALL + "seed: '[bold]x[/bold]'\n", encoding="utf-8")
    assert "'[bold]x[/bold]'" in siting_command("run", scenario).err


def test_no_plan_is_an_answer(siting_command, scenario, study, monkeypatch):
    def refuse(scenario, *, output, homes, start, progress):
        clash = Clash("limits.spread.min_sites", "2030", 2.0, "sites")
        raise InfeasibleError("No plan meets all limits.", [clash])

    monkeypatch.setattr(study, "run_study", refuse)
    said = siting_command("run", scenario)
    assert said.code == 3
    assert "limits.spread.min_sites (2030): would have to give way by 2 sites" in said.err


def test_our_own_bug_is_not_dressed_up(scenario, study, monkeypatch):
    def stumble(scenario, *, output, homes, start, progress):
        raise ZeroDivisionError

    monkeypatch.setattr(study, "run_study", stumble)
    monkeypatch.setattr(sys, "argv", ["siting", "run", str(scenario)])
    with pytest.raises(ZeroDivisionError):
        cli.main()


def test_an_unknown_option_is_the_users_input(siting_command):
    assert siting_command("run", "x.yaml", "--varient", "a").code == 2


# --- new ----------------------------------------------------------------------------------------


def test_new_lists_its_templates(siting_command):
    said = siting_command("new", "--list")
    assert said.code == 0
    assert all(name in said.out for name in TEMPLATES)


@pytest.mark.parametrize(
    "template", ["japan", "japan_1km", "kanto", "kyushu_chugoku", "prefecture"]
)
def test_new_copies_a_scenario_that_checks(siting_command, tmp_path, study, template):
    folder = tmp_path / "a" / "my study"
    assert siting_command("new", template, folder).code == 0
    checked = siting_command("check", folder / "scenario.yaml", "--lang", "en")
    assert (checked.code, checked.err) == (0, "")
    assert checked.out.startswith("no problems\n")


def test_new_overwrites_nothing(siting_command, tmp_path):
    mine = tmp_path / "scenario.yaml"
    mine.write_text("mine", encoding="utf-8")
    said = siting_command("new", "japan", tmp_path)
    assert said.code == 2
    assert str(mine) in said.err
    assert mine.read_text(encoding="utf-8") == "mine"
    assert "a file named" in siting_command("new", "japan", mine).err


def test_new_writes_the_area_table(siting_command, tmp_path):
    assert siting_command("new", "area-table", tmp_path).code == 0
    text = (tmp_path / "area_table.csv").read_text(encoding="utf-8")
    assert "\nvintage,fiscal_year,area,quantity,value\n" in text


def test_new_knows_what_was_meant(siting_command, tmp_path):
    said = siting_command("new", "jpan", tmp_path / "x")
    assert said.code == 2
    assert "Did you mean japan?" in said.err
    assert not (tmp_path / "x").exists()
    assert "TEMPLATE and DIR" in siting_command("new", "japan").err


# --- check --------------------------------------------------------------------------------------


def test_check_says_what_it_opened(siting_command, scenario, study):
    (scenario.parent / "places.csv").touch()
    sets = ["--set", "candidates.file=places.csv"]
    said = siting_command("check", scenario, "--lang", "en", *sets)
    assert said.out.splitlines() == [
        "no problems",
        f"opened: scenario {scenario}",
        f"opened: your file {scenario.parent / 'places.csv'}",
        "opened: variant more",
    ]
    japanese = siting_command("check", scenario, "--lang", "ja")
    assert japanese.out.startswith("問題は見つかりませんでした\n")


def test_check_reports_what_the_study_finds(siting_command, scenario, study, monkeypatch):
    problem = Problem("candidates.only", "nowhere", "a known place")
    monkeypatch.setattr(study, "check_study", lambda scenario, layers: [problem])
    said = siting_command("check", scenario)
    assert said.code == 2
    assert "candidates.only: found nowhere, expected a known place" in said.err


# --- run and map --------------------------------------------------------------------------------


def test_run_shows_figures_sites_and_files(siting_command, scenario, study):
    said = siting_command("run", scenario, "--lang", "en", "--variant", "more")
    assert said.code == 0
    for text in ("1,234", "2,500", "unknown", "Tomakomai [red]x[/red]", "50-300", "2028"):
        assert text in said.out
    assert "12 assumptions" in said.out
    assert str(Path("runs") / "small-more" / "map.html") in said.out
    ((loaded, output),) = study.calls
    assert (loaded.seed, output) == (2, Path("runs") / "small-more")


def test_run_speaks_japanese_and_obeys_output_and_set(siting_command, scenario, study, tmp_path):
    folder = tmp_path / "out"
    said = siting_command(
        "run", scenario, "--lang", "ja", "--output", folder, "--set", "years.last=2031"
    )
    assert "契約電力" in said.out
    assert "苫小牧[赤]" in said.out
    ((loaded, output),) = study.calls
    assert (loaded.years.last, output) == (2031, folder)


def test_map_wants_run_folders(siting_command, tmp_path, study):
    said = siting_command("map", tmp_path / "a", "--compare", tmp_path / "b")
    assert said.code == 2
    assert said.err.count("\n  - ") == 2
    (tmp_path / "summary.json").touch()
    assert str(tmp_path / "map.html") in siting_command("map", tmp_path).out


# --- sources ------------------------------------------------------------------------------------


@pytest.fixture
def numbers(monkeypatch):
    columns = "table key quantity value unit confidence source title publisher as_of licence note"
    rows = [
        ["hardware", "h100 fp16", "mw_per_eflops", 1.289, "MW/EFLOPS", "computed", "[s]"],
        ["queue", "japan", "mw", 19920.0, "MW", "found", "itmedia"],
    ]
    frame = pd.DataFrame([[*row, "題", "p", "2025", "cite", ""] for row in rows])
    frame.columns = columns.split()
    monkeypatch.setattr("siting.inventory.inventory", lambda: frame)
    return frame


def test_sources_shows_numbers_with_confidence(siting_command, numbers):
    said = siting_command("sources")
    for text in ("hardware", "1.289", "computed", "[s]", "queue", "19920"):
        assert text in said.out
    only = siting_command("sources", "--table", "queue").out
    assert "itmedia" in only
    assert "h100" not in only


def test_sources_refuses_an_unknown_table(siting_command, numbers):
    said = siting_command("sources", "--table", "hardwre")
    assert said.code == 2
    assert "Did you mean hardware?" in said.err


def test_sources_writes_csv_for_excel(siting_command, numbers, tmp_path):
    path = tmp_path / "all.csv"
    assert siting_command("sources", "--csv", path).code == 0
    assert path.read_bytes().startswith(b"\xef\xbb\xbftable,key,")
    assert len(pd.read_csv(path)) == 2
    assert siting_command("sources", "--csv", tmp_path / "no" / "all.csv").code == 2


# --- words --------------------------------------------------------------------------------------


def test_every_text_exists_in_both_languages_with_the_same_blanks():
    for word, texts in WORDS.items():
        assert len(texts) == len(LANGUAGES), word
        assert all(texts), word
        assert len({text.count("{count}") for text in texts}) == 1, word


def test_language_follows_the_terminal():
    assert default_language({"LANG": "ja_JP.UTF-8"}) == "ja"
    assert default_language({"LANG": "C"}) == "en"
    assert default_language({}) == "en"
    assert say("no_problems", "en") == "no problems"
