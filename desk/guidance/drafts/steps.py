"""Noting what happened to a draft: in its thread and in the audit, with the revision that it has from then on."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.guidance.model import DraftKind, DraftState, DraftStep, GuidanceDraft, StepKind
from desk.guidance.permissions import GuidanceRefused
from desk.people.model import Officer

#: Letters of a reason, a return, and what else is said about a draft.
LENGTH = 4_000


def said_in(words: str) -> str:
    said = words.strip()[:LENGTH]
    if not said:
        raise GuidanceRefused("drafting.refused.words_missing")
    return said


def hand_over(session: Session, draft: GuidanceDraft, officer: Officer, at: dt.datetime, words: str | None) -> None:
    if draft.kind == DraftKind.RETIRE and not draft.reason:
        raise GuidanceRefused("drafting.refused.words_missing")
    draft.state, draft.submitted_at, draft.missed = DraftState.IN_REVIEW.value, at, None
    note_step(session, draft, officer, StepKind.SUBMITTED, at, words)


def note_step(
    session: Session,
    draft: GuidanceDraft,
    officer: Officer | None,
    kind: StepKind,
    at: dt.datetime,
    words: str | None = None,
) -> None:
    """Note what happened in the draft's thread and in the audit, and raise the revision; None for the clock."""
    draft.revision += 1
    session.add(DraftStep(draft=draft, kind=kind.value, officer=officer, words=words, at=at))
    record_act(
        session,
        actor=officer.actor if officer is not None else "clock",
        act=f"guidance.draft_{kind.value}",
        subject=draft.entry_id or f"draft:{draft.id}",
        detail={"draft": draft.id, "kind": draft.kind, **_told(kind, words)},
        at=at,
    )
    session.flush()


def _told(kind: StepKind, words: str | None) -> dict[str, str]:
    """What a step says, by the name that the audit has for it."""
    if not words:
        return {}
    if kind in (StepKind.PLANNED, StepKind.SCHEDULED):
        return {"publish_at": words}
    return {"missed": words} if kind is StepKind.MISSED else {"words": words}
