"""A process that takes one update from the store, says so, and finishes it when it is told to on its input."""

from __future__ import annotations

import datetime as dt
import sys
from types import SimpleNamespace
from typing import cast

from bootstrap.lease import Lease
from desk.audit.service import record_act
from desk.conversations import claimed, inbox
from desk.conversations.claimed import Claim
from desk.desk import Desk
from desk.store import Store, make_engine


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main(url: str, name: str) -> None:
    store = Store(make_engine(url))

    def now() -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    lease = Lease(cast(Desk, SimpleNamespace(store=store, now=now, worker=name)), "bot", every=0.1)
    lease.begin()
    with store.writing() as session:
        row = inbox.claim_next(session, "telegram", now(), name)
    say(row.update_key if row is not None else "nothing")
    sys.stdin.readline()
    try:
        with store.writing() as session:
            if row is not None:
                claimed.hold(session, Claim.of(row))
                record_act(session, actor=name, act="test.done", subject=row.update_key, at=now())
                claimed.finish(session, row.id, "handled", now())
        say("finished")
    except claimed.Overtaken:
        say("overtaken")
    lease.end()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
