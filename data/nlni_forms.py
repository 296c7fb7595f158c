"""National Land Numerical Information (国土数値情報): products, attribute codes and their words.

The codes are those of the code lists and attribute tables on the product pages; what could not be
confirmed there is not translated (see `data.read_nlni`).
"""

from math import nan
from types import MappingProxyType
from typing import NamedTuple

from data.layer import Publication

PUBLISHER = "国土交通省"
PAGE = "https://nlftp.mlit.go.jp/ksj/gml/datalist/KsjTmplt-{}.html"
SEE_PAGE = "see the product page; it differs by year and prefecture"

DepthM = tuple[float, float]

DEPTHS_M: MappingProxyType[str, DepthM] = MappingProxyType(
    {"1": (0, 0.5), "2": (0.5, 3), "3": (3, 5), "4": (5, 10), "5": (10, 20), "6": (20, nan)}
)
"""Rank of flood depth since 2019: at least, below. [m]"""

DEPTHS_2012_M: MappingProxyType[str, DepthM] = MappingProxyType(
    {
        "11": (0, 0.5),
        "12": (0.5, 1),
        "13": (1, 2),
        "14": (2, 5),
        "15": (5, nan),
        "21": (0, 0.5),
        "22": (0.5, 1),
        "23": (1, 2),
        "24": (2, 3),
        "25": (3, 4),
        "26": (4, 5),
        "27": (5, nan),
    }
)
"""Classes of flood depth of the edition of 2012, in five or seven steps: at least, below. [m]"""

PHENOMENA = MappingProxyType({"1": "steep_slope", "2": "debris_flow", "3": "landslide"})
"""A33: 急傾斜地の崩壊, 土石流, 地すべり."""

LANDSLIDE_ZONES = MappingProxyType(
    {"1": "warning", "2": "special", "3": "warning_planned", "4": "special_planned"}
)
"""A33: 警戒区域, 特別警戒区域 (designated), and the same before designation."""

PARK_ZONES = MappingProxyType({"11": "park", "12": "special", "13": "special_protection"})
"""A10 by layer number: 自然公園地域 (the whole park), 特別地域, 特別保護地区."""

PARK_KINDS = MappingProxyType({"国立公園": "national", "国定公園": "quasi_national"})
"""Ends of park names; a name with 自然公園 is a prefectural park."""

CONSERVATION_ZONES = MappingProxyType({"14": "conservation", "15": "wilderness", "16": "special"})
"""A11 by layer number: 自然保全地域 (the whole), 原生自然環境保全地域, 特別地区."""

FOREST_ZONES = MappingProxyType(
    {
        "7": "forest",
        "8": "national_forest",
        "9": "planned_private_forest",
        "10": "protection_forest",
    }
)
"""A13 by layer number: 森林地域 (the whole), 国有林, 地域森林計画対象民有林, 保安林."""

USE_ZONES = MappingProxyType(
    {
        "1": ("low_rise_residential_1", "第一種低層住居専用地域"),
        "2": ("low_rise_residential_2", "第二種低層住居専用地域"),
        "3": ("mid_rise_residential_1", "第一種中高層住居専用地域"),
        "4": ("mid_rise_residential_2", "第二種中高層住居専用地域"),
        "5": ("residential_1", "第一種住居地域"),
        "6": ("residential_2", "第二種住居地域"),
        "7": ("quasi_residential", "準住居地域"),
        "8": ("neighbourhood_commercial", "近隣商業地域"),
        "9": ("commercial", "商業地域"),
        "10": ("quasi_industrial", "準工業地域"),
        "11": ("industrial", "工業地域"),
        "12": ("exclusive_industrial", "工業専用地域"),
        "21": ("rural_residential", "田園住居地域"),
    }
)
"""A29: word and name by code."""

NOT_KNOWN_PERCENT = 9999
"""A29: coverage or floor area ratio that is not known."""

SHORES = MappingProxyType({"1": "coastal", "2": "inland"})
"""L05: 臨海, 内陸."""


class LandUse(NamedTuple):
    """A class of land use: word, number in the cells, and column names of areas by third mesh."""

    word: str
    number: int
    columns: tuple[str, ...]


LAND_USES = (
    LandUse("paddy", 10, ("田",)),
    LandUse("farmland", 20, ("他農用地", "その他の農用地")),
    LandUse("forest", 50, ("森林",)),
    LandUse("wasteland", 60, ("荒地",)),
    LandUse("building", 70, ("建物用地",)),
    LandUse("transport", 90, ("幹線交通用地",)),
    LandUse("road", 91, ("道路",)),
    LandUse("rail", 92, ("鉄道",)),
    LandUse("other", 100, ("他用地", "その他の用地")),
    LandUse("water", 110, ("河川湖沼", "河川地及び湖沼")),
    LandUse("beach", 140, ("海浜",)),
    LandUse("sea", 150, ("海水域",)),
    LandUse("golf", 160, ("ゴルフ場",)),
)
"""L03. The numbers are those of the raster edition (four-digit codes divided by ten, except
0901 and 0902); `transport` is road and rail together, as editions up to 2006 have it."""

LAND_USE_CODES = MappingProxyType(
    {100: 10, 200: 20, 500: 50, 600: 60, 700: 70, 901: 91, 902: 92}
    | {1000: 100, 1100: 110, 1400: 140, 1500: 150, 1600: 160}
)
"""L03-b since 2009: four-digit code to number."""

LAND_USE_SIGNS = MappingProxyType(
    {"1": 10, "2": 20, "3": 20, "4": 20, "5": 50, "6": 60, "7": 70, "8": 70, "9": 90}
    | {"A": 100, "B": 110, "C": 110, "D": 110, "E": 140, "F": 150, "G": 160}
)
"""L03-b up to 2006: one sign to number. 3, 4 (orchards), 8 (low buildings), C and D (river
land) occur in 1976 and 1987 only and are counted to farmland, buildings and water."""

OLD_AREA_COLUMNS = MappingProxyType(
    {f"L03a_{n:03d}": number for n, number in enumerate((10, 20, 50, 60, 70, 90, 100, 110), 2)}
    | {"L03a_010": 140, "L03a_011": 150, "L03a_012": 160}
)
"""L03-a of 1991, 1997 and 2006: column of areas to number."""


def _publication(
    code: str, titles: tuple[str, str], licence: str, size: str, files: tuple[str, ...]
) -> Publication:
    return Publication(
        reader=f"nlni_{code.lower()}",
        title_ja=f"国土数値情報 {titles[0]}",
        title_en=f"National Land Numerical Information, {titles[1]}",
        publisher=PUBLISHER,
        licence=licence,
        size=size,
        url=PAGE.format("L03-b" if code == "L03" else code),
        files=files,
    )


NLNI_PUBLICATIONS: dict[str, Publication] = {
    entry.reader: entry
    for entry in (
        _publication(
            "L03",
            ("土地利用細分メッシュ・土地利用3次メッシュ", "land use mesh (L03-a, L03-b)"),
            "CC BY 4.0",
            "L03-b: about 20 MB for each first mesh (one degree by 40 minutes)",
            ("L03-b-*.zip", "L03-a-*.zip"),
        ),
        _publication(
            "A31",
            ("洪水浸水想定区域", "expected flood inundation areas (A31)"),
            SEE_PAGE,
            "10 to some 1,000 MB for each prefecture or river bureau",
            ("A31*.zip",),
        ),
        _publication(
            "A33",
            ("土砂災害警戒区域", "landslide warning zones (A33)"),
            SEE_PAGE,
            "some MB to 100 MB for each prefecture",
            ("A33-*.zip",),
        ),
        _publication(
            "A40",
            ("津波浸水想定", "expected tsunami inundation (A40)"),
            SEE_PAGE,
            "2 to 220 MB for each coastal prefecture",
            ("A40-*.zip",),
        ),
        _publication(
            "A10",
            ("自然公園地域", "natural parks (A10)"),
            "non-commercial use (edition of 2015); see the product page",
            "some MB for each prefecture",
            ("A10-*.zip",),
        ),
        _publication(
            "A11",
            ("自然保全地域", "nature conservation areas (A11)"),
            SEE_PAGE,
            "below 1 MB for each prefecture",
            ("A11-*.zip",),
        ),
        _publication(
            "A29",
            ("用途地域", "use zones of city planning (A29)"),
            SEE_PAGE,
            "some MB to 50 MB for each prefecture",
            ("A29-*.zip",),
        ),
        _publication(
            "A13",
            ("森林地域", "forest areas (A13)"),
            SEE_PAGE,
            "10 to 200 MB for each prefecture",
            ("A13-*.zip",),
        ),
        _publication(
            "L05",
            ("工業用地", "industrial sites of 10 ha and more, 2009 (L05)"),
            SEE_PAGE,
            "below 1 MB for each prefecture",
            ("L05-1-*.zip", "L05-2-*.zip"),
        ),
    )
}
"""By the word of the reader. Sizes are rough."""
