"""What the desk tells whoever watches it: only what is kept, in words of a fixed list, and what it is at work on."""

from __future__ import annotations

import contextvars
import datetime as dt
import logging
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from desk.answering.outcome import Outcome
from desk.conversations import claimed, exchange, inbox, without_dialogue
from desk.conversations.incoming import Kind
from desk.conversations.model import InboxUpdate
from desk.deliveries import claiming, in_hand
from desk.deliveries import service as deliveries
from desk.deliveries.model import Delivery
from desk.observing import UNOBSERVED, Observer, Unobserved, about, at_work_on, note, once_kept
from tests.desk_fixtures import SURE, Chatter, World


@dataclass
class Listener(Unobserved):
    """Remembers what it is told, without seconds of the real clock."""

    told: list[tuple[object, ...]] = field(default_factory=list)

    def received(self, channel: str, count: int) -> None:
        self.told.append(("received", channel, count))

    def exchanged(self, channel: str, result: str, seconds: float) -> None:
        assert seconds >= 0
        self.told.append(("exchanged", channel, result))

    def put_back(self, channel: str, then: str) -> None:
        self.told.append(("put_back", channel, then))

    def enquired(self, channel: str, outcome: str) -> None:
        self.told.append(("enquired", channel, outcome))

    def carried(self, channel: str, state: str, seconds: float | None) -> None:
        self.told.append(("carried", channel, state, seconds))


@pytest.fixture
def listener(world: World) -> Listener:
    world.store.observer = Listener()
    return world.store.observer


def test_a_conversation_is_told_step_by_step(world: World, lan: Chatter, listener: Listener) -> None:
    world.search.finds("channels", confidence=SURE)
    lan.writes("Phân kênh là gì?")
    assert listener.told == [
        ("received", "telegram", 1),
        ("enquired", "telegram", Outcome.ANSWERED),
        ("exchanged", "telegram", "done"),
    ]


def test_a_dialogue_that_fails_is_an_enquiry_with_that_outcome(world: World, lan: Chatter, listener: Listener) -> None:
    lan.writes("nhập khẩu hoa lan rừng thì cần gì")
    lan.taps("ask_officer")
    lan.taps("add_details")
    world.dialogue.fails = True
    listener.told.clear()
    update_id, answer = lan.update(Kind.TEXT, text="Công ty Lan")
    with world.store.writing() as session:
        session.get_one(InboxUpdate, update_id).attempts = without_dialogue.ATTEMPTS
    exchange.exchange(world.desk, update_id, answer)
    assert ("enquired", "telegram", Outcome.ERROR_DIALOGUE) in listener.told


def test_what_is_rolled_back_is_never_told(world: World, listener: Listener) -> None:
    with pytest.raises(RuntimeError), world.store.writing() as session:  # noqa: PT012 - raised after the rest
        inbox.store(session, "web", [inbox.RawUpdate("1", "1", "{}")], world.clock.now())
        with session.begin_nested():
            once_kept(session, lambda observer: observer.put_back("web", "retried"))
        raise RuntimeError
    assert listener.told == []


def test_an_update_is_retried_and_at_last_set_aside(world: World, lan: Chatter, listener: Listener) -> None:
    update_id, _ = lan.update(Kind.TEXT, text="Phân kênh là gì?")
    exchange.give_up(world.desk, update_id, None, "ValueError")
    with world.store.writing() as session:
        session.get_one(InboxUpdate, update_id).attempts = claimed.ATTEMPTS
    exchange.give_up(world.desk, update_id, None, "ValueError")
    assert listener.told[1:] == [("put_back", "telegram", "retried"), ("put_back", "telegram", "set_aside")]


def test_an_attempt_that_fails_is_told_as_failed(
    world: World, lan: Chatter, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(exchange, "_exchange", breaks)
    update_id, incoming = lan.update(Kind.TEXT, text="Phân kênh là gì?")
    with pytest.raises(ValueError):  # noqa: PT011 - made above
        exchange.exchange(world.desk, update_id, incoming)
    assert listener.told[-1] == ("exchanged", "telegram", "failed")


def _only_delivery(world: World) -> int:
    with world.store.reading() as session:
        return session.scalars(select(Delivery.id).order_by(Delivery.id)).all()[-1]


def test_every_fate_of_a_delivery_is_told_with_the_seconds_until_it_arrived(
    world: World, lan: Chatter, listener: Listener
) -> None:
    lan.commands("help")
    listener.told.clear()
    delivery_id, later = _only_delivery(world), world.clock.now() + dt.timedelta(seconds=7)
    for act in (
        lambda session: deliveries.failed_for_now(session, delivery_id, "slow", later),
        lambda session: deliveries.failed_for_good(session, delivery_id, "no"),
        lambda session: deliveries.cut_off(session, delivery_id, "cut"),
        lambda session: deliveries.delivered(session, delivery_id, later),
    ):
        with world.store.writing() as session:
            act(session)
    assert listener.told == [
        ("carried", "telegram", "temporary_failure", None),
        ("carried", "telegram", "permanent_failure", None),
        ("carried", "telegram", "uncertain", None),
        ("carried", "telegram", "delivered", 7.0),
    ]


def test_what_a_courier_lost_is_told_as_uncertain(world: World, lan: Chatter, listener: Listener) -> None:
    lan.commands("help")
    with world.store.writing() as session:
        delivery = claiming.claim_next(session, "telegram", world.clock.now())
        assert delivery is not None
        assert in_hand.begin_piece(session, in_hand.Hand.of(delivery), world.clock.now())
    listener.told.clear()
    with world.store.writing() as session:
        in_hand.settle_lost(session, "telegram", world.clock.advance(minutes=5))
    assert listener.told == [("carried", "telegram", "uncertain", None)]


def test_what_is_fetched_on_the_web_is_told_as_delivered(world: World, listener: Listener) -> None:
    world.chatter("visitor", channel="web").commands("help")
    listener.told.clear()
    with world.store.reading() as session:
        orders = session.scalars(select(Delivery.message_order)).all()
    with world.store.writing() as session:
        deliveries.fetched_ones(session, orders, world.clock.advance(seconds=2))
    assert listener.told == [("carried", "web", "delivered", 2.0)] * len(orders)


def test_nobody_watches_a_store_that_names_nobody(world: World, lan: Chatter) -> None:
    assert world.store.observer is UNOBSERVED
    assert lan.writes("Phân kênh là gì?")


def test_ids_are_those_of_the_innermost_work_and_go_with_it() -> None:
    note(case="2026-00001")
    assert at_work_on() == {}
    with about(update=1):
        note(enquiry="e")
        with about(delivery=2):
            note(case="2026-00001")
            assert at_work_on() == {"update": 1, "enquiry": "e", "delivery": 2, "case": "2026-00001"}
        assert at_work_on() == {"update": 1, "enquiry": "e"}
    assert at_work_on() == {}


def test_what_a_thread_notes_is_known_outside_of_it() -> None:
    with about(update=1):
        contextvars.copy_context().run(note, enquiry="e")
        assert at_work_on() == {"update": 1, "enquiry": "e"}


def test_an_officers_act_is_about_its_case(
    world: World, lan: Chatter, minh: Chatter, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[dict[str, object]] = []

    class Ids(logging.Filter):
        def filter(self, _: logging.LogRecord) -> bool:
            seen.append(dict(at_work_on()))
            return True

    log, ids = logging.getLogger(exchange.__name__), Ids()
    log.addFilter(ids)
    try:
        with caplog.at_level(logging.INFO):
            lan.writes("Kho của tôi ở đâu?")
            lan.taps("ask_officer")
            lan.taps("send_as_is")
            minh.taps("officer_claim")
    finally:
        log.removeFilter(ids)
    number = seen[-1]["case"]
    assert [line.get("case") for line in seen] == [None, None, number, number]
    assert all({"update", "enquiry"} <= set(line) for line in seen)


def test_every_word_that_is_told_is_known_to_the_port() -> None:
    observer: Observer = Listener()
    assert observer is not None
