"""Holds figures to the limits of gates.yml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, model_validator

from desk.guidance.record import Text
from desk.yaml_file import read_yaml

LIMITS = Path(__file__).with_name("gates.yml")


class Limit(BaseModel):
    """How low or how high a figure may be; ``figure`` is its path, with dots, among all figures."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    figure: Text
    at_least: float | None = None
    at_most: float | None = None
    reason: Text

    @model_validator(mode="after")
    def _one_side(self) -> Limit:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("a limit is either at_least or at_most")
        return self

    def is_met(self, value: float) -> bool:
        return value >= self.at_least if self.at_least is not None else value <= (self.at_most or 0.0)

    def in_words(self) -> str:
        return f"at least {self.at_least:g}" if self.at_least is not None else f"at most {self.at_most:g}"


class Held(BaseModel):
    """A limit with the figure that was measured."""

    model_config = ConfigDict(frozen=True)

    limit: Limit
    value: float
    is_met: bool

    def sentence(self) -> str:
        return f"{self.limit.figure} is {self.value:g}, wanted {self.limit.in_words()}"


def read_limits(path: Path = LIMITS) -> list[Limit]:
    """The limits of the file; raises pydantic's ValidationError, a ValueError, on a bad one."""
    return TypeAdapter(list[Limit]).validate_python(read_yaml(path))


def hold(limits: Sequence[Limit], figures: Mapping[str, Any]) -> list[Held]:
    """Each limit with its figure; raises LookupError where nothing of that name was measured."""
    held = []
    for limit in limits:
        value = value_of(limit.figure, figures)
        held.append(Held(limit=limit, value=value, is_met=limit.is_met(value)))
    return held


def value_of(path: str, figures: Mapping[str, Any]) -> float:
    """The figure at a path; raises LookupError."""
    found: Any = figures
    for part in path.split("."):
        if not isinstance(found, Mapping) or part not in found:
            raise LookupError(f"There is no figure {path!r}.")
        found = found[part]
    value = found["mean"] if isinstance(found, Mapping) and "mean" in found else found
    if not isinstance(value, int | float):
        raise LookupError(f"{path!r} is no figure.")
    return float(value)
