"""An explanation as the map shows it: sites by status, other plans, prices where they apply."""

from collections.abc import Mapping, Sequence
from typing import Any

from siting.explain.terminal import plan_line, site_lines
from siting.explain.texts import check_text
from siting.explain.view import in_both, site_row
from siting.explain.words import NOTES, differs
from siting.report_numbers import money
from siting.report_words import Both, both

Row = Mapping[str, Any]

SHOWN = ("always", "sometimes", "never", "undecided")

TIE = "tie"
HEADROOM = ("respect_headroom", "respect_low_headroom", "size_at_most")
SITE_LIMITS = ("size_at_least", "wait_for_power", "ramp_up")
"""Limits with a place on the map: of ties, of headroom, and others of one site."""


def map_explanation(told: Row | None, summary: Row) -> dict[str, Any] | None:
    """Layers "alternatives" and "prices" of a run; None where it was not explained.

    Parameters
    ----------
    told : mapping, optional
        Content of explain.json.
    summary : mapping
        The run's summary.json.

    Returns
    -------
    dict or None
        `notes`: texts to be said first. `alternatives`: `sites` (status, in how many of
        the plans told, extra cost), `plans` (sites and MW, what leaves and comes), `counts`,
        `percent`, `lines`; None where no other plans were looked for. `prices`: those with a place
        (worth_myen per unit, check). `unplaced`: number of others. Texts in ja and en.
    """
    if told is None:
        return None
    notes = [NOTES[note] for note in told["notes"] if note in NOTES]
    other = [] if told["plan"]["same"] else [in_both(plan_line, told)]
    return {
        "notes": [*notes, *other],
        "alternatives": _alternatives(told, summary),
        "prices": _prices(told["prices"]),
        "unplaced": sum(_kind(row) is None and not row["demand"] for row in told["prices"]),
    }


def _alternatives(told: Row, summary: Row) -> dict[str, Any] | None:
    sites = told["sites"]
    if sites is None:
        return None
    held_by = {row["site"]: row for row in told["why"]}
    plans = [_plan(plan, summary) for plan in sites["plans"]]
    shown = [row for row in sites["rows"] if row["status"] in SHOWN]
    return {
        "sites": [_site(row, sites, held_by.get(row["site"])) for row in shown],
        "plans": plans,
        "counts": sites["counts"],
        "percent": sites["within_percent"],
        "lines": _lines(sites),
    }


def _lines(sites: Row) -> list[Both]:
    """What proves the statuses, and what was left open; the counts stand in the legend."""
    lines = zip(site_lines(sites, "ja"), site_lines(sites, "en"), strict=True)
    return [both(ja, en) for ja, en in list(lines)[1:]]


def _site(row: Row, sites: Row, why: Row | None) -> dict[str, Any]:
    told = site_row(row, sites)
    found = sum(row["site"] in plan["sites"] for plan in sites["plans"]) + bool(row["in_plan"])
    cost = told["without"] if row["in_plan"] else told["with"]
    return {
        "site": row["site"],
        "name": row["name"],
        "status": row["status"],
        "word": told["word"],
        "in_plan": row["in_plan"],
        "found_in": found,
        "of_plans": 1 + len(sites["plans"]),
        "cost": cost,
        "next_best": why and why["next_best"],
        "binding": list(why["binding"]) if why else [],
    }


def _plan(plan: Row, summary: Row) -> dict[str, Any]:
    """Another plan: its sites with their power, where it is known."""
    known = plan.get("mw") or {}
    run = {row["site"]: row["by_year"][-1]["contract_mw"] for row in summary["sites"]}
    comes, leaves = ([row["site"] for row in plan[key]] for key in ("comes", "leaves"))
    return {
        "extra": money(plan["extra_myen"]),
        "differs": differs(plan),
        "sites": [{"site": site, "mw": known.get(site)} for site in plan["sites"]],
        "comes": comes,
        "leaves": [{"site": site, "mw": run.get(site)} for site in leaves],
    }


def _prices(rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [_price(row, kind) for row in rows if (kind := _kind(row)) is not None]


def _kind(row: Row) -> str | None:
    """Where on the map a price belongs; None for limits of areas, years or the whole plan."""
    if row["demand"]:
        return None
    if row["limit"] == TIE:
        return TIE
    kinds = dict.fromkeys(HEADROOM, "headroom") | dict.fromkeys(SITE_LIMITS, "site")
    return kinds.get(row["limit"])


def _price(row: Row, kind: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "key": row["key"],
        "sites": row.get("sites") or [row["key"]],
        "what": row["what"],
        "where": row["where"],
        "per": row["per"],
        "by_year": row["by_year"],
        "worth_myen": row["worth_myen"],
        "check": row["check"],
        "check_text": check_text(row),
    }
