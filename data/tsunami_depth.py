"""Depth of tsunami inundation out of the text of each prefecture."""

import re
from math import nan
from unicodedata import normalize

NUMBER = re.compile(r"(\d+(?:\.\d+)?)(cm|m|メートル)?")
TO = ("~", "〜", "-", "ー", "−", "–", "—", "から")
AT_LEAST, BELOW = ("以上", "超", "より"), ("未満", "以下", "まで")


def depth_m(text: str) -> tuple[float, float]:
    """Least and greatest depth in a text; NaN for an open end, twice NaN if it is not understood.

    Full-width signs, centimetres, and spellings with or without 以上, 未満, ～ and m are read.

    Examples
    --------
    >>> depth_m("0.5m以上 ～ 1.0m未満"), depth_m("５ｍ以上"), depth_m("0.3m未満")
    ((0.5, 1.0), (5.0, nan), (0.0, 0.3))
    """
    plain = re.sub(r"\s", "", normalize("NFKC", text)).replace("㎝", "cm").lower()
    found = [(float(number), unit) for number, unit in NUMBER.findall(plain)]
    if len(found) == 2:
        (low, unit), (high, last) = found
        ends = _metres(low, unit or last), _metres(high, last or unit)
        return ends if ends[0] < ends[1] else (nan, nan)
    if len(found) != 1:
        return nan, nan
    depth = _metres(*found[0])
    rest = NUMBER.sub("#", plain)
    if rest.startswith(TO) or any(word in rest for word in BELOW):
        return 0.0, depth
    if rest.endswith(TO) or any(word in rest for word in AT_LEAST):
        return depth, nan
    return nan, nan


def _metres(number: float, unit: str) -> float:
    return number / 100 if unit == "cm" else number
