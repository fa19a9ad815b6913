"""A process that writes to the store as fast as it can for some seconds, and says how long each write took.

With a fourth argument it also takes work from the store, one update after the other, and gives signs of life.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import cast

from bootstrap.lease import Lease
from desk.audit.model import AuditEntry
from desk.audit.service import record_act
from desk.conversations import claimed, inbox
from desk.conversations.inbox import RawUpdate
from desk.desk import Desk
from desk.store import Store, make_engine


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@contextmanager
def leased(store: Store, name: str) -> Iterator[None]:
    """Signs of life every two seconds, while the block lasts."""
    lease = Lease(cast(Desk, SimpleNamespace(store=store, now=now, worker=name)), "writer")
    lease.begin()
    yield
    lease.end()


def claim_one(store: Store, name: str, number: int) -> None:
    """Bring one update of a chat of its own in, take it and finish it, as a worker does."""
    with store.writing() as session:
        inbox.store(session, "telegram", [RawUpdate(f"{name} {number}", name, "{}", number)], now())
    with store.writing() as session:
        row = inbox.claim_next(session, "telegram", now(), name)
    if row is not None:
        with store.writing() as session:
            claimed.finish(session, row.id, "handled", now())


def write(store: Store, name: str, seconds: float, *, takes_work: bool) -> None:
    """Print one line of JSON: the milliseconds of each write, and the errors."""
    took: list[float] = []
    errors: list[str] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.perf_counter()
        try:
            with store.writing() as session:
                session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()  # a read that then writes
                record_act(session, actor=name, act="test.wrote", subject=name, at=now())
            took.append((time.perf_counter() - began) * 1000)
            if takes_work and len(took) % 5 == 0:
                claim_one(store, name, len(took))
        except Exception as error:  # noqa: BLE001 -- whatever goes wrong is what the test asks for
            errors.append(repr(error))
        time.sleep(0.01)
    sys.stdout.write(json.dumps({"ms": took, "errors": errors}) + "\n")


def main(url: str, name: str, seconds: float, *, takes_work: bool) -> None:
    store = Store(make_engine(url))
    if not takes_work:
        write(store, name, seconds, takes_work=False)
        return
    with leased(store, name):
        write(store, name, seconds, takes_work=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]), takes_work=len(sys.argv) > 4)
