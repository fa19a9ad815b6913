"""What a process has in hand is lost with it, whatever clocks say; several processes have each effect once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from bootstrap import instance
from bootstrap.lease import Lease, holding
from desk import waiting
from desk.conversations import claimed, handover, inbox
from desk.conversations import exchange as exchanging
from desk.conversations.claimed import Claim
from desk.conversations.exchange import exchange, give_up
from desk.conversations.inbox import RawUpdate
from desk.conversations.incoming import Incoming, Kind
from desk.conversations.model import InboxUpdate
from desk.deliveries import in_hand
from desk.desk import Desk
from desk.store import Store
from desk.workers import service as workers
from desk.workers.model import Worker
from tests.desk_fixtures import NOON, Chatter, World
from tests.worker_fixtures import desk_of, dies, lives

HOUR = dt.timedelta(hours=1)
SECOND = dt.timedelta(seconds=1)
QUESTION = "hồ sơ hải quan nhập khẩu gồm gì"


def put(store: Store, *updates: tuple[int, str]) -> None:
    with store.writing() as session:
        inbox.store(session, "telegram", [RawUpdate(str(n), chat, "{}", n) for n, chat in updates], NOON)


def claim(store: Store, by: str | None, at: dt.datetime = NOON) -> InboxUpdate | None:
    with store.writing() as session:
        return inbox.claim_next(session, "telegram", at, by)


def key(row: InboxUpdate | None) -> str | None:
    return row.update_key if row else None


def known(store: Store) -> list[str]:
    with store.reading() as session:
        return [each.id for each in workers.at_work(session)]


class TestWhoIsAtWork:
    def test_whoever_has_no_lease_takes_nothing(self, store: Store) -> None:
        put(store, (1, "lan"))
        assert claim(store, "unknown") is None
        lives(store, "a")
        assert key(claim(store, "a")) == "1"

    def test_what_a_dead_process_had_is_taken_at_once_and_what_a_living_one_has_is_not(self, store: Store) -> None:
        put(store, (1, "lan"), (2, "an"))
        for name in "ab":
            lives(store, name)
        assert (key(claim(store, "a")), key(claim(store, "b"))) == ("1", "2")
        dies(store, "a")
        again = claim(store, "b")
        assert again is not None
        assert (again.update_key, again.attempts, again.claimed_by) == ("1", 2, "b")
        assert claim(store, "b") is None

    def test_what_hangs_in_a_living_process_is_taken_after_the_long_limit(self, store: Store) -> None:
        put(store, (1, "lan"))
        for name in "ab":
            lives(store, name)
        assert key(claim(store, "a")) == "1"
        lives(store, "a", workers.beats_in(inbox.LOST_AFTER))
        assert claim(store, "b", NOON + HOUR) is None
        lives(store, "a", workers.beats_in(inbox.LOST_AFTER) + 1)
        assert key(claim(store, "b")) == "1"

    def test_a_process_without_signs_is_missed_after_so_many_looks_and_not_before(self) -> None:
        watch = workers.Watch()
        for beats in (1, 2, 2, 2, 3):
            assert watch.look([("a", beats)]) == []
        for _ in range(workers.LEASE - 1):
            assert watch.look([("a", 3)]) == []
        assert watch.look([("a", 3), ("b", 9)]) == [("a", 3)]

    def test_one_that_gave_a_sign_meanwhile_is_not_buried(self, store: Store) -> None:
        lives(store, "a", 7)
        with store.writing() as session:
            assert not workers.bury(session, "a", 6)
            assert workers.bury(session, "a", 7)
        assert known(store) == []

    def test_the_stopped_one_is_buried_by_another_and_comes_back_under_its_name(self, world: World) -> None:
        desk, lease = leased(world, "b")
        lives(world.store, "a", 5)
        for _ in range(workers.LEASE + 1):
            assert "a" in known(world.store)
            lease.turn()
        assert known(world.store) == [desk.worker]
        lives(world.store, "a", 6)
        lease.turn()
        assert sorted(known(world.store)) == ["a", "b"]
        assert lease.alike == 2

    def test_one_of_this_machine_that_has_ended_is_found_at_the_first_look(self, world: World) -> None:
        _, lease = leased(world, "b", lambda name: name == "elsewhere/a/1")
        lives(world.store, "a")
        lease.turn()
        assert known(world.store) == ["b"]

    def test_a_process_is_told_from_one_that_has_its_number_later(self) -> None:
        own = instance.own_name()
        assert not instance.has_ended(own)
        assert not instance.has_ended("another machine/1/5")
        machine, number, began = own.split("/")
        if began:  # the machine tells when processes began
            assert instance.has_ended(f"{machine}/{number}/1")
            assert instance.has_ended(f"{machine}/999999999/{began}")

    def test_one_that_ends_gives_back_what_it_has_and_it_counts_as_no_attempt(self, world: World) -> None:
        put(world.store, (1, "lan"))
        desk = Desk(world.store, world.clock, world.search, world.dialogue, world.desk.rules, worker="a")
        with holding(desk, "bot"):
            row = claim(world.store, "a")
            assert key(row) == "1"
        assert known(world.store) == []
        lives(world.store, "b")
        again = claim(world.store, "b")
        assert again is not None
        assert (again.update_key, again.attempts) == ("1", 1)

    def test_a_desk_that_takes_no_work_has_no_lease(self, world: World) -> None:
        with holding(world.desk, "console") as lease:
            assert lease is None
        with pytest.raises(ValueError, match="without a worker"):
            Lease(world.desk, "console")


def leased(world: World, name: str, has_ended: Callable[[str], bool] = lambda _: False) -> tuple[Desk, Lease]:
    desk = desk_of(world, name)
    return desk, Lease(desk, "bot", has_ended=has_ended)


class TestOrder:
    def test_updates_of_a_chat_are_taken_by_their_number_however_they_arrived(self, store: Store) -> None:
        put(store, (12, "lan"), (11, "lan"))
        first = claim(store, None)
        assert key(first) == "11"
        assert claim(store, None) is None
        assert first is not None
        with store.writing() as session:
            claimed.finish(session, first.id, "handled", NOON)
        assert key(claim(store, None)) == "12"

    def test_one_that_arrives_late_waits_for_what_is_in_hand(self, store: Store) -> None:
        for name in "ab":
            lives(store, name)
        put(store, (12, "lan"))
        assert key(claim(store, "a")) == "12"
        put(store, (11, "lan"))
        assert claim(store, "b") is None
        dies(store, "a")
        assert key(claim(store, "b")) == "12"

    def test_the_web_is_ordered_by_arrival(self, store: Store) -> None:
        with store.writing() as session:
            inbox.store(session, "web", [RawUpdate(f"v:{n}", "v", "{}") for n in "ba"], NOON)
            row = inbox.claim_next(session, "web", NOON)
        assert key(row) == "v:b"


class TestOvertaken:
    """A worker is stopped, another does its update, and the first wakes up."""

    POINTS = ("look_ahead", "act", "ask", "record")

    @pytest.mark.parametrize("point", POINTS)
    @pytest.mark.parametrize("text", [QUESTION, "/help"])
    def test_there_is_one_set_of_effects(
        self, world: World, lan: Chatter, monkeypatch: pytest.MonkeyPatch, point: str, text: str
    ) -> None:
        world.search.finds("dossier_import")
        first, second = desk_of(world, "a"), desk_of(world, "b")
        update_id, incoming = sent(world, lan, text)
        row = claim(world.store, "a")
        assert row is not None
        where: Any = {"ask": handover, "record": handover}.get(point, exchanging)
        whole = getattr(where, point)
        stopped = []

        def stops(*arguments: Any, **more: Any) -> Any:
            if not stopped:
                stopped.append(point)
                if point in ("act", "record"):  # in a transaction nobody else writes on SQLite: it is stopped before
                    raise Stopped
                others_do_it(world, second, update_id, incoming)
            return whole(*arguments, **more)

        monkeypatch.setattr(where, point, stops)
        try:
            exchange(first, update_id, incoming, Claim.of(row))
        except Stopped:
            others_do_it(world, second, update_id, incoming)
            with pytest.raises(claimed.Overtaken):
                exchange(first, update_id, incoming, Claim.of(row))
        except claimed.Overtaken:
            give_up(first, update_id, incoming, "too late", Claim.of(row))
        else:
            assert not stopped or stopped == ["look_ahead"]
        said = [each.text for each in lan.read()]
        assert len(said) == len(set(said)) == 2  # the notice and the answer
        assert len(world.dialogue.seen) == (1 if text == QUESTION else 0)
        with world.store.reading() as session:
            assert session.get_one(InboxUpdate, update_id).state == "done"

    def test_what_an_attempt_before_left_is_not_asked_by_one_that_was_overtaken(
        self, world: World, lan: Chatter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world.search.finds("dossier_import")
        first, second = desk_of(world, "a"), desk_of(world, "b")
        update_id, incoming = sent(world, lan, QUESTION)
        row = claim(world.store, "a")
        assert row is not None

        def stops(*_: Any, **__: Any) -> Any:
            raise Stopped

        with monkeypatch.context() as patch:
            patch.setattr(handover, "ask", stops)
            with pytest.raises(Stopped):
                exchange(first, update_id, incoming, Claim.of(row))
        give_up(first, update_id, incoming, "stopped", Claim.of(row))
        again = claim(world.store, "a", NOON + HOUR)
        assert again is not None
        assert Claim.of(again).is_begun
        others_do_it(world, second, update_id, incoming)
        asked = len(world.dialogue.seen)
        monkeypatch.setattr(handover, "ask", stops)
        with pytest.raises(claimed.Overtaken):
            exchange(first, update_id, incoming, Claim.of(again))
        assert len(world.dialogue.seen) == asked == 1

    def test_a_late_failure_leaves_alone_what_another_has_in_hand(self, world: World, lan: Chatter) -> None:
        desk_of(world, "a")
        desk_of(world, "b")
        update_id, incoming = sent(world, lan, "/help")
        row = claim(world.store, "a")
        assert row is not None
        dies(world.store, "a")
        assert claim(world.store, "b") is not None
        give_up(world.desk, update_id, incoming, "too late", Claim.of(row))
        with world.store.reading() as session:
            held = session.get_one(InboxUpdate, update_id)
            assert (held.state, held.claimed_by) == ("processing", "b")


class Stopped(Exception):
    """The process was stopped here."""


def sent(world: World, lan: Chatter, text: str) -> tuple[int, Incoming]:
    kind = Kind.COMMAND if text.startswith("/") else Kind.TEXT
    incoming = Incoming("telegram", lan.address, kind, text=text, command=text[1:], user=lan.address)
    with world.store.writing() as session:
        inbox.store(session, "telegram", [RawUpdate("1", lan.address, "{}", 1)], NOON)
    with world.store.reading() as session:
        return session.query(InboxUpdate).one().id, incoming


def others_do_it(world: World, desk: Desk, update_id: int, incoming: Incoming) -> None:
    dies(world.store, "a")
    row = claim(world.store, desk.worker)
    assert row is not None
    exchange(desk, update_id, incoming, Claim.of(row))
    lives(world.store, "a", 50)


class TestClocks:
    def test_one_that_leaps_forward_loses_nothing_that_is_in_hand(self, store: Store) -> None:
        put(store, (1, "lan"))
        for name in "ab":
            lives(store, name)
        assert claim(store, "a") is not None
        assert claim(store, "b", NOON + HOUR) is None

    def test_one_that_is_put_back_leaves_no_attempt_waiting(self, store: Store) -> None:
        put(store, (1, "lan"))
        row = claim(store, None, NOON)
        assert row is not None
        with store.writing() as session:
            claimed.put_back(session, row.id, "boom", NOON)
        assert claim(store, None, NOON - waiting.AHEAD) is None
        assert key(claim(store, None, NOON - HOUR)) == "1"

    def test_one_that_is_put_back_while_something_is_in_hand_changes_nothing(self, store: Store) -> None:
        put(store, (1, "lan"))
        for name in "ab":
            lives(store, name)
        assert claim(store, "a") is not None
        assert claim(store, "b", NOON - HOUR) is None
        dies(store, "a")
        assert claim(store, "b", NOON - HOUR) is not None


class TestChance:
    def test_waits_are_spread_and_never_shorter(self, monkeypatch: pytest.MonkeyPatch) -> None:
        asked = dt.timedelta(seconds=40)
        for chance, wait in ((0.0, 40), (0.5, 45), (1.0, 50)):
            monkeypatch.setattr(waiting, "chance", lambda chance=chance: chance)
            assert waiting.spread(asked) == dt.timedelta(seconds=wait)
            assert waiting.back_off((SECOND, asked), 7) == dt.timedelta(seconds=wait)


def test_the_rows_of_workers_are_whole(store: Store) -> None:
    lives(store, "a")
    lives(store, "a", 2)
    with store.reading() as session:
        (row,) = session.query(Worker)
        assert (row.beats, row.process) == (2, "bot")
        assert in_hand.LOST_AFTER > inbox.LOST_AFTER
