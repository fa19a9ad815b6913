"""A process that migrates and, before the statement that is named, says so and waits for a line.

``python -m tests.integration.desk.migrating ADDRESS [WORDS]``; at the end it says how many statements changed tables.
"""

from __future__ import annotations

import sys
from typing import Any

from sqlalchemy import event

from desk.migrations.run import migrate
from desk.store import make_engine

_CHANGES = ("CREATE ", "ALTER ", "DROP ", "INSERT ", "UPDATE ", "DELETE ")


def main(address: str, words: str = "") -> None:
    engine = make_engine(address)
    changes: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def notice(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if words and words in statement:
            _say("here")
            sys.stdin.readline()
        if statement.lstrip().upper().startswith(_CHANGES):
            changes.append(statement)

    migrate(engine)
    engine.dispose()
    _say(f"changes {len(changes)}")


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
