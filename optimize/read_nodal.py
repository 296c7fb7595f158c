"""What the network says of a plan: rows that bind, flows, and why sites are left out."""

from dataclasses import dataclass

import pandas as pd

from optimize.lazy import Certificate, LazySolution, network_rows
from optimize.matrix import Floats
from optimize.model.nodal import Injections, Place
from optimize.nodal import NodalGrid
from optimize.nodal_refusals import explain_refusals
from optimize.problem import SiteProblem


@dataclass(frozen=True, slots=True)
class NetworkAnswer:
    """A plan as its network sees it.

    Attributes
    ----------
    certificate : Certificate
    rows : DataFrame
        branch, outage ("" for none), place, fiscal_year, slack_mw, price_myen: rows that the search
        needed. [MW, M¥/MW]
    refusals : DataFrame, index `site`
        As `optimize.nodal_refusals.explain_refusals` returns it.
    places : tuple of (stress case or slice, fiscal year)
    flow_mw : float array, shape (places, branches)
        With nothing out. [MW]
    """

    certificate: Certificate
    rows: pd.DataFrame
    refusals: pd.DataFrame
    places: tuple[Place, ...]
    flow_mw: Floats


def read_network_answer(
    problem: SiteProblem, grid: NodalGrid, injections: Injections, lazy: LazySolution
) -> NetworkAnswer:
    """Read what the network says out of a solution."""
    return NetworkAnswer(
        certificate=lazy.certificate,
        rows=network_rows(lazy),
        refusals=explain_refusals(problem, grid, injections, lazy),
        places=injections.places,
        flow_mw=grid.flow_mw(injections.at(lazy.solution.values)),
    )
