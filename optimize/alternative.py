"""Why a site is where it is: the place it would go to next, and the limits that hold it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from optimize.embodied import building_myen_per_mw
from optimize.matrix import Floats
from optimize.plan import Plan
from optimize.problem import Dispatch, SiteProblem

FITS_WITHIN_MW = 1e-3
"""A place that is too small by less than 1 kW is large enough: the solver's own tolerance."""

OWN_LIMITS = ("size_at_most", "size_at_least", "ramp_up", "wait_for_power")
"""Limits whose row belongs to one site."""


@dataclass(frozen=True, slots=True)
class _Places:
    """Sites as arrays: who stands where, and what one more would cost."""

    names: list[str]
    contract_mw: Floats
    """Shape (sites, years)."""
    peak: Floats
    """Contract power of one MW of IT power, up to the common overhead; shape (sites,). [-]"""
    fixed_myen: Floats
    per_mw_myen: Floats
    per_gwh_myen: Floats
    """Energy and carbon of one GWh of IT energy, up to the common overhead; shape (sites,)."""
    it_gwh: Floats
    """IT energy of the last year, up to the common overhead; shape (sites,)."""


def next_best(problem: SiteProblem, plan: Plan) -> pd.DataFrame:
    """Return the next-best place of every chosen site, with all other sites held fixed.

    A candidate can take the site's IT power if it can be ready when the site starts, if the
    contract power this needs there lies within its smallest and largest size, and if it leaves
    all its headroom groups, its zone's cap and its yearly ramp respected in every year. Of those,
    the one that adds least to the cost of the last year is named, at this plan's prices: fixed
    and per-MW cost, energy at the area's mean price, carbon at its mean intensity. Assignment,
    area shares, the number of sites, reserve, carbon caps, low headroom and waiting are not looked
    at, and prices do not move; so less than nothing may be added, within the plan's gap or
    against those limits.

    Returns
    -------
    DataFrame, index `site`
        next_site (missing where no candidate can take it), extra_myen_per_year [M¥/a].
    """
    places = _places(problem, plan)
    chosen = np.flatnonzero(places.contract_mw[:, -1] > 0).tolist()
    room = _Room.of(problem, plan, places)
    rows = [_best_of(problem, places, room, i) for i in chosen]
    index = pd.Index([places.names[i] for i in chosen], name="site")
    table = pd.DataFrame(rows, columns=["next_site", "extra_myen_per_year"], index=index)
    return table.astype({"next_site": "str", "extra_myen_per_year": float})


def _places(problem: SiteProblem, plan: Plan) -> _Places:
    names = list(problem.sites.index)
    years = list(problem.years)
    contract: Any = plan.sites["contract_mw"].unstack("fiscal_year")
    energy: Any = plan.sites["energy_gwh"].unstack("fiscal_year")
    cost = problem.costs.groupby("site").sum().reindex(names).fillna(0.0)
    pue = problem.sites["pue_annual"].to_numpy(float)
    return _Places(
        names=names,
        contract_mw=contract.reindex(index=names, columns=years).to_numpy(float),
        peak=problem.sites["pue_peak"].to_numpy(float),
        fixed_myen=cost["fixed_myen_per_year"].to_numpy(float),
        per_mw_myen=cost["per_mw_myen_per_year"].to_numpy(float)
        + building_myen_per_mw(problem, years[-1]),
        per_gwh_myen=_energy_myen_per_gwh(problem, plan) * pue,
        it_gwh=energy.reindex(names)[years[-1]].to_numpy(float) / pue,
    )


def _energy_myen_per_gwh(problem: SiteProblem, plan: Plan) -> Floats:
    """Mean price of energy and its carbon in each site's area, in the last year. [M¥/GWh]"""
    dispatch, year = problem.dispatch, problem.years[-1]
    if dispatch is None:
        return np.zeros(len(problem.sites))
    price: Any = plan.balance["price_myen_per_mwh"].xs(year, level="fiscal_year").unstack("slice")
    mean = _mean_by_area(dispatch, price)
    if year in problem.carbon.index:
        intensity: Any = dispatch.intensity_t_per_mwh.xs(year, level="fiscal_year")
        per_t = float(problem.carbon["price_myen_per_t"][year])
        mean = mean + per_t * _mean_by_area(dispatch, intensity.T).reindex(mean.index).fillna(0.0)
    return np.asarray(mean.reindex(problem.sites["area"]), dtype=np.float64) * 1000.0


def _mean_by_area(dispatch: Dispatch, table: Any) -> pd.Series:
    """Mean over the hours of the year of a table (area x slice)."""
    hours = dispatch.hours_per_year()
    return table[hours.index].mul(hours, axis="columns").sum(axis=1) / hours.sum()


@dataclass(frozen=True, slots=True)
class _Room:
    """What headroom groups and capped seismic zones have left, and who draws on them."""

    left_mw: Floats
    """Shape (groups, years); infinite where no headroom is stated."""
    member: Any
    """Shape (groups, sites), True where the site draws on the group."""

    @classmethod
    def of(cls, problem: SiteProblem, plan: Plan, places: _Places) -> "_Room":
        groups = list(dict.fromkeys(problem.group_sites["group"]))
        left: Any = (plan.groups["headroom_mw"] - plan.groups["used_mw"]).unstack("fiscal_year")
        left = left.reindex(index=groups, columns=list(problem.years)).to_numpy(float)
        pairs = set(zip(problem.group_sites["group"], problem.group_sites["site"], strict=True))
        member = [[(group, site) in pairs for site in places.names] for group in groups]
        in_group = np.array(member, dtype=bool).reshape(len(groups), len(places.names))
        caps = problem.spread.zone_cap_mw
        in_zone = np.array([problem.sites["seismic_zone"] == zone for zone in caps], dtype=bool)
        in_zone = in_zone.reshape(len(caps), len(places.names))
        cap_mw = np.array(list(caps.values()), dtype=float)[:, None]
        return cls(
            left_mw=np.vstack(
                [np.where(np.isnan(left), np.inf, left), cap_mw - in_zone @ places.contract_mw]
            ),
            member=np.vstack([in_group, in_zone]),
        )

    def without(self, site: int, contract_mw: Floats) -> Floats:
        """Return room at every site, shape (sites, years), once `site` has left its groups."""
        left = self.left_mw + self.member[:, [site]] * contract_mw
        by_site = np.where(self.member[:, :, None], left[:, None, :], np.inf)
        return by_site.min(axis=0, initial=np.inf)


def _best_of(
    problem: SiteProblem, places: _Places, room: _Room, site: int
) -> tuple[str | None, float]:
    """Name the cheapest candidate that can take all of `site`, and what it adds."""
    here_mw = places.contract_mw[site]
    needed_mw = np.outer(places.peak / places.peak[site], here_mw)
    fits = _can_take(problem, places, needed_mw, start=int(np.argmax(here_mw > 0)))
    fits &= (needed_mw <= room.without(site, here_mw) + FITS_WITHIN_MW).all(axis=1)
    fits[site] = False
    if not fits.any():
        return None, np.nan
    opens = np.where(places.contract_mw[:, -1] > 0, 0.0, places.fixed_myen)
    myen = opens + places.per_mw_myen * needed_mw[:, -1]
    myen += places.per_gwh_myen * places.it_gwh[site]
    own = places.fixed_myen[site] + places.per_mw_myen[site] * here_mw[-1]
    own += places.per_gwh_myen[site] * places.it_gwh[site]
    best = int(np.argmin(np.where(fits, myen, np.inf)))
    return places.names[best], float(myen[best] - own)


def _can_take(problem: SiteProblem, places: _Places, needed_mw: Floats, *, start: int) -> Any:
    """Whether each site could hold `needed_mw` on top of what it has; shape (sites,)."""
    sites, years = problem.sites, np.array(problem.years)
    both = places.contract_mw + needed_mw
    growth = np.diff(both, axis=1, prepend=0.0)
    steps = np.diff(years, prepend=years[0] - 1)
    ramp_mw = np.outer(sites["ramp_mw_per_year"].to_numpy(float), steps)
    last = both[:, -1]
    ready = sites["first_fiscal_year"].to_numpy() <= years[start]
    large = last <= sites["max_mw"].to_numpy(float) + FITS_WITHIN_MW
    small = both[:, start] >= sites["min_mw"].to_numpy(float) - FITS_WITHIN_MW
    return ready & large & small & (growth <= ramp_mw + FITS_WITHIN_MW).all(axis=1)


def binding(problem: SiteProblem, plan: Plan) -> pd.DataFrame:
    """Return the limits that hold each chosen site, dearest first.

    A limit holds a site if relaxing it would make the plan cheaper with the sites built as they
    are. A site's own rows count in years in which it stands; before its first year it is the
    wait for power that holds it.

    Returns
    -------
    DataFrame
        site, limit (as in `optimize.model`), key (site, group, zone or area of the row),
        price_myen: present value of one more MW of the limit, over all years. [M¥/MW]
    """
    last = plan.sites["contract_mw"].xs(problem.years[-1], level="fiscal_year")
    members = _members(problem, [site for site in problem.sites.index if last[site] > 0])
    rows = _standing(problem, plan).merge(members, on=["limit", "key"])
    rows = rows.assign(key=rows["name"], price_myen=rows["price_myen"].abs())
    table = rows.groupby(["site", "limit", "key"], as_index=False)["price_myen"].sum()
    order = {site: i for i, site in enumerate(problem.sites.index)}
    table = table.assign(order=table["site"].map(order))
    table = table.sort_values(["order", "price_myen"], ascending=[True, False])
    return table.drop(columns="order").reset_index(drop=True)


def _standing(problem: SiteProblem, plan: Plan) -> pd.DataFrame:
    """Rows with a price, without those of sites that are not built in that year."""
    rows = plan.limits[["limit", "key", "fiscal_year", "price_myen"]]
    own = rows["limit"].isin(["size_at_most", "size_at_least"])
    keys = pd.MultiIndex.from_arrays([rows["key"], rows["fiscal_year"].fillna(0).astype(int)])
    built = plan.sites["built"].reindex(keys).fillna(False).to_numpy(bool)
    first = problem.sites["first_fiscal_year"].reindex(rows["key"]).to_numpy(float)
    early = own & (rows["fiscal_year"].fillna(0).to_numpy(float) < first)
    rows = rows.assign(limit=rows["limit"].mask(early, "wait_for_power"))
    return rows[~own | built | early]


def _members(problem: SiteProblem, chosen: list[str]) -> pd.DataFrame:
    """Which rows bear on which chosen site: limit, key of the row, site, name of the key."""
    sites = problem.sites.loc[chosen]
    found: list[tuple[Any, ...]] = [
        (limit, site, site, site) for limit in OWN_LIMITS for site in chosen
    ]
    groups = zip(problem.group_sites["group"], problem.group_sites["site"], strict=True)
    for group, site in groups:
        if site in chosen:
            found += [("respect_headroom", group, site, group)]
            found += [("respect_low_headroom", group, site, group)]
    found += [("zone_cap", zone, site, zone) for site, zone in sites["seismic_zone"].items()]
    found += [("largest_area_share", area, site, area) for site, area in sites["area"].items()]
    counted = zip(problem.forecast_areas["group"], problem.forecast_areas["area"], strict=True)
    for group, counted_area in counted:
        here = sites.index[sites["area"] == counted_area]
        found += [("stay_in_forecast", group, site, group) for site in here]
    cases = {key[:3] for key in problem.reserve.index}
    for area, *case in sorted(cases):
        here = sites.index[sites["area"] == area]
        found += [("keep_reserve", "/".join([area, *case]), site, area) for site in here]
    return pd.DataFrame(found, columns=["limit", "key", "site", "name"])
