"""A case's state and holder are what its thread amounts to."""

from __future__ import annotations

import pytest

from desk.cases.model import Case, CaseEntry, CaseState
from desk.people.model import Officer

MINH, BINH = Officer(id=1, username="minh", name="Minh"), Officer(id=2, username="binh", name="Binh")


def case(*kinds: str) -> Case:
    """A case with these entries; officers' entries are minh's, those written ``kind/binh`` are binh's."""
    entries = []
    for kind in kinds:
        name, _, other = kind.partition("/")
        officer = None if name in ("opened", "person_wrote") else BINH if other else MINH
        entries.append(CaseEntry(kind=name, officer=officer))
    return Case(entries=entries)


@pytest.mark.parametrize(
    ("thread", "state", "holder"),
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
    ],
)
def test_the_thread_says_how_a_case_stands(thread: list[str], state: CaseState, holder: Officer | None) -> None:
    one = case(*thread)
    assert (one.state, one.holder) == (state, holder)
