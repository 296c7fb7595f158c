"""Servers by vintage: what the report says of those that are bought and retired over the years."""

from collections.abc import Sequence
from typing import Any

from siting.report_answer import Row
from siting.report_numbers import number
from siting.report_words import Both, both

Told = dict[str, Any]


def servers_view(servers: Sequence[Row] | None) -> list[Told] | None:
    """Workloads with servers of several vintages; None where there are none.

    Parameters
    ----------
    servers : sequence of mappings or None
        Part `servers` of a summary.
    """
    told = [_workload(row) for row in servers or () if row["years"]]
    return told or None


def _workload(row: Row) -> Told:
    return {
        "name": row["workload"],
        "sentence": _sentence(row),
        "hardware": row["hardware"],
        "rows": [_year(row, year) for year in row["years"]],
    }


def _year(row: Row, year: Row) -> Told:
    """A year with the power of each hardware, in the order it was first bought."""
    standing = [v for v in row["vintages"] if v["fiscal_year"] == year["fiscal_year"]]
    mw = {each["hardware"]: 0.0 for each in row["hardware"]}
    for vintage in standing:
        mw[vintage["hardware"]] += vintage["it_mw"]
    oldest = min((vintage["bought_fiscal_year"] for vintage in standing), default=None)
    return {**year, "by_hardware": list(mw.values()), "oldest": oldest}


def _sentence(row: Row) -> Both:
    last, life = row["years"][-1], row["lifetime_years"]
    year, eflops, mw = last["fiscal_year"], number(last["eflops"], 1), number(last["it_mw"], 1)
    retired = number(sum(each["retired_mw"] for each in row["years"]), 1)
    after_ja, after_en = "入れ替えはしません。", "No servers are replaced."
    if life is not None:
        after_ja = f"購入から{life}年で入れ替え、期間中に{retired} MWを除却します。"
        after_en = f"Servers are replaced after {life} years; {retired} MW retire over all years."
    of = row["precision"].upper()
    return both(
        f"{year}年度に{eflops} EFLOPS（{of}）がIT電力{mw} MWで動きます。{after_ja}",
        f"In FY{year} {eflops} EFLOPS ({of}) run on {mw} MW of server power. {after_en}",
    )
