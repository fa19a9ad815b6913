"""What was under way at the moment of a backup, told honestly after a restore: nothing twice in silence, nothing lost.

A backup is older than what made it needed. What waited to be sent then may have been sent since, and nothing in the
backup can tell: it becomes uncertain, which the administrator sees and may send again. What the desk had not finished
working on is worked on again: to answer twice is better than not to have the case.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, text

from desk.backups.kinds import Kind
from desk.backups.tables import StoredTable

#: Why a message is uncertain, where the administrator reads it.
PERHAPS_SENT = "restored from a backup: it may have been sent since"
WAS_SENDING = "restored from a backup that was made while it was being sent"
#: What is shown when it is asked for is never sent, and so never sent twice.
_FETCHED = ("web", "terminal")


@dataclass(frozen=True)
class InHand:
    """How many of each: updates that are due again, messages now uncertain or still waiting, letters now uncertain,
    forms that begin anew, and news that had not reached everybody."""

    updates: int
    held: int
    waiting: int
    letters: int
    forms: int
    news: int


def settle(connection: Connection, tables: list[StoredTable], at: dt.datetime, *, send_waiting: bool) -> InHand:
    """Put right what was under way; ``send_waiting``: nothing ran after the backup, so what waited is sent."""
    there = {table.name: table for table in tables}
    sending = _hold(connection, ("sending",), WAS_SENDING)
    waiting = ("created", "temporary_failure")
    held = 0 if send_waiting else _hold(connection, waiting, PERHAPS_SENT)
    return InHand(
        updates=_work_again(connection),
        held=sending + held,
        waiting=_count(connection, "deliveries", waiting) if send_waiting else 0,
        letters=_hold_letters(connection, there["letters"], at, send_waiting) if "letters" in there else 0,
        forms=_leave_forms(connection),
        news=_news_under_way(connection) if "broadcasts" in there else 0,
    )


def _work_again(connection: Connection) -> int:
    """What was being worked on is due again; counted is all that is due, for it may have been answered since."""
    connection.execute(
        text("UPDATE inbox_updates SET state = 'stored', next_attempt_at = NULL WHERE state = 'processing'")
    )
    return connection.scalar(text("SELECT count(*) FROM inbox_updates WHERE state = 'stored'")) or 0


def _hold(connection: Connection, states: tuple[str, ...], why: str) -> int:
    held = text(
        "UPDATE deliveries SET state = 'uncertain', error = :why WHERE state IN :states AND channel NOT IN :fetched"
    ).bindparams(bindparam("states", states, expanding=True), bindparam("fetched", _FETCHED, expanding=True), why=why)
    return connection.execute(held).rowcount


def _count(connection: Connection, table: str, states: tuple[str, ...]) -> int:
    counted = text(f"SELECT count(*) FROM {table} WHERE state IN :states AND channel NOT IN :fetched").bindparams(
        bindparam("states", states, expanding=True), bindparam("fetched", _FETCHED, expanding=True)
    )
    return connection.scalar(counted) or 0


def _hold_letters(connection: Connection, letters: StoredTable, at: dt.datetime, send_waiting: bool) -> int:
    """Letters are as messages are. Their text is taken out: who waits for a code asks for another."""
    states = ("sending",) if send_waiting else ("waiting", "sending")
    held = text(
        "UPDATE letters SET state = 'uncertain', error = :why, text = '', settled_at = :at WHERE state IN :states"
    ).bindparams(
        bindparam("states", states, expanding=True),
        bindparam("at", at, type_=letters.table().c.settled_at.type),
        why=PERHAPS_SENT,
    )
    assert letters.columns["settled_at"] is Kind.MOMENT, "the moment is written as the desk writes it"
    return connection.execute(held).rowcount


def _leave_forms(connection: Connection) -> int:
    """Rasa's trackers are not in a backup: a form that was open is none any more, and the next text a question."""
    left = "UPDATE conversations SET awaiting = NULL, awaiting_argument = NULL, awaiting_until = NULL"
    return connection.execute(text(f"{left} WHERE awaiting = 'form'")).rowcount


def _news_under_way(connection: Connection) -> int:
    return connection.scalar(text("SELECT count(*) FROM broadcasts WHERE finished_at IS NULL")) or 0
