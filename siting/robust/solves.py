"""One solve: the best plan of a drawn scenario, or what a given set of sites costs in it."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from data.errors import InfeasibleError, InputError, PlanError
from optimize.matrix import Matrix, compile_model
from optimize.model import build_model
from optimize.one_way import run_one_way
from optimize.plan import Plan, choose_sites
from optimize.robust_choice import fix_last_sites
from optimize.solve import solve
from siting.explain.sites import settings_of, standing
from siting.posed import Posed, pose_study
from siting.robust.kept import Kept
from siting.scenario import Scenario

Row = dict[str, Any]

PLAN, INFEASIBLE, NO_PLACE, UNSETTLED = "plan", "infeasible", "no_place", "unsettled"
"""What a solve can end in: a proven plan, proof that there is none, a site of the set that cannot
be chosen there, or time that did not suffice to say."""


class Sample:
    """A drawn scenario with its question, which is posed only if something has to be solved."""

    def __init__(self, scenario: Scenario, kept: Kept) -> None:
        self.scenario, self.kept = scenario, kept
        self._posed: Posed | None = None
        self._matrix: Matrix | None = None

    def best(self) -> Row:
        """The best plan: status, cost_myen, bound_myen, gap_share [-], sites, names."""
        return self.kept.get(self.kept.key(self.scenario, "best"), self._best)

    def with_sites(self, sites: tuple[str, ...]) -> Row:
        """The best plan with just these sites in the last year: status, cost and bound. [M¥]"""
        key = self.kept.key(self.scenario, "set", sites)
        return self.kept.get(key, lambda: self._with_sites(sites))

    def forget_model(self) -> None:
        """Give back the memory of the model; the question is kept for the sets to come."""
        self._matrix = None

    def _question(self) -> Posed:
        if self._posed is None:
            self._posed = pose_study(self.scenario)
        return self._posed

    def _best(self) -> Row:
        try:
            posed = self._question()
            plan = choose_sites(
                posed.question.problem,
                settings_of(self.scenario),
                base_cost_myen=posed.base.cost_myen,
            )
        except InfeasibleError as error:
            return _without_plan(INFEASIBLE, error)
        except PlanError as error:
            return _without_plan(UNSETTLED, error)
        except InputError as error:
            # the scenario itself has a candidate; with these values none is left
            return _without_plan(NO_PLACE, error)
        return _told(posed, plan)

    def _with_sites(self, sites: tuple[str, ...]) -> Row:
        posed = self._question()
        problem = posed.question.problem
        gone = sorted(set(sites) - set(problem.sites.index))
        if gone:
            return {"status": NO_PLACE, "reason": ", ".join(gone)}
        if self._matrix is None:
            self._matrix = compile_model(build_model(problem))
        fixed = fix_last_sites(self._matrix, frozenset(sites), problem.years[-1])
        settings, base = settings_of(self.scenario), posed.base.cost_myen
        try:
            found = solve(fixed, settings, base_cost_myen=base)
            found = run_one_way(fixed, found, settings, base_cost_myen=base).solution
        except InfeasibleError as error:
            return _without_plan(INFEASIBLE, error)
        except PlanError as error:
            return _without_plan(UNSETTLED, error)
        return {"status": PLAN, "cost_myen": found.cost_myen, "bound_myen": found.bound_myen}


def _without_plan(status: str, error: Exception) -> Row:
    return {"status": status, "reason": str(error)}


def _told(posed: Posed, plan: Plan) -> Row:
    """What is kept of a plan: its cost and, of each site of the last year, size and first year."""
    record, last = plan.record, posed.question.problem.years[-1]
    mw = plan.sites["contract_mw"]
    names = posed.candidates.table[["name_ja", "name_en", "area"]]
    sites = {
        site: {
            "mw": float(mw.loc[(site, last)]),
            "start_fiscal_year": _start(plan, site),
            "name": {"ja": str(names.loc[site, "name_ja"]), "en": str(names.loc[site, "name_en"])},
            "area": str(names.loc[site, "area"]),
        }
        for site in sorted(standing(plan))
    }
    return {
        "status": PLAN,
        "cost_myen": record.cost_myen,
        "bound_myen": record.bound_myen,
        "gap_share": record.gap_share,
        "sites": sites,
    }


def _start(plan: Plan, site: str) -> int:
    """First modelled year in which the site stands."""
    built = plan.sites["built"].xs(site, level="site")
    return int(np.min(built.index[built > 0]))


def sites_of(best: Mapping[str, Any]) -> tuple[str, ...]:
    """Sites of a plan's last year."""
    return tuple(sorted(best["sites"]))
