"""Ready scenarios and tables that `siting new` copies."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from data.errors import InputError, Problem
from siting.scenario_merge import did_you_mean

AREA_TABLE = "area-table"
AREA_TABLE_FILE = "area_table.csv"
ADDITIONS = "additions"
ADDITIONS_FILE = "additions.csv"
ASSUMPTIONS_FILE = "assumptions.csv"

TEMPLATES = {
    "japan": "ten areas, FY2026-2035, the national programme and OCCTO's additions",
    "kyushu_chugoku": "two areas, four sites, training that follows the sun",
    "robust": "six places and three uncertain inputs, to try siting robust on",
    "japan_1km": "GIS screening of all Japan at 1 km with what is shipped, then the plan",
    "prefecture": "GIS screening of a prefecture at 100 m with layers that you fetch by hand",
    "kanto": "GIS screening of a made county at 100 m with every kind of layer",
    "network": "a made network of 8 buses, to try siting headroom on",
    AREA_TABLE: "empty CSV for OCCTO's forecast by area, to fill in from its PDF",
    ADDITIONS: "empty list of applications for siting forecast, and its assumptions to edit",
    "forecast": "a made list of 300 applications, to try siting forecast on",
}


def copy_template(template: str, folder: Path) -> list[Path]:
    """Copy a template into `folder`; nothing that exists is overwritten.

    Returns
    -------
    list of Path
        Files written.

    Raises
    ------
    InputError
        No such template, or something stands in the way.
    """
    texts = _texts_of(template)
    _refuse_overwriting(folder, texts)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text)
    return [folder / name for name in texts]


def _texts_of(template: str) -> dict[str, bytes]:
    """Contents of a template by file name."""
    if template not in TEMPLATES:
        known = list(TEMPLATES)
        fix = did_you_mean(template, known)
        problem = Problem("TEMPLATE", repr(template), f"one of: {', '.join(known)}", fix)
        raise InputError("siting new", [problem])
    if template == AREA_TABLE:
        from data.read_occto_area import area_table_template

        return {AREA_TABLE_FILE: area_table_template().encode()}
    if template == ADDITIONS:
        return _additions()
    return _files_below(examples_folder() / template)


def _files_below(folder: Traversable, path: str = "") -> dict[str, bytes]:
    """Contents of all files of a folder and its folders, by their path below it."""
    texts: dict[str, bytes] = {}
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        name = f"{path}{entry.name}"
        if entry.is_dir():
            texts |= _files_below(entry, f"{name}/")
        else:
            texts[name] = entry.read_bytes()
    return texts


def _additions() -> dict[str, bytes]:
    """Empty list and assumptions; marked as UTF-8, or Excel shows the Japanese as other signs."""
    from data.application_template import applications_template
    from data.read_assumptions import assumptions_template

    texts = {ADDITIONS_FILE: applications_template(), ASSUMPTIONS_FILE: assumptions_template()}
    return {name: text.encode("utf-8-sig") for name, text in texts.items()}


def examples_folder() -> Traversable:
    """Folder of the examples: inside the installed package, or beside it in a checkout."""
    package = files("siting")
    installed = package / "examples"
    return installed if installed.is_dir() else Path(str(package)).parent / "examples"


def _refuse_overwriting(folder: Path, texts: dict[str, bytes]) -> None:
    """Raise if a file of the user's is in the way."""
    if folder.exists() and not folder.is_dir():
        problem = Problem("DIR", f"a file named {folder}", "a folder, or a name that is free")
        raise InputError("siting new", [problem])
    in_the_way = [folder / name for name in texts if (folder / name).exists()]
    if in_the_way:
        fix = "Name another folder, or move the file away"
        expected = "nothing that would be overwritten"
        problems = [Problem("DIR", str(path), expected, fix) for path in in_the_way]
        raise InputError("siting new", problems)
