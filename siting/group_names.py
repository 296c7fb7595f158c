"""Names, in both languages, of the groups a limit is stated for."""

from data.facts import read_fact
from grid.outlook import JAPAN, REST_OF_JAPAN
from grid.zones import zone_keys
from siting.candidates import Candidates
from siting.scenario import Scenario

Text = dict[str, str]


def name_groups(scenario: Scenario, candidates: Candidates) -> dict[str, Text]:
    """Name of every place, zone, shared limit, area and group of areas by its key."""
    table = candidates.table
    places = zip(table.index, table["name_ja"], table["name_en"], strict=True)
    areas = read_fact("areas")[["area", "name_ja", "name_en"]].itertuples(index=False)
    names = {str(key): _both(ja, en) for key, ja, en in (*areas, *places)}
    names |= {JAPAN: _both("全国", "Japan"), REST_OF_JAPAN: _both("東京以外", "outside Tokyo")}
    names |= _zones(candidates)
    names |= {
        f"point:{key}": _both(f"接続点 {key}", f"connection point {key}")
        for key in candidates.table["point"].unique()
        if key
    }
    stated = scenario.assumptions.groups
    return names | {key: group.name.model_dump() for key, group in stated.items()}


def _zones(candidates: Candidates) -> dict[str, Text]:
    zones = candidates.zones.assign(zone=zone_keys(candidates.zones))
    english = zones["name_en"].fillna(zones["asset_name"])
    own = {
        f"zone:{key}": _both(f"{ja} ウェルカムゾーン", f"{en} welcome zone")
        for key, ja, en in zip(zones["zone"], zones["asset_name"], english, strict=True)
    }
    shared = {
        f"shared:{group}": _both(f"ゾーン共通の上限 {group}", f"joint limit of zones {group}")
        for group in zones["additive_group"].dropna().unique()
    }
    return own | shared


def _both(japanese: object, english: object) -> Text:
    return {"ja": str(japanese), "en": str(english)}
