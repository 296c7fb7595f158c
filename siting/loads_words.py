"""Words of the forecast check in Japanese and English, for report, terminal and sheets."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from maps.content import CONFIDENCE_LABELS
from siting.report_words import Both, both, word

STAGES: Mapping[str, Both] = MappingProxyType(
    {
        "study": both("事前検討", "Pre-study"),
        "applied": both("申込", "Applied"),
        "accepted": both("供給承諾", "Supply accepted"),
        "contract": both("工事費負担金契約", "Work-cost contract"),
        "supplied": both("供給開始", "In service"),
    }
)
"""Stages of an application, in the order in which it passes them."""

CASES: Mapping[str, Both] = MappingProxyType(
    {
        "contracted": both("契約済みのみ", "Contracted only"),
        "weighted": both("確率加重", "Probability-weighted"),
        "all": both("全件", "All applications"),
        "none": both("追加なし", "Without additions"),
    }
)
"""Ways to count the list, from the narrowest; `none` is the state before it."""

VERDICTS: Mapping[str, Both] = MappingProxyType(
    {
        "inside": both("計上済み", "Already inside"),
        "fits": both("収まる", "Fits"),
        "exceeds": both("超える", "Exceeds"),
        "unknown": both("判定できない", "Unknown"),
    }
)

KINDS: Mapping[str, Both] = MappingProxyType(
    {
        "data_center": both("データセンター", "Data centre"),
        "fab": both("半導体工場", "Semiconductor fab"),
        "other": both("その他", "Other"),
    }
)

BASES: Mapping[str, Both] = MappingProxyType(
    {
        "published": both("公表値", "published"),
        "interpolated": both("公表年の間を直線補間", "interpolated between published years"),
        "computed": both("公表値から計算", "computed from published figures"),
        "bound": both("範囲のみ", "range only"),
        "user_table": both("利用者の表", "your table"),
        "held": both("公表年の値を据え置き", "kept at the published year"),
        "not_published": both("公表なし", "not published"),
    }
)
"""How an allowance, a forecast or a peak came about."""

STATED = ("published", "user_table")
"""Figures that stand in a document or a table; all others are computed from those."""

QUANTITIES: Mapping[str, Both] = MappingProxyType(
    {
        "counted_mw": both("個別計上 計（MW）", "Counted individually, total (MW)"),
        "counted_dc_mw": both("うちデータセンター（MW）", "of which data centres (MW)"),
        "counted_fab_mw": both("うち半導体工場（MW）", "of which fabs (MW)"),
        "counted_energy_gwh": both("個別計上の電力量（GWh）", "Energy counted individually (GWh)"),
        "peak_mw": both("最大需要電力（MW）", "Peak demand (MW)"),
    }
)
"""National figures of a forecast, in the order of the tables."""

PEAK_NOTES: Mapping[str, Both] = MappingProxyType(
    {
        "both": both(
            "同時の最大は10エリアの同じ月（8月）の合計。エリアごとの最大は冬のこともあり、"
            "その合計が同時に現れることはない",
            "The coincident peak adds up ten areas in one month (August). An area's own peak may"
            " fall in winter, so the sum of own peaks is never seen at one time",
        ),
        "areas_missing": both(
            "エリアごとの最大がそろわない年度は合計を示さない",
            "No sum where the peak of an area is not known",
        ),
        "national_missing": both("全国の最大は公表なし", "The national peak is not published"),
        "both_missing": both("どちらも公表なし", "Neither is published"),
    }
)
"""Which of the two national peaks is known, as `grid.peaks` says it."""

TIE_DIRECTIONS: Mapping[str, Both] = MappingProxyType(
    {"forward": both("順方向", "forward"), "reverse": both("逆方向", "reverse")}
)

LIMITED_BY: Mapping[str, Both] = MappingProxyType(
    {
        "supply": both("届く範囲の供給力", "supply within reach"),
        "ties": both("連系線", "ties"),
        "others": both("ほかのエリアの不足が先", "shortfalls elsewhere first"),
    }
)
"""What holds an area's room down, as `grid.transfer` says it; `others`: more capacity on the ties
would first go to areas that are still short."""

NO_TIES = both("連系線なし", "no ties")
"""Where an area has no interconnector that could be asked."""


def loads_word(key: Any) -> Both:
    """Words for any key of the forecast check; a key without words stands for itself.

    Examples
    --------
    >>> loads_word("accepted")["ja"], loads_word("2026-01")["en"]
    ('供給承諾', '2026-01')
    """
    text = str(key)
    for words in (STAGES, CASES, VERDICTS, KINDS, QUANTITIES):
        if text in words:
            return words[text]
    return word(text)


def confidence_word(mark: Any) -> Both:
    """Words for how far to trust a figure; `seed` elsewhere is the one of random numbers."""
    label: Both | None = CONFIDENCE_LABELS.get(str(mark))
    return label or word(mark)


def basis_word(key: Any) -> Both:
    """Words for how a figure came about; the same keys mean other things elsewhere."""
    return BASES.get(str(key)) or word(key)
