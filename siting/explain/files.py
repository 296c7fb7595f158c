"""Files of an explanation, each put in place in one step."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from siting.explain.page import page_html
from siting.explain.question import COMMAND
from siting.run_files import write_json
from siting.whole_file import into_run

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
    into_run(folder, DATA, lambda path: write_json(told, path), command=COMMAND)
    into_run(folder, PAGE, lambda path: path.write_bytes(page), command=COMMAND)
