"""SQLite as strict as PostgreSQL: what that refuses is refused here too, so that the fuzzing finds it without one.

Nor does it wait for the disk: how slow something is shall be the desk's doing, and a busy disk makes anything slow.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, Engine, Integer, SmallInteger, String, Text, event, inspect
from sqlalchemy.orm import Session

_INT4, _INT8, _INT2 = 2**31 - 1, 2**63 - 1, 2**15 - 1


class Refused(Exception):
    """PostgreSQL would not take this."""


def make_strict(engine: Engine) -> None:
    """Look at everything that this engine's statements are given, and at what its sessions write."""
    event.listen(engine, "before_cursor_execute", _look_at_parameters)
    event.listen(engine, "connect", _wait_for_no_disk)
    engine.dispose()  # those that are open still wait for it


def watch_writes() -> None:
    """Have every session look at the columns of what it writes; for the whole process."""
    if not event.contains(Session, "before_flush", _look_at_rows):
        event.listen(Session, "before_flush", _look_at_rows)


def stop_watching() -> None:
    if event.contains(Session, "before_flush", _look_at_rows):
        event.remove(Session, "before_flush", _look_at_rows)


def _wait_for_no_disk(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA synchronous = OFF")


def _look_at_parameters(_: Any, __: Any, ___: str, parameters: Any, *____: Any) -> None:
    _look_at(parameters)


def _look_at(value: Any) -> None:
    if isinstance(value, (dict, list, tuple)):
        for each in value.values() if isinstance(value, dict) else value:
            _look_at(each)
    elif isinstance(value, str):
        if "\x00" in value:
            raise Refused("a text with the character NUL")
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise Refused("half of a surrogate pair") from None
    elif isinstance(value, int) and abs(value) > _INT8:
        raise Refused("a number of more than 64 bits")


def _look_at_rows(session: Session, *_: Any) -> None:
    for row in [*session.new, *session.dirty]:
        for fault in _faults(row):
            raise Refused(f"{type(row).__name__}.{fault}")


def _faults(row: Any) -> Iterator[str]:
    state = inspect(row)
    for attribute in state.mapper.column_attrs:
        column = attribute.columns[0]
        value = state.dict.get(attribute.key)
        if isinstance(value, str) and isinstance(column.type, String) and not isinstance(column.type, Text):
            if column.type.length is not None and len(value) > column.type.length:
                yield f"{attribute.key}: {len(value)} letters of {column.type.length}"
        elif isinstance(value, int) and not isinstance(value, bool) and isinstance(column.type, Integer):
            most = (
                _INT8
                if isinstance(column.type, BigInteger)
                else _INT2
                if isinstance(column.type, SmallInteger)
                else _INT4
            )
            if abs(value) > most:
                yield f"{attribute.key}: the number {value}"
