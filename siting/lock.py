"""The lock file of a run: the scenario with all defaults, its hash and the package versions."""

import hashlib
import json
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import yaml

import siting
from siting.scenario import Scenario
from siting.scenario_file import user_files
from siting.scenario_yaml import scalar

# Packages that can change a result.
PACKAGES = ("numpy", "pandas", "scipy", "geopandas", "shapely", "pyomo", "highspy", "pydantic")


def lock_text(scenario: Scenario) -> str:
    """Text of `scenario.lock.yaml`; `siting run` reads it like any scenario."""
    origin = scenario.origin
    lock = {
        "hash": content_hash(scenario),
        "variant": origin.variant,
        "sets": list(origin.sets),
        "versions": versions(),
    }
    head = (
        "# Written by siting run: the scenario with every default filled in.\n"
        "# Keep it with the run; change the scenario itself, not this file.\n"
    )
    return head + _dumped({"lock": lock, **filled(scenario)})


def filled(scenario: Scenario) -> dict[str, Any]:
    """Plain values of a scenario with every default, without the variants left aside."""
    return {key: value for key, value in scenario.model_dump().items() if key != "variants"}


def content_hash(scenario: Scenario) -> str:
    """Hash of all values and of the user's files, `sha256:` and 64 hexadecimal digits.

    Two scenarios that ask the same question of the same files have the same hash, however they
    are written.
    """
    asked = {key: value for key, value in filled(scenario).items() if key != "uncertain"}
    digest = hashlib.sha256(_canonical(asked).encode())
    for path in user_files(scenario):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return f"sha256:{digest.hexdigest()}"


def versions() -> dict[str, str]:
    """Versions of this toolkit, of Python and of the packages that can change a result."""
    ours = {"dc-siting": siting.__version__, "python": platform.python_version()}
    return ours | {package: _version(package) for package in PACKAGES}


def _version(package: str) -> str:
    """Installed version of a package."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _canonical(values: Any) -> str:
    """JSON in one fixed form, so that the order of keys does not matter."""
    return json.dumps(values, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


class _Dumper(yaml.SafeDumper):
    """Writes what `scenario_yaml` reads back: text that looks like a number gets quotes."""


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = None if scalar(text) == text else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def _dumped(values: dict[str, Any]) -> str:
    """YAML text in the order of the sections."""
    text = yaml.dump(values, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1000)
    return str(text)
