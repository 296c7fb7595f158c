"""Parts of a run that not every run has, on the terminal: a line or two each."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from siting.words import say

Row = Mapping[str, Any]

NOISE_MW = 0.5
"""Less than this is rounding and not worth a line."""

T_PER_KT = 1000.0

MOST_NAMED = 3
"""Sites named in a line; the report has all."""

MUCH_AGAINST_SHARE = 0.005
"""Clean energy against the flow of ties, as share of the draw, that the line of it tells."""

FULL = ("full", "oversubscribed")


def limit_lines(summary: Row, lang: str) -> list[str]:
    """Lines about the parts that a run has; none for those it has not."""
    parts = (
        ("robust", _about_low_headroom),
        ("waiting", _about_waiting),
        ("network", lambda _, lang: _about_network(summary, lang)),
        ("works", _about_works),
        ("queue", _about_queue),
        ("servers", _about_servers),
        ("embodied", _about_embodied),
        ("clean", _about_clean),
        ("flexibility", _about_flexible),
    )
    lines = (tell(summary[part], lang) for part, tell in parts if summary.get(part))
    return [line for some in lines for line in some]


def _about_low_headroom(rows: Sequence[Row], lang: str) -> Iterator[str]:
    worst = min(rows, key=lambda row: (round(_spare_mw(row)), -row["fiscal_year"]))
    year, gamma = worst["fiscal_year"], worst.get("gamma", "")
    if _spare_mw(worst) < -NOISE_MW:
        yield say("robust_short", lang, gamma=gamma, year=year, short=f"{-_spare_mw(worst):,.0f}")
    else:
        lost = f"{worst['lost_it_mw']:,.0f}"
        yield say("robust_holds", lang, gamma=gamma, year=year, lost=lost)


def _spare_mw(row: Row) -> float:
    """Power kept in the worst case beyond what is needed. [MW]"""
    return float(row["connected_it_mw"] - row["lost_it_mw"] - row["needed_it_mw"])


def _about_waiting(waiting: Row, lang: str) -> Iterator[str]:
    late = [row for row in waiting["years"] if row["late_it_mw"] > NOISE_MW]
    if not late:
        yield say("waiting_none", lang)
        return
    most, limit = max(late, key=lambda row: row["late_it_mw"]), waiting["mean_years_limit"]
    yield say(
        "waiting",
        lang,
        mean=f"{waiting['mean_years']:.2f}",
        limit=say("no_limit", lang) if limit is None else f"{limit:g}",
        year=most["fiscal_year"],
        late=f"{most['late_it_mw']:,.0f}",
    )


def _about_network(summary: Row, lang: str) -> Iterator[str]:
    network, certificate = summary["network"], summary["network"]["certificate"]
    over = max(certificate["worst_over_mw"] or 0.0, 0.0)
    mark = "rating_mw" in network["assumed_columns"]
    yield say(
        "network",
        lang,
        branches=network["branches"],
        flows=f"{certificate['flows_checked']:,}",
        over=f"{round(over, 3):g}",
        binding=len({row["branch"] for row in network["binding"]}),
    ) + (say("network_assumed", lang) if mark else "")
    held = [row for row in network["refusals"] if row["kept_out"] and row["branch"]]
    if held:
        names = _names(summary, lang)
        texts = [_held_by(row, names, lang) for row in held[:MOST_NAMED]]
        more = [f"+{len(held) - MOST_NAMED}"] if len(held) > MOST_NAMED else []
        yield say("held_back", lang, sites=", ".join(texts + more))


def _names(summary: Row, lang: str) -> dict[str, str]:
    rows = (*summary["sites"], *summary["candidates"])
    return {row["site"]: str(row[f"name_{lang}"] or row["site"]) for row in rows}


def _held_by(row: Row, names: Mapping[str, str], lang: str) -> str:
    """One site with the branch and the outage that keep it out."""
    own = {"site": names.get(row["site"], row["site"])}
    own |= {"branch": row["branch_name"] or row["branch"]}
    if not row["outage"]:
        return say("held_by", lang, **own)
    return say("held_by_outage", lang, **own, outage=row["outage_name"] or row["outage"])


def _about_queue(queue: Row, lang: str) -> Iterator[str]:
    held = sum(zone["held_mw"] or 0.0 for zone in queue["zones"])
    yield say(
        "queue",
        lang,
        applications=queue["applications"],
        held=f"{held:,.0f}",
        full=sum(zone["standing"] in FULL for zone in queue["zones"]),
        zones=len(queue["zones"]),
        outside=len(queue["outside"]),
    )


def _about_works(works: Sequence[Row], lang: str) -> Iterator[str]:
    taken = [row for row in works if row["in_service_fiscal_year"] is not None]
    if not taken:
        yield say("works_none", lang, count=len(works))
    for row in taken:
        yield say(
            "works",
            lang,
            option=row["option"],
            year=row["in_service_fiscal_year"],
            mw=f"{row['added_mw']:,.0f}",
            groups=", ".join(group[lang] for group in row["groups"]),
            cost=f"{row['myen_per_year']:,.0f}",
        )


def _about_servers(workloads: Sequence[Row], lang: str) -> Iterator[str]:
    for told in workloads:
        last = told["years"][-1]
        rows = [row for row in told["vintages"] if row["fiscal_year"] == last["fiscal_year"]]
        yield say(
            "servers",
            lang,
            workload=told["workload"],
            year=last["fiscal_year"],
            eflops=f"{last['eflops']:,.1f}",
            mw=f"{last['it_mw']:,.1f}",
            hardware=", ".join(dict.fromkeys(row["hardware"] for row in rows)),
            retired=f"{sum(row['retired_mw'] for row in told['years']):,.1f}",
        )


def _about_embodied(embodied: Row, lang: str) -> Iterator[str]:
    last = embodied["years"][-1]
    ways = [way for way in ("in_cap", "in_price") if embodied[way]]
    counts = [say(f"embodied_{way}", lang) for way in ways or ["told"]]
    yield say(
        "embodied",
        lang,
        year=last["fiscal_year"],
        kt=f"{last['t'] / T_PER_KT:,.1f}",
        servers=f"{last['servers_t'] / T_PER_KT:,.1f}",
        building=f"{last['building_t'] / T_PER_KT:,.1f}",
        per_mwh=say("unknown", lang)
        if _is_missing(last["t_per_mwh"])
        else f"{last['t_per_mwh']:.3f}",
        counts=say("and", lang).join(counts),
    )


def _about_clean(clean: Row, lang: str) -> Iterator[str]:
    last = clean["years"][-1]
    against = last["against_flow_gwh"] or 0.0
    much = against > MUCH_AGAINST_SHARE * last["draw_gwh"]
    contracts = [row for row in clean["contracts"] if row["fiscal_year"] == last["fiscal_year"]]
    yield (
        say(
            "clean",
            lang,
            year=last["fiscal_year"],
            hourly=_share(last["hourly_share"], lang),
            annual=_share(last["annual_share"], lang),
            asked=_share(last["required_share"], lang),
            way=say(clean["matching"], lang),
            mw=f"{sum(row['mw'] for row in contracts):,.0f}",
            price=_price(last["yen_per_kwh"], lang),
        )
        + _claimed(clean, lang)
        + (say("clean_against", lang, gwh=f"{against:,.0f}") if much else "")
    )


def _claimed(clean: Row, lang: str) -> str:
    """What is claimed by contract or certificate in the last year, where that is asked for."""
    asked = [row.get("claim_required_share") for row in clean["years"]]
    if all(_is_missing(share) for share in asked):
        return ""
    last = clean["years"][-1]
    return say(
        "clean_claimed",
        lang,
        share=_share(last["claimed_share"], lang),
        asked=_share(asked[-1], lang),
        gwh=f"{last['certificate_gwh']:,.0f}",
        cost=f"{last['certificates_myen']:,.0f}",
    )


def _about_flexible(flexibility: Row, lang: str) -> Iterator[str]:
    last = flexibility["years"][-1]
    energy = {key: f"{last[key]:,.1f}" for key in ("shifted_gwh", "moved_gwh", "given_up_gwh")}
    relief = say("flexible_relief", lang, mw=f"{last['relief_mw']:,.0f}")
    line = say("flexible", lang, year=last["fiscal_year"], **energy)
    yield line + (relief if flexibility["relief_share"] else "")


def _share(share: float | None, lang: str) -> str:
    return say("no_limit", lang) if _is_missing(share) else f"{share:.1%}"


def _price(yen: float | None, lang: str) -> str:
    return say("unknown", lang) if _is_missing(yen) else f"{yen:.2f}"


def _is_missing(value: float | None) -> bool:
    return value is None or math.isnan(value)
