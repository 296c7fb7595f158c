"""Layers of a scenario, opened when something has to be measured on them."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from data.errors import InputError, Problem
from data.layer import Bounds, CellLayer, Credit, FeatureLayer, Layer, LayerOptions
from data.layer_readers import RASTER_ENDINGS, open_layer, reader_of
from data.table_join import join_table
from siting.scenario_layers import LayerSpec
from siting.screen.builtin import builtin_layer
from siting.screen.layer_files import LayerFiles, content_files, is_inside, without_sidecars
from siting.screen.store import file_hash, key_of

EVERYWHERE: Bounds = (-180.0, -90.0, 180.0, 90.0)


@dataclass
class OpenLayers:
    """The layers of one study, each opened at most once."""

    files: dict[str, LayerFiles]
    bounds: Bounds
    """Box of the study, widened by what distances may ask. [degrees]"""

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._opened: dict[str, Layer] = {}
        self._whole: dict[str, Layer] = {}
        self._hashes: dict[str, str] = {}

    @property
    def missing(self) -> list[str]:
        """Layers whose file is not there and that the study can do without."""
        return [name for name, files in self.files.items() if files.is_missing]

    def layer(self, name: str) -> Layer:
        """The layer, opened and joined.

        Raises
        ------
        InputError
            Its file cannot be used.
        """
        with self._lock:
            if name not in self._opened:
                self._opened[name] = _open(self.files[name], self.bounds)
            return self._opened[name]

    def whole(self, name: str) -> Layer:
        """The layer with all that its files hold, also far from the study."""
        if self.files[name].spec.builtin is not None:
            return self.layer(name)
        with self._lock:
            if name not in self._whole:
                self._whole[name] = _open(self.files[name], EVERYWHERE)
            return self._whole[name]

    def hash(self, name: str) -> str:
        """Hash of all that decides what the layer says: content of its files and its options."""
        with self._lock:
            if name not in self._hashes:
                self._hashes[name] = _hash(self.files[name], self.bounds)
            return self._hashes[name]


def _open(files: LayerFiles, bounds: Bounds) -> Layer:
    spec = files.spec
    if spec.builtin is not None:
        return builtin_layer(spec.builtin)
    reader = reader_of(without_sidecars(files.paths), spec.reader)
    layer = open_layer(_readable(files, reader), reader, _options(spec), bounds)
    if spec.join is not None:
        layer = _joined(layer, files)
    if isinstance(layer, FeatureLayer) and spec.column is not None:
        layer = _with_value(layer, spec.column, files.name)
    return replace(layer, credit=_credit(layer.credit, spec))


def _readable(files: LayerFiles, reader: str) -> Sequence[Path]:
    """What a reader is given: a folder whole, as readers know which of its files are theirs."""
    if files.folder is None:
        return without_sidecars(files.paths)
    if reader != "raster":
        return (files.folder,)
    rasters = [path for path in files.paths if path.suffix.lower() in RASTER_ENDINGS]
    return rasters or (files.folder,)


def _options(spec: LayerSpec) -> LayerOptions:
    return LayerOptions(
        layer=spec.layer,
        column=spec.column,
        band=spec.band,
        nodata=spec.nodata,
        crs=spec.crs,
        encoding=spec.encoding,
        cell_m=spec.cell_m,
        credit=spec.credit,
        licence=spec.licence,
    )


def _credit(read: Credit, spec: LayerSpec) -> Credit:
    """What the scenario says wins over what the reader knows."""
    line = {} if spec.credit is None else {"line_ja": spec.credit, "line_en": spec.credit}
    licence = {} if spec.licence is None else {"licence": spec.licence}
    return replace(read, **line, **licence)


def _joined(layer: Layer, files: LayerFiles) -> FeatureLayer:
    join = files.spec.join
    assert join is not None
    if isinstance(layer, CellLayer):
        expected = "a layer of points, lines or areas"
        problem = Problem(f"screen.layers.{files.name}.join", "a layer of cells", expected)
        raise InputError(files.name, [problem])
    return join_table(layer, join_path(files), join.key, join.on, join.encoding)


def _with_value(layer: FeatureLayer, column: str, name: str) -> FeatureLayer:
    """The layer with the column that the scenario says holds the value."""
    if column not in layer.frame:
        columns = ", ".join(str(each) for each in layer.frame.columns if each != "geometry")
        problem = Problem(f"screen.layers.{name}.column", column, f"one of {columns}")
        raise InputError(f"screen.layers.{name}", [problem])
    return replace(layer, frame=layer.frame.assign(value=layer.frame[column]))


def join_path(files: LayerFiles) -> Path:
    """Table joined to a layer, in the folder in which the layer was found.

    Raises
    ------
    InputError
        It is not there, or a link leads out of the folder.
    """
    assert files.spec.join is not None
    home = _home(files)
    path = home / files.spec.join.file
    if not path.is_file() or not is_inside(path, home):
        where = f"screen.layers.{files.name}.join.file"
        raise InputError(where, [Problem(where, "no such file", str(path))])
    return path


def _home(files: LayerFiles) -> Path:
    """Folder from which the names of a layer's files count."""
    assert files.pattern is not None
    assert files.spec.file is not None
    return files.pattern.parents[len(Path(files.spec.file).parts) - 1]


def _hash(files: LayerFiles, bounds: Bounds) -> str:
    spec = files.spec.model_dump(exclude={"needed", "credit", "licence"}, mode="json")
    if files.spec.builtin is not None:
        return key_of(spec, _builtin_hash(files.spec.builtin))
    paths: Sequence[Path] = content_files(files.paths)
    if files.spec.join is not None:
        paths = [*paths, join_path(files)]
    return key_of(spec, bounds, file_hash(paths))


def _builtin_hash(name: str) -> str:
    """Hash of what is shipped for a layer."""
    layer = builtin_layer(name)
    return key_of(layer.frame.to_json(default=str))
