"""The answer of a forecast check on the terminal: verdict, causes, margins, where the files are."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from siting.loads_words import CASES, STAGES, VERDICTS
from siting.report_words import Both, area_names, both, tie_names
from siting.terminal import number, show_line

STYLES = {"exceeds": "bold red", "fits": "green", "inside": "cyan", "unknown": "yellow"}
MOST_CONTRIBUTORS = 5
MOST_NOTICES = 8

WORDS: Mapping[str, Both] = {
    "verdict": both("判定: {vintage} 想定", "Verdict: forecast of {vintage}"),
    "area": both("エリア", "Area"),
    "additions": both("増加 MW\n{year}年度 全件", "Additions MW\nFY{year}, all"),
    "counted": both("うち計上済 MW", "counted\nalready MW"),
    "allowance": both("個別計上 MW", "Allowance MW"),
    "over": both(
        "{year}年度から、最大 +{mw} MW ({worst})", "from FY{year}, up to +{mw} MW ({worst})"
    ),
    "because": both(
        "主な申込: 全国 {vintage} 想定 {case} {year}年度",
        "Because of: Japan, {vintage}, {case}, FY{year}",
    ),
    "id": both("番号", "Id"),
    "name": both("案件", "Name"),
    "stage": both("段階", "Stage"),
    "margins": both("予備率: {year}年度 夏 H3 全件", "Reserve margin: FY{year}, summer, H3, all"),
    "without": both("追加なし %", "without %"),
    "own": both("自エリア %", "own %"),
    "tied": both("連系線込み %", "with ties %"),
    "spare": both("あと MW", "MW more"),
    "conditional": both("条件付きなら\nさらに MW", "conditional\nMW more"),
    "binding": both("効いている連系線", "Binding ties"),
    "chance": both(
        "全国の増加 {year}年度: P10 {p10} / P50 {p50} / P90 {p90} MW、"
        "{vintage} 想定を超える確率 {share}",
        "Japan, FY{year}: P10 {p10} / P50 {p50} / P90 {p90} MW; chance to exceed {vintage}: "
        "{share}",
    ),
    "notices": both("一覧の中で目立つもの ({count} 件)", "What stands out in the list ({count})"),
    "rows": both("行", "rows"),
    "yes": both(
        "想定を超えるものがある (終了コード 3)", "Something exceeds a forecast (exit code 3)"
    ),
    "no": both("想定を超えるものはない", "Nothing exceeds a forecast"),
}


def show_answer(console: Console, summary: Mapping[str, Any], lang: str) -> None:
    """Everything a planning desk reads first."""
    names = area_names()
    for vintage in summary["vintages"]:
        console.print(verdict_table(summary, vintage, names, lang))
    for table in cause_tables(summary, lang):
        console.print(table)
    console.print(margin_table(summary, names, lang))
    for line in (*_chance_lines(summary, lang), *_notice_lines(summary, lang)):
        show_line(console, line)
    console.print(
        Text(
            _say("yes" if summary["exceeds"] else "no", lang),
            STYLES["exceeds" if summary["exceeds"] else "fits"],
        )
    )


def verdict_table(
    summary: Mapping[str, Any], vintage: str, names: Mapping[str, Both], lang: str
) -> Table:
    """One forecast: each area with its verdict in each case, in the last year with a count."""
    rows = [row for row in summary["verdict"] if row["vintage"] == vintage]
    year = last_counted_year(rows)
    table = Table(title=Text(_say("verdict", lang, vintage=vintage)), title_justify="left")
    heads = [
        _say("area", lang),
        _say("additions", lang, year=year),
        _say("counted", lang),
        _say("allowance", lang),
    ]
    for place, head in enumerate(heads):
        table.add_column(Text(head), justify="right" if place else "left")
    for case in summary["cases"]:
        table.add_column(Text(CASES[case][lang]))
    firsts = {(r["area"], r["case"]): r for r in summary["firsts"] if r["vintage"] == vintage}
    at = {(row["area"], row["case"]): row for row in rows if row["fiscal_year"] == year}
    for area in summary["areas"]:
        widest = at.get((area, summary["cases"][-1]))
        if widest is None or widest["additions_mw"] == 0:
            continue
        cells = [
            _case_cell(at[area, case], firsts.get((area, case)), lang) for case in summary["cases"]
        ]
        table.add_row(
            Text(names[area][lang]),
            number(widest["additions_mw"], lang),
            number(widest["counted_mw"], lang),
            _allowance(widest, lang),
            *cells,
        )
    return table


def last_counted_year(rows: Sequence[Mapping[str, Any]]) -> int:
    """Last fiscal year for which a forecast has a count for Japan; the last year if none."""
    counted = [
        r["fiscal_year"] for r in rows if r["area"] == "japan" and r["allowance_mw"] is not None
    ]
    return int(max(counted, default=max(row["fiscal_year"] for row in rows)))


def _allowance(row: Mapping[str, Any], lang: str) -> str:
    """The figure, or the range it must lie in."""
    if row["allowance_mw"] is not None or row["allowance_high_mw"] is None:
        return number(row["allowance_mw"], lang)
    return f"{number(row['allowance_low_mw'], lang)}-{number(row['allowance_high_mw'], lang)}"


def _case_cell(row: Mapping[str, Any], first: Mapping[str, Any] | None, lang: str) -> Text:
    """Verdict of one case: its excess over all years, else how the last year stands."""
    verdict = "exceeds" if first else row["verdict"]
    text = VERDICTS[verdict][lang]
    if first:
        text += " " + _say(
            "over",
            lang,
            year=first["first_fiscal_year"],
            mw=number(first["worst_over_mw"], lang),
            worst=first["worst_fiscal_year"],
        )
    return Text(text, STYLES[verdict])


def cause_tables(summary: Mapping[str, Any], lang: str) -> list[Table]:
    """Largest applications behind the excess of Japan in the newest forecast, widest case."""
    rows = [
        row
        for row in summary["contributors"]
        if (row["area"], row["vintage"], row["case"])
        == ("japan", summary["newest"], summary["cases"][-1])
    ][:MOST_CONTRIBUTORS]
    if not rows:
        return []
    title = _say(
        "because",
        lang,
        vintage=summary["newest"],
        case=CASES[rows[0]["case"]][lang],
        year=rows[0]["fiscal_year"],
    )
    table = Table(title=Text(title), title_justify="left")
    for head in (_say("id", lang), _say("name", lang), _say("stage", lang)):
        table.add_column(Text(head))
    for head in ("MW", "%"):
        table.add_column(Text(head), justify="right")
    for row in rows:
        table.add_row(
            Text(str(row["id"])),
            Text(str(row["name"] or "")),
            Text(STAGES[row["stage"]][lang]),
            number(row["mw"], lang),
            f"{row['share']:.1%}",
        )
    return [table]


def margin_table(summary: Mapping[str, Any], names: Mapping[str, Both], lang: str) -> Table:
    """Summer H3 margins in the last year, without and with everything on the list."""
    year = max(row["fiscal_year"] for row in summary["adequacy"])
    case = summary["cases"][-1]
    rows = {
        (row["area"], row["case"]): row
        for row in summary["adequacy"]
        if (row["fiscal_year"], row["season"], row["standard"]) == (year, "summer", "h3")
    }
    ties = tie_names(names)
    table = Table(title=Text(_say("margins", lang, year=year)), title_justify="left")
    words = ("area", "without", "own", "tied", "spare", "conditional", "binding")
    for place, word in enumerate(words):
        table.add_column(Text(_say(word, lang)), justify="right" if 0 < place < 6 else "left")
    for area in (key for key in names if (key, case) in rows):
        row, before = rows[area, case], rows[area, "none"]
        binding = ", ".join(ties[link["tie"]][lang] for link in row["binding"])
        table.add_row(
            Text(names[area][lang]),
            _percent(before["own_margin_share"], before["required_share"]),
            _percent(row["own_margin_share"], row["required_share"]),
            _percent(row["tied_margin_share"], row["required_share"]),
            number(row["spare_mw"], lang),
            number(row["conditional_mw"], lang),
            Text(binding),
        )
    return table


def _percent(share: float | None, required: float) -> Text:
    """A margin; red below what is required."""
    if share is None:
        return Text("-")
    return Text(f"{share:.1%}", STYLES["exceeds"] if share < required else "")


def _chance_lines(summary: Mapping[str, Any], lang: str) -> list[str]:
    year = last_counted_year([r for r in summary["verdict"] if r["vintage"] == summary["newest"]])
    drawn = [r for r in summary["draws"] if (r["area"], r["fiscal_year"]) == ("japan", year)]
    chance = [
        row["exceed_share"]
        for row in summary["chance"]
        if (row["area"], row["fiscal_year"], row["vintage"]) == ("japan", year, summary["newest"])
    ]
    if not drawn:
        return []
    levels = {key: number(drawn[0][f"{key}_mw"], lang) for key in ("p10", "p50", "p90")}
    share = "-" if chance[0] is None else f"{chance[0]:.0%}"
    return [_say("chance", lang, year=year, vintage=summary["newest"], share=share, **levels)]


def _notice_lines(summary: Mapping[str, Any], lang: str) -> list[str]:
    notices = summary["notices"]
    if not notices:
        return []
    shown = [f"- {notice[lang]}{_rows(notice['rows'], lang)}" for notice in notices[:MOST_NOTICES]]
    return [_say("notices", lang, count=len(notices)), *shown]


def _rows(rows: Sequence[int], lang: str) -> str:
    """Lines of the file a notice is about; of many the first."""
    if not rows:
        return ""
    listed = ", ".join(str(row) for row in rows[:6]) + (" …" if len(rows) > 6 else "")
    return f" [{_say('rows', lang)} {listed}]"


def _say(word: str, lang: str, **values: object) -> str:
    return WORDS[word][lang].format(**values)
