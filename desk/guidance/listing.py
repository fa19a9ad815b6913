"""Lists of the guidance as curators keep it: searched and filtered in the database, page by page."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from desk.guidance.model import OPEN, WRITTEN, DraftState, GuidanceDraft, GuidanceEntry, GuidanceVersion
from desk.guidance.permissions import WRITERS
from desk.guidance.record import Language
from desk.guidance.standing import SOON
from desk.guidance.versions import held
from desk.paging import Page, page_of
from desk.people.model import Appointment, Officer

State = Literal[
    "confirmed",
    "unconfirmed",
    "has_draft",
    "for_me",
    "in_force",
    "not_yet",
    "ending",
    "ended",
    "withdrawn",
    "unverified",
]
STATES: tuple[State, ...] = get_args(State)
#: Where an entry stands on a day.
Standing = Literal["in_force", "not_yet", "ended", "withdrawn"]
WorkList = Literal["for_me", "mine", "proposed", "open", "settled"]
WORK_LISTS: tuple[WorkList, ...] = get_args(WorkList)


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; ``words`` are found in title, id, questions and text, in both languages."""

    words: str = ""
    group: str = ""
    state: State | None = None


@dataclass(frozen=True)
class Row:
    """An entry with its newest version, where it stands today, and its open draft."""

    entry: GuidanceEntry
    version: GuidanceVersion
    standing: Standing
    draft: GuidanceDraft | None


def listed(
    session: Session,
    officer: Officer | None,
    wanted: Wanted,
    today: dt.date,
    *,
    limit: int,
    after: str | None = None,
    before: str | None = None,
) -> Page[Row]:
    """A page of the entries in the order of their ids; ``officer`` is whose review is waited for."""
    query = select(GuidanceEntry).where(*_narrowed(officer, wanted, today))
    page = page_of(
        session, query, (GuidanceEntry.id,), key=lambda entry: (entry.id,), limit=limit, after=after, before=before
    )
    ids = [entry.id for entry in page.rows]
    versions = _versions(session, ids)
    query_of_drafts = select(GuidanceDraft).where(GuidanceDraft.entry_id.in_(ids), GuidanceDraft.state.in_(OPEN))
    drafts = {draft.entry_id: draft for draft in session.scalars(query_of_drafts)}
    rows = [
        Row(entry, versions[entry.id][-1], standing(versions[entry.id], today), drafts.get(entry.id))
        for entry in page.rows
    ]
    return Page(rows, page.before, page.after)


def counted(session: Session, officer: Officer | None, wanted: Wanted, today: dt.date) -> int:
    """How many entries the list has in all."""
    return session.scalar(select(func.count(GuidanceEntry.id)).where(*_narrowed(officer, wanted, today))) or 0


def standing(versions: list[GuidanceVersion], today: dt.date) -> Standing:
    """Where an entry stands by its versions."""
    days = held(versions)
    if not days:
        return "withdrawn"
    if any(one.holds_on(today) for one in days):
        return "in_force"
    return "not_yet" if days[-1].from_ > today else "ended"


def titles(session: Session, language: Language, *, limit: int) -> dict[str, str]:
    """The titles of what is published, by the ids of entries and in their order."""
    title = GuidanceVersion.content[("title", language)].as_string()
    live = (GuidanceVersion.withdrawn_at.is_(None), GuidanceVersion.is_earlier.is_(False))
    query = select(GuidanceVersion.entry_id, title).where(*live)
    ordered = query.order_by(GuidanceVersion.entry_id, GuidanceVersion.number).limit(limit)
    return {row[0]: row[1] for row in session.execute(ordered)}


def drafts_listed(
    session: Session,
    officer: Officer,
    which: WorkList,
    *,
    limit: int,
    after: str | None = None,
    before: str | None = None,
) -> Page[GuidanceDraft]:
    """Drafts that wait for this officer's review, are the officer's, are open, or are settled; the newest first."""
    query = select(GuidanceDraft).where(_of_work_list(officer, which))
    return page_of(
        session,
        query,
        (GuidanceDraft.id,),
        key=lambda draft: (draft.id,),
        limit=limit,
        descending=True,
        after=after,
        before=before,
    )


def drafts_counted(session: Session, officer: Officer, which: WorkList) -> int:
    return session.scalar(select(func.count(GuidanceDraft.id)).where(_of_work_list(officer, which))) or 0


def _of_work_list(officer: Officer, which: WorkList) -> ColumnElement[bool]:
    if which == "for_me":
        return _waits_for(officer)
    if which == "mine":
        return and_(GuidanceDraft.author_id == officer.id, GuidanceDraft.state.in_(WRITTEN))
    if which == "proposed":
        return and_(GuidanceDraft.state.in_(WRITTEN), GuidanceDraft.author_id.not_in(_writers()))
    return GuidanceDraft.state.in_(OPEN) if which == "open" else GuidanceDraft.state.not_in(OPEN)


def _writers() -> Select[int]:
    """Officers who write guidance; what others proposed waits until one of these takes it over."""
    return select(Appointment.officer_id).where(Appointment.role.in_([role.value for role in WRITERS]))


def _waits_for(officer: Officer | None) -> ColumnElement[bool]:
    """In review, and written by somebody else."""
    waits = GuidanceDraft.state == DraftState.IN_REVIEW
    if officer is None:
        return waits
    return and_(waits, GuidanceDraft.author_id != officer.id, GuidanceDraft.editor_id != officer.id)


def _narrowed(officer: Officer | None, wanted: Wanted, today: dt.date) -> list[ColumnElement[bool]]:
    conditions = [GuidanceEntry.searched.contains(word, autoescape=True) for word in _words(wanted.words)]
    if wanted.group:
        conditions.append(GuidanceEntry.group == wanted.group)
    if wanted.state is not None:
        conditions.append(_in_state(officer, wanted.state, today))
    return conditions


def _words(text: str) -> list[str]:
    """A word with marks is looked for as it is written; one without is found with any marks."""
    return unicodedata.normalize("NFC", text).lower().split()


def _in_state(officer: Officer | None, state: State, today: dt.date) -> ColumnElement[bool]:
    if state == "confirmed":
        return GuidanceEntry.confirmed_at.is_not(None)
    if state == "unconfirmed":
        return GuidanceEntry.confirmed_at.is_(None)
    if state == "has_draft":
        return _has_draft(GuidanceDraft.state.in_(OPEN))
    if state == "for_me":
        return _has_draft(_waits_for(officer))
    if state == "unverified":
        return _has_unverified_parts()
    if state == "ending":
        return _ends_soon(today)
    live = GuidanceVersion.withdrawn_at.is_(None)
    begun = GuidanceVersion.in_force_from <= today
    later = aliased(GuidanceVersion)
    replaced = exists().where(
        later.entry_id == GuidanceVersion.entry_id,
        later.withdrawn_at.is_(None),
        later.in_force_from <= today,
        later.in_force_from > GuidanceVersion.in_force_from,
    )
    lasts = [or_(last.is_(None), last >= today) for last in (GuidanceVersion.in_force_to, GuidanceVersion.last_day)]
    holds = and_(begun, *lasts, ~replaced)
    if state == "withdrawn":
        return ~_has_version(live)
    if state == "in_force":
        return _has_version(live, holds)
    coming = _has_version(live, ~begun)
    return and_(_has_version(live), ~_has_version(live, holds), coming if state == "not_yet" else ~coming)


def _ends_soon(today: dt.date) -> ColumnElement[bool]:
    """In force, with an end within 30 days, and no version that begins later."""
    later = aliased(GuidanceVersion)
    goes_on = exists().where(
        later.entry_id == GuidanceVersion.entry_id,
        later.withdrawn_at.is_(None),
        later.in_force_from > GuidanceVersion.in_force_from,
    )
    lasts = (GuidanceVersion.in_force_to, GuidanceVersion.last_day)
    ends = or_(*(last <= today + SOON for last in lasts))
    holds = [or_(last.is_(None), last >= today) for last in lasts]
    return _has_version(
        GuidanceVersion.withdrawn_at.is_(None), GuidanceVersion.in_force_from <= today, *holds, ends, ~goes_on
    )


def _has_version(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(GuidanceVersion.entry_id == GuidanceEntry.id, *conditions)


def _has_draft(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(GuidanceDraft.entry_id == GuidanceEntry.id, condition)


def _has_unverified_parts() -> ColumnElement[bool]:
    last = (
        select(func.max(GuidanceVersion.number))
        .where(GuidanceVersion.entry_id == GuidanceEntry.id, GuidanceVersion.is_earlier.is_(False))
        .correlate(GuidanceEntry)
        .scalar_subquery()
    )
    return _has_version(GuidanceVersion.number == last, GuidanceVersion.content["unverified"].as_string() != "[]")


def _versions(session: Session, ids: list[str]) -> dict[str, list[GuidanceVersion]]:
    """All versions of entries, the newest last: texts of earlier days come first, whenever they were loaded."""
    query = select(GuidanceVersion).where(GuidanceVersion.entry_id.in_(ids))
    found: dict[str, list[GuidanceVersion]] = {entry_id: [] for entry_id in ids}
    for version in session.scalars(query.order_by(GuidanceVersion.is_earlier.desc(), GuidanceVersion.number)):
        found[version.entry_id].append(version)
    return found
