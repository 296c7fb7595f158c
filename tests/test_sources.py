import pandas as pd
import pytest

from data.contracts import BUNDLED
from data.facts import read_fact
from data.sources import INVENTORY_COLUMNS, inventory, numbers_of, read_sources
from data.tables import check

FACTS = [name for name in BUNDLED if name != "sources"]
REQUIRED = {
    "naturalearth": "public domain",
    "occto_observatory_2026": "MIT",
    "muni_pv_2023": "GPL-3.0",
    "cf_2019": "MIT",
    "jma_normals": "",
    "jshis_2024_report": "",
    "project_assumption": "",
    "project_geography": "",
}


@pytest.mark.parametrize(("source", "licence"), REQUIRED.items())
def test_source_is_listed_with_its_licence(source, licence):
    listed = read_sources().set_index("source")
    assert licence in listed["licence"][source]


def test_no_address_of_a_machine_or_registry():
    urls = read_sources()["url"].dropna()
    assert urls.str.startswith("http").all()
    assert not urls.str.contains("localhost|127\\.0|pypi|npmjs").any()


@pytest.mark.parametrize("name", FACTS)
def test_every_number_has_a_row_and_a_unit(name):
    frame = read_fact(name)
    numbers = numbers_of(frame, name)
    filled = frame.select_dtypes("number")
    keys = [c for c in filled if c not in set(numbers["quantity"])]
    assert len(numbers) == filled.drop(columns=keys).notna().sum().sum()
    assert (numbers["unit"].str.len() > 0).all()


def test_inventory_credits_every_number():
    numbers = inventory()
    assert numbers.columns.tolist() == INVENTORY_COLUMNS
    assert set(numbers["table"]) == set(FACTS) - {
        "area_rule",
        "cluster_prefectures",
        "municipalities",
    }
    assert (
        numbers[["value", "unit", "confidence", "source", "title", "as_of"]].notna().all(axis=None)
    )


def test_number_keeps_what_its_row_says():
    numbers = numbers_of(read_fact("area_peaks"), "area_peaks").set_index("key")
    tokyo = numbers.loc["tokyo, annual_peak, 2026"]
    assert tokyo["value"] == 55010
    assert tokyo["unit"] == "MW"
    assert tokyo["confidence"] == "second_hand"


def test_unknown_numbers_have_no_row():
    cells = {
        "parameter": ["known", "range"],
        "value": [1.0, None],
        "low": [None, 2.0],
        "high": [None, 3.0],
        "unit": ["km", "h"],
    }
    frame = check(pd.DataFrame(cells), "parameters", where="test")
    numbers = numbers_of(frame, "parameters")
    assert numbers[["key", "quantity", "value", "unit"]].to_numpy().tolist() == [
        ["known", "value", 1.0, "km"],
        ["range", "low", 2.0, "h"],
        ["range", "high", 3.0, "h"],
    ]
