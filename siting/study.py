"""The steps of a study, in order: scenario, candidates, question, plan, answer, files."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from data.errors import InfeasibleError, InputError, Problem
from optimize.base import BaseDispatch
from optimize.explain import explain_clash
from optimize.explain_network import with_network as join_clashes
from optimize.plan import Plan, choose_sites
from optimize.solve import SolverSettings
from siting.answer import Answer, tell
from siting.candidates import Candidates, find_candidates
from siting.lock import lock_text
from siting.nodal_inputs import join_network
from siting.posed import Progress, part_of, pose_study, timed
from siting.question import Question, pose
from siting.robust.question import find_value_problems
from siting.run_files import write_gpkg, write_json, write_parquet
from siting.run_folder import run_folder
from siting.run_log import log_to
from siting.run_pages import draw_pages, redraw_map
from siting.scenario import Scenario
from siting.screen.homes import Homes
from siting.screened import (
    Screened,
    screen_summary,
    with_screening,
    write_screening,
)
from siting.site_table import site_table
from siting.spreadsheet import write_csv
from siting.study_problems import find_study_problems

SOLVE_SHARE = (0.15, 0.85)
"""Part of the progress bar that belongs to the solver."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """Where a run was written, and what it says."""

    folder: Path
    summary: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Study:
    """All that a study produced; nothing in it is computed twice."""

    scenario: Scenario
    candidates: Candidates
    question: Question
    plan: Plan
    answer: Answer
    screened: Screened | None = None
    screening: dict[str, Any] | None = None
    """Summary of the scenario's own screening."""


def check_study(scenario: Scenario, layers: Path | None = None) -> list[Problem]:
    """Problems that only show when the scenario meets its tables and layers; empty if none.

    Parameters
    ----------
    scenario : Scenario
    layers : Path, optional
        Folder looked at first for the files of its layers.
    """
    try:
        problems = [*find_study_problems(scenario), *find_value_problems(scenario)]
        if scenario.screen is not None:
            from siting.screen.check import find_screen_problems

            problems += find_screen_problems(scenario, layers)
        candidates = None if problems else find_candidates(scenario)
        # with layers, sites may be all that there is to choose from, and only a run finds them
        if candidates is not None and (scenario.screen is None or len(candidates.usable)):
            pose(scenario, join_network(scenario, candidates)[0])
    except InputError as error:
        return list(error.problems)
    return problems


def make_study(
    scenario: Scenario,
    *,
    homes: Homes | None = None,
    start: Mapping[str, int] | None = None,
    progress: Progress | None = None,
) -> Study:
    """Answer `scenario` without writing anything.

    Parameters
    ----------
    scenario : Scenario
    homes : Homes, optional
        Folders of the layers of its section `screen`, where it has one.
    start : mapping, optional
        As in `optimize.plan.choose_sites`.
    progress : callable, optional
        Told the share done and the step.

    Raises
    ------
    InputError
        A table of the user, or a name in the scenario, cannot be used.
    InfeasibleError
        No plan meets all limits; the error names those that clash.
    PlanError
        The gap was not proven in time.
    """
    tell_progress = progress or (lambda share, text: None)
    posed = pose_study(scenario, homes, tell_progress)
    candidates, question, base = posed.candidates, posed.question, posed.base
    with timed("plan"):
        plan = _plan(scenario, question, base, tell_progress, start)
    tell_progress(0.88, "answer")
    with timed("answer"):
        answer = tell(scenario, candidates, question, plan, base)
    study = Study(scenario, candidates, question, plan, answer)
    return study if posed.screened is None else _with_screening(study, posed.screened)


def _with_screening(study: Study, screened: Screened) -> Study:
    """A study that names the layers it rests on."""
    screening = screen_summary(screened)
    summary = with_screening(study.answer.summary, screening)
    answer = replace(study.answer, summary=summary)
    return replace(study, answer=answer, screened=screened, screening=screening)


def run_study(
    scenario: Scenario,
    *,
    output: Path,
    homes: Homes | None = None,
    start: Mapping[str, int] | None = None,
    progress: Progress | None = None,
) -> RunResult:
    """Answer `scenario` and write the run folder, which appears only when all is done."""
    tell_progress = progress or (lambda share, text: None)
    with run_folder(output) as folder, log_to(folder / "run.log"):
        study = make_study(scenario, homes=homes, start=start, progress=progress)
        tell_progress(0.9, "files")
        with timed("files"):
            write_study(study, folder)
        tell_progress(1.0, "done")
    return RunResult(output, study.answer.summary)


def write_study(study: Study, folder: Path) -> None:
    """Write every file of a run into `folder`."""
    plan, summary = study.plan, study.answer.summary
    sites = site_table(study.candidates, study.question, study.answer, plan)
    (folder / "scenario.lock.yaml").write_text(lock_text(study.scenario), encoding="utf-8")
    write_parquet(study.candidates.table, folder / "candidates.parquet")
    write_csv(sites, folder / "sites.csv")
    last = sites.sort_values("fiscal_year").drop_duplicates("site", keep="last")
    write_gpkg(last.sort_values("site"), folder / "sites.gpkg", created=summary["created"])
    write_parquet(plan.balance, folder / "balance.parquet")
    write_parquet(plan.flows, folder / "flows.parquet")
    write_parquet(plan.workloads, folder / "workloads.parquet")
    write_parquet(plan.serve, folder / "served.parquet")
    if plan.clean is not None:
        write_parquet(plan.clean.contracts, folder / "contracts.parquet")
        write_parquet(plan.clean.stores, folder / "stores.parquet")
    write_json(asdict(plan.record), folder / "solve.json")
    write_json(summary, folder / "summary.json")
    if study.screened is not None and study.screening is not None:
        write_screening(study.screened, study.screening, folder)
    draw_pages(folder)


def _plan(
    scenario: Scenario,
    question: Question,
    base: BaseDispatch,
    progress: Progress,
    start: Mapping[str, int] | None,
) -> Plan:
    settings = SolverSettings(
        gap_share=scenario.solver.gap_share,
        time_limit_s=scenario.solver.time_limit_s,
        seed=scenario.seed,
    )
    part = part_of(progress, *SOLVE_SHARE)
    network = None if question.network is None else question.network.grid
    try:
        return choose_sites(
            question.problem,
            settings,
            network=network,
            start=start,
            base_cost_myen=base.cost_myen,
            progress=part,
        )
    except InfeasibleError as error:
        part(0.0, "why there is no plan")
        raise join_clashes(explain_clash(question.problem, network=network), error) from None


__all__ = ["RunResult", "Study", "check_study", "make_study", "redraw_map", "run_study"]
