"""Numbers of the READMEs, from a finished run of the Japan scenario.

    make readme                                        run it, then rewrite what is below
    python benchmarks/readme_numbers.py runs/japan     README.md, README.ja.md, docs/scenario.md,
                                                       docs/map.png, docs/forecast.png

`tests/test_readme.py` compares the committed numbers with a real run.
"""

import json
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.map_picture import save_picture
from siting.loads_check import check_loads
from siting.loads_files import write_map
from siting.loads_summary import summary_of
from siting.report_view import power_by_basis
from siting.run_files import plain
from siting.scenario_file import load_scenario
from siting.scenario_reference import reference_text
from siting.screen.homes import Homes
from siting.screen.study import screen_study

ROOT = Path(__file__).resolve().parents[1]
READMES = {"en": ROOT / "README.md", "ja": ROOT / "README.ja.md"}
BLOCK = re.compile(r"(?<=<!-- results: make readme -->\n).*?(?=<!-- end of results -->)", re.DOTALL)

LABELS = {
    "published": {"en": "published by the utility", "ja": "送配電事業者の公表値"},
    "operator": {"en": "stated by a data-centre operator", "ja": "事業者の表明"},
    "assumed": {"en": "assumed from the voltage class", "ja": "電圧階級からの仮定"},
    "tokyo": {"en": "Tokyo", "ja": "東京"},
    "rest-of-japan": {"en": "outside Tokyo", "ja": "東京以外"},
    "japan": {"en": "Japan", "ja": "全国"},
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a results table, and how far another solver version may be from it.

    Any plan within the proven gap is right, so sites may differ a little between versions of
    HiGHS; what the scenario fixes may not.
    """

    en: str
    ja: str
    tolerance_share: float = 0.0
    tolerance: float = 0.5
    en_divisor: float = 1.0
    ja_divisor: float = 1.0
    form: str = ",.0f"

    def cell(self, value: float | str, lang: str) -> str:
        """A value as the README shows it in that language."""
        if isinstance(value, str):
            return LABELS[value][lang]
        divisor = self.en_divisor if lang == "en" else self.ja_divisor
        return format(value / divisor, self.form)


Table = tuple[Sequence[Column], Sequence[Sequence[float | str]]]

YEAR = Column("FY", "年度", form=".0f")
YEARLY = (
    YEAR,
    Column("contract MW", "契約電力 MW", 0.01),
    Column("IT MW", "IT電力 MW", 0.001),
    Column("sites", "地点数", tolerance=3),
    Column("CO2, kt", "CO2 千t", 0.05),
    Column("cost, bn yen a year", "年間費用 億円", 0.02, 1.5, en_divisor=1000, ja_divisor=100),
)
COUNTS = (
    Column("places looked at", "検討した候補地"),
    Column("chosen", "選ばれた地点", tolerance=3),
    Column("assumed fields behind it", "結果を支える仮定項目"),
    Column("things nobody publishes", "公表されていない事項"),
)
BASES = (
    Column("headroom of the chosen sites", "選ばれた地点の空き容量の根拠"),
    Column("contract MW, last year", "最終年度の契約電力 MW", tolerance=150),
    Column("share, %", "割合 %", tolerance=5, form=".0f", en_divisor=0.01, ja_divisor=0.01),
)
FORECAST = (
    Column("counted by OCCTO in January 2026", "OCCTO想定(2026年1月)の個別計上"),
    Column("used by the plan, MW", "計画の使用量 MW", tolerance=150),
    Column("counted, MW", "計上量 MW"),
    Column("beyond, MW", "超過 MW", tolerance=1),
)


def results_tables(summary: Mapping[str, Any]) -> list[Table]:
    """Tables of the results block, without words: values by row."""
    years = sorted(summary["years"])
    last = years[-1]
    shown = set(years[::-2])
    keys = ("fiscal_year", "contract_mw", "it_mw", "sites", "co2_kt", "cost_myen")
    kpis = [[row[key] for key in keys] for row in summary["kpis"]]
    looked_at = len(summary["sites"]) + len(summary["candidates"])
    counts = [len(summary[key]) for key in ("sites", "assumptions", "unknowns")]
    bases = [[row["basis"], row["mw"], row["share"]] for row in power_by_basis(summary, last)]
    forecast = [
        [row["group"], row["used_mw"], row["limit_mw"], row["over_mw"]]
        for row in summary["forecast"]
        if row["fiscal_year"] == last
    ]
    return [
        (YEARLY, [row for row in kpis if row[0] in shown]),
        (COUNTS, [[looked_at, *counts]]),
        (BASES, bases),
        (FORECAST, forecast),
    ]


def results_block(summary: Mapping[str, Any], lang: str) -> str:
    """The results block of the README in that language."""
    tables = [_markdown(columns, rows, lang) for columns, rows in results_tables(summary)]
    return "\n" + "\n".join(tables)


def _markdown(columns: Sequence[Column], rows: Sequence[Sequence[float | str]], lang: str) -> str:
    heads = [getattr(column, lang) for column in columns]
    cells = [
        [column.cell(value, lang) for column, value in zip(columns, row, strict=True)]
        for row in rows
    ]
    rule = ["---" if isinstance(value, str) else "---:" for value in rows[0]]
    return "".join(f"| {' | '.join(line)} |\n" for line in [heads, rule, *cells])


def main() -> None:
    folder = Path(sys.argv[1])
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    for lang, path in READMES.items():
        text, block = path.read_text(encoding="utf-8"), results_block(summary, lang)
        path.write_text(BLOCK.sub(lambda _, new=block: new, text), encoding="utf-8")
    (ROOT / "docs" / "scenario.md").write_text(reference_text(), encoding="utf-8")
    save_picture(folder / "map.html", ROOT / "docs" / "map.png", fiscal_year=summary["years"][-1])
    save_forecast_picture(ROOT / "docs" / "forecast.png")
    save_screen_picture(ROOT / "docs" / "screen.png")


def save_forecast_picture(picture: Path) -> None:
    """Picture of the map that `siting forecast` draws of the made list, in FY2030."""
    answer = check_loads(ROOT / "examples" / "forecast" / "additions.csv")
    with tempfile.TemporaryDirectory() as home:
        page = write_map(answer, plain(summary_of(answer)), Path(home) / "map.html")
        save_picture(page, picture, fiscal_year=2030)


def save_screen_picture(picture: Path) -> None:
    """Picture of the map of the national screen on what is shipped."""
    scenario = load_scenario(ROOT / "examples" / "japan_1km" / "scenario.yaml")
    with tempfile.TemporaryDirectory() as home:
        output = Path(home) / "screen"
        screen_study(scenario, Homes(cache=None), output)
        save_picture(output / "map.html", picture)


if __name__ == "__main__":
    main()
