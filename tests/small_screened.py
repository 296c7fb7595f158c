"""A scenario that screens Chiba at 1 km on what is shipped and plans with the sites, in seconds."""

from pathlib import Path

from siting.scenario_file import load_scenario

SCREENED = """\
format: 1
name: chiba
title: {ja: 千葉の例, en: A county}
years: {first: 2032, last: 2035, step: 3}
time: {days: [summer_peak], hours_per_slice: 8}
demand:
  workloads:
    training: {kind: it_mw, load: training, by_year: {2032: 200, 2035: 400}}
  shortfall: {allowed: true, price_myen_per_mw_year: 1000}
candidates: {areas: [tokyo], kinds: all}
screen:
  grid: {prefectures: ["12"]}
  layers:
    land: {builtin: land}
    coast: {builtin: coast}
    grid-points: {builtin: grid_points}
    cities: {builtin: cities}
    august-c: {builtin: august_mean_c}
  exclude:
    sea: {layer: land, below: 0.5}
    beach: {layer: coast, within_km: 1, soft: true}
    far: {layer: grid-points, beyond_km: 15, soft: true, relaxed: true}
  score:
    grid:
      layer: grid-points
      measure: distance_km
      piecewise: [[0, 1], [5, 0.8], [20, 0]]
      weight: 3
    city: {layer: cities, measure: distance_km, linear: [100, 0]}
    cool: {layer: august-c, column: value, linear: [29, 20]}
  sites: {most: 25, spacing_km: 4, beside_places: false}
  sensitivity: {draws: 50}
variants:
  dry: {screen: {exclude: {beach: {within_km: 3}}}}
"""


def write_screened(folder):
    """The scenario as a file of its own."""
    path = Path(folder) / "scenario.yaml"
    path.write_text(SCREENED, encoding="utf-8")
    return path


def screened_scenario(folder, *sets, variant=None):
    """The scenario with values changed as by --set."""
    return load_scenario(write_screened(folder), variant, sets)
