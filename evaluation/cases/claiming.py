"""Some officers in a process of their own, each with their own connection, who claim cases until they have their share.

``python -m evaluation.cases.claiming DATABASE_URL SHARE NAME ...`` begins when a line comes in; each takes SHARE cases.
It prints one line of JSON: {name: {"claimed", "lost", "tried_again", "ms": milliseconds of each claim}}.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import sys
import threading
import time
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from desk.cases import permissions
from desk.cases import service as cases
from desk.cases.model import Case, CaseState
from desk.migrations import schema  # noqa: F401 - a table can be written only where those it refers to are known
from desk.store import Store, make_engine
from evaluation.cases.people import officer_named

#: So many of the waiting cases an officer sees at the top of the list, and takes one of them: fewer than officers.
SEEN = 20


class Claiming(threading.Thread):
    """One officer at work."""

    def __init__(self, url: str, share: int, username: str, begin: threading.Event) -> None:
        super().__init__()
        self._store = Store(make_engine(url))
        self._share = share
        self._username = username
        self._begin = begin
        self.is_done = False
        self.done: dict[str, Any] = {"claimed": 0, "lost": 0, "tried_again": 0, "ms": []}

    def run(self) -> None:
        with self._store.reading() as session:
            officer_named(session, self._username)  # the connection is there before the race begins
        self._begin.wait()
        choose = random.Random(self._username).choice
        while self.done["claimed"] < self._share and (waiting := self._waiting()):
            self._claim(choose(waiting))
        self._store.engine.dispose()
        self.is_done = True

    def _waiting(self) -> list[int]:
        query = select(Case.id).where(Case.state == CaseState.WAITING).order_by(Case.due_at, Case.id).limit(SEEN)
        with self._store.reading() as session:
            return list(session.scalars(query))

    def _claim(self, case_id: int) -> None:
        began = time.perf_counter()
        try:
            with self._store.writing() as session:
                officer = officer_named(session, self._username)
                cases.claim(session, session.get_one(Case, case_id), officer, dt.datetime.now(dt.UTC))
        except permissions.CaseRefused:
            self.done["lost"] += 1
        except OperationalError:  # the database was busy for longer than it waits: the officer taps once more
            self.done["tried_again"] += 1
        else:
            self.done["claimed"] += 1
            self.done["ms"].append(round((time.perf_counter() - began) * 1000, 1))


def main() -> None:
    url, share, *names = sys.argv[1:]
    begin = threading.Event()
    officers = {name: Claiming(url, int(share), name, begin) for name in names}
    for officer in officers.values():
        officer.start()
    print("ready", flush=True)
    sys.stdin.readline()
    begin.set()
    for officer in officers.values():
        officer.join()
    if not all(officer.is_done for officer in officers.values()):
        raise SystemExit("an officer ended in the middle of the work")
    print(json.dumps({name: officer.done for name, officer in officers.items()}))


if __name__ == "__main__":
    main()
