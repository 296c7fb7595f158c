"""How much time stating the model takes, against what HiGHS needs to solve it.

    python benchmarks/bench_model.py [runs] [sites] [hours a slice]

Ratios are of the same run, so that a slow machine slows both sides of each.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import highspy
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.national import national_problem
from optimize.base import base_dispatch
from optimize.highs import Highs, load_highs
from optimize.matrix import Matrix, compile_model
from optimize.model import build_model
from optimize.problem import SiteProblem
from optimize.solve import SolverSettings, solve

T = TypeVar("T")

SETTINGS = SolverSettings(gap_share=0.01, time_limit_s=600.0)


def main() -> None:
    runs, sites, hours = (*map(int, sys.argv[1:]), *(3, 95, 3)[len(sys.argv) - 1 :])
    problem = national_problem(sites=sites, hours=hours)
    base_myen = base_dispatch(problem).cost_myen
    rows, columns = compile_model(build_model(problem)).shape
    print(f"{sites} sites, {hours} h a slice: {rows} rows, {columns} columns, {runs} runs")
    found = [measure(problem, base_myen) for _ in range(runs)]
    print(f"{'':44}{'min':>9}{'median':>9}{'max':>9}")
    for name in found[0]:
        values = [run[name] for run in found]
        middle = statistics.median(values)
        print(f"{name:44}{min(values):9.3f}{middle:9.3f}{max(values):9.3f}")


def measure(problem: SiteProblem, base_myen: float) -> dict[str, float]:
    """Seconds of every step of one run, and their ratios."""
    build_s, model = timed(lambda: build_model(problem))
    compile_s, matrix = timed(lambda: compile_model(model))
    load_s, _ = timed(lambda: load_highs(matrix, SETTINGS))
    bare_s, _ = timed(bare_pass(matrix))
    solve_s, _ = timed(lambda: solve(matrix, SETTINGS, base_cost_myen=base_myen))
    return {
        "build [s]": build_s,
        "hand-over: compile and pass [s]": compile_s + load_s,
        "bare passModel of the same arrays [s]": bare_s,
        "HiGHS, all steps [s]": solve_s,
        "(build + hand-over) / HiGHS [-]": (build_s + compile_s + load_s) / solve_s,
        "hand-over / bare passModel [-]": (compile_s + load_s) / bare_s,
        "pass with checks / bare passModel [-]": load_s / bare_s,
    }


def timed(step: Callable[[], T]) -> tuple[float, T]:
    started = time.perf_counter()
    result = step()
    return time.perf_counter() - started, result


def bare_pass(matrix: Matrix) -> Callable[[], object]:
    """Everything ready but the one call."""
    highs = Highs()
    highs.setOptionValue("output_flag", False)
    rows, columns = matrix.shape
    starts, index = matrix.rows.indptr.astype(np.int32), matrix.rows.indices.astype(np.int32)
    integer = matrix.integer.astype(np.int32)
    return lambda: highs.passModel(
        columns,
        rows,
        matrix.rows.nnz,
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMinimize),
        matrix.offset,
        matrix.cost,
        matrix.lower,
        matrix.upper,
        matrix.row_lower,
        matrix.row_upper,
        starts,
        index,
        matrix.rows.data,
        integer,
    )


if __name__ == "__main__":
    main()
