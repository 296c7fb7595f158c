"""Reading a scenario: every problem at once, with file, line and what to do."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PureWindowsPath
from typing import Any

from pydantic import ValidationError

from data.errors import InputError, Problem
from siting.changed_scenario import find_input_problems
from siting.scenario import Keys, Origin, Scenario, problem_at
from siting.scenario_merge import with_sets, with_variant
from siting.scenario_problems import problems_of
from siting.scenario_yaml import Document, read_document, shown

# Fields that name a file of the user's.
FILE_FIELDS: tuple[Keys, ...] = (
    ("time", "demand_file"),
    ("time", "hourly_file"),
    ("candidates", "file"),
    ("headroom", "zones_file"),
    ("headroom", "queue_file"),
    ("limits", "forecast", "area_table_file"),
    ("network", "file"),
)

# Of these, the ones that may name a folder: what is in it is read.
FOLDER_FIELDS: tuple[Keys, ...] = (("network", "file"),)

NOT_READ = (".md", ".txt")

LONGEST_FILE_NAME = 200  # file systems stop at 255 bytes


def load_scenario(
    path: Path | str,
    variant: str | None = None,
    sets: Iterable[str] = (),
    *,
    home: Path | None = None,
) -> Scenario:
    """Read a scenario file: default < file < variant < --set.

    Parameters
    ----------
    path : Path or str
        YAML file, UTF-8. A `scenario.lock.yaml` of a run can be read as well.
    variant : str, optional
        Name under `variants` whose changes apply.
    sets : iterable of str
        Changes such as `demand.reference_pue=1.15`, applied last, in this order.
    home : Path, optional
        Folder of the files that it names; without it the scenario's own.

    Returns
    -------
    Scenario
        Checked and unchangeable; `scenario.origin` knows the line of every value.

    Raises
    ------
    InputError
        With every problem found in the file, the variant and the changes.
    """
    file, changes = Path(path), tuple(sets)
    document = _changed(_opened(file), variant, changes)
    folder = file.parent if home is None else home
    scenario, problems = _validated(document, folder)
    if scenario is None or problems:
        raise InputError(str(path), problems)
    origin = Origin(str(path), folder, variant, changes, document.places)
    return _with_origin(scenario, origin)


def find_problems(
    path: Path | str, variant: str | None = None, sets: Iterable[str] = ()
) -> list[Problem]:
    """Every problem of a scenario file, in what is asked for and in all its variants."""
    file, changes = Path(path), tuple(sets)
    try:
        base = _opened(file)
        asked = _changed(base, variant, changes)
    except InputError as error:
        return list(error.problems)
    problems = _validated(asked, file.parent)[1]
    return list(dict.fromkeys([*problems, *_variant_problems(base, file.parent, problems)]))


def variant_names(path: Path | str) -> list[str]:
    """Names of the variants a scenario file offers."""
    variants = _opened(Path(path)).values.get("variants")
    return [str(name) for name in variants] if isinstance(variants, dict) else []


def user_files(scenario: Scenario) -> list[Path]:
    """Paths of the user's files that the scenario names; of a folder, the files in it."""
    values = scenario.model_dump()
    named = {keys: _at(values, keys) for keys in FILE_FIELDS}
    paths = {keys: scenario.path_of(name) for keys, name in named.items() if name is not None}
    found = [_files_of(path) if keys in FOLDER_FIELDS else [path] for keys, path in paths.items()]
    return [path for files in found for path in files]


def _files_of(path: Path) -> list[Path]:
    """Files read where a folder or a file is named: one CSV of a network stands for its folder."""
    folder = path.parent if path.suffix.lower() == ".csv" else path
    if not folder.is_dir():
        return [path]
    files = sorted(file for file in folder.iterdir() if file.is_file())
    return [f for f in files if f.suffix.lower() not in NOT_READ and not f.name.startswith(".")]


def build_scenario(values: dict[str, Any], folder: Path | None = None) -> Scenario:
    """Check a scenario given as plain values, for notebooks and tests.

    Raises
    ------
    InputError
        With every problem found.
    """
    home = folder if folder is not None else Path()
    scenario, problems = _validated(Document(values), home)
    if scenario is None or problems:
        raise InputError("scenario", problems)
    return _with_origin(scenario, Origin(folder=home))


def _opened(file: Path) -> Document:
    """Document without the `lock` block that a run adds."""
    document = read_document(file)
    values = {key: value for key, value in document.values.items() if key != "lock"}
    return replace(document, values=values)


def _changed(document: Document, variant: str | None, sets: tuple[str, ...]) -> Document:
    """Document with variant and changes; what is wrong with either is reported together."""
    problems: list[Problem] = []
    if variant is not None:
        try:
            document = with_variant(document, variant)
        except InputError as error:
            problems.extend(error.problems)
    try:
        document = with_sets(document, sets)
    except InputError as error:
        problems.extend(error.problems)
    return replace(document, problems=(*document.problems, *problems))


def _validated(document: Document, folder: Path) -> tuple[Scenario | None, list[Problem]]:
    """Scenario, if the values allow one, and everything that is wrong."""
    problems = [*document.problems, *_file_problems(document, folder)]
    scenario = None
    try:
        scenario = Scenario.model_validate(document.values)
        problems.extend(find_input_problems(scenario, document.places))
    except ValidationError as error:
        problems.extend(problems_of(error, document.values, document.places))
    return scenario, sorted(problems, key=lambda problem: (problem.file, problem.line or 0))


def _variant_problems(base: Document, folder: Path, known: list[Problem]) -> Iterator[Problem]:
    """Problems that appear only with a variant, for all variants of the file."""
    variants = base.values.get("variants")
    for name, changes in variants.items() if isinstance(variants, dict) else ():
        if not isinstance(changes, dict):
            continue  # said already, when the file as a whole was checked
        for problem in _validated(with_variant(base, name), folder)[1]:
            if problem not in known:
                yield _naming(name, problem)


def _naming(variant: str, problem: Problem) -> Problem:
    """Say which variant is meant where the line alone does not."""
    if problem.where.startswith("variants."):
        return problem
    fix = f"{problem.fix} (with variant {variant})".lstrip()
    return replace(problem, fix=fix)


def _file_problems(document: Document, folder: Path) -> Iterator[Problem]:
    """Problems of the files the scenario names."""
    for keys in FILE_FIELDS:
        name = _at(document.values, keys)
        if not isinstance(name, str):
            continue
        typed = keys in document.places and document.places[keys].line is None
        wrong = _wrong_file(name, folder, typed=typed, may_be_folder=keys in FOLDER_FIELDS)
        if wrong is not None:
            expected, fix = wrong
            found = shown(name)
            yield problem_at(document.places, keys, found=found, expected=expected, fix=fix)


def _wrong_file(
    name: str, folder: Path, *, typed: bool, may_be_folder: bool = False
) -> tuple[str, str] | None:
    """Tell what is wrong with a file name, as (expected, fix).

    A scenario travels: it must find its files on every machine and read no others, so an absolute
    path may only be typed (`--set`).
    """
    if not name.isprintable() or not 0 < len(name.encode()) <= LONGEST_FILE_NAME:
        return "the name of a file", "Correct the name"
    absolute = Path(name).is_absolute() or PureWindowsPath(name).drive != ""
    below = (folder / name).resolve().is_relative_to(folder.resolve())
    allowed = typed if absolute else below
    if not allowed:
        why = "a scenario has to carry what it reads, and reads nothing else"
        return "a file below the scenario's folder", f"Copy the file there: {why}"
    if may_be_folder and (folder / name).is_dir():
        return None
    if not (folder / name).is_file():
        kind = "a file or folder" if may_be_folder else "a file"
        return f"{kind} in {folder}", "Put the file there, or correct the name"
    return None


def _at(values: Any, keys: Keys) -> Any:
    """Value below `keys`, None where there is none."""
    for key in keys:
        values = values.get(key) if isinstance(values, dict) else None
    return values


def _with_origin(scenario: Scenario, origin: Origin) -> Scenario:
    """Scenario that knows where it came from."""
    scenario._origin = origin
    return scenario
