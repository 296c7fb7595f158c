"""A folder of OCCTO's bulk lines, stations, units and flows with OpenStreetMap's lines beside it.

Files: `occto_lines.csv`, `occto_stations.csv`, `occto_units.csv`, `occto_line_flows_<date>.csv`
(48 half-hours), `occto_interties_30min_<year>.csv[.gz]`, `osm2017_nodes.geojson` and
`osm2017_lines.geojson`; `occto_area_demand_30min_<year>.csv[.gz]` in the folder or beside it.
Flows are observed, not ratings; a slot i is the half-hour that begins i / 2 hours after midnight.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from data.contract import AREAS
from data.errors import InputError, Problem
from data.text_file import read_text_file

SLOTS = tuple(f"{slot // 2:02d}:{slot % 2 * 30:02d}" for slot in range(48))
LINE_KEY = ("area", "kv", "line")
DATE = re.compile(r"occto_line_flows_(\d{4}-\d{2}-\d{2})\.csv")

NUMBERS = {
    "occto_lines.csv": ("kv", "abs_max_mw", "mean_mw"),
    "occto_stations.csv": ("lat", "lon"),
    "occto_units.csv": ("plant_capacity_mw", "mean_mw", "p99_mw", "max_mw", "lat", "lon"),
}
TEXTS = {
    "occto_lines.csv": ("area", "line", "from", "to"),
    "occto_stations.csv": ("area", "name", "coord_source", "confidence"),
    "occto_units.csv": ("area", "plant", "unit", "source"),
}
FILLED = {"occto_lines.csv": ("kv",), "occto_stations.csv": (), "occto_units.csv": ("mean_mw",)}


@dataclass(frozen=True, slots=True)
class OcctoGrid:
    """What the folder holds.

    Attributes
    ----------
    lines : DataFrame
        area, kv [kV], line, from, to (positive direction), mean_mw, abs_max_mw. [MW]
    stations : DataFrame
        area, name, lat, lon [degrees, NaN not known], coord_source, confidence.
    units : DataFrame
        area, plant, unit, source, plant_capacity_mw, mean_mw, p99_mw, max_mw [MW], lat, lon.
    flows : dict of date to DataFrame, index (area, kv, line), columns `SLOTS`
        Observed flow, positive from `from` to `to`. [MW]
    demand, ties : DataFrame, index (date, slot)
        Demand by area and flow by tie, as the files say. [MW]
    osm_nodes : DataFrame, index v_id
        lat, lon, type, name, max_kv.
    osm_lines : DataFrame
        v_id_1, v_id_2, kv (NaN not known), length_km, name, line_type.
    """

    lines: pd.DataFrame
    stations: pd.DataFrame
    units: pd.DataFrame
    flows: dict[str, pd.DataFrame]
    demand: pd.DataFrame
    ties: pd.DataFrame
    osm_nodes: pd.DataFrame
    osm_lines: pd.DataFrame


def read_occto_grid(folder: Path | str) -> OcctoGrid:
    """Read all files of the folder.

    Raises
    ------
    InputError
        Every file that is missing, every column that is missing, every number that is none.
    """
    folder, problems = Path(folder), _Problems()
    tables = {name: problems.table(folder / name) for name in NUMBERS}
    nodes = problems.features(folder / "osm2017_nodes.geojson", ("v_id", "type", "name", "max_kv"))
    lines = problems.features(
        folder / "osm2017_lines.geojson", ("v_id_1", "v_id_2", "kv", "length_km", "line_type")
    )
    flows = {
        match[1]: problems.flows(path)
        for path in sorted(folder.glob("occto_line_flows_*.csv"))
        if (match := DATE.fullmatch(path.name))
    }
    if not flows:
        problems.miss(folder / "occto_line_flows_<date>.csv")
    demand = problems.slots(folder, "occto_area_demand_30min_*.csv*")
    ties = problems.slots(folder, "occto_interties_30min_*.csv*")
    if problems.found:
        raise InputError(str(folder), problems.found)
    own, stations, units = tables.values()
    return OcctoGrid(own, stations, units, flows, demand, ties, _placed(nodes), lines)


def _placed(nodes: pd.DataFrame) -> pd.DataFrame:
    return nodes.set_index("v_id")[["lat", "lon", "type", "name", "max_kv"]]


class _Problems:
    """Reads one file after the other and keeps what is wrong with each."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def miss(self, path: Path) -> None:
        """Keep that a file is missing."""
        self.found.append(Problem("file", "no such file", "a file", "Check the folder", str(path)))

    def text(self, path: Path, what: str) -> str:
        """Content of a file; "" if it cannot be read."""
        try:
            return read_text_file(path, what=what)
        except InputError as error:
            self.found += error.problems
            return ""

    def csv(self, path: Path, columns: Sequence[str]) -> pd.DataFrame:
        """Cells as text with the columns that must be there."""
        text = self.text(path, "a CSV file")
        try:
            frame = pd.read_csv(StringIO(text), dtype=str, keep_default_na=False)
        except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
            if text:
                self.found.append(Problem("content", str(error), "a CSV table", file=str(path)))
            return pd.DataFrame(columns=list(columns), dtype=str)
        absent = [column for column in columns if column not in frame]
        self.found += [Problem(c, "no such column", "a column", file=str(path)) for c in absent]
        return frame.reindex(columns=[*frame.columns, *absent], fill_value="")

    def numbers(
        self, frame: pd.DataFrame, columns: Sequence[str], path: Path, filled: Sequence[str] = ()
    ) -> pd.DataFrame:
        """Columns as numbers; what is no number is kept as a problem with its line."""
        for column in columns:
            cells = frame[column].str.strip()
            values = pd.to_numeric(cells, errors="coerce").astype(float)
            values = values.where(values.abs() < float("inf"))
            wrong = values.isna() & (cells.ne("") | (column in filled))
            for row in frame.index[wrong]:
                found = cells[row] or "an empty cell"
                self.found.append(
                    Problem(column, found, "a number", file=str(path), line=int(row) + 2)
                )
            frame = frame.assign(**{column: values})
        return frame

    def table(self, path: Path) -> pd.DataFrame:
        """One of the three tables."""
        numbers, texts = NUMBERS[path.name], TEXTS[path.name]
        frame = self.csv(path, (*texts, *numbers))
        frame = self.numbers(frame, numbers, path, FILLED[path.name])
        for row in frame.index[~frame["area"].isin(AREAS)]:
            area = str(frame["area"][row])
            self.found.append(Problem("area", area, "an area", file=str(path), line=int(row) + 2))
        return frame[[*texts, *numbers]]

    def flows(self, path: Path) -> pd.DataFrame:
        """Half-hourly flows of one day; the few lines with a key twice are left out."""
        frame = self.csv(path, (*LINE_KEY, *SLOTS))
        frame = self.numbers(frame, ("kv", *SLOTS), path, ("kv",))
        frame = frame[~frame.duplicated(list(LINE_KEY), keep=False)]
        return frame.set_index(list(LINE_KEY))[list(SLOTS)]

    def slots(self, folder: Path, pattern: str) -> pd.DataFrame:
        """Table by date and slot, from the folder or from `demand` beside it."""
        places = (folder, folder.parent / "demand")
        path = next((p for place in places for p in sorted(place.glob(pattern))), None)
        if path is None:
            self.miss(folder / pattern)
            return pd.DataFrame()
        frame = self.csv(path, ("date", "slot"))
        columns = [str(column) for column in frame if column != "date"]
        frame = self.numbers(frame, columns, path, ("slot",))
        return frame.astype({"slot": "Int64"}).set_index(["date", "slot"])

    def features(self, path: Path, columns: Sequence[str]) -> pd.DataFrame:
        """Properties of a GeoJSON; of points also lat and lon."""
        text = self.text(path, "a GeoJSON file")
        try:
            features = json.loads(text)["features"] if text else []
            rows = [_feature(feature) for feature in features]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            self.found.append(Problem("content", repr(error)[:80], "GeoJSON", file=str(path)))
            rows = []
        frame = pd.DataFrame(rows)
        absent = [column for column in columns if column not in frame]
        if text and absent:
            found = ", ".join(absent)
            self.found.append(Problem("properties", f"no {found}", "them", file=str(path)))
        return frame.reindex(columns=list(dict.fromkeys([*frame.columns, *columns, "lat", "lon"])))


def _feature(feature: Any) -> dict[str, Any]:
    row = dict(feature["properties"])
    if feature["geometry"]["type"] == "Point":
        lon, lat = feature["geometry"]["coordinates"][:2]
        row |= {"lat": float(lat), "lon": float(lon)}
    return row
