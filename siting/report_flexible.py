"""Draw that follows the grid: what the report says of it."""

from typing import Any

from siting.report_answer import Row
from siting.report_numbers import money, number, percent
from siting.report_words import Both, area_names, both, same

NOISE_GWH, NOISE_MW = 0.05, 0.5
"""Less than this is rounding."""

Told = dict[str, Any]


def flexible_view(flexibility: Row | None) -> Told | None:
    """What may follow the grid and what does; None where nothing may.

    Parameters
    ----------
    flexibility : mapping or None
        Part `flexibility` of a summary.
    """
    if not flexibility or not flexibility["years"]:
        return None
    areas, last = area_names(), flexibility["years"][-1]
    return {
        "allowed": _allowed(flexibility),
        "sentence": _sentence(last),
        "relief": _about_relief(flexibility, last),
        "year": last["fiscal_year"],
        "rows": [{**row, "paid": money(row["paid_myen"])} for row in flexibility["years"]],
        "areas": [
            {**row, "name": areas.get(row["area"], same(row["area"]))}
            for row in flexibility["areas"]
        ],
        "moves": max(flexibility["move_share"], flexibility["inference_move_share"]) > 0,
        "gives_up": flexibility["curtail"] is not None,
    }


def _allowed(flexibility: Row) -> list[Both]:
    """What the scenario allows, one sentence each."""
    keys = ("shift_share", "move_share", "inference_move_share", "curtail")
    shift, move, route, curtail = (flexibility[key] for key in keys)
    found = []
    if shift:
        share = percent(shift, 0)
        found.append(
            both(
                f"学習の負荷の{share}までを同じ日のほかの時間に移せる",
                f"up to {share} of the training draw may move to other hours of the day",
            )
        )
    if move:
        share = percent(move, 0)
        found.append(
            both(
                f"学習の負荷の{share}までを同じ時間にほかのエリアの空いたサーバーで動かせる",
                f"up to {share} of the training draw may run on idle servers of another area in "
                "the same hour",
            )
        )
    if route:
        share = percent(route, 0)
        found.append(
            both(
                f"推論の負荷の{share}までを同じ時間に、遅延の範囲内にあるほかの地点の空いたサーバーで動かせる",
                f"up to {share} of the inference draw may run on idle servers of another site in "
                "the same hour, within its latency",
            )
        )
    return found if curtail is None else [*found, _about_curtailing(curtail)]


def _about_curtailing(curtail: Row) -> Both:
    share, energy = percent(curtail["share"], 0), percent(curtail["energy_share"], 1)
    hours, price = number(curtail["hours_per_day"], 1), number(curtail["price_yen_per_kwh"])
    return both(
        f"学習の負荷の{share}を1日{hours}時間まで、年間電力量の{energy}まで抑制できる"
        f"（対価{price}円/kWhは仮定）",
        f"{share} of the training draw may be given up for {hours} hours a day, {energy} of its "
        f"yearly energy, at {price} yen/kWh (assumed)",
    )


def _sentence(last: Row) -> Both:
    """What the plan does with it in its last year."""
    year = last["fiscal_year"]
    shifted, moved, given = (
        number(last[key], 1) for key in ("shifted_gwh", "moved_gwh", "given_up_gwh")
    )
    paid = money(last["paid_myen"])
    return both(
        f"{year}年度は{shifted} GWhをほかの時間に、{moved} GWhをほかのエリアに移し、{given} GWhを"
        f"抑制します（対価は年{paid['ja']}）。",
        f"In FY{year} {shifted} GWh run in other hours, {moved} GWh in other areas, and {given} "
        f"GWh are given up (paid {paid['en']} a year).",
    )


def _about_relief(flexibility: Row, last: Row) -> Both | None:
    """What a conditional connection takes off headroom and reserve."""
    if not flexibility["relief_share"]:
        return None
    mw, share = number(last["relief_mw"]), percent(flexibility["relief_share"], 0)
    return both(
        f"条件付き接続とし、学習の契約電力の{share}、{last['fiscal_year']}年度に{mw} MWを空き容量と"
        "予備率に数えていません。制度は検討中で、抑制の時間がその地点の混雑に足りるかは確かめて"
        "いません。",
        f"Connection is conditional: {share} of the contract power of training, {mw} MW in "
        f"FY{last['fiscal_year']}, counts neither against headroom nor against reserve. The terms "
        "are still being drawn up, and whether the hours suffice at each place is not checked.",
    )
