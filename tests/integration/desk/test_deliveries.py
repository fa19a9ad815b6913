"""Deliveries: carried in order within a chat, tried again when it may help, and never silently sent twice."""

from __future__ import annotations

import datetime as dt

import pytest

from desk.conversations import service as conversations
from desk.conversations.incoming import Incoming, Kind
from desk.deliveries import claiming, in_hand
from desk.deliveries import service as deliveries
from desk.deliveries.model import Delivery, DeliveryState
from desk.speech import Utterance
from desk.store import Store
from tests.desk_fixtures import NOON

SECOND = dt.timedelta(seconds=1)


def say(store: Store, text: str, address: str = "100", channel: str = "telegram") -> str:
    """Put a message on its way; returns the id of its conversation."""
    with store.writing() as session:
        chat = conversations.chat_of(session, Incoming(channel, address, Kind.TEXT), NOON)
        conversation = conversations.current(session, chat, "", NOON)
        conversations.say(session, conversation, Utterance.plain(text), NOON)
        return conversation.id


def claim(store: Store, at: dt.datetime = NOON) -> Delivery | None:
    with store.writing() as session:
        return claiming.claim_next(session, "telegram", at)


def claimed(store: Store, at: dt.datetime = NOON) -> int:
    delivery = claim(store, at)
    assert delivery is not None
    return delivery.id


def text(delivery: Delivery | None) -> str | None:
    return delivery.message.text if delivery else None


def state(store: Store, delivery_id: int) -> str:
    with store.reading() as session:
        return session.get_one(Delivery, delivery_id).state


def test_one_chat_is_served_in_order_and_chats_in_parallel(store: Store) -> None:
    for words, address in (("one", "100"), ("two", "100"), ("three", "900")):
        say(store, words, address)
    first = claim(store)
    assert (text(first), text(claim(store)), text(claim(store))) == ("one", "three", None)
    assert first is not None
    with store.writing() as session:
        deliveries.delivered(session, first.id, NOON)
    assert text(claim(store)) == "two"


def test_a_later_message_waits_for_one_that_is_tried_again(store: Store) -> None:
    say(store, "one")
    say(store, "two")
    first = claimed(store)
    with store.writing() as session:
        deliveries.failed_for_now(session, first, "busy", NOON)
    assert claim(store) is None
    assert text(claim(store, NOON + deliveries.BACK_OFF[0])) == "one"


@pytest.mark.parametrize("settle", ["failed_for_good", "cut_off"])
def test_a_settled_failure_lets_the_next_message_go(store: Store, settle: str) -> None:
    say(store, "one")
    say(store, "two")
    first = claimed(store)
    with store.writing() as session:
        getattr(deliveries, settle)(session, first, "blocked")
    assert text(claim(store)) == "two"


def test_a_temporary_failure_is_tried_again_after_a_growing_wait(store: Store) -> None:
    say(store, "one")
    at = NOON
    for wait in (*deliveries.BACK_OFF, deliveries.BACK_OFF[-1]):
        delivery = claimed(store, at)
        with store.writing() as session:
            deliveries.failed_for_now(session, delivery, "busy", at)
        assert claim(store, at + wait - SECOND / 2) is None
        at += wait
    assert text(claim(store, at)) == "one"


def test_the_channel_may_say_how_long_to_wait(store: Store) -> None:
    say(store, "one")
    delivery = claimed(store)
    with store.writing() as session:
        deliveries.failed_for_now(session, delivery, "flood", NOON, dt.timedelta(seconds=37))
    assert claim(store, NOON + 36 * SECOND) is None
    assert claim(store, NOON + 37 * SECOND) is not None


@pytest.mark.parametrize("settle", ["failed_for_good", "cut_off"])
def test_what_is_uncertain_or_refused_is_never_sent_again_by_itself(store: Store, settle: str) -> None:
    say(store, "one")
    delivery = claimed(store)
    with store.writing() as session:
        getattr(deliveries, settle)(session, delivery, "reason")
    assert claim(store, NOON + dt.timedelta(days=30)) is None
    with store.writing() as session:
        deliveries.send_again(session, delivery, NOON)
    assert text(claim(store)) == "one"


def test_what_was_delivered_cannot_be_sent_again(store: Store) -> None:
    say(store, "one")
    delivery = claimed(store)
    with store.writing() as session:
        deliveries.delivered(session, delivery, NOON)
        deliveries.send_again(session, delivery, NOON)
    assert state(store, delivery) == DeliveryState.DELIVERED
    assert claim(store) is None


@pytest.mark.parametrize("begun", [True, False])
def test_what_a_courier_dropped_is_uncertain_where_a_piece_may_have_gone_out(store: Store, begun: bool) -> None:
    say(store, "one")
    delivery = claim(store)
    assert delivery is not None
    just_before = NOON + in_hand.LOST_AFTER - SECOND
    with store.writing() as session:
        if begun:
            assert in_hand.begin_piece(session, in_hand.Hand.of(delivery), NOON)
        assert not in_hand.any_lost(session, "telegram", just_before)
        assert in_hand.settle_lost(session, "telegram", just_before) == 0
        assert in_hand.any_lost(session, "telegram", NOON + in_hand.LOST_AFTER)
        assert in_hand.settle_lost(session, "telegram", NOON + in_hand.LOST_AFTER) == (1 if begun else 0)
    assert state(store, delivery.id) == (DeliveryState.UNCERTAIN if begun else DeliveryState.CREATED)
    assert (claim(store, NOON + dt.timedelta(days=1)) is None) is begun


def test_accepted_parts_are_counted_and_known_by_the_channels_ids(store: Store) -> None:
    say(store, "one")
    delivery = claimed(store)
    with store.writing() as session:
        for external_id in ("71", "72"):
            deliveries.part_sent(session, delivery, external_id, NOON)
    with store.reading() as session:
        row = session.get_one(Delivery, delivery)
        assert (row.parts_sent, row.external_ids) == (2, ["71", "72"])
        found = deliveries.message_known_as(session, row.chat, "72")
        assert found is not None
        assert found.text == "one"
        assert deliveries.message_known_as(session, row.chat, "7") is None


def test_a_web_message_is_delivered_when_it_is_fetched(store: Store) -> None:
    conversation = say(store, "one", "visitor", "web")
    telegram = say(store, "two")
    with store.writing() as session:
        for one in (conversation, telegram):
            deliveries.fetched(session, one, NOON)
        rows = session.query(Delivery).order_by(Delivery.id)
        assert [row.state for row in rows] == ["delivered", "created"]
    assert text(claim(store)) == "two"


def say_news(store: Store, text: str, address: str, after: float = 0) -> None:
    """Put a piece of news on its way, to be carried so many seconds after noon."""
    with store.writing() as session:
        chat = conversations.chat_of(session, Incoming("telegram", address, Kind.TEXT), NOON)
        conversation = conversations.current(session, chat, "", NOON)
        conversations.say(session, conversation, Utterance.plain(text), NOON, bulk_from=NOON + after * SECOND)


def test_an_answer_goes_before_the_news_of_other_chats(store: Store) -> None:
    for number in range(3):
        say_news(store, f"news {number}", f"{number}")
    say(store, "answer", "900")
    assert [text(claim(store)) for _ in range(4)] == ["answer", "news 0", "news 1", "news 2"]


def test_news_that_an_answer_of_its_chat_waits_behind_goes_with_the_answer(store: Store) -> None:
    say_news(store, "other news", "100")
    say_news(store, "own news", "900", after=0.9)
    say(store, "answer", "900")
    first = claim(store)
    assert first is not None
    assert text(first) == "own news"
    with store.writing() as session:
        deliveries.delivered(session, first.id, NOON)
    assert [text(claim(store)), text(claim(store)), text(claim(store))] == ["answer", "other news", None]


def test_news_that_failed_for_now_lets_the_answer_of_its_chat_pass(store: Store) -> None:
    say_news(store, "news", "100")
    news = claimed(store)
    with store.writing() as session:
        deliveries.failed_for_now(session, news, "busy", NOON, dt.timedelta(minutes=5))
    say(store, "answer", "100")
    assert text(claim(store)) == "answer"


def test_news_goes_out_when_it_is_due(store: Store) -> None:
    say_news(store, "now", "100")
    say_news(store, "a little later", "101", after=0.5)
    assert (text(claim(store)), text(claim(store))) == ("now", None)
    assert text(claim(store, NOON + SECOND / 2)) == "a little later"


def test_news_never_takes_all_of_a_couriers_hands(store: Store) -> None:
    for number in range(claiming.BULK_IN_HAND + 1):
        say_news(store, "news", f"{number}")
    in_hand = [claimed(store) for _ in range(claiming.BULK_IN_HAND)]
    assert claim(store) is None
    say(store, "answer", "900")
    assert text(claim(store)) == "answer"
    with store.writing() as session:
        deliveries.delivered(session, in_hand[0], NOON)
    assert text(claim(store)) == "news"


def test_at_night_only_news_that_an_answer_waits_behind_goes_out(store: Store) -> None:
    night = NOON + dt.timedelta(hours=9)
    say_news(store, "news", "100")
    assert claim(store, night) is None
    say(store, "answer", "100")
    assert text(claim(store, night)) == "news"
