"""Sites that can be left out because a plan without them is never worse.

Site j stands in for site i when every plan that builds i and not j can build j instead, with the
same contract and the same servers, and breaks no limit and costs no more. That alone does not make
i useless: a plan may want both. But if so many sites stand in for i, all under one headroom limit
together with i, that the limit has no room for all of them at once, then some stand-in is always
free, and i is never needed.
"""

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimize.problem import SiteProblem

Flags = npt.NDArray[np.bool_]

ROUNDING = 1e-9


def needless_sites(
    problem: SiteProblem, candidates: Collection[str], node: pd.Series | None = None
) -> dict[str, str]:
    """Sites out of `candidates` that no best plan needs, each with a site that stands in for it.

    Parameters
    ----------
    problem : SiteProblem
        The whole question.
    candidates : collection of str
        Sites that may be left out.
    node : Series, index `site`, optional
        Node of a network that each site hangs on; others have no row. A site is then replaced at
        the same node only, or off the network, and by one that draws exactly as much: on a network
        less load in one place can mean more flow in another.

    Returns
    -------
    dict of str to str
        Site left out to a site that is kept and stands in for it. Leaving them all out does not
        change the cost of the best plan: sites are taken out one after the other, each judged
        against those still there.
    """
    better = _Standing(problem, node)
    left: dict[str, str] = {}
    kept = set(problem.sites.index)
    for site in _worst_first(problem, candidates):
        stand_in = better.stand_in(site, kept)
        if stand_in is not None:
            left[site] = stand_in
            kept.discard(site)
    return {site: _final(stand_in, left) for site, stand_in in left.items()}


def _worst_first(problem: SiteProblem, candidates: Collection[str]) -> list[str]:
    fixed = _fixed_cost(problem)
    order = sorted(candidates, key=lambda site: (-fixed[site], site))
    return [site for site in order if site in problem.sites.index]


def _final(stand_in: str, left: dict[str, str]) -> str:
    """A stand-in that was itself left out later hands over to its own."""
    while stand_in in left:
        stand_in = left[stand_in]
    return stand_in


def _fixed_cost(problem: SiteProblem) -> pd.Series:
    return _cost(problem, "fixed_myen_per_year")


def _cost(problem: SiteProblem, column: str) -> pd.Series:
    by_site = problem.costs[column].groupby(level="site").sum()
    return by_site.reindex(problem.sites.index, fill_value=0.0)


class _Standing:
    """Compares sites of one problem."""

    def __init__(self, problem: SiteProblem, node: pd.Series | None = None) -> None:
        # with a lower peak the same servers would leave contract power unused, to be released
        self.same = ["area", "coincidence_share", "pue_peak"]
        self.sites = problem.sites
        if node is not None:
            self.sites = problem.sites.assign(node=node.reindex(problem.sites.index).fillna(""))
            self.same += ["node", "pue_annual"]
        self.max_mw = {str(site): float(mw) for site, mw in problem.sites["max_mw"].items()}
        self.fixed = _fixed_cost(problem)
        self.per_mw = _cost(problem, "per_mw_myen_per_year")
        self.km_cost = problem.pairs["myen_per_mw_year"].unstack("metro")
        self.km_cost = self.km_cost.reindex(problem.sites.index)
        self.groups = problem.group_sites.groupby("site")["group"].agg(frozenset).to_dict()
        self.members = problem.group_sites.groupby("group")["site"].agg(list).to_dict()
        self.most_mw = _largest_headroom(problem)
        self.least_mw = _smallest_headroom(problem)
        self.strengthened = set(problem.lifted()["group"])

    def stand_in(self, site: str, kept: Collection[str]) -> str | None:
        """A site that proves `site` needless among those kept, None if it may be needed."""
        for group in sorted(self.groups.get(site, ())):
            peers = [one for one in self.members[group] if one in kept and one != site]
            able = [one for one in peers if self._can_replace(site, one)]
            least = self.sites.loc[[site, *able], "min_mw"].min()
            if able and least > 0 and group in self.most_mw:
                room = int(self.most_mw[group] / least + ROUNDING)
                if len(able) >= room:
                    return min(able, key=lambda one: (self.fixed[one], one))
        return None

    def _can_replace(self, site: str, other: str) -> bool:
        a, b = self.sites.loc[site], self.sites.loc[other]
        at_most = ("min_mw", "first_fiscal_year", "pue_annual")
        at_least = ("max_mw", "ramp_mw_per_year")
        return (
            all(a[name] == b[name] for name in self.same)
            and all(b[name] <= a[name] for name in at_most)
            and all(b[name] >= a[name] for name in at_least)
            and b["seismic_zone"] in ("", a["seismic_zone"])
            and self._has_room(site, other)
            and self._costs_no_more(site, other)
        )

    def _has_room(self, site: str, other: str) -> bool:
        """Whether the other shares only limits of the site, or has its own that never binds."""
        if any(group in self.strengthened for group in self.groups[site] - self.groups[other]):
            return False
        own = self.groups.get(other, frozenset()) - self.groups[site]
        largest = self.max_mw[site]
        return all(
            self.members[group] == [other] and self.least_mw.get(group, np.inf) >= largest
            for group in own
        )

    def _costs_no_more(self, site: str, other: str) -> bool:
        """Whether the other is cheaper in every year, at the worst for the distance to users."""
        if self.per_mw[other] > self.per_mw[site]:
            return False
        mine, others = (self.km_cost.loc[one].to_numpy(dtype=float) for one in (site, other))
        served = ~np.isnan(mine)
        if np.isnan(others[served]).any():
            return False
        dearer = (others - mine)[served].max(initial=0.0)
        return bool(self.fixed[other] + dearer * self.max_mw[site] <= self.fixed[site])


def _smallest_headroom(problem: SiteProblem) -> dict[str, float]:
    """Least that each group may hold: its worst year, at its low end where that is feared. [MW]"""
    feared = problem.low_headroom.gamma > 0
    mw = problem.low_headroom.low_mw if feared else problem.groups["headroom_mw"]
    return {str(group): float(least) for group, least in mw.groupby(level="group").min().items()}


def _largest_headroom(problem: SiteProblem) -> dict[str, float]:
    """Most that each group can ever hold: its best year and all its reinforcements. [MW]

    Where a part may be called off, contracts may be larger by as much.
    """
    most = problem.groups["headroom_mw"].groupby(level="group").max()
    added = problem.lifted().groupby("group")["added_mw"].sum()
    total = most.add(added.reindex(most.index, fill_value=0.0))
    share = problem.flexibility.relief_share if problem.flexibility is not None else None
    firm = 1.0 - (0.0 if share is None or share.empty else float(share.max()))
    return {str(group): float(mw) / firm for group, mw in total.dropna().items() if firm > 0}
