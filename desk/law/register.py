"""The instruments as they are known now: what ships, with what curators entered laid over it, in every process."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from pydantic import ValidationError
from sqlalchemy import func, select, tuple_
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from desk.law.instruments import Instrument, Instruments
from desk.law.model import InstrumentRow, RowState
from desk.store import Store

log = logging.getLogger(__name__)
#: Seconds for which what was read is taken to hold.
FRESH_FOR = 0.5


def changes_so_far(session: Session) -> int:
    """A number that rises with each change; rows are only ever added, so that counting them is enough."""
    return session.scalar(select(func.count()).select_from(InstrumentRow)) or 0


def newest_rows(session: Session) -> dict[str, InstrumentRow]:
    """The newest row of every number that a curator ever touched."""
    last = select(InstrumentRow.number, func.max(InstrumentRow.revision)).group_by(InstrumentRow.number)
    query = select(InstrumentRow).where(tuple_(InstrumentRow.number, InstrumentRow.revision).in_(last))
    return {row.number: row for row in session.scalars(query.order_by(InstrumentRow.number))}


def row_of(session: Session, number: str) -> InstrumentRow | None:
    """The newest row of an instrument; None where no curator touched it."""
    query = select(InstrumentRow).where(InstrumentRow.number == number)
    return session.scalar(query.order_by(InstrumentRow.revision.desc()).limit(1))


def history(session: Session, number: str) -> list[InstrumentRow]:
    """All that curators decided about an instrument, the newest first."""
    query = select(InstrumentRow).where(InstrumentRow.number == number)
    return list(session.scalars(query.order_by(InstrumentRow.revision.desc())))


def laid_over(session: Session, shipped: Instruments) -> Instruments:
    """What ships, with what curators entered in its place or beside it."""
    found = {instrument.number: instrument for instrument in shipped}
    for number, row in newest_rows(session).items():
        if row.state == RowState.ENTERED and (entered := _read(row)) is not None:
            found[number] = entered
    return Instruments(found.values())


def _read(row: InstrumentRow) -> Instrument | None:
    try:
        return Instrument.model_validate(row.content)
    except ValidationError as error:
        # A row that an older version of the desk wrote must not stop every answer of this one.
        log.error("what was entered of instrument %s cannot be read: %s", row.number, error)
        return None


class Register:
    """What holds now, for whoever asks when they run; may be used by several threads."""

    def __init__(self, store: Store, shipped: Instruments, seconds: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self.shipped = shipped
        self._seconds = seconds
        self._reading = threading.Lock()
        self._held: Instruments | None = None
        self._changes = 0
        self._looked_at = 0.0

    @property
    def held(self) -> Instruments:
        """The instruments as they are known now; raises what the store raises where it was never read."""
        held = self._held
        if held is None or self._seconds() - self._looked_at >= FRESH_FOR:
            held = self._look(held)
        return held

    def _look(self, held: Instruments | None) -> Instruments:
        # One thread reads; the others go on with what they have, so that they never queue for a connection here.
        if not self._reading.acquire(blocking=held is None):
            assert held is not None
            return held
        try:
            looked_at = self._seconds()
            held = self._read_changed()
            self._looked_at = looked_at
            return held
        except SQLAlchemyError as error:
            if held is None:
                raise
            self._looked_at = self._seconds()
            log.warning("the instruments could not be read (%s); what held before holds on", type(error).__name__)
            return held
        finally:
            self._reading.release()

    def _read_changed(self) -> Instruments:
        with self._store.reading() as session:
            changes = changes_so_far(session)
            if self._held is None or changes != self._changes:
                self._held = laid_over(session, self.shipped) if changes else self.shipped
                self._changes = changes
        return self._held
