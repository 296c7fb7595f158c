"""Names of the days of a plan: kinds of typical days, or dates of the user's own year."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from data.facts import read_fact

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_rows(days: Iterable[str]) -> list[dict[str, Any]]:
    """Each day with its name in both languages, in the order given.

    Parameters
    ----------
    days : iterable of str
        Days as slices have them: keys of the facts table `day_kinds`, or ISO dates.

    Returns
    -------
    list of dict
        day, name_ja, name_en.

    Examples
    --------
    >>> day_rows(["2027-02-03"])
    [{'day': '2027-02-03', 'name_ja': '2月3日', 'name_en': '3 Feb'}]
    """
    facts = read_fact("day_kinds").set_index("day")[["name_ja", "name_en"]]
    known: dict[Any, dict[str, str]] = facts.to_dict("index")  # type: ignore[assignment]
    return [{"day": day, **(known.get(day) or _date_names(day))} for day in days]


def _date_names(day: str) -> dict[str, str]:
    """A year has each date once, so the year is left out."""
    on = date.fromisoformat(day)
    return {
        "name_ja": f"{on.month}月{on.day}日",
        "name_en": f"{on.day} {MONTHS[on.month - 1]}",
    }
