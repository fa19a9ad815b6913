"""Finding cases by words, as people type them: without diacritics a word fits any marks, with them only its own."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from desk.answering.folding import folded
from desk.cases.model import Case, EntryKind

#: What the enterprise reads of the thread; what officers do among themselves is theirs.
SHARED = (EntryKind.REPLIED, EntryKind.ASKED, EntryKind.PERSON_WROTE)
_AT_ONCE = 200


@dataclass(frozen=True)
class Found:
    """Some cases, newest first; ``before`` is where the next ones begin, None when these are the last."""

    cases: list[Case]
    before: int | None


def find(
    session: Session, rule: ColumnElement[bool], words: str = "", *, before: int | None = None, limit: int = 10
) -> Found:
    """The newest cases that ``rule`` allows and that have all the words, those older than the case ``before``.

    Words are looked for in the number, the question, its details, and what was said in the thread.
    """
    wanted = words.split()
    cases: list[Case] = []
    for case in _newest(session, rule, before):
        if fits(case, wanted):
            cases.append(case)
        if len(cases) > limit:
            return Found(cases[:limit], cases[limit - 1].id)
    return Found(cases, None)


def fits(case: Case, wanted: list[str]) -> bool:
    """Whether the case has all the words, each as the beginning of a word or, of the number, anywhere in it."""
    said = [entry.text for entry in case.entries if entry.kind in SHARED]
    present = [word for text in (case.question, case.details, *said) if text for word in _words(text)]
    return all(word in (case.number or "") or _has(present, word) for word in wanted)


@dataclass(frozen=True)
class _Word:
    """A word by its letters without marks and by its marks, wherever these stand (hoá, hóa).

    ``says_marks``: whether it is known which marks it has; a text typed without any says nothing of them.
    """

    letters: str
    marks: frozenset[str]
    says_marks: bool

    def begins_with(self, wanted: _Word) -> bool:
        if not self.letters.startswith(wanted.letters):
            return False
        if not (self.says_marks and wanted.says_marks):
            return True
        return wanted.marks <= self.marks and (self.letters != wanted.letters or wanted.marks == self.marks)


def _has(present: list[_Word], word: str) -> bool:
    """Whether what was typed as one word is there; "BE/2015" is two."""
    parts = _words(word)
    return bool(parts) and all(any(known.begins_with(part) for known in present) for part in parts)


def _words(text: str) -> list[_Word]:
    decomposed = unicodedata.normalize("NFD", text.lower())
    says_marks = any(_is_mark(char) for char in decomposed)
    split = "".join(char if char.isalnum() or _is_mark(char) else " " for char in decomposed).split()
    return [_Word(folded(word), frozenset(filter(_is_mark, word)), says_marks) for word in split]


def _is_mark(char: str) -> bool:
    return char == "đ" or unicodedata.combining(char) != 0


def _newest(session: Session, rule: ColumnElement[bool], before: int | None) -> Iterator[Case]:
    """The cases that the rule allows, newest first, read a few at a time."""
    while True:
        query = select(Case).where(rule).order_by(Case.id.desc()).limit(_AT_ONCE)
        page = list(session.scalars(query if before is None else query.where(Case.id < before)))
        yield from page
        if len(page) < _AT_ONCE:
            return
        before = page[-1].id
