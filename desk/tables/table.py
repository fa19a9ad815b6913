"""A table as it is shown on a page, written to a terminal and exported: its columns, its rows, and what it is about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds. A share is part of 1 and is shown in hundredths; a moment is shown on Viet Nam's clocks."""

    TEXT = "text"
    NUMBER = "number"
    SHARE = "share"
    DAY = "day"
    MOMENT = "moment"


#: None is "there is no value", which is shown as an empty cell and never as zero.
Cell = str | int | float | dt.date | dt.datetime | None


@dataclass(frozen=True)
class Column:
    """A column; ``digits`` is how many of a number stand after the point, ``name`` its key where data is exchanged."""

    title: str
    kind: Kind = Kind.TEXT
    digits: int = 0
    name: str = ""

    @property
    def is_figure(self) -> bool:
        return self.kind in (Kind.NUMBER, Kind.SHARE)


@dataclass(frozen=True)
class Table:
    """One table in one language. ``name`` is its key in JSON and in the name of a file.

    ``about``: pairs of words such as ("Period", "1–30 Nov 2026"), which say by what the rows were chosen and when.
    The rows may be read once only, so that a long table need not be held.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    about: Sequence[tuple[str, str]] = ()
