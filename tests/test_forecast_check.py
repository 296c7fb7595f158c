"""The numbers of the check, recomputed by plain loops from the definitions."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.contracts_loads import STAGES
from data.facts import read_fact
from grid.allowance import Forecasts, allowances, named_areas
from grid.areas import AREAS
from grid.forecast_check import Loads, contributors, first_years, new_load_mw, verdicts
from grid.forecast_draws import Chances, draw_additions_mw, exceed_shares, percentiles
from grid.pipeline import case_weights, counted_in, load_by_year_mw
from siting.loads_check import CheckOptions, check_loads

YEARS = tuple(range(2024, 2036))
VINTAGES = ("2024-01", "2025-01", "2026-01")
FORECASTS = Forecasts(read_fact("forecast_national"), read_fact("forecast_area"))
ALLOWANCE = allowances(FORECASTS, VINTAGES, YEARS)
COLUMNS = ["area", "contract_mw", "supply_start", "stage", "probability", "counted", "ramp"]


def table_of(*rows):
    table = pd.DataFrame(rows, columns=COLUMNS, dtype=object)
    table = table.assign(
        id=[f"A{place}" for place in range(len(rows))], name="n", applicant="a", kind="data_center"
    )
    return table.astype({"contract_mw": float, "supply_start": int, "probability": float})


def loads_of(table, *, load_factor=0.8):
    chance = table["probability"].fillna(0.5)
    return Loads(
        applications=table,
        years=YEARS,
        load_mw=load_by_year_mw(table, YEARS),
        peak_share=np.ones(len(table)),
        load_factor=np.full(len(table), load_factor),
        weights=case_weights(table, chance),
        counted=counted_in(table, VINTAGES, newest="2026-01"),
    )


def row(verdict, area, year, vintage, case):
    return by_key(verdict)[area, year, vintage, case]


def by_key(verdict):
    """Every row by its key, each once; one row by a query takes milliseconds."""
    rows = verdict.to_dict("records")
    found = {(r["area"], r["fiscal_year"], r["vintage"], r["case"]): r for r in rows}
    assert len(found) == len(rows)
    return found


def allowed(area, year, vintage):
    return ALLOWANCE.loc[(vintage, area, year)]


def test_the_count_of_the_forecasts():
    """Golden figures of OCCTO's forecasts of January 2024, 2025 and 2026. [MW]."""
    golden = {
        ("2024-01", 2024): 480,
        ("2024-01", 2033): 5370,
        ("2025-01", 2025): 560,
        ("2025-01", 2030): 5380,
        ("2025-01", 2034): 7150,
        ("2026-01", 2026): 830,
        ("2026-01", 2030): 4200,
        ("2026-01", 2035): 7620,
    }
    for (vintage, year), mw in golden.items():
        found = allowed("japan", year, vintage)
        assert found["allowance_mw"] == mw
        assert found["basis"] == "published"
        assert (found["allowance_low_mw"], found["allowance_high_mw"]) == (mw - 5, mw + 5)
    assert allowed("japan", 2034, "2025-01")["allowance_gwh"] == 51400
    assert allowed("japan", 2035, "2026-01")["allowance_gwh"] == 56800


def test_between_published_years_the_range_is_those_two():
    found = allowed("japan", 2028, "2026-01")
    assert found["allowance_mw"] == pytest.approx((830 + 4200) / 2)
    assert (found["allowance_low_mw"], found["allowance_high_mw"]) == (825, 4205)
    assert (found["basis"], found["confidence"]) == ("interpolated", "second_hand")


def test_outside_its_years_a_forecast_says_nothing():
    found = allowed("japan", 2035, "2024-01")
    assert np.isnan(found["allowance_mw"])
    assert (found["basis"], found["source"]) == ("not_published", "")


def test_areas_have_what_is_published_and_no_more():
    tokyo = allowed("tokyo", 2030, "2026-01")
    assert tokyo["allowance_mw"] == pytest.approx(0.6 * 4200)
    assert tokyo["allowance_low_mw"] == pytest.approx(0.55 * 4195)
    assert tokyo["confidence"] == "assumed"
    assert allowed("tokyo", 2030, "2025-01")["confidence"] == "found"
    rest = allowed("rest-of-japan", 2030, "2026-01")
    assert rest["allowance_mw"] == pytest.approx(0.4 * 4200)
    kansai = allowed("kansai", 2030, "2026-01")
    assert np.isnan(kansai["allowance_mw"])
    assert kansai["basis"] == "bound"
    assert kansai["allowance_high_mw"] == pytest.approx(0.45 * 4205)
    assert allowed("shikoku", 2030, "2025-01")["allowance_mw"] == 0


def user(*rows):
    columns = ["vintage", "fiscal_year", "area", "quantity", "value"]
    return pd.DataFrame(rows, columns=columns)


def test_the_users_areas_win_and_parts_add_up():
    own = Forecasts(
        FORECASTS.national,
        FORECASTS.area,
        user(
            ("2026-01", 2030, "tokyo", "counted_dc_mw", 2000.0),
            ("2026-01", 2030, "tokyo", "counted_fab_mw", 100.0),
            ("2026-01", 2030, "kansai", "counted_mw", 700.0),
        ),
    )
    table = allowances(own, ["2026-01"], [2030]).droplevel(["vintage", "fiscal_year"])
    assert table.loc["tokyo", "allowance_mw"] == 2100
    assert table.loc["kansai", "allowance_mw"] == 700
    assert table.loc["kansai", "basis"] == "user_table"
    assert table.loc["rest-of-japan", "allowance_mw"] == 4200 - 2100 - 700
    assert set(named_areas(own, "2026-01")) == {"tokyo", "kansai"}


def test_ten_areas_of_the_user_make_japan():
    rows = [("2027-01", 2030, area, "counted_mw", 100.0) for area in AREAS]
    own = Forecasts(FORECASTS.national, FORECASTS.area, user(*rows))
    table = allowances(own, ["2027-01"], [2030]).droplevel(["vintage", "fiscal_year"])
    assert table.loc["japan", "allowance_mw"] == 1000
    assert "rest-of-japan" not in table.index


def test_counted_load_is_never_added_a_second_time():
    """4,000 MW counted and 300 new in FY2030 of January 2026: 100 too many, not 4,100."""
    loads = loads_of(
        table_of(
            ("tokyo", 4000, 2030, "contract", None, "yes", None),
            ("kyushu", 300, 2030, "contract", None, "no", None),
        )
    )
    found = row(verdicts(loads, ALLOWANCE, FORECASTS), "japan", 2030, "2026-01", "contracted")
    assert found["additions_mw"] == 4300
    assert found["counted_mw"] == 4000
    assert found["over_mw"] == 100
    assert found["additions_gwh"] == pytest.approx(4300 * 0.8 * 8.76)


def test_a_bound_can_be_exceeded_for_certain():
    loads = loads_of(table_of(("kansai", 5000, 2030, "applied", None, "no", None)))
    found = row(verdicts(loads, ALLOWANCE, FORECASTS), "kansai", 2030, "2026-01", "all")
    assert found["verdict"] == "exceeds"
    assert found["over_mw"] == pytest.approx(5000 - 0.45 * 4205)


def test_unknown_energy_is_unknown_only_where_it_is():
    table = table_of(
        ("tokyo", 10, 2030, "applied", None, "no", None),
        ("kyushu", 10, 2030, "applied", None, "no", None),
    )
    loads = loads_of(table)
    loads.load_factor[0] = np.nan
    verdict = verdicts(loads, ALLOWANCE, FORECASTS)
    assert np.isnan(row(verdict, "tokyo", 2030, "2026-01", "all")["additions_gwh"])
    assert row(verdict, "tokyo", 2029, "2026-01", "all")["additions_gwh"] == 0
    assert row(verdict, "kyushu", 2030, "2026-01", "all")["additions_gwh"] == pytest.approx(70.08)
    assert np.isnan(row(verdict, "japan", 2030, "2026-01", "all")["additions_gwh"])


APPLICATION = st.tuples(
    st.sampled_from(AREAS),
    st.integers(1, 4000),
    st.integers(2024, 2037),
    st.sampled_from(STAGES),
    st.none() | st.sampled_from([0.0, 0.25, 1.0]),
    st.sampled_from([None, "yes", "no", "2025-01"]),
    st.sampled_from([None, "steps:0.5;1", "rate:400"]),
)


def served(application, year):
    """Power in service, by the definition."""
    _, contract_mw, start, _, _, _, ramp = application
    if year < start:
        return 0.0
    if ramp is None:
        return contract_mw
    if ramp.startswith("rate"):
        return min(contract_mw, 400.0 * (year - start + 1))
    return contract_mw * (0.5 if year == start else 1.0)


def is_counted(application, vintage):
    stage, counted = application[3], application[5]
    if counted in ("yes", "no"):
        return counted == "yes"
    if counted is None:
        return vintage == "2026-01" and stage in ("contract", "supplied")
    return vintage >= counted


def weight(application, case):
    stage, probability = application[3], application[4]
    if case == "contracted":
        return 1.0 if stage in ("contract", "supplied") else 0.0
    if case == "weighted":
        return 0.5 if probability is None else probability
    return 1.0


@settings(max_examples=15, deadline=None)
@given(st.lists(APPLICATION, min_size=1, max_size=7))
def test_every_row_is_what_a_loop_over_the_list_gives(applications):
    loads = loads_of(table_of(*applications))
    verdict = by_key(verdicts(loads, ALLOWANCE, FORECASTS))
    for vintage, case, year, area in product(
        VINTAGES, ("contracted", "weighted", "all"), YEARS, (*AREAS, "japan")
    ):
        if year % 3:
            continue
        inside = [a for a in applications if area in ("japan", a[0])]
        additions = sum(served(a, year) * weight(a, case) for a in inside)
        counted = sum(served(a, year) * weight(a, case) for a in inside if is_counted(a, vintage))
        found = verdict[area, year, vintage, case]
        assert found["additions_mw"] == pytest.approx(additions)
        assert found["counted_mw"] == pytest.approx(counted)
        limit = allowed(area, year, vintage)
        if additions == 0:
            expected = "fits"
        elif additions > limit["allowance_mw"] or (
            np.isnan(limit["allowance_mw"]) and additions > limit["allowance_high_mw"]
        ):
            expected = "exceeds"
        elif additions == pytest.approx(counted):
            expected = "inside"
        else:
            expected = "unknown" if np.isnan(limit["allowance_mw"]) else "fits"
        assert found["verdict"] == expected
        if not np.isnan(limit["allowance_mw"]):
            over = max(0.0, additions - limit["allowance_mw"])
            assert found["over_mw"] == pytest.approx(over, abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.lists(APPLICATION, min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_the_list_changes_nothing(applications, random):
    mixed = list(applications)
    random.shuffle(mixed)
    one, other = (
        verdicts(loads_of(table_of(*rows)), ALLOWANCE, FORECASTS) for rows in (applications, mixed)
    )
    pd.testing.assert_frame_equal(one, other)


def test_the_first_year_the_worst_and_because_of_which():
    loads = loads_of(
        table_of(
            ("tokyo", 4000, 2029, "applied", None, "no", None),
            ("kyushu", 1000, 2030, "applied", None, "no", None),
            ("kansai", 2000, 2031, "contract", None, "yes", None),
        )
    )
    firsts = first_years(verdicts(loads, ALLOWANCE, FORECASTS))
    japan = firsts.query("area == 'japan' and vintage == '2026-01' and case == 'all'").iloc[0]
    assert japan["first_fiscal_year"] == 2029
    assert japan["first_over_mw"] == pytest.approx(4000 - 3357.5)
    assert japan["worst_fiscal_year"] == 2031
    assert japan["worst_over_mw"] == pytest.approx(7000 - 4884)
    causes = contributors(loads, firsts, FORECASTS)
    causes = causes.query("area == 'japan' and vintage == '2026-01' and case == 'all'")
    assert causes["id"].tolist() == ["A0", "A1"]
    assert causes["mw"].tolist() == [4000, 1000]
    assert causes["share"].tolist() == pytest.approx([4 / 7, 1 / 7])


def test_load_the_peak_of_a_forecast_does_not_hold_yet():
    """A peak held at FY2026 holds of a counted load what it had reached then."""
    loads = loads_of(
        table_of(
            ("tokyo", 100, 2026, "contract", None, "yes", "steps:0.5;1"),
            ("tokyo", 30, 2028, "applied", None, "no", None),
        )
    )
    place = pd.MultiIndex.from_tuples([("tokyo", 2030)], names=["area", "fiscal_year"])
    for peak_year, expected in ((2026, 50 + 30), (2030, 30)):
        peak = pd.DataFrame({"peak_year": peak_year, "vintage": "2026-01"}, index=place)
        new = new_load_mw(loads, peak)
        new = new.query("area == 'tokyo' and fiscal_year == 2030 and case == 'all'")
        assert new["new_mw"].tolist() == [expected]


def chances(own, *, low=0.5, value=0.5, high=0.5):
    corners = pd.DataFrame({"low": low, "value": value, "high": high}, index=list(STAGES))
    return Chances(corners, pd.Series(own, dtype=float))


def test_draws_follow_every_outcome_of_a_short_list():
    """Against all 2^3 outcomes with their probabilities."""
    sizes, own = [1000.0, 2000.0, 3000.0], [0.2, 0.5, np.nan]
    table = table_of(
        *[("tokyo", mw, 2024, "applied", p, "no", None) for mw, p in zip(sizes, own, strict=True)]
    )
    loads = loads_of(table)
    draws = 40_000
    drawn = draw_additions_mw(loads, chances(own), draws=draws, seed=1)
    share = exceed_shares(drawn, YEARS, ALLOWANCE, FORECASTS)
    found = share.query("area == 'tokyo' and fiscal_year == 2030 and vintage == '2026-01'")
    probability = [0.2, 0.5, 0.5]
    exact = mean = 0.0
    for built in product((0, 1), repeat=3):
        weight_ = np.prod([p if b else 1 - p for p, b in zip(probability, built, strict=True)])
        total = float(np.dot(sizes, built))
        exact += weight_ * (total > 2520)
        mean += weight_ * total
    error = 4 * np.sqrt(exact * (1 - exact) / draws)
    assert found["exceed_share"].item() == pytest.approx(exact, abs=error)
    told = percentiles(drawn, YEARS).query("area == 'tokyo' and fiscal_year == 2030").iloc[0]
    assert told["mean_mw"] == pytest.approx(mean, rel=0.02)
    raw = drawn[:, AREAS.index("tokyo"), YEARS.index(2030)]
    levels = [told["p10_mw"], told["p50_mw"], told["p90_mw"]]
    assert levels == pytest.approx(np.percentile(raw, [10, 50, 90]).tolist())
    assert set(np.unique(raw)) <= {float(np.dot(sizes, b)) for b in product((0, 1), repeat=3)}


def test_certain_and_impossible_loads_are_never_drawn_otherwise():
    rows = [("tokyo", 100, 2024, "applied", 1.0, "no", None)] * 3
    rows += [("kyushu", 50, 2024, "applied", 0.0, "no", None)] * 2
    own = [1.0] * 3 + [0.0] * 2
    drawn = draw_additions_mw(loads_of(table_of(*rows)), chances(own), draws=500, seed=3)
    assert set(np.unique(drawn[:, AREAS.index("tokyo")])) == {300.0}
    assert set(np.unique(drawn[:, AREAS.index("kyushu")])) == {0.0}


def test_the_seed_decides_and_the_block_does_not(monkeypatch):
    rows = [("tokyo", 10 + i, 2024, "applied", None, "no", None) for i in range(50)]
    loads, own = loads_of(table_of(*rows)), [np.nan] * 50

    def draw(seed):
        return draw_additions_mw(loads, chances(own), draws=200, seed=seed)

    once = draw(5)
    monkeypatch.setattr("grid.forecast_draws.BLOCK_NUMBERS", 170)
    assert np.array_equal(draw(5), once)
    assert not np.array_equal(draw(6), once)


def test_a_common_chance_widens_the_spread():
    """Mean of the triangle; variance of independent loads plus that of the shared chance."""
    count, mw = 400, 10.0
    rows = [("tokyo", mw, 2024, "applied", None, "no", None)] * count
    loads, own = loads_of(table_of(*rows)), [np.nan] * count
    low, value, high = 0.2, 0.4, 0.9
    drawn = draw_additions_mw(
        loads, chances(own, low=low, value=value, high=high), draws=20_000, seed=2
    )[:, AREAS.index("tokyo"), -1]
    mean = (low + value + high) / 3
    spread = (low**2 + value**2 + high**2 - low * value - low * high - value * high) / 18
    variance = mw**2 * (count * (mean - mean**2 - spread) + count**2 * spread)
    assert drawn.mean() == pytest.approx(mw * count * mean, rel=0.01)
    assert drawn.var() == pytest.approx(variance, rel=0.04)


def test_margins_hold_what_the_newest_forecast_counts(tmp_path):
    """Comparing with an old forecast adds nothing to a peak that holds the load already."""
    path = tmp_path / "list.csv"
    row = "A,tokyo,500,2026,data_center,contract,2026-01"
    path.write_text(f"id,area,contract_mw,supply_start,kind,stage,counted\n{row}\n")
    margins = check_loads(path, CheckOptions(vintages=("2024-01",), draws=0)).adequacy
    tokyo = margins[margins["area"] == "tokyo"]
    assert tokyo["new_mw"].tolist() == [0.0] * len(tokyo)
    h3 = tokyo.query("fiscal_year == 2026 and season == 'summer' and standard == 'h3'")
    assert h3["own_margin_share"].round(3).unique().tolist() == [0.036]
