"""What a user can get wrong, through the real command: one clear list, nothing written."""

import shutil
import sys

import pytest

from data.facts import read_fact
from siting import cli
from tests.conftest import Done
from tests.small_studies import PLACES, SMALL, write_small

PLACE_COLUMNS = (
    "place,name_ja,name_en,kind,prefecture_code,municipality,lat,lon,precision_km,area,"
    "seismic_zone,voltage_kv,ix_class,landing_class,source,as_of,confidence,note"
)
GOOD_PLACE = (
    "mine,私の町,My town,industrial,40,40625,33.6,131.1,2,kyushu,"
    ",220,100-300,100-300,own,2026-11-01,found,"
)
ASK_MINE = ("--set", "candidates.file=mine.csv", "--set", "candidates.only=[]")


@pytest.fixture
def home(tmp_path):
    """A folder with the small scenario."""
    write_small(tmp_path)
    return tmp_path


@pytest.fixture
def here(home, monkeypatch, capsys):
    """The command in this process, through the one place that sets exit codes."""

    def run(*words, cwd):
        monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, "argv", ["siting", *map(str, words)])
        with pytest.raises(SystemExit) as done:
            cli.main()
        said = capsys.readouterr()
        return Done(done.value.code or 0, said.out, said.err)

    return run


@pytest.fixture
def refused(here, home):
    """Run, and find the refusal; see `refusal`."""
    return lambda *words, code=2: refusal(here, home, words, code)


@pytest.fixture
def refused_outside(command, home):
    """The same in a process of its own, as a user does."""
    return lambda *words, code=2: refusal(command, home, words, code)


def refusal(command, home, words, code):
    """Exit code, one list on stderr, no traceback, nothing new on disk; returns the list."""
    before = everything(home)
    done = command("run", *words, cwd=home)
    assert "Traceback" not in done.err, done.err
    assert done.code == code, done.err
    assert done.out == ""
    assert everything(home) == before
    assert done.err.count("cannot be used:") == (1 if code == 2 else 0)
    return done.err


def everything(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} | {
        path: None for path in folder.rglob("*") if path.is_dir()
    }


def line_of(text, word):
    return 1 + next(i for i, line in enumerate(text.splitlines()) if word in line)


def write_places(home, *rows, columns=PLACE_COLUMNS):
    (home / "mine.csv").write_text("\n".join([columns, *rows, ""]), encoding="utf-8")


# --- the scenario file ------------------------------------------------------------------------


def test_three_errors_come_at_once_with_their_lines(refused_outside, home):
    text = SMALL.replace("first: 2029", "first: soon").replace("latency:", "latencyy:")
    text = text.replace("tomakomai: 42100", "tomakomai: -1")
    (home / "scenario.yaml").write_text(text, encoding="utf-8")
    said = refused_outside("scenario.yaml")
    assert said.count("\n  - ") == 3
    for word, field in (
        ("soon", "years.first"),
        ("latencyy", "latencyy"),
        ("tomakomai: -1", "costs.subsidy_myen.tomakomai"),
    ):
        assert f"scenario.yaml:{line_of(text, word)}: {field}: found" in said
    assert "Did you mean latency?" in said


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "an empty file"),
        (b"- a\n- b\n", "found a list"),
        ("title: 題".encode("shift_jis"), "not UTF-8"),
        (b"\xff\xfe\x00n", "not UTF-8"),
        (b"name: [\n", "YAML"),
        (b"name: a\nname: b\n", "the key again (first on line 1)"),
        (SMALL.replace("2029: 50", "2029: .nan").encode(), "demand.workloads.training.by_year"),
        (SMALL.replace("2029: 50", "2029: -5").encode(), "demand.workloads.training.by_year"),
    ],
)
def test_a_file_that_is_no_scenario(refused, home, content, expected):
    (home / "scenario.yaml").write_bytes(content)
    assert expected in refused("scenario.yaml")


def test_missing_file_and_folder(refused_outside, home):
    assert "no such file" in refused_outside("nothing.yaml")
    assert "a folder" in refused_outside(".")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--variant", "carefull"), "Did you mean careful?"),
        (("--set", "demand.referense_pue=1.2"), "Did you mean reference_pue?"),
        (("--set", "demand.reference_pue"), "--set"),
        (("--set", "candidates.only=[buzenn]"), "Did you mean buzen"),
        (("--set", "time.days=[spring_minimun]"), "spring_minimum"),
        (("--set", "candidates.file=../mine.csv"), "a file below the scenario's folder"),
        (("--set", "candidates.file=none.csv"), "a file in"),
        (("--set", "headroom.sources=[]"), "headroom.sources"),
        (("--output", "/dev/null"), "output"),
        (("--output", "."), "output"),
    ],
)
def test_words_of_the_command_line(refused, words, expected):
    assert expected in refused("scenario.yaml", *words)


def test_a_link_out_of_the_folder_is_no_way_out(refused, home):
    (home.parent / "outside.csv").write_text("secret", encoding="utf-8")
    (home / "mine.csv").symlink_to(home.parent / "outside.csv")
    assert "below the scenario's folder" in refused("scenario.yaml", *ASK_MINE)


def test_nothing_left_to_choose_from(refused_outside):
    said = refused_outside("scenario.yaml", "--set", "candidates.areas=[okinawa]")
    assert "candidates" in said


# --- tables of the user -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (GOOD_PLACE.replace("33.6", ""), "mine.csv:2: lat"),
        (GOOD_PLACE.replace("33.6", "NaN"), "mine.csv:2: lat"),
        (GOOD_PLACE.replace("33.6", "north"), "mine.csv:2: lat"),
        (GOOD_PLACE.replace("kyushu", "kyusyu"), "mine.csv:2: area"),
        (GOOD_PLACE.replace(",220,", ",-220,"), "mine.csv:2: voltage_kv"),
        (GOOD_PLACE.replace(",220,", ",221,"), "mine.csv: voltage_kv of mine: found 221"),
        (GOOD_PLACE + "\n" + GOOD_PLACE, "mine.csv"),
    ],
)
def test_places_that_cannot_be_used(refused, home, row, expected):
    write_places(home, row)
    assert expected in refused("scenario.yaml", *ASK_MINE)


def test_places_without_a_column_or_rows(refused_outside, home):
    write_places(home, GOOD_PLACE, columns=PLACE_COLUMNS.replace("voltage_kv", "kilovolts"))
    said = refused_outside("scenario.yaml", *ASK_MINE)
    assert "voltage_kv" in said
    assert "kilovolts" in said
    write_places(home)
    assert "mine.csv" in refused_outside("scenario.yaml", *ASK_MINE)


def test_places_that_are_not_utf_8_or_a_picture(refused, home):
    (home / "mine.csv").write_bytes(f"{PLACE_COLUMNS}\n{GOOD_PLACE}\n".encode("shift_jis"))
    assert "UTF-8" in refused("scenario.yaml", *ASK_MINE)
    (home / "mine.csv").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    assert "mine.csv" in refused("scenario.yaml", *ASK_MINE)


def write_zones(home, **changes):
    zones = read_fact("zones").drop(columns="zone", errors="ignore").head(1).copy()
    for column, value in changes.items():
        zones[column] = value
    zones.to_csv(home / "zones.csv", index=False)


def test_room_for_generators_is_not_room_for_load(refused_outside, home):
    write_zones(home, cap_basis="aki_yoryo_reverse")
    said = refused_outside("scenario.yaml", "--set", "headroom.zones_file=zones.csv")
    assert "aki_yoryo_reverse" in said


def test_zones_with_negative_room(refused, home):
    write_zones(home, cap_low_mw=-200.0)
    said = refused("scenario.yaml", "--set", "headroom.zones_file=zones.csv")
    assert "zones.csv:2: cap_low_mw" in said


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("2026-01,2035,tokyo,peak_mw,-5", "table.csv:2: value"),
        ("2026-01,2035,tokio,peak_mw,5", "table.csv:2: area"),
        ("2026-01,2035,tokyo,peak_gw,5", "table.csv:2: quantity"),
        ("2026-01,year,tokyo,peak_mw,5", "table.csv:2: fiscal_year"),
    ],
)
def test_area_tables_that_cannot_be_used(refused, home, row, expected):
    text = f"vintage,fiscal_year,area,quantity,value\n{row}\n"
    (home / "table.csv").write_text(text, encoding="utf-8")
    said = refused("scenario.yaml", "--set", "limits.forecast.area_table_file=table.csv")
    assert expected in said


def test_good_tables_of_the_user_are_used(command, home):
    write_places(home, GOOD_PLACE)
    write_zones(home, valid_until="2999-12-31")  # no warning of its age, whenever this runs
    few = "demand.workloads.training.by_year={2029: 0, 2032: 160, 2035: 200}"
    sets = ["headroom.zones_file=zones.csv", few, "latency.bound_ms=100"]
    words = [word for each in sets for word in ("--set", each)]
    done = command("run", "scenario.yaml", *ASK_MINE, *words, cwd=home)
    assert (done.code, done.err) == (0, "")
    assert "My town" in done.out


# --- no plan -----------------------------------------------------------------------------------


def test_too_much_demand_names_what_clashes(refused_outside):
    said = refused_outside(
        "scenario.yaml", "--set", "demand.workloads.training.by_year={2035: 40000}", code=3
    )
    assert "would have to give way by" in said
    assert "demand.workloads" in said


def test_the_places_of_the_small_scenario_exist():
    assert set(PLACES) <= set(read_fact("places")["place"])


def test_a_run_folder_is_not_put_over_anything_else(refused, home):
    mine = home / "thesis"
    mine.mkdir()
    (mine / "chapter.txt").write_text("years of work", encoding="utf-8")
    assert "thesis" in refused("scenario.yaml", "--output", "thesis")
    shutil.rmtree(mine)
