"""Minimal sets of limits that clash: take any one of them away and the others can be met.

`optimize.explain` says what each limit alone would have to give. It cannot say which limits clash
where several clashes stand side by side, as no limit alone then frees the plan. Here limits are
taken away group by group, a group being one field of the scenario: if the rest still clashes, the
group stays away, else it belongs to the set (deletion filter). What is left

    clashes:        no plan meets these limits, and the physics of the model that nobody sets;
    is irreducible: without any one of them there is a plan.

Both are proven by the solver. Of several sets that share limits one is found.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from data.errors import Clash, InfeasibleError, PlanError
from optimize.explain import LIMITS, Part, part_of, relax
from optimize.highs import SolverSettings, solve_arrays
from optimize.matrix import Matrix
from optimize.problem import SiteProblem

ANY_SIZE = 10.0
"""Without a largest size a site may be so many times as large as all candidates together."""


@dataclass(frozen=True, slots=True)
class ClashSet:
    """Limits that clash with each other, all others left out."""

    fields: tuple[str, ...]
    """Scenario fields; empty: what nobody can set already forbids every plan."""
    relaxations: tuple[Clash, ...]
    """The least by which each alone would have to give way for this set to be met; a field with
    several kinds of rows has one for each that can free the set alone."""
    proven: bool
    """Whether the solver settled every question; if not, the set may hold more than it needs."""

    def __str__(self) -> str:
        lines = [f"These limits clash: {', '.join(self.fields)}"]
        return "\n".join(lines + [f"  - {clash}" for clash in self.relaxations])


def clash_sets(problem: SiteProblem, settings: SolverSettings | None = None) -> list[ClashSet]:
    """Find minimal sets of clashing limits that share none with each other.

    Parameters
    ----------
    problem : SiteProblem
        Without a network.
    settings : SolverSettings, optional
        Time for each question; without it 30 s.

    Returns
    -------
    list of ClashSet
        Empty if the limits on sites do not clash. With the limits of all sets taken away there is
        a plan, unless a set is empty, or the time did not suffice to look for more sets.

    Raises
    ------
    PlanError
        The time did not suffice to say whether the limits clash at all.
    """
    settings = settings or SolverSettings(gap_share=0.01, time_limit_s=30.0)
    matrix = part_of(problem, settings, None).matrix
    filtered = _Filter(matrix, settings)
    left = filtered.fields()
    sets: list[ClashSet] = []
    while filtered.clashes(left) if not sets else filtered.surely_clashes(left):
        fields = filtered.reduce(left)
        sets.append(ClashSet(tuple(fields), tuple(_least(matrix, fields, settings)), filtered.sure))
        left = [field for field in left if field not in fields]
        if not fields:
            break
    return sets


class _Filter:
    """Asks whether limits of some fields clash."""

    def __init__(self, matrix: Matrix, settings: SolverSettings) -> None:
        self.matrix, self.settings = matrix, settings
        self.sure = True

    def fields(self) -> list[str]:
        """Fields with a row in the model, in the order of `LIMITS`."""
        present = set(self.matrix.row_names.tolist())
        return list(dict.fromkeys(LIMITS[name].field for name in LIMITS if name in present))

    def clashes(self, fields: Iterable[str]) -> bool:
        """Whether no plan meets the limits of `fields`."""
        try:
            solve_arrays(with_limits(self.matrix, fields), self.settings)
        except InfeasibleError:
            return True
        return False

    def surely_clashes(self, fields: Iterable[str]) -> bool:
        """As `clashes`; what is not settled in time counts as no clash, and is remembered."""
        try:
            return self.clashes(fields)
        except PlanError:
            self.sure = False
        return False

    def reduce(self, fields: list[str]) -> list[str]:
        """Take away every field without which the others still clash; those last named first."""
        self.sure = True
        kept = list(fields)
        for field in reversed(fields):
            others = [other for other in kept if other != field]
            if self.surely_clashes(others):
                kept = others
        return kept


def with_limits(matrix: Matrix, fields: Iterable[str]) -> Matrix:
    """The matrix with the limits of `fields` only, and no cost: any plan will do.

    The largest size of a site also ties its contract to its being built; without that limit a
    built site may be `ANY_SIZE` times as large as all candidates together.
    """
    kept = {name for name, limit in LIMITS.items() if limit.field in set(fields)}
    names = matrix.row_names
    limits = np.isin(names, list(LIMITS))
    held = np.isin(names, list(kept))
    tie = names == "size_at_most"
    free = replace(matrix, cost=np.zeros(matrix.shape[1]), offset=0.0)
    if "size_at_most" not in kept:
        free = _any_size(free, np.flatnonzero(tie))
    return free.select(rows=~limits | held | tie, columns=np.ones(matrix.shape[1], bool))


def _any_size(matrix: Matrix, rows: np.ndarray) -> Matrix:
    """Let each built site be far larger than all candidates of its year together."""
    part = matrix.rows[rows].tocoo()
    build = matrix.integer[part.col]
    years = {matrix.row_keys[row][-1] for row in rows}
    most = ANY_SIZE * float(-part.data[build].sum()) / max(len(years), 1)
    data = matrix.rows.copy().tolil()
    for row, column in zip(rows[part.row[build]], part.col[build], strict=True):
        data[row, column] = -most
    return replace(matrix, rows=data.tocsr())


def _least(matrix: Matrix, fields: list[str], settings: SolverSettings) -> Iterable[Clash]:
    """The least that each row kind of the set has to give, the rest of the set holding."""
    alone = with_limits(matrix, fields)
    for name, limit in LIMITS.items():
        if limit.field in fields and name in set(alone.row_names.tolist()):
            yield from relax(Part(alone), [name], settings).clashes
