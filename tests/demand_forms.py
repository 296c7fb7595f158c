"""Small files in each form the utilities publish, as the tests write them."""

from dataclasses import dataclass

COMMON = "DATE,TIME,エリア需要,原子力,火力(LNG),太陽光発電実績,太陽光出力制御量,連系線,合計"
YOSOKU = "ファイル更新日,ファイル更新時間,対象年月日\r\n20250415,22:41:31,20250415\r\n"
GROUPS = ",,,,太陽光,太陽光,風力,風力,\r\n"
CHUBU_2016 = (
    "DATE_TIME,エリア需要〔MWh〕,火力〔MWh〕,水力〔MWh〕,実績〔MWh〕,抑制量〔MWh〕,"
    "実績〔MWh〕,抑制量〔MWh〕,連系線〔MWh〕"
)


@dataclass(frozen=True)
class Form:
    """One file: name, encoding, lines above the values, the values, and what they mean."""

    name: str
    encoding: str
    head: str
    rows: tuple[str, ...]
    area: str
    minutes: int
    quantity: str
    start: str
    mw: tuple[float, ...]
    stated: bool = False

    @property
    def text(self):
        return self.head + "\r\n" + "\r\n".join(self.rows) + "\r\n"

    def write(self, folder, text=None):
        path = folder / self.name
        path.write_bytes((self.text if text is None else text).encode(self.encoding))
        return f"{self.area}={path}" if self.stated else str(path)


def rows_of(label, values, rest):
    return tuple(f"{label(i)},{value}{rest}" for i, value in enumerate(values))


def clock(i, first=0, pad=False):
    minute = 30 * (i + first)
    return f"{minute // 60:02d}:{minute % 60:02d}" if pad else f"{minute // 60}:{minute % 60:02d}"


def compact(i):
    return clock(i, pad=True).replace(":", "")


VALUES = (2930, 2886, 2904, 2932, 2986, 3048)
KWH = tuple(value * 500 for value in VALUES)

FORMS = {
    "common": Form(
        "eria_jukyu_202604_01.csv",
        "cp932",
        f"単位[MW平均],,,供給力,,,,,\r\n{COMMON}",
        rows_of(lambda i: f"2026/04/01,{clock(i, pad=True)}", VALUES, ",0,367,0,0,-84,2930"),
        "hokkaido",
        30,
        "demand",
        "2026-04-01T00:00",
        VALUES,
    ),
    "utf8": Form(
        "eria_jukyu_202604_03.csv",
        "utf-8-sig",
        f"単位[MW平均],,,供給力\r\n{COMMON}",
        rows_of(lambda i: f"2026/4/1,{clock(i)}", VALUES, ",0,367,0,0,-84,2930"),
        "tokyo",
        30,
        "demand",
        "2026-04-01T00:00",
        VALUES,
    ),
    "end of slot": Form(
        "eria_jukyu_202604_09.csv",
        "cp932",
        '"単位[MW平均]","","供給力"\r\n"DATE","TIME","エリア需要","火力（ＬＮＧ）","その他"',
        tuple(
            f'"20260401","{clock(i, first=1)}","{value}","734","-16"'
            for i, value in enumerate(VALUES)
        ),
        "kyushu",
        30,
        "demand",
        "2026-04-01T00:00",
        VALUES,
    ),
    "today": Form(
        "realtime_jukyu_20260415_02.csv",
        "cp932",
        f"単位[MW平均],,供給力\r\n{COMMON}",
        (
            *rows_of(lambda i: f"2026/4/15,{clock(i)}", VALUES, ",0,1711,-3,0,-1748,7220"),
            "2026/4/15,3:00,,,,,,,",
            "2026/4/15,3:30,,,,,,,",
        ),
        "tohoku",
        30,
        "demand",
        "2026-04-15T00:00",
        VALUES,
    ),
    "groups": Form(
        "area_jyukyu_jisseki_2016.csv",
        "cp932",
        GROUPS + CHUBU_2016,
        rows_of(lambda i: f"2016/4/1 {i}:00", VALUES, ",10405,758,5,1,41,0,1625"),
        "chubu",
        60,
        "demand",
        "2016-04-01T00:00",
        VALUES,
        stated=True,
    ),
    "date and time": Form(
        "juyo_2016_tohoku_1Q.csv",
        "cp932",
        "DATE_TIME,エリア需要〔MWh〕,太陽光実績〔MWh〕,太陽光抑制量〔MWh〕",
        rows_of(lambda i: f"2016/4/1 {i}:00", VALUES, ",0,0"),
        "tohoku",
        60,
        "demand",
        "2016-04-01T00:00",
        VALUES,
    ),
    "date once a day": Form(
        "sup_dem_results_2016_1q.csv",
        "cp932",
        "単位[MWh],,,\r\n,,,供給力\r\n月日,時刻,エリア需要,供給力合計\r\n,,,",
        rows_of(lambda i: f"{'' if i else '2016/4/1'},{i}時", VALUES, ",3166"),
        "hokkaido",
        60,
        "demand",
        "2016-04-01T00:00",
        VALUES,
        stated=True,
    ),
    "kWh in the heading": Form(
        "20250415_hokkaido_yosoku.csv",
        "cp932",
        YOSOKU + "日付,時間コマ,時間帯_自,時間帯_至,エリア総需要量(kWh),エリア総発電量(kWh)",
        rows_of(lambda i: f"20250415,{i + 1},{clock(i)},{clock(i + 1)}", KWH, ",1731270"),
        "hokkaido",
        30,
        "forecast_demand",
        "2025-04-15T00:00",
        VALUES,
    ),
    "kWh below": Form(
        "21110_TSO9_0_20250415.csv",
        "cp932",
        YOSOKU + "日付,時間コマ,時間帯＿自,時間帯＿至,エリア総需要量\r\n-,-,-,-,ｋＷｈ",
        rows_of(lambda i: f"20250415,{i + 1},{clock(i)},{clock(i + 1)}", KWH, ""),
        "kyushu",
        30,
        "forecast_demand",
        "2025-04-15T00:00",
        VALUES,
    ),
    "0000": Form(
        "AREA_YOSOKU.csv",
        "cp932",
        YOSOKU + "日付(yyyymmdd),時間コマ(1時～48時),時間帯_自(HH:MI),時間帯_至(HH:MI),"
        "エリア総需要量[30分kWh]",
        rows_of(lambda i: f"20250415,{i + 1},{compact(i)},{compact(i + 1)}", KWH, ""),
        "tokyo",
        30,
        "forecast_demand",
        "2025-04-15T00:00",
        VALUES,
        stated=True,
    ),
    "万kW": Form(
        "juyo-2016.csv",
        "cp932",
        "2016/4/2 0:30 UPDATE\r\nDATE,TIME,実績(万kW)",
        rows_of(lambda i: f"2016/1/1,{i}:00", VALUES, ""),
        "tokyo",
        60,
        "demand",
        "2016-01-01T00:00",
        tuple(10 * value for value in VALUES),
        stated=True,
    ),
    "utf-16": Form(
        "東京.csv",
        "utf-16",
        "年月日,時刻,需要〔万kWh〕",
        rows_of(lambda i: f"2026年4月1日,{clock(i)}", VALUES, ""),
        "tokyo",
        30,
        "demand",
        "2026-04-01T00:00",
        tuple(20 * value for value in VALUES),
    ),
}
