"""What a plan with a network does not know, in both languages."""

from collections.abc import Iterator

import numpy as np

from siting.nodal_inputs import NodalInputs

Text = dict[str, str]

MOST_NAMED = 5


def network_unknowns(inputs: NodalInputs | None) -> Iterator[Text]:
    """Statements on assumed values, joined sites, unrated branches and outages not looked at."""
    if inputs is None:
        return
    yield from _assumed(inputs)
    yield from _supply(inputs)
    yield from _sites(inputs)
    yield from _branches(inputs)
    yield {
        "ja": "系統は直流法の潮流のみ。電圧・無効電力・安定度・短絡、既存の制限措置は見ていない",
        "en": "The network is DC power flow: no voltage, reactive power, stability, short circuit "
        "or existing curtailment schemes",
    }


def _assumed(inputs: NodalInputs) -> Iterator[Text]:
    table = inputs.joined.opened.network.assumed
    if len(table):
        columns = _listed(sorted(set(table["column"])))
        yield {
            "ja": f"系統データのうち {len(table):,} 個の値は公表値でなく仮定: {columns}",
            "en": f"{len(table):,} values of the network are not published but assumed: {columns}",
        }


def _supply(inputs: NodalInputs) -> Iterator[Text]:
    if inputs.like_demand:
        units = _listed([f"{area}/{tech}" for area, tech in inputs.like_demand])
        yield {
            "ja": f"系統データに発電機がない供給力は需要と同じ比率で母線に配分(仮定): {units}",
            "en": f"Supply without a generator in the network is spread like demand: {units}",
        }
    if np.isfinite(inputs.room_mw):
        yield {
            "ja": f"系統の過酷断面では発電機の余力計 {inputs.room_mw:,.0f} MWの比で地点に供給。"
            "余力の合計は制約にしていない",
            "en": f"In the network's stress case generators supply the sites by their room, "
            f"{inputs.room_mw:,.0f} MW in all; that sum is no limit",
        }


def _sites(inputs: NodalInputs) -> Iterator[Text]:
    sites = inputs.joined.sites
    near = sites[~sites["stated"].astype(bool)]
    if len(near):
        farthest = f"{near['km'].max():.0f} km"
        yield {
            "ja": f"{len(near)} 地点は最寄りの母線に接続と仮定(最も遠いもので {farthest})",
            "en": f"{len(near)} sites are taken to join the nearest bus, at most {farthest} away",
        }


def _branches(inputs: NodalInputs) -> Iterator[Text]:
    grid = inputs.grid
    unrated = int(np.isnan(grid.rating_mw).sum())
    if unrated:
        yield {
            "ja": f"定格不明の設備 {unrated}: 制約にならないものとして扱った",
            "en": f"{unrated} branches without rating: taken as never binding",
        }
    if not inputs.joined.use.n1:
        yield {
            "ja": "系統設備の停止(N-1)は見ていない",
            "en": "Outages of branches (N-1) are not looked at",
        }
    elif grid.unscreened:
        names = _listed(list(grid.unscreened))
        yield {
            "ja": f"停止すると系統が分かれる設備の停止は見ていない: {names}",
            "en": f"Outages that split the network are not looked at: {names}",
        }


def _listed(names: list[str]) -> str:
    more = f" + {len(names) - MOST_NAMED}" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more
