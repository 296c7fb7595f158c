"""Where limits give way, told by the names of places in both languages."""

from data.errors import Clash
from optimize.explain import LIMITS
from siting.explain.clash_texts import UNITS, unit_text, where_text
from siting.report_words import both

NAMES = {"inzai": both("印西", "Inzai"), "tokyo": both("東京", "Tokyo")}


def test_places_are_told_by_their_names():
    at = ((("inzai", 2035), 12.34), (("tokyo", "h1", "summer", 2030), 5.0))
    clash = Clash("headroom", "as before", 17.34, "MW, 3 years and places added up", at, 3)
    told = where_text(clash, NAMES)
    assert told["en"] == "Inzai, FY2035 by 12.34; Tokyo, H1, summer, FY2030 by 5; and 1 more"
    assert told["ja"] == "印西・2035年度 12.34、東京・H1・夏・2030年度 5、ほか1件"
    assert unit_text(clash) == both("MW、3件の合計", "MW, 3 years and places added up")


def test_what_is_of_the_whole_plan_says_so():
    clash = Clash("limits.spread.max_sites", "the whole plan by 1", 1.0, "sites", (((), 1.0),))
    assert where_text(clash, {}) == both("計画全体 1", "the whole plan by 1")
    assert unit_text(clash) == both("地点", "sites")


def test_a_clash_without_places_keeps_its_text():
    clash = Clash("network rating", "a-b after the loss of c, stress, FY2035", 3.0, "MW")
    assert where_text(clash, {})["ja"] == clash.where


def test_every_unit_of_a_limit_is_known_in_japanese():
    assert {limit.unit for limit in LIMITS.values()} - {"MW"} <= set(UNITS)
