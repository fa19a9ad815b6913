"""The end of a conversation: one rating a matter, one to five stars, never zero for silence."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from clock.due import ask_for_waiting_ratings, end_idle_conversations
from desk.conversations.model import Conversation
from desk.figures import scope
from desk.figures.period import OpenPeriod
from desk.figures.ratings import RatingFigures
from desk.figures.ratings import ratings as counted
from desk.ratings import service as ratings
from desk.ratings.model import Rating, RatingRequest
from desk.working_time.hours import VIETNAM
from tests.desk_fixtures import NOON, SURE, Chatter, Said, World

QUESTION = "hồ sơ hải quan nhập khẩu gồm gì"


@pytest.fixture(autouse=True)
def _guidance_answers(world: World) -> None:
    world.search.finds("dossier_import", about="hồ sơ", confidence=SURE)


def asked(world: World) -> list[RatingRequest]:
    with world.store.reading() as session:
        query = select(RatingRequest).where(RatingRequest.asked_at.is_not(None))
        return list(session.scalars(query.order_by(RatingRequest.id)))


def rated(world: World) -> list[tuple[int, int, str | None]]:
    """Stars, first stars and comment of each rating, in the order of the requests."""
    with world.store.reading() as session:
        rows = session.scalars(select(Rating).order_by(Rating.request_id))
        return [(row.stars, row.first_stars, row.comment) for row in rows]


def figures(world: World) -> RatingFigures:
    with world.store.reading() as session:
        return counted(session, OpenPeriod(), scope.whole(session)).all


def is_request(said: Said) -> bool:
    return said.acts == ["rate"] * 5


def answered_and_asked(lan: Chatter) -> None:
    lan.writes(QUESTION)
    lan.commands("done")


@pytest.mark.parametrize("end", ["tạm biệt", "đánh giá", "/done", "button"])
def test_a_goodbye_asks_at_once_in_words_and_stars(world: World, lan: Chatter, end: str) -> None:
    lan.writes(QUESTION)
    if end == "button":
        lan.taps("helpful")
        said = lan.taps("done")
    else:
        said = lan.commands("done") if end == "/done" else lan.writes(end)
    assert is_request(said[-1])
    assert said[-1].titles == [world.text(f"rating.stars_{stars}") for stars in (5, 4, 3, 2, 1)]
    assert len(asked(world)) == 1


def test_a_request_remembers_what_it_is_about(world: World, lan: Chatter) -> None:
    answered_and_asked(lan)
    (request,) = asked(world)
    assert (request.entry, request.version, request.channel) == ("dossier_import", 1, "telegram")
    assert request.case_id is None


def test_what_was_not_answered_is_not_asked_about(world: World, lan: Chatter) -> None:
    lan.writes("giá vàng hôm nay")
    assert lan.commands("done")[-1].text == world.text("small_talk.goodbye")
    assert lan.writes("đánh giá")[-1].text == world.text("rating.nothing_to_rate")
    assert asked(world) == []


def test_a_conversation_is_asked_about_once(world: World, lan: Chatter) -> None:
    answered_and_asked(lan)
    for _ in range(2):
        world.clock.advance(minutes=1)
        lan.commands("done")
        lan.writes("tạm biệt")
    assert len(asked(world)) == 1
    assert sum(is_request(said) for said in lan.read()) == 1


def test_a_conversation_that_opened_a_case_is_asked_about_when_it_is_resolved(
    world: World, minh: Chatter, lan: Chatter
) -> None:
    lan.writes(QUESTION)
    lan.taps("ask_officer")
    lan.taps("send_as_is")
    lan.commands("done")
    assert asked(world) == []
    world.clock.advance(hours=1)
    minh.taps("officer_claim")
    notice = next(said for said in minh.read() if "officer_claim" in said.acts)
    minh.writes("Đây là câu trả lời", reply_to=minh.external_id(notice))
    minh.taps("officer_resolve")
    assert is_request(lan.read()[-1])
    assert lan.read()[-1].text == world.text("rating.ask_case", number="2026-00001")
    (request,) = asked(world)
    assert (request.case_id, [(part.officer_name, part.share) for part in request.parts]) == (1, [("Minh", 1)])
    lan.taps("rate", ":5")
    assert rated(world) == [(5, 5, None)]


@pytest.mark.parametrize("stars", [1, 2, 3, 4, 5])
def test_one_to_five_stars_are_kept(world: World, lan: Chatter, stars: int) -> None:
    answered_and_asked(lan)
    (thanks,) = lan.taps("rate", f":{stars}")
    assert thanks.text.startswith(world.text("rating.thanks", stars=stars))
    assert rated(world) == [(stars, stars, None)]


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_other_numbers_of_stars_are_refused(world: World, lan: Chatter, stars: int) -> None:
    answered_and_asked(lan)
    with world.store.writing() as session:
        request = session.get_one(RatingRequest, asked(world)[0].id)
        with pytest.raises(ratings.RatingRefused):
            ratings.rate(
                session,
                request,
                stars,
                world.clock.now(),
                by=request.conversation.chat.person,
                rules=world.desk.rules.ratings,
            )
    assert rated(world) == []


def test_a_changed_rating_keeps_the_first(world: World, lan: Chatter) -> None:
    answered_and_asked(lan)
    lan.taps("rate", ":2")
    lan.taps("rate", ":5")
    assert rated(world) == [(5, 2, None)]
    assert (figures(world).answered, figures(world).mean) == (1, 5.0)


def test_a_late_tap_counts_for_its_own_request(world: World, lan: Chatter) -> None:
    answered_and_asked(lan)
    first = lan.button("rate", ":1").id
    world.clock.advance(hours=2)
    answered_and_asked(lan)
    lan.presses(first)
    with world.store.reading() as session:
        assert session.scalars(select(Rating.request_id)).all() == [asked(world)[0].id]
    assert [request.rating is None for request in asked(world)] == [False, True]


def test_a_tap_after_two_weeks_is_refused(world: World, lan: Chatter) -> None:
    answered_and_asked(lan)
    button = lan.button("rate", ":5").id
    world.clock.advance(days=14, seconds=1)
    assert lan.presses(button)[-1].text == world.text("rating.refused")
    assert rated(world) == []


def test_a_comment_within_ten_minutes_is_kept(world: World, lan: Chatter) -> None:
    answered_and_asked(lan)
    lan.taps("rate", ":4")
    world.clock.advance(minutes=9)
    (said,) = lan.writes("trả lời nhanh, rất tốt")
    assert said.text == world.text("rating.comment_kept")
    assert rated(world) == [(4, 4, "trả lời nhanh, rất tốt")]


def test_a_text_after_ten_minutes_is_no_comment(world: World, lan: Chatter) -> None:
    answered_and_asked(lan)
    lan.taps("rate", ":4")
    world.clock.advance(minutes=10)
    assert lan.writes("hồ sơ trả lời nhanh, rất tốt")[-1].entry == "dossier_import"
    assert rated(world) == [(4, 4, None)]


@pytest.mark.parametrize("text", ["hồ sơ xuất khẩu gồm gì", "giá vàng hôm nay?"])
def test_a_question_instead_of_a_comment_is_an_enquiry(world: World, lan: Chatter, text: str) -> None:
    answered_and_asked(lan)
    lan.taps("rate", ":4")
    world.clock.advance(minutes=1)
    assert "helpful" in lan.writes(text)[-1].acts or "ask_officer" in lan.read()[-1].acts
    assert rated(world) == [(4, 4, None)]
    with world.store.reading() as session:
        assert session.scalars(select(Conversation).where(Conversation.ended_at.is_(None))).one() is not None


def test_no_comment_ends_the_waiting_for_one(world: World, lan: Chatter) -> None:
    answered_and_asked(lan)
    lan.taps("rate", ":4")
    lan.taps("no_comment")
    world.clock.advance(minutes=1)
    assert lan.writes("hồ sơ rất tốt")[-1].entry == "dossier_import"


def test_a_button_pressed_while_a_comment_is_awaited_works_in_a_conversation_that_is_open(
    world: World, lan: Chatter
) -> None:
    answered_and_asked(lan)
    lan.taps("rate", ":4")
    world.clock.advance(minutes=1)
    lan.taps("ask_officer")
    lan.taps("add_details")
    assert lan.writes("Công ty Lan")[-1].text == world.text("case.ask_tax_code")


def test_rating_during_an_open_form_leaves_the_form_open(world: World, lan: Chatter) -> None:
    answered_and_asked(lan)
    late = lan.button("rate", ":3").id
    world.clock.advance(hours=1)
    lan.writes("nhập khẩu hoa lan")
    lan.taps("ask_officer")
    lan.taps("add_details")
    lan.presses(late)
    assert rated(world) == [(3, 3, None)]
    assert lan.writes("Công ty Lan")[-1].text == world.text("case.ask_tax_code")


def test_not_rated_is_not_zero(world: World, lan: Chatter, an: Chatter) -> None:
    none = figures(world)
    assert (none.asked, none.answered, none.response_rate, none.mean, none.share_satisfied) == (0, 0, None, None, None)
    answered_and_asked(lan)
    answered_and_asked(an)
    assert figures(world) == RatingFigures(2)
    assert (figures(world).response_rate, figures(world).mean) == (0.0, None)
    lan.taps("rate", ":4")
    one = figures(world)
    assert (one.asked, one.answered, one.response_rate, one.mean, one.share_satisfied) == (2, 1, 0.5, 4.0, 1.0)


def here(hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 11, 23, hour, minute, tzinfo=VIETNAM).astimezone(dt.UTC)


def let_time_pass(world: World) -> None:
    end_idle_conversations(world.desk)
    ask_for_waiting_ratings(world.desk)


def test_silence_of_fifteen_minutes_ends_a_conversation_and_asks_by_day(world: World, lan: Chatter) -> None:
    world.clock.set(here(12))
    lan.writes(QUESTION)
    world.clock.set(here(12, 14))
    let_time_pass(world)
    assert asked(world) == []
    world.clock.set(here(12, 15))
    let_time_pass(world)
    let_time_pass(world)
    assert [request.asked_at for request in asked(world)] == [here(12, 15)]
    assert sum(is_request(said) for said in lan.read()) == 1


@pytest.mark.parametrize(("silent_from", "asked_from"), [((19, 44), (19, 59)), ((19, 45), (32, 0)), ((6, 0), (8, 0))])
def test_at_night_the_request_waits_for_the_morning(
    world: World, lan: Chatter, silent_from: tuple[int, int], asked_from: tuple[int, int]
) -> None:
    midnight = here(0)
    begin = midnight + dt.timedelta(hours=silent_from[0], minutes=silent_from[1])
    due = midnight + dt.timedelta(hours=asked_from[0], minutes=asked_from[1])
    world.clock.set(begin)
    lan.writes(QUESTION)
    world.clock.advance(minutes=15)
    while world.clock.now() < due:
        let_time_pass(world)
        assert asked(world) == []
        world.clock.set(min(due, world.clock.advance(minutes=60)))
    let_time_pass(world)
    assert [request.asked_at for request in asked(world)] == [due]


def test_a_goodbye_at_night_asks_at_once(world: World, lan: Chatter) -> None:
    world.clock.set(here(23))
    lan.writes(QUESTION)
    assert is_request(lan.writes("tạm biệt")[-1])


def test_a_conversation_without_an_answer_ends_in_silence(world: World, lan: Chatter) -> None:
    lan.writes("giá vàng hôm nay")
    before = len(lan.read())
    world.clock.advance(minutes=15)
    let_time_pass(world)
    with world.store.reading() as session:
        assert session.scalars(select(Conversation.end_reason)).all() == ["idle"]
    assert len(lan.read()) == before
    assert NOON < world.clock.now()
