"""Sealing what was recorded: the entries since the last seal get one together, which carries the hash of that one."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk.audit import canonical, chain
from desk.audit.horizon import Horizon
from desk.audit.model import AuditSeal
from desk.desk import Desk

#: Entries under one seal at most; what was never sealed is worked off in such portions.
AT_ONCE = 1_000


class End(NamedTuple):
    """Where the chain goes on after a seal."""

    number: int
    hash: str
    last_id: int


#: Of a chain without a seal.
BEGINNING = End(0, chain.GENESIS, 0)


_END = select(AuditSeal.number, AuditSeal.hash, AuditSeal.last_id)


def end_of_chain(session: Session) -> End:
    """Where the chain goes on after its newest seal."""
    row = session.execute(_END.order_by(AuditSeal.number.desc()).limit(1)).one_or_none()
    return End(*row) if row is not None else BEGINNING


def after_seal(session: Session, number: int) -> End | None:
    """Where the chain goes on after the seal of a number; None where that is not there."""
    row = session.execute(_END.where(AuditSeal.number == number)).one_or_none()
    return End(*row) if row is not None else None


def seal_some(desk: Desk, horizon: Horizon) -> int:
    """Seal a portion of what is complete; how many entries that were, AT_ONCE where more may be left.

    They are read with nothing locked. Another clock that was faster has made the seal of this number: the database lets
    there be one, so the chain has no second end, and this portion is none.
    """
    with desk.store.reading() as session:
        until = horizon.look(session)
    with desk.store.reading() as session:  # another transaction, which sees what was committed before the look ended
        end = end_of_chain(session)
        digests = canonical.digests(session, end.last_id, until, AT_ONCE) if until > end.last_id else []
    if not digests:
        return 0
    seal = AuditSeal(
        number=end.number + 1,
        form=canonical.FORM,
        sealed_at=desk.now(),
        first_id=digests[0][0],
        last_id=digests[-1][0],
        entries=len(digests),
        digests=chain.listed(digests),
        previous=end.hash,
    )
    seal.hash = chain.hash_of(seal)
    try:
        with desk.store.writing() as session:
            session.add(seal)
    except IntegrityError:
        return 0
    return len(digests)
