"""Headroom groups as a forest: which group lies inside which, in one order of walking."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Nested:
    """One group of the forest, at its place in the walk."""

    group: str
    after: int
    """Place in the walk of the first group that does not lie inside this one."""


def walk_groups(members: Mapping[str, Collection[str]]) -> list[Nested]:
    """Groups in depth-first order, each followed by the groups inside it.

    A group lies inside the smallest one that holds all its sites; of groups that cross each other
    neither lies inside the other.

    Parameters
    ----------
    members : mapping of str to collection of str
        Sites of each group; groups without sites are left out.

    Examples
    --------
    >>> walk_groups({"a": ["x"], "b": ["y"], "up": ["x", "y"]})
    [Nested(group='up', after=3), Nested(group='a', after=2), Nested(group='b', after=3)]
    """
    sites = {group: frozenset(names) for group, names in members.items() if len(names)}
    inside: dict[str | None, list[str]] = {}
    for group, parent in _parents(sites).items():
        inside.setdefault(parent, []).append(group)
    walk: list[Nested] = []
    _walk(inside, None, walk)
    return walk


def count_leaves(walk: list[Nested]) -> int:
    """Groups without another inside: the most that can lie side by side."""
    return sum(each.after == place + 1 for place, each in enumerate(walk))


def _parents(sites: Mapping[str, frozenset[str]]) -> dict[str, str | None]:
    """Smallest group around each; of groups with the same sites the first by name is outermost."""
    order = sorted(sites, key=lambda group: (-len(sites[group]), group))
    around: dict[str, list[str]] = {}
    parents: dict[str, str | None] = {}
    for group in order:
        # whatever holds all its sites holds the first, and larger groups have come before
        holding = around.get(min(sites[group]), [])
        parents[group] = next((g for g in reversed(holding) if sites[g] >= sites[group]), None)
        for site in sites[group]:
            around.setdefault(site, []).append(group)
    return parents


def _walk(inside: Mapping[str | None, list[str]], parent: str | None, walk: list[Nested]) -> None:
    """Add the groups inside `parent`; what lies inside is known when a group is left again."""
    for group in sorted(inside.get(parent, ())):
        place = len(walk)
        walk.append(Nested(group, place + 1))
        _walk(inside, group, walk)
        walk[place] = Nested(group, len(walk))
