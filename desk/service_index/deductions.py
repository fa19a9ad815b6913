"""Points deducted by hand: the deduction with its reason, an objection, its answer, and taking it back; all audited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.desk import Desk
from desk.paging import Page, page_of
from desk.people.model import Officer
from desk.service_index import permissions
from desk.service_index.criteria import HUNDREDTHS
from desk.service_index.model import IndexDeduction, IndexStep
from desk.service_index.permissions import IndexRefused
from desk.service_index.span import Span
from desk.units.model import Unit

#: Letters of a reason, an objection and an answer.
LENGTH = 1_000
#: Letters from which on a reason says something.
_SAYS_SOMETHING = 10


def points_typed(typed: str) -> int:
    """Points as people write them, with a comma or a point, in hundredths; raises IndexRefused."""
    try:
        found = Decimal(typed.strip().replace(",", ".")) * HUNDREDTHS
    except InvalidOperation:
        raise IndexRefused("service_index.refused.points", "points") from None
    if not found.is_finite() or found != found.to_integral_value() or not 0 < found <= 100 * HUNDREDTHS:
        raise IndexRefused("service_index.refused.points", "points")
    return int(found)


def deduct(
    desk: Desk, session: Session, unit: Unit, officer: Officer, *, points: int, day: dt.date | None, reason: str
) -> IndexDeduction:
    """Deduct hundredths of a point for what happened on a day; raises IndexRefused."""
    permissions.must_deduct(session, officer, unit)
    most = desk.rules.service_index.by_hand_at_once
    if not 0 < points <= most * HUNDREDTHS:
        raise IndexRefused("service_index.refused.too_many_points", "points", most=most)
    if day is None:
        raise IndexRefused("service_index.refused.day", "day")
    if day > desk.today():
        raise IndexRefused("service_index.refused.day_ahead", "day")
    made = IndexDeduction(unit=unit, day=day, points=points, reason=_words(reason, "reason"), by=officer, at=desk.now())
    session.add(made)
    session.flush()
    detail = {"day": day.isoformat(), "points": points / HUNDREDTHS, "reason_length": len(made.reason)}
    _note(desk, session, IndexStep.DEDUCTED, made, officer, detail)
    return made


def take_back(desk: Desk, session: Session, deduction: IndexDeduction, officer: Officer, reason: str) -> None:
    """Let it count no more; raises IndexRefused."""
    permissions.must_take_back(session, officer, deduction)
    _must_count(deduction)
    _take_back(desk, session, deduction, officer, _words(reason, "reason"))


def object_to(desk: Desk, session: Session, deduction: IndexDeduction, officer: Officer, words: str) -> None:
    """Say why it is not right, once, for the unit; raises IndexRefused."""
    permissions.must_object(officer, deduction)
    _must_count(deduction)
    if deduction.objected_at is not None:
        raise IndexRefused("service_index.refused.objected")
    deduction.objection = _words(words, "words")
    deduction.objected_by, deduction.objected_at = officer, desk.now()
    _note(desk, session, IndexStep.OBJECTED, deduction, officer, {"words_length": len(deduction.objection)})


def answer(
    desk: Desk, session: Session, deduction: IndexDeduction, officer: Officer, words: str, *, takes_back: bool
) -> None:
    """Answer the objection, and let the deduction stand or take it back; raises IndexRefused."""
    permissions.must_answer(session, officer, deduction)
    _must_count(deduction)
    if deduction.objected_at is None:
        raise IndexRefused("service_index.refused.nothing_to_answer")
    if deduction.answered_at is not None:
        raise IndexRefused("service_index.refused.answered")
    deduction.answer = _words(words, "words")
    deduction.answered_by, deduction.answered_at = officer, desk.now()
    _note(desk, session, IndexStep.ANSWERED, deduction, officer, {"words_length": len(deduction.answer)})
    if takes_back:
        _take_back(desk, session, deduction, officer, deduction.answer)


def by_id(session: Session, id: int, *, to_change: bool = False) -> IndexDeduction | None:
    """A deduction by its number; to change it, locked and as it is now."""
    query = select(IndexDeduction).where(IndexDeduction.id == id)
    if to_change:
        query = query.with_for_update(of=IndexDeduction).execution_options(populate_existing=True)
    return session.scalar(query)


def listed(
    session: Session, unit: Unit, span: Span, *, limit: int, after: str | None = None, before: str | None = None
) -> Page[IndexDeduction]:
    """A page of what was deducted from a unit in a period, the newest first, what was taken back too."""
    query = select(IndexDeduction).where(
        IndexDeduction.unit_id == unit.id, IndexDeduction.day.between(span.first, span.last)
    )
    return page_of(
        session,
        query,
        [IndexDeduction.id],
        key=lambda row: (row.id,),
        limit=limit,
        descending=True,
        after=after,
        before=before,
    )


def _take_back(desk: Desk, session: Session, deduction: IndexDeduction, officer: Officer, reason: str) -> None:
    deduction.taken_back_by, deduction.taken_back_at = officer, desk.now()
    deduction.taken_back_reason = reason
    _note(desk, session, IndexStep.TAKEN_BACK, deduction, officer, {"reason_length": len(reason)})


def _must_count(deduction: IndexDeduction) -> None:
    if not deduction.counts:
        raise IndexRefused("service_index.refused.taken_back")


def _words(typed: str, field: str) -> str:
    words = typed.strip()
    if len(words) < _SAYS_SOMETHING:
        raise IndexRefused("service_index.refused.words", field, least=_SAYS_SOMETHING)
    if len(words) > LENGTH:
        raise IndexRefused("service_index.refused.long_words", field, length=LENGTH)
    return words


def _note(
    desk: Desk,
    session: Session,
    step: IndexStep,
    deduction: IndexDeduction,
    officer: Officer,
    detail: Mapping[str, Any],
) -> None:
    """The audit keeps how long words were: what happened to somebody in a unit is their matter."""
    record_act(
        session,
        actor=officer.actor,
        act=f"service_index.{step.value}",
        subject=deduction.unit.code,
        at=desk.now(),
        detail={"deduction": deduction.id, **detail},
    )
