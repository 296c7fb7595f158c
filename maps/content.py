"""What a plan map shows: finished tables, handed over once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

Labels = Mapping[str, Mapping[str, str]]

CONFIDENCE_LABELS: Labels = MappingProxyType(
    {
        "seed": {"ja": "原資料", "en": "seed document"},
        "found": {"ja": "公表資料", "en": "published"},
        "second_hand": {"ja": "二次情報", "en": "second-hand"},
        "computed": {"ja": "計算値", "en": "computed"},
        "memory_high": {"ja": "未確認（確度高）", "en": "unchecked, likely"},
        "memory_med": {"ja": "未確認（確度中）", "en": "unchecked, fair"},
        "memory_low": {"ja": "未確認（確度低）", "en": "unchecked, weak"},
        "assumed": {"ja": "仮定", "en": "assumed"},
    }
)


@dataclass(frozen=True, slots=True)
class MapContent:
    """One run, ready to be drawn; nothing in it is computed again."""

    summary: Mapping[str, Any]
    """The run's summary.json. An unknown figure is null, never 0."""
    prefectures: Mapping[str, Any]
    """GeoJSON FeatureCollection; properties code, name_ja, name_en, area. [WGS 84]"""
    areas: Sequence[Mapping[str, Any]]
    """Supply areas: area, name_ja, name_en and the label point lat, lon. [°]"""
    zones: Sequence[Mapping[str, Any]] = ()
    """Welcome zones: place, MW range (high_mw null = open), lead time, source."""
    ties: Sequence[Mapping[str, Any]] = ()
    """Interconnectors: tie, names, kind, loop and path [[lat, lon], ...]. [°]"""
    explanation: Mapping[str, Any] | None = None
    """Other plans of nearly the same cost and prices of limits, in words of both languages; None:
    the run was not explained, and the page has no layers of them."""
    confidence_labels: Labels = field(default_factory=lambda: CONFIDENCE_LABELS)
    """Words for the marks that stand beside figures, by mark, ja and en."""
