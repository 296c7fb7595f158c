"""`siting demand` on the terminal: areas, shares of sources, and what to keep in mind."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from data.area_demand import AreaDemand
from data.units import PERCENT_PER_UNIT
from grid.demand_summary import JAPAN, DemandSummary
from siting.demand_words import SOURCES, area_name, source_name, tell
from siting.terminal import number, show_line

HALF_HOUR_MINUTES = 30
AREA_COLUMNS = ("area", "peak", "when", "minimum", "when", "h3", "load_factor", "minutes")


def show_demand(
    console: Console, demand: AreaDemand, summary: DemandSummary, days: pd.DataFrame, lang: str
) -> None:
    """Tables of areas and sources, then notes, one a line."""
    console.print(area_table(summary, lang))
    if len(summary.shares):
        console.print(share_table(summary, lang))
    for note in [*_peak_notes(summary, lang), *_file_notes(demand, lang), day_note(days, lang)]:
        show_line(console, note)


def area_table(summary: DemandSummary, lang: str) -> Table:
    """Peak, minimum and load factor of each area and of all together."""
    table = _table("title", [tell(word, lang) for word in AREA_COLUMNS], lang)
    for row in summary.areas.reset_index().to_dict("records"):
        table.add_row(
            Text(_series_name(row["area"], row["quantity"], lang)),
            number(row["peak_mw"], lang),
            moment(row["peak_start"]),
            number(row["minimum_mw"], lang),
            moment(row["minimum_start"]),
            number(row["h3_mw"], lang),
            _percent(row["load_factor_share"]),
            str(row["minutes"]),
        )
    return table


def share_table(summary: DemandSummary, lang: str) -> Table:
    """Share of each source in the demand of each area; a source a file lacks is left blank."""
    shares = summary.shares["share"].unstack("source")
    sources = [source for source in SOURCES if source in shares]
    heads = [tell("area", lang), *(source_name(source, lang) for source in sources)]
    table = _table("shares", heads, lang)
    known = [area for area in summary.areas.index.unique("area") if area in shares.index]
    for area in known:
        values = shares.loc[area, sources]
        cells = ["" if pd.isna(value) else _percent(value) for value in values]
        table.add_row(Text(area_name(str(area), lang)), *cells)
    return table


def moment(time: pd.Timestamp) -> str:
    """A moment without its zone.

    >>> moment(pd.Timestamp("2026-07-23 14:30", tz="Asia/Tokyo"))
    '2026-07-23 14:30'
    """
    return f"{time:%Y-%m-%d %H:%M}"


def day_note(days: pd.DataFrame, lang: str) -> str:
    """Which typical days the files allow."""
    kinds = ", ".join(sorted(set(days["day"])))
    return tell("days", lang, days=kinds) if kinds else tell("no_days", lang)


def _percent(share: float) -> str:
    return f"{round(share * PERCENT_PER_UNIT, 1) + 0.0:.1f}"  # no minus before a zero


def _series_name(area: str, quantity: str, lang: str) -> str:
    name = area_name(area, lang)
    return name if quantity == "demand" else tell("forecast_of", lang, area=name)


def _peak_notes(summary: DemandSummary, lang: str) -> Iterator[str]:
    """How far the peaks can be trusted."""
    areas = summary.areas.reset_index()
    if summary.together:
        japan = areas[(areas["area"] == JAPAN) & (areas["quantity"] == "demand")].iloc[0]
        names = ", ".join(area_name(area, lang) for area in summary.together)
        peak, total = (number(float(japan[n]), lang) for n in ("peak_mw", "non_coincident_mw"))
        yield tell("together", lang, peak=peak, sum=total, areas=names)
    elif (areas["quantity"] == "demand").sum() > 1:
        yield tell("no_common", lang)
    yield tell("highest", lang)
    hourly = areas[areas["minutes"] > HALF_HOUR_MINUTES]
    if len(hourly):
        names = ", ".join(
            _series_name(*pair, lang)
            for pair in zip(hourly["area"], hourly["quantity"], strict=True)
        )
        yield tell("hourly", lang, areas=names)
    for row in areas[(areas["unknown_slots"] > 0) & (areas["area"] != JAPAN)].itertuples():
        name = _series_name(str(row.area), str(row.quantity), lang)
        yield tell("unknown_slots", lang, area=name, slots=row.unknown_slots)


def _file_notes(demand: AreaDemand, lang: str) -> Iterator[str]:
    """Files that end early or were turned, and gaps."""
    for sheet in demand.sheets:
        name = Path(sheet.file).name
        if sheet.ends_early:
            yield tell("until", lang, file=name, until=sheet.until)
        if sheet.is_tie_turned:
            yield tell("tie_turned", lang, file=name)
    for gap in demand.gaps:
        names = ", ".join(area_name(area, lang) for area in gap.areas)
        yield tell("gap", lang, areas=names, first=gap.first, until=gap.until, slots=gap.slots)


def _table(title: str, heads: list[str], lang: str) -> Table:
    """Table with one column of text, then numbers."""
    table = Table(title=Text(tell(title, lang)), title_justify="left")
    for place, head in enumerate(heads):
        table.add_column(Text(head), justify="right" if place else "left")
    return table
