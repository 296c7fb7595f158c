"""Networks of MATPOWER: case files (.m), format version 2 (User's Manual, appendix B)."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from data.element_table import (
    ANY,
    EVEN_ENDLESS,
    KILOVOLT,
    LARGEST_KV,
    NOT_NEGATIVE,
    Array,
    Bounds,
    ElementTable,
)
from data.errors import Problem
from data.matpower_costs import marginal_costs
from data.matpower_matrix import BRANCH, BUS, DC_LINE, GEN, NUMBER, matrix_table
from data.matpower_text import SAVE_FLAT, CaseText, parse_case
from data.network import Network
from data.network_parts import NetworkParts, branch_rows, bus_rows, finished, generator_rows
from data.text_file import read_text_file

WHAT = "a MATPOWER case (.m)"
SLACK, ISOLATED = 3, 4
BUS_NUMBER = Bounds("a whole number above 0", lambda v: (v > 0) & (v % 1 == 0))
BUS_TYPE = Bounds("1, 2, 3 or 4", lambda v: np.isin(v, (1, 2, 3, 4)))
KILOVOLT_OR_NONE = Bounds(
    f"a nominal voltage in kV, at most {LARGEST_KV:g}, or 0 where it is not known",
    lambda v: (v >= 0) & (v <= LARGEST_KV),
    KILOVOLT.fix,
)


def read_matpower(path: Path) -> Network:
    """Read a case of MATPOWER.

    Buses keep their number as key; branches and generators are called by row, such as `branch 7`.
    A rating of 0 is none, a ratio of 0 is 1, bus type 3 takes up what is left over, type 4 is out
    of service, Gs is demand at 1 p.u.; `dcline` becomes fixed withdrawals and infeeds.

    Parameters
    ----------
    path : Path
        Case file; nothing in it is run or computed.

    Returns
    -------
    Network
        On `baseMVA`.

    Raises
    ------
    InputError
        Every problem of the file, with its line.
    """
    where = str(path)
    case = parse_case(read_text_file(path, what=WHAT), where=where)
    parts = NetworkParts(path, problems=case.problems)
    _check_version(case, where)
    parts.base_mva = _base_mva(case, where)
    table = _bus_table(matrix_table(case, "bus", BUS, where=where))
    table.check_keys()
    _add_branches(parts, matrix_table(case, "branch", BRANCH, where=where), table)
    _add_generators(parts, case, table)
    dc = matrix_table(case, "dcline", DC_LINE, where=where, needed=False)
    _add_buses(parts, table, case, _dc_line_demand(parts, dc, table))
    return finished(parts)


def _check_version(case: CaseText, where: str) -> None:
    line, version = case.scalars.get("version", (None, "nothing"))
    if version.strip("'\" ") != "2":
        problem = Problem("mpc.version", version, "'2'", SAVE_FLAT, file=where, line=line)
        case.problems.append(problem)


def _base_mva(case: CaseText, where: str) -> float:
    line, written = case.scalars.get("baseMVA", (None, "nothing"))
    if NUMBER.match(written) and 0 < float(written) < np.inf:
        return float(written)
    expected = "the base power in MVA as a plain number above 0"
    case.problems.append(Problem("mpc.baseMVA", written, expected, file=where, line=line))
    return np.nan


def _bus_table(table: ElementTable) -> ElementTable:
    numbers = table.numbers("bus_i", bounds=BUS_NUMBER)
    texts = zip(numbers, table.keys, strict=True)
    keys = tuple(f"row {row}" if np.isnan(bus) else str(int(bus)) for bus, row in texts)
    return replace(table, keys=keys)


def _add_branches(parts: NetworkParts, table: ElementTable, buses: ElementTable) -> None:
    ends = table.buses("fbus", buses.keys), table.buses("tbus", buses.keys)
    x, r = table.numbers("x", bounds=ANY), table.numbers("r", bounds=EVEN_ENDLESS)
    tap, shift = table.numbers("ratio", bounds=NOT_NEGATIVE), table.numbers("angle")
    rate = table.numbers("rateA", bounds=NOT_NEGATIVE)
    status = table.numbers("status") > 0
    kind = np.where(_is_transformer(tap, shift, ends, buses), "transformer", "line")
    joined = (x == 0) & (r == 0) & (kind == "line")
    resistive = np.flatnonzero((x == 0) & ~joined & status)
    table.refuse(resistive, "no reactance", "a reactance that is not 0")
    parts.note(int(joined.sum()), "branches have no impedance and join their buses (links)")
    # out of service nothing flows, so that a reactance of 0 does no harm there
    rows = branch_rows(
        [f"branch {key}" for key in table.keys],
        ends,
        "line",
        x_pu=x,
        ratio=np.where(tap == 0, 1.0, tap),
        shift_deg=shift,
        rating_mw=np.where((rate > 0) & (rate < np.inf), rate, np.nan),
        in_service=status,
    )
    parts.branches.append(rows.assign(kind=np.where(joined, "link", kind)))


def _is_transformer(
    tap: Array, shift: Array, ends: tuple[list[str], list[str]], buses: ElementTable
) -> np.ndarray:
    kv = pd.Series(buses.numbers("baseKV"), index=pd.Index(buses.keys, dtype=object))
    kv = kv[~kv.index.duplicated()]
    from_kv, to_kv = (kv.reindex(end).to_numpy() for end in ends)
    return (tap != 0) | (shift != 0) | (from_kv != to_kv)


def _add_generators(parts: NetworkParts, case: CaseText, buses: ElementTable) -> None:
    table = matrix_table(case, "gen", GEN, where=parts.where)
    named = table.buses("bus", buses.keys)
    low = table.numbers("Pmin", bounds=EVEN_ENDLESS)
    high = table.numbers("Pmax", bounds=EVEN_ENDLESS)
    table.refuse(np.flatnonzero(low > high), "Pmin above Pmax", "the least below the most")
    power = table.numbers("Pg")
    parts.generators.append(
        generator_rows(
            [f"gen {key}" for key in table.keys],
            named,
            p_mw=power,
            min_mw=np.where(np.isfinite(low), low, np.nan),
            max_mw=np.where(np.isfinite(high), high, np.nan),
            cost_per_mwh=marginal_costs(case, power, where=parts.where),
            in_service=table.numbers("status") > 0,
        )
    )


def _dc_line_demand(parts: NetworkParts, table: ElementTable, buses: ElementTable) -> pd.Series:
    """Demand at the sending end, infeed at the other, by bus. [MW]"""
    ends = [*table.buses("fbus", buses.keys), *table.buses("tbus", buses.keys)]
    active = table.numbers("status") > 0
    power = np.concatenate([table.numbers("Pf") * active, -table.numbers("Pt") * active])
    parts.note(len(table), "DC lines are fixed withdrawals and infeeds")
    return pd.Series(power, index=pd.Index(ends, dtype=object), dtype=float).groupby(level=0).sum()


def _add_buses(parts: NetworkParts, table: ElementTable, case: CaseText, dc_mw: pd.Series) -> None:
    kind = table.numbers("type", bounds=BUS_TYPE)
    kv = table.numbers("baseKV", bounds=KILOVOLT_OR_NONE)
    parts.note(int((kv == 0).sum()), "buses have no nominal voltage")
    names = case.names.get("bus_name", ())
    parts.buses.append(
        bus_rows(
            table.keys,
            name=list(names) if len(names) == len(table) else "",
            kv=np.where(kv > 0, kv, np.nan),
            load_mw=table.numbers("Pd")
            + table.numbers("Gs")
            + dc_mw.reindex(table.keys, fill_value=0.0).to_numpy(),
            is_slack=kind == SLACK,
            in_service=kind != ISOLATED,
        )
    )
