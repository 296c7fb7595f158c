"""A made list of load applications, as long as wanted: for the example and for measuring.

    python benchmarks/made_list.py 300 examples/forecast/additions.csv

Everything in it is invented but the places, which are those of `data/japan/places.csv`. The same
number of rows gives the same list.
"""

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from data.contracts_loads import APPLICATIONS, STAGES
from data.facts import read_fact

Texts = npt.NDArray[np.str_]

SEED = 20261125
TOTAL_MW = 16_000.0
"""Power of the whole list, somewhat less than the 19.9 GW in application in September 2025."""

AREA_SHARE = {
    "hokkaido": 0.09,
    "tohoku": 0.07,
    "tokyo": 0.45,
    "chubu": 0.06,
    "hokuriku": 0.02,
    "kansai": 0.15,
    "chugoku": 0.04,
    "shikoku": 0.015,
    "kyushu": 0.1,
    "okinawa": 0.005,
}
STAGE_SHARE = (0.42, 0.3, 0.1, 0.13, 0.05)
KINDS = {"data_center": 0.86, "fab": 0.09, "other": 0.05}
KIND_WORDS = {"data_center": "データセンター", "fab": "半導体工場", "other": "工場"}
RAMPS = ("", "2", "3", "0.3;0.6;1", "100 MW/y")
LATEST_START = {
    "study": 2034,
    "applied": 2033,
    "accepted": 2031,
    "contract": 2030,
    "supplied": 2026,
}
APPLICANTS_PER_ROW = 0.6

HEAD = (
    "# 架空の申込一覧(見本)。地点名以外はすべて作り物で、実在の申込とは関係がない",
    "# A made list, to try the check on: all but the places is invented, none of it is a real"
    " application",
)


def made_list(rows: int) -> pd.DataFrame:
    """Applications in the columns of the contract, as text and numbers a desk would type."""
    random = np.random.default_rng(SEED)
    area = random.choice(list(AREA_SHARE), rows, p=list(AREA_SHARE.values()))
    place = _places(area, random)
    stage = random.choice(STAGES, rows, p=STAGE_SHARE)
    kind = random.choice(list(KINDS), rows, p=list(KINDS.values()))
    size_mw = random.lognormal(3.6, 0.85, rows)
    size_mw = np.maximum(size_mw * TOTAL_MW / size_mw.sum(), 0.05)
    width = len(str(rows))
    applicant = random.integers(1, max(2, int(rows * APPLICANTS_PER_ROW)), rows)
    table = pd.DataFrame(
        {
            "id": [f"A-{number:0{width}d}" for number in range(1, rows + 1)],
            "name": [
                f"{name} {KIND_WORDS[k]}{number}"
                for number, (name, k) in enumerate(zip(place["name_ja"], kind, strict=True), 1)
            ],
            "applicant": [f"架空{number:0{width}d}社" for number in applicant],
            "contract_mw": np.where(size_mw >= 10, size_mw.round(), size_mw.round(2)),
            "supply_start": _starts(stage, random),
            "ramp": random.choice(RAMPS, rows, p=[0.35, 0.2, 0.25, 0.15, 0.05]),
            "load_factor": "",
            "kind": kind,
            "stage": stage,
            "probability": random.choice(["", "20%", "50%"], rows, p=[0.88, 0.06, 0.06]),
            "counted": _counted(stage, random),
        }
    )
    located = _ways_to_the_area(place, area, random)
    return pd.concat([table, located], axis=1)[list(APPLICATIONS.names)]


def _places(area: Texts, random: np.random.Generator) -> pd.DataFrame:
    """A place of the right area for each row."""
    places = read_fact("places")
    drawn = np.zeros(len(area), dtype=int)
    for name in AREA_SHARE:
        rows = np.flatnonzero(area == name)
        own = np.flatnonzero((places["area"] == name).to_numpy())
        drawn[rows] = random.choice(own, len(rows))
    return places.iloc[drawn].reset_index(drop=True)


def _ways_to_the_area(
    place: pd.DataFrame, area: Texts, random: np.random.Generator
) -> pd.DataFrame:
    """Most rows state the area and a position, some only a municipality or only a position."""
    way = random.random(len(place))
    has_area, has_position = way < 0.8, (way < 0.68) | (way >= 0.9)
    # a place on the shore, moved a little, may lie at sea: only where the area is stated as well
    moved = np.where(has_area, 0.004, 0.0)
    lat = (place["lat"] + random.uniform(-moved, moved)).round(4)
    lon = (place["lon"] + random.uniform(-moved, moved)).round(4)
    return pd.DataFrame(
        {
            "area": np.where(has_area, area, ""),
            "lat": lat.where(has_position, np.nan),
            "lon": lon.where(has_position, np.nan),
            "municipality": np.where(has_area | has_position, "", place["municipality"]),
            "connection_point": place["name_ja"].str.split().str[0] + "変電所",
        }
    )


def _starts(stage: Texts, random: np.random.Generator) -> list[int]:
    first = {name: 2025 if name == "supplied" else 2027 for name in STAGES}
    return [int(random.integers(first[s], LATEST_START[s] + 1)) for s in stage]


def _counted(stage: Texts, random: np.random.Generator) -> list[str]:
    """Signed contracts are mostly stated as counted, some since the forecast before."""
    answers = random.choice(["yes", "2025-01", "2026-01", ""], len(stage), p=[0.3, 0.2, 0.3, 0.2])
    signed = np.isin(stage, ["contract", "supplied"])
    return [
        str(answer) if is_signed else "" for answer, is_signed in zip(answers, signed, strict=True)
    ]


def write_made_list(rows: int, path: Path) -> None:
    """Write the list as CSV, marked as made."""
    body = made_list(rows).to_csv(index=False, lineterminator="\n")
    path.write_text("\n".join((*HEAD, body)), encoding="utf-8")


if __name__ == "__main__":
    write_made_list(int(sys.argv[1]), Path(sys.argv[2]))
