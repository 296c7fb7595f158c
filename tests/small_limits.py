"""Invented parts of an answer: low headroom, waiting, network and queue, each from its contract."""

YEARS = range(2026, 2036)

ISHIKARI, INZAI, AKITA = [43.2, 141.3], [35.83, 140.15], [39.75, 140.06]
SENDAI, NIIGATA = [38.27, 140.87], [37.9, 139.0]


def make_robust(years=YEARS, gamma=2):
    """Needed grows by 40 MW a year; 20 MW more is connected than the worst case takes."""
    groups = [
        {"key": "place:inzai", "name_ja": "印西", "name_en": "Inzai"},
        {"key": "zone:naka", "name_ja": "中能登", "name_en": "Naka-Noto"},
    ]
    return [
        {
            "fiscal_year": year,
            "needed_it_mw": 40.0 * step,
            "connected_it_mw": 40.0 * step + 20.0 + 10.0 * step,
            "lost_it_mw": 10.0 * step,
            "low_groups": groups[: min(step, gamma)],
            "gamma": gamma,
        }
        for step, year in enumerate(years)
    ]


def make_waiting(years=YEARS, **changes):
    """100 MW wanted from the first year on, connected in steps of 25 MW."""
    rows = []
    for step, year in enumerate(years):
        connected = min(100.0, 25.0 * step)
        late = 100.0 - connected
        powers = {"wanted_it_mw": 100.0, "connected_it_mw": connected, "late_it_mw": late}
        rows.append({"fiscal_year": year, **powers, "late_mw_years": late})
    mean = sum(row["late_mw_years"] for row in rows) / 100.0
    limits = {"price_myen_per_mw_year": 30.0, "mean_years_limit": 4.0, "full_from": 2031}
    return limits | {"mean_years": mean, "years": rows} | changes


def make_line(branch, name, ends, share, **changes):
    own = {"branch": branch, "name": name, "kv": 500, "coords": ends, "worst_share": share}
    own |= {"flow_mw": 1234.0, "rating_mw": 2600.0, "outage": "east-2", "place": "network"}
    return own | changes


def make_network(**changes):
    """Five lines along the north-east: two parallel, one full, one without a rating."""
    lines = [
        make_line("east-1", "東幹線1L", [SENDAI, INZAI], 1.0),
        make_line("east-2", "東幹線2L", [SENDAI, INZAI], 0.83, outage="east-1", flow_mw=-900.0),
        make_line("west-1", "西幹線", [NIIGATA, INZAI], 0.42),
        make_line("north-1", "北線", [AKITA, SENDAI], 0.85, kv=275, outage=""),
        make_line("free-1", "無定格線", [AKITA, NIIGATA], None, rating_mw=None, outage=""),
    ]
    held = {"branch": "east-1", "branch_name": "東幹線1L", "outage": "east-2"}
    held |= {"outage_name": "東幹線2L", "place": "network", "fiscal_year": 2035}
    refusal = {"site": "akita", "bus": "b4", "room_mw": 12.0, "kept_out": True}
    site = {"site": "inzai", "bus": "b1", "bus_name": "新佐原", "km": 3.1, "stated": True}
    return {
        "name": "north-east",
        "title": {"ja": "作りものの系統", "en": "A made network"},
        "buses": 5,
        "branches": 6,
        "areas": ["tohoku", "tokyo"],
        "n1": True,
        "stress": True,
        "days": False,
        "assumed": 12,
        "assumed_columns": ["rating_mw", "x_ohm"],
        "certificate": {
            "rounds": 4,
            "rows_added": 17,
            "rows_of_full_model": 12345,
            "flows_checked": 99999,
            "worst_over_mw": -0.0,
            "unscreened": ["spur-1"],
        },
        "binding": [held | {"slack_mw": 0.0, "price_myen_per_mw": 1.2}],
        "sites": [site, site | {"site": "akita", "bus": "b4", "bus_name": "", "stated": False}],
        "refusals": [
            held | refusal | {"price_myen_per_mw": 0.3},
            held
            | refusal
            | {"site": "tsuruga", "room_mw": None, "kept_out": False}
            | {"branch": "", "branch_name": "", "price_myen_per_mw": 0.0},
        ],
        "lines": lines,
    } | changes


def make_queue(**changes):
    """One zone of each standing; two applications that no zone takes."""
    return {
        "count": "expected",
        "applications": 12,
        "zones": [
            make_zone("a", "free", 200.0, 300.0, 50.0),
            make_zone("b", "uncertain", 100.0, 300.0, 150.0),
            make_zone("c", "full", 150.0, 150.0, 150.0),
            make_zone("d", "oversubscribed", 100.0, 150.0, 400.0),
            make_zone("e", "free", 1001.0, None, 200.0),
            make_zone("f", "unknown", None, None, 80.0),
        ],
        "shared": [make_shared()],
        "outside": [
            {
                "id": "A-7",
                "connection_point": "どこか変電所",
                "contract_mw": 60.0,
                "reason": {"word": "no_station", "ja": "一致なし", "en": "no match"},
                "guesses": "東変電所 0.71",
            },
            {"id": "A-9", "connection_point": None, "contract_mw": None, "reason": "several"},
        ],
    } | changes


def make_shared():
    row = make_zone("x", "free", 300.0, 300.0, 200.0)
    return {"group": "tokai", "zones": 2} | {key: row[key] for key in row if "mw" in key}


def make_zone(key, standing, low, high, held):
    left = [None if mw is None else mw - held for mw in (low, high)]
    return {
        "zone": key,
        "name_ja": f"{key}変電所",
        "name_en": f"{key.upper()} substation",
        "fiscal_year": 2035,
        "published_low_mw": low,
        "published_high_mw": high,
        "held_mw": held,
        "low_mw": left[0],
        "high_mw": left[1],
        "standing": standing,
    }


NOTICES = [
    {"reason": "stale", "ja": "公表から1年以上たったゾーンがあります", "en": "Old zones"},
    {"reason": "unplaced", "ja": "位置の分からないゾーン", "en": "Zones without a place"},
]


def limited(summary):
    """A summary with all parts beside its own."""
    years = summary["years"]
    return summary | {
        "robust": make_robust(years),
        "waiting": make_waiting(years),
        "network": make_network(),
        "queue": make_queue(),
        "notices": NOTICES,
    }
