"""Servers that are bought in one year and replaced in another: power by hand, loop and plan."""

import json
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InfeasibleError, InputError
from data.facts import read_fact
from optimize.embodied import Embodied, embodied_t
from optimize.plan import choose_sites
from optimize.solve import SolverSettings
from siting.assumed import list_assumptions
from siting.report import environment
from siting.report_servers import servers_view
from siting.scenario_demand import EflopsWorkload
from siting.scenario_file import build_scenario
from siting.server_vintages import standing_eflops, standing_mw, vintages_mw
from siting.servers_summary import servers_summary
from siting.study_problems import find_study_problems
from siting.terminal_limits import limit_lines
from siting.workloads import demand_by_year, kept_shares, mw_per_eflops, workload_table
from tests.small_problems import demand_of, dispatch_of, keyed, two_sites

EXACT = SolverSettings(gap_share=1e-9)
GAS = (1000.0, 0.01, np.nan, 1.0)
H100, GB200 = 1.289, 0.733
"""MW per EFLOPS, FP16, the high end of the table of facts."""


def scenario_of(years=(2026, 2030), *, step=1, limits=None, **workload):
    asked = {"kind": "eflops", "load": "training", "precision": "fp16"} | workload
    return build_scenario(
        {
            "name": "servers",
            "title": {"ja": "題", "en": "Title"},
            "years": {"first": years[0], "last": years[1], "step": step},
            "demand": {"workloads": {"w": asked}},
            "limits": limits or {},
        }
    )


def workload_of(**workload):
    asked = {"kind": "eflops", "load": "training", "precision": "fp16"} | workload
    return EflopsWorkload(**asked)


TWO = {
    "hardware_by_year": {2026: "h100", 2028: "gb200"},
    "lifetime_years": 2,
    "by_year": {2026: 10.0, 2028: 20.0},
}


# --- cohorts ----------------------------------------------------------------------------------


def test_two_vintages_by_hand():
    workload = workload_of(**TWO)
    # 10 EFLOPS on H100 stand in 2026 and 2027; in 2028 they go, and all 20 are bought on GB200
    assert vintages_mw(workload, 2028).to_numpy().tolist() == [
        [pytest.approx(10 * H100), pytest.approx(10 * H100), 0.0],
        [0.0, 0.0, 0.0],
        [0.0, 0.0, pytest.approx(20 * GB200)],
    ]
    assert standing_mw(workload, 2028).tolist() == pytest.approx([12.89, 12.89, 14.66])


def test_without_a_lifetime_old_servers_stay():
    workload = workload_of(**TWO | {"lifetime_years": None})
    assert standing_mw(workload, 2029).tolist() == pytest.approx(
        [12.89, 12.89, 12.89 + 7.33, 12.89 + 7.33]
    )


STEPS = st.lists(st.integers(0, 50), min_size=1, max_size=8)


@st.composite
def workloads(draw):
    """Any cumulative demand, hardware by year and life."""
    years = sorted(draw(st.sets(st.integers(2026, 2045), min_size=1, max_size=6)))
    steps = draw(st.lists(st.floats(0, 50), min_size=len(years), max_size=len(years)))
    later = draw(st.sets(st.integers(2027, 2045), max_size=4))
    kinds = st.sampled_from(["h100", "b200", "gb200"])
    return workload_of(
        by_year=dict(zip(years, np.cumsum(steps).tolist(), strict=True)),
        hardware_by_year={year: draw(kinds) for year in (2026, *sorted(later))},
        lifetime_years=draw(st.none() | st.integers(1, 12)),
        low_or_high=draw(st.sampled_from(["low", "high"])),
    )


def servers_one_by_one(workload, last):
    """Every lot of servers on a list, looked at each year: EFLOPS and MW that stand by year."""
    table = read_fact("hardware").set_index(["hardware", "precision"])
    lots, found, wanted = [], {}, 0.0
    for year in range(min(workload.by_year), last + 1):
        wanted = workload.by_year.get(year, wanted)
        life = workload.lifetime_years
        lots = [lot for lot in lots if life is None or year - lot[0] < life]
        missing = wanted - sum(lot[1] for lot in lots)
        for start, key in sorted(workload.hardware_by_year.items()):
            if start <= year:
                row = table.loc[(key, "fp16")]
        mw = row[f"mw_per_eflops_{workload.low_or_high}"]
        lots.append((year, missing, missing * mw))
        found[year] = (sum(lot[1] for lot in lots), sum(lot[2] for lot in lots))
    return pd.DataFrame.from_dict(found, orient="index", columns=["eflops", "mw"])


@settings(max_examples=40, deadline=None)
@given(workloads())
def test_cohorts_agree_with_a_list_of_servers(workload):
    one_by_one = servers_one_by_one(workload, 2048)
    mw = standing_mw(workload, 2048)
    np.testing.assert_allclose(mw, one_by_one["mw"], rtol=1e-9, atol=1e-9)
    standing = standing_eflops(workload, 2048)
    assert (standing.to_numpy() >= 0).all()
    asked = [workload.by_year[max(y for y in workload.by_year if y <= year)] for year in mw.index]
    np.testing.assert_allclose(standing.sum(), asked, rtol=1e-9, atol=1e-9)


@settings(max_examples=10, deadline=None)
@given(STEPS, st.sampled_from(["low", "high"]), st.none() | st.integers(1, 6))
def test_one_hardware_needs_what_it_needed_without_vintages(steps, end, life):
    by_year = {2026 + i: float(total) for i, total in enumerate(np.cumsum(steps))}
    plain, vintages = (
        scenario_of((2026, 2034), by_year=by_year, low_or_high=end, **hardware)
        for hardware in (
            {"hardware": "gb200"},
            {"hardware_by_year": {2026: "gb200"}, "lifetime_years": life},
        )
    )
    before = demand_by_year(plain) * mw_per_eflops(plain)
    np.testing.assert_allclose(demand_by_year(vintages), before, rtol=1e-12)
    assert workload_table(plain)["kind"].tolist() == ["eflops"]
    assert workload_table(vintages)["kind"].tolist() == ["it_mw"]
    assert kept_shares(plain).empty


def test_modelled_years_further_apart_do_not_change_what_stands():
    every, third = (scenario_of((2026, 2032), step=step, **TWO) for step in (1, 3))
    assert demand_by_year(third).to_dict() == {
        ("w", year): pytest.approx(demand_by_year(every)["w", year]) for year in (2026, 2029, 2032)
    }


# --- the plan -----------------------------------------------------------------------------------


def falling(**changes):
    """30 MW until 2027, then servers that need half; gas makes every MW of draw cost something."""
    years = (2026, 2027, 2028, 2029, 2030)
    dispatch = dispatch_of(
        years,
        demand={"north": [100.0, 100.0], "south": [100.0, 100.0]},
        supply={("north", "gas"): GAS, ("south", "gas"): GAS},
    )
    asked = {2026: 30.0, 2027: 30.0, 2028: 15.0, 2029: 15.0, 2030: 15.0}
    kept = keyed({("training", 2028): 0.5}, ["workload", "fiscal_year"])
    rest = {"demand": demand_of(training=asked), "kept_share": kept, "dispatch": dispatch}
    return two_sites(years=years, **rest | changes)


def test_power_falls_at_every_site_alike_and_its_contract_stays():
    plan = choose_sites(falling(), EXACT)
    power = plan.sites[["it_mw", "contract_mw"]].unstack("site").round(6)
    assert power["it_mw"].loc[2027].to_dict() == {"cheap": 20.0, "dear": 10.0}
    for year in (2028, 2029, 2030):
        assert power["it_mw"].loc[year].to_dict() == {"cheap": 10.0, "dear": 5.0}
        assert power["contract_mw"].loc[year].to_dict() == {"cheap": 20.0, "dear": 10.0}
    full, half = (float(plan.sites["energy_gwh"].xs(y, level=1).sum()) for y in (2027, 2028))
    assert half == pytest.approx(full / 2)


def test_without_a_kept_share_servers_stay_as_before():
    none = falling().kept_share.iloc[:0]
    power = choose_sites(falling(kept_share=none), EXACT).sites["it_mw"].groupby(level=1).sum()
    assert power.tolist() == pytest.approx([30.0] * 5)


def test_what_was_freed_may_be_used_again_and_nothing_else_is_held():
    # 15 MW more in 2030 fit where 15 MW were freed: no third site's worth of contract is taken
    grows = demand_of(training={2026: 30.0, 2027: 30.0, 2028: 15.0, 2029: 15.0, 2030: 30.0})
    plan = choose_sites(falling(demand=grows), EXACT)
    assert plan.sites["contract_mw"].groupby(level=1).sum().tolist() == pytest.approx([30.0] * 5)
    # a contract that nobody uses by the third year is still refused
    held = falling(demand=demand_of(training={2026: 0.0}), kept_share=falling().kept_share)
    least = held.sites.assign(min_mw=[30.0, 30.0], max_mw=[30.0, 30.0])
    sites = choose_sites(two_sites(years=held.years, sites=least, demand=held.demand), EXACT).sites
    assert sites["contract_mw"].sum() == 0.0


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_kept_share_is_a_share(share):
    kept = keyed({("training", 2028): share}, ["workload", "fiscal_year"])
    with pytest.raises(InputError, match="kept_share"):
        falling(kept_share=kept)


def test_headroom_for_the_first_servers_is_needed_even_if_the_later_ones_need_less():
    small = falling().sites.assign(max_mw=[10.0, 10.0])
    with pytest.raises(InfeasibleError):
        choose_sites(falling(sites=small), EXACT)


# --- the scenario -------------------------------------------------------------------------------


def test_posed_power_falls_by_the_share_of_the_new_servers():
    scenario = scenario_of(**TWO | {"by_year": {2026: 10.0}})
    assert kept_shares(scenario).to_dict() == {("w", 2028): pytest.approx(GB200 / H100)}
    assert demand_by_year(scenario)["w"].tolist() == pytest.approx([12.89, 12.89, 7.33, 7.33, 7.33])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hardware_by_year": {}}, "found neither"),
        ({"hardware": "gb200"}, "found both"),
        ({"hardware_by_year": {2028: "gb200"}}, "from 2028"),
        ({"lifetime_years": 0}, "lifetime_years"),
    ],
)
def test_what_is_bought_is_said_once_and_from_the_first_year_on(changes, message):
    with pytest.raises(InputError, match=message):
        scenario_of(**TWO | changes)


def test_hardware_has_to_be_known_and_on_the_market():
    scenario = scenario_of(**TWO | {"hardware_by_year": {2021: "h100", 2028: "tpu"}})
    found = {problem.where: problem.found for problem in find_study_problems(scenario)}
    assert found == {
        "demand.workloads.w.hardware_by_year.2028": "tpu at fp16",
        "demand.workloads.w.hardware_by_year.2021": "h100",
    }


def test_embodied_carbon_has_the_same_life():
    carbon = {"carbon": {"embodied": {"server_life_years": 5.0}}}
    with pytest.raises(InputError, match="server_life_years: found 5, expected 2"):
        scenario_of(limits=carbon, **TWO)
    carbon["carbon"]["embodied"]["server_life_years"] = 2.0
    assert scenario_of(limits=carbon, **TWO).demand.workloads["w"].lifetime_years == 2


def test_every_server_bought_weighs_once_over_its_life():
    workload = workload_of(**TWO | {"by_year": {2026: 10.0}})
    it_mw = standing_mw(workload, 2031)  # three lots of two years: none has begun a further life
    table = pd.DataFrame({"it_mw": it_mw, "contract_mw": 0.0})
    tonnes = embodied_t(Embodied(300.0 / 2, 0.0), table)["servers_t"].sum()
    assert tonnes == pytest.approx(300.0 * 10 * (H100 + GB200 + GB200))


# --- what is told -------------------------------------------------------------------------------


@cache
def told():
    return servers_summary(scenario_of((2026, 2032), step=3, **TWO))


def test_summary_adds_up():
    (row,) = told()
    assert [year["fiscal_year"] for year in row["years"]] == [2026, 2029, 2032]
    assert [year["eflops"] for year in row["years"]] == [10.0, 20.0, 20.0]
    before = 0.0
    for year in row["years"]:
        own = [v for v in row["vintages"] if v["fiscal_year"] == year["fiscal_year"]]
        assert sum(v["it_mw"] for v in own) == pytest.approx(year["it_mw"])
        assert sum(v["eflops"] for v in own) == pytest.approx(year["eflops"])
        assert year["it_mw"] - before == pytest.approx(year["bought_mw"] - year["retired_mw"])
        before = year["it_mw"]
    # between 2029 and 2032 all GB200 of 2028 went in 2030, and those of 2030 in 2032
    assert row["years"][2]["retired_mw"] == pytest.approx(2 * 20 * GB200)


def test_nothing_is_told_of_servers_without_vintages():
    assert servers_summary(scenario_of(hardware="gb200", by_year={2026: 10.0})) is None
    assert servers_view(None) is None


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_terminal_tells_what_stands_at_the_end(lang):
    (line,) = limit_lines({"servers": told()}, lang)
    assert all(text in line for text in ("2032", "gb200", "20.0 EFLOPS", "14.7 MW"))
    assert "h100" not in line


def test_report_shows_power_by_hardware_and_escapes_names():
    name = "<script>alert(1)</script>"
    rows = [{**told()[0], "workload": name}]
    template = environment().from_string('{% include "report_servers.html.j2" %}')
    page = template.render(servers=servers_view(json.loads(json.dumps(rows))))
    assert name not in page
    assert all(f'<td class="num">{mw}</td>' in page for mw in ("14.7", "29.3"))
    assert "&lt;script&gt;" in page
    (view,) = servers_view(told())
    assert [row["oldest"] for row in view["rows"]] == [2026, 2028, 2032]
    assert view["rows"][1]["by_hardware"] == [0.0, pytest.approx(14.66)]


def test_hardware_and_life_are_among_the_assumptions():
    fields = {row["field"]: row["value"] for row in list_assumptions(scenario_of(**TWO))}
    assert fields["demand.workloads.w.lifetime_years"] == "2"
    assert fields["demand.workloads.w.hardware_by_year"] == "2026 h100, 2028 gb200"
