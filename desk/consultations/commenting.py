"""Comments of the public: taken without a name and without a riddle, so many from one place and so many in all."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from desk import one_time
from desk.consultations import service
from desk.consultations.model import Comment, CommentSender, Consultation, ConsultationState
from desk.consultations.permissions import ConsultationRefused
from desk.conversations.language import written_in
from desk.desk import Desk
from desk.guidance.record import Language

#: Letters of a comment.
LONGEST, SHORTEST = 4000, 5
#: Comments within an hour: from one place, and on one draft from all. An office behind one address sends some at once.
AN_HOUR, AN_HOUR_IN_ALL = 10, 300
_HOUR, _DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def comment(
    desk: Desk,
    session: Session,
    consultation: Consultation,
    text: str,
    question: int | None,
    *,
    source: str,
    form: str,
    language: Language,
) -> bool:
    """Keep a comment on a question (its place) or on the draft as a whole; False where it was sent twice.

    ``source`` is the address that it comes from and ``form`` what tells this form from another, both kept as hashes for
    a day; ``language`` is that of the page, for a text
    that does not tell its own. Raises ConsultationRefused.
    """
    if consultation.state != ConsultationState.OPEN or service.is_over(desk, consultation):
        raise ConsultationRefused("consultation.refused.not_open")
    text = text.strip()
    if not SHORTEST <= len(text) <= LONGEST:
        raise ConsultationRefused(
            "consultation.refused.length", "text", shortest=SHORTEST, longest=LONGEST, typed=len(text)
        )
    if question is not None and not 0 <= question < len(consultation.questions):
        raise ConsultationRefused("consultation.refused.question", "question")
    now, place, sheet = desk.now(), one_time.digest(source), one_time.digest(form)
    session.execute(delete(CommentSender).where(CommentSender.at < now - _DAY))
    if form and _was_sent(session, consultation, sheet):
        return False
    _must_not_flood(session, consultation, place, now)
    session.add(CommentSender(consultation_id=consultation.id, source=place, form=sheet, at=now))
    spoken = written_in(text) or language
    session.add(
        Comment(consultation_id=consultation.id, question=question, text=text, language=spoken, sent_on=desk.today())
    )
    session.flush()
    return True


def count(session: Session, consultation: Consultation) -> int:
    """How many comments there are, without those that were set aside."""
    query = select(func.count()).where(Comment.consultation_id == consultation.id, Comment.set_aside.is_(False))
    return session.scalar(query) or 0


def _was_sent(session: Session, consultation: Consultation, sheet: str) -> bool:
    same = select(CommentSender.id).where(CommentSender.consultation_id == consultation.id, CommentSender.form == sheet)
    return session.scalar(same.limit(1)) is not None


def _must_not_flood(session: Session, consultation: Consultation, place: str, now: dt.datetime) -> None:
    lately = select(func.count()).where(CommentSender.at > now - _HOUR)
    here = session.scalar(lately.where(CommentSender.source == place)) or 0
    all_ = session.scalar(lately.where(CommentSender.consultation_id == consultation.id)) or 0
    if here >= AN_HOUR:
        raise ConsultationRefused("consultation.refused.too_many", most=AN_HOUR)
    if all_ >= AN_HOUR_IN_ALL:
        raise ConsultationRefused("consultation.refused.too_many_in_all")
