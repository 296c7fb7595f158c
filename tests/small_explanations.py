"""An invented explanation and re-dispatch of the invented map contents, from docs/explain.md."""

from siting.year_figures import FIGURES, difference

COST_MYEN = 500_000.0
COUNTS = {"always": 0, "sometimes": 0, "never": 0, "undecided": 0, "not_asked": 0}


def both(text):
    return {"ja": f"{text}の地点", "en": f"{text} site"}


def make_site(site, status, *, in_plan, with_myen=None, without_myen=None, least=None):
    return {
        "site": site,
        "name": both(site),
        "status": status,
        "in_plan": in_plan,
        "with_extra_myen": with_myen,
        "without_extra_myen": without_myen,
        "with_at_least_extra_myen": least,
        "without_at_least_extra_myen": least,
    }


def make_plan(sites, comes, leaves, **changes):
    named = [[{"site": each, "name": both(each)} for each in group] for group in (comes, leaves)]
    return {
        "cost_myen": COST_MYEN + 280.0,
        "extra_myen": 280.0,
        "differs_by": len(comes) + len(leaves),
        "differs_at_most": 4,
        "comes": named[0],
        "leaves": named[1],
        "sites": sorted(sites),
        "mw": dict.fromkeys(sorted(sites), 250.0),
    } | changes


def make_price(limit, key, worth_myen, **changes):
    return {
        "limit": limit,
        "field": "headroom",
        "key": key,
        "what": {"ja": "空き容量", "en": "headroom"},
        "where": both(key),
        "per": {"ja": "MW", "en": "MW"},
        "by_year": False,
        "demand": False,
        "fiscal_years": [2035],
        "price_myen": worth_myen,
        "saves_myen": worth_myen,
        "worth_myen": worth_myen,
        "check": "confirmed",
        "sites": [],
    } | changes


def make_rows():
    return [
        make_site("inzai", "always", in_plan=True, least=5_200.0),
        make_site("kikuyo", "sometimes", in_plan=True, without_myen=280.0),
        make_site("akita", "sometimes", in_plan=False, with_myen=280.0),
        make_site("oita", "undecided", in_plan=False),
        make_site("sakata", "never", in_plan=False, least=5_200.0),
        make_site("tsuruga", "not_asked", in_plan=False),
    ]


def make_prices():
    return [
        make_price("respect_headroom", "kikuyo", 26.7, sites=["kikuyo"]),
        make_price("respect_headroom", "noto", 3.0, sites=["shin-noto", "minami-kanazawa"],
                   saves_myen=None, check="not_checked"),
        make_price("size_at_least", "inzai", 653.0),
        make_price("tie", "tohoku-tokyo/forward", 185.0),
        make_price("keep_reserve", "tokyo/h3/summer", 12.0, by_year=True),
        make_price("meet_compute", "training", 900.0, demand=True),
    ]  # fmt: skip


def make_explanation(summary, *, rows=None, plans=None, prices=None, **changes):
    """What `siting explain` could have written of a run with this summary."""
    rows = make_rows() if rows is None else rows
    one = make_plan(["inzai", "akita"], ["akita"], ["kikuyo"])
    held = [{"ja": "最大規模", "en": "largest size", "limit": "size_at_most"}]
    best = {"ja": "次点は秋田", "en": "Next best: Akita", "site": "akita"}
    counts = COUNTS | {row["status"]: 0 for row in rows}
    for row in rows:
        counts[row["status"]] += 1
    return {
        "format": 1,
        "kind": "run",
        "name": summary["name"],
        "variant": summary.get("variant"),
        "title": summary["title"],
        "created": "2026-11-24T09:00:00+09:00",
        "created_run": summary["created"],
        "plan": {
            "cost_myen": COST_MYEN,
            "bound_myen": COST_MYEN,
            "gap_share": 0.001,
            "recorded_cost_myen": COST_MYEN,
            "same": True,
        },
        "prices": make_prices() if prices is None else prices,
        "sites": {
            "within_percent": 1.0,
            "limit_myen": COST_MYEN * 1.01,
            "best_myen": COST_MYEN,
            "most_sites": 15,
            "time_limit_s": 60.0,
            "complete": False,
            "counts": counts,
            "rows": rows,
            "plans": [one] if plans is None else plans,
        },
        "why": [
            {
                "site": "kikuyo",
                "name": both("kikuyo"),
                "area": "kyushu",
                "start_fiscal_year": 2029,
                "last_mw": 170.0,
                "why": {"ja": [], "en": []},
                "binding": held,
                "next_best": best,
            }
        ],
        "notes": [],
    } | changes


def make_redispatch(summary, *, before=None, after=None, **changes):
    """What `siting redispatch` could have written; 2 % dearer with 3 GWh unserved."""
    plan = dict.fromkeys(FIGURES, 0.0) | {"cost_myen": 1e6, "co2_kt": 70.0, "hours": 8760.0}
    plan |= before or {}
    year = plan | {"cost_myen": 1.02e6, "unserved_gwh": 3.0, "hours": 8784.0} | (after or {})
    return {
        "format": 1,
        "name": summary["name"],
        "variant": summary.get("variant"),
        "created_run": summary["created"],
        "fiscal_year": summary["years"][-1],
        "plan": plan,
        "plan_again": plan,
        "calendar_year": year,
        "difference": difference(plan, year),
        "distinct_days": 24,
        "seconds": 0.4,
        "notes": [],
    } | changes
