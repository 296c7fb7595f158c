"""The system before any data centre is sited: its cost, its plants in use, its flows."""

from dataclasses import dataclass, replace

import pandas as pd

from optimize.plan import choose_sites
from optimize.problem import SiteProblem
from optimize.solve import SolverSettings


@dataclass(frozen=True, slots=True)
class BaseDispatch:
    """Dispatch of every modelled year without the data centres to be sited.

    Attributes
    ----------
    cost_myen : float
        Present value of supplying today's demand over all years. [M¥]
    cost_by_year_myen : Series, index `fiscal_year`
        Undiscounted yearly cost. [M¥/a]
    balance, flows : DataFrame
        As in `optimize.plan.Plan`, for every modelled year.
    """

    cost_myen: float
    cost_by_year_myen: pd.Series
    balance: pd.DataFrame
    flows: pd.DataFrame


def base_dispatch(problem: SiteProblem) -> BaseDispatch:
    """Dispatch without data centres; years with the same ties are solved once.

    Raises
    ------
    PlanError
        HiGHS found no optimum.
    """
    like = _first_alike(problem)
    costs, balances, flows = {}, {}, {}
    for year in sorted(set(like.values())):
        plan = choose_sites(_without_sites(problem, year), SolverSettings())
        costs[year] = plan.record.cost_myen
        balances[year] = plan.balance
        flows[year] = plan.flows
    by_year = pd.Series({y: costs[like[y]] for y in problem.years}).rename_axis("fiscal_year")
    weights = pd.Series(problem.year_weights())
    return BaseDispatch(
        cost_myen=float((by_year * weights).sum()),
        cost_by_year_myen=by_year,
        balance=pd.concat([_dated(balances[like[y]], y) for y in problem.years]),
        flows=pd.concat([_dated(flows[like[y]], y) for y in problem.years]),
    )


def _first_alike(problem: SiteProblem) -> dict[int, int]:
    """Each year -> the first year with the same ties and fences."""
    seen: dict[str, int] = {}
    return {y: seen.setdefault(_grid_of(problem, y), y) for y in problem.years}


def _grid_of(problem: SiteProblem, year: int) -> str:
    tables = (problem.ties, problem.fences)
    rows = [t[t.index.get_level_values("fiscal_year") == year] for t in tables]
    return "|".join(t.droplevel("fiscal_year").to_csv() for t in rows)


def _dated(table: pd.DataFrame, year: int) -> pd.DataFrame:
    names = table.index.names
    frame = table.reset_index()
    return frame.assign(fiscal_year=year).set_index(list(names))


def _without_sites(problem: SiteProblem, year: int) -> SiteProblem:
    """Same grid, one year, nothing to site; undiscounted and standing for one year."""
    blank = SiteProblem(
        years=(year,),
        sites=problem.sites.iloc[:0],
        costs=problem.costs.iloc[:0],
        workloads=problem.workloads.iloc[:0],
        demand=problem.demand.iloc[:0],
    )
    return replace(blank, ties=problem.ties, fences=problem.fences, dispatch=problem.dispatch)
