"""A made folder in the form of the published one: four stations in Hokkaido, one triangle."""

import json

STATIONS = {  # name: lat, lon, confidence; 東 lies between two others and nobody places it
    "北SS": (43.0, 141.0, "high"),
    "南SS": (42.0, 141.0, "high"),
    "東SS": ("", "", "none"),
    "端SWS": (42.0, 142.0, "low"),
}
LINES = [  # kV, name, from, to, largest observed MW
    (187, "西線", "北SS", "南SS", 100),
    (187, "北東線", "北SS", "東SS", 2000),
    (187, "南東線", "東SS", "南SS", 100),
    (275, "端線", "南SS", "端SWS", 100),
    (66, "小線", "北SS", "南SS", 10),
]
FLOWS = {"西線": 100, "北東線": 100, "南東線": 0, "端線": -20, "小線": 1}
"""What a triangle of equal sides makes of 200, -100, -100 MW."""
STEPS = tuple(f"{i // 2:02d}:{i % 2 * 30:02d}" for i in range(48))
PEAK, LOW = "2026-07-23", "2026-05-05"


def write_occto(folder, *, way_km=115.0, plants="北,300"):
    """The files; 300 MW of plant at 北, demand of 300 MW (150 on the low day), no ties."""
    folder.mkdir(parents=True, exist_ok=True)
    _csv(
        folder / "occto_lines.csv",
        "area,kv,line,from,to,mean_mw,abs_max_mw",
        [f"hokkaido,{kv},{name},{a},{b},{FLOWS[name]},{most}" for kv, name, a, b, most in LINES],
    )
    _csv(
        folder / "occto_stations.csv",
        "area,name,lat,lon,coord_source,confidence",
        [f"hokkaido,{n},{lat},{lon},made,{c}" for n, (lat, lon, c) in STATIONS.items()],
    )
    name, mw = plants.split(",")
    _csv(
        folder / "occto_units.csv",
        "area,plant,unit,source,plant_capacity_mw,mean_mw,p99_mw,max_mw,lat,lon",
        [f"hokkaido,{name}火力発電所,1,gas,{mw},{float(mw) / 2},{mw},{mw},,"],
    )
    for day in (PEAK, LOW):
        rows = [
            ",".join(["hokkaido", str(kv), name, *[str(FLOWS[name])] * 48])
            for kv, name, *_ in LINES
        ]
        _csv(folder / f"occto_line_flows_{day}.csv", "area,kv,line," + ",".join(STEPS), rows)
    slots = [(day, slot) for day in (LOW, PEAK) for slot in range(48)]
    demand = {PEAK: 300, LOW: 150}
    rows = [f"{d},{s},{demand[d] - (s != 20)}" for d, s in slots]
    _csv(folder / "occto_area_demand_30min_2026.csv", "date,slot,hokkaido", rows)
    rows = [f"{d},{s},0,0" for d, s in slots]
    head = "date,slot,北海道・本州間電力連系設備,相馬双葉幹線"
    _csv(folder / "occto_interties_30min_2026.csv", head, rows)
    _osm(folder, way_km)
    return folder


def _osm(folder, way_km):
    points = [(1, 43.0, 141.001, ""), (2, 42.001, 141.0, ""), (3, 42.01, 142.0, "小変電所")]
    nodes = [
        {
            "type": "Feature",
            "properties": {"v_id": i, "type": "substation", "name": name, "max_kv": None},
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
        }
        for i, lat, lon, name in points
    ]
    line = {"v_id_1": 1, "v_id_2": 2, "kv": 187.0, "length_km": way_km, "line_type": "line"}
    ways = [{"type": "Feature", "properties": line, "geometry": {"type": "LineString"}}]
    for name, features in (("nodes", nodes), ("lines", ways)):
        text = json.dumps({"type": "FeatureCollection", "features": features})
        (folder / f"osm2017_{name}.geojson").write_text(text, encoding="utf-8")


def _csv(path, head, rows):
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
