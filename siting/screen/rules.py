"""Exclusions: which cell is out, and by which rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from siting.scenario_screen import ExcludeRule
from siting.screen.cells import Cells
from siting.screen.measurements import Measurements
from siting.screen.wanted import wanted_by_rule

Bits = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float32]

MOST_RULES = 32
"""One bit a rule."""

TOUCHED = 1e-9
"""Share of a cell below which a cover is rounding."""


@dataclass(frozen=True)
class Exclusions:
    """Rules as bits: bit i of a cell is set where rule i holds there.

    Attributes
    ----------
    names : sequence of str
        Rules in the order of the scenario.
    bits : uint32 array, shape (cells,)
        Relaxed rules have bits too, but exclude nothing.
    unknown_bits : uint32 array, shape (cells,)
        Bit i is set where rule i's layer knows nothing.
    applied : uint32
        Bits of the rules that exclude.
    """

    names: Sequence[str]
    bits: Bits
    unknown_bits: Bits
    applied: np.uint32

    @property
    def is_open(self) -> Flags:
        """Cells that no rule takes out."""
        return (self.bits & self.applied) == 0

    def rules_at(self, position: int) -> list[str]:
        """Rules that take one cell out."""
        bits = int(self.bits[position] & self.applied)
        return [name for i, name in enumerate(self.names) if bits >> i & 1]


def exclusions(
    rules: Mapping[str, ExcludeRule],
    measured: Measurements,
    class_numbers: Mapping[str, Sequence[float]],
    size: int,
) -> Exclusions:
    """Every rule at every cell.

    Parameters
    ----------
    rules : mapping of str to ExcludeRule
        At most 32.
    measured : Measurements
    class_numbers : mapping of str to sequence of float
        For rules of the condition `among`: the numbers of their classes.
    size : int
        Number of cells.
    """
    bits, unknown_bits = np.zeros(size, np.uint32), np.zeros(size, np.uint32)
    applied = np.uint32(0)
    for i, (name, rule) in enumerate(rules.items()):
        bit = np.uint32(1 << i)
        wanted = wanted_by_rule(rule)
        numbers = measured.numbers[wanted]
        unknown = np.isnan(numbers)
        held = holds(rule, numbers, class_numbers.get(name, ()))
        # a rule whose layer is not there at all does not act, and the report says so
        if rule.unknown == "exclude" and wanted not in measured.unavailable:
            held |= unknown
        bits |= np.where(held, bit, np.uint32(0))
        unknown_bits |= np.where(unknown, bit, np.uint32(0))
        if not rule.relaxed:
            applied |= bit
    return Exclusions(tuple(rules), bits, unknown_bits, applied)


def holds(rule: ExcludeRule, numbers: Numbers, classes: Sequence[float] = ()) -> Flags:
    """Where the condition of a rule holds; never where the number is unknown."""
    with np.errstate(invalid="ignore"):
        if rule.above is not None:
            return numbers > np.float32(rule.above)
        if rule.below is not None:
            return numbers < np.float32(rule.below)
        if rule.within_km is not None:
            return numbers <= np.float32(rule.within_km)
        if rule.beyond_km is not None:
            return numbers > np.float32(rule.beyond_km)
        if rule.overlap_above is not None:
            return numbers > np.float32(rule.overlap_above + TOUCHED)
        return np.isin(numbers, np.asarray(classes, dtype=np.float32))


def rule_table(found: Exclusions, rules: Mapping[str, ExcludeRule], cells: Cells) -> pd.DataFrame:
    """What each rule costs in land.

    Returns
    -------
    DataFrame, index rule
        `alone_km2`: land that the rule takes out whatever the others say; `only_km2`: land that it
        takes out and no other applied rule does, which is what giving it up would gain (for a
        relaxed rule: what applying it would cost); `unknown_km2`: land of which its layer knows
        nothing. [km2]
    """
    km2 = cells.land_km2
    rows = {}
    for i, name in enumerate(rules):
        bit = np.uint32(1 << i)
        held = (found.bits & bit) != 0
        others = (found.bits & found.applied & ~bit) != 0
        rows[name] = {
            "alone_km2": float(km2[held].sum()),
            "only_km2": float(km2[held & ~others].sum()),
            "unknown_km2": float(km2[(found.unknown_bits & bit) != 0].sum()),
        }
    columns = ["alone_km2", "only_km2", "unknown_km2"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("rule")
