"""The list of instruments: searched, narrowed to a kind and a state on a day, and in pages."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar, get_args

from desk.law.instruments import ForceState, Instrument, InstrumentKind, Instruments
from desk.paging import BadCursor, Page
from desk.vietnamese import fold

T = TypeVar("T")
KINDS: tuple[InstrumentKind, ...] = get_args(InstrumentKind)
STATES: tuple[ForceState, ...] = get_args(ForceState)


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; ``words`` are found in number and title, ``state`` is that on the day."""

    words: str = ""
    kind: InstrumentKind | None = None
    state: ForceState | None = None


def listed(instruments: Instruments, wanted: Wanted, day: dt.date) -> list[Instrument]:
    """The instruments that were looked for: the one that came into force last first, those without a day at the end."""
    words = unicodedata.normalize("NFC", wanted.words).lower().split()
    found = [one for one in instruments if _fits(instruments, one, wanted, words, day)]
    return sorted(found, key=_order)


def page_of(
    found: Sequence[T], key: Callable[[T], str], *, limit: int, after: str | None = None, before: str | None = None
) -> Page[T]:
    """A page of a list that is known whole; it goes on at the ``key`` of a row. Raises BadCursor."""
    keys = [key(each) for each in found]
    try:
        first = keys.index(after) + 1 if after else max(keys.index(before) - limit, 0) if before else 0
        last = keys.index(before) if before and not after else first + limit
    except ValueError:
        raise BadCursor("not a place in this list") from None
    rows = list(found[first:last])
    return Page(
        rows,
        before=key(rows[0]) if rows and first > 0 else None,
        after=key(rows[-1]) if rows and first + len(rows) < len(found) else None,
    )


def _fits(instruments: Instruments, one: Instrument, wanted: Wanted, words: Iterable[str], day: dt.date) -> bool:
    if wanted.kind is not None and one.kind != wanted.kind:
        return False
    if wanted.state is not None and instruments.state_on(one.number, day) != wanted.state:
        return False
    searched = _searched(one)
    return all(word in searched for word in words)


def _searched(one: Instrument) -> str:
    """A word with marks is looked for as it is written; one without is found with any marks."""
    written = f"{one.number}\n{one.title.vi}\n{one.title.en}".lower()
    return f"{written}\n{fold(written)}"


def _order(one: Instrument) -> tuple[int, str]:
    begins = one.in_force.from_
    return (-begins.toordinal() if begins is not None else 1, one.number)
