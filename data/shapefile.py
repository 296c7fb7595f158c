"""Shapefiles before GDAL sees them: whether all parts are whole, and in which encoding they are."""

import codecs
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data.errors import InputError, Problem

SHAPE_START = struct.pack(">i", 9994)
SHAPE_HEADER_BYTES = 100
DBF_HEADER_BYTES, DBF_FIELD_BYTES = 32, 32
DBF_END = 0x0D
TEXT_FIELD = "C"

UNSTATED = "its text does not say its encoding and was read as {}"

LONG_BYTES = 9
"""Three Japanese signs in UTF-8: CP932 text of that length is never valid UTF-8."""

DRIVER_IDS = {0x03: "cp1252", 0x13: "cp932"}
"""Encodings a .dbf may state in byte 29; most Japanese ones state nothing."""


@dataclass(frozen=True, slots=True)
class DbfField:
    """A column of a .dbf, which has its cells at a fixed place in each record."""

    name: bytes
    kind: str
    start: int
    width: int


@dataclass(frozen=True, slots=True)
class Dbf:
    """The table of a shapefile: head, and records as bytes."""

    path: Path
    driver_id: int
    fields: tuple[DbfField, ...]
    records: npt.NDArray[np.uint8]
    """Shape (records, bytes of a record), mapped from the file."""

    def cells(self, field: DbfField) -> npt.NDArray[np.bytes_]:
        """Bytes of one column, without the blanks that fill it up."""
        part = np.ascontiguousarray(self.records[:, field.start : field.start + field.width])
        return np.char.strip(part.view(f"S{field.width}")[:, 0])


def open_dbf(path: Path) -> Dbf:
    """Head and records of a .dbf.

    Raises
    ------
    InputError
        It is no .dbf, or claims more records than it holds.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(DBF_HEADER_BYTES)
        if len(head) < DBF_HEADER_BYTES:
            raise _refused(path, f"{size} bytes", "a .dbf table")
        count, start, width = struct.unpack("<IHH", head[4:12])
        description = file.read(max(0, start - DBF_HEADER_BYTES))
    fields = tuple(_fields(description))
    if not fields or width < 1 + sum(field.width for field in fields):
        raise _refused(path, "no list of columns", "a .dbf table")
    if start + count * width > size:
        found = f"{count:,} records of {width} bytes claimed in {size:,} bytes"
        raise _refused(path, found, "a whole file", "It is cut off: get it again")
    shape = (count, width)
    empty = np.empty(shape, dtype=np.uint8)
    records = np.memmap(path, np.uint8, "r", start, shape) if count else empty
    return Dbf(path, head[29], fields, records)


def _fields(description: bytes) -> Iterator[DbfField]:
    place = 1  # the first byte of a record says whether it is deleted
    for at in range(0, len(description) - DBF_FIELD_BYTES + 1, DBF_FIELD_BYTES):
        part = description[at : at + DBF_FIELD_BYTES]
        if part[0] == DBF_END:
            return
        kind = chr(part[11])
        # a text may be longer than 255 bytes; its length then uses the byte of the decimals
        width = part[16] + (part[17] << 8 if kind == TEXT_FIELD else 0)
        if width:
            yield DbfField(part[:11].split(b"\0")[0], kind, place, width)
        place += width


def shapefile_problems(path: Path, where: str) -> Iterator[Problem]:
    """What is missing or cut off in a .shp and its parts."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(SHAPE_HEADER_BYTES)
    if len(head) < SHAPE_HEADER_BYTES or not head.startswith(SHAPE_START):
        yield Problem("file", "no shapefile", "a .shp", file=where)
        return
    claimed = 2 * struct.unpack(">I", head[24:28])[0]
    if claimed > size:
        found = f"{size:,} of {claimed:,} bytes"
        yield Problem("file", found, "a whole .shp", "It is cut off: get it again", file=where)
    for ending in (".shx", ".dbf"):
        if sibling(path, ending) is None:
            fix = "Put all parts of the shapefile into one folder"
            yield Problem("file", f"no {ending} beside it", f"its {ending}", fix, file=where)


def sibling(path: Path, ending: str) -> Path | None:
    """Part of a shapefile with the same name, in small letters or capitals."""
    for name in (ending, ending.upper()):
        if (part := path.with_suffix(name)).exists():
            return part
    return None


def shapefile_encoding(path: Path, where: str) -> tuple[str, str]:
    """Encoding of the text in a shapefile, and a note where it is not what the file says.

    The .cpg decides if the text can be read so; else UTF-8 is tried before CP932, since CP932 is
    almost never valid UTF-8.

    Raises
    ------
    InputError
        No one encoding reads all text.
    """
    table = sibling(path, ".dbf")
    if table is None:
        return "utf-8", ""
    dbf = open_dbf(table)
    texts, stated = _foreign_texts(dbf), _stated(path, dbf)
    tried = [stated, "utf-8", "cp932"] if stated else ["utf-8", "cp932"]
    for encoding in tried:
        if all(_reads(text, encoding) for text in texts) and not _is_mixed(texts, encoding):
            return encoding, _note(encoding, stated, bool(texts))
    odd = [text for text in texts if not _reads(text, "utf-8")]
    shown = odd[0] if odd else b""
    found = f"text in no one encoding; of {len(texts)} some are no UTF-8, such as {shown[:20]!r}"
    fix = "Say which it is with encoding:, or save it anew in UTF-8"
    expected = "UTF-8 or CP932 (Shift_JIS) throughout"
    raise InputError(where, [Problem("encoding", found, expected, fix, file=where)])


def _is_mixed(texts: list[bytes], encoding: str) -> bool:
    """Whether text that reads as CP932 holds parts long enough to be UTF-8 by no accident."""
    return encoding == "cp932" and any(
        sum(byte > 0x7F for byte in text) >= LONG_BYTES and _reads(text, "utf-8") for text in texts
    )


def _note(encoding: str, stated: str, matters: bool) -> str:
    if not matters or encoding == stated:
        return ""
    if stated:
        return f"its text is {encoding.upper()}, not {stated.upper()} as it says"
    return UNSTATED.format(encoding.upper())


def _stated(path: Path, dbf: Dbf) -> str:
    page = sibling(path, ".cpg")
    if page is None:
        return DRIVER_IDS.get(dbf.driver_id, "")
    word = page.read_bytes()[:40].decode("ascii", "replace").strip().removeprefix("ANSI ")
    word = {"SJIS": "cp932", "SHIFT_JIS": "cp932", "932": "cp932"}.get(word.upper(), word)
    try:
        return codecs.lookup(f"cp{word}" if word.isdigit() else word).name
    except (LookupError, ValueError):
        return ""


def _foreign_texts(dbf: Dbf) -> list[bytes]:
    """Names and cells with signs beyond ASCII, each once."""
    texts = {field.name for field in dbf.fields if not field.name.isascii()}
    for field in dbf.fields:
        if field.kind == TEXT_FIELD and len(dbf.records):
            part = dbf.records[:, field.start : field.start + field.width]
            rows = np.flatnonzero((part > 0x7F).any(axis=1))
            if len(rows):
                foreign = np.ascontiguousarray(part[rows]).view(f"S{field.width}")[:, 0]
                texts.update(np.unique(foreign).tolist())
    return sorted(texts)


def _reads(text: bytes, encoding: str) -> bool:
    """Whether bytes are text; the last sign may be cut by the width of its column."""
    decoder: Any = codecs.getincrementaldecoder(encoding)()
    try:
        decoder.decode(text.rstrip(b" \0"), final=False)
    except UnicodeDecodeError:
        return False
    return True


def _refused(path: Path, found: str, expected: str, fix: str = "") -> InputError:
    return InputError(str(path), [Problem("file", found, expected, fix, file=str(path))])
