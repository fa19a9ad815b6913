"""How long something waits for another attempt: spread by chance, and never for longer because a clock was put back."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import SQLCoreOperations

#: The part of a wait by which it is lengthened at most, so that what failed together does not come back together.
SPREAD = 0.25
#: The clocks of machines differ by less than this; what was done later than that from now was done by a clock that
#: has been put back since.
AHEAD = dt.timedelta(minutes=1)

#: A number from 0 to 1; tests put another in its place.
chance = random.random


def spread(wait: dt.timedelta) -> dt.timedelta:
    """The wait, lengthened by chance: never shorter than what a channel asked for."""
    return wait * (1 + SPREAD * chance())


def back_off(waits: Sequence[dt.timedelta], attempts: int) -> dt.timedelta:
    """The wait after so many failed attempts (from 1), the last one again and again, spread."""
    return spread(waits[min(attempts, len(waits)) - 1])


def is_ahead(
    moment: InstrumentedAttribute[dt.datetime | None] | SQLCoreOperations[dt.datetime | None], now: dt.datetime
) -> ColumnElement[bool]:
    """Whether a stored moment lies in the future, though it was the present when it was stored.

    The wait that was reckoned from it is then no longer known, and over.
    """
    return moment > now + AHEAD
