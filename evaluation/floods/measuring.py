"""What a flood from one chat does to the others: the real bot before a Telegram of ours, with and without it.

``measure`` is what others call; ``python -m evaluation.floods.run`` prints what it finds.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from sqlalchemy import func, select

from bootstrap.settings import PROJECT
from desk.conversations.model import InboxUpdate
from desk.floods.model import FloodMinute
from desk.migrations.run import migrate
from desk.store import Store, make_engine
from evaluation.cases.figures import percentile
from evaluation.faults.telegram import Trouble, serving
from evaluation.floods.talking import Quiet, flood
from evaluation.floods.telegram import QuickTelegram
from tests.e2e.telegram_emulator import TOKEN, free_port

QUIET_CHATS, QUIET_FROM, FLOODING = 20, 1_001, 666
A_SECOND = 1_000
#: With the flood and without it by turns of some seconds, so that whatever else the machine does falls on both.
TURNS, TURN = 4, 5.0
#: Seconds for the bot to start, to be done with what is left after a turn, and to note what it refused.
START, SETTLE, NOTED = 120.0, 60.0, 3.0
NOTHING_WRONG = Trouble(0, 0, 0, 0, 0)


@dataclass(frozen=True)
class Measured:
    """Milliseconds from a question of a quiet chat to its answer, and what became of the flood.

    ``lost``: questions of quiet chats without an answer. ``taken``: messages of the flooding chat that were worked on;
    ``counted``: those that were only counted; ``told``: how often it was told so.
    """

    p95_alone_ms: float
    p95_flooded_ms: float
    answers: tuple[int, int]
    lost: int
    sent: int
    taken: int
    counted: int
    told: int

    @property
    def flood_p95_ratio(self) -> float:
        """By how much the others wait longer: 1.0 where they do not."""
        return self.p95_flooded_ms / self.p95_alone_ms


def measure(
    folder: Path, *, chats: int = QUIET_CHATS, a_second: int = A_SECOND, turns: int = TURNS, turn: float = TURN
) -> Measured:
    """Measure once, in a folder that is empty; takes 2 * turns * turn seconds and some for the start."""
    return asyncio.run(_measure(folder, chats, a_second, turns, turn))


async def _measure(folder: Path, chats: int, a_second: int, turns: int, turn: float) -> Measured:
    url = f"sqlite:///{folder / 'desk.sqlite'}"
    store = Store(make_engine(url))
    migrate(store.engine)
    rng, alone, flooded, sent = random.Random(1), list[float](), list[float](), 0
    async with (
        serving(QuickTelegram(rng, NOTHING_WRONG)) as (emulator, address),
        _bot(folder, url, address),
    ):
        quiet = [Quiet(emulator, QUIET_FROM + number) for number in range(chats)]
        async with asyncio.timeout(START):
            await asyncio.gather(*(chat.is_known() for chat in quiet))
        for _ in range(turns):
            alone += await _ask(quiet, turn, rng)
            flooding = asyncio.create_task(flood(emulator, FLOODING, a_second, monotonic() + turn))
            flooded += await _ask(quiet, turn, rng)
            sent += await flooding
            await _all_fetched(emulator)
        await asyncio.sleep(NOTED)
        told = sum(arrived.chat == FLOODING and "tiếp nhận" in arrived.text for arrived in emulator.arrived)
    taken, counted = _of_the_flood(store)
    store.engine.dispose()
    return Measured(
        p95_alone_ms=percentile(alone, 95),
        p95_flooded_ms=percentile(flooded, 95),
        answers=(len(alone), len(flooded)),
        lost=sum(chat.lost for chat in quiet),
        sent=sent,
        taken=taken,
        counted=counted,
        told=told,
    )


async def _ask(quiet: list[Quiet], seconds: float, rng: random.Random) -> list[float]:
    """The quiet chats ask for so long; returns their waits in milliseconds."""
    for chat in quiet:
        chat.seconds.clear()
    end = monotonic() + seconds
    await asyncio.gather(*(chat.ask_until(end, rng) for chat in quiet))
    return [wait * 1000 for chat in quiet for wait in chat.seconds]


async def _all_fetched(emulator: QuickTelegram) -> None:
    """Wait until the bot has fetched what was sent."""
    async with asyncio.timeout(SETTLE):
        while emulator.pending():  # noqa: ASYNC110 - it happens in another process
            await asyncio.sleep(0.05)


def _of_the_flood(store: Store) -> tuple[int, int]:
    """How many messages of the flooding chat were stored, and how many counted."""
    address = str(FLOODING)
    with store.reading() as session:
        taken = select(func.count()).where(InboxUpdate.chat_address == address)
        counted = select(func.coalesce(func.sum(FloodMinute.counted), 0)).where(FloodMinute.source == address)
        return session.scalar(taken) or 0, session.scalar(counted) or 0


@asynccontextmanager
async def _bot(folder: Path, database_url: str, telegram_url: str) -> AsyncIterator[None]:
    """The bot as an operator starts it, polling."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TELEGRAM_")}
    environment = {
        **kept,
        "VAR_DIR": str(folder / "var"),
        "DATABASE_URL": database_url,
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": telegram_url,
        "TELEGRAM_MODE": "polling",
        "NO_PROXY": "127.0.0.1",
        "BOT_WATCH_PORT": str(free_port()),
        "RASA_URL": f"http://127.0.0.1:{free_port()}",  # nobody is there, and nobody is asked
    }
    with (folder / "bot.log").open("ab") as log:
        command = [sys.executable, "-m", "bot.main"]
        process = await asyncio.create_subprocess_exec(*command, cwd=PROJECT, env=environment, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 15)
        except TimeoutError:
            process.kill()
            await process.wait()
