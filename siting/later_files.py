"""What later commands wrote into a run folder, as far as it belongs to the run that lies there.

A run folder may hold explain.json and redispatch.json of a run that another one has replaced since.
What they say would be wrong beside the new plan, so they are read only where name, day and cost are
those of the run.
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from siting.report_words import Both, both
from siting.year_figures import FIGURES

Row = Mapping[str, Any]

EXPLANATION, REDISPATCH = "explain.json", "redispatch.json"
COMMANDS = {EXPLANATION: "siting explain", REDISPATCH: "siting redispatch"}

SAME_SHARE = 1e-6
"""Costs that differ by less are one figure, written twice."""

PRICE_FIELDS = ("limit", "key", "what", "where", "per", "by_year", "demand", "field", "check")
SITE_FIELDS = ("rows", "plans", "counts", "within_percent", "limit_myen", "best_myen")


@dataclass(frozen=True, slots=True)
class LaterFiles:
    """What was found out about a run after it was made; None where nothing was."""

    explanation: Row | None = None
    redispatch: Row | None = None
    ignored: tuple[str, ...] = ()
    """Files that belong to another run, or that cannot be read."""


def read_later_files(folder: Path, summary: Row) -> LaterFiles:
    """Read what later commands said of a run.

    Parameters
    ----------
    folder : Path
        Run folder.
    summary : mapping
        Its summary.json.
    """
    checks: dict[str, Callable[[Row, Row], bool]] = {
        EXPLANATION: _explains,
        REDISPATCH: _dispatches,
    }
    found, ignored = {}, []
    for name, belongs in checks.items():
        if not (folder / name).is_file():
            continue
        told = _read(folder / name)
        if told is not None and _is_of(told, summary) and belongs(told, summary):
            found[name] = told
        else:
            ignored.append(name)
    return LaterFiles(found.get(EXPLANATION), found.get(REDISPATCH), tuple(ignored))


def ignored_lines(later: LaterFiles) -> Iterator[Both]:
    """What to say of files that were left aside."""
    for name in later.ignored:
        command = COMMANDS[name]
        yield both(
            f"{name} は別の計画についてのもの、または読めないため使いません。"
            f"{command} で作り直せます",
            f"{name} is of another run, or cannot be read, and is left aside; {command} makes it "
            "anew",
        )


def _read(path: Path) -> Row | None:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def _is_of(told: Row, summary: Row) -> bool:
    """Whether name, variant and day are those of the run."""
    pairs = (("name", "name"), ("variant", "variant"), ("created_run", "created"))
    same = all(told.get(own) == summary.get(theirs) for own, theirs in pairs)
    return same and told.get("format") == 1


def _explains(told: Row, summary: Row) -> bool:
    """Whether an explanation is whole and of a plan of this cost."""
    parts = {"plan": dict, "prices": list, "why": list, "notes": list, "sites": dict | None}
    if told.get("kind") != "run" or not all(
        part in told and isinstance(told[part], kind) for part, kind in parts.items()
    ):
        return False
    sites, prices = told["sites"], told["prices"]
    whole = (sites is None or all(field in sites for field in SITE_FIELDS)) and all(
        field in row for row in prices for field in PRICE_FIELDS
    )
    cost = (summary.get("net_present_cost") or {}).get("myen")
    return whole and _is_same(told["plan"].get("recorded_cost_myen"), cost)


def _dispatches(told: Row, summary: Row) -> bool:
    """Whether a re-dispatch is whole and of a year with this energy cost."""
    parts = ("plan", "calendar_year", "difference")
    if not all(isinstance(told.get(part), dict) for part in parts):
        return False
    if not all(figure in told[part] for part in parts for figure in FIGURES):
        return False
    year = told.get("fiscal_year")
    rows = [r for r in summary.get("costs") or () if r["fiscal_year"] == year]
    cost = sum(r["myen"] or 0.0 for r in rows if r["item"] == "energy")
    return year in summary["years"] and _is_same(told["plan"]["added_myen"], cost)


def _is_same(one: Any, other: Any) -> bool:
    if not isinstance(one, int | float) or not isinstance(other, int | float):
        return False
    return math.isclose(one, other, rel_tol=SAME_SHARE, abs_tol=SAME_SHARE)
