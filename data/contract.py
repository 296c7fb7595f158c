"""What a table must look like, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "number", "whole", "flag"]

AREAS = (
    "hokkaido",
    "tohoku",
    "tokyo",
    "chubu",
    "hokuriku",
    "kansai",
    "chugoku",
    "shikoku",
    "kyushu",
    "okinawa",
)
"""Area keys in OCCTO's order."""

CONFIDENCES = (
    "seed",
    "found",
    "second_hand",
    "computed",
    "memory_high",
    "memory_med",
    "memory_low",
    "assumed",
)
"""How far a figure can be trusted: seed deck, found page, second-hand copy, computed here,
recalled (high, medium, low), assumed by this project."""

KEY_PATTERN = r"[a-z0-9][a-z0-9_-]*"
DATE_PATTERN = r"\d{4}(-\d{2}(-\d{2})?)?"
VINTAGE_PATTERN = r"\d{4}-\d{2}"

PREFECTURE_PATTERN = r"\d{2}"
SOURCE_PATTERN = r"[a-z0-9][a-z0-9_]*"

PATTERN_WORDS: Mapping[str, str] = {
    KEY_PATTERN: "a key of lower-case letters a-z, digits, - and _",
    SOURCE_PATTERN: "the id of a source: lower-case letters a-z, digits and _",
    DATE_PATTERN: "a date such as 2026, 2026-01 or 2026-01-21",
    VINTAGE_PATTERN: "a year and month such as 2026-01",
    PREFECTURE_PATTERN: "two digits such as 01",
}

KIND_WORDS: Mapping[Kind, str] = {
    "text": "text",
    "number": "a number",
    "whole": "a whole number",
    "flag": "true or false",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    kind: Kind = "text"
    filled: bool = True
    """Every row must have a value; otherwise an empty cell means "not known"."""
    present: bool = True
    """The column must be in the file; otherwise it may be left out."""
    default: str = ""
    """Value taken when the column is left out; "" leaves the cells empty."""
    empty: str | None = None
    """Text an empty cell stands for; None keeps it as not known."""
    allowed: tuple[str, ...] = ()
    pattern: str = ""
    least: float | None = None
    most: float | None = None
    words: str = ""
    """What may stand in a cell, where more is understood than the rules above let through."""

    @property
    def expected(self) -> str:
        """What may stand in a cell, in words."""
        if self.words:
            return self.words
        if self.allowed:
            return "one of " + ", ".join(self.allowed)
        if self.pattern:
            return PATTERN_WORDS.get(self.pattern, f"text like {self.pattern}")
        return KIND_WORDS[self.kind] + self._bounds()

    def _bounds(self) -> str:
        if self.least is not None and self.most is not None:
            return f" from {self.least:g} to {self.most:g}"
        if self.least is not None:
            return f" of {self.least:g} or more"
        return f" of at most {self.most:g}" if self.most is not None else ""


@dataclass(frozen=True, slots=True)
class Contract:
    """Columns of a table and the ones that name a row; no row twice."""

    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in the order of the file."""
        return tuple(column.name for column in self.columns)

    @property
    def by_name(self) -> dict[str, Column]:
        """Columns by name."""
        return {column.name: column for column in self.columns}

    @property
    def ranges(self) -> tuple[tuple[str, str], ...]:
        """Column pairs that are the low and the high end of one range."""
        pairs = ((name, name.replace("low", "high")) for name in self.names if "low" in name)
        return tuple((low, high) for low, high in pairs if high in self.names)


def key(name: str, *, filled: bool = True, present: bool = True) -> Column:
    """Lower-case ASCII key."""
    return Column(name, filled=filled, present=present, pattern=KEY_PATTERN)


def text(name: str, *, filled: bool = True, present: bool = True) -> Column:
    """Free text."""
    return Column(name, filled=filled, present=present)


def choice(
    name: str, allowed: tuple[str, ...], *, filled: bool = True, present: bool = True
) -> Column:
    """Text out of a list."""
    return Column(name, filled=filled, present=present, allowed=allowed)


def prefecture(
    name: str = "prefecture_code", *, filled: bool = True, present: bool = True
) -> Column:
    """JIS X 0401 code, two digits as text."""
    return Column(name, filled=filled, present=present, pattern=PREFECTURE_PATTERN)


def area(name: str = "area", *, extra: tuple[str, ...] = ()) -> Column:
    """Key of a supply area."""
    return Column(name, allowed=AREAS + extra)


def amount(name: str, *, filled: bool = True, present: bool = True) -> Column:
    """Number that cannot be negative, such as MW, km, yen."""
    return Column(name, "number", filled=filled, present=present, least=0)


def number(name: str, *, filled: bool = True) -> Column:
    """Any number."""
    return Column(name, "number", filled=filled)


def share(name: str, *, filled: bool = True, present: bool = True) -> Column:
    """Share from 0 to 1."""
    return Column(name, "number", filled=filled, present=present, least=0, most=1)


def year(name: str = "fiscal_year", *, filled: bool = True) -> Column:
    """Year as four digits."""
    return Column(name, "whole", filled=filled, least=1990, most=2100)


def position(prefix: str = "", *, filled: bool = True) -> tuple[Column, Column]:
    """Latitude and longitude inside the window of Japan. [degrees]"""
    return (
        Column(f"{prefix}lat", "number", filled=filled, least=20, most=46),
        Column(f"{prefix}lon", "number", filled=filled, least=122, most=154),
    )


PROVENANCE = (
    Column("source", present=False, default="user_file", pattern=SOURCE_PATTERN),
    Column("as_of", filled=False, present=False, pattern=DATE_PATTERN),
    Column("confidence", present=False, default="assumed", allowed=CONFIDENCES),
    Column("note", filled=False, present=False, empty=""),
)
"""Last columns of every fact table; a user's file may leave them out."""

VINTAGE = Column("vintage", pattern=VINTAGE_PATTERN)
"""Year and month in which a forecast was published."""

NAMES = (text("name_ja"), text("name_en"))
"""Japanese and English name."""


def facts(*columns: Column, by: str) -> Contract:
    """Contract of a fact table: its own columns, then the provenance; `by` names the key."""
    return Contract((*columns, *PROVENANCE), tuple(by.split()))
