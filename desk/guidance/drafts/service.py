"""Guidance with four eyes: drafts are written, submitted, approved by another, returned or discarded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.orm import Session

from desk.guidance.drafts.carrying_out import carry_out, forget_override
from desk.guidance.drafts.opening import HasDraft
from desk.guidance.drafts.standing import live_of, merged, must_be_ready, open_of, stand_on
from desk.guidance.drafts.steps import LENGTH, hand_over, note_step, said_in
from desk.guidance.gate.passing import Override, must_pass
from desk.guidance.model import DraftKind, DraftState, GuidanceDraft, GuidanceVersion, StepKind
from desk.guidance.permissions import JUDGED, GuidanceRefused, must_be_author, must_judge, must_write
from desk.law.instruments import Instruments
from desk.people.model import Officer
from desk.working_time.hours import local_day


def save(
    session: Session,
    draft: GuidanceDraft,
    officer: Officer,
    content: Mapping[str, Any],
    *,
    reason: str,
    revision: int,
    at: dt.datetime,
    corrects: bool | None = None,
) -> None:
    """Keep what the author has written so far, complete or not; raises where it was saved elsewhere meanwhile.

    ``corrects`` says whether the published text was wrong; None leaves what was said of that.
    """
    must_be_author(draft, officer)
    _must_be_written(draft)
    _must_be_seen(draft, revision)
    if draft.kind == DraftKind.RETIRE:
        content = draft.content
    written = dict(content)
    if draft.kind != DraftKind.NEW:
        written["id"] = draft.entry_id
    corrects = draft.corrects if corrects is None else corrects
    if (written, reason.strip(), corrects) == (draft.content, draft.reason, draft.corrects):
        return
    _name(session, draft, written)
    draft.corrects = corrects
    draft.content, draft.reason = written, reason.strip()[:LENGTH]
    draft.editor_id, draft.edited_at = officer.id, at
    note_step(session, draft, officer, StepKind.SAVED, at)


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
    must_be_ready(session, draft, instruments, local_day(at))
    hand_over(session, draft, officer, at, draft.reason or None)


def take_back(session: Session, draft: GuidanceDraft, officer: Officer, at: dt.datetime) -> None:
    """Go on writing what was submitted, or what waits for its moment."""
    must_be_author(draft, officer)
    if draft.state not in JUDGED:
        raise GuidanceRefused("drafting.refused.not_in_review")
    forget_override(draft)
    draft.state = DraftState.DRAFT.value
    note_step(session, draft, officer, StepKind.TAKEN_BACK, at)


def take_over(session: Session, draft: GuidanceDraft, officer: Officer, at: dt.datetime) -> None:
    """Become the author of another's open draft, in review or not."""
    must_write(officer)
    _must_be_open(draft)
    if draft.author_id == officer.id:
        return
    words = draft.author.name
    forget_override(draft)
    draft.author, draft.state = officer, DraftState.DRAFT.value
    note_step(session, draft, officer, StepKind.TAKEN_OVER, at, words)


def return_to_author(session: Session, draft: GuidanceDraft, officer: Officer, words: str, at: dt.datetime) -> None:
    """Give a draft back to its author, with what is to be changed; also one that waits for its moment."""
    must_judge(session, draft, officer, states=JUDGED)
    said = said_in(words)
    forget_override(draft)
    draft.state, draft.reviewer = DraftState.RETURNED.value, officer
    note_step(session, draft, officer, StepKind.RETURNED, at, said)


def approve(
    session: Session,
    draft: GuidanceDraft,
    officer: Officer,
    instruments: Instruments,
    *,
    revision: int,
    at: dt.datetime,
    override: Override | None = None,
) -> GuidanceVersion | None:
    """Publish what waits, in this transaction; or put it down for its moment, where that is still to come.

    None where an entry was retired or the draft is ``scheduled`` now. ``revision`` is what the officer has read. The
    golden questions were tried before (desk/guidance/gate/); what speaks against it takes an ``override``. Raises
    Incomplete, and GuidanceRefused where it is out of date or stopped.
    """
    must_judge(session, draft, officer)
    _must_be_seen(draft, revision)
    must_be_ready(session, draft, instruments, local_day(at))
    gate = must_pass(session, draft, override)
    draft.reviewer = officer
    if override is not None and gate.needs_override:
        draft.override_reason, draft.overridden_by = said_in(override.reason), officer
        note_step(session, draft, officer, StepKind.OVERRIDDEN, at, draft.override_reason)
    if draft.publish_at is not None and draft.publish_at > at:
        draft.state = DraftState.SCHEDULED.value
        note_step(session, draft, officer, StepKind.SCHEDULED, at, draft.publish_at.isoformat())
        return None
    return carry_out(session, draft, officer, at)


def discard(session: Session, draft: GuidanceDraft, officer: Officer, words: str, at: dt.datetime) -> None:
    """Give a draft up, for a reason; what is published stays as it is."""
    must_be_author(draft, officer)
    _must_be_open(draft)
    said = said_in(words)
    draft.state, draft.settled_at = DraftState.DISCARDED.value, at
    note_step(session, draft, officer, StepKind.DISCARDED, at, said)


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
    stand_on(session, draft, draft.entry_id)
    draft.editor_id, draft.edited_at = officer.id, at
    note_step(session, draft, officer, StepKind.BROUGHT_UP_TO_DATE, at)


def _name(session: Session, draft: GuidanceDraft, written: Mapping[str, Any]) -> None:
    """A new entry is named as soon as its author names it; two open drafts cannot have one name."""
    wanted = written.get("id") or None
    if wanted == draft.entry_id:
        return
    if wanted is not None and (other := open_of(session, wanted)) is not None and other.id != draft.id:
        raise HasDraft(other)
    draft.entry_id = wanted


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
