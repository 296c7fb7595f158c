"""Near-optimal site sets: which sites every plan within x % has, some have, and none has.

The plans meant are all those that cost at most (1 + x) times the best plan found and have no more
sites than stated: without that second limit nearly every candidate could be had as one more small
site in the last year. Nothing is sampled: a site is called

    always     no plan of those is without it: proven by a bound above the limit
    never      no plan of those has it: likewise
    sometimes  one plan has it and another has not: both are in hand, with their sites fixed
    undecided  neither, in the time given
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyomo.environ as pyo

from data.errors import PlanError
from optimize.highs import Deadline, Solution, SolverSettings, deadline_of
from optimize.master import Master
from optimize.matrix import SCALE, Floats, Matrix, compile_model
from optimize.model import build_model
from optimize.near_search import ROUNDING, Chosen, Search
from optimize.plan import Plan, choose_sites, read_plan
from optimize.problem import SiteProblem
from optimize.site_sets import SiteSets

SHARE_LEFT = 0.4
"""Part of the time that is kept for plans that differ as much as possible."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """A plan within the limit whose sites differ from those before it as much as possible."""

    sites: tuple[str, ...]
    """Standing in the last year."""
    cost_myen: float
    differs_by: int
    """Least number of candidates in which it differs from the best plan and those before it."""
    differs_at_most: int
    """No plan within the limit differs by more: proven."""
    plan: Plan


@dataclass(frozen=True, slots=True)
class NearOptimal:
    """What can be had for at most x % more.

    Attributes
    ----------
    best : Plan
    limit_myen : float
        Cost of the best plan and x %. [M¥]
    most_sites : int or None
        Most sites in the last year of the plans meant.
    sites : DataFrame, index `site`
        status, in_best, with_myen and without_myen: the cheapest plan known that has the site in
        the last year, or has not (NaN: none known), with_at_least_myen and without_at_least_myen:
        no plan of those meant costs less (infinite: there is none at any cost). [M¥]
    alternatives : tuple of Alternative
    complete : bool
        Whether best and alternatives are proven to be all the sets there are.
    """

    best: Plan
    limit_myen: float
    most_sites: int | None
    sites: pd.DataFrame
    alternatives: tuple[Alternative, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked around a plan."""

    slack_share: float
    """How much more a plan may cost, as share of the plan's. [-]"""
    more_sites: int | None = 0
    """Sites that a plan may have more; None: any number."""
    most: int = 5
    """Most alternatives."""
    sites: frozenset[str] | None = None
    """Sites whose status is asked; None: all. What other plans show of the rest is said too."""


def near_optimal(
    problem: SiteProblem,
    slack_share: float,
    settings: SolverSettings | None = None,
    *,
    base_cost_myen: float = 0.0,
    most: int = 5,
    more_sites: int | None = 0,
) -> NearOptimal:
    """Find out which sites are needed and which can be had for little more.

    Parameters
    ----------
    problem : SiteProblem
        Without a network: rows that it would add are not seen here.
    slack_share : float
        How much more a plan may cost, as share of the best plan found. [-]
    settings : SolverSettings, optional
        Gap of the best plan; its time limit is for the best plan and once more for all questions.
    base_cost_myen : float
        As in `optimize.plan.choose_sites`. [M¥]
    most : int
        Most alternatives.
    more_sites : int, optional
        Sites that a plan may have more than the best; None: any number.

    Raises
    ------
    InfeasibleError, PlanError
        As `choose_sites`. Time that runs out later leaves sites undecided instead.
    """
    settings = settings or SolverSettings()
    best = choose_sites(problem, settings, base_cost_myen=base_cost_myen)
    asked = Asked(slack_share, more_sites, most)
    return near_plan(problem, best, asked, settings, base_cost_myen=base_cost_myen)


def near_plan(
    problem: SiteProblem,
    best: Plan,
    asked: Asked,
    settings: SolverSettings,
    *,
    base_cost_myen: float = 0.0,
) -> NearOptimal:
    """As `near_optimal`, around a plan that is known already.

    Raises
    ------
    PlanError
        The plan is none of this problem.
    """
    model = build_model(problem)
    matrix = compile_model(model)
    matrix = replace(matrix, offset=matrix.offset - base_cost_myen / SCALE)
    master = Master(matrix, settings, Deadline(np.inf))  # to get ready takes what it takes
    cost = best.record.cost_myen / SCALE
    limit = cost + asked.slack_share * abs(cost)
    built = int(best.sites["built"].xs(problem.years[-1], level="fiscal_year").sum())
    more = asked.more_sites
    sets = SiteSets(master, limit, None if more is None else built + more)
    first = sets.add_whole(whole_of(matrix, best))
    if first is None:
        raise PlanError("The best plan could not be found again with its sites fixed")
    deadline = master.deadline = deadline_of(settings)
    search = Search(sets, first, settings, asked.sites)
    if asked.most:
        _leave_time(master, settings)
    search.classify()
    master.deadline = deadline
    chosen = search.differ(asked.most)
    reader = _Reader(problem, model, matrix, best)
    return NearOptimal(
        best=best,
        limit_myen=limit * SCALE,
        most_sites=None if more is None else sets.most_sites,
        sites=search.table(),
        alternatives=tuple(reader.alternatives(sets.names, chosen)),
        complete=search.complete,
    )


def _leave_time(master: Master, settings: SolverSettings) -> None:
    """Let the questions about single sites end before the time that plans need to differ."""
    earlier_s = (1.0 - SHARE_LEFT) * settings.time_limit_s
    master.deadline = deadline_of(replace(settings, time_limit_s=earlier_s))


def whole_of(matrix: Matrix, plan: Plan) -> Floats:
    """The plan's whole-number decisions, in the order of the matrix's columns."""
    decided = {"build": plan.sites["built"], "reinforce": plan.reinforcements["in_service"]}
    by_name = {name: column.to_dict() for name, column in decided.items()}
    columns = np.flatnonzero(matrix.integer)
    keys = [(str(matrix.column_names[i]), matrix.variables[i].index()) for i in columns]
    return np.array([float(by_name[name][key]) for name, key in keys])


class _Reader:
    """Turns what was found into plans."""

    def __init__(
        self, problem: SiteProblem, model: pyo.ConcreteModel, matrix: Matrix, best: Plan
    ) -> None:
        self.problem, self.model, self.matrix, self.best = problem, model, matrix, best

    def alternatives(self, names: list[str], chosen: list[Chosen]) -> Iterator[Alternative]:
        """The plans of `chosen`, in their order."""
        for each in chosen:
            yield Alternative(
                sites=tuple(names[i] for i in np.flatnonzero(each.one.built)),
                cost_myen=each.one.solution.cost_myen,
                differs_by=each.distance,
                differs_at_most=max(each.most, each.distance),
                plan=self._plan(each.one.solution),
            )

    def _plan(self, solution: Solution) -> Plan:
        record = self.best.record
        gap = (solution.cost_myen - record.bound_myen) / max(abs(solution.cost_myen), ROUNDING)
        record = replace(
            record,
            status="within the cost limit",
            cost_myen=solution.cost_myen,
            gap_share=gap,
        )
        return read_plan(self.problem, self.model, self.matrix, solution, record)
