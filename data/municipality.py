"""Municipalities by name or code."""

import re
from collections.abc import Mapping

import pandas as pd

from data.application_words import folded

CODE_DIGITS = 5
CHECKED_CODE = re.compile(r"\d{6}")
UNITS = "市区町村"


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
    single = table[~table["name_ja"].duplicated(keep=False)]
    return whole | dict(zip(single["name_ja"], single["code"], strict=True))


def municipality_code(cell: str, names: Mapping[str, str]) -> str:
    """Five-digit code of a municipality, or the cell as it stands where it is none.

    Takes a code with or without its check digit, a name with or without prefecture, and a name
    with more of the address behind it.

    Examples
    --------
    >>> names = {"千葉県印西市": "12231", "印西市": "12231"}
    >>> municipality_code("122319", names), municipality_code("千葉県印西市大塚1-2", names)
    ('12231', '12231')
    >>> municipality_code("1203", names)
    '1203'
    """
    word = folded(cell)
    if word.isdecimal():
        return word[:CODE_DIGITS] if CHECKED_CODE.fullmatch(word) else word
    ends = [place + 1 for place, sign in enumerate(word) if sign in UNITS]
    found = [names[word[:end]] for end in ends if word[:end] in names]
    return found[-1] if found else cell
