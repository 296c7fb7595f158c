"""Fixtures that several test files share."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import sync_playwright

from maps.content import MapContent
from siting.study import make_study
from tests.command_server import TIMEOUT_S, CommandServer
from tests.small_studies import small_scenario, write_small

# Speed is measured in benchmarks; on a busy machine a deadline fails for nothing. Every run draws
# the same examples, so that a change is never blamed for a lucky draw; make test-all draws others.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("random", deadline=None)
settings.load_profile(os.environ.get("SITING_DRAWS", "same"))

CHROMIUM = shutil.which("chromium")
ROOT = Path(__file__).resolve().parents[1]
SITING = (sys.executable, "-W", "error", "-m", "siting.cli")

BROWSER_WAITS_MS = 60_000
"""Against a page that never gets there; how soon it does is measured in benchmarks."""

YEARS = range(2026, 2036)
TABLES = Path(__file__).parent / "inputs" / "map_tables.json"
COST_MYEN_PER_MW = {"construction": 62.0, "energy": 96.0, "connection": 7.5, "carbon_price": 5.1}


@dataclass(frozen=True)
class Done:
    """How a command of its own process ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Run:
    """A finished run: its folder, what the terminal showed, and its summary."""

    folder: Path
    stdout: str
    summary: dict


def environment_of(lang="en"):
    """All that a command of the tests knows of the world around it."""
    named = {"PYTHONPATH": str(ROOT), "LANG": lang, "PYTHONHASHSEED": "random"}
    return named | {"PATH": "/usr/bin:/bin"}


SERVER = CommandServer(ROOT, environment_of())


def run_siting(*words, cwd, lang="en"):
    """Run the command as a user does, any warning an error, in a copy of a prepared process."""
    return Done(*SERVER.run(words, cwd=cwd, environment=environment_of(lang)))


def run_alone(*words, cwd, lang="en"):
    """Run the command as a user does, any warning an error, in a process started for it."""
    done = subprocess.run(
        [*SITING, *map(str, words)],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment_of(lang),
        timeout=TIMEOUT_S,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def read_run(folder, stdout=""):
    return Run(folder, stdout, json.loads((folder / "summary.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def command():
    """The real command in a copy of a prepared process."""
    return run_siting


@pytest.fixture(scope="session")
def command_alone():
    """The real command in a process started for it, where a test is about the process."""
    return run_alone


@pytest.fixture(scope="session")
def japan_run(tmp_path_factory):
    """The Japan scenario, run once in a process started for it, for all test processes."""
    scenario = ROOT / "examples" / "japan" / "scenario.yaml"
    return run_once(tmp_path_factory, "japan", lambda home: scenario, command=run_alone)


@pytest.fixture(scope="session")
def small_run(tmp_path_factory):
    """The scenario of eight places, run once through the real command for all test processes."""
    return run_once(tmp_path_factory, "small", write_small)


@pytest.fixture(scope="session")
def japan_screen(tmp_path_factory):
    """All Japan at 1 km on what is shipped, screened once for all test processes."""
    scenario = ROOT / "examples" / "japan_1km" / "scenario.yaml"
    return run_once(tmp_path_factory, "japan-1km-screen", lambda home: scenario, verb="screen")


def run_once(tmp_path_factory, name, scenario_in, verb="run", command=run_siting):
    """A run in a folder that the test processes share: the first makes it, the others wait."""
    base = tmp_path_factory.getbasetemp()
    home = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"shared-{name}"
    home.mkdir(exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = home / "stdout.txt"
        if not said.is_file():
            done = command(verb, scenario_in(home), cwd=home)
            assert done.code == 0, done.err
            said.write_text(done.out, encoding="utf-8")
    return read_run(home / "runs" / name, said.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def small_study(tmp_path_factory):
    """The scenario of eight places answered in this process, with all its tables."""
    return make_study(small_scenario(tmp_path_factory.mktemp("study")))


@pytest.fixture
def map_content():
    """A builder of invented but plausible map contents on the real outlines."""
    return build_map_content


def build_map_content(variant=None, delay_y=0):
    tables = json.loads(TABLES.read_text(encoding="utf-8"))
    prefectures = (files("data") / "japan" / "prefectures.geojson").read_text(encoding="utf-8")
    return MapContent(
        summary=summary(tables, variant, delay_y),
        prefectures=json.loads(prefectures),
        areas=tables["areas"],
        zones=tables["zones"],
        ties=tables["ties"],
    )


def summary(tables, variant, delay_y):
    texts = tables["texts"]
    place = {"precision_km": 2.0, "kind": "industrial", "confidence": "memory_high"}
    guess = {"headroom_low_mw": 50.0, "headroom_high_mw": 100.0, "headroom_basis": "assumed"}
    sites = [place | grow(row, delay_y) | texts["site"] for row in tables["sites"]]
    kpis = [kpi(sites, year) for year in YEARS]
    return texts["summary"] | {
        "variant": variant,
        "years": list(YEARS),
        "kpis": kpis,
        "sites": sites,
        "candidates": [place | guess | row | texts["candidate"] for row in tables["candidates"]],
        "areas": [row for area in tables["areas"] for year in YEARS for row in margins(area, year)],
        "forecast": [forecast(row) for row in kpis],
        "groups": [upstream_group(row) for row in sites[0]["by_year"]],
        "ties": [tie_year(tie, year) for tie in tables["ties"] for year in YEARS],
        "carbon": [carbon(row) for row in kpis],
        "costs": [],
    }


def grow(row, delay_y):
    """A site with three years of ramp, from `delay_y` years after the table's start."""
    full_mw, start = row["full_mw"], row["start_fiscal_year"] + delay_y
    ramp = {
        year: round(full_mw * min(1, (year - start + 1) / 3)) for year in YEARS if year >= start
    }
    by_year = [{"fiscal_year": y, "contract_mw": mw, "it_mw": mw / 1.2} for y, mw in ramp.items()]
    costs = [
        {"item": item, "myen_per_year": each * full_mw} for item, each in COST_MYEN_PER_MW.items()
    ]
    return row | {"start_fiscal_year": start, "by_year": by_year, "costs": costs}


def kpi(sites, year):
    online = [each for site in sites for each in site["by_year"] if each["fiscal_year"] == year]
    mw = sum(each["contract_mw"] for each in online)
    intensity = round(0.41 - 0.012 * (year - 2026), 3)
    return {
        "fiscal_year": year,
        "contract_mw": mw,
        "it_mw": mw / 1.2,
        "sites": len(online),
        "energy_gwh": mw * 7.0,
        "co2_kt": mw * 7.0 * intensity,
        "intensity_t_per_mwh": intensity,
        "cost_myen": mw * 170.6,
        "shortfall_mw": 0.0,
    }


def margins(area, year):
    step = year - 2026
    seasons = [
        ("h3", "summer", 0.08, 0.0),
        ("h3", "winter", 0.08, 0.03),
        ("h1", "summer", 0.03, -0.05),
    ]
    for standard, season, required, extra in seasons:
        yield {
            "area": area["area"],
            "fiscal_year": year,
            "standard": standard,
            "season": season,
            "supply_mw": 20000.0,
            "demand_mw": 18000.0 + 60 * step,
            "dc_mw": 55.0 * step,
            "net_import_mw": -300.0,
            "margin_share": round(area["margin_share"] - 0.0035 * step + extra, 4),
            "required_share": required,
        }


def forecast(row):
    limit_mw = 440 + 620 * (row["fiscal_year"] - 2026)
    head = {"group": "japan", "fiscal_year": row["fiscal_year"], "vintage": "2026-01"}
    return head | {"used_mw": row["contract_mw"], "limit_mw": limit_mw, "over_mw": 0.0}


def upstream_group(row):
    names = {
        "group": "east-kanto",
        "name_ja": "東関東",
        "name_en": "East Kanto",
        "basis": "operator",
    }
    figures = {"used_mw": row["contract_mw"], "headroom_mw": 650.0}
    return names | figures | {"fiscal_year": row["fiscal_year"]}


def carbon(row):
    intensity = {"intensity_t_per_mwh": row["intensity_t_per_mwh"]}
    return {"fiscal_year": row["fiscal_year"], "t": row["co2_kt"] * 1e3, "cap_t": 9e6} | intensity


def tie_year(tie, year):
    step = year - 2026
    use = tie["mean_use_share"]
    return {
        "tie": tie["tie"],
        "fiscal_year": year,
        "capacity_forward_mw": tie["capacity_mw"],
        "capacity_reverse_mw": tie["capacity_mw"],
        "mean_flow_mw": tie["mean_flow_mw"] * (1 + 0.03 * step),
        "mean_use_share": None if use is None else min(1.0, use + 0.012 * step),
    }


@contextmanager
def watched_pages(browser):
    """Opens pages offline; afterwards nothing may have been asked for or complained about."""
    complaints, contexts = [], []

    def opened(path, size, fragment="", **options):
        viewport = {"width": size[0], "height": size[1]}
        contexts.append(browser.new_context(viewport=viewport, offline=True, **options))
        page = contexts[-1].new_page()
        page.set_default_timeout(BROWSER_WAITS_MS)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on("request", lambda request: complaints.append(request.url))
        page.goto(path.as_uri() + fragment)
        page.wait_for_selector("html[data-ready]")
        own = [entry for entry in complaints if entry.startswith(path.as_uri())]
        complaints[:] = [entry for entry in complaints if entry not in own[:1]]
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [entry for entry in complaints if not entry.startswith("blob:")] == []


@pytest.fixture(scope="module")
def browser():
    """Headless Chromium; one a module, since two at once do not live in one thread."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()
