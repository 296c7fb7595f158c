"""Numbers and values of `siting robust` as text, the same on terminal and page."""

from collections.abc import Mapping, Sequence
from typing import Any

from siting.report_numbers import UNKNOWN, money, number, percent, short
from siting.report_words import Both, both
from siting.robust.words import STATUS, text
from siting.scenario_reference import written

Row = Mapping[str, Any]


def value_text(value: Any, *, times: bool = False) -> Both:
    """A drawn value in few figures; a factor as such.

    >>> value_text(0.123456)["en"], value_text(1.25, times=True)["en"], value_text("mid")["en"]
    ('0.1235', '× 1.25', 'mid')
    """
    shown = f"{value:.4g}" if isinstance(value, float) else written(value)
    return text("times", value=shown) if times else both(shown, shown)


def range_text(row: Row) -> Both:
    """Range or choices of an input."""
    if row["choices"]:
        values = ", ".join(value_text(choice)["en"] for choice in row["choices"])
    else:
        values = f"{row['low']:.4g}–{row['high']:.4g}"
    return text("times", value=values) if row["times"] else both(values, values)


def interval_text(row: Row) -> str:
    """95 % interval of a share."""
    return f"{percent(row['low_share'], 0)} – {percent(row['high_share'], 0)}"


def spread_text(values: Sequence[float] | None, *, year: bool = False) -> str:
    """Median with the 10–90 % range behind it.

    >>> spread_text([10.0, 20.0, 30.0]), spread_text([2029, 2029, 2029], year=True)
    ('20 (10–30)', '2029')
    """
    if values is None:
        return UNKNOWN
    low, middle, high = (str(v) if year else number(v) for v in values)
    return middle if low == high else f"{middle} ({low}–{high})"


def extra_text(row: Row) -> Both:
    """Cost of a moved input against the scenario's, or why there is none."""
    if row["extra_myen"] is None:
        return STATUS[row["status"]]
    shown = signed_money(row["extra_myen"])
    if row["sure"] or row["extra_myen"] == 0.0:
        return shown
    gap = text("within_gap")
    return both(f"{shown['ja']}({gap['ja']})", f"{shown['en']} ({gap['en']})")


def signed_money(myen: float) -> Both:
    """Money with its sign."""
    shown = money(myen)
    sign = "+" if myen > 0 else ""
    return both(sign + shown["ja"], sign + shown["en"])


def regret_text(row: Row, key: str) -> Both:
    """Regret of a set, or that there is none as it has no plan in some sample."""
    if row[key] is not None:
        return money(row[key])
    return STATUS["infeasible" if row["without_plan"] else "unsettled"]


def rank_text(rank: Row) -> Both:
    """Rank correlation with its p value."""
    if rank["rho"] is None:
        return both(UNKNOWN, UNKNOWN)
    p = "< 0.001" if rank["p_value"] < 1e-3 else f"= {short(rank['p_value'], digits=3)}"
    return text("rank", rho=number(rank["rho"], 2), p=p)


def names_text(sites: Sequence[str], names: Row) -> Both:
    """Names of sites in a row."""
    if not sites:
        return both("—", "—")
    return both(
        "、".join(names[site]["ja"] for site in sites),
        "; ".join(names[site]["en"] for site in sites),
    )


def moves_text(swing: Row, names: Row) -> Both:
    """Which sites come and leave when an input moves."""
    parts = [(word, swing[word]) for word in ("comes", "leaves") if swing[word]]
    if not parts:
        return both("—", "—")
    told = {
        lang: " / ".join(
            f"{text(word)[lang]} {names_text(sites, names)[lang]}" for word, sites in parts
        )
        for lang in ("ja", "en")
    }
    return both(told["ja"], told["en"])


def answer_text(told: Row) -> Both:
    """The answer in one line."""
    total = told["samples"]["with_plan"]
    counts = [row["count"] for row in told["sites"]]
    never = sum(row["count"] == 0 for row in told["sites"])
    always = sum(count == total for count in counts) if total else 0
    sometimes = sum(0 < count < total for count in counts)
    values = {"always": always, "sometimes": sometimes, "never": never}
    return text("answer", asked=told["samples"]["asked"], with_plan=total, **values)


def choice_text(told: Row) -> Both:
    """What is known of the set of least regret."""
    if not told["samples"]["with_plan"]:
        return text("choice_no_sample")
    if told["choice"]["set"] is None:
        first = told["sets"][0]
        return text("choice_none", count=first["without_plan"] + first["unsettled"])
    return text("choice_proven" if told["choice"]["proven"] else "choice_open")


def sample_values(row: Row, told: Row) -> Both:
    """Drawn values of a sample in a row."""
    times = {one["input"]: one["times"] for one in told["inputs"]}
    parts = [
        (name, value_text(value, times=times.get(name, False)))
        for name, value in row["values"].items()
    ]
    return both(
        "、".join(f"{name} {shown['ja']}" for name, shown in parts),
        ", ".join(f"{name} {shown['en']}" for name, shown in parts),
    )


def failed_rows(told: Row) -> list[Row]:
    """Samples without a plan."""
    return [row for row in told["draws"] if row["status"] != "plan"]
