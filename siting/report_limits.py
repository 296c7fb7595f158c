"""Headroom that may turn out low, and time to power: what the report says of both."""

from collections.abc import Mapping, Sequence
from typing import Any

from siting.report_answer import NOISE_MW, Row
from siting.report_charts import Layer, draw_stack
from siting.report_numbers import Number, number
from siting.report_svg import ACCENT
from siting.report_words import Both, both

KEPT, LOST, LATE = ACCENT, "#e8b56a", "#c77700"

Told = dict[str, Any]


def robust_view(rows: Sequence[Row] | None) -> Told | None:
    """Needed, connected and lost power by year with a picture and one sentence.

    Parameters
    ----------
    rows : sequence of mapping or None
        Part `robust` of a summary; None or empty where the scenario has no `gamma`.
    """
    if not rows:
        return None
    table = [_worst_case(row) for row in rows]
    return {
        "rows": table,
        "gamma": rows[0].get("gamma"),
        "sentence": _about_low_headroom(table, rows[0].get("gamma")),
        "svg": _bars("robust", table, (("kept_mw", KEPT), ("lost_mw", LOST)), "needed_mw"),
        "short": any(row["short_mw"] > NOISE_MW for row in table),
    }


def _worst_case(row: Row) -> Told:
    """One year: what stays of the power connected, and what is missing then."""
    needed, connected, lost = (row[f"{q}_it_mw"] or 0.0 for q in ("needed", "connected", "lost"))
    return {
        "year": row["fiscal_year"],
        "needed_mw": needed,
        "connected_mw": connected,
        "lost_mw": lost,
        "kept_mw": connected - lost,
        "short_mw": max(0.0, needed - (connected - lost)),
        "groups": [both(group["name_ja"], group["name_en"]) for group in row["low_groups"]],
    }


def _about_low_headroom(rows: Sequence[Told], gamma: int | None) -> Both:
    """Whether the plan holds in the worst case, by its tightest year."""
    tight = min(rows, key=lambda row: (round(row["kept_mw"] - row["needed_mw"]), -row["year"]))
    year, kept, needed = tight["year"], number(tight["kept_mw"]), number(tight["needed_mw"])
    lost, short = _lost_part(tight), number(tight["short_mw"])
    head = both(
        f"{gamma or ''}群までの余力が同時に下限だった場合",
        f"If the headroom of up to {gamma or 'several'} groups turns out at its low end at once",
    )
    if tight["short_mw"] > NOISE_MW:
        return both(
            f"{head['ja']}、{year}年度は必要なIT電力{needed} MWに{short} MW足りません"
            f"（{lost['ja']}、残るのは{kept} MW）。",
            f"{head['en']}, FY{year} falls {short} MW short of the {needed} MW of IT power needed "
            f"({lost['en']}, {kept} MW left).",
        )
    return both(
        f"{head['ja']}でも、すべての年度で必要なIT電力をまかなえます。もっとも余裕が小さいのは"
        f"{year}年度です（{lost['ja']}、残るのは{kept} MW、必要なのは{needed} MW）。",
        f"{head['en']}, the plan still powers all IT load needed in every year. The tightest is "
        f"FY{year}: {lost['en']}, {kept} MW left for the {needed} MW needed.",
    )


def _lost_part(row: Told) -> Both:
    """How much is lost, and at which groups."""
    mw, groups = number(row["lost_mw"]), row["groups"]
    if not groups:
        return both("失うものはなく", "nothing is lost")
    names_ja, names_en = ("・".join(g["ja"] for g in groups), ", ".join(g["en"] for g in groups))
    return both(f"{names_ja}で失うのは{mw} MW", f"{mw} MW lost at {names_en}")


def waiting_view(waiting: Row | None) -> Told | None:
    """Wanted, connected and late power by year, mean wait against its limit, and a picture.

    Parameters
    ----------
    waiting : mapping or None
        Part `waiting` of a summary; None where waiting is not counted.
    """
    if not waiting:
        return None
    table = [_late(row) for row in waiting["years"]]
    return {
        "rows": table,
        "sentence": _about_waiting(waiting, table),
        "svg": _bars("waiting", table, (("connected_mw", KEPT), ("late_mw", LATE)), "wanted_mw"),
        "mean_years": waiting["mean_years"],
        "limit_years": waiting["mean_years_limit"],
        "share": _share(waiting["mean_years"], waiting["mean_years_limit"]),
        "price": waiting["price_myen_per_mw_year"],
        "full_from": waiting["full_from"],
    }


def _late(row: Row) -> Told:
    """One year."""
    powers = {f"{q}_mw": row[f"{q}_it_mw"] or 0.0 for q in ("wanted", "connected", "late")}
    return {"year": row["fiscal_year"], **powers, "late_mw_years": row["late_mw_years"]}


def _about_waiting(waiting: Row, rows: Sequence[Told]) -> Both:
    """How long the megawatts wanted wait, and until when any does."""
    late = [row for row in rows if row["late_mw"] > NOISE_MW]
    if not late:
        return both(
            "ほしいときにほしいだけ受電でき、待つものはありません。",
            "All power wanted is connected when it is wanted: nothing waits.",
        )
    most, last = max(late, key=lambda row: row["late_mw"]), late[-1]["year"]
    mean, limit = number(waiting["mean_years"], 1), waiting["mean_years_limit"]
    held_ja = "" if limit is None else f"（上限{number(limit, 1)}年）"
    held_en = "" if limit is None else f" (limit {number(limit, 1)})"
    mw, year = number(most["late_mw"]), most["year"]
    return both(
        f"ほしいIT電力は受電まで平均{mean}年待ちます{held_ja}。待ちがもっとも多いのは{year}年度の"
        f"{mw} MWで、{last}年度まで残ります。",
        f"The IT power wanted waits {mean} years on average{held_en}. Most waits in FY{year} "
        f"({mw} MW), the last of it in FY{last}.",
    )


def _share(part: Number, whole: Number) -> float | None:
    """Part of a limit that is used; None without a limit."""
    if part is None or whole is None:
        return None
    return part / whole if whole > 0 else float(part > 0)


def _bars(
    name: str, rows: Sequence[Mapping[str, Any]], parts: Sequence[tuple[str, str]], mark: str
) -> str:
    """Stacked bars by year with a dark line at what is asked for."""
    years = [row["year"] for row in rows]
    layers = [Layer(colour, tuple(row[part] for row in rows)) for part, colour in parts]
    limits = [row[mark] for row in rows]
    return draw_stack(name, years, layers, limits=limits, tell_excess=False)
