"""A group that was settled stays so only while that holds: what the desk itself closes and opens again, and when."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.desk import Desk
from desk.gaps.counting import note_step
from desk.gaps.model import IN_DRAFT, SETTLED, GapGroup, GapQuestion, GapState, Reason, StepKind
from desk.guidance import listing, versions
from desk.guidance.model import DraftState

#: After a publication so many questions that still end without help open the group again: one may be a stray.
STILL_ASKED = 2
#: A dismissed group opens again when it was asked by this share more than when it was dismissed, and so often at least.
MORE_BY, MORE_AT_LEAST = 0.5, 5


def after_a_question(session: Session, desk: Desk, group: GapGroup) -> None:
    """A question joined the group: open it again where it was settled and too many ask on."""
    if group.state not in SETTLED:
        return
    new = _asked_since(session, group)
    if group.state == GapState.PUBLISHED and new >= STILL_ASKED:
        open_again(session, desk, group, "still_asked", new)
    elif group.state == GapState.DISMISSED and new >= enough(group):
        open_again(session, desk, group, "asked_more", new)


def enough(group: GapGroup) -> int:
    """So many new questions show that a dismissal no longer holds; two make a single case none."""
    if group.reason == Reason.SINGLE_CASE:
        return STILL_ASKED
    return max(MORE_AT_LEAST, round(group.asked_when_settled * MORE_BY))


def _asked_since(session: Session, group: GapGroup) -> int:
    """Questions that were asked after the group was settled; one that was only noted since then counts for nothing."""
    query = select(func.count()).where(GapQuestion.group_id == group.id, GapQuestion.asked_at > group.settled_at)
    return session.scalar(query) or 0


def follow(desk: Desk) -> None:
    """Follow what became of drafts and entries since the last look: published, given up, taken out of service."""
    with desk.store.reading() as session:
        due = [group.id for group in _watched(session) if _turn(session, group, desk.today()) is not None]
    for group_id in due:
        with desk.store.writing() as session:
            group = session.scalars(select(GapGroup).where(GapGroup.id == group_id).with_for_update(of=GapGroup)).one()
            turn = _turn(session, group, desk.today())
            if turn == "published":
                _publish(session, desk, group)
            elif turn is not None:
                open_again(session, desk, group, turn)


def open_again(session: Session, desk: Desk, group: GapGroup, why: str, new: int = 0) -> None:
    """The desk opens the group again, and says why."""
    group.state, group.draft_id, group.reason = GapState.OPEN.value, None, None
    group.settled_entry, group.settled_at = None, None
    detail = {"why": why, **({"new_questions": new} if new else {})}
    note_step(session, group, StepKind.REOPENED, desk.now(), None, None, **detail)
    record_act(session, actor="clock", act="gap.reopened", subject=f"gap:{group.id}", detail=detail, at=desk.now())


def _watched(session: Session) -> list[GapGroup]:
    """Groups in draft, and those that an entry answers."""
    query = select(GapGroup).where(GapGroup.state.in_([*IN_DRAFT, *SETTLED])).order_by(GapGroup.id)
    return [group for group in session.scalars(query) if group.state in IN_DRAFT or group.settled_entry]


def _turn(session: Session, group: GapGroup, today: dt.date) -> str | None:
    """What changed for the group: ``published``, or why it is to be opened again; None where all is as it was."""
    if group.state in IN_DRAFT:
        state = group.draft.state if group.draft is not None else DraftState.DISCARDED
        if state == DraftState.PUBLISHED:
            return "published"
        return "draft_discarded" if state == DraftState.DISCARDED else None
    if group.state in SETTLED and group.settled_entry:
        standing = listing.standing(versions.all_of(session, group.settled_entry), today)
        return "entry_withdrawn" if standing in ("withdrawn", "ended") else None
    return None


def _publish(session: Session, desk: Desk, group: GapGroup) -> None:
    """The draft is live. Questions that were asked while it was written do not count against it."""
    assert group.draft is not None, "what is published had a draft"
    group.state, group.settled_entry = GapState.PUBLISHED.value, group.draft.entry_id
    group.settled_at, group.asked_when_settled = desk.now(), group.asked
    detail = {"draft": group.draft_id, "entry": group.settled_entry}
    note_step(session, group, StepKind.PUBLISHED, desk.now(), None, None, **detail)
    record_act(session, actor="clock", act="gap.published", subject=f"gap:{group.id}", detail=detail, at=desk.now())
