"""Build a 187-500 kV network of Japan from a folder of public files and test it on observed flows.

    python examples/japan_grid/build_network.py FOLDER OUT

FOLDER holds the files named in `data/read_occto_grid.py`. OUT gets buses.csv, branches.csv and
generators.csv (the half-hour of highest demand), assumed.csv, report.csv (the lines), backtest.csv,
backtest_flows.csv and notes.txt.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pandas as pd

from data.errors import InputError, Problem, SitingError
from data.network import Network
from data.read_occto_grid import OcctoGrid, read_occto_grid
from grid.area_injections import spread_day
from grid.bulk_network import BulkNetwork, bulk_network
from grid.flow_backtest import backtest, peak_slot, with_operating_point


def main(arguments: list[str]) -> int:
    """Run with FOLDER and OUT; 0 if all went well, 2 if a file has to be repaired."""
    if len(arguments) != 2:
        sys.stdout.write(__doc__ or "")
        return 2
    try:
        build(Path(arguments[0]), Path(arguments[1]))
    except SitingError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


def build(folder: Path, target: Path) -> None:
    """Write everything to `target`, which appears whole or not at all."""
    if target.exists():
        found = "it is there already"
        raise InputError("OUT", [Problem(str(target), found, "a new folder", "Name another")])
    occto = read_occto_grid(folder)
    bulk = bulk_network(occto)
    flows, agreement = backtest(occto, bulk)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        _write(partial, _at_peak(occto, bulk), bulk)
        flows.to_csv(partial / "backtest_flows.csv", index=False, float_format="%.1f")
        agreement.to_csv(partial / "backtest.csv", index=False, float_format="%.3f")
        partial.chmod(0o755)
        os.replace(partial, target)  # noqa: PTH105 (refuses to replace a folder that is filled)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    _tell(bulk, agreement, target)


def _at_peak(occto: OcctoGrid, bulk: BulkNetwork) -> Network:
    day, slot = peak_slot(occto, list(occto.flows))
    spread = spread_day(occto, bulk, day, ("substations", "p99"))
    return with_operating_point(bulk, spread, slot)


def _write(folder: Path, network: Network, bulk: BulkNetwork) -> None:
    tables = {
        "buses": network.buses,
        "branches": network.branches,
        "generators": network.generators,
        "report": bulk.report,
    }
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", float_format="%.6g")
    network.assumed.to_csv(folder / "assumed.csv", index=False)
    notes = [*network.notes, network.credit.line_en, network.credit.licence]
    (folder / "notes.txt").write_text("\n".join(notes) + "\n", encoding="utf-8")


def _tell(bulk: BulkNetwork, agreement: pd.DataFrame, target: Path) -> None:
    network = bulk.network
    whole = agreement[agreement["group"].isin(["all", "kv 500"])]
    said = [
        f"{target}: {len(network.buses)} buses, {len(network.branches)} branches",
        *network.notes,
        whole.to_string(index=False, float_format="{:.2f}".format),
    ]
    sys.stdout.write("\n".join(said) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
