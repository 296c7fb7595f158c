"""ZIP archives from anywhere, opened without trust: what is wanted is unpacked within limits."""

import re
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from data.errors import InputError, Problem, SourceUnavailableError

MB = 2**20
BLOCK_BYTES = MB

SIDECARS = (".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix")
"""Files without which a .shp is not whole, or slower."""

DRIVE = re.compile(r"[A-Za-z]:")
NOT_IN_NAMES = re.compile(r'[\x00-\x1f<>:"|?*\\/]')
LONGEST_NAME = 120
"""Signs kept of a file name; file systems end at 255 bytes, three to a Japanese sign."""

KEPT_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
ENCRYPTED, UTF8_NAME = 0x1, 0x800
"""Bits of a member's flags."""

NOT_ZIP = {
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf": "7-Zip",
    b"Rar!": "RAR",
    b"-lh": "LHA",
}
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """How much may come out of one archive; all sizes are measured, whatever its headers say."""

    members: int = 50_000
    """Entries, wanted or not."""
    member_bytes: int = 4 * 2**30 - 1
    """One file unpacked: what a shapefile part may hold at most."""
    total_bytes: int = 12 * 2**30
    """All wanted files together."""
    ratio: int = 300
    """Unpacked over packed, looked at once more than `ratio_from_bytes` came out. Deflate cannot
    pass 1,032; tables of land use of whole sea areas come near 200."""
    ratio_from_bytes: int = 256 * MB
    nested: int = 200
    """Archives inside the archive; inside those none is opened."""


LIMITS = ArchiveLimits()


@dataclass(slots=True)
class _Budget:
    """What has come out so far, over all nested archives."""

    where: str
    limits: ArchiveLimits
    bytes_out: int = 0
    files: int = 0
    archives: int = 0
    names: list[str] = field(default_factory=list)


@contextmanager
def unpacked(
    path: Path | str, endings: Sequence[str], *, limits: ArchiveLimits = LIMITS
) -> Iterator[tuple[Path, ...]]:
    """Files of a ZIP archive that end in one of `endings`, in a folder that lasts for the block.

    Parameters
    ----------
    path : Path or str
        The archive.
    endings : sequence of str
        Such as `.shp`, in small letters. With `.shp` its parts of the same folder and name come
        too, without being listed. Archives inside the archive are opened if they are there.
    limits : ArchiveLimits
        What is too much.

    Yields
    ------
    tuple of Path
        In the order of the archive, at least one. Each (with its parts) lies in a folder of its
        own whose name is a number, so that files of one name in two folders do not meet; names in
        CP932 are decoded. `path.parents[1].name` is nothing of the archive's.

    Raises
    ------
    SourceUnavailableError
        No such file.
    InputError
        No whole ZIP archive, one with a password, names that lead out of the folder, links, more
        than the limits, or nothing that is wanted. Nothing is left behind.
    """
    where = str(path)
    if not Path(path).exists():
        raise SourceUnavailableError(
            f"{where} is not there. Put the file in place or correct the path"
        )
    with tempfile.TemporaryDirectory(prefix="siting-") as folder:
        budget = _Budget(where, limits)
        try:
            found = _unpack(Path(path), Path(folder), tuple(endings), budget, nested=False)
        except DAMAGED as error:
            raise _refused(where, *_damage(Path(path), error)) from None
        except OSError as error:
            raise _refused(where, error.strerror or "not readable", "a file that opens") from None
        if not found:
            raise _refused(where, _listing(budget.names), "a file " + " or ".join(endings))
        yield tuple(found)


def is_archive(path: Path | str) -> bool:
    """Whether a file is to be opened as an archive, by its ending."""
    return Path(path).suffix.lower() in (".zip", ".kmz")


def _unpack(
    path: Path, folder: Path, endings: tuple[str, ...], budget: _Budget, *, nested: bool
) -> list[Path]:
    found: list[Path] = []
    with zipfile.ZipFile(path) as archive:
        members = _members(archive, budget)
        groups: dict[str, Path] = {}
        for entry, name in members:
            ending = PurePosixPath(name).suffix.lower()
            if ending in endings or (".shp" in endings and ending in SIDECARS):
                target = _target(name, folder, groups, budget, alone=ending not in _parts(endings))
                _write(archive, entry, name, target, budget)
                if ending in endings:
                    found.append(target)
            elif ending == ".zip" and not nested:
                found += _inner(archive, (entry, name), folder, endings, budget)
    return found


def _parts(endings: tuple[str, ...]) -> tuple[str, ...]:
    return (".shp", *SIDECARS) if ".shp" in endings else ()


def _inner(
    archive: zipfile.ZipFile,
    member: tuple[zipfile.ZipInfo, str],
    folder: Path,
    endings: tuple[str, ...],
    budget: _Budget,
) -> list[Path]:
    entry, name = member
    budget.archives += 1
    if budget.archives > budget.limits.nested:
        found = f"more than {budget.limits.nested} archives inside it"
        raise _refused(budget.where, found, "fewer", "Unpack it by hand and name the folder")
    packed = folder / f"inner-{budget.archives}.zip"
    _write(archive, entry, name, packed, budget)
    try:
        return _unpack(packed, folder, endings, budget, nested=True)
    except DAMAGED as error:
        found, expected, fix = _damage(packed, error)
        raise _refused(budget.where, f"{name}: {found}", expected, fix) from None
    finally:
        packed.unlink()


def _members(archive: zipfile.ZipFile, budget: _Budget) -> list[tuple[zipfile.ZipInfo, str]]:
    """Entries with their names as people read them; raise if any is a trick."""
    entries = archive.infolist()
    if len(entries) > budget.limits.members:
        found, expected = f"{len(entries):,} files", f"at most {budget.limits.members:,}"
        raise _refused(budget.where, found, expected)
    members = [(entry, _name(entry)) for entry in entries if not entry.is_dir()]
    budget.names += [name for _, name in members]
    tricks = [f"{name!r} ({why})" for entry, name in members if (why := _trick(entry, name))]
    if tricks:
        more = f" and {len(tricks) - 3} more" if len(tricks) > 3 else ""
        found = ", ".join(tricks[:3]) + more
        expected = "plain files inside the archive, without password"
        raise _refused(budget.where, found, expected, "Get it again from its publisher")
    return members


def _name(entry: zipfile.ZipInfo) -> str:
    """Name of a member; archives made in Japan have it in CP932 without saying so."""
    name = entry.orig_filename
    if entry.flag_bits & UTF8_NAME:
        return name
    content = name.encode("cp437", "replace")  # as zipfile decoded it
    for encoding in ("utf-8", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def _trick(entry: zipfile.ZipInfo, name: str) -> str:
    parts = PurePosixPath(name).parts
    if "\0" in name:
        return "a NUL in its name"
    if "\\" in name:  # in what people read: CP932 has that byte inside other signs
        return "a backslash in its name"
    if name.startswith("/") or DRIVE.match(name):
        return "an absolute path"
    if ".." in parts:
        return "a path that leads out"
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "a link or no regular file"
    if entry.flag_bits & ENCRYPTED:
        return "a password"
    return "" if entry.compress_type in KEPT_METHODS else "packed in an unusual way"


def _target(
    name: str, folder: Path, groups: dict[str, Path], budget: _Budget, *, alone: bool
) -> Path:
    """Where a member goes: parts of one shapefile together, everything else alone."""
    place = PurePosixPath(name)
    stem, ending = NOT_IN_NAMES.sub("_", place.stem)[:LONGEST_NAME], place.suffix.lower()
    key = name if alone else str(place.with_suffix("")).casefold()
    if key not in groups:
        budget.files += 1
        groups[key] = folder / str(budget.files)
        groups[key].mkdir()
    # parts whose names differ in capitals only are one shapefile: they get one name
    others = [] if alone else [p for p in groups[key].iterdir() if p.stem != stem]
    return groups[key] / f"{others[0].stem if others else stem}{ending}"


def _write(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, target: Path, budget: _Budget
) -> None:
    """Unpack in blocks and stop at the limit, so that a bomb costs no more than the limit."""
    limits, here = budget.limits, 0
    if entry.file_size > limits.member_bytes:
        raise _refused(budget.where, f"{name} claims {_mb(entry.file_size)}", _most(limits))
    with archive.open(entry) as source, target.open("wb") as out:
        while block := source.read(BLOCK_BYTES):
            here += len(block)
            budget.bytes_out += len(block)
            if here > limits.member_bytes or budget.bytes_out > limits.total_bytes:
                found = f"{name}: more than {_mb(here - len(block))} when unpacked"
                raise _refused(budget.where, found, _most(limits))
            if here > limits.ratio_from_bytes and here > limits.ratio * entry.compress_size:
                found = f"{name}: {_mb(here)} out of {_mb(entry.compress_size)}, and more"
                raise _refused(budget.where, found, f"at most {limits.ratio} times its size")
            out.write(block)
    if here != entry.file_size:
        found = f"{name} claims {_mb(entry.file_size)} and holds {_mb(here)}"
        raise _refused(budget.where, found, "a whole ZIP archive", "Get it again")


def _most(limits: ArchiveLimits) -> str:
    return f"at most {_mb(limits.member_bytes)} a file and {_mb(limits.total_bytes)} together"


def _mb(size: float) -> str:
    return f"{size / MB:,.0f} MB" if size >= MB else f"{size:,.0f} bytes"


def _damage(path: Path, error: Exception) -> tuple[str, str, str]:
    """What is wrong with an archive that does not open: found, expected, fix."""
    with path.open("rb") as file:
        start = file.read(8)
    for mark, kind in NOT_ZIP.items():
        if start.startswith(mark) or start[2:].startswith(mark):
            return kind, "a ZIP archive", "Unpack it by hand"
    if start.startswith(b"PK"):
        fix = "It is cut off or changed: get it again"
        return f"a damaged archive ({error})", "a whole ZIP archive", fix
    return "no archive", "a ZIP archive", ""


def _listing(names: Sequence[str]) -> str:
    if not names:
        return "an empty archive"
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return "only " + ", ".join(names[:5]) + more


def _refused(where: str, found: str, expected: str, fix: str = "") -> InputError:
    return InputError(where, [Problem("archive", found, expected, fix, file=where)])
