"""Hands take work from the store: at once what is told, by and by what is not, and no more than they can hold."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest

from bot.hands import TOGETHER, Hands
from bot.inbox import keep, received
from bot.worker import Worker
from desk.conversations.model import InboxUpdate
from tests.desk_fixtures import World
from tests.worker_fixtures import desk_of

AT_ONCE = 2


class Shelf:
    """Work in its order, as a store has it; counts who looked and who claimed in vain."""

    def __init__(self, *work: str) -> None:
        self.work = list(work)
        self.looks = self.empty_claims = 0
        self.transactions: list[int] = []

    @contextmanager
    def writing(self) -> Any:
        """Notes how much was taken in it."""
        before = len(self.work)
        yield self
        self.transactions.append(before - len(self.work))

    @contextmanager
    def reading(self) -> Any:
        yield self

    def is_due(self, _: Any) -> bool:
        self.looks += 1
        return bool(self.work)

    def claim(self, _: Any) -> str | None:
        if not self.work:
            self.empty_claims += 1
            return None
        return self.work.pop(0)


class Doing:
    """What is in hand until it is let go."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.go_on = asyncio.Event()

    async def do(self, work: str) -> None:
        self.begun.append(work)
        await self.go_on.wait()


@asynccontextmanager
async def at_work(
    shelf: Shelf, doing: Doing, look_every: float = 60.0, at_once: int = AT_ONCE
) -> AsyncIterator[Hands[str]]:
    store: Any = shelf
    hands = Hands("test", store, shelf.is_due, shelf.claim, doing.do, at_once=at_once, look_every=look_every)
    running = asyncio.create_task(hands.run())
    try:
        yield hands
    finally:
        hands.stop()
        doing.go_on.set()
        await running
        await hands.finish()


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110 - it happens in a thread, too
            await asyncio.sleep(0.001)


async def test_no_more_is_in_hand_than_hands_can_hold_and_the_rest_follows() -> None:
    shelf, doing = Shelf("a", "b", "c"), Doing()
    async with at_work(shelf, doing):
        await until(lambda: len(doing.begun) == AT_ONCE)
        assert shelf.work == ["c"]
        doing.go_on.set()
        await until(lambda: doing.begun == ["a", "b", "c"])


async def test_so_many_are_taken_in_one_transaction_and_the_rest_in_the_next() -> None:
    shelf, doing = Shelf(*"abcdef"), Doing()
    async with at_work(shelf, doing, at_once=6):
        await until(lambda: doing.begun == [*"abcdef"])
    assert shelf.transactions[:2] == [TOGETHER, 2]


async def test_what_one_is_told_of_is_claimed_without_a_look() -> None:
    shelf, doing = Shelf(), Doing()
    async with at_work(shelf, doing) as hands:
        await until(lambda: shelf.empty_claims == 1)
        shelf.work.append("a")
        hands.wake()
        await until(lambda: doing.begun == ["a"])
        assert shelf.looks == 0


async def test_where_nobody_told_a_look_comes_before_a_claim() -> None:
    shelf, doing = Shelf("a"), Doing()
    doing.go_on.set()
    async with at_work(shelf, doing, look_every=0.001):
        await until(lambda: shelf.looks > 3)
        in_vain = shelf.empty_claims
        await until(lambda: shelf.looks > 6)
        assert shelf.empty_claims == in_vain
        shelf.work.append("b")
        await until(lambda: doing.begun == ["a", "b"])


async def test_what_was_claimed_within_is_begun_when_it_is_kept_and_nothing_where_hands_are_full() -> None:
    shelf, doing = Shelf(), Doing()
    async with at_work(shelf, doing) as hands:
        await until(lambda: shelf.empty_claims == 1)
        for work in ("a", "b"):
            shelf.work.append(work)
            taken = hands.claim_within(None)  # type: ignore[arg-type]
            assert taken == work
            assert work not in doing.begun
            hands.taken_up(taken)
            await until(lambda work=work: work in doing.begun)  # type: ignore[misc]
        shelf.work.append("c")
        assert hands.claim_within(None) is None  # type: ignore[arg-type]
        hands.taken_up(None)
        doing.go_on.set()
        await until(lambda: doing.begun == ["a", "b", "c"])


class _Bot:
    id, username = 7, "fixture_bot"


def an_update(number: int, chat: int) -> dict[str, Any]:
    return {"update_id": number, "message": {"chat": {"id": chat, "type": "private"}, "text": "xin chào"}}


@pytest.mark.parametrize("chats", [(1,), (1, 1), (1, 2)])
def test_of_what_is_stored_the_first_is_taken_up_in_the_same_transaction(world: World, chats: tuple[int, ...]) -> None:
    desk = desk_of(world, "a")
    worker = Worker(desk, _Bot(), replied=lambda: None)  # type: ignore[arg-type]
    updates = [received(an_update(number, chat), desk.now()) for number, chat in enumerate(chats, start=1)]
    kept = keep(desk, updates, worker.hands.claim_within)
    assert kept.taken is not None
    with world.store.reading() as session:
        states = [row.state for row in session.query(InboxUpdate).order_by(InboxUpdate.id)]
    assert states == ["processing", *["stored"] * (len(chats) - 1)]


def test_what_waits_from_before_is_taken_up_before_what_has_just_come(world: World) -> None:
    desk = desk_of(world, "a")
    worker = Worker(desk, _Bot(), replied=lambda: None)  # type: ignore[arg-type]
    keep(desk, [received(an_update(1, 1), desk.now())])
    kept = keep(desk, [received(an_update(2, 1), desk.now())], worker.hands.claim_within)
    assert kept.taken is not None
    with world.store.reading() as session:
        assert session.get_one(InboxUpdate, kept.taken.id).update_key == "1"
