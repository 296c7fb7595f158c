"""GIS screening at full size: seconds, memory, and the ratio to the bare libraries.

    python benchmarks/bench_screen.py [runs]

Ten made layers over all Japan at 1 km (three rasters, three layers of areas, two of points, two of
lines), and the same kinds over one prefecture at 100 m. Each run is a process of its own and starts
without anything kept. The bare run does the same measurements on the same files with rasterio,
exactextract, shapely and scipy alone: no checks, no rules, no sites, no files.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

ROOT = Path(__file__).resolve().parents[1]
KB_PER_GB = 1e6

STUDIES = {
    "all Japan, 1 km": {"cell_m": 1000, "prefectures": []},
    "Chiba, 100 m": {"cell_m": 100, "prefectures": ["12"]},
}
BUDGETS = {"all Japan, 1 km": (30.0, 2.0), "Chiba, 100 m": (60.0, None)}
"""Study to the most seconds and the most GB it may take, from cold."""

RASTERS, AREAS, POINTS, LINES = 3, 3, 2, 2
AREA_COUNT, POINT_COUNT, LINE_COUNT = 3000, 6000, 6000
MOST_REWEIGHT_S, MOST_NEAREST_S, MOST_RATIO = 1.0, 1.0, 2.0

DEMAND = {"workloads": {"training": {"kind": "it_mw", "by_year": {2030: 100}, "load": "training"}}}


def main() -> None:
    """Measure each study in processes of their own and print the table."""
    if len(sys.argv) > 2:
        print(json.dumps(STEPS[sys.argv[1]](sys.argv[2], Path(sys.argv[3]))))
        return
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    for study in STUDIES:
        with tempfile.TemporaryDirectory() as home:
            write_layers(study, Path(home))
            found = {name: [measure(name, study, home) for _ in range(runs)] for name in STEPS}
        print("\n".join(table(study, found)), flush=True)


def measure(step: str, study: str, home: str) -> dict[str, float]:
    """Figures of one step in a process of its own, with its memory. [s, GB]"""
    words = [sys.executable, __file__, step, study, home]
    start = time.perf_counter()
    child = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    text = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{step} ended with {child.returncode}")
    seconds = time.perf_counter() - start
    return json.loads(text) | {"process_s": seconds, "gb": usage.ru_maxrss / KB_PER_GB}


def table(study: str, found: dict[str, list[dict[str, float]]]) -> list[str]:
    """Lines for one study: figures beside their budgets."""
    middle = {
        step: {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        for step, runs in found.items()
    }
    ours, bare = middle["ours"], middle["bare"]
    most_s, most_gb = BUDGETS[study]
    rows = [
        ("whole process, from cold", ours["process_s"], "s", most_s),
        ("memory", ours["gb"], "GB", most_gb),
        ("ten layers measured", ours["layers_s"], "s", None),
        ("the same with the bare libraries", bare["layers_s"], "s", None),
        ("ratio to the bare libraries", ours["layers_s"] / bare["layers_s"], "-", MOST_RATIO),
        ("scored again with other weights", ours["reweight_s"], "s", MOST_REWEIGHT_S),
        ("nearest substation of every cell", ours["nearest_s"], "s", MOST_NEAREST_S),
        ("sites", ours["sites_s"], "s", None),
        ("routes to the grid", ours["connections_s"], "s", None),
    ]
    head = f"\n{study}: {ours['cells']:,.0f} land cells, {len(found['ours'])} runs, median"
    return [head, *(line(*row) for row in rows)]


def line(name: str, value: float, unit: str, most: float | None) -> str:
    """One figure beside its budget."""
    budget = "" if most is None else f"   at most {most:g}"
    missed = " MISSED" if most is not None and value > most else ""
    return f"  {name:36}{value:9.2f} {unit:3}{budget}{missed}"


def scenario_values(study: str) -> dict:
    """Scenario with the ten layers, two rules a kind, a criterion a layer."""
    kinds = {"raster": RASTERS, "areas": AREAS, "points": POINTS, "lines": LINES}
    names = [f"{kind}-{i}" for kind, count in kinds.items() for i in range(count)]
    ending = {"raster": "tif"}
    layers = {n: {"file": f"{n}.{ending.get(n.split('-')[0], 'fgb')}"} for n in names}
    score = {}
    for name in names:
        kind = name.split("-")[0]
        shape = {"raster": [0, 100], "areas": [1, 0]}.get(kind, [50, 0])
        how = {"raster": "value", "areas": "overlap"}.get(kind, "distance_km")
        score[name] = {"layer": name, "measure": how, "linear": shape}
    exclude = {
        "steep": {"layer": "raster-0", "above": 60},
        "areas": {"layer": "areas-0", "overlap_above": 0.5},
        "far": {"layer": "points-0", "beyond_km": 30},
    }
    return {
        "format": 1,
        "name": "bench",
        "title": {"ja": "測定", "en": "Benchmark"},
        "demand": DEMAND,
        "screen": {
            "grid": STUDIES[study],
            "layers": layers,
            "exclude": exclude,
            "score": score,
            "connection": {"points": "points-0"},
        },
    }


def study_bounds(study: str) -> tuple[float, float, float, float]:
    """Box of the land of a study. [degrees]"""
    from siting.screen.cells import prefecture_polygons

    land = prefecture_polygons()
    wanted = STUDIES[study]["prefectures"]
    return tuple(land[land["code"].isin(wanted)].total_bounds if wanted else land.total_bounds)


def write_layers(study: str, folder: Path) -> None:
    """Made layers of every kind, the same ones from one seed."""
    rng = np.random.default_rng(11)
    west, south, east, north = study_bounds(study)
    for i in range(RASTERS):
        write_raster(study, folder / f"raster-{i}.tif", rng)
    box = (west, south, east, north)
    for i in range(AREAS):
        write_shapes(folder / f"areas-{i}.fgb", made_areas(rng, box))
    for i in range(POINTS):
        write_shapes(folder / f"points-{i}.fgb", made_points(rng, box))
    for i in range(LINES):
        write_shapes(folder / f"lines-{i}.fgb", made_lines(rng, box))


def write_raster(study: str, path: Path, rng: np.random.Generator) -> None:
    """Smooth numbers on a lattice half as fine as the study's, off by a third of a cell."""
    import rasterio
    from affine import Affine
    from scipy.ndimage import zoom

    from data.lattice import mesh_lattice

    lattice = mesh_lattice(study_bounds(study), STUDIES[study]["cell_m"])
    rows, cols = lattice.rows // 2 + 1, lattice.cols // 2 + 1
    coarse = rng.uniform(0, 100, (rows // 64 + 2, cols // 64 + 2))
    numbers = zoom(coarse, 64, order=1)[:rows, :cols].astype("float32")
    x, y = lattice.step_x, lattice.step_y
    place = Affine(2 * x, 0, lattice.west - x / 3, 0, -2 * y, lattice.north + y / 3)
    profile = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": "EPSG:6668"}
    size = {"height": rows, "width": cols, "transform": place, "tiled": True}
    with rasterio.open(path, "w", **profile, **size, compress="deflate") as target:
        target.write(numbers, 1)


def made_areas(rng: np.random.Generator, box: tuple) -> list:
    """Twelve-cornered areas, some of which overlap."""
    import shapely

    middle = rng.uniform(box[:2], box[2:], (AREA_COUNT, 2))
    size = (box[2] - box[0]) / 200
    turn = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    reach = size * rng.uniform(0.3, 1.0, (AREA_COUNT, 12))
    x = middle[:, :1] + reach * np.cos(turn)
    y = middle[:, 1:] + reach * np.sin(turn)
    return list(shapely.polygons(np.stack([x, y], axis=-1)))


def made_points(rng: np.random.Generator, box: tuple) -> list:
    """Points anywhere in the box."""
    import shapely

    return list(shapely.points(rng.uniform(box[:2], box[2:], (POINT_COUNT, 2))))


def made_lines(rng: np.random.Generator, box: tuple) -> list:
    """Lines of five corners."""
    import shapely

    start = rng.uniform(box[:2], box[2:], (LINE_COUNT, 1, 2))
    steps = rng.normal(0, (box[2] - box[0]) / 500, (LINE_COUNT, 4, 2)).cumsum(axis=1)
    return list(shapely.linestrings(np.concatenate([start, start + steps], axis=1)))


def write_shapes(path: Path, shapes: list) -> None:
    """A FlatGeobuf with a voltage for every shape."""
    import geopandas

    voltage = np.resize([66.0, 154.0, 275.0], len(shapes))
    frame = geopandas.GeoDataFrame({"voltage_kv": voltage}, geometry=shapes, crs=4326)
    frame.to_file(path, driver="FlatGeobuf")


def ours(study: str, folder: Path) -> dict[str, float]:
    """The screening of this toolkit, and what a change of weights takes afterwards."""
    from siting.scenario_file import build_scenario
    from siting.screen.homes import Homes
    from siting.screen.nearest import nearest_points
    from siting.screen.run import run_screen

    scenario = build_scenario(scenario_values(study), folder)
    found = run_screen(scenario, Homes(cache=None))
    start = time.perf_counter()
    found.scores.__class__(
        found.scores.names, found.scores.by_criterion, found.scores.weights[::-1]
    ).total()
    reweight_s = time.perf_counter() - start
    start = time.perf_counter()
    nearest_points(*found.cells.centre, found.points)
    nearest_s = time.perf_counter() - start
    steps = {f"{name.split()[0]}_s": seconds for name, seconds in found.seconds.items()}
    return steps | {"cells": len(found.cells), "reweight_s": reweight_s, "nearest_s": nearest_s}


def bare(study: str, folder: Path) -> dict[str, float]:
    """The same measurements without this toolkit's checks, cutting and keeping."""
    from siting.scenario_layers import StudyGrid
    from siting.screen.cells import study_cells

    cells = study_cells(StudyGrid(**STUDIES[study]), None)
    start = time.perf_counter()
    found = [bare_raster(folder / f"raster-{i}.tif", cells) for i in range(RASTERS)]
    found += [bare_areas(folder / f"areas-{i}.fgb", cells) for i in range(AREAS)]
    found += [bare_points(folder / f"points-{i}.fgb", cells) for i in range(POINTS)]
    found += [bare_lines(folder / f"lines-{i}.fgb", cells) for i in range(LINES)]
    seconds = time.perf_counter() - start
    return {"layers_s": seconds, "numbers": sum(len(numbers) for numbers in found)}


def bare_raster(path: Path, cells) -> np.ndarray:
    """Mean of a raster on the study grid by GDAL's own warp."""
    import rasterio
    from rasterio.warp import Resampling, reproject

    lattice = cells.lattice
    target = np.full(lattice.shape, np.nan, dtype="float32")
    with rasterio.open(path) as source:
        reproject(
            source.read(1),
            target,
            src_transform=source.transform,
            src_crs=source.crs,
            dst_transform=lattice.transform,
            dst_crs=lattice.crs,
            resampling=Resampling.average,
        )
    return target.reshape(-1)[cells.cell]


def bare_areas(path: Path, cells) -> np.ndarray:
    """Exact cover of merged areas."""
    import geopandas
    from exactextract import exact_extract
    from exactextract.raster import NumPyRasterSource

    lattice = cells.lattice
    merged = geopandas.GeoDataFrame(
        geometry=[geopandas.read_file(path).geometry.union_all()], crs=4326
    ).explode()
    ground = NumPyRasterSource(np.zeros(lattice.shape, np.uint8), *lattice.bounds)
    pairs = exact_extract(ground, merged, ["cell_id", "coverage"], output="pandas")
    share = np.bincount(
        np.concatenate(pairs["cell_id"].to_numpy()),
        weights=np.concatenate(pairs["coverage"].to_numpy()),
        minlength=lattice.rows * lattice.cols,
    )
    return share[cells.cell]


def bare_points(path: Path, cells) -> np.ndarray:
    """Distance to the nearest point by a tree of unit vectors."""
    import geopandas
    from scipy.spatial import cKDTree

    geometry = geopandas.read_file(path).geometry
    tree = cKDTree(vectors(geometry.x.to_numpy(), geometry.y.to_numpy()))
    chord = tree.query(vectors(*cells.centre), workers=-1)[0]
    return 2 * 6371.0088 * np.arcsin(chord / 2)


def bare_lines(path: Path, cells) -> np.ndarray:
    """Distance to the nearest line by a tree of shapes, in a plane of metres."""
    import geopandas
    import shapely

    plane = "+proj=laea +lat_0=36 +lon_0=138 +ellps=GRS80"
    lines = geopandas.read_file(path).to_crs(plane).geometry.to_numpy()
    lon, lat = cells.centre
    points = geopandas.GeoSeries(shapely.points(lon, lat), crs=4326).to_crs(plane).to_numpy()
    at = shapely.STRtree(lines).nearest(points)
    return shapely.distance(points, lines[at]) / 1e3


def vectors(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Places as unit vectors."""
    a, b = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(b) * np.cos(a), np.cos(b) * np.sin(a), np.sin(b)])


STEPS = {"ours": ours, "bare": bare}

if __name__ == "__main__":
    main()
