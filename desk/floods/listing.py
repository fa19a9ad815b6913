"""What was refused lately, for staff: by minute, with whose messages they were as far as may be shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.floods.model import FloodMinute

#: A source is flooding now when something of it was refused within this time.
LATELY = dt.timedelta(minutes=5)


def listed(session: Session, *, limit: int) -> Sequence[FloodMinute]:
    """The newest minutes, within a minute the largest counts first."""
    order = FloodMinute.minute.desc(), FloodMinute.counted.desc(), FloodMinute.channel, FloodMinute.source
    return session.scalars(select(FloodMinute).order_by(*order).limit(limit)).all()


def sources_lately(session: Session, now: dt.datetime) -> int:
    """From how many sources something was refused within the last minutes."""
    lately = FloodMinute.minute > now - LATELY
    sources = select(FloodMinute.channel, FloodMinute.source).where(lately).distinct().subquery()
    return session.scalar(select(func.count()).select_from(sources)) or 0
