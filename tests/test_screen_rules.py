"""Exclusions: six conditions by hand, what is unknown, and what each rule costs in land."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.lattice import Lattice
from siting.scenario_screen import ExcludeRule
from siting.screen.cells import Cells
from siting.screen.measurements import Measurements
from siting.screen.rules import exclusions, holds, rule_table
from siting.screen.wanted import wanted_by_rule

NAN = float("nan")


def singles(*values):
    return np.array(values, dtype=np.float32)


def row_of_cells(km2):
    """Cells in one row with the land given."""
    size = len(km2)
    lattice = Lattice("+proj=laea +ellps=GRS80", 0, 1e4, 1e4, 1e4, 1, size, 10_000)  # 100 km2
    empty = np.full(size, "", dtype="<U2")
    return Cells(lattice, np.arange(size), np.asarray(km2, dtype=float) / 100, empty, empty)


def excluded(rules, numbers, classes=None, unavailable=()):
    measured = Measurements(
        {wanted_by_rule(rule): singles(*numbers[name]) for name, rule in rules.items()},
        0,
        0,
        [wanted_by_rule(rules[name]) for name in unavailable],
    )
    size = len(next(iter(numbers.values())))
    return exclusions(rules, measured, classes or {}, size)


@pytest.mark.parametrize(
    ("condition", "numbers", "held"),
    [
        ({"above": 15}, (14.9, 15, 15.1, NAN), (0, 0, 1, 0)),
        ({"below": 3}, (2.9, 3, 3.1, NAN), (1, 0, 0, 0)),
        ({"above": 0.1}, (0.1, 0.1001, 0.0999, NAN), (0, 1, 0, 0)),  # 0.1 is not exact in binary
        ({"below": 0.7}, (0.7, 0.7001, 0.6999, NAN), (0, 0, 1, 0)),
        ({"within_km": 5}, (4.9, 5, 5.1, NAN), (1, 1, 0, 0)),
        ({"within_km": 0}, (0, 0.001, 5, NAN), (1, 0, 0, 0)),
        ({"beyond_km": 5}, (4.9, 5, 5.1, NAN), (0, 0, 1, 0)),
        ({"overlap_above": 0}, (0, 1e-12, 1e-4, NAN), (0, 0, 1, 0)),
        ({"overlap_above": 0.5}, (0.49, 0.5, 0.51, NAN), (0, 0, 1, 0)),
        ({"overlap_above": 1}, (0, 0.99, 1, NAN), (0, 0, 0, 0)),
        ({"among": (1.0, 3.0)}, (1, 2, 3, NAN), (1, 0, 1, 0)),
    ],
)
def test_conditions(condition, numbers, held):
    rule = ExcludeRule(layer="any", **condition)
    found = holds(rule, singles(*numbers), condition.get("among", ()))
    assert found.tolist() == [bool(each) for each in held]


def test_a_class_that_does_not_occur_holds_nowhere():
    rule = ExcludeRule(layer="any", among=("rice",))
    assert not holds(rule, singles(0, 1, NAN), [NAN]).any()
    assert not holds(rule, singles(0, 1, NAN), []).any()


def test_unknown_is_kept_or_taken_out_as_stated():
    rules = {
        "keep": ExcludeRule(layer="a", above=1),
        "out": ExcludeRule(layer="b", above=1, unknown="exclude"),
    }
    found = excluded(rules, {"keep": (0, 2, NAN), "out": (0, 0, NAN)})
    assert found.bits.tolist() == [0, 1, 2]
    assert found.unknown_bits.tolist() == [0, 0, 3]
    assert found.rules_at(1) == ["keep"]
    assert found.rules_at(2) == ["out"]


def test_a_rule_whose_layer_is_missing_does_not_act():
    rules = {"gone": ExcludeRule(layer="a", above=1, unknown="exclude")}
    found = excluded(rules, {"gone": (NAN, NAN)}, unavailable=["gone"])
    assert found.is_open.all()
    assert found.unknown_bits.tolist() == [1, 1]


def test_relaxed_rules_are_looked_at_but_take_nothing_out():
    rules = {
        "hard": ExcludeRule(layer="a", above=1),
        "soft": ExcludeRule(layer="b", above=1, soft=True),
        "relaxed": ExcludeRule(layer="c", above=1, soft=True, relaxed=True),
    }
    found = excluded(rules, {"hard": (2, 0, 0, 0), "soft": (0, 2, 0, 0), "relaxed": (2, 0, 2, 0)})
    assert found.is_open.tolist() == [False, False, True, True]
    assert found.bits.tolist() == [0b101, 0b010, 0b100, 0]
    assert found.rules_at(0) == ["hard"]
    assert found.rules_at(2) == []


def test_costs_alone_and_together_by_inclusion_and_exclusion():
    """Four cells of 1, 2, 4, 8 km2; A = {1, 2}, B = {2, 4}, C relaxed = {4, 8}."""
    cells = row_of_cells([1, 2, 4, 8])
    rules = {
        "a": ExcludeRule(layer="a", above=0),
        "b": ExcludeRule(layer="b", above=0, soft=True),
        "c": ExcludeRule(layer="c", above=0, soft=True, relaxed=True),
    }
    found = excluded(rules, {"a": (1, 1, 0, NAN), "b": (0, 1, 1, 0), "c": (0, 0, 1, 1)})
    table = rule_table(found, rules, cells)
    assert table["alone_km2"].to_dict() == pytest.approx({"a": 3, "b": 6, "c": 12})
    # c is not applied: b's own includes the cell of 4 km2, and applying c would cost the 8
    assert table["only_km2"].to_dict() == pytest.approx({"a": 1, "b": 4, "c": 8})
    assert table["unknown_km2"].to_dict() == pytest.approx({"a": 8, "b": 0, "c": 0})
    out_km2 = cells.land_km2[~found.is_open].sum()
    both = cells.land_km2[1]
    assert out_km2 == pytest.approx(3 + 6 - both)
    assert out_km2 == pytest.approx(table["only_km2"][["a", "b"]].sum() + both)


rule_numbers = st.lists(
    st.tuples(
        st.sampled_from([0.0, 1.0, NAN]),
        st.sampled_from([0.0, 1.0, NAN]),
        st.sampled_from([0.0, 1.0]),
    ),
    min_size=1,
    max_size=8,
)


@given(rule_numbers, st.lists(st.booleans(), min_size=3, max_size=3), st.booleans())
@settings(deadline=None)
def test_every_rule_in_turn_given_up(columns, relaxed, takes_unknown):
    """What a rule alone costs is what opens when the scenario relaxes it, and nothing else."""
    cells = row_of_cells(np.arange(1, len(columns) + 1))
    unknown = "exclude" if takes_unknown else "keep"
    numbers = {name: [each[i] for each in columns] for i, name in enumerate("abc")}

    def with_relaxed(flags):
        return {
            name: ExcludeRule(layer=name, above=0.5, soft=True, relaxed=flag, unknown=unknown)
            for name, flag in zip("abc", flags, strict=True)
        }

    rules = with_relaxed(relaxed)
    found = excluded(rules, numbers)
    table = rule_table(found, rules, cells)
    open_km2 = cells.land_km2[found.is_open].sum()
    for i, name in enumerate("abc"):
        changed = [flag != (i == k) for k, flag in enumerate(relaxed)]
        other = cells.land_km2[excluded(with_relaxed(changed), numbers).is_open].sum()
        assert table["only_km2"][name] == pytest.approx(abs(other - open_km2), abs=1e-9)
        out = [x > 0.5 or (takes_unknown and np.isnan(x)) for x in numbers[name]]
        assert table["alone_km2"][name] == pytest.approx(cells.land_km2[out].sum())
        unsure = np.isnan(numbers[name])
        assert table["unknown_km2"][name] == pytest.approx(cells.land_km2[unsure].sum())
    assert (table["only_km2"] <= table["alone_km2"] + 1e-9).all()


def test_thirty_two_rules_have_a_bit_each():
    rules = {f"r{i}": ExcludeRule(layer=f"l{i}", above=0) for i in range(32)}
    numbers = {f"r{i}": [float(i == k) for k in range(32)] for i in range(32)}
    found = excluded(rules, numbers)
    assert [found.rules_at(k) for k in range(32)] == [[f"r{k}"] for k in range(32)]
    assert not found.is_open.any()


def test_no_rules_leave_all_open():
    found = exclusions({}, Measurements({}, 0, 0), {}, 3)
    assert found.is_open.all()
    assert rule_table(found, {}, row_of_cells([1, 1, 1])).empty
