"""A command in a copy of the prepared process is like one in a process started for it."""

import signal

import pytest

from tests.command_server import CommandServer
from tests.conftest import ROOT, environment_of, run_alone, run_siting

ONE_LINE = "next_command(); exec(sys.argv[1])"
"""Program that imports nothing of ours and does what its first word says."""


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """Run a line of Python in a copy: exit code, output and errors."""
    home = tmp_path_factory.mktemp("python")
    server = CommandServer(ROOT, environment_of(), program=ONE_LINE, timeout_s=0.5)

    def run(line, lang="en"):
        return server.run([line], cwd=home, environment=environment_of(lang))

    yield run
    server.stop()


@pytest.mark.parametrize(
    "words",
    [("new", "--list"), ("check", "none.yaml"), ("check", "--varient"), ("run", "empty.yaml")],
    ids=["answer", "no such file", "no such option", "wrong file"],
)
def test_a_command_says_what_it_says_alone(tmp_path, words):
    (tmp_path / "empty.yaml").touch()
    alone, copied = (how(*words, cwd=tmp_path) for how in (run_alone, run_siting))
    assert (copied.code, copied.out) == (alone.code, alone.out)
    assert copied.err == alone.err.replace("python -m siting.cli", "siting")


def test_japanese_is_utf_8_whatever_the_terminal(python):
    assert python("print('苫小牧'); print('泊', file=sys.stderr)") == (0, "苫小牧\n", "泊\n")
    alone = python("print(sys.stdout.encoding, sys.stdout.isatty(), sys.stdin.read() == '')")
    assert alone == (0, "utf-8 False True\n", "")


def test_an_error_that_escapes_is_a_traceback_and_1(python):
    code, out, err = python("print('before'); 1 / 0")
    assert (code, out) == (1, "before\n")
    assert err.startswith("Traceback (most recent call last):")
    assert err.endswith("ZeroDivisionError: division by zero\n")


def test_a_warning_is_an_error(python):
    code, _, err = python("warnings.warn('old')")
    assert code == 1
    assert err.endswith("UserWarning: old\n")


def test_nothing_of_an_earlier_command_or_of_the_tests_is_left(python, monkeypatch):
    monkeypatch.setenv("OF_THE_TESTS", "1")
    assert python("sys.left = 1; os.environ['LEFT'] = '1'; os.chdir('/')")[0] == 0
    code, out, _ = python("print(hasattr(sys, 'left'), os.getcwd() == '/', sorted(os.environ))")
    assert (code, out) == (0, f"False False {sorted(environment_of())}\n")
    assert python("print(os.environ['LANG'])", lang="ja")[1] == "ja\n"


def test_what_runs_at_the_end_runs(python):
    assert python("atexit.register(print, 'end'); sys.exit(3)") == (3, "end\n", "")


def test_a_command_without_end_is_killed(python):
    assert python("import time; time.sleep(60)")[0] == -signal.SIGKILL


def test_a_prepared_process_that_cannot_start_is_told():
    server = CommandServer(ROOT, environment_of(), program="os._exit(4)")
    with pytest.raises((AssertionError, BrokenPipeError)):
        server.run([], cwd=ROOT, environment={})
    server.stop()
