"""The plan of a set of sites, as a run of the scenario with just these sites."""

import json
import shlex
from collections.abc import Sequence
from pathlib import Path

from siting.scenario import Scenario


def sets_for(sites: Sequence[str]) -> tuple[str, ...]:
    """Changes as of `--set` with which just these sites stand in the last year.

    No other place may be chosen, and as many sites as there are have to stand.

    >>> sets_for(["oita", "matsue"])
    ('candidates.only=["oita", "matsue"]', 'limits.spread.min_sites=2')
    """
    only = json.dumps(list(sites), ensure_ascii=False)
    return f"candidates.only={only}", f"limits.spread.min_sites={len(sites)}"


def run_line(scenario: Scenario, sites: Sequence[str], output: Path) -> str:
    """The command that gives the plan of a set of sites, quoted for a POSIX shell."""
    origin = scenario.origin
    words = ["siting", "run", origin.file]
    words += ["--variant", origin.variant] if origin.variant else []
    for change in (*origin.sets, *sets_for(sites)):
        words += ["--set", change]
    return shlex.join([*words, "--output", str(output)])
