"""The data block of the page: one JSON text that no browser can mistake for markup."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from data.errors import InputError, Problem
from maps.content import MapContent

LIMIT_MB = 10.0
"""A mail gateway's usual limit; a larger page cannot be sent to a colleague."""

# `<` could open a tag or close the script element, `&` an entity in a strict parser;
# U+2028 and U+2029 end a line in older JavaScript.
UNSAFE_IN_SCRIPT = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def page_data(content: MapContent, compare: MapContent | None = None) -> dict[str, Any]:
    """Everything the page draws, as plain JSON values.

    Prefectures and area names are the same for both runs and are sent once.

    Parameters
    ----------
    content : MapContent
        The run shown first.
    compare : MapContent, optional
        A second run, shown when the reader switches to it.

    Returns
    -------
    dict
        Keys years, runs, prefectures, areas, confidence. [units as in summary.json]
    """
    contents = [content] if compare is None else [content, compare]
    fiscal_years = {int(year) for each in contents for year in each.summary["years"]}
    return {
        "years": sorted(fiscal_years),
        "runs": [run_data(each) for each in contents],
        "prefectures": content.prefectures,
        "areas": list(content.areas),
        "confidence": dict(content.confidence_labels),
    }


def run_data(content: MapContent) -> dict[str, Any]:
    """The part of the page's data that belongs to one run."""
    explained = {} if content.explanation is None else {"explanation": content.explanation}
    return {
        "summary": dict(content.summary),
        "zones": list(content.zones),
        "ties": list(content.ties),
        **explained,
    }


def script_json(value: object) -> str:
    r"""`value` as JSON that may stand inside a script element.

    Examples
    --------
    >>> print(script_json({"name": "</script>", "mw": float("nan")}))
    {"name":"\u003c/script\u003e","mw":null}
    """
    text = json.dumps(plain(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.translate(UNSAFE_IN_SCRIPT)


def plain(value: Any) -> Any:
    """`value` in JSON's own types; a number that is not finite is not known and becomes null."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(each) for each in value]
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        return plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def sizes_mb(data: Mapping[str, Any]) -> dict[str, float]:
    """Size of each layer in the page, largest first. [MB]"""
    parts = {key: value for key, value in data.items() if key != "runs"}
    for run in data.get("runs", []):
        others = [(key, value) for key, value in run.items() if key != "summary"]
        for key, value in [*run["summary"].items(), *others]:
            parts[key] = [*parts.get(key, []), value]
    megabytes = {key: megabytes_of(script_json(value)) for key, value in parts.items()}
    return dict(sorted(megabytes.items(), key=lambda item: -item[1]))


def megabytes_of(text: str) -> float:
    """Size of `text` in UTF-8. [MB]"""
    return len(text.encode("utf-8", "replace")) / 1e6


def require_sendable(page: str, data: Mapping[str, Any]) -> None:
    """Refuse a page above `LIMIT_MB`, naming the layer that makes it so."""
    page_mb = megabytes_of(page)
    if page_mb <= LIMIT_MB:
        return
    layer, layer_mb = next(iter(sizes_mb(data).items()))
    problem = Problem(
        where=layer,
        found=f"{layer_mb:.1f} MB in a page of {page_mb:.1f} MB",
        expected=f"a page of at most {LIMIT_MB:.0f} MB",
        fix=f"Thin out or simplify {layer}",
    )
    raise InputError("map", [problem])
