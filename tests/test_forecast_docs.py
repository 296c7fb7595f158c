"""docs/forecast.md says what the check reads and how it counts."""

import re
import subprocess
import sys

import pandas as pd

from data.contracts_loads import APPLICATIONS
from data.read_applications import checked_applications, open_applications
from data.read_assumptions import read_assumptions
from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "forecast.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \| (must|may) \| ([^|]+) \| (.*) \|$", re.M)


def test_columns_are_those_of_the_contract():
    stated = ROW.findall(TEXT)
    assert [name for name, *_ in stated] == list(APPLICATIONS.names)
    for name, needed, _, holds in stated:
        column = APPLICATIONS.by_name[name]
        assert needed == ("must" if column.present else "may"), name
        for word in column.allowed:
            assert word in holds, f"{name}: {word}"


def test_the_example_list_can_be_read(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(re.search(r"```csv\n(.*?)```", TEXT, re.S)[1], encoding="utf-8")
    table = checked_applications(open_applications(path))
    assert table["contract_mw"].tolist() == [500, 300]
    assert table["supply_start"].tolist() == [2029, 2028]
    assert table["municipality"].tolist()[1] == "01235"


def test_assumptions_named_exist():
    known = read_assumptions().index
    assert "`compared-other`" in TEXT
    assert "compared-other" in known
    values = read_assumptions()["value"]
    assert values["tokyo-count-low"] == 0.55
    assert values["conditional-share"] == 0.25
    assert values["conditional-hours"] == 3


def test_the_python_example_runs(command, tmp_path):
    assert command("new", "forecast", "my-check", cwd=tmp_path).code == 0
    code = re.search(r"```python\n(.*?)```", TEXT, re.S)[1]
    words = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(
        words, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    exceeds, rows = done.stdout.split()
    assert exceeds == "True"
    assert int(rows) == 12 * 12 * 3


def test_national_figures_told_are_the_facts():
    from data.facts import read_fact

    facts = read_fact("forecast_area")
    zero = facts[(facts["quantity"] == "counted_mw") & (facts["value"] == 0)]
    assert set(zero["area"]) == {"hokuriku", "shikoku", "okinawa"}
    share = facts[facts["quantity"] == "counted_share"]
    assert pd.to_numeric(share["value_high"]).tolist() == [0.6]
