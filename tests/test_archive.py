"""Archives of publishers and of people who mean harm."""

import io
import struct
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.archive import ArchiveLimits, unpacked
from data.errors import InputError, SourceUnavailableError

SMALL = ArchiveLimits(members=20, member_bytes=5000, total_bytes=8000, ratio_from_bytes=10**9)


def packed(path, members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def with_name(path, name, content=b"x", flags=None):
    """An archive with one member whose name is `name`, as bytes and unchecked."""
    blank = "q" * len(name)
    packed(path, {blank: content}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(blank.encode(), name))
    return path


def refusal(path, endings=(".shp", ".geojson"), **options):
    with pytest.raises(InputError) as caught, unpacked(path, endings, **options):
        pass
    (problem,) = caught.value.problems
    assert problem.file == str(path)
    return problem


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path_factory, monkeypatch):
    """Whatever is unpacked in a test must be gone when it ends."""
    folder = tmp_path_factory.mktemp("unpacked")
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def test_wanted_files_come_with_their_parts(tmp_path):
    parts = {f"A/x{end}": end for end in (".shp", ".SHX", ".dbf", ".prj")}
    path = packed(tmp_path / "a.zip", parts | {"A/x.xml": "no", "B/x.shp": "other"})
    with unpacked(path, (".shp",)) as (first, second):
        assert sorted(p.name for p in first.parent.iterdir()) == [
            "x.dbf",
            "x.prj",
            "x.shp",
            "x.shx",
        ]
        assert (first.read_text(), second.read_text()) == (".shp", "other")
        assert first.parent != second.parent
    assert not first.exists()


def test_parts_whose_names_differ_in_capitals_belong_together(tmp_path):
    path = packed(tmp_path / "a.zip", {"a/X.SHP": "s", "A/x.dbf": "d"})
    with unpacked(path, (".shp",)) as (shape,):
        assert shape.with_suffix(".dbf").read_text() == "d"


def test_names_in_cp932_are_read(tmp_path):
    name = "20_想定最大規模/名寄川.geojson".encode("cp932")
    with unpacked(with_name(tmp_path / "a.zip", name), (".geojson",)) as (found,):
        assert found.name == "名寄川.geojson"


def test_a_sign_that_holds_a_backslash_in_cp932_is_no_trick(tmp_path):
    name = "表/能登.geojson".encode("cp932")
    assert b"\\" in name
    with unpacked(with_name(tmp_path / "a.zip", name), (".geojson",)) as (found,):
        assert found.name == "能登.geojson"


def test_names_in_utf8_are_read_with_and_without_the_flag(tmp_path):
    flagged = packed(tmp_path / "a.zip", {"名寄川.geojson": "x"})
    bare = with_name(tmp_path / "b.zip", "名寄川.geojson".encode())
    for path in (flagged, bare):
        with unpacked(path, (".geojson",)) as (found,):
            assert found.name == "名寄川.geojson"


def test_an_archive_inside_is_opened_once(tmp_path):
    inner = packed(tmp_path / "inner.zip", {"x.geojson": "{}"})
    middle = packed(tmp_path / "middle.zip", {"inner.zip": inner.read_bytes()})
    outer = packed(tmp_path / "outer.zip", {"middle.zip": middle.read_bytes()})
    with unpacked(middle, (".geojson",)) as (found,):
        assert found.read_text() == "{}"
    assert "inner.zip" in refusal(outer).found


@pytest.mark.parametrize(
    "name",
    [
        b"../x.shp",
        b"a/../../x.shp",
        b"/etc/x.shp",
        b"C:x.shp",
        b"C:/x.shp",
        b"a\\..\\x.shp",
        b"x.shp\x00.txt",
    ],
)
def test_names_that_lead_out_are_refused(tmp_path, name):
    problem = refusal(with_name(tmp_path / "a.zip", name))
    assert problem.expected.startswith("plain files")
    assert not list(tmp_path.parent.glob("**/x.shp"))


def test_links_are_refused(tmp_path):
    entry = zipfile.ZipInfo("x.shp")
    entry.external_attr = 0o120777 << 16
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    assert "link" in refusal(path).found


def test_a_password_is_named(tmp_path):
    path = packed(tmp_path / "a.zip", {"x.shp": "s"}, zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + place] |= 1
    path.write_bytes(content)
    assert "password" in refusal(path).found


def test_a_bomb_stops_at_the_limit(tmp_path):
    path = packed(tmp_path / "a.zip", {"x.geojson": b"0" * 10**6})
    assert "x.geojson" in refusal(path, limits=SMALL).found
    many = packed(tmp_path / "b.zip", {f"{i}.geojson": b"0" * 3000 for i in range(5)})
    assert "more than" in refusal(many, limits=SMALL).found


def test_a_bomb_is_known_by_its_ratio(tmp_path):
    path = packed(tmp_path / "a.zip", {"x.geojson": b"0" * 10**7})
    problem = refusal(path, limits=ArchiveLimits(ratio_from_bytes=2**20))
    assert problem.expected == "at most 300 times its size"


def claiming(tmp_path, size):
    path = packed(tmp_path / "a.zip", {"x.geojson": b"{}"}, zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, content.index(b"PK\x03\x04") + 22, size)
    struct.pack_into("<I", content, content.index(b"PK\x01\x02") + 24, size)
    path.write_bytes(content)
    return path


def test_a_claim_of_four_gigabytes_is_refused(tmp_path):
    assert "claims" in refusal(claiming(tmp_path, 2**32 - 1), limits=SMALL).found
    assert refusal(claiming(tmp_path, 2**32 - 2)).found.endswith("holds 2 bytes")


def test_a_claim_below_the_truth_is_noticed(tmp_path):
    path = packed(tmp_path / "a.zip", {"x.geojson": b"0" * 10**5})
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, content.index(b"PK\x01\x02") + 24, 10)
    path.write_bytes(content)
    assert "damaged" in refusal(path, limits=SMALL).found


def test_too_many_files_are_refused(tmp_path):
    path = packed(tmp_path / "a.zip", {f"{i}.txt": "" for i in range(21)})
    assert refusal(path, limits=SMALL).found == "21 files"


@pytest.mark.parametrize(
    ("start", "found"),
    [(b"", "no archive"), (b"text", "no archive"), (b"\x1f\x8b\x08", "gzip"), (b"Rar!", "RAR")],
)
def test_other_files_are_named(tmp_path, start, found):
    path = tmp_path / "a.zip"
    path.write_bytes(start)
    assert refusal(path).found == found


def test_nothing_wanted_lists_what_is_there(tmp_path):
    path = packed(tmp_path / "a.zip", {f"{i}.txt": "" for i in range(7)})
    problem = refusal(path)
    assert problem.found == "only 0.txt, 1.txt, 2.txt, 3.txt, 4.txt and 2 more"
    assert problem.expected == "a file .shp or .geojson"


def test_a_missing_archive_is_another_error(tmp_path):
    with pytest.raises(SourceUnavailableError), unpacked(tmp_path / "a.zip", (".shp",)):
        pass


WHOLE = io.BytesIO()
with zipfile.ZipFile(WHOLE, "w", zipfile.ZIP_DEFLATED) as _archive:
    _archive.writestr("x.geojson", "{}" * 50)
    _archive.writestr("y.shp", "s")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_damage_is_one_input_error_or_harmless(tmp_path_factory, data):
    content = bytearray(WHOLE.getvalue())
    if data.draw(st.booleans(), "cut"):
        content = content[: data.draw(st.integers(0, len(content) - 1), "length")]
    for _ in range(data.draw(st.integers(0, 3), "changes")):
        if content:
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = Path(tmp_path_factory.mktemp("damage")) / "a.zip"
    path.write_bytes(content)
    with suppress(InputError), unpacked(path, (".geojson", ".shp"), limits=SMALL) as found:
        assert found
