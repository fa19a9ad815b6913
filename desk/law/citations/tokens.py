"""A text taken apart for the reading of citations: words, numbers, official numbers and signs, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from desk.vietnamese import fold

Kind = Literal["word", "number", "official", "short", "date", "sign", "address"]

_TOKEN = re.compile(
    r"(?P<address>https?://\S+|www\.\S+|[^\s@]{1,100}@\S{1,250}\.\S+)"
    r"|(?P<slashed>\d[\d.]*[a-zđA-ZĐ]?(?:/[0-9A-Za-zĐđÐ]+(?:[.-][0-9A-Za-zĐđÐ]+)*)+)"
    r"|(?P<number>\d+(?:\.\d+)*[a-zđ]?(?!\w))"
    r"|(?P<word>\w+)"
    r"|(?P<sign>[^\s\w])"
)
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class Token:
    """A piece of the text; ``folded`` is in small letters without marks."""

    kind: Kind
    text: str
    folded: str
    start: int
    end: int

    @property
    def is_year(self) -> bool:
        return self.kind == "number" and _YEAR.fullmatch(self.text) is not None


def tokens_of(text: str) -> list[Token]:
    """The tokens in their order; white space is none."""
    return [_token(found) for found in _TOKEN.finditer(text)]


def _token(found: re.Match[str]) -> Token:
    name = found.lastgroup
    kind: Kind = "sign"
    if name == "slashed":
        kind = _slashed(found.group())
    elif name == "address":
        kind = "address"
    elif name == "number":
        kind = "number"
    elif name == "word":
        kind = "word"
    text = found.group()
    folded = text.lower() if text.isascii() else fold(text).lower()
    return Token(kind, text, folded, found.start(), found.end())


def _slashed(text: str) -> Kind:
    """54/2014/QH13 and 54/VBHN-VPQH are official numbers, 169/2026 is a short one, 1/7/2026 is a day."""
    parts = text.split("/")
    if not all(part.replace(".", "").isdigit() for part in parts[1:]):
        return "official" if not parts[-1].isdigit() and parts[-1][0].isalpha() else "address"
    is_short = len(parts) == 2 and _YEAR.fullmatch(parts[1]) is not None
    return "short" if is_short else "date"
