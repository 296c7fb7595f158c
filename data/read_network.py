"""Power networks from files of any form that is read: the ending or the content decides."""

from pathlib import Path

from data.errors import InputError, Problem, SourceUnavailableError
from data.netcdf_arrays import EXPORT_CSV, HDF5, NETCDF3
from data.network import Network
from data.read_matpower import read_matpower
from data.read_network_csv import read_network_csv
from data.read_pandapower import read_pandapower
from data.read_pypsa_network import read_pypsa_network

READABLE = (
    "JSON of pandapower, a MATPOWER case (.m), the CSV folder or netCDF file (.nc) of PyPSA, lines "
    "and substations of OpenStreetMap, or a folder with buses.csv and branches.csv "
    "(docs/network.md)"
)
EXPORT_JSON = 'In pandapower: pandapower.to_json(net, "network.json")'
SAVE_CASE = "In MATPOWER: savecase('network.m', mpc)"

MAP_ENDINGS = (".geojson", ".json", ".gpkg", ".fgb", ".shp", ".osm", ".pbf")
"""Of `data.osm_tags.HEADS`, which is only imported where there is a map: GDAL takes its time."""

START_BYTES = 4096
FEATURES = b"FeatureCollection"
REFUSED = {
    ".nc": ("no netCDF file, though its ending says so", EXPORT_CSV),
    ".h5": ("no HDF5 file, though its ending says so", EXPORT_CSV),
    ".xlsx": ("an Excel file", EXPORT_JSON),
    ".p": ("a pickle, which could run programs", EXPORT_JSON),
    ".pkl": ("a pickle, which could run programs", EXPORT_JSON),
    ".mat": ("a MATLAB data file", SAVE_CASE),
}


def read_network(path: Path) -> Network:
    """Read a power network, whatever program it is from.

    Parameters
    ----------
    path : Path
        `.json` of pandapower and `.m` of MATPOWER, both also gzipped (`.gz`); a folder, or a CSV
        file in it, of PyPSA or in the columns of docs/network.md; `.nc` of PyPSA; OpenStreetMap as
        `.osm`, `.osm.pbf`, `.geojson`, `.gpkg` or a folder with a pair of such files.

    Returns
    -------
    Network
        With what was decided, repaired or left out in its notes.

    Raises
    ------
    SourceUnavailableError
        There is no such file or folder.
    InputError
        Every problem of the files; forms that are not read are refused with the way to export.
    """
    path = Path(path)
    if not path.exists():
        raise SourceUnavailableError(f"{path} is not there. Put the file in place or correct it")
    if path.is_dir():
        return _read_folder(path)
    ending = _ending(path)
    if ending == ".csv":
        return _read_folder(path.parent)
    if ending == ".json" and FEATURES not in _start(path):
        return read_pandapower(path)
    if ending in MAP_ENDINGS:
        return _read_map(path)
    if ending == ".m":
        return read_matpower(path)
    return _read_by_content(path, ending)


def _ending(path: Path) -> str:
    name = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    return name.suffix.lower()


def _read_folder(path: Path) -> Network:
    has_buses = (path / "buses.csv").is_file()
    if (path / "branches.csv").is_file():
        return read_network_csv(path)
    if has_buses and _is_pypsa(path):
        return read_pypsa_network(path)
    if has_buses:
        return read_network_csv(path)  # it names the file that is missing
    if any(file.suffix.lower() in MAP_ENDINGS for file in path.iterdir()):
        return _read_map(path)
    raise _refusal(path, "no buses.csv in this folder", "")


def _read_map(path: Path) -> Network:
    from data.read_osm_network import read_osm_network

    return read_osm_network(path)


def _is_pypsa(path: Path) -> bool:
    names = ("network", "snapshots", "lines", "transformers", "links")
    return any((path / f"{name}.csv").is_file() for name in names)


def _read_by_content(path: Path, ending: str) -> Network:
    start = _start(path)
    if start.startswith((HDF5, NETCDF3)):
        return read_pypsa_network(path)
    if ending in REFUSED:
        raise _refusal(path, *REFUSED[ending])
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return read_pandapower(path)
    if b"mpc" in start:
        return read_matpower(path)
    raise _refusal(path, f"an unknown form ({path.suffix or 'no ending'})", "")


def _start(path: Path) -> bytes:
    if not path.is_file():  # a pipe without writer would wait for ever
        raise _refusal(path, "not a regular file", "")
    try:
        with path.open("rb") as file:
            return file.read(START_BYTES)
    except OSError as error:
        raise _refusal(path, error.strerror or str(error), "") from None


def _refusal(path: Path, found: str, fix: str) -> InputError:
    return InputError(str(path), [Problem("network", found, READABLE, fix, file=str(path))])
