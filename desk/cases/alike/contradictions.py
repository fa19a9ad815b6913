"""Two answers to the same question that contradict each other: put before headquarters, and settled by a ruling."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.cases import permissions
from desk.cases.model import Case, Contradiction, EntryKind
from desk.cases.officers.notices import say_in_chat
from desk.desk import Desk
from desk.guidance.record import Language
from desk.people.model import Officer, OfficerLink, Role
from desk.people.service import chats_on_duty
from desk.speech import Block, Utterance
from desk.units import service as units

#: Who settles contradictions, where they hold the role in the department.
SETTLING_ROLES = (Role.HEAD, Role.CURATOR, Role.ADMINISTRATOR)
#: Who is told in the department that one was found.
_TOLD_ROLES = (Role.OFFICER, Role.HEAD, Role.CURATOR, Role.ADMINISTRATOR)
#: The longest note and the longest ruling, in characters.
LENGTH = 2_000


@dataclass(frozen=True)
class SetBeside:
    """One contradiction with its two cases; ``said_by`` and ``settled_by`` are names of officers."""

    contradiction: Contradiction
    case: Case
    other: Case
    said_by: str
    settled_by: str | None


def say(desk: Desk, session: Session, case: Case, other: Case, officer: Officer, note: str) -> Contradiction:
    """Put the contradiction between a case and another's answer before headquarters, once; raises CaseRefused."""
    permissions.must_work_on(case, officer)
    note = note.strip()
    if not note:
        raise permissions.CaseRefused("alike.note_missing")
    if len(note) > LENGTH:
        raise permissions.CaseRefused("alike.note_too_long")
    if other.id == case.id or last_answer(other) is None:
        raise permissions.CaseRefused("alike.nothing_to_contradict")
    _lock_pair(session, case, other)
    if any(not row.settled_at for row in _between(session, case, other)):
        raise permissions.CaseRefused("alike.contradiction_known")
    found = Contradiction(case_id=case.id, other_case_id=other.id, note=note, said_by=officer.id, at=desk.now())
    session.add(found)
    session.flush()
    detail = {"contradiction": found.id, "with": other.number}
    record_act(
        session, actor=officer.actor, act="contradiction.said", subject=str(case.number), detail=detail, at=desk.now()
    )
    _tell_headquarters(desk, session, case, other, note)
    return found


def settle(desk: Desk, session: Session, contradiction_id: int, officer: Officer, ruling: str) -> None:
    """Rule which answer holds, once, and tell the officers of both units; raises CaseRefused."""
    if not may_settle(session, officer):
        raise permissions.CaseRefused("alike.only_headquarters")
    ruling = ruling.strip()
    if not ruling:
        raise permissions.CaseRefused("alike.ruling_missing")
    if len(ruling) > LENGTH:
        raise permissions.CaseRefused("alike.note_too_long")
    settled = session.scalar(
        update(Contradiction)
        .where(Contradiction.id == contradiction_id, Contradiction.settled_at.is_(None))
        .values(settled_by=officer.id, settled_at=desk.now(), ruling=ruling)
        .returning(Contradiction.id)
    )
    if settled is None:
        raise permissions.CaseRefused("alike.settled_already")
    found = session.get_one(Contradiction, contradiction_id, populate_existing=True)
    case, other = session.get_one(Case, found.case_id), session.get_one(Case, found.other_case_id)
    for one, another in ((case, other), (other, case)):
        record_act(
            session,
            actor=officer.actor,
            act="contradiction.settled",
            subject=str(one.number),
            detail={"contradiction": found.id, "with": another.number},
            at=desk.now(),
        )
    _tell_units(desk, session, found, case, other, ruling)


def may_settle(session: Session, officer: Officer) -> bool:
    return officer.active and officer.may(units.department(session), *SETTLING_ROLES)


def of_case(session: Session, case: Case) -> list[SetBeside]:
    """The contradictions that a case is part of, the newest first."""
    rows = session.scalars(
        select(Contradiction)
        .where(or_(Contradiction.case_id == case.id, Contradiction.other_case_id == case.id))
        .order_by(Contradiction.id.desc())
    )
    return [_set_beside(session, row) for row in rows]


def seen_by(session: Session, officer: Officer, limit: int = 100) -> list[SetBeside]:
    """What waits for a ruling, the oldest first, then what was settled, the newest first; the officer's units' own.

    Who settles sees all.
    """
    settled = Contradiction.settled_at.is_not(None)
    waiting = session.scalars(select(Contradiction).where(~settled).order_by(Contradiction.id).limit(limit))
    done = session.scalars(select(Contradiction).where(settled).order_by(Contradiction.settled_at.desc()).limit(limit))
    found = [_set_beside(session, row) for row in (*waiting, *done)]
    if may_settle(session, officer):
        return found
    roles = (*permissions.CASE_ROLES, Role.CURATOR)
    return [one for one in found if officer.may(one.case.unit, *roles) or officer.may(one.other.unit, *roles)]


def last_answer(case: Case) -> str | None:
    """The last reply that was sent in the case."""
    return next((entry.text for entry in reversed(case.entries) if entry.kind == EntryKind.REPLIED), None)


def _between(session: Session, case: Case, other: Case) -> list[Contradiction]:
    pair = (case.id, other.id)
    query = select(Contradiction).where(Contradiction.case_id.in_(pair), Contradiction.other_case_id.in_(pair))
    return list(session.scalars(query))


def _lock_pair(session: Session, case: Case, other: Case) -> None:
    """Two officers who say the same at once are taken one after the other."""
    session.execute(select(Case.id).where(Case.id.in_((case.id, other.id))).order_by(Case.id).with_for_update())


def _set_beside(session: Session, row: Contradiction) -> SetBeside:
    settled_by = session.get_one(Officer, row.settled_by).name if row.settled_by is not None else None
    case, other = session.get_one(Case, row.case_id), session.get_one(Case, row.other_case_id)
    return SetBeside(row, case, other, session.get_one(Officer, row.said_by).name, settled_by)


def _tell_headquarters(desk: Desk, session: Session, case: Case, other: Case, note: str) -> None:
    for chat_id in chats_on_duty(session, units.department(session), _TOLD_ROLES):
        _tell(desk, session, chat_id, "alike.contradiction_said", "alike.contradiction_note", case, other, note)


def _tell_units(desk: Desk, session: Session, found: Contradiction, case: Case, other: Case, ruling: str) -> None:
    """The officers of both units who are on duty, and those who hold the cases or said it, on duty or not."""
    chats = [chat for one in (case, other) for chat in chats_on_duty(session, one.unit, permissions.CASE_ROLES)]
    for officer_id in (case.holder_id, other.holder_id, found.said_by):
        link = session.get(OfficerLink, officer_id) if officer_id is not None else None
        if link is not None and link.officer.active:
            chats.append(link.chat_id)
    for chat_id in dict.fromkeys(chats):
        _tell(desk, session, chat_id, "alike.contradiction_settled", "alike.ruling", case, other, ruling)


def _tell(
    desk: Desk, session: Session, chat_id: str, heading: str, label: str, case: Case, other: Case, text: str
) -> None:
    def told(language: Language) -> Utterance:
        say_ = desk.texts.say
        sides = [
            Block("field", f"{one.number} ({one.unit.name(language)})", label=say_(name, language))
            for one, name in ((case, "alike.first_case"), (other, "alike.second_case"))
        ]
        words = Block("field", text, label=say_(label, language))
        return Utterance((Block("title", say_(heading, language)), *sides, words))

    say_in_chat(desk, session, chat_id, None, told)
