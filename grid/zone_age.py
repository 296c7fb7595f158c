"""Warnings of welcome zones whose figures are past their date, in both languages."""

from datetime import date

import pandas as pd

from grid.zones import stale_zones

MAX_AGE_DAYS = 365
"""Utilities that publish such maps renew them about once a year; a rule of this project."""

MOST_NAMED = 5

REASONS = {
    "expired": ("有効期限切れ", "past the end of their validity"),
    "old": (
        "{days}日より古い(有効期限の記載なし)",
        "older than {days} days, without an end of validity",
    ),
    "undated": ("時点の記載なし", "without a date"),
}


def age_warnings(
    zones: pd.DataFrame, *, today: date, max_age_days: int = MAX_AGE_DAYS
) -> list[dict[str, str]]:
    """One warning for each reason to doubt the age of zones; none if all are fresh.

    A zone is expired after its `valid_until`; without one it is old when its `as_of` (a month or
    a year counts from its last day) lies more than `max_age_days` back, and undated without both.

    Parameters
    ----------
    zones : DataFrame
        Contract `zones`.
    today : date
        Day of the study.
    max_age_days : int
        [days]

    Returns
    -------
    list of dict
        `reason` (expired, old or undated), `ja`, `en`: how many zones and the first five.

    Examples
    --------
    >>> zones = pd.DataFrame({"tso": ["x"], "asset_name": ["線"], "as_of": ["2024"]})
    >>> zones["valid_until"] = None
    >>> age_warnings(zones, today=date(2026, 11, 26))[0]["en"]
    '1 zones older than 365 days, without an end of validity: x/線'
    """
    stale = stale_zones(zones, today=today, max_age_days=max_age_days)
    warnings = []
    for reason, (ja, en) in REASONS.items():
        keys = [str(key) for key in stale.index[stale["reason"] == reason]]
        if keys:
            more = len(keys) - MOST_NAMED
            named = ", ".join(keys[:MOST_NAMED])
            warnings.append(
                {
                    "reason": reason,
                    "ja": f"{ja.format(days=max_age_days)}のゾーン{len(keys)}件: {named}"
                    + (f" ほか{more}件" if more > 0 else ""),
                    "en": f"{len(keys)} zones {en.format(days=max_age_days)}: {named}"
                    + (f" and {more} more" if more > 0 else ""),
                }
            )
    return warnings
