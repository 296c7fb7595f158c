"""The wheel holds what a user needs and nothing else."""

import subprocess
import sys
import tomllib
import zipfile

import pytest

from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
# What shows that a script or style sheet was copied from elsewhere or packed by a machine.
FOREIGN_SIGNS = (
    "@preserve",
    "@license",
    "copyright",
    "sourcemappingurl",
    "sourceurl=",
    "leaflet 1.",
)
LONGEST_LINE = 400


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    words = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", folder, ROOT]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = folder.iterdir()
    with zipfile.ZipFile(path) as archive:
        yield archive


@pytest.fixture(scope="module")
def names(wheel):
    return {name for name in wheel.namelist() if ".dist-info/" not in name}


def source_files():
    """Files of the packages in the checkout, by their path in the wheel."""
    found = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    examples = {
        f"siting/{path.relative_to(ROOT).as_posix()}"
        for path in (ROOT / "examples").rglob("*")
        if path.is_file()
    }
    return found | examples


def test_the_wheel_is_the_packages_and_the_examples(names):
    assert names == source_files()


def test_the_wheel_has_five_typed_packages(names):
    assert {name.split("/")[0] for name in names} == {"siting", "grid", "optimize", "data", "maps"}
    for package in PACKAGES:
        assert f"{package}/__init__.py" in names
        assert f"{package}/py.typed" in names


@pytest.mark.parametrize(
    "name",
    [
        "data/japan/sources.csv",
        "data/japan/prefectures.geojson",
        "maps/assets/start.js",
        "maps/assets/map.css",
        "siting/assets/report.html.j2",
        "siting/examples/japan/scenario.yaml",
        "siting/examples/kyushu_chugoku/scenario.yaml",
    ],
)
def test_what_a_run_reads_is_in_the_wheel(names, name):
    assert name in names


def test_nothing_of_the_workshop_is_in_the_wheel(names):
    layers = {name for name in names if name.startswith("siting/examples/kanto/layers/")}
    explained = {"siting/examples/japan/network/README.md"}  # every assumed value of that network
    assert explained <= set(names)
    kinds = {name.rsplit(".", 1)[-1] for name in set(names) - layers - explained}
    assert kinds == {"py", "typed", "csv", "geojson", "js", "css", "html", "j2", "yaml"}
    parts = {part for name in names for part in name.split("/")}
    assert parts.isdisjoint({"tests", "benchmarks", "docs", "runs", "__pycache__"})
    assert [part for part in parts if part.startswith((".", "test_"))] == []


def test_scripts_and_styles_are_our_own(wheel, names):
    pages = [name for name in names if name.endswith((".js", ".css", ".html", ".j2"))]
    assert {name.rsplit("/", 1)[0] for name in pages} == {"maps/assets", "siting/assets"}
    for name in pages:
        text = wheel.read(name).decode("utf-8")
        assert [sign for sign in FOREIGN_SIGNS if sign in text.lower()] == [], name
        if name.endswith((".js", ".css")):
            assert max(map(len, text.splitlines())) <= LONGEST_LINE, f"{name} looks packed"


def test_the_metadata_names_licence_command_and_readme(wheel):
    (metadata,) = (name for name in wheel.namelist() if name.endswith("/METADATA"))
    text = wheel.read(metadata).decode("utf-8")
    assert "License-Expression: MIT" in text
    assert "# dc-siting" in text
    (entries,) = (name for name in wheel.namelist() if name.endswith("/entry_points.txt"))
    assert "siting = siting.cli:main" in wheel.read(entries).decode("utf-8")
    assert any(name.endswith("/licenses/LICENSE") for name in wheel.namelist())
