"""Local time in Viet Nam, and the hours in which a person may be disturbed."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
QUIET_UNTIL = dt.time(8)
QUIET_FROM = dt.time(20)


def local(moment: dt.datetime) -> dt.datetime:
    """The moment on the clocks of Viet Nam."""
    return moment.astimezone(VIETNAM)


def local_day(moment: dt.datetime) -> dt.date:
    return local(moment).date()


def begin_of(day: dt.date) -> dt.datetime:
    """The first moment of a day in Viet Nam, in UTC."""
    return dt.datetime.combine(day, dt.time(), tzinfo=VIETNAM).astimezone(dt.UTC)


def next_polite_moment(moment: dt.datetime) -> dt.datetime:
    """The moment itself between 08:00 and 20:00 local time, else the next 08:00."""
    here = local(moment)
    if QUIET_UNTIL <= here.time() < QUIET_FROM:
        return moment
    day = here.date() if here.time() < QUIET_UNTIL else here.date() + dt.timedelta(days=1)
    return dt.datetime.combine(day, QUIET_UNTIL, tzinfo=VIETNAM).astimezone(dt.UTC)
