"""The settings in force: the newest row of each, else its default; every process learns of a change within a second."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from desk.settings.declared import BY_NAME, DECLARED
from desk.settings.model import SettingChange
from desk.store import Store

if TYPE_CHECKING:
    from desk.desk import Rules

log = logging.getLogger(__name__)
#: Seconds for which what was read is taken to hold.
FRESH_FOR = 0.5


def newest(session: Session) -> list[SettingChange]:
    """The newest change of every name, also of names that are no longer declared."""
    latest = select(func.max(SettingChange.id)).group_by(SettingChange.name)
    return list(session.scalars(select(SettingChange).where(SettingChange.id.in_(latest)).order_by(SettingChange.id)))


def is_ignored(change: SettingChange) -> bool:
    """Whether a row has no effect: its setting is no longer there, or no longer allows the value."""
    setting = BY_NAME.get(change.name)
    return setting is None or (change.value is not None and not setting.allows(change.value))


def values(session: Session, rules: Rules) -> dict[str, float]:
    """Every declared setting with the value that holds now."""
    found = {setting.name: setting.default(rules) for setting in DECLARED}
    changes = [change for change in newest(session) if not is_ignored(change)]
    return found | {change.name: change.value for change in changes if change.value is not None}


class InForce:
    """What holds now, for steps that ask when they run; may be used by several threads."""

    def __init__(self, store: Store, rules: Rules, seconds: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._rules = rules
        self._seconds = seconds
        self._reading = threading.Lock()
        self._values: Mapping[str, float] = {}
        self._read_at = 0.0

    def value(self, name: str) -> float:
        """The value of a declared setting; raises what the store raises where it was never read."""
        if not self._values or self._seconds() - self._read_at >= FRESH_FOR:
            self._read_anew()
        return self._values[name]

    def _read_anew(self) -> None:
        # One thread reads; the others go on with what they have, so that they never queue for a connection here.
        if not self._reading.acquire(blocking=not self._values):
            return
        try:
            read_at = self._seconds()
            with self._store.reading() as session:
                found = values(session, self._rules)
            if self._values and found != self._values:
                log.info("settings changed: %s", sorted(n for n in found if found[n] != self._values[n]))
            self._values, self._read_at = found, read_at
        except SQLAlchemyError as error:
            if not self._values:
                raise
            self._read_at = self._seconds()
            log.warning("the settings could not be read (%s); what held before holds on", type(error).__name__)
        finally:
            self._reading.release()
