"""What the READMEs promise: commands run, numbers are those of a run, files and links exist."""

import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from types import SimpleNamespace

import pandas as pd
import pytest

from benchmarks.readme_numbers import BLOCK, READMES, results_block, results_tables
from siting.scenario_file import load_scenario
from siting.templates import AREA_TABLE_FILE
from tests.conftest import ROOT

TEXTS = {lang: path.read_text(encoding="utf-8") for lang, path in READMES.items()}
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
EXIT_CODE = re.compile(r"exit code (\d)")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def blocks(text, *languages):
    return [(lang, body) for lang, body in FENCE.findall(text) if lang in languages]


def commands(text, *languages):
    """Command lines of the fenced blocks, each with what its comment says."""
    lines = [line for _, body in blocks(text, *languages) for line in body.splitlines()]
    return [tuple(part.strip() for part in f"{line}#".split("#")[:2]) for line in lines]


def siting_commands():
    return [
        (words, say) for words, say in commands(TEXTS["en"], "sh") if words.startswith("siting")
    ]


@pytest.fixture(scope="module")
def walked(first_alone, japan_run, japan_screen, tmp_path_factory):
    """All blocks of the README in their order, as a reader would work through them."""
    home, command = tmp_path_factory.mktemp("reader"), first_alone
    before = {
        "siting run my-study/scenario.yaml": ("japan", japan_run),
        "siting screen my-screen/scenario.yaml": ("japan_1km", japan_screen),
    }
    done = {}
    for lang, body in blocks(TEXTS["en"], "sh", "csv", "python"):
        if lang == "csv":
            with (home / "my-study" / AREA_TABLE_FILE).open("a", encoding="utf-8") as table:
                table.write(body)
        elif lang == "python":
            done["python"] = run_python(body, home)
        else:
            for words, _ in commands(f"```sh\n{body}```", "sh"):
                done |= {words: walk(words, command, home, before)}
    return SimpleNamespace(home=home, done=done)


@pytest.fixture(scope="module")
def first_alone(command, command_alone):
    """Each command starts once in a process of its own; from then on in a prepared one.

    A module that leaves an import to others would not be found out in the prepared one.
    """
    started = set()

    def run(verb, *words, cwd):
        how = command if verb in started else command_alone
        started.add(verb)
        return how(verb, *words, cwd=cwd)

    return run


def walk(words, command, home, before):
    """Run a command of ours; a run of the session stands for the same run of its copy."""
    if words in before:
        example, run = before[words]
        copied = home / words.split()[-1]
        assert copied.read_bytes() == (ROOT / "examples" / example / "scenario.yaml").read_bytes()
        shutil.copytree(run.folder, home / "runs" / run.folder.name)
        return SimpleNamespace(code=0, err="")
    if words.startswith("siting "):
        return command(*shlex.split(words)[1:], cwd=home)
    return None


def run_python(body, home):
    words = [sys.executable, "-W", "error", "-c", body]
    return subprocess.run(words, cwd=home, capture_output=True, text=True, timeout=600, check=False)


@pytest.mark.slow
@pytest.mark.parametrize(("words", "say"), siting_commands())
def test_every_siting_command_ends_as_the_readme_says(walked, words, say):
    promised = EXIT_CODE.search(say)
    done = walked.done[words]
    assert done.code == (int(promised[1]) if promised else 0), done.err
    assert "Traceback" not in done.err


@pytest.mark.slow
def test_the_python_example_lists_the_chosen_sites(walked):
    done = walked.done["python"]
    assert done.returncode == 0, done.stderr
    summary = json.loads((walked.home / "runs/quick/summary.json").read_text(encoding="utf-8"))
    names = [site["name_en"] for site in summary["sites"]]
    assert [line.rsplit(" ", 2)[0] for line in done.stdout.splitlines()] == names


@pytest.mark.slow
def test_the_area_table_gives_kansai_a_limit_of_its_own(walked):
    summary = json.loads((walked.home / "runs/area-table/summary.json").read_text(encoding="utf-8"))
    limits = {(row["group"], row["fiscal_year"]): row["limit_mw"] for row in summary["forecast"]}
    assert limits["kansai", 2035] == 900
    assert limits["tokyo", 2035] == 3500


@pytest.mark.slow
def test_the_inventory_is_a_table_of_numbers_with_sources(walked):
    numbers = pd.read_csv(walked.home / "every-number.csv")
    assert numbers["source"].notna().all()
    assert {"value", "unit", "confidence", "as_of"} <= set(numbers.columns)


@pytest.mark.slow
def test_the_files_of_a_run_are_those_in_the_table(japan_run):
    for text in TEXTS.values():
        table = text.split("| `map.html` |", 1)[1].split("\n\n", 1)[0]
        rows = f"| `map.html` |{table}".splitlines()
        named = {name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])}
        assert named == {path.name for path in japan_run.folder.iterdir()}


@pytest.mark.slow
@pytest.mark.parametrize("lang", READMES)
def test_every_number_of_the_results_is_that_of_the_run(japan_run, lang):
    written = table_rows(BLOCK.search(TEXTS[lang])[0])
    fresh = table_rows(results_block(japan_run.summary, lang))
    tables = results_tables(japan_run.summary)
    columns = [table for table, rows in tables for _ in range(len(rows) + 2)]
    assert len(written) == len(fresh) == len(columns)
    for stated, found, table in zip(written, fresh, columns, strict=True):
        for old, new, column in zip(stated, found, table, strict=True):
            assert old == new or number(old) == pytest.approx(
                number(new), rel=column.tolerance_share, abs=column.tolerance
            ), f"{getattr(column, lang)}: {old}, in the run {new}; make readme writes it again"


def table_rows(block):
    lines = [line for line in block.splitlines() if line]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def number(cell):
    return float(cell.replace(",", ""))


@pytest.mark.slow
def test_most_headroom_is_assumed_as_the_text_says(japan_run):
    (_, _, (_, bases), _) = results_tables(japan_run.summary)
    shares = {basis: share for basis, _, share in bases}
    assert shares["assumed"] > 0.5


def test_the_demand_is_the_one_the_text_names():
    demand = load_scenario(ROOT / "examples" / "japan" / "scenario.yaml").demand.workloads
    assert max(demand["programme"].by_year.values()) == 60
    counted = [demand[name] for name in ("training", "inference")]
    assert sum(workload.share for workload in counted) == pytest.approx(0.5)
    assert {workload.from_year for workload in counted} == {2029}


def test_both_readmes_carry_the_same_commands():
    languages = ("sh", "powershell", "csv", "python")
    english, japanese = (blocks(TEXTS[lang], *languages) for lang in ("en", "ja"))
    assert [lang for lang, _ in english] == [lang for lang, _ in japanese]
    words = [[words for words, _ in commands(TEXTS[lang], *languages)] for lang in ("en", "ja")]
    assert words[0] == words[1]
    assert re.findall(r"^#", TEXTS["en"], re.M) == re.findall(r"^#", TEXTS["ja"], re.M)


def test_every_other_command_is_one_that_is_there():
    others = [words for words, _ in commands(TEXTS["en"], "sh") if not words.startswith("siting")]
    made = [words.removeprefix("make ") for words in others if words.startswith("make ")]
    assert made == ["demo", "test"]
    assert all(f"\n{target}:" in MAKEFILE for target in made)
    assert [words for words in others if not words.startswith("make")] == [". .venv/bin/activate"]
    assert "-m venv .venv" in MAKEFILE


def test_powershell_does_what_the_makefile_does():
    lines = [words for words, _ in commands(TEXTS["en"], "powershell")]
    for line in lines[1:]:
        words = line.replace(".venv\\Scripts\\", "$(BIN)/").replace("\\", "/").replace('"', "'")
        plain = MAKEFILE.replace(" --quiet --disable-pip-version-check", "")
        assert words in plain, line
    assert "dev" in PYPROJECT["project"]["optional-dependencies"]
    assert "siting" in PYPROJECT["project"]["scripts"]


@pytest.mark.parametrize("path", [*READMES.values(), *sorted((ROOT / "docs").glob("*.md"))])
def test_links_lead_somewhere(path):
    links = re.findall(r"\]\((?!http)([^)#]+)\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_credits_are_those_of_the_source_table():
    sources = pd.read_csv(ROOT / "data" / "japan" / "sources.csv", dtype=str).fillna("")
    known = set(zip(sources["publisher"], sources["licence"], strict=True))
    licences = set(sources["licence"])
    for text in TEXTS.values():
        rows = table_rows(text.rsplit("|---|---|---|\n", 1)[1].split("\n\n", 1)[0])
        assert len(rows) == 7
        for _, publisher, licence in rows:
            assert licence in licences, publisher
            own = {name for name, terms in known if terms == licence}
            assert any(part in publisher for name in own for part in name.split("; ")), publisher


def test_the_packages_are_those_of_the_wheel():
    for text in TEXTS.values():
        packages = re.findall(r"^\| `(\w+)` \|", text, re.M)
        assert sorted(packages) == sorted(
            PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
        )
