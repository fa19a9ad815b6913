"""Counting at the end: when everything has come to rest, what people sent and saw is held against the store."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress

from bootstrap.settings import PROJECT
from desk.store import Store, make_engine
from desk.texts import Texts
from evaluation.faults import officers_checked, reconcile
from evaluation.faults.crowd import Crowd, answered_by
from evaluation.faults.profiles import Running
from evaluation.faults.reading import read_chats
from evaluation.faults.reconcile import Findings
from evaluation.faults.sampling import waiting
from evaluation.faults.telegram import Telegram
from evaluation.retrieval.progress import say

TEXTS = Texts.read(PROJECT / "content" / "texts")
OUTAGES = frozenset(TEXTS.say("degraded.store_down", language) for language in ("vi", "en"))
#: Seconds after the last message in which everything must have come to its end.
SETTLED_WITHIN = 300.0
#: So often is counted anew where something is wrong, and after so many seconds.
COUNTS, AGAIN_AFTER = 5, 5.0


async def settle(running: Running, crowd: Crowd) -> None:
    """Wait until officers have done and nothing waits in the store, or as long as that may take."""
    store = Store(make_engine(running.database_url))
    deadline = time.monotonic() + SETTLED_WITHIN
    with suppress(TimeoutError):
        async with asyncio.timeout(SETTLED_WITHIN):
            await crowd.finish()
    while any((waits := await asyncio.to_thread(waiting, store)).values()) and time.monotonic() < deadline:
        say(f"waits: {waits}")
        await asyncio.sleep(5)
    await asyncio.sleep(2)
    store.engine.dispose()


async def count(database_url: str, emulator: Telegram, crowds: Sequence[Crowd]) -> Findings:
    """What is wrong, as long as the desk and its servers run: with them goes the store.

    The desk goes on meanwhile: it asks for a rating where a chat has been quiet, and that message may arrive between
    two readings. So what is wrong is counted once more, all of it: what was lost or doubled stays so.
    """
    for look in range(COUNTS):
        if look:
            await asyncio.sleep(AGAIN_AFTER)
        for crowd in crowds:
            await crowd.look_back()
        found = await asyncio.to_thread(find, database_url, emulator, crowds)
        found.counted["times counted"] = look + 1
        if not any(found.wrong.values()):
            break
        say(f"count {look + 1}: {found.wrong}")
    return found


def find(database_url: str, emulator: Telegram, crowds: Sequence[Crowd]) -> Findings:
    """What is wrong, by what people sent and saw and what the store says; of all who ever spoke with the desk."""
    found, store = Findings(), Store(make_engine(database_url))
    sent = [message for crowd in crowds for message in crowd.journal.sent]
    visitors = [visitor for crowd in crowds for visitor in crowd.visitors]
    officers = [officer for crowd in crowds for officer in crowd.officers]
    resolved = {number for officer in officers for number in officer.resolved}
    with store.reading() as session:
        chats = read_chats(session)
        reconcile.check_updates(found, chats, sent)
        reconcile.check_telegram(found, chats, emulator.arrived, OUTAGES)
        reconcile.check_web(found, chats, [visitor.seen for visitor in visitors])
        officers_checked.check_cases(found, session, answered_by(officers), resolved)
        officers_checked.check_ratings(found, session, chats, sent)
    store.engine.dispose()
    found.stuck += [f"web {name}: given up" for visitor in visitors for name in visitor.given_up]
    return found
