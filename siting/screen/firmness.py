"""How firm a ranking is when the weights are not."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata

from siting.screen.score import Floats, Numbers

PERCENTILES = (5, 50, 95)
DRAWS_AT_ONCE = 500

Ranks = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Firmness:
    """Ranks of the sites over many draws of the weights.

    Attributes
    ----------
    table : DataFrame, index as the sites
        rank_p5, rank_p50, rank_p95: ranks that 5, 50 and 95 % of the draws do not exceed;
        top_share: share of the draws in which the site is among the best `top`.
    mean_rank_correlation : float
        Mean Spearman correlation of a draw's ranking with the stated one; NaN for one site.
    """

    table: pd.DataFrame
    mean_rank_correlation: float


def rank_firmness(
    by_criterion: Numbers, weights: Floats, *, draws: int, spread_share: float, top: int, seed: int
) -> Firmness:
    """Draw weights, rank the sites each time.

    Parameters
    ----------
    by_criterion : float32 array, shape (criteria, sites)
        Scores of the sites; NaN unknown.
    weights : float array, shape (criteria,)
        Stated weights.
    draws : int
        Number of draws, at least 1.
    spread_share : float
        Each weight is drawn evenly from (1 - spread_share) to (1 + spread_share) times its own.
    top : int
        How many count as the best.
    seed : int
        Start of the random numbers.

    Returns
    -------
    Firmness
        Equal scores share the better rank.
    """
    rng = np.random.default_rng(seed)
    drawn = weights * rng.uniform(1 - spread_share, 1 + spread_share, (draws, len(weights)))
    score = np.where(np.isnan(by_criterion), 0, by_criterion)
    known = ~np.isnan(by_criterion)
    parts = range(0, draws, DRAWS_AT_ONCE)
    ranks = np.concatenate(
        [_ranks(_means(score, known, drawn[i : i + DRAWS_AT_ONCE])) for i in parts]
    )
    stated = _ranks(_means(score, known, weights[None, :]))
    names = [f"rank_p{p}" for p in PERCENTILES]
    table = pd.DataFrame(dict(zip(names, _percentile_ranks(ranks), strict=True)))
    table["top_share"] = (ranks <= top).mean(axis=0)
    return Firmness(table, _mean_correlation(ranks, stated[0]))


def _means(score: Floats, known: npt.NDArray[np.bool_], weights: Floats) -> Floats:
    """Weighted means of what is known, one row a draw; below all others where nothing is."""
    total, weight = weights @ score, weights @ known
    means: Floats = np.where(weight > 0, total / np.where(weight > 0, weight, 1), -1)
    return means


def _ranks(scores: Floats) -> Ranks:
    """Rank 1 is the best score of each row."""
    # rounded: sums in another order must not break a tie
    ranks = rankdata(-np.round(scores, 9), method="min", axis=1)
    return np.asarray(ranks).astype(np.int32)


def _percentile_ranks(ranks: Ranks) -> Ranks:
    found = np.percentile(ranks, PERCENTILES, axis=0, method="inverted_cdf")
    return np.asarray(found).astype(np.int32)


def _mean_correlation(ranks: Ranks, stated: Ranks) -> float:
    """Mean Pearson correlation of ranks, which is Spearman's."""
    if stated.std() == 0:
        return float("nan")
    drawn = ranks - ranks.mean(axis=1, keepdims=True)
    own = stated - stated.mean()
    size = np.sqrt((drawn**2).sum(axis=1) * (own**2).sum())
    usable = size > 0
    if not usable.any():
        return float("nan")
    return float(((drawn[usable] @ own) / size[usable]).mean())
