"""An answer on the terminal: base case, room of each bus, joint room, works, files."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from siting.headroom.words import REASONS, say
from siting.report_numbers import number
from siting.terminal import show_line

Row = Mapping[str, Any]

MOST_BUSES = 15
MOST_VIOLATIONS = 10
MOST_WORKS = 10
MOST_TAKERS = 6
MOST_NOTES = 8

ALARM = "bold red"
CAUTION = "yellow"


def show_headroom(
    console: Console, folder: Path | None, summary: Mapping[str, Any], lang: str
) -> None:
    """Everything one reads first of an answer.

    Parameters
    ----------
    console : Console
        Terminal without markup, as of `siting.terminal.open_console`.
    folder : Path, optional
        Folder of the answer; its files are listed.
    summary : mapping
        Content of summary.json.
    lang : "ja" or "en"
        Language.
    """
    show_line(console, say("network", lang, file=summary["file"], **summary["counts"]))
    _show_base(console, summary, lang)
    for rule in summary["rules"]:
        console.print(room_table(summary, rule, lang))
    console.print(Text(say("not_additive", lang), CAUTION))
    for joint in summary["joint"]:
        console.print(joint_table(joint, names_of(summary), lang))
    if summary["works"]:
        console.print(works_table(summary["works"], lang))
    for line in _closing_lines(summary, folder, lang):
        show_line(console, line)


def _show_base(console: Console, summary: Row, lang: str) -> None:
    """Overloads that are there before any load is added."""
    found = sorted(summary["violations"], key=lambda row: bool(row["outage"]))
    now = {row["branch"] for row in found if not row["outage"]}
    if summary["infeasible"]:
        stuck = {row["n0_branch"] for row in summary["rows"] if row["n0_reason"] == "base"}
        console.print(Text(say("infeasible", lang, count=len(now or stuck)), ALARM))
    elif found:
        word = "overloaded" if now else "insecure"
        console.print(Text(say(word, lang, count=len(now or found)), ALARM))
    if found:
        console.print(violation_table(summary, found, lang))


def violation_table(summary: Row, found: Sequence[Row], lang: str) -> Table:
    """Branches above their rating, those with everything in service first."""
    names = branch_names(summary)
    table = _table(say("violations", lang), ["branch", "outage"], ["flow", "rating"], lang)
    for row in found[:MOST_VIOLATIONS]:
        branch = Text(names.get(row["branch"], ""))
        outage = Text(names.get(row["outage"], ""))
        flow = number(abs(row["flow_mw"]), 1)
        table.add_row(branch, outage, flow, number(row["rating_mw"], 1))
    _add_rest(table, len(found) - MOST_VIOLATIONS, lang)
    return table


def room_table(summary: Row, rule: str, lang: str) -> Table:
    """Buses with most N-1 room, with what limits them."""
    title = say("room", lang, rule=say(rule, lang))
    if rule == "fixed":
        title += f" ({say(summary['balance'], lang)})"
    table = _table(title, ["bus"], ["kv", "n0"], lang)
    for word, side in (("n0_limit", "left"), ("n1", "right"), ("n1_limit", "left")):
        table.add_column(Text(say(word, lang)), justify="right" if side == "right" else "left")
    rows = sorted(
        (row for row in summary["rows"] if row["rule"] == rule),
        key=lambda row: -1.0 if row["n1_mw"] is None else row["n1_mw"],
        reverse=True,
    )
    buses, names = {row["bus"]: row for row in summary["buses"]}, branch_names(summary)
    for row in rows[:MOST_BUSES]:
        bus = buses[row["bus"]]
        table.add_row(
            Text(bus_text(bus)),
            "" if bus["kv"] is None else f"{bus['kv']:g}",
            number(row["n0_mw"], 1),
            Text(limit_text(row, "n0", names, lang)),
            number(row["n1_mw"], 1),
            Text(limit_text(row, "n1", names, lang)),
        )
    _add_rest(table, len(rows) - MOST_BUSES, lang)
    return table


def limit_text(row: Row, which: str, names: Mapping[str, str], lang: str) -> str:
    """What limits a figure: branch, outage, and why where no branch alone says it."""
    branch, outage = row[f"{which}_branch"], row.get("n1_outage") if which == "n1" else ""
    reason = REASONS.get(row[f"{which}_reason"])
    parts = [names.get(branch, branch) if branch else ""]
    if outage:
        lost = f"{names.get(outage, outage)} {say('outage', lang).lower()}"
        parts.append(f"/ {lost}" if branch else lost)
    if reason is not None:
        parts.append(f"({reason[lang]})" if branch or outage else reason[lang])
    return " ".join(part for part in parts if part)


def joint_table(joint: Row, names: Mapping[str, str], lang: str) -> Table:
    """Room of several buses at once, and what load at each takes from the others."""
    total, rule = number(joint["total_mw"], 1), say(joint["rule"], lang)
    buses = [row["bus"] for row in joint["buses"]]
    takers = buses if joint["taking"] and len(buses) <= MOST_TAKERS else []
    title = say("joint", lang, total=total, rule=rule)
    table = _table(title, ["bus"], ["single", "together"], lang)
    for bus in takers:
        table.add_column(Text(say("takes", lang, bus=bus)), justify="right")
    for row in joint["buses"]:
        taken = joint["taking"].get(row["bus"], {})
        table.add_row(
            Text(names.get(row["bus"], row["bus"])),
            number(row["single_mw"], 1),
            number(row["joint_mw"], 1),
            *(number(taken.get(bus), 2) for bus in takers),
        )
    return table


def works_table(works: Sequence[Row], lang: str) -> Table:
    """Reinforcement options, most MW per yen first."""
    heads = ["gain", "cost", "per_cost"]
    table = _table(say("works", lang), ["work", "bus"], heads, lang)
    for row in works[:MOST_WORKS]:
        figures = (row["gained_mw"], 1), (row["cost_myen"], 0), (row["mw_per_myen"], 3)
        cells = (number(value, digits) for value, digits in figures)
        table.add_row(Text(str(row["option"])), Text(str(row["bus"])), *cells)
    _add_rest(table, len(works) - MOST_WORKS, lang)
    return table


def bus_text(bus: Row) -> str:
    """Name of a bus, with its id where that is another."""
    name = str(bus["name"] or "")
    return f"{name} [{bus['bus']}]" if name and name != bus["bus"] else str(bus["bus"])


def names_of(summary: Row) -> dict[str, str]:
    """Text of each bus."""
    return {row["bus"]: bus_text(row) for row in summary["buses"]}


def branch_names(summary: Row) -> dict[str, str]:
    """Name of each branch, its id where it has none."""
    return {row["branch"]: str(row["name"] or row["branch"]) for row in summary["branches"]}


def _closing_lines(summary: Row, folder: Path | None, lang: str) -> list[str]:
    lines = [say("kept", lang, count=summary["kept"])] if summary["kept"] else []
    unknowns = summary["unknowns"]
    lines += [say("unknowns", lang, count=len(unknowns)), *(f"- {row[lang]}" for row in unknowns)]
    notes = summary["notes"]
    if notes:
        lines += [
            say("notes", lang, count=len(notes)),
            *(f"- {note}" for note in notes[:MOST_NOTES]),
        ]
    if len(notes) > MOST_NOTES:
        lines.append(f"- {say('more', lang, count=len(notes) - MOST_NOTES)}")
    if not summary["map"]:
        lines.append(say("no_map", lang))
    if folder is None:
        return lines
    lines.append(say("zones", lang, count=summary["zones"]["count"]))
    listed = ", ".join(sorted(path.name for path in folder.iterdir()))
    return [*lines, say("files", lang, folder=folder), f"  {listed}"]


def _add_rest(table: Table, more: int, lang: str) -> None:
    if more > 0:
        table.add_row(Text(say("more", lang, count=more)), *[""] * (len(table.columns) - 1))


def _table(title: str, texts: Sequence[str], numbers: Sequence[str], lang: str) -> Table:
    table = Table(title=Text(title), title_justify="left")
    for word in texts:
        table.add_column(Text(say(word, lang)), overflow="fold")
    for word in numbers:
        table.add_column(Text(say(word, lang)), justify="right")
    return table
