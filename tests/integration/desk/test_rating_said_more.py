"""After one tap: what the stars were about, the officer apart, a comment, and changing all of it for two weeks."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from clock.due import ask_for_waiting_ratings, end_idle_conversations
from desk.conversations.incoming import Kind
from desk.ratings.model import Rating, RatingRequest
from tests.desk_fixtures import SURE, Chatter, Said, World

QUESTION = "hồ sơ hải quan nhập khẩu gồm gì"


@pytest.fixture(autouse=True)
def _guidance_answers(world: World) -> None:
    world.search.finds("dossier_import", about="hồ sơ", confidence=SURE)


def answered_and_asked(lan: Chatter) -> None:
    lan.writes(QUESTION)
    lan.commands("done")


def resolved(world: World, minh: Chatter, lan: Chatter) -> None:
    """A case of lan's that minh answered and resolved."""
    lan.writes("nhập khẩu hoa lan rừng")
    lan.taps("ask_officer")
    lan.taps("send_as_is")
    lan.commands("done")
    minh.taps("officer_claim")
    notice = next(said for said in reversed(minh.read()) if "officer_claim" in said.acts)
    minh.writes("Cần giấy phép CITES.", reply_to=minh.external_id(notice))
    minh.taps("officer_resolve")


def the_rating(world: World) -> Rating:
    with world.store.reading() as session:
        return session.scalars(select(Rating)).one()


def reasons_under(said: Said) -> dict[str, str]:
    """The acts of the buttons for reasons, by the reason."""
    return {
        button.argument.split(":")[1]: button.act
        for button in said.buttons
        if button.act in ("rate_reason", "rate_without")
    }


def test_after_one_tap_one_message_thanks_and_offers_to_say_more(world: World, lan: Chatter) -> None:
    answered_and_asked(lan)
    (said,) = lan.taps("rate", ":4")
    assert said.text.split("\n\n") == [world.text("rating.thanks", stars=4), world.text("rating.more_and_words")]
    assert said.titles == [
        *(world.text(f"rating.reason.{name}") for name in ("speed", "clarity", "attitude", "rule", "system")),
        world.text("button.no_comment"),
    ]
    assert (the_rating(world).reasons, the_rating(world).for_officer) == ([], 4)


def test_several_reasons_are_stored_at_once_in_the_order_of_the_buttons(world: World, lan: Chatter) -> None:
    answered_and_asked(lan)
    lan.taps("rate", ":2")
    lan.taps("rate_reason", ":rule")
    assert (the_rating(world).for_service, the_rating(world).for_rule, the_rating(world).for_officer) == (
        False,
        True,
        None,
    )
    (said,) = lan.taps("rate_reason", ":speed")
    assert the_rating(world).reasons == ["speed", "rule"]
    assert (the_rating(world).for_service, the_rating(world).for_officer) == (True, 2)
    named = "; ".join(world.text(f"rating.reason.{name}") for name in ("speed", "rule"))
    assert f"{world.text('rating.about')}: {named}" in said.text
    assert {name for name, act in reasons_under(said).items() if act == "rate_without"} == {"speed", "rule"}


def test_the_same_button_once_more_takes_it_back(world: World, lan: Chatter) -> None:
    answered_and_asked(lan)
    lan.taps("rate", ":2")
    rule = lan.button("rate_reason", ":rule").id
    lan.presses(rule)
    (said,) = lan.presses(rule)
    assert the_rating(world).reasons == []
    assert set(reasons_under(said).values()) == {"rate_reason"}
    assert (the_rating(world).for_service, the_rating(world).for_rule) == (True, False)


def test_the_marked_button_takes_it_back_however_often_it_is_pressed(world: World, lan: Chatter) -> None:
    answered_and_asked(lan)
    lan.taps("rate", ":2")
    lan.taps("rate_reason", ":rule")
    marked = lan.button("rate_without", ":rule")
    assert marked.title == f"☑ {world.text('rating.reason.rule')}"
    for _ in range(2):
        lan.presses(marked.id)
        assert the_rating(world).reasons == []


def test_the_officer_is_rated_apart_where_one_has_a_part(world: World, minh: Chatter, lan: Chatter) -> None:
    resolved(world, minh, lan)
    assert "rate_apart" in lan.taps("rate", ":1")[-1].acts
    (said,) = lan.taps("rate_apart")
    assert said.acts == ["rate_officer"] * 5
    assert said.titles == [world.text(f"rating.stars_{stars}") for stars in (5, 4, 3, 2, 1)]
    (told,) = lan.taps("rate_officer", ":5")
    stars = world.text("rating.stars_given", stars=5)
    assert f"{world.text('rating.of_officer')}: {stars}" in told.text
    assert (the_rating(world).stars, the_rating(world).officer_stars, the_rating(world).for_officer) == (1, 5, 5)


def test_a_conversation_without_an_officer_has_none_to_rate(world: World, lan: Chatter) -> None:
    answered_and_asked(lan)
    assert "rate_apart" not in lan.taps("rate", ":1")[-1].acts


def test_a_comment_may_follow_the_reasons(world: World, lan: Chatter) -> None:
    answered_and_asked(lan)
    lan.taps("rate", ":4")
    world.clock.advance(minutes=8)
    lan.taps("rate_reason", ":speed")
    world.clock.advance(minutes=8)
    assert lan.writes("nhanh, rất tốt")[-1].text == world.text("rating.comment_kept")
    assert (the_rating(world).reasons, the_rating(world).comment) == (["speed"], "nhanh, rất tốt")


def test_who_is_done_is_thanked_and_waited_for_no_more(world: World, lan: Chatter) -> None:
    answered_and_asked(lan)
    lan.taps("rate", ":4")
    lan.taps("rate_reason", ":speed")
    assert lan.taps("no_comment")[-1].text == world.text("rating.no_comment")
    assert lan.writes("hồ sơ nhanh")[-1].entry == "dossier_import"
    assert the_rating(world).comment is None


def test_while_the_case_form_is_open_no_comment_is_awaited(world: World, lan: Chatter) -> None:
    answered_and_asked(lan)
    late = lan.button("rate", ":3").id
    world.clock.advance(hours=1)
    lan.writes("nhập khẩu hoa lan")
    lan.taps("ask_officer")
    lan.taps("add_details")
    (said,) = lan.presses(late)
    assert said.text.split("\n\n") == [world.text("rating.thanks", stars=3), world.text("rating.more")]
    lan.taps("rate_reason", ":system")
    assert lan.writes("Công ty Lan")[-1].text == world.text("case.ask_tax_code")
    assert (the_rating(world).reasons, the_rating(world).comment) == (["system"], None)


def test_a_text_that_the_desk_asked_for_is_not_taken_for_a_comment(world: World, lan: Chatter) -> None:
    answered_and_asked(lan)
    late = lan.button("rate", ":3").id
    world.clock.advance(hours=1)
    lan.writes(QUESTION)
    lan.taps("other_day")
    (said,) = lan.presses(late)
    assert said.text.endswith(world.text("rating.more"))
    assert "hồ sơ" not in (the_rating(world).comment or "")
    lan.writes("30/6/2026")
    assert the_rating(world).comment is None


class TestChanging:
    @pytest.mark.parametrize("way", ["/rate", "/danhgia", "đánh giá"])
    def test_what_was_given_is_shown_and_can_be_changed(
        self, world: World, minh: Chatter, lan: Chatter, way: str
    ) -> None:
        resolved(world, minh, lan)
        lan.taps("rate", ":2")
        lan.taps("rate_reason", ":speed")
        lan.writes("lâu quá")
        world.clock.advance(days=3)
        (said,) = [said for said in _asks_to_rate(lan, way) if "rate_stars" in said.acts]
        assert said.text.split("\n\n") == [
            world.text("rating.given_case", stars=2, number="2026-00001"),
            f"{world.text('rating.about')}: {world.text('rating.reason.speed')}",
            f"{world.text('rating.comment')}: lâu quá",
            world.text("rating.more"),
        ]
        assert said.acts == [
            *("rate_stars", "rate_without", *["rate_reason"] * 4),
            *("rate_apart", "rate_words", "no_comment"),
        ]
        lan.taps("rate_stars")
        assert lan.taps("rate", ":5")[-1].text.startswith(world.text("rating.changed", stars=5))
        lan.taps("rate_apart")
        lan.taps("rate_officer", ":4")
        lan.taps("rate_without", ":speed")
        lan.taps("rate_words")
        lan.writes("đã xong, cảm ơn")
        rating = the_rating(world)
        assert (rating.stars, rating.first_stars, rating.officer_stars) == (5, 2, 4)
        assert (rating.reasons, rating.comment) == ([], "đã xong, cảm ơn")

    def test_a_comment_stays_until_its_own_button_asks_for_another(self, world: World, lan: Chatter) -> None:
        answered_and_asked(lan)
        lan.taps("rate", ":2")
        lan.writes("lâu quá")
        lan.taps("rate", ":3")
        lan.writes("cảm ơn")
        assert the_rating(world).comment == "lâu quá"

    def test_the_old_buttons_work_for_two_weeks_after_the_stars_were_given(self, world: World, lan: Chatter) -> None:
        answered_and_asked(lan)
        five, two = lan.button("rate", ":5").id, lan.button("rate", ":2").id
        world.clock.advance(days=13)
        lan.presses(two)
        speed = lan.button("rate_reason", ":speed").id
        world.clock.advance(days=13)
        lan.presses(five)
        lan.presses(speed)
        assert (the_rating(world).stars, the_rating(world).first_stars, the_rating(world).reasons) == (5, 2, ["speed"])
        world.clock.advance(days=1, seconds=1)
        for button in (two, speed):
            assert lan.presses(button)[-1].text == world.text("rating.refused")
        assert lan.commands("rate")[-1].text == world.text("rating.nothing_to_rate")
        assert (the_rating(world).stars, the_rating(world).reasons) == (5, ["speed"])

    def test_what_was_not_answered_is_asked_again_without_a_second_request(self, world: World, lan: Chatter) -> None:
        answered_and_asked(lan)
        world.clock.advance(days=2)
        assert lan.commands("rate")[-1].acts == ["rate"] * 5
        lan.taps("rate", ":4")
        with world.store.reading() as session:
            assert session.scalars(select(RatingRequest)).one().asked_at == world.clock.now() - dt.timedelta(days=2)

    def test_this_conversation_is_rated_before_an_older_one(self, world: World, lan: Chatter) -> None:
        answered_and_asked(lan)
        lan.taps("rate", ":2")
        world.clock.advance(days=1)
        lan.writes(QUESTION)
        assert lan.commands("rate")[-1].acts == ["rate"] * 5
        lan.taps("rate", ":5")
        with world.store.reading() as session:
            assert session.scalars(select(Rating.stars).order_by(Rating.request_id)).all() == [2, 5]

    def test_who_does_not_want_to_wait_for_the_morning_rates_at_night(self, world: World, lan: Chatter) -> None:
        world.clock.advance(hours=9)
        lan.writes(QUESTION)
        world.clock.advance(minutes=15)
        end_idle_conversations(world.desk)
        assert lan.commands("rate")[-1].acts == ["rate"] * 5
        world.clock.advance(hours=12)
        ask_for_waiting_ratings(world.desk)
        assert sum(said.acts == ["rate"] * 5 for said in lan.read()) == 1

    def test_nobody_sees_or_changes_what_another_gave(self, world: World, lan: Chatter, an: Chatter) -> None:
        answered_and_asked(lan)
        lan.taps("rate", ":2")
        button = lan.button("rate_reason", ":speed").id
        assert an.presses(button)[-1].text == world.text("bad_input.button")
        assert an.commands("rate")[-1].text == world.text("rating.nothing_to_rate")
        assert the_rating(world).reasons == []


def _asks_to_rate(lan: Chatter, way: str) -> list[Said]:
    return lan.commands(way[1:]) if way.startswith("/") else lan.writes(way)


class TestWhoCannotBeAsked:
    def test_who_blocked_the_bot_is_not_asked_and_counts_as_not_asked(self, world: World, lan: Chatter) -> None:
        lan.writes(QUESTION)
        lan.sends(Kind.BLOCKED)
        world.clock.advance(minutes=15)
        end_idle_conversations(world.desk)
        ask_for_waiting_ratings(world.desk)
        assert _asked(world) == []
        lan.sends(Kind.UNBLOCKED)
        world.clock.advance(minutes=15)
        end_idle_conversations(world.desk)
        ask_for_waiting_ratings(world.desk)
        assert len(_asked(world)) == 1

    def test_nobody_is_asked_about_what_is_two_weeks_old(self, world: World, lan: Chatter) -> None:
        lan.writes(QUESTION)
        lan.sends(Kind.BLOCKED)
        world.clock.advance(minutes=15)
        end_idle_conversations(world.desk)
        world.clock.advance(days=15)
        lan.sends(Kind.UNBLOCKED)
        ask_for_waiting_ratings(world.desk)
        assert _asked(world) == []

    def test_a_form_that_is_being_filled_in_is_not_disturbed(self, world: World, lan: Chatter) -> None:
        world.clock.advance(hours=9)
        lan.writes(QUESTION)
        world.clock.advance(minutes=15)
        end_idle_conversations(world.desk)
        world.clock.advance(hours=10, minutes=44)
        lan.writes("nhập khẩu hoa lan")
        lan.taps("ask_officer")
        lan.taps("add_details")
        world.clock.advance(minutes=5)
        ask_for_waiting_ratings(world.desk)
        assert _asked(world) == []
        lan.taps("form_cancel")
        ask_for_waiting_ratings(world.desk)
        assert len(_asked(world)) == 1


def _asked(world: World) -> list[RatingRequest]:
    with world.store.reading() as session:
        return list(session.scalars(select(RatingRequest).where(RatingRequest.asked_at.is_not(None))))
