"""Measured numbers kept by the hash of all that they depend on."""

import hashlib
import json
import os
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

VERSION = 2
"""Raised when a measurement changes its meaning: what was kept before is then not found."""

CHUNK_BYTES = 1 << 20

FORM = np.dtype("<f4")
DIGEST_BYTES = 32
"""A block is the SHA-256 of its numbers and the numbers, so that damage shows."""

Numbers = npt.NDArray[np.float32]


def file_hash(paths: Iterable[Path]) -> str:
    """Hash of the names and contents of files, in the order given."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(os.fsencode(path.name) + f"\n{path.stat().st_size}\n".encode())
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
    return digest.hexdigest()


def array_hash(*arrays: npt.NDArray[np.generic]) -> str:
    """Hash of the contents of arrays."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def key_of(*parts: object) -> str:
    """Key of plain values: numbers, texts, None, lists and mappings of them."""
    text = json.dumps([VERSION, *parts], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of arrays, one file each; None keeps nothing.

    A file appears whole or not at all, so a killed run leaves only finished ones, and a next run
    takes up where it stopped.
    """

    folder: Path | None

    def get(self, key: str, size: int) -> Numbers | None:
        """Numbers kept under `key`, or None where there are none of this size."""
        if self.folder is None:
            return None
        path, whole = self._path(key), DIGEST_BYTES + size * FORM.itemsize
        try:
            content = path.read_bytes() if path.stat().st_size == whole else b""
        except OSError:
            return None
        digest, values = content[:DIGEST_BYTES], content[DIGEST_BYTES:]
        if digest != hashlib.sha256(values).digest():
            return None
        return np.frombuffer(values, dtype=FORM).astype(np.float32)

    def put(self, key: str, numbers: Numbers) -> None:
        """Keep numbers; a disk that is full or read-only only costs the next run its time."""
        if self.folder is None:
            return
        path = self._path(key)
        partial = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
        values = np.ascontiguousarray(numbers, dtype=FORM).tobytes()
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(hashlib.sha256(values).digest() + values)
            partial.replace(path)
        with suppress(OSError):
            partial.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        assert self.folder is not None
        return self.folder / key[:2] / f"{key}.block"
