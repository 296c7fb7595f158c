"""Chance that some power is still free at a point, by drawing which applications are built.

Each application is built or not by its own chance, whole and apart from the others. Its draws come
from the seed and its own number (`id`) alone: they stay the same when others are added or taken
out, so that more queue never looks like more room.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.errors import InputError, Problem
from grid.pipeline import Floats
from grid.queue import (
    ENDS,
    NOISE_MW,
    QueueRule,
    end_figures_mw,
    held_by_year_mw,
    queue_chance,
    queue_headroom,
)

MOST_DRAWS = 1_000_000


@dataclass(frozen=True, slots=True)
class Draws:
    """How often to draw, and from which seed."""

    number: int = 10_000
    seed: int = 0


def chance_free(
    headroom: pd.DataFrame,
    applications: pd.DataFrame,
    years: Sequence[int],
    rule: QueueRule,
    asked_mw: float,
    draws: Draws,
) -> pd.DataFrame:
    """Chance that a load of `asked_mw` still finds room at each point in each year.

    Parameters
    ----------
    headroom, applications, years
        As in `grid.queue.queue_headroom`; `id` of each application is used where there is one.
    rule : QueueRule
        `count` is not used: every application is drawn by its chance.
    asked_mw : float
        Contract power asked for. [MW]
    draws : Draws
        The same seed gives the same draws, on any machine.

    Returns
    -------
    DataFrame, shape (points x years, 6)
        `point`, `fiscal_year`, `asked_mw` [MW], and `low_share`, `mid_share`, `high_share`: share
        of the draws in which it is free, if the published range holds at its low end, its middle
        or its high end [-]; NaN where that end is not known. Off by about 0.5 / sqrt(draws).

    Raises
    ------
    InputError
        As `queue_headroom`; no power asked for, or not 1 to 1,000,000 draws.
    """
    problems = question_problems(asked_mw, draws)
    if problems:
        raise InputError("chance of free power", problems)
    queue_headroom(headroom, applications.iloc[:0], years, rule)  # its checks of the ranges
    chance = queue_chance(applications, rule.share_by_stage).to_numpy(dtype=float)
    held = held_by_year_mw(applications, years, rule)
    ends = end_figures_mw(headroom)
    rows = applications.groupby("connection_point").indices
    streams = _stream_keys(applications)
    tables = []
    for place, point in enumerate(headroom.index):
        own = rows.get(str(point), np.zeros(0, dtype=int))
        drawn = _drawn_mw(chance[own], held[own], [streams[row] for row in own], draws)
        shares = {
            f"{end}_share": _share_free(float(ends[end].iloc[place]), asked_mw, drawn)
            for end in ENDS
        }
        table = {"point": str(point), "fiscal_year": list(years), "asked_mw": asked_mw}
        tables.append(pd.DataFrame(table | shares))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _drawn_mw(chance: Floats, held: Floats, streams: list[int], draws: Draws) -> Floats:
    """Power held in each draw and year, shape (draws, years)."""
    total = np.zeros((draws.number, held.shape[1]))
    for own_chance, own_mw, stream in zip(chance, held, streams, strict=True):
        generator = np.random.default_rng([draws.seed, stream])
        # random() is below 1, so that a chance of 1 always builds and one of 0 never
        total += np.outer(generator.random(draws.number) < own_chance, own_mw)
    return total


def _share_free(published_mw: float, asked_mw: float, drawn_mw: Floats) -> Floats:
    if np.isnan(published_mw):
        return np.full(drawn_mw.shape[1], np.nan)
    return (published_mw - drawn_mw >= asked_mw - NOISE_MW).mean(axis=0)


def _stream_keys(applications: pd.DataFrame) -> list[int]:
    """A number for each application that depends on its id alone."""
    names = applications.get("id", pd.Series(applications.index))
    digests = [hashlib.sha256(str(name).encode()).digest() for name in names]
    return [int.from_bytes(digest[:8], "big") for digest in digests]


def question_problems(asked_mw: float, draws: Draws) -> list[Problem]:
    """What is wrong with a question; empty if nothing."""
    problems = []
    if not 0 < asked_mw < np.inf:
        problems.append(Problem("asked_mw", f"{asked_mw:g}", "a power above 0 MW"))
    if not 1 <= draws.number <= MOST_DRAWS:
        problems.append(Problem("draws", str(draws.number), f"1 to {MOST_DRAWS:,}"))
    if draws.seed < 0:
        problems.append(Problem("seed", str(draws.seed), "0 or more"))
    return problems
