"""Transport of firm capacity between areas: how much more each could use, and what binds.

Areas with capacity to spare serve those that are short, through ties of limited capacity. By the
max-flow min-cut theorem what a set of areas can be served is the least, over all groups of areas,
of what can enter the group: the spare capacity inside it plus the ties into it, plus the needs
left outside. Ten areas have 1,024 groups, so all of them are looked at. That is exact (whole
watts), needs no search for a flow, and shows every least cut and not just one of them.

Ties carry what their capacity allows, as in the reserve limit of a plan; limits on the net
interchange of an area (fences) are not part of it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

W_PER_MW = 1_000_000

Link = tuple[str, str]
"""A tie and its direction."""
Bools = npt.NDArray[np.bool_]
Watts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SharedShortfall:
    """What all areas together still lack once every tie is used."""

    total_mw: float
    by_area_mw: pd.Series
    """Index area: one split of the total, areas served in the order of their keys. Others exist
    wherever areas share a tie or a supply. Unknown areas are NaN."""
    binding: tuple[Link, ...]
    """Ties of the least cut nearest to the areas in need; empty when supply is what lacks."""


@dataclass(frozen=True, slots=True)
class _Net:
    """Known areas, their ties, and every group of areas with what can enter it."""

    spare_w: Watts
    short_w: Watts
    inside: Bools
    """Shape (groups, areas)."""
    entering: Bools
    """Shape (groups, ties): the tie runs from outside the group to inside."""
    supplied_w: Watts
    """Shape (groups,): spare capacity inside plus ties entering."""
    links: tuple[Link, ...]

    def cut_w(self, needs_w: Watts) -> Watts:
        """Cut of each group when areas need that much: the least cut is what can be served."""
        needed: Watts = self.supplied_w + ~self.inside @ needs_w
        return needed


def spare_with_ties(available_mw: pd.Series, ties: pd.DataFrame) -> pd.DataFrame:
    """How much more firm capacity each area could use, after the shortfalls of all others.

    For area a, let V1 be the most that can be served to the shortfalls of the other areas, a's own
    spare capacity helping, and V2 the most that can be served to them and to a without bound. Then
    a can use V2 - V1 in all, while the others together lose nothing, and what is left of it is
    V2 - V1 less a's own shortfall. Each area is asked alone: spares of two areas do not add up.

    Parameters
    ----------
    available_mw : Series, index area
        Firm supply less (1 + required margin) times demand: positive is spare, negative short. An
        area with NaN is unknown: it neither gives, takes nor passes on. [MW]
    ties : DataFrame
        Columns `tie`, `direction`, `from_area`, `to_area`, `capacity_mw` (0 or more), one row a
        usable direction. A direction without a row carries nothing, so where its capacity is only
        unknown the result is a lower bound for the area behind it; the same holds for ties to
        areas not in `available_mw`. [MW]

    Returns
    -------
    DataFrame, index area
        `spare_mw`, negative where the area stays short [MW]; `import_mw`, net arrival over ties
        when the area takes all it can, 0 if it sends instead [MW]: `available_mw` + `import_mw` -
        `spare_mw` is then what it sends; `binding`, tuple of (tie, direction) of the least cut
        nearest to the area, where more capacity would raise `spare_mw`; `limited_by`: `ties`,
        `supply` (all supply that can reach the area is used) or `others` (more capacity on the
        ties of the cut would first go to areas still short). Unknown areas: NaN, NaN, (), missing.
    """
    known = available_mw.dropna()
    net = _net(known, ties)
    rows = {area: _spare(net, position) for position, area in enumerate(known.index)}
    unknown = (np.nan, np.nan, (), None)
    return pd.DataFrame(
        [rows.get(area, unknown) for area in available_mw.index],
        index=available_mw.index,
        columns=["spare_mw", "import_mw", "binding", "limited_by"],
    )


def shared_shortfall_mw(available_mw: pd.Series, ties: pd.DataFrame) -> SharedShortfall:
    """Shortfall that remains when spare capacity is shared over all ties as well as possible.

    Parameters
    ----------
    available_mw, ties
        As in `spare_with_ties`. [MW]

    Returns
    -------
    SharedShortfall
        The total [MW], one split by area, and the ties that bind. Unknown areas are not in the
        total.
    """
    known = available_mw.dropna().sort_index()
    net = _net(known, ties)
    cut_w = net.cut_w(net.short_w)
    order = np.tri(len(known), dtype=np.int64)
    served_w = np.diff([net.cut_w(first * net.short_w).min() for first in order], prepend=0)
    left_mw = pd.Series((net.short_w - served_w) / W_PER_MW, index=known.index)
    return SharedShortfall(
        total_mw=float(net.short_w.sum() - cut_w.min()) / W_PER_MW,
        by_area_mw=left_mw.reindex(available_mw.index),
        binding=_named(net, net.entering[_nearest(net, cut_w == cut_w.min())]),
    )


def _net(available_mw: pd.Series, ties: pd.DataFrame) -> _Net:
    areas = available_mw.index
    used = ties[ties["from_area"].isin(areas) & ties["to_area"].isin(areas)]
    inside = _all_groups(len(areas))
    starts = areas.get_indexer(pd.Index(used["from_area"]))
    ends = areas.get_indexer(pd.Index(used["to_area"]))
    entering = ~inside[:, starts] & inside[:, ends]
    balance_w = _watts(available_mw)
    spare_w = balance_w.clip(min=0)
    return _Net(
        spare_w=spare_w,
        short_w=(-balance_w).clip(min=0),
        inside=inside,
        entering=entering,
        supplied_w=inside @ spare_w + entering @ _watts(used["capacity_mw"]),
        links=tuple(zip(used["tie"], used["direction"], strict=True)),
    )


def _watts(mw: pd.Series) -> Watts:
    """Whole watts: sums and comparisons of cuts are exact."""
    watts: Watts = np.rint(mw.to_numpy(dtype=float) * W_PER_MW).astype(np.int64)
    return watts


def _all_groups(count: int) -> Bools:
    """Every subset of `count` areas, shape (2 ** count, count)."""
    groups: Bools = (np.arange(2**count)[:, None] >> np.arange(count) & 1).astype(bool)
    return groups


def _spare(net: _Net, area: int) -> tuple[float, float, tuple[Link, ...], str]:
    """Row of one area: see `spare_with_ties`."""
    others_w = net.short_w.copy()
    others_w[area] = 0
    cut_w = net.cut_w(others_w)
    around = net.inside[:, area]
    with_area_w, without_w = cut_w[around].min(), cut_w.min()
    taken_w = with_area_w - without_w
    entering = net.entering[_nearest(net, around & (cut_w == with_area_w))]
    # A tie in every least cut of the others raises V1 as much as V2: the others get it all.
    for_others = net.entering[cut_w == without_w].all(axis=0)
    binding = _named(net, entering & ~for_others)
    limited_by = "ties" if binding else "others" if entering.any() else "supply"
    import_w = max(taken_w - net.spare_w[area], 0)
    return (taken_w - net.short_w[area]) / W_PER_MW, import_w / W_PER_MW, binding, limited_by


def _nearest(net: _Net, is_least: Bools) -> int:
    """Position of the smallest group of least cut: least cuts meet in a least cut."""
    return int(np.flatnonzero(is_least)[net.inside[is_least].sum(axis=1).argmin()])


def _named(net: _Net, chosen: Bools) -> tuple[Link, ...]:
    return tuple(link for link, is_chosen in zip(net.links, chosen, strict=True) if is_chosen)
