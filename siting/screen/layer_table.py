"""Layers as rows for people: what they are, whose, and how much of the land they know."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from data.layer import CellLayer, Credit, Publication
from data.layer_readers import publication_of, reader_of
from siting.scenario_screen import Screen
from siting.screen.layer_files import LayerFiles
from siting.screen.titles import BUILTIN_TITLES, READER_TITLES

if TYPE_CHECKING:
    from siting.screen.run import Screening

MADE = "made_"
"""Beginning of the name of a file that is invented, as in examples/kanto."""


def layer_rows(found: "Screening") -> list[dict[str, Any]]:
    """One row a layer, in the order of the scenario."""
    return [_row(found, files) for files in found.layers.files.values()]


def _row(found: "Screening", files: LayerFiles) -> dict[str, Any]:
    row = stated_row(files) | {"known_share": _known_share(found, files.name)}
    if files.is_missing:
        return row | {"kind": "missing", "features": None, "notes": []}
    layer = found.layers.layer(files.name)
    row |= _credit(layer.credit) | {"notes": list(layer.notes)}
    if isinstance(layer, CellLayer):
        return row | {"kind": "cells", "features": None}
    return row | {"kind": "features", "features": len(layer.frame)}


def stated_row(files: LayerFiles) -> dict[str, Any]:
    """What is known of a layer without opening it."""
    spec = files.spec
    if spec.builtin is not None:
        title_ja, title_en = BUILTIN_TITLES[spec.builtin]
        confidence, reader = "shipped", None
    else:
        reader = reader_of(files.paths or (Path(str(spec.file)),), spec.reader)
        title_ja, title_en = reader_titles(reader, files.name)
        is_made = any(path.name.startswith(MADE) for path in files.paths)
        confidence = "made" if is_made else "user_file"
    return {
        "layer": files.name,
        "reader": reader,
        "builtin": spec.builtin,
        "files": [path.name for path in files.paths],
        "title_ja": title_ja,
        "title_en": title_en,
        "confidence": confidence,
        "credit_ja": spec.credit or "",
        "credit_en": spec.credit or "",
        "licence": spec.licence or "",
        "url": "",
        "as_of": "",
    }


def reader_titles(reader: str, name: str) -> tuple[str, str]:
    """Title of what a reader reads; general formats have the name of the layer."""
    publication: Publication | None = publication_of(reader)
    if reader in READER_TITLES or publication is None:
        return READER_TITLES.get(reader, (name, name))
    return publication.title_ja, publication.title_en


def _credit(credit: Credit) -> dict[str, str]:
    return {
        "credit_ja": credit.line_ja,
        "credit_en": credit.line_en,
        "licence": credit.licence,
        "url": credit.url,
        "as_of": credit.as_of,
    }


def _known_share(found: "Screening", name: str) -> float | None:
    """Share of the land of which the layer knows something, where it is measured at all."""
    about = [numbers for wanted, numbers in found.measured.numbers.items() if wanted.layer == name]
    if not about:
        return None
    known = np.zeros(len(found.cells), dtype=bool)
    for numbers in about:
        known |= ~np.isnan(numbers)
    km2 = found.cells.land_km2
    return float(km2[known].sum() / km2.sum())


def used_by(screen: Screen, name: str) -> list[str]:
    """Rules, criteria and steps that ask a layer."""
    users = [f"exclude.{rule}" for rule, each in screen.exclude.items() if each.layer == name]
    users += [f"score.{rule}" for rule, each in screen.score.items() if each.layer == name]
    costs = screen.connection.costs
    users += [f"connection.costs.{rule}" for rule, each in costs.items() if each.layer == name]
    single = {
        "grid.boundary": screen.grid.boundary,
        "land.usable": screen.land.usable,
        "connection.points": screen.connection.points,
    }
    return users + [field for field, layer in single.items() if layer == name]
