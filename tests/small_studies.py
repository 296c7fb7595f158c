"""A scenario of eight places, three years and six slices, answered within seconds."""

from pathlib import Path

from siting.scenario_file import load_scenario

PLACES = (
    "buzen",  # 220 kV, assumed
    "kanda",  # 220 kV, assumed
    "tomakomai",  # stated by the operator
    "naka-noto",  # a published welcome zone
    "inzai",  # in the group inzai-shiroi
    "shiroi",  # in the same group
    "tsukuba",  # 66 kV, assumed
    "sakai",  # subsidised
)
SMALL = f"""\
format: 1
name: small
title: {{ja: 小さな例, en: A small example}}
years: {{first: 2029, last: 2035, step: 3}}
time: {{days: [spring_minimum, summer_peak], hours_per_slice: 8}}
demand:
  workloads:
    training: {{kind: it_mw, load: training, by_year: {{2029: 50, 2032: 200, 2035: 400}}}}
    inference: {{kind: it_mw, load: inference, by_year: {{2032: 30, 2035: 60}}}}
candidates:
  only: [{", ".join(PLACES)}]
latency:
  metros: {{tokyo: 0.7, osaka: 0.3}}
costs:
  subsidy_myen: {{tomakomai: 42100, sakai: 10240}}
assumptions:
  groups:
    inzai-shiroi:
      name: {{ja: 印西・白井, en: Inzai and Shiroi}}
      places: [inzai, shiroi]
      low_mw: 0
      high_mw: 600
      note: Yomiuri of 2025-07-31
variants:
  careful: {{headroom: {{case: low}}}}
"""


def write_small(folder):
    """The small scenario as a file of its own."""
    path = Path(folder) / "scenario.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def small_scenario(folder, *sets, variant=None):
    """The small scenario with values changed as by --set."""
    return load_scenario(write_small(folder), variant, sets)
