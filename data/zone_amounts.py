"""Amounts of a list of zones, put into plain words: ranges with open ends, units, dates, blanks.

Each function takes one cell as a person wrote it. What it does not understand it gives back as it
stands, so that the gate can say what was found there.
"""

import re
from collections.abc import Mapping
from datetime import date

from data.application_cells import NUMBER, YEAR_BEFORE_ERA
from data.application_words import folded
from data.zone_words import WITHHELD

Units = Mapping[str, float]
Span = tuple[str, str]

POWER: Units = {"mw": 1.0, "kw": 1e-3, "千kw": 1.0, "万kw": 10.0, "gw": 1e3}
YEARS: Units = {"年": 1.0, "y": 1.0, "yr": 1.0, "year": 1.0, "years": 1.0, "か月": 1 / 12}
METRES: Units = {"m": 1.0, "メートル": 1.0, "km": 1e3}
KILOMETRES: Units = {"km": 1.0, "m": 1e-3}
VOLTS: Units = {"kv": 1.0, "v": 1e-3}

DASHES = str.maketrans(dict.fromkeys("〜∼˜～", "~") | dict.fromkeys("‐‑‒–—―−ー", "-"))
MONTHS = re.compile(r"[ヶヵケカ箇]月|ヶ月|months?")
ABOUT = re.compile(r"^(?:約|およそ|概ね)|(?:程度|前後|級)$")
YEARS_AND_MONTHS = re.compile(r"(\d+)年(\d{1,2})か月")

BOTH_ENDS = re.compile(r"(.+?)(?:~|-|から)(.+)")
OPEN_TOP = re.compile(r"(?:最短|>=?|≧|≥)?(.+?)(?:~|以上|超|超過|から|\+)?")
OPEN_BOTTOM = re.compile(r"(?:~|最大|最長|<=?|≦|≤)?(.+?)(?:以下|未満|以内|まで)?")
NOTHING_FREE = ("空きなし", "空容量なし", "空き容量なし", "余力なし")

DAY = re.compile(
    r"(?:((?:19|20|21)\d\d)|(令和|平成|r|h)(0?[1-9]|[1-9]\d|元))"
    r"(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?月?)?年?(?:現在|時点)?(?:t00:00:00)?"
)


def is_withheld(cell: str) -> bool:
    """Whether a cell says that no figure is given.

    >>> [is_withheld(cell) for cell in ("非公表", "－", "*", "0", "（非公開）")]
    [True, True, True, False, True]
    """
    return plain_amount(cell).strip("()") in WITHHELD or plain_amount(cell) in WITHHELD


def plain_amount(cell: str) -> str:
    """Folded cell with one sign for each kind of dash and wave.

    >>> plain_amount("１００ 〜 ２００ＭＷ")
    '100~200mw'
    """
    return MONTHS.sub("か月", folded(cell).translate(DASHES))


def span_cell(cell: str, units: Units, unit: str) -> Span | None:
    """Low and high end of a cell in the first of `units`; "" for an end that is open.

    Parameters
    ----------
    cell : str
        Such as 100～200MW, 1,001以上, ~50MW, 3年6か月.
    units : mapping of str to float
        Unit to its size.
    unit : str
        Unit of numbers without one, as the heading says; "" refuses them.

    Examples
    --------
    >>> span_cell("100～200MW", POWER, ""), span_cell("1,001以上", POWER, "mw")
    (('100', '200'), ('1001', ''))
    >>> span_cell("〜5万kW", POWER, ""), span_cell("200", POWER, "")
    (('', '50'), None)
    """
    text = plain_amount(cell)
    if text in NOTHING_FREE:
        return "0", "0"
    if both := BOTH_ENDS.fullmatch(text):
        high, stated = _amount(both[2], units, unit)
        low, _ = _amount(both[1], units, stated or unit)
        if low and high:
            return low, high
    alone, _ = _amount(text, units, unit)
    if alone:
        return alone, alone
    for pattern, place in ((OPEN_TOP, 0), (OPEN_BOTTOM, 1)):
        found = pattern.fullmatch(text)
        end = _amount(found[1], units, unit)[0] if found else ""
        if end:
            return (end, "") if place == 0 else ("", end)
    return None


def amount_cell(cell: str, units: Units, unit: str) -> str:
    """One amount in the first of `units`; a range or an unknown unit is given back as it stands.

    >>> amount_cell("154,000 V", VOLTS, "kv"), amount_cell("3～5年", YEARS, "年")
    ('154', '3～5年')
    """
    return _amount(plain_amount(cell), units, unit)[0] or cell


def voltage_cell(cell: str) -> str:
    """Voltage in kV; of a transformer's two the upper one.

    >>> voltage_cell("154/66kV"), voltage_cell("500kV"), voltage_cell("154000")
    ('154', '500', '154000')
    """
    parts = plain_amount(cell).split("/")
    found = [_amount(part, VOLTS, "kv")[0] for part in parts]
    if not all(found):
        return cell
    return max(found, key=float)


def distance_cell(cell: str, unit: str) -> str:
    """Longest distance in metres that a rule allows.

    >>> distance_cell("約100m以内", "m"), distance_cell("0.1", "km")
    ('100', '100')
    """
    span = span_cell(cell, METRES, unit)
    return span[1] if span and span[1] else cell


def date_cell(cell: str) -> str:
    """Date in ISO form: a year, a month or a day.

    >>> date_cell("2026年9月"), date_cell("令和8年9月28日"), date_cell("2026/13")
    ('2026-09', '2026-09-28', '2026/13')
    """
    found = DAY.fullmatch(folded(cell))
    if not found:
        return cell
    year = int(found[1]) if found[1] else _year_of_era(found[2], found[3])
    try:
        date(year, int(found[4] or 1), int(found[5] or 1))
    except ValueError:
        return cell
    return "-".join([str(year), *(f"{int(part):02d}" for part in found.groups()[3:] if part)])


def _year_of_era(era: str, number: str) -> int:
    return YEAR_BEFORE_ERA[era] + (1 if number == "元" else int(number))


def _amount(text: str, units: Units, unit: str) -> tuple[str, str]:
    """Size in the first unit and the unit stated in the text; "" where it is no amount."""
    text = ABOUT.sub("", ABOUT.sub("", text))
    if "年" in units and (mixed := YEARS_AND_MONTHS.fullmatch(text)):
        return f"{int(mixed[1]) + int(mixed[2]) / 12:.6g}", "年"
    found = re.fullmatch(rf"({NUMBER})([^\d.,+-]*)", text)
    if not found or found[1].startswith(("+", "-")):
        return "", ""
    size = units.get(found[2] or unit)
    if size is None:
        return "", ""
    return f"{float(found[1].replace(',', '')) * size:.10g}", found[2]
