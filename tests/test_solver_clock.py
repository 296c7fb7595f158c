"""The time limit of a run that is one of many of the same model."""

import time

import highspy
import pytest

from optimize.highs import Deadline, run


class Clocked:
    """A solver whose earlier runs took 100 s, and that finds an optimum at once."""

    def __init__(self):
        self.options = {}

    def getRunTime(self):  # noqa: N802
        return 100.0

    def setOptionValue(self, name, value):  # noqa: N802
        self.options[name] = value

    def run(self):
        pass

    def getModelStatus(self):  # noqa: N802
        return highspy.HighsModelStatus.kOptimal


@pytest.mark.parametrize("left_s", [5.0, 0.0])
def test_earlier_runs_of_a_model_take_nothing_of_the_time_left(left_s):
    highs = Clocked()
    run(highs, Deadline(time.perf_counter() + left_s))
    assert highs.options["time_limit"] == pytest.approx(100.0 + left_s, abs=1.0)
