"""The summary of an answer: what map, terminal and programs are shown."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pandas as pd

import siting
from data.network import Network
from siting.headroom.run import HeadroomAnswer
from siting.headroom.unknowns import assumption_rows, unknown_texts
from siting.headroom.words import TITLE
from siting.headroom.zones import Derived

FORMAT = 1
DECIMALS = 6
"""Places kept in files: sums of floats differ in the last ones from machine to machine."""

MOST_WORKS = 100
"""Rows of works.csv that the summary holds, the best first."""

JAPAN_TIME = timezone(timedelta(hours=9))


def summary_of(answer: HeadroomAnswer, derived: Derived) -> dict[str, Any]:
    """Everything that people are shown of an answer; unknown figures are NaN or None.

    Returns
    -------
    dict
        Plain values once `siting.run_files.plain` has passed over them; its parts are described
        in docs/headroom.md.
    """
    network, name = answer.network, answer.path.name
    credit = network.credit
    return {
        "format": FORMAT,
        "kind": "headroom",
        "name": answer.path.stem,
        "title": {lang: f"{text}: {name}" for lang, text in TITLE.items()},
        "file": name,
        "created": datetime.now(UTC).astimezone(JAPAN_TIME).isoformat(timespec="seconds"),
        "version": siting.__version__,
        "credit": {"ja": credit.line_ja, "en": credit.line_en, "licence": credit.licence},
        "rules": list(answer.asked.rules),
        "balance": answer.asked.balance,
        "infeasible": answer.is_infeasible(),
        "violations": _records(answer.overloads),
        "counts": counts(answer),
        "rows": _records(answer.rows.round(DECIMALS)),
        "buses": bus_rows(answer),
        "branches": branch_rows(answer),
        "joint": answer.joint,
        "works": _records(answer.works.head(MOST_WORKS)),
        "zones": {"count": len(derived.zones), "left_out": derived.left_out},
        "map": has_places(network),
        "notes": [*network.notes, *answer.case.grid.notes],
        "assumptions": assumption_rows(network),
        "unknowns": unknown_texts(answer, derived),
        "sources": [_source(answer)],
        "kept": answer.kept,
        "seconds": answer.seconds,
    }


def counts(answer: HeadroomAnswer) -> dict[str, int]:
    """Sizes of the network as it was computed."""
    grid, places = answer.case.grid, answer.network.buses[["lat", "lon"]]
    return {
        "buses": len(grid.bus_of),
        "located": int(places.notna().all(axis=1).reindex(list(grid.bus_of)).sum()),
        "branches": len(grid.branches),
        "unrated": int(np.isnan(grid.rating_mw).sum()),
        "generators": len(answer.case.generators.names),
        "islands": int(grid.island.max(initial=-1)) + 1,
        "islanding": len(answer.case.outages.islanding),
    }


def has_places(network: Network) -> bool:
    """Whether any bus has a place, so that there is something to draw."""
    return bool(network.buses[["lat", "lon"]].notna().all(axis=1).any())


def bus_table(answer: HeadroomAnswer) -> pd.DataFrame:
    """Buses in service with their island, index bus."""
    grid = answer.case.grid
    table = answer.network.buses.loc[list(grid.bus_of)]
    columns = ["name", "kv", "lat", "lon", "area", "load_mw"]
    return table[columns].assign(island=grid.island[list(grid.bus_of.values())])


def bus_rows(answer: HeadroomAnswer) -> list[dict[str, Any]]:
    """Buses as the map wants them."""
    return _records(bus_table(answer).rename_axis("bus").reset_index())


def branch_rows(answer: HeadroomAnswer) -> list[dict[str, Any]]:
    """Branches with flow, loading, and for how many buses each binds by rule."""
    case = answer.case
    table = answer.network.branches.loc[list(case.grid.branches)]
    table = table[["name", "from_bus", "to_bus", "kind", "km"]].assign(
        flow_mw=case.flow_mw, rating_mw=case.grid.rating_mw
    )
    table["loading_share"] = table["flow_mw"].abs() / table["rating_mw"].where(
        table["rating_mw"] > 0
    )
    binds = answer.rows.groupby("rule")["n1_branch"].value_counts().to_dict()
    return [
        row | {"binds": {rule: binds.get((rule, row["branch"]), 0) for rule in answer.asked.rules}}
        for row in _records(table.rename_axis("branch").reset_index())
    ]


def _source(answer: HeadroomAnswer) -> dict[str, Any]:
    credit = answer.network.credit
    return {
        "source": answer.path.name,
        "title": credit.line_en or answer.path.name,
        "publisher": credit.licence,
        "url": credit.url,
        "as_of": credit.as_of,
        "confidence_marks": ["assumed"] if len(answer.network.assumed) else [],
    }


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [dict(zip(frame.columns, row, strict=True)) for row in frame.to_numpy(dtype=object)]
