"""The JSON that pandapower writes, taken apart without running anything that stands in it.

`pandapower.to_json` writes one object with `_module`, `_class` and `_object`; in the last, each
table is again such an object whose `_object` is the JSON text of a pandas frame with orient "split"
(columns, index, data) or "records". No class named in the file is ever looked up.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from data.element_table import ElementTable, keys_of
from data.errors import InputError, Problem
from data.text_file import read_text_file

WHAT = "a network as pandapower.to_json writes it"
SAVE_AGAIN = "Write it with pandapower.to_json(net, file), version 2 or later, without a password"


@dataclass(frozen=True, slots=True)
class PandapowerFile:
    """Tables of a file by name; faults are kept."""

    path: Path
    sn_mva: Any
    tables: dict[str, ElementTable]
    problems: list[Problem] = field(default_factory=list)

    def table(self, name: str) -> ElementTable:
        """A table; an empty one where the file has none of that name."""
        empty = ElementTable(name, str(self.path), pd.DataFrame(), (), self.problems)
        return self.tables.get(name, empty)


def open_pandapower(path: Path) -> PandapowerFile:
    """Take a file apart into its tables.

    Raises
    ------
    InputError
        It is no JSON, or not the JSON of a pandapower network.
    """
    content = _content(path)
    problems: list[Problem] = []
    tables = {}
    for name, value in content.items():
        is_input = not name.startswith(("res_", "_"))
        if is_input and isinstance(value, dict) and value.get("_class") == "DataFrame":
            table = _table(name, value, path, problems)
            if table is not None:
                tables[name] = table
    if "bus" not in tables and not problems:
        raise _refusal(path, "no table bus", SAVE_AGAIN)
    return PandapowerFile(path, content.get("sn_mva"), tables, problems)


def _content(path: Path) -> dict[str, Any]:
    loaded = _loaded(read_text_file(path, what=WHAT), path)
    if isinstance(loaded, dict) and isinstance(loaded.get("_object"), str):
        loaded = {**loaded, "_object": _loaded(loaded["_object"], path)}
    if not isinstance(loaded, dict) or not isinstance(loaded.get("_object"), dict):
        raise _refusal(path, "other JSON", SAVE_AGAIN)
    return loaded["_object"]


def _loaded(text: str, path: Path) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        raise _refusal(path, "JSON nested too deeply", SAVE_AGAIN) from None
    except ValueError as error:
        raise _refusal(path, f"no JSON ({error})", SAVE_AGAIN) from None


def _table(
    name: str, value: dict[str, Any], path: Path, problems: list[Problem]
) -> ElementTable | None:
    try:
        frame = _frame(value.get("_object"))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        expected = "a table with columns, index and data"
        problems.append(Problem(name, f"damaged ({error})", expected, SAVE_AGAIN, file=str(path)))
        return None
    return ElementTable(name, str(path), frame, keys_of(list(frame.index)), problems)


def _frame(content: Any) -> pd.DataFrame:
    loaded = json.loads(content) if isinstance(content, str) else content
    if isinstance(loaded, list):  # orient "records" has no index
        return pd.DataFrame(loaded, dtype=object)
    columns = [str(column) for column in loaded["columns"]]
    if len(set(columns)) < len(columns):
        raise ValueError("a column twice")
    # text keys keep pandas from turning an odd index into one of dates or levels
    index = pd.Index(list(keys_of(loaded["index"])), dtype=object)
    return pd.DataFrame(loaded["data"], columns=columns, index=index, dtype=object)


def _refusal(path: Path, found: str, fix: str) -> InputError:
    return InputError(str(path), [Problem("file", found, WHAT, fix, file=str(path))])
