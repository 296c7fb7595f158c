"""The folder of a run: written beside its place and moved there when all is done.

A folder appears whole or not at all, and replaces the one before it only when it is whole:

    .japan.partial-71    being written by process 71
    japan                the finished run
    .japan.previous-71   the run before, for the moment between the two renames

A process that is killed leaves its partial folder behind, and at the worst moment the previous
run under its other name; the next start puts both right.
"""

import logging
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from data.errors import InputError, Problem

log = logging.getLogger(__name__)

SUMMARY = "summary.json"
"""The file by which a folder is known to be a run."""

PARTIAL = "partial"
PREVIOUS = "previous"


@contextmanager
def run_folder(target: Path) -> Iterator[Path]:
    """Yield a folder to write a run into; it becomes `target` when the block ends well.

    On an exception nothing of the new run remains and the previous one is untouched.

    Parameters
    ----------
    target : Path
        Place of the finished run. Its parents are made.

    Yields
    ------
    Path
        An empty folder on the same file system, beside `target`.

    Raises
    ------
    InputError
        `target` is something else than a run folder, or cannot be written.
    """
    target = Path(os.path.abspath(target))  # noqa: PTH100 (resolve would follow a link)
    restore_run_folder(target)
    problems = find_problems(target)
    if problems:
        raise InputError("run folder", problems)
    new_parents = [folder for folder in target.parents if not folder.exists()]
    partial = _make_partial(target)
    try:
        yield partial
        _put_in_place(partial, target)
    finally:
        if partial.exists():
            shutil.rmtree(partial)
        _remove_empty(new_parents)


def restore_run_folder(target: Path) -> None:
    """Clear up after killed processes: bring back a previous run, remove what was half written."""
    for previous in _left_by_the_dead(target, PREVIOUS):
        if target.exists() or target.is_symlink():
            shutil.rmtree(previous)
        else:
            log.info("restored the previous run %s", target.name)
            previous.rename(target)
    for partial in _left_by_the_dead(target, PARTIAL):
        shutil.rmtree(partial)


def find_problems(target: Path) -> list[Problem]:
    """Why `target` must not be replaced by a run folder; empty if it may."""
    found = _stranger(target)
    if not found:
        return []
    expected = f"a new name, or a run folder (one with {SUMMARY})"
    return [Problem("output", f"{target} ({found})", expected, "Name another folder by --output")]


def _stranger(target: Path) -> str:
    """What stands at `target`, if it is not ours to replace."""
    if not target.name:
        return "the top of the file system"
    if target.is_symlink():
        return "a link"
    if not target.exists():
        return ""
    if not target.is_dir():
        return "a file"
    return "" if (target / SUMMARY).is_file() else f"a folder without {SUMMARY}"


def _make_partial(target: Path) -> Path:
    """Make an empty folder beside `target`, so that a rename can move it there in one step."""
    partial = _beside(target, PARTIAL)
    try:
        partial.mkdir(parents=True)
    except OSError as error:
        found = f"{target} ({error.strerror or error})"
        problem = Problem("output", found, "a place that can be written", "Name another folder")
        raise InputError("run folder", [problem]) from None
    return partial


def _remove_empty(folders: Iterable[Path]) -> None:
    """Remove those folders, innermost first, that hold nothing: a refused run leaves no trace."""
    for folder in folders:
        with suppress(OSError):  # it holds a run, ours or another's
            folder.rmdir()


def _put_in_place(partial: Path, target: Path) -> None:
    """Move the previous run aside, the new one in; delete the previous one only then."""
    if not target.exists():
        partial.rename(target)
        return
    previous = _beside(target, PREVIOUS)
    target.rename(previous)
    try:
        partial.rename(target)
    except OSError:
        previous.rename(target)
        raise
    shutil.rmtree(previous)


def _beside(target: Path, role: str) -> Path:
    """Name of this process for a folder beside `target`, hidden in listings."""
    return target.with_name(f".{target.name}.{role}-{os.getpid()}")


def _left_by_the_dead(target: Path, role: str) -> list[Path]:
    """Folders beside `target` whose process is gone, the newest first."""
    if not target.parent.is_dir():
        return []
    name = re.compile(rf"\.{re.escape(target.name)}\.{role}-([0-9]+)")
    left = [
        path
        for path in target.parent.iterdir()
        if (match := name.fullmatch(path.name)) and not path.is_symlink() and _is_gone(match[1])
    ]
    return sorted(left, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def _is_gone(digits: str) -> bool:
    """Whether a process has ended. A number of our own was another's before it was ours."""
    process = int(digits)
    if process == os.getpid():
        return True
    if os.name == "nt":  # signal 0 is Ctrl-C there, so nobody can be asked
        return False
    try:
        os.kill(process, 0)  # asks, does not kill
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):  # somebody else's, or no number of this system
        return False
    return False
