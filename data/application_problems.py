"""Problems of an application list that no single cell shows."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from data.application_cells import MW_OF, has_unit
from data.application_list import POWER, UNSTATED, ApplicationList, unit_of_power
from data.application_words import folded, heading_and_unit, shortened
from data.contracts_loads import APPLICATIONS
from data.errors import Problem
from data.municipality import CODE, is_known_code
from data.workbook_archive import UNSAVED

WAYS_TO_THE_AREA = "an area, lat and lon, or a municipality"
ONE_OF_TWO = "only one of them"
SHARES = ("load_factor", "probability")
PERCENT_UNITS = ("%", "percent", "パーセント")
TEXTS = ("id", "name", "applicant", "connection_point")
ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", UNSAVED}


def problems_as_written(opened: ApplicationList) -> list[Problem]:
    """What has to be seen in the cells as they stand in the file."""
    cells = opened.cells
    found = [problem for name in TEXTS if name in cells for problem in _errors(opened, name)]
    if POWER in cells:
        found.extend(_without_unit(opened))
    for name in SHARES:
        if name in cells and in_percent(opened.headings[name]):
            found.extend(_doubtful_percentages(opened, name))
    return found


def problems_as_understood(opened: ApplicationList, codes: Collection[str]) -> list[Problem]:
    """What has to be seen in canonical cells; `codes` are those of all municipalities."""
    return [*_unknown_codes(opened, codes), *_without_place(opened)]


def in_percent(heading: str) -> bool:
    """Whether a heading says that its numbers are percentages.

    >>> in_percent("負荷率（％）"), in_percent("負荷率")
    (True, False)
    """
    return heading_and_unit(heading)[1] in PERCENT_UNITS


def _problem(opened: ApplicationList, where: str, row: int, found: str, expected: str) -> Problem:
    return Problem(where, shortened(found), expected, file=opened.where, line=opened.lines[row])


def _errors(opened: ApplicationList, name: str) -> list[Problem]:
    """Errors of Excel in a column of text, which would take them as a name."""
    return [
        _problem(opened, opened.headings[name], row, str(cell), "a text or an empty cell")
        for row, cell in enumerate(opened.cells[name])
        if cell in ERRORS
    ]


def _without_unit(opened: ApplicationList) -> list[Problem]:
    """A heading without a unit is no harm where every cell has its own."""
    heading = opened.headings[POWER]
    unit = unit_of_power(heading)
    if unit in MW_OF:
        return []
    fix = f"Write {heading_and_unit(heading)[0]}(MW), (万kW) or (kW)"
    found = f"the unit {unit}"
    if unit == UNSTATED:
        texts = opened.cells[POWER].dropna().unique()
        bare = next((text for text in texts if not has_unit(text)), None)
        if bare is None:
            return []
        found = f"no unit, in the heading nor in cells such as {shortened(bare)}"
    return [Problem(heading, found, "MW, 万kW, kW or GW", fix, file=opened.where)]


def _doubtful_percentages(opened: ApplicationList, name: str) -> list[Problem]:
    """Numbers of at most 1 under a heading in %: Excel keeps a cell shown as 30 % as 0.3."""
    texts = opened.cells[name].dropna().unique()
    bare = [text for text in texts if not folded(text).endswith("%")]
    numbers = pd.to_numeric(pd.Series(bare, dtype=object), errors="coerce").astype(float)
    if not numbers.gt(0).any() or numbers.gt(1).any():
        return []
    found = f"{bare[int(numbers.argmax())]}, which may be a share or a percentage"
    expected = "percentages, at least one of them above 1"
    fix = "Write shares and take (%) out of the heading, or write the % in the cells"
    return [Problem(opened.headings[name], found, expected, fix, file=opened.where)]


def _unknown_codes(opened: ApplicationList, known: Collection[str]) -> list[Problem]:
    """Codes of five digits that no municipality has."""
    if "municipality" not in opened.cells:
        return []
    codes = opened.cells["municipality"]
    five = [code for code in codes.dropna().unique() if CODE.fullmatch(code)]
    wrong = codes.isin([code for code in five if not is_known_code(code, known)])
    heading = opened.headings["municipality"]
    expected = APPLICATIONS.by_name["municipality"].expected
    return [
        _problem(opened, heading, int(row), opened.written["municipality"].iloc[row], expected)
        for row in np.flatnonzero(wrong)
    ]


def _without_place(opened: ApplicationList) -> list[Problem]:
    """Rows that say nowhere in Japan they lie."""
    cells = opened.cells
    stated = {c: cells[c].notna() for c in ("area", "lat", "lon", "municipality") if c in cells}
    nobody = pd.Series(False, index=cells.index)
    lat, lon = stated.get("lat", nobody), stated.get("lon", nobody)
    half = lat ^ lon
    lost = ~(stated.get("area", nobody) | (lat & lon) | stated.get("municipality", nobody)) & ~half
    return [
        *(_problem(opened, "area", row, "nothing", WAYS_TO_THE_AREA) for row in cells.index[lost]),
        *(_problem(opened, "lat, lon", row, ONE_OF_TWO, "both") for row in cells.index[half]),
    ]
