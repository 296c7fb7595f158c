"""Names of Japanese substations in one form, and how alike two of them are.

Words that tell stations apart are kept: 新 and 旧, 東西南北, 上中下, 第一 and 第二. Two names that
differ in one of these are two stations, however few signs they differ in.
"""

import re
import unicodedata
from dataclasses import dataclass

KINDS = {
    "substation": ("変電所", "変電", "(変)", "s/s", "ss", "変"),
    "switching": ("開閉所", "(開)", "sws", "sw.s", "s/w"),
    "converter": ("交直変換所", "変換所", "周波数変換所", "c/s", "cs", "fc"),
    "nuclear": ("原子力発電所", "原子力"),
    "thermal": ("火力発電所", "火力"),
    "hydro": ("水力発電所", "揚水発電所"),
    "geothermal": ("地熱発電所",),
    "wind": ("風力発電所",),
    "solar": ("太陽光発電所",),
    "plant": ("発電所", "p/s", "ps"),
}
"""Endings of names by what they say the asset is."""

ENDINGS = sorted(
    ((ending, kind) for kind, endings in KINDS.items() for ending in endings),
    key=lambda pair: -len(pair[0]),
)

OPERATORS = re.compile(
    r"^(?:(?:北海道|東北|東京|中部|北陸|関西|中国|四国|九州|沖縄)電力"
    r"(?:ネットワーク|パワーグリッド|送配電|pg|nw)?(?:株式会社|\(株\))?|東電(?:pg)?|電源開発(?:送変電ネットワーク)?"
    r"(?:株式会社|\(株\))?|j-?power)"
)
"""Names of utilities that mappers put before the station's."""

WAVES = str.maketrans(dict.fromkeys("〜∼˜～", "~") | dict.fromkeys("‐‑‒–—―−", "-"))
SAME_SIGNS = str.maketrans("ヶヵ之", "ケカの")
OLD_SIGNS = str.maketrans(
    "澤濱嶋龍邊邉廣國櫻會條瀧關齋髙﨑濵眞嶽", "沢浜島竜辺辺広国桜会条滝関斎高崎浜真岳"
)
"""Older forms of signs, which one list writes and another does not."""

BETWEEN_SIGNS = re.compile(r"(?<=[\u4e00-\u9fff])[ノ乃](?=[\u4e00-\u9fff])")
LATIN_BRACKET = re.compile(r"\([\x00-\x7fà-öø-ÿāīūēōĀĪŪĒŌ]*\)?$")
INNER = re.compile(r"\((?!変\)|開\))([^()]*)\)")
PARTS = re.compile(r"[;・、]")
VOLTAGE = re.compile(r"\(?\d+(?:\.\d+)?kv\)?|#\d+$")
NOT_A_NAME = frozenset(("", "n/a", "nan", "unnamed", "名称なし", "送電線", "分岐点"))

NUMBERS = str.maketrans("一二三四五六七八九", "123456789")
NUMBERED = re.compile(r"第([一二三四五六七八九\d])")
TELLING = frozenset("新旧東西南北上中下大小内外前後奥元本1234567890")
"""Signs of which one more or less makes another station."""

PLANTS = ("nuclear", "thermal", "hydro", "geothermal", "wind", "solar", "plant")

WITHOUT_KIND = 0.95
PLANT_OR_NOT = 0.88
"""A name without ending and a power plant's: next to the plant lies a substation, but which?"""
OLD_FORM = 0.95
OTHER_KIND = 0.8
OTHER_STATION = 0.5
MOST_ALIKE = 0.9
"""Score of names that are nearly the same; the share of signs that differ is taken off."""
SECOND_NAME = 0.9
"""Factor for a name that stands in brackets behind another."""


@dataclass(frozen=True, slots=True)
class StationName:
    """A name taken apart."""

    stem: str
    kind: str
    """A key of `KINDS`, "" where the name does not say."""
    is_second: bool = False
    """Whether it stood in brackets behind another name."""

    @property
    def plain(self) -> str:
        """Stem with the newer forms of its signs."""
        return self.stem.translate(OLD_SIGNS)


def folded_name(text: str) -> str:
    """Name in one width, case and sign for spans, without spaces.

    Examples
    --------
    >>> folded_name("新京葉　〜　千葉 変電所"), folded_name("関ヶ原ＳＳ")
    ('新京葉~千葉変電所', '関ケ原ss')
    """
    one_width = unicodedata.normalize("NFKC", text).lower().translate(WAVES)
    joined = re.sub(r"\s+", "", one_width).translate(SAME_SIGNS)
    return BETWEEN_SIGNS.sub("の", joined)


def station_names(text: str) -> tuple[StationName, ...]:
    """All names that a cell holds, the main one first.

    Parameters
    ----------
    text : str
        As published: with or without utility, ending, reading in Latin letters, voltage; several
        parted by ; or ・, a second one in brackets.

    Returns
    -------
    tuple of StationName
        None for blanks and for words that are no names.

    Examples
    --------
    >>> [(n.stem, n.kind) for n in station_names("九州電力 三輪変電所 (Miwa)")]
    [('三輪', 'substation')]
    >>> [(n.stem, n.is_second) for n in station_names("北大阪変電所（西大阪変電所）")]
    [('北大阪', False), ('西大阪', True)]
    >>> [n.kind for n in station_names("双葉SWS;双葉開閉所;n/a")], station_names("送電線")
    (['switching'], ())
    """
    found: dict[str, StationName] = {}
    for part in PARTS.split(folded_name(text)):
        whole = LATIN_BRACKET.sub("", VOLTAGE.sub("", part))
        for place, name in enumerate((INNER.sub("", whole), *INNER.findall(whole))):
            parted = _parted(name, is_second=place > 0)
            if parted.stem not in NOT_A_NAME:
                found.setdefault(parted.stem + parted.kind, parted)
    return tuple(found.values())


def name_score(one: StationName, other: StationName) -> float:
    """How surely two names mean one station, without looking at where they lie.

    1 = the same; 0.95 = the same but for an ending that one lacks, or for older forms of signs;
    0.88 = one lacks the ending and the other is a power plant; 0.8 = the same stem of another kind
    (変電所 and 発電所, 変電所 and 開閉所); else at most 0.9, less by the share of
    signs that differ; at most 0.5 where a sign that tells stations apart differs. A name in
    brackets counts 0.9 of that.

    Examples
    --------
    >>> def score(one, other):
    ...     return round(name_score(station_names(one)[0], station_names(other)[0]), 2)
    >>> score("函館SS", "函館変電所"), score("新京葉", "新京葉変電所"), score("金澤", "金沢")
    (1.0, 0.95, 0.95)
    >>> score("広島変電所", "新広島変電所"), score("川内変電所", "川内発電所")
    (0.5, 0.8)
    """
    if one.plain == other.plain:
        score = _same_stem(one, other)
    else:
        signs = max(len(one.plain), len(other.plain))
        share = edit_distance(one.plain, other.plain) / signs
        score = MOST_ALIKE * (1 - share) if _are_typos(one.plain, other.plain) else 0.0
        score = max(score, min(OTHER_STATION, 1 - share))
        score *= 1.0 if one.kind in ("", other.kind) or not other.kind else OTHER_KIND
    return score * (SECOND_NAME if one.is_second or other.is_second else 1.0)


def edit_distance(one: str, other: str) -> int:
    """Least number of signs to put in, take out or exchange.

    >>> edit_distance("佐久間", "佐久"), edit_distance("", "東")
    (1, 1)
    """
    row = list(range(len(other) + 1))
    for place, sign in enumerate(one, 1):
        before, row[0] = row[0], place
        for column, own in enumerate(other, 1):
            kept = before + (sign != own)
            before = row[column]
            row[column] = min(kept, row[column] + 1, row[column - 1] + 1)
    return row[-1]


def _same_stem(one: StationName, other: StationName) -> float:
    score = 1.0 if one.stem == other.stem else OLD_FORM
    if one.kind == other.kind:
        return score
    return score * _kind_factor(one.kind, other.kind)


def _kind_factor(one: str, other: str) -> float:
    """How far different endings of one stem speak against one station."""
    if one in PLANTS and other in PLANTS:
        return WITHOUT_KIND if "plant" in (one, other) else OTHER_KIND
    if one and other:
        return OTHER_KIND
    return PLANT_OR_NOT if one in PLANTS or other in PLANTS else WITHOUT_KIND


def _are_typos(one: str, other: str) -> bool:
    """Whether what differs are signs that do not tell stations apart, in a long enough name."""
    rest_one, rest_other = _without_common(one, other)
    return min(len(one), len(other)) > 2 and TELLING.isdisjoint(rest_one + rest_other)


def _without_common(one: str, other: str) -> tuple[str, str]:
    """What is left of two names without their common beginning and end."""
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    start = min(len(one), len(other)) if start is None else start
    one, other = one[start:], other[start:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return one, other


def _parted(name: str, *, is_second: bool) -> StationName:
    bare = OPERATORS.sub("", name)
    bare = bare if bare and bare not in {ending for ending, _ in ENDINGS} else name
    for ending, kind in ENDINGS:
        if bare.endswith(ending) and len(bare) > len(ending):
            return StationName(_stem(bare.removesuffix(ending)), kind, is_second)
    return StationName(_stem(bare), "", is_second)


def _stem(name: str) -> str:
    """第一 and 第1 are one; 第 is kept, since 第一 is not 一."""
    return NUMBERED.sub(lambda found: "第" + found[1].translate(NUMBERS), name).strip("-~")
