"""What can be done with a case on its page beside reply and resolve: the forms, and what stands in their lists."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from desk.cases import permissions
from desk.cases.model import OPEN_STATES, Case
from desk.cases.officers import draft_files, possible_acts, quotes
from desk.cases.officers.quotes import Quote
from desk.cases.thread import pending_draft, wrote_since
from desk.desk import Desk
from desk.gaps import from_replies
from desk.guidance.record import Language
from desk.people import service as people
from desk.people.model import Officer
from desk.units import choosing

#: What the page says after one of these acts, by the text ``page.desk.done_<name>``.
DONE = (
    "returned",
    "transferred",
    "taken_over",
    "noted",
    "asked",
    "drafted",
    "signed",
    "draft_returned",
    "guidance_proposed",
    "spam",
    "reopened",
)
#: At most so many colleagues are proposed while a user name is typed.
COLLEAGUES = 200


@dataclass(frozen=True)
class UnitChoice:
    """A unit in the list of a transfer, with its depth in the tree."""

    code: str
    name: str
    depth: int


@dataclass(frozen=True)
class PendingDraft:
    """The reply that waits for its second signature, and what this officer may do with it; ``files``: id and name."""

    entry_id: int
    text: str
    files: list[tuple[str, str]]
    by: str
    at: dt.datetime
    may_judge: bool
    is_older: bool
    is_mine: bool


@dataclass(frozen=True)
class CaseForms:
    """Which forms the page has, and what they offer."""

    unit: str
    unit_code: str
    is_holder: bool
    may_work: bool
    may_transfer: bool
    may_take_over: bool
    needs_signature: bool
    draft: PendingDraft | None
    units: list[UnitChoice]
    colleagues: list[tuple[str, str]]
    quotes: list[Quote]
    may_draft_guidance: bool
    may_be_spam: bool
    may_reopen: bool


def forms_of(desk: Desk, session: Session, case: Case, officer: Officer, language: Language) -> CaseForms:
    """The forms that the case's state gives this officer."""
    is_holder = case.holder_id == officer.id and case.state in OPEN_STATES
    may_transfer = possible_acts.may_pass_on(case, officer)
    return CaseForms(
        unit=case.unit.name(language),
        unit_code=case.unit.code,
        is_holder=is_holder,
        may_work=permissions.may_work_on(case, officer),
        may_transfer=may_transfer,
        may_take_over=possible_acts.may_take_over(case, officer),
        needs_signature=desk.rules.signed_topics.include(case),
        draft=_draft(session, case, officer),
        units=_units(session, language) if may_transfer else [],
        colleagues=_colleagues(session, case, officer) if may_transfer else [],
        quotes=quotes.offered(desk, session, case) if is_holder else [],
        may_draft_guidance=permissions.may_work_on(case, officer) and from_replies.last_reply(case) is not None,
        may_be_spam=possible_acts.may_be_spam(case, officer),
        may_reopen=possible_acts.may_reopen(case, officer),
    )


def _draft(session: Session, case: Case, officer: Officer) -> PendingDraft | None:
    drafted = pending_draft(case.entries)
    if drafted is None or case.state not in OPEN_STATES:
        return None
    return PendingDraft(
        entry_id=drafted.id,
        text=drafted.text or "",
        files=[(file.id, file.name) for file in draft_files.of_entry(session, drafted)],
        by=drafted.officer.name if drafted.officer else "",
        at=drafted.at,
        may_judge=possible_acts.may_judge_draft(case, officer),
        is_older=wrote_since(case.entries, drafted),
        is_mine=drafted.officer_id == officer.id,
    )


def _units(session: Session, language: Language) -> list[UnitChoice]:
    return [UnitChoice(unit.code, unit.name(language), depth) for depth, unit in choosing.tree(session)]


def _colleagues(session: Session, case: Case, officer: Officer) -> list[tuple[str, str]]:
    """User names and names of those who may take cases of the case's own unit."""
    working = people.working_in(session, case.unit, permissions.CASE_ROLES, limit=COLLEAGUES)
    return [(other.username, other.name) for other in working if other.id != officer.id]
