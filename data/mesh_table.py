"""Code and value of every row of large CSV files, read in batches of columns."""

import csv
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from data.errors import InputError, Problem
from data.layer import Array
from data.packed_files import PackedFile

Ints = npt.NDArray[np.int64]

HEAD_BYTES = 256 * 1024
BATCH_BYTES = 8 * 2**20
ENCODINGS = ("utf-8-sig", "cp932")
FIRST_SHOWN = 5
MARKS = ("", "*", "-", "－", "‐", "X", "x", "…", "...", "***", "NA", "NaN", "nan")
"""Cells that hold no number by the rules of Japan's official statistics."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Where the columns of a file are named and where its rows begin."""

    names: tuple[str, ...]
    """As published."""
    labels: tuple[str, ...]
    """Second names, such as Japanese ones; empty where there are none."""
    lines: int
    """Lines before the first row."""


@dataclass(frozen=True, slots=True)
class CodeValues:
    """Rows of one file."""

    codes: Ints
    values: Array
    """NaN where not known."""
    marks: dict[str, int] = field(default_factory=dict)
    """How often each mark stands in place of a number."""


def head_lines(file: PackedFile, encoding: str | None) -> list[str]:
    """First lines of a text file.

    Raises
    ------
    InputError
        It is no text in that encoding, or in UTF-8 or CP932 if none is stated.
    """
    content = file.content(HEAD_BYTES)
    whole = content.rfind(b"\n") + 1 or len(content)
    for each in (encoding,) if encoding else ENCODINGS:
        try:
            return content[:whole].decode(each).splitlines()
        except (UnicodeDecodeError, LookupError):
            continue
    found = "other characters" if encoding is None else f"no text in {encoding}"
    problem = Problem("encoding", found, "UTF-8 or CP932", "State encoding", file=file.name)
    raise InputError(file.name, [problem])


def split(line: str) -> tuple[str, ...]:
    """Cells of one line, without the spaces around them."""
    return tuple(cell.strip() for cell in next(csv.reader([line]), []))


def column_number(heading: Heading, wanted: str, file: PackedFile) -> int:
    """Place of a column named by its id or its label, spaces and width of letters aside.

    Raises
    ------
    InputError
        No such column, or several.
    """
    key = plain(wanted)
    names = (heading.names, heading.labels)
    places = {n for each in names for n, name in enumerate(each) if plain(name) == key}
    if len(places) == 1:
        return places.pop()
    listed = [" ".join(pair) for pair in zip(heading.names, _padded(heading), strict=True)]
    expected = "one of " + ", ".join(each.strip() for each in listed)
    found = f"{wanted}, {'several times' if places else 'which is not there'}"
    raise InputError(file.name, [Problem("column", found, expected, file=file.name)])


def _padded(heading: Heading) -> tuple[str, ...]:
    return heading.labels or ("",) * len(heading.names)


def plain(name: str) -> str:
    """A name without spaces, in half-width capitals."""
    return "".join(unicodedata.normalize("NFKC", name).split()).upper()


def code_values(
    file: PackedFile, heading: Heading, code_column: int, value_column: int
) -> CodeValues:
    """All rows of a file.

    Raises
    ------
    InputError
        Lines of another length, codes that are no whole numbers, values that are neither numbers
        nor marks for unknown.
    """
    codes: list[Ints] = []
    values: list[Array] = []
    marks: dict[str, int] = {}
    line = heading.lines + 1
    for batch in _batches(file, heading, code_column, value_column):
        part = _trimmed(batch.column(0)), _trimmed(batch.column(1))
        codes.append(_cast(part[0], pa.int64(), ("code", "mesh codes"), file, line))
        known = _without_marks(part[1], marks)
        values.append(_cast(known, pa.float64(), ("value", "numbers"), file, line))
        line += batch.num_rows
    if not codes:
        raise InputError(file.name, [Problem("rows", "none", "at least one", file=file.name)])
    return CodeValues(np.concatenate(codes), np.concatenate(values), marks)


def _batches(
    file: PackedFile, heading: Heading, code_column: int, value_column: int
) -> Iterator[Any]:
    names = [f"c{number}" for number in range(len(heading.names))]
    wanted = [names[code_column], names[value_column]]
    reading = pa.csv.ReadOptions(
        column_names=names, skip_rows=heading.lines, block_size=BATCH_BYTES, use_threads=False
    )
    # other columns may hold text in CP932; commas and line ends are the same in it
    converting = pa.csv.ConvertOptions(
        include_columns=wanted, column_types=dict.fromkeys(wanted, pa.binary()), check_utf8=False
    )
    with file.open() as stream:
        try:
            yield from pa.csv.open_csv(stream, read_options=reading, convert_options=converting)
        except pa.ArrowInvalid as error:
            if "Empty CSV" in str(error):
                return
            found = str(error).splitlines()[0]
            problem = Problem("rows", found, "the same columns in every line", file=file.name)
            raise InputError(file.name, [problem]) from None


def _trimmed(column: Any) -> Any:
    try:
        text = column.cast(pa.string())
    except pa.ArrowInvalid:
        text = pa.array([each.decode("cp932", "replace") for each in column.to_pylist()])
    return pc.utf8_trim_whitespace(text)


def _without_marks(column: Any, marks: dict[str, int]) -> Any:
    """Numbers as text, null where a mark stands, which is counted."""
    marked = pc.is_in(column, value_set=pa.array(MARKS))
    if not pc.any(marked).as_py():
        return column
    for each in pc.value_counts(column.filter(marked)).to_pylist():
        marks[each["values"]] = marks.get(each["values"], 0) + each["counts"]
    return pc.if_else(marked, None, column)


def _cast(column: Any, kind: Any, words: tuple[str, str], file: PackedFile, line: int) -> Any:
    """Text as numbers; null as NaN."""
    try:
        return column.cast(kind).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        reader: Callable[[str], object] = int if kind == pa.int64() else float
        problems = [
            Problem(
                words[0], found or "an empty cell", words[1], file=file.name, line=line + number
            )
            for number, found in enumerate(column.to_pylist())
            if found is not None and not _readable(reader, found)
        ]
        if not problems:  # what Python reads, such as 1_000, but no table should hold
            problems = [Problem(words[0], "odd numbers", words[1], file=file.name)]
        raise InputError(file.name, problems[:FIRST_SHOWN]) from None


def _readable(reader: Callable[[str], object], text: str) -> bool:
    try:
        reader(text)
    except ValueError:
        return False
    return True


def shown(names: Sequence[object]) -> str:
    """The first few of many things."""
    first = ", ".join(map(str, names[:FIRST_SHOWN]))
    return first + (", …" if len(names) > FIRST_SHOWN else "")
