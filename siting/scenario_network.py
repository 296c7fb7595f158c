"""Scenario section about the network behind the sites."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from siting.part import Area, Misfit, NotNegative, Part, Share

Key = Annotated[str, Field(min_length=1, max_length=200)]
"""A bus as the network's own file calls it."""


def one_or_both(stated: object) -> str:
    """Whether one bus is named, or one for each area."""
    return "both" if isinstance(stated, Mapping) else "one"


TieEnds = Annotated[
    Annotated[Key, Tag("one")] | Annotated[dict[Area, Key], Field(min_length=1), Tag("both")],
    Discriminator(one_or_both),
]


class NetworkUse(Part):
    """A network for DC power flow that the plan must not overload.

    Inside it are the areas that its buses name in their column `area`; it does not see sites of
    other areas, but those that `sites` puts on a bus.
    """

    file: str
    """Folder or file of the network, in any form that `siting headroom` reads, below the scenario's
    folder. [-]"""
    sites: dict[Key, Key] = Field(default_factory=dict)
    """Bus of a site, by key of the site; other sites of the areas inside join the nearest located
    bus of their area. [-]"""
    max_site_km: NotNegative = 30.0
    """Farthest such a bus may lie; sites without a nearer one are left out. [km]"""
    stress: bool = True
    """Loads and set points of the file as a stress case, with the contract power of all sites on
    top. [-]"""
    draw_share: Share = 1.0
    """Part of the contract power that is drawn in the stress case. [-]"""
    pickup: Literal["generators", "slack"] = "generators"
    """Who supplies the sites in the stress case: the generators by their room up to max_mw, or
    the slack. [-]"""
    days: bool = False
    """Also every slice of the typical days: supply and demand of the areas inside, spread over the
    buses. [-]"""
    ties: dict[Key, TieEnds] = Field(default_factory=dict)
    """Bus at which a tie that leaves the network enters it, by key of the tie; a DC tie between two
    areas inside names one bus for each area. Needed with `days`. [-]"""
    n1: bool = True
    """Also after the loss of any one branch that does not split the network. [-]"""

    def find_misfits(self) -> Iterator[Misfit]:
        """The network is looked at in one case at least."""
        if not self.stress and not self.days:
            fix = "Set one of them, or remove the section"
            expected = "stress: true or days: true, else the network would limit nothing"
            yield Misfit(("stress",), "false, and days: false", expected, fix)
