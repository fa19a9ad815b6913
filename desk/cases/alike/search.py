"""Cases that ask the same: open ones that one reply may settle, and what others answered to such a question."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.cases import permissions
from desk.cases.model import Case, CaseEntry, CasesApart, CaseState, EntryKind
from desk.cases.queries import seen_by
from desk.conversations import service as conversations
from desk.desk import Desk
from desk.guidance.record import Language
from desk.people.model import Officer
from desk.ports import SearchUnavailable
from desk.privacy.known_names import labels_of, names_in
from desk.privacy.masking import masked

#: Characters of a question, with its details, that are compared.
COMPARED_LENGTH = 1_000
_WAITING_FOR_AN_ANSWER = (CaseState.WAITING, CaseState.CLAIMED, CaseState.NEEDS_INFORMATION)
_ANSWERED = (CaseState.ANSWERED, CaseState.RESOLVED, CaseState.CLOSED)


@dataclass(frozen=True)
class AlikeCase:
    """An open case that asks the same. ``language`` is the person's; ``free``: nobody else holds it."""

    id: int
    number: str
    question: str
    language: Language
    unit: str
    holder: str | None
    free: bool


@dataclass(frozen=True)
class OtherAnswer:
    """What was answered to the same question, without what tells the enterprise."""

    case_id: int
    number: str
    unit: str
    question: str
    answer: str
    language: str
    answered_at: dt.datetime


@dataclass(frozen=True)
class Alike:
    """What was found beside a case, the likest first; ``failed``: it cannot be looked up now."""

    cases: tuple[AlikeCase, ...] = ()
    answers: tuple[OtherAnswer, ...] = ()
    failed: bool = False


@dataclass(frozen=True)
class _Compared:
    """A case whose question is compared; ``reply_id`` is its last reply where it was answered."""

    id: int
    text: str
    reply_id: int | None = None


def find(desk: Desk, case_id: int, officer_id: int | None, language: Language) -> Alike:
    """The cases like one, among those that the officer sees, and answers of all units; everything without an officer.

    The search takes its time: never call this with a transaction open.
    """
    with desk.store.reading() as session:
        asked = session.get_one(Case, case_id)
        officer = session.get_one(Officer, officer_id) if officer_id is not None else None
        text = _text(asked.question, asked.details)
        others = [*_open(desk, session, asked, officer), *_answered(desk, session, asked)] if text else []
    try:
        near = _near(desk, text, others)
    except SearchUnavailable:
        return Alike(failed=True)
    with desk.store.reading() as session:
        officer = session.get_one(Officer, officer_id) if officer_id is not None else None
        unanswered = [other for other in near if other.reply_id is None][: desk.rules.alike.shown]
        answered = [other for other in near if other.reply_id is not None][: desk.rules.alike.shown]
        return Alike(
            tuple(_alike_case(session.get_one(Case, other.id), officer, language) for other in unanswered),
            tuple(_other_answer(desk, session, other, language) for other in answered),
        )


def take_apart(session: Session, first: Case, second: Case, officer: Officer, at: dt.datetime) -> None:
    """Note that two cases are not the same problem: neither is suggested with the other again. Raises CaseRefused."""
    permissions.must_work_on(first, officer)
    low, high = sorted((first.id, second.id))
    if low == high:
        raise permissions.CaseRefused("alike.same_case")
    if session.get(CasesApart, (low, high)) is not None:
        return
    try:
        with session.begin_nested():
            session.add(CasesApart(first_id=low, second_id=high, officer_id=officer.id, at=at))
    except IntegrityError:
        return  # another officer said so in the same moment
    detail = {"from": second.number}
    record_act(session, actor=officer.actor, act="case.taken_apart", subject=str(first.number), detail=detail, at=at)


def are_apart(session: Session, first: Case, second: Case) -> bool:
    low, high = sorted((first.id, second.id))
    return session.get(CasesApart, (low, high)) is not None


def _near(desk: Desk, text: str, others: Sequence[_Compared]) -> list[_Compared]:
    """Those that are as like as is needed, the likest first; of equals the first. Raises SearchUnavailable."""
    if not others:
        return []
    found = zip(desk.search.likeness(text, [other.text for other in others]), others, strict=True)
    near = [(likeness, other) for likeness, other in found if likeness >= desk.settings.value("alike")]
    return [other for _, other in sorted(near, key=lambda pair: -pair[0])]


def _open(desk: Desk, session: Session, asked: Case, officer: Officer | None) -> list[_Compared]:
    rules = desk.rules.alike
    recent = Case.opened_at >= desk.now() - rules.opened_within
    query = (
        select(Case.id, Case.question, Case.details)
        .where(Case.state.in_(_WAITING_FOR_AN_ANSWER), or_(recent, *_about_the_same(asked)))
        .where(*([seen_by(officer)] if officer is not None else []))
    )
    return [
        _Compared(row.id, _text(row.question, row.details))
        for row in session.execute(_narrowed(query, asked, rules.compared))
    ]


def _answered(desk: Desk, session: Session, asked: Case) -> list[_Compared]:
    rules = desk.rules.alike
    last = (
        select(CaseEntry.case_id, func.max(CaseEntry.id).label("reply_id"))
        .where(CaseEntry.kind == EntryKind.REPLIED, CaseEntry.at >= desk.now() - rules.answered_within)
        .group_by(CaseEntry.case_id)
        .subquery()
    )
    query = (
        select(Case.id, Case.question, Case.details, last.c.reply_id)
        .join(last, last.c.case_id == Case.id)
        .where(Case.state.in_(_ANSWERED))
    )
    rows = session.execute(_narrowed(query, asked, rules.compared))
    return [_Compared(row.id, _text(row.question, row.details), row.reply_id) for row in rows]


def _narrowed(query: Select[*tuple[object, ...]], asked: Case, limit: int) -> Select[*tuple[object, ...]]:
    """Of the other cases with words still, those about the same guidance or topic first, then the newest."""
    first, second = CasesApart.first_id, CasesApart.second_id
    apart = select(second).where(first == asked.id).union(select(first).where(second == asked.id))
    nearness = [case((same, 0), else_=1) for same in _about_the_same(asked)]
    return (
        query.where(Case.id != asked.id, Case.question != "", Case.id.not_in(apart))
        .order_by(*nearness, Case.id.desc())
        .limit(limit)
    )


def _about_the_same(asked: Case) -> list[ColumnElement[bool]]:
    same_entry = [Case.entry == asked.entry] if asked.entry else []
    same_topic = [Case.topic == asked.topic] if asked.topic else []
    return [*same_entry, *same_topic]


def _text(question: str, details: str | None) -> str:
    return " ".join(part for part in (question, details) if part)[:COMPARED_LENGTH]


def _alike_case(found: Case, officer: Officer | None, language: Language) -> AlikeCase:
    return AlikeCase(
        id=found.id,
        number=str(found.number),
        question=found.question,
        language=conversations.language_of(found.conversation),
        unit=found.unit.name(language),
        holder=found.holder.name if found.holder else None,
        free=found.holder_id is None or (officer is not None and found.holder_id == officer.id),
    )


def _other_answer(desk: Desk, session: Session, other: _Compared, language: Language) -> OtherAnswer:
    found, reply = session.get_one(Case, other.id), session.get_one(CaseEntry, other.reply_id)
    return OtherAnswer(
        case_id=found.id,
        number=str(found.number),
        unit=found.unit.name(language),
        question=without_enterprise(desk, session, found, _text(found.question, found.details), language),
        answer=without_enterprise(desk, session, found, reply.text or "", language),
        language=found.language,
        answered_at=reply.at,
    )


def without_enterprise(desk: Desk, session: Session, found: Case, text: str, language: Language) -> str:
    """A text of a case as officers of other units may read it."""
    return masked(text, labels_of(desk.texts, language), names_in(session, found))
