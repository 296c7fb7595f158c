"""Large sites decided before small ones, and counted whole where one by one they are fractions.

Where one site can take most of a year's growth, the relaxation builds fractions of several and
promises a cost that no plan has. Three things mend that, all on the siting part alone:

- growth: a site that is not built does not grow, so the yearly ramp of a fraction is a fraction;
- counts: how many large sites stand in a year, in all and by area, are whole numbers even where
  the sites themselves stay fractions. That is a bound on every plan, and soon proven;
- large sites first: small ones stay fractions while the large are decided, then follow with
  the large ones fixed. Only sites are open that the relaxation, the counts or the plan in hand
  use, and the counts stay what they are, or next to it: seconds instead of minutes.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse

from data.errors import PlanError
from optimize.highs import Deadline, SolverSettings
from optimize.master import Asked, ask, with_rows
from optimize.matrix import Floats, Mask, Matrix
from optimize.near_sites import NEAR_NODES, USED, Stop, fixed_at, held, search_sites, whole_of
from optimize.proof import ENOUGH_SHARE_OF_GAP, Proof

LARGE_SHARE = 0.5
"""Sites whose smallest size is at least this share of the largest smallest size are large."""

LARGE_SHARE_OF_GAP = 0.7
"""What large sites may take of the gap: small ones and the pricing of the hours come on top."""

COUNT_SHARE_OF_GAP = 0.5
"""Counts are few: their bound is sought closer than sites are."""

COUNT_NODES = 100
"""Nodes of a search for the bound of the counts."""

COUNT_STEPS = (0.0, 1.0)
"""How far from the counts that were found sites are sought, one after the other."""


@dataclass(frozen=True, slots=True)
class LargeSites:
    """Which decisions of a siting part build large sites, and how they are counted."""

    builds: Mask
    """Columns of the part."""
    build_of: dict[int, int]
    """Build column of the contract column of every site and year, large or small."""
    by_year: sparse.csr_array
    """A row for each year, of the large sites that stand."""
    by_area: sparse.csr_array
    """A row for each area and year."""

    @classmethod
    def of(cls, part: Matrix) -> "LargeSites | None":
        """The large sites of a part; None where none are larger than the others."""
        sizes = _smallest_sizes(part)
        least = LARGE_SHARE * max((size for _, _, size in sizes), default=0.0)
        large = [(build, contract) for build, contract, size in sizes if size >= least]
        if not 0 < len(large) < len(sizes):
            return None
        builds = np.zeros(part.shape[1], dtype=bool)
        builds[[build for build, _ in large]] = True
        areas = _areas(part)
        year = {build: int(part.variables[build].index()[-1]) for build, _ in large}
        area = {build: (areas.get(contract, ""), year[build]) for build, contract in large}
        build_of = {contract: build for build, contract, _ in sizes}
        return cls(builds, build_of, _added_up(year, part.shape[1]), _added_up(area, part.shape[1]))

    def grown(self, part: Matrix) -> Matrix:
        """The part with the ramp of every site times the share of it that is built."""
        rows, upper = sparse.lil_array(part.rows), part.row_upper.copy()
        for row in np.flatnonzero(part.row_names == "ramp_up"):
            columns, values = rows.rows[row], rows.data[row]
            grows = [column for column, value in zip(columns, values, strict=True) if value > 0]
            build = self.build_of.get(grows[0]) if len(grows) == 1 else None
            if build is not None and np.isfinite(upper[row]):
                rows[row, build], upper[row] = -upper[row], 0.0
        return replace(part, rows=sparse.csr_array(rows), row_upper=upper)


def counted(part: Matrix, counts: sparse.csr_array) -> Matrix:
    """The part with whole counts in place of whole sites."""
    height, width = counts.shape
    zero, most = np.zeros(height), np.asarray(counts.sum(axis=1))
    wider = replace(
        part,
        cost=np.concatenate([part.cost, zero]),
        lower=np.concatenate([part.lower, zero]),
        upper=np.concatenate([part.upper, most]),
        integer=np.arange(width + height) >= width,
        rows=sparse.csr_array(
            sparse.hstack([part.rows, sparse.csr_array((part.shape[0], height))])
        ),
        column_names=np.concatenate([part.column_names, np.full(height, "count")]),
        column_scale=np.concatenate([part.column_scale, np.ones(height)]),
        variables=[*part.variables, *[None] * height],
    )
    rows = sparse.csr_array(sparse.hstack([counts, -sparse.eye_array(height)]))
    return with_rows(wider, rows, lower=zero, upper=zero)


def _near_counts(part: Matrix, counts: sparse.csr_array, values: Floats, step: float) -> Matrix:
    """The part with no count further than a step from that of a point."""
    has = np.round(counts @ values[: part.shape[1]])
    return with_rows(part, counts, lower=has - step, upper=has + step)


def _smallest_sizes(part: Matrix) -> list[tuple[int, int, float]]:
    """Build column, contract column and smallest size of every site and year."""
    rows, found = sparse.csr_array(part.rows), []
    for row in np.flatnonzero(part.row_names == "size_at_least"):
        at = slice(rows.indptr[row], rows.indptr[row + 1])
        columns, values = rows.indices[at], rows.data[at]
        whole = part.integer[columns]
        if whole.sum() == 1 and len(columns) == 2:  # else the size is zero, or there is no choice
            size = abs(values[whole][0] / values[~whole][0])
            found.append((int(columns[whole][0]), int(columns[~whole][0]), float(size)))
    return found


def _added_up(key_of: dict[int, Any], width: int) -> sparse.csr_array:
    """A row for each key, that adds up its columns."""
    number = {key: row for row, key in enumerate(sorted(set(key_of.values())))}
    at = [number[key] for key in key_of.values()], list(key_of)
    return sparse.csr_array((np.ones(len(key_of)), at), shape=(len(number), width))


def _areas(part: Matrix) -> dict[int, str]:
    """Area of every contract column."""
    rows = sparse.csr_array(part.rows)
    return {
        int(column): str(part.row_keys[row][0])
        for row in np.flatnonzero(part.row_names == "sum_of_area")
        for column in rows.indices[rows.indptr[row] : rows.indptr[row + 1]]
    }


class LargeFirst:
    """Sites of a siting part as it is priced now, the large ones first.

    Parameters
    ----------
    part : Matrix
    large : LargeSites
    settings : SolverSettings
        Gap of each search.
    deadline : Deadline
    """

    def __init__(
        self, part: Matrix, large: LargeSites, settings: SolverSettings, deadline: Deadline
    ) -> None:
        self.part, self.large = large.grown(part), large
        self.settings, self.deadline = settings, deadline

    def sites(
        self,
        last: Floats | None,
        relaxed: Floats,
        proof: Proof,
        *,
        below: float = np.inf,
        by_area: bool = False,
    ) -> Floats | None:
        """Whole decisions that are good enough, or None where there are none or HiGHS gives up.

        Parameters
        ----------
        last : float array, shape (whole-number columns,), optional
            Decisions in hand; they may break a limit.
        relaxed : float array, shape (columns,)
            What the relaxation decides.
        proof : Proof
            Learns what is proven on the way.
        below : float
            Only what costs less is wanted, and with the large sites in hand.
        by_area : bool
            Count large sites by area as well: a closer bound that takes three times as long.
        """
        counts = self.large.by_area if by_area else self.large.by_year
        with suppress(PlanError):
            for found in self._tried(last, relaxed, proof, counts, below=below):
                stop = proof.stop(ENOUGH_SHARE_OF_GAP, NEAR_NODES, below)
                whole = None if found.values is None else self._with_small(found.values, stop)
                if whole is not None:
                    return whole
        return None

    def _tried(
        self,
        last: Floats | None,
        relaxed: Floats,
        proof: Proof,
        counts: sparse.csr_array,
        *,
        below: float,
    ) -> Iterator[Asked]:
        """Large sites, with fractions of small ones: those in hand, else those near the counts."""
        found = self._kept(last)
        if np.isinf(below) and not self._is_enough(found, proof):
            whole = self._counted(counts)
            proof.learn(whole.bound)
            if whole.values is not None and not self._is_enough(found, proof):
                for step in COUNT_STEPS:
                    part = _near_counts(self.part, counts, whole.values, step)
                    yield self._near(part, [relaxed, whole.values], last, proof)
                return
        yield found

    def all_sites(self, stop: Stop) -> Asked:
        """Decide all large sites, then the small ones; the bound is that of the large ones."""
        part = replace(self.part, integer=self.large.builds)
        found = search_sites(part, self.settings, self.deadline, stop)
        if found.values is None:
            return found
        whole = self._with_small(found.values, Stop(nodes=NEAR_NODES))
        if whole is None:
            return Asked(None, np.inf, found.bound)
        exact = ask(fixed_at(self.part, whole), self.settings, self.deadline)
        return replace(exact, bound=found.bound)

    def _is_enough(self, found: Asked, proof: Proof) -> bool:
        return found.cost <= proof.enough(LARGE_SHARE_OF_GAP)

    def _kept(self, last: Floats | None) -> Asked:
        """The large sites in hand, with fractions of small ones."""
        if last is None:
            return Asked(None, np.inf, -np.inf)
        fixed = held(self.part, self.large.builds, self._widened(last)[self.large.builds])
        relaxed = replace(fixed, integer=np.zeros_like(self.part.integer))
        return ask(relaxed, self.settings, self.deadline)

    def _near(self, part: Matrix, guides: list[Floats], last: Floats | None, proof: Proof) -> Asked:
        """Large sites among those in hand and those of the guides, with fractions of small ones."""
        builds, width = self.large.builds, part.shape[1]
        in_hand = np.zeros(width) if last is None else self._widened(last)
        used = np.any([in_hand > USED, *(guide[:width] > USED for guide in guides)], axis=0)
        unused = part.integer & ~used
        part = replace(held(part, unused, np.zeros(unused.sum())), integer=builds)
        # the first plan is where all others start from
        share = LARGE_SHARE_OF_GAP if last is not None else ENOUGH_SHARE_OF_GAP
        stop = proof.stop(share, NEAR_NODES)
        return search_sites(part, self.settings, self.deadline, stop, start=in_hand[builds])

    def _counted(self, counts: sparse.csr_array) -> Asked:
        """Fractions of sites with these counts whole; the bound holds for every plan."""
        settings = replace(self.settings, gap_share=COUNT_SHARE_OF_GAP * self.settings.gap_share)
        part, stop = counted(self.part, counts), Stop(nodes=COUNT_NODES)
        return search_sites(part, settings, self.deadline, stop, dives=False)

    def _with_small(self, found: Floats, stop: Stop) -> Floats | None:
        """Whole decisions with these large sites: first only small fractions are open, then all."""
        builds = self.large.builds
        part = held(self.part, builds, np.round(found[builds]))
        made = self.part.integer & ~builds & (np.abs(found - np.round(found)) <= USED)
        for step in (held(part, made, np.round(found[made])), part):
            whole = search_sites(step, self.settings, self.deadline, stop)
            if whole.values is not None:
                return whole_of(part, whole.values)
        return None

    def _widened(self, whole: Floats) -> Floats:
        """Whole decisions among the columns of the part."""
        values = np.zeros(self.part.shape[1])
        values[self.part.integer] = whole
        return values
