import itertools

import numpy as np
import pandas as pd
import pyomo.environ as pyo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyomo.contrib.appsi.solvers import Highs

from data.contract import AREAS
from data.facts import read_fact
from grid.adequacy import adequacy_table
from grid.spare import adequacy_with_additions, peak_relief
from grid.ties import tie_capacity_by_year
from optimize.model.reserve import keep_reserve
from tests.small_problems import site_table, two_sites
from tests.test_transfer import programme

YEARS = [2026, 2027, 2028, 2035]
KEYS = ["area", "fiscal_year", "season", "standard", "case"]


def base_of(rows):
    """{area: (supply, demand)} of one summer under H3 with a required margin of 25 %."""
    index = pd.MultiIndex.from_tuples(
        [(area, "h3", "summer", 2026) for area in rows],
        names=["area", "standard", "season", "fiscal_year"],
    )
    table = pd.DataFrame(list(rows.values()), index=index, columns=["supply_mw", "demand_mw"])
    own = table["supply_mw"] / table["demand_mw"] - 1
    return table.assign(margin_share=0.25, own_margin_share=own, basis="published")


def added(rows):
    """{(case, area): MW} in 2026."""
    flat = [(case, area, 2026, mw) for (case, area), mw in rows.items()]
    return pd.DataFrame(flat, columns=["case", "area", "fiscal_year", "new_mw"])


def tie(start, end, mw):
    index = pd.MultiIndex.from_tuples(
        [("t", "forward", 2026)], names=["tie", "direction", "fiscal_year"]
    )
    return pd.DataFrame({"from_area": start, "to_area": end, "capacity_mw": mw}, index=index)


def relief_of(**shares):
    rows = [(area, "summer", share) for area, share in shares.items()]
    return pd.DataFrame(rows, columns=["area", "season", "relief_share"])


def result(base, new, ties, relief, share=0.25):
    table = adequacy_with_additions(base, new, ties, relief=relief, conditional_share=share)
    return table.set_index(["case", "area"])


@pytest.fixture
def two_areas():
    """East has 100 MW of load and 115 MW of supply, west 100 and 200; 30 MW can go east."""
    base = base_of({"east": (115.0, 100.0), "west": (200.0, 100.0)})
    new = added({("all", "east"): 20.0, ("contracted", "east"): 8.0})
    return result(base, new, tie("west", "east", 30.0), relief_of(east=0.02, west=0.04))


def test_without_additions(two_areas):
    east = two_areas.loc[("none", "east")]
    assert east["new_mw"] == 0
    assert east["own_margin_share"] == pytest.approx(0.15)
    assert east["spare_own_mw"] == pytest.approx(-8)  # 115 / 1.25 - 100
    assert east["import_mw"] == 30
    assert east["spare_mw"] == pytest.approx(16)  # (115 + 30) / 1.25 - 100
    assert east["tied_margin_share"] == pytest.approx(0.45)  # 145 / 100 - 1
    assert east["binding"] == (("t", "forward"),)


def test_additions_use_up_the_room_one_for_one(two_areas):
    east = two_areas.loc[("all", "east")]
    assert east["spare_mw"] == pytest.approx(16 - 20)
    assert east["spare_own_mw"] == pytest.approx(-8 - 20)
    assert east["own_margin_share"] == pytest.approx(115 / 120 - 1)
    assert east["tied_margin_share"] == pytest.approx(145 / 120 - 1)
    assert two_areas.loc[("contracted", "east"), "spare_mw"] == pytest.approx(16 - 8)


def test_the_neighbour_keeps_less_when_the_other_needs_more(two_areas):
    # West's firm spare is 75; east is short by 10, by 20 with 8 MW more, by 35 with 20 MW more.
    west = two_areas["spare_mw"].xs("west", level="area")
    assert west["none"] == pytest.approx((75 - 10) / 1.25)
    assert west["contracted"] == pytest.approx((75 - 20) / 1.25)
    assert west["all"] == pytest.approx((75 - 30) / 1.25)
    assert two_areas.loc[("all", "west"), "import_mw"] == 0
    assert two_areas.loc[("none", "west"), "tied_margin_share"] == pytest.approx(0.25 + 0.65)


def test_conditional_connection_gains_what_three_hours_allow(two_areas):
    # East: X = 16, 16 / 0.75 - 16 = 5.33, but three hours take off only 2 % of 100 MW.
    assert two_areas.loc[("none", "east"), "conditional_mw"] == pytest.approx(2)
    # With 8 MW more X = 8: 2.67, the hours still bind; beyond the room nothing is gained.
    assert two_areas.loc[("contracted", "east"), "conditional_mw"] == pytest.approx(2)
    assert two_areas.loc[("all", "east"), "conditional_mw"] == 0


def test_conditional_connection_gains_a_third_where_the_peak_is_narrow():
    base = base_of({"east": (131.25, 100.0)})
    table = result(base, added({}), tie("east", "east", 0.0), relief_of(east=0.5))
    assert table.loc[("none", "east"), "spare_mw"] == pytest.approx(5)
    assert table.loc[("none", "east"), "conditional_mw"] == pytest.approx(5 / 0.75 - 5)


def test_conditional_additions_relieve_the_peak(two_areas):
    relieved = two_areas["relieved_mw"]
    assert relieved["all", "east"] == pytest.approx(2)  # 0.25 * 20 = 5, the hours allow 2
    assert relieved["contracted", "east"] == pytest.approx(2)  # 0.25 * 8
    assert relieved["none", "east"] == 0


def test_the_conditional_load_meets_the_standard_in_every_hour():
    day = np.array([80.0] * 20 + [97.0, 99.0, 100.0, 98.0])
    days = pd.DataFrame({"area": "east", "day": "summer_peak", "hour": range(24), "demand_mw": day})
    base = base_of({"east": (137.5, 100.0)})
    row = result(base, added({}), tie("east", "east", 0.0), peak_relief(days)).loc[("none", "east")]
    conditional_mw = row["spare_mw"] + row["conditional_mw"]

    def fits(mw):
        highest = np.sort(day)[::-1]
        draws = np.where(np.arange(24) < 3, 0.75 * mw, mw)
        return bool((1.25 * (highest + draws) <= 137.5 + 1e-9).all())

    assert row["spare_mw"] == pytest.approx(10)
    assert fits(conditional_mw)
    assert not fits(conditional_mw + 0.01)


def test_unknown_stays_unknown():
    base = base_of({"east": (115.0, np.nan), "west": (200.0, 100.0), "north": (200.0, 100.0)})
    new = added({("all", "west"): np.nan})
    table = result(base, new, tie("west", "east", 30.0), relief_of(west=0.1))
    numbers = ["spare_mw", "spare_own_mw", "tied_margin_share", "import_mw", "conditional_mw"]
    assert table.loc[("none", "east"), numbers].isna().all()
    assert table.loc[("all", "west"), [*numbers, "new_mw", "relieved_mw"]].isna().all()
    assert table.loc[("none", "west"), numbers].notna().all()
    assert np.isnan(table.loc[("none", "north"), "conditional_mw"])  # relief not known
    assert table.loc[("none", "north"), "relieved_mw"] == 0


def test_an_addition_listed_twice_is_refused():
    new = pd.concat([added({("all", "east"): 1.0}), added({("all", "east"): 2.0})])
    with pytest.raises(pd.errors.MergeError):
        result(base_of({"east": (1.0, 1.0)}), new, tie("a", "b", 0.0), relief_of())


def test_relief_is_down_to_the_fourth_highest_hour():
    hours = [100.0, 96.0, 98.0, 94.0] + [50.0] * 20
    days = pd.DataFrame(
        {"area": "east", "day": "winter_peak", "hour": range(24), "demand_mw": hours}
    )
    row = peak_relief(days).iloc[0]
    assert row[["area", "season"]].tolist() == ["east", "winter"]
    assert row["relief_share"] == pytest.approx(0.06)
    assert peak_relief(days, hours=1)["relief_share"].tolist() == [pytest.approx(0.02)]
    assert peak_relief(days, hours=0)["relief_share"].tolist() == [0]


def test_relief_of_an_incomplete_day_is_unknown():
    days = pd.DataFrame(
        {"area": "east", "day": "summer_peak", "hour": range(24), "demand_mw": 10.0}
    )
    assert np.isnan(peak_relief(days.iloc[1:])["relief_share"].iloc[0])
    days.loc[3, "demand_mw"] = np.nan
    assert np.isnan(peak_relief(days)["relief_share"].iloc[0])


@pytest.fixture(scope="module")
def base():
    return adequacy_table(
        read_fact("area_peaks"),
        YEARS,
        seasons=["summer", "winter"],
        winter_peak_share=dict.fromkeys(AREAS, 0.9),
        h1_uplift_share=0.05,
        required_share={"h3": 0.08, "h1": 0.03},
    )


@pytest.fixture(scope="module")
def ties():
    return tie_capacity_by_year(
        read_fact("ties"), read_fact("tie_capacity"), YEARS, reinforcements="planned"
    ).known


@pytest.fixture(scope="module")
def relief():
    return peak_relief(read_fact("typical_days"))


@pytest.fixture(scope="module")
def checked(base, ties, relief):
    shares = {"contracted": 0.2, "weighted": 0.5, "all": 1.0}
    rows = [
        (case, area, year, share * 60.0 * (year - 2025))
        for case, share in shares.items()
        for area in AREAS
        for year in YEARS
    ]
    new = pd.DataFrame(rows, columns=["case", "area", "fiscal_year", "new_mw"])
    return adequacy_with_additions(base, new, ties, relief=relief, conditional_share=0.25)


@pytest.mark.parametrize(("area", "percent"), [("tokyo", 3.6), ("kansai", 4.7)])
def test_own_margins_of_fiscal_2026(checked, area, percent):
    row = checked.set_index(KEYS).loc[(area, 2026, "summer", "h3", "none")]
    assert 100 * row["own_margin_share"] == pytest.approx(percent, abs=0.05)
    assert row["spare_own_mw"] < 0 < row["spare_mw"]


def test_tokyo_takes_what_tohoku_and_chubu_can_send(checked):
    tokyo = checked.set_index(KEYS).loc[("tokyo", 2026, "summer", "h3", "none")]
    assert set(tokyo["binding"]) == {("tohoku-tokyo", "forward"), ("tokyo-chubu", "reverse")}
    assert tokyo["import_mw"] == pytest.approx(5730 + 2100)
    assert tokyo["spare_mw"] == pytest.approx((56_990 + 7830) / 1.08 - 55_010)
    assert tokyo["basis"] == "published"


def test_okinawa_stands_alone(checked):
    okinawa = checked[checked["area"] == "okinawa"]
    assert (okinawa["import_mw"] == 0).all()
    assert (okinawa["limited_by"] == "supply").all()
    assert np.allclose(okinawa["spare_mw"], okinawa["spare_own_mw"], atol=1e-5)


def test_every_row_is_there_once(checked, base):
    assert len(checked) == 4 * len(base)
    assert not checked.duplicated(KEYS).any()


def test_more_load_never_leaves_more_room(checked):
    cases = checked.set_index(KEYS)[["spare_mw", "spare_own_mw", "own_margin_share"]]
    in_order = [cases.xs(case, level="case") for case in ("none", "contracted", "weighted", "all")]
    for less, more in itertools.pairwise(in_order):
        assert (less >= more - 1e-9).all(axis=None)


def test_conditional_room_is_never_negative_nor_beyond_its_share(checked):
    known = checked.dropna(subset="conditional_mw")
    room_mw = known["spare_mw"].clip(lower=0)
    assert (known["conditional_mw"] >= 0).all()
    assert (known["conditional_mw"] <= room_mw / 3 + 1e-9).all()
    relieved = checked.dropna(subset="relieved_mw")
    assert (relieved["relieved_mw"] <= 0.25 * relieved["new_mw"] + 1e-9).all()


def test_winter_relief_needs_a_winter_day(checked):
    winter = checked[(checked["season"] == "winter") & (checked["spare_mw"] > 0)]
    assert winter["conditional_mw"].isna().all()


@settings(deadline=None, max_examples=20)
@given(st.floats(0, 500), st.floats(0, 500), st.floats(0, 200))
def test_room_falls_by_what_is_added_where_own_supply_decides(first_mw, more_mw, tie_mw):
    base = base_of({"east": (1000.0, 300.0), "west": (500.0, 400.0)})
    new = added({("some", "east"): first_mw, ("more", "east"): first_mw + more_mw})
    room = result(base, new, tie("west", "east", tie_mw), relief_of())["spare_mw"]
    # West has nothing to send and nothing to ask, so the tie makes no difference.
    assert room["some", "east"] - room["more", "east"] == pytest.approx(more_mw, abs=1e-5)


MW_OF_THREE = st.lists(st.integers(60, 200), min_size=3, max_size=3)
MW_OF_TIES = st.lists(st.integers(0, 40), min_size=6, max_size=6)


@settings(deadline=None, max_examples=25)
@given(MW_OF_THREE, MW_OF_TIES)
def test_room_is_that_of_a_linear_programme_and_its_cut_is_named(supply_mw, capacity_mw):
    """Three areas of 100 MW and 25 % margin, ties both ways between all of them."""
    areas = ["a", "b", "c"]
    pairs = list(itertools.permutations(areas, 2))
    ways = [(f"{x}{y}", "forward", 2026) for x, y in pairs]
    ties = pd.DataFrame(pairs, columns=["from_area", "to_area"]).assign(capacity_mw=capacity_mw)
    ties.index = pd.MultiIndex.from_tuples(ways, names=["tie", "direction", "fiscal_year"])
    base = base_of({area: (float(mw), 100.0) for area, mw in zip(areas, supply_mw, strict=True)})
    table = result(base, added({}), ties, relief_of()).xs("none", level="case")
    firm_mw = pd.Series(supply_mw, index=areas, dtype=float) - 125.0
    for area, row in table.iterrows():
        expected = programme(firm_mw, ties.reset_index(), area)
        assert 1.25 * row["spare_mw"] == pytest.approx(expected, abs=1e-5)
        if row["limited_by"] == "ties":  # a wider cut would help: each tie of it is named
            assert row["binding"]
            wider = ties["capacity_mw"] + 1.0 * ties.index.droplevel(2).isin(row["binding"])
            more = result(base, added({}), ties.assign(capacity_mw=wider), relief_of())
            assert more.loc[("none", area), "spare_mw"] >= row["spare_mw"] - 1e-9
        else:
            assert row["binding"] == ()


def test_an_area_that_fails_by_its_ties_says_which(two_areas):
    fails = two_areas.loc[("all", "east")]
    assert fails["spare_mw"] < 0
    assert (fails["limited_by"], fails["binding"]) == ("ties", (("t", "forward"),))


def most_contract_mw(base, ties, area):
    """Most that one area can contract in 2026 under the reserve limit of a plan, all else equal."""
    sites = site_table(cheap={"area": "tokyo"}, dear={"area": "kansai"})
    columns = ["from_area", "to_area", "capacity_mw"]
    reserve = base[["supply_mw", "demand_mw", "margin_share"]]
    problem = two_sites(sites=sites, reserve=reserve, ties=ties[columns])
    model = pyo.ConcreteModel()
    model.area_contract_mw = pyo.Var(AREAS, [2026], domain=pyo.NonNegativeReals)
    keep_reserve(model, problem)
    for other in set(AREAS) - {area}:
        model.area_contract_mw[other, 2026].fix(0.0)
    model.most = pyo.Objective(expr=model.area_contract_mw[area, 2026], sense=pyo.maximize)
    Highs().solve(model)
    return model.area_contract_mw[area, 2026].value


@pytest.mark.parametrize("area", AREAS)
def test_a_plan_can_contract_exactly_what_the_check_says_fits(base, ties, checked, area):
    own = checked[(checked["area"] == area) & (checked["fiscal_year"] == 2026)]
    least_mw = own[own["case"] == "none"]["spare_mw"].min()
    assert most_contract_mw(base, ties, area) == pytest.approx(least_mw, abs=0.001)
