"""Opening drafts: over what is published, for a new entry, to retire one, or with what ships now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk.guidance import versions
from desk.guidance.drafts.standing import newest_of, open_of, stand_on
from desk.guidance.drafts.steps import LENGTH, hand_over, note_step, said_in
from desk.guidance.model import DraftKind, DraftState, GuidanceDraft, GuidanceReview, StepKind
from desk.guidance.permissions import GuidanceRefused, must_write
from desk.people.model import Officer


class HasDraft(GuidanceRefused):
    """The entry has an open draft already; ``draft_id`` is its."""

    def __init__(self, draft: GuidanceDraft) -> None:
        super().__init__("drafting.refused.has_draft", name=draft.author.name)
        self.draft_id = draft.id


def open_edit(session: Session, entry_id: str, officer: Officer, at: dt.datetime) -> GuidanceDraft:
    """Begin to write over an entry's newest text; raises HasDraft, and NotPublished for an unknown entry."""
    return _open(session, DraftKind.EDIT, entry_id, newest_of(session, entry_id).content, officer, at)


def open_new(session: Session, officer: Officer, at: dt.datetime) -> GuidanceDraft:
    """Begin to write an entry that does not exist yet and has no name yet."""
    return _open(session, DraftKind.NEW, None, {}, officer, at)


def propose_new(
    session: Session, officer: Officer, content: Mapping[str, Any], reason: str, at: dt.datetime
) -> GuidanceDraft:
    """Write down what new guidance might say; the draft of an officer who is no curator waits until one takes it over.

    Two curators still answer for it: one who takes it over and submits it, and another who approves it.
    """
    draft = _open(session, DraftKind.NEW, None, content, officer, at, proposed=True)
    draft.reason = reason.strip()[:LENGTH]
    session.flush()
    return draft


def open_shipped_change(session: Session, review: GuidanceReview, officer: Officer, at: dt.datetime) -> GuidanceDraft:
    """Take the text that ships now as a draft; approving it settles the review. Raises HasDraft."""
    if review.done_at is not None or review.content is None:
        raise GuidanceRefused("drafting.refused.review_settled")
    return _open(session, DraftKind.SHIPPED_CHANGE, review.entry_id, review.content, officer, at, review=review)


def propose_retirement(
    session: Session,
    entry_id: str,
    officer: Officer,
    reason: str,
    at: dt.datetime,
    *,
    review: GuidanceReview | None = None,
    last_day: dt.date | None = None,
) -> GuidanceDraft:
    """Propose to take an entry out of service, for a reason that another person weighs. Raises HasDraft.

    With ``last_day`` the rule ended or will end on that day, and its text goes on to be told for the days up to it.
    """
    must_write(officer)
    live = versions.newest_live(session, entry_id)
    if live is None:
        raise GuidanceRefused("drafting.refused.not_live")
    if last_day is not None and last_day < live.in_force_from:
        raise GuidanceRefused("lifecycle.refused.ends_before_it_begins")
    reason = said_in(reason)
    content = newest_of(session, entry_id).content
    draft = _open(session, DraftKind.RETIRE, entry_id, content, officer, at, review=review)
    draft.reason, draft.last_day = reason, last_day
    hand_over(session, draft, officer, at, reason)
    return draft


def _open(
    session: Session,
    kind: DraftKind,
    entry_id: str | None,
    content: Mapping[str, Any],
    officer: Officer,
    at: dt.datetime,
    *,
    review: GuidanceReview | None = None,
    proposed: bool = False,
) -> GuidanceDraft:
    if not proposed:
        must_write(officer)
    if entry_id is not None and (present := open_of(session, entry_id)) is not None:
        raise HasDraft(present)
    draft = GuidanceDraft(
        kind=kind.value,
        state=DraftState.DRAFT.value,
        entry_id=entry_id,
        content=dict(content),
        reason="",
        review_id=review.id if review is not None else None,
        author=officer,
        editor=officer,
        revision=0,
        created_at=at,
        edited_at=at,
    )
    if entry_id is not None:
        stand_on(session, draft, entry_id)
    _flush_alone(session, draft, entry_id)
    note_step(session, draft, officer, StepKind.OPENED, at)
    return draft


def _flush_alone(session: Session, draft: GuidanceDraft, entry_id: str | None) -> None:
    """Write the draft's entry; of two at once the database takes one, and the other is told whose it is."""
    try:
        with session.begin_nested():
            session.add(draft)
            session.flush()
    except IntegrityError:
        present = open_of(session, entry_id) if entry_id is not None else None
        if present is None:
            raise
        raise HasDraft(present) from None
