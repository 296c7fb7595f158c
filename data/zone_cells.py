"""Cells of a list of zones, put into the words of the contract column by column."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping

import pandas as pd

from data.application_cells import number_cell, word_cell
from data.application_words import AREA_WORDS, lookup, plain_word, shortened
from data.contract import AREAS, KEY_PATTERN
from data.errors import Problem
from data.zone_amounts import (
    KILOMETRES,
    POWER,
    YEARS,
    Units,
    amount_cell,
    date_cell,
    distance_cell,
    is_withheld,
    plain_amount,
    span_cell,
    voltage_cell,
)
from data.zone_columns import NEEDS_UNIT, ZoneColumns
from data.zone_words import (
    ASSET_WORDS,
    BASIS_WORDS,
    CAPACITY,
    CONFIDENCE_WORDS,
    EXTRACTION_WORDS,
    LEAD,
    START_WORDS,
    TSO_WORDS,
)

Translate = Callable[[str], str]

RANGES: Mapping[str, tuple[str, str, Units]] = {
    CAPACITY: ("cap_low_mw", "cap_high_mw", POWER),
    LEAD: ("lead_time_low_y", "lead_time_high_y", YEARS),
}
AMOUNTS: Mapping[str, Units] = {
    "cap_low_mw": POWER,
    "cap_high_mw": POWER,
    "lead_time_low_y": YEARS,
    "lead_time_high_y": YEARS,
    "precision_km": KILOMETRES,
}
FIGURES = (
    *AMOUNTS,
    *RANGES,
    "voltage_kv",
    "lead_out_voltage_kv",
    "max_distance_m",
    "lat",
    "lon",
    "valid_until",
    "as_of",
    "additive_group",
    "lead_time_from",
)
"""Columns in which a sign for "not published" means not known."""

MOST_KV = 1100.0
"""The highest voltage of any network; above it the figure is in volts."""

START = re.compile(r"^(契約|申込)(?:み)?(?:締結)?(?:後|から|時)")

_AREA = lookup(AREA_WORDS)
_AREAS = _AREA | {f"{way}{end}": key for way, key in _AREA.items() for end in ("エリア", "管内")}

WORDS: Mapping[str, Translate] = {
    "tso": word_cell(lookup(TSO_WORDS)),
    "area": word_cell(_AREAS),
    "asset_type": word_cell(lookup(ASSET_WORDS)),
    "cap_basis": word_cell(lookup(BASIS_WORDS)),
    "lead_time_from": word_cell(lookup(START_WORDS)),
    "extraction": word_cell(lookup(EXTRACTION_WORDS)),
    "confidence": word_cell(lookup(CONFIDENCE_WORDS)),
    "lat": number_cell,
    "lon": number_cell,
    "valid_until": date_cell,
    "as_of": date_cell,
    "voltage_kv": voltage_cell,
    "lead_out_voltage_kv": voltage_cell,
}


def translated(columns: ZoneColumns, where: str) -> tuple[pd.DataFrame, list[Problem], list[str]]:
    """Cells in the words of the contract, with ranges parted into their ends.

    Returns
    -------
    DataFrame
        Text cells; None where nothing is known.
    list of Problem
        Cells whose unit or form is not understood, and doubled statements.
    list of str
        Notes on what was withheld and how much.
    """
    cells, notes = _without_withheld(columns)
    start = _starts(cells.get(LEAD))
    if start is not None and "lead_time_from" not in cells:
        cells["lead_time_from"] = start
    problems = [*_unitless(columns, cells, where), *_doubled(cells, columns, where)]
    for name in [name for name in RANGES if name in cells]:
        problems += _split(cells, name, columns, where)
    for name, translate in _translations(columns).items():
        if name in cells:
            known = {text: translate(text) for text in cells[name].dropna().unique()}
            cells[name] = cells[name].map(known, na_action="ignore").astype(object)
    problems += _in_volts(cells, columns, where)
    if "additive_group" in cells:
        notes += _keyed_groups(cells)
    return cells, problems, notes


def area_of_tso(tso: str) -> str:
    """Area of a utility's key, "" if it is none of the ten.

    >>> area_of_tso("tepco_pg"), area_of_tso("chubu_pg"), area_of_tso("my_utility")
    ('tokyo', 'chubu', '')
    """
    return next((area for area, key in tso_of_area().items() if key == tso), "")


def tso_of_area() -> dict[str, str]:
    """Key of the utility of each supply area."""
    return dict(zip(AREAS, TSO_WORDS, strict=True))  # both in the order north to south


def _without_withheld(columns: ZoneColumns) -> tuple[pd.DataFrame, list[str]]:
    cells, notes = columns.cells.copy(), []
    for name in [name for name in FIGURES if name in cells]:
        signs = {text: is_withheld(text) for text in cells[name].dropna().unique()}
        gone = cells[name].map(signs).eq(True)
        if gone.any():
            cells[name] = cells[name].mask(gone, None)
            shown = ", ".join(shortened(text) for text, sign in signs.items() if sign)
            said = f"{int(gone.sum())} cells withheld or not stated ({shown}), taken as not known"
            notes.append(f"{columns.heading(name)}: {said}")
    return cells, notes


def _starts(lead: pd.Series | None) -> pd.Series | None:
    """From when a lead time counts, where its cell says so; the cells lose these words."""
    if lead is None:
        return None
    found = lead.dropna().astype(str).map(START.match)
    stated = found[found.notna()]
    if stated.empty:
        return None
    start = pd.Series(None, index=lead.index, dtype=object)
    start.loc[stated.index] = [match[1] for match in stated]
    lead.loc[stated.index] = [START.sub("", lead[row]) for row in stated.index]
    return start


def _translations(columns: ZoneColumns) -> dict[str, Translate]:
    own: dict[str, Translate] = dict(WORDS)
    for name, units in AMOUNTS.items():
        unit = columns.unit(name)
        own[name] = lambda cell, units=units, unit=unit: amount_cell(cell, units, unit)  # type: ignore[misc]
    unit = columns.unit("max_distance_m")
    own["max_distance_m"] = lambda cell: distance_cell(cell, unit)
    return own


def _unitless(columns: ZoneColumns, cells: pd.DataFrame, where: str) -> Iterator[Problem]:
    """Amounts of which neither heading nor cell states the unit."""
    for name in [n for n in NEEDS_UNIT if n in cells and not columns.unit(n)]:
        bare = [text for text in cells[name].dropna().unique() if _is_bare(text)]
        if bare:
            unit = "MW" if "cap" in name else "m" if name == "max_distance_m" else "年"
            fix = f"Write {columns.headings[name]}({unit}), or the unit in each cell"
            found = f"no unit, in the heading nor in cells such as {shortened(bare[0])}"
            yield Problem(columns.heading(name), found, f"a unit such as {unit}", fix, file=where)


def _is_bare(cell: str) -> bool:
    """Whether a cell is made of numbers without a unit.

    >>> _is_bare("100～2.5以上"), _is_bare("100～200MW"), _is_bare("余力なし")
    (True, False, False)
    """
    return (
        re.fullmatch(r"[約最大短長]*[\d.,~+<>=-]+(?:以上|以下|未満|超|程度)?", plain_amount(cell))
        is not None
    )


def _doubled(cells: pd.DataFrame, columns: ZoneColumns, where: str) -> Iterator[Problem]:
    """A range in one column and its ends in others."""
    for name, (low, high, _) in RANGES.items():
        ends = [end for end in (low, high) if end in cells]
        if name in cells and ends:
            found = ", ".join(columns.heading(each) for each in (name, *ends))
            yield Problem("headings", found, "either the range or its two ends", file=where)


def _split(cells: pd.DataFrame, name: str, columns: ZoneColumns, where: str) -> Iterator[Problem]:
    """Put both ends of a column of ranges into columns of their own."""
    low, high, units = RANGES[name]
    unit = columns.unit(name)
    texts = cells.pop(name)
    spans = {text: span_cell(text, units, unit) for text in texts.dropna().unique()}
    for place, end in ((0, low), (1, high)):
        ends = {text: (span[place] or None) if span else None for text, span in spans.items()}
        cells[end] = texts.map(ends, na_action="ignore").astype(object)
    for row, text in texts.dropna().items():
        if spans[text] is None and (unit or not _is_bare(text)):
            expected = "a figure, a range (100～200), an open one (1,001以上) or 非公表"
            yield Problem(
                columns.heading(name),
                shortened(text),
                expected,
                file=where,
                line=_line(columns, row),
            )


def _in_volts(cells: pd.DataFrame, columns: ZoneColumns, where: str) -> Iterator[Problem]:
    for name in [n for n in ("voltage_kv", "lead_out_voltage_kv") if n in cells]:
        numbers = pd.to_numeric(cells[name], errors="coerce").astype(float)
        for row in numbers.index[numbers > MOST_KV]:
            found = f"{cells[name][row]}, which no network has in kV"
            fix = "Write the voltage in kV, or its unit in the cell (154000V)"
            yield Problem(
                columns.heading(name), found, "kV", fix, file=where, line=_line(columns, row)
            )


def _keyed_groups(cells: pd.DataFrame) -> list[str]:
    """Groups by keys; a name in Japanese gets one that is the same in every file."""
    names = [n for n in cells["additive_group"].dropna().unique() if not _is_key(n)]
    keys = {name: _group_key(name) for name in names}
    cells["additive_group"] = cells["additive_group"].replace(keys)
    return [f"additive_group {name} is called {key}" for name, key in keys.items()]


def _group_key(name: str) -> str:
    """A key out of a name.

    >>> _group_key("Example North"), _group_key("石川")[:6]
    ('example-north', 'group-')
    """
    ascii_key = re.sub(r"[^a-z0-9_]+", "-", name.lower()).strip("-")
    if name.isascii() and _is_key(ascii_key):
        return ascii_key
    return f"group-{hashlib.sha256(plain_word(name).encode()).hexdigest()[:8]}"


def _is_key(name: str) -> bool:
    return re.fullmatch(KEY_PATTERN, name) is not None


def _line(columns: ZoneColumns, row: object) -> int:
    return columns.lines[int(str(row))]
