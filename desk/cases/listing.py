"""Lists of cases for officers: counted, filtered and searched in the database, among those that an officer may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, lazyload

from desk.answering.folding import folded
from desk.cases.model import Case, CaseState
from desk.cases.queries import seen_by
from desk.people.model import Officer
from desk.units.model import Unit

#: A search reads the texts of so many of the newest cases; numbers and tax codes are found in all.
TEXTS_SEARCHED = 5000


@dataclass(frozen=True)
class Found:
    """The first cases of a list, and how many there are in all. Their threads are not read."""

    cases: list[Case]
    count: int


def counted(session: Session, officer: Officer, *, within: Unit | None = None) -> dict[tuple[CaseState, bool], int]:
    """How many cases the officer sees in each state, by whether the officer is the holder."""
    mine = func.coalesce(Case.holder_id == officer.id, False)
    query = select(Case.state, mine, func.count()).where(_seen(officer, within)).group_by(Case.state, mine)
    return Counter({(CaseState(state), bool(is_mine)): count for state, is_mine, count in session.execute(query)})


def listed(
    session: Session,
    officer: Officer | None,
    states: Collection[CaseState],
    *,
    limit: int,
    only_mine: bool = False,
    within: Unit | None = None,
    newest_first: bool = False,
) -> Found:
    """The cases in these states, the one that is due first at the top; those that the officer sees, where one is given.

    ``within``: only those of this unit and of the units below it.
    """
    wanted = and_(_seen(officer, within), Case.state.in_(states))
    if only_mine and officer is not None:
        wanted = and_(wanted, Case.holder_id == officer.id)
    order = (Case.due_at.desc(), Case.id.desc()) if newest_first else (Case.due_at, Case.id)
    count = session.scalar(select(func.count(Case.id)).where(wanted)) or 0
    return Found(_read(session, select(Case).where(wanted).order_by(*order).limit(limit)), count)


def search(session: Session, officer: Officer, text: str, *, limit: int, within: Unit | None = None) -> Found:
    """The cases that have all the words, newest first; capitals and marks do not count.

    Words are looked for in number, question, details, enterprise, tax code and contact.
    """
    words = folded(text).split()
    if not words:
        return Found([], 0)
    seen = _seen(officer, within)
    numbers = [
        or_(Case.number.contains(word, autoescape=True), Case.tax_code.contains(word, autoescape=True))
        for word in words
    ]
    found = set(session.scalars(select(Case.id).where(seen, *numbers)))
    parts = (Case.number, Case.question, Case.details, Case.enterprise_name, Case.tax_code, Case.contact)
    newest = select(Case.id, *parts).where(seen).order_by(Case.id.desc()).limit(TEXTS_SEARCHED)
    for id_, *texts in session.execute(newest):
        said = folded(" ".join(part for part in texts if part))
        if all(word in said for word in words):
            found.add(id_)
    first = sorted(found, reverse=True)[:limit]
    return Found(_read(session, select(Case).where(Case.id.in_(first)).order_by(Case.id.desc())), len(found))


def _seen(officer: Officer | None, within: Unit | None) -> ColumnElement[bool]:
    seen = seen_by(officer) if officer is not None else Case.id.is_not(None)
    if within is None:
        return seen
    return and_(seen, Case.unit_id.in_(select(Unit.id).where(Unit.path.startswith(within.path))))


def _read(session: Session, query: Select[Case]) -> list[Case]:
    """A list shows neither threads nor people, so neither is read."""
    return list(session.scalars(query.options(*map(lazyload, (Case.entries, Case.conversation, Case.person)))))
