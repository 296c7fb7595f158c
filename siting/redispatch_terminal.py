"""A re-dispatch on the terminal."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from siting.redispatch_words import FIGURE_WORDS, NOTES, say
from siting.terminal import number, show_line
from siting.words import say as say_common
from siting.year_figures import SHARES, figures_told, without_noise

Row = Mapping[str, Any]

HOURS_OF_A_COMMON_YEAR = 8760.0

NO_GWH = 0.05
"""Less is rounding of the table."""

SETTLED_SHARE = 1e-4
"""CO2 of two equally cheap dispatches that differs by less is settled."""


def show_redispatch(console: Console, told: Row, file: Path, lang: str) -> None:
    """The table, what it rests on, and where the file is."""
    console.print(figure_table(told, lang))
    for line in lines(told, lang):
        show_line(console, line)
    show_line(console, f"{say_common('written', lang)}: {file}")


def figure_table(told: Row, lang: str) -> Table:
    """The plan's year beside the year in all its hours."""
    name = told["title"][lang]
    hours = number(told["calendar_year"]["hours"], lang)
    title = say("title", lang, year=told["fiscal_year"], name=name)
    table = Table(title=Text(title), title_justify="left")
    table.add_column(Text(say("figure", lang)), overflow="fold")
    calendar = "own_calendar" if told.get("own_hours") else "calendar"
    for word in ("plan", "typical", calendar, "difference", "percent"):
        heading = Text(say(word, lang, hours=hours))
        table.add_column(heading, justify="right", overflow="fold")
    columns = [told[column] for column in ("plan", "hours_of_typical_days", "calendar_year")]
    for key in figures_told(*columns):
        values = [figure(key, column[key], lang) for column in columns]
        change = told["difference"][key]
        sign = "+" if (change["absolute"] or 0.0) > 0 else ""
        off = [sign + figure(key, change["absolute"], lang), percent(change["percent"], lang)]
        table.add_row(Text(FIGURE_WORDS[key][lang]), *values, *off)
    return table


def figure(key: str, value: float | None, lang: str) -> str:
    """A figure of the table; shares in percent.

    >>> figure("hourly_share", 0.8012, "en"), figure("draw_gwh", None, "en")
    ('80.12', '—')
    """
    if value is None or key not in SHARES:
        return say("none", lang) if value is None else number(value, lang)
    return f"{100.0 * value:.2f}"


def lines(told: Row, lang: str) -> list[str]:
    """What the figures rest on."""
    count, seconds = told["distinct_days"], f"{told['seconds']:.1f}"
    found = [say("own_basis" if told.get("own_hours") else "basis", lang)]
    word = "joined" if told.get("held") else "solved"
    found.append(say(word, lang, count=count, seconds=seconds))
    missed_gwh = told["calendar_year"].get("missed_gwh") or 0.0
    if missed_gwh > NO_GWH:
        year = told["calendar_year"]
        share = min(2.0 * year["required_share"] - year["hourly_share"], 1.0)
        found.append(say("missed", lang, gwh=f"{missed_gwh:.1f}", share=f"{share:.4f}"))
    found += _about_claim(told["calendar_year"], lang) + _about_one_way(told, lang)
    extra = told["calendar_year"]["hours"] / HOURS_OF_A_COMMON_YEAR - 1.0
    if extra > 0:
        found.append(say("leap", lang, percent=f"{100.0 * extra:.2f}"))
    again, stated = told["plan_again"]["co2_kt"], told["plan"]["co2_kt"]
    if again is not None and stated and abs(again / stated - 1.0) > SETTLED_SHARE:
        figures = {"again": number(again, lang), "stated": number(stated, lang)}
        found.append(say("co2_open", lang, **figures))
    return [NOTES[note][lang] for note in told["notes"]] + found


def _about_claim(year: Row, lang: str) -> list[str]:
    """Certificates that lack, where a share is to be claimed."""
    asked, claimed = year.get("claim_required_share"), year.get("claimed_share")
    if asked is None or claimed is None:
        return []
    lacking_gwh = (asked - claimed) * year["draw_gwh"]
    return [say("claim_open", lang, gwh=f"{lacking_gwh:.1f}")] if lacking_gwh > NO_GWH else []


def _about_one_way(told: Row, lang: str) -> list[str]:
    """Whether the share holds where ties carry no clean power against their flow."""
    against_gwh, one_way = told["calendar_year"].get("against_flow_gwh") or 0.0, told.get("one_way")
    if against_gwh <= NO_GWH:
        return []
    if one_way is None:
        return [say("both_ways", lang)]
    of_hours_myen = told["hours_of_typical_days"]["cost_myen"]
    figures = {
        "percent": f"{100.0 * one_way['more_myen'] / of_hours_myen:.2f}",
        "gwh": f"{without_noise(one_way['missed_gwh']):.1f}",
    }
    return [say("one_way", lang, **figures)]


def percent(value: float | None, lang: str) -> str:
    """A change in percent.

    >>> percent(0.618, "en"), percent(None, "en")
    ('+0.62', '—')
    """
    return say("none", lang) if value is None else f"{value:+.2f}"
