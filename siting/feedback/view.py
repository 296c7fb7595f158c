"""Rounds of feeding back as texts, for terminal and report."""

from collections.abc import Mapping, Sequence
from typing import Any

from siting.feedback.words import ENDS, REASONS, say
from siting.report_numbers import MINUS
from siting.report_words import Both, both
from siting.words import LANGUAGES

Row = Mapping[str, Any]

COLUMNS = (
    "round",
    "changes",
    "cost",
    "planned",
    "reached",
    "cost_off",
    "unserved",
    "missed",
    "agrees",
)
CLEAN_COLUMNS = ("planned", "reached", "missed")

MYEN_PER_OKU_YEN = 100.0


def columns_of(rounds: Sequence[Row]) -> list[str]:
    """Columns to be shown: those of clean power only where it is asked for."""
    is_clean = rounds[0]["required_share"] is not None
    return [column for column in COLUMNS if is_clean or column not in CLEAN_COLUMNS]


def cells(number: int, row: Row, columns: Sequence[str], lang: str) -> list[str]:
    """A round's row of the table, its changes apart."""
    made = {"round": str(number), "changes": changes_text(row, lang)}
    if row["clash"] is not None:
        rest = dict.fromkeys(columns, say("none", lang)) | {"agrees": say("no_plan", lang)}
        return [(rest | made)[column] for column in columns]
    off = row["off"]
    texts = made | {
        "cost": f"{row['plan_myen'] / MYEN_PER_OKU_YEN:,.1f}",
        "planned": _percent(row["planned_share"], lang),
        "reached": _percent(row["hourly_share"], lang),
        "cost_off": _signed(off["cost_percent"], lang),
        "unserved": f"{max(off['unserved_gwh'], 0.0):,.2f}",
        "missed": f"{off['missed_gwh']:,.2f}",
        "agrees": say("yes" if row["agrees"] else "no", lang),
    }
    return [texts[column] for column in columns]


def changes_text(row: Row, lang: str) -> str:
    """What was changed for a round, a line each."""
    lines = [
        say("change", lang, **change | {"why": REASONS[change["why"]][lang]})
        for change in row["changes"]
    ]
    return "\n".join(lines) or say("first", lang)


def conclusion(rounds: Sequence[Row], ended: str, within_percent: float, lang: str) -> str:
    """How the rounds ended, in one sentence."""
    last = rounds[-1]
    values = {
        "rounds": len(rounds) - 1,
        "within": f"{within_percent:g}",
        "folder": last.get("folder", ""),
        "clash": last["clash"],
    }
    at_once = ended == "agrees" and len(rounds) == 1
    return ENDS["at_once" if at_once else ended][lang].format(**values)


def rounds_view(told: Row) -> Row | None:
    """The rounds up to a run as its report shows them; None where nothing was fed back."""
    rounds = told.get("rounds")
    if not rounds:
        return None
    columns = columns_of(rounds)
    by_language = {
        lang: [cells(number, row, columns, lang) for number, row in enumerate(rounds)]
        for lang in LANGUAGES
    }
    ended = told.get("ended")
    within = told["within_percent"]
    return {
        "columns": [_both(lambda lang, c=column: say(c, lang)) for column in columns],
        "rows": [
            [
                both(*(_with_minus(column, text) for text in pair))
                for column, pair in zip(columns, zip(*row, strict=True), strict=True)
            ]
            for row in zip(*(by_language[lang] for lang in LANGUAGES), strict=True)
        ],
        "sentence": _both(lambda lang: conclusion(rounds, ended, within, lang)) if ended else None,
    }


def _with_minus(column: str, text: str) -> str:
    """A page has the sign of minus; a terminal may not."""
    return text.replace("-", MINUS) if column == "cost_off" else text


def _both(made: Any) -> Both:
    return both(*(made(lang) for lang in LANGUAGES))


def _percent(share: float | None, lang: str) -> str:
    return say("none", lang) if share is None else f"{100.0 * share:.2f}"


def _signed(percent: float | None, lang: str) -> str:
    return say("none", lang) if percent is None else f"{percent:+.2f}"
