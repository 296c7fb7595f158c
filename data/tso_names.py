"""What the name of a utility's file says: the supply area, and the month or day it is for."""

import re
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

from data.contract import AREAS
from data.errors import InputError, Problem

AREA_BY_JAPANESE = dict(
    zip(
        ("北海道", "東北", "東京", "中部", "北陸", "関西", "中国", "四国", "九州", "沖縄"),
        AREAS,
        strict=True,
    )
)
AREA_BY_WORD = {**AREA_BY_JAPANESE, **{area: area for area in AREAS}}

CODED_NAME = re.compile(r"(?:eria|realtime)_jukyu_\d+_(\d\d?)(?!\d)")
OCCTO_CODE = re.compile(r"(?<![a-z])tso(\d\d?)(?!\d)")
DAY_OR_MONTH = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])?(?!\d)")

SAY_AREA = "Say it before the name: tokyo=FILE"


@dataclass(frozen=True, slots=True)
class DemandFile:
    """A file to read, and the area if the user says it."""

    path: Path
    area: str | None = None


def demand_file(word: str) -> DemandFile:
    """A file as typed: `FILE` or `AREA=FILE`; an existing file may have = in its name.

    Raises
    ------
    InputError
        What stands before = is no supply area.

    Examples
    --------
    >>> demand_file("東京=juyo.csv").area
    'tokyo'
    """
    stated, equals, name = word.partition("=")
    if not equals or Path(word).exists():
        return DemandFile(Path(word))
    area = AREA_BY_WORD.get(normalize("NFKC", stated).strip().lower())
    if area is not None and name:
        return DemandFile(Path(name), area)
    expected = f"AREA=FILE with an area of {', '.join(AREAS)}, or the name of a file"
    raise InputError(word, [Problem("file", repr(word), expected)])


def area_of_name(name: str) -> str | None:
    """Area told by a file's name; None if none or several are.

    The code of eria_jukyu_YYYYMM_NN and realtime_jukyu_YYYYMMDD_NN counts first, then OCCTO's
    (TSO9), then the area's own name in either language.

    Examples
    --------
    >>> area_of_name("eria_jukyu_202604_09.csv"), area_of_name("juyo_2016_tohoku_1Q.csv")
    ('kyushu', 'tohoku')
    """
    plain = normalize("NFKC", name).lower()
    for pattern in (CODED_NAME, OCCTO_CODE):
        if found := pattern.search(plain):
            code = int(found[1])
            return AREAS[code - 1] if 1 <= code <= len(AREAS) else None
    named = {area for word, area in AREA_BY_WORD.items() if word in plain}
    return named.pop() if len(named) == 1 else None


def period_of_name(name: str) -> str | None:
    """Month or day told by a file's name, as 2026-04 or 2026-04-15; None if none or several are.

    Examples
    --------
    >>> period_of_name("realtime_jukyu_20260415_02.csv")
    '2026-04-15'
    """
    found = [match.groups() for match in DAY_OR_MONTH.finditer(normalize("NFKC", name))]
    if len(found) != 1:
        return None
    return "-".join(part for part in found[0] if part)
