"""An explanation on the terminal: prices, sites over all near plans, other plans, or the clash."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from siting.explain.flexible_texts import worth_lines
from siting.explain.texts import amount, check_text, extra_text, price_text
from siting.explain.words import NOTES, STATUS, differs, say
from siting.report_numbers import money, percent
from siting.terminal import show_line

Row = Mapping[str, Any]

MOST_PRICES = 15
MOST_DEMANDS = 6
MOST_SITES = 30

STATUS_STYLES = {"always": "green", "never": "dim", "undecided": "yellow", "sometimes": "cyan"}


def show_explanation(console: Console, folder: Path, told: Row, lang: str) -> None:
    """Everything one reads first of an explained run.

    Parameters
    ----------
    console : Console
        Terminal without markup, as of `siting.terminal.open_console`.
    folder : Path
        Run folder.
    told : mapping
        Content of explain.json.
    lang : "ja" or "en"
    """
    for note in told["notes"]:
        console.print(Text(NOTES[note][lang], "yellow"))
    show_line(console, plan_line(told, lang))
    _show_prices(console, told["prices"], lang)
    if told.get("flexibility") is not None:
        for line in worth_lines(told["flexibility"]):
            show_line(console, line[lang])
    if told["sites"] is not None:
        _show_sites(console, told["sites"], lang)
        _show_plans(console, told["sites"], lang)
    _show_why(console, told["why"], lang)
    show_line(console, f"{say('page', lang)}: {folder / 'explain.html'}")


def plan_line(told: Row, lang: str) -> str:
    """Whether planning again gave the plan of the run."""
    plan = told["plan"]
    values = {
        "cost": money(plan["cost_myen"])[lang],
        "recorded": money(plan["recorded_cost_myen"])[lang],
        "gap": percent(plan["gap_share"], 2),
    }
    return say("same" if plan["same"] else "other", lang, **values)


def _show_prices(console: Console, prices: Sequence[Row], lang: str) -> None:
    limits = [row for row in prices if not row["demand"]]
    demands = [row for row in prices if row["demand"]]
    if not limits:
        show_line(console, say("no_prices", lang))
    else:
        console.print(_price_table(say("prices", lang), limits, MOST_PRICES, lang))
        checked = sum(row["check"] != "not_checked" for row in limits)
        word = "prices_held" if checked else "prices_unchecked"
        show_line(console, say(word, lang, count=checked))
    if demands:
        console.print(_price_table(say("demand", lang), demands, MOST_DEMANDS, lang))


def _price_table(title: str, rows: Sequence[Row], most: int, lang: str) -> Table:
    table = _table(title, ("limit", "where"), ("saves",), ("per", "check", "field"), lang)
    for row in rows[:most]:
        table.add_row(
            Text(row["what"][lang]),
            Text(row["where"][lang]),
            price_text(row["worth_myen"]),
            Text(row["per"][lang]),
            Text(check_text(row)[lang]),
            Text(row["field"]),
        )
    _add_rest(table, len(rows) - most, lang)
    return table


def _show_sites(console: Console, sites: Row, lang: str) -> None:
    title = say("sites", lang, percent=f"{sites['within_percent']:g}", most=sites["most_sites"])
    table = _table(title, ("site", "status", "in_plan"), ("with", "without"), (), lang)
    rows = [row for row in sites["rows"] if row["status"] != "not_asked"]
    for row in rows[:MOST_SITES]:
        table.add_row(
            Text(row["name"][lang]),
            Text(STATUS[row["status"]][lang], STATUS_STYLES.get(row["status"], "")),
            Text(say("yes" if row["in_plan"] else "no", lang)),
            Text(extra_text(row, "with", sites)[lang]),
            Text(extra_text(row, "without", sites)[lang]),
        )
    _add_rest(table, len(rows) - MOST_SITES, lang)
    console.print(table)
    for line in site_lines(sites, lang):
        show_line(console, line)


def site_lines(sites: Row, lang: str) -> list[str]:
    """How the sites were told apart, and what was left open."""
    counts = sites["counts"]
    lines = [say("counted", lang, **counts), say("proof", lang)]
    if counts["undecided"]:
        seconds = f"{sites['time_limit_s']:g}"
        lines.append(say("undecided", lang, count=counts["undecided"], seconds=seconds))
    if counts["not_asked"]:
        lines.append(say("not_asked", lang, count=counts["not_asked"]))
    return lines


def _show_plans(console: Console, sites: Row, lang: str) -> None:
    if not sites["plans"]:
        show_line(console, say("no_other_plan" if sites["complete"] else "no_plans", lang))
        return
    table = _table(
        say("plans", lang), ("plan", "leaves", "comes"), ("extra",), ("difference",), lang
    )
    for number, plan in enumerate(sites["plans"], 1):
        table.add_row(
            Text(str(number)),
            Text(_names(plan["leaves"], lang)),
            Text(_names(plan["comes"], lang)),
            money(plan["extra_myen"])[lang],
            Text(differs(plan)[lang]),
        )
    console.print(table)


def _names(sites: Sequence[Row], lang: str) -> str:
    joined = {"ja": "、", "en": ", "}[lang]
    return joined.join(site["name"][lang] for site in sites) or "—"


def _show_why(console: Console, why: Sequence[Row], lang: str) -> None:
    table = _table(say("why", lang), ("site", "reason", "binding", "next"), (), (), lang)
    for row in why:
        size = say("size", lang, year=row["start_fiscal_year"], mw=f"{row['last_mw']:,.0f}")
        reasons = [size, *row["why"][lang]]
        table.add_row(
            Text(row["name"][lang]),
            Text("\n".join(reasons)),
            Text("\n".join(text[lang] for text in row["binding"])),
            Text(row["next_best"][lang] if row["next_best"] else "—"),
        )
    console.print(table)


def show_clash(console: Console, told: Row, lang: str) -> None:
    """Which limits of a scenario clash.

    Parameters
    ----------
    console : Console
    told : mapping
        Of `siting.explain.run.explain_scenario`.
    lang : "ja" or "en"
    """
    clash = told["clash"]
    if clash["sets"]:
        _show_sets(console, clash, lang)
    for word in ("with_network", "before_sites"):
        if clash[word]:
            console.print(Text(say(word, lang), "bold"))
            _show_clashes(console, clash[word], lang)
    if not any(clash[word] for word in ("sets", "with_network", "before_sites")):
        show_line(console, say("no_clash", lang))
    elif clash["candidates"] and clash["candidates"]["left_out"]:
        show_line(console, _candidate_line(clash["candidates"], lang))


def _show_sets(console: Console, clash: Row, lang: str) -> None:
    for one in clash["sets"]:
        _show_set(console, one, lang)
    if len(clash["sets"]) > 1:
        show_line(console, say("more_sets", lang, count=len(clash["sets"])))
    console.print(Text(say("alone" if clash["alone"] else "none_alone", lang), "bold"))
    if clash["alone"]:
        _show_clashes(console, clash["alone"], lang)


def _candidate_line(candidates: Row, lang: str) -> str:
    parts = [f"{row['reason'][lang]} {row['count']}" for row in candidates["left_out"]]
    left_out = {"ja": "、", "en": "; "}[lang].join(parts)
    return say("candidates", lang, usable=candidates["usable"], left_out=left_out)


def _show_set(console: Console, one: Row, lang: str) -> None:
    if not one["fields"]:
        console.print(Text(say("unsettable", lang), "bold"))
        return
    proven = say("proven" if one["proven"] else "not_proven", lang)
    console.print(Text(f"{say('clash', lang)} ({proven})", "bold"))
    for field in one["fields"]:
        show_line(console, f"  - {field}")
    show_line(console, say("least", lang))
    _show_clashes(console, one["relaxations"], lang)


def _show_clashes(console: Console, clashes: Sequence[Row], lang: str) -> None:
    for clash in clashes:
        by = say("by", lang, amount=amount(clash["by"]), unit=clash["unit"][lang])
        show_line(console, f"  - {clash['field']}: {by} ({clash['where'][lang]})")
    if not clashes:
        show_line(console, f"  - {say('none', lang)}")


def _add_rest(table: Table, more: int, lang: str) -> None:
    if more > 0:
        table.add_row(Text(say("more", lang, count=more)), *[""] * (len(table.columns) - 1))


def _table(
    title: str, texts: Sequence[str], numbers: Sequence[str], last: Sequence[str], lang: str
) -> Table:
    table = Table(title=Text(title), title_justify="left")
    for word in (*texts, *numbers, *last):
        head = word if word != "plan" else "number"
        side: Literal["right", "left"] = "right" if word in numbers else "left"
        table.add_column(Text(say(head, lang)), justify=side, overflow="fold")
    return table
