"""Welcome zones matched to located substations by name and area, with a score; none guessed."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from data.errors import InputError
from grid.areas import area_of_municipality, municipality_of_point
from grid.latency import great_circle_km
from grid.station_names import StationName, name_score, station_names
from grid.zones import zone_keys

OTHER_AREA = 0.5
"""Factor where zone and station are known to lie in different supply areas."""

FAR_KM, FAR = 30.0, 0.5
"""Distance beyond the zone's own precision from which a namesake is doubted, and the factor."""

MARGIN = 0.05
"""How much better than any other place the best must be."""

SAME_PLACE_KM = 2.0
"""Stations of one name nearer than this are one place drawn twice."""

MOST_GUESSES = 3
MATCHED = [
    "zone",
    "asset_name",
    "area",
    "station",
    "station_name",
    "score",
    "how",
    "lat",
    "lon",
    "voltage_kv",
]
UNMATCHED = ["zone", "asset_name", "area", "reason", "best_score", "guesses"]

Entry = tuple[int, StationName]


def match_stations(
    zones: pd.DataFrame, stations: pd.DataFrame, least_score: float = 0.9
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find the substation each zone names.

    Parameters
    ----------
    zones : DataFrame
        Contract `zones`: `tso`, `area`, `asset_name`, and where known `voltage_kv`, `lat`, `lon`,
        `precision_km`.
    stations : DataFrame
        `name`, `lat`, `lon` [degrees]; where known `area` (key of the supply area, "" or missing
        = not known) and `voltage_kv` [kV].
    least_score : float
        Least score that is taken; see `grid.station_names.name_score`. Halved where the areas
        differ, and where the zone states a place more than 30 km (beyond its precision) away.

    Returns
    -------
    matched : DataFrame, shape (zones matched, 10)
        `zone` (its key), `asset_name`, `area`, `station` (index label in `stations`),
        `station_name`, `score` [-], `how` (`name`, or `voltage` where that decided between
        namesakes), and the station's `lat`, `lon`, `voltage_kv`.
    unmatched : DataFrame, shape (other zones, 6)
        `reason` (`no_name`, `no_station`, `low_score` or `ambiguous`: another place, more than
        2 km away, scores within 0.05), `best_score`, and `guesses`, the best three with their
        scores; never taken.

    Examples
    --------
    >>> zones = pd.DataFrame({"tso": "x", "area": "tokyo", "asset_name": ["新京葉", "京葉"]})
    >>> stations = pd.DataFrame({"name": ["新京葉変電所"], "lat": [35.8], "lon": [140.1]})
    >>> matched, unmatched = match_stations(zones, stations)
    >>> matched["score"].tolist(), unmatched["guesses"].tolist()
    ([0.95], ['新京葉変電所 0.50'])
    """
    index = _Index(stations)
    rows = [
        {"zone": key, "asset_name": zone.get("asset_name"), "area": zone.get("area")}
        | index.answer(zone, least_score)
        for key, (_, zone) in zip(zone_keys(zones), zones.iterrows(), strict=True)
    ]
    taken = [row for row in rows if "station" in row]
    others = [row for row in rows if "station" not in row]
    return pd.DataFrame(taken, columns=MATCHED), pd.DataFrame(others, columns=UNMATCHED)


def station_areas(stations: pd.DataFrame, rule: pd.DataFrame) -> pd.Series:
    """Supply area of each station by its position.

    Parameters
    ----------
    stations : DataFrame
        `lat`, `lon`. [degrees]
    rule : DataFrame
        See `grid.areas.area_of_municipality`.

    Returns
    -------
    Series of str
        On the index of `stations`; "" at sea, abroad and without a position.
    """
    codes = [
        municipality_of_point(float(lat), float(lon)) if np.isfinite(lat + lon) else ""
        for lat, lon in zip(stations["lat"], stations["lon"], strict=True)
    ]
    areas = {code: _area(code, rule) for code in set(codes)}
    return pd.Series([areas[code] for code in codes], index=stations.index, dtype=object)


def _area(code: str, rule: pd.DataFrame) -> str:
    try:
        return area_of_municipality(code, rule) if code else ""
    except InputError:  # no municipality of the rule: the area stays unknown
        return ""


@dataclass(frozen=True, slots=True)
class _Candidate:
    place: int
    score: float
    same_voltage: bool


class _Index:
    """Stations by the signs of their names, so that not every pair has to be compared."""

    def __init__(self, stations: pd.DataFrame) -> None:
        self.labels = list(stations.index)
        frame = stations.reset_index(drop=True)
        nothing = pd.Series(None, index=frame.index, dtype=object)
        self.name = frame["name"].fillna("").astype(str).tolist()
        self.area = frame.get("area", nothing).fillna("").astype(str).tolist()
        kv = frame.get("voltage_kv", nothing)
        self.kv = pd.to_numeric(kv, errors="coerce").to_numpy(dtype=float)
        self.lat, self.lon = (frame[c].to_numpy(dtype=float) for c in ("lat", "lon"))
        self.by_stem: dict[str, list[Entry]] = defaultdict(list)
        self.by_sign: dict[str, set[str]] = defaultdict(set)
        for place, name in enumerate(self.name):
            for parted in station_names(name):
                self.by_stem[parted.plain].append((place, parted))
        for stem in self.by_stem:
            for sign in stem:
                self.by_sign[sign].add(stem)

    def answer(self, zone: pd.Series, least_score: float) -> dict[str, Any]:
        """The station of a zone, or why there is none and the best guesses."""
        names = station_names(_text(zone.get("asset_name")))
        if not names:
            return {"reason": "no_name", "best_score": np.nan, "guesses": ""}
        found = self._candidates(zone, names)
        if not found:
            return {"reason": "no_station", "best_score": np.nan, "guesses": ""}
        best = found[0]
        rivals = [c for c in found[1:] if c.score > best.score - MARGIN and self._apart(c, best)]
        decided = [
            c for c in rivals if best.score == c.score and c.same_voltage < best.same_voltage
        ]
        if best.score >= least_score and len(decided) == len(rivals):
            return self._taken(best, "voltage" if rivals else "name")
        reason = "low_score" if best.score < least_score else "ambiguous"
        return {"reason": reason, "best_score": best.score, "guesses": self._guesses(found)}

    def _candidates(self, zone: pd.Series, names: tuple[StationName, ...]) -> list[_Candidate]:
        scores: dict[int, float] = {}
        for name in names:
            for stem in self._near_stems(name.plain):
                for place, other in self.by_stem[stem]:
                    score = name_score(name, other)
                    scores[place] = max(score, scores.get(place, 0.0))
        kv = _number(zone.get("voltage_kv"))
        found = [
            _Candidate(
                place, round(score * self._doubt(place, zone), 4), bool(self.kv[place] == kv)
            )
            for place, score in scores.items()
        ]
        # the order of the table decides between equals, so that the answer is always the same
        return sorted(found, key=lambda c: (-c.score, not c.same_voltage, c.place))

    def _near_stems(self, stem: str) -> list[str]:
        """The stem itself if it is there, and all that share at least half of its signs."""
        counts: dict[str, int] = defaultdict(int)
        for sign in set(stem):
            for other in self.by_sign.get(sign, ()):
                counts[other] += 1
        least = max(1, len(set(stem)) / 2)
        return sorted(other for other, count in counts.items() if count >= least)

    def _doubt(self, place: int, zone: pd.Series) -> float:
        area = _text(zone.get("area"))
        factor = OTHER_AREA if area and self.area[place] and area != self.area[place] else 1.0
        lat, lon = _number(zone.get("lat")), _number(zone.get("lon"))
        km = float(great_circle_km(lat, lon, self.lat[place], self.lon[place]))
        off_km = np.nan_to_num(_number(zone.get("precision_km")))
        return factor * (FAR if km > FAR_KM + off_km else 1.0)

    def _apart(self, one: _Candidate, other: _Candidate) -> bool:
        km = great_circle_km(
            self.lat[one.place], self.lon[one.place], self.lat[other.place], self.lon[other.place]
        )
        return not float(km) <= SAME_PLACE_KM  # a station without a place may be anywhere

    def _taken(self, best: _Candidate, how: str) -> dict[str, Any]:
        place = best.place
        return {
            "station": self.labels[place],
            "station_name": self.name[place],
            "score": best.score,
            "how": how,
            "lat": self.lat[place],
            "lon": self.lon[place],
            "voltage_kv": self.kv[place],
        }

    def _guesses(self, found: list[_Candidate]) -> str:
        return "; ".join(
            f"{self.name[c.place]} {c.score:.2f}"
            + (f" {self.area[c.place]}" * bool(self.area[c.place]))
            for c in found[:MOST_GUESSES]
        )


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""


def _number(cell: object) -> float:
    return float(cell) if isinstance(cell, int | float | np.number) else float("nan")
