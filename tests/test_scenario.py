from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import siting
from data.errors import InputError
from siting.by_year import value_between, value_held
from siting.lock import content_hash, filled, lock_text
from siting.part import AREAS
from siting.scenario_file import build_scenario, find_problems, load_scenario, variant_names
from siting.scenario_yaml import parse_document, scalar

EXAMPLES = Path(siting.__file__).resolve().parents[1] / "examples"

SMALL = """\
format: 1
name: small
title: {ja: 小, en: Small}
years: {first: 2026, last: 2030}
demand:
  workloads:
    training:
      kind: it_mw
      load: training
      by_year: {2028: 100}
variants:
  more:
    demand:
      workloads:
        training:
          by_year: {2030: 200}
"""


@pytest.fixture
def write(tmp_path):
    def write_file(text, name="scenario.yaml"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write_file


def problems_in(path, **kwargs):
    with pytest.raises(InputError) as caught:
        load_scenario(path, **kwargs)
    return caught.value.problems


def the_problem(path, **kwargs):
    (problem,) = problems_in(path, **kwargs)
    return problem


# --- reading ------------------------------------------------------------------------------------


@pytest.mark.parametrize("example", ["japan", "kyushu_chugoku"])
def test_examples_have_no_problem_in_any_variant(example):
    path = EXAMPLES / example / "scenario.yaml"
    assert find_problems(path) == []
    for variant in variant_names(path):
        assert load_scenario(path, variant).origin.variant == variant


def test_japan_example_offers_the_promised_variants():
    names = variant_names(EXAMPLES / "japan" / "scenario.yaml")
    assert names == [
        "no-new-ties",
        "strict-carbon",
        "clean-80",
        "claimed-100",
        "flexible-40",
        "welcome-zones-only",
        "published-only",
        "kansai-chugoku-network",
    ]


def test_japan_example_states_subsidies_of_the_five_known_places():
    scenario = load_scenario(EXAMPLES / "japan" / "scenario.yaml")
    # 1,146.3 oku yen less GMO's 19.3, whose place was not found.
    assert sum(scenario.costs.subsidy_myen.values()) == pytest.approx(112_700)


def test_defaults_fill_what_the_file_leaves_out(write):
    scenario = load_scenario(write(SMALL))
    assert scenario.demand.reference_pue == 1.3
    assert scenario.limits.reserve.h3_share == 0.08
    assert scenario.years.modelled() == (2026, 2027, 2028, 2029, 2030)


def test_last_year_is_always_modelled():
    assert build_scenario(
        values(years={"first": 2026, "last": 2030, "step": 3})
    ).years.modelled() == (
        2026,
        2029,
        2030,
    )


def test_variant_wins_over_file_and_set_wins_over_variant(write):
    path = write(SMALL)
    by_year = load_scenario(path).demand.workloads["training"].by_year
    assert by_year == {2028: 100}
    by_year = load_scenario(path, "more").demand.workloads["training"].by_year
    assert by_year == {2028: 100, 2030: 200}
    sets = ["demand.workloads.training.by_year.2030=300", "demand.reference_pue=1.15"]
    scenario = load_scenario(path, "more", sets)
    assert scenario.demand.workloads["training"].by_year == {2028: 100, 2030: 300}
    assert scenario.demand.reference_pue == 1.15
    assert scenario.run_name == "small-more"


def test_null_in_a_variant_replaces(write):
    text = SMALL + "  free:\n    limits: {reserve: null, carbon: null}\n"
    scenario = load_scenario(write(text), "free")
    assert scenario.limits.reserve is None
    assert scenario.limits.carbon is None
    assert scenario.limits.spread.min_sites == 0


def test_an_empty_mapping_in_a_variant_clears_and_an_empty_variant_changes_nothing(write):
    clean = "limits: {clean: {share_by_year: {2030: 0.8}}}\n"
    text = SMALL.replace("variants:\n", clean + "variants:\n") + (
        "  claimed:\n    limits: {clean: {share_by_year: {}, claimed_share_by_year: {2030: 1}}}\n"
        "  same: {}\n"
    )
    claimed = load_scenario(write(text), "claimed").limits.clean
    assert (claimed.share_by_year, claimed.claimed_share_by_year) == ({}, {2030: 1.0})
    assert load_scenario(write(text), "same").limits.clean.share_by_year == {2030: 0.8}


def test_another_kind_replaces_the_whole_workload(write):
    text = SMALL + (
        "  share:\n    demand: {workloads: {training: "
        "{kind: occto_share, load: training, share: 0.3}}}\n"
    )
    workload = load_scenario(write(text), "share").demand.workloads["training"]
    assert (workload.kind, workload.share) == ("occto_share", 0.3)


def test_a_list_can_be_set_and_the_last_set_wins(write):
    sets = ["headroom.sources=[assumed]", "headroom.sources=[published, operator]"]
    scenario = load_scenario(write(SMALL), None, sets)
    assert scenario.headroom.sources == ("published", "operator")


def test_tables_stated_in_part_keep_their_other_defaults(write):
    scenario = load_scenario(write(SMALL + "assumptions: {lead_time_by_voltage_years: {66: 9}}\n"))
    lead_years = scenario.assumptions.lead_time_by_voltage_years
    assert lead_years[66] == 9
    assert lead_years[500] == 8
    untouched = load_scenario(write(SMALL)).assumptions.lead_time_by_voltage_years
    assert untouched[66] == 3


def test_a_scenario_cannot_be_changed(write):
    scenario = load_scenario(write(SMALL))
    with pytest.raises(ValidationError, match="frozen"):
        scenario.years.first = 2030


def test_every_field_carries_a_unit():
    def sections(model):
        yield model
        for field in model.model_fields.values():
            if isinstance(field.annotation, type) and hasattr(field.annotation, "model_fields"):
                yield from sections(field.annotation)

    from siting.scenario import Scenario

    for section in sections(Scenario):
        for name, field in section.model_fields.items():
            if name in ("ja", "en") or section.__name__ == "Title":
                continue
            assert field.description, f"{section.__name__}.{name}"
            assert field.description.rstrip().endswith("]"), f"{section.__name__}.{name}"


# --- refusing -----------------------------------------------------------------------------------


def values(**changes):
    plain = {
        "name": "small",
        "title": {"ja": "小", "en": "Small"},
        "years": {"first": 2026, "last": 2030},
        "demand": {
            "workloads": {"t": {"kind": "it_mw", "load": "training", "by_year": {2028: 100}}}
        },
    }
    return plain | changes


def test_all_problems_are_reported_at_once_with_line_and_repair(write):
    text = """\
name: Bad Name
name: again
title: {ja: 小, en: Small}
years: {first: 2030, last: 2026}
seed: yes
demand:
  reference_peu: 1.2
  overhead_share: 1.5
  workloads:
    a: {kind: it_mw, load: training, by_year: {2028: -5}}
    b: {kind: eflop, load: training}
candidates:
  areas: [tokyo, tokio]
facility: {ramp_mw_per_year: .inf}
solver: {time_limit_s: "600"}
"""
    path = write(text)
    found = {problem.where: problem for problem in problems_in(path)}
    lines = {where: problem.line for where, problem in found.items()}
    assert lines == {
        "name": 2,
        "years.last": 4,
        "seed": 5,
        "demand.reference_peu": 7,
        "demand.overhead_share": 8,
        "demand.workloads.a.by_year.2028": 10,
        "demand.workloads.b": 11,
        "candidates.areas.1": 13,
        "facility.ramp_mw_per_year": 14,
        "solver.time_limit_s": 15,
    }
    assert {problem.file for problem in found.values()} == {str(path)}
    assert "line 1" in found["name"].found
    assert found["demand.reference_peu"].fix == "Did you mean reference_pue?"
    assert found["demand.overhead_share"].expected == "a number of 1 or less"
    assert found["demand.workloads.a.by_year.2028"].found == "-5"
    assert found["demand.workloads.b"].fix == "Did you mean eflops?"
    assert found["candidates.areas.1"].fix == "Did you mean tokyo?"
    assert found["facility.ramp_mw_per_year"].expected == "a finite number"
    assert "quotes" in found["solver.time_limit_s"].fix


@pytest.mark.parametrize(
    ("line", "where", "expected"),
    [
        ("contract_year: 2031", "contract_year", "2030 (years.last) or earlier"),
        ("contract_year: 26", "contract_year", "2020 or more"),
        ("seed: 1.5", "seed", "whole number"),
        ("seed: true", "seed", "whole number"),
        ("solver: {gap_share: .nan}", "solver.gap_share", "finite"),
        ("solver: {gap_share: 1}", "solver.gap_share", "below 1"),
        ("solver:", "solver", "a mapping"),
        ("solver: 3", "solver", "a mapping"),
        ("time: {days: sometimes}", "time.days", "'all'"),
        ("time: {days: [spring_weekday, friday]}", "time.days.1", "spring_holiday"),
        ("time: {days: []}", "time.days", "at least 1"),
        ("time: {hours_per_slice: 5}", "time.hours_per_slice", "1, 2, 3, 4, 6, 8, 12 or 24"),
        ("latency: {metros: {tokyo: 0.5, osaka: 0.4}}", "latency.metros", "a sum of 1"),
        ("latency: {metros: {paris: 1.0}}", "latency.metros.paris", "'osaka'"),
        ("limits: {spread: {min_sites: 3, max_sites: 2}}", "limits.spread.max_sites", "3 (min"),
        (
            "limits: {carbon: {cap_kt_by_year: {2040: 5}}}",
            "limits.carbon.cap_kt_by_year.2040",
            "2026 to 2030",
        ),
        ("limits: {reserve: {h3_share: 8}}", "limits.reserve.h3_share", "1 or less"),
        ("facility: {smallest_site_mw: 2000}", "facility.smallest_site_mw", "1000 (facility"),
        (
            "assumptions: {headroom_by_voltage_mw: {66: [50, 10]}}",
            "assumptions.headroom_by_voltage_mw.66",
            "low <= high",
        ),
        (
            "assumptions: {headroom_by_voltage_mw: {66: [50]}}",
            "assumptions.headroom_by_voltage_mw.66.1",
            "a value",
        ),
        (
            "assumptions: {headroom_by_voltage_mw: {60: [5, 10]}}",
            "assumptions.headroom_by_voltage_mw.60",
            "66, 77",
        ),
        ("assumptions: {wind_fleet_mw: {tokio: 5}}", "assumptions.wind_fleet_mw.tokio", "tokyo"),
        ("candidates: {only: [a], exclude: [a]}", "candidates.exclude", "not in candidates.only"),
        ("limits: {forecast: {vintag: 2026-01}}", "limits.forecast.vintag", "vintage, area_table"),
        ("reinforcements: {x: {group: g}}", "reinforcements.x.added_mw", "a value"),
    ],
)
def test_each_wrong_value_is_named_with_what_is_expected(write, line, where, expected):
    problems = problems_in(write(SMALL + line + "\n"))
    (problem,) = [problem for problem in problems if problem.where == where]
    assert problem.line == len(SMALL.splitlines()) + 1
    assert expected in problem.expected


def test_keys_of_a_workload_are_those_of_its_kind():
    workload = {"kind": "occto_share", "load": "training", "share": 0.5, "form_year": 2027}
    with pytest.raises(InputError, match="Did you mean from_year") as caught:
        build_scenario(values(demand={"workloads": {"t": workload}}))
    assert "by_year" not in str(caught.value)


def test_another_version_of_the_format_is_refused():
    with pytest.raises(InputError, match="format: found 2, expected 1"):
        build_scenario(values(format=2))


def test_demand_outside_the_years_or_falling_is_refused():
    workload = {"kind": "it_mw", "load": "training", "by_year": {2028: 100, 2029: 50}}
    with pytest.raises(InputError, match=r"100 \(FY2028\) or more"):
        build_scenario(values(demand={"workloads": {"t": workload}}))
    workload = workload | {"by_year": {2035: 100}}
    with pytest.raises(InputError, match="from 2026 to 2030"):
        build_scenario(values(demand={"workloads": {"t": workload}}))


def test_a_group_covers_prefectures_or_places_and_codes_may_be_numbers():
    group = {"name": {"ja": "東", "en": "East"}, "low_mw": 1, "high_mw": 2, "note": "said"}

    def scenario(**more):
        return build_scenario(values(assumptions={"groups": {"east": group | more}}))

    assert scenario(prefectures=[9, "12"]).assumptions.groups["east"].prefectures == ("09", "12")
    with pytest.raises(InputError, match="neither of the two"):
        scenario()
    with pytest.raises(InputError, match="both prefectures and places"):
        scenario(prefectures=[9], places=["inzai"])
    with pytest.raises(InputError, match="prefecture code from 01 to 47"):
        scenario(prefectures=[48])
    with pytest.raises(InputError, match="Swap the two"):
        scenario(prefectures=[9], low_mw=3)


@pytest.mark.parametrize("name", ["", "..", "a/b", "Ä", "-a", "a" * 65, "a b", "a\n"])
def test_a_name_that_cannot_be_a_folder_is_refused(name):
    with pytest.raises(InputError, match="name"):
        build_scenario(values(name=name))


def test_unknown_variant_and_wrong_set_are_told_together(write):
    sets = ["demand.reference_pue", "demand.reference_peu=1", "years.first=twenty"]
    problems = problems_in(write(SMALL), variant="mor", sets=sets)
    by_where = {problem.where: problem for problem in problems}
    assert by_where["--variant"].expected == "one of: more"
    assert by_where["--variant"].fix == "Did you mean more?"
    assert by_where["--set"].expected == "field.name=value"


def test_a_set_problem_names_the_set(write):
    problem = the_problem(write(SMALL), sets=["demand.reference_peu=1.1"])
    assert problem.file == "--set demand.reference_peu=1.1"
    assert problem.line is None
    assert problem.fix == "Did you mean reference_pue?"


def test_every_variant_is_checked_with_its_own_line(write):
    text = SMALL + "  bad:\n    solver: {gap_shar: 0.1}\n  short:\n    years: {last: 2027}\n"
    path = write(text)
    load_scenario(path)
    problems = {problem.where: problem for problem in find_problems(path)}
    line = len(SMALL.splitlines())
    assert problems["variants.bad.solver.gap_shar"].line == line + 2
    # The year stands in the base, but only the variant makes it wrong.
    assert "with variant short" in problems["demand.workloads.training.by_year.2028"].fix
    assert len(problems) == 2


# --- files --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"", "an empty file"),
        (b"# only a comment\n", "an empty file"),
        (b"- a\n- b\n", "a list"),
        (b"just words\n", "'just words'"),
        ("name: 東京\n".encode("cp932"), "not UTF-8"),
        ("name: small\n".encode("utf-16"), "not UTF-8"),
        (b"name: [unclosed\n", "expected ',' or ']'"),
        (b"a: 1\n---\nb: 2\n", "but found another document"),
        (b"a: &x 1\nb: *x\n", "an alias"),
        (b"a: " + b"[" * 5000 + b"\n", "levels of nesting"),
        (b"a: \x00\n", "special characters"),
        (b"#" * 1_000_001, "above 1 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_clear_problem(write, text, found):
    problem = the_problem(write(text))
    assert found in str(problem)


def test_an_alias_bomb_does_not_go_off(write):
    layers = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    layers += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    assert "an alias" in str(the_problem(write("\n".join(layers))))


def test_a_python_tag_is_refused_and_never_run(write, tmp_path):
    target = tmp_path / "made"
    problem_texts = [
        str(p) for p in problems_in(write(f"name: !!python/object/apply:os.mkdir ['{target}']\n"))
    ]
    assert any("name" in text for text in problem_texts)
    assert not target.exists()
    (tag,) = [p for p in problems_in(write(SMALL + "seed: !!int 5\n")) if "tag" in p.found]
    assert tag.where == "seed"


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path):
    assert "no such file" in the_problem(tmp_path / "none.yaml").found
    assert "a folder" in the_problem(tmp_path).found


def test_a_byte_order_mark_does_no_harm(write):
    assert load_scenario(write(b"\xef\xbb\xbf" + SMALL.encode())).name == "small"


@pytest.mark.parametrize(
    "name", ["../zones.csv", "a/../../zones.csv", "/etc/hostname", "C:\\z.csv"]
)
def test_a_file_outside_the_scenario_folder_is_refused(write, tmp_path, name):
    (tmp_path.parent / "zones.csv").touch()
    problem = the_problem(write(SMALL + f"headroom: {{zones_file: '{name}'}}\n"))
    assert problem.where == "headroom.zones_file"
    assert "below the scenario's folder" in problem.expected
    assert "has to carry what it reads" in problem.fix


def test_a_link_out_of_the_folder_is_refused(write, tmp_path):
    outside = tmp_path.parent / "outside.csv"
    outside.touch()
    (tmp_path / "inside.csv").symlink_to(outside)
    problem = the_problem(write(SMALL + "candidates: {file: inside.csv}\n"))
    assert "below the scenario's folder" in problem.expected


def test_users_files_are_found_beside_the_scenario(write, tmp_path):
    text = SMALL + "candidates: {file: my/places.csv}\n"
    assert "a file in" in the_problem(write(text)).expected
    (tmp_path / "my").mkdir()
    (tmp_path / "my" / "places.csv").touch()
    scenario = load_scenario(write(text))
    assert scenario.path_of(scenario.candidates.file) == tmp_path / "my" / "places.csv"


def test_an_absolute_path_may_be_typed_but_not_written(write, tmp_path):
    path = tmp_path / "zones.csv"
    path.touch()
    (tmp_path / "study").mkdir()
    file = write(SMALL, "study/scenario.yaml")
    scenario = load_scenario(file, None, [f"headroom.zones_file={path}"])
    assert scenario.path_of(scenario.headroom.zones_file) == path


def test_a_problem_of_a_later_gate_knows_its_line(write):
    scenario = load_scenario(write(SMALL))
    keys = ("demand", "workloads", "training", "by_year", 2028)
    problem = scenario.problem(keys, found="100", expected="less")
    assert (problem.where, problem.line) == ("demand.workloads.training.by_year.2028", 10)
    unstated = scenario.problem(("years", "step"), found="1", expected="2")
    assert (unstated.where, unstated.line) == ("years.step", 4)


# --- words of YAML ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e3", 1000.0),
        ("-2.5", -2.5),
        (".5", 0.5),
        ("1_000", "1_000"),
        ("010", "010"),
        ("1:30", "1:30"),
        ("yes", "yes"),
        ("off", "off"),
        ("2026-01", "2026-01"),
        ("2026-01-21", "2026-01-21"),
        ("0x1F", "0x1F"),
        ("1,000", "1,000"),
        ("300MW", "300MW"),
        ("9" * 5000, float("inf")),
    ],
)
def test_words_mean_what_they_look_like(text, value):
    assert scalar(text) == value
    assert type(scalar(text)) is type(value)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200) | st.text(alphabet="ab:[]{}&*!?,- \n\t'\"#|>%@0.", max_size=60))
def test_no_text_breaks_the_reader(text):
    try:
        document = parse_document(text, file="x")
    except InputError:
        return
    if isinstance(document.values, dict):
        with pytest.raises(InputError):
            build_scenario(document.values)


# --- lock ---------------------------------------------------------------------------------------


def test_the_lock_reads_back_as_the_same_scenario(write):
    scenario = load_scenario(EXAMPLES / "japan" / "scenario.yaml", "strict-carbon")
    text = lock_text(scenario)
    again = load_scenario(write(text, "scenario.lock.yaml"))
    assert filled(again) == filled(scenario)
    assert content_hash(again) == content_hash(scenario)
    assert content_hash(scenario) in text
    assert "variant: strict-carbon" in text


def test_words_that_look_like_numbers_survive_the_lock(write):
    scenario = build_scenario(values(name="1e3", title={"ja": "yes", "en": "010: # [x]"}))
    assert filled(load_scenario(write(lock_text(scenario)))) == filled(scenario)


def test_the_hash_follows_the_question_and_the_files_not_the_writing(write, tmp_path):
    places = tmp_path / "places.csv"
    places.write_text("a")
    text = SMALL + "candidates: {file: places.csv}\n"
    first = content_hash(load_scenario(write(text)))
    assert content_hash(load_scenario(write("# comment\n" + text + "seed: 1\n"))) == first
    assert content_hash(load_scenario(write(text), None, ["seed=2"])) != first
    places.write_text("b")
    assert content_hash(load_scenario(write(text))) != first


# --- small things -------------------------------------------------------------------------------


def test_values_between_and_held():
    prices = {2026: 1700.0, 2030: 1913.0}
    assert value_between(prices, 2020) == 1700
    assert value_between(prices, 2028) == pytest.approx(1806.5)
    assert value_between(prices, 2040) == 1913
    assert value_held({2027: 60.0}, 2026) != value_held({2027: 60.0}, 2026)  # NaN
    assert value_held({2027: 60.0}, 2035) == 60


def test_areas_are_the_ten_of_the_facts():
    from data.facts import read_fact

    assert sorted(read_fact("areas")["area"]) == sorted(AREAS)


def test_examples_name_only_what_the_facts_know():
    from data.facts import read_fact

    scenario = load_scenario(EXAMPLES / "japan" / "scenario.yaml")
    places = read_fact("places")
    named = set(scenario.costs.subsidy_myen)
    named |= {place for group in scenario.assumptions.groups.values() for place in group.places}
    assert named <= set(places["place"])
    assert set(scenario.limits.spread.seismic_zone_cap_mw) <= set(places["seismic_zone"])
    assert scenario.demand.workloads["programme"].hardware in set(read_fact("hardware")["hardware"])


def test_every_cooling_and_voltage_has_its_facts():
    from typing import get_args

    from data.facts import read_fact
    from siting.part import Voltage
    from siting.scenario_place import Facility

    known = set(read_fact("parameters")["parameter"])
    coolings = get_args(Facility.model_fields["cooling"].annotation)
    assert {f"pue_{cooling}" for cooling in coolings} <= known
    assert set(get_args(Voltage)) == set(read_fact("voltage_classes")["voltage_kv"])
