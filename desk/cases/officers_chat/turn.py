"""Who acts in an officer's chat, and on which case: what anybody else may not do or see is said politely."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.cases import permissions
from desk.cases.model import Case
from desk.people.model import Officer

if TYPE_CHECKING:
    from desk.conversations.turn import Turn


def officer_of(turn: Turn) -> Officer | None:
    """The linked officer; anybody else who got hold of an officer's button or command is told so."""
    if turn.officer is None:
        turn.say_text("officer.only_officers")
    return turn.officer


def seen_case(turn: Turn, case_id: str) -> Case | None:
    """The case, for an officer who may see it; a button may be older than a transfer to another unit."""
    officer = officer_of(turn)
    if officer is None:
        return None
    case = turn.session.get_one(Case, int(case_id))
    if not permissions.may_work_on(case, officer):
        turn.say_text("officer.not_your_unit", number=case.number)
        return None
    return case
