"""The number of the present publication: it rises with every change of what is searched."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk.guidance.model import Publication


def publication_no(session: Session) -> int:
    """The number of the present publication; 0 where nothing was ever published."""
    return session.scalar(select(Publication.number)) or 0


def raise_publication_no(session: Session) -> int:
    """The next publication's number: what is searched changes with this transaction."""
    raised = session.scalar(update(Publication).values(number=Publication.number + 1).returning(Publication.number))
    if raised is None:
        session.add(Publication(id=1, number=1))
        session.flush()
        return 1
    return int(raised)
