"""What the desk tells whoever watches it: counts and seconds, and which update, enquiry or case it is at work on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from sqlalchemy.orm import Session


class Observer(Protocol):
    """Who is told. Nothing of what a person wrote, and nobody's id, is ever told; every word is one of a few."""

    def received(self, channel: str, count: int) -> None:
        """So many updates were stored that were new."""
        ...

    def refused(self, channel: str, limit: str, count: int) -> None:
        """So many messages or requests were above a limit, as desk/floods/limits.py names it."""
        ...

    def exchanged(self, channel: str, result: str, seconds: float) -> None:
        """An attempt at an update ended: "done", "overtaken" or "failed"."""
        ...

    def put_back(self, channel: str, then: str) -> None:
        """A failed update is "retried", or "set_aside" after its last attempt."""
        ...

    def enquired(self, channel: str, outcome: str) -> None:
        """An enquiry was kept with its outcome."""
        ...

    def carried(self, channel: str, state: str, seconds: float | None) -> None:
        """What became of a delivery, as its state is called; ``seconds`` since it was made, where it was delivered."""
        ...

    def channel_failed(self, channel: str, kind: str) -> None:
        """A channel refused: "too_many_requests", "server_error", "network" or "refused"."""
        ...

    def searched(self, act: str, seconds: float, *, failed: bool) -> None:
        """The search was asked for "search", "likeness", "vectors" or "trial"."""
        ...

    def conversed(self, seconds: float, *, failed: bool) -> None:
        """The dialogue was handed a message."""
        ...

    def ticked(self, work: str) -> None:
        """A kind of the clock's work was done to its end."""
        ...


class Unobserved:
    """Nobody watches."""

    def received(self, channel: str, count: int) -> None: ...
    def refused(self, channel: str, limit: str, count: int) -> None: ...
    def exchanged(self, channel: str, result: str, seconds: float) -> None: ...
    def put_back(self, channel: str, then: str) -> None: ...
    def enquired(self, channel: str, outcome: str) -> None: ...
    def carried(self, channel: str, state: str, seconds: float | None) -> None: ...
    def channel_failed(self, channel: str, kind: str) -> None: ...
    def searched(self, act: str, seconds: float, *, failed: bool) -> None: ...
    def conversed(self, seconds: float, *, failed: bool) -> None: ...
    def ticked(self, work: str) -> None: ...


UNOBSERVED: Observer = Unobserved()
#: Under which name a session keeps what is to be told once it is committed.
_KEPT = "told once kept"


def once_kept(session: Session, tell: Callable[[Observer], None]) -> None:
    """Tell the store's observer when, and only if, the session's transaction is committed."""
    session.info.setdefault(_KEPT, []).append(tell)


def tell_kept(session: Session, observer: Observer) -> None:
    """The transaction is committed: tell what was to be told of it."""
    for tell in session.info.pop(_KEPT, ()):
        tell(observer)


@contextmanager
def timed(tell: Callable[[float, BaseException | None], None]) -> Iterator[None]:
    """Tell how many seconds the block took, and what it raised."""
    began = time.perf_counter()
    try:
        yield
    except BaseException as error:
        tell(time.perf_counter() - began, error)
        raise
    tell(time.perf_counter() - began, None)


_Ids = dict[str, str | int]
_at_work_on: ContextVar[_Ids | None] = ContextVar("at_work_on", default=None)


@contextmanager
def about(**ids: str | int) -> Iterator[None]:
    """While the block lasts, what is logged carries these ids: ``update``, ``enquiry``, ``case``, ``delivery``.

    Also in threads that take a copy of the context along. Never an id by which a person could be reached or read.
    """
    token = _at_work_on.set({**(_at_work_on.get() or {}), **ids})
    try:
        yield
    finally:
        _at_work_on.reset(token)


def note(**ids: str | int) -> None:
    """The work in hand turned out to be about these, too; for nobody where no block of ``about`` is open."""
    ids_now = _at_work_on.get()
    if ids_now is not None:
        ids_now.update(ids)


def at_work_on() -> Mapping[str, str | int]:
    """The ids of the work in hand here."""
    return _at_work_on.get() or {}
