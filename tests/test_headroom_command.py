"""`siting headroom` as a user runs it, and its steps with what they keep."""

import json

import pytest
from rich.console import Console

import siting.headroom.run as steps
from data.errors import InputError, SourceUnavailableError
from siting.headroom.question import RULES, Asked, joint_buses
from siting.headroom.row_store import RowStore, network_hash
from siting.headroom.run import answer_headroom
from siting.headroom.study import headroom_study
from siting.headroom.terminal import show_headroom
from tests.conftest import run_siting
from tests.small_networks import NAN, TRIANGLE_N0, TRIANGLE_N1, spur, triangle, write_network


def siting(*words, cwd, lang="en"):
    return run_siting("headroom", *words, cwd=cwd, lang=lang)


@pytest.fixture
def answered(monkeypatch, tmp_path):
    """Answer for a network that stands in memory."""

    def answer(network, asked=None, cache=None, **options):
        monkeypatch.setattr(steps, "read_network", lambda path: network)
        return answer_headroom(tmp_path / "net.m", asked or Asked(), cache, **options)

    return answer


def figures(answer, column):
    return answer.rows.set_index("bus")[column]


def by_rule(answer):
    return {rule: rows.set_index("bus") for rule, rows in answer.rows.groupby("rule")}


# As a user runs it


def test_a_folder_with_everything_and_the_figures_by_head(tmp_path):
    write_network(triangle(), tmp_path / "net")
    done = siting("net", "--output", "runs/room", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    folder = tmp_path / "runs" / "room"
    assert {path.name for path in folder.iterdir()} == {
        "headroom.csv", "headroom.gpkg", "zones.csv", "map.html", "summary.json", "run.log",
    }  # fmt: skip
    assert not [path for path in (tmp_path / "runs").iterdir() if ".partial" in path.name]
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["kind"] == "headroom"
    assert not summary["infeasible"]
    rows = {row["bus"]: row for row in summary["rows"]}
    for bus in ("B", "C"):
        assert rows[bus]["n0_mw"] == pytest.approx(TRIANGLE_N0[bus])
        assert rows[bus]["n1_mw"] == pytest.approx(TRIANGLE_N1[bus])
    assert (rows["B"]["n1_branch"], rows["B"]["n1_outage"]) == ("AC", "AB")
    for text in ("105.0", "30.0", "AC線 / AB線 outage", "do not add up", "map.html"):
        assert text in done.out
    assert "hosting" in (folder / "run.log").read_text(encoding="utf-8")


def test_without_output_nothing_is_written_but_the_rows_kept(tmp_path):
    write_network(triangle(), tmp_path / "net")
    done = siting("net", "--bus", "B", "--rule", "both", "--lang", "ja", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert "発電固定" in done.out
    assert "再給電" in done.out
    assert "B変電所" in done.out
    assert "C変電所" not in done.out
    assert [path.name for path in (tmp_path / "runs").iterdir()] == [".cache"]
    again = siting("net", "--bus", "B", "--rule", "both", cwd=tmp_path)
    assert "2 rows kept" in again.out


def test_an_infeasible_base_case_is_said_with_its_branches_and_code_3(tmp_path):
    write_network(triangle(load_mw=120), tmp_path / "net")
    done = siting("net", "--output", "out", cwd=tmp_path)
    assert done.code == 3
    assert "The base case is infeasible: 2 branches above their rating" in done.out
    assert "AC線" in done.out
    assert "Traceback" not in done.err
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["infeasible"]
    now = {row["branch"]: row["flow_mw"] for row in summary["violations"] if not row["outage"]}
    assert now == {"AB": pytest.approx(120), "AC": pytest.approx(120)}
    assert summary["zones"] == {"count": 0, "left_out": {"infeasible": 1}}


def test_a_bad_network_is_one_list_with_code_2_and_writes_nothing(tmp_path):
    broken = triangle()
    broken.branches.loc["AB", "x_pu"] = 0.0
    broken.branches.loc["AC", "to_bus"] = "Z"
    write_network(broken, tmp_path / "net")
    done = siting("net", "--output", "out", cwd=tmp_path)
    assert done.code == 2
    assert done.err.count("\n  - ") >= 2
    assert "Traceback" not in done.err
    assert not (tmp_path / "out").exists()


# The steps


def test_names_that_are_not_there_are_one_list(answered):
    with pytest.raises(InputError) as caught:
        answered(triangle(), Asked(buses=("Q",), joint=("A", "X")))
    assert [(each.where, each.found) for each in caught.value.problems] == [
        ("--bus", "Q"), ("--joint", "X"),
    ]  # fmt: skip


def test_a_folder_of_something_else_is_not_replaced(tmp_path):
    strange = write_network(triangle(), tmp_path / "net")
    with pytest.raises(InputError, match=r"a folder without summary\.json"):
        headroom_study(strange, Asked(), strange)
    assert (strange / "buses.csv").is_file()


def test_options():
    assert RULES["both"] == ("fixed", "redispatch")
    assert joint_buses(None) == joint_buses(" ,") == ()
    for joint, told in (("A", "at least two"), ("A,A", "each bus once")):
        with pytest.raises(InputError, match=told):
            steps.require_known(Asked(joint=joint_buses(joint)), ["A", "B"], where="net")


def test_redispatch_is_never_less_than_fixed(answered):
    tables = by_rule(answered(spur(), Asked(rules=RULES["both"])))
    for column in ("n0_mw", "n1_mw"):
        assert (tables["redispatch"][column] >= tables["fixed"][column] - 1e-6).all()


def test_a_branch_without_rating_never_binds_and_is_told(answered):
    free = triangle()
    free.branches["rating_mw"] = NAN
    free.generators["max_mw"] = NAN
    answer = answered(free)
    assert figures(answer, "n1_mw").isna().all()
    assert set(figures(answer, "n1_reason")) == {"unlimited"}


def test_notes_of_the_network_reach_the_terminal(summary_for):
    free = triangle()
    free.branches.loc["BC", "rating_mw"] = NAN
    text = shown(summary_for(free), "en")
    assert "1 x branch without rating, never binding: BC" in text
    assert "1 branches without rating: taken as never binding" in text


def test_a_bus_out_of_service_cannot_be_asked_for(answered):
    dark = spur()
    dark.buses.loc["D", "in_service"] = False
    assert list(answered(dark).rows["bus"]) == ["A", "B", "C"]
    with pytest.raises(InputError, match="--bus: found D"):
        answered(dark, Asked(buses=("D",)))


def test_progress_only_grows(answered):
    told = []
    answered(spur(), Asked(rules=RULES["both"]), progress=lambda share, text: told.append(share))
    assert told == sorted(told)
    assert told[0] == 0.0
    assert told[-1] <= 1.0


class StopError(Exception):
    """Somebody pressed Ctrl-C."""


def test_a_stopped_run_goes_on_and_says_the_same(answered, tmp_path):
    cache, asked = tmp_path / "cache", Asked(rules=("redispatch",))
    whole = answered(spur(), asked)
    seen = []

    def stop(share, text):
        seen.append(share)
        if "hosting" in text and len([s for s in seen if s > 0.1]) == 3:
            raise StopError

    with pytest.raises(StopError):
        answered(spur(), asked, cache, progress=stop)
    resumed = answered(spur(), asked, cache)
    assert 0 < resumed.kept < 4
    assert resumed.rows.equals(whole.rows)
    assert answered(spur(), asked, cache).kept == 4


def test_another_network_rule_or_balance_finds_nothing_kept(answered, tmp_path):
    cache = tmp_path / "cache"
    answered(triangle(), cache=cache)
    assert answered(triangle(ab_mw=101.0), cache=cache).kept == 0
    assert answered(triangle(), Asked(rules=("redispatch",)), cache).kept == 0
    assert answered(triangle(), Asked(balance="generators"), cache).kept == 0
    assert answered(triangle(), cache=cache).kept == 3


def test_damaged_rows_are_worked_out_again(answered, tmp_path):
    cache = tmp_path / "cache"
    before = answered(triangle(), cache=cache)
    (file,) = (cache / "headroom").iterdir()
    lines = file.read_text(encoding="utf-8").splitlines()
    changed = [line.replace("105.0", "999.0") for line in lines]
    hostile = ["[" * 5000, '["x"]', '{"a": 1}', "null", '["", {}, 3]', lines[-1][:20]]
    file.write_text("\n".join([*changed, *hostile]), encoding="utf-8")
    after = answered(triangle(), cache=cache)
    assert after.kept == 2
    assert after.rows.equals(before.rows)


def test_a_cache_that_cannot_be_written_costs_only_time(answered, tmp_path):
    blocked = tmp_path / "cache"
    blocked.write_text("a file")
    assert len(answered(triangle(), cache=blocked).rows) == 3


def test_the_hash_sees_every_figure():
    base = network_hash(triangle())
    assert network_hash(triangle()) == base
    for table, column in (("buses", "load_mw"), ("branches", "x_pu"), ("generators", "max_mw")):
        other = triangle()
        getattr(other, table).iloc[0, getattr(other, table).columns.get_loc(column)] = 0.123456789
        assert network_hash(other) != base, column


def test_a_store_of_nothing():
    store = RowStore(None, "key")
    assert store.table(["A"]).empty


# What is shown


def shown(summary, lang, folder=None):
    console = Console(record=True, width=160, markup=False, file=open("/dev/null", "w"))  # noqa: PTH123, SIM115
    with console.file:
        show_headroom(console, folder, summary, lang)
        return console.export_text()


@pytest.fixture
def summary_for(monkeypatch, tmp_path):
    def made(network, asked=None):
        monkeypatch.setattr(steps, "read_network", lambda path: network)
        return headroom_study(tmp_path / "net.m", asked or Asked(), None)

    return made


def test_a_network_without_places_says_so(summary_for):
    summary = summary_for(triangle(located=False))
    assert not summary["map"]
    assert "No map and no GeoPackage" in shown(summary, "en")


def test_an_insecure_base_case_is_no_infeasible_one(summary_for):
    """120 MW over AC after AB is out, 60 MW with both: N-0 holds, N-1 does not."""
    summary = summary_for(triangle(load_mw=60))
    assert not summary["infeasible"]
    text = shown(summary, "en")
    assert "not N-1 secure: 2 branches" in text
    assert "overloaded before any load" in text


def test_names_with_markup_stay_names(summary_for):
    hostile = triangle()
    hostile.buses.loc["B", "name"] = "[red]B[/red]{x}"
    assert "[red]B[/red]{x}" in shown(summary_for(hostile), "ja")


def test_a_missing_network_is_named(tmp_path):
    with pytest.raises(SourceUnavailableError, match="gone"):
        answer_headroom(tmp_path / "gone", Asked())
