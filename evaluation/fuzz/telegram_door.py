"""Made-up updates through the door of Telegram: kept, understood, and a part of them worked on to the end.

Every update goes through what a poll does (`received`, `keep`) and is read as the worker reads it. Of some, the
worker does the rest, with a dialogue, a search and a Telegram that are made up, on a store with an authority in it:
nothing may be left in hand, and whoever wrote is answered, unless a rule says why not.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
from collections.abc import Sequence
from itertools import islice
from typing import Any

from sqlalchemy import func, select
from telegram.error import BadRequest

from bot.arrivals import Received
from bot.courier import _blocks_of
from bot.inbox import NoUpdate, keep, received
from bot.reading import Identity, Read, read
from bot.rendering import ButtonShown, keyboard, render
from bot.turns import Turns
from bot.worker import Worker
from desk.conversations.inbox import RawUpdate
from desk.conversations.incoming import Kind
from desk.conversations.model import Button, InboxUpdate
from desk.deliveries.model import Delivery
from desk.desk import Desk
from evaluation.fuzz.tally import Tally, what_failed
from evaluation.fuzz.updates import BOT, Made, Shape, Updates
from tests.desk_fixtures import World

IDENTITY = Identity(int(str(BOT["id"])), str(BOT["username"]))
#: So many are kept in one transaction, as Telegram gives a hundred at most.
BATCH = 100
#: Nobody waits for a reply to these.
UNANSWERED = frozenset({Kind.BLOCKED, Kind.UNBLOCKED, Kind.EDITED})
#: Files that Telegram hands out: a picture, a document, something else, nothing.
_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)
_FILES = (_PNG, b"%PDF-1.4\n%\xe2\xe3\n", b"PK\x03\x04", b"MZ\x90\x00", b"", b"<html><script>", b"\x00" * 100)


class MadeUpTelegram:
    """What the worker asks of Telegram: signs are taken, and files are handed out, now and then not."""

    id, username = IDENTITY.id, IDENTITY.username

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    async def send_chat_action(self, *_: Any) -> None:
        return

    async def answer_callback_query(self, *_: Any) -> None:
        return

    async def get_file(self, _file_id: str) -> Any:
        if self._chance.randrange(5) == 0:
            raise BadRequest(self._chance.choice(("File is too big", "wrong file_id")))
        return _FileAtTelegram(self._chance.choice(_FILES))


class _FileAtTelegram:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self.file_size = len(data)

    async def download_as_bytearray(self) -> bytearray:
        return bytearray(self._data)


def at_the_door(desk: Desk, count: int, seed: int) -> Tally:
    """Keep and read so many updates; every one is kept, or refused for having no id."""
    tally = Tally("updates")
    batch: list[tuple[Made, Received]] = []
    for made in islice(Updates(seed), count):
        tally.tried += 1
        came = _received(tally, made, desk)
        if came is None:
            continue
        _read(tally, made, came.raw.body)
        batch.append((made, came))
        if len(batch) == BATCH:
            _keep(tally, desk, batch)
            batch.clear()
    _keep(tally, desk, batch)
    return tally


def worked_on(world: World, count: int, seed: int) -> Tally:
    """Have the worker do its work on so many updates, one after the other."""
    with what_failed() as failed:
        return asyncio.run(_worked_on(world, count, seed, failed))


async def _worked_on(world: World, count: int, seed: int, failed: list[str]) -> Tally:
    tally = Tally("exchanges")
    # A minute passes between two looks, so that no chat waits for its turn.
    turns = Turns(itertools.count(step=60.0).__next__)
    worker = Worker(world.desk, MadeUpTelegram(seed), replied=lambda: None, turns=turns)  # type: ignore[arg-type]
    chance = random.Random(seed)
    shown = _Shown(world, chance)
    for made in islice(Updates(seed, shown.button), count):
        world.clock.advance(seconds=chance.choice((0, 1, 5, 60, 1_200)))
        came = _received(tally, made, world.desk)
        if came is None:
            continue
        tally.tried += 1
        try:
            keep(world.desk, [came])
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
            tally.crashed(error, made.update)
            continue
        failed.clear()
        await _work_on(tally, world, worker, made, came.raw, shown, failed)
    return tally


async def _work_on(
    tally: Tally, world: World, worker: Worker, made: Made, raw: RawUpdate, shown: _Shown, failed: list[str]
) -> None:
    taken = worker.hands.claim()
    if not taken:
        tally.found("crash", "an update that was kept cannot be had", made.update)
        return
    [stored] = taken
    before = shown.newest
    began = tally.clock()
    try:
        await worker.work_on(stored)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
        tally.crashed(error, made.update)
    tally.took(tally.clock() - began, made.update)
    with world.store.reading() as session:
        row = session.get_one(InboxUpdate, stored.id)
        state, result = row.state, row.result or ""
    tally.outcomes[f"{state}: {result}" if state != "done" or result not in ("handled", "dialogue") else "done"] += 1
    if state != "done":
        tally.found("crash", f"it is left {state}: {result} {' / '.join(failed)}", made.update)
        _set_aside(world, stored.id)
        return
    shown.look(tally, made)
    if shown.newest == before and not _by_rule(read(raw.body, IDENTITY)) and made.shape is Shape.WHOLE:
        tally.found("unanswered", f"{made.kind}: {result}", made.update)


def _by_rule(understood: Read) -> bool:
    """Whether a rule says that nobody is answered."""
    return understood.incoming is None or understood.incoming.kind in UNANSWERED


def _set_aside(world: World, update_id: int) -> None:
    """So that the chat's other updates can be worked on."""
    with world.store.writing() as session:
        row = session.get_one(InboxUpdate, update_id)
        row.state, row.finished_at = "failed", world.clock.now()


class _Shown:
    """What the desk has said so far: rendered as Telegram would get it, its buttons there to be pressed."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self._world = world
        self._chance = chance
        with world.store.reading() as session:
            self.newest = session.scalar(select(func.max(Delivery.id))) or 0

    def button(self) -> str | None:
        """One of the newest buttons."""
        with self._world.store.reading() as session:
            some = session.scalars(select(Button.id).order_by(Button.message_id.desc()).limit(40)).all()
        return self._chance.choice(some) if some else None

    def look(self, tally: Tally, made: Made) -> None:
        with self._world.store.reading() as session:
            new = session.scalars(select(Delivery).where(Delivery.id > self.newest).order_by(Delivery.id)).all()
            for delivery in new:
                self.newest = delivery.id
                if delivery.channel != "telegram":
                    continue
                try:
                    _rendered(session.scalars(select(Button).where(Button.message_id == delivery.message.id)).all())
                    tally.timed(lambda message=delivery.message: render(_blocks_of(message)), made.update)  # type: ignore[misc]
                except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
                    tally.crashed(error, made.update)


def _rendered(buttons: Sequence[Button]) -> None:
    keyboard([ButtonShown(button.id, button.act, button.title) for button in buttons])


def _received(tally: Tally, made: Made, desk: Desk) -> Received | None:
    """The update as the poll takes it from Telegram's answer; None where it has no id, and where it was a finding."""

    def take() -> Received:
        return received(made.update, desk.now())

    try:
        return tally.timed(take, made.update, again=take)
    except NoUpdate:
        tally.outcomes["no update"] += 1
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
        tally.crashed(error, made.update)
    return None


def _read(tally: Tally, made: Made, body: str) -> None:
    try:
        understood = tally.timed(lambda: read(body, IDENTITY), made.update, again=lambda: read(body, IDENTITY))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
        tally.crashed(error, made.update)
        return
    kind = understood.incoming.kind.value if understood.incoming is not None else f"quiet: {understood.quiet}"
    tally.outcomes[kind] += 1
    if made.shape is Shape.WHOLE and kind == "quiet: unreadable" and made.kind in ("message", "callback_query"):
        tally.found("unanswered", f"a whole {made.kind} is not understood", made.update)


def _keep(tally: Tally, desk: Desk, batch: Sequence[tuple[Made, Received]]) -> None:
    """Keep a batch as the poll does; where that fails, find out for which update."""
    if not batch:
        return
    updates = [came for _, came in batch]
    try:
        tally.timed(lambda: keep(desk, updates), f"{len(batch)} updates", again=lambda: keep(desk, updates))
    except Exception:  # noqa: BLE001 - whatever it is, it is a finding
        for made, came in batch:
            try:
                keep(desk, [came])
            except Exception as error:  # noqa: BLE001 - as above
                tally.crashed(error, made.update)


def as_posted(made: Made) -> bytes:
    """An update as Telegram posts it."""
    return json.dumps(made.update).encode()
