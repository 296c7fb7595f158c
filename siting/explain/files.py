"""Files of an explanation, each put in place in one step."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from data.errors import InputError, Problem
from siting.explain.page import page_html
from siting.run_files import write_json

DATA = "explain.json"
PAGE = "explain.html"


def write_explanation(
    told: Mapping[str, Any], folder: Path, language: Literal["ja", "en"] = "ja"
) -> None:
    """Write explain.json and explain.html into a run folder; nothing else there is touched.

    Raises
    ------
    InputError
        The folder cannot be written.
    """
    page = page_html(told, language).encode()
    _in_one_step(folder / DATA, lambda path: write_json(told, path))
    _in_one_step(folder / PAGE, lambda path: path.write_bytes(page))


def _in_one_step(target: Path, write: Callable[[Path], object]) -> None:
    partial = target.with_name(f".{target.name}.partial-{os.getpid()}")
    try:
        write(partial)
        partial.replace(target)
    except OSError as error:
        found = f"{target} ({error.strerror or error})"
        problem = Problem("RUN", found, "a folder that can be written", "Copy the run elsewhere")
        raise InputError("siting explain", [problem]) from None
    finally:
        partial.unlink(missing_ok=True)
