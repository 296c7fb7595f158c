"""Numbers of a layer of cells at the cells of the study."""

from collections.abc import Callable
from contextlib import suppress
from typing import Literal

import numpy as np
import numpy.typing as npt

from data.errors import InputError, Problem
from data.layer import CellLayer
from data.resample import class_shares_on, extreme_on, majority_on, mean_on
from siting.screen.cells import Block
from siting.screen.wanted import Wanted, word_of

Numbers = npt.NDArray[np.float32]
Measure = Callable[[Block], Numbers]


def cell_measure(layer: CellLayer, wanted: Wanted) -> Measure:
    """How to get what is wanted, block by block.

    Raises
    ------
    InputError
        A layer of cells cannot answer that.
    """
    if wanted.column is not None or wanted.buffer_km:
        found = "a buffer" if wanted.buffer_km else "a column"
        raise _cannot(wanted, found, "a layer of points, lines or areas")
    if wanted.kind == "overlap":
        return _share(layer, wanted)
    if wanted.filter:
        raise _cannot(wanted, "a filter (where)", "where with overlap_above or measure: overlap")
    if wanted.kind == "class":
        return lambda block: block.take(majority_on(layer.source, block.lattice))
    if wanted.kind == "distance_km":
        raise _cannot(wanted, "a distance", "a layer of points, lines or areas")
    if layer.kind == "class":
        raise _cannot(wanted, "a value", "classes: among, overlap_above or classes")
    if wanted.stat == "mean":
        return lambda block: block.take(mean_on(layer.source, block.lattice))
    which: Literal["max", "min"] = "max" if wanted.stat == "max" else "min"
    return lambda block: block.take(extreme_on(layer.source, block.lattice, which))


def _share(layer: CellLayer, wanted: Wanted) -> Measure:
    """Share of each whole cell in the classes named; unknown where nothing of it is known."""
    named = wanted.filter.get("class")
    if layer.kind != "class" or named is None or set(wanted.filter) != {"class"}:
        raise _cannot(wanted, "an overlap", "where: {class: [...]} on a layer of classes")
    numbers = {class_number(layer.classes, word, wanted.layer): None for word in named}

    def share(block: Block) -> Numbers:
        parts = class_shares_on(layer.source, block.lattice, list(numbers))
        return block.take(np.minimum(np.asarray(parts).sum(axis=0), 1))

    return share


def class_number(classes: dict[str, float], word: object, layer: str) -> float:
    """Number that stands for a class in the cells; a number stands for itself.

    Raises
    ------
    InputError
        The layer has no such class.
    """
    named = {str(word), word_of(word)} & set(classes)
    if named:
        return classes[named.pop()]
    with suppress(ValueError):
        return float(str(word))
    expected = "one of " + ", ".join(classes) if classes else "a number"
    problem = Problem(f"class of layer {layer}", repr(word), expected)
    raise InputError(f"screen.layers.{layer}", [problem])


def _cannot(wanted: Wanted, found: str, expected: str) -> InputError:
    problem = Problem(f"layer {wanted.layer}", f"{found} asked of a layer of cells", expected)
    return InputError(f"screen.layers.{wanted.layer}", [problem])
