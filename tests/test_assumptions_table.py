"""The table of assumptions: what is shipped, and a user's own values over it."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.contracts_loads import KINDS, STAGES
from data.errors import InputError
from data.read_assumptions import assumptions_template, read_assumptions

SHIPPED = read_assumptions()
CORNERS = ["low", "value", "high"]


def saved(folder, *lines, encoding="utf-8"):
    path = folder / "assumptions.csv"
    path.write_bytes("\n".join((*lines, "")).encode(encoding))
    return path


def problems_of(path):
    with pytest.raises(InputError) as caught:
        read_assumptions(path)
    assert {problem.file for problem in caught.value.problems} == {str(path)}
    return [(problem.line, problem.where, problem.found) for problem in caught.value.problems]


def test_shipped_table_holds_what_a_check_asks_for():
    names = {f"realised-{stage}" for stage in STAGES}
    names |= {f"{what}-{kind}" for what in ("compared", "load-factor") for kind in KINDS}
    names |= {"coincidence", "tokyo-count-low", "conditional-share", "conditional-hours"}
    assert set(SHIPPED.index) == names
    assert SHIPPED.index[SHIPPED["value"].isna()].tolist() == ["load-factor-other"]
    shares = SHIPPED.loc[SHIPPED["unit"] == "share", CORNERS].stack().dropna()
    assert shares.between(0, 1).all()
    in_order = SHIPPED[CORNERS].apply(lambda row: row.dropna().is_monotonic_increasing, axis=1)
    assert in_order.all()


def test_a_chance_never_falls_from_stage_to_stage():
    chances = SHIPPED.loc[[f"realised-{stage}" for stage in STAGES], CORNERS]
    assert (chances.diff().dropna() >= 0).all(axis=None)


def test_shipped_chances_follow_from_their_notes():
    assert round(7.62 / 19.92, 2) == SHIPPED["value"]["realised-applied"]
    of_a_study = 9.54 / 100 * SHIPPED["value"]["realised-applied"]
    assert round(of_a_study, 2) == SHIPPED["value"]["realised-study"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_the_template_changes_nothing(tmp_path, encoding):
    path = saved(tmp_path, assumptions_template(), encoding=encoding)
    pd.testing.assert_frame_equal(read_assumptions(path), SHIPPED)


@settings(max_examples=30, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(SHIPPED.index[SHIPPED["unit"] == "share"].tolist()),
        # below 1: a load that gives way altogether is refused
        st.lists(st.floats(0, 1, exclude_max=True), min_size=3, max_size=3).map(sorted),
        min_size=1,
    )
)
def test_own_rows_are_taken_and_all_others_stay(tmp_path_factory, own):
    lines = [f"{name},{low!r},{value!r},{high!r}" for name, (low, value, high) in own.items()]
    path = saved(tmp_path_factory.mktemp("own"), "assumption,low,value,high", *lines)
    table = read_assumptions(path)
    assert table.index.tolist() == SHIPPED.index.tolist()
    for name in SHIPPED.index:
        if name in own:
            assert table.loc[name, CORNERS].tolist() == own[name]
    rest = ~SHIPPED.index.isin(list(own))
    pd.testing.assert_frame_equal(table[rest], SHIPPED[rest])


def test_a_value_alone_has_no_range_left_from_the_shipped_one(tmp_path):
    path = saved(tmp_path, "assumption,value,note", "realised-study,0.9,our own count")
    row = read_assumptions(path).loc["realised-study"]
    assert row["value"] == 0.9
    assert row[["low", "high"]].isna().all()
    assert (row["source"], row["confidence"], row["note"]) == (
        "user_file",
        "assumed",
        "our own count",
    )


def test_everything_wrong_comes_in_one_list_with_its_line(tmp_path):
    path = saved(
        tmp_path,
        "# mine",
        "assumption,value,low,high,unit",
        "coincidenc,0.9,,,",
        "coincidence,1.4,,,",
        "",
        "realised-study,0.5,0.6,0.7,share",
        "realised-applied,,,,",
        "realised-accepted,30,,,percent",
        "conditional-hours,-3,,,h",
        "tokyo-count-low,a little,,,",
        "compared-fab,nan,,,",
        "compared-dc,1,,",
        "realised-study,0.1,,,",
    )
    assert set(problems_of(path)) == {
        (3, "assumption", "coincidenc"),
        (4, "coincidence", "1.4"),
        (6, "realised-study", "0.6, 0.5, 0.7"),
        (7, "realised-applied", "no value"),
        (8, "realised-accepted", "30"),
        (8, "realised-accepted", "the unit percent"),
        (9, "conditional-hours", "-3"),
        (10, "value", "a little"),
        (11, "value", "nan"),
        (12, "assumption", "compared-dc"),
        (12, "cells", "4"),
        (13, "assumption", "realised-study"),
    }


def test_no_table_at_all(tmp_path):
    assert problems_of(tmp_path / "missing.csv") == [(None, "file", "no such file")]
    assert ("content", "nothing") in [found[1:] for found in problems_of(saved(tmp_path, ""))]
    columns = {where for _, where, _ in problems_of(saved(tmp_path, "stage,chance", "study,0.3"))}
    assert columns == {"assumption", "value", "stage", "chance"}
