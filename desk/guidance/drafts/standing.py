"""What a draft stands on: the text that it was written over, what is live now, and what it still lacks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.guidance import service as guidance
from desk.guidance import versions
from desk.guidance.drafts.merging import Merged, merge
from desk.guidance.drafts.problems import Problem, problems_of
from desk.guidance.lint.drafts import errors_of
from desk.guidance.model import OPEN, DraftKind, GuidanceDraft, GuidanceEntry, GuidanceVersion
from desk.guidance.permissions import GuidanceRefused
from desk.law.instruments import Instruments


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


def is_out_of_date(session: Session, draft: GuidanceDraft) -> bool:
    """Whether something was published, ended or withdrawn since the draft's text was taken."""
    if draft.entry_id is None:
        return False
    last = versions.newest(session, draft.entry_id)
    if last is None:
        return False
    stood = (draft.base_version, draft.base_live, draft.base_last_day)
    return (last.number, last.withdrawn_at is None, last.last_day) != stood


def merged(session: Session, draft: GuidanceDraft, *, theirs: Collection[str] = ()) -> Merged:
    """The draft with what was published since it was begun."""
    return merge(base_of(session, draft), live_of(session, draft), draft.content, theirs=theirs)


def base_of(session: Session, draft: GuidanceDraft) -> dict[str, Any]:
    """The text that the draft was written over; empty for a new entry."""
    if draft.entry_id is None or draft.base_version is None:
        return {}
    version = session.get(GuidanceVersion, (draft.entry_id, draft.base_version))
    return version.content if version is not None else {}


def live_of(session: Session, draft: GuidanceDraft) -> dict[str, Any]:
    """The newest text of the draft's entry; empty where there is none."""
    last = versions.newest(session, draft.entry_id) if draft.entry_id is not None else None
    return last.content if last is not None else {}


def problems(session: Session, draft: GuidanceDraft, instruments: Instruments, as_of: dt.date) -> list[Problem]:
    """What the draft lacks, field by field, and what is wrong with it by the law of a day."""
    if draft.kind == DraftKind.RETIRE:
        return []
    entries = set(session.scalars(select(GuidanceEntry.id)))
    # New entries may refer to one another: each is approved alone, and what is not published yet is shown to nobody.
    found = problems_of(draft.content, instruments, entries | _begun(session))
    if draft.kind == DraftKind.NEW and draft.entry_id in entries:
        found.insert(0, Problem("id", "drafting.refused.id_taken", {"entry": draft.entry_id}))
    return found or errors_of(session, draft, instruments, as_of)


def _begun(session: Session) -> set[str]:
    """The ids of new entries that somebody is writing."""
    begun = select(GuidanceDraft.entry_id).where(GuidanceDraft.state.in_(OPEN), GuidanceDraft.kind == DraftKind.NEW)
    return {entry for entry in session.scalars(begun) if entry}


def must_be_ready(session: Session, draft: GuidanceDraft, instruments: Instruments, as_of: dt.date) -> None:
    """Raise GuidanceRefused where the draft is out of date, Incomplete where it lacks something or errs."""
    if found := problems(session, draft, instruments, as_of):
        raise Incomplete(found)
    if is_out_of_date(session, draft):
        raise GuidanceRefused("drafting.refused.out_of_date")


def newest_of(session: Session, entry_id: str) -> GuidanceVersion:
    last = versions.newest(session, entry_id)
    if last is None:
        raise guidance.NotPublished(entry_id)
    return last


def stand_on(session: Session, draft: GuidanceDraft, entry_id: str) -> None:
    last = newest_of(session, entry_id)
    draft.base_version, draft.base_live, draft.base_last_day = last.number, last.withdrawn_at is None, last.last_day
