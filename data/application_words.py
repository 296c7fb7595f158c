"""Words of an application list in the forms people write them, and what each stands for."""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

HEADINGS: Mapping[str, str] = MappingProxyType(
    {
        "id": "id 番号 受付番号 申込番号 管理番号 案件番号 案件id no no. 整理番号",
        "name": "name 名称 案件名 件名 施設名 事業所名 プロジェクト名 project",
        "applicant": "applicant 申込者 申込者名 事業者 事業者名 需要家 需要家名 会社名 customer",
        "area": "area エリア 供給エリア 供給区域 電力会社 一般送配電事業者 送配電事業者",
        "lat": "lat latitude 緯度",
        "lon": "lon lng longitude 経度",
        "municipality": "municipality 市区町村 市町村 自治体 市区町村名 市区町村コード 団体コード "
        "所在地",
        "connection_point": "connection_point 接続点 連系点 接続変電所 連系変電所 変電所 受電点 "
        "供給地点 substation",
        "contract_mw": "contract_mw contract 契約電力 申込電力 契約容量 最大受電電力 最大電力",
        "supply_start": "supply_start 供給開始 供給開始年度 供給開始日 供給開始希望日 供給開始時期 "
        "供給開始年月 供給開始予定 供給開始予定日 受電開始 受電開始日 受電開始年度 start",
        "ramp": "ramp ランプ 立上り 立ち上がり 立上がり 段階的増加 増加計画",
        "load_factor": "load_factor 負荷率 年負荷率",
        "kind": "kind 種別 用途 需要種別 種類 type",
        "stage": "stage 段階 手続段階 手続き段階 進捗 進捗状況 状況 ステータス status",
        "probability": "probability 確度 確率 実現確率 実現率 蓋然性",
        "counted": "counted 計上 計上済 計上済み 想定計上 想定計上済 個別計上 個別計上済",
    }
)
"""Column of the contract to the headings that mean it, parted by spaces."""

AREA_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "hokkaido": "北海道 北海道電力 北海道電力ネットワーク 北電nw hokkaido",
        "tohoku": "東北 東北電力 東北電力ネットワーク tohoku",
        "tokyo": "東京 関東 東京電力 東電 東京電力パワーグリッド 東京電力pg 東電pg tepco tokyo",
        "chubu": "中部 中部電力 中電 中部電力パワーグリッド 中部電力pg chubu",
        "hokuriku": "北陸 北陸電力 北陸電力送配電 hokuriku",
        "kansai": "関西 関西電力 関電 関西電力送配電 kansai",
        "chugoku": "中国 中国電力 中国電力ネットワーク chugoku",
        "shikoku": "四国 四国電力 四国電力送配電 shikoku",
        "kyushu": "九州 九州電力 九電 九州電力送配電 kyushu",
        "okinawa": "沖縄 沖縄電力 okinawa",
    }
)

STAGE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "study": "事前検討 事前検討中 検討中 study prestudy",
        "applied": "申込 申込み 申込済 申込済み 契約申込 供給申込 接続供給申込 接続供給契約申込 "
        "applied application",
        "accepted": "供給承諾 承諾 承諾済 承諾済み 供給承諾済 accepted",
        "contract": "工事費負担金契約 工事費負担金契約締結 工事費負担金請求 負担金契約 "
        "負担金契約済 契約済 契約締結 契約 contract contracted",
        "supplied": "供給開始 供給開始済 供給中 受電中 運転中 supplied inservice",
    }
)

KIND_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "data_center": "データセンター データセンタ dc datacenter datacentre",
        "fab": "半導体 半導体工場 fab chipfab semiconductor semiconductorfab",
        "other": "その他 他 一般 other others",
    }
)

COUNTED_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "yes": "yes y true 1 済 計上 計上済 計上済み 有 あり ○ 〇 ◯ はい",
        "no": "no n false 0 未 未計上 無 なし × x いいえ",
        "": "不明 unknown - ? n/a",
    }
)

MOST_SHOWN = 80

BRACKETS = re.compile(r"[(\[〔【](.*?)[)\]〕】]$")
"""What stands in brackets at the end of a heading, such as a unit."""


def folded(text: str) -> str:
    """A text without differences that mean nothing: width, case, spaces.

    >>> folded("　契約電力（万ｋＷ） ")
    '契約電力(万kw)'
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


def plain_word(text: str) -> str:
    """Folded text without the signs that join words.

    >>> plain_word("Data-Center"), plain_word("data_center")
    ('datacenter', 'datacenter')
    """
    return re.sub(r"[\s_\-・.]+", "", folded(text)) or folded(text)


def shortened(text: str) -> str:
    """A text for a message, which a cell of a megabyte would drown.

    >>> shortened("印西"), len(shortened("x" * 1000))
    ('印西', 80)
    """
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"


def lookup(words: Mapping[str, str]) -> dict[str, str]:
    """Every way to write a word, to the word; the word itself is one of them."""
    ways = {key: [key, *text.split()] for key, text in words.items()}
    return {plain_word(way): key for key, all_ways in ways.items() for way in all_ways if way}


def heading_and_unit(text: str) -> tuple[str, str]:
    """A heading without its bracket, and what stood in it.

    >>> heading_and_unit("契約電力（万kW）"), heading_and_unit("supply_start")
    (('契約電力', '万kw'), ('supply_start', ''))
    """
    word = folded(text)
    bracket = BRACKETS.search(word)
    return (word[: bracket.start()], bracket[1]) if bracket else (word, "")
