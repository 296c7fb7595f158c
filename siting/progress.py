"""Progress of a run on the terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

Report = Callable[[float, str], None]
"""Called with the share done [0-1] and the name of the step."""


@contextmanager
def progress_bar(console: Console, again: str = "") -> Iterator[Report]:
    """Show a bar that is gone when the work is done; silent where nobody watches.

    Parameters
    ----------
    console : Console
    again : str
        What is said to whoever breaks the work off, where it can be gone on with.
    """
    text = TextColumn("{task.description}", markup=False)
    columns = (text, BarColumn(), TimeElapsedColumn())
    hidden = not console.is_terminal
    try:
        with Progress(*columns, console=console, transient=True, disable=hidden) as bar:
            task = bar.add_task("", total=1.0)

            def report(share: float, step: str) -> None:
                bar.update(task, completed=share, description=step)

            yield report
    except KeyboardInterrupt:
        if again:
            console.print(again, markup=False)
        raise
