"""What a column holds, and its values as they stand in a backup: the same on both databases, and exact."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, Date, DateTime, Double, Float, Integer, LargeBinary, String, Text, cast
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeEngine, UserDefinedType

from desk.store import UtcDateTime


class Kind(StrEnum):
    WORDS = "words"
    WHOLE = "whole"
    NUMBER = "number"
    YES_OR_NO = "yes_or_no"
    MOMENT = "moment"
    DAY = "day"
    DATA = "data"
    BYTES = "bytes"


class UnknownKind(TypeError):
    """A column of a type that nobody has taught to backups; the message names the type."""


class _WrittenData(UserDefinedType[str]):
    """PostgreSQL's JSON as the text that it was written as: read and written without being understood."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "JSON"

    def bind_expression(self, bindvalue: Any) -> ColumnElement[Any]:
        return cast(cast(bindvalue, Text), JSON)

    def column_expression(self, colexpr: Any) -> ColumnElement[Any]:
        return cast(colexpr, Text)


#: The types that databases tell of; the first that fits is taken, and text is what is left.
_TOLD: tuple[tuple[type[TypeEngine[Any]], Kind], ...] = (
    (JSON, Kind.DATA),
    (Boolean, Kind.YES_OR_NO),
    (LargeBinary, Kind.BYTES),
    (DateTime, Kind.MOMENT),
    (Date, Kind.DAY),
    (Integer, Kind.WHOLE),
    (Float, Kind.NUMBER),
    (String, Kind.WORDS),
)


def kind_of(told: TypeEngine[Any]) -> Kind:
    """What a column holds, by the type that its database tells; raises UnknownKind."""
    for type_, kind in _TOLD:
        if isinstance(told, type_):
            return kind
    raise UnknownKind(repr(told))


def type_of(kind: Kind, database: str) -> TypeEngine[Any]:
    """How a column of this kind is read and written; ``database`` is sqlite or postgresql."""
    if kind is Kind.DATA:
        return _WrittenData() if database == "postgresql" else Text()
    types: Mapping[Kind, TypeEngine[Any]] = {
        Kind.WORDS: Text(),
        Kind.WHOLE: Integer(),
        Kind.NUMBER: Double(),
        Kind.YES_OR_NO: Boolean(),
        Kind.MOMENT: UtcDateTime(),
        Kind.DAY: Date(),
        Kind.BYTES: LargeBinary(),
    }
    return types[kind]


def _moment(value: dt.datetime) -> str:
    return value.isoformat(timespec="microseconds")


def _bytes(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _data(value: str | int | float) -> str:
    """JSON as text. SQLite makes a number of what is nothing but a number, and may take 1.0 for 1: so does this."""
    if isinstance(value, str) and value[:1] in "-0123456789":
        value = float(value) if {".", "e", "E"} & set(value) else int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, str) else json.dumps(value)


#: From what is read to what stands in the backup, and back; what is not named is the same in both.
OUT: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.MOMENT: _moment,
    Kind.DAY: dt.date.isoformat,
    Kind.DATA: _data,
    Kind.BYTES: _bytes,
}
IN: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.MOMENT: dt.datetime.fromisoformat,
    Kind.DAY: dt.date.fromisoformat,
    Kind.BYTES: base64.b64decode,
}
