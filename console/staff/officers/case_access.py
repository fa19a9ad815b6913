"""The cases that a page of the staff speaks of: what an officer may not see is not there."""

from __future__ import annotations

from litestar.exceptions import NotFoundException
from sqlalchemy.orm import Session

from desk.cases import permissions, queries
from desk.cases.model import Case
from desk.people.model import Officer


def seen_case(session: Session, number: str, officer: Officer) -> Case:
    """The case; one of another unit is not found, not even for reading."""
    case = known_case(session, number)
    if not permissions.may_work_on(case, officer):
        raise NotFoundException
    return case


def known_case(session: Session, number: str) -> Case:
    """Any unit's case, for pages that show only what is masked of it."""
    case = queries.by_number(session, number)
    if case is None:
        raise NotFoundException
    return case
