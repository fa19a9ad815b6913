"""Quotations that run over lines: the new wording inside an amending article, whose numbers are not the article's."""

from __future__ import annotations

import re
from collections.abc import Sequence

_OTHER_MARKS = str.maketrans("«„»", "““”")
#: A straight mark opens where a word begins and closes where one ends.
_STRAIGHT_OPENS = re.compile(r'(?<![^\s(:])"(?=\S)')
#: Wording that is quoted as a block begins its line, or follows a colon, and ends its line.
_OPENS = re.compile(r"(?:^|:)[\s*]*“")
_CLOSES = re.compile(r"”[\s*.;,]*(?:\[\d+\])?$")


def inside(lines: Sequence[str]) -> list[bool]:
    """Of each line, whether it begins inside a quotation that an earlier line opened.

    A mark that no later line closes, or that another opening follows first, is taken for a slip and quotes nothing.
    """
    bare = [_without_short_quotations(line) for line in lines]
    opens = [bool(_OPENS.search(line)) for line in bare]
    closes = [bool(_CLOSES.search(line)) for line in bare]
    found = [False] * len(lines)
    for number, opening in enumerate(opens):
        if opening:
            for later in range(number + 1, _end(opens, closes, number) + 1):
                found[later] = True
    return found


def _end(opens: Sequence[bool], closes: Sequence[bool], opening: int) -> int:
    """The line that closes the quotation; the opening line itself where none does."""
    for number in range(opening + 1, len(opens)):
        if closes[number]:
            return number
        if opens[number]:
            break
    return opening


def _without_short_quotations(line: str) -> str:
    """The line with marks of one kind, and without quotations that begin and end in it."""
    kept: list[str] = []
    opened: list[int] = []
    for character in _STRAIGHT_OPENS.sub("“", line.translate(_OTHER_MARKS)).replace('"', "”"):
        if character == "”" and opened:
            del kept[opened.pop() :]
            continue
        if character == "“":
            opened.append(len(kept))
        kept.append(character)
    return "".join(kept)
