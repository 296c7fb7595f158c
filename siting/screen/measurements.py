"""All numbers a screen asks for, block by block, kept and in parallel."""

import logging
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from os import cpu_count

import numpy as np
import numpy.typing as npt
from rasterio.errors import NotGeoreferencedWarning

from data.errors import InputError
from data.layer import CellLayer, FeatureLayer
from data.raster_checks import overlap_problem
from siting.screen.cells import Block, Cells
from siting.screen.far_features import asks_nearest, with_far_features
from siting.screen.measure_cells import cell_measure
from siting.screen.measure_features import feature_measure
from siting.screen.open_layers import OpenLayers
from siting.screen.store import Store, array_hash, key_of
from siting.screen.wanted import Wanted

log = logging.getLogger(__name__)

Numbers = npt.NDArray[np.float32]
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Measurements:
    """Numbers of every land cell, by what was wanted."""

    numbers: Mapping[Wanted, Numbers]
    """Shape (cells,); NaN where the layer knows nothing."""
    computed: int
    """Blocks measured now; the others were kept from before."""
    kept: int
    unavailable: Sequence[Wanted] = field(default_factory=tuple)
    """What could not be measured, because a layer that may be missing is missing."""


def measure_all(
    wanted: Sequence[Wanted],
    cells: Cells,
    layers: OpenLayers,
    store: Store,
    *,
    progress: Progress | None = None,
) -> Measurements:
    """Measure everything wanted at every land cell.

    Work is cut into blocks of the study grid, so memory does not grow with the layers; a finished
    block is kept, so a stopped run goes on where it stopped, and what has not changed is not
    measured again.

    Parameters
    ----------
    wanted : sequence of Wanted
    cells : Cells
    layers : OpenLayers
    store : Store
        Where finished blocks are kept.
    progress : callable, optional
        Told the share done and what is measured.

    Raises
    ------
    InputError
        A layer cannot be used, or cannot answer what is asked of it.
    """
    missing = set(layers.missing)
    asked = [each for each in wanted if each.layer not in missing]
    numbers = {each: np.full(len(cells), np.nan, dtype=np.float32) for each in wanted}
    blocks = list(cells.blocks())
    work = _Work(cells, layers, store)
    tasks = [(each, block) for each in asked for block in blocks]
    counts = {"computed": 0, "kept": 0}
    with _one_filter(), ThreadPoolExecutor(max_workers=cpu_count() or 1) as pool:
        futures = {pool.submit(work.block_numbers, *task): task for task in tasks}
        try:
            for done, future in enumerate(as_completed(futures), start=1):
                each, block = futures.pop(future)  # or all results would be kept twice
                found, was_kept = future.result()
                numbers[each][block.position] = found
                counts["kept" if was_kept else "computed"] += 1
                if progress is not None:
                    progress(done / len(tasks), each.layer)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    unavailable = tuple(each for each in wanted if each.layer in missing)
    return Measurements(numbers, counts["computed"], counts["kept"], unavailable)


@contextmanager
def _one_filter() -> Iterator[None]:
    """Silence for arrays without a place, which the warper makes.

    It silences them itself, but the filters are one for all threads: two that set and restore
    them at a time would let a warning through.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        yield


class _Work:
    """Measures single blocks; each thing wanted is prepared when its first block is needed."""

    def __init__(self, cells: Cells, layers: OpenLayers, store: Store) -> None:
        self.cells, self.layers, self.store = cells, layers, store
        self.lattice_key = repr(cells.lattice)
        self._lock = threading.Lock()
        self._ready: dict[Wanted, Callable[[Block], Numbers]] = {}

    def block_numbers(self, wanted: Wanted, block: Block) -> tuple[Numbers, bool]:
        """Numbers of one block, and whether they were kept from before."""
        key = key_of(
            self.layers.hash(wanted.layer),
            repr(wanted),
            self.lattice_key,
            repr(block.lattice),
            array_hash(block.local),
        )
        kept = self.store.get(key, len(block.local))
        if kept is not None:
            return kept, True
        found = np.asarray(self._measure(wanted)(block), dtype=np.float32)
        self.store.put(key, found)
        return found, False

    def _measure(self, wanted: Wanted) -> Callable[[Block], Numbers]:
        with self._lock:
            if wanted not in self._ready:
                self._ready[wanted] = self._prepared(wanted)
            return self._ready[wanted]

    def _prepared(self, wanted: Wanted) -> Callable[[Block], Numbers]:
        layer = self.layers.layer(wanted.layer)
        if isinstance(layer, CellLayer):
            problem = overlap_problem(layer.source, self.cells.lattice, where=wanted.layer)
            if problem is not None:
                raise InputError(f"screen.layers.{wanted.layer}", [problem])
            return cell_measure(layer, wanted)
        if asks_nearest(layer, wanted):
            bounds = self.layers.bounds
            return with_far_features(layer, self._whole(wanted), wanted, self.cells, bounds)
        return feature_measure(layer, wanted, self.cells.lattice)

    def _whole(self, wanted: Wanted) -> Callable[[], FeatureLayer]:
        def whole() -> FeatureLayer:
            layer = self.layers.whole(wanted.layer)
            assert isinstance(layer, FeatureLayer)
            return layer

        return whole
