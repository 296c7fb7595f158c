"""Titles of the layers shipped and of general formats, Japanese and English."""

BUILTIN_TITLES: dict[str, tuple[str, str]] = {
    "land": ("陸地", "land"),
    "coast": ("海岸線", "coastline"),
    "prefectures": ("都道府県", "prefectures"),
    "zones": ("ウェルカムゾーンの変電所", "substations of welcome zones"),
    "bulk_plants": ("大規模発電所", "bulk plants"),
    "grid_points": ("電圧の分かる系統地点", "grid points of known voltage"),
    "landing_points": ("海底ケーブルの陸揚地", "landing points of submarine cables"),
    "exchanges": ("IX(大手町・堂島)", "internet exchanges (Otemachi, Dojima)"),
    "cities": ("主要都市", "cities"),
    "annual_mean_c": ("年平均気温(最寄りの気象官署)", "annual mean temperature (nearest station)"),
    "august_mean_c": ("8月平均気温(最寄りの気象官署)", "August mean temperature (nearest station)"),
}

READER_TITLES: dict[str, tuple[str, str]] = {
    "gsi_dem_slope": ("傾斜(基盤地図情報の標高)", "slope (GSI elevation model)"),
    "gsi_tiles_slope": ("傾斜(地理院タイルの標高)", "slope (GSI elevation tiles)"),
    "osm_substations": ("OpenStreetMapの変電所", "substations of OpenStreetMap"),
    "osm_lines": ("OpenStreetMapの送電線", "power lines of OpenStreetMap"),
}

BUILTIN_UNITS = {"annual_mean_c": "°C", "august_mean_c": "°C"}
"""Units of the layers shipped whose value counts."""
