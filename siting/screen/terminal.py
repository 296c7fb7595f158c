"""A screening on the terminal: land, rules, best sites, what is not known, where the files are."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from siting.report_numbers import UNKNOWN, number
from siting.report_words import Both, both
from siting.screen.amounts import area_text, rough, rough_km, share_of, share_text
from siting.screen.rule_words import condition_text, layer_titles
from siting.screen.words import line_km
from siting.terminal import show_line

MOST_SITES = 10
MOST_RULES = 16
MOST_UNKNOWNS = 8
MOST_FILES = 12

WARNING = "bold red"
CAUTION = "yellow"

WORDS: Mapping[str, Both] = {
    "made": both(
        "作りもののデータです。実在の土地は読み取れません。",
        "All layers are made up: nothing real can be read from this.",
    ),
    "land": both(
        "陸地 {land} km²、除外 {out} km² ({share})、残り {left} km²",
        "Land {land} km², excluded {out} km² ({share}), open {left} km²",
    ),
    "found": both("候補 {count} 地点", "{count} sites"),
    "firm": both(
        "候補 {count} 地点、重みを {draws} 回引き直し95 %以上で上位 {top} に残るのは {always}",
        "{count} sites; among the best {top} in 95 % of {draws} draws of weights: {always}",
    ),
    "none": both("条件を満たす地点はありません", "No site meets the conditions"),
    "rules": both("規則が除く土地 km²", "What each rule costs, km²"),
    "rule": both("規則", "Rule"),
    "alone": both("除く", "Out"),
    "only": both("これだけ", "Only this"),
    "relaxed": both("(緩和中)", "(relaxed)"),
    "missing": both("(ファイルなし)", "(no file)"),
    "more": both("ほか {count} 件", "{count} more"),
    "sites": both("上位の地点", "Best sites"),
    "site": both("地点", "Site"),
    "score": both("点数", "Score"),
    "money": both("百万円", "M yen"),
    "range": both("順位5-95%", "Rank 5-95%"),
    "hubs": both(
        "既存拠点: {list}",
        "Existing hubs (percentile of the open land): {list}",
    ),
    "out": both("{name} 除外", "{name} excluded"),
    "unknowns": both("分からないこと ({count} 件)", "Not known ({count})"),
    "files": both("ファイル: {folder}", "Files: {folder}"),
}


def show_screen(console: Console, folder: Path, summary: Mapping[str, Any], lang: str) -> None:
    """Everything one reads first of a screening.

    Parameters
    ----------
    console : Console
        Terminal without markup, as of `siting.terminal.open_console`.
    folder : Path
        Folder of the run; its files are listed.
    summary : mapping
        Content of summary.json.
    lang : "ja" or "en"
        Language.
    """
    if summary["made"]:
        console.print(Text(_say("made", lang), WARNING))
    for line in (_land_line(summary, lang), _site_line(summary, lang)):
        show_line(console, line)
    if summary["rules"]:
        console.print(rule_table(summary, lang))
    if summary["sites"]:
        console.print(site_table(summary, lang))
    for line in (*_hub_lines(summary, lang), *_unknown_lines(summary, lang)):
        console.print(Text(line, CAUTION if line.startswith("-") else ""))
    for line in _file_lines(folder, lang):
        show_line(console, line)


def rule_table(summary: Mapping[str, Any], lang: str) -> Table:
    """Rules, the dearest first, with what they take out and what only they take out."""
    table = _table(_say("rules", lang), [_say("rule", lang)], ["alone", "only"], lang)
    titles = layer_titles(summary)
    rules = sorted(summary["rules"], key=lambda rule: -(rule["alone_km2"] or 0.0))
    for rule in rules[:MOST_RULES]:
        text = condition_text(rule, titles)[lang]
        for state in ("relaxed", "missing"):
            if rule.get(state):
                text += f" {_say(state, lang)}"
        table.add_row(Text(text), area_text(rule["alone_km2"]), area_text(rule["only_km2"]))
    if len(rules) > MOST_RULES:
        table.add_row(Text(_say("more", lang, count=len(rules) - MOST_RULES)), "", "")
    return table


def site_table(summary: Mapping[str, Any], lang: str) -> Table:
    """The best sites: score, land, line to the grid, range of ranks."""
    table = Table(title=Text(_say("sites", lang)), title_justify="left")
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column(Text(_say("site", lang)), overflow="fold")
    for head in (_say("score", lang), "ha", "km", _say("money", lang), _say("range", lang)):
        table.add_column(Text(head), justify="right", no_wrap=True)
    sites = sorted(summary["sites"], key=lambda site: site["rank"])
    for site in sites[:MOST_SITES]:
        table.add_row(*_site_cells(site, summary["grid"]["cell_m"], lang))
    return table


def _site_cells(site: Mapping[str, Any], cell_m: float, lang: str) -> list[Text | str]:
    low, high = site["rank_p5"], site["rank_p95"]
    ends = UNKNOWN if low is None or high is None else f"{number(low)}-{number(high)}"
    ranks = number(low) if low == high else ends
    return [
        str(site["rank"]),
        Text(str(site[f"name_{lang}"])),
        number(site["score"], 2),
        rough(site["open_ha"]),
        rough_km(line_km(site)[0], cell_m),
        rough(site["route_cost_myen"]),
        ranks,
    ]


def _table(title: str, texts: Sequence[str], numbers: Sequence[str], lang: str) -> Table:
    """Table with text columns first; the keys of `numbers` are words."""
    table = Table(title=Text(title), title_justify="left")
    for head in texts:
        table.add_column(Text(head), overflow="fold")
    for key in numbers:
        table.add_column(Text(_say(key, lang)), justify="right", no_wrap=True)
    return table


def _land_line(summary: Mapping[str, Any], lang: str) -> str:
    totals = summary["totals"]
    return _say(
        "land",
        lang,
        land=area_text(totals["land_km2"]),
        out=area_text(totals["excluded_km2"]),
        left=area_text(totals["open_km2"]),
        share=share_text(share_of(totals["excluded_km2"], totals["land_km2"])),
    )


def _site_line(summary: Mapping[str, Any], lang: str) -> str:
    count, drawn = len(summary["sites"]), summary["sensitivity"]
    if not count:
        return _say("none", lang)
    if drawn is None:
        return _say("found", lang, count=number(count))
    told = {"draws": number(drawn["draws"]), "always": number(len(drawn["always"]))}
    return _say("firm", lang, count=number(count), top=min(drawn["top"], count), **told)


def _hub_lines(summary: Mapping[str, Any], lang: str) -> list[str]:
    """Existing hubs by percentile; those that a rule takes out say so."""
    told = []
    for hub in sorted(summary["backtest"], key=lambda hub: -(hub["percentile"] or 0.0)):
        name = hub[f"name_{lang}"]
        if hub["excluded_by"]:
            told.append(_say("out", lang, name=name))
        elif hub["percentile"] is not None:
            told.append(f"{name} {number(hub['percentile'])}")
    return [_say("hubs", lang, list=", ".join(told))] if told else []


def _unknown_lines(summary: Mapping[str, Any], lang: str) -> list[str]:
    unknowns = summary["unknowns"]
    if not unknowns:
        return []
    shown = [f"- {row[f'text_{lang}']}" for row in unknowns[:MOST_UNKNOWNS]]
    more = len(unknowns) - MOST_UNKNOWNS
    rest = [f"- {_say('more', lang, count=more)}"] if more > 0 else []
    return [_say("unknowns", lang, count=len(unknowns)), *shown, *rest]


def _file_lines(folder: Path, lang: str) -> list[str]:
    """The folder with the files that stand in it."""
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    shown = [name for name in names if not name.startswith(".")]
    more = [_say("more", lang, count=len(shown) - MOST_FILES)] if len(shown) > MOST_FILES else []
    listed = ", ".join([*shown[:MOST_FILES], *more])
    return [_say("files", lang, folder=folder), *([f"  {listed}"] if listed else [])]


def _say(word: str, lang: str, **values: object) -> str:
    return WORDS[word][lang].format(**values)
