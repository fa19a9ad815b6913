"""Officers' searches: the cases that have all the words, whichever of words and units is the shorter way to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import Session

from desk.cases import case_words
from desk.cases.case_words import CaseWord
from desk.cases.listing import EVERYTHING, Narrowing, read, seen
from desk.cases.model import Case
from desk.cases.places import lies_in, lies_in_unindexed, narrowed
from desk.cases.queries import SEEING_ROLES
from desk.paging import merged_page_of
from desk.people.model import Officer

#: A word that stands in so many cases is common: then the officer's cases are gone through instead of the word's.
COMMON = 2_000
#: Nobody goes through more, so that no more are counted.
COUNTED = 200
ORDER = (Case.id,)


@dataclass(frozen=True)
class Found:
    """A page of the cases that a search finds, and how many there are in all; COUNTED stands for as many and more."""

    rows: list[Case]
    before: str | None
    after: str | None
    count: int


def search(
    session: Session,
    officer: Officer,
    text: str,
    *,
    limit: int,
    narrowing: Narrowing = EVERYTHING,
    after: str | None = None,
    before: str | None = None,
) -> Found:
    """A page of the cases with all the words that the officer sees, newest first; raises BadCursor.

    Words are looked for in number, question, details, enterprise, tax code and contact; capitals and marks do not
    count (desk/cases/case_words.py).
    """
    parts = _parts(session, officer, text, narrowing)
    found = merged_page_of(session, parts, ORDER, limit=limit, descending=True, after=after, before=before)
    rows = read(session, [id_ for (id_,) in found.rows])
    return Found(rows, found.before, found.after, min(sum(_number_of(session, part) for part in parts), COUNTED))


def _number_of(session: Session, part: list[ColumnElement[bool]]) -> int:
    found = select(literal(1)).select_from(Case).where(*part).order_by(Case.id.desc()).limit(COUNTED).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def _parts(session: Session, officer: Officer, text: str, narrowing: Narrowing) -> list[list[ColumnElement[bool]]]:
    """Conditions of which each finds its cases, newest first, by one index; no case fulfils two."""
    wanted = case_words.meant(session, text)
    if not wanted or not all(wanted):
        return []
    frequencies = [case_words.frequency(session, words, COMMON) for words in wanted]
    ranked = [words for _, words in sorted(zip(frequencies, wanted, strict=True))]
    rest = narrowing.conditions
    if min(frequencies) < COMMON:
        with_rarest = Case.id.in_(select(CaseWord.case_id).where(CaseWord.word.in_(ranked[0])))
        return [[with_rarest, *map(_has_one_of, ranked[1:]), seen(officer, narrowing.unit), *rest]]
    has_all = [*map(_has_one_of, ranked), *rest]
    theirs = officer.topmost(*SEEING_ROLES)
    parts = [[lies_in(root), *has_all] for root in narrowed(theirs, narrowing.unit)]
    if any(unit.depth == 0 for unit in theirs):
        return parts  # nothing lies elsewhere; the newest cases are gone through by their ids
    own = [Case.holder_id == officer.id, *(~lies_in_unindexed(unit) for unit in theirs)]
    if narrowing.unit is not None:
        own.append(lies_in_unindexed(narrowing.unit))
    return [*parts, [*own, *has_all]]


def _has_one_of(words: Sequence[str]) -> ColumnElement[bool]:
    return select(literal(1)).where(CaseWord.case_id == Case.id, CaseWord.word.in_(words)).exists()
