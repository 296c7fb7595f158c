from importlib.resources import files

import pandas as pd
import pytest

from data.contract import AREAS, CONFIDENCES
from data.contracts import BUNDLED, CONTRACTS
from data.facts import read_fact

FACTS = [name for name in BUNDLED if name != "sources"]


def value_of(frame: pd.DataFrame, column: str, **key: object) -> float:
    for name, value in key.items():
        frame = frame[frame[name] == value]
    return float(frame[column].item())


@pytest.mark.parametrize("name", BUNDLED)
def test_table_passes_its_contract(name):
    frame = read_fact(name)
    assert len(frame) > 0
    assert tuple(frame.columns) == CONTRACTS[name].names


@pytest.mark.parametrize("name", BUNDLED)
def test_file_has_every_column_in_order(name):
    content = (files("data") / "japan" / f"{name}.csv").read_bytes()
    assert b"\r" not in content
    assert content.decode("utf-8").splitlines()[0] == ",".join(CONTRACTS[name].names)


@pytest.mark.parametrize("name", FACTS)
def test_every_row_has_source_date_and_mark(name):
    frame = read_fact(name)
    assert set(frame["source"]) <= set(read_fact("sources")["source"])
    assert frame["as_of"].notna().all()
    assert set(frame["confidence"]) <= set(CONFIDENCES)


@pytest.mark.parametrize("name", FACTS)
def test_only_the_user_is_the_source_of_user_files(name):
    assert "user_file" not in set(read_fact(name)["source"])


def test_sources_are_sorted():
    assert read_fact("sources")["source"].is_monotonic_increasing


def test_ten_areas_in_occto_order():
    areas = read_fact("areas")
    assert tuple(areas["area"]) == AREAS
    assert areas["occto_code"].tolist() == [str(i) for i in range(1, 11)]
    assert areas.loc[~areas["interconnected"], "area"].tolist() == ["okinawa"]


def test_area_rule_covers_all_prefectures():
    codes = read_fact("area_rule")["code"]
    prefectures = codes[codes.str.len() == 2]
    assert prefectures.tolist() == [f"{i:02d}" for i in range(1, 48)]
    assert (codes.str.len() == 5).sum() == 15 + 5  # Shizuoka in chubu, Fukui in kansai


def test_sum_of_areas_is_not_the_national_peak():
    peaks = read_fact("area_peaks").query("quantity == 'annual_peak'")
    forecast = read_fact("forecast_national")
    national_mw = value_of(
        forecast, "value", vintage="2026-01", fiscal_year=2026, quantity="peak_mw"
    )
    assert peaks["mw"].sum() == 161_070
    assert national_mw == 159_626


@pytest.mark.parametrize(
    ("area", "percent"),
    [
        ("hokkaido", 25.1),
        ("tohoku", 53.0),
        ("tokyo", 3.6),
        ("chubu", 13.0),
        ("hokuriku", 9.4),
        ("kansai", 4.7),
        ("chugoku", 32.3),
        ("shikoku", 84.2),
        ("kyushu", 20.9),
        ("okinawa", 25.5),
    ],
)
def test_own_margin(area, percent):
    table = read_fact("area_peaks").pivot(index="area", columns="quantity", values="mw")
    margin_share = table["supply_at_peak"] / table["annual_peak"] - 1
    assert round(100 * margin_share[area], 1) == percent


def test_supply_at_peak_sums_to_the_stated_total():
    assert read_fact("area_peaks").query("quantity == 'supply_at_peak'")["mw"].sum() == 187_120


@pytest.mark.parametrize(("fiscal_year", "mw"), [(2024, 480), (2033, 5370)])
def test_seed_additions(fiscal_year, mw):
    forecast = read_fact("forecast_national")
    row = forecast.query(
        "vintage == '2024-01' and fiscal_year == @fiscal_year and quantity == 'counted_mw'"
    )
    assert row["value"].tolist() == [mw]
    assert row["confidence"].tolist() == ["seed"]


def test_counted_load_is_data_centres_and_fabs():
    table = read_fact("forecast_national").pivot(
        index=["vintage", "fiscal_year"], columns="quantity", values="value"
    )
    split = table.dropna(subset=["counted_dc_mw", "counted_fab_mw"])
    assert len(split) == 4
    pd.testing.assert_series_equal(
        split["counted_dc_mw"] + split["counted_fab_mw"], split["counted_mw"], check_names=False
    )


def test_data_centre_load_factor():
    forecast = read_fact("forecast_national")
    late = {"vintage": "2025-01", "fiscal_year": 2034}
    energy_gwh = value_of(forecast, "value", quantity="counted_dc_energy_gwh", **late)
    power_mw = value_of(forecast, "value", quantity="counted_dc_mw", **late)
    load_factor = energy_gwh * 1e3 / (power_mw * 8760)
    assert round(load_factor, 3) == 0.815
    parameters = read_fact("parameters")
    assert value_of(parameters, "value", parameter="load_factor_dc_implied_share") == 0.815


def test_quantity_says_the_unit():
    forecast = read_fact("forecast_national")
    ending = forecast["quantity"].str.rsplit("_").str[-1].str.upper()
    assert (ending == forecast["unit"].str.upper()).all()


def test_subsidies_stay_inside_the_programme():
    total_oku_yen = read_fact("subsidies")["amount_oku_yen"].sum()
    budget = value_of(read_fact("parameters"), "value", parameter="budget_cloud_programme_oku_yen")
    assert round(total_oku_yen, 1) == 1146.3
    assert total_oku_yen < budget == 1166


def test_hokuriku_zones_share_one_group():
    zones = read_fact("zones").query("tso == 'hokuriku_td'")
    assert zones["cap_low_mw"].tolist() == [200, 300, 300, 50]
    assert set(zones["additive_group"]) == {"hokuriku-ishikawa"}
    assert set(zones["confidence"]) == {"second_hand"}
    assert (zones["lead_time_low_y"] == 2.5).all()
    assert (zones["lead_time_from"] == "contract").all()


def test_open_class_has_no_upper_end():
    zones = read_fact("zones").query("tso == 'chubu_pg'")
    assert zones["cap_high_mw"].isna().tolist() == [False] * 4 + [True]
    assert zones["lat"].isna().all()


def test_no_generation_side_headroom_among_the_zones():
    assert not read_fact("zones")["cap_basis"].str.startswith("aki_yoryo").any()


def test_ties_and_steps_name_each_other():
    ties, steps = read_fact("ties"), read_fact("tie_capacity")
    assert set(steps["tie"]) == set(ties["tie"])
    loop = ties.loc[ties["loop"], ["from_area", "to_area"]]
    assert set(loop.to_numpy().ravel()) == {"chubu", "hokuriku", "kansai"}


def test_steps_only_add_capacity():
    steps = read_fact("tie_capacity").sort_values("from_fiscal_year")
    change_mw = steps.groupby(["tie", "direction"])["capacity_mw"].diff().dropna()
    assert len(change_mw) == 6
    assert (change_mw > 0).all()


def test_tohoku_tokyo_is_larger_southward():
    steps = read_fact("tie_capacity").query("tie == 'tohoku-tokyo' and status == 'existing'")
    assert value_of(steps, "capacity_mw", direction="forward") == 5730
    assert value_of(steps, "capacity_mw", direction="reverse") == 2360


@pytest.mark.parametrize(
    ("table", "key", "mark"),
    [
        ("programme", {"item": "national_target"}, "seed"),
        ("area_peaks", {"area": "tokyo", "quantity": "annual_peak"}, "second_hand"),
        ("area_peaks", {"area": "tokyo", "quantity": "observed_peak"}, "computed"),
        ("tie_capacity", {"tie": "hokkaido-tohoku", "status": "planned"}, "memory_high"),
        ("tie_capacity", {"tie": "chugoku-kyushu", "direction": "forward"}, "computed"),
        ("voltage_classes", {"voltage_kv": 154}, "memory_med"),
        ("voltage_classes", {"voltage_kv": 110}, "assumed"),
        ("emission_factors", {"kind": "direct_tech"}, "memory_high"),
        ("parameters", {"parameter": "reserve_h1_share"}, "found"),
    ],
)
def test_mark_is_kept(table, key, mark):
    frame = read_fact(table)
    for name, value in key.items():
        frame = frame[frame[name] == value]
    assert set(frame["confidence"]) == {mark}


def test_eflops_target_in_megawatts():
    hardware = read_fact("hardware").query("precision == 'fp16'").set_index("hardware")
    facility = 60 * 1.12 * 1.3  # EFLOPS, overhead, PUE
    assert round(facility * hardware["mw_per_eflops_low"]["gb200"]) == 58
    assert round(facility * hardware["mw_per_eflops_high"]["h100"]) == 113


def test_selected_offshore_zones_sum_to_the_stated_total():
    zones = read_fact("offshore_zones")
    selected = zones[zones["note"].str.startswith("developer selected")]
    assert len(selected) == 7
    assert selected["low_mw"].sum() == pytest.approx(2875.8)
    assert (zones["status"] == "promotion").sum() == 12


def test_fifteen_reactors_ran():
    units = read_fact("nuclear_units")
    running = units[units["peak_mw"] > 50]
    assert len(running) == 15
    observed = read_fact("supply_observed").query("tech == 'nuclear'").set_index("area")["mw"]
    by_area_mw = running.groupby("area")["peak_mw"].sum()
    assert (by_area_mw - observed[by_area_mw.index]).abs().max() <= 10  # table in 0.01 GW


def test_observed_supply_sums_to_the_stated_total():
    sums_mw = read_fact("supply_observed").groupby("tech")["mw"].sum()
    stated_mw = {"coal": 43100, "gas": 70300, "oil": 3900, "nuclear": 14600, "hydro": 23500}
    assert (sums_mw - pd.Series(stated_mw)).abs().max() <= 60


def test_mix_is_complete_but_for_shikoku():
    mix = read_fact("supply_mix")
    totals = mix[mix["area"] != "shikoku"].groupby("area")["share"].sum()
    assert len(totals) == 9
    assert totals.between(0.96, 1.01).all()


def test_figures_of_places_name_known_places():
    places = set(read_fact("places")["place"])
    assert set(read_fact("place_figures")["place"]) <= places
    assert set(read_fact("subsidies")["place"].dropna()) <= places


def test_typical_days_are_whole():
    days = read_fact("typical_days")
    names = read_fact("day_kinds")["day"]
    assert days.groupby(["area", "day"]).size().eq(24).all()
    assert set(days["day"]) == set(names)
    assert set(days["area"]) == set(AREAS)
