"""Municipalities by name or code."""

import re
from collections.abc import Collection, Mapping

import pandas as pd

from data.application_words import folded

CODE_DIGITS = 5
CHECKED_CODE = re.compile(r"\d{6}", re.ASCII)
CODE = re.compile(r"\d{5}", re.ASCII)
WARD_OF_A_CITY = re.compile(r"(\d\d1)\d\d")
UNITS = "市区町村"
DISTRICT = re.compile(r"((?:.{2,3}[都道府県])?).{1,4}?郡(.+?[町村].*)")
"""Prefecture, and what follows the district (郡), which no table of municipalities keeps."""

WARDS_OF_CITIES_TOO = frozenset({"中央区", "港区", "北区"})
"""Wards of Tokyo whose name alone may as well mean one of Osaka, Nagoya or Sapporo."""


def municipality_names(table: pd.DataFrame) -> dict[str, str]:
    """Code of every name that means one municipality only.

    Parameters
    ----------
    table : DataFrame
        Facts table `municipalities`.

    Returns
    -------
    dict of str to str
        Name with prefecture, and without it where only one municipality of Japan has it, to the
        five-digit code. 府中市 alone means nothing: Tokyo and Hiroshima have one each.

    Examples
    --------
    >>> rows = [("13206", "東京都", "府中市"), ("34208", "広島県", "府中市")]
    >>> rows.append(("12231", "千葉県", "印西市"))
    >>> table = pd.DataFrame(rows, columns=["code", "prefecture_ja", "name_ja"])
    >>> sorted(municipality_names(table))
    ['千葉県印西市', '印西市', '広島県府中市', '東京都府中市']
    """
    whole = dict(zip(table["prefecture_ja"] + table["name_ja"], table["code"], strict=True))
    doubtful = table["name_ja"].duplicated(keep=False) | table["name_ja"].isin(WARDS_OF_CITIES_TOO)
    single = table[~doubtful]
    names = whole | dict(zip(single["name_ja"], single["code"], strict=True))
    return {_plain(name): code for name, code in names.items()}


def municipality_code(cell: str, names: Mapping[str, str]) -> str:
    """Five-digit code of a municipality, or the cell as it stands where it is none.

    Takes a code with or without its check digit, a name with or without prefecture and district,
    and a name with more of the address behind it.

    Examples
    --------
    >>> names = {"千葉県印西市": "12231", "印西市": "12231"}
    >>> municipality_code("122319", names), municipality_code("千葉県印西市大塚1-2", names)
    ('12231', '12231')
    >>> municipality_code("1203", names), municipality_code("122318", names)
    ('1203', '122318')
    """
    word = _plain(cell)
    if word.isdecimal():
        return word[:CODE_DIGITS] if _is_checked(word) else word
    district = DISTRICT.fullmatch(word)
    within = _named(district[1] + district[2], names) if district else ""
    return within or _named(word, names, before_district=bool(district)) or cell


def is_known_code(code: str, known: Collection[str]) -> bool:
    """Whether a five-digit code is a municipality, or a ward of a designated city.

    >>> [is_known_code(code, {"01100", "12231"}) for code in ("12231", "01101", "12025")]
    [True, True, False]
    """
    ward = WARD_OF_A_CITY.fullmatch(code)
    cities = (f"{ward[1]}{tens}0" for tens in "003456") if ward else ()
    return code in known or any(city in known for city in cities)


def _plain(name: str) -> str:
    """A name in which ヶ and ケ are one sign, as everybody mixes them."""
    return folded(name).replace("ヶ", "ケ")


def _is_checked(word: str) -> bool:
    """Whether six digits end with the check digit of JIS X 0402."""
    if not CHECKED_CODE.fullmatch(word):
        return False
    weighted = sum(
        int(digit) * weight for digit, weight in zip(word, range(6, 1, -1), strict=False)
    )
    return int(word[-1]) == (11 - weighted % 11) % 10


def _named(word: str, names: Mapping[str, str], *, before_district: bool = False) -> str:
    """Code of the longest name that a word begins with, "" if none.

    東村山郡山辺町 begins with 東村, another place: with a district the name has to go past it.
    """
    least = word.index("郡") + 1 if before_district else 0
    ends = [place + 1 for place, sign in enumerate(word) if sign in UNITS and place >= least]
    found = [names[word[:end]] for end in ends if word[:end] in names]
    return found[-1] if found else ""
