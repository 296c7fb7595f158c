"""The steps of `siting headroom`, in order: read, check and power flow, hosting, joint, works."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from data.network import Network
from data.read_network import read_network
from data.read_works import read_works
from grid.hosting_base import base_overloads
from grid.hosting_case import Case
from grid.hosting_run import Run
from siting.headroom.hosting import ready_case, rows_of
from siting.headroom.question import Asked, Rule, require_known
from siting.headroom.row_store import RowStore, network_hash
from siting.headroom.several import Stores, joint_answers, ranked_works

log = logging.getLogger(__name__)

Progress = Callable[[float, str], None]

HOSTING_FROM, HOSTING_TO = 0.1, 0.85
"""Part of the bar that hosting takes."""


@dataclass(frozen=True)
class HeadroomAnswer:
    """All that was found; nothing in it is computed twice."""

    path: Path
    asked: Asked
    network: Network
    case: Case
    overloads: pd.DataFrame
    """Of `grid.hosting_base.base_overloads`: what is overloaded before any load is added."""
    rows: pd.DataFrame
    """Columns of headroom.csv and the reasons. [MW]"""
    joint: list[dict[str, Any]] = field(default_factory=list)
    """Of `siting.headroom.several.joint_answers`; empty where nobody asked."""
    works: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Of `siting.headroom.several.ranked_works`; empty where nobody asked."""
    kept: int = 0
    """Rows that an earlier run had finished."""
    seconds: dict[str, float] = field(default_factory=dict)

    def is_infeasible(self, rule: Rule | None = None) -> bool:
        """Whether a rule finds an overload before any load is added; any rule when left out.

        Under `redispatch` that is: no dispatch within the limits avoids it.
        """
        asked = self.rows["rule"].isin([rule] if rule else list(self.asked.rules))
        return bool((self.rows.loc[asked, "n0_reason"] == "base").any())


def answer_headroom(
    path: Path, asked: Asked, cache: Path | None = None, *, progress: Progress | None = None
) -> HeadroomAnswer:
    """What each bus of a network can still host.

    Parameters
    ----------
    path : Path
        File or folder of `data.read_network.read_network`.
    asked : Asked
    cache : Path, optional
        Folder of finished rows; a run that was stopped goes on from them.
    progress : callable, optional
        Told the share done and the step.

    Raises
    ------
    InputError
        The network or a name in the question cannot be used; all problems in one list.
    """
    tell = progress or (lambda share, text: None)
    seconds: dict[str, float] = {}
    with _timed("read", seconds):
        tell(0.0, "read")
        network = read_network(path)
    with _timed("check and power flow", seconds):
        tell(0.05, "check and power flow")
        case = ready_case(network, asked)
        require_known(asked, list(case.grid.bus_of), where=str(path))
        options = None if asked.works is None else read_works(asked.works)
        overloads = base_overloads(case)
    with _timed("hosting", seconds):
        stores = _stores(network, asked, cache)
        rows, kept = _all_rows(case, asked, stores, tell)
    with _timed("several buses and works", seconds):
        part = _part(tell, HOSTING_TO, 0.1)
        joint = joint_answers(case, asked, stores, lambda _, text: part(0.0, text))
        works = pd.DataFrame()
        if options is not None:
            store = stores(f"works-{asked.rules[0]}")
            works = ranked_works((network, options), case, asked, store, part)
    return HeadroomAnswer(
        path, asked, network, case, overloads, rows, joint, works, kept=kept, seconds=seconds
    )


def _stores(network: Network, asked: Asked, cache: Path | None) -> Stores:
    """Where finished rows of each rule or question are kept."""
    key = network_hash(network)
    return lambda name: RowStore(cache, f"{key}-{name}-{asked.balance}")


def _all_rows(case: Case, asked: Asked, stores: Stores, tell: Progress) -> tuple[pd.DataFrame, int]:
    """Rows of every rule, and how many of them were there already."""
    buses = list(asked.buses) or list(case.grid.bus_of)
    each = (HOSTING_TO - HOSTING_FROM) / len(asked.rules)
    tables, kept = [], 0
    for place, rule in enumerate(asked.rules):
        store = stores(rule)
        done = store.table(buses)
        kept += len(done)
        run = Run(
            progress=_part(tell, HOSTING_FROM + place * each, each),
            keep=store.add,
            done=done if len(done) else None,
        )
        tables.append(rows_of(case, rule, buses, run))
    return pd.concat(tables, ignore_index=True), kept


def _part(tell: Progress, start: float, width: float) -> Progress:
    """Progress of one step as a part of the whole."""
    return lambda share, text: tell(start + width * share, text)


@contextmanager
def _timed(step: str, seconds: dict[str, float]) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[step] = time.perf_counter() - start
    log.info("%s: %.1f s", step, seconds[step])
