"""`siting layers` on the terminal: what a scenario has, what is missing and where to get it."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from siting.report_words import Both, both
from siting.terminal import show_line

STYLES = {"have": "green", "shipped": "cyan", "missing": "bold red", "optional": "yellow"}
MOST_FILES = 3

WORDS: Mapping[str, Both] = {
    "have": both("あり", "have"),
    "shipped": both("同梱", "shipped"),
    "missing": both("なし", "missing"),
    "optional": both("なし (任意)", "missing (optional)"),
    "title": both("シナリオの層", "Layers of the scenario"),
    "layer": both("層", "Layer"),
    "state": both("状態", "State"),
    "files": both("ファイル", "Files"),
    "used": both("使うところ", "Used by"),
    "more": both("ほか {count} 件", "{count} more"),
    "unused": both("どこにも使われていない", "nothing"),
    "needed": both("必要: これがないと計算できません", "needed: nothing runs without it"),
    "spare": both(
        "任意: なくても進み、知らないことに数えます", "optional: the study goes on without it"
    ),
    "what": both("内容", "What"),
    "reader": both("読み方", "Reader"),
    "publisher": both("発行者", "Publisher"),
    "licence": both("ライセンス", "Licence"),
    "size": both("大きさ", "Size"),
    "url": both("入手先", "Get it at"),
    "put": both("手作業", "By hand"),
    "names": both("配布時のファイル名", "File names as published"),
    "complete": both("足りない層はありません", "No layer is missing"),
    "count": both(
        "足りない層 {missing} (うち必要 {needed})",
        "Missing layers: {missing}, {needed} of them needed",
    ),
}


def show_layers(console: Console, rows: Sequence[Mapping[str, Any]], lang: str) -> None:
    """Table of all layers, then a block for each that is missing, the needed ones first.

    Parameters
    ----------
    console : Console
        Terminal without markup, as of `siting.terminal.open_console`.
    rows : sequence of mapping
        One a layer: layer, reader, state ("have", "missing", "shipped"), files, title_ja,
        title_en, publisher, licence, size, url, put_ja, put_en, needed, used_by.
    lang : "ja" or "en"
        Language.
    """
    console.print(layer_table(rows, lang))
    missing = [row for row in rows if row["state"] == "missing"]
    for row in sorted(missing, key=lambda row: not row["needed"]):
        for line in missing_lines(row, lang):
            show_line(console, line)
    if not missing:
        console.print(Text(_say("complete", lang), STYLES["have"]))
        return
    needed = sum(bool(row["needed"]) for row in missing)
    style = STYLES["missing" if needed else "optional"]
    console.print(Text(_say("count", lang, missing=len(missing), needed=needed), style))


def layer_table(rows: Sequence[Mapping[str, Any]], lang: str) -> Table:
    """One line a layer: whether it is there, its files, and which rules and criteria use it."""
    table = Table(title=Text(_say("title", lang)), title_justify="left")
    for word in ("layer", "state", "files", "used"):
        table.add_column(Text(_say(word, lang)), overflow="fold")
    for row in rows:
        word = _state(row)
        table.add_row(
            Text(str(row["layer"])),
            Text(_say(word, lang), STYLES[word]),
            Text(_files(row, lang)),
            Text(", ".join(map(str, row["used_by"])) or _say("unused", lang)),
        )
    return table


def missing_lines(row: Mapping[str, Any], lang: str) -> list[str]:
    """What a missing layer is, under which licence, how large, where to get and to put it."""
    facts = {
        "what": row.get(f"title_{lang}"),
        "reader": row.get("reader"),
        "publisher": row.get("publisher"),
        "licence": row.get("licence"),
        "size": row.get("size"),
        "url": row.get("url"),
        "names": ", ".join(row.get("patterns") or ()),
        "put": row.get(f"put_{lang}"),
    }
    told = [f"  {_say(word, lang)}: {text}" for word, text in facts.items() if text]
    needed = _say("needed" if row["needed"] else "spare", lang)
    return ["", f"{row['layer']} ({needed})", *told]


def _state(row: Mapping[str, Any]) -> str:
    """The state; a missing file that the study can do without is no fault."""
    if row["state"] == "missing" and not row["needed"]:
        return "optional"
    return str(row["state"])


def _files(row: Mapping[str, Any], lang: str) -> str:
    """The first files by name."""
    files = [str(name) for name in row["files"] or ()]
    if not files:
        return "-"
    more = len(files) - MOST_FILES
    rest = [_say("more", lang, count=more)] if more > 0 else []
    return ", ".join([*files[:MOST_FILES], *rest])


def _say(word: str, lang: str, **values: object) -> str:
    return WORDS[word][lang].format(**values)
