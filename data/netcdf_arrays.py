"""Variables of a netCDF file as plain arrays, bounded; a file of a stranger leads nowhere else.

NetCDF 4 is HDF5, which can hold links to other files, data kept in other files and shapes far
larger than the file: none of that is followed or filled.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from scipy.io import netcdf_file

from data.errors import InputError, Problem

HDF5, NETCDF3 = b"\x89HDF\r\n\x1a\n", b"CDF"

MOST_ELEMENTS = 2_000_000
"""Of one variable or of its first row; the largest networks have some 100,000 elements."""

MOST_CHUNK_BYTES = 1 << 28
"""A compressed piece is unpacked as a whole, whatever part of it is wanted."""

MOST_NETCDF3_BYTES = 1 << 31

EXPORT_CSV = 'In PyPSA: network.export_to_csv_folder("folder"), then give the folder'
INSTALL = f"Install the extra: pip install 'dc-siting[network]'. {EXPORT_CSV}"
AGAIN = f"Write the file again. {EXPORT_CSV}"
BROKEN = (
    OSError,
    ValueError,
    TypeError,
    LookupError,
    RuntimeError,
    AssertionError,
    AttributeError,
    OverflowError,
    MemoryError,
)
"""What the two libraries raise on files that are cut off or spoilt."""

Values = npt.NDArray[Any]


class Variables(Protocol):
    """Variables of an open file."""

    def names(self) -> list[str]:
        """Names of all variables."""

    def column(self, name: str) -> Values:
        """All values of a variable of one dimension; texts as str."""

    def first_row(self, name: str) -> Values:
        """Values of a variable of two dimensions at the first place of the first."""

    def text(self, name: str, attribute: str) -> str:
        """An attribute of a variable; "" where there is none."""


@contextmanager
def open_netcdf(path: Path) -> Iterator[Variables]:
    """Open a netCDF file of version 3 or 4.

    Raises
    ------
    InputError
        The file is broken, something else, too large, or h5py is not installed.
    """
    with path.open("rb") as file:
        start = file.read(len(HDF5))
    try:
        if start == HDF5:
            with _h5py(path).File(path, "r") as opened:
                yield _Hdf5(opened)
        elif start.startswith(NETCDF3) and path.stat().st_size <= MOST_NETCDF3_BYTES:
            with netcdf_file(path, "r", mmap=False) as opened:
                yield _Netcdf3(opened)
        else:
            raise _refused(path, "something else", AGAIN)
    except BROKEN as error:
        found = f"nothing readable ({' '.join(str(error).split())[:160]})"
        raise _refused(path, found, AGAIN) from None


def _h5py(path: Path) -> Any:
    try:
        import h5py
    except ImportError:
        raise _refused(path, "netCDF 4, and h5py is not installed", INSTALL) from None
    return h5py


class _Hdf5:
    def __init__(self, file: Any) -> None:
        self.file = file

    def names(self) -> list[str]:
        return [name for name in self.file if self._is_own(name)]

    def column(self, name: str) -> Values:
        data = self._data(name, 1)
        return _texts(data[()]) if data.dtype.kind in "OSU" else np.asarray(data[()])

    def first_row(self, name: str) -> Values:
        data = self._data(name, 2)
        if not data.shape[0]:
            return np.full(data.shape[1], np.nan)
        return np.asarray(data[0])

    def text(self, name: str, attribute: str) -> str:
        value = self.file[name].attrs.get(attribute, "")
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)

    def _is_own(self, name: str) -> bool:
        """Whether the variable stands in this file and not behind a link."""
        import h5py

        kind = self.file.get(name, getclass=True, getlink=True)
        return kind is h5py.HardLink and isinstance(self.file[name], h5py.Dataset)

    def _data(self, name: str, dimensions: int) -> Any:
        data = self.file[name]
        if data.ndim != dimensions:
            raise ValueError(f"{name} has {data.ndim} dimensions, not {dimensions}")
        if data.external or data.is_virtual:
            raise ValueError(f"{name} stands in another file")
        chunk = int(np.prod(data.chunks or (1,), dtype=float)) * data.dtype.itemsize
        if data.shape[-1] > MOST_ELEMENTS or chunk > MOST_CHUNK_BYTES:
            raise ValueError(f"{name} has the shape {data.shape}, which is too large")
        return data


class _Netcdf3:
    """Texts are arrays of signs there, one row a text."""

    def __init__(self, file: Any) -> None:
        self.file = file

    def names(self) -> list[str]:
        return list(self.file.variables)

    def column(self, name: str) -> Values:
        data = np.array(self.file.variables[name].data)
        if data.dtype.kind == "S" and data.ndim == 2:
            return _texts([b"".join(row.tolist()).rstrip(b"\0") for row in data])
        if data.ndim != 1:
            raise ValueError(f"{name} has {data.ndim} dimensions, not 1")
        return data.astype(data.dtype.newbyteorder("="))

    def first_row(self, name: str) -> Values:
        data = self.file.variables[name].data
        if data.ndim != 2:
            raise ValueError(f"{name} has {data.ndim} dimensions, not 2")
        return np.array(data[0], dtype=float) if len(data) else np.full(data.shape[1], np.nan)

    def text(self, name: str, attribute: str) -> str:
        value = getattr(self.file.variables[name], attribute, "")
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _texts(values: Any) -> Values:
    """Text cells as str; raises ValueError where they are not UTF-8."""
    cells = [cell.decode("utf-8") if isinstance(cell, bytes) else str(cell) for cell in values]
    return np.array(cells, dtype=object)


def _refused(path: Path, found: str, fix: str) -> InputError:
    problem = Problem("file", found, "a whole netCDF file", fix, file=str(path))
    return InputError(str(path), [problem])
