"""Cells of an application list, put into canonical words.

Each function takes one cell as a person wrote it and gives the text that the contract knows. What
it does not understand it gives back as it stands, so that the gate can say what was found there.
"""

import re
from collections.abc import Callable
from datetime import date

from data.application_words import (
    AREA_WORDS,
    COUNTED_WORDS,
    KIND_WORDS,
    STAGE_WORDS,
    folded,
    lookup,
    plain_word,
)
from data.units import mw_from_gw, mw_from_kw, mw_from_man_kw, share_from_percent

Translate = Callable[[str], str]

FIRST_MONTH_OF_FISCAL_YEAR = 4
YEAR_BEFORE_ERA = {"令和": 2018, "r": 2018, "平成": 1988, "h": 1988}
MOST_RAMP_YEARS = 30

MW_OF: dict[str, Callable[[float], float]] = {
    "": float,
    "mw": float,
    "kw": mw_from_kw,
    "gw": mw_from_gw,
    "千kw": float,
    "万kw": mw_from_man_kw,
}
"""Power in MW of a power in each unit a list may use."""

PARTED_DIGITS = re.compile(r"\d\s+[\d.,]")
"""Two numbers in one cell; without the space between them they would be another number."""

NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+(?:\.\d*)?|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?)"
POWER = re.compile(rf"({NUMBER})(mw|kw|gw|千kw|万kw)?")
PERCENT = re.compile(r"(\d+(?:\.\d+)?)%")
YEAR = r"(?:fy)?((?:19|20|21)\d\d)"
ERA_YEAR = r"(令和|平成|r|h)(0?[1-9]|[1-9]\d|元)"
PART_OF_YEAR = "(?:上期|下期|[初中末])?"
FISCAL_YEAR = re.compile(
    rf"{YEAR}(?:年度{PART_OF_YEAR}|年|fy)?|{ERA_YEAR}(?:年度{PART_OF_YEAR}|年)?"
)
DATE = re.compile(
    rf"(?:{YEAR}|{ERA_YEAR})[-/.年](\d{{1,2}})(?:[-/.月](?:(\d{{1,2}})日?)?)?(?:t?0?0:00(?::00)?)?"
)
DECIMAL_YEAR = re.compile(r"\d{4}\.\d+")
"""Refused: a spreadsheet makes 2028.1 of 2028.10, January of October."""
COMPACT_DATE = re.compile(r"((?:19|20|21)\d\d)(\d\d)(\d\d)")
RAMP_YEARS = re.compile(r"(\d{1,2})(?:年|年間|y|yr|years?)?")
RAMP_RATE = re.compile(rf"({NUMBER})(mw|万kw)(?:/年|/y|/yr|/year|毎年)")
VINTAGE = re.compile(r"((?:19|20|21)\d\d)[-/年](0?[1-9]|1[0-2])(?:月?(?:想定)?|[-/]0?1|月1日)")
"""Month of a forecast; a spreadsheet makes the first day of it from 2026-01."""


def number_word(cell: str) -> str:
    """Folded cell that may be one number; "" where it holds two.

    >>> number_word("１，２００ kW"), number_word("120 150")
    ('1,200kw', '')
    """
    return "" if PARTED_DIGITS.search(cell) else folded(cell)


def number_cell(cell: str) -> str:
    """A number in plain signs, such as a latitude in full-width ones.

    >>> number_cell("３５．６"), number_cell("35 36")
    ('35.6', '35 36')
    """
    return number_word(cell) or cell


def mw_cell(unit: str) -> Translate:
    """Power of a cell in MW; a unit in the cell wins over the heading's.

    >>> mw_cell("mw")("1,200"), mw_cell("万kw")("12"), mw_cell("")("500 kW"), mw_cell("mw")("5?")
    ('1200', '120', '0.5', '5?')
    """

    def translate(cell: str) -> str:
        match = POWER.fullmatch(number_word(cell))
        if not match:
            return cell
        value = float(match[1].replace(",", ""))
        return f"{MW_OF[match[2] or unit](value):.15g}"

    return translate


def has_unit(cell: str) -> bool:
    """Whether a cell states its own unit of power."""
    match = POWER.fullmatch(number_word(cell))
    return bool(match and match[2])


def fiscal_year_cell(cell: str) -> str:
    """Fiscal year of a year or of a date: January to March belong to the year before.

    >>> [fiscal_year_cell(cell) for cell in ("2028年度", "2028/3/31", "令和10年10月1日")]
    ['2028', '2027', '2028']
    """
    word = folded(cell)
    if DECIMAL_YEAR.fullmatch(word):
        return cell
    year = FISCAL_YEAR.fullmatch(word)
    if year:
        return str(_year(year[1], year[2], year[3]))
    day = COMPACT_DATE.fullmatch(word)
    if day:
        return _fiscal_year_of(int(day[1]), day[2], day[3]) or cell
    day = DATE.fullmatch(word)
    return (day and _fiscal_year_of(_year(day[1], day[2], day[3]), day[4], day[5])) or cell


def _year(christian: str | None, era: str | None, number: str | None) -> int:
    if christian:
        return int(christian)
    return YEAR_BEFORE_ERA[str(era)] + (1 if number == "元" else int(str(number)))


def _fiscal_year_of(year: int, month: str, day: str | None) -> str:
    """Fiscal year of a day that the calendar has, else ""."""
    try:
        on = date(year, int(month), int(day or 1))
    except ValueError:
        return ""
    return str(on.year - (on.month < FIRST_MONTH_OF_FISCAL_YEAR))


def share_cell(cell: str) -> str:
    """A share; 30 % is 0.3.

    >>> share_cell("30 %"), share_cell("0.3"), share_cell("30")
    ('0.3', '0.3', '30')
    """
    match = PERCENT.fullmatch(number_word(cell))
    return f"{share_from_percent(float(match[1])):.15g}" if match else number_cell(cell)


def percent_cell(cell: str) -> str:
    """A share under a heading in %: the number alone is a percentage too.

    >>> percent_cell("30"), percent_cell("30 %"), percent_cell("x")
    ('0.3', '0.3', 'x%')
    """
    return share_cell(cell if folded(cell).endswith("%") else f"{cell}%")


def ramp_cell(cell: str) -> str:
    """`steps:` and the shares of full power year by year, or `rate:` and the MW added each year.

    >>> [ramp_cell(cell) for cell in ("2年", "30%/60%/100%", "100 MW/y", "1", "1;0.5")]
    ['steps:0.5;1', 'steps:0.3;0.6;1', 'rate:100', 'steps:1', '1;0.5']
    """
    word = number_word(cell).removeprefix("steps:")
    years = RAMP_YEARS.fullmatch(word)
    if years and 1 <= int(years[1]) <= MOST_RAMP_YEARS:
        count = int(years[1])
        return "steps:" + ";".join(f"{(k + 1) / count:.10g}" for k in range(count))
    rate = RAMP_RATE.fullmatch(word)
    if rate:
        return f"rate:{MW_OF[rate[2]](float(rate[1].replace(',', ''))):.10g}"
    shares = [share_cell(part) for part in re.split(r"[;/、→]", word)]
    is_ramp = len(shares) <= MOST_RAMP_YEARS and _rises_to_one(shares)
    return f"steps:{';'.join(shares)}" if is_ramp else cell.strip().removeprefix("steps:")


def _rises_to_one(shares: list[str]) -> bool:
    """Whether the parts are numbers that never fall and end at 1."""
    try:
        numbers = [float(share) for share in shares]
    except ValueError:
        return False
    return numbers == sorted(numbers) and numbers[0] >= 0 and numbers[-1] == 1


def counted_cell(cell: str) -> str:
    """`yes`, `no`, a vintage, or "" for not stated.

    >>> counted_cell("済"), counted_cell("2026年1月"), counted_cell("不明")
    ('yes', '2026-01', '')
    """
    vintage = VINTAGE.fullmatch(folded(cell))
    if vintage:
        return f"{vintage[1]}-{int(vintage[2]):02d}"
    return _COUNTED.get(folded(cell), cell)


def word_cell(words: dict[str, str]) -> Translate:
    """A word by any of its ways to be written."""
    return lambda cell: words.get(plain_word(cell), cell)


_COUNTED = {folded(way): key for key, ways in COUNTED_WORDS.items() for way in ways.split()}

CELLS: dict[str, Translate] = {
    "area": word_cell(
        lookup(AREA_WORDS)
        | {
            f"{way}{ending}": area
            for way, area in lookup(AREA_WORDS).items()
            for ending in ("エリア", "管内")
        }
    ),
    "kind": word_cell(lookup(KIND_WORDS)),
    "stage": word_cell(lookup(STAGE_WORDS)),
    "lat": number_cell,
    "lon": number_cell,
    "supply_start": fiscal_year_cell,
    "ramp": ramp_cell,
    "load_factor": share_cell,
    "probability": share_cell,
    "counted": counted_cell,
}
"""How each column is translated; the others are text or need more than the cell."""
