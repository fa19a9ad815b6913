"""The inbox: stored once, in order per chat, in parallel across chats, never lost and never twice."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading

from desk.conversations import claimed, inbox
from desk.conversations.inbox import RawUpdate
from desk.conversations.model import InboxUpdate
from desk.store import Store, make_engine
from tests.desk_fixtures import NOON

SECOND = dt.timedelta(seconds=1)


def put(store: Store, *updates: tuple[str, str], channel: str = "telegram") -> int:
    with store.writing() as session:
        return inbox.store(session, channel, [RawUpdate(key, chat, "{}") for key, chat in updates], NOON)


def claim(store: Store, at: dt.datetime = NOON) -> InboxUpdate | None:
    with store.writing() as session:
        return inbox.claim_next(session, "telegram", at)


def key(row: InboxUpdate | None) -> str | None:
    return row.update_key if row else None


def finish(store: Store, row: InboxUpdate | None) -> None:
    assert row is not None
    with store.writing() as session:
        claimed.finish(session, row.id, "handled", NOON)


def test_an_update_is_stored_once(store: Store) -> None:
    assert put(store, ("1", "lan"), ("2", "lan"), ("1", "lan")) == 2
    assert put(store, ("2", "lan"), ("3", "lan")) == 1
    assert put(store, ("3", "lan"), channel="web") == 1


def test_a_batch_is_stored_whole_or_not_at_all(store: Store) -> None:
    class Unwritable:
        key, chat, number = "2", "lan", 2

        @property
        def body(self) -> str:
            raise OSError("cut off")

    with contextlib.suppress(OSError), store.writing() as session:
        inbox.store(session, "telegram", [RawUpdate("1", "lan", "{}"), Unwritable()], NOON)  # type: ignore[list-item]
    with store.reading() as session:
        assert inbox.waiting(session, "telegram") == 0


def test_one_chat_is_worked_on_in_order_and_chats_in_parallel(store: Store) -> None:
    put(store, ("1", "lan"), ("2", "lan"), ("3", "an"), ("4", "an"))
    first, second = claim(store), claim(store)
    assert (key(first), key(second), key(claim(store))) == ("1", "3", None)
    finish(store, second)
    assert key(claim(store)) == "4"
    finish(store, first)
    assert key(claim(store)) == "2"


def test_channels_do_not_wait_for_one_another(store: Store) -> None:
    put(store, ("1", "lan"), channel="web")
    put(store, ("1", "lan"))
    with store.writing() as session:
        assert inbox.claim_next(session, "web", NOON) is not None
    assert key(claim(store)) == "1"


def test_what_a_worker_lost_is_taken_again_after_its_lease(store: Store) -> None:
    put(store, ("1", "lan"), ("2", "lan"))
    assert key(claim(store)) == "1"
    assert claim(store, NOON + inbox.LOST_AFTER - SECOND) is None
    again = claim(store, NOON + inbox.LOST_AFTER)
    assert key(again) == "1"
    assert again is not None
    assert again.attempts == 2


def test_a_failed_attempt_waits_longer_each_time_and_the_last_sets_it_aside(store: Store) -> None:
    put(store, ("1", "lan"), ("2", "lan"))
    at = NOON
    for wait in claimed.BACK_OFF:
        row = claim(store, at)
        assert row is not None
        with store.writing() as session:
            assert claimed.put_back(session, row.id, "boom", at)
        assert claim(store, at + wait - SECOND / 2) is None
        at += wait
    row = claim(store, at)
    assert row is not None
    assert row.attempts == claimed.ATTEMPTS
    with store.writing() as session:
        assert not claimed.put_back(session, row.id, "boom", at)
        assert session.get_one(InboxUpdate, row.id).state == "failed"
    assert key(claim(store, at)) == "2"


def test_an_update_that_another_worker_has_finished_is_not_put_back(store: Store) -> None:
    put(store, ("1", "lan"))
    row = claim(store)
    finish(store, row)
    assert row is not None
    with store.writing() as session:
        claimed.put_back(session, row.id, "the slow worker failed", NOON)
    assert claim(store, NOON + inbox.LOST_AFTER) is None


def test_a_particular_update_is_claimed_once(store: Store) -> None:
    put(store, ("1", "lan"))
    for taken in (True, False):
        with store.writing() as session:
            assert (inbox.claim(session, "telegram", "1", NOON) is not None) is taken


def test_several_workers_never_take_the_same_update(store: Store) -> None:
    put(store, *((str(n), f"chat {n % 7}") for n in range(42)))
    url, taken, lock = store.engine.url, [], threading.Lock()

    def work() -> None:
        own = Store(make_engine(url.render_as_string()))
        while (row := claim(own)) is not None:
            with lock:
                taken.append((row.chat_address, int(row.update_key)))
            finish(own, row)
        own.engine.dispose()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    # A worker may stop while the rest of a chat is still in another's hands; nothing may be taken twice.
    while (row := claim(store)) is not None:
        taken.append((row.chat_address, int(row.update_key)))
        finish(store, row)
    assert sorted(number for _, number in taken) == list(range(42))
    for chat in {chat for chat, _ in taken}:
        in_order = [number for where, number in taken if where == chat]
        assert in_order == sorted(in_order)
