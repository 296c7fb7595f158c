"""What a scenario's own screening brings to its plan: sites, sources, unknowns, files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from optimize.prune import needless_sites
from siting.candidates import NEEDLESS, Candidates
from siting.question import pose
from siting.scenario import Scenario
from siting.screen.homes import Homes

if TYPE_CHECKING:
    from siting.screen.run import Screening

FOLDER = "screen"
"""Folder of the screening's own files inside a run folder."""

# The screening's libraries take a second to import, which a scenario without layers need not
# wait for: they are imported where they are used.


@dataclass(frozen=True)
class Screened:
    """A screening made for a plan."""

    found: "Screening"
    places: pd.DataFrame
    """Sites in the form of the places table."""
    needless: Mapping[str, str]
    """Sites that no best plan needs, each with one that stands in for it."""


def screen_for_plan(
    scenario: Scenario, homes: Homes | None, progress: Callable[[float, str], None]
) -> Screened | None:
    """Screen, if the scenario has a section `screen`."""
    if scenario.screen is None:
        return None
    from siting.screen.as_places import screened_places
    from siting.screen.run import run_screen

    found = run_screen(scenario, homes, progress=progress)
    return Screened(found, screened_places(found), {})


def without_needless(
    scenario: Scenario, candidates: Candidates, node: pd.Series | None = None
) -> tuple[Candidates, dict[str, str]]:
    """Candidates without the screened sites that no best plan needs.

    Parameters
    ----------
    scenario : Scenario
    candidates : Candidates
    node : Series, index `site`, optional
        Node of the scenario's network that each site hangs on.

    Returns
    -------
    candidates : Candidates
        Those left out have the reason `needless`.
    needless : dict of str to str
        Site left out to a site that stands in for it.
    """
    is_screened = candidates.usable["kind"] == "screened"
    if scenario.screen is None or not scenario.screen.sites.prune or not is_screened.any():
        return candidates, {}
    options = scenario.reinforcements.values()
    named = {group for option in options for group in (option.group, *option.also_lifts)}
    screened = set(candidates.usable.index[is_screened]) - named
    left = needless_sites(pose(scenario, candidates).problem, screened, node)
    reason = candidates.table["reason"].mask(candidates.table.index.isin(list(left)), NEEDLESS)
    return replace(candidates, table=candidates.table.assign(reason=reason)), left


def screen_summary(screened: Screened) -> dict[str, Any]:
    """Summary of the screening; sites left out of the plan say for whose sake."""
    from siting.run_files import plain
    from siting.screen.summary import summary_of

    summary: dict[str, Any] = plain(summary_of(screened.found))
    for row in summary["sites"]:
        row["pruned_by"] = screened.needless.get(row["site"])
    return summary


def with_screening(summary: dict[str, Any], screening: Mapping[str, Any]) -> dict[str, Any]:
    """Summary of a run with the layers among its sources and what they leave unknown."""
    credits = [
        {
            "source": f"layer {row['layer']}",
            "title": f"{row['layer']}: {row['credit_ja']} / {row['credit_en']}",
            "publisher": "",
            "url": row["url"],
            "licence": row["licence"],
            "as_of": row["as_of"],
            "confidence_marks": [],
        }
        for row in screening["layers"]
        if row["kind"] != "missing"
    ]
    unknowns = [
        {"ja": f"適地評価: {row['text_ja']}", "en": f"Screening: {row['text_en']}"}
        for row in screening["unknowns"]
    ]
    return summary | {
        "sources": [*summary["sources"], *credits],
        "unknowns": [*summary["unknowns"], *unknowns],
    }


def write_screening(screened: Screened, screening: dict[str, Any], folder: Path) -> None:
    """Write the screening's own files into a folder of the run."""
    from siting.screen.files import write_screen

    home = folder / FOLDER
    home.mkdir()
    write_screen(screened.found, screening, home)
