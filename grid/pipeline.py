"""Applications as power by fiscal year: ramp, stage, chance, and what a forecast already holds."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from data.contracts_loads import STAGES
from grid.outlook import JAPAN

Floats = npt.NDArray[np.float64]

CASES = ("contracted", "weighted", "all")
"""Signed contracts only; every application times its chance; everything in full."""

SIGNED_STAGES = ("contract", "supplied")
"""Stages from which OCCTO always counts a project: work-cost contract signed or billed."""

RATE, STEPS = "rate:", "steps:"

NOISE = 1e-9


def load_by_year_mw(applications: pd.DataFrame, years: Sequence[int]) -> Floats:
    """Contract power of each application that is in service in each fiscal year.

    A load counts for the whole fiscal year in which its supply starts, also when it starts after
    the summer peak: the careful reading.

    Parameters
    ----------
    applications : DataFrame, shape (applications,)
        `contract_mw` [MW], `supply_start` (fiscal year), `ramp` (see docs/forecast.md; missing =
        full power at once).
    years : sequence of int
        Fiscal years.

    Returns
    -------
    ndarray, shape (applications, years)
        [MW]

    Examples
    --------
    >>> rows = [(100.0, 2028, "steps:0.5;1"), (90.0, 2029, "rate:30")]
    >>> two = pd.DataFrame(rows, columns=["contract_mw", "supply_start", "ramp"])
    >>> load_by_year_mw(two, [2027, 2028, 2029, 2030, 2031]).tolist()
    [[0.0, 50.0, 100.0, 100.0, 100.0], [0.0, 0.0, 30.0, 60.0, 90.0]]
    """
    contract_mw = applications["contract_mw"].to_numpy(dtype=float)
    start = applications["supply_start"].to_numpy(dtype=int)
    elapsed = np.asarray(years, dtype=int)[None, :] - start[:, None]
    power_mw = np.where(elapsed >= 0, contract_mw[:, None], 0.0)
    for ramp, rows in applications.groupby("ramp").indices.items():
        years_in = elapsed[rows]
        if str(ramp).startswith(RATE):
            reached_mw = float(str(ramp).removeprefix(RATE)) * (years_in + 1)
            power_mw[rows] = np.clip(reached_mw, 0.0, contract_mw[rows, None])
        else:
            shares = _shares_of_steps(str(ramp))
            reached = shares[np.clip(years_in, 0, len(shares) - 1)]
            power_mw[rows] = np.where(years_in >= 0, reached * contract_mw[rows, None], 0.0)
    return power_mw


def full_power_year(applications: pd.DataFrame) -> pd.Series:
    """First fiscal year in which each application may draw its whole contract power.

    Parameters
    ----------
    applications : DataFrame, shape (applications,)
        As in `load_by_year_mw`.

    Returns
    -------
    Series of int, shape (applications,)
        Fiscal year, also beyond every forecast.

    Examples
    --------
    >>> rows = [(100.0, 2028, None), (100.0, 2028, "steps:0.5;1;1"), (90.0, 2029, "rate:40")]
    >>> columns = ["contract_mw", "supply_start", "ramp"]
    >>> full_power_year(pd.DataFrame(rows, columns=columns)).tolist()
    [2028, 2029, 2031]
    """
    years_more = np.zeros(len(applications), dtype=int)
    contract_mw = applications["contract_mw"].to_numpy(dtype=float)
    for ramp, rows in applications.groupby("ramp").indices.items():
        if str(ramp).startswith(RATE):
            rate_mw = float(str(ramp).removeprefix(RATE))
            # a hair less, so that 0.3 MW at 0.1 MW a year takes three years and not four
            years_more[rows] = np.ceil(contract_mw[rows] / rate_mw - NOISE).astype(int) - 1
        else:
            shares = _shares_of_steps(str(ramp))
            years_more[rows] = int(shares.argmax())
    return applications["supply_start"].astype(int) + years_more


def _shares_of_steps(ramp: str) -> Floats:
    return np.array([float(share) for share in ramp.removeprefix(STEPS).split(";")])


def realised_share(applications: pd.DataFrame, share_by_stage: Mapping[str, float]) -> pd.Series:
    """Chance of each application: its own, else that of its stage.

    Parameters
    ----------
    applications : DataFrame
        `probability` (may be missing), `stage`.
    share_by_stage : mapping of str to float
        One of `STAGES` to the chance that such an application is built, an assumption. [-]

    Returns
    -------
    Series, shape (applications,)
        [-]
    """
    by_stage = applications["stage"].map(dict(share_by_stage)).astype(float)
    return applications["probability"].fillna(by_stage)


def case_weights(applications: pd.DataFrame, chance: pd.Series) -> pd.DataFrame:
    """Weight of each application in each of `CASES`.

    Returns
    -------
    DataFrame, shape (applications, 3)
        [-]
    """
    return pd.DataFrame(
        {
            "contracted": applications["stage"].isin(SIGNED_STAGES).astype(float),
            "weighted": chance.astype(float),
            "all": 1.0,
        },
        index=applications.index,
    )


def counted_in(applications: pd.DataFrame, vintages: Sequence[str], *, newest: str) -> pd.DataFrame:
    """Which applications each forecast already holds.

    `yes` and `no` speak for every forecast, a vintage for itself and all later ones. Where nothing
    is stated OCCTO's rule decides for the newest forecast only (a signed contract is always
    counted): nobody knows whether the contract was signed before an older one.

    Parameters
    ----------
    applications : DataFrame
        `counted` (yes, no, a vintage or missing), `stage`.
    vintages : sequence of str
        Months of publication.
    newest : str
        The newest forecast known.

    Returns
    -------
    DataFrame of bool, shape (applications, vintages)

    Examples
    --------
    >>> rows = [("yes", "study"), ("2025-01", "applied"), (None, "contract"), (None, "applied")]
    >>> four = pd.DataFrame(rows, columns=["counted", "stage"])
    >>> counted_in(four, ["2024-01", "2026-01"], newest="2026-01").to_numpy().tolist()
    [[True, True], [False, True], [False, True], [False, False]]
    """
    stated = applications["counted"]
    by_rule = stated.isna() & applications["stage"].isin(SIGNED_STAGES)
    since = stated.where(~stated.isin(["yes", "no"]))
    return pd.DataFrame(
        {
            vintage: (stated == "yes")
            | (since.notna() & (since <= vintage))
            | (by_rule & (vintage == newest))
            for vintage in vintages
        },
        index=applications.index,
    ).astype(bool)


def sum_by_group(
    values: npt.ArrayLike, groups: pd.Series, order: Sequence[str], weights: npt.ArrayLike = 1.0
) -> Floats:
    """Weighted column sums over the rows of each group.

    Parameters
    ----------
    values : array, shape (rows, columns)
        Numbers.
    groups : Series, shape (rows,)
        Group of each row; rows of groups not in `order` are left out.
    order : sequence of str
        Groups wanted.
    weights : array, shape (rows,) or scalar
        Weight of each row.

    Returns
    -------
    ndarray, shape (groups, columns)
        Unit of `values`.
    """
    codes = pd.Index(order).get_indexer(pd.Index(groups))
    known = codes >= 0
    weight = np.broadcast_to(np.asarray(weights, dtype=float), codes.shape)
    shape = (len(order), len(codes))
    picked = sparse.csr_array((weight[known], (codes[known], np.flatnonzero(known))), shape=shape)
    return np.asarray(picked @ np.asarray(values, dtype=float))


def pipeline_by_stage(
    applications: pd.DataFrame, load_mw: Floats, years: Sequence[int]
) -> pd.DataFrame:
    """Power by area, fiscal year and stage, in full whatever its chance, and for all of Japan.

    Parameters
    ----------
    applications : DataFrame
        `area`, `stage`.
    load_mw : ndarray, shape (applications, years)
        Power of each application; with `Loads.compared_mw("all")` the stages of an area add up
        to its `additions_mw` in the case `all`. [MW]
    years : sequence of int
        Fiscal years.

    Returns
    -------
    DataFrame
        `area` (with `japan`), `fiscal_year`, `stage`, `mw`; combinations without power left out.
    """
    keys = ["area", "stage"]
    by_area = applications[keys].assign(**{str(y): load_mw[:, i] for i, y in enumerate(years)})
    both = pd.concat([by_area, by_area.assign(area=JAPAN)])
    sums = both.groupby(keys, as_index=False).sum()
    rows = sums.melt(keys, var_name="fiscal_year", value_name="mw").astype({"fiscal_year": int})
    rank = rows["stage"].map({stage: place for place, stage in enumerate(STAGES)})
    rows = rows.assign(rank=rank)[rows["mw"] > 0]
    ordered = rows.sort_values(["area", "fiscal_year", "rank"], ignore_index=True)
    return ordered[["area", "fiscal_year", "stage", "mw"]]
