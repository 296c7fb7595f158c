"""A file that appears whole or not at all."""

import os
from collections.abc import Callable
from pathlib import Path

from data.errors import InputError, Problem


def write_whole(
    target: Path, write: Callable[[Path], object], *, command: str, problem: Problem
) -> None:
    """Let `write` fill a file beside `target` and put it in its place in one step.

    Parameters
    ----------
    target : Path
    write : callable
        Given the path to write.
    command : str
        Whose file it is, such as `siting explain`.
    problem : Problem
        What to say if it cannot be written; what was found is put in.

    Raises
    ------
    InputError
        The place cannot be written; an earlier file there stays as it was.
    """
    partial = target.with_name(f".{target.name}.partial-{os.getpid()}")
    try:
        write(partial)
        partial.replace(target)
    except OSError as error:
        found = f"{target} ({error.strerror or error})"
        told = Problem(problem.where, found, problem.expected, problem.fix)
        raise InputError(command, [told]) from None
    finally:
        partial.unlink(missing_ok=True)


WRITABLE = "a folder that can be written"


def make_output(folder: Path, *, command: str) -> Path:
    """Make the folder of --output: before the work, so that nothing is lost for want of a place.

    Raises
    ------
    InputError
        It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        found = f"{folder} ({error.strerror or error})"
        problem = Problem("--output", found, WRITABLE, "Name another folder")
        raise InputError(command, [problem]) from None
    return folder


def into_output(folder: Path, name: str, write: Callable[[Path], object], *, command: str) -> None:
    """Write a file into the folder of --output, which is there."""
    problem = Problem("--output", "", WRITABLE, "Name another folder")
    write_whole(folder / name, write, command=command, problem=problem)


def into_run(folder: Path, name: str, write: Callable[[Path], object], *, command: str) -> Path:
    """Write one more file into a run folder; nothing else there is touched."""
    problem = Problem("RUN", "", WRITABLE, "Copy the run elsewhere")
    write_whole(folder / name, write, command=command, problem=problem)
    return folder / name
