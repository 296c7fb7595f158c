"""Scores: how good a cell is by each criterion and by all."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from siting.scenario_screen import ScoreRule

Numbers = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scores:
    """Scores from 0 (worst) to 1 (best).

    Attributes
    ----------
    by_criterion : float32 array, shape (criteria, cells)
        NaN where the criterion knows nothing.
    weights : float array, shape (criteria,)
        As stated; only their ratios count.
    """

    names: tuple[str, ...]
    by_criterion: Numbers
    weights: Floats

    def total(self) -> Numbers:
        """Weighted mean of what is known; NaN where nothing is. Shape (cells,)."""
        return weighted_score(self.by_criterion, self.weights)

    def known_weight_share(self) -> Numbers:
        """Share of the weight that stands behind each cell's score. Shape (cells,)."""
        known = ~np.isnan(self.by_criterion)
        share: Numbers = (self.weights @ known / self.weights.sum()).astype(np.float32)
        return share


def criterion_score(
    rule: ScoreRule, numbers: Numbers, classes: Mapping[str, float] | None = None
) -> Numbers:
    """Score of every cell by one criterion.

    Parameters
    ----------
    rule : ScoreRule
    numbers : float32 array, shape (cells,)
        What was measured; NaN unknown.
    classes : mapping of str to float, optional
        For the shape `classes`: the number that stands for each word in `numbers`.

    Returns
    -------
    float32 array, shape (cells,)
        NaN where unknown, unless the rule states a score for that.

    Examples
    --------
    >>> rule = ScoreRule(layer="power", linear=(20.0, 0.0))
    >>> criterion_score(rule, np.array([0, 5, 40, np.nan], np.float32)).tolist()
    [1.0, 0.75, 0.0, nan]
    """
    score = _shaped(rule, numbers, classes or {})
    if rule.unknown != "leave_out":
        score = np.where(np.isnan(score), rule.unknown, score)
    return score.astype(np.float32)


def _shaped(rule: ScoreRule, numbers: Numbers, classes: Mapping[str, float]) -> Floats:
    if rule.linear is not None:
        worst, best = rule.linear
        ramp: Floats = np.clip((numbers.astype(float) - worst) / (best - worst), 0, 1)
        return ramp
    if rule.piecewise is not None:
        xs, ys = zip(*rule.piecewise, strict=True)
        line: Floats = np.interp(numbers.astype(float), xs, ys)
        return np.where(np.isnan(numbers), np.nan, line)
    score = np.full(numbers.shape, np.nan)
    for word, value in (rule.classes or {}).items():
        if word in classes:
            score[numbers == np.float32(classes[word])] = value
    return score


def weighted_score(by_criterion: Numbers, weights: Floats) -> Numbers:
    """Weighted mean over the criteria that are known at each cell.

    Parameters
    ----------
    by_criterion : float32 array, shape (criteria, cells)
    weights : float array, shape (criteria,)

    Returns
    -------
    float32 array, shape (cells,)
        NaN where no criterion of any weight is known.
    """
    total = np.zeros(by_criterion.shape[1])
    weight = np.zeros(by_criterion.shape[1])
    for score, each in zip(by_criterion, weights, strict=True):
        known = ~np.isnan(score)
        total += np.where(known, score, 0) * each
        weight += known * each
    with np.errstate(invalid="ignore"):
        mean: Numbers = np.where(weight > 0, total / np.where(weight > 0, weight, 1), np.nan)
    return mean.astype(np.float32)
