"""Headings of the utilities' files: which quantity, which column of time, which unit."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from unicodedata import normalize

from data.contract import AREAS
from data.tso_names import AREA_BY_JAPANESE
from data.units import mw_from_kw, mw_from_man_kw

QUANTITY_BY_HEADING: Mapping[str, str] = {
    "エリア需要": "demand",
    "需要": "demand",
    "需要実績": "demand",
    "実績": "demand",
    "原子力": "nuclear",
    "火力": "thermal",
    "火力(LNG)": "lng",
    "火力(石炭)": "coal",
    "火力(石油)": "oil",
    "火力(その他)": "thermal_other",
    "火力出力制御量": "thermal_curtailed",
    "水力": "hydro",
    "地熱": "geothermal",
    "バイオマス": "biomass",
    "バイオマス出力制御量": "biomass_curtailed",
    "太陽光発電実績": "solar",
    "太陽光実績": "solar",
    "太陽光出力制御量": "solar_curtailed",
    "太陽光抑制量": "solar_curtailed",
    "風力発電実績": "wind",
    "風力実績": "wind",
    "風力出力制御量": "wind_curtailed",
    "風力抑制量": "wind_curtailed",
    "揚水": "pumped",
    "蓄電池": "battery",
    "連系線": "tie",
    "その他": "other",
    "合計": "total",
    "供給力合計": "total",
    "エリア総需要量": "forecast_demand",
    "エリア総発電量": "forecast_generation",
    "エリア風力・太陽光発電量": "forecast_solar_wind",
}
"""Full-width forms are made plain first."""

BARE = "実績"

TIME_BY_HEADING: Mapping[str, str] = {
    "DATE": "date",
    "月日": "date",
    "日付": "date",
    "年月日": "date",
    "DATE_TIME": "date_time",
    "TIME": "time",
    "時刻": "time",
    "SLOT": "slot",
    "時間帯_自": "from",
    "時間帯_至": "to",
    "時間コマ": "ignored",
}
"""時間コマ repeats what 時間帯_自 says."""

AREA_BY_HEADING = {**AREA_BY_JAPANESE, **{area: area for area in AREAS}}

BRACKETS = str.maketrans("〔〕【】[]", "()()()")
TRAILING_BRACKET = re.compile(r"(.+?)\(([^()]*)\)")
UNIT_LINE = re.compile(r"単位[:\s(]*([^)\s]+)")


@dataclass(frozen=True, slots=True)
class Unit:
    """How a stated unit becomes MW."""

    mw: float
    """MW of one unit of power, or of one unit of energy in an hour."""
    hours: float | None = None
    """Time the energy belongs to; 0 = the slot's own length, None = the unit is power."""

    def mw_in(self, minutes: int) -> float:
        """MW of one unit in a slot of that length."""
        if self.hours is None:
            return self.mw
        return self.mw / (self.hours or minutes / 60)


UNITS: Mapping[str, Unit] = {
    "mw平均": Unit(1.0),
    "mw": Unit(1.0),
    "kw": Unit(mw_from_kw(1.0)),
    "万kw": Unit(mw_from_man_kw(1.0)),
    "mwh": Unit(1.0, hours=0),
    "kwh": Unit(mw_from_kw(1.0), hours=0),
    "万kwh": Unit(mw_from_man_kw(1.0), hours=0),
    "30分kwh": Unit(mw_from_kw(1.0), hours=0.5),
}
"""Units by their plain name."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What one heading says."""

    quantity: str | None = None
    area: str | None = None
    time: str | None = None
    unit: str | None = None
    """Unit in its bracket as written; None if it states none."""

    @property
    def is_known(self) -> bool:
        """Whether the heading is one of those listed here."""
        return self.quantity is not None or self.area is not None or self.time is not None


def plain(text: str) -> str:
    """Text without full-width forms, blanks and kinds of bracket.

    Examples
    --------
    >>> plain("火力（ＬＮＧ） "), plain("エリア需要〔MWh〕")
    ('火力(LNG)', 'エリア需要(MWh)')
    """
    return "".join(normalize("NFKC", text).translate(BRACKETS).split())


def read_heading(text: str, group: str = "") -> Heading:
    """Meaning of a heading, with the one that stands over it.

    実績 alone is demand, but under a heading of its own (太陽光 …) it belongs to that.

    Examples
    --------
    >>> read_heading("抑制量〔MWh〕", group="太陽光").quantity
    'solar_curtailed'
    >>> read_heading("日付(yyyymmdd)").time
    'date'
    """
    name, over = plain(text), plain(group)
    if quantity := _quantity(name, over):
        return Heading(quantity)
    base, unit = _without_bracket(name)
    if time := TIME_BY_HEADING.get(base.upper()):
        return Heading(time=time)
    quantity = _quantity(base, over)
    area = None if quantity else AREA_BY_HEADING.get(base.lower())
    return Heading(quantity, area, unit=unit)


def stated_unit(cell: str) -> str | None:
    """Unit of a line such as 単位[MW平均].

    Examples
    --------
    >>> stated_unit("単位［ＭＷ平均］")
    'MW平均'
    """
    found = UNIT_LINE.search(plain(cell))
    return found[1] if found else None


def unit_of_name(name: str) -> Unit | None:
    """Unit by its name, None if it is none of `UNITS`.

    Examples
    --------
    >>> unit_of_name("ｋＷｈ").mw_in(30) == 1 / 500, unit_of_name("GJ")
    (True, None)
    """
    return UNITS.get(plain(name).lower())


def _quantity(name: str, over: str) -> str | None:
    if over + name in QUANTITY_BY_HEADING:
        return QUANTITY_BY_HEADING[over + name]
    return None if over and name == BARE else QUANTITY_BY_HEADING.get(name)


def _without_bracket(name: str) -> tuple[str, str | None]:
    found = TRAILING_BRACKET.fullmatch(name)
    return (found[1], found[2]) if found else (name, None)
