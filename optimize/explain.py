"""Why there is no plan: which limits clash, and the least that each would have to give way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from data.errors import Clash, InfeasibleError, PlanError
from optimize.explain_network import case_rows
from optimize.highs import Solution, SolverSettings, solve_arrays
from optimize.lazy import Loop
from optimize.matrix import Floats, Matrix, compile_model
from optimize.model import build_model
from optimize.model.dispatch import DISPATCH_VARIABLES
from optimize.nodal import NodalGrid
from optimize.problem import SiteProblem

NEGLIGIBLE = 1e-5
"""Relaxation below 10 W (or 1e-5 of a site) is solver noise."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How a limit of the model is called in the scenario."""

    field: str
    unit: str


LIMITS: dict[str, Limit] = {
    "meet_compute": Limit("demand.workloads", "MW of IT power, or EFLOPS"),
    "serve_metros": Limit("latency.bound_ms", "MW of inference"),
    "respect_headroom": Limit("headroom", "MW"),
    "survive_low_headroom": Limit("headroom.gamma", "MW of IT power"),
    "limit_waiting": Limit("limits.waiting.mean_years", "MW-years of IT power"),
    "connect_by": Limit("limits.waiting.full_from", "MW of IT power"),
    "wait_for_power": Limit("assumptions.lead_time_by_voltage_years", "MW before it is ready"),
    "ramp_up": Limit("facility.ramp_mw_per_year", "MW a year"),
    "size_at_most": Limit("facility.largest_site_mw", "MW"),
    "size_at_least": Limit("facility.smallest_site_mw", "MW"),
    "keep_reserve": Limit("limits.reserve", "MW of firm supply"),
    "reserve_fences": Limit("ties.fence_mw", "MW of net interchange"),
    "cap_carbon": Limit("limits.carbon.cap_kt_by_year", "kt of CO2"),
    "clean_share": Limit("limits.clean.share_by_year", "GWh a year of clean energy for the draw"),
    "claim_share": Limit(
        "limits.clean.claimed_share_by_year", "GWh a year of clean energy or certificates claimed"
    ),
    "clean_excess": Limit("limits.clean.excess_share", "GWh a year of clean energy not matched"),
    "largest_area_share": Limit("limits.spread.largest_area_share", "MW"),
    "min_sites": Limit("limits.spread.min_sites", "sites"),
    "max_sites": Limit("limits.spread.max_sites", "sites"),
    "zone_cap": Limit("limits.spread.seismic_zone_cap_mw", "MW"),
    "budget": Limit("limits.spread.budget_myen", "M¥"),
}
"""Rows that a person sets, by their name in the model."""

CLEAN_SHARES = ("clean_share", "claim_share")
"""Whether they can be met hangs on what clean power runs in the slices."""

MOVED = ("shift_mw", "moved_mw", "given_up_mw")
"""Draw that is moved or given up: it can help to keep a cap on carbon."""

MOST_PLACES = 3
"""Places named for one limit; the largest first."""


@dataclass(frozen=True, slots=True)
class Relaxed:
    """What it takes when some limits may give way."""

    frees: bool
    """Whether the plan becomes possible."""
    settled: bool
    """Whether that is proven; if not, the time ran out."""
    clashes: list[Clash]
    """The limits that give way; none where nothing has to."""


def explain_clash(
    problem: SiteProblem,
    settings: SolverSettings | None = None,
    *,
    network: NodalGrid | None = None,
) -> InfeasibleError:
    """Find the limits that clash when `problem` has no plan.

    Each limit in turn is allowed to give way while all others hold; those that can rescue the
    plan alone are reported with the least total relaxation, proven within the gap. If none can,
    all may give way together, and those that do are reported; the total is then over GW, Mt,
    billion yen and sites alike.

    Parameters
    ----------
    problem : SiteProblem
    settings : SolverSettings, optional
        Gap of each relaxation and time for each; without it 1 % and 30 s.
    network : NodalGrid, optional
        Its stress cases hold while the limits give way.

    Returns
    -------
    InfeasibleError
        To be raised; it carries the clashes in scenario field names. It has none if the limits
        on sites do not clash at all.
    """
    settings = settings or SolverSettings(gap_share=0.01, time_limit_s=30.0)
    part = part_of(problem, settings, network)
    present = [name for name in LIMITS if name in set(part.matrix.row_names)]
    alone = _each_alone(part, present, settings)
    if any(found.frees and not found.clashes for found in alone.values()):
        return InfeasibleError("The limits on sites do not clash: there is a plan.")
    late = _unsettled(alone)
    clashes = [clash for found in alone.values() for clash in found.clashes]
    if clashes:
        text = "No plan meets all limits. Any one of these would free it:"
        return InfeasibleError(f"{text}{late}", clashes)
    together = relax(part, present, settings)
    text = "No plan meets all limits. These would have to give together:"
    return InfeasibleError(f"{text}{late}", together.clashes)


def freeing_limits(problem: SiteProblem, settings: SolverSettings) -> list[Clash]:
    """Limits that free the plan if they alone give way and all others hold, each the least.

    Empty where none can, or where there is a plan.
    """
    part = part_of(problem, settings, None)
    present = [name for name in LIMITS if name in set(part.matrix.row_names)]
    alone = _each_alone(part, present, settings)
    return [clash for found in alone.values() for clash in found.clashes]


def _each_alone(
    part: "Part | Loop", present: Sequence[str], settings: SolverSettings
) -> dict[str, Relaxed]:
    """Every limit given way by itself, up to the first that need not: then there is a plan."""
    alone: dict[str, Relaxed] = {}
    for name in present:
        alone[name] = relax(part, [name], settings)
        if alone[name].frees and not alone[name].clashes:
            break
    return alone


class Part:
    """The siting part alone; nothing has to be added to it."""

    def __init__(self, matrix: Matrix) -> None:
        self.matrix = matrix

    def add(self, values: Floats) -> bool:
        """Nothing is missing."""
        return False


def part_of(
    problem: SiteProblem, settings: SolverSettings, network: NodalGrid | None
) -> "Part | Loop":
    """The siting part of the model, with the network's stress cases if there are any."""
    model = build_model(problem)
    matrix = _site_part(compile_model(model))
    if network is None or not len(network.base_mw):
        return Part(matrix)
    return case_rows(problem, model, matrix, network, settings)


def _unsettled(found: Mapping[str, Relaxed]) -> str:
    fields = ", ".join(LIMITS[name].field for name, each in found.items() if not each.settled)
    return f" (no time to settle {fields})" if fields else ""


def _site_part(matrix: Matrix) -> Matrix:
    """Leave out typical days: they hold with unserved energy, so they never forbid a plan.

    Training that moves within a day stays where carbon has a cap: moving can help to keep it.
    """
    capped = "cap_carbon" in set(matrix.row_names)
    free = [name for name in DISPATCH_VARIABLES if not (capped and name in MOVED)]
    if set(CLEAN_SHARES) & set(matrix.row_names):
        return _never_short(matrix)  # what clean power can cover hangs on slices
    dispatch = np.isin(matrix.column_names, free)
    touched = abs(matrix.rows) @ dispatch.astype(float) > 0
    return matrix.select(rows=~touched | (matrix.row_names == "count_carbon"), columns=~dispatch)


def _never_short(matrix: Matrix) -> Matrix:
    """Typical days in which unserved energy fills what lacks; what is too much has no taker."""
    unserved = matrix.column_names == "unserved_mw"
    filled = abs(matrix.rows) @ unserved.astype(float) > 0
    part = replace(matrix, row_lower=np.where(filled, -np.inf, matrix.row_lower))
    return part.select(rows=np.ones(matrix.shape[0], dtype=bool), columns=~unserved)


def relax(part: Part | Loop, names: Iterable[str], settings: SolverSettings) -> Relaxed:
    """Least total relaxation of the rows called `names`."""
    rows = np.flatnonzero(np.isin(part.matrix.row_names, list(names)))
    try:
        solution = _solved(part, rows, settings)
    except InfeasibleError:
        return Relaxed(frees=False, settled=True, clashes=[])
    except PlanError:
        return Relaxed(frees=False, settled=False, clashes=[])
    matrix = part.matrix
    slack = solution.values[matrix.shape[1] :] * matrix.row_scale[rows]
    used = np.flatnonzero(slack > NEGLIGIBLE)
    table = pd.DataFrame(
        {
            "limit": matrix.row_names[rows[used]],
            "place": [_parts(matrix.row_keys[rows[i]]) for i in used],
            "relax_by": slack[used],
        }
    )
    return Relaxed(frees=True, settled=True, clashes=list(_clashes(table)))


def _solved(part: Part | Loop, rows: Any, settings: SolverSettings) -> Solution:
    """Solve with `rows` elastic until no limit of the network is missing; those come at the end."""
    while True:
        solution = solve_arrays(_elastic(part.matrix, rows), settings)
        if not part.add(solution.values[: part.matrix.shape[1]]):
            return solution


def _elastic(matrix: Matrix, rows: Any) -> Matrix:
    """Give each of `rows` a priced slack on the side it limits; nothing else costs anything."""
    count = len(rows)
    side = np.where(np.isfinite(matrix.row_upper[rows]), -1.0, 1.0)
    entries = (side, (rows, np.arange(count)))
    slack = sparse.csr_array(entries, shape=(matrix.shape[0], count))
    elastic = replace(
        matrix,
        cost=np.concatenate([np.zeros(matrix.shape[1]), np.ones(count)]),
        offset=0.0,
        lower=np.concatenate([matrix.lower, np.zeros(count)]),
        upper=np.concatenate([matrix.upper, np.full(count, np.inf)]),
        integer=np.concatenate([matrix.integer, np.zeros(count, dtype=bool)]),
        rows=sparse.hstack([matrix.rows, slack], format="csr"),
        column_names=np.concatenate([matrix.column_names, np.full(count, "relaxed")]),
        column_scale=np.concatenate([matrix.column_scale, np.ones(count)]),
    )
    return _larger_if_built(elastic, matrix, rows)


def _larger_if_built(elastic: Matrix, matrix: Matrix, rows: Any) -> Matrix:
    """Let a site's largest size give way only where the site is built.

    Otherwise a contract without a site would count as a larger site. No site grows by more than
    all candidates together may have.
    """
    sizes = np.flatnonzero(matrix.row_names[rows] == "size_at_most")
    part = sparse.coo_array(matrix.rows[rows[sizes]])
    build = matrix.integer[part.col]
    at, column, mw = part.row[build], part.col[build], -part.data[build]
    years = {matrix.row_keys[row][-1] for row in rows[sizes]}
    count, most = len(at), float(mw.sum()) / max(len(years), 1)
    data = np.concatenate([np.ones(count), np.full(count, -most)])
    columns = np.concatenate([matrix.shape[1] + sizes[at], column])
    places = (np.tile(np.arange(count), 2), columns)
    links = sparse.csr_array((data, places), shape=(count, elastic.shape[1]))
    return replace(
        elastic,
        rows=sparse.vstack([elastic.rows, links], format="csr"),
        row_lower=np.concatenate([elastic.row_lower, np.full(count, -np.inf)]),
        row_upper=np.concatenate([elastic.row_upper, np.zeros(count)]),
        row_names=np.concatenate([elastic.row_names, np.full(count, "larger_if_built")]),
        row_keys=[*elastic.row_keys, *([None] * count)],
        row_scale=np.concatenate([elastic.row_scale, np.ones(count)]),
    )


def _parts(key: Any) -> tuple[str | int, ...]:
    """The row's key: area, group or site, the side of a fence, then the year; none for all."""
    parts = [part for part in (key if isinstance(key, tuple) else (key,)) if part]
    return tuple(part if isinstance(part, int) else str(part) for part in parts)


def _place(parts: tuple[str | int, ...]) -> str:
    """Return a key in words."""
    sides = {1: "imports", -1: "exports"}
    words = [sides.get(part, f"FY{part}") if isinstance(part, int) else part for part in parts]
    return ", ".join(words) or "the whole plan"


def _clashes(table: pd.DataFrame) -> Iterable[Clash]:
    """One line a limit: its largest places, and the total where there are more."""
    for name, rows in table.groupby("limit", sort=False):
        limit = LIMITS[str(name)]
        largest = rows.sort_values("relax_by", ascending=False).head(MOST_PLACES)
        at = tuple(zip(largest["place"], largest["relax_by"].astype(float), strict=True))
        places = [f"{_place(parts)} by {relax_by:,.4g}" for parts, relax_by in at]
        more = len(rows) - len(largest)
        where = "; ".join([*places, f"and {more} more"] if more else places)
        count = len(rows)
        unit = f"{limit.unit}, {count} years and places added up" if count > 1 else limit.unit
        yield Clash(limit.field, where, float(rows["relax_by"].sum()), unit, at, count)
