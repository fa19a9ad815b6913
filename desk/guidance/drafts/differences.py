"""How two texts of an entry differ: field by field, in both languages, word by word within paragraphs and items."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from desk.guidance.record import LANGUAGES

How = Literal["same", "added", "removed"]
Content = Mapping[str, Any]
#: The fields that are written in both languages, and all fields in the order in which they are read.
BILINGUAL = ("title", "answer", "documents", "where", "time_limit", "fee", "unit", "questions", "unverified")
ORDER = (
    *("group", "title", "answer", "documents", "not_stated", "where", "online_level", "time_limit", "fee", "unit"),
    *("legal_basis", "in_force", "text_date", "related", "sources", "unverified", "questions"),
)
#: Two paragraphs that share less than this are one taken out and one put in, not one that was changed.
_ALIKE = 0.35
_TOKENS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    how: How
    text: str


#: A paragraph or an item of a list.
Line = tuple[Piece, ...]


@dataclass(frozen=True)
class Difference:
    """A field in one language, or without one; ``lines`` hold the old and the new words together, in order."""

    field: str
    language: str | None
    lines: tuple[Line, ...]

    @property
    def changed(self) -> bool:
        return any(piece.how != "same" for line in self.lines for piece in line)

    def changed_lines(self) -> list[Line]:
        """The lines with a change, for lists of which most stay the same."""
        return [line for line in self.lines if any(piece.how != "same" for piece in line)]

    def before(self) -> list[Line]:
        return _without(self.lines, "added")

    def after(self) -> list[Line]:
        return _without(self.lines, "removed")


def differences(old: Content, new: Content, *, changed_only: bool = True) -> list[Difference]:
    """Every field of either text, in the order in which a record is read; only those that differ, unless told."""
    found = [
        Difference(name, language, tuple(compared(lines_of(old, name, language), lines_of(new, name, language))))
        for name in ORDER
        for language in (LANGUAGES if name in BILINGUAL else (None,))
    ]
    return [difference for difference in found if difference.changed or not changed_only]


def lines_of(content: Content, name: str, language: str | None) -> list[str]:
    """A field as paragraphs or items; none where it is empty."""
    value = content.get(name)
    items: Any
    if name == "unverified":
        items = [item.get(language) for item in value or []]
    elif language is not None:
        items = (value or {}).get(language)
    elif name == "legal_basis":
        items = [" ".join(str(c[part]) for part in CITED if c.get(part)) for c in value or []]
    elif name == "in_force":
        items = [f"{(value or {}).get('from') or '…'} – {(value or {}).get('to') or '…'}"] if value else []
    else:
        items = value
    if isinstance(items, str):
        items = items.split("\n")
    return [item for item in items or [] if item]


#: A citation from the smallest place up, as Vietnamese names it.
CITED = ("point", "clause", "article", "instrument")


def compared(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Paragraphs of two texts, the old and the new words together."""
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    for how, a, b, c, d in matcher.get_opcodes():
        if how == "equal":
            yield from ((Piece("same", line),) for line in old[a:b])
        else:
            yield from _replaced(old[a:b], new[c:d])


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Lines between two that stayed: each with its like of the other side, the others taken out or put in."""
    both = min(len(old), len(new))
    for before, after in zip(old[:both], new[:both], strict=True):
        yield from _compared_words(before, after)
    yield from ((Piece("removed", line),) for line in old[both:])
    yield from ((Piece("added", line),) for line in new[both:])


def _compared_words(before: str, after: str) -> Iterator[Line]:
    a, b = _TOKENS.findall(before), _TOKENS.findall(after)
    matcher = SequenceMatcher(a=a, b=b, autojunk=False)
    if matcher.ratio() < _ALIKE:
        yield (Piece("removed", before),)
        yield (Piece("added", after),)
        return
    pieces: list[Piece] = []
    for how, i, j, k, m in matcher.get_opcodes():
        if how == "equal":
            pieces.append(Piece("same", "".join(a[i:j])))
            continue
        pieces += [Piece("removed", "".join(a[i:j]))] if j > i else []
        pieces += [Piece("added", "".join(b[k:m]))] if m > k else []
    yield tuple(_joined(pieces))


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    """The same pieces with changes joined over a space between them: "ba mươi" for "bốn mươi" reads as one change."""
    removed = added = ""
    for place, piece in enumerate(pieces):
        is_gap = piece.how == "same" and piece.text.isspace() and 0 < place < len(pieces) - 1
        if piece.how == "removed" or is_gap:
            removed += piece.text
        if piece.how == "added" or is_gap:
            added += piece.text
        if piece.how == "same" and not is_gap:
            yield from _change(removed, added)
            removed = added = ""
            yield piece
    yield from _change(removed, added)


def _change(removed: str, added: str) -> Iterator[Piece]:
    if removed == added:
        if removed:
            yield Piece("same", removed)
        return
    if removed:
        yield Piece("removed", removed)
    if added:
        yield Piece("added", added)


def _without(lines: Sequence[Line], how: How) -> list[Line]:
    kept = (tuple(piece for piece in line if piece.how != how) for line in lines)
    return [line for line in kept if line]
