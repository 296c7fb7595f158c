"""Text files of publishers, as they are or inside zip archives, found and read within bounds."""

import fnmatch
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from data.errors import InputError, Problem, SourceUnavailableError

MOST_MEMBERS = 100_000
MOST_RATIO = 200
"""Text of one member to its zipped size; numbers as text reach some 30 : 1."""
RATIO_BYTES = 16 * 2**20
"""Below this size no ratio is looked at: so much fits anywhere."""

UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    KeyError,
)


@dataclass(frozen=True, slots=True)
class PackedFile:
    """One file, by itself or inside an archive."""

    path: Path
    member: str | None = None

    @property
    def name(self) -> str:
        """For messages."""
        return f"{self.path}/{self.member}" if self.member else str(self.path)

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Its bytes, in order.

        Raises
        ------
        InputError
            It cannot be read to the end.
        """
        try:
            if self.member is None:
                with self.path.open("rb") as file:
                    yield file
            else:
                with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as file:
                    yield file
        except UNREADABLE as error:
            found = f"unreadable ({error})"
            problem = Problem("file", found, "a file as downloaded", file=self.name)
            raise InputError(self.name, [problem]) from None

    def content(self, most: int) -> bytes:
        """All its bytes, or the first `most` of them."""
        with self.open() as file:
            return file.read(most)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for, and how large it may be."""

    patterns: tuple[str, ...]
    """Names in folders and archives, in lower case."""
    most_bytes: int
    """Largest file, unpacked."""
    what: str
    """For messages."""


def packed_files(
    paths: Sequence[Path], wanted: Wanted, problems: list[Problem]
) -> list[PackedFile]:
    """All wanted files in files, folders and archives, in order of name.

    Parameters
    ----------
    paths : sequence of Path
        Files, taken whatever their name; `.zip`; folders, looked through with all below them.
    wanted : Wanted
        Names and size.
    problems : list of Problem
        Faults of files and archives are added here.

    Raises
    ------
    SourceUnavailableError
        A path is not there, or holds nothing that is wanted.
    """
    files: list[PackedFile] = []
    for path in map(Path, paths):
        known = len(problems)
        found = [file for each in _parts(path, wanted) for file in _inside(each, wanted, problems)]
        if not found and len(problems) == known:
            raise SourceUnavailableError(
                f"{path} is not there or holds no {wanted.what} ({', '.join(wanted.patterns)}). "
                "Put the file in place or correct the path"
            )
        files.extend(found)
    return list(dict.fromkeys(files))


def _parts(path: Path, wanted: Wanted) -> list[Path]:
    if not path.is_dir():
        return [path] if path.is_file() else []
    inside = (p for p in path.rglob("*") if p.is_file())
    return sorted(p for p in inside if p.suffix.lower() == ".zip" or _named(p.name, wanted))


def _named(name: str, wanted: Wanted) -> bool:
    return any(fnmatch.fnmatch(name.lower(), pattern) for pattern in wanted.patterns)


def _inside(path: Path, wanted: Wanted, problems: list[Problem]) -> Iterator[PackedFile]:
    if path.suffix.lower() != ".zip":
        size = path.stat().st_size
        if size <= wanted.most_bytes:
            yield PackedFile(path)
        else:
            expected = f"{wanted.what}, at most {wanted.most_bytes:,}"
            problems.append(Problem("file", f"{size:,} bytes", expected, file=str(path)))
        return
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except UNREADABLE as error:
        problems.append(Problem("file", f"{error}", "a zip archive", file=str(path)))
        return
    if len(entries) > MOST_MEMBERS:
        found = f"{len(entries):,} files inside"
        problems.append(Problem("file", found, f"at most {MOST_MEMBERS:,}", file=str(path)))
        return
    for entry in sorted(entries, key=lambda each: each.filename):
        problem = _entry_problem(entry, wanted, str(path))
        if problem is not None:
            problems.append(problem)
        elif _named(Path(entry.filename).name, wanted):
            yield PackedFile(path, entry.filename)


def _entry_problem(entry: zipfile.ZipInfo, wanted: Wanted, where: str) -> Problem | None:
    name = Path(entry.filename).name
    if name.lower().endswith(".zip"):
        fix = "Unpack the outer archive and name the folder"
        found = f"an archive inside the archive: {entry.filename}"
        return Problem("file", found, wanted.what, fix, file=where)
    ratio = entry.file_size / max(1, entry.compress_size)
    large = entry.file_size > RATIO_BYTES and ratio > MOST_RATIO
    if _named(name, wanted) and (large or entry.file_size > wanted.most_bytes):
        found = f"{entry.filename}: {entry.file_size:,} bytes out of {entry.compress_size:,}"
        return Problem("file", found, wanted.what, file=where)
    return None
