"""The whole run: every arm is started, and then all are asked by turns."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bootstrap.settings import Settings
from desk.store import Store, make_engine
from evaluation.faults.telegram import Trouble, serving
from evaluation.questions.sets import CALIBRATION, GOLDEN, read_questions
from evaluation.retrieval.progress import say
from evaluation.speed.replies import servers
from evaluation.speed.replies.arms import Arm, Asker, Desk, Exchange
from evaluation.speed.replies.figures import of_rates, of_waits, ratios
from evaluation.speed.replies.footprint import footprint
from evaluation.speed.replies.growing import Growth, grown, longest, singly_answered
from evaluation.speed.replies.measuring import AT_ONCE, PAUSE, at_a_rate, many_at_once, one_at_a_time
from evaluation.speed.replies.operated import OperatedDesk
from evaluation.speed.replies.questions import endless
from evaluation.speed.replies.telegram import LightTelegram
from evaluation.speed.replies.tracing import summed_up, traced

#: The arms beside the desk.
OTHERS = ("floor", "alone", "selector", "script")
#: The share of its throughput at which the slow ones are looked at.
SHARE = 0.5
#: So many are greeted at once when the chats are met.
_GREETED_AT_ONCE = 8
#: The first chat of each arm, of the conversations that grow, and of those in which it is tried what they grow with.
_POOL, _GROWING, _TRIED = 5_000_001, 6_000_001, 7_000_001
#: A conversation that grows writes more than a person would: the operator lets it.
_MORE_A_MINUTE = ("settings", "set", "chat_a_minute", "600", "--reason", "a measurement")
_CANDIDATES = 30
_NOTHING_WRONG = Trouble(0, 0, 0, 0, 0)


@dataclass(frozen=True)
class Plan:
    """How much is measured. ``chats`` are of the desk; the others, which reply faster, have twice as many."""

    rounds: int
    questions: int
    chats: int
    turns: int
    turn_seconds: float
    rate_seconds: float
    starts: int
    growth: Growth


LONG = Plan(12, 25, 200, 5, 12.0, 90.0, 3, Growth(chats=4, turns=1_000, measured=20))
SHORT = Plan(3, 6, 32, 2, 10.0, 10.0, 1, Growth(chats=2, turns=30, measured=6))


async def measure(
    settings: Settings, plan: Plan, arms: Sequence[str], selector: Path | None, folder: Path
) -> dict[str, Any]:
    """Everything, with the other arms that are named; ``selector`` is the model of that one."""
    async with AsyncExitStack() as stack:
        telegram, address = await stack.enter_async_context(serving(LightTelegram(random.Random(1), _NOTHING_WRONG)))
        operated = OperatedDesk(folder / "desk", address)
        starts = await stack.enter_async_context(_started(operated, plan.starts))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        others = [await stack.enter_async_context(_arm(name, settings, selector, folder, http)) for name in arms]
        desk = Desk(telegram)
        askers = [_asker(arm, plan) for arm in (desk, *others)]
        found = {"start_s": starts, **await _asked(askers, desk, plan, operated)}
        found["turn"] = await _long_talks(desk, askers[0].texts, plan.growth, operated)
        return found


@asynccontextmanager
async def _started(operated: OperatedDesk, again: int) -> AsyncIterator[dict[str, Any]]:
    """The desk, started once with an empty store and then again and again as it is; yields the seconds."""
    try:
        say("starting the desk")
        first = await asyncio.to_thread(operated.start)
        await asyncio.to_thread(operated.customs, *_MORE_A_MINUTE)
        warm = []
        for _ in range(again):
            await asyncio.to_thread(operated.stop)
            warm.append(await asyncio.to_thread(operated.start))
        yield {"first": round(first, 2), "warm": [round(seconds, 2) for seconds in warm]}
    finally:
        await asyncio.to_thread(operated.stop)


@asynccontextmanager
async def _arm(
    name: str, settings: Settings, selector: Path | None, folder: Path, http: aiohttp.ClientSession
) -> AsyncIterator[Arm]:
    say(f"starting the {name}")
    if name == "floor":
        started = servers.floor(settings, folder, http)
    elif name == "alone":
        started = servers.alone(settings, folder, http)
    elif name == "script":
        started = servers.script(folder, http)
    else:
        assert selector is not None, "it is trained"
        started = servers.selector(settings, selector, folder, http)
    async with started as posted:
        yield posted


def _asker(arm: Arm, plan: Plan) -> Asker:
    chats = plan.chats if arm.name == "desk" else 2 * plan.chats
    return Asker(arm, endless(read_questions(GOLDEN)), range(_POOL, _POOL + chats))


async def _asked(askers: Sequence[Asker], desk: Desk, plan: Plan, operated: OperatedDesk) -> dict[str, Any]:
    """One at a time, many at once, and at half of that."""
    say("every chat is met")
    for asker in askers:
        await asker.meet(_GREETED_AT_ONCE)
    before = os.getloadavg()[0]
    say("one question at a time")
    desk.exchanges.clear()
    single = await one_at_a_time(askers, plan.rounds, plan.questions)
    steps = await asyncio.to_thread(_steps, operated, desk.exchanges)
    say(f"{AT_ONCE} at once")
    many = await many_at_once(askers, plan.turns, plan.turn_seconds)
    memory = await asyncio.to_thread(lambda: footprint(operated.pids()))
    half = SHARE * of_rates(many["desk"])["a_second"]
    say(f"the desk at {half:.1f} messages a second")
    paced = await at_a_rate(askers[0], half, plan.rate_seconds, random.Random(1))
    return {
        "load_before": round(before, 2),
        "pause_ms": PAUSE * 1000,
        "questions": plan.rounds * plan.questions,
        "chats": plan.chats,
        "latency": {name: of_waits(turns.waits) for name, turns in single.items()},
        "latency_ratio": _ratios({name: of_waits(turns.waits)["rounds_p50_ms"] for name, turns in single.items()}),
        "throughput": {name: of_rates(turns) for name, turns in many.items()},
        "throughput_ratio": _ratios({name: turns.rates for name, turns in many.items()}),
        "half_load": {"a_second": round(half, 2), "seconds": plan.rate_seconds, **of_waits([paced])},
        "steps": steps,
        "memory": memory,
        "lost": {asker.arm.name: asker.lost for asker in askers},
        "asked": {asker.arm.name: asker.asked for asker in askers},
    }


def _ratios(of_turns: dict[str, list[float]]) -> dict[str, Any]:
    """The desk's figure over each other arm's."""
    return {name: ratios(of_turns["desk"], of_turns[name]) for name in of_turns if name != "desk"}


def _steps(operated: OperatedDesk, exchanges: Sequence[Exchange]) -> dict[str, Any]:
    store = Store(make_engine(operated.database_url))
    try:
        with store.reading() as session:
            return summed_up(traced(session, exchanges))
    finally:
        store.engine.dispose()


async def _long_talks(desk: Desk, fresh: Iterator[str], growth: Growth, operated: OperatedDesk) -> dict[str, Any]:
    say(f"{growth.chats} conversations grow to {growth.turns:,} turns")
    candidates = [question.text for question in read_questions(CALIBRATION)[:_CANDIDATES]]
    often = await singly_answered(desk, candidates, _TRIED) or candidates
    found, exchanges = await grown(desk, growth, often, fresh, _GROWING)
    steps = {name: await asyncio.to_thread(_steps, operated, of) for name, of in exchanges.items()}
    store = Store(make_engine(operated.database_url))
    try:
        turns_kept = await asyncio.to_thread(longest, store, _GROWING, growth.chats)
    finally:
        store.engine.dispose()
    return {**found, "steps": steps, "turns_kept": turns_kept}
