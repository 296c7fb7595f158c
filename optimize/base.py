"""The system before any data centre is sited: its cost, its plants in use, its flows."""

from dataclasses import dataclass, replace

import pandas as pd

from optimize.nodal import NodalGrid
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
    rows : DataFrame, optional
        Rows of the network that have a price, as `optimize.read_nodal.NetworkAnswer.rows`.
    """

    cost_myen: float
    cost_by_year_myen: pd.Series
    balance: pd.DataFrame
    flows: pd.DataFrame
    rows: pd.DataFrame | None = None


def base_dispatch(problem: SiteProblem, network: NodalGrid | None = None) -> BaseDispatch:
    """Dispatch without data centres; years with the same ties are solved once.

    Parameters
    ----------
    problem : SiteProblem
    network : NodalGrid, optional
        Where it sees the typical days, they keep it within its ratings.

    Raises
    ------
    InfeasibleError
        Today's demand overloads the network whatever runs.
    PlanError
        HiGHS found no optimum.
    """
    like, days = _first_alike(problem), _days_alone(network)
    costs, balances, flows, rows = {}, {}, {}, []
    for year in sorted(set(like.values())):
        plan = choose_sites(_without_sites(problem, year), SolverSettings(), network=days)
        costs[year] = plan.record.cost_myen
        balances[year] = plan.balance
        flows[year] = plan.flows
        if plan.network is not None:
            rows.append(plan.network.rows[plan.network.rows["price_myen"] != 0.0])
    by_year = pd.Series({y: costs[like[y]] for y in problem.years}).rename_axis("fiscal_year")
    weights = pd.Series(problem.year_weights())
    return BaseDispatch(
        cost_myen=float((by_year * weights).sum()),
        cost_by_year_myen=by_year,
        balance=pd.concat([_dated(balances[like[y]], y) for y in problem.years]),
        flows=pd.concat([_dated(flows[like[y]], y) for y in problem.years]),
        rows=pd.concat(rows) if rows else None,
    )


def _days_alone(network: NodalGrid | None) -> NodalGrid | None:
    """The network without sites and stress cases; None where it sees no typical days."""
    if network is None or not network.areas:
        return None
    return replace(network, site_node=network.site_node.iloc[:0], base_mw=network.base_mw.iloc[:0])


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
