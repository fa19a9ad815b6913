"""Many workers claim, die and come back on each database: every effect once, in order, one of a chat at a time."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field, replace

import pytest
from sqlalchemy import event, select, text

from desk.audit.model import AuditEntry
from desk.audit.service import record_act
from desk.conversations import claimed, inbox
from desk.conversations import service as conversations
from desk.conversations.claimed import Claim
from desk.conversations.inbox import RawUpdate
from desk.conversations.incoming import Incoming, Kind
from desk.conversations.model import Conversation, InboxUpdate
from desk.deliveries import claiming, in_hand
from desk.deliveries.in_hand import Hand, Noted
from desk.deliveries.model import Delivery
from desk.desk import Desk
from desk.speech import Utterance
from desk.store import Store, make_engine
from desk.workers import service as workers
from desk.workers.model import Worker
from tests.desk_fixtures import NOON, World
from tests.worker_fixtures import dies, lives

CHATS, EACH, WORKERS = 7, 5, 5
WITHIN = 60.0


@dataclass
class Town:
    """What all workers of a test share: who has which chat in hand, and what went wrong."""

    url: str
    in_hand: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    deaths: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def takes(self, chat: str, worker: str) -> None:
        with self.lock:
            if chat in self.in_hand:
                self.wrong.append(f"{chat} is in the hands of {self.in_hand[chat]} and of {worker}")
            self.in_hand[chat] = worker

    def lays_down(self, chat: str, worker: str) -> None:
        with self.lock:
            if self.in_hand.get(chat) == worker:
                del self.in_hand[chat]


@pytest.fixture
def town(own_world: World) -> Town:
    """A store whose every disk write is not waited for."""
    return Town(own_world.store.engine.url.render_as_string(hide_password=False))


def connect(url: str) -> Store:
    engine = make_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    return Store(engine)


class Process(threading.Thread):
    """Works until all is done; now and then it dies over a piece of work and comes back under another name."""

    def __init__(self, town: Town, number: int) -> None:
        super().__init__(name=f"process {number}")
        self.town, self.random, self.number = town, random.Random(number), number
        self.lives = 0

    def run(self) -> None:
        store = connect(self.town.url)
        until = time.monotonic() + WITHIN
        try:
            self.name = self.born(store)
            while time.monotonic() < until and not self.is_all_done(store):
                if not self.does_one(store):
                    time.sleep(0.03)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong is what the test asks for
            self.town.wrong.append(repr(error))
        finally:
            store.engine.dispose()

    def born(self, store: Store) -> str:
        self.lives += 1
        name = f"{self.number}.{self.lives}"
        lives(store, name)
        return name

    def reborn(self, store: Store, chat: str) -> None:
        self.town.deaths += 1
        self.town.lays_down(chat, self.name)
        dies(store, self.name)
        self.name = self.born(store)

    def is_all_done(self, store: Store) -> bool:
        raise NotImplementedError

    def does_one(self, store: Store) -> bool:
        raise NotImplementedError


class OfTheInbox(Process):
    def is_all_done(self, store: Store) -> bool:
        with store.reading() as session:
            return inbox.waiting(session, "telegram") == 0

    def does_one(self, store: Store) -> bool:
        with store.writing() as session:
            row = inbox.claim_next(session, "telegram", NOON, self.name)
            if row is not None:
                self.town.takes(row.chat_address, self.name)
        if row is None:
            return False
        if self.random.random() < 0.25:
            self.reborn(store, row.chat_address)
            if self.random.random() < 0.5:  # it was only stopped, and goes on
                self.has_effects(store, row)
            return True
        self.has_effects(store, row)
        return True

    def has_effects(self, store: Store, row: InboxUpdate) -> None:
        try:
            with store.writing() as session:
                claimed.hold(session, Claim.of(row))
                record_act(session, actor=self.name, act="test.done", subject=row.update_key, at=NOON)
                claimed.finish(session, row.id, "handled", NOON)
                self.town.lays_down(row.chat_address, row.claimed_by or "")
        except claimed.Overtaken:
            return


class Courier(Process):
    def is_all_done(self, store: Store) -> bool:
        with store.reading() as session:
            on_its_way = Delivery.state.in_(("created", "sending", "temporary_failure"))
            return session.scalar(select(Delivery.id).where(on_its_way).limit(1)) is None

    def does_one(self, store: Store) -> bool:
        with store.reading() as session:
            is_any_lost = in_hand.any_lost(session, "telegram", NOON)
        if is_any_lost:
            with store.writing() as session:
                in_hand.settle_lost(session, "telegram", NOON)
        with store.writing() as session:
            row = claiming.claim_next(session, "telegram", NOON, self.name)
            if row is not None:
                self.town.takes(row.chat_id, self.name)
        if row is None:
            return False
        hand = Hand.of(row)
        if self.random.random() < 0.2:
            self.reborn(store, row.chat_id)
        with store.writing() as session:
            if not in_hand.begin_piece(session, hand, NOON):
                return True
        with store.writing() as session:
            record_act(session, actor=self.name, act="test.done", subject=row.message.text, at=NOON)
            noted = in_hand.piece_sent(session, hand, "1", NOON, is_last=True)
            self.town.lays_down(row.chat_id, hand.worker or "")
        if noted is Noted.OVERTAKEN:
            self.town.wrong.append(f"delivery {hand.delivery_id} was sent by two")
        return True


def work(town: Town, kind: type[Process]) -> None:
    """Let them all work at once until all is done."""
    processes = [kind(town, number) for number in range(WORKERS)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(WITHIN + 10)
    assert not any(process.is_alive() for process in processes)


def effects(store: Store) -> list[tuple[str, int]]:
    """The chat and number of each effect, in the order in which they came."""
    with store.reading() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.act == "test.done").order_by(AuditEntry.id))
        return [(chat, int(number)) for row in rows for chat, number in [row.subject.split(":")]]


def check_each_once_and_in_order(found: list[tuple[str, int]]) -> None:
    assert sorted(found) == sorted((f"chat {chat}", number) for chat in range(CHATS) for number in range(EACH))
    for chat in {chat for chat, _ in found}:
        in_order = [number for where, number in found if where == chat]
        assert in_order == sorted(in_order)


def test_updates_have_their_effects_once_and_in_order(own_world: World, town: Town) -> None:
    arriving = [(f"chat {chat}", number) for number in range(EACH) for chat in range(CHATS)]
    random.Random(3).shuffle(arriving)  # as when several replicas are posted to
    with own_world.store.writing() as session:
        raw = [RawUpdate(f"{chat}:{number}", chat, "{}", 1000 + number) for chat, number in arriving]
        inbox.store(session, "telegram", raw, NOON)
    work(town, OfTheInbox)
    assert town.wrong == []
    assert town.deaths > 0  # how many depends on who takes how much
    check_each_once_and_in_order(effects(own_world.store))


def test_deliveries_go_out_once_and_in_order(own_world: World, town: Town) -> None:
    with own_world.store.writing() as session:
        for chat in range(CHATS):
            incoming = Incoming("telegram", f"chat {chat}", Kind.TEXT)
            conversation = conversations.current(session, conversations.chat_of(session, incoming, NOON), "", NOON)
            for number in range(EACH):
                conversations.say(session, conversation, Utterance.plain(f"chat {chat}:{number}"), NOON)
    work(town, Courier)
    assert town.wrong == []
    assert town.deaths > 0
    found = effects(own_world.store)
    # What was begun by one that then was taken for dead is uncertain, and sent by nobody else.
    assert len(found) == len(set(found))
    for chat in {chat for chat, _ in found}:
        in_order = [number for where, number in found if where == chat]
        assert in_order == sorted(in_order)
    with own_world.store.reading() as session:
        assert {row.state for row in session.scalars(select(Delivery))} <= {"delivered", "uncertain"}


def test_a_claim_that_hangs_holds_up_its_chat_and_no_other(own_world: World) -> None:
    if own_world.store.engine.dialect.name != "postgresql":
        pytest.skip("on SQLite one process writes at a time")
    for name in "ab":
        lives(own_world.store, name)
    with own_world.store.writing() as session:
        raw = [RawUpdate(f"{number}", f"chat {number % 2}", "{}", number) for number in range(4)]
        inbox.store(session, "telegram", raw, NOON)
    with own_world.store.writing() as stopped:  # a process is stopped in the middle of its claim
        first = inbox.claim_next(stopped, "telegram", NOON, "a")
        with own_world.store.writing() as session:
            second = inbox.claim_next(session, "telegram", NOON, "b")
        with own_world.store.writing() as session:
            assert inbox.claim_next(session, "telegram", NOON, "b") is None
    assert (first is not None and first.update_key, second is not None and second.update_key) == ("0", "1")


def test_one_that_was_stopped_while_it_wrote_keeps_nobody_waiting(own_world: World) -> None:
    if own_world.store.engine.dialect.name != "postgresql":
        pytest.skip("on SQLite one process writes at a time")
    store = own_world.store
    for name in "ab":
        lives(store, name)
    with store.writing() as session:
        inbox.store(session, "telegram", [RawUpdate(f"{n}", f"chat {n}", "{}", n) for n in range(2)], NOON)
    with store.writing() as session:
        first = inbox.claim_next(session, "telegram", NOON, "a")
    assert first is not None
    with store.writing() as stopped:  # in the midst of its effects and of a sign of life
        claimed.hold(stopped, Claim.of(first))
        workers.beat(stopped, Worker(id="a", process="bot", instance="", beats=2, started_at=NOON, seen_at=NOON))
        with store.writing() as session:
            session.execute(text("SET LOCAL lock_timeout = 1000"))
            assert not workers.bury(session, "a", 1)
            second = inbox.claim_next(session, "telegram", NOON, "b")
            assert second is not None
            assert second.update_key == "1"


def test_the_same_update_posted_to_two_replicas_at_once_is_stored_once(own_world: World, town: Town) -> None:
    desks = [replace(own_world.desk, store=connect(town.url)) for _ in range(4)]
    stored, ready = [], threading.Barrier(len(desks))

    def post(desk: Desk) -> None:
        ready.wait(10)
        with desk.store.writing() as session:
            stored.append(inbox.store(session, "telegram", [RawUpdate("1", "lan", "{}", 1)], NOON))

    threads = [threading.Thread(target=post, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    for desk in desks:
        desk.store.engine.dispose()
    assert sorted(stored) == [0, 0, 0, 1]


def test_what_is_said_to_a_chat_by_two_at_once_is_numbered_in_the_order_in_which_it_is_kept(
    own_world: World, town: Town
) -> None:
    """Else a courier, or a visitor who asks for what is new, would see the later message and never wait for the first.

    An officer answers in one process while the person is answered in another.
    """
    if own_world.store.engine.dialect.name != "postgresql":
        pytest.skip("on SQLite one process writes at a time")
    incoming = Incoming("telegram", "lan", Kind.TEXT)
    with own_world.store.writing() as session:
        conversation_id = conversations.current(session, conversations.chat_of(session, incoming, NOON), "", NOON).id
    other, spoke_first = connect(town.url), threading.Event()

    def speak_first() -> None:
        with other.writing() as session:
            conversation = session.get_one(Conversation, conversation_id)
            conversations.say(session, conversation, Utterance.plain("first"), NOON)
            spoke_first.set()
            _until_somebody_waits_for_a_lock(own_world.store)

    first = threading.Thread(target=speak_first)
    first.start()
    assert spoke_first.wait(10)
    with own_world.store.writing() as session:
        conversation = session.get_one(Conversation, conversation_id)
        second = conversations.say(session, conversation, Utterance.plain("second"), NOON)
        with own_world.store.reading() as seen:
            kept = list(seen.scalars(select(Delivery).where(Delivery.message_order < second.order_no)))
    first.join(10)
    other.engine.dispose()

    assert [delivery.message.text for delivery in kept] == ["first"]


def _until_somebody_waits_for_a_lock(store: Store) -> None:
    waits = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    deadline = time.monotonic() + 2
    while time.monotonic() < deadline:
        with store.reading() as session:
            if session.scalar(waits):
                return
        time.sleep(0.01)
