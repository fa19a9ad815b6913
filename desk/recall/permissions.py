"""Who may correct what people were told: one plans and words it, another with a role in the department lets it go."""

from __future__ import annotations

from sqlalchemy.orm import Session

from desk.guidance.permissions import APPROVERS, WRITERS
from desk.people.model import Officer
from desk.recall.model import Recall, RecallState
from desk.units import service as units


class RecallRefused(Exception):
    """The act is not possible now, or not to this officer; ``reason`` names a text that ``values`` fill.

    ``field`` is the field of the form that it is about; empty for the whole.
    """

    def __init__(self, reason: str, field: str = "", **values: object) -> None:
        super().__init__(reason)
        self.reason, self.field, self.values = reason, field, values


def may_plan(officer: Officer) -> bool:
    return officer.has_any(*WRITERS)


def must_plan(officer: Officer) -> None:
    if not may_plan(officer):
        raise RecallRefused("recall.refused.not_a_curator")


def may_start(session: Session, recall: Recall, officer: Officer) -> bool:
    """Whether the officer may let it go: with a role in the department, and no hand in its plan or its words."""
    is_own = officer.id in (recall.planned_by_id, recall.edited_by_id)
    return recall.state == RecallState.PLANNED and not is_own and _approves(session, officer)


def must_start(session: Session, recall: Recall, officer: Officer) -> None:
    if not _approves(session, officer):
        raise RecallRefused("recall.refused.only_department")
    if officer.id in (recall.planned_by_id, recall.edited_by_id):
        raise RecallRefused("recall.refused.own_plan")


def may_hold(session: Session, officer: Officer) -> bool:
    """Whether the officer may pause or stop one: that takes no second person, for it may be urgent."""
    return may_plan(officer) or _approves(session, officer)


def must_hold(session: Session, officer: Officer) -> None:
    if not may_hold(session, officer):
        raise RecallRefused("recall.refused.only_department")


def may_resume(session: Session, officer: Officer) -> bool:
    return _approves(session, officer)


def must_resume(session: Session, officer: Officer) -> None:
    if not may_resume(session, officer):
        raise RecallRefused("recall.refused.only_department")


def _approves(session: Session, officer: Officer) -> bool:
    return officer.may(units.department(session), *APPROVERS)
