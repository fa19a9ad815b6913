"""Which acts a case's state allows to an officer: what doors offer. Whether one is done, the service decides."""

from __future__ import annotations

from collections.abc import Callable

from desk.cases import permissions
from desk.cases.model import OPEN_STATES, Case, CaseState
from desk.people.model import Officer, Role


def acts_for(case: Case, officer: Officer | None) -> tuple[str, ...]:
    """The names of buttons, the most likely first; without an officer those of anybody in the case's unit."""
    if officer is not None and not permissions.may_work_on(case, officer):
        return ()
    reads = ("officer_conversation", "officer_thread", "officer_note")
    if case.state not in OPEN_STATES:
        return reads
    is_mine = officer is not None and case.holder_id == officer.id
    offered = (
        (("officer_sign", "officer_return_draft"), officer is not None and may_judge_draft(case, officer)),
        (("officer_claim",), case.holder_id is None),
        (("officer_resolve",), is_mine and case.state == CaseState.ANSWERED),
        (("officer_quote", "officer_ask"), is_mine),
        (reads, True),
        (("officer_transfer",), officer is None or may_pass_on(case, officer)),
        (("officer_return",), is_mine),
        (("officer_take_over",), officer is not None and may_take_over(case, officer)),
    )
    return tuple(act for acts, is_allowed in offered if is_allowed for act in acts)


def may_judge_draft(case: Case, officer: Officer) -> bool:
    """Whether a draft waits that the officer may sign or return."""
    return _is_allowed(permissions.must_judge, case, officer)


def may_pass_on(case: Case, officer: Officer) -> bool:
    return _is_allowed(permissions.must_be_able_to_pass_on, case, officer)


def may_take_over(case: Case, officer: Officer) -> bool:
    is_held_by_another = case.holder_id is not None and case.holder_id != officer.id
    return is_held_by_another and case.state in OPEN_STATES and officer.may(case.unit, Role.HEAD, Role.ADMINISTRATOR)


def may_be_spam(case: Case, officer: Officer) -> bool:
    return _is_allowed(permissions.must_be_possible_spam, case, officer)


def may_reopen(case: Case, officer: Officer) -> bool:
    """Whether the case was put away as spam and this head may open it again."""
    return case.state == CaseState.RESOLVED and _is_allowed(permissions.must_reopen, case, officer)


def _is_allowed(check: Callable[[Case, Officer], object], case: Case, officer: Officer) -> bool:
    try:
        check(case, officer)
    except permissions.CaseRefused:
        return False
    return True
