"""Municipalities by every name and code of the table, and what must not be guessed."""

import pytest

from data.facts import read_fact
from data.municipality import is_known_code, municipality_code, municipality_names

TABLE = read_fact("municipalities")
NAMES = municipality_names(TABLE)


def code(cell):
    return municipality_code(cell, NAMES)


def test_every_municipality_is_found_by_its_full_name_and_address():
    full = TABLE["prefecture_ja"] + TABLE["name_ja"]
    assert [code(name) for name in full] == TABLE["code"].tolist()
    assert [code(f"{name}大字一丁目1-2") for name in full] == TABLE["code"].tolist()


def test_a_name_alone_finds_its_municipality_or_nothing():
    count = TABLE["name_ja"].value_counts()
    wrong = [
        (name, found)
        for name, right in zip(TABLE["name_ja"], TABLE["code"], strict=True)
        if (found := code(name)) != (right if count[name] == 1 else name)
    ]
    assert wrong == [("中央区", "中央区"), ("港区", "港区"), ("北区", "北区")]  # Osaka has them too


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("千葉県 印西市", "12231"),
        ("ﾁﾊﾞ県", "ﾁﾊﾞ県"),
        ("札幌市中央区北1条", "01100"),
        ("浜松市中央区", "22130"),
        ("静岡県浜松市浜名区", "22130"),
        ("北海道勇払郡安平町早来", "01585"),
        ("勇払郡安平町", "01585"),
        ("山形県東村山郡山辺町", "06301"),
        ("東村山郡山辺町", "06301"),
        ("東村山郡無名町", "東村山郡無名町"),  # not 東村 of Okinawa
        ("東村", "47303"),
        ("大和郡山市", "29203"),
        ("福島県郡山市", "07203"),
        ("千葉県印西市郡1-2", "12231"),
        ("袖ヶ浦市", "12229"),
        ("袖ケ浦市", "12229"),
        ("四日市市", "24202"),
        ("津市", "24201"),
        ("大津市", "25201"),
        ("市", "市"),
        ("浜名区", "浜名区"),
        ("Inzai", "Inzai"),
    ],
)
def test_addresses(cell, expected):
    assert code(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("12231", "12231"),
        ("122319", "12231"),
        ("１２２３１９", "12231"),
        ("012025", "01202"),
        ("122318", "122318"),  # wrong check digit
        ("1202", "1202"),
        ("12025", "12025"),  # 012025 without its zero; is_known_code tells
    ],
)
def test_codes(cell, expected):
    assert code(cell) == expected


def test_check_digit_of_every_code_that_soumu_prints():
    printed = ["011002", "131016", "131024", "271004", "401307", "472018"]
    assert [code(six) for six in printed] == [six[:5] for six in printed]


def test_known_codes():
    known = set(TABLE["code"])
    assert all(is_known_code(each, known) for each in known)
    assert all(is_known_code(ward, known) for ward in ("01101", "22138", "27127", "40131"))
    assert not any(is_known_code(each, known) for each in ("12025", "99999", "00000", "13999"))
