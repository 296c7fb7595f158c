"""Files of an answer: tables for Excel, programs and a GIS, zones, summary, map."""

from pathlib import Path
from typing import Any

import pandas as pd

from maps.headroom_page import HeadroomContent, save_headroom_map
from siting.headroom.hosting import COLUMNS
from siting.headroom.run import HeadroomAnswer
from siting.headroom.summary import DECIMALS, bus_table, has_places
from siting.headroom.zones import COLUMNS as ZONE_COLUMNS
from siting.headroom.zones import Derived, Origin, derived_zones
from siting.map_content import area_labels, prefecture_outlines
from siting.run_files import write_gpkg, write_json
from siting.spreadsheet import inert, write_csv

TABLE = "headroom.csv"
ZONES = "zones.csv"
MAP = "map.html"


def write_headroom(
    answer: HeadroomAnswer, summary: dict[str, Any], derived: Derived, folder: Path
) -> None:
    """Write every file of an answer into `folder`.

    Parameters
    ----------
    answer : HeadroomAnswer
    summary : dict
        Of `siting.headroom.summary.summary_of`, in JSON's own kinds.
    derived : Derived
    folder : Path
        An empty folder.
    """
    write_csv(headroom_table(answer), folder / TABLE)
    write_csv(derived.zones, folder / ZONES)
    if answer.joint:
        write_csv(joint_table(answer), folder / "joint.csv")
    if len(answer.works):
        write_csv(answer.works.round(DECIMALS), folder / "works.csv")
    if has_places(answer.network):
        points = located_table(answer).map(inert)
        write_gpkg(points, folder / "headroom.gpkg", created=summary["created"], layer="headroom")
        save_headroom_map(map_content(summary), folder / MAP)
    write_json(summary, folder / "summary.json")


def headroom_table(answer: HeadroomAnswer) -> pd.DataFrame:
    """Table of headroom.csv: no limit and not known are empty cells."""
    table = answer.rows[COLUMNS].round(DECIMALS)
    texts = ["n0_branch", "n1_branch", "n1_outage"]
    return table.assign(**{name: table[name].replace("", None) for name in texts})


def joint_table(answer: HeadroomAnswer) -> pd.DataFrame:
    """Rows of joint.csv: each bus alone and together, and what load there takes from each bus."""
    rows = [
        {"rule": joint["rule"], **row}
        | {f"takes_from {bus}": mw for bus, mw in joint["taking"].get(row["bus"], {}).items()}
        for joint in answer.joint
        for row in joint["buses"]
    ]
    return pd.DataFrame(rows).round(DECIMALS)


def located_table(answer: HeadroomAnswer) -> pd.DataFrame:
    """The same with what is known of each bus, for those with a place."""
    buses = bus_table(answer)[["name", "kv", "area", "load_mw", "lat", "lon"]]
    return headroom_table(answer).join(buses, on="bus").dropna(subset=["lat", "lon"])


def zones_of(answer: HeadroomAnswer, today: str) -> Derived:
    """Derived welcome zones of the first rule asked for; none of an infeasible base case.

    Parameters
    ----------
    answer : HeadroomAnswer
    today : str
        Date that counts where the network states none; ISO form.
    """
    rule = answer.asked.rules[0]
    if answer.is_infeasible(rule):
        return Derived(pd.DataFrame(columns=list(ZONE_COLUMNS)), {"infeasible": 1})
    origin = Origin(
        file=answer.path.name,
        rule=rule,
        as_of=answer.network.credit.as_of or today,
        confidence="assumed" if len(answer.network.assumed) else "computed",
    )
    rows = answer.rows[answer.rows["rule"] == rule]
    return derived_zones(bus_table(answer), rows[["bus", "n0_mw", "n1_mw"]], origin)


def map_content(summary: dict[str, Any]) -> HeadroomContent:
    """What the map shows."""
    return HeadroomContent(summary=summary, prefectures=prefecture_outlines(), areas=area_labels())
