"""Lines and substations of OpenStreetMap as a network: by head, and the real map of 2017."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString

from data.errors import InputError
from data.facts import read_fact
from data.osm_network_joints import join_lines
from data.osm_network_lines import line_parts
from data.osm_network_values import areas_at, circuit_values, transformer_values
from data.osm_tags import HEADS
from data.osm_voltage import CLASSES_KV
from data.read_network import MAP_ENDINGS, read_network
from grid.areas import area_of_point
from grid.bulk_parameters import HZ, circuit_rating_mw, line_x_pu, transformer_mva, transformer_x_pu
from grid.network_arrays import grid_of
from grid.network_problems import find_network_problems
from siting.headroom.question import Asked
from siting.headroom.study import headroom_study

REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "grid"


def point(name, lon, lat, voltage, ref):
    tags = {"power": "substation", "name": name, "voltage": voltage, "@id": ref}
    return feature(tags, {"type": "Point", "coordinates": [lon, lat]})


def line(ref, coordinates, voltage="154000", **tags):
    tags = {"power": "line", "voltage": voltage, "@id": f"way/{ref}", **tags}
    return feature(tags, {"type": "LineString", "coordinates": coordinates})


def feature(tags, geometry):
    return {"type": "Feature", "properties": tags, "geometry": geometry}


# 北 at 139.0, 東 at 139.1 and a branch at 139.05; 0.001° of longitude are 91 m
STATIONS = [
    point("北変電所", 139.0, 35.9, "275000;154000", "node/1"),
    point("東変電所", 139.1, 35.9, "154000;66000", "node/2"),
    point("遠変電所", 139.9, 35.9, "66000", "node/3"),
]
LINES = [
    line(10, [[139.001, 35.9], [139.04, 35.9]], cables="6", name="北東線"),
    # 36 m from where 10 ends
    line(11, [[139.0404, 35.9], [139.099, 35.9]], circuits="1"),
    # from the side of 11
    line(12, [[139.07, 35.9002], [139.07, 35.8]], name="枝線"),
    # crosses 11 and ends elsewhere
    line(13, [[139.05, 36.0], [139.05, 35.8]], voltage="66000", cables="3"),
    line(14, [[139.001, 35.9], [139.04, 35.95]], voltage=""),
    line(15, [[139.001, 35.9], [139.04, 35.95]], voltage="6600"),
]
INJECTIONS = "bus,load_mw,p_mw,max_mw,is_slack\n北変電所,0,100,500,true\n東変電所:66,100,0,,false\n"


def write(folder, features, injections=INJECTIONS, name="map.geojson"):
    text = json.dumps({"type": "FeatureCollection", "features": features})
    (folder / name).write_text(text, encoding="utf-8")
    if injections is not None:
        (folder / "injections.csv").write_text(injections, encoding="utf-8")
    return folder / name


@pytest.fixture
def made(tmp_path):
    return read_network(write(tmp_path, STATIONS + LINES))


def problems(path):
    with pytest.raises(InputError) as caught:
        read_network(path)
    return caught.value.problems


JOINT = "joint 35.9000 139.0402:154"
TEE = "joint 35.9002 139.0700:154"
END = "joint 35.8000 139.0700:154"


def test_buses_by_head(made):
    buses = made.buses
    assert set(buses.index) == {
        "node/1:275",
        "node/1:154",
        "node/2:154",
        "node/2:66",
        JOINT,
        TEE,
        END,
        "joint 36.0000 139.0500:66",
        "joint 35.8000 139.0500:66",
    }
    assert buses.loc["node/1:275", ["name", "kv", "lat", "lon"]].to_list() == [
        "北変電所",
        275.0,
        35.9,
        139.0,
    ]
    assert set(buses["area"]) == {"tokyo"}
    assert buses.index[buses["is_slack"]].to_list() == ["node/1:275"]  # by its name: the highest
    assert buses.loc["node/2:66", "load_mw"] == 100


def test_circuits_by_head(made):
    ends = made.branches[["from_bus", "to_bus", "kind"]].agg(" | ".join, axis=1).to_dict()
    assert ends == {
        "way/10#1": f"node/1:154 | {JOINT} | line",  # 6 cables are two circuits
        "way/10#2": f"node/1:154 | {JOINT} | line",
        "way/11.1#1": f"{JOINT} | {TEE} | line",
        "way/11.2#1": f"{TEE} | node/2:154 | line",
        "way/12#1": f"{TEE} | {END} | line",  # nothing said: two
        "way/12#2": f"{TEE} | {END} | line",
        "way/13#1": "joint 36.0000 139.0500:66 | joint 35.8000 139.0500:66 | line",
        "node/1:275/154#1": "node/1:275 | node/1:154 | transformer",
        "node/1:275/154#2": "node/1:275 | node/1:154 | transformer",
        "node/2:154/66#1": "node/2:154 | node/2:66 | transformer",
        "node/2:154/66#2": "node/2:154 | node/2:66 | transformer",
    }


def test_lengths_and_values_by_head(made):
    rows = made.branches
    # a degree of longitude is 111.320 km x cos(lat), on the ellipsoid 0.1 % more at 36°
    per_degree = 111.320 * np.cos(np.radians(35.9)) * 1.00115
    assert rows.loc["way/10#1", "km"] == pytest.approx(0.039 * per_degree, rel=1e-3)
    whole = rows.loc[["way/11.1#1", "way/11.2#1"], "km"]
    assert whole.sum() == pytest.approx(0.0586 * per_degree, rel=1e-3)
    assert whole.iloc[0] / whole.sum() == pytest.approx((139.07 - 139.0404) / 0.0586, rel=1e-3)
    km = rows.loc["way/10#1", "km"]
    # 154 kV takes the type of 110 kV: 0.38 ohm/km and 0.74 kA; Saitama has 50 Hz
    assert rows.loc["way/10#1", "x_pu"] == pytest.approx(0.38 * km * 100 / 154**2)
    assert rows.loc["way/10#1", "rating_mw"] == pytest.approx(3**0.5 * 154 * 0.74)
    assert rows.loc["node/1:275/154#1", ["x_pu", "rating_mw"]].to_list() == pytest.approx(
        [0.14 * 100 / 450, 450]
    )


def test_everything_defaulted_is_said_to_be_assumed(made):
    assumed = set(made.assumed[["key", "column"]].itertuples(index=False, name=None))
    for branch in made.branches.index:
        assert {(branch, "x_pu"), (branch, "rating_mw")} <= assumed
    circuits = {key for key, column in assumed if column == "circuits"}
    assert circuits == {"way/12#1", "way/12#2"}
    loads = {key for key, column in assumed if column == "load_mw"}
    assert loads == set(made.buses.index) - {"node/2:66"}
    assert made.assumed["source"].str.len().gt(0).all()


def test_counts_by_head(made):
    assert {
        "154 kV: 3 lines, 20 km",
        "66 kV: 1 lines, 22 km",
        "1 lines without a voltage left out (7 km)",
        "1 lines with a voltage that is no class from 66 to 500 kV left out (7 km)",
        "2 of 3 substations have a line of known voltage; the others left out",
        "2 ends of 4 lines are at substations",
        "2 ends joined to others within 50 m",
        "1 ends joined to the side of a line within 50 m",
        "3 line ends meet nothing",
        "9 buses in 2 islands; the largest have 7, 2",
    } <= set(made.notes)


def test_room_by_head(made, tmp_path):
    """100 MW flow from 北 to 東's 66 kV; way 11 has one circuit of 197.4 MW, so 97.4 are left."""
    assert find_network_problems(made) == []
    asked = Asked(rules=("fixed",), balance="slack", buses=("node/2:66",))
    found = headroom_study(tmp_path / "map.geojson", asked, None)
    row = found["rows"][0]
    assert row["n0_mw"] == pytest.approx(3**0.5 * 154 * 0.74 - 100)
    assert row["n0_branch"].startswith("way/11.")
    assert found["unknowns"][0]["en"].startswith("Load of 8 of 9 buses: assumed to be 0")


def test_a_line_between_50_and_60_hz_is_open(tmp_path):
    """新富士 (50 Hz) to 静岡 (60 Hz), with a joint on the side of 静岡."""
    stations = [
        point("東変電所", 138.68, 35.17, "154000", "node/1"),
        point("西変電所", 138.38, 34.98, "154000", "node/2"),
    ]
    middle = [138.45, 35.05]
    ways = [line(1, [[138.68, 35.17], middle]), line(2, [middle, [138.38, 34.98]], circuits="1")]
    made = read_network(write(tmp_path, stations + ways, "bus,is_slack\n東変電所,true\n"))
    assert made.branches["in_service"].to_dict() == {
        "way/1#1": False,
        "way/1#2": False,
        "way/2#1": True,
    }
    shut = made.assumed.loc[made.assumed["column"] == "in_service", "key"].to_list()
    assert shut == ["way/1#1", "way/1#2"]
    km, x_pu = made.branches.loc["way/2#1", ["km", "x_pu"]]
    assert x_pu == pytest.approx(0.38 * 60 / 50 * km * 100 / 154**2)


def test_two_voltages_on_one_line(tmp_path):
    ways = [line(1, [[139.0, 35.9], [139.1, 35.9]], voltage="154000;66000", circuits="4")]
    rows = read_network(write(tmp_path, STATIONS + ways)).branches
    lines = rows.index[rows["kind"] == "line"].to_list()
    assert lines == [f"way/1:{kv}#{i}" for kv in (154, 66) for i in (1, 2)]
    assert rows.loc["way/1:66#1", ["from_bus", "to_bus"]].to_list() == ["node/1:66", "node/2:66"]


def test_ends_near_a_substation_by_its_size(tmp_path):
    """A point reaches 300 m; an area of 0.9 km² reaches 50 m and its root from its middle."""
    step = 0.005  # 451 m x 554 m to both sides
    ring = [
        [139 + a * step, 35.9 + b * step] for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    ]
    large = feature(
        {"power": "substation", "name": "北変電所", "voltage": "275000", "@id": "way/1"},
        {"type": "Polygon", "coordinates": [ring]},
    )
    near, far = 139.1 - 0.0033, 139.1 - 0.0034  # 298 m and 307 m
    ways = [
        line(5, [[139.0049, 35.9049], [near, 35.9]], "275000"),
        line(6, [[139.0049, 35.9049], [far, 35.9]], "154000"),
    ]
    rows = read_network(
        write(tmp_path, [large, STATIONS[1], *ways], "bus,is_slack\n北変電所,true\n")
    )
    lines = rows.branches[rows.branches["kind"] == "line"]
    assert lines.loc["way/5#1", ["from_bus", "to_bus"]].to_list() == ["way/1:275", "node/2:275"]
    assert lines.loc["way/6#1", "from_bus"] == "way/1:154"
    assert lines.loc["way/6#1", "to_bus"].startswith("joint ")


def test_without_slack_it_is_refused_with_the_way_out(tmp_path):
    (problem,) = problems(write(tmp_path, STATIONS + LINES, injections=None))
    assert problem.file.endswith("injections.csv")
    assert "neither load nor generation" in problem.found
    assert "`node/1:275,true`" in problem.fix
    (problem,) = problems(write(tmp_path, STATIONS + LINES, "bus,load_mw\n北変電所,5\n"))
    assert problem.where == "slack"


def test_zero_base_case_is_said_first(tmp_path):
    network = read_network(write(tmp_path, STATIONS + LINES, "bus,is_slack\nnode/1:275,true\n"))
    assert network.notes[0].startswith("NO LOAD AND NO GENERATION")
    assert network.generators.empty
    assert (network.assumed["column"] == "load_mw").sum() == len(network.buses)


def test_every_fault_of_injections_at_once(tmp_path):
    twin = point("東変電所", 139.0405, 35.9, "154000", "node/9")
    rows = ["東変電所,1,false", "西変電所,1,false", "北変電所,1,true", "node/1:275,1,true"]
    text = "\n".join(["bus,load_mw,is_slack", *rows, ""])
    found = problems(write(tmp_path, [*STATIONS, twin, *LINES], text))
    assert [p.found for p in found] == [
        "東変電所: several of this name",
        "西変電所",
        "node/1:275 in two rows",
    ]
    assert "node/9:154" in found[0].fix
    assert "node/2:66" in found[0].fix
    (problem,) = problems(write(tmp_path, STATIONS + LINES, "bus,load_mw\n北変電所,much\n"))
    assert problem.found == "much"


def test_forms_of_the_files(tmp_path, made):
    """A file with both, a folder of two, layers of a GeoPackage, JSON: one network."""
    frame = gpd.read_file(tmp_path / "map.geojson")
    is_line = frame["power"] == "line"
    pair = tmp_path / "pair"
    pair.mkdir()
    write(pair, STATIONS, name="power_substations.geojson")
    write(pair, LINES, name="power_lines.geojson")
    frame[~is_line].to_file(tmp_path / "both.gpkg", layer="substations")
    frame[is_line].to_file(tmp_path / "both.gpkg", layer="lines")
    (tmp_path / "map.json").write_bytes((tmp_path / "map.geojson").read_bytes())
    for path in (pair, tmp_path / "both.gpkg", tmp_path / "map.json"):
        other = read_network(path)
        pd.testing.assert_frame_equal(other.buses, made.buses)
        pd.testing.assert_frame_equal(other.branches, made.branches)
    assert "OpenStreetMap" in made.credit.line_en


def test_every_ending_of_maps_is_known():
    assert set(MAP_ENDINGS) == set(HEADS)


def test_a_folder_of_other_maps_is_refused(tmp_path):
    write(tmp_path, LINES, name="elsewhere.geojson")
    (problem,) = problems(tmp_path)
    assert problem.found == "no such pair of files"


RAW = """<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">
<node id="1" lon="139.0" lat="35.9"><tag k="power" v="substation"/>
<tag k="name" v="北変電所"/></node>
<node id="2" lon="139.1" lat="35.9"/><node id="3" lon="139.101" lat="35.9"/>
<node id="4" lon="139.101" lat="35.901"/><node id="5" lon="139.05" lat="35.9"/>
<way id="9"><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="2"/>
<tag k="power" v="substation"/></way>
<way id="10"><nd ref="1"/><nd ref="5"/><tag k="power" v="line"/><tag k="voltage" v="275000"/>
<tag k="cables" v="3"/></way>
<way id="11"><nd ref="5"/><nd ref="2"/><tag k="power" v="cable"/><tag k="voltage" v="275 kV"/></way>
</osm>"""


def test_a_raw_extract(tmp_path):
    (tmp_path / "area.osm").write_text(RAW, encoding="utf-8")
    (tmp_path / "injections.csv").write_text("bus,is_slack\n北変電所:275,true\n", encoding="utf-8")
    network = read_network(tmp_path / "area.osm")
    joint = "joint 35.9000 139.0500:275"
    ends = network.branches[["from_bus", "to_bus"]].agg(" | ".join, axis=1).to_dict()
    assert ends == {
        "way/10#1": f"node/1:275 | {joint}",
        "way/11#1": f"{joint} | way/9:275",
        "way/11#2": f"{joint} | way/9:275",
    }


@pytest.mark.parametrize(
    ("features", "words"),
    [
        (STATIONS, "no lines"),
        ([], "geometry|features|lines"),
        ([LINES[4]], "1 lines without a voltage"),
        ([STATIONS[0], line(1, [[139.0, 35.9], [139.001, 35.9]])], "1 with both ends at one place"),
    ],
)
def test_nothing_to_build_from(tmp_path, features, words):
    with pytest.raises(InputError, match=words):
        read_network(write(tmp_path, features))


def test_broken_files_are_told_together(tmp_path):
    (tmp_path / "substations.geojson").write_text("{", encoding="utf-8")
    (tmp_path / "lines.geojson").write_text("[1]", encoding="utf-8")
    files = {Path(p.file).name for p in problems(tmp_path)}
    assert files == {"substations.geojson", "lines.geojson"}


@pytest.mark.parametrize("kv", CLASSES_KV)
@pytest.mark.parametrize("area", ["tokyo", "kansai"])
def test_values_are_those_of_the_national_bulk_network(kv, area):
    hz = HZ.get(area, 60.0)
    x_pu, rating_mw = circuit_values(np.array([kv]), np.array([40.0]), np.array([hz]))
    assert x_pu[0] == pytest.approx(line_x_pu(kv, 40.0, hz))
    assert rating_mw[0] == pytest.approx(circuit_rating_mw(kv))
    if kv >= 187:
        x_pu, mva = transformer_values(np.array([kv]))
        assert [x_pu[0], mva[0]] == pytest.approx([transformer_x_pu(kv), transformer_mva(kv)])


def test_areas_are_those_of_the_rest_of_the_toolkit():
    places = read_fact("places")[["lat", "lon"]].dropna()
    rule = read_fact("area_rule")
    more = pd.DataFrame(
        {"lat": [34.97, 35.16, 35.65, 34.71], "lon": [138.38, 138.68, 136.06, 137.73]}
    )
    places = pd.concat([places, more])  # wards of Shizuoka and Hamamatsu, Fuji, Tsuruga
    ours = areas_at(places["lat"].to_numpy(float), places["lon"].to_numpy(float))
    assert ours == [area_of_point(lat, lon, rule) for lat, lon in places.to_numpy(float)]
    assert areas_at(np.array([30.0]), np.array([150.0])) == [""]


def lines_of(coordinates):
    columns = {
        "name": "",
        "voltages_kv": "66",
        "circuits": np.nan,
        "heuristic": False,
        "osm_id": "",
    }
    return gpd.GeoDataFrame(
        [columns] * len(coordinates), geometry=[LineString(c) for c in coordinates], crs=4326
    )


GRID_POINT = st.tuples(st.integers(0, 5), st.integers(0, 5))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(GRID_POINT, GRID_POINT).filter(lambda p: p[0] != p[1]), min_size=1, max_size=12
    )
)
def test_length_is_kept_and_nodes_are_where_ends_are(segments):
    """On a lattice of 9 km steps: every end is a node, and what is cut adds up again."""
    coordinates = [[(139 + x / 10, 35 + y / 10) for x, y in pair] for pair in segments]
    parts = line_parts(lines_of(coordinates)).parts
    stations = gpd.GeoDataFrame({"area_m2": []}, geometry=[], crs=4326)
    joined = join_lines(parts, stations)
    assert joined.counts["loops"] == 0
    total = joined.sections.groupby("part")["km"].sum()
    assert total.to_numpy() == pytest.approx(parts["km"].reindex(total.index).to_numpy())
    assert len(total) == len(parts)
    spots = {tuple(np.round(point, 6)) for pair in coordinates for point in pair}
    assert len(joined.nodes) == len(spots)
    assert joined.counts["joined"] == 0


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    if not (REAL / "osm2017_lines.geojson").is_file():
        pytest.skip("the real files are not here")
    folder = tmp_path_factory.mktemp("osm")
    for name in ("osm2017_nodes.geojson", "osm2017_lines.geojson"):
        (folder / name).write_bytes((REAL / name).read_bytes())
    (folder / "injections.csv").write_text("bus,is_slack\n新茂木,true\n", encoding="utf-8")
    return read_network(folder)


def test_the_real_map_of_2017(real):
    """As found: lines of known voltage by class, and how much of it hangs together."""
    raw = json.loads((REAL / "osm2017_lines.geojson").read_text(encoding="utf-8"))["features"]
    tags = pd.DataFrame([each["properties"] for each in raw])
    stated = int(
        (tags["line_type"] == "line").sum()
        - tags.loc[tags["line_type"] == "line", "kv"].isna().sum()
    )
    of_each = {
        n.split(" kV: ")[0]: int(n.split(": ")[1].split()[0].replace(",", ""))
        for n in real.notes
        if " kV: " in n
    }
    assert of_each == {
        "500": 197,
        "275": 415,
        "220": 203,
        "187": 77,
        "154": 823,
        "110": 212,
        "77": 292,
        "66": 1497,
    }
    # 15 are of no class; a line of two voltages counts in both
    both = (tags["voltage_tag"].str.count(";").where(tags["kv"].notna(), 0)).sum()
    assert stated - 15 <= sum(of_each.values()) <= stated - 15 + both
    assert (
        "1,466 lines that the makers of the extract drew to join the net left out (9,744 km)"
        in real.notes
    )
    assert "541 lines without a voltage left out (1,815 km)" in real.notes
    assert "282 line ends meet nothing" in real.notes
    assert "3,560 buses in 81 islands; the largest have 1,374, 1,330, 220" in real.notes


def test_the_real_map_can_be_computed(real):
    assert find_network_problems(real) == []
    grid = grid_of(real)
    assert len(grid.bus_of) == 1330  # islands without slack, load and generator are dead
    area = real.buses["area"]
    assert set(area[list(grid.bus_of)]) == {"tokyo", "tohoku"}  # 新茂木 has 50 Hz
    assert set(real.buses["area"]) - {""} == set(read_fact("areas")["area"])
    assert (real.branches["x_pu"] > 0).all()
    assert (real.branches["rating_mw"] > 0).all()
