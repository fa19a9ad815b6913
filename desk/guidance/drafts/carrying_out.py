"""What becomes of an approved draft: a version is published or an entry retired, in one transaction with its trace."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from desk.guidance import service as guidance
from desk.guidance.drafts.steps import note_step
from desk.guidance.model import DraftKind, DraftState, GuidanceDraft, GuidanceReview, GuidanceVersion, StepKind
from desk.guidance.record import GuidanceRecord
from desk.people.model import Officer


def carry_out(
    session: Session, draft: GuidanceDraft, officer: Officer | None, at: dt.datetime
) -> GuidanceVersion | None:
    """Publish an approved draft, or retire its entry (None); without an officer the clock does it.

    The reviewer answers for what is published, whoever carries it out.
    """
    assert draft.reviewer is not None, "somebody approved the draft"
    draft.state, draft.settled_at, draft.missed = DraftState.PUBLISHED.value, at, None
    review = session.get(GuidanceReview, draft.review_id) if draft.review_id is not None else None
    version = None
    if draft.kind == DraftKind.RETIRE:
        _retire(session, draft, at)
    else:
        version = _published(session, draft, review, at)
    draft.published_version = version.number if version is not None else None
    if review is not None and review.done_at is None:
        review.done_at = at
    note_step(session, draft, officer, StepKind.PUBLISHED, at)
    return version


def forget_override(draft: GuidanceDraft) -> None:
    """What somebody answered for is no longer what would be published."""
    draft.override_reason = draft.overridden_by = None


def _retire(session: Session, draft: GuidanceDraft, at: dt.datetime) -> None:
    assert draft.entry_id is not None, "a retirement is of an entry"
    assert draft.reviewer is not None, "somebody approved the draft"
    by = draft.reviewer.actor
    guidance.withdraw(session, draft.entry_id, by=by, reason=draft.reason, at=at, last_day=draft.last_day)


def _published(
    session: Session, draft: GuidanceDraft, review: GuidanceReview | None, at: dt.datetime
) -> GuidanceVersion:
    assert draft.reviewer is not None, "somebody approved the draft"
    record, by = GuidanceRecord.model_validate(draft.content), draft.reviewer.actor
    # What ships and was taken unchanged follows what ships again: the next change needs no review of its own.
    is_as_shipped = review is not None and review.content_hash == record.content_hash()
    version = guidance.publish(
        session,
        record,
        origin=guidance.SHIPPED if is_as_shipped else guidance.CURATOR,
        by=by,
        at=at,
        over=draft.base_version if draft.base_live else None,
        corrects=draft.corrects,
    )
    if is_as_shipped:
        guidance.confirm(session, record.id, by=by, at=at)
    return version
