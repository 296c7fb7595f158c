"""What is pointed out in a list: every row of it, with its line, and nothing changed for it."""

import pytest

from siting.loads_inputs import read_inputs
from siting.loads_notices import MOST_GROUPS, find_notices

HEADER = (
    "id,name,applicant,area,municipality,connection_point,contract_mw,supply_start,ramp,kind,"
    "stage,counted"
)


def row(key, **other):
    cells = dict.fromkeys(HEADER.split(","), "")
    cells |= {"id": key, "area": "tokyo", "contract_mw": "50", "supply_start": "2029"}
    cells |= {"kind": "data_center", "stage": "applied"} | other
    return ",".join(cells.values())


@pytest.fixture
def notices_of(tmp_path):
    def find(*rows, header=HEADER):
        path = tmp_path / "list.csv"
        path.write_text("\n".join((header, *rows, "")), encoding="utf-8")
        given = read_inputs(path)
        assert len(given.applications) == len(rows)
        return [(found["kind"], found["rows"], found["ids"]) for found in find_notices(given)]

    return find


def test_a_plain_list_has_nothing_to_point_out(notices_of):
    assert notices_of(row("A"), row("B")) == []


def test_the_same_project_under_two_numbers(notices_of):
    rows = [
        row("A", name="印西DC"),
        row("B", name=" 印西ＤＣ"),
        row("C", name="印西DC", contract_mw="51"),
        row("D", name="印西DC", supply_start="2030"),
        row("E", name="印西DC", area="chubu"),
    ]
    assert notices_of(*rows) == [("double", [2, 3], ["A", "B"])]


def test_without_a_name_applicant_and_point_tell_the_project(notices_of):
    rows = [
        row("A", applicant="甲", connection_point="新京葉"),
        row("B", applicant="甲", connection_point="新京葉"),
        row("C", applicant="乙", connection_point="新京葉"),
        row("D"),
        row("E"),
    ]
    assert notices_of(*rows) == [("double", [2, 3], ["A", "B"])]


def test_one_applicant_at_several_points(notices_of):
    rows = [
        row("A", applicant="Ko", connection_point="x", supply_start="2028"),
        row("B", applicant="ＫＯ", connection_point="y"),
        row("C", applicant="Ko", connection_point="x", contract_mw="7"),
        row("D", applicant="Ko", connection_point="z", stage="contract", counted="no"),
        row("E", applicant="Otsu", connection_point="x"),
        row("F", applicant="", connection_point="y"),
    ]
    assert notices_of(*rows) == [("several_points", [2, 3, 4], ["A", "B", "C"])]


def test_many_applicants_are_told_together_beyond_the_largest(notices_of):
    count = MOST_GROUPS + 3
    rows = [
        row(f"{k}-{point}", applicant=f"firm{k}", connection_point=point, contract_mw=f"{100 - k}")
        for k in range(count)
        for point in ("x", "y")
    ]
    found = notices_of(*rows)
    assert [kind for kind, _, _ in found] == ["several_points"] * (MOST_GROUPS + 1)
    assert next(ids for _, _, ids in found) == ["0-x", "0-y"]
    assert sorted(line for _, lines, _ in found for line in lines) == list(range(2, 2 + 2 * count))


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        ({"municipality": "大阪府大阪市"}, "area_differs"),
        ({"kind": "other"}, "not_compared"),
        ({"stage": "contract"}, "counted_by_rule"),
        ({"ramp": "4"}, "slow_ramp"),
        ({"ramp": "10 MW/y"}, "slow_ramp"),
        ({"contract_mw": "3001"}, "large"),
        ({"supply_start": "2036"}, "later"),
    ],
)
def test_a_row_that_stands_out_is_named_with_its_line(notices_of, other, kind):
    assert notices_of(row("A"), row("B", **other)) == [(kind, [3], ["B"])]


@pytest.mark.parametrize(
    "other",
    [
        {"municipality": "東京都府中市"},
        {"stage": "contract", "counted": "no"},
        {"ramp": "3"},
        {"ramp": "17 MW/y"},
        {"contract_mw": "3000"},
        {"supply_start": "2035"},
    ],
)
def test_a_row_at_the_edge_does_not_stand_out(notices_of, other):
    assert notices_of(row("A", **other)) == []


def test_columns_that_are_not_used_are_named(notices_of, tmp_path):
    assert notices_of(f"{row('A')},x,y", header=f"{HEADER},備考,") == [("unused", [], [])]
    (notice,) = find_notices(read_inputs(tmp_path / "list.csv"))
    assert "備考, (column 14)" in notice["en"]
