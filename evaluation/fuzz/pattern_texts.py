"""Texts that make a bad regular expression slow, made from the pattern's own characters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from re import _parser as parser
from typing import Any

#: Pieces of a pattern's alternatives from which texts are made.
_PIECES = 12


@dataclass(frozen=True)
class Shape:
    """A text of any length: ``begin``, then ``again`` as often as it takes, then ``end``."""

    begin: str
    again: str
    end: str

    def of(self, length: int) -> str:
        return self.begin + self.again * max(1, length // max(1, len(self.again))) + self.end


def shapes_for(pattern: re.Pattern[Any]) -> list[Shape]:
    """Texts that almost match: what the pattern repeats, repeated, with something behind that it does not want."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    pieces = list(
        dict.fromkeys(
            _pieces(
                parser.parse(
                    source, pattern.flags & ~re.LOCALE if isinstance(pattern.pattern, bytes) else pattern.flags
                )
            )
        )
    )
    whole = "".join(pieces)[:200]
    filled = [f"{piece}{filler}" for piece in pieces[:_PIECES] for filler in (" ", "x", "x ")]
    repeated = [piece for piece in [*pieces[:_PIECES], whole, *_pairs(pieces), *filled] if piece]
    begins = ["", whole]
    found = [
        Shape(begin, again, end)
        for again in dict.fromkeys([*repeated, " ", "a", "0"])
        for begin in begins
        for end in ("", "\x00", "!")
    ]
    return list(dict.fromkeys(found))


def _pairs(pieces: Sequence[str]) -> list[str]:
    return [one + other for one, other in pairwise(pieces[: _PIECES + 1])]


def _pieces(parsed: Any) -> Iterator[str]:
    """A character or a word for each part of a pattern: literal texts as they are, one of each class of characters."""
    literal = ""
    for operation, argument in parsed:
        name = str(operation)
        if name == "LITERAL":
            literal += chr(argument)
            continue
        if literal:
            yield literal
            literal = ""
        if name == "IN":
            yield from _of_class(argument)
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            yield from _pieces(argument[2])
        elif name == "SUBPATTERN":
            yield from _pieces(argument[3])
        elif name in ("ASSERT", "ASSERT_NOT"):
            yield from _pieces(argument[1])
        elif name == "ATOMIC_GROUP":
            yield from _pieces(argument)
        elif name == "BRANCH":
            for branch in argument[1]:
                yield from _pieces(branch)
        elif name in ("ANY", "NOT_LITERAL"):
            yield "x"
    if literal:
        yield literal


def _of_class(members: Any) -> Iterator[str]:
    categories = {"CATEGORY_DIGIT": "7", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "w", "CATEGORY_NOT_SPACE": "q"}
    for kind, value in list(members)[:4]:
        match str(kind):
            case "LITERAL":
                yield chr(value)
            case "RANGE":
                yield chr(value[0])
            case "CATEGORY":
                yield categories.get(str(value), "-")
            case _:
                yield "~"  # all but some
