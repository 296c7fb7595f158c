"""Files of `siting demand --output`: summary, series, duration curve, typical days."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from data.area_demand import AreaDemand
from data.errors import InputError, Problem
from data.read_tso_csv import Sheet
from grid.demand_summary import DEMANDS, DemandSummary
from siting.run_files import plain, write_json, write_parquet
from siting.run_folder import SUMMARY, run_folder
from siting.spreadsheet import write_csv

KIND = "demand"
MW_DIGITS = 3


def write_demand(
    demand: AreaDemand, summary: DemandSummary, days: pd.DataFrame, folder: Path
) -> None:
    """Write all files into `folder`, which appears only when all is done.

    Parameters
    ----------
    demand : AreaDemand
        Series and what was noted while reading them.
    summary : DemandSummary
        Their figures.
    days : DataFrame
        Typical days, of the contract `user_typical_days`.
    folder : Path
        New, or one of an earlier `siting demand`.

    Raises
    ------
    InputError
        The folder holds something else, or cannot be written.
    """
    _refuse_other_runs(folder)
    with run_folder(folder) as partial:
        write_csv(_wide(demand.table), partial / "demand.csv")
        write_parquet(demand.table, partial / "demand.parquet")
        write_csv(_flat(summary.duration.round(MW_DIGITS)), partial / "duration.csv")
        write_csv(days.round({"demand_mw": MW_DIGITS}), partial / "typical_days.csv")
        write_json(summary_values(demand, summary, days), partial / SUMMARY)


def summary_values(
    demand: AreaDemand, summary: DemandSummary, days: pd.DataFrame
) -> dict[str, Any]:
    """The summary as plain values; times in ISO 8601 with the zone of Japan."""
    return {
        "format": 1,
        "kind": KIND,
        "areas": _records(summary.areas),
        "months": _records(summary.months),
        "shares": _records(summary.shares),
        "together": list(summary.together),
        "typical_days": sorted(set(days["day"])),
        "files": [_file(sheet) for sheet in demand.sheets],
        "gaps": [asdict(gap) for gap in demand.gaps],
    }


def _file(sheet: Sheet) -> dict[str, Any]:
    return {
        "file": Path(sheet.file).name,
        "areas": list(sheet.areas),
        "is_forecast": sheet.is_forecast,
        "minutes": sheet.minutes,
        "slots": len(sheet.starts),
        "until": sheet.until,
        "ends_early": sheet.ends_early,
        "is_tie_turned": sheet.is_tie_turned,
    }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows = table.reset_index().to_dict("records")
    return [{str(key): _value(value) for key, value in row.items()} for row in rows]


def _value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, pd.Timestamp) else plain(value)


def _wide(table: pd.DataFrame) -> pd.DataFrame:
    """Demand by start of the slot, one column an area, forecasts beside."""
    rows = table[table["quantity"].isin(DEMANDS)]
    wide = rows.pivot(index="start", columns=["area", "quantity"], values="mw")
    start = pd.DatetimeIndex(wide.index).strftime("%Y-%m-%d %H:%M")
    return _flat(wide.round(MW_DIGITS).set_axis(pd.Index(start, name="start"), axis=0))


def _flat(table: pd.DataFrame) -> pd.DataFrame:
    """Columns (area, quantity) under one name each."""
    keys = table.columns.to_frame()
    names = [
        f"{area}_mw" if quantity == "demand" else f"{area}_{quantity}_mw"
        for area, quantity in zip(keys["area"], keys["quantity"], strict=True)
    ]
    return table.set_axis(names, axis=1)


def _refuse_other_runs(folder: Path) -> None:
    """A plan of sites must not be replaced by a summary of demand."""
    try:
        summary = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return  # nothing there, or nothing of ours: the run folder itself decides
    if not isinstance(summary, dict) or summary.get("kind") != KIND:
        found = f"{folder} (a run of another kind)"
        expected = "a new name, or a folder that siting demand has written"
        problem = Problem("output", found, expected, "Name another folder by --output")
        raise InputError("siting demand", [problem])
