"""How the parts of a chain of places belong together: each finds the part of a higher level that it lies in.

In Vietnamese that is most often the next one ("khoản 1 Điều 25"), after a heading the one before ("Điều 25 khoản 1").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["point", "clause", "article"]
Joint = Literal["direct", "of", "list"]
_HEIGHT: dict[Level, int] = {"point": 0, "clause": 1, "article": 2}


@dataclass(frozen=True)
class Value:
    """An article, clause or point, with what stands in brackets behind it."""

    text: str
    clause: str | None = None
    point: str | None = None


@dataclass
class Part:
    """Values of one level; ``joint`` is how it follows the part before: directly, by "of", or in a list.

    ``within``: the value, and the part that has it, in which this part lies; ``taken``: the places of its own values in
    which another part lies.
    """

    level: Level
    values: list[Value]
    joint: Joint
    within: tuple[Part, int] | None = None
    taken: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Place:
    article: str | None
    clause: str | None = None
    point: str | None = None


def places_of(parts: Sequence[Part]) -> list[Place]:
    """The places that a chain names, in their order."""
    for at, part in enumerate(parts):
        part.within = _owner(parts, at)
        if part.within is not None:
            part.within[0].taken.add(part.within[1])
    return [_place(part, value) for part in parts for at, value in enumerate(part.values) if at not in part.taken]


def _owner(parts: Sequence[Part], at: int) -> tuple[Part, int] | None:
    """The value in which a part lies: one that it follows directly, else the next higher one, else the last one.

    Of several values it is the nearest: in "khoản 2 Điều 5 và 6" the clause lies in Article 5.
    """
    part = parts[at]
    height = _HEIGHT[part.level]
    before = next((one for one in reversed(parts[:at]) if _HEIGHT[one.level] > height), None)
    after = next((one for one in parts[at + 1 :] if _HEIGHT[one.level] > height), None)
    follows_directly = part.joint == "direct" and at > 0 and _HEIGHT[parts[at - 1].level] > height
    if after is not None and not follows_directly:
        return after, 0
    return (before, len(before.values) - 1) if before is not None else None


def _place(part: Part, value: Value) -> Place:
    """A value with all that it lies in."""
    article = clause = point = None
    within: tuple[Part, Value] | None = (part, value)
    while within is not None:
        holder, held = within
        if holder.level == "point":
            point = held.text
        elif holder.level == "clause":
            clause, point = held.text, point or held.point
        else:
            article, clause, point = held.text, clause or held.clause, point or held.point
        within = (holder.within[0], holder.within[0].values[holder.within[1]]) if holder.within else None
    return Place(article, clause, point)
