"""Who is let in: decided in the memory of each process, so that a flood costs the store nothing.

Several processes that take messages of the same chats count each for itself: of one chat n of them let in at most n
times its limit. How much was refused goes into the store once a second (noting.py).
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from desk import one_time
from desk.floods import standing
from desk.floods.buckets import Buckets
from desk.floods.limits import Limit, Limits
from desk.floods.shares import Shares
from desk.floods.standing import Standing
from desk.store import Store

#: Seconds for which it is remembered who writes from a chat.
KNOWN_FOR = 60.0
#: Of so many chats it is remembered at most.
KNOWN = 50_000
#: Sources of which refusals are counted apart until they are noted; those of further ones are counted together.
COUNTED_APART = 2_000
OTHERS = "…"
_EVERYBODY = "everybody"


@dataclass(frozen=True)
class Arrival:
    """A message on its way in, when it was sent, and by whom.

    ``among``: by whose share it is measured where everybody's limit is reached; its chat, or its network address.
    ``hint``: the language that the channel tells. ``may_be_told``: whether the chat is one person's.
    """

    channel: str
    chat: str
    at: dt.datetime
    among: str = ""
    hint: str | None = None
    may_be_told: bool = False


@dataclass(frozen=True)
class Refusal:
    """By which limit a message is refused, and when the sender may go on."""

    limit: Limit
    until: dt.datetime

    def seconds(self, now: dt.datetime) -> int:
        """Whole seconds until then, at least one."""
        return max(1, -int(-(self.until - now).total_seconds() // 1))


@dataclass(frozen=True)
class Refused:
    """An arrival that was refused, of the many of a chat the last one."""

    arrival: Arrival
    refusal: Refusal


@dataclass(frozen=True)
class Counted:
    """What was refused since the last look: by minute, channel, limit and source; and the last of each chat."""

    by_minute: Counter[tuple[dt.datetime, str, Limit, str]]
    chats: dict[tuple[str, str], Refused]


class Gate:
    """The limits on chats, with what this process has counted so far; for many threads."""

    def __init__(self, store: Store, limits: Callable[[], Limits]) -> None:
        """``limits`` are those in force; raises what the store raises."""
        self._store = store
        self._limits = limits
        self._lock = threading.Lock()
        self._chats = Buckets()
        self._shares = Shares()
        self._known: dict[tuple[str, str], tuple[float, Standing]] = {}
        self._by_minute: Counter[tuple[dt.datetime, str, Limit, str]] = Counter()
        self._refused: dict[tuple[str, str], Refused] = {}

    @contextmanager
    def letting_in(self, arrivals: Sequence[Arrival]) -> Iterator[list[Refusal | None]]:
        """Decide on each, in order; None: it is let in, to be stored within the block.

        When the block raises nothing counts, for what was not stored comes again. Raises what the store raises.
        """
        limits, known = self._limits(), self._standings(arrivals)
        with self._lock:
            decided = [self._take(arrival, known[arrival.channel, arrival.chat], limits) for arrival in arrivals]
        try:
            yield decided
        except BaseException:
            with self._lock:
                for arrival, refusal in zip(arrivals, decided, strict=True):
                    if refusal is None:
                        self._give_back(arrival, known[arrival.channel, arrival.chat])
            raise
        for arrival, refusal in zip(arrivals, decided, strict=True):
            if refusal is not None:
                self._count_chat(Refused(arrival, refusal))

    def count(self, channel: str, limit: Limit, source: str, at: dt.datetime) -> None:
        """Count something that was refused before any chat was known; ``source`` is masked."""
        minute = at.replace(second=0, microsecond=0)
        with self._lock:
            key = minute, channel, limit, source
            if key not in self._by_minute and len(self._by_minute) >= COUNTED_APART:
                key = minute, channel, limit, OTHERS
            self._by_minute[key] += 1

    def counted(self) -> Counted | None:
        """What was refused since it was last asked; None where nothing was."""
        with self._lock:
            if not self._by_minute and not self._refused:
                return None
            counted = Counted(self._by_minute, self._refused)
            self._by_minute, self._refused = Counter(), {}
            return counted

    def not_noted(self, counted: Counted) -> None:
        """This is to be noted the next time."""
        with self._lock:
            self._by_minute.update(counted.by_minute)
            self._refused = counted.chats | self._refused

    def is_officer(self, channel: str, chat: str) -> bool:
        """Whether a chat from which something came lately is known to be an officer's."""
        with self._lock:
            return self._known.get((channel, chat), (0.0, standing.NOBODY))[1].is_officer

    def _count_chat(self, refused: Refused) -> None:
        arrival, limit = refused.arrival, refused.refusal.limit
        self.count(arrival.channel, limit, source_of(arrival), arrival.at)
        with self._lock:
            if len(self._refused) < KNOWN:
                self._refused[arrival.channel, arrival.chat] = refused

    def _take(self, arrival: Arrival, known: Standing, limits: Limits) -> Refusal | None:
        limit, a_minute = (Limit.OFFICER, limits.officer) if known.is_officer else (Limit.CHAT, limits.chat)
        chat, at = (arrival.channel, arrival.chat), arrival.at.timestamp()
        pause = limits.pause.total_seconds()
        if wait := self._chats.take(chat, a_minute, at, pause):
            return _refusal(arrival, limit, wait)
        if known.is_officer:
            return None
        if known.enterprise is not None:
            wait = self._shares.take(known.enterprise, chat, limits.enterprise, at)
            if wait:
                self._chats.give_back(chat)
                return _refusal(arrival, Limit.ENTERPRISE, wait)
        if wait := self._shares.take(_EVERYBODY, _member(arrival), limits.everybody, at):
            self._chats.give_back(chat)
            if known.enterprise is not None:
                self._shares.give_back(known.enterprise, chat)
            return _refusal(arrival, Limit.EVERYBODY, wait)
        return None

    def _give_back(self, arrival: Arrival, known: Standing) -> None:
        chat = arrival.channel, arrival.chat
        self._chats.give_back(chat)
        if not known.is_officer:
            self._shares.give_back(_EVERYBODY, _member(arrival))
            if known.enterprise is not None:
                self._shares.give_back(known.enterprise, chat)

    def _standings(self, arrivals: Sequence[Arrival]) -> dict[tuple[str, str], Standing]:
        """Whose chats they are, asked of the store once a minute at most."""
        found: dict[tuple[str, str], Standing] = {}
        unknown: dict[str, dict[str, float]] = {}
        with self._lock:
            for arrival in arrivals:
                chat, at = (arrival.channel, arrival.chat), arrival.at.timestamp()
                since, known = self._known.get(chat, (0.0, standing.NOBODY))
                if abs(at - since) < KNOWN_FOR:
                    found[chat] = known
                elif chat not in found:
                    unknown.setdefault(arrival.channel, {})[arrival.chat] = at
        for channel, chats in unknown.items():
            with self._store.reading() as session:
                told = standing.of(session, channel, chats)
            with self._lock:
                if len(self._known) > KNOWN:
                    self._known.clear()
                for address, known in told.items():
                    found[channel, address] = known
                    self._known[channel, address] = chats[address], known
        return found


def source_of(arrival: Arrival) -> str:
    """By what a chat is named where counts are kept; see FloodMinute."""
    return arrival.chat if arrival.channel == "telegram" else short_hash(arrival.chat)


def short_hash(address: str) -> str:
    """Enough to tell chats apart, and nothing by which one could be reached."""
    return one_time.digest(address)[:10]


def _member(arrival: Arrival) -> tuple[str, str]:
    return arrival.channel, arrival.among or arrival.chat


def _refusal(arrival: Arrival, limit: Limit, wait: float) -> Refusal:
    return Refusal(limit, arrival.at + dt.timedelta(seconds=wait))
