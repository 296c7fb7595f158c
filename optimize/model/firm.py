"""Contract power less what the operator may call off: what headroom and reserve have to hold."""

from typing import Any

import pyomo.environ as pyo

from optimize.model.compute import peak_mw_per_it_mw
from optimize.model.terms import Term, by_key
from optimize.problem import SiteProblem


class Firm:
    """Terms of firm power; contract power where nothing may be called off."""

    def __init__(self, model: pyo.ConcreteModel, problem: SiteProblem) -> None:
        self.model = model
        self.peak = peak_mw_per_it_mw(problem)
        self.coincidence = by_key(problem.sites["coincidence_share"])
        share = problem.flexibility.relief_share if problem.flexibility is not None else None
        self.share = {} if share is None else by_key(share[share > 0])
        self.sites: dict[Any, Any] = dict(problem.sites.groupby("area").groups)

    def of_site(self, s: str, y: int) -> list[Term]:
        """Contract power of a site less the part of its servers that may be called off. [MW]"""
        return [(1.0, self.model.contract_mw[s, y]), *self._relief(s, y, 1.0)]

    def of_area(self, a: str, y: int) -> list[Term]:
        """The same of all sites of an area at its peak. [MW]"""
        sites = self.sites.get(a, []) if self.share else []
        relief = [term for s in sites for term in self._relief(s, y, self.coincidence[s])]
        return [(1.0, self.model.area_contract_mw[a, y]), *relief]

    def _relief(self, s: str, y: int, factor: float) -> list[Term]:
        return [
            (-factor * part * self.peak[s], self.model.it_mw[s, w, y])
            for w, part in self.share.items()
        ]
