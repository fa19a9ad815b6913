"""What a case page shows beside a case: open cases that ask the same, others' answers, and rulings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from desk.cases.alike import contradictions
from desk.cases.alike import search as alike
from desk.cases.alike.contradictions import SetBeside
from desk.cases.alike.search import Alike
from desk.cases.model import OPEN_STATES, Case
from desk.desk import Desk
from desk.guidance.record import Language


@dataclass(frozen=True)
class Side:
    """One of two cases that were answered differently, without what tells the enterprise."""

    number: str
    unit: str
    language: str
    question: str
    answer: str | None


@dataclass(frozen=True)
class ShownContradiction:
    """Two answers side by side, what an officer said about them, and the ruling where there is one."""

    id: int
    sides: tuple[Side, Side]
    note: str
    said_by: str
    at: dt.datetime
    ruling: str | None
    settled_by: str | None
    settled_at: dt.datetime | None


@dataclass(frozen=True)
class Beside:
    """Everything that is shown beside a case."""

    alike: Alike
    contradictions: tuple[ShownContradiction, ...]


def beside(desk: Desk, case_id: int, officer_id: int, language: Language) -> Beside:
    """What to show beside a case; looks for the like, so that no transaction may be open. A settled case has none."""
    with desk.store.reading() as session:
        case = session.get_one(Case, case_id)
        is_open = case.state in OPEN_STATES
        said = tuple(shown(desk, session, found, language) for found in contradictions.of_case(session, case))
    found = alike.find(desk, case_id, officer_id, language) if is_open else Alike()
    return Beside(found, said)


def shown(desk: Desk, session: Session, found: SetBeside, language: Language) -> ShownContradiction:
    row = found.contradiction
    return ShownContradiction(
        id=row.id,
        sides=(side(desk, session, found.case, language), side(desk, session, found.other, language)),
        note=row.note,
        said_by=found.said_by,
        at=row.at,
        ruling=row.ruling,
        settled_by=found.settled_by,
        settled_at=row.settled_at,
    )


def side(desk: Desk, session: Session, case: Case, language: Language) -> Side:
    answer = contradictions.last_answer(case)
    question = " ".join(part for part in (case.question, case.details) if part)
    return Side(
        number=str(case.number),
        unit=case.unit.name(language),
        language=case.language,
        question=alike.without_enterprise(desk, session, case, question, language),
        answer=alike.without_enterprise(desk, session, case, answer, language) if answer is not None else None,
    )
