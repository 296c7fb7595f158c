"""What `siting demand` says, in Japanese and English."""

from siting.words import LANGUAGES

WORDS: dict[str, tuple[str, str]] = {
    "title": ("エリア需要", "Demand of areas"),
    "area": ("エリア", "Area"),
    "peak": ("最大 MW", "Peak MW"),
    "when": ("日時(コマの始まり)", "When (slot start)"),
    "minimum": ("最小 MW", "Minimum MW"),
    "h3": ("最大3日平均 MW", "Mean of 3 highest days, MW"),
    "load_factor": ("負荷率 %", "Load factor %"),
    "minutes": ("コマ 分", "Slot, min"),
    "energy": ("電力量 GWh", "Energy GWh"),
    "shares": ("需要に対する電源の割合 %", "Sources, % of demand"),
    "japan": ("合計(同時)", "together (same slots)"),
    "forecast_of": ("{area}(想定)", "{area} (forecast)"),
    "together": (
        "同時の最大 {peak} MW、エリアごとの最大の和 {sum} MW({areas})",
        "Coincident peak {peak} MW, sum of the areas' own peaks {sum} MW ({areas})",
    ),
    "no_common": (
        "全エリアに値があるコマがないため、合計は示さない",
        "No slot in which all areas are known, so nothing is added up",
    ),
    "highest": (
        "最大はファイル内の実測の最大で、10年に1度の値(H1)ではない",
        "The peak is the highest in these files, not what comes once in ten years (H1)",
    ),
    "hourly": (
        "1時間値の最大は30分値の最大ではない: {areas}",
        "A peak of hours is not a peak of half-hours: {areas}",
    ),
    "until": ("{file}: {until} まで", "{file}: until {until}"),
    "tie_turned": (
        "{file}: 連系線は受電を正に直した",
        "{file}: the file counts exports over ties as positive; here imports are",
    ),
    "gap": (
        "欠測 {areas}: {first} から {until} まで {slots} コマ",
        "Gap in {areas}: {first} to {until}, {slots} slots",
    ),
    "unknown_slots": (
        "{area}: 値のないコマ {slots}",
        "{area}: {slots} slots without a value",
    ),
    "days": ("代表日: {days}", "Typical days formed: {days}"),
    "no_days": (
        "丸一日のデータが足りず、代表日は作れない",
        "Not enough whole days for any typical day",
    ),
    "written": ("作成: {folder}", "written: {folder}"),
    "hours": (
        "1年の時間値: {file}({first} から {last}、{hours} 時間)",
        "Year by the hour: {file} ({first} to {last}, {hours} h)",
    ),
    "hours_without": (
        "時間値にないエリア(シナリオには10エリアすべてが必要): {areas}",
        "Areas not in it (a scenario needs all ten): {areas}",
    ),
    "hours_holes": (
        "{area}の{tech}は値のない時間があるため入れていない",
        "{area}: {tech} is not known in every hour (or its fleet is not), so it is left out",
    ),
    "hours_beyond": (
        "{area}の{tech}は設備量の {most} 倍に達するため入れていない",
        "{area}: {tech} reaches {most} times the fleet known here, so it is left out",
    ),
}

AREAS: dict[str, tuple[str, str]] = {
    "hokkaido": ("北海道", "Hokkaido"),
    "tohoku": ("東北", "Tohoku"),
    "tokyo": ("東京", "Tokyo"),
    "chubu": ("中部", "Chubu"),
    "hokuriku": ("北陸", "Hokuriku"),
    "kansai": ("関西", "Kansai"),
    "chugoku": ("中国", "Chugoku"),
    "shikoku": ("四国", "Shikoku"),
    "kyushu": ("九州", "Kyushu"),
    "okinawa": ("沖縄", "Okinawa"),
    "japan": WORDS["japan"],
}

SOURCES: dict[str, tuple[str, str]] = {
    "nuclear": ("原子力", "nuclear"),
    "thermal": ("火力", "thermal"),
    "lng": ("LNG", "LNG"),
    "coal": ("石炭", "coal"),
    "oil": ("石油", "oil"),
    "thermal_other": ("火力その他", "other thermal"),
    "hydro": ("水力", "hydro"),
    "geothermal": ("地熱", "geothermal"),
    "biomass": ("バイオマス", "biomass"),
    "solar": ("太陽光", "solar"),
    "wind": ("風力", "wind"),
    "pumped": ("揚水", "pumped"),
    "battery": ("蓄電池", "battery"),
    "tie": ("連系線", "ties"),
    "other": ("その他", "other"),
}


def tell(word: str, lang: str, **values: object) -> str:
    """One of the texts above in one language.

    >>> tell("until", "en", file="a.csv", until="2026-04-15 21:30")
    'a.csv: until 2026-04-15 21:30'
    """
    return WORDS[word][LANGUAGES.index(lang)].format(**values)


def area_name(area: str, lang: str) -> str:
    """Name of an area, or of all together."""
    return AREAS[area][LANGUAGES.index(lang)]


def source_name(source: str, lang: str) -> str:
    """Name of a source of power."""
    return SOURCES[source][LANGUAGES.index(lang)]
