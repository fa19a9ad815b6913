"""A process that writes to the store as fast as it can for some seconds, and says how long each write took."""

from __future__ import annotations

import datetime as dt
import json
import sys
import time

from desk.audit.model import AuditEntry
from desk.audit.service import record_act
from desk.store import Store, make_engine


def main(url: str, name: str, seconds: float) -> None:
    """Print one line of JSON: the milliseconds of each write, and the errors."""
    store, took, errors = Store(make_engine(url)), [], []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.perf_counter()
        try:
            with store.writing() as session:
                session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()  # a read that then writes
                record_act(session, actor=name, act="test.wrote", subject=name, at=dt.datetime.now(dt.UTC))
        except Exception as error:  # noqa: BLE001 -- whatever goes wrong is what the test asks for
            errors.append(repr(error))
        took.append((time.perf_counter() - began) * 1000)
        time.sleep(0.01)
    sys.stdout.write(json.dumps({"ms": took, "errors": errors}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
