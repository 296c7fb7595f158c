"""Where AI data centres can go in Japan, how big and when, within grid and carbon limits."""

import importlib.util
from pathlib import Path
from typing import Any

__all__ = ["CheckOptions", "__version__", "check", "check_forecast", "load_scenario", "run"]

OUR_PACKAGES = ("data", "grid", "maps", "optimize")

_LAZY = {
    "load_scenario": ("siting.scenario_file", "load_scenario"),
    "check": ("siting.study", "check_study"),
    "run": ("siting.study", "run_study"),
    "check_forecast": ("siting.loads_check", "check_loads"),
    "CheckOptions": ("siting.loads_check", "CheckOptions"),
}


def refuse_strangers(home: Path, names: tuple[str, ...] = OUR_PACKAGES) -> None:
    """Raise ImportError if a package with one of our general names lies outside `home`.

    `data` or `maps` may well exist in a user's own folder and would be imported instead
    of ours without a word.
    """
    for name in names:
        spec = importlib.util.find_spec(name)
        if spec is None:
            raise ImportError(
                f"the package {name!r} of dc-siting is missing beside {home / 'siting'}; "
                "install dc-siting again"
            )
        found = [Path(place).resolve() for place in spec.submodule_search_locations or ()]
        if found != [home / name]:
            stranger = spec.origin or ", ".join(str(place) for place in found)
            raise ImportError(
                f"dc-siting needs its own package {name!r}, but Python finds another one: "
                f"{stranger} (expected {home / name}). Rename or move that file or folder, or "
                "start from another folder"
            )


refuse_strangers(Path(__file__).resolve().parents[1])

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Import the heavy parts only when they are asked for."""
    if name not in _LAZY:
        raise AttributeError(f"module 'siting' has no attribute {name!r}")
    module, attribute = _LAZY[name]
    return getattr(importlib.import_module(module), attribute)
