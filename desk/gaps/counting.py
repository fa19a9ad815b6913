"""What a group amounts to, counted anew from its questions whenever they change: demand, kinds, the nearest entry."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.gaps.model import GapGroup, GapQuestion, GapStep, Kind, StepKind
from desk.guidance.model import GuidanceEntry
from desk.people.model import Officer


def recount(session: Session, group: GapGroup) -> None:
    """Write down what the group's questions amount to; a group that lost them all keeps when it was asked."""
    session.flush()
    questions = session.scalars(
        select(GapQuestion).where(GapQuestion.group_id == group.id).order_by(GapQuestion.asked_at)
    ).all()
    group.asked = len(questions)
    for kind in Kind:
        setattr(group, kind.value, sum(question.kind == kind for question in questions))
    if questions:
        group.first_asked_at, group.last_asked_at = questions[0].asked_at, questions[-1].asked_at
    near: dict[str, list[float]] = defaultdict(list)
    for question in questions:
        if question.entry is not None:
            near[question.entry].append(question.confidence or 0.0)
    group.entry = min(near, key=lambda entry: (-len(near[entry]), -sum(near[entry]), entry), default=None)
    group.likeness = sum(near[group.entry]) / len(near[group.entry]) if group.entry is not None else None
    known = session.get(GuidanceEntry, group.entry) if group.entry is not None else None
    group.topic = known.group if known is not None else None
    session.flush()


def note_step(
    session: Session,
    group: GapGroup,
    kind: StepKind,
    at: dt.datetime,
    officer: Officer | None = None,
    words: str | None = None,
    **detail: object,
) -> None:
    """Add to the group's trace; without an officer the desk did it itself."""
    officer_id = officer.id if officer is not None else None
    session.add(GapStep(group=group, kind=kind.value, officer_id=officer_id, words=words, detail=detail, at=at))
    session.flush()
