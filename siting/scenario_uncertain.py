"""Scenario section about what is not known for sure: what `siting robust` draws."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from siting.part import Misfit, Part, Text

InputName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Choices = Annotated[tuple[Any, ...], Field(strict=False)]

FEWEST_SAMPLES, MOST_SAMPLES = 2, 1000


class UncertainInput(Part):
    """One input that may turn out otherwise: a range from low to high, or a list of choices."""

    field: Text
    """Field of this scenario, dotted as in `--set`. [-]"""
    low: float | None = None
    """Low end; values between the ends are equally likely. [unit of the field]"""
    high: float | None = None
    """High end. [unit of the field]"""
    choices: Choices = ()
    """Or the values it may take, all equally likely. [-]"""
    times: bool = False
    """Whether the drawn number multiplies what the scenario has there, a number or every number of
    a table, in place of standing for it. [-]"""
    source: Text | None = None
    """Where range or choices come from; null = assumed, and shown so. [-]"""

    def find_misfits(self) -> Iterator[Misfit]:
        """A range in order or at least two different choices, and not both."""
        ends = [end for end in (self.low, self.high) if end is not None]
        if bool(ends) == bool(self.choices):
            found = "both a range and choices" if ends else "neither a range nor choices"
            yield Misfit((), found, "low and high, or choices")
        elif len(ends) == 1:
            missing = "high" if self.high is None else "low"
            yield Misfit((missing,), "nothing", "both ends of the range", "Add this key")
        elif ends and ends[0] >= ends[1]:
            expected = f"below {ends[1]:g} (high)"
            yield Misfit(("low",), f"{ends[0]:g}", expected, "Swap the two, or correct one")
        elif self.choices:
            yield from self._choice_misfits()

    def _choice_misfits(self) -> Iterator[Misfit]:
        if len(self.choices) == 1:
            yield Misfit(("choices",), "one choice only", "at least two", "Remove the input")
        for place, choice in enumerate(self.choices):
            if choice in self.choices[:place]:
                yield Misfit(("choices", place), "a choice again", "each choice once", "Remove it")


class Uncertain(Part):
    """What `siting robust` draws; a run takes no notice of it."""

    samples: Annotated[int, Field(ge=FEWEST_SAMPLES, le=MOST_SAMPLES)] = 20
    """Draws, spread evenly over every range (Latin hypercube) from the scenario's seed. [-]"""
    inputs: Annotated[dict[InputName, UncertainInput], Field(min_length=1)]
    """Uncertain inputs, by a name of your own. [-]"""

    def find_misfits(self) -> Iterator[Misfit]:
        """No field is drawn twice, and none inside another."""
        seen: dict[str, str] = {}
        for name, one in self.inputs.items():
            for field, other in seen.items():
                if f"{one.field}.".startswith(f"{field}.") or f"{field}.".startswith(
                    f"{one.field}."
                ):
                    found = f"{one.field}, which {other} draws as well"
                    yield Misfit(("inputs", name, "field"), found, "each field once", "Remove one")
                    break
            seen[one.field] = name
