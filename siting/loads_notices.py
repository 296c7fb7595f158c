"""What stands out in a list of applications: nothing is changed for it, everything is named."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from data.application_words import folded
from data.facts import read_fact
from siting.loads_inputs import LoadsInput

LARGE_MW = 3000.0
"""A single application above this is worth a second look at its unit."""

MOST_GROUPS = 8
"""Groups of rows named one by one; what is beyond stands in one notice together."""

Notice = dict[str, Any]
"""Keys kind, ja, en, rows (lines of the file), ids."""


def find_notices(given: LoadsInput) -> list[Notice]:
    """Everything that stands out, in the order of weight."""
    table = given.applications
    return [
        *_same_twice(table),
        *_same_applicant(table),
        *_elsewhere(given),
        *_others(given),
        *_by_rule(given),
        *_slow(table),
        *_large(table),
        *_without_year(given),
        *_unused(given),
    ]


def _notice(kind: str, ja: str, en: str, rows: pd.DataFrame) -> Notice:
    return {
        "kind": kind,
        "ja": ja,
        "en": en,
        "rows": [int(line) for line in rows["line"]],
        "ids": [str(key) for key in rows["id"]],
    }


def _folded(column: pd.Series) -> pd.Series:
    """Texts without differences that mean nothing; missing stays missing."""
    texts = {text: folded(text) or None for text in column.dropna().unique()}
    return column.map(texts).astype("string")


def _same_twice(table: pd.DataFrame) -> Iterator[Notice]:
    """Different numbers, but the same project: it would count twice.

    Where a row has no name, the applicant and the connection point together stand for it.
    """
    keys = ["area", "contract_mw", "supply_start"]
    alike = table[table.duplicated(keys, keep=False)]  # few: texts are folded one by one
    keys = [*keys, "project"]
    project = _folded(alike["name"])
    unnamed = _folded(alike["applicant"]) + " " + _folded(alike["connection_point"])
    named = alike.assign(project=project.fillna(unnamed)).dropna(subset="project")
    doubles = named[named.duplicated(keys, keep=False)]
    groups, rest = _largest_groups(doubles, doubles.groupby(keys, sort=False).ngroup())
    for rows in groups:
        listed = ", ".join(rows["id"])
        yield _notice(
            "double",
            f"同じ案件が重複している可能性: {listed}(すべて数えた)",
            f"Possibly the same project more than once: {listed} (all are counted)",
            rows,
        )
    if len(rest):
        ja, en = (
            f"重複の可能性がある案件はほかに {len(rest)} 件",
            f"{len(rest)} more that may be double",
        )
        yield _notice("double", ja, en, rest)


def _same_applicant(table: pd.DataFrame) -> Iterator[Notice]:
    """One applicant at several points: capacity may be held that will not be used (空押さえ)."""
    unsigned = table[table["stage"].isin(["study", "applied", "accepted"])]
    applicant = _folded(unsigned["applicant"])
    point = unsigned["connection_point"].fillna(unsigned["municipality"]).fillna("")
    place = unsigned["area"].astype("str") + "|" + point.astype("str")
    several = place.groupby(applicant).transform("nunique") > 1
    groups, rest = _largest_groups(unsigned[several.fillna(False)], applicant)
    for rows in groups:
        points = place[rows.index].nunique()
        shown, total = rows["applicant"].iloc[0], f"{rows['contract_mw'].sum():,.0f} MW"
        yield _notice(
            "several_points",
            f"{shown}: {points} 地点に計 {total} の未契約の申込(空押さえの可能性)",
            f"{shown}: unsigned applications at {points} points, {total} in all"
            " (capacity may be held and not used)",
            rows,
        )
    if len(rest):
        count, total = applicant[rest.index].nunique(), f"{rest['contract_mw'].sum():,.0f} MW"
        yield _notice(
            "several_points",
            f"複数の地点に申し込む申込者はほかに {count} 者、計 {total}",
            f"{count} more applicants with unsigned applications at several points, {total} in all",
            rest,
        )


def _largest_groups(
    rows: pd.DataFrame, group: pd.Series
) -> tuple[list[pd.DataFrame], pd.DataFrame]:
    """Rows of each of the largest groups by power, and the rows of all other groups."""
    keys = group.loc[rows.index]
    power_mw = rows["contract_mw"].groupby(keys).sum().sort_values(ascending=False, kind="stable")
    largest = power_mw.index[:MOST_GROUPS]
    return [rows[keys == key] for key in largest], rows[~keys.isin(largest)]


def _elsewhere(given: LoadsInput) -> Iterator[Notice]:
    differs = given.areas.elsewhere.notna()
    if differs.any():
        rows = given.applications[differs]
        yield _notice(
            "area_differs",
            "エリアの記載・位置・市区町村が食い違う(この順で優先して数えた)",
            "The area stated, the position and the municipality do not agree (the first of these"
            " that is given counts)",
            rows,
        )


def _others(given: LoadsInput) -> Iterator[Notice]:
    """Kinds that are left out of the comparison."""
    share = given.applications["kind"].map(
        {kind: given.value(f"compared-{kind}") for kind in given.applications["kind"].unique()}
    )
    rows = given.applications[share < 1]
    if len(rows):
        total = f"{rows['contract_mw'].sum():,.0f} MW"
        yield _notice(
            "not_compared",
            f"個別計上と照合しない種別: {len(rows)} 件 {total}(OCCTOの個別計上はデータセンターと"
            "半導体工場。予備率には算入)",
            f"{len(rows)} applications, {total}, are of a kind not compared with the count: OCCTO"
            " counts data centres and fabs one by one (they do enter the margins)",
            rows,
        )


def _by_rule(given: LoadsInput) -> Iterator[Notice]:
    table = given.applications
    rows = table[table["counted"].isna() & table["stage"].isin(["contract", "supplied"])]
    if len(rows):
        total = f"{rows['contract_mw'].sum():,.0f} MW"
        yield _notice(
            "counted_by_rule",
            f"計上の有無が書かれていない契約済み {len(rows)} 件 {total} は、OCCTOの規則により"
            f"{given.newest} 想定に計上済みとみなした(それより古い想定では未計上)",
            f"{len(rows)} signed applications, {total}, do not say whether they are counted: taken"
            f" as inside the forecast of {given.newest} by OCCTO's rule, and not in older ones",
            rows,
        )


def _slow(table: pd.DataFrame) -> Iterator[Notice]:
    """Ramps longer than TEPCO PG's rule gives from supply start to full contract power."""
    steps = table["ramp"].str.count(";").fillna(0) + 1
    rate = pd.to_numeric(table["ramp"].str.removeprefix("rate:"), errors="coerce").where(
        table["ramp"].str.startswith("rate:", na=False)
    )
    years = steps.where(rate.isna(), table["contract_mw"] / rate)
    allowed = int(read_fact("parameters").set_index("parameter")["value"]["ramp_rule_years"])
    rows = table[years > allowed]
    if len(rows):
        yield _notice(
            "slow_ramp",
            f"全量まで{allowed}年を超える計画 {len(rows)} 件"
            "(東京電力PGの規則では未使用分が開放される)",
            f"{len(rows)} applications take more than {allowed} years to full power"
            " (by TEPCO PG's rule unused capacity is released)",
            rows,
        )


def _large(table: pd.DataFrame) -> Iterator[Notice]:
    rows = table[table["contract_mw"] > LARGE_MW]
    if len(rows):
        yield _notice(
            "large",
            f"1件で {LARGE_MW:,.0f} MW を超える {len(rows)} 件(単位を確認)",
            f"{len(rows)} applications above {LARGE_MW:,.0f} MW each (check the unit)",
            rows,
        )


def _without_year(given: LoadsInput) -> Iterator[Notice]:
    last = given.years[-1]
    rows = given.applications[given.applications["supply_start"] > last]
    if len(rows):
        yield _notice(
            "later",
            f"{last}年度より後に始まる {len(rows)} 件はどの想定の期間にも入らない",
            f"{len(rows)} applications start after FY{last}, beyond every forecast",
            rows,
        )


def _unused(given: LoadsInput) -> Iterator[Notice]:
    names: Sequence[str] = given.opened.unused
    if names:
        listed = ", ".join(names)
        yield {
            "kind": "unused",
            "ja": f"使わなかった列・シート: {listed}",
            "en": f"Columns and sheets not used: {listed}",
            "rows": [],
            "ids": [],
        }
