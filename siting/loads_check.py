"""The utility's check: a list of load additions against OCCTO's forecast, area by area."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from grid.allowance import allowances
from grid.forecast_check import Loads, contributors, first_years, verdicts
from grid.forecast_draws import draw_additions_mw, exceed_shares, percentiles
from grid.pipeline import CASES, pipeline_by_stage
from siting.loads_adequacy import adequacy_of
from siting.loads_inputs import LoadsInput, chances_of, loads_of, read_inputs

Progress = Callable[[float, str], None]

DEFAULT_SEED = 7
MANY_APPLICATIONS = 10_000
DRAWS, DRAWS_OF_MANY = 10_000, 1_000
"""Draws by default, and for lists so long that they would be waited for."""


@dataclass(frozen=True, slots=True)
class LoadsAnswer:
    """All tables of a check; nothing in them is computed twice."""

    given: LoadsInput
    loads: Loads
    cases: tuple[str, ...]
    verdict: pd.DataFrame
    firsts: pd.DataFrame
    contributors: pd.DataFrame
    pipeline: pd.DataFrame
    adequacy: pd.DataFrame
    draws: pd.DataFrame
    chance: pd.DataFrame
    draw_count: int
    seed: int

    @property
    def exceeds(self) -> bool:
        """Whether any row of the verdict exceeds."""
        return bool((self.verdict["verdict"] == "exceeds").any())


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What a check compares, and with which assumptions."""

    vintages: tuple[str, ...] = ()
    """Forecasts to compare with, such as 2026-01; empty = all known."""
    cases: tuple[str, ...] = ()
    """Of contracted, weighted, all; empty = all three."""
    area_table: Path | None = None
    """OCCTO's figures by area, also of later forecasts (docs/area-table.md)."""
    assumptions: Path | None = None
    """Changed assumptions, such as the chance by stage."""
    draws: int | None = None
    """Draws for the chance of exceeding; 0 leaves it out, None decides by the list's length."""
    seed: int = DEFAULT_SEED
    """The same seed gives the same draws."""


def check_loads(
    path: Path | str, options: CheckOptions | None = None, *, progress: Progress | None = None
) -> LoadsAnswer:
    """Check a list of load additions against OCCTO's forecasts.

    Parameters
    ----------
    path : Path or str
        List of applications, CSV or XLSX (docs/forecast.md).
    options : CheckOptions, optional
        What to compare with.
    progress : callable, optional
        Called with the share done and the step.

    Returns
    -------
    LoadsAnswer
        Tables in MW and GWh; `LoadsAnswer.exceeds` is what the exit code says.

    Raises
    ------
    InputError
        With every problem of every file.
    """
    chosen = options or CheckOptions()
    tell = progress or (lambda share, text: None)
    tell(0.02, "list")
    given = read_inputs(
        Path(path),
        vintages=chosen.vintages,
        area_table=chosen.area_table,
        assumptions=chosen.assumptions,
    )
    tell(0.2, "verdict")
    loads = loads_of(given)
    allowance = allowances(given.forecasts, given.vintages, given.years)
    cases = tuple(case for case in CASES if case in (chosen.cases or CASES))
    verdict = verdicts(loads, allowance, given.forecasts)
    verdict = verdict[verdict["case"].isin(cases)].reset_index(drop=True)
    firsts = first_years(verdict)
    tell(0.3, "margins")
    adequacy = adequacy_of(given, loads)
    count = _draws_for(len(given.applications)) if chosen.draws is None else chosen.draws
    drawn, chance = _draw(given, loads, allowance, (count, chosen.seed), tell)
    return LoadsAnswer(
        given=given,
        loads=loads,
        cases=cases,
        verdict=verdict,
        firsts=firsts,
        contributors=contributors(loads, firsts, given.forecasts),
        pipeline=pipeline_by_stage(given.applications, loads.load_mw, given.years),
        adequacy=adequacy[adequacy["case"].isin(["none", *cases])].reset_index(drop=True),
        draws=drawn,
        chance=chance,
        draw_count=count,
        seed=chosen.seed,
    )


def _draws_for(applications: int) -> int:
    return DRAWS if applications <= MANY_APPLICATIONS else DRAWS_OF_MANY


def _draw(
    given: LoadsInput,
    loads: Loads,
    allowance: pd.DataFrame,
    count_and_seed: tuple[int, int],
    tell: Progress,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Percentiles and chances of exceeding; empty tables without draws."""
    count, seed = count_and_seed
    if count == 0:
        empty: dict[str, Any] = {"area": [], "fiscal_year": []}
        return pd.DataFrame(empty), pd.DataFrame(empty)
    drawn_mw = draw_additions_mw(
        loads,
        chances_of(given),
        draws=count,
        seed=seed,
        progress=lambda share: tell(0.5 + 0.4 * share, "draws"),
    )
    shares = exceed_shares(drawn_mw, given.years, allowance, given.forecasts)
    return percentiles(drawn_mw, given.years), shares
