"""Draws of uncertain inputs: seeded, and spread evenly over every range."""

from typing import Any

from scipy.stats import qmc

from siting.scenario_uncertain import Uncertain, UncertainInput

Draw = dict[str, Any]
"""Value of every uncertain input, by its name."""


def draw_samples(uncertain: Uncertain, samples: int, seed: int) -> dict[str, Draw]:
    """Values of every sample, by its number as text.

    Latin hypercube (McKay, Beckman, Conover 1979): of n samples exactly one lies in each n-th of
    every range, and every choice comes up as often as the others, give or take one.

    Parameters
    ----------
    uncertain : Uncertain
    samples : int
    seed : int
        The same seed, inputs and number of samples give the same draws.
    """
    sampler = qmc.LatinHypercube(d=len(uncertain.inputs), seed=seed)
    rows = sampler.random(samples)
    return {
        str(number): {
            name: value_at(one, float(share))
            for (name, one), share in zip(uncertain.inputs.items(), row, strict=True)
        }
        for number, row in enumerate(rows, 1)
    }


def value_at(one: UncertainInput, share: float) -> Any:
    """Value of an input at a share of its range or its list.

    Examples
    --------
    >>> value_at(UncertainInput(field="costs.discount_share", low=2, high=6), 0.5)
    4.0
    >>> value_at(UncertainInput(field="headroom.case", choices=("low", "mid", "high")), 0.99)
    'high'
    """
    if one.choices:
        return one.choices[min(int(share * len(one.choices)), len(one.choices) - 1)]
    low, high = float(one.low or 0.0), float(one.high or 0.0)
    return low + share * (high - low)


def ends_of(one: UncertainInput) -> list[Any]:
    """Values at which an input is tried alone: both ends, or every choice."""
    return list(one.choices) if one.choices else [one.low, one.high]
