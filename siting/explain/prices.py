"""Prices of limits, dearest first; the first ones checked by moving the limit and solving again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from data.errors import PlanError
from optimize.fixed_sites import FixedSites
from optimize.plan import Plan
from siting.explain.limits import PRICED
from siting.report_words import Both, both

Row = dict[str, Any]
Names = Mapping[str, Mapping[str, str]]

CHECKED, CHECKED_DEMANDS = 40, 4
"""Prices checked, the dearest first: of limits, and of demand."""

STEP, FIRST_STEP = 1.0, 0.05
"""By which a limit is moved: one MW, kt or GWh, and the first part of it."""

AGREES_SHARE = 0.01
"""A saving within a hundredth of the price confirms it."""

SMALLEST_MYEN = 0.01
"""Prices below ten thousand yen a unit are not told. [M¥]"""

CONFIRMED, FALLS, HELD, NOT_CHECKED = "confirmed", "falls", "held", "not_checked"
"""One unit saves its price; only the first part of it does; not even that: another limit holds."""

UNCHECKED: tuple[None, str] = (None, NOT_CHECKED)


@dataclass(frozen=True, slots=True)
class Priced:
    """A limit with its price: the sum over the years in which it binds."""

    limit: str
    key: str
    years: tuple[int, ...]
    price_myen: float
    with_sizes: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """Sites, and years, whose largest size is the same figure and moves with it."""


def priced_limits(
    limits: pd.DataFrame,
    ties: pd.DataFrame | None,
    plan: Plan,
    own_headroom: Mapping[str, str],
) -> list[Priced]:
    """Limits that a person sets, with what one unit more would save, dearest first.

    Parameters
    ----------
    limits : DataFrame
        As `optimize.plan.Plan.limits`.
    ties : DataFrame, optional
        As `optimize.tie_prices.tie_prices`; None: not known.
    plan : Plan
    own_headroom : mapping
        Of `siting.explain.own_limits`: sites as large as their headroom, and its group.
    """
    rows = limits[limits["limit"].isin(list(PRICED))].astype({"key": object})
    rows = rows[_says_something(rows, plan)]
    if ties is not None:
        rows = pd.concat([rows, _as_limits(ties)], ignore_index=True)
    found = [
        Priced(limit, key, tuple(years), price) for limit, key, years, price in _added_up(rows)
    ]
    found = _with_sizes(found, own_headroom, plan)
    found = [each for each in found if each.price_myen >= SMALLEST_MYEN]
    return sorted(found, key=lambda each: (-each.price_myen, each.limit, each.key, each.years))


@dataclass(frozen=True, slots=True)
class Naming:
    """What limits of this scenario are called where their kind alone does not say it."""

    names: Names
    """Of each place, group, area and tie."""
    fields: Mapping[tuple[str, str], str]
    """Scenario field by limit and key."""
    units: Mapping[tuple[str, str], Both]
    """Unit by limit and key."""


def told(found: Sequence[Priced], fixed: FixedSites | None, naming: Naming) -> list[Row]:
    """Rows of a reader: field, place, price, and whether solving again agrees.

    Parameters
    ----------
    found : sequence of Priced
    fixed : FixedSites, optional
        To check with; None: nothing is checked.
    naming : Naming
    """
    limits = [each for each in found if not PRICED[each.limit].demand]
    demands = [each for each in found if PRICED[each.limit].demand]
    checked = {id(each) for each in (*limits[:CHECKED], *demands[:CHECKED_DEMANDS])}
    rows = [
        _row(each, naming, *(_checked(fixed, each) if fixed and id(each) in checked else UNCHECKED))
        for each in found
    ]
    return sorted(rows, key=lambda row: -row["worth_myen"])


def _says_something(rows: pd.DataFrame, plan: Plan) -> list[bool]:
    """Whether a limit of one site is that of a site and a year that the plan has."""
    stands = plan.sites["contract_mw"] > 0
    chosen = set(stands[stands].index.get_level_values("site"))
    built = set(stands[stands].index)
    return [
        not PRICED[str(row.limit)].of_built
        or (
            row.key in chosen
            if row.limit == "wait_for_power"
            else (row.key, row.fiscal_year) in built
        )
        for row in rows.itertuples()
    ]


def _as_limits(ties: pd.DataFrame) -> pd.DataFrame:
    table = ties.reset_index()
    key = [f"{tie}/{way}" for tie, way in zip(table["tie"], table["direction"], strict=True)]
    years = pd.array(table["fiscal_year"].tolist(), dtype="Int64")
    return pd.DataFrame(
        {"limit": "tie", "key": key, "fiscal_year": years, "price_myen": table["price_myen"]}
    )


def _added_up(rows: pd.DataFrame) -> list[tuple[str, str, list[int], float]]:
    """Prices of one limit added up, by year where each year is a limit of its own."""
    sums: dict[tuple[str, str, int | None], tuple[set[int], float]] = {}
    for row in rows.to_dict("records"):
        name, key, limit = row["limit"], row["key"], PRICED[row["limit"]]
        year = None if pd.isna(row["fiscal_year"]) else int(row["fiscal_year"])
        place = (name, key, year if limit.by_year else None)
        years, price = sums.get(place, (set(), 0.0))
        years = years if year is None else years | {year}
        sums[place] = years, price + abs(row["price_myen"])
    return [(key[0], key[1], sorted(years), price) for key, (years, price) in sums.items()]


def _with_sizes(found: list[Priced], own_headroom: Mapping[str, str], plan: Plan) -> list[Priced]:
    """One price for a headroom that also is the largest size of its sites."""
    table = {(each.limit, each.key): each for each in found}
    for site, group in own_headroom.items():
        years = _years_of(plan, site)
        size = table.pop(("size_at_most", site), None)
        if not years or not (size or ("respect_headroom", group) in table):
            continue
        none = Priced("respect_headroom", group, (), 0.0)
        headroom = table.get(("respect_headroom", group), none)
        table["respect_headroom", group] = replace(
            headroom,
            years=tuple(sorted({*headroom.years, *(size.years if size else ())})),
            price_myen=headroom.price_myen + (size.price_myen if size else 0.0),
            with_sizes=(*headroom.with_sizes, (site, years)),
        )
    # limits by year share limit and key: only those without a year are in the table once
    merged = {"respect_headroom", "size_at_most"}
    others = [each for each in found if each.limit not in merged]
    return [*others, *(each for each in table.values() if each.limit in merged)]


def _years_of(plan: Plan, site: str) -> tuple[int, ...]:
    """Years in which a site stands."""
    own = plan.sites["contract_mw"].xs(site, level="site")
    return tuple(int(year) for year in own.index[own > 0])


def _checked(fixed: FixedSites, each: Priced) -> tuple[float | None, str]:
    """What one unit more saves, the plan solved again with its sites, and if its price says so."""
    try:
        saved = _saved(fixed, each, STEP)
        if _agrees(saved, each.price_myen * STEP):
            return saved, CONFIRMED
        at_first = _agrees(_saved(fixed, each, FIRST_STEP), each.price_myen * FIRST_STEP)
    except PlanError:
        return UNCHECKED
    return saved, FALLS if at_first else HELD


def _agrees(saved: float, expected: float) -> bool:
    return abs(saved - expected) <= AGREES_SHARE * expected


def _saved(fixed: FixedSites, each: Priced, step: float) -> float:
    limit = PRICED[each.limit]
    years = each.years if limit.by_year or limit.of_built else ()
    if each.limit == "tie":
        tie, direction = each.key.rsplit("/", 1)
        return fixed.saved_by_tie(tie, direction, years, step)
    sizes = [("size_at_most", site, stands) for site, stands in each.with_sizes]
    return fixed.saved_by_rows([(each.limit, each.key, years), *sizes], step)


def _row(each: Priced, naming: Naming, saved: float | None, check: str) -> Row:
    limit, place = PRICED[each.limit], (each.limit, each.key)
    return {
        "limit": each.limit,
        "field": naming.fields.get(place, limit.field),
        "key": each.key,
        "what": dict(limit.what),
        "per": dict(naming.units.get(place, limit.per)),
        "where": dict(where(each, naming.names)),
        "by_year": limit.by_year,
        "demand": limit.demand,
        "fiscal_years": list(each.years),
        "price_myen": each.price_myen,
        "saves_myen": saved,
        "worth_myen": each.price_myen if saved is None else max(saved, 0.0),
        "check": check,
    }


def where(each: Priced, names: Names) -> Both:
    """Place of a limit, and its year if it has one of its own."""
    whole = [names[each.key]] if each.key in names else None
    parts = whole or [_named(part, names) for part in each.key.split("/") if part]
    if PRICED[each.limit].by_year and each.years:
        (year,) = each.years
        parts.append(both(f"{year}年度", f"FY{year}"))
    return both("、".join(p["ja"] for p in parts), ", ".join(p["en"] for p in parts))


SIDES: Mapping[str, Both] = {
    "h1": both("H1（厳気象）", "H1 (severe weather)"),
    "h3": both("H3（平年）", "H3 (normal weather)"),
    "spring": both("春", "spring"),
    "summer": both("夏", "summer"),
    "autumn": both("秋", "autumn"),
    "winter": both("冬", "winter"),
}


def _named(part: str, names: Names) -> Mapping[str, str]:
    return names.get(part) or SIDES.get(part) or both(part, part)
