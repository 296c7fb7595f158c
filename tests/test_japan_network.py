"""The bundled network of Kansai and Chugoku: what its README says of it, computed anew."""

import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from data.facts import read_fact
from data.read_network import read_network
from grid.latency import great_circle_km
from siting.headroom.question import Asked
from siting.headroom.study import headroom_study
from siting.scenario_file import load_scenario
from siting.templates import copy_template
from tests.conftest import ROOT

FOLDER = ROOT / "examples" / "japan" / "network"
SCENARIO = FOLDER.parent / "scenario.yaml"
VARIANT = "kansai-chugoku-network"
OBSERVED = ROOT.parent / "shared" / "data" / "grid" / "occto_lines.csv"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
AREAS = ("kansai", "chugoku")
OHM_PER_KM = {500: 0.246 * 1.2, 275: 0.265 * 1.2, 220: 0.301 * 1.2}
STANDARD_MW = {500: 2230, 275: 920, 220: 490}
ROW = re.compile(r"^\| \S+ \w+ \| ([\d,]+)(?: x ([\d.]+))? \| (\w.* [\d.]+) \|$", re.M)


@pytest.fixture(scope="module")
def network():
    return read_network(FOLDER)


@pytest.fixture(scope="module")
def dc(network):
    return Dc(network)


class Dc:
    """DC power flow by dense matrices, independent of grid/: one solution for each outage."""

    def __init__(self, network):
        self.branches = network.branches[network.branches["in_service"]]
        self.buses = network.buses.index
        self.x = self.branches["x_pu"].to_numpy()
        incidence = np.zeros((len(self.x), len(self.buses)))
        for end, sign in (("from_bus", 1), ("to_bus", -1)):
            at = self.buses.get_indexer(self.branches[end])
            incidence[np.arange(len(at)), at] = sign
        self.incidence = incidence

    def flows_mw(self, injection_mw, out=None):
        """Flow of every branch for columns of injections; `out` is the position of an outage."""
        y = 1 / self.x
        if out is not None:
            y = np.where(np.arange(len(y)) == out, 0.0, y)
        matrix = self.incidence.T @ (y[:, None] * self.incidence)
        angle = np.zeros_like(injection_mw)
        angle[1:] = np.linalg.solve(matrix[1:, 1:], injection_mw[1:])
        return y[:, None] * (self.incidence @ angle)

    def worst_mw(self, injection_mw):
        """Largest flow of every branch over all outages and columns."""
        cases = [self.flows_mw(injection_mw, out) for out in (None, *range(len(self.x)))]
        return pd.Series(np.max(np.abs(cases), axis=(0, 2)), index=self.branches.index)


def injection_mw(network, p_mw):
    load = network.buses["load_mw"]
    made = p_mw.groupby(network.generators["bus"]).sum().reindex(load.index, fill_value=0.0)
    return (made - load).to_numpy()[:, None]


def facts_mw(quantity):
    peaks = read_fact("area_peaks").query("quantity == @quantity")
    return peaks.set_index("area")["mw"]


def lines_of(network):
    """One row a published line: its circuits joined, called as OCCTO does."""
    lines = network.branches[network.branches["kind"] == "line"]
    return lines.assign(line=lines["name"].str.replace(r" \d号線$", "", regex=True))


def test_it_is_one_network_of_two_areas_with_one_slack(network):
    buses, branches = network.buses, network.branches.query("in_service")
    at = [buses.index.get_indexer(branches[end]) for end in ("from_bus", "to_bus")]
    graph = coo_array((np.ones(len(branches)), at), shape=(len(buses), len(buses)))
    assert connected_components(graph, directed=False)[0] == 1
    assert set(buses["area"]) == set(AREAS)
    assert buses["is_slack"].sum() == 1
    kinds = network.branches["kind"].value_counts()
    said = f"{len(buses)} buses (500 kV, and the 275 or 220 kV below where sites and plants are)"
    assert f"{said}, {kinds['line']} circuits, {kinds['transformer']} transformers" in README
    assert (buses.loc[network.generators["bus"], "area"] != "").all()


def test_lengths_and_reactances_follow_the_rule_of_the_readme(network):
    lines, buses = lines_of(network), network.buses
    ends = [buses.loc[lines[end]] for end in ("from_bus", "to_bus")]
    km = great_circle_km(*(ends[i // 2][c].to_numpy() for i, c in enumerate(["lat", "lon"] * 2)))
    assert lines["km"].to_numpy() == pytest.approx(np.maximum(km * 1.25, 0.5), abs=0.05)
    kv = ends[0]["kv"].to_numpy()
    assert (kv == ends[1]["kv"].to_numpy()).all()
    ohm = lines["km"] * [OHM_PER_KM[round(k)] for k in kv]
    assert lines["x_pu"].to_numpy() == pytest.approx(ohm * 100 / kv**2, rel=0.02)
    assert (lines["rating_mw"] >= [STANDARD_MW[round(k)] for k in kv]).all()


def test_parallel_circuits_are_alike_and_have_a_row_each(network):
    lines = lines_of(network)
    alike = lines.groupby("line")[["from_bus", "to_bus", "x_pu", "rating_mw", "km"]].nunique()
    assert (alike == 1).all(axis=None)
    circuits = lines["line"].value_counts()
    assert set(circuits[circuits == 1].index) == {"井原連絡線", "新岡山連絡線"}
    assert circuits.max() == 2


def test_no_value_that_is_assumed_goes_unmarked(network):
    marked = network.assumed.groupby("column")["key"].agg(set)
    branches = set(network.branches.index)
    assert branches <= marked["rating_mw"]
    assert branches <= marked["x_pu"]
    assert set(lines_of(network).index) <= marked["km"]
    for column in ("lat", "lon", "load_mw"):
        assert set(network.buses.index) <= marked[column]
    generators = network.generators
    assert set(generators.index) <= marked["p_mw"]
    assert set(generators.query("tech != 'nuclear'").index) <= marked["max_mw"]


def test_load_and_supply_are_those_of_the_facts(network):
    load = network.buses.groupby("area")["load_mw"].sum()
    inside = network.generators[network.generators["tech"] != ""]
    supply = inside.groupby(network.buses["area"].reindex(inside["bus"]).to_numpy())["max_mw"].sum()
    for area in AREAS:
        assert load[area] == facts_mw("annual_peak")[area]
        assert supply[area] == facts_mw("supply_at_peak")[area]
    assert network.generators["p_mw"].sum() == load.sum()


def test_nuclear_units_are_those_of_the_facts(network):
    units = read_fact("nuclear_units").query("area in @AREAS and peak_mw > 0")
    ours = network.generators.query("tech == 'nuclear'")["max_mw"]
    assert ours.to_dict() == units.set_index("unit")["peak_mw"].astype(float).to_dict()


def test_load_follows_population_by_the_shares_of_the_readme(network):
    people = pd.Series(0.0, index=network.buses.index)
    rows = ROW.findall(README)
    assert len(rows) == 12
    for number, part, shares in rows:
        by_bus = {b: float(s) for b, s in (share.split(" ") for share in shares.split(", "))}
        assert sum(by_bus.values()) == pytest.approx(1.0)
        for bus, share in by_bus.items():
            people[bus] += int(number.replace(",", "")) * float(part or 1) * share
    area = network.buses["area"]
    expected = people / people.groupby(area).transform("sum") * area.map(facts_mw("annual_peak"))
    assert network.buses["load_mw"].to_numpy() == pytest.approx(expected.to_numpy(), abs=4)


def test_what_leaves_the_areas_is_fixed_and_has_no_tech(network):
    ties = network.generators[network.generators["tech"] == ""]
    assert ties.index.str.startswith("tie-").all()
    assert (ties["min_mw"] == ties["p_mw"]).all()
    assert (ties["max_mw"] == ties["p_mw"]).all()


def test_the_base_case_holds_after_every_outage(network, dc):
    worst = dc.worst_mw(injection_mw(network, network.generators["p_mw"]))
    share = worst / dc.branches["rating_mw"]
    assert share.max() < 1
    assert dc.branches["name"][share.idxmax()].startswith("六甲線")
    assert f"六甲線 at {100 * share.max():.0f} %" in README


def pockets(network):
    """Plants at full output together: those of a bus, and those of a tech in an area."""
    generators = network.generators
    area = network.buses["area"].reindex(generators["bus"]).to_numpy()
    moves = ~generators["tech"].isin(["", "nuclear"])
    named = generators[moves & (generators["tech"] != "unlisted")]
    for bus in named["bus"].unique():
        yield moves & (generators["bus"] == bus)
    for tech in named["tech"].unique():
        for one in AREAS:
            yield moves & (generators["tech"] == tech) & (area == one)


def with_full_mw(network, pocket, level):
    """Set points with the pocket full and the rest in step; None where that is too much."""
    generators = network.generators
    moves = ~generators["tech"].isin(["", "nuclear"])
    full = generators["p_mw"].where(~moves, 0.0).mask(pocket, generators["max_mw"])
    left = level * network.buses["load_mw"].sum() - full.sum()
    others = generators["p_mw"].where(moves & ~pocket, 0.0)
    return full + left * others / others.sum() if left >= 0 else None


def test_no_plant_is_locked_in_behind_one_outage(network, dc):
    cases, too_much = [], 0
    for level in (1.0, 0.4):
        loads = network.buses["load_mw"] * level
        light = replace(network, buses=network.buses.assign(load_mw=loads))
        for pocket in pockets(network):
            p_mw = with_full_mw(network, pocket, level)
            too_much += p_mw is None
            cases += [] if p_mw is None else [injection_mw(light, p_mw)]
    assert too_much == 1
    worst = dc.worst_mw(np.hstack(cases))
    assert (worst <= dc.branches["rating_mw"]).all()


@pytest.fixture(scope="module")
def observed():
    if not OBSERVED.exists():
        pytest.skip("the real flows are not here")
    table = pd.read_csv(OBSERVED).query("area in @AREAS")
    table["line"] = table["line"].map(plain)
    return table


def plain(name):
    return unicodedata.normalize("NFKC", name).replace("～", "~")


def routes(network, dc):
    flow = dc.flows_mw(injection_mw(network, network.generators["p_mw"]))[:, 0]
    lines = lines_of(network)
    lines["flow_mw"] = pd.Series(flow, index=dc.branches.index).reindex(lines.index)
    lines["kv"] = network.buses["kv"].reindex(lines["from_bus"]).to_numpy()
    lines["line"] = lines["line"].map(plain)
    keys = ["line", "kv"]
    return lines.groupby(keys, as_index=False)["flow_mw"].sum(min_count=1)


def test_every_published_500_kv_line_is_there_with_its_ends(network, observed):
    lines = lines_of(network)
    named = network.buses["name"]
    ours = {
        plain(line): plain(f"{named[a]} {named[b]}")
        for line, a, b in lines[["line", "from_bus", "to_bus"]].itertuples(index=False)
    }
    published = observed.query("kv == 500").set_index("line")
    assert set(published.index) <= set(ours)
    for line, (a, b) in published[["from", "to"]].iterrows():
        first, second = ours[line].split(" ")
        assert station(a) in first, line
        assert station(b) in second, line


def station(name):
    """Name of a line's end without its kind: （変） and 変電所 are the same."""
    return re.sub(r"\(.\)$|変電所$|開閉所$|発電所$|変換所$", "", plain(name))


def test_directions_agree_with_the_observed_means_as_the_readme_says(network, dc, observed):
    both = routes(network, dc).dropna().merge(observed, on=["line", "kv"])
    both = both.drop_duplicates("line")
    same = np.sign(both["flow_mw"]) == np.sign(both["mean_mw"])
    at_500 = both["kv"] == 500
    steady = at_500 & ((both["share_positive"] - 0.5).abs() > 0.4)
    measured = README.split("measured\n", 1)[1]
    for words, rows in (("500 kV |", at_500), ("more than", steady), ("all |", both["kv"] > 0)):
        said = next(line for line in measured.splitlines() if words in line)
        right, count = map(int, re.search(r"(\d+) of (\d+)", said).groups())
        assert (same[rows].sum(), rows.sum()) == (right, count), words
    wrong = set(both["line"][at_500 & ~same])
    sentence = README.split("Wrong at 500 kV: ", 1)[1].split(".", 1)[0]
    assert wrong == {plain(name) for name in sentence.split(", ")}
    sizes = both.loc[at_500, ["flow_mw", "mean_mw"]].abs().corr(method="spearman")
    assert f"{sizes.iloc[0, 1]:.2f} |" in README
    assert same[at_500].mean() > 0.8


def test_the_template_carries_the_folder(tmp_path):
    copied = {path.relative_to(tmp_path) for path in copy_template("japan", tmp_path)}
    files = {f"{name}.csv" for name in ("buses", "branches", "generators")} | {"README.md"}
    assert {Path("network") / name for name in files} <= copied
    assert read_network(tmp_path / "network").buses.equals(read_network(FOLDER).buses)


def test_every_site_of_the_two_areas_has_a_bus_near(network):
    use = load_scenario(SCENARIO, VARIANT).network
    places = read_fact("places").query("area in @AREAS").set_index("place")
    assert set(use.sites) <= set(places.index)
    assert set(use.sites.values()) <= set(network.buses.index)
    for key, place in places.iterrows():
        at = network.buses[["lat", "lon"]]
        at = at.loc[[use.sites[key]]] if key in use.sites else at
        km = great_circle_km(at["lat"], at["lon"], place["lat"], place["lon"])
        assert np.min(km) <= use.max_site_km, key


def test_an_assumed_load_is_not_told_as_none(tmp_path):
    asked = Asked(rules=("fixed",), balance="generators", buses=("kobe",))
    summary = headroom_study(FOLDER, asked, tmp_path / "room", cache=tmp_path / "cache")
    assert not summary["infeasible"]
    assert not any("empty wires" in told["en"] for told in summary["unknowns"])
