"""`siting headroom`: the command line of hosting capacity."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from siting.words import default_language, say

Lang = Literal["ja", "en"]


class RuleChoice(StrEnum):
    """Who follows the extra load."""

    FIXED = "fixed"
    REDISPATCH = "redispatch"
    BOTH = "both"


class BalanceChoice(StrEnum):
    """Who makes the extra power under fixed dispatch."""

    SLACK = "slack"
    GENERATORS = "generators"


EPILOG = "Example: siting headroom network.m --output runs/headroom"

INFEASIBLE = 3
"""Exit code of a base case that is above a rating before any load is added."""

NetworkFile = Annotated[
    Path,
    typer.Argument(metavar="NETWORK", help="File or folder of a network; see docs/headroom.md."),
]
RuleOption = Annotated[
    RuleChoice, typer.Option("--rule", help="Dispatch held fixed, changed within limits, or both.")
]
BalanceOption = Annotated[
    BalanceChoice,
    typer.Option("--balance", help="Fixed dispatch: extra power from the slack, or by room."),
]
Output = Annotated[Path | None, typer.Option(help="Folder for tables, zones and map.")]
Buses = Annotated[
    list[str] | None, typer.Option("--bus", help="Only this bus; repeatable, else all.")
]
Joint = Annotated[
    str | None, typer.Option(metavar="BUS,BUS,...", help="Room of these buses at the same time.")
]
Works = Annotated[
    Path | None, typer.Option(help="Table of reinforcement options, to be ranked by MW per yen.")
]
Cache = Annotated[Path, typer.Option(help="Folder in which finished rows are kept between runs.")]
Language = Annotated[
    Lang | None, typer.Option("--lang", help="Language of the summary; else as LANG says.")
]


def headroom(
    network: NetworkFile,
    rule: RuleOption = RuleChoice.FIXED,
    balance: BalanceOption = BalanceChoice.SLACK,
    output: Output = None,
    bus: Buses = None,
    joint: Joint = None,
    works: Works = None,
    cache: Cache = Path("runs/.cache"),
    lang: Language = None,
) -> None:
    """How much more load each bus of a network can host.

    With all in service (N-0) and after any single outage (N-1), with the branch and the outage that
    bind. A stopped run goes on where it stopped. Exit code 3 when the network is overloaded before
    any load is added.
    """
    from siting.headroom.question import RULES, Asked, joint_buses
    from siting.headroom.study import headroom_study
    from siting.headroom.terminal import show_headroom
    from siting.progress import progress_bar
    from siting.terminal import open_console

    asked = Asked(
        rules=RULES[rule.value],
        balance=balance.value,
        buses=tuple(dict.fromkeys(bus or ())),
        joint=joint_buses(joint),
        works=works,
    )
    language = lang or default_language()
    with progress_bar(open_console(stderr=True), say("broken_off", language)) as progress:
        summary = headroom_study(network, asked, output, cache=cache, progress=progress)
    show_headroom(open_console(), output, summary, language)
    if summary["infeasible"]:
        raise typer.Exit(INFEASIBLE)
