"""`siting queue`: the queue before zones as a user asks for it."""

import sys

import pandas as pd
import pytest

from grid.queue_chance import Draws
from siting.cli import main
from siting.queue_answer import answer_queue, counting
from tests.test_queue_scenario import QUEUE_HEAD, TWO, ZONE_HEAD, zone_row

MANY = Draws(40_000, seed=3)


@pytest.fixture
def files(tmp_path):
    """Two zones that share a limit, one that shares none; 100 MW signed, 100 MW at one half."""
    zones = [zone_row("中能登", 300, group="a"), zone_row("新能登", 200, group="a")]
    zones += [zone_row("南金沢", 400, group="b")]
    (tmp_path / "zones.csv").write_text("\n".join([ZONE_HEAD, *zones, ""]), encoding="utf-8")
    rows = [*TWO, "A-3,hokuriku,別所変電所,70,2029,,data_center,applied,"]
    queue = "\n".join([QUEUE_HEAD, *rows, ""])
    (tmp_path / "queue.csv").write_text(queue, encoding="utf-8")
    return tmp_path / "queue.csv", tmp_path / "zones.csv"


@pytest.fixture
def siting(monkeypatch, capsys):
    """The command line in this process: exit code, stdout, stderr."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["siting", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return ended.value.code or 0, told.out, told.err

    return run


def row(answer, name):
    (found,) = answer.table[answer.table["name_ja"] == name].to_dict("records")
    return found


def test_what_is_left_and_its_chance_by_head(files):
    """Of 300 MW 100 are signed: 150 MW are free just if the other application is not built."""
    answer = answer_queue(*files, [2030], rule=counting("expected"), asked_mw=150.0, draws=MANY)
    named = row(answer, "中能登")
    assert (named["held_mw"], named["low_mw"], named["standing"]) == (150, 150, "free")
    assert named["mid_share"] == pytest.approx(0.5, abs=0.01)
    assert named["shared_mid_share"] == named["mid_share"]  # the larger zone is the limit of both
    other = row(answer, "新能登")
    assert (other["held_mw"], other["mid_share"]) == (0, 1)
    assert other["shared_mid_share"] == named["mid_share"]
    alone = row(answer, "南金沢")
    assert alone["mid_share"] == 1
    assert pd.isna(alone["shared_mid_share"])
    assert answer.outside["id"].tolist() == ["A-3"]


def test_more_asked_is_never_likelier_and_counts_differ(files):
    chances = [
        row(answer_queue(*files, [2030], rule=counting("all"), asked_mw=mw, draws=MANY), "中能登")
        for mw in (50.0, 100.0, 150.0, 201.0)
    ]
    shares = [each["mid_share"] for each in chances]
    assert shares == sorted(shares, reverse=True)
    assert (shares[0], shares[-1]) == (1, 0)
    held = {
        count: row(answer_queue(*files, [2030], rule=counting(count)), "中能登")["held_mw"]
        for count in ("contracted", "expected", "all")
    }
    assert held == {"contracted": 100, "expected": 150, "all": 200}


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_command_shows_and_writes_it(files, tmp_path, siting, lang):
    words = ("--zones", files[1], "--mw", 150, "--year", 2030, "--lang", lang)
    code, out, err = siting("queue", files[0], *words, "--output", tmp_path / "left.csv")
    assert (code, err) == (0, "")
    assert "中能登" in out
    assert "A-3" in out
    assert "新能登" not in out  # nobody applies there; the file has it
    table = pd.read_csv(tmp_path / "left.csv")
    assert sorted(table["name_ja"]) == sorted(["中能登", "新能登", "南金沢"])
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_bad_questions_are_told_and_nothing_is_written(files, tmp_path, siting):
    target = tmp_path / "left.csv"
    words = ("--zones", files[1], "--output", target)
    for wrong, said in ((("--mw", 0), "a power above 0 MW"), (("--mw", 5, "--draws", 0), "1 to")):
        code, _, err = siting("queue", files[0], *words, *wrong)
        assert code == 2
        assert said in err
    for file in files:
        file.write_text("id\n", encoding="utf-8")
    code, _, err = siting("queue", files[0], *words, "--mw", 0)
    assert code == 2
    for part in ("queue.csv", "zones.csv", "a power above 0 MW"):
        assert part in err  # all in one list
    assert not target.exists()


def test_a_place_that_cannot_be_written_is_told(files, tmp_path, siting):
    code, _, err = siting("queue", files[0], "--zones", files[1], "--output", tmp_path)
    assert code == 2
    assert "Name another file" in err
