"""Interconnectors between supply areas."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

Reinforcements = Literal["none", "planned", "aim"]

USABLE_STATUSES: dict[Reinforcements, tuple[str, ...]] = {
    "none": ("existing",),
    "planned": ("existing", "planned"),
    "aim": ("existing", "planned", "aim"),
}
"""Which steps count: `none` today's ties, `planned` decided works, `aim` hoped-for dates too."""

KEYS = ["tie", "direction", "fiscal_year"]


@dataclass(frozen=True, slots=True)
class TieCapacities:
    """What is known, and what is not, of every tie, direction and year."""

    known: pd.DataFrame
    """Index (tie, direction, fiscal_year): `from_area`, `to_area`, `kind`, `loop`, `capacity_mw`,
    `status`, `confidence`, `source`."""
    unknown: pd.DataFrame
    """Index (tie, direction, fiscal_year): `from_area`, `to_area`, `reason`: `not_found` if no
    capacity is known, `not_in_service` if the tie is only to be built after that year."""


def tie_capacity_by_year(
    ties: pd.DataFrame,
    steps: pd.DataFrame,
    years: Sequence[int],
    *,
    reinforcements: Reinforcements,
    delay_years: int = 0,
) -> TieCapacities:
    """Operating capacity of each tie by direction and year.

    The last step in service counts. A direction without any figure is not 0 MW but unknown: it is
    left out of `known` and listed in `unknown`, never quietly closed.

    Parameters
    ----------
    ties : DataFrame
        Facts table `ties`, one row a tie; `forward` runs from `from_area` to `to_area`.
    steps : DataFrame
        Facts table `tie_capacity`; `capacity_mw` is the total after the step, counted from its
        first full fiscal year. [MW]
    years : sequence of int
        Fiscal years.
    reinforcements : {"none", "planned", "aim"}
        Which steps count, see `USABLE_STATUSES`.
    delay_years : int
        Years by which every step beyond today's ties comes later than stated.

    Returns
    -------
    TieCapacities
        Two frames over the same index levels; together they hold every tie, direction and year.
    """
    directed = _directed(ties)
    grid = directed.merge(pd.DataFrame({"fiscal_year": list(years)}), how="cross")
    usable = _delayed(steps[steps["status"].isin(USABLE_STATUSES[reinforcements])], delay_years)
    dated = _step_in_service(grid, usable.dropna(subset="capacity_mw"))
    table = grid.merge(dated, on=KEYS, how="left").set_index(KEYS).sort_index()
    missing = table["capacity_mw"].isna()
    unknown = table.loc[missing, ["from_area", "to_area"]]
    return TieCapacities(table[~missing], unknown.assign(reason=_reasons(unknown.index, steps)))


def _delayed(steps: pd.DataFrame, years: int) -> pd.DataFrame:
    """Steps with all but those already in service put off."""
    later = steps["from_fiscal_year"] + years
    existing = steps["status"] == "existing"
    return steps.assign(from_fiscal_year=steps["from_fiscal_year"].where(existing, later))


def _reasons(missing: pd.Index, steps: pd.DataFrame) -> list[str]:
    """Why each missing entry is missing."""
    to_be_built = set(zip(steps["tie"], steps["direction"], strict=True))
    return [
        "not_in_service" if (tie, direction) in to_be_built else "not_found"
        for tie, direction, _ in missing
    ]


def _directed(ties: pd.DataFrame) -> pd.DataFrame:
    """One row a tie and direction, with the areas in the order of flow."""
    columns = ["tie", "from_area", "to_area", "kind", "loop"]
    forward = ties[columns].assign(direction="forward")
    reverse = ties[columns].rename(columns={"from_area": "to_area", "to_area": "from_area"})
    return pd.concat([forward, reverse.assign(direction="reverse")], ignore_index=True)


def _step_in_service(grid: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    """Latest step of each tie and direction that counts in each year."""
    offered = grid[KEYS].merge(steps, on=["tie", "direction"])
    begun = offered[offered["from_fiscal_year"] <= offered["fiscal_year"]]
    latest = begun.sort_values("from_fiscal_year", kind="stable").groupby(KEYS).tail(1)
    return latest[[*KEYS, "capacity_mw", "status", "confidence", "source"]]
