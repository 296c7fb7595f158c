"""What the rows of a solved model are worth: their duals, by limit, key and year."""

from typing import Any

import numpy as np
import pandas as pd

from optimize.matrix import Floats, Matrix, parts_of
from optimize.problem import Dispatch, SiteProblem
from optimize.solve import Solution

SMALLEST_PRICE_MYEN = 1e-9
"""Duals below a thousandth of a yen are solver noise. [M¥]"""

BOOKKEEPING = (
    "balance_power",
    "sum_of_draw",
    "sum_of_area",
    "pass_over",
    "count_waiting",
    "clean_balance",
    "count_claim",
    "run_within_contract",
    "store_level",
    "store_season",
    "store_within_power",
    "store_within_energy",
    "store_full_at_last",
    "store_empty_at_last",
    "match_within_draw",
    "carry_on_flow",
    "one_way",
)
"""Rows that add up and limit nothing that a person sets; they are left out of a plan's limits."""


def price_rows(matrix: Matrix, solution: Solution) -> pd.DataFrame:
    """Rows with a price: limit, key (without its year), year, slack and dual."""
    priced = np.flatnonzero(np.abs(solution.duals) > SMALLEST_PRICE_MYEN)
    years = [year_of(matrix.row_keys[i]) for i in priced]
    return pd.DataFrame(
        {
            "limit": matrix.row_names[priced],
            "key": pd.array([key_of(matrix.row_keys[i]) for i in priced], dtype="str"),
            "fiscal_year": pd.array(years, dtype="Int64"),
            "slack": solution.slacks[priced],
            "price_myen": solution.duals[priced],
        }
    )


def site_limits(prices: pd.DataFrame) -> pd.DataFrame:
    """Leave out rows that only add up."""
    return prices[~prices["limit"].isin(BOOKKEEPING)]


def energy_price(
    problem: SiteProblem, dispatch: Dispatch, prices: pd.DataFrame, *, index: pd.MultiIndex
) -> Floats:
    """Marginal cost of one more MWh, undiscounted: dual over hours and present-value weight.

    Zero where supplying one more MWh costs nothing. [M¥/MWh]
    """
    rows = prices[prices["limit"] == "balance_power"]
    place = rows["key"].str.split("/", expand=True).reindex(columns=[0, 1]).astype(object)
    weight = pd.Series(problem.year_weights())
    years = rows["fiscal_year"].astype(int)
    hours = dispatch.hours_per_year().reindex(place[1]).to_numpy()
    worth = rows["price_myen"].to_numpy() / (hours * weight.reindex(years).to_numpy())
    keys = pd.MultiIndex.from_arrays([place[0], years, place[1]], names=index.names)
    return np.asarray(pd.Series(worth, index=keys).reindex(index).fillna(0.0), dtype=np.float64)


def year_of(key: Any) -> int | None:
    """Last integer of a row's key: a step (y, z) from one year to the next is a row of z."""
    return next((item for item in reversed(parts_of(key)) if isinstance(item, int)), None)


def key_of(key: Any) -> str:
    """Return the row's key without its integers: years, and the side of a fence."""
    return "/".join(str(item) for item in parts_of(key) if not isinstance(item, int))
