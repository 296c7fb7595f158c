"""The queue and notices of the user's zones in a scenario: off the headroom, by year, and told."""

import json
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.facts import read_fact
from grid.groups import group_table
from grid.queue import QueueRule
from siting.candidates import find_candidates, group_headroom_mw
from siting.cli import main
from siting.question import pose
from siting.run_files import plain
from siting.scenario_file import user_files
from siting.study import check_study, make_study
from siting.why import REASONS
from siting.zone_inputs import groups_after_queue, headroom_after_queue, queue_of_zones
from siting.zone_notices import find_notices, note_in_japanese, own_notices
from siting.zone_places import with_places
from siting.zones_used import zones_used
from tests.small_studies import small_scenario

ZONE_HEAD = (
    "tso,area,asset_type,asset_name,voltage_kv,lat,lon,cap_low_mw,cap_high_mw,cap_basis,"
    "lead_time_low_y,lead_time_from,additive_group,as_of"
)
QUEUE_HEAD = "id,area,connection_point,contract_mw,supply_start,ramp,kind,stage,probability"
TWO = (
    "A-1,hokuriku,中能登変電所,100,2028,,data_center,contract,",
    "A-2,hokuriku,hokuriku_td/中能登,100,2028,,data_center,applied,0.5",
)
NEVER_OLD = "2999-01-01"
ALONE = ("candidates.only=[naka-noto]", "headroom.zones_file=zones.csv")
FREE = (
    "demand.shortfall.allowed=true",
    "limits.spread.min_sites=1",
    "limits.spread.largest_area_share=1.0",
    "limits.carbon=null",
    "limits.reserve=null",
    "limits.forecast=null",
    "latency.bound_ms=100",
)


def write_zones(folder, *rows):
    (folder / "zones.csv").write_text("\n".join([ZONE_HEAD, *rows, ""]), encoding="utf-8")


def zone_row(name, mw, *, place="36.99,136.91", group="", kind="substation", as_of=NEVER_OLD):
    ends = f"{mw},{mw}"
    return (
        f"hokuriku_td,hokuriku,{kind},{name},154,{place},{ends},welcome_zone,2,contract,"
        f"{group},{as_of}"
    )


@pytest.fixture
def ask(tmp_path):
    """The small scenario with one place in a zone of 300 MW, and a queue before it."""

    def scenario(*rows, sets=(), zones=()):
        write_zones(tmp_path, *(zones or [zone_row("中能登", 300)]))
        text = "\n".join([QUEUE_HEAD, *rows, ""])
        (tmp_path / "queue.csv").write_text(text, encoding="utf-8")
        return small_scenario(tmp_path, *ALONE, "headroom.queue_file=queue.csv", *sets)

    return scenario


@pytest.mark.parametrize(
    ("count", "left_mw"), [("expected", 150), ("contracted", 200), ("all", 100)]
)
def test_one_zone_and_two_applications_by_head(ask, count, left_mw):
    found = find_candidates(ask(*TWO, sets=[f"headroom.queue_count={count}"]))
    place = found.usable.loc["naka-noto"]
    assert place[["low_mw", "high_mw", "headroom_mw", "max_mw"]].tolist() == [left_mw] * 4
    assert (found.groups.limits["low_mw"] == left_mw).all()


def test_the_plan_takes_what_the_queue_leaves_and_tells_it(ask):
    outside = "A-3,hokuriku,別所変電所,70,2029,,data_center,applied,"
    summary = plain(make_study(ask(*TWO, outside, sets=FREE)).answer.summary)
    (site,) = summary["sites"]
    assert site["by_year"][-1]["contract_mw"] == pytest.approx(150)
    assert (site["headroom_low_mw"], site["headroom_high_mw"]) == (150, 150)
    queue = summary["queue"]
    assert (queue["count"], queue["applications"]) == ("expected", 3)
    (zone,) = queue["zones"]
    assert zone == {
        "zone": "hokuriku_td/中能登",
        "name_ja": "中能登",
        "name_en": "中能登",
        "fiscal_year": 2035,
        "published_low_mw": 300,
        "published_high_mw": 300,
        "held_mw": 150,
        "low_mw": 150,
        "high_mw": 150,
        "standing": "free",
        "sharing": "hokuriku_td/ungrouped",
    }
    (lost,) = queue["outside"]
    assert (lost["id"], lost["contract_mw"]) == ("A-3", 70)
    assert lost["reason"]["en"]
    assert any("1 (70 MW)" in said["en"] for said in summary["unknowns"])
    chances = [row for row in summary["assumptions"] if row["field"] == "headroom.queue_count"]
    assert "applied 0.38" in chances[0]["value"]
    # nothing but 150 MW, so that without the queue the plan builds more
    free = make_study(ask(*TWO, sets=[*FREE, "headroom.queue_file=null"])).answer.summary
    assert free["sites"][0]["by_year"][-1]["contract_mw"] == pytest.approx(300)
    assert free["queue"] is None
    assert len(free["unknowns"]) == len(summary["unknowns"]) - 2


def test_each_application_finds_its_zone_whoever_else_names_it(tmp_path):
    zones = read_fact("zones").head(4)
    points = ["新能登", None, "別所", "新能登", "hokuriku_td/南金沢", None, "別所", "南金沢変電所"]
    queue = pd.DataFrame({"connection_point": pd.Series(points, dtype=object)}).assign(
        id=[f"n{i}" for i in range(len(points))],
        area=["hokuriku", "tokyo"] * 4,
        contract_mw=[float(2**i) for i in range(len(points))],
        supply_start=2028,
        ramp=None,
        stage="contract",
        probability=np.nan,
    )
    rule = QueueRule(count="all")
    found = queue_of_zones(zones, queue, [2030], rule)
    # n3 names a zone of Hokuriku, but lies in Tokyo: half the score
    assert found.outside["id"].tolist() == ["n1", "n2", "n3", "n5", "n6", "n7"]
    reasons = ["no_name", "no_station", "low_score", "no_name", "no_station", "low_score"]
    assert found.outside["reason"].tolist() == reasons
    held = found.held_mw()[2030]
    assert held["hokuriku_td/新能登"] == 1
    assert held["hokuriku_td/南金沢"] == 16
    every = queue_of_zones(zones, queue.iloc[[0, 4]], [2030], rule)
    assert every.outside.empty, "where all are placed, none is outside"
    assert len(queue_of_zones(zones, queue.iloc[:0], [2030], rule).placed) == 0


def test_what_is_not_used_within_three_years_comes_back(ask):
    slow = "A-1,hokuriku,中能登,250,2028,20 MW/y,data_center,contract,"
    scenario = ask(slow, sets=FREE)
    found = find_candidates(scenario)
    # by 2031, its fourth year, 80 MW are reached: 250 are held in 2029, 80 from 2031 on
    by_year = group_headroom_mw(scenario, found.groups).loc["naka-noto"]
    assert by_year.to_dict() == {2029: 50, 2032: 220, 2035: 220}
    assert found.usable.loc["naka-noto", "max_mw"] == 220
    study = make_study(scenario)
    built = study.plan.sites.loc["naka-noto", "contract_mw"]
    assert built.loc[2029] <= 50 + 1e-6
    assert built.loc[2035] == pytest.approx(220)
    released = study.answer.summary["queue"]["released"]
    assert released == [{"zone": "hokuriku_td/中能登", "fiscal_year": 2031, "released_mw": 170}]


@pytest.mark.parametrize(
    ("asked_mw", "reason"), [(289, ""), (291, "queue_full"), (400, "queue_full")]
)
def test_a_queue_that_leaves_less_than_a_connection_leaves_the_place_out(ask, asked_mw, reason):
    row = f"A-1,hokuriku,中能登,{asked_mw},2028,,data_center,contract,"
    place = find_candidates(ask(row)).table.loc["naka-noto"]
    assert place["min_mw"] == 10
    assert place["reason"] == reason
    assert place["headroom_mw"] == place["low_mw"] == max(300 - asked_mw, 0)
    assert REASONS["queue_full"]["ja"] != REASONS["no_headroom"]["ja"]


def test_works_too_small_do_not_bring_back_a_place(ask):
    row = "A-1,hokuriku,中能登,400,2028,,data_center,contract,"
    line = "{group: naka-noto, added_mw: 9, lead_years: 3, cost_myen: 30}"
    place = find_candidates(ask(row, sets=(f"reinforcements={{line: {line}}}",))).table
    assert place.loc["naka-noto", "min_mw"] == 10
    assert place.loc["naka-noto", "reason"] == "queue_full"


def test_works_bring_back_a_place_that_the_queue_left_without(ask):
    row = "A-1,hokuriku,中能登,400,2028,,data_center,contract,"
    line = "{group: naka-noto, added_mw: 60, lead_years: 3, cost_myen: 30}"
    scenario = ask(row, sets=(*FREE, f"reinforcements={{line: {line}}}"))
    assert find_candidates(scenario).usable.loc["naka-noto", "max_mw"] == 60
    study = make_study(scenario)
    built = study.plan.sites.loc["naka-noto", "contract_mw"]
    # decided in FY2026, in service from FY2029 on
    assert built.max() == pytest.approx(60)
    (told,) = study.answer.summary["works"]
    year = told["in_service_fiscal_year"]
    assert year >= 2029
    (site,) = (s for s in study.answer.summary["sites"] if s["site"] == "naka-noto")
    assert site["why"]["en"][1] == f"Works “line” add 60 MW from FY{year}"
    assert f"工事「line」により{year}年度から" in site["why"]["ja"][1]


def test_the_queue_at_a_zone_without_places_counts_in_the_shared_limit(ask):
    far = zone_row("新能登", 300, place="37.60,137.30", group="noto")
    near = zone_row("中能登", 300, group="noto")
    row = "A-1,hokuriku,新能登,220,2028,,data_center,contract,"
    scenario = ask(row, zones=(near, far))
    found = find_candidates(scenario)
    # both share the 300 MW of the larger, whoever draws them: 80 are left at either
    assert found.usable.loc["naka-noto", "max_mw"] == 80
    limits = group_headroom_mw(scenario, found.groups).unstack()
    assert limits.loc["naka-noto"].tolist() == [300] * 3
    assert limits.loc["shared:noto"].tolist() == [80] * 3
    assert found.groups.members.values.tolist() == [
        ["naka-noto", "naka-noto"],
        ["shared:noto", "naka-noto"],
    ]
    alone = ask(row, zones=(near, far.replace(",noto,", ",other,")))
    assert find_candidates(alone).usable.loc["naka-noto", "max_mw"] == 300


def test_middle_of_a_range_stays_the_middle_where_its_low_end_is_gone(ask):
    wide = zone_row("中能登", 100).replace("100,100", "100,300")
    row = "A-1,hokuriku,中能登,150,2028,,data_center,contract,"
    scenario = ask(row, zones=(wide,), sets=["headroom.gamma=1"])
    found = find_candidates(scenario)
    place = found.usable.loc["naka-noto"]
    assert place[["low_mw", "headroom_mw", "high_mw"]].tolist() == [0, 50, 150]
    assert (group_headroom_mw(scenario, found.groups) == 50).all()
    # what is feared is nothing, not less than nothing
    assert (pose(scenario, found).problem.low_headroom.low_mw == 0).all()


rows_drawn = st.lists(
    st.tuples(
        st.sampled_from(["南金沢", "新能登", "中能登", "北金沢"]),
        st.integers(1, 200),
        st.sampled_from([None, "rate:20", "steps:0.5;1"]),
    ),
    max_size=6,
)


@settings(max_examples=15, deadline=None)
@given(rows=rows_drawn, served=st.sets(st.sampled_from([0, 1, 2, 3]), min_size=1))
def test_limits_after_any_queue_by_their_definition(rows, served):
    zones = read_fact("zones").head(4)
    columns = ["connection_point", "contract_mw", "ramp"]
    queue = pd.DataFrame(rows, columns=columns).assign(
        id=[f"n{i}" for i in range(len(rows))],
        area="hokuriku",
        supply_start=2028,
        stage="contract",
        probability=np.nan,
    )
    rule = QueueRule(count="all")
    before = queue_of_zones(zones, queue.astype({"connection_point": object}), [2028, 2035], rule)
    used = zones.iloc[sorted(served)]
    places = pd.DataFrame(
        {
            "low_mw": used["cap_low_mw"].to_numpy(),
            "high_mw": used["cap_high_mw"].to_numpy(),
            "basis": "published",
            "zone": ("hokuriku_td/" + used["asset_name"]).to_numpy(),
            "group": "hokuriku-ishikawa",
        },
        index=pd.Index([f"p{i}" for i in sorted(served)], name="place"),
    )
    upper = pd.DataFrame(columns=["low_mw", "high_mw", "basis"], dtype=float).rename_axis("group")
    members = pd.DataFrame(columns=["group", "place"])
    groups = group_table(places, [2028, 2035], upper_limits=upper, upper_members=members)
    after = groups_after_queue(groups, places, zones, before).limits["low_mw"]
    kept_of = {None: 1.0, "steps:0.5;1": 1.0}
    held = {2028: dict.fromkeys(zones["asset_name"], 0.0)}
    held[2035] = dict(held[2028])
    for name, mw, ramp in rows:
        held[2028][name] += mw
        held[2035][name] += mw * kept_of.get(ramp, min(1.0, 80 / mw))
    room = dict(zip(zones["asset_name"], zones["cap_low_mw"], strict=True))
    for year, taken in held.items():
        for place, zone in zip(places.index, used["asset_name"], strict=True):
            assert after[place, year] == pytest.approx(room[zone] - taken[zone])
        if ("shared:hokuriku-ishikawa", year) in after.index:
            left = min(max(room[z] for z in used["asset_name"]), 300 - sum(taken.values()))
            together = after["shared:hokuriku-ishikawa", year]
            assert together == pytest.approx(left) or len(places) == 1
        else:
            elsewhere = sum(mw for zone, mw in taken.items() if zone not in set(used["asset_name"]))
            assert (len(places), elsewhere) == (1, 0)
    sizes = headroom_after_queue(places, before)["low_mw"]
    own = [room[zone] - held[2035][zone] for zone in used["asset_name"]]
    best = 300 - sum(held[2035].values())
    assert sizes.tolist() == pytest.approx([min(mw, best) for mw in own])


def test_all_that_is_wrong_with_queue_zones_and_names_comes_in_one_list(ask):
    bad = "A-1,hokuriku,中能登,-5,soon,,data_center,contract,"
    hardware = "{kind: eflops, precision: fp4, hardware: h100, load: training, by_year: {2035: 1}}"
    sets = [f"demand.workloads.x={hardware}"]
    scenario = ask(bad, zones=(zone_row("中能登", -3),), sets=sets)
    told = [str(problem) for problem in check_study(scenario)]
    assert any("queue.csv:2: contract_mw" in text for text in told), told
    assert any("queue.csv:2: supply_start" in text for text in told)
    assert any("zones.csv:2: cap_low_mw" in text for text in told)
    assert any("h100 at fp4" in text for text in told)
    with pytest.raises(InputError, match="supply_start"):
        make_study(scenario)


def test_a_queue_file_has_to_be_there_and_belongs_to_the_run(ask, tmp_path):
    assert tmp_path / "queue.csv" in user_files(ask(*TWO))
    with pytest.raises(InputError, match=r"headroom\.queue_file"):
        ask(*TWO, sets=["headroom.queue_file=none.csv"])


# --- notices -----------------------------------------------------------------------------------


def test_zones_without_a_position_take_that_of_a_substation_of_their_name(tmp_path):
    shipped = read_fact("zones").set_index("asset_name")
    write_zones(
        tmp_path,
        zone_row("新能登変電所", 250, place=","),
        zone_row("能登", 90, place=","),
        zone_row("どこか", 80, place=","),
        zone_row("順潮流 100 MW以上", 100, place=",", kind="class"),
        zone_row("中能登", 300, place="36.50,136.50"),
    )
    used = zones_used(small_scenario(tmp_path, ALONE[1]))
    places = used.zones.set_index("asset_name")[["lat", "lon", "precision_km"]]
    assert places.loc["新能登変電所"].tolist() == shipped.loc["新能登", places.columns].tolist()
    assert places.loc[["能登", "どこか", "順潮流 100 MW以上"]].isna().all(axis=None)
    assert places.loc["中能登", "lat"] == 36.50, "a stated position is never replaced"
    told = {notice["reason"]: notice for notice in find_notices(used, None)}
    assert set(told) == {"not_located", "located_by_name", "no_substation"}
    assert "hokuriku_td/新能登変電所 = 新能登 (0.95)" in told["located_by_name"]["en"]
    guesses = {row["zone"]: row["guesses"] for row in told["not_located"]["rows"]}
    assert "中能登 0.50" in guesses["hokuriku_td/能登"]
    assert guesses["hokuriku_td/どこか"] == ""
    assert "hokuriku_td/能登" in told["not_located"]["ja"]
    assert "1 zones are classes" in told["no_substation"]["en"]


def test_a_zone_placed_by_its_name_serves_places(tmp_path):
    write_zones(tmp_path, zone_row("中能登SS", 120, place=","))
    table = find_candidates(small_scenario(tmp_path, *ALONE)).table
    assert table.loc["naka-noto", "zone"] == "hokuriku_td/中能登SS"
    assert table.loc["naka-noto", "max_mw"] == 120


def test_a_name_of_the_file_counts_before_one_of_the_zones_shipped():
    zones = read_fact("zones").head(2).assign(asset_name=["新能登", "新能登 変電所"])
    zones["lat"], zones["lon"] = [36.2, np.nan], [136.2, np.nan]
    placed, named, lost = with_places(zones)
    assert placed["lat"].tolist() == [36.2, 36.2]
    assert (len(named), len(lost)) == (1, 0)


@pytest.fixture
def siting(monkeypatch, capsys):
    """The command line in this process: what it says on stdout and stderr."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["siting", *map(str, words)])
        with pytest.raises(SystemExit) as done:
            main()
        assert not done.value.code
        return capsys.readouterr()

    return run


def test_check_tells_notices_on_stderr_and_run_keeps_them(siting, tmp_path):
    rows = [zone_row("中能登", 300, as_of="2019-04"), zone_row("どこか", 80, place=",")]
    write_zones(tmp_path, *(f"{row},x" for row in rows))
    text = (tmp_path / "zones.csv").read_text(encoding="utf-8")
    (tmp_path / "zones.csv").write_text(text.replace("as_of", "as_of,担当", 1), encoding="utf-8")
    queue = "\n".join([f"{QUEUE_HEAD},社内メモ", *(f"{row},x" for row in TWO), ""])
    (tmp_path / "queue.csv").write_text(queue, encoding="utf-8")
    scenario = small_scenario(tmp_path, *ALONE, "headroom.queue_file=queue.csv")
    sets = [*ALONE, *FREE, "headroom.queue_file=queue.csv"]
    words = [word for each in sets for word in ("--set", each)]
    checked = siting("check", tmp_path / "scenario.yaml", "--lang", "ja", *words)
    assert "問題は見つかりませんでした" in checked.out
    for said in ("365日より古い", "どこか", "使わなかった列: 担当", "申込み一覧で使わなかった列"):
        assert said in checked.err
    notices = own_notices(scenario)
    assert len(checked.err.splitlines()) == len(notices) == 4
    done = siting("run", tmp_path / "scenario.yaml", *words, "--output", tmp_path / "out")
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert [n["reason"] for n in summary["notices"]] == ["old", "not_located", "note", "unused"]
    assert all(n["ja"] and n["en"] and n["ja"] != n["en"] for n in summary["notices"])
    assert "older than 365 days" in done.err


def test_every_note_of_the_reader_has_its_japanese(tmp_path):
    (tmp_path / "zones.csv").write_text(
        "一覧\n"
        "エリア,変電所名,電圧(kV),順潮流空容量(MW),グループ,備考,担当\n"
        "北陸,中能登,154,100～200,能登,,x\n"
        "北陸,中能登,66,非公表,能登,,x\n"
        "北陸,,66,50,,,x\n",
        encoding="utf-8",
    )
    notes = zones_used(small_scenario(tmp_path, ALONE[1])).notes
    assert len(notes) >= 6
    for note in notes:
        assert not note_in_japanese(note).startswith("ファイルの注記"), note


def test_a_scenario_without_own_files_has_nothing_to_say(tmp_path):
    assert own_notices(small_scenario(tmp_path)) == ()
