"""How a long hosting study is watched, stopped and taken up again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, slots=True)
class Run:
    """What a study is told besides its question.

    To stop, `progress` raises whatever its owner wants to catch; rows handed to `keep` until then
    may be passed as `done` to the next run of the same case.
    """

    progress: Callable[[float, str], None] | None = None
    """Called with the share done [0-1] and the name of the step."""
    keep: Callable[[pd.DataFrame], None] | None = None
    """Called with rows as soon as they are final."""
    done: pd.DataFrame | None = None
    """Rows of an earlier run of the same case, index bus; they are not computed again."""

    def report(self, share: float, step: str) -> None:
        """Tell `progress`, if there is one."""
        if self.progress is not None:
            self.progress(share, step)

    def hand_on(self, rows: pd.DataFrame) -> None:
        """Tell `keep`, if there is one."""
        if self.keep is not None:
            self.keep(rows)

    def left(self, buses: Sequence[str]) -> list[str]:
        """Buses whose rows are not there yet."""
        known = set() if self.done is None else set(self.done.index)
        return [bus for bus in buses if bus not in known]

    def joined(self, rows: Sequence[pd.DataFrame], buses: Sequence[str]) -> pd.DataFrame:
        """Old rows and new ones in the order of `buses`."""
        parts = [*rows] if self.done is None else [self.done, *rows]
        return pd.concat([part for part in parts if len(part)]).loc[list(buses)]
