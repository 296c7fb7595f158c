"""Files of the layers of a scenario: which there are, which are missing."""

import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from data.errors import InputError, Problem
from siting.scenario import Scenario
from siting.scenario_layers import LayerSpec
from siting.scenario_screen import Screen

SIDECARS = (".dbf", ".shx", ".prj", ".cpg", ".tfw", ".tifw", ".wld", ".aux.xml", ".ovr", ".msk")
"""Endings of files beside a layer's own, after its name with or without its own ending."""


@dataclass(frozen=True, slots=True)
class LayerFiles:
    """A layer's place and what stands there."""

    name: str
    spec: LayerSpec
    pattern: Path | None
    """Place as stated, under the folder of the layers; None for a layer shipped."""
    paths: tuple[Path, ...]
    """Files found, in order of name."""
    folder: Path | None = None
    """Folder that was named, if all of it may be read."""

    @property
    def is_missing(self) -> bool:
        """Whether the layer needs a file that is not there."""
        return self.pattern is not None and not self.paths


def screen_of(scenario: Scenario) -> Screen:
    """Section `screen` of a scenario.

    Raises
    ------
    InputError
        There is none.
    """
    if scenario.screen is None:
        fix = "siting new japan_1km DIR copies a scenario that has one"
        problem = scenario.problem(("screen",), found="nothing", expected="a section", fix=fix)
        raise InputError(scenario.origin.file or scenario.name, [problem])
    return scenario.screen


def layer_files(scenario: Scenario, screen: Screen, folder: Path | None) -> list[LayerFiles]:
    """Where the files of each layer are.

    Parameters
    ----------
    scenario : Scenario
        Relative names count from its folder.
    screen : Screen
        Its section `screen`.
    folder : Path or None
        Folder looked at first (`--layers`).
    """
    homes = [home for home in (folder, scenario.origin.folder) if home is not None]
    return [_located(name, spec, homes) for name, spec in screen.layers.items()]


def find_file_problems(scenario: Scenario, screen: Screen) -> Iterator[Problem]:
    """Names that lead out of the folder: a scenario that travels reads nothing else."""
    for name, spec in screen.layers.items():
        files = {"file": spec.file, "join.file": spec.join.file if spec.join else None}
        for field, value in files.items():
            if value is not None and not _is_confined(value):
                fix = "Put the file below the scenario, or name its folder by --layers"
                yield scenario.problem(
                    ("screen", "layers", name, *field.split(".")),
                    found=repr(value),
                    expected="a file below the scenario's folder",
                    fix=fix,
                )


def _is_confined(name: str) -> bool:
    """Whether a name stays below its folder, on every system."""
    parts = PureWindowsPath(name).parts
    absolute = Path(name).is_absolute() or PureWindowsPath(name).drive != ""
    has_control = any(unicodedata.category(sign) in ("Cc", "Cs") for sign in name)
    return not (has_control or absolute or ".." in parts or parts[:1] == ("\\",))


def _located(name: str, spec: LayerSpec, homes: list[Path]) -> LayerFiles:
    if spec.file is None:
        return LayerFiles(name, spec, None, ())
    for home in homes:
        with suppress(OSError, ValueError):  # a name no file can have, or no pattern
            found, folder = _found(home, spec.file)
            if found:
                return LayerFiles(name, spec, home / spec.file, found, folder)
    return LayerFiles(name, spec, homes[0] / spec.file, ())


def _found(home: Path, name: str) -> tuple[tuple[Path, ...], Path | None]:
    """Files under one name: itself, all of a folder, or those that fit a pattern; the folder."""
    if not _is_confined(name) or not home.is_dir():
        return (), None
    target = home / name
    if target.is_file():
        return ((target,) if is_inside(target, home) else ()), None
    inside = target.rglob("*") if target.is_dir() else home.glob(name)
    files = [p for p in inside if p.is_file()]
    own = [p for p in files if is_inside(p, home)]
    shown = tuple(sorted(p for p in own if not p.name.startswith(".")))
    return shown, target if target.is_dir() and len(own) == len(files) else None


def is_inside(path: Path, home: Path) -> bool:
    """Whether a file lies below a folder once all links are followed."""
    return path.resolve().is_relative_to(home.resolve())


def content_files(paths: tuple[Path, ...]) -> list[Path]:
    """Files that decide what a layer says: those named and their sidecars, in any case."""
    beside = {
        (path.parent, (name + ending).lower())
        for path in paths
        for name in (path.stem, path.name)
        for ending in SIDECARS
    }
    near = (p for parent in {path.parent for path in paths} for p in parent.iterdir())
    parts = {p for p in near if (p.parent, p.name.lower()) in beside and p.is_file()}
    return sorted({*paths, *parts})


def without_sidecars(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """Files that can be opened as layers, out of all that a folder or pattern holds."""
    return tuple(p for p in paths if not p.name.lower().endswith(SIDECARS)) or paths


def missing_problem(scenario: Scenario, files: LayerFiles) -> Problem:
    """Say that a layer's file is not there, and how to go on."""
    fix = (
        f"Put it there (siting layers says where it comes from), name its folder by --layers, "
        f"or set screen.layers.{files.name}.needed: false to go on without it"
    )
    return scenario.problem(
        ("screen", "layers", files.name, "file"),
        found="no such file",
        expected=str(files.pattern),
        fix=fix,
    )
