"""The documents say what the program does."""

import re
from io import BytesIO

import pytest
from matplotlib.image import imread

from data.contract import CONFIDENCES
from data.read_csv import read_user_csv
from data.read_occto_area import area_table_template, read_occto_area
from data.tables import CONTRACTS
from grid.zones import read_zones
from siting.part import Part
from siting.scenario import Scenario
from siting.scenario_file import load_scenario
from siting.scenario_reference import find_sections, meaning_and_unit, reference_text
from siting.study import check_study
from tests.conftest import ROOT

DOCS = ROOT / "docs"
MOST_PICTURE_BYTES = 400_000
CSV = re.compile(r"^```csv\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FORMATS = {"candidates": "places", "zones": "zones"}


def read(name):
    return (DOCS / name).read_text(encoding="utf-8")


def columns_of(text):
    """First table of a format: column to what is needed and what it holds."""
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| ([^|]+) \| (.*) \|$", text, re.M)
    return {name: (needed, unit, holds) for name, needed, unit, holds in rows}


def example(name, folder):
    path = folder / f"{name}.csv"
    path.write_text(CSV.search(read(f"{name}.md"))[1], encoding="utf-8")
    return path


def test_the_reference_of_the_scenario_is_fresh():
    assert read("scenario.md") == reference_text(), "make readme writes it again"


def test_every_field_of_a_scenario_has_a_meaning():
    for path, section in find_sections(Scenario, ""):
        assert issubclass(section, Part)
        for name, field in section.model_fields.items():
            meaning, unit = meaning_and_unit(field.description or "")
            assert len(meaning) > 5, f"{path}.{name}"
            assert len(unit) > 0


@pytest.mark.parametrize(
    ("suffix", "unit"),
    [
        ("_mw", "MW"),
        ("_km", "km"),
        ("_ms", "ms"),
        ("_share", "-"),
        ("_myen", "million yen"),
        ("_years", "years"),
        ("_yen_per_kwh", "yen/kWh"),
        ("_mw_per_year", "MW/year"),
        ("_myen_per_mw", "million yen/MW"),
    ],
)
def test_units_in_the_reference_are_those_of_the_names(suffix, unit):
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", reference_text(), re.M)
    units = {name: found for name, found in rows if name.endswith(suffix)}
    if "_per_" not in suffix:
        units = {name: found for name, found in units.items() if "_per_" not in name}
    units.pop("over_price_myen_per_mw", None)  # a yearly price; its meaning says so
    assert len(units) > 0
    assert set(units.values()) == {unit}


@pytest.mark.parametrize(("name", "contract"), FORMATS.items())
def test_a_format_lists_the_columns_of_its_contract(name, contract):
    columns = CONTRACTS[contract].columns
    stated = columns_of(read(f"{name}.md"))
    assert list(stated) == [column.name for column in columns]
    for column in columns:
        needed, unit, holds = stated[column.name]
        expected = ("must" if column.filled else "column") if column.present else "may"
        assert needed == expected, column.name
        for value in set(column.allowed) - set(CONFIDENCES):
            assert value in holds, f"{column.name}: {value}"
        for suffix in ("mw", "km", "kv"):
            if column.name.endswith(f"_{suffix}"):
                assert unit.lower() == suffix


@pytest.mark.parametrize("name", FORMATS)
def test_the_examples_can_be_read_and_used(name, tmp_path):
    path = example(name, tmp_path)
    table = read_zones(path) if name == "zones" else read_user_csv(path, FORMATS[name])
    assert len(table) == 2
    assert set(table["source"]) == {"user_file"}
    assert set(table["confidence"]) == {"assumed"}


def test_a_scenario_takes_the_example_places_and_zones(tmp_path):
    small = ROOT / "examples" / "kyushu_chugoku" / "scenario.yaml"
    scenario = tmp_path / "scenario.yaml"
    scenario.write_bytes(small.read_bytes())
    files = {
        "candidates.file": example("candidates", tmp_path),
        "headroom.zones_file": example("zones", tmp_path),
    }
    sets = [f"{field}={path.name}" for field, path in files.items()]
    assert check_study(load_scenario(scenario, sets=sets)) == []


def test_the_area_table_lists_columns_and_quantities(tmp_path):
    text = read("area-table.md")
    names = re.findall(r"`(\w+)`", "\n".join(re.findall(r"^\| (`.*?) \|", text, re.M)))
    contract = CONTRACTS["occto_area"]
    quantities = contract.by_name["quantity"].allowed
    assert sorted(names) == sorted([*contract.names, *quantities])
    table = read_occto_area(example("area-table", tmp_path))
    assert table["value"].sum() == 4950
    assert CSV.search(text)[1].splitlines()[1] == area_table_template().splitlines()[-1]


@pytest.mark.parametrize("name", ["map.png", "forecast.png", "screen.png"])
def test_the_picture_is_a_map_of_the_size_stated(name):
    content = (DOCS / name).read_bytes()
    assert len(content) < MOST_PICTURE_BYTES
    pixels = imread(BytesIO(content))
    assert pixels.shape[:2] == (900, 1440)
    assert pixels[..., :3].std() > 0.05
