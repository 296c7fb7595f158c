"""A scenario without a plan: which limits clash, and what each alone would have to give."""

from collections.abc import Mapping
from typing import Any

from data.errors import Clash, InfeasibleError
from optimize.clash_set import ClashSet, clash_sets
from optimize.explain import explain_clash, freeing_limits
from optimize.highs import SolverSettings
from siting.candidates import USABLE, Candidates
from siting.explain.clash_texts import unit_text, where_text
from siting.explain.names import names_of
from siting.posed import Posed
from siting.report_words import Both
from siting.why import REASONS

Row = dict[str, Any]

GAP_SHARE = 0.01
"""Of the least relaxation."""


def clash_summary(posed: Posed, time_limit_s: float) -> Row:
    """Sets of clashing limits of a scenario; none where its limits on sites do not clash.

    What each limit of a set has to give is for that set alone: another clash may wait behind it.
    `alone` are the limits that free the whole plan, by how much.

    Parameters
    ----------
    posed : Posed
    time_limit_s : float
        For each question. [s]

    Raises
    ------
    PlanError
        The time did not suffice to say whether the limits clash at all.
    """
    settings = SolverSettings(gap_share=GAP_SHARE, time_limit_s=time_limit_s)
    problem, network = posed.question.problem, posed.question.network
    names = names_of(posed)
    sets = [_set(each, names) for each in clash_sets(problem, settings)]
    alone = [_clash(each, names) for each in freeing_limits(problem, settings)] if sets else []
    with_network: list[Row] = []
    if not sets and network is not None:
        # the sets see no network; with its stress cases only single limits are looked at
        error = explain_clash(problem, settings, network=network.grid)
        with_network = [_clash(each, names) for each in error.clashes]
    found = {"sets": sets, "alone": alone, "with_network": with_network, "before_sites": []}
    return found | {"candidates": _candidates(posed.candidates)}


def of_error(error: InfeasibleError) -> Row:
    """A network that does not hold before any site is added."""
    rows = [_clash(each, {}) for each in error.clashes]
    return {"sets": [], "alone": [], "with_network": [], "before_sites": rows, "candidates": None}


def _candidates(candidates: Candidates) -> Row:
    """How many places may be chosen, and why the others may not: no limit of the plan says it."""
    reasons = candidates.table["reason"].value_counts()
    left_out = [
        {"reason": REASONS[str(reason)], "count": int(count)}
        for reason, count in reasons.items()
        if reason != USABLE
    ]
    return {"usable": len(candidates.usable), "left_out": left_out}


def _set(each: ClashSet, names: Mapping[str, Both]) -> Row:
    return {
        "fields": list(each.fields),
        "proven": each.proven,
        "relaxations": [_clash(clash, names) for clash in each.relaxations],
    }


def _clash(clash: Clash, names: Mapping[str, Both]) -> Row:
    return {
        "field": clash.limit,
        "where": dict(where_text(clash, names)),
        "by": clash.relax_by,
        "unit": dict(unit_text(clash)),
    }
