"""The Japan scenario through the real command: every file tells the same, and no limit is broken.

Limits are computed again from the files of the run and the bundled facts with plain pandas.
"""

import json
import re
from html.parser import HTMLParser

import geopandas
import numpy as np
import pandas as pd
import pytest

from data.facts import read_fact

pytestmark = pytest.mark.slow

RUN_FILES = {
    "scenario.lock.yaml",
    "candidates.parquet",
    "sites.csv",
    "sites.gpkg",
    "balance.parquet",
    "flows.parquet",
    "workloads.parquet",
    "served.parquet",
    "summary.json",
    "report.html",
    "map.html",
    "solve.json",
    "run.log",
}
# What HiGHS allows a row to be off (1e-6), with room for sums of many. [MW]
TOLERANCE_MW = 1e-3


class Table(HTMLParser):
    """Rows of the first table of a class as lists of cells, English text only."""

    def __init__(self, html, css_class):
        super().__init__()
        self.css_class, self.inside, self.japanese = css_class, False, False
        self.rows, self.done = [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        classes = dict(attrs).get("class", "").split()
        if tag == "table":
            self.inside = self.css_class in classes and not self.done
        if self.inside and tag == "tr":
            self.rows.append([])
        if self.inside and tag in ("td", "th"):
            self.rows[-1].append("")
        self.japanese = tag == "span" and "ja" in classes

    def handle_endtag(self, tag):
        self.japanese = False
        if tag == "table" and self.inside:
            self.inside, self.done = False, True

    def handle_data(self, data):
        if self.inside and not self.japanese and self.rows and self.rows[-1]:
            self.rows[-1][-1] = f"{self.rows[-1][-1]} {data}".strip()


class Words(HTMLParser):
    """Text of a page without its styles."""

    def __init__(self, html):
        super().__init__()
        self.tag, self.texts = "", []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tag = tag

    def handle_data(self, data):
        if self.tag not in ("style", "script"):
            self.texts.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())


@pytest.fixture(scope="module")
def sites(japan_run):
    """sites.csv, one row a site and fiscal year."""
    table = pd.read_csv(japan_run.folder / "sites.csv", dtype={"prefecture_code": str})
    return table.set_index(["site", "fiscal_year"])


@pytest.fixture(scope="module")
def candidates(japan_run):
    return pd.read_parquet(japan_run.folder / "candidates.parquet").set_index("place")


@pytest.fixture(scope="module")
def balance(japan_run):
    table = pd.read_parquet(japan_run.folder / "balance.parquet")
    return table.set_index(["area", "fiscal_year", "slice"])


@pytest.fixture(scope="module")
def flows(japan_run):
    return pd.read_parquet(japan_run.folder / "flows.parquet")


@pytest.fixture(scope="module")
def report(japan_run):
    return (japan_run.folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def map_data(japan_run):
    page = (japan_run.folder / "map.html").read_text(encoding="utf-8")
    (block,) = re.findall(r'<script type="application/json" id="plan-data">(.*?)</script>', page)
    return json.loads(block)


def rows(summary, part):
    return pd.DataFrame(summary[part])


def contracts(summary):
    """Contract power in the summary by (site, fiscal_year), years with power only. [MW]"""
    values = {
        (site["site"], each["fiscal_year"]): each["contract_mw"]
        for site in summary["sites"]
        for each in site["by_year"]
        if each["contract_mw"] > 0
    }
    return pd.Series(values).sort_index()


def hours_of(balance):
    """Hours a year of each slice, from the bundled kinds of day. [h]"""
    days = read_fact("day_kinds").set_index("day")["days_per_year"]
    slices = balance.index.get_level_values("slice")
    day = slices.str.rsplit("-", n=1).str[0]
    per_day = balance.groupby(level="slice").size().groupby(lambda s: s.rsplit("-", 1)[0]).size()
    return days.reindex(day).to_numpy() * 24.0 / per_day.reindex(day).to_numpy()


def shown(value):
    """A number as the terminal shows it."""
    return f"{value:,.0f}" if abs(value) >= 10 or value == int(value) else f"{value:,.1f}"


# --- the files --------------------------------------------------------------------------------


def test_all_files_of_a_run_are_there_and_nothing_else(japan_run):
    assert {path.name for path in japan_run.folder.iterdir()} == RUN_FILES
    assert all(path.stat().st_size > 0 for path in japan_run.folder.iterdir())
    assert [path.name for path in japan_run.folder.parent.iterdir()] == ["japan"]


def test_solve_record_holds_sizes_seconds_and_proof(japan_run):
    record = json.loads((japan_run.folder / "solve.json").read_text(encoding="utf-8"))
    assert record["status"].startswith("optimal")
    assert 0 <= record["gap_share"] <= 0.01
    assert record["bound_myen"] <= record["cost_myen"]
    assert min(record[size] for size in ("rows", "columns", "nonzeros", "binaries")) > 0
    seconds = [record[f"{step}_seconds"] for step in ("build", "hand_over", "highs")]
    assert min(seconds) > 0
    assert record["seed"] == 1
    assert {"pyomo", "highspy", "python"} <= set(record["versions"])


def test_lock_file_is_a_scenario_that_checks(japan_run, command, tmp_path):
    lock = tmp_path / "again.yaml"
    lock.write_bytes((japan_run.folder / "scenario.lock.yaml").read_bytes())
    checked = command("check", lock, cwd=tmp_path)
    assert (checked.code, checked.err) == (0, "")


def test_log_has_a_line_for_every_step_and_no_path_of_this_machine(japan_run):
    log = (japan_run.folder / "run.log").read_text(encoding="utf-8")
    for step in ("candidates", "base dispatch", "plan", "answer", "files"):
        assert re.search(rf"{step}: \d+\.\d s", log)
    assert str(japan_run.folder.parents[1]) not in log


# --- the same numbers everywhere --------------------------------------------------------------


def test_csv_and_summary_hold_the_same_sites_and_sizes(japan_run, sites):
    own = contracts(japan_run.summary)
    pd.testing.assert_series_equal(
        sites["contract_mw"].sort_index(), own, check_names=False, rtol=1e-12
    )


def test_key_figures_are_the_sums_of_the_csv(japan_run, sites):
    kpis = rows(japan_run.summary, "kpis").set_index("fiscal_year")
    sums = sites.groupby(level="fiscal_year")
    for figure in ("contract_mw", "it_mw", "energy_gwh"):
        total = sums[figure].sum().reindex(kpis.index, fill_value=0.0)
        np.testing.assert_allclose(total, kpis[figure], rtol=1e-9)
    counted = sums.size().reindex(kpis.index, fill_value=0)
    assert counted.to_list() == kpis["sites"].to_list()
    emitted_kt = (sums["co2_t"].sum() / 1000).reindex(kpis.index, fill_value=0.0)
    np.testing.assert_allclose(emitted_kt, kpis["co2_kt"], rtol=1e-6, atol=1e-6)


def test_costs_of_the_csv_sum_to_the_yearly_cost(japan_run, sites):
    kpis = rows(japan_run.summary, "kpis").set_index("fiscal_year")
    items = rows(japan_run.summary, "costs")
    by_year = items.groupby("fiscal_year")["myen"].sum().reindex(kpis.index, fill_value=0.0)
    np.testing.assert_allclose(by_year, kpis["cost_myen"], rtol=1e-9)
    paid = sites.filter(regex="_myen$").sum(axis=1).groupby(level="fiscal_year").sum()
    works = items.query("item == 'reinforcement'").groupby("fiscal_year")["myen"].sum()
    both = paid.add(works, fill_value=0.0).reindex(kpis.index, fill_value=0.0)
    np.testing.assert_allclose(both, kpis["cost_myen"], rtol=1e-9)


def test_geopackage_is_the_last_year_of_the_csv(japan_run, sites):
    layer = geopandas.read_file(japan_run.folder / "sites.gpkg").set_index("site")
    assert layer.crs.to_epsg() == 6668
    last = sites.reset_index("fiscal_year").groupby(level="site").last()
    for column in ("contract_mw", "it_mw", "energy_gwh", "headroom_low_mw", "lat", "lon"):
        np.testing.assert_allclose(layer[column], last[column].reindex(layer.index), rtol=1e-12)
    assert layer["why_ja"].to_dict() == last["why_ja"].to_dict()
    np.testing.assert_allclose(layer.geometry.x, layer["lon"])


def test_terminal_shows_the_figures_of_the_summary(japan_run):
    cells = [
        [cell.strip() for cell in line.split("│")[1:-1]]
        for line in japan_run.stdout.splitlines()
        if line.startswith("│")
    ]
    kpis, chosen = japan_run.summary["kpis"], japan_run.summary["sites"]
    assert len(cells) == len(kpis) + len(chosen)
    for row, kpi in zip(cells, kpis, strict=False):
        figures = [kpi[key] for key in ("contract_mw", "it_mw", "sites", "co2_kt")]
        cost = [kpi["cost_myen"] / 100, kpi["shortfall_mw"]]
        assert row == [str(kpi["fiscal_year"]), *map(shown, figures + cost)]
    for row, site in zip(cells[len(kpis) :], chosen, strict=True):
        assert row[0] == site["name_en"]
        assert row[3] == shown(site["by_year"][-1]["contract_mw"])
        assert row[5] == site["headroom_basis"]


def test_report_shows_the_figures_of_the_summary(japan_run, report):
    text, last = Words(report).text, japan_run.summary["kpis"][-1]
    assert f"{last['contract_mw']:,.0f} MW of contract power" in text
    assert f"{last['it_mw']:,.0f} MW of IT load" in text
    assert f"{last['co2_kt']:,.0f} kt" in text
    assert f"{last['energy_gwh']:,.0f} GWh" in text
    assert f"¥{last['cost_myen'] / 1000:,.1f} bn" in text


def test_report_table_holds_every_site_with_every_year(japan_run, report):
    table = [row for row in Table(report, "sites").rows[1:] if len(row) > 4]
    assert len(table) == len(japan_run.summary["sites"])
    for row, site in zip(table, japan_run.summary["sites"], strict=True):
        assert row[0].startswith(site["name_en"])
        sizes = [each["contract_mw"] for each in site["by_year"]]
        assert row[4:] == [f"{mw:,.0f}" if mw > 0 else "" for mw in sizes]


def test_map_holds_the_summary_as_it_is(japan_run, map_data):
    (run,) = map_data["runs"]
    # draw by the hour stands in the report only
    told = {part: rows for part, rows in japan_run.summary.items() if part != "draw"}
    assert run["summary"] | {"zones": run["zones"]} == told
    assert map_data["years"] == japan_run.summary["years"]


# --- power ------------------------------------------------------------------------------------


def test_balance_closes_in_every_area_and_slice(balance):
    supplied = balance.drop(
        columns=["demand_mw", "draw_mw", "curtailed_mw", "price_myen_per_mwh"]
    ).sum(axis=1)
    gap = supplied - balance["demand_mw"] - balance["draw_mw"]
    assert gap.abs().max() < 1e-6


def test_flows_carry_what_the_balance_imports(balance, flows):
    ends = read_fact("ties").set_index("tie")[["from_area", "to_area"]]
    flows = flows.join(ends, on="tie")
    forward = flows["direction"] == "forward"
    starts = flows["from_area"].where(forward, flows["to_area"])
    stops = flows["to_area"].where(forward, flows["from_area"])
    keys = ["fiscal_year", "slice"]
    came = flows.assign(area=stops).groupby(["area", *keys])["mw"].sum()
    left = flows.assign(area=starts).groupby(["area", *keys])["mw"].sum()
    net = came.sub(left, fill_value=0.0).reindex(balance.index, fill_value=0.0)
    assert (net - balance["net_import_mw"]).abs().max() < 1e-6
    assert (flows["mw"] <= flows["capacity_mw"] + TOLERANCE_MW).all()
    assert (flows["mw"] >= -TOLERANCE_MW).all()


def test_energy_of_the_sites_is_what_their_areas_draw(sites, balance):
    drawn_gwh = balance["draw_mw"] * hours_of(balance) / 1000
    by_area = drawn_gwh.groupby(level=["area", "fiscal_year"]).sum()
    own = sites.groupby(["area", "fiscal_year"])["energy_gwh"].sum()
    own = own.reindex(by_area.index, fill_value=0.0)
    np.testing.assert_allclose(own, by_area, rtol=1e-6, atol=1e-3)


def test_load_factor_is_that_of_occto(sites, candidates):
    """OCCTO takes about 80 % for data centres."""
    pue = candidates["pue_annual"].reindex(sites.index.get_level_values("site")).to_numpy()
    full_gwh = sites["it_mw"] * 1.12 * pue * 8.76
    assert (sites["energy_gwh"] / full_gwh).to_numpy() == pytest.approx(0.80, abs=1e-6)


# --- limits, computed again -------------------------------------------------------------------


def test_contracts_cover_the_peak(sites, candidates):
    pue = candidates["pue_peak"].reindex(sites.index.get_level_values("site")).to_numpy()
    assert (sites["contract_mw"] >= sites["it_mw"] * 1.12 * pue - TOLERANCE_MW).all()


def test_demand_is_met(sites):
    """60 EFLOPS at 0.733 MW, and half of what OCCTO counts, over seven years from FY2029."""
    counted = read_fact("forecast_national").query(
        "vintage == '2026-01' and fiscal_year == 2035 and quantity == 'counted_dc_mw'"
    )
    final_mw = 0.5 * float(counted["value"].iloc[0]) / 1.3 / 1.12
    installed = sites.groupby(level="fiscal_year")["it_mw"].sum()
    for year in range(2027, 2036):
        asked = 60 * 0.733 + final_mw * max(0, year - 2028) / 7
        assert installed[year] == pytest.approx(asked, rel=0.002)


def test_no_place_holds_more_than_its_headroom(sites, candidates):
    middle = (candidates["low_mw"] + candidates["high_mw"]) / 2
    room = middle.reindex(sites.index.get_level_values("site")).to_numpy()
    assert (sites["contract_mw"].to_numpy() <= room + TOLERANCE_MW).all()


def test_zones_of_hokuriku_share_their_headroom(japan_run, sites, candidates):
    """The four zones state 850 MW one by one; together they are never more than 300 MW."""
    zones = read_fact("zones").query("additive_group == 'hokuriku-ishikawa'")
    assert zones["cap_high_mw"].sum() > 800
    members = candidates.index[candidates["basis"] == "published"].intersection(
        candidates.index[candidates["area"] == "hokuriku"]
    )
    held = sites[sites.index.get_level_values("site").isin(members)]
    used = held.groupby(level="fiscal_year")["contract_mw"].sum()
    assert used.max() > 0
    assert (used <= 300 + TOLERANCE_MW).all()
    groups = rows(japan_run.summary, "groups").query("group == 'shared:hokuriku-ishikawa'")
    assert len(groups) == 10
    assert (groups["headroom_mw"] <= 300).all()
    np.testing.assert_allclose(
        groups.set_index("fiscal_year")["used_mw"],
        used.reindex(groups["fiscal_year"], fill_value=0.0),
        atol=TOLERANCE_MW,
    )


def test_upper_groups_hold(japan_run, sites):
    groups = rows(japan_run.summary, "groups").set_index(["group", "fiscal_year"])
    assert (groups["used_mw"] <= groups["headroom_mw"] + TOLERANCE_MW).all()
    east = sites[sites["prefecture_code"].astype(int).isin([9, 12])]
    used = east.groupby(level="fiscal_year")["contract_mw"].sum()
    stated = groups.loc["east-kanto"]
    np.testing.assert_allclose(
        stated["used_mw"], used.reindex(stated.index, fill_value=0.0), atol=TOLERANCE_MW
    )
    assert (stated["headroom_mw"] == (2500 + 5000) / 2).all()


def test_nobody_has_power_before_the_lead_time(sites, candidates):
    start = sites.reset_index("fiscal_year").groupby(level="site")["fiscal_year"].min()
    own = candidates.loc[start.index]
    waited = 2026 + np.ceil(own["lead_years"])
    earliest = own["stated_first_fiscal_year"].where(own["basis"] == "operator").fillna(waited)
    assert (start >= earliest).all()


def test_no_site_grows_faster_than_the_ramp_or_shrinks(japan_run):
    table = contracts(japan_run.summary).unstack().reindex(columns=range(2026, 2036))
    growth = table.fillna(0.0).diff(axis=1).iloc[:, 1:]
    assert growth.to_numpy().max() <= 300 + TOLERANCE_MW
    assert growth.to_numpy().min() >= -TOLERANCE_MW


def test_forecast_holds_or_the_excess_is_reported(japan_run, sites):
    by_area = sites.groupby(["fiscal_year", "area"])["contract_mw"].sum().unstack(fill_value=0.0)
    by_area = by_area.reindex(range(2026, 2036), fill_value=0.0)
    used = pd.DataFrame({"japan": by_area.sum(axis=1), "tokyo": by_area["tokyo"]})
    used["rest-of-japan"] = used["japan"] - used["tokyo"]
    forecast = rows(japan_run.summary, "forecast").set_index(["group", "fiscal_year"])
    assert set(forecast.index.get_level_values("group")) == set(used.columns)
    assert set(forecast["vintage"]) == {"2026-01"}
    for (group, year), row in forecast.iterrows():
        own_mw = used.loc[year, group]
        assert row["used_mw"] == pytest.approx(own_mw, abs=TOLERANCE_MW)
        assert row["over_mw"] >= own_mw - row["limit_mw"] - TOLERANCE_MW
    counted = read_fact("forecast_national").query(
        "vintage == '2026-01' and quantity == 'counted_dc_mw'"
    )
    for row in counted.itertuples():
        assert forecast.loc[("japan", row.fiscal_year), "limit_mw"] == row.value


def test_reserve_holds_in_every_area_season_and_year(japan_run, sites):
    table = rows(japan_run.summary, "areas")
    table = table.set_index(["area", "fiscal_year"]).sort_index()
    required = {"h3": 0.08, "h1": 0.03}
    assert table["required_share"].to_list() == table["standard"].map(required).to_list()
    own = sites.groupby(["area", "fiscal_year"])["contract_mw"].sum()
    np.testing.assert_allclose(
        table["dc_mw"], own.reindex(table.index, fill_value=0.0), atol=TOLERANCE_MW
    )
    load = table["demand_mw"] + table["dc_mw"]
    firm = table["supply_mw"] + table["net_import_mw"]
    assert (firm >= load * (1 + table["required_share"]) - TOLERANCE_MW).all()
    np.testing.assert_allclose(firm / load - 1, table["margin_share"], atol=1e-9)
    traded = table.groupby(["standard", "season", "fiscal_year"])["net_import_mw"].sum()
    assert traded.abs().max() < TOLERANCE_MW


def test_reserve_starts_from_the_published_peaks(japan_run):
    table = rows(japan_run.summary, "areas").query("standard == 'h3' and season == 'summer'")
    peaks = read_fact("area_peaks").query("fiscal_year == 2026")
    peak = peaks.query("quantity == 'annual_peak'").set_index("area")["mw"]
    assert peak.sum() == 161_070
    national = read_fact("forecast_national").query(
        "vintage == '2026-01' and fiscal_year == 2026 and quantity == 'peak_mw'"
    )
    assert national["value"].to_list() == [159_626]  # areas do not peak at once
    first = table.query("fiscal_year == 2026").set_index("area")["demand_mw"]
    pd.testing.assert_series_equal(
        first, peak.reindex(first.index), check_names=False, check_dtype=False
    )


def test_carbon_stays_below_the_cap(japan_run, sites):
    caps_kt = {
        2029: 1500, 2030: 2600, 2031: 3600, 2032: 4600, 2033: 5600, 2034: 6600, 2035: 7600,
    }  # fmt: skip
    emitted = sites.groupby(level="fiscal_year")["co2_t"].sum() / 1000
    assert all(emitted[year] <= cap * (1 + 1e-6) for year, cap in caps_kt.items())
    stated = rows(japan_run.summary, "carbon").set_index("fiscal_year")
    np.testing.assert_allclose(stated["t"].loc[2027:] / 1000, emitted.loc[2027:], rtol=1e-6)
    assert stated["cap_t"].dropna().to_dict() == {y: kt * 1000.0 for y, kt in caps_kt.items()}


def test_one_earthquake_and_one_area_do_not_hold_too_much(japan_run, sites, candidates):
    zone = candidates["seismic_zone"].reindex(sites.index.get_level_values("site"))
    hit = sites[(zone == "nankai").to_numpy()].groupby(level="fiscal_year")["contract_mw"].sum()
    assert (hit <= 1500 + TOLERANCE_MW).all()
    last = sites.xs(2035, level="fiscal_year")
    share = last.groupby("area")["contract_mw"].sum() / last["contract_mw"].sum()
    assert share.max() <= 0.5 + 1e-6
    assert len(last) >= 3


# --- why ---------------------------------------------------------------------------------------


def test_every_site_says_why_in_two_languages(japan_run):
    for site in japan_run.summary["sites"]:
        assert len(site["why"]["ja"]) == len(site["why"]["en"]) >= 3
        lines = [*site["why"]["ja"], *site["why"]["en"]]
        assert all(line.strip() and "nan" not in line for line in lines)
        for limit in site["binding"]:
            assert limit["ja"] != limit["limit"] != limit["en"]
        nearest = site["next_best"]
        assert nearest is None or (nearest["ja"] and nearest["en"] and nearest["site"])
        assert site["sources"]


def test_cost_items_of_a_site_are_those_of_its_row(japan_run, sites):
    for site in japan_run.summary["sites"]:
        row = sites.loc[(site["site"], 2035)].filter(regex="_myen$").dropna()
        own = {f"{each['item']}_myen": each["myen_per_year"] for each in site["costs"]}
        assert {item: myen for item, myen in row.items() if myen != 0} == pytest.approx(own)


def test_assumed_headroom_is_marked_assumed_everywhere(japan_run, sites, report, map_data):
    basis = {site["site"]: site["headroom_basis"] for site in japan_run.summary["sites"]}
    assert set(basis.values()) == {"assumed", "operator", "published"}
    first = sites.groupby(level="site")["headroom_basis"].unique()
    assert {site: list(found) for site, found in first.items()} == {
        site: [each] for site, each in basis.items()
    }
    table = [row for row in Table(report, "sites").rows[1:] if len(row) > 4]
    names = {site["name_en"]: site["headroom_basis"] for site in japan_run.summary["sites"]}
    for row in table:
        (name,) = [name for name in names if row[0].startswith(f"{name} ")]
        assert row[3].endswith(names[name])
    for site in map_data["runs"][0]["summary"]["sites"]:
        assert site["headroom_basis"] == basis[site["site"]]
        marked = "assumed" if site["headroom_basis"] == "assumed" else None
        assert (site["headroom_confidence"] == "assumed") == (marked == "assumed")
        said = [line for line in site["why"]["en"] if line.startswith("Headroom")]
        assert ("(assumed)" in said[0]) == (marked == "assumed")


def test_every_source_named_is_listed(japan_run):
    listed = {source["source"] for source in japan_run.summary["sources"]}
    named = {source for site in japan_run.summary["sites"] for source in site["sources"]}
    assert named <= listed
    assert all(source["title"] and source["as_of"] for source in japan_run.summary["sources"])


def test_every_candidate_is_chosen_or_has_a_reason(japan_run, candidates):
    chosen = {site["site"] for site in japan_run.summary["sites"]}
    others = {row["site"]: row for row in japan_run.summary["candidates"]}
    assert chosen | set(others) == set(candidates.index)
    assert not chosen & set(others)
    for row in others.values():
        assert row["reason"]["ja"]
        assert row["reason"]["en"]
        excluded = candidates.loc[row["site"], "reason"] != ""
        assert row["status"] == ("excluded" if excluded else "not_chosen")
