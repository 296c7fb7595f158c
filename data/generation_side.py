"""Files of free capacity for generation (空き容量, 逆潮流), told by their columns and refused.

Utilities publish under nearly one name how much generation a line can still take and, elsewhere,
how much demand. Power flows the other way and other assets bind; the two are never exchanged.
"""

from collections.abc import Iterable, Sequence

from data.application_words import folded, shortened
from data.errors import InputError, Problem

SURE_SIGNS = (
    "当該設備空容量",
    "当該設備空き容量",
    "当該設備",
    "上位系考慮",
    "上位系等考慮",
    "上位系統考慮",
    "n-1電制",
    "n1電制",
    "電制適用",
    "逆潮流",
    "発電側",
    "平常時出力制御",
    "ノンファーム",
)
"""Parts of headings that only lists for generators have (TEPCO PG's 空容量一覧表 has the first)."""

LIKELY_SIGNS = ("運用容量", "設備容量", "回線数", "制約要因")
"""Headings of the same lists that a list for demand might have as well: two of them count."""

DEMAND_SIGNS = ("順潮流", "需要側", "需要空")
"""Parts of headings that say demand in so many words."""

DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))

EXPLAINED = (
    "headroom for demand (順潮流・需要側): another number, since power flows the other way and "
    "other assets bind"
)
FIX = (
    "Take the figure from the operator's welcome-zone or potential map; if the file has a demand "
    "figure too, say so in its heading (順潮流空容量 or 需要側空容量) or leave out the others"
)


def generation_headings(headings: Iterable[str]) -> list[str]:
    """Headings by which a list of free capacity for generation is known; none if it is not one.

    Examples
    --------
    >>> generation_headings(["送電線名", "電圧", "運用容量値(MW)", "当該設備空容量(MW)"])
    ['運用容量値(MW)', '当該設備空容量(MW)']
    >>> generation_headings(["変電所", "順潮流空容量(MW)", "逆潮流空容量(MW)"])
    []
    >>> generation_headings(["変電所", "運用容量(MW)", "供給可能容量(MW)"])
    []
    """
    words = {heading: folded(heading).translate(DASHES) for heading in headings}
    if any(_has(word, DEMAND_SIGNS) for word in words.values()):
        return []
    sure = [heading for heading, word in words.items() if _has(word, SURE_SIGNS)]
    likely = [heading for heading, word in words.items() if _has(word, LIKELY_SIGNS)]
    free = any("空容量" in word or "空き容量" in word for word in words.values())
    if not sure and not (free and likely):
        return []
    return [heading for heading in words if heading in {*sure, *likely}]


def refuse_generation_headings(headings: Sequence[str], *, where: str) -> None:
    """Raise if the columns are those of free capacity for generation.

    Raises
    ------
    InputError
        Naming the columns, and what a demand figure is instead.
    """
    if found := generation_headings(headings):
        columns = ", ".join(dict.fromkeys(shortened(folded(heading)) for heading in found))
        said = f"{columns}: free capacity for generation (逆潮流の空き容量)"
        raise InputError(where, [Problem("columns", said, EXPLAINED, FIX, file=where)])


def _has(word: str, signs: Sequence[str]) -> bool:
    return any(sign in word for sign in signs)
