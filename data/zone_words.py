"""Words of a list of welcome zones in the forms people write them, and what each stands for."""

from collections.abc import Mapping
from types import MappingProxyType

CAPACITY, LEAD = "cap_range", "lead_range"
"""One column that holds a whole range; the contract has a low and a high end for each."""

HEADINGS: Mapping[str, str] = MappingProxyType(
    {
        "tso": "送配電事業者 一般送配電事業者 送配電会社 電力会社 事業者 会社 会社名 事業者名",
        "area": "エリア 供給エリア 供給区域 管内 地域",
        "asset_type": "設備種別 設備区分 設備種類 種別 区分 種類",
        "asset_name": "設備名 設備名称 名称 変電所 変電所名 変電所名称 送電線名 線路名 設備 "
        "地点名 ゾーン名 系統名",
        "name_en": "英語名 英名 英語名称",
        "voltage_kv": "電圧 電圧階級 公称電圧 設備電圧 電圧区分 voltage kv",
        "lat": "latitude 緯度 北緯",
        "lon": "longitude lng 経度 東経",
        "precision_km": "位置精度 位置誤差",
        "cap_low_mw": "下限 下限値 容量下限 供給可能容量下限 最小容量",
        "cap_high_mw": "上限 上限値 容量上限 供給可能容量上限 最大容量",
        CAPACITY: "cap_mw capacity_mw capacity headroom 供給可能容量 供給可能量 供給可能電力 "
        "供給余力 供給容量 受電可能容量 受入可能容量 余力 容量帯 容量区分 ウェルカムゾーン容量 "
        "順潮流空容量 順潮流空き容量 順潮流側空容量 順潮流側空き容量 需要側空容量 "
        "需要側空き容量 需要空容量 需要空き容量 空容量 空き容量 容量",
        "cap_basis": "容量根拠 根拠 公表物 容量の種類 容量種別",
        "lead_time_low_y": "最短工期 最短期間 最短リードタイム 工期下限",
        "lead_time_high_y": "最長工期 最長期間 最長リードタイム 工期上限",
        LEAD: "lead_time lead_time_y leadtime リードタイム 工期 概略工期 概算工期 所要期間 "
        "供給開始までの期間 供給までの期間 供給開始時期 供給可能時期 工事期間",
        "lead_time_from": "起点 工期起点 工期の起点 リードタイム起点 期間の起点",
        "max_distance_m": "max_distance 距離条件 最大距離 変電所からの距離 引込距離 受電点距離",
        "lead_out_voltage_kv": "引出電圧 引出し電圧 受電電圧 供給電圧 連系電圧",
        "additive_group": "グループ 加算グループ 共有グループ 合算グループ 上位系統グループ",
        "valid_until": "有効期限 有効期間 期限",
        "source_title": "資料名 出典名 マップ名",
        "source_url": "url 出典url リンク",
        "licence": "license ライセンス 利用条件",
        "extraction": "抽出方法 読取方法 読み取り方法",
        "source": "",
        "as_of": "時点 基準日 公表日 公表年月 更新日 作成日 作成年月 年月日",
        "confidence": "信頼度 確度",
        "note": "備考 注記 注 摘要 特記事項",
    }
)
"""Column of the contract to the headings that mean it beside its own name, parted by spaces."""

NAME_COLUMNS = ("name",)
"""Headings that give the name only where no other column does; every vector file has one."""

UNDIRECTED = ("空容量", "空き容量")
"""Free capacity of which the heading does not say whether it is for demand or for generation."""

BASIS_OF_HEADING: Mapping[str, str] = MappingProxyType(
    {"順潮流": "aki_yoryo_forward", "需要": "aki_yoryo_forward", "ウェルカム": "welcome_zone"}
)
"""Signs in the heading of a capacity that state its basis."""

TSO_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "hokkaido_nw": "北海道電力ネットワーク 北海道電力 北電nw 北海道電力nw",
        "tohoku_nw": "東北電力ネットワーク 東北電力 東北電力nw",
        "tepco_pg": "東京電力パワーグリッド 東京電力 東電 東電pg 東京電力pg tepco tepcopg",
        "chubu_pg": "中部電力パワーグリッド 中部電力 中電 中部電力pg",
        "hokuriku_td": "北陸電力送配電 北陸電力",
        "kansai_td": "関西電力送配電 関西電力 関電",
        "chugoku_nw": "中国電力ネットワーク 中国電力 中国電力nw",
        "shikoku_td": "四国電力送配電 四国電力",
        "kyushu_td": "九州電力送配電 九州電力 九電",
        "okinawa": "沖縄電力 okiden",
    }
)
"""Keys of the utilities; the first part of each but Tokyo's is its area."""

ASSET_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "zone": "ゾーン 地域 エリア 工業団地 産業団地",
        "substation": "変電所 開閉所 変電 ss",
        "line": "送電線 線路 系統 幹線",
        "bank": "バンク 変圧器 主変 主変圧器 変電所バンク",
        "class": "区分 階級 凡例",
    }
)

BASIS_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "welcome_zone": "ウェルカムゾーン ウェルカムゾーンマップ ウエルカムゾーンマップ "
        "welcomezonemap",
        "potential_map": "ポテンシャルマップ 供給ポテンシャルマップ 大規模供給ポテンシャルマップ",
        "operator_statement": "事業者公表 事業者発表 公表資料",
        "aki_yoryo_forward": "順潮流 順潮流空容量 順潮流空き容量 需要側空容量 需要側空き容量",
        "aki_yoryo_reverse": "逆潮流 逆潮流空容量 逆潮流空き容量 空容量マップ 空き容量マップ "
        "系統空容量マップ 発電側空容量 発電側空き容量",
        "derived": "計算 計算値 算定 潮流計算",
    }
)

START_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "contract": "契約 契約後 契約から 契約時 契約締結後 契約締結から 工事費負担金契約後",
        "application": "申込 申込み 申込後 申込から 申込時 申込み後 申込みから 接続供給申込後",
    }
)

EXTRACTION_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "manual": "手入力 手作業 目視",
        "pdf_table": "pdf pdf表 表",
        "colour_sampling": "色 色抽出 color_sampling 着色",
    }
)

CONFIDENCE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "found": "公表 公表値",
        "second_hand": "転載 引用 二次資料",
        "computed": "計算 計算値",
        "assumed": "仮定 推定 想定",
    }
)

WITHHELD_WORDS = (
    "非公表 非公開 未公表 未公開 公表対象外 公表不可 秘匿 マスキング 不明 未定 未記載 調査中 "
    "個別照会 要問合せ 要問い合わせ 要確認 対象外 空欄 - -- --- * ** *** ※ / ー n/a na nan "
    "null none unknown withheld ? ..."
)
WITHHELD = frozenset(WITHHELD_WORDS.split())
"""Folded cells that state no figure: not known, and never zero."""
