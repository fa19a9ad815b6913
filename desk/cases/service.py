"""What happens to a case: it is opened, held, passed on, answered, resolved, opened again and closed.

Each act locks the case, checks that it is allowed, and adds an entry to the thread with its audit entry.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from desk.cases import case_words, entering, permissions, queries
from desk.cases.entering import add_entry
from desk.cases.model import OPEN_STATES, Case, CaseState, EntryKind, Reminded, Urgency
from desk.cases.promises.deadlines import Deadline
from desk.cases.thread import pending_draft
from desk.conversations.model import Conversation, Message
from desk.ids import new_id
from desk.people.model import Officer, Role
from desk.units.model import Unit
from desk.working_time.hours import local_day

#: For so long after it was resolved a case is opened again by its enterprise, as shipped; after that a new one goes on
#: from it. An administrator may set another time (Desk.reopened_within).
REOPENED_WITHIN = dt.timedelta(days=14)


@dataclass(frozen=True)
class Assignment:
    """Where a case belongs: the unit whose officers answer it and how that was found, and what the case is about."""

    unit: Unit
    found_by: str = "default"
    topic: str | None = None
    entry: str | None = None
    ministry: str | None = None


@dataclass(frozen=True)
class Opening:
    """What a case is opened with. ``fields``: enterprise_name, tax_code, contact, details; each may be missing."""

    urgency: Urgency
    assignment: Assignment
    deadline: Deadline
    fields: Mapping[str, str] = field(default_factory=dict)
    enterprise_id: int | None = None
    previous: Case | None = None


def open_case(
    session: Session, *, enquiry: Message, conversation: Conversation, opening: Opening, at: dt.datetime
) -> Case:
    """Open the case of an enquiry, with its first entry and its audit entry; the same case when it is open already."""
    existing = queries.of_enquiry(session, enquiry.id)
    if existing is not None:
        return existing
    person, fields, assignment = conversation.chat.person, opening.fields, opening.assignment
    # What was given for an enterprise that one acts for is not kept as one's own.
    own = ("contact",) if opening.enterprise_id is not None else ("enterprise_name", "tax_code", "contact")
    for name in own:
        if fields.get(name):
            setattr(person, name, fields[name])
    case = Case(
        key=new_id(),
        enquiry_id=enquiry.id,
        conversation=conversation,
        person_id=person.id,
        enterprise_id=opening.enterprise_id,
        language=conversation.language,
        question=enquiry.text,
        details=fields.get("details") or None,
        enterprise_name=fields.get("enterprise_name") or person.enterprise_name,
        tax_code=fields.get("tax_code") or person.tax_code,
        contact=fields.get("contact") or person.contact,
        urgency=opening.urgency,
        unit=assignment.unit,
        unit_found_by=assignment.found_by,
        topic=assignment.topic,
        entry=assignment.entry,
        ministry=assignment.ministry,
        opened_at=at,
        at_risk_at=opening.deadline.at_risk_at,
        due_at=opening.deadline.due_at,
        previous=opening.previous,
    )
    session.add(case)
    session.flush()
    case.number = f"{local_day(at).year}-{case.id:05d}"
    case_words.keep(session, case)
    add_entry(
        session, case, EntryKind.OPENED, None, at, detail={"unit": assignment.unit.code, "by": assignment.found_by}
    )
    return case


def claim(session: Session, case: Case, officer: Officer, at: dt.datetime) -> None:
    """Take a waiting case of one's unit; raises CaseRefused when another holds it, which the database decides."""
    entering.lock(session, case)
    permissions.must_be_open(case)
    permissions.must_work_on(case, officer)
    if case.holder_id == officer.id:
        return
    entering.begin_hold(session, case, officer, at)
    add_entry(session, case, EntryKind.CLAIMED, officer, at)


def take_over(session: Session, case: Case, head: Officer, at: dt.datetime) -> None:
    """A head of the unit takes a case from the officer who holds it; raises CaseRefused."""
    entering.lock(session, case)
    permissions.must_be_open(case)
    if not head.may(case.unit, Role.HEAD, Role.ADMINISTRATOR):
        raise permissions.CaseRefused("officer.only_head")
    if case.holder_id == head.id:
        return
    if case.holder_id is None:
        raise permissions.CaseRefused("officer.nobody_holds_it")
    entering.end_hold(session, case, at)
    entering.begin_hold(session, case, head, at)
    add_entry(session, case, EntryKind.TAKEN_OVER, head, at)


def give_back(session: Session, case: Case, officer: Officer, at: dt.datetime, reason: str = "") -> None:
    """Return a case that one holds to those that wait, with a reason where there is one; raises CaseRefused."""
    entering.lock(session, case)
    permissions.must_hold(case, officer)
    entering.end_hold(session, case, at)
    add_entry(session, case, EntryKind.RETURNED, officer, at, text=reason.strip() or None)


def return_untouched(session: Session, case: Case, at: dt.datetime) -> None:
    """The clock returns a case whose holder did nothing for too long; raises CaseRefused when nobody holds it."""
    entering.lock(session, case)
    permissions.must_be_open(case)
    if case.holder_id is None:
        raise permissions.CaseRefused("officer.nobody_holds_it")
    entering.end_hold(session, case, at)
    add_entry(session, case, EntryKind.RETURNED_UNTOUCHED, None, at, detail={"officer_id": case.holder_id})


def transfer(
    session: Session,
    case: Case,
    officer: Officer,
    to: Unit,
    reason: str,
    at: dt.datetime,
    *,
    colleague: Officer | None = None,
) -> None:
    """Pass a case on to another unit, or to a colleague who works there, with the reason; raises CaseRefused.

    Its holder may, and where nobody holds it whoever works in its unit. The due time stays: it is the enterprise's.
    """
    entering.lock(session, case)
    permissions.must_be_able_to_pass_on(case, officer)
    if not reason.strip():
        raise permissions.CaseRefused("officer.reason_missing")
    if not to.active or (colleague is None and to.id == case.unit_id):
        raise permissions.CaseRefused("officer.no_such_unit")
    if colleague is not None and (colleague.id == case.holder_id or not permissions.works_in(colleague, to)):
        raise permissions.CaseRefused("officer.no_such_colleague")
    if case.holder_id is not None:
        entering.end_hold(session, case, at)
    if colleague is not None:
        entering.begin_hold(session, case, colleague, at)
    detail: dict[str, Any] = {"from": case.unit.code, "to": to.code}
    if colleague is not None:
        detail |= {"officer_id": colleague.id, "officer": colleague.name}
    case.unit, case.unit_found_by = to, "transfer"
    add_entry(session, case, EntryKind.TRANSFERRED, officer, at, text=reason.strip(), detail=detail)


def move(session: Session, case: Case, to: Unit, reason: str, *, by: str, at: dt.datetime) -> None:
    """The administrator puts an open case into another unit's queue, because its own closes; its holder keeps it."""
    entering.lock(session, case)
    permissions.must_be_open(case)
    detail: dict[str, Any] = {"from": case.unit.code, "to": to.code}
    if case.holder is not None:
        detail |= {"officer_id": case.holder.id, "officer": case.holder.name}
    case.unit, case.unit_found_by = to, "transfer"
    add_entry(session, case, EntryKind.TRANSFERRED, None, at, text=reason, detail=detail, by=by)


def return_from(session: Session, officer: Officer, *, by: str, at: dt.datetime) -> list[Case]:
    """The administrator returns the cases of an officer who no longer works in their units; returns those cases."""
    returned = [case for case in queries.held_by(session, officer) if not permissions.works_in(officer, case.unit)]
    for case in returned:
        entering.lock(session, case)
        if case.holder_id == officer.id:
            entering.end_hold(session, case, at)
            add_entry(session, case, EntryKind.RETURNED, None, at, detail={"officer_id": officer.id}, by=by)
    return returned


def note(session: Session, case: Case, officer: Officer, text: str, at: dt.datetime) -> None:
    """Add an internal note, which the enterprise never sees; raises CaseRefused."""
    entering.lock(session, case)
    permissions.must_work_on(case, officer)
    if not text.strip():
        raise permissions.CaseRefused("officer.empty_note")
    add_entry(session, case, EntryKind.NOTED, officer, at, text=text.strip())


def draft(
    session: Session,
    case: Case,
    officer: Officer,
    text: str,
    at: dt.datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """The holder puts a reply before the head for a second signature; raises CaseRefused."""
    entering.lock(session, case)
    permissions.must_hold(case, officer)
    if pending_draft(case.entries) is not None:
        add_entry(session, case, EntryKind.DRAFT_WITHDRAWN, officer, at)
    add_entry(session, case, EntryKind.DRAFTED, officer, at, text=text, detail=detail)


def return_draft(session: Session, case: Case, head: Officer, reason: str, at: dt.datetime) -> None:
    """The head sends a draft back to its officer with the reason; raises CaseRefused."""
    entering.lock(session, case)
    permissions.must_judge(case, head)
    if not reason.strip():
        raise permissions.CaseRefused("officer.reason_missing")
    add_entry(session, case, EntryKind.DRAFT_RETURNED, head, at, text=reason.strip())


def reply(
    session: Session,
    case: Case,
    officer: Officer,
    text: str,
    message: Message,
    at: dt.datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Enter the reply that ``message`` carries to the person; raises CaseRefused unless the officer holds the case."""
    entering.lock(session, case)
    permissions.must_hold(case, officer)
    case.paused_at = None
    add_entry(session, case, EntryKind.REPLIED, officer, at, text=text, message_order=message.order_no, detail=detail)


def reply_signed(session: Session, case: Case, head: Officer, message: Message, at: dt.datetime) -> None:
    """The head signs the draft, which ``message`` carries to the person; raises CaseRefused."""
    entering.lock(session, case)
    drafted = permissions.must_sign(case, head)
    case.paused_at = None
    detail = {**(drafted.detail or {}), "drafted_by": drafted.officer_id}
    add_entry(
        session, case, EntryKind.REPLIED, head, at, text=drafted.text, message_order=message.order_no, detail=detail
    )


def ask(session: Session, case: Case, officer: Officer, text: str, message: Message, at: dt.datetime) -> None:
    """Enter the holder's question to the person; the time stands still until the answer. Raises CaseRefused."""
    entering.lock(session, case)
    permissions.must_hold(case, officer)
    case.paused_at = case.paused_at or at
    add_entry(session, case, EntryKind.ASKED, officer, at, text=text, message_order=message.order_no)


def resolve(session: Session, case: Case, officer: Officer, at: dt.datetime) -> None:
    """Close the matter; only the holder can, and only after an answer. Raises CaseRefused."""
    entering.lock(session, case)
    permissions.must_hold(case, officer)
    if case.state != CaseState.ANSWERED:
        raise permissions.CaseRefused("officer.answer_first")
    entering.end_hold(session, case, at)
    case.resolved_at = at
    add_entry(session, case, EntryKind.RESOLVED, officer, at)


def resolve_as_spam(session: Session, case: Case, officer: Officer, reason: str, at: dt.datetime) -> None:
    """Put a case away that asks nothing; only the holder can, and only before anybody replied. Raises CaseRefused.

    Who has replied took it for a matter, and is rated for it.
    """
    entering.lock(session, case)
    permissions.must_be_possible_spam(case, officer)
    if not reason.strip():
        raise permissions.CaseRefused("officer.reason_missing")
    entering.end_hold(session, case, at)
    case.resolved_at, case.paused_at = at, None
    detail = {"spam": reason.strip()}
    add_entry(session, case, EntryKind.RESOLVED, officer, at, detail=detail, as_="resolved_as_spam")


def person_wrote(
    session: Session, case: Case, message: Message, at: dt.datetime, deadline: Deadline | None = None
) -> None:
    """Add what the person wrote to the thread of their open case; raises CaseRefused.

    ``deadline`` is the new one where the words end a pause or follow an answer; else the old one stays.
    """
    entering.lock(session, case)
    permissions.must_be_open(case)
    if deadline is not None:
        entering.set_deadline(case, deadline)
    add_entry(session, case, EntryKind.PERSON_WROTE, None, at, text=message.text, message_order=message.order_no)


def reopen(
    session: Session,
    case: Case,
    deadline: Deadline,
    at: dt.datetime,
    within: dt.timedelta = REOPENED_WITHIN,
    *,
    head: Officer | None = None,
) -> None:
    """A resolved case waits again; raises CaseRefused after ``within``.

    The person finds it not settled, or the ``head`` finds that what was put away as spam is a matter.
    """
    entering.lock(session, case)
    if not can_be_reopened(case, at, within):
        raise permissions.CaseRefused("case.reopened_too_late" if case.state not in OPEN_STATES else "case.is_open")
    case.resolved_at = None
    entering.set_deadline(case, deadline)
    add_entry(session, case, EntryKind.REOPENED, head, at)


def close(session: Session, case: Case, at: dt.datetime, within: dt.timedelta = REOPENED_WITHIN) -> None:
    """The clock closes a resolved case for good once it can no longer be opened again; raises CaseRefused."""
    entering.lock(session, case)
    if case.state != CaseState.RESOLVED or can_be_reopened(case, at, within):
        raise permissions.CaseRefused("case.is_open")
    add_entry(session, case, EntryKind.CLOSED, None, at)


def can_be_reopened(case: Case, at: dt.datetime, within: dt.timedelta = REOPENED_WITHIN) -> bool:
    """Whether the case was resolved no longer than ``within`` ago."""
    resolved_at = case.resolved_at
    return case.state == CaseState.RESOLVED and resolved_at is not None and at < resolved_at + within


def remind(session: Session, case: Case, level: Reminded, at: dt.datetime, *, told: int = 0) -> bool:
    """Note that this level was reminded, in ``told`` chats, once for each due time; False when it was before."""
    entering.lock(session, case)
    levels = list(Reminded)
    waits = case.state in (CaseState.WAITING, CaseState.CLAIMED)
    if not waits or levels.index(case.reminded) >= levels.index(level):
        return False
    case.reminded = level
    detail = {"level": level.value, "due_at": case.due_at.isoformat(), "told": told}
    add_entry(session, case, EntryKind.REMINDED, None, at, detail=detail)
    return True


def delay_told(session: Session, case: Case, message: Message, at: dt.datetime) -> None:
    """Note that the person was told that the promise could not be kept."""
    detail = {"due_at": case.due_at.isoformat()}
    add_entry(session, case, EntryKind.DELAY_TOLD, None, at, message_order=message.order_no, detail=detail)
