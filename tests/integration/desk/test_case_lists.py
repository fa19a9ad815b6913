"""Lists of cases: in which order, how many, within which unit, and what a search looks through."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from desk.cases import listing
from desk.cases.model import Case, CaseState
from tests.desk_fixtures import World
from tests.unit_fixtures import ELSEWHERE, OFFICE, REGION, named, unit

QUESTIONS = ("Tờ khai bị treo", "Hàng 100% bị giữ", "Xin giấy phép")


@pytest.fixture
def cases(world: World) -> list[Case]:
    """Three cases in the order in which they were asked; the last is due first. The first is of a region's office."""
    for number, question in enumerate(QUESTIONS):
        person = world.chatter(f"80{number}")
        person.writes(question)
        person.taps("ask_officer")
        person.taps("send_as_is")
    with world.store.writing() as session:
        found = session.query(Case).order_by(Case.id).all()
        for number, (case, code) in enumerate(zip(found, (OFFICE, ELSEWHERE, "VN"), strict=True)):
            case.unit = unit(session, code)
            case.due_at -= dt.timedelta(hours=number)
            case.enterprise_name, case.tax_code = f"Công ty {number}", f"010010910{number}"
    return found


@pytest.fixture
def session(world: World, cases: list[Case]) -> Iterator[Session]:
    with world.store.reading() as session:
        yield session


def numbers(found: listing.Found) -> list[int]:
    return [case.id for case in found.cases]


def test_the_case_that_is_due_first_is_at_the_top_and_all_are_counted(session: Session) -> None:
    minh = named(session, "minh")
    found = listing.listed(session, minh, [CaseState.WAITING], limit=2)
    assert (numbers(found), found.count) == ([3, 2], 3)
    assert numbers(listing.listed(session, minh, [CaseState.WAITING], limit=3, newest_first=True)) == [1, 2, 3]
    assert listing.listed(session, minh, [CaseState.RESOLVED], limit=2).count == 0
    assert listing.listed(session, minh, [CaseState.WAITING], limit=2, only_mine=True).count == 0
    assert dict(listing.counted(session, minh)) == {(CaseState.WAITING, False): 3}


def test_the_operator_is_shown_all(session: Session) -> None:
    assert listing.listed(session, None, [CaseState.WAITING], limit=9).count == 3


def test_a_list_is_narrowed_to_a_unit_and_those_below_it(session: Session) -> None:
    minh = named(session, "minh")
    for code, expected in ((REGION, [1]), (OFFICE, [1]), (ELSEWHERE, [2]), ("KV04", []), ("VN", [3, 2, 1])):
        within = unit(session, code)
        assert numbers(listing.listed(session, minh, CaseState, limit=9, within=within)) == expected
        assert sum(listing.counted(session, minh, within=within).values()) == len(expected)
        assert set(numbers(listing.search(session, minh, "cong ty", limit=9, within=within))) == set(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-00002", [2]),
        ("00002", [2]),
        ("0100109101", [2]),
        ("TO KHAI", [1]),
        ("khai công ty", [1]),
        ("bị", [2, 1]),
        ("bi", [2, 1]),
        ("xe máy", []),
        ("100%", [2]),
        ("0%bi", []),
        ("_", []),
        ("   ", []),
    ],
)
def test_a_search_finds_all_words_wherever_they_are_the_newest_first(
    session: Session, text: str, expected: list[int]
) -> None:
    found = listing.search(session, named(session, "minh"), text, limit=9)
    assert (numbers(found), found.count) == (expected, len(expected))


def test_numbers_are_found_in_all_cases_and_words_in_the_newest(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "TEXTS_SEARCHED", 1)
    minh = named(session, "minh")
    assert numbers(listing.search(session, minh, "cong ty", limit=9)) == [3]
    assert numbers(listing.search(session, minh, "2026-00001", limit=9)) == [1]


def test_of_more_than_fit_the_newest_are_shown_and_all_counted(session: Session) -> None:
    found = listing.search(session, named(session, "minh"), "cong ty", limit=1)
    assert (numbers(found), found.count) == ([3], 3)
