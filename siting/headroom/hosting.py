"""The questions to `grid.hosting*`, each in the words of the command."""

from collections.abc import Sequence

import pandas as pd

from data.network import Network
from grid.hosting import hosting_fixed
from grid.hosting_case import Case, Question, case_of
from grid.hosting_run import Run
from siting.headroom.question import Asked, Rule

BALANCING = {"slack": "slack", "generators": "room"}
"""Word of `--balance` to the rule of `grid.balancing`."""

COLUMNS = ["bus", "rule", "n0_mw", "n0_branch", "n1_mw", "n1_branch", "n1_outage"]
"""Columns of headroom.csv."""

REASONS = ["n0_reason", "n1_reason"]


def ready_case(network: Network, asked: Asked) -> Case:
    """Flows, factors and limits of a network, computed once.

    Raises
    ------
    InputError
        With every problem of the network, or of the balancing rule.
    """
    return case_of(network, Question(rule=BALANCING[asked.balance]))  # type: ignore[arg-type]


def rows_of(case: Case, rule: Rule, buses: Sequence[str], run: Run) -> pd.DataFrame:
    """Hosting capacity of buses under a rule.

    Returns
    -------
    DataFrame, shape (buses, 9)
        `COLUMNS` and `REASONS`. [MW]
    """
    if rule == "fixed":
        table = hosting_fixed(case, list(buses), run=run)
    else:
        from grid.hosting_redispatch import hosting_redispatch

        table = hosting_redispatch(case, list(buses), run=run)
    return table.rename_axis("bus").reset_index().assign(rule=rule)[[*COLUMNS, *REASONS]]
