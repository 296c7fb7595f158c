"""What a forecast check is made from: the list, the forecasts, what is assumed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

from data.contracts_loads import KINDS, STAGES
from data.errors import InputError, Problem
from data.facts import read_fact
from data.read_applications import ApplicationList, checked_applications, open_applications
from data.read_assumptions import read_assumptions
from data.read_occto_area import read_occto_area
from grid.allowance import Forecasts, unknown_vintages
from grid.forecast_check import Loads
from grid.forecast_draws import Chances
from grid.load_area import FoundAreas, find_areas
from grid.pipeline import case_weights, counted_in, load_by_year_mw, realised_share

Given = TypeVar("Given")
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class LoadsInput:
    """Everything a check reads, checked."""

    path: Path
    opened: ApplicationList
    applications: pd.DataFrame
    """Contract `applications` with `area` filled, `line`, and `found_by`: stated, position or
    municipality."""
    areas: FoundAreas
    assumptions: pd.DataFrame
    """Index assumption; `value`, `low`, `high` and where they come from."""
    forecasts: Forecasts
    area_table: pd.DataFrame | None
    """The user's OCCTO figures by area."""
    vintages: tuple[str, ...]
    """Forecasts to compare with, oldest first."""
    newest: str
    """The newest forecast known."""
    years: tuple[int, ...]

    def value(self, assumption: str) -> float:
        """One assumption, in its unit."""
        return float(self.assumptions["value"][assumption])


def read_inputs(
    path: Path,
    *,
    vintages: Sequence[str] = (),
    area_table: Path | None = None,
    assumptions: Path | None = None,
) -> LoadsInput:
    """Read and check everything; what is wrong in any of the files comes in one list.

    Parameters
    ----------
    path : Path
        The list of applications.
    vintages : sequence of str
        Forecasts to compare with; empty = all known.
    area_table : Path, optional
        OCCTO's figures by area, as `siting new area-table` makes it.
    assumptions : Path, optional
        Changed assumptions.

    Raises
    ------
    InputError
        With every problem of every file.
    """
    problems: list[Problem] = []
    assumed = _tried(problems, read_assumptions, assumptions)
    user = None if area_table is None else _tried(problems, read_occto_area, area_table)
    forecasts = _forecasts(user, assumed)
    problems.extend(unknown_vintages(forecasts, vintages))
    opened = _tried(problems, open_applications, path)
    found = None if opened is None else _tried(problems, _with_areas, opened)
    if problems or assumed is None or opened is None or found is None:
        raise InputError(str(path), problems)
    table, areas = found
    return LoadsInput(
        path=path,
        opened=opened,
        applications=table,
        areas=areas,
        assumptions=assumed,
        forecasts=forecasts,
        area_table=user,
        vintages=tuple(sorted(set(vintages))) or forecasts.vintages,
        newest=max(forecasts.vintages),
        years=_years(forecasts),
    )


def _tried(problems: list[Problem], read: Callable[[Given], Read], given: Given) -> Read | None:
    """What a reader returns; its problems are kept, so that those of all files come together."""
    try:
        return read(given)
    except InputError as error:
        problems.extend(error.problems)
        return None


def _with_areas(opened: ApplicationList) -> tuple[pd.DataFrame, FoundAreas]:
    """The checked list with its areas filled."""
    areas = find_areas(opened.cells, opened.lines, read_fact("area_rule"), where=opened.where)
    table = checked_applications(opened, more_problems=areas.problems)
    return table.assign(area=areas.area.astype("str"), found_by=areas.found_by), areas


def _forecasts(user: pd.DataFrame | None, assumed: pd.DataFrame | None) -> Forecasts:
    """Facts, the user's table, and how low a share published as "a little under" may be."""
    table = read_assumptions() if assumed is None else assumed
    return Forecasts(
        read_fact("forecast_national"),
        read_fact("forecast_area"),
        user,
        least_share=float(table["value"]["tokyo-count-low"]),
    )


def _years(forecasts: Forecasts) -> tuple[int, ...]:
    """Fiscal years for which any forecast counts."""
    rows = forecasts.national[forecasts.national["quantity"] == "counted_mw"]
    years = set(rows["fiscal_year"])
    if forecasts.user is not None:
        years |= set(forecasts.user["fiscal_year"])
    return tuple(range(min(years), max(years) + 1))


def loads_of(given: LoadsInput) -> Loads:
    """The list as arrays, as compared with OCCTO's count."""
    table = given.applications
    shares = {kind: given.value(f"compared-{kind}") for kind in KINDS}
    compared = table["kind"].map(shares).astype(float)
    known = {kind: given.value(f"load-factor-{kind}") for kind in KINDS}
    load_factor = table["load_factor"].fillna(table["kind"].map(known).astype(float))
    chance = realised_share(table, {stage: given.value(f"realised-{stage}") for stage in STAGES})
    known_vintages = sorted({*given.vintages, given.newest})
    return Loads(
        applications=table,
        years=given.years,
        load_mw=load_by_year_mw(table, given.years),
        peak_share=compared.to_numpy().astype(np.float64) * given.value("coincidence"),
        load_factor=load_factor.to_numpy(dtype=float),
        weights=case_weights(table, chance),
        counted=counted_in(table, known_vintages, newest=given.newest),
    )


def chances_of(given: LoadsInput) -> Chances:
    """How likely each application is built, for the draws."""
    rows = [f"realised-{stage}" for stage in STAGES]
    by_stage = given.assumptions.loc[rows, ["low", "value", "high"]].astype(float)
    value = by_stage["value"]
    filled = by_stage.assign(low=by_stage["low"].fillna(value), high=by_stage["high"].fillna(value))
    return Chances(filled.set_axis(pd.Index(STAGES)), given.applications["probability"])


def all_kinds(loads: Loads, coincidence: float) -> Loads:
    """The same list with every kind drawing at the peak, compared with the count or not."""
    return replace(
        loads, peak_share=np.full(len(loads.applications), coincidence, dtype=np.float64)
    )
