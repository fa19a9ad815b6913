"""A settled case is opened again by its enterprise for fourteen days; after that a new case goes on from it."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from desk.cases import permissions, queries
from desk.cases import service as cases
from desk.cases.model import Case, CaseState
from desk.cases.persons import private_link
from desk.conversations import service as conversations
from desk.conversations.model import Chat, Conversation
from desk.ratings.model import RatingRequest
from desk.speech import Choice, Utterance
from desk.store import Store
from tests.desk_fixtures import Chatter, FrozenClock, World

QUESTION = "nhập khẩu hoa lan rừng thì cần gì"


@pytest.fixture(autouse=True)
def _a_case_is_resolved(lan: Chatter, minh: Chatter) -> None:
    lan.writes(QUESTION)
    lan.taps("ask_officer")
    lan.taps("send_as_is")
    minh.taps("officer_claim")
    notice = next(said for said in minh.read() if said.case_id is not None)
    minh.writes("Cần giấy phép CITES.", reply_to=minh.external_id(notice))
    minh.taps("officer_resolve")


def states(store: Store) -> list[tuple[str, str | None]]:
    """The state of each case, and the number of the case that it goes on from."""
    with store.reading() as session:
        found = session.scalars(select(Case).order_by(Case.id))
        return [(case.state.value, case.previous.number if case.previous else None) for case in found]


def thread(store: Store, number: str = "2026-00001") -> list[str]:
    with store.reading() as session:
        case = queries.by_number(session, number)
        assert case is not None
        return [entry.kind for entry in case.entries]


def test_one_tap_opens_it_again_and_the_next_words_go_to_it(world: World, store: Store, lan: Chatter) -> None:
    said = lan.taps("reopen_case")
    assert "2026-00001" in said[-1].text
    assert lan.writes("Chi cục vẫn không nhận giấy phép này")[-1].text == world.text("case.added", number="2026-00001")
    assert states(store) == [("waiting", None)]
    assert thread(store)[-3:] == ["resolved", "reopened", "person_wrote"]


def test_its_officers_are_told_and_its_time_begins_anew(
    world: World, store: Store, lan: Chatter, minh: Chatter, clock: FrozenClock
) -> None:
    clock.advance(days=6)
    before = len(minh.read())
    lan.taps("reopen_case")
    assert [said.case_id for said in minh.read()[before:]] == [1]
    with store.reading() as session:
        case = session.scalars(select(Case)).one()
        assert case.due_at > clock.now()
        assert case.resolved_at is None


def test_a_second_tap_opens_nothing_twice(world: World, store: Store, lan: Chatter) -> None:
    lan.taps("reopen_case")
    assert lan.taps("reopen_case")[-1].text == world.text("case.is_open", number="2026-00001")
    assert thread(store).count("reopened") == 1


def test_the_words_are_awaited_for_a_quarter_of_an_hour_only(world: World, lan: Chatter, clock: FrozenClock) -> None:
    lan.taps("reopen_case")
    clock.advance(minutes=15)
    said = lan.writes("Chi cục vẫn không nhận giấy phép này")
    assert said[-1].text == world.text("case.same_or_new", number="2026-00001")


def test_for_fourteen_days_what_is_written_on_its_page_opens_it_again(
    world: World, store: Store, clock: FrozenClock
) -> None:
    clock.advance(days=13, hours=23)
    with store.writing() as session:
        case = session.scalars(select(Case)).one()
        assert private_link.go_on(world.desk, session, case, "Vẫn còn vướng", 0) is case
    assert states(store) == [("waiting", None)]


def test_after_that_it_becomes_a_new_case_which_goes_on_from_the_old(
    world: World, store: Store, minh: Chatter, clock: FrozenClock
) -> None:
    clock.advance(days=14)
    for _ in range(2):  # the button of the page pressed twice
        with store.writing() as session:
            case = session.scalars(select(Case).where(Case.number == "2026-00001")).one()
            assert private_link.go_on(world.desk, session, case, "Vẫn còn vướng", 0).question == "Vẫn còn vướng"
    assert states(store) == [("resolved", None), ("waiting", "2026-00001")]
    assert "2026-00002" in minh.read()[-1].text


def test_a_tap_after_that_asks_for_the_words_of_a_new_case(
    world: World, store: Store, lan: Chatter, clock: FrozenClock
) -> None:
    clock.advance(days=10)
    lan.writes("xin chào")
    with store.writing() as session:  # the case stands in a list that was asked for late
        hers = select(Conversation).join(Chat).where(Chat.address == "100", Conversation.ended_at.is_(None))
        conversation = session.scalars(hers).one()
        again = Choice("reopen_case", "Mở lại", "1")
        conversations.say(session, conversation, Utterance.plain("…", choices=[again]), clock.now())
    clock.advance(days=5)
    assert lan.taps("reopen_case")[-1].text == world.text("case.follow_on", number="2026-00001")
    said = lan.writes("Nay chi cục lại đòi giấy kiểm dịch")
    assert world.text("case.opened_from", number="2026-00001") in said[-1].text
    assert states(store) == [("resolved", None), ("waiting", "2026-00001")]


def test_a_case_resolved_again_is_asked_about_once_more_and_rated_once(
    store: Store, lan: Chatter, minh: Chatter
) -> None:
    lan.taps("rate", ":2")
    lan.taps("reopen_case")
    lan.writes("Chi cục vẫn không nhận")
    minh.taps("officer_claim")
    notice = [said for said in minh.read() if "officer_resolve" in said.acts][-1]
    minh.writes("Chi cục đã được hướng dẫn lại.", reply_to=minh.external_id(notice))
    minh.taps("officer_resolve")
    lan.taps("rate", ":5")
    with store.reading() as session:
        request = session.scalars(select(RatingRequest)).one()
        assert request.rating is not None
        assert (request.rating.first_stars, request.rating.stars) == (2, 5)


def test_the_clock_closes_what_can_no_longer_be_opened(store: Store, clock: FrozenClock) -> None:
    with store.writing() as session:
        case = session.scalars(select(Case)).one()
        with pytest.raises(permissions.CaseRefused):
            cases.close(session, case, clock.now())
        cases.close(session, case, clock.now() + dt.timedelta(days=14))
        assert case.state is CaseState.CLOSED
