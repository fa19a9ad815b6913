"""Lists in pages that cost the same however far one reads: a page goes on after the last row of the one before it."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, literal, select, tuple_, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from desk.json_text import parse_json
from desk.storable import is_storable

T = TypeVar("T")
#: What a list may be ordered by. The values of a row's columns together must be unlike any other row's.
Column = InstrumentedAttribute[Any]


class BadCursor(ValueError):
    """The place at which a page should go on was not made by this desk, or for another list."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows of a list; ``before`` and ``after`` are where the pages beside it begin, None where there is none."""

    rows: list[T]
    before: str | None = None
    after: str | None = None


def page_of(
    session: Session,
    query: Select[T],
    order: Sequence[Column],
    *,
    key: Callable[[T], Sequence[Any]],
    limit: int,
    descending: bool = False,
    after: str | None = None,
    before: str | None = None,
) -> Page[T]:
    """A page of at most ``limit`` rows of a query without an order of its own.

    ``order`` are its columns, all in one direction; ``key`` takes their values from a row. Raises BadCursor.
    """
    backwards, falling, place = _turn(order, descending, after, before)
    if place is not None:
        query = query.where(_beyond(order, place, not falling))
    ordered = query.order_by(*(column.desc() if falling else column for column in order))
    rows: list[T] = list(session.scalars(ordered.limit(limit + 1)))
    return _page(rows, limit, backwards, is_first=place is None, key=key)


def merged_page_of(
    session: Session,
    conditions: Sequence[Sequence[ColumnElement[bool]]],
    order: Sequence[Column],
    *,
    limit: int,
    descending: bool = False,
    after: str | None = None,
    before: str | None = None,
) -> Page[tuple[Any, ...]]:
    """A page of the rows that fit one of ``conditions``, no row more than one of them, as the values of ``order``.

    Of each condition a page is read and the pages are merged: where an index has the rows of each in the order of the
    page, no row besides these is read, however many there are. Raises BadCursor.
    """
    backwards, falling, place = _turn(order, descending, after, before)
    beyond = [_beyond(order, place, not falling)] if place is not None else []
    ordered = [column.desc() if falling else column for column in order]
    # Each part has a limit of its own: PostgreSQL does not merge the parts of a union by their indexes.
    parts = [select(*order).where(*each, *beyond).order_by(*ordered).limit(limit + 1) for each in conditions]
    if not parts:
        return Page([])
    together = union_all(*(select(part.subquery()) for part in parts)) if len(parts) > 1 else parts[0]
    rows = sorted((tuple(row) for row in session.execute(together)), reverse=falling)[: limit + 1]
    return _page(rows, limit, backwards, is_first=place is None, key=lambda row: row)


def place_at(values: Sequence[Any]) -> str:
    """The place in a list right at the row with these values of its order."""
    return _write(values)


def _turn(
    order: Sequence[Column], descending: bool, after: str | None, before: str | None
) -> tuple[bool, bool, list[Any] | None]:
    """Whether the page is read backwards, whether its values fall while it is, and the values where it begins."""
    backwards = before is not None
    cursor = before if backwards else after
    return backwards, descending is not backwards, _read(cursor, order) if cursor is not None else None


def _page(rows: list[T], limit: int, backwards: bool, *, is_first: bool, key: Callable[[T], Sequence[Any]]) -> Page[T]:
    more = len(rows) > limit
    rows = rows[:limit]
    if backwards:
        rows.reverse()
    has_before, has_after = (more, True) if backwards else (not is_first, more)
    return Page(
        rows,
        before=_write(key(rows[0])) if rows and has_before else None,
        after=_write(key(rows[-1])) if rows and has_after else None,
    )


def _beyond(order: Sequence[Column], values: Sequence[Any], greater: bool) -> ColumnElement[bool]:
    columns = tuple_(*order)
    place = tuple_(*(literal(value, column.type) for column, value in zip(order, values, strict=True)))
    return columns > place if greater else columns < place


def _write(values: Sequence[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, dt.datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _read(cursor: str, order: Sequence[Column]) -> list[Any]:
    try:
        values = parse_json(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(order):
            raise BadCursor("not a place in this list")
        return [_as_of(column, value) for column, value in zip(order, values, strict=True)]
    except (binascii.Error, TypeError, ValueError, OverflowError) as error:
        raise BadCursor("not a place in this list") from error


def _as_of(column: Column, value: Any) -> Any:
    wanted = column.type.python_type
    read = dt.datetime.fromisoformat(value) if wanted is dt.datetime else value
    if isinstance(read, bool) or not isinstance(read, wanted):
        raise TypeError("a value of another kind")
    if isinstance(read, dt.datetime):
        if read.tzinfo is None:
            raise TypeError("a moment without a time zone")
        read = read.astimezone(dt.UTC)  # raises OverflowError at the ends of the calendar
    if isinstance(read, str) and not is_storable(read):
        raise TypeError("a text that no row has")
    if isinstance(read, int) and not -(2**63) <= read < 2**63:
        raise TypeError("a number that no row has")
    return read
