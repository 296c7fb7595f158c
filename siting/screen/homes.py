"""Folders that a screening works with."""

from dataclasses import dataclass
from pathlib import Path

CACHE = Path("runs") / ".cache"


@dataclass(frozen=True, slots=True)
class Homes:
    """Folders a screening works with."""

    layers: Path | None = None
    """Looked at first for the files of layers."""
    cache: Path | None = CACHE
    """Where measured blocks are kept; None keeps nothing."""
