""" "You said, we did": what the authority did about each group of comments, and what is no comment at all."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from desk.consultations import service
from desk.consultations.model import Comment, CommentGroup, Consultation, ConsultationState, Outcome, Step
from desk.consultations.permissions import ConsultationRefused, must_be, must_lead
from desk.desk import Desk
from desk.people.model import Officer
from desk.questionnaires.plan import Words

#: Letters of what is said about a group, in one language.
SAID_LENGTH = 2000


@dataclass(frozen=True)
class Said:
    """What was done with what a group says; ``quoted``: the comment that speaks for it is published too."""

    outcome: Outcome | None
    words: Words
    quoted: bool


def answer(
    desk: Desk, session: Session, consultation: Consultation, group: CommentGroup, said: Said, officer: Officer
) -> None:
    """Say, for everybody to read, what was done about a group; it can be said anew. Raises ConsultationRefused."""
    must_lead(officer, consultation.unit)
    must_be(consultation, ConsultationState.CLOSED)
    if said.outcome is None:
        raise ConsultationRefused("consultation.refused.outcome", "outcome")
    if not (said.words.vi.strip() and said.words.en.strip()):
        raise ConsultationRefused("questionnaire.refused.both_languages", "said")
    if max(len(said.words.vi), len(said.words.en)) > SAID_LENGTH:
        raise ConsultationRefused("questionnaire.refused.too_long", "said", length=SAID_LENGTH)
    group.outcome, group.quoted = said.outcome.value, said.quoted
    group.said_vi, group.said_en = said.words.vi.strip(), said.words.en.strip()
    group.answered_by, group.answered_at = officer, desk.now()
    service.note(desk, session, consultation, officer.actor, Step.ANSWERED, {"outcome": said.outcome.value})


def set_aside(
    desk: Desk, session: Session, consultation: Consultation, comment: Comment, officer: Officer, *, aside: bool
) -> None:
    """Count a comment no longer that is not about the draft, or again; raises ConsultationRefused."""
    must_lead(officer, consultation.unit)
    if comment.set_aside == aside:
        return
    comment.set_aside = aside
    step = Step.SET_ASIDE if aside else Step.BROUGHT_BACK
    service.note(desk, session, consultation, officer.actor, step, {"comment": comment.id})


def group_of(session: Session, consultation: Consultation, id: int) -> CommentGroup | None:
    group = session.get(CommentGroup, id)
    return group if group is not None and group.consultation_id == consultation.id else None


def comment_of(session: Session, consultation: Consultation, id: int) -> Comment | None:
    comment = session.get(Comment, id)
    return comment if comment is not None and comment.consultation_id == consultation.id else None
