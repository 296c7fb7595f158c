import json
from dataclasses import replace

import numpy as np
import pytest

from data.errors import InputError
from maps.payload import page_data, plain, require_sendable, script_json, sizes_mb


def test_script_json_leaves_no_character_that_could_be_markup():
    hostile = {"name": "</script><!-- & \u2028\u2029", "<b>": "{{7*7}}"}
    text = script_json(hostile)
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == hostile


@pytest.mark.parametrize("unknown", [float("nan"), float("inf"), np.float64("nan"), None])
def test_an_unknown_figure_becomes_null_and_never_zero(unknown):
    assert script_json({"mw": unknown}) == '{"mw":null}'


def test_numpy_values_become_plain_ones():
    assert plain({"mw": np.int64(3), "path": np.array([[1.5, 2.0]])}) == {
        "mw": 3,
        "path": [[1.5, 2.0]],
    }


def test_page_data_holds_both_runs_and_the_years_of_both(map_content):
    first, second = map_content(), map_content("late", 1)
    later = replace(second, summary={**second.summary, "years": [2035, 2036]})
    data = page_data(first, later)
    assert data["years"] == list(range(2026, 2037))
    assert [run["summary"]["variant"] for run in data["runs"]] == [None, "late"]


def test_a_page_too_large_to_send_is_refused_with_the_layer_that_makes_it_so(map_content):
    content = map_content()
    zones = [dict(content.zones[0], name_ja="あ" * 4_000_000)]
    data = page_data(replace(content, zones=zones))
    assert next(iter(sizes_mb(data))) == "zones"
    with pytest.raises(InputError) as refusal:
        require_sendable(script_json(data), data)
    assert [problem.where for problem in refusal.value.problems] == ["zones"]
    assert "10 MB" in str(refusal.value)
