"""Reading the audit: who did what, chosen by person, act, subject and time, and only as far as the reader may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from desk.audit.model import AuditEntry
from desk.cases.model import Case
from desk.paging import Page, page_of
from desk.people import administration
from desk.people.model import Appointment, Officer, Role
from desk.store import Store
from desk.units.model import Unit
from desk.working_time.hours import begin_of

#: Who acts beside officers, as record_act has them.
OTHERS = ("person", "clock", "operator", "content")
#: Roles that read the audit of their units.
READING_ROLES = (Role.HEAD, Role.MANAGER, Role.ADMINISTRATOR)
#: Rows of an export that are read at once, with no transaction open between.
AT_ONCE = 500

_OFFICER = "officer:"


@dataclass(frozen=True)
class Chosen:
    """What is looked for; what is empty chooses all.

    ``kind``: ``officer`` or one of OTHERS. ``who``: part of an officer's user name or name. ``act``: an act, or a
    family of them with its dot (``case.``). ``subject``: part of what it was about. Days are those of Viet Nam, both
    included.
    """

    kind: str = ""
    who: str = ""
    act: str = ""
    subject: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    @property
    def is_filtered(self) -> bool:
        return self != Chosen()


def listed(
    session: Session,
    reader: Officer | None,
    chosen: Chosen,
    *,
    limit: int,
    after: str | None = None,
    before: str | None = None,
) -> Page[AuditEntry]:
    """A page of entries, the newest first; ``reader`` None is the operator, who sees all. Raises BadCursor."""
    return page_of(
        session,
        _query(reader, chosen),
        [AuditEntry.at, AuditEntry.id],
        key=lambda entry: (entry.at, entry.id),
        limit=limit,
        descending=True,
        after=after,
        before=before,
    )


def all_of(store: Store, reader: Officer | None, chosen: Chosen, *, at_most: int) -> Iterator[AuditEntry]:
    """The chosen entries, the newest first, read some at a time, so that neither store nor memory is held by many."""
    after: str | None = None
    left = at_most
    while left > 0:
        with store.reading() as session:
            found = listed(session, reader, chosen, limit=min(AT_ONCE, left), after=after)
        yield from found.rows
        left -= len(found.rows)
        after = found.after
        if after is None:
            return


def sees_all(officer: Officer) -> bool:
    """Whether nothing is kept from the officer, who administers the whole authority."""
    return administration.of_department(officer)


def seen_by(officer: Officer) -> ColumnElement[bool] | None:
    """What a reader may see; None where that is all.

    An administrator of the authority sees everything. Heads, managers and administrators of units see what officers
    who are appointed in their units did, and what was done with the cases that lie in their units now. What the
    clock, the operator and the content did elsewhere is nobody's unit, and so the administrator's.
    """
    if sees_all(officer):
        return None
    paths = {held.unit.path for held in officer.appointments if held.role in READING_ROLES}
    within = or_(*(Unit.path.startswith(path) for path in sorted(paths))) if paths else literal(value=False)
    units = select(Unit.id).where(within)
    own = select(literal(_OFFICER).concat(Officer.username)).where(
        Officer.id.in_(select(Appointment.officer_id).where(Appointment.unit_id.in_(units)))
    )
    return or_(AuditEntry.actor.in_(own), AuditEntry.subject.in_(select(Case.number).where(Case.unit_id.in_(units))))


def _query(reader: Officer | None, chosen: Chosen) -> Select[AuditEntry]:
    scope = seen_by(reader) if reader is not None else None
    conditions = [condition for condition in (scope, *_conditions(chosen)) if condition is not None]
    return select(AuditEntry).where(*conditions)


def _conditions(chosen: Chosen) -> Iterator[ColumnElement[bool] | None]:
    yield _by(chosen.kind)
    if chosen.who:
        named = or_(
            Officer.username.contains(chosen.who.lower(), autoescape=True),
            func.lower(Officer.name).contains(chosen.who.lower(), autoescape=True),
            Officer.name.contains(chosen.who, autoescape=True),
        )
        yield AuditEntry.actor.in_(select(literal(_OFFICER).concat(Officer.username)).where(named))
    if chosen.act.endswith("."):
        yield _begins(AuditEntry.act, chosen.act)
    elif chosen.act:
        yield AuditEntry.act == chosen.act
    if chosen.subject:
        yield AuditEntry.subject.icontains(chosen.subject, autoescape=True)
    if chosen.since:
        yield AuditEntry.at >= begin_of(chosen.since)
    if chosen.until:
        yield AuditEntry.at < begin_of(chosen.until + dt.timedelta(days=1))


def _by(kind: str) -> ColumnElement[bool] | None:
    if kind == "officer":
        return _begins(AuditEntry.actor, _OFFICER)
    return AuditEntry.actor == kind if kind else None


def _begins(column: InstrumentedAttribute[str], prefix: str) -> ColumnElement[bool]:
    """Whether a column begins so. No index answers this: the list is read in its order until a page is full."""
    return func.substr(column, 1, len(prefix)) == prefix
