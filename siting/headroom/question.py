"""What is asked of a network."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from data.errors import InputError, Problem

Rule = Literal["fixed", "redispatch"]
Balance = Literal["slack", "generators"]

RULES: dict[str, tuple[Rule, ...]] = {
    "fixed": ("fixed",),
    "redispatch": ("redispatch",),
    "both": ("fixed", "redispatch"),
}
"""Rules behind each word of the option `--rule`."""

MOST_NAMES_SHOWN = 5
FEWEST_JOINT = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """Options of `siting headroom`."""

    rules: tuple[Rule, ...] = ("fixed",)
    """In the order of the answer."""
    balance: Balance = "slack"
    """Who makes the power of the extra load under fixed dispatch."""
    buses: tuple[str, ...] = ()
    """Buses to look at; all when empty."""
    joint: tuple[str, ...] = ()
    """Buses whose joint capacity is asked for."""
    works: Path | None = None
    """Table of reinforcement options."""


def joint_buses(text: str | None) -> tuple[str, ...]:
    """Names behind the option `--joint`, separated by commas.

    >>> joint_buses("A, B,,C")
    ('A', 'B', 'C')
    """
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())


def find_unknown(asked: Asked, known: Sequence[str]) -> list[Problem]:
    """Buses that the network does not have, and joint questions about fewer than two."""
    problems = [*_unknown("--bus", asked.buses, known), *_unknown("--joint", asked.joint, known)]
    for name in sorted({name for name in asked.joint if asked.joint.count(name) > 1}):
        problems.append(Problem("--joint", f"{name} more than once", "each bus once"))
    if asked.joint and len(set(asked.joint)) < FEWEST_JOINT:
        expected = "at least two buses, separated by commas"
        problems.append(Problem("--joint", asked.joint[0], expected))
    return problems


def require_known(asked: Asked, known: Sequence[str], *, where: str) -> None:
    """Refuse what `find_unknown` finds, all in one list.

    Raises
    ------
    InputError
        With each problem.
    """
    problems = find_unknown(asked, known)
    if problems:
        raise InputError(where, problems)


def _unknown(option: str, names: Sequence[str], known: Sequence[str]) -> Iterator[Problem]:
    there = set(known)
    for name in dict.fromkeys(names):
        if name not in there:
            near = get_close_matches(name, known, n=3) or list(known[:MOST_NAMES_SHOWN])
            expected = f"a bus in service, such as {', '.join(near)}"
            yield Problem(option, name, expected, "Names are those of the network's buses")
