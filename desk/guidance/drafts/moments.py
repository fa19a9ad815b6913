"""The moment at which a draft is to be published or an entry retired: set by its author, moved by an approver."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.guidance.drafts.steps import note_step
from desk.guidance.model import DraftState, GuidanceDraft, StepKind
from desk.guidance.permissions import JUDGED, GuidanceRefused, may_judge, may_write, must_be_author, must_judge
from desk.people.model import Officer
from desk.working_time.hours import VIETNAM


def moment_in(text: str) -> dt.datetime | None:
    """The moment on the clocks of Viet Nam that was typed, as 2027-03-01T00:00 or with a space; None for an empty text.

    Raises GuidanceRefused for anything else.
    """
    if not text.strip():
        return None
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        raise GuidanceRefused("lifecycle.refused.no_moment") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=VIETNAM)


def day_in(text: str) -> dt.date | None:
    """The day that was typed, as 2027-02-28; None for an empty text. Raises GuidanceRefused for anything else."""
    try:
        return dt.date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise GuidanceRefused("lifecycle.refused.no_day") from None


def plan(
    session: Session,
    draft: GuidanceDraft,
    officer: Officer,
    moment: dt.datetime | None,
    *,
    revision: int,
    at: dt.datetime,
) -> None:
    """Set or move the moment; None: as soon as it is approved, and of what waits for its moment, now.

    The author does so while writing, an approver while the draft waits. Raises GuidanceRefused.
    """
    if draft.is_written:
        must_be_author(draft, officer)
    else:
        must_judge(session, draft, officer, states=JUDGED)
    if draft.revision != revision:
        raise GuidanceRefused("drafting.refused.changed_meanwhile", name=draft.editor.name)
    if moment is not None and moment <= at:
        raise GuidanceRefused("lifecycle.refused.moment_passed")
    if moment is None and draft.state == DraftState.SCHEDULED:
        moment = at
    if moment == draft.publish_at:
        return
    draft.publish_at = moment
    note_step(session, draft, officer, StepKind.PLANNED, at, moment.isoformat() if moment is not None else "")


def may_plan(session: Session, draft: GuidanceDraft, officer: Officer) -> bool:
    """Whether the officer may set or move the moment."""
    if draft.is_written:
        return draft.author_id == officer.id and may_write(officer)
    return may_judge(session, draft, officer, states=JUDGED)


def missed(session: Session, officer: Officer) -> list[GuidanceDraft]:
    """Drafts of this officer, written or approved, that the clock could not publish and nobody has submitted since."""
    query = select(GuidanceDraft).where(
        GuidanceDraft.state == DraftState.RETURNED,
        GuidanceDraft.missed.is_not(None),
        (GuidanceDraft.author_id == officer.id) | (GuidanceDraft.reviewer_id == officer.id),
    )
    return list(session.scalars(query.order_by(GuidanceDraft.id)))
