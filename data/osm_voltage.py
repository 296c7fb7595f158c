"""Voltage tags of OpenStreetMap, which people type as they like, as kV.

The tag is meant to hold volts, several with semicolons: "154000;66000". Also understood: "66 kV",
"66,000", "275000/66000", full-width digits. A bare number below 1000 is read as kV when it is a
class of the Japanese grid (nobody maps a 66 V line), and that is counted in the notes.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

CLASSES_KV = (66.0, 77.0, 110.0, 132.0, 154.0, 187.0, 220.0, 275.0, 500.0)
"""Nominal voltages of transmission in Japan. [kV]"""

MOST_KV = 1200.0
"""No line anywhere has more."""

LEAST_VOLTS = 100.0
"""A bare number below this is neither volts of a power line nor, if no class, kV."""

LONGEST_TEXT = 1000
"""A tag has at most 255 signs; of joined ways a few together."""

SHOWN = 3

SEPARATORS = re.compile(r"[;/|、,&\s]+")
THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")
UNIT_GAP = re.compile(r"(?<=\d)\s+(?=k?v)")
VALUE = re.compile(r"±?(\d+(?:\.\d+)?)(kv|v)?")


@dataclass(frozen=True, slots=True)
class Voltages:
    """Voltages of a column and what had to be decided."""

    kv: pd.Series
    """Tuple of kV for each row, highest first; empty = not known."""
    notes: tuple[str, ...]


def parse_voltages(text: object) -> tuple[float, ...]:
    """Voltages of one tag.

    Parameters
    ----------
    text : str, number or missing
        Tag as mapped.

    Returns
    -------
    tuple of float
        Highest first, each once; empty where nothing can be read. [kV]

    Examples
    --------
    >>> parse_voltages("154000 ; 77000"), parse_voltages("66 kV"), parse_voltages("66")
    ((154.0, 77.0), (66.0,), (66.0,))
    >>> parse_voltages("６６，０００"), parse_voltages("275000/66000"), parse_voltages("high")
    ((66.0,), (275.0, 66.0), ())
    """
    known = {kv for kv, _ in _values(text)}
    return tuple(sorted(known, reverse=True))


def read_voltages(column: pd.Series) -> Voltages:
    """Voltages of a column of tags; every different text is read once.

    Parameters
    ----------
    column : Series of text, numbers or missing
        Tags.

    Returns
    -------
    Voltages
        On the index of `column`.
    """
    texts = column.astype("object").where(column.notna(), "").map(_text_of)
    counts = texts.value_counts()
    read = {text: parse_voltages(text) for text in counts.index}
    kv = pd.Series([read[text] for text in texts], index=column.index, dtype=object)
    as_kv = [t for t in counts.index if any(guessed for _, guessed in _values(t))]
    unread = [t for t in counts.index if t.strip() and not read[t]]
    notes = [
        f"{counts[as_kv].sum()} voltages below 1000 without a unit read as kV: {_shown(as_kv)}"
    ] * bool(as_kv)
    notes += [
        f"{counts[unread].sum()} voltages cannot be read, so not known: {_shown(unread)}"
    ] * bool(unread)
    return Voltages(kv, tuple(notes))


def voltage_class(kv: npt.ArrayLike, tolerance_share: float = 0.05) -> npt.NDArray[np.float64]:
    """Nearest Japanese voltage class.

    Parameters
    ----------
    kv : array_like
        Voltages. [kV]
    tolerance_share : float
        Farthest from the class, as a share of it; neighbours are 14 % or more apart.

    Returns
    -------
    float array, shape of `kv`
        NaN where no class is near or the voltage is not known. [kV]

    Examples
    --------
    >>> voltage_class([66, 69, 250, 525]).tolist()
    [66.0, 66.0, nan, 500.0]
    """
    kv = np.asarray(kv, dtype=float)
    classes = np.asarray(CLASSES_KV)
    away = np.abs(kv[..., None] - classes) / classes
    nearest = classes[np.where(np.isnan(away), np.inf, away).argmin(axis=-1)]
    return np.where(np.abs(kv - nearest) <= tolerance_share * nearest, nearest, np.nan)


def _text_of(value: object) -> str:
    # 66000.0 is how a number column gives back a whole number
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _values(text: object) -> Iterator[tuple[float, bool]]:
    """Voltages and whether kV was a guess."""
    if text is None or text is pd.NA or (isinstance(text, float) and np.isnan(text)):
        return
    plain = _text_of(text)
    if len(plain) > LONGEST_TEXT:
        return
    plain = unicodedata.normalize("NFKC", plain).casefold()
    plain = plain.replace("キロボルト", "kv").replace("ボルト", "v")
    plain = THOUSANDS.sub(lambda found: found[0].replace(",", ""), UNIT_GAP.sub("", plain))
    for part in SEPARATORS.split(plain):
        if match := VALUE.fullmatch(part):
            kv, guessed = _kv(float(match[1]), match[2])
            if 0 < kv <= MOST_KV:
                yield kv, guessed


def _kv(number: float, unit: str | None) -> tuple[float, bool]:
    if unit == "kv":
        return number, False
    if unit is None and number in CLASSES_KV:
        return number, True
    if unit is None and number < LEAST_VOLTS:
        return 0.0, False
    return number / 1e3, False


def _shown(texts: Iterable[str]) -> str:
    """The first few, short and without signs that could act on a terminal."""
    first = [repr(text[:40]) for text in texts][: SHOWN + 1]
    return ", ".join(first[:SHOWN]) + (" …" if len(first) > SHOWN else "")
