"""Text files as people have them: UTF-8, CP932 or UTF-16, gzipped or not, of bounded size."""

import gzip
import re
import zlib
from dataclasses import dataclass
from io import BufferedIOBase, BytesIO
from pathlib import Path

from data.errors import InputError, Problem

LARGEST_BYTES = 64 * 2**20
"""A year of half-hours with twenty sources has 2 MB; a file above this is not a table."""

BLOCK_BYTES = 2**20
GZIP_START = b"\x1f\x8b"
READABLE = "text in UTF-8, CP932 (Shift_JIS) or UTF-16"
SAVE_AGAIN = 'Save it as CSV; in Excel choose "CSV UTF-8 (comma delimited)"'

BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
BINARY_STARTS = {b"PK\x03\x04": "a ZIP or Excel file (xlsx)", b"\xd0\xcf\x11\xe0": "an XLS file"}
CONTROL_SIGNS = frozenset(
    map(chr, (*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0xA0), *range(0xF8F0, 0xF8F4)))
)
"""Signs no table has; CP932 reads single bytes without meaning as the last ones."""

HALF_WIDTH_KANA = re.compile(r"[\uff61-\uff9f]")
NOT_ASCII = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class TextFile:
    """Content of a file, and how it was written."""

    text: str
    encoding: str
    """utf-8, utf-8-sig, cp932 or utf-16 with or without -le, -be."""


def read_text_file(path: Path | str, *, what: str = "a CSV file") -> str:
    """Text of a file in whatever of the usual encodings it is; gzip is unpacked.

    Parameters
    ----------
    path : Path or str
        The file.
    what : str
        What the file should be, for the messages.

    Returns
    -------
    str
        Without byte order mark; line ends as they are.

    Raises
    ------
    InputError
        No such file, not a file, too large (unpacked, too), or no text in a known encoding.
    """
    return open_text_file(path, what=what).text


def open_text_file(path: Path | str, *, what: str = "a CSV file") -> TextFile:
    """As `read_text_file`, but says the encoding as well."""
    return decode(_content(Path(path), what), where=str(path), what=what)


def decode(content: bytes, *, where: str, what: str = "a CSV file") -> TextFile:
    """Text of bytes and its encoding.

    A byte order mark decides; else NUL bytes mean UTF-16, then UTF-8 is tried before CP932: CP932
    text is almost never valid UTF-8, the reverse often happens.

    Raises
    ------
    InputError
        The bytes are no text in a known encoding.

    Examples
    --------
    >>> decode("需要".encode("cp932"), where="demand.csv")
    TextFile(text='需要', encoding='cp932')
    """
    for encoding in _candidates(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        text = text.removeprefix("\ufeff")
        if CONTROL_SIGNS.isdisjoint(text) and not _is_euc(content, text, encoding):
            return TextFile(text, encoding)
    raise _refusal(where, _likely(content), f"{what}: {READABLE}", SAVE_AGAIN)


def _candidates(content: bytes) -> tuple[str, ...]:
    if content.startswith(tuple(BINARY_STARTS)):
        return ()
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            return (encoding,)
    if b"\0" in content:
        # in a table most signs are ASCII, so the NULs stand on one side of them
        is_little = content[1::2].count(0) > content[0::2].count(0)
        return ("utf-16-le",) if is_little else ("utf-16-be",)
    return ("utf-8", "cp932")


def _is_euc(content: bytes, text: str, encoding: str) -> bool:
    """Whether CP932 reads EUC-JP as a row of half-width kana, which no utility writes."""
    if encoding != "cp932" or not (kana := len(HALF_WIDTH_KANA.findall(text))):
        return False
    if 2 * kana <= len(NOT_ASCII.findall(text)):
        return False
    try:
        content.decode("euc_jp")
    except UnicodeDecodeError:
        return False
    return True


def _likely(content: bytes) -> str:
    for start, name in BINARY_STARTS.items():
        if content.startswith(start):
            return name
    try:
        content.decode("euc_jp")
    except UnicodeDecodeError:
        return "bytes in no known encoding"
    return "bytes in no known encoding" if b"\0" in content else "probably EUC-JP"


def _content(path: Path, what: str) -> bytes:
    """Bytes of the file, unpacked, never more than the limit in memory."""
    where = str(path)
    try:
        if path.exists() and not path.is_file():  # a pipe without writer would wait for ever
            found = "a folder" if path.is_dir() else "not a regular file"
            raise _refusal(where, found, what)
        with path.open("rb") as file:
            content = _bounded(file, where, what)
    except FileNotFoundError:
        raise _refusal(where, "no such file", what, "Check the path") from None
    except (OSError, ValueError) as error:
        found = getattr(error, "strerror", None) or str(error)
        raise _refusal(where, found, what) from None
    return _unpacked(content, where, what) if content.startswith(GZIP_START) else content


def _unpacked(content: bytes, where: str, what: str) -> bytes:
    try:
        with gzip.open(BytesIO(content)) as file:
            return _bounded(file, where, what)
    except (OSError, EOFError, zlib.error) as error:
        raise _refusal(where, f"damaged gzip ({error})", what, "Get the file again") from None


def _bounded(file: BufferedIOBase, where: str, what: str) -> bytes:
    """Read in blocks, so that a small file that unpacks to gigabytes stops at the limit."""
    content = bytearray()
    while block := file.read(BLOCK_BYTES):
        content += block
        if len(content) > LARGEST_BYTES:
            most = f"{LARGEST_BYTES // 2**20} MB"
            raise _refusal(where, f"more than {most}", f"{what} of at most {most}")
    return bytes(content)


def _refusal(where: str, found: str, expected: str, fix: str = "") -> InputError:
    return InputError(where, [Problem("file", found, expected, fix, file=where)])
