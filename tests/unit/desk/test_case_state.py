"""A case's state and holder are what its thread amounts to."""

from __future__ import annotations

import pytest

from desk.cases.model import CaseEntry, CaseState
from desk.cases.thread import Standing, pending_draft, standing_of, wrote_since

MINH, BINH = 1, 2
_NOBODYS = ("opened", "person_wrote", "reopened", "returned_untouched", "closed", "reminded", "delay_told")


def thread(*kinds: str) -> list[CaseEntry]:
    """Entries of these kinds; officers' entries are minh's, those written ``kind/binh`` are binh's.

    ``transferred/binh`` is a transfer by minh into binh's hands.
    """
    entries = []
    for kind in kinds:
        name, _, other = kind.partition("/")
        officer = None if name in _NOBODYS else BINH if other and name != "transferred" else MINH
        detail = {"officer_id": BINH} if name == "transferred" and other else {}
        entries.append(CaseEntry(kind=name, officer_id=officer, detail=detail))
    return entries


@pytest.mark.parametrize(
    ("kinds", "state", "holder"),
    [
        (["opened"], CaseState.WAITING, None),
        (["opened", "person_wrote"], CaseState.WAITING, None),
        (["opened", "claimed"], CaseState.CLAIMED, MINH),
        (["opened", "claimed", "person_wrote"], CaseState.CLAIMED, MINH),
        (["opened", "claimed", "returned"], CaseState.WAITING, None),
        (["opened", "claimed", "returned", "claimed/binh"], CaseState.CLAIMED, BINH),
        (["opened", "claimed", "replied"], CaseState.ANSWERED, MINH),
        (["opened", "claimed", "replied", "replied"], CaseState.ANSWERED, MINH),
        (["opened", "claimed", "replied", "person_wrote"], CaseState.CLAIMED, MINH),
        (["opened", "claimed", "replied", "person_wrote", "replied"], CaseState.ANSWERED, MINH),
        (["opened", "claimed", "replied", "returned"], CaseState.WAITING, None),
        (["opened", "claimed", "replied", "returned", "claimed/binh"], CaseState.ANSWERED, BINH),
        (["opened", "claimed", "replied", "resolved"], CaseState.RESOLVED, None),
        (["opened", "claimed", "taken_over/binh"], CaseState.CLAIMED, BINH),
        (["opened", "claimed", "transferred"], CaseState.WAITING, None),
        (["opened", "claimed", "transferred/binh"], CaseState.CLAIMED, BINH),
        (["opened", "claimed", "replied", "transferred/binh"], CaseState.ANSWERED, BINH),
        (["opened", "claimed", "returned_untouched"], CaseState.WAITING, None),
        (["opened", "claimed", "asked"], CaseState.NEEDS_INFORMATION, MINH),
        (["opened", "claimed", "asked", "noted", "reminded"], CaseState.NEEDS_INFORMATION, MINH),
        (["opened", "claimed", "asked", "person_wrote"], CaseState.CLAIMED, MINH),
        (["opened", "claimed", "asked", "replied"], CaseState.ANSWERED, MINH),
        (["opened", "claimed", "drafted"], CaseState.CLAIMED, MINH),
        (["opened", "claimed", "replied", "resolved", "reopened"], CaseState.WAITING, None),
        (["opened", "claimed", "replied", "resolved", "reopened", "claimed/binh"], CaseState.CLAIMED, BINH),
        (["opened", "claimed", "replied", "resolved", "closed"], CaseState.CLOSED, None),
    ],
)
def test_the_thread_says_how_a_case_stands(kinds: list[str], state: CaseState, holder: int | None) -> None:
    assert standing_of(thread(*kinds)) == Standing(state, holder)


@pytest.mark.parametrize(
    ("kinds", "waits"),
    [
        (["opened", "claimed"], False),
        (["opened", "claimed", "drafted"], True),
        (["opened", "claimed", "drafted", "noted", "person_wrote"], True),
        (["opened", "claimed", "drafted", "draft_returned/binh"], False),
        (["opened", "claimed", "drafted", "draft_withdrawn"], False),
        (["opened", "claimed", "drafted", "replied/binh"], False),
        (["opened", "claimed", "drafted", "draft_returned/binh", "drafted"], True),
        (["opened", "claimed", "drafted", "transferred"], False),
        (["opened", "claimed", "drafted", "transferred/binh"], False),
        (["opened", "claimed", "drafted", "returned"], False),
        (["opened", "claimed", "drafted", "returned_untouched"], False),
        (["opened", "claimed", "drafted", "taken_over/binh"], True),
        (["opened", "claimed", "replied", "drafted", "resolved", "reopened"], False),
    ],
)
def test_a_draft_waits_until_it_is_signed_returned_or_withdrawn_or_the_case_passes_on(
    kinds: list[str], waits: bool
) -> None:
    assert (pending_draft(thread(*kinds)) is not None) == waits


@pytest.mark.parametrize(
    ("kinds", "wrote"),
    [
        (["opened", "claimed", "drafted"], False),
        (["opened", "claimed", "person_wrote", "drafted", "noted"], False),
        (["opened", "claimed", "drafted", "person_wrote"], True),
        (["opened", "claimed", "drafted", "person_wrote", "noted"], True),
        (["opened", "claimed", "drafted", "person_wrote", "drafted"], False),
    ],
)
def test_a_draft_is_older_than_what_the_person_wrote_after_it(kinds: list[str], wrote: bool) -> None:
    entries = thread(*kinds)
    draft = pending_draft(entries)
    assert draft is not None
    assert wrote_since(entries, draft) == wrote
