"""How much longer a reply takes late in a long conversation than early in one: both asked by turns."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from desk.conversations.model import Chat, Conversation, Message
from desk.store import Store
from evaluation.speed.replies.arms import GREETING, Desk, Exchange
from evaluation.speed.replies.figures import of_waits, ratios

#: Telegram takes one message a second in a chat, and the bot keeps to that.
CHAT_EVERY = 1.05
#: So many turns of a fresh conversation go before the measured ones.
EARLY = 4
#: Seconds within which all that follows a reply has come.
_SETTLE = 3.0


@dataclass(frozen=True)
class Growth:
    """How far conversations grow: so many of ``chats``, up to ``turns``, of which the last ``measured`` count."""

    chats: int
    turns: int
    measured: int


async def singly_answered(desk: Desk, texts: Sequence[str], first_chat: int) -> list[str]:
    """Those texts to which the desk says one thing: others would make a chat wait for Telegram's pace."""
    chats = range(first_chat, first_chat + len(texts))
    for chat in chats:
        await desk.ask(chat, GREETING)
    await asyncio.sleep(_SETTLE)
    before = {chat: desk.telegram.messages[chat] for chat in chats}
    for chat, text in zip(chats, texts, strict=True):
        await desk.ask(chat, text)
    await asyncio.sleep(_SETTLE)
    return [text for chat, text in zip(chats, texts, strict=True) if desk.telegram.messages[chat] == before[chat] + 1]


async def grown(
    desk: Desk, growth: Growth, often: Sequence[str], fresh: Iterator[str], first_chat: int
) -> tuple[dict[str, Any], dict[str, list[Exchange]]]:
    """Grow conversations with texts that come again and again, then ask fresh ones in them and in young ones by turns.

    The ratio is of the p50s of all; its spread is of chat by chat. ``fresh`` gives texts that were never asked. The
    measured exchanges, late and early, come with the figures.
    """
    long = [_Talk(desk, first_chat + number) for number in range(growth.chats)]
    young = [_Talk(desk, first_chat + growth.chats + number) for number in range(growth.chats)]
    await asyncio.gather(*(talk.go_on(growth.turns - growth.measured, often) for talk in long))
    await asyncio.gather(*(talk.go_on(EARLY, often) for talk in young))
    await asyncio.sleep(2 * _SETTLE)
    for turn in range(growth.measured):
        for pair in zip(long, young, strict=True):
            # Neither is always asked right after the other.
            for talk in pair if turn % 2 else reversed(pair):
                await talk.measured(next(fresh))
    late, early = of_waits([talk.waits for talk in long]), of_waits([talk.waits for talk in young])
    by_chat = ratios(late["rounds_p50_ms"], early["rounds_p50_ms"])
    figures = {
        "turns": growth.turns,
        "chats": growth.chats,
        "late": late,
        "early": early,
        "ratio": round(late["p50_ms"] / early["p50_ms"], 2) if late["p50_ms"] and early["p50_ms"] else None,
        "ratio_spread": by_chat["spread"] if by_chat else None,
    }
    return figures, {"late": _exchanges(long), "early": _exchanges(young)}


class _Talk:
    """One chat, in which no message goes before Telegram's pace lets the reply through."""

    def __init__(self, desk: Desk, chat: int) -> None:
        self.waits: list[float] = []
        self.exchanges: list[Exchange] = []
        self._desk = desk
        self._chat = chat
        self._next = 0.0

    async def go_on(self, turns: int, texts: Sequence[str]) -> None:
        for text in itertools.islice(itertools.cycle(texts), turns):
            await self._ask(text)

    async def measured(self, text: str) -> None:
        if (wait := await self._ask(text)) is not None:
            self.waits.append(wait * 1000)
            self.exchanges.append(self._desk.exchanges[-1])

    async def _ask(self, text: str) -> float | None:
        await asyncio.sleep(max(0.0, self._next - time.monotonic()))
        self._next = time.monotonic() + CHAT_EVERY
        return await self._desk.ask(self._chat, text)


def _exchanges(talks: Sequence[_Talk]) -> list[Exchange]:
    return [exchange for talk in talks for exchange in talk.exchanges]


def longest(store: Store, first_chat: int, chats: int) -> int:
    """How many messages the person wrote in the shortest of these chats' longest conversations, by the store."""
    addresses = [str(first_chat + number) for number in range(chats)]
    turns = (
        select(Chat.address, func.count(Message.order_no).label("turns"))
        .join(Conversation, Conversation.chat_id == Chat.id)
        .join(Message, Message.conversation_id == Conversation.id)
        .where(Chat.address.in_(addresses), Message.author == "person")
        .group_by(Conversation.id)
    )
    with store.reading() as session:
        most: dict[str, int] = {}
        for address, count in session.execute(turns):
            most[address] = max(count, most.get(address, 0))
    return min(most.values(), default=0)
