"""What a citation in prose comes to: a place in a legal instrument, or the reason why it is not known which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: ``unlisted``: a whole number that nobody has listed; ``unknown``: a short number that no listed instrument has;
#: ``ambiguous``: several have it, or the name; ``this``: "this Law"; ``unnamed``: a place without an instrument.
Doubt = Literal["unlisted", "unknown", "ambiguous", "this", "unnamed"]


@dataclass(frozen=True)
class Found:
    """A citation in a text: letters ``start`` to ``end`` of it, and what they mean.

    ``instrument`` is the official number; None where it could only be guessed, and then ``candidates`` are the numbers
    that it could be. Several places that are named together share their letters.
    """

    start: int
    end: int
    text: str
    instrument: str | None
    article: str | None = None
    clause: str | None = None
    point: str | None = None
    doubt: Doubt | None = None
    candidates: tuple[str, ...] = ()

    @property
    def is_resolved(self) -> bool:
        """Whether it is known which listed instrument is meant."""
        return self.doubt is None


@dataclass(frozen=True)
class Meant:
    """The instrument that some words name."""

    number: str | None
    doubt: Doubt | None = None
    candidates: tuple[str, ...] = ()
