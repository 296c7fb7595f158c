"""Substations and lines of OpenStreetMap as layers.

Raw extracts (.osm, .osm.pbf) and tables others made of them (GeoPackage, GeoJSON, FlatGeobuf,
Shapefile) with the tags as columns. A map of volunteers is never complete: a substation that is not
there may still exist, and a voltage without a tag is not known.
"""

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from data.crs import EQUAL_AREA_EPSG
from data.layer import Bounds, Credit, FeatureLayer, LayerOptions
from data.osm_stations import kind_of, merge_places, unsuitable_reason
from data.osm_tags import LINE_VALUES, read_tags
from data.osm_voltage import read_voltages

OSM_CREDIT = Credit(
    line_ja="© OpenStreetMap contributors",
    line_en="© OpenStreetMap contributors",
    licence="ODbL 1.0",
    url="https://www.openstreetmap.org/copyright",
)
SHARE_ALIKE = "ODbL 1.0: a database made from it may only be passed on under the same licence"

STATION_VALUES = ("substation", "sub_station")
VOLTAGE_TAGS = ("voltage", "voltage_tag")
KV_COLUMNS = ("voltage_kv", "max_kv", "kv")
WIRES_PER_CIRCUIT = 3
UNDER_GROUND = ("underground", "underwater", "indoor")
MADE_UP = "Created_line"
"""What one published extract writes for lines its authors drew to join the net."""

STATION_COLUMNS = (
    "name",
    "voltage_kv",
    "voltages_kv",
    "operator",
    "kind",
    "suitable",
    "reason",
    "osm_id",
    "area_m2",
)
LINE_COLUMNS = (
    "name",
    "voltage_kv",
    "voltages_kv",
    "operator",
    "circuits",
    "cables",
    "kind",
    "underground",
    "heuristic",
    "osm_id",
)


def read_osm_substations(
    paths: Sequence[Path], options: LayerOptions, bounds: Bounds | None = None
) -> FeatureLayer:
    """Substations as points.

    Parameters
    ----------
    paths : sequence of Path
        Files, see `data.osm_tags.read_tags`.
    options : LayerOptions
        Layer, reference system, encoding, credit and licence, where the file does not say.
    bounds : (west, south, east, north), optional
        Only what touches the box. [degrees]

    Returns
    -------
    FeatureLayer
        Points (of an area a point inside it) with name, voltage_kv (highest; NaN = not known),
        voltages_kv ("154;66"), operator, kind (see `data.osm_stations`), suitable and reason (why
        it is no connection point), osm_id ("" = not known), area_m2 (NaN for a point).

    Raises
    ------
    SourceUnavailableError, InputError
        See `data.osm_tags.read_tags`.
    """
    tags, notes = _chosen(*read_tags(paths, options, bounds), STATION_VALUES, "type")
    kv, voltage_notes = _voltages(tags)
    frame = gpd.GeoDataFrame(
        {
            "name": _text(tags, "name", "name:ja"),
            "operator": _text(tags, "operator"),
            "substation": _text(tags, "substation"),
            "disused": _text(tags, "disused").eq("yes") | _text(tags, "abandoned").eq("yes"),
            "osm_id": tags["osm_id"],
            "area_m2": _areas_m2(tags.geometry),
            "kv": kv,
        },
        geometry=tags.geometry,
    )
    frame["kind"] = kind_of(frame)
    frame, merged = merge_places(frame.drop(columns="substation"))
    frame["reason"] = unsuitable_reason(frame["kind"], frame["disused"])
    frame["suitable"] = frame["reason"].eq("")
    frame["voltage_kv"], frame["voltages_kv"] = _highest(frame["kv"]), _joined(frame["kv"])
    points = frame[[*STATION_COLUMNS]].set_geometry(frame.geometry.representative_point())
    notes += voltage_notes
    if merged:
        notes.append(f"{merged} objects joined with another of the same substation")
    return FeatureLayer(points, _credit(options), (*notes, *_counts(points), SHARE_ALIKE))


def read_osm_lines(
    paths: Sequence[Path], options: LayerOptions, bounds: Bounds | None = None
) -> FeatureLayer:
    """Power lines and cables.

    Parameters
    ----------
    paths, options, bounds
        As for `read_osm_substations`.

    Returns
    -------
    FeatureLayer
        Lines with name, voltage_kv (highest; NaN = not known), voltages_kv, operator, circuits
        and cables (NaN = not known), kind (line, minor_line, cable, unknown), underground,
        heuristic (True: drawn by the makers of the extract, not mapped), osm_id.

    Raises
    ------
    SourceUnavailableError, InputError
        See `data.osm_tags.read_tags`.
    """
    tags, notes = _chosen(*read_tags(paths, options, bounds), LINE_VALUES, "line_type")
    lines = tags.geometry.geom_type.isin(("LineString", "MultiLineString", "LinearRing"))
    if not lines.all():
        notes.append(f"{int((~lines).sum())} objects that are no lines left out")
    tags = tags[lines].reset_index(drop=True)
    kv, voltage_notes = _voltages(tags)
    kind = _text(tags, "power").where(lambda p: p.isin(LINE_VALUES), "unknown")
    made_up = _text(tags, "line_type").eq(MADE_UP)
    kind = kind.where(kind.ne("unknown") | ~_text(tags, "line_type").eq("line"), "line")
    cables, circuits = _wires(tags, kv)
    location = _text(tags, "location")
    frame = gpd.GeoDataFrame(
        {
            "name": _text(tags, "name", "name:ja"),
            "voltage_kv": _highest(kv),
            "voltages_kv": _joined(kv),
            "operator": _text(tags, "operator"),
            "circuits": circuits,
            "cables": cables,
            "kind": kind,
            "underground": location.isin(UNDER_GROUND) | (kind.eq("cable") & location.eq("")),
            "heuristic": made_up,
            "osm_id": tags["osm_id"],
        },
        geometry=tags.geometry,
    )[[*LINE_COLUMNS, "geometry"]]
    if made_up.any():
        notes.append(f"{int(made_up.sum())} lines were drawn by the makers of the extract")
    unknown = int(frame["voltage_kv"].isna().sum())
    notes += [*voltage_notes, f"{unknown} of {len(frame)} lines have no known voltage"]
    return FeatureLayer(frame, _credit(options), (*notes, SHARE_ALIKE))


def _chosen(
    tags: gpd.GeoDataFrame, notes: list[str], values: Sequence[str], column: str
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Rows with one of the values of `power`, or of `column` in extracts without it."""
    if "power" in tags:
        chosen = _text(tags, "power").isin(values)
    elif column == "type" and _text(tags, column).isin(values).any():
        chosen = _text(tags, column).isin(values)
    else:
        chosen = pd.Series(True, tags.index)
        if "line_type" not in tags:
            notes = [*notes, f"no column power: all {len(tags)} features taken for {values[0]}s"]
    return tags[chosen].reset_index(drop=True), notes


def _text(tags: pd.DataFrame, *columns: str) -> pd.Series:
    """First of the columns that is there and filled; "" else."""
    text = pd.Series("", index=tags.index, dtype="str")
    for column in columns:
        if column in tags:
            own = tags[column].astype("str").fillna("").str.strip()
            text = text.where(text.ne(""), own)
    return text


def _voltages(tags: pd.DataFrame) -> tuple[pd.Series, list[str]]:
    """Tuples of kV from the tag, and where it is empty from a column in kV."""
    read = read_voltages(_text(tags, *VOLTAGE_TAGS))
    kv = read.kv
    for column in KV_COLUMNS:
        if column in tags:
            numbers = pd.to_numeric(tags[column], errors="coerce")
            own = [(float(n),) if n > 0 else () for n in numbers]
            kv = pd.Series([k or o for k, o in zip(kv, own, strict=True)], kv.index, dtype=object)
    return kv, list(read.notes)


def _highest(kv: pd.Series) -> pd.Series:
    return pd.Series([k[0] if k else np.nan for k in kv], kv.index, dtype=float)


def _joined(kv: pd.Series) -> pd.Series:
    return pd.Series([";".join(f"{v:g}" for v in k) for k in kv], kv.index, dtype="str")


def _wires(tags: pd.DataFrame, kv: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Cables and circuits; a circuit of three-phase current has three cables."""
    cables = _counted(_text(tags, "cables"), kv)
    circuits = _counted(_text(tags, "circuits"), kv)
    whole = cables.mod(WIRES_PER_CIRCUIT).eq(0)
    return cables, circuits.fillna((cables / WIRES_PER_CIRCUIT).where(whole))


def _counted(texts: pd.Series, kv: pd.Series) -> pd.Series:
    """Numbers such as "6", or "6;3" of two voltages together.

    "6;6" of one voltage comes from joined ways and means 6; "6;3" of one voltage is not known.
    """
    parts = texts.str.split(";").map(lambda p: [float(n) for n in p if n.strip().isdecimal()])
    complete = parts.map(len).eq(texts.str.count(";") + 1)
    sums = []
    for numbers, voltages, whole in zip(parts, kv, complete, strict=True):
        if whole and len(numbers) == len(voltages):
            sums.append(sum(numbers))
        else:
            sums.append(numbers[0] if whole and len(set(numbers)) == 1 else np.nan)
    counts = pd.Series(sums, index=texts.index, dtype=float)
    return counts.where(counts.gt(0))


def _areas_m2(geometry: gpd.GeoSeries) -> pd.Series:
    area = geometry.to_crs(EQUAL_AREA_EPSG).area
    return area.where(area.gt(0))


def _credit(options: LayerOptions) -> Credit:
    line = options.credit
    return Credit(
        line_ja=line or OSM_CREDIT.line_ja,
        line_en=line or OSM_CREDIT.line_en,
        licence=options.licence or OSM_CREDIT.licence,
        url=OSM_CREDIT.url,
    )


def _counts(points: pd.DataFrame) -> list[str]:
    unknown, unfit = int(points["voltage_kv"].isna().sum()), int((~points["suitable"]).sum())
    return [
        f"{unknown} of {len(points)} substations have no known voltage",
        f"{unfit} of {len(points)} substations are no connection points",
    ]
