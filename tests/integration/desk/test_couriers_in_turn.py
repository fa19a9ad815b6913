"""Couriers that are stopped and go on later: what arrived is known, and nothing arrives twice but in one send."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from telegram.error import RetryAfter

from bot.courier import Courier, Parcel
from bot.pace import PRIVATE, Pace
from desk import waiting
from desk.conversations import service as conversations
from desk.conversations.incoming import Incoming, Kind
from desk.deliveries import claiming, in_hand
from desk.deliveries import service as deliveries
from desk.deliveries.model import Delivery, DeliveryState
from desk.speech import Utterance
from tests.desk_fixtures import NOON, World
from tests.worker_fixtures import desk_of, dies, lives

HOUR = dt.timedelta(hours=1)
CHAT = "100"


class FakeBot:
    """Takes what it is sent; ``meanwhile`` happens while a message is on its way."""

    def __init__(self, meanwhile: Callable[[], None] = lambda: None, error: Exception | None = None) -> None:
        self.sent: list[str] = []
        self._meanwhile = meanwhile
        self._error = error

    async def send_message(self, chat: str, text: str, **_: Any) -> Any:
        self._meanwhile()
        if self._error is not None:
            raise self._error
        self.sent.append(text)
        return SimpleNamespace(message_id=100 + len(self.sent))


def say(world: World, text: str, address: str = CHAT, bulk_from: dt.datetime | None = None) -> None:
    with world.store.writing() as session:
        chat = conversations.chat_of(session, Incoming("telegram", address, Kind.TEXT), NOON)
        conversation = conversations.current(session, chat, "", NOON)
        conversations.say(session, conversation, Utterance.plain(text), NOON, bulk_from=bulk_from)


def courier(world: World, name: str, bot: FakeBot) -> Courier:
    return Courier(desk_of(world, name), bot)  # type: ignore[arg-type]


def that_must_wait(world: World, name: str, bot: FakeBot, seconds: float = 0.01) -> Courier:
    """A courier who has sent as much to the chat as is allowed at once: the next piece is not begun with its claim."""
    now = 100.0
    pace = Pace(clock=lambda: now)
    for _ in range(PRIVATE.burst):
        pace.reserve(CHAT)
    now += PRIVATE.every - seconds
    return Courier(desk_of(world, name), bot, pace)  # type: ignore[arg-type]


def claimed(by: Courier) -> Parcel:
    [parcel] = by.hands.claim()
    return parcel


def the_delivery(world: World) -> Delivery:
    with world.store.reading() as session:
        return session.query(Delivery).one()


def taken_for_dead(world: World, name: str = "a") -> int:
    dies(world.store, name)
    with world.store.writing() as session:
        return in_hand.settle_lost(session, "telegram", world.clock.now())


def sent_again(world: World) -> None:
    with world.store.writing() as session:
        deliveries.send_again(session, session.query(Delivery).one().id, world.clock.now())


async def test_one_that_was_stopped_while_it_sent_tells_the_truth_later(world: World) -> None:
    say(world, "one")
    bot = FakeBot(meanwhile=lambda: settled.append(taken_for_dead(world)))
    settled: list[int] = []
    first = courier(world, "a", bot)
    await first.carry(claimed(first))
    assert settled == [1]
    assert the_delivery(world).state == DeliveryState.DELIVERED


async def test_one_that_was_stopped_before_it_sent_leaves_the_message_to_the_next(world: World) -> None:
    say(world, "one")
    first, second = that_must_wait(world, "a", stopped := FakeBot()), courier(world, "b", other := FakeBot())
    parcel = claimed(first)
    assert not parcel.is_begun
    assert taken_for_dead(world) == 0
    await second.carry(claimed(second))
    lives(world.store, "a", 50)
    await first.carry(parcel)
    assert (stopped.sent, other.sent) == ([], ["one"])


async def test_sent_again_by_another_the_first_stops_before_its_next_piece(world: World) -> None:
    say(world, "x " * 5000)
    other = FakeBot()
    second = courier(world, "b", other)

    def meanwhile() -> None:
        if len(stopped.sent) == 0:
            taken_for_dead(world)
            sent_again(world)
            again.append(claimed(second))
            lives(world.store, "a", 50)

    again: list[Parcel] = []
    stopped = FakeBot(meanwhile)
    first = courier(world, "a", stopped)
    parcel = claimed(first)
    assert len(parcel.parts) > 2
    await first.carry(parcel)
    assert len(stopped.sent) == 1  # the one that was on its way
    await second.carry(again[0])
    assert len(other.sent) == len(parcel.parts)
    delivery = the_delivery(world)
    assert (delivery.state, delivery.parts_sent) == (DeliveryState.DELIVERED, len(parcel.parts))
    assert len(delivery.external_ids) == len(parcel.parts) + 1


async def test_wanted_again_and_not_yet_taken_what_arrived_is_not_sent_again(world: World) -> None:
    say(world, "one")

    def meanwhile() -> None:
        taken_for_dead(world)
        sent_again(world)

    first = courier(world, "a", FakeBot(meanwhile))
    await first.carry(claimed(first))
    assert the_delivery(world).state == DeliveryState.DELIVERED
    assert courier(world, "b", FakeBot()).hands.claim() == []


async def test_a_late_refusal_changes_nothing_of_what_another_has_in_hand(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    say(world, "one")
    second = courier(world, "b", FakeBot())

    def meanwhile() -> None:
        taken_for_dead(world)
        sent_again(world)
        claimed(second)

    first = courier(world, "a", FakeBot(meanwhile, RetryAfter(dt.timedelta(seconds=5))))
    await first.carry(claimed(first))
    delivery = the_delivery(world)
    assert (delivery.state, delivery.claimed_by) == (DeliveryState.SENDING, "b")


async def test_one_that_ends_gives_back_what_waits_for_its_moment(world: World) -> None:
    for number in range(6):
        say(world, f"{number}")
    bot = FakeBot()
    first = Courier(desk_of(world, "a"), bot, Pace(clock=lambda: 100.0))  # type: ignore[arg-type]
    for _ in range(4):
        await first.carry(claimed(first))
    waits = asyncio.create_task(first.carry(claimed(first)))
    await asyncio.sleep(0)
    first.stop()
    await waits
    assert bot.sent == ["0", "1", "2", "3"]
    with world.store.reading() as session:
        assert [row.state for row in session.query(Delivery).order_by(Delivery.id)][4:] == ["created", "created"]


async def test_what_goes_out_at_once_is_begun_with_its_claim(world: World) -> None:
    say(world, "one")
    first = courier(world, "a", bot := FakeBot())
    parcel = claimed(first)
    assert (parcel.seconds, parcel.is_begun) == (0.0, True)
    assert the_delivery(world).begun
    await first.carry(parcel)
    assert bot.sent == ["one"]
    assert the_delivery(world).state == DeliveryState.DELIVERED


async def test_one_that_was_stopped_with_a_begun_piece_leaves_it_uncertain(world: World) -> None:
    say(world, "one")
    first = courier(world, "a", bot := FakeBot())
    parcel = claimed(first)
    assert taken_for_dead(world) == 1
    assert the_delivery(world).state == DeliveryState.UNCERTAIN
    assert courier(world, "b", FakeBot()).hands.claim() == []
    await first.carry(parcel)  # it was only slow
    assert bot.sent == ["one"]
    assert the_delivery(world).state == DeliveryState.DELIVERED


async def test_one_that_ends_gives_back_what_it_has_begun_and_not_sent(world: World) -> None:
    say(world, "one")
    first = courier(world, "a", bot := FakeBot())
    parcel = claimed(first)
    first.stop()
    await first.carry(parcel)
    assert bot.sent == []
    assert the_delivery(world).state == DeliveryState.CREATED


def test_a_worker_that_ends_gives_back_what_it_has_not_begun(world: World) -> None:
    say(world, "one", "200")
    say(world, "two")
    first = that_must_wait(world, "a", FakeBot())
    assert [claimed(first).is_begun for _ in range(2)] == [True, False]
    with world.store.writing() as session:
        assert in_hand.give_back(session, "a", NOON) == 1
    with world.store.reading() as session:
        assert [row.state for row in session.query(Delivery).order_by(Delivery.id)] == ["sending", "created"]


def test_a_piece_that_goes_out_keeps_a_long_delivery_in_hand(world: World) -> None:
    say(world, "one")
    first = that_must_wait(world, "a", FakeBot())
    hand = claimed(first).hand
    limit = int(in_hand.LOST_AFTER.total_seconds() / 2)
    lives(world.store, "a", limit)
    assert first._begin(hand)
    with world.store.writing() as session:
        in_hand.piece_sent(session, hand, "1", NOON, is_last=False)
    lives(world.store, "a", limit + 5)
    with world.store.reading() as session:
        assert not in_hand.any_lost(session, "telegram", NOON + HOUR)
    lives(world.store, "a", 2 * limit)
    with world.store.reading() as session:
        assert in_hand.any_lost(session, "telegram", NOON)


class TestClocks:
    def test_one_that_leaps_forward_makes_nothing_uncertain_that_is_in_hand(self, world: World) -> None:
        say(world, "one")
        first = courier(world, "a", FakeBot())
        first._begin(claimed(first).hand)
        with world.store.writing() as session:
            assert in_hand.settle_lost(session, "telegram", NOON + HOUR) == 0

    def test_one_that_is_put_back_leaves_no_message_waiting(self, world: World) -> None:
        say(world, "never tried")
        with world.store.writing() as session:
            delivery = claiming.claim_next(session, "telegram", NOON - HOUR)
            assert delivery is not None
            deliveries.failed_for_now(session, delivery.id, "flood", NOON, dt.timedelta(hours=3))
        with world.store.writing() as session:
            assert claiming.claim_next(session, "telegram", NOON) is None
            assert claiming.claim_next(session, "telegram", NOON + 2 * HOUR) is None
            assert claiming.claim_next(session, "telegram", NOON - HOUR) is not None

    def test_news_waits_for_its_moment_and_for_a_polite_hour_however_far_away(self, world: World) -> None:
        say(world, "news", bulk_from=NOON + 24 * HOUR)
        with world.store.writing() as session:
            for at in (NOON, NOON + 23 * HOUR, NOON + 33 * HOUR):  # the last one is at night
                assert claiming.claim_next(session, "telegram", at) is None
            assert claiming.claim_next(session, "telegram", NOON + 24 * HOUR) is not None

    def test_news_that_a_clock_ahead_put_on_its_way_goes_by_the_clock_of_now(self, world: World) -> None:
        say(world, "news", bulk_from=NOON + dt.timedelta(seconds=5))
        with world.store.writing() as session:
            assert claiming.claim_next(session, "telegram", NOON - HOUR) is not None


def test_a_wait_that_telegram_asks_for_is_kept_and_a_little_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "chance", lambda: 1.0)
    say(world, "one")
    with world.store.writing() as session:
        delivery = claiming.claim_next(session, "telegram", NOON)
        assert delivery is not None
        deliveries.failed_for_now(session, delivery.id, "flood", NOON, dt.timedelta(seconds=40))
        assert delivery.next_attempt_at == NOON + dt.timedelta(seconds=50)


def test_what_others_sent_to_a_chat_counts_for_its_pace(world: World) -> None:
    for number in range(5):
        say(world, f"{number}")
    pace = Pace(clock=lambda: 100.0, sharers=lambda: 2)
    first = Courier(desk_of(world, "a"), FakeBot(), pace)  # type: ignore[arg-type]
    for number in range(4):
        first._sent(claimed(first).hand, str(number), is_last=True)
    world.clock.advance(seconds=1)
    other = Courier(desk_of(world, "b"), FakeBot(), Pace(clock=lambda: 200.0, sharers=lambda: 2))  # type: ignore[arg-type]
    assert claimed(other).seconds == pytest.approx(0.0)
    assert other._pace.reserve(CHAT) == pytest.approx(1.0)


def test_couriers_of_one_bot_share_what_is_allowed_to_all() -> None:
    alone, one_of_three = Pace(lambda: 100.0), Pace(lambda: 100.0, lambda: 3)
    chats = [str(number) for number in range(300)]
    assert sum(alone.reserve(chat) < 5 for chat in chats) == pytest.approx(155, abs=3)
    assert sum(one_of_three.reserve(chat) < 5 for chat in chats) == pytest.approx(51, abs=3)
