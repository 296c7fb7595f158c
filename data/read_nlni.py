"""National Land Numerical Information (国土数値情報): areas, with words instead of codes.

All functions take the files as downloaded (ZIP with shapefile or GeoJSON, or unpacked), keep the
publisher's columns and add their own. Where the file states no reference system, JGD2011
(EPSG:6668) is taken: JGD2000 editions differ from it by some metres at most. Codes that are not in
`data.nlni_forms` get the word `unknown` (numbers: NaN) and are counted in the notes.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import geopandas as gpd

from data import nlni_words as words
from data.crs import JGD2011_EPSG
from data.layer import Bounds, Credit, FeatureLayer, LayerOptions
from data.nlni_columns import refuse_other_product
from data.nlni_forms import NLNI_PUBLICATIONS
from data.shapefile import UNSTATED
from data.vector_layer import each_file, refuse_nothing, shortened, united

__all__ = [
    "NLNI_PUBLICATIONS",
    "read_conservation",
    "read_flood",
    "read_forest",
    "read_industrial_sites",
    "read_landslide",
    "read_parks",
    "read_tsunami",
    "read_use_zones",
]

FORMS = (".shp", ".geojson")
EDITION = re.compile(r"(?:A31[ab]?|A\d\d|L03-[ab]|L05-[12])-(?:\d\d-)?(\d\d)(?=[_-])")
USUAL_ENCODING = UNSTATED.format("CP932")

Translate = Callable[[gpd.GeoDataFrame, str], tuple[gpd.GeoDataFrame, list[str]]]


def read_flood(
    paths: Sequence[Path], options: LayerOptions, bounds: Bounds | None = None
) -> FeatureLayer:
    """Expected flood inundation areas (A31, A31a, A31b), editions of 2012 and since 2019.

    Returns
    -------
    FeatureLayer
        `depth_low_m`, `depth_high_m` (NaN: open end), `depth_rank` 1 ... 6 (0, 0.5, 3, 5, 10,
        20 m), `scenario` `largest` (想定最大規模) or `planned` (計画規模), `river`. The edition of
        2012 has other classes; there `depth_rank` is the rank of the lower end. Files on duration
        and on collapse of houses hold no depth and are left out, with a note.

    Raises
    ------
    SourceUnavailableError, InputError
        As `read_vector_layer`, and if a file is another product.
    """
    return _read("A31", words.flood, paths, options, bounds)


def read_landslide(
    paths: Sequence[Path], options: LayerOptions, bounds: Bounds | None = None
) -> FeatureLayer:
    """Landslide warning zones (A33).

    Returns
    -------
    FeatureLayer
        `phenomenon` `steep_slope`, `debris_flow`, `landslide`; `zone` `warning`, `special`
        (特別警戒区域), and both with `_planned` before designation; `name`.

    Raises
    ------
    SourceUnavailableError, InputError
        As `read_vector_layer`, and if a file is another product.
    """
    return _read("A33", words.landslide, paths, options, bounds)


def read_tsunami(
    paths: Sequence[Path], options: LayerOptions, bounds: Bounds | None = None
) -> FeatureLayer:
    """Expected tsunami inundation (A40).

    Returns
    -------
    FeatureLayer
        `depth_low_m`, `depth_high_m` (NaN: open end, or text not understood) out of the text of
        A40_003, which each prefecture writes in its own way.

    Raises
    ------
    SourceUnavailableError, InputError
        As `read_vector_layer`, and if a file is another product.
    """
    return _read("A40", words.tsunami, paths, options, bounds)


def read_parks(
    paths: Sequence[Path], options: LayerOptions, bounds: Bounds | None = None
) -> FeatureLayer:
    """Natural parks (A10), editions with LAYER_NO (2011, 2015).

    Returns
    -------
    FeatureLayer
        `zone` `park` (the whole park), `special` (特別地域), `special_protection`
        (特別保護地区). Ordinary zones are what of `park` is in neither of the others; classes 1 to
        3 of special zones are not in these editions. `kind` `national`, `quasi_national`,
        `prefectural` out of the name, where there is one: the edition of 2015 has none. Columns
        A10_... of older editions could not be confirmed: their zone is `unknown`.

    Raises
    ------
    SourceUnavailableError, InputError
        As `read_vector_layer`, and if a file is another product.
    """
    return _read("A10", words.parks, paths, options, bounds)


def read_conservation(
    paths: Sequence[Path], options: LayerOptions, bounds: Bounds | None = None
) -> FeatureLayer:
    """Nature conservation areas (A11), editions with LAYER_NO (2011, 2015).

    Returns
    -------
    FeatureLayer
        `zone` `conservation` (the whole), `wilderness` (原生自然環境保全地域), `special`
        (特別地区). Columns A11_... of older editions could not be confirmed: `unknown`.

    Raises
    ------
    SourceUnavailableError, InputError
        As `read_vector_layer`, and if a file is another product.
    """
    return _read("A11", words.conservation, paths, options, bounds)


def read_forest(
    paths: Sequence[Path], options: LayerOptions, bounds: Bounds | None = None
) -> FeatureLayer:
    """Forest areas (A13), editions with LAYER_NO (2011, 2015).

    Returns
    -------
    FeatureLayer
        `zone` `forest` (the whole), `national_forest`, `planned_private_forest`,
        `protection_forest` (保安林). Columns A13_... of the edition of 2006 could not be confirmed
        (two published lists contradict each other): `unknown`.

    Raises
    ------
    SourceUnavailableError, InputError
        As `read_vector_layer`, and if a file is another product.
    """
    return _read("A13", words.forest, paths, options, bounds)


def read_use_zones(
    paths: Sequence[Path], options: LayerOptions, bounds: Bounds | None = None
) -> FeatureLayer:
    """Use zones of city planning (A29).

    Returns
    -------
    FeatureLayer
        `zone` out of `data.nlni_forms.USE_ZONES`, such as `exclusive_industrial`, `industrial`,
        `quasi_industrial`, `commercial`; `building_coverage_share` and `floor_area_ratio`
        (1 = 100 %; NaN where 9999 stands). [-]

    Raises
    ------
    SourceUnavailableError, InputError
        As `read_vector_layer`, and if a file is another product.
    """
    return _read("A29", words.use_zones, paths, options, bounds)


def read_industrial_sites(
    paths: Sequence[Path], options: LayerOptions, bounds: Bounds | None = None
) -> FeatureLayer:
    """Industrial estates and single factories of 10 ha and more in 2009 (L05).

    Returns
    -------
    FeatureLayer
        `name`, `municipality` (code), `shore` `coastal` or `inland`, `site` `estate` (L05-1),
        `factory` (L05-2) or `unknown` by the name of the file; of estates `completed_year`,
        `area_ha`, `industrial_ha`, `unused_ha`. The attribute table of the product page and the
        files differ by one column from L05_008 on, so the column that holds years decides; where
        none does, the four are NaN.

    Raises
    ------
    SourceUnavailableError, InputError
        As `read_vector_layer`, and if a file is another product.
    """
    return _read("L05", words.industrial_sites, paths, options, bounds)


def _read(
    product: str,
    translate: Translate,
    paths: Sequence[Path],
    options: LayerOptions,
    bounds: Bounds | None,
) -> FeatureLayer:
    asked = options if options.crs else replace(options, crs=f"EPSG:{JGD2011_EPSG}")
    frames, notes, names = [], [], []
    for file, frame, found in each_file(paths, asked, bounds, FORMS):
        refuse_other_product(frame, product, file)
        frame, more = translate(frame, file)
        frames.append(frame)
        names.append(file)
        notes += [f"{file}: {note}" for note in (*found, *more) if note != USUAL_ENCODING]
    frame = united(frames, notes)
    refuse_nothing(frame, str(paths[0]), notes, bounds)
    return FeatureLayer(frame, nlni_credit(product, names, options), shortened(notes))


def nlni_credit(product: str, names: Sequence[str], options: LayerOptions) -> Credit:
    """Credit line as the publisher asks for it, with the years that stand in the file names."""
    entry = NLNI_PUBLICATIONS[f"nlni_{product.lower()}"]
    found = {int(year) for name in names for year in EDITION.findall(name)}
    years = sorted(year + (1900 if year > 50 else 2000) for year in found)
    title = entry.title_ja.removeprefix("国土数値情報 ")
    return Credit(
        line_ja=options.credit or f"「国土数値情報（{title}データ）」（国土交通省）を加工して作成",
        line_en=options.credit or f"Made from {entry.title_en} (MLIT Japan)",
        licence=options.licence or entry.licence,
        url=entry.url,
        as_of=", ".join(map(str, years)),
    )
