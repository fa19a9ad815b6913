"""Cases: opening one for what could not be answered, and what officers and the person do with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import yaml
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.cases.model import Case, CaseEntry, CaseHold, CaseState, EntryKind, Urgency
from desk.conversations.model import Conversation, Message
from desk.ids import new_id
from desk.people.model import Officer
from desk.working_time.hours import local_day


class CaseRefused(Exception):
    """The act is not possible in the case's present state; ``reason`` names a text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_due_hours(path: Path) -> dict[Urgency, int]:
    """Elapsed hours until a case is due, by urgency, from content/cases.yml."""
    hours = yaml.safe_load(path.read_text(encoding="utf-8"))["due_hours"]
    return {urgency: int(hours[urgency.value]) for urgency in Urgency}


def open_case(
    session: Session,
    *,
    enquiry: Message,
    conversation: Conversation,
    fields: Mapping[str, str],
    due_hours: Mapping[Urgency, int],
    at: dt.datetime,
) -> Case:
    """Open the case of an enquiry, with its first entry and its audit entry; the same case when it is open already.

    ``fields``: enterprise_name, tax_code, contact, urgency, details; each may be missing or empty.
    """
    existing = of_enquiry(session, enquiry.id)
    if existing is not None:
        return existing
    person = conversation.chat.person
    urgency = Urgency(fields.get("urgency") or Urgency.NORMAL)
    for name in ("enterprise_name", "tax_code", "contact"):
        if fields.get(name):
            setattr(person, name, fields[name])
    case = Case(
        key=new_id(),
        enquiry_id=enquiry.id,
        conversation_id=conversation.id,
        person_id=person.id,
        language=conversation.language,
        question=enquiry.text,
        details=fields.get("details") or None,
        enterprise_name=fields.get("enterprise_name") or person.enterprise_name,
        tax_code=fields.get("tax_code") or person.tax_code,
        contact=fields.get("contact") or person.contact,
        urgency=urgency.value,
        opened_at=at,
        due_at=at + dt.timedelta(hours=due_hours[urgency]),
    )
    session.add(case)
    session.flush()
    case.number = f"{local_day(at).year}-{case.id:05d}"
    case.entries.append(CaseEntry(kind=EntryKind.OPENED.value, at=at))
    record_act(session, actor="person", act="case.opened", subject=case.number, at=at)
    session.flush()
    return case


def claim(session: Session, case: Case, officer: Officer, at: dt.datetime) -> None:
    """Take a waiting case; raises CaseRefused when another officer holds it, which the database decides."""
    _must_be_open(case)
    if case.holder is not None and case.holder.id == officer.id:
        return
    try:
        with session.begin_nested():
            session.add(CaseHold(case_id=case.id, officer_id=officer.id, began_at=at))
    except IntegrityError as lost:
        raise CaseRefused("officer.held_by_another") from lost
    _add(session, case, EntryKind.CLAIMED, officer, at)


def give_back(session: Session, case: Case, officer: Officer, at: dt.datetime) -> None:
    """Return a claimed case to those that wait; raises CaseRefused."""
    must_hold(case, officer)
    _end_hold(session, case, at)
    _add(session, case, EntryKind.RETURNED, officer, at)


def reply(session: Session, case: Case, officer: Officer, text: str, message: Message, at: dt.datetime) -> None:
    """Enter the holder's reply, which ``message`` carries to the person; raises CaseRefused."""
    must_hold(case, officer)
    _add(session, case, EntryKind.REPLIED, officer, at, text=text, message_order=message.order_no)


def resolve(session: Session, case: Case, officer: Officer, at: dt.datetime) -> None:
    """Close the matter; only the holder can, and only after an answer. Raises CaseRefused."""
    must_hold(case, officer)
    if case.state is not CaseState.ANSWERED:
        raise CaseRefused("officer.answer_first")
    _end_hold(session, case, at)
    _add(session, case, EntryKind.RESOLVED, officer, at)


def person_wrote(session: Session, case: Case, message: Message, at: dt.datetime) -> None:
    """Add what the person wrote to the thread of their open case; raises CaseRefused."""
    _must_be_open(case)
    _add(session, case, EntryKind.PERSON_WROTE, None, at, text=message.text, message_order=message.order_no)


def of_enquiry(session: Session, enquiry_id: str) -> Case | None:
    """The case that the enquiry opened."""
    return session.scalar(select(Case).where(Case.enquiry_id == enquiry_id))


def by_number(session: Session, number: str) -> Case | None:
    return session.scalar(select(Case).where(Case.number == number.strip()))


def by_key(session: Session, key: str) -> Case | None:
    """The case of a private link."""
    return session.scalar(select(Case).where(Case.key == key))


def of_person(session: Session, person_id: str, limit: int = 10) -> list[Case]:
    """A person's cases, newest first."""
    return list(session.scalars(select(Case).where(Case.person_id == person_id).order_by(Case.id.desc()).limit(limit)))


def open_of_chat(session: Session, chat_id: str) -> Case | None:
    """The newest case of a chat that is not resolved."""
    cases = session.scalars(
        select(Case)
        .join(Conversation, Conversation.id == Case.conversation_id)
        .where(Conversation.chat_id == chat_id)
        .order_by(Case.id.desc())
    )
    return next((case for case in cases if case.state is not CaseState.RESOLVED), None)


def in_state(session: Session, *states: CaseState) -> list[Case]:
    """All cases in these states, the one that is due first at the top."""
    cases = session.scalars(select(Case).order_by(Case.due_at, Case.id))
    return [case for case in cases if case.state in states]


def _must_be_open(case: Case) -> None:
    if case.state is CaseState.RESOLVED:
        raise CaseRefused("officer.resolved_already")


def must_hold(case: Case, officer: Officer) -> None:
    """Raise CaseRefused unless the officer holds the open case."""
    _must_be_open(case)
    if case.holder is None or case.holder.id != officer.id:
        raise CaseRefused("officer.claim_first")


def _end_hold(session: Session, case: Case, at: dt.datetime) -> None:
    session.execute(
        update(CaseHold).where(CaseHold.case_id == case.id, CaseHold.ended_at.is_(None)).values(ended_at=at)
    )


def _add(
    session: Session,
    case: Case,
    kind: EntryKind,
    officer: Officer | None,
    at: dt.datetime,
    *,
    text: str | None = None,
    message_order: int | None = None,
) -> None:
    case.entries.append(CaseEntry(kind=kind.value, officer=officer, text=text, message_order=message_order, at=at))
    actor = officer.actor if officer else "person"
    record_act(session, actor=actor, act=f"case.{kind.value}", subject=cast(str, case.number), at=at)
    session.flush()
