"""What a screening does not know, said as plainly as what it knows."""

from siting.screen.run import Screening
from siting.screen.wanted import all_wanted

SUBJECTS: dict[str, tuple[str, str, tuple[str, ...], tuple[str, ...]]] = {
    "slope": ("傾斜", "slope", ("gsi_dem_slope", "gsi_tiles_slope"), ("slope", "steep")),
    "flood": ("洪水浸水", "floods", ("nlni_a31",), ("flood",)),
    "landslide": ("土砂災害", "landslides", ("nlni_a33",), ("landslide",)),
    "tsunami": ("津波浸水", "tsunamis", ("nlni_a40",), ("tsunami",)),
    "earthquake": ("地震動", "earthquake shaking", ("jshis",), ("quake", "seismic")),
    "protected": ("自然公園・保全地域", "protected land", ("nlni_a10", "nlni_a11"), ("park",)),
    "land_use": ("土地利用", "land use", ("nlni_l03",), ("landuse", "land-use", "land_use")),
    "zoning": ("用途地域", "zoning", ("nlni_a29",), ("zoning", "use-zone")),
    "substations": ("変電所の実位置", "real substations", ("osm_substations",), ("substation",)),
    "land_price": ("地価", "land prices", (), ("price",)),
    "water": ("工業用水", "industrial water", (), ("water",)),
    "fibre": ("光ファイバの経路", "routes of optical fibre", (), ("fibre", "fiber")),
}
"""Subject: Japanese, English, readers that bring it, words in a layer's name that do."""


def unknown_texts(found: Screening) -> list[dict[str, str]]:
    """Subjects that no layer in use speaks of, layers that are missing, land that is not known."""
    return [*_subjects(found), *_missing(found), *_usable(found), *_gaps(found)]


def _subjects(found: Screening) -> list[dict[str, str]]:
    used = {wanted.layer for wanted in all_wanted(found.screen)} - set(found.layers.missing)
    used |= {found.screen.connection.points or ""}
    readers = {found.screen.layers[name].reader for name in used if name in found.screen.layers}
    texts = []
    for key, (japanese, english, known_readers, words) in SUBJECTS.items():
        is_named = any(word in name for name in used for word in words)
        if not is_named and readers.isdisjoint(known_readers):
            texts.append(
                {
                    "key": key,
                    "text_ja": f"{japanese}は見ていない",
                    "text_en": f"{english.capitalize()}: not looked at",
                }
            )
    return texts


def _missing(found: Screening) -> list[dict[str, str]]:
    """Layers without a file, and what stands in for missing connection points."""
    texts = [
        {
            "key": f"missing-{name}",
            "text_ja": f"レイヤ {name} のファイルがなく、その規則と基準は使っていない",
            "text_en": f"The file of layer {name} is not there: its rules and criteria do not act",
        }
        for name in found.layers.missing
    ]
    points = found.screen.connection.points
    if points in found.layers.missing:
        texts.append(
            {
                "key": "shipped-points",
                "text_ja": f"レイヤ {points} がないため、接続点は同梱の地点(電圧は仮定を含む)",
                "text_en": f"Layer {points} is missing: lines end at places shipped, whose "
                "voltage is partly assumed",
            }
        )
    return texts


def _usable(found: Screening) -> list[dict[str, str]]:
    if found.sites.table["usable_ha"].notna().any():
        return []
    return [
        {
            "key": "usable_land",
            "text_ja": "建てられる土地の広さ(面積は「除外されない土地」であり上限)",
            "text_en": "How much land can be built on: areas are what no rule takes out, an upper "
            "bound",
        }
    ]


def _gaps(found: Screening) -> list[dict[str, str]]:
    """Rules whose layer knows nothing of a part of the land."""
    texts = []
    for name, rule in found.screen.exclude.items():
        km2 = float(found.rules["unknown_km2"][name])
        if km2 >= 1 and rule.layer not in found.layers.missing:
            act = {"keep": ("残した", "kept"), "exclude": ("除いた", "taken out")}[rule.unknown]
            texts.append(
                {
                    "key": f"gap-{name}",
                    "text_ja": f"規則 {name}: {km2:,.0f} km2 では不明({act[0]})",
                    "text_en": f"Rule {name}: not known on {km2:,.0f} km2, which is {act[1]}",
                }
            )
    return texts
