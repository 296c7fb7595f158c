"""Sites as rows for people: place, land, scores, connection, distances, firmness, reasons."""

import re
from collections.abc import Hashable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from data.facts import read_fact
from grid.areas import area_of_municipality, municipality_name_en, municipality_of_point
from grid.latency import great_circle_km, round_trip_ms
from siting.run_files import plain
from siting.screen.cells import prefecture_polygons
from siting.screen.measure_features import chosen_features, words_of
from siting.screen.run import Screening
from siting.screen.shapes import geometry_json, line_points
from siting.screen.sites import site_values
from siting.screen.wanted import wanted_by_score
from siting.screen.words import reason

TOWN_WORDS = re.compile(r" (City|Town|Village|Ward)$")
CLASS_EDGES_KM = (20, 100, 300)
CLASS_NAMES = ("<=20", "20-100", "100-300", ">300")


def site_table(found: Screening) -> pd.DataFrame:
    """Everything known of each site, without texts and shapes.

    Returns
    -------
    DataFrame, index site
        Columns of `Sites.table` and `Connections.table`, names, municipality, land_mw [MW],
        ix_km, landing_km [km] and their classes, rank_p5, rank_p50, rank_p95, top_share.
    """
    sites = found.sites.table
    table = sites.join(found.connections.table)
    table = _with_own_area(table.join(_places(sites))).join(_far_ends(sites))
    ha = sites["usable_ha"]
    table["land_mw"] = ha / found.scenario.facility.land_ha_per_mw
    if found.firmness is not None:
        firm = found.firmness.table.set_axis(sites.index)
        table = table.join(firm)
    else:
        empty = dict.fromkeys(["rank_p5", "rank_p50", "rank_p95", "top_share"], np.nan)
        table = table.assign(**empty)
    table["point_name_ja"] = table["point"].map(found.points["name_ja"])
    table["point_name_en"] = table["point"].map(found.points["name_en"])
    return table


def _places(sites: pd.DataFrame) -> pd.DataFrame:
    """Municipality of the middle of each site, and names out of it."""
    known = read_fact("municipalities").set_index("code")
    rows = [
        _name(str(site), str(code), (float(lat), float(lon)), known)
        for site, code, lat, lon in zip(
            sites.index, sites["prefecture_code"], sites["lat"], sites["lon"], strict=True
        )
    ]
    columns = ["municipality", "municipality_ja", "name_ja", "name_en"]
    return pd.DataFrame(rows, index=sites.index, columns=columns)


def _with_own_area(table: pd.DataFrame) -> pd.DataFrame:
    """Prefecture and supply area of the municipality, which is finer than the outlines shipped."""
    rule, known = read_fact("area_rule"), table["municipality"].dropna()
    area = known.map({code: area_of_municipality(code, rule) for code in known.unique()})
    return table.assign(
        prefecture_code=known.str[:2].reindex(table.index).fillna(table["prefecture_code"]),
        area=area.reindex(table.index).fillna(table["area"]),
    )


def _name(
    site: str, prefecture: str, place: tuple[float, float], known: pd.DataFrame
) -> tuple[str | None, str | None, str, str]:
    """Code and name of the municipality, Japanese and English name of the site."""
    code = municipality_of_point(*place)
    japanese, english = prefecture_names().get(code[:2] or prefecture, ("", ""))
    city = next((one for one in (code, _city(code)) if one in known.index), None)
    municipality = None if city is None else str(known.loc[city, "name_ja"])
    town = TOWN_WORDS.sub("", municipality_name_en(*place))
    where = f"{town}, {english}" if town else english
    name_ja = f"{japanese}{municipality or ''} {site[1:]}".strip()
    return code or None, municipality, name_ja, f"{where} {site[1:]}".strip()


@cache
def prefecture_names() -> dict[str, tuple[str, str]]:
    """Japanese and English name of each prefecture by its two-digit code."""
    polygons = prefecture_polygons()
    names = zip(polygons["name_ja"], polygons["name_en"], strict=True)
    return dict(zip(polygons["code"], names, strict=True))


def _city(code: str) -> str:
    """Designated city of a ward: its code ends with 0 and stands before those of the wards."""
    return f"{code[:4]}0" if code else ""


def _far_ends(sites: pd.DataFrame) -> pd.DataFrame:
    """Distances to the nearest exchange and landing point, and their classes."""
    metros = read_fact("metros").set_index("metro").loc[["tokyo", "osaka"]]
    ix_km = _nearest_km(sites, metros)
    landing_km = _nearest_km(sites, read_fact("landing_points"))
    return pd.DataFrame(
        {
            "ix_km": ix_km,
            "ix_class": distance_class(ix_km),
            "landing_km": landing_km,
            "landing_class": distance_class(landing_km),
        },
        index=sites.index,
    )


def distance_class(km: Any) -> Any:
    """Class of a distance as in the places table: <=20, 20-100, 100-300, >300. [km]

    >>> distance_class(np.array([20.0, 20.1, 301.0])).tolist()
    ['<=20', '20-100', '>300']
    """
    return np.array(CLASS_NAMES)[np.searchsorted(CLASS_EDGES_KM, km, side="left")]


def _nearest_km(sites: pd.DataFrame, ends: pd.DataFrame) -> Any:
    return _all_km(sites, ends).min(axis=1) if len(sites) else np.zeros(0)


def _all_km(sites: pd.DataFrame, ends: pd.DataFrame) -> Any:
    return great_circle_km(
        sites["lat"].to_numpy(dtype=float)[:, None],
        sites["lon"].to_numpy(dtype=float)[:, None],
        ends["lat"].to_numpy(dtype=float),
        ends["lon"].to_numpy(dtype=float),
    )


def latency_ms(found: Screening) -> pd.DataFrame:
    """Round trip from each site to the metropolises of the scenario. [ms]"""
    scenario, sites = found.scenario, found.sites.table
    metros = read_fact("metros").set_index("metro").loc[list(scenario.latency.metros)]
    facts = read_fact("parameters").set_index("parameter")["value"]
    delay = round_trip_ms(
        _all_km(sites, metros),
        route_factor=float(facts["route_factor"]),
        us_per_km=float(facts["fibre_us_per_km"]),
        terminal_ms=scenario.latency.terminal_ms,
    )
    return pd.DataFrame(delay, index=sites.index, columns=metros.index)


def raw_values(found: Screening) -> pd.DataFrame:
    """What was measured at each site by criterion: means, and words for classes."""
    numbers = {
        name: found.measured.numbers[wanted_by_score(rule)]
        for name, rule in found.screen.score.items()
    }
    values = site_values(numbers, found.sites.members, found.cells.land_km2).astype(object)
    for name, rule in found.screen.score.items():
        if rule.classes is not None:
            words = class_words(found, name)
            values[name] = [words.get(_most(numbers[name][at])) for at in found.sites.members]
    return values.set_axis(found.sites.table.index)


def class_words(found: Screening, criterion: str) -> dict[float, str]:
    """Word of each number that was measured for a criterion of classes."""
    rule = found.screen.score[criterion]
    if rule.layer in found.layers.missing:
        return {}
    layer = found.layers.layer(rule.layer)
    classes = getattr(layer, "classes", None)
    if classes:
        return {number: word for word, number in classes.items()}
    if classes is not None or rule.column is None:
        return {float(word): word for word in rule.classes or () if _is_number(word)}
    words = words_of(chosen_features(layer, wanted_by_score(rule))[rule.column])  # type: ignore[arg-type]
    return {float(i): word for i, word in enumerate(words)}


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _most(numbers: Any) -> float:
    """The most frequent known number; NaN if none is known."""
    known = numbers[~np.isnan(numbers)]
    if not len(known):
        return float("nan")
    values, counts = np.unique(known, return_counts=True)
    return float(values[counts.argmax()])


def _first_text(record: Mapping[Hashable, Any], names: Sequence[str]) -> str | None:
    """The first of some columns that holds a text; NaN is none."""
    texts = (record[name] for name in names)
    return next((text for text in texts if isinstance(text, str) and text), None)


def site_rows(found: Screening, summary: dict[str, Any]) -> list[dict[str, Any]]:
    """Sites with texts and shapes, the best first."""
    table, delay, values = site_table(found), latency_ms(found), raw_values(found)
    names = found.scores.names
    rows = []
    for i, record in enumerate(table.reset_index().to_dict("records")):
        row: dict[str, Any] = {str(key): value for key, value in record.items()} | {
            "pruned_by": None,
            "scores": dict(zip(names, found.sites.by_criterion[:, i].tolist(), strict=True)),
            "values": {name: values[name].iloc[i] for name in names},
            "latency_ms": delay.iloc[i].to_dict(),
            "point_name": _first_text(record, ("point_name_ja", "point_name_en", "point")),
            "polygon": geometry_json(found.sites.polygons.iloc[i]),
            "route": line_points(found.connections.routes.iloc[i]),
        }
        texts = {f"reason_{lang}": reason(plain(row), summary, lang) for lang in ("ja", "en")}
        rows.append(row | texts)
    return rows
