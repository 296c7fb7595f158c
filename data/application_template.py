"""An empty list of applications with instructions, to fill in and to check."""

from data.contracts_loads import APPLICATIONS

INSTRUCTIONS: tuple[tuple[str, str], ...] = (
    ("id", "番号(重複不可) / number, each once"),
    ("name, applicant", "案件名、申込者 / project, applicant"),
    (
        "area",
        "供給エリア: hokkaido tohoku tokyo chubu hokuriku kansai chugoku shikoku kyushu okinawa、"
        "または 北海道 … 沖縄",
    ),
    ("lat, lon", "緯度、経度(度) / degrees; エリアが空なら位置から求める"),
    ("municipality", "市区町村(府県名つき)または5桁コード / name in Japanese or code"),
    ("connection_point", "接続する変電所 / substation"),
    ("contract_mw", "契約電力 MW(12 万kW, 500 kW とも書ける) / contract power"),
    ("supply_start", "供給開始: 2028, 2028年度, 令和10年度, 2028-10-01"),
    ("ramp", "全量までの年数 3、年ごとの割合 0.3;0.6;1、または 100 MW/y。空 = はじめから全量"),
    ("load_factor", "負荷率 0.8 または 80 %。空 = 種別の既定値 / empty = default of the kind"),
    ("kind", "data_center, fab, other(データセンター、半導体工場、その他)"),
    (
        "stage",
        "study 事前検討, applied 申込, accepted 供給承諾, contract 工事費負担金契約, "
        "supplied 供給開始",
    ),
    ("probability", "実現確率 0.3 または 30 %。空 = 段階の既定値(assumptions.csv)"),
    (
        "counted",
        "想定に計上済みか: yes, no, または最初に計上した想定 2026-01。"
        "空 = 契約済みなら最新の想定に計上済みとみなす",
    ),
)
"""Columns and what stands in them, in Japanese and English."""

EXAMPLE = "A-001,印西DC,甲社,tokyo,,,千葉県印西市,新京葉,120,2029,3,,data_center,applied,,"


def applications_template() -> str:
    """Empty list, commented; the comments stand above the header and may stay."""
    lines = [
        "# 負荷の申込一覧 / list of load applications, for: siting forecast additions.csv",
        "# 必要なのは id, contract_mw, supply_start, kind, stage と、エリアを求める手がかり一つ",
        "# needed: id, contract_mw, supply_start, kind, stage, and one way to find the area",
        *(f"# {columns}: {text}" for columns, text in INSTRUCTIONS),
        f"# 例 / example, without the #: {EXAMPLE}",
        ",".join(APPLICATIONS.names),
        "",
    ]
    return "\n".join(_quoted(line) for line in lines)


def _quoted(line: str) -> str:
    """A comment in quotes, so that a spreadsheet keeps it in one cell."""
    return '"' + line.replace('"', '""') + '"' if line.startswith("#") else line
