"""Who may do what with a case: each rule raises CaseRefused with the name of the sentence that says why not."""

from __future__ import annotations

from desk.cases.model import OPEN_STATES, Case, CaseEntry, EntryKind
from desk.cases.thread import pending_draft, spam_reason, wrote_since
from desk.people.model import Officer, Role
from desk.units.model import Unit

#: Roles that work on the cases of their unit and of those below it.
CASE_ROLES = (Role.OFFICER, Role.HEAD, Role.ADMINISTRATOR)


class CaseRefused(Exception):
    """The act is not possible in the case's present state, or not to this officer; ``reason`` names a text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def must_hold(case: Case, officer: Officer) -> None:
    """Raise CaseRefused unless the officer holds the open case."""
    must_be_open(case)
    if case.holder_id != officer.id:
        raise CaseRefused("officer.claim_first")


def must_be_possible_spam(case: Case, officer: Officer) -> None:
    """Raise CaseRefused unless the officer holds the open case and nobody has replied to it yet."""
    must_hold(case, officer)
    if any(entry.kind == EntryKind.REPLIED for entry in case.entries):
        raise CaseRefused("officer.spam_answered")


def must_reopen(case: Case, head: Officer) -> None:
    """Raise CaseRefused unless the case was put away as spam, in a unit of which the officer is a head."""
    if not head.active or not head.may(case.unit, Role.HEAD, Role.ADMINISTRATOR):
        raise CaseRefused("officer.only_head")
    if spam_reason(case.entries) is None:
        raise CaseRefused("officer.not_spam")


def must_work_on(case: Case, officer: Officer) -> None:
    """Raise CaseRefused unless the case is in the officer's unit, or is held by the officer."""
    if not may_work_on(case, officer):
        raise CaseRefused("officer.not_your_unit")


def may_work_on(case: Case, officer: Officer) -> bool:
    return case.holder_id == officer.id or works_in(officer, case.unit)


def must_be_able_to_pass_on(case: Case, officer: Officer) -> None:
    """Raise CaseRefused unless the officer may transfer the open case."""
    must_be_open(case)
    if case.holder_id is not None and case.holder_id != officer.id and not officer.may(case.unit, Role.HEAD):
        raise CaseRefused("officer.held_by_another")
    must_work_on(case, officer)


def must_judge(case: Case, head: Officer) -> CaseEntry:
    """The draft that waits; raises CaseRefused where there is none or the officer may not decide about it.

    Whoever wrote the draft does not sign it: two people answer for such a reply.
    """
    must_be_open(case)
    drafted = pending_draft(case.entries)
    if drafted is None:
        raise CaseRefused("officer.no_draft")
    if not may_sign_for(case, head) or drafted.officer_id == head.id:
        raise CaseRefused("officer.only_head")
    return drafted


def must_sign(case: Case, head: Officer) -> CaseEntry:
    """The draft that the officer may sign as it stands; raises CaseRefused, also where the person wrote after it."""
    drafted = must_judge(case, head)
    if wrote_since(case.entries, drafted):
        raise CaseRefused("officer.draft_is_older")
    return drafted


def may_sign_for(case: Case, officer: Officer) -> bool:
    return officer.active and officer.may(case.unit, Role.HEAD)


def works_in(officer: Officer, unit: Unit) -> bool:
    return officer.active and officer.may(unit, *CASE_ROLES)


def must_be_open(case: Case) -> None:
    if case.state not in OPEN_STATES:
        raise CaseRefused("officer.resolved_already")
