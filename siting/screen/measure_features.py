"""Numbers of points, lines and areas at the cells of the study."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from data.coverage import covered_cells, covered_share, on_lattice
from data.errors import InputError, Problem
from data.lattice import Lattice
from data.layer import FeatureLayer
from siting.screen.buffer import widened
from siting.screen.cells import Block
from siting.screen.feature_distance import Nearby
from siting.screen.nearest import nearest_points
from siting.screen.wanted import Wanted, word_of

Numbers = npt.NDArray[np.float32]
Measure = Callable[[Block], Numbers]

POINT, AREA = 0, 2


def feature_measure(layer: FeatureLayer, wanted: Wanted, lattice: Lattice) -> Measure:
    """How to get what is wanted, block by block.

    Parameters
    ----------
    layer : FeatureLayer
    wanted : Wanted
    lattice : Lattice
        The whole study grid; decides how finely lines are followed.

    Raises
    ------
    InputError
        A column is not there, or the features cannot answer that.
    """
    frame = chosen_features(layer, wanted)
    if wanted.kind == "distance_km":
        return _distance(frame, lattice)
    dimensions = set(shapely.get_dimensions(frame.geometry.to_numpy()).tolist())
    # the value of areas that have none is the share they cover
    covers = wanted.kind == "value" and dimensions <= {AREA} and not _has_value(frame, wanted)
    if wanted.kind == "overlap" or covers:
        if dimensions and dimensions.isdisjoint({AREA}) and not wanted.buffer_km:
            expected = "areas, or buffer_km, or a distance"
            raise _refused(wanted, "an overlap with points or lines, which cover nothing", expected)
        return _overlap(widened(frame.geometry, wanted.buffer_km), lattice)
    column = value_column(frame, wanted)
    values = feature_numbers(frame[column], wanted)
    if dimensions <= {POINT}:
        return _value_of_nearest(frame, values)
    if dimensions <= {AREA}:
        return _value_of_cover(on_lattice(frame.geometry, lattice), values, wanted)
    raise _refused(wanted, f"a value of column {column} of lines", "points or areas")


def words_of(cells: pd.Series) -> list[str]:
    """Words of a column in their order; the number of a word is its place in it."""
    return sorted(cells.dropna().map(word_of).unique())


def feature_numbers(cells: pd.Series, wanted: Wanted) -> npt.NDArray[np.float64]:
    """Values of a column: numbers as they are, classes as the number of the word.

    Raises
    ------
    InputError
        The column holds words where numbers are asked.
    """
    if wanted.kind == "class":
        words = cells.map(word_of, na_action="ignore")
        classes = {word: float(i) for i, word in enumerate(words_of(cells))}
        return np.array([classes.get(word, np.nan) for word in words])
    numbers = pd.to_numeric(cells, errors="coerce").astype(float)
    odd = cells[numbers.isna() & cells.notna()]
    if len(odd):
        expected = "numbers; for words state among or classes"
        raise _refused(wanted, f"{odd.iloc[0]!r} in column {odd.name}", expected)
    return np.asarray(numbers)


def chosen_features(layer: FeatureLayer, wanted: Wanted) -> Any:
    """Features that pass the filter."""
    frame = layer.frame
    keep = np.ones(len(frame), dtype=bool)
    for column, allowed in wanted.filter.items():
        if column not in frame:
            raise _no_column(wanted, column, frame)
        known = {str(value) for value in allowed} | {word_of(value) for value in allowed}
        keep &= frame[column].map(word_of).isin(known).to_numpy()
    return frame[keep]


def _has_value(frame: Any, wanted: Wanted) -> bool:
    return wanted.column is not None or "value" in frame


def value_column(frame: Any, wanted: Wanted) -> str:
    """Column whose value counts: as stated, else `value`.

    Raises
    ------
    InputError
        There is none.
    """
    column = wanted.column or ("value" if "value" in frame else None)
    if column is None:
        raise _refused(wanted, "no column", "column: the one whose value counts")
    if column not in frame:
        raise _no_column(wanted, column, frame)
    return column


def _distance(frame: Any, lattice: Lattice) -> Measure:
    nearby = Nearby(frame.geometry, lattice.cell_m / 4e3)
    return lambda block: nearby.km(block.lon, block.lat).astype(np.float32)


def _overlap(geometry: Any, lattice: Lattice) -> Measure:
    shapes = on_lattice(geometry, lattice).to_numpy()
    tree = shapely.STRtree(shapes)

    def measure(block: Block) -> Numbers:
        near = tree.query(shapely.box(*block.lattice.bounds))
        return block.take(covered_share(shapes[np.sort(near)], block.lattice))

    return measure


def _value_of_nearest(frame: Any, values: npt.NDArray[np.float64]) -> Measure:
    places, owner = shapely.get_coordinates(frame.geometry.to_numpy(), return_index=True)
    points = pd.DataFrame(places, columns=["lon", "lat"])
    if not len(points):
        return lambda block: np.full(len(block.local), np.nan, dtype=np.float32)

    def measure(block: Block) -> Numbers:
        index, _ = nearest_points(block.lon, block.lat, points)
        return values[owner[index]].astype(np.float32)

    return measure


def _value_of_cover(geometry: Any, values: npt.NDArray[np.float64], wanted: Wanted) -> Measure:
    """Mean by covered area, or the largest, smallest or most frequent value."""
    shapes = geometry.to_numpy()
    tree = shapely.STRtree(shapes)
    combine = _most_frequent if wanted.kind == "class" else _COMBINE[wanted.stat]

    def measure(block: Block) -> Numbers:
        near = np.sort(tree.query(shapely.box(*block.lattice.bounds)))
        pairs = covered_cells(shapes[near], block.lattice)
        pairs = pairs.assign(value=values[near][pairs["area"]]).dropna(subset="value")
        whole = np.full(block.lattice.rows * block.lattice.cols, np.nan)
        found = combine(pairs)
        whole[found.index] = found
        return block.take(whole)

    return measure


def _mean(pairs: pd.DataFrame) -> pd.Series:
    weighted = (pairs["value"] * pairs["share"]).groupby(pairs["cell"]).sum()
    return weighted / pairs.groupby("cell")["share"].sum()


def _most_frequent(pairs: pd.DataFrame) -> pd.Series:
    """Value with the largest covered part; the smaller number where two are equal."""
    shares = pairs.groupby(["cell", "value"])["share"].sum().reset_index()
    # equal up to the rounding of the cover routine
    shares["share"] = shares["share"].round(6)
    order = shares.sort_values(["share", "value"], ascending=[False, True], kind="stable")
    return order.drop_duplicates("cell").set_index("cell")["value"]


_COMBINE: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
    "mean": _mean,
    "max": lambda pairs: pairs.groupby("cell")["value"].max(),
    "min": lambda pairs: pairs.groupby("cell")["value"].min(),
}


def _no_column(wanted: Wanted, column: str, frame: Any) -> InputError:
    columns = [str(name) for name in frame.columns if name != "geometry"]
    return _refused(wanted, f"no column {column}", "one of " + ", ".join(columns[:40]))


def _refused(wanted: Wanted, found: str, expected: str) -> InputError:
    where = f"screen.layers.{wanted.layer}"
    return InputError(where, [Problem(f"layer {wanted.layer}", found, expected)])
