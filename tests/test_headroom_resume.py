"""A stopped `siting headroom` goes on with joint capacity, taking matrix and works too."""

import pandas as pd
import pytest

import siting.headroom.run as steps
from grid import hosting_joint, hosting_works
from siting.headroom.question import Asked
from siting.headroom.run import answer_headroom
from tests.small_networks import triangle

WORKS = """option,kind,branch,from_bus,to_bus,x_pu,rating_mw,cost_myen,lead_years
second,new_circuit,,A,B,0.1,100,4000,6
wider,upgrade,AC,,,,120,900,
free,upgrade,AC,,,0.2,400,700,2
"""


class StopError(Exception):
    """Somebody pressed Ctrl-C."""


@pytest.fixture
def solved(monkeypatch):
    """Counts programs and capacities that are worked out; stops after as many as it is told."""
    counts = {"programs": 0, "works": 0, "stop_at": 10**6}

    def counted(name, function):
        def call(*args, **kwargs):
            counts[name] += 1
            if counts["programs"] + counts["works"] > counts["stop_at"]:
                raise StopError
            return function(*args, **kwargs)

        return call

    original = hosting_joint.solve_secure
    monkeypatch.setattr(hosting_joint, "solve_secure", counted("programs", original))
    original = hosting_works.case_with_work
    monkeypatch.setattr(hosting_works, "case_with_work", counted("works", original))
    return counts


@pytest.fixture
def answered(monkeypatch, tmp_path):
    def answer(asked, network=None, cache="cache"):
        monkeypatch.setattr(steps, "read_network", lambda path: network or triangle())
        return answer_headroom(tmp_path / "net.m", asked, tmp_path / cache)

    return answer


def fresh(counts):
    counts |= {"programs": 0, "works": 0}


@pytest.mark.parametrize("rule", ["fixed", "redispatch"])
def test_joint_capacity_and_taking_matrix_go_on_where_they_stopped(answered, solved, rule):
    asked = Asked(rules=(rule,), joint=("B", "C", "A"))
    whole = answered(asked, cache="another").joint
    programs = solved["programs"]
    fresh(solved)
    solved["stop_at"] = 5
    with pytest.raises(StopError):
        answered(asked)
    solved["stop_at"] = 10**6
    fresh(solved)
    resumed = answered(asked).joint
    assert solved["programs"] == programs - 5
    for mine, its in zip(resumed[0]["buses"], whole[0]["buses"], strict=True):
        assert mine["single_mw"] == pytest.approx(its["single_mw"], nan_ok=True)
        taken = resumed[0]["taking"][mine["bus"]]
        assert taken == pytest.approx(whole[0]["taking"][mine["bus"]], abs=1e-4, nan_ok=True)
    assert resumed[0]["total_mw"] == pytest.approx(whole[0]["total_mw"])
    fresh(solved)
    again = answered(asked).joint
    assert solved["programs"] == 0
    assert str(again) == str(resumed)  # NaN is not equal to itself


def test_works_go_on_where_they_stopped(answered, solved, tmp_path):
    table = tmp_path / "works.csv"
    table.write_text(WORKS, encoding="utf-8")
    asked = Asked(works=table)
    solved["stop_at"] = 2
    with pytest.raises(StopError):
        answered(asked)
    solved["stop_at"] = 10**6
    fresh(solved)
    resumed = answered(asked).works
    assert solved["works"] == 1
    fresh(solved)
    again = answered(asked).works
    assert solved["works"] == 0
    pd.testing.assert_frame_equal(again, resumed)
    assert (again["gained_mw"] > 0).any()


def test_a_changed_option_is_worked_out_again_and_a_changed_cost_is_not(answered, solved, tmp_path):
    table = tmp_path / "works.csv"
    table.write_text(WORKS, encoding="utf-8")
    before = answered(Asked(works=table)).works.set_index(["option", "bus"])
    fresh(solved)
    table.write_text(WORKS.replace("0.1,100,4000", "0.1,100,2000"), encoding="utf-8")
    cheaper = answered(Asked(works=table)).works.set_index(["option", "bus"])
    assert solved["works"] == 0
    second = cheaper.loc["second", "mw_per_myen"]
    assert second.to_dict() == pytest.approx((2 * before.loc["second", "mw_per_myen"]).to_dict())
    table.write_text(WORKS.replace("120,900", "130,900"), encoding="utf-8")
    answered(Asked(works=table))
    assert solved["works"] == 1
    fresh(solved)
    answered(Asked(works=table), triangle(ab_mw=101.0))
    assert solved["works"] == 3
