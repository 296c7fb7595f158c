"""The utility's check: a list of load additions against OCCTO's forecast, area by area."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from data.errors import InputError, Problem
from grid.allowance import allowances
from grid.forecast_check import Loads, contributors, first_years, verdicts
from grid.forecast_draws import PERCENTILES, draw_additions_mw, exceed_shares, percentiles
from grid.pipeline import CASES, pipeline_by_stage
from grid.spare import NONE
from siting.loads_adequacy import adequacy_of
from siting.loads_inputs import LoadsInput, chances_of, loads_of, read_inputs

Progress = Callable[[float, str], None]

DEFAULT_SEED = 7
MANY_APPLICATIONS = 10_000
DRAWS, DRAWS_OF_MANY = 10_000, 1_000
"""Draws by default, and for lists so long that they would be waited for."""

DRAW_COLUMNS = ["area", "fiscal_year", "mean_mw", *PERCENTILES]
CHANCE_COLUMNS = ["area", "fiscal_year", "vintage", "exceed_share"]


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
        With every problem of every file and option.
    """
    chosen, tell = options or CheckOptions(), progress or (lambda share, text: None)
    tell(0.02, "list")
    given = _read(Path(path), chosen)
    tell(0.2, "verdict")
    loads = loads_of(given)
    allowance = allowances(given.forecasts, given.vintages, given.years)
    cases = tuple(case for case in CASES if case in (chosen.cases or CASES))
    verdict = _of_cases(verdicts(loads, allowance, given.forecasts), cases)
    firsts = first_years(verdict)
    tell(0.3, "margins")
    adequacy = _of_cases(adequacy_of(given, loads), (NONE, *cases))
    drawn, chance, count = _draw(given, loads, allowance, chosen, tell)
    return LoadsAnswer(
        given=given,
        loads=loads,
        cases=cases,
        verdict=verdict,
        firsts=firsts,
        contributors=contributors(loads, firsts, given.forecasts),
        pipeline=pipeline_by_stage(given.applications, loads.compared_mw("all"), given.years),
        adequacy=adequacy,
        draws=drawn,
        chance=chance,
        draw_count=count,
        seed=chosen.seed,
    )


def _read(path: Path, options: CheckOptions) -> LoadsInput:
    """Everything a check reads; faults of the options stand in one list with those of files."""
    problems = list(_faults(options))
    try:
        given = read_inputs(
            path,
            vintages=options.vintages,
            area_table=options.area_table,
            assumptions=options.assumptions,
        )
    except InputError as error:
        raise InputError(error.where, [*error.problems, *problems]) from error
    if problems:
        raise InputError("options", problems)
    return given


def _faults(options: CheckOptions) -> Iterator[Problem]:
    """Options that would be left out without a word, or fail further on."""
    for case in options.cases:
        if case not in CASES:
            yield Problem("--case", case, f"one of {', '.join(CASES)}")
    for name, value in (("--draws", options.draws), ("--seed", options.seed)):
        if value is not None and value < 0:
            yield Problem(name, str(value), "0 or more")


def _of_cases(table: pd.DataFrame, cases: Sequence[str]) -> pd.DataFrame:
    return table[table["case"].isin(cases)].reset_index(drop=True)


def _draws_for(applications: int) -> int:
    return DRAWS if applications <= MANY_APPLICATIONS else DRAWS_OF_MANY


def _draw(
    given: LoadsInput,
    loads: Loads,
    allowance: pd.DataFrame,
    options: CheckOptions,
    tell: Progress,
) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Percentiles, chances of exceeding, number of draws; empty tables without draws."""
    count = _draws_for(len(given.applications)) if options.draws is None else options.draws
    if count == 0:
        return pd.DataFrame(columns=DRAW_COLUMNS), pd.DataFrame(columns=CHANCE_COLUMNS), 0
    drawn_mw = draw_additions_mw(
        loads,
        chances_of(given),
        draws=count,
        seed=options.seed,
        progress=lambda share: tell(0.5 + 0.4 * share, "draws"),
    )
    shares = exceed_shares(drawn_mw, given.years, allowance, given.forecasts)
    return percentiles(drawn_mw, given.years), shares, count
