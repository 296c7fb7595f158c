"""Progress on the terminal, and what is said to whoever breaks the work off."""

import io

import pytest
from rich.console import Console

from siting.progress import progress_bar
from siting.words import LANGUAGES, say


def work(told, again="", *, ends=None):
    with progress_bar(Console(file=told), again) as report:
        report(0.5, "half")
        if ends is not None:
            raise ends


@pytest.mark.parametrize("lang", LANGUAGES)
def test_work_broken_off_says_how_it_goes_on(lang):
    told, again = io.StringIO(), say("broken_off", lang)
    with pytest.raises(KeyboardInterrupt):
        work(told, again, ends=KeyboardInterrupt())
    assert told.getvalue().strip() == again


def test_other_work_says_nothing():
    told = io.StringIO()
    with pytest.raises(KeyboardInterrupt):
        work(told, ends=KeyboardInterrupt())
    with pytest.raises(ValueError, match="bad"):
        work(told, "again", ends=ValueError("bad"))
    work(told, "again")
    assert told.getvalue() == ""
