"""Guidance with four eyes: drafts are opened, written, submitted, approved by another, returned or discarded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.guidance import service as guidance
from desk.guidance.merging import Merged, merge
from desk.guidance.model import (
    OPEN,
    DraftKind,
    DraftState,
    DraftStep,
    GuidanceDraft,
    GuidanceEntry,
    GuidanceReview,
    GuidanceVersion,
    StepKind,
)
from desk.guidance.permissions import GuidanceRefused, must_be_author, must_judge, must_write
from desk.guidance.problems import Problem, problems_of
from desk.guidance.record import GuidanceRecord
from desk.law.instruments import Instruments
from desk.people.model import Officer

#: Letters of a reason, a return, and what else is said about a draft.
LENGTH = 4_000


class HasDraft(GuidanceRefused):
    """The entry has an open draft already; ``draft_id`` is its."""

    def __init__(self, draft: GuidanceDraft) -> None:
        super().__init__("drafting.refused.has_draft", name=draft.author.name)
        self.draft_id = draft.id


class Incomplete(GuidanceRefused):
    """The draft lacks something; ``problems`` say what."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("drafting.refused.incomplete", count=len(problems))
        self.problems = problems


def by_id(session: Session, draft_id: int, *, to_change: bool = False) -> GuidanceDraft | None:
    """A draft; ``to_change`` keeps other transactions from changing it meanwhile."""
    query = select(GuidanceDraft).where(GuidanceDraft.id == draft_id)
    if to_change:
        query = query.with_for_update(of=GuidanceDraft).execution_options(populate_existing=True)
    return session.scalar(query)


def open_of(session: Session, entry_id: str) -> GuidanceDraft | None:
    """The open draft of an entry; there is one at most."""
    query = select(GuidanceDraft).where(GuidanceDraft.entry_id == entry_id, GuidanceDraft.state.in_(OPEN))
    return session.scalar(query)


def open_edit(session: Session, entry_id: str, officer: Officer, at: dt.datetime) -> GuidanceDraft:
    """Begin to write over an entry's newest text; raises HasDraft, and NotPublished for an unknown entry."""
    return _open(session, DraftKind.EDIT, entry_id, _standing(session, entry_id).content, officer, at)


def open_new(session: Session, officer: Officer, at: dt.datetime) -> GuidanceDraft:
    """Begin to write an entry that does not exist yet and has no name yet."""
    return _open(session, DraftKind.NEW, None, {}, officer, at)


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
) -> GuidanceDraft:
    """Propose to take an entry out of service, for a reason that another person weighs. Raises HasDraft."""
    must_write(officer)
    if guidance.newest_live(session, entry_id) is None:
        raise GuidanceRefused("drafting.refused.not_live")
    reason = _said(reason)
    content = _standing(session, entry_id).content
    draft = _open(session, DraftKind.RETIRE, entry_id, content, officer, at, review=review)
    draft.reason = reason
    _submitted(session, draft, officer, at, reason)
    return draft


def save(
    session: Session,
    draft: GuidanceDraft,
    officer: Officer,
    content: Mapping[str, Any],
    *,
    reason: str,
    revision: int,
    at: dt.datetime,
) -> None:
    """Keep what the author has written so far, complete or not; raises where it was saved elsewhere meanwhile."""
    must_be_author(draft, officer)
    _must_be_written(draft)
    _must_be_seen(draft, revision)
    if draft.kind == DraftKind.RETIRE:
        content = draft.content
    written = dict(content)
    if draft.kind != DraftKind.NEW:
        written["id"] = draft.entry_id
    if written == draft.content and reason.strip() == draft.reason:
        return
    _name(session, draft, written)
    draft.content, draft.reason = written, reason.strip()[:LENGTH]
    draft.editor_id, draft.edited_at = officer.id, at
    _step(session, draft, officer, StepKind.SAVED, at)


def submit(
    session: Session,
    draft: GuidanceDraft,
    officer: Officer,
    instruments: Instruments,
    *,
    revision: int,
    at: dt.datetime,
) -> None:
    """Hand the draft to a reviewer; raises Incomplete, and GuidanceRefused where it is out of date."""
    must_be_author(draft, officer)
    _must_be_written(draft)
    _must_be_seen(draft, revision)
    must_be_ready(session, draft, instruments)
    _submitted(session, draft, officer, at, draft.reason or None)


def take_back(session: Session, draft: GuidanceDraft, officer: Officer, at: dt.datetime) -> None:
    """Go on writing what was submitted."""
    must_be_author(draft, officer)
    if draft.state != DraftState.IN_REVIEW:
        raise GuidanceRefused("drafting.refused.not_in_review")
    draft.state = DraftState.DRAFT.value
    _step(session, draft, officer, StepKind.TAKEN_BACK, at)


def take_over(session: Session, draft: GuidanceDraft, officer: Officer, at: dt.datetime) -> None:
    """Become the author of another's open draft, in review or not."""
    must_write(officer)
    _must_be_open(draft)
    if draft.author_id == officer.id:
        return
    words = draft.author.name
    draft.author, draft.state = officer, DraftState.DRAFT.value
    _step(session, draft, officer, StepKind.TAKEN_OVER, at, words)


def return_to_author(session: Session, draft: GuidanceDraft, officer: Officer, words: str, at: dt.datetime) -> None:
    """Give a draft back to its author, with what is to be changed."""
    must_judge(session, draft, officer)
    said = _said(words)
    draft.state, draft.reviewer = DraftState.RETURNED.value, officer
    _step(session, draft, officer, StepKind.RETURNED, at, said)


def approve(
    session: Session,
    draft: GuidanceDraft,
    officer: Officer,
    instruments: Instruments,
    *,
    revision: int,
    at: dt.datetime,
) -> GuidanceVersion | None:
    """Publish what waits, in this transaction; None where an entry was retired.

    ``revision`` is what the officer has read. Raises Incomplete, and GuidanceRefused where it is out of date.
    """
    must_judge(session, draft, officer)
    _must_be_seen(draft, revision)
    must_be_ready(session, draft, instruments)
    draft.state, draft.reviewer, draft.settled_at = DraftState.PUBLISHED.value, officer, at
    version = _carry_out(session, draft, officer, at)
    draft.published_version = version.number if version is not None else None
    _settle_review(session, draft, at)
    _step(session, draft, officer, StepKind.PUBLISHED, at)
    return version


def discard(session: Session, draft: GuidanceDraft, officer: Officer, words: str, at: dt.datetime) -> None:
    """Give a draft up, for a reason; what is published stays as it is."""
    must_be_author(draft, officer)
    _must_be_open(draft)
    said = _said(words)
    draft.state, draft.settled_at = DraftState.DISCARDED.value, at
    _step(session, draft, officer, StepKind.DISCARDED, at, said)


def is_out_of_date(session: Session, draft: GuidanceDraft) -> bool:
    """Whether something was published or withdrawn since the draft's text was taken."""
    if draft.entry_id is None:
        return False
    last = guidance.newest(session, draft.entry_id)
    if last is None:
        return False
    return (last.number, last.withdrawn_at is None) != (draft.base_version, draft.base_live)


def merged(session: Session, draft: GuidanceDraft, *, theirs: Collection[str] = ()) -> Merged:
    """The draft with what was published since it was begun."""
    return merge(base_of(session, draft), live_of(session, draft), draft.content, theirs=theirs)


def bring_up_to_date(
    session: Session, draft: GuidanceDraft, officer: Officer, theirs: Collection[str], *, revision: int, at: dt.datetime
) -> None:
    """Take in what was published since; of places that both changed, those in ``theirs`` as they are published."""
    must_be_author(draft, officer)
    _must_be_written(draft)
    _must_be_seen(draft, revision)
    if draft.entry_id is None or draft.kind == DraftKind.NEW:
        raise GuidanceRefused("drafting.refused.id_taken", entry=draft.entry_id)
    draft.content = merged(session, draft, theirs=theirs).content
    if draft.kind == DraftKind.RETIRE:
        draft.content = live_of(session, draft)
    _stand_on(session, draft, draft.entry_id)
    draft.editor_id, draft.edited_at = officer.id, at
    _step(session, draft, officer, StepKind.BROUGHT_UP_TO_DATE, at)


def base_of(session: Session, draft: GuidanceDraft) -> dict[str, Any]:
    """The text that the draft was written over; empty for a new entry."""
    if draft.entry_id is None or draft.base_version is None:
        return {}
    version = session.get(GuidanceVersion, (draft.entry_id, draft.base_version))
    return version.content if version is not None else {}


def live_of(session: Session, draft: GuidanceDraft) -> dict[str, Any]:
    """The newest text of the draft's entry; empty where there is none."""
    last = guidance.newest(session, draft.entry_id) if draft.entry_id is not None else None
    return last.content if last is not None else {}


def problems(session: Session, draft: GuidanceDraft, instruments: Instruments) -> list[Problem]:
    """What the draft lacks, field by field."""
    if draft.kind == DraftKind.RETIRE:
        return []
    entries = set(session.scalars(select(GuidanceEntry.id)))
    found = problems_of(draft.content, instruments, entries)
    if draft.kind == DraftKind.NEW and draft.entry_id in entries:
        found.insert(0, Problem("id", "drafting.refused.id_taken", {"entry": draft.entry_id}))
    return found


def must_be_ready(session: Session, draft: GuidanceDraft, instruments: Instruments) -> None:
    """Raise GuidanceRefused where the draft is out of date, Incomplete where it lacks something."""
    if found := problems(session, draft, instruments):
        raise Incomplete(found)
    if is_out_of_date(session, draft):
        raise GuidanceRefused("drafting.refused.out_of_date")


def _open(
    session: Session,
    kind: DraftKind,
    entry_id: str | None,
    content: Mapping[str, Any],
    officer: Officer,
    at: dt.datetime,
    *,
    review: GuidanceReview | None = None,
) -> GuidanceDraft:
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
        _stand_on(session, draft, entry_id)
    _flush_alone(session, draft, entry_id)
    _step(session, draft, officer, StepKind.OPENED, at)
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


def _standing(session: Session, entry_id: str) -> GuidanceVersion:
    last = guidance.newest(session, entry_id)
    if last is None:
        raise guidance.NotPublished(entry_id)
    return last


def _stand_on(session: Session, draft: GuidanceDraft, entry_id: str) -> None:
    last = _standing(session, entry_id)
    draft.base_version, draft.base_live = last.number, last.withdrawn_at is None


def _name(session: Session, draft: GuidanceDraft, written: Mapping[str, Any]) -> None:
    """A new entry is named as soon as its author names it; two open drafts cannot have one name."""
    wanted = written.get("id") or None
    if wanted == draft.entry_id:
        return
    if wanted is not None and (other := open_of(session, wanted)) is not None and other.id != draft.id:
        raise HasDraft(other)
    draft.entry_id = wanted


def _submitted(session: Session, draft: GuidanceDraft, officer: Officer, at: dt.datetime, words: str | None) -> None:
    if draft.kind == DraftKind.RETIRE and not draft.reason:
        raise GuidanceRefused("drafting.refused.words_missing")
    draft.state, draft.submitted_at = DraftState.IN_REVIEW.value, at
    _step(session, draft, officer, StepKind.SUBMITTED, at, words)


def _carry_out(session: Session, draft: GuidanceDraft, officer: Officer, at: dt.datetime) -> GuidanceVersion | None:
    if draft.kind == DraftKind.RETIRE:
        assert draft.entry_id is not None, "a retirement is of an entry"
        guidance.withdraw(session, draft.entry_id, by=officer.actor, reason=draft.reason, at=at)
        return None
    record = GuidanceRecord.model_validate(draft.content)
    review = session.get(GuidanceReview, draft.review_id) if draft.review_id is not None else None
    # What ships and was taken unchanged follows what ships again: the next change needs no review of its own.
    is_as_shipped = review is not None and review.content_hash == record.content_hash()
    origin = guidance.SHIPPED if is_as_shipped else guidance.CURATOR
    version = guidance.publish(session, record, origin=origin, by=officer.actor, at=at)
    if is_as_shipped:
        guidance.confirm(session, record.id, by=officer.actor, at=at)
    return version


def _settle_review(session: Session, draft: GuidanceDraft, at: dt.datetime) -> None:
    review = session.get(GuidanceReview, draft.review_id) if draft.review_id is not None else None
    if review is not None and review.done_at is None:
        review.done_at = at


def _said(words: str) -> str:
    said = words.strip()[:LENGTH]
    if not said:
        raise GuidanceRefused("drafting.refused.words_missing")
    return said


def _must_be_open(draft: GuidanceDraft) -> None:
    if not draft.is_open:
        raise GuidanceRefused("drafting.refused.settled")


def _must_be_written(draft: GuidanceDraft) -> None:
    _must_be_open(draft)
    if not draft.is_written:
        raise GuidanceRefused("drafting.refused.in_review")


def _must_be_seen(draft: GuidanceDraft, revision: int) -> None:
    """What somebody decides about is what they have read."""
    if draft.revision != revision:
        raise GuidanceRefused("drafting.refused.changed_meanwhile", name=draft.editor.name)


def _step(
    session: Session, draft: GuidanceDraft, officer: Officer, kind: StepKind, at: dt.datetime, words: str | None = None
) -> None:
    """Note what happened in the draft's thread and in the audit, and raise the revision."""
    draft.revision += 1
    session.add(DraftStep(draft=draft, kind=kind.value, officer_id=officer.id, words=words, at=at))
    record_act(
        session,
        actor=officer.actor,
        act=f"guidance.draft_{kind.value}",
        subject=draft.entry_id or f"draft:{draft.id}",
        detail={"draft": draft.id, "kind": draft.kind, **({"words": words} if words else {})},
        at=at,
    )
    session.flush()
