"""The base of every scenario section: no unknown keys, no changes, and the value types."""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Literal, NamedTuple, Self, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError


class Misfit(NamedTuple):
    """Values that are each fine alone but do not fit together."""

    field: tuple[str | int, ...]
    """Keys from the section down to the field to change."""
    found: str
    expected: str
    fix: str = ""


class Part(BaseModel):
    """A section of the scenario file."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
    )

    def find_misfits(self) -> Iterator[Misfit]:
        """Yield what does not fit together inside this section."""
        yield from ()

    @model_validator(mode="after")
    def _fields_fit_together(self) -> Self:
        misfits = tuple(self.find_misfits())
        if misfits:
            raise PydanticCustomError("misfit", "fields do not fit", {"misfits": misfits})
        return self


def _in_order(pair: tuple[float, float]) -> tuple[float, float]:
    """Refuse a range that is written the wrong way round."""
    low, high = pair
    if low > high:
        raise PydanticCustomError(
            "misfit",
            "low above high",
            {"misfits": (Misfit((), f"[{low:g}, {high:g}]", "[low, high] with low <= high"),)},
        )
    return pair


def _two_digits(code: object) -> object:
    """`12` and `"12"` mean the same prefecture."""
    return f"{code:02d}" if type(code) is int else code


def completed_by(defaults: Mapping[Any, Any]) -> BeforeValidator:
    """A table the user may state in part: keys left out keep their default."""

    def complete(stated: object) -> object:
        return {**defaults, **stated} if isinstance(stated, Mapping) else stated

    return BeforeValidator(complete)


def copy_of(defaults: Mapping[Any, Any]) -> Callable[[], dict[Any, Any]]:
    """A default factory that never hands out the constant itself."""
    return lambda: dict(defaults)


Area = Literal[
    "hokkaido",
    "tohoku",
    "tokyo",
    "chubu",
    "hokuriku",
    "kansai",
    "chugoku",
    "shikoku",
    "kyushu",
    "okinawa",
]
Day = Literal[
    "spring_weekday",
    "spring_holiday",
    "spring_minimum",
    "summer_weekday",
    "summer_holiday",
    "summer_peak",
    "autumn_weekday",
    "autumn_holiday",
    "autumn_still",
    "winter_weekday",
    "winter_holiday",
    "winter_peak",
]
Metro = Literal[
    "tokyo",
    "osaka",
    "nagoya",
    "fukuoka",
    "sapporo",
    "sendai",
    "hiroshima",
    "kanazawa",
    "takamatsu",
    "naha",
]
Kind = Literal[
    "hub",
    "programme",
    "cluster_industrial",
    "bulk_plant",
    "offshore_landing",
    "industrial",
    "screened",
]
Voltage = Literal[66, 77, 110, 132, 154, 187, 220, 275, 500]
Tech = Literal["coal", "gas", "oil", "nuclear", "hydro"]
Vintage = Literal["2024-01", "2025-01", "2026-01"]

AREAS: tuple[str, ...] = get_args(Area)
DAYS: tuple[str, ...] = get_args(Day)

NotNegative = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]
# Outside these years a number in a year's place is a slip of the pen, not a plan.
FiscalYear = Annotated[int, Field(ge=2020, le=2060)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Text = Annotated[str, Field(min_length=1, max_length=500)]
Range = Annotated[tuple[NotNegative, NotNegative], Field(strict=False), AfterValidator(_in_order)]
Prefecture = Annotated[
    str, BeforeValidator(_two_digits), Field(pattern=r"^(0[1-9]|[1-3]\d|4[0-7])$")
]


class Title(Part):
    """A name for people, in both languages of the map."""

    ja: Text
    """Japanese text."""
    en: Text
    """English text."""
