"""All that is known of one instrument on a day, as its page and its command show it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from desk.desk import Desk
from desk.law import citing, keeping
from desk.law.citing import CitingEntry
from desk.law.instruments import ForceState, Instrument, Instruments
from desk.law.keeping import Standing
from desk.law.service import InstrumentText, instruments_with_text


@dataclass(frozen=True)
class Effect:
    """What one instrument does to another: ``number`` is the other's, on either side; ``holds`` is that on the day."""

    number: str
    title: tuple[str, str]
    how: Literal["amends", "replaces"]
    articles: tuple[str, ...]
    from_: dt.date | None
    holds: bool


@dataclass(frozen=True)
class Overview:
    """One instrument on a ``day``; ``last_day`` is said, or follows from ``replaced_by``."""

    instrument: Instrument
    standing: Standing
    day: dt.date
    state: ForceState
    last_day: dt.date | None
    replaced_by: str | None
    changes: tuple[Effect, ...]
    changed_by: tuple[Effect, ...]
    consolidated_in: tuple[Instrument, ...]
    citing: tuple[CitingEntry, ...]
    text: InstrumentText | None


def overview(desk: Desk, session: Session, number: str, day: dt.date) -> Overview:
    """Raises NoSuchInstrument, also for one that was set aside."""
    known, standing = keeping.held(desk, session), keeping.standing(desk, session, number)
    if standing.instrument is None:
        raise keeping.NoSuchInstrument(number)
    texts = {text.instrument: text for text in instruments_with_text(session)}
    return Overview(
        instrument=standing.instrument,
        standing=standing,
        day=day,
        state=known.state_on(number, day),
        last_day=known.last_day(number),
        replaced_by=known.replaced_by(number),
        changes=tuple(_changes(known, standing.instrument, day)),
        changed_by=tuple(_changed_by(known, number, day)),
        consolidated_in=tuple(known.consolidated_in(number)),
        citing=tuple(citing.entries_citing(session, number)),
        text=texts.get(number),
    )


def _changes(known: Instruments, one: Instrument, day: dt.date) -> list[Effect]:
    found = []
    for change in one.changes:
        since = change.from_ or one.in_force.from_
        articles, holds = tuple(change.articles), since is None or since <= day
        number = change.instrument
        found.append(Effect(number, _title(known, number), change.how, articles, since, holds))
    return found


def _changed_by(known: Instruments, number: str, day: dt.date) -> list[Effect]:
    """By the day from which it holds, what has none first."""
    by_day = sorted(known.changed(number), key=lambda one: (one.from_ or dt.date.min, one.by))
    return [
        Effect(one.by, _title(known, one.by), one.how, one.articles, one.from_, one.holds_on(day)) for one in by_day
    ]


def _title(known: Instruments, number: str) -> tuple[str, str]:
    """In Vietnamese and in English; the number where it is of no known instrument."""
    return (known[number].title.vi, known[number].title.en) if number in known else (number, number)
