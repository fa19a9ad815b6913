"""What documents of every kind are read into: their paragraphs, items, rows and headings, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desk.imports.encodings import legacy
from desk.imports.faults import Where, refuse


@dataclass(frozen=True)
class Piece:
    """A paragraph, an item of a list, a row of a table (cells between bars) or a heading.

    ``level`` is 1 to 6 for a heading, else 0; ``mark`` is the number or letter of an item, which stands before it and
    in no text; ``stands_out`` is a heading or what begins in bold. The text may have line breaks.
    """

    where: Where
    text: str
    level: int = 0
    mark: str = ""
    is_item: bool = False
    stands_out: bool = False

    @property
    def marked(self) -> str:
        return f"{self.mark} {self.text}" if self.mark else self.text


def in_unicode(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """The pieces themselves; raises FileRefused where they are in an old Vietnamese encoding."""
    if found := legacy("\n".join(piece.text for piece in pieces)):
        raise refuse(found)
    return pieces
