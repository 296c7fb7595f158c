"""Kept numbers: whole, as they were, or not there."""

import os
import pickle
import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from siting.screen.store import Store, array_hash, file_hash, key_of

KEY = key_of("flood", 1)
NUMBERS = np.array([1.5, np.nan, -np.inf, 0.0, 3e38], dtype=np.float32)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "cache")


def path_of(store):
    (path,) = (p for p in store.folder.rglob("*") if p.is_file())
    return path


def test_numbers_come_back_bit_by_bit(store):
    store.put(KEY, NUMBERS)
    kept = store.get(KEY, 5)
    assert kept.dtype == np.float32
    assert kept.tobytes() == NUMBERS.tobytes()
    kept[0] = 7  # of its own: writing to it changes nothing kept
    assert store.get(KEY, 5)[0] == 1.5


def test_none_is_kept_before_anything_is_put(store):
    assert store.get(KEY, 5) is None
    assert not store.folder.exists()


def test_without_a_folder_nothing_is_kept():
    nowhere = Store(None)
    nowhere.put(KEY, NUMBERS)
    assert nowhere.get(KEY, 5) is None


@pytest.mark.parametrize("size", [0, 4, 6, 5_000_000])
def test_another_size_is_not_ours(store, size):
    store.put(KEY, NUMBERS)
    assert store.get(KEY, size) is None


def test_an_empty_block_is_a_block(store):
    store.put(KEY, NUMBERS[:0])
    assert store.get(KEY, 0).shape == (0,)


@given(st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_changed_byte_shows(store, data):
    store.put(KEY, NUMBERS)
    content = bytearray(path_of(store).read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    path_of(store).write_bytes(content)
    assert store.get(KEY, 5) is None


def other_type(path):
    with path.open("wb") as file:
        np.save(file, np.zeros(5))


def evil_pickle(path):
    path.write_bytes(pickle.dumps(Trap()))


def object_array(path):
    with path.open("wb") as file:
        np.save(file, np.array([Trap()] * 5, dtype=object), allow_pickle=True)


def archive(path):
    with path.open("wb") as file:
        np.savez(file, a=NUMBERS)


class Trap:
    """Would write a file if anything unpickled it."""

    def __reduce__(self):
        return os.mkdir, ("sprung",)


@pytest.mark.parametrize(
    "spoil",
    [
        other_type,
        evil_pickle,
        object_array,
        archive,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(b"PK\x03\x04" + bytes(100)),
        lambda path: path.write_bytes(b"\x93NUMPY\x01\x00v\x00{'shape': (999999999999,)}"),
        lambda path: (path.unlink(), path.mkdir()),
    ],
)
def test_whatever_else_lies_there_is_not_ours(store, spoil, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store.put(KEY, NUMBERS)
    spoil(path_of(store))
    assert store.get(KEY, 5) is None
    assert not (tmp_path / "sprung").exists()


def test_what_is_spoilt_is_put_anew(store):
    store.put(KEY, NUMBERS)
    path_of(store).write_bytes(b"half")
    store.put(KEY, NUMBERS)
    assert store.get(KEY, 5) is not None


def test_a_file_appears_whole_or_not_at_all(store, monkeypatch):
    """A reader that looks all the time, while writers replace, sees only finished blocks."""
    old, new = np.zeros(50_000, np.float32), np.ones(50_000, np.float32)
    store.put(KEY, old)
    stop, seen = threading.Event(), []

    def look():
        while not stop.is_set():
            seen.append(store.get(KEY, 50_000))

    reader = threading.Thread(target=look)
    reader.start()
    for i in range(60):
        store.put(KEY, (old, new)[i % 2])
    stop.set()
    reader.join()
    assert seen
    assert all(each is not None and each.min() == each.max() for each in seen)


def test_a_write_that_dies_leaves_the_old_block(store, monkeypatch):
    store.put(KEY, NUMBERS)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    store.put(KEY, NUMBERS[::-1])
    monkeypatch.undo()
    assert store.get(KEY, 5)[0] == 1.5
    assert len([p for p in store.folder.rglob("*") if p.is_file()]) == 1


def test_a_folder_that_is_a_file_costs_only_time(tmp_path):
    blocked = tmp_path / "cache"
    blocked.write_text("mine")
    Store(blocked).put(KEY, NUMBERS)
    assert Store(blocked).get(KEY, 5) is None
    assert blocked.read_text() == "mine"


def test_hashes_of_files_know_name_content_and_order(tmp_path):
    one, two = tmp_path / "a", tmp_path / "b"
    one.write_bytes(b"12")
    two.write_bytes(b"3")
    first = file_hash([one, two])
    assert first == file_hash([one, two])
    assert first != file_hash([two, one])
    one.write_bytes(b"13")
    assert file_hash([one, two]) != first
    # the border between two files counts
    one.write_bytes(b"1")
    two.write_bytes(b"23")
    assert file_hash([one, two]) != first


def test_a_file_name_in_cp932_has_a_hash(tmp_path):
    """Archives made in Japan leave names that are no UTF-8."""
    path = tmp_path / os.fsdecode("洪水.tif".encode("cp932"))
    path.write_bytes(b"x")
    assert len(file_hash([path])) == 64


@given(hnp.arrays(np.float32, st.integers(0, 9)), hnp.arrays(np.float32, st.integers(0, 9)))
def test_arrays_that_differ_have_other_hashes(one, two):
    same = one.shape == two.shape and one.tobytes() == two.tobytes()
    assert (array_hash(one) == array_hash(two)) is same


def test_keys_are_of_values_not_of_objects():
    assert key_of({"a": 1, "b": None}) == key_of({"b": None, "a": 1})
    assert key_of(1, 2) != key_of(12)
    assert key_of("1") != key_of(1)
    assert key_of([1, [2]]) != key_of([[1], 2])
