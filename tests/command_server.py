"""Commands in processes of their own without a start each: they are forked from a prepared one.

A command of `siting` needs one to four seconds only to import what it stands on, and the tests run
a few hundred. The prepared process imports all modules once and never runs a command itself. Each
copy of it is what a fresh process would be: nothing of an earlier command, the environment asked
for, warnings as errors, tracebacks by Python itself. What differs: the seed of hashes is that of
the prepared process, a module that forgets an import is not found out, and memory goes back at once
at the end. Tests about any of these, about start time or signals use `run_alone` of conftest.
"""

import atexit
import gc
import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
import threading
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

PACKAGES = ("data", "grid", "optimize", "maps", "siting")
IMPORTED_LATER = (
    "js_lib_leaflet",
    "pandas.core.methods.to_dict",
    "pandas.core.reshape.reshape",
    "pandas.io.formats.csvs",
    "pyarrow.dataset",
    "pyarrow.parquet",
    "pydantic.type_adapter",
    "pyogrio",
    "rasterio.warp",
    "typer._adapters",
)
"""What libraries import themselves only when it is needed; found by comparing `sys.modules`."""
AS_A_USER = "prepare(); next_command(); run()"
TIMEOUT_S = 600


# --- in the prepared process --------------------------------------------------------------------


def next_command():
    """Fork at each line of input; return in the child, as its start."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    for line in sys.stdin:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # BLAS stops its threads by itself
            process = os.fork()
        if process == 0:
            answers.close()
            become(**json.loads(line))
            return
        print(process, file=answers)
        _, status = os.waitpid(process, 0)
        print(os.waitstatus_to_exitcode(status), file=answers)
    os._exit(0)


def prepare():
    """Import everything, and nothing more: no command may find what another one left."""
    for name in PACKAGES:
        for module in pkgutil.walk_packages(importlib.import_module(name).__path__, f"{name}."):
            importlib.import_module(module.name)
    for name in IMPORTED_LATER:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # else the collector of each child would touch, and so copy, all that is shared


def become(words, cwd, environment, out, err):
    """Make this process the command: files instead of pipes, nothing to read, its own words."""
    to_files = [(0, os.devnull, os.O_RDONLY), (1, out, os.O_WRONLY), (2, err, os.O_WRONLY)]
    for number, path, mode in to_files:
        opened = os.open(path, mode)
        os.dup2(opened, number)
        os.close(opened)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv[:] = ["siting", *words]


def run():
    """Run the command and end; freeing the copied memory piece by piece would take 0.2 s."""
    from siting.cli import main

    code = 0
    try:
        main()
    except SystemExit as end:
        if not isinstance(end.code, int | None):
            raise
        code = end.code or 0
    threading._shutdown()
    atexit._run_exitfuncs()
    gc.collect()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


# --- in the process of the tests ----------------------------------------------------------------


class CommandServer:
    """Starts the prepared process at the first command and ends it with the tests.

    `program` is what the prepared process does; tests of the server itself name another one.
    """

    def __init__(self, root, environment, *, program=AS_A_USER, timeout_s=TIMEOUT_S):
        self._root, self._environment, self._process = root, environment, None
        self._program = f"from tests.command_server import *; {program}"
        self._timeout_s = timeout_s

    def run(self, words, *, cwd, environment):
        """Run a command: its exit code and what it wrote to both streams."""
        with TemporaryDirectory() as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            out.touch()
            err.touch()
            asked = {"words": [str(word) for word in words], "cwd": str(cwd)}
            asked |= {"environment": environment, "out": str(out), "err": str(err)}
            return self._ask(asked), out.read_text("utf-8"), err.read_text("utf-8")

    def _ask(self, asked):
        if self._process is None:
            self._start()
        print(json.dumps(asked), file=self._process.stdin, flush=True)
        child = int(self._answer())
        too_long = threading.Timer(self._timeout_s, os.kill, (child, signal.SIGKILL))
        too_long.start()
        try:
            return int(self._answer())
        finally:
            too_long.cancel()

    def _answer(self):
        line = self._process.stdout.readline()
        assert line, "the prepared process has ended; its stderr says why"
        return line

    def _start(self):
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", self._program],
            cwd=self._root,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        atexit.register(self.stop)

    def stop(self):
        """End the prepared process, which has nothing left to do."""
        atexit.unregister(self.stop)
        self._process.communicate()
