"""A scenario put as a question: candidates, problem, and the system before any site."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from data.errors import InputError
from optimize.base import BaseDispatch
from siting.candidates import Candidates, find_candidates
from siting.clean_inputs import with_grid_share
from siting.intensity import location_based_intensity
from siting.network_base import base_on_network
from siting.nodal_inputs import join_network, nodal_inputs
from siting.question import Question, pose
from siting.scenario import Scenario
from siting.screen.homes import Homes
from siting.screened import Screened, screen_for_plan, without_needless
from siting.study_problems import find_study_problems

log = logging.getLogger(__name__)

Progress = Callable[[float, str], None]

SCREEN_SHARE = (0.02, 0.07)
"""Part of the progress bar that belongs to the screening."""


@dataclass(frozen=True, slots=True)
class Posed:
    """A question ready to be solved; nothing in it depends on a plan."""

    scenario: Scenario
    candidates: Candidates
    question: Question
    base: BaseDispatch
    screened: Screened | None = None


def pose_study(
    scenario: Scenario, homes: Homes | None = None, progress: Progress | None = None
) -> Posed:
    """Screen, find candidates, pose the problem, dispatch the system without sites.

    Parameters
    ----------
    scenario : Scenario
    homes : Homes, optional
        Folders of the layers of its section `screen`, where it has one.
    progress : callable, optional
        Told the share done and the step, up to 0.15.

    Raises
    ------
    InputError
        A table of the user, or a name in the scenario, cannot be used.
    InfeasibleError
        The network does not hold before any site is added.
    """
    tell_progress = progress or (lambda share, text: None)
    problems = list(find_study_problems(scenario))
    if problems:
        raise InputError(scenario.origin.file or scenario.name, problems)
    tell_progress(0.02, "candidates")
    with timed("screening"):
        screened = screen_for_plan(scenario, homes, part_of(tell_progress, *SCREEN_SHARE))
    with timed("candidates"):
        places = None if screened is None else screened.places
        candidates, joined = join_network(scenario, find_candidates(scenario, places))
        node = None if joined is None else joined.node
        candidates, needless = without_needless(scenario, candidates, node)
        question = pose(scenario, candidates)
        network = nodal_inputs(scenario, joined, question.problem)
        question = replace(question, network=network)
    tell_progress(0.08, "system without data centres")
    with timed("base dispatch"):
        base = base_on_network(question)
        question = _with_intensity(question, base)
        counted = with_grid_share(scenario, question.problem, base)
        question = replace(question, problem=counted)
    screened = None if screened is None else replace(screened, needless=needless)
    return Posed(scenario, candidates, question, base, screened)


def _with_intensity(question: Question, base: BaseDispatch) -> Question:
    intensity = location_based_intensity(question.problem, base, question.t_per_mwh)
    dispatch = question.problem.dispatch
    if dispatch is None:
        return question
    dispatch = replace(dispatch, intensity_t_per_mwh=intensity)
    return replace(
        question, problem=replace(question.problem, dispatch=dispatch, carbon=question.carbon)
    )


def part_of(progress: Progress, low: float, high: float) -> Progress:
    """Progress of one step as a part of the whole."""

    def part(share: float, text: str) -> None:
        progress(low + share * (high - low), text)

    return part


@contextmanager
def timed(step: str) -> Iterator[None]:
    """Log how long a step took."""
    start = time.perf_counter()
    yield
    log.info("%s: %.1f s", step, time.perf_counter() - start)
