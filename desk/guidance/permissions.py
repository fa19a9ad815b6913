"""Who may write guidance and who may decide about it: an entry belongs to no unit, so the department's roles decide."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from desk.guidance.model import DraftState, GuidanceDraft
from desk.people.model import Officer, Role
from desk.units import service as units

#: Roles that write drafts, wherever they are held.
WRITERS = (Role.CURATOR, Role.ADMINISTRATOR)
#: States in which an approver has a say: it waits for one, or for its moment.
JUDGED = (DraftState.IN_REVIEW, DraftState.SCHEDULED)
#: Roles that approve what another wrote; only where they are held in the department.
APPROVERS = (Role.CURATOR, Role.HEAD, Role.ADMINISTRATOR)


class GuidanceRefused(Exception):
    """The act is not possible now, or not to this officer; ``reason`` names a text with these ``values``."""

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.values = values


def must_write(officer: Officer) -> None:
    if not may_write(officer):
        raise GuidanceRefused("drafting.refused.not_a_curator")


def may_write(officer: Officer) -> bool:
    return officer.has_any(*WRITERS)


def must_speak_for_the_department(session: Session, officer: Officer) -> None:
    """Raise GuidanceRefused unless the officer may say what this authority's guidance is, without a second person."""
    if not may_speak_for_the_department(session, officer):
        raise GuidanceRefused("drafting.refused.only_department")


def may_speak_for_the_department(session: Session, officer: Officer) -> bool:
    return officer.may(units.department(session), *WRITERS)


def must_be_author(draft: GuidanceDraft, officer: Officer) -> None:
    must_write(officer)
    if draft.author_id != officer.id:
        raise GuidanceRefused("drafting.refused.held_by_another", name=draft.author.name)


def must_judge(
    session: Session, draft: GuidanceDraft, officer: Officer, *, states: Collection[str] = (DraftState.IN_REVIEW,)
) -> None:
    """Raise GuidanceRefused unless the officer may approve or return the draft that waits in one of these states.

    Whoever wrote it, or wrote in it last, does not approve it: two people answer for what is published.
    """
    if draft.state not in states:
        raise GuidanceRefused("drafting.refused.not_in_review")
    if officer.id in (draft.author_id, draft.editor_id):
        raise GuidanceRefused("drafting.refused.own_draft")
    if not officer.may(units.department(session), *APPROVERS):
        raise GuidanceRefused("drafting.refused.only_department")


def may_judge(
    session: Session, draft: GuidanceDraft, officer: Officer, *, states: Collection[str] = (DraftState.IN_REVIEW,)
) -> bool:
    try:
        must_judge(session, draft, officer, states=states)
    except GuidanceRefused:
        return False
    return True
