"""Names of everything that a limit may be stated for."""

from collections.abc import Mapping

from data.facts import read_fact
from siting.group_names import name_groups
from siting.posed import Posed
from siting.report_words import Both, area_names, both

WAYS = {"forward": ("from_area", "to_area"), "reverse": ("to_area", "from_area")}


def names_of(posed: Posed) -> dict[str, Both]:
    """Name of every place, zone, group, area, metro, and tie with its direction, by key."""
    stated = name_groups(posed.scenario, posed.candidates)
    metros = read_fact("metros").set_index("metro")[["name_ja", "name_en"]]
    return (
        {key: both(text["ja"], text["en"]) for key, text in stated.items()}
        | {str(key): both(row["name_ja"], row["name_en"]) for key, row in metros.iterrows()}
        | area_names()
        | _ties(area_names())
    )


def _ties(areas: Mapping[str, Both]) -> dict[str, Both]:
    """Each tie and direction by the areas it joins, in the order of flow."""
    rows = read_fact("ties").to_dict("records")
    return {
        f"{row['tie']}/{way}": both(
            f"{areas[row[start]]['ja']}→{areas[row[end]]['ja']}",
            f"{areas[row[start]]['en']} to {areas[row[end]]['en']}",
        )
        for row in rows
        for way, (start, end) in WAYS.items()
    }
