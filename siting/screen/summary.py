"""The summary of a screening: what report, map and terminal show."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pandas as pd

import siting
from data.contract import AREAS
from siting.run_files import plain
from siting.scenario_screen import ExcludeRule, Measured, ScoreRule
from siting.screen.layer_table import layer_rows
from siting.screen.run import Screening
from siting.screen.site_rows import site_rows
from siting.screen.titles import BUILTIN_UNITS
from siting.screen.unknowns import unknown_texts
from siting.screen.wanted import wanted_by_score, word_of

FORMAT = 1
PERCENTILES = (5, 25, 50, 75, 95)
BINS = 20
JAPAN_TIME = timezone(timedelta(hours=9))


def summary_of(found: Screening) -> dict[str, Any]:
    """Everything that people are shown of a screening; unknown figures are NaN or None.

    Returns
    -------
    dict
        Plain values once `siting.run_files.plain` has passed over them; its parts are described
        in docs/screen.md.
    """
    scenario, cells = found.scenario, found.cells
    layers = layer_rows(found)
    is_made = any(row["confidence"] == "made" for row in layers)
    summary = {
        "format": FORMAT,
        "kind": "screen",
        "name": scenario.name,
        "title": scenario.title.model_dump(),
        "variant": scenario.origin.variant,
        "created": datetime.now(UTC).astimezone(JAPAN_TIME).isoformat(timespec="seconds"),
        "version": siting.__version__,
        "seed": scenario.seed,
        "made": is_made,
        "grid": _grid(found),
        "layers": layers,
        "unknowns": unknown_texts(found),
        "rules": _rules(found),
        "totals": _totals(found),
        "criteria": _criteria(found),
        "score": _score(found),
        "points": _points(found),
        # real hubs say nothing about an invented county
        "backtest": [] if is_made else _backtest(found),
        "sensitivity": _sensitivity(found),
        "seconds": found.seconds,
        "blocks": {"computed": found.measured.computed, "kept": found.measured.kept},
        "cells": len(cells),
    }
    return summary | {"sites": site_rows(found, plain(summary))}


def _grid(found: Screening) -> dict[str, Any]:
    lattice, lon_lat = found.cells.lattice, found.cells.centre
    return {
        "mesh": found.screen.grid.mesh,
        "cell_m": lattice.cell_m,
        "rows": lattice.rows,
        "cols": lattice.cols,
        "crs": lattice.crs,
        "cells": len(found.cells),
        "land_km2": float(found.cells.land_km2.sum()),
        "bounds": [
            float(edge)
            for edge in (
                lon_lat[0].min(),
                lon_lat[1].min(),
                lon_lat[0].max(),
                lon_lat[1].max(),
            )
        ],
    }


def _rules(found: Screening) -> list[dict[str, Any]]:
    rows = []
    for name, rule in found.screen.exclude.items():
        missing = rule.layer in found.layers.missing
        cost = {str(key): float(found.rules[key][name]) for key in found.rules}
        rows.append(
            {
                "rule": name,
                "layer": rule.layer,
                "condition": rule.condition,
                "threshold": threshold_text(rule),
                "where": where_text(rule),
                "unit": unit_of(rule, found),
                "soft": rule.soft,
                "relaxed": rule.relaxed,
                "unknown": rule.unknown,
                "note": rule.note,
                "missing": missing,
            }
            | ({key: None for key in cost} if missing else cost)
        )
    return rows


def threshold_text(rule: ExcludeRule) -> str:
    """Threshold as people write it.

    >>> threshold_text(ExcludeRule(layer="slope", above=15.0))
    '15'
    """
    value = getattr(rule, rule.condition)
    return ", ".join(map(str, value)) if isinstance(value, tuple) else f"{value:g}"


def where_text(rule: Measured) -> str:
    """Filter on the features as people write it."""
    parts = [f"{name}: {', '.join(map(_shown, values))}" for name, values in rule.where.items()]
    return "; ".join(parts)


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else word_of(value)


def unit_of(rule: ExcludeRule | ScoreRule, found: Screening) -> str:
    """Unit of what a rule looks at; "" for shares, classes and what a column does not say."""
    kind = rule.condition if isinstance(rule, ExcludeRule) else rule.measure
    if kind in ("within_km", "beyond_km", "distance_km"):
        return "km"
    if kind in ("overlap_above", "overlap", "among"):
        return ""
    if rule.layer in found.layers.missing:
        return ""
    layer = found.layers.files[rule.layer].spec.builtin
    shipped = "" if layer is None else BUILTIN_UNITS.get(layer, "")
    return shipped or str(getattr(found.layers.layer(rule.layer), "unit", ""))


def _totals(found: Screening) -> dict[str, Any]:
    km2, is_open, area = found.cells.land_km2, found.exclusions.is_open, found.cells.area
    names = [name for name in (*AREAS, "") if (area == name).any()]
    by_area = [
        {"area": name} | _land(km2[area == name], is_open[area == name]) for name in names if name
    ]
    return _land(km2, is_open) | {"by_area": by_area}


def _land(km2: Any, is_open: Any) -> dict[str, float]:
    land, left = float(km2.sum()), float(km2[is_open].sum())
    return {"land_km2": land, "excluded_km2": land - left, "open_km2": left}


def _criteria(found: Screening) -> list[dict[str, Any]]:
    weights = found.scores.weights
    rows = []
    for i, (name, rule) in enumerate(found.screen.score.items()):
        numbers = found.measured.numbers[wanted_by_score(rule)]
        score = found.scores.by_criterion[i][found.exclusions.is_open]
        rows.append(
            {
                "criterion": name,
                "layer": rule.layer,
                "measure": "class" if rule.classes is not None else rule.measure,
                "unit": unit_of(rule, found),
                "weight": rule.weight,
                "weight_share": float(weights[i] / weights.sum()),
                **_shape(rule),
                "unknown": rule.unknown,
                "known_share": _known_share(found, numbers),
                "mean_score": float(np.nanmean(score)) if not np.isnan(score).all() else None,
                "note": rule.note,
                "missing": rule.layer in found.layers.missing,
            }
        )
    return rows


def _shape(rule: ScoreRule) -> dict[str, Any]:
    """Shape of a score as corner points [value, score] or scores by class."""
    if rule.linear is not None:
        worst, best = rule.linear
        return {"shape": "linear", "corners": [[worst, 0.0], [best, 1.0]], "classes": None}
    if rule.piecewise is not None:
        corners = [list(corner) for corner in rule.piecewise]
        return {"shape": "piecewise", "corners": corners, "classes": None}
    return {"shape": "classes", "corners": None, "classes": dict(rule.classes or {})}


def _known_share(found: Screening, numbers: Any) -> float:
    km2 = found.cells.land_km2
    return float(km2[~np.isnan(numbers)].sum() / km2.sum())


def _score(found: Screening) -> dict[str, Any]:
    score, km2 = found.score, found.cells.land_km2
    known = found.exclusions.is_open & ~np.isnan(score)
    edges = np.linspace(0, 1, BINS + 1)
    land, _ = np.histogram(score[known], bins=edges, weights=km2[known])
    values = _weighted_percentiles(score[known].astype(float), km2[known])
    return {
        "percentiles": {str(p): v for p, v in zip(PERCENTILES, values, strict=True)},
        "histogram": {"edges": edges.tolist(), "km2": land.tolist()},
    }


def _weighted_percentiles(values: Any, weights: Any) -> list[float | None]:
    """Values below which 5, 25, 50, 75 and 95 % of the land lies."""
    if not len(values):
        return [None] * len(PERCENTILES)
    order = np.argsort(values, kind="stable")
    share = np.cumsum(weights[order]) / weights.sum()
    at = np.minimum(np.searchsorted(share, np.array(PERCENTILES) / 100), len(values) - 1)
    return [float(v) for v in values[order][at]]


def _points(found: Screening) -> list[dict[str, Any]]:
    """Connection points that a site uses."""
    used = found.connections.table["point"].value_counts()
    points = found.points.loc[[p for p in used.index if p in found.points.index]].sort_index()
    return [
        row | {"point": point, "sites": int(used[point])}
        for point, row in zip(points.index, _records(points), strict=True)
    ]


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [dict(zip(frame.columns, row, strict=True)) for row in frame.to_numpy(dtype=object)]


def _backtest(found: Screening) -> list[dict[str, Any]]:
    hubs = found.hubs.sort_values("percentile", ascending=False, kind="stable")
    return [{"place": place, **row} for place, row in zip(hubs.index, _records(hubs), strict=True)]


def _sensitivity(found: Screening) -> dict[str, Any] | None:
    asked, firm = found.screen.sensitivity, found.firmness
    if firm is None:
        return None
    always = found.sites.table.index[(firm.table["top_share"] >= 0.95).to_numpy()]
    return {
        "draws": asked.draws,
        "spread_share": asked.spread_share,
        "top": asked.top,
        "always": list(always),
        "mean_rank_correlation": firm.mean_rank_correlation,
    }
