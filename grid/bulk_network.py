"""A national bulk network from published lines and stations, with standard values by voltage."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from data.layer import Credit
from data.network import BRANCH_COLUMNS, BUS_COLUMNS, GENERATOR_COLUMNS, Network
from data.read_occto_grid import OcctoGrid
from grid import bulk_parameters as standard
from grid.bulk_stations import assumed_places, line_ends, station_places
from grid.line_lengths import line_lengths

LEAST_KV = 187.0
PUBLISHED = ("high", "medium", "low")
"""Confidences of places that somebody published, keyword guesses included."""

AC_TIES = pd.DataFrame(
    [
        ("相馬双葉幹線", "tohoku:南相馬", "tokyo:新いわき", 500.0),
        ("西播東岡山線", "kansai:西播", "chugoku:東岡山", 500.0),
        ("山崎智頭線", "kansai:山崎", "chugoku:智頭", 500.0),
        ("関門連系線", "chugoku:新山口", "kyushu:北九州", 500.0),
        ("本四連系線", "chugoku:東岡山", "shikoku:讃岐", 500.0),
        ("越前嶺南線", "hokuriku:越前", "kansai:嶺南", 500.0),
        ("三重東近江線", "chubu:三重", "kansai:東近江", 500.0),
    ],
    columns=["line", "from_station", "to_station", "kv"],
)
"""Ties are not among the lines inside areas. Ends from the ties' names and, for 相馬双葉幹線, from
where power enters the observed flows; assumed."""

SAME_STATION = (("chubu:南福光", "hokuriku:南福光", 500.0),)
"""One station under two areas: joined by a link."""

DC_TIES = {
    "北海道・本州間電力連系設備": (
        {"hokkaido:函館変換所": 600 / 900, "hokkaido:北斗": 300 / 900},
        {"tohoku:上北": 600 / 900, "tohoku:青森": 300 / 900},
    ),
    "周波数変換設備": (
        {"tokyo:新信濃": 1500 / 2100, "tokyo:新富士": 600 / 2100},
        {"chubu:信濃": 600 / 2100, "chubu:飛騨": 900 / 2100}
        | {"chubu:佐久間": 300 / 2100, "chubu:東清水": 300 / 2100},
    ),
    "阿南紀北直流幹線": ({"kansai:紀北変換所": 1.0}, {"shikoku:阿南": 1.0}),
}
"""Where direct current and converters feed in, positive leaves the first and enters the second
side; converters by their size in MW. Assumed."""

TIE_SOURCE = "ends of the tie from its name and public maps; assumed"
CREDIT = Credit(
    line_ja="OCCTO公表値(occto-grid-observatory), © OpenStreetMap contributors",
    line_en="OCCTO by occto-grid-observatory, © OpenStreetMap contributors",
    licence="MIT (OCCTO series); ODbL 1.0 (lengths and places)",
)

Assumed = list[tuple[str, str, str, str]]


@dataclass(frozen=True, slots=True)
class BulkNetwork:
    """The network and how each line came to its values.

    Attributes
    ----------
    network : Network
        Without load and generation: see `grid.flow_backtest.with_operating_point`.
    report : DataFrame, index line ("area:kv:name")
        area, kv, name, from_bus, to_bus, km, how, straight_km, circuits, rating_mw of all
        circuits, observed_max_mw, and `branches`, its branches joined by a space.
    sites : tuple of str
        Buses at stations with a published place: load and plants are only put there, not at
        branch points, at stations placed by their neighbours, nor in islands apart from the main
        one of their area.
    main : tuple of str
        Buses of the main islands: a plant with the name of a station may be put there.
    """

    network: Network
    report: pd.DataFrame
    sites: tuple[str, ...]
    main: tuple[str, ...]


def bulk_network(occto: OcctoGrid, least_kv: float = LEAST_KV) -> BulkNetwork:
    """Build the network of all lines of at least `least_kv`.

    A bus is a station at one voltage, "area:station:kV"; two parallel circuits a line; two
    transformers between neighbouring voltages of one station; ties between areas added. A branch
    point named after a line is joined to that line's first end, if the line is there.
    """
    lines = _all_lines(occto, least_kv)
    places = station_places(occto.stations, lines)
    lengths = line_lengths(lines, places, occto.osm_nodes, occto.osm_lines)
    report = _report(lines.join(lengths))
    buses = _buses(report, places)
    branches = pd.concat([_line_branches(report), _transformers(buses), _links(buses, report)])
    assumed = [*_assumed_branches(report, branches), *_assumed_buses(buses, places)]
    names = pd.DataFrame(assumed, columns=["table", "key", "column", "source"])
    generators = pd.DataFrame(columns=list(GENERATOR_COLUMNS), index=pd.Index([], name="generator"))
    notes = tuple(_notes(occto, report, buses, least_kv))
    island = _islands(buses, branches)
    buses = buses.assign(is_slack=_slack(buses, island))
    network = Network(
        standard.BASE_MVA, buses[list(BUS_COLUMNS)], branches, generators, CREDIT, notes, names
    )
    placed = buses["station"].map(places["confidence"]).isin(PUBLISHED)
    main = _in_main_island(buses, island)
    return BulkNetwork(network, report, tuple(buses.index[placed & main]), tuple(buses.index[main]))


def _all_lines(occto: OcctoGrid, least_kv: float) -> pd.DataFrame:
    inside = line_ends(occto.lines[occto.lines["kv"] >= least_kv])
    columns = ["area", "kv", "line", "from_station", "to_station", "abs_max_mw"]
    known = {*inside["from_station"], *inside["to_station"]}
    ties = AC_TIES[AC_TIES["from_station"].isin(known) & AC_TIES["to_station"].isin(known)]
    table = pd.concat([inside[columns], ties.assign(area="tie", abs_max_mw=np.nan)])
    key = table["area"] + ":" + table["kv"].map("{:g}".format) + ":" + table["line"]
    turn = key.groupby(key).cumcount()
    return table.set_axis(pd.Index(key.where(turn == 0, key + "~" + turn.astype(str)), name="key"))


def _report(lines: pd.DataFrame) -> pd.DataFrame:
    kv = lines["kv"].map("{:g}".format)
    rating = lines["kv"].map(standard.circuit_rating_mw) * standard.CIRCUITS
    names = [" ".join(f"{key}#{i + 1}" for i in range(standard.CIRCUITS)) for key in lines.index]
    return lines.assign(
        from_bus=lines["from_station"] + ":" + kv,
        to_bus=lines["to_station"] + ":" + kv,
        circuits=standard.CIRCUITS,
        rating_mw=np.fmax(rating, lines["abs_max_mw"]),
        branches=names,
    ).rename(columns={"line": "name", "abs_max_mw": "observed_max_mw"})


def _buses(report: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    ends = [
        report[[f"{end}_bus", f"{end}_station", "kv"]].set_axis(["bus", "station", "kv"], axis=1)
        for end in ("from", "to")
    ]
    buses = pd.concat(ends).drop_duplicates("bus").sort_values("bus").set_index("bus")
    area = buses["station"].str.split(":").str[0]
    name = buses["station"].str.split(":", n=1).str[1]
    at = places.reindex(buses["station"]).set_axis(buses.index)
    return buses.assign(
        name=name, area=area, lat=at["lat"], lon=at["lon"], load_mw=0.0, in_service=True
    )


def _line_branches(report: pd.DataFrame) -> pd.DataFrame:
    hz = report["from_bus"].str.split(":").str[0].map(standard.HZ).fillna(60.0)
    x_pu = [
        standard.line_x_pu(kv, km, f)
        for kv, km, f in zip(report["kv"], report["km"], hz, strict=True)
    ]
    table = report.assign(kind="line", ratio=1.0, shift_deg=0.0, in_service=True, x_pu=x_pu).assign(
        rating_mw=report["rating_mw"] / report["circuits"]
    )
    table = table.assign(branch=report["branches"].str.split(" ")).explode("branch")
    return table.set_index("branch")[list(BRANCH_COLUMNS)]


def _transformers(buses: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for station, group in buses.groupby("station"):
        levels = group.sort_values("kv", ascending=False)
        for (upper, high), (lower, low) in zip(
            levels["kv"].items(), list(levels["kv"].items())[1:], strict=False
        ):
            x, mva = standard.transformer_x_pu(high), standard.transformer_mva(high)
            for i in range(standard.TRANSFORMERS):
                key = f"{station}:{high:g}/{low:g}#{i + 1}"
                rows.append((key, key, upper, lower, "transformer", x, 1.0, 0.0, mva, np.nan, True))
    return _branch_table(rows)


def _links(buses: pd.DataFrame, report: pd.DataFrame) -> pd.DataFrame:
    pairs = [(f"{a}:{kv:g}", f"{b}:{kv:g}") for a, b, kv in SAME_STATION]
    by_name = report.drop_duplicates(["area", "kv", "name"])
    of_line = by_name.set_index(["area", "kv", "name"])["from_bus"]
    for bus, row in buses.iterrows():
        key = (row["area"], row["kv"], row["name"])
        if key in of_line.index:  # a branch point named after the line it sits on
            pairs.append((str(bus), str(of_line[key])))
    rows = [
        (f"link:{a}", f"{a} = {b}", a, b, "link", 0.0, 1.0, 0.0, np.nan, np.nan, True)
        for a, b in pairs
        if a in buses.index and b in buses.index and a != b
    ]
    return _branch_table(rows)


def _branch_table(rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["branch", *BRANCH_COLUMNS]).set_index("branch")
    numbers = ("x_pu", "ratio", "shift_deg", "rating_mw", "km")
    return table.astype(dict.fromkeys(numbers, float)).astype({"in_service": bool})


def _islands(buses: pd.DataFrame, branches: pd.DataFrame) -> pd.Series:
    """Number of the island of each bus."""
    number = pd.Series(range(len(buses)), index=buses.index)
    one, two = (number[branches[f"{end}_bus"].tolist()].to_numpy() for end in ("from", "to"))
    shape = (len(buses), len(buses))
    _, island = connected_components(coo_array((np.ones(len(one)), (one, two)), shape=shape))
    return pd.Series(island, index=buses.index)


def _slack(buses: pd.DataFrame, island: pd.Series) -> pd.Series:
    """First bus of the highest voltage in each island: somebody has to balance it."""
    table = buses.assign(island=island).sort_values("kv", ascending=False, kind="stable")
    return pd.Series(buses.index.isin(table.groupby("island").head(1).index), index=buses.index)


def _in_main_island(buses: pd.DataFrame, island: pd.Series) -> pd.Series:
    """Whether a bus lies in the island that holds most buses of its area."""
    size = island.groupby([buses["area"], island]).transform("size")
    return size == size.groupby(buses["area"]).transform("max")


def _assumed_branches(report: pd.DataFrame, branches: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    how = {"path": standard.PATH_SOURCE, "factor": standard.LENGTH_SOURCE}
    how["median"] = "no place known: median length of its voltage"
    for key, row in report.iterrows():
        for branch in row["branches"].split(" "):
            yield "branches", branch, "x_pu", standard.LINE_SOURCE
            yield "branches", branch, "rating_mw", standard.RATING_SOURCE
            yield "branches", branch, "km", how[row["how"]]
        yield "branches", str(key), "circuits", standard.CIRCUITS_SOURCE
        if row["area"] == "tie":
            yield "branches", str(key), "from_bus, to_bus", TIE_SOURCE
    for branch in branches.index[branches["kind"] == "transformer"]:
        for column in ("x_pu", "rating_mw"):
            yield "branches", str(branch), column, standard.TRANSFORMER_SOURCE
    for branch in branches.index[branches["kind"] == "link"]:
        yield "branches", str(branch), "from_bus, to_bus", "joined by name"


def _assumed_buses(buses: pd.DataFrame, places: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    sources = assumed_places(places)
    for bus, station in buses["station"].items():
        if station in sources:
            yield "buses", str(bus), "lat, lon", sources[station]


def _notes(
    occto: OcctoGrid, report: pd.DataFrame, buses: pd.DataFrame, least_kv: float
) -> Iterator[str]:
    low = int((occto.lines["kv"] < least_kv).sum())
    yield f"{low} of {len(occto.lines)} lines below {least_kv:g} kV left out"
    counts = report["how"].value_counts().to_dict()
    yield "lengths: " + ", ".join(f"{n} by {how}" for how, n in sorted(counts.items()))
    ratio = (report["km"] / report["straight_km"])[report["how"] == "path"].median()
    yield f"median path over great circle {ratio:.2f} (the factor used elsewhere is 1.25)"
    yield f"{int(buses['lat'].isna().sum())} of {len(buses)} buses have no place"
    over = report["observed_max_mw"] > (
        report["kv"].map(standard.circuit_rating_mw) * standard.CIRCUITS
    )
    yield f"{int(over.sum())} lines have carried more than their standard rating"
    yield "direct-current ties are no branches: they are injections of the operating point"
