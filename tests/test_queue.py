"""What a queue leaves of headroom: by head, by convolution, and what must always hold."""

from datetime import date
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.facts import read_fact
from grid.groups import group_table
from grid.queue import (
    QueueRule,
    held_by_year_mw,
    outside_points,
    queue_headroom,
    released_by_year_mw,
)
from grid.queue_chance import Draws, chance_free
from grid.zone_age import age_warnings
from siting.zone_inputs import (
    default_shares,
    groups_after_queue,
    headroom_after_queue,
    queue_of_zones,
    read_queue,
    zones_in_use,
)

YEARS = [2026, 2028, 2031, 2032]
COLUMNS = ["id", "connection_point", "contract_mw", "supply_start", "ramp", "stage", "probability"]


def queue_of(*rows):
    return pd.DataFrame(rows, columns=COLUMNS).astype(
        {"contract_mw": float, "probability": float, "ramp": object}
    )


def points_of(**ranges):
    frame = pd.DataFrame.from_dict(ranges, orient="index", columns=["low_mw", "high_mw"])
    return frame.astype(float)


@pytest.fixture
def three():
    return queue_of(
        ("a", "甲", 100, 2028, None, "contract", 1.0),
        ("b", "甲", 60, 2029, "steps:0.1;0.2;0.3;0.5;1", "applied", 0.5),
        ("c", "乙", 40, 2027, None, "study", None),
    )


RULE = QueueRule(share_by_stage={"study": 0.25})


def left(frame, point, end, year):
    row = frame[(frame["point"] == point) & (frame["fiscal_year"] == year)]
    return row[end].iloc[0]


def test_expected_contracted_and_all_by_head(three):
    points = points_of(甲=(200, 300), 乙=(50, 50))
    expected = queue_headroom(points, three, YEARS, RULE)
    # b is held in full until 2031; in 2032, three years after its start, half is reached
    assert [left(expected, "甲", "held_mw", y) for y in YEARS] == [130, 130, 130, 115]
    assert [left(expected, "甲", "low_mw", y) for y in YEARS] == [70, 70, 70, 85]
    assert [left(expected, "甲", "mid_mw", y) for y in YEARS] == [120, 120, 120, 135]
    assert left(expected, "乙", "held_mw", 2026) == 10
    contracted = queue_headroom(points, three, YEARS, QueueRule(count="contracted"))
    assert [left(contracted, "甲", "low_mw", y) for y in YEARS] == [100] * 4
    assert left(contracted, "乙", "low_mw", 2032) == 50
    everything = queue_headroom(points, three, YEARS, QueueRule(count="all"))
    assert [left(everything, "甲", "low_mw", y) for y in YEARS] == [40, 40, 40, 70]


def test_release_by_year_and_without_the_rule(three):
    released = released_by_year_mw(three, range(2026, 2040), RULE)
    assert released.to_numpy().tolist() == [["甲", 2032, 30.0]]
    forever = QueueRule(count="all", release_years=None)
    assert held_by_year_mw(three, [2040], forever).ravel().tolist() == [100, 60, 40]
    assert released_by_year_mw(three, YEARS, forever).empty


@pytest.mark.parametrize(
    ("ramp", "kept"),
    [
        (None, 100),
        ("rate:25", 100),  # 25, 50, 75, and 100 in the year of release
        ("rate:20", 80),
        ("steps:0;0;0;0;1", 0),
        ("steps:0.5;1", 100),
    ],
)
def test_what_is_reached_after_three_years_is_kept(ramp, kept):
    one = queue_of(("a", "甲", 100, 2028, ramp, "contract", 1.0))
    held = held_by_year_mw(one, [2026, 2030, 2031, 2050], QueueRule())
    assert held.ravel().tolist() == [100, 100, kept, kept]


def test_power_held_from_supply_start_only():
    one = queue_of(("a", "甲", 100, 2028, "rate:20", "contract", 1.0))
    rule = QueueRule(hold_from="supply_start")
    assert held_by_year_mw(one, [2027, 2028, 2031], rule).ravel().tolist() == [0, 100, 80]


def test_stages_the_figure_holds_already_are_not_taken_twice(three):
    rule = QueueRule(count="all", in_figure_stages=("contract", "supplied"))
    answer = queue_headroom(points_of(甲=(200, 300)), three, [2026], rule)
    assert answer["held_mw"].tolist() == [60]
    assert released_by_year_mw(three.assign(stage="supplied"), YEARS, rule).empty


def test_standing_says_what_is_left():
    points = points_of(
        a=(100, 200),
        b=(10, 200),
        c=(10, 20),
        d=(50, 50),
        e=(None, None),
        f=(10, None),
        g=(None, 60),
    )
    queue = queue_of(*((p, p, 50, 2028, None, "contract", 1.0) for p in "abcdefg"))
    answer = queue_headroom(points, queue, [2028], QueueRule()).set_index("point")
    assert answer["standing"].to_dict() == {
        "a": "free",
        "b": "uncertain",
        "c": "oversubscribed",
        "d": "full",
        "e": "unknown",
        "f": "uncertain",
        "g": "uncertain",
    }
    assert answer.loc["c", ["low_mw", "mid_mw", "high_mw"]].tolist() == [-40, -35, -30]
    assert answer.loc["e", ["low_mw", "mid_mw", "high_mw"]].isna().all(), "unknown, not zero"
    assert answer.loc["f", ["mid_mw", "high_mw"]].isna().all()


def test_applications_elsewhere_take_nothing_and_are_listed(three):
    points = points_of(乙=(50, 50))
    assert outside_points(points, three)["id"].tolist() == ["a", "b"]
    nowhere = three.assign(connection_point=None)
    assert queue_headroom(points, nowhere, [2026], RULE)["held_mw"].tolist() == [0]
    assert len(outside_points(points, nowhere)) == 3


def test_an_application_without_any_chance_is_refused(three):
    with pytest.raises(InputError, match="application c, probability: found none"):
        queue_headroom(points_of(乙=(1, 2)), three, [2026], QueueRule())


def test_a_range_upside_down_and_a_point_twice_are_refused(three):
    points = pd.concat([points_of(甲=(3, 2), 乙=(1, 1)), points_of(乙=(1, 1))])
    with pytest.raises(InputError) as caught:
        queue_headroom(points, three, [2026], RULE)
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    ("asked", "draws"), [(0, Draws()), (np.nan, Draws()), (1, Draws(0)), (1, Draws(5, -1))]
)
def test_a_question_without_sense_is_refused(three, asked, draws):
    with pytest.raises(InputError):
        chance_free(points_of(甲=(1, 2)), three, [2026], RULE, asked, draws)


def chance_by_convolution(powers, chances, most_mw):
    """P(sum of independent whole MW <= most) by convolving one application after the other."""
    density = np.array([1.0])
    for power, chance in zip(powers, chances, strict=True):
        density = np.convolve(density, np.r_[1 - chance, np.zeros(power - 1), chance])
    return density[: max(int(most_mw) + 1, 0)].sum()


def chance_by_enumeration(powers, chances, most_mw):
    total = 0.0
    for built in product((0, 1), repeat=len(powers)):
        weight = np.prod([c if b else 1 - c for b, c in zip(built, chances, strict=True)])
        total += weight * (np.dot(built, powers) <= most_mw)
    return total


POWERS, CHANCES = (30, 50, 20, 80, 45), (0.1, 0.5, 0.9, 0.35, 0.6)


@pytest.mark.parametrize("asked", [20, 55, 100, 130, 200, 201])
def test_sampled_chance_against_the_exact_one(asked):
    queue = queue_of(
        *(
            (f"n{i}", "甲", power, 2028, None, "applied", chance)
            for i, (power, chance) in enumerate(zip(POWERS, CHANCES, strict=True))
        )
    )
    draws = Draws(40_000, seed=7)
    answer = chance_free(points_of(甲=(120, 200)), queue, [2028], QueueRule(), asked, draws).iloc[0]
    for end, room in (("low", 120), ("mid", 160), ("high", 200)):
        exact = chance_by_convolution(POWERS, CHANCES, room - asked)
        assert exact == pytest.approx(chance_by_enumeration(POWERS, CHANCES, room - asked))
        # five standard errors
        assert answer[f"{end}_share"] == pytest.approx(exact, abs=5 * 0.5 / np.sqrt(40_000))


def test_mean_of_the_draws_is_the_expected_queue():
    """Summed over all powers asked for, the chance of room is what is left on average."""
    queue = queue_of(*((f"n{i}", "甲", 10, 2028, None, "applied", 0.3) for i in range(5)))
    points, draws = points_of(甲=(50, 50)), Draws(20_000, seed=3)
    steps = range(10, 60, 10)
    shares = [
        chance_free(points, queue, [2028], QueueRule(), mw, draws)["low_share"][0] for mw in steps
    ]
    expected = queue_headroom(points, queue, [2028], QueueRule())["low_mw"][0]
    assert 10 * sum(shares) == pytest.approx(expected, abs=0.4)


def test_certain_chances_leave_nothing_to_the_draws(three):
    sure = three.assign(probability=[1.0, 0.0, 1.0])
    answer = chance_free(points_of(甲=(150, 250)), sure, YEARS, RULE, 100, Draws(50))
    assert answer["low_share"].tolist() == [0] * 4
    assert answer["mid_share"].tolist() == [1] * 4
    open_end = chance_free(points_of(甲=(150, None)), sure, [2026], RULE, 50, Draws(50))
    assert open_end["low_share"].tolist() == [1]
    assert open_end[["mid_share", "high_share"]].isna().all(axis=None)


def test_released_power_makes_room_in_its_year():
    one = queue_of(("a", "甲", 100, 2028, "rate:20", "contract", 1.0))
    answer = chance_free(points_of(甲=(100, 100)), one, [2030, 2031], QueueRule(), 20, Draws(10))
    assert answer["low_share"].tolist() == [0, 1]


def test_the_same_seed_gives_the_same_answer_in_any_order(three):
    points = points_of(甲=(200, 300), 乙=(50, 50))
    one = chance_free(points, three, YEARS, RULE, 45, Draws(500, 1))
    two = chance_free(points, three.iloc[::-1], YEARS, RULE, 45, Draws(500, 1))
    pd.testing.assert_frame_equal(one, two)
    other = chance_free(points, three, YEARS, RULE, 45, Draws(500, 2))
    assert not one.equals(other)


applications_drawn = st.lists(
    st.tuples(
        st.integers(1, 120),
        st.integers(2025, 2032),
        st.sampled_from([None, "rate:10", "steps:0.2;0.4;0.5;0.6;1", "steps:0.5;1"]),
        st.sampled_from(["study", "applied", "accepted", "contract", "supplied"]),
        st.floats(0, 1),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(
    rows=applications_drawn,
    low=st.integers(0, 300),
    more=st.integers(0, 200),
    count=st.sampled_from(["expected", "contracted", "all"]),
    hold=st.sampled_from(["application", "supply_start"]),
)
def test_what_always_holds(rows, low, more, count, hold):
    queue = queue_of(*((f"n{i}", "甲", *row) for i, row in enumerate(rows)))
    points, rule = points_of(甲=(low, low + more)), QueueRule(count=count, hold_from=hold)
    years = list(range(2025, 2040))
    answer = queue_headroom(points, queue, years, rule)
    assert (answer["low_mw"] <= low).all()
    assert (answer["high_mw"] <= low + more).all()
    assert np.allclose(answer["high_mw"] - answer["low_mw"], more), "the range is carried through"
    assert (answer["mid_mw"] - (answer["low_mw"] + answer["high_mw"]) / 2).abs().max() < 1e-9
    fewer = queue_headroom(points, queue.iloc[:-1], years, rule)
    assert (fewer["low_mw"] >= answer["low_mw"] - 1e-9).all(), "less queue, never less room"
    full = queue_headroom(points, queue, years, QueueRule(count="all", hold_from=hold))
    assert (full["low_mw"] <= answer["low_mw"] + 1e-9).all()
    if hold == "application":
        assert (answer["low_mw"].diff().dropna() >= -1e-9).all(), "release only gives back"
    gone = released_by_year_mw(queue, years, rule)["released_mw"].sum()
    start, end = held_by_year_mw(queue, [2024, 2040], QueueRule()).sum(axis=0)
    assert start - end == pytest.approx(gone)


@settings(max_examples=40, deadline=None)
@given(
    rows=applications_drawn,
    room=st.integers(0, 300),
    asked=st.integers(1, 150),
    add=st.floats(0, 1),
    seed=st.integers(0, 99),
)
def test_chance_falls_with_queue_and_power_asked_draw_by_draw(rows, room, asked, add, seed):
    queue = queue_of(*((f"n{i}", "甲", *row) for i, row in enumerate(rows)))
    points, draws, years = points_of(甲=(room, room + 50)), Draws(60, seed), [2026, 2036]

    def shares(applications, mw):
        answer = chance_free(points, applications, years, QueueRule(), mw, draws)
        return answer[["low_share", "mid_share", "high_share"]].to_numpy()

    base = shares(queue, asked)
    assert ((base >= 0) & (base <= 1)).all()
    assert (np.diff(base, axis=1) >= 0).all(), "more room, no less chance"
    assert (shares(queue.iloc[:-1], asked) >= base).all()
    assert (shares(queue, asked + 30) <= base).all()
    likelier = queue.assign(probability=queue["probability"].clip(lower=add))
    assert (shares(likelier, asked) <= base).all()
    assert (base[1] >= base[0]).all(), "what is released later is free later"


LIST = """id,area,connection_point,contract_mw,supply_start,ramp,kind,stage,probability
A-1,hokuriku,南金沢変電所,120,2028,,data_center,contract,
A-2,hokuriku,新能登SS,100,2029,5,data_center,applied,50 %
A-3,hokuriku,能登,80,2029,,data_center,applied,
A-4,hokuriku,hokuriku_td/北金沢,20,2029,,data_center,contract,
"""


@pytest.fixture
def zones():
    return read_fact("zones")


@pytest.fixture
def queue(zones, tmp_path):
    path = tmp_path / "queue.csv"
    path.write_text(LIST, encoding="utf-8")
    rule = QueueRule(share_by_stage=default_shares())
    return queue_of_zones(zones, read_queue(path), [2028, 2032], rule)


def test_applications_find_their_zones_by_name(queue):
    held = queue.held_mw()
    assert held.loc["hokuriku_td/南金沢"].tolist() == [120, 120]
    # in 2032, its fourth year of five, 80 MW of the 100 are reached
    assert held.loc["hokuriku_td/新能登"].tolist() == [50, 40]
    assert held.loc["hokuriku_td/北金沢"].tolist() == [20, 20]
    assert held.loc["hokuriku_td/中能登"].tolist() == [0, 0]
    assert queue.outside["id"].tolist() == ["A-3"]
    assert "能登" in queue.outside["guesses"][0]


def places_in(zones, *names):
    rows = zones[zones["asset_name"].isin(names)]
    return pd.DataFrame(
        {
            "low_mw": rows["cap_low_mw"].to_numpy(),
            "high_mw": rows["cap_high_mw"].to_numpy(),
            "basis": "published",
            "zone": ("hokuriku_td/" + rows["asset_name"]).to_numpy(),
            "group": rows["additive_group"].to_numpy(),
        },
        index=pd.Index([f"p{i}" for i in range(len(rows))], name="place"),
    )


def test_groups_lose_what_is_held_at_all_zones_that_share_them(zones, queue):
    headroom = places_in(zones, "南金沢", "新能登")
    nothing = pd.DataFrame(columns=["low_mw", "high_mw", "basis"]).rename_axis("group")
    members = pd.DataFrame(columns=["group", "place"])
    groups = group_table(headroom, [2028, 2032], upper_limits=nothing, upper_members=members)
    after = groups_after_queue(groups, headroom, zones, queue)
    assert after.limits.loc[("p0", 2028), ["low_mw", "high_mw"]].tolist() == [80, 80]
    assert after.limits.loc[("p1", 2032), "low_mw"] == 260
    shared = after.limits.loc["shared:hokuriku-ishikawa", "low_mw"]
    assert shared.tolist() == [300 - 190, 300 - 180], "北金沢 serves no place and still counts"
    assert after.members.equals(groups.members)
    assert groups.limits.loc[("p0", 2028), "low_mw"] == 200, "the published limits stay"


def test_places_lose_the_least_that_is_held_in_any_year(zones, queue):
    headroom = places_in(zones, "南金沢", "新能登", "中能登").assign(high_mw=[200.0, 400.0, np.nan])
    after = headroom_after_queue(headroom, queue)
    # the best year leaves 300 - 180 of the limit that all of Ishikawa's zones share
    assert after["low_mw"].tolist() == [80, 120, 120]
    assert after["high_mw"].tolist()[:2] == [80, 120]
    assert np.isnan(after["high_mw"].iloc[2])
    elsewhere = headroom.assign(zone="")
    pd.testing.assert_frame_equal(headroom_after_queue(elsewhere, queue), elsewhere)


def test_zones_in_use_warn_of_their_age(tmp_path):
    fresh = zones_in_use(None, date(2026, 11, 26))
    assert fresh.zones.equals(read_fact("zones"))
    old = zones_in_use(None, date(2040, 1, 1))
    assert [w["reason"] for w in old.warnings] == ["old"]
    assert "16 zones older than 365 days" in old.warnings[0]["en"]
    path = tmp_path / "z.csv"
    read_fact("zones").head(2).assign(valid_until="2026-10", as_of=None).to_csv(path, index=False)
    (warning,) = zones_in_use(path, date(2026, 11, 26)).warnings
    assert warning["reason"] == "expired"
    assert "有効期限切れ" in warning["ja"]
    bad = read_fact("zones").head(1).assign(cap_basis="aki_yoryo_reverse")
    bad.to_csv(path, index=False)
    with pytest.raises(InputError, match="free capacity for generation"):
        zones_in_use(path, date(2026, 11, 26))


@pytest.mark.parametrize(("days", "warned"), [(364, 0), (365, 0), (366, 1)])
def test_age_counts_from_the_day_after_the_last_allowed(days, warned):
    zones = pd.DataFrame({"tso": ["x"], "asset_name": ["a"], "valid_until": [None]})
    zones["as_of"] = str(date.fromordinal(date(2026, 11, 26).toordinal() - days))
    assert len(age_warnings(zones, today=date(2026, 11, 26))) == warned
