"""What flexible draw is worth, in sentences of both languages."""

from collections.abc import Iterator, Mapping
from typing import Any

from siting.report_numbers import money, number
from siting.report_words import Both, both

Row = Mapping[str, Any]

TITLE = both("系統に合わせる負荷の価値", "What flexible draw is worth")


def worth_lines(worth: Row) -> Iterator[Both]:
    """Sentences about part `flexibility` of explain.json, each checked by solving again."""
    yield _about_held(worth["held"])
    yield _about_rigid(worth["rigid"])
    if worth["reach"] is not None:
        yield _about_reach(worth["reach"])


def _about_held(held: Row | None) -> Both:
    if held is None:
        return both(
            "この計画の地点は、系統に合わせない負荷を載せきれません",
            "The sites of this plan cannot hold a load that follows nothing",
        )
    saved = money(held["saves_myen"])
    return both(
        f"この計画の地点のままで、負荷が系統に合わせることにより{saved['ja']}安くなります"
        "(全期間の現在価値、再計算の差)",
        f"At the sites of this plan flexible draw saves {saved['en']} (present value of all years, "
        "solved both ways)",
    )


def _about_rigid(rigid: Row | None) -> Both:
    if rigid is None:
        return both(
            "負荷が系統に合わせなければ、すべての制約を満たす計画はありません",
            "With a load that follows nothing no plan meets all limits",
        )
    low, high = money(rigid["saves_at_least_myen"]), money(rigid["saves_at_most_myen"])
    saved = money(rigid["saves_myen"])
    co2, surplus = number(rigid["co2_kt"]), number(rigid["surplus_gwh"])
    return both(
        f"地点から選び直した計画との差は{saved['ja']}(証明できる範囲 {low['ja']}〜{high['ja']})、"
        f"排出は{co2} kt、使われない太陽光・風力は{surplus} GWh少なくなります(全期間)",
        f"Against a plan chosen anew it saves {saved['en']} (proven: {low['en']} to {high['en']}), "
        f"{co2} kt of CO2 and {surplus} GWh of sun and wind left unused, over all years",
    )


def _about_reach(reach: Row) -> Both:
    """Room and time that the conditional connection gives."""
    most, wait = number(reach["most_it_mw"]), number(reach["wait_years"], 2)
    if "more_it_mw" not in reach:
        return both(
            f"条件付き接続なら最終年度にサーバー{most} MWまで載ります(なしでは制約を満たせません)",
            f"With conditional connection up to {most} MW of servers fit in the last year; without "
            "it the limits cannot be met",
        )
    more, sooner = number(reach["more_it_mw"]), number(reach["sooner_years"], 2)
    return both(
        f"条件付き接続により、費用を問わなければ最終年度にサーバー{more} MW多く(計{most} MWまで)"
        f"載り、すべてをはじめから望んだとき1 MWの待ち年数は平均{sooner}年短く{wait}年になります",
        f"Money no object, conditional connection makes room for {more} MW more of servers in the "
        f"last year (up to {most} MW), and if all were wanted from the start a megawatt would wait "
        f"{sooner} years less, {wait} on average",
    )
