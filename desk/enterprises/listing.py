"""Lists of enterprises for officers: requests that wait, and enterprises by words and by how people stand to them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, false, or_, select
from sqlalchemy.orm import Session

from desk.answering.folding import folded
from desk.enterprises.model import Enterprise, Membership, MembershipState
from desk.enterprises.service import SETTLING_ROLES
from desk.paging import Page, page_of
from desk.people.model import Officer
from desk.units.model import DEPARTMENT, Unit

PAGE = 50
#: How somebody may stand to an enterprise for it to be listed: asks to act, acts, or acted for it.
STATES = (MembershipState.ASKED, MembershipState.VERIFIED, MembershipState.ENDED)
#: Names are searched without their marks in so many of the newest enterprises; tax codes are found in all.
NAMES_SEARCHED = 20_000


def requests(
    session: Session,
    officer: Officer,
    *,
    words: str = "",
    after: str | None = None,
    before: str | None = None,
    limit: int = PAGE,
) -> Page[Membership]:
    """The requests that wait and that the officer may settle, the oldest first; raises BadCursor.

    ``words`` narrows them to enterprises by tax code or name.
    """
    query = (
        select(Membership)
        .join(Enterprise, Enterprise.id == Membership.enterprise_id)
        .where(Membership.state == MembershipState.ASKED, _of(officer))
    )
    if words.strip():
        query = query.where(_named(session, officer, words))
    return page_of(
        session, query, (Membership.id,), key=lambda held: (held.id,), limit=limit, after=after, before=before
    )


def listed(
    session: Session,
    officer: Officer,
    *,
    words: str = "",
    state: MembershipState | None = None,
    after: str | None = None,
    before: str | None = None,
    limit: int = PAGE,
) -> Page[Enterprise]:
    """The officer's enterprises in the order of tax codes, by words and by STATES where these are given.

    Raises BadCursor.
    """
    query = select(Enterprise).where(_of(officer))
    if state is not None:
        query = query.where(exists().where(Membership.enterprise_id == Enterprise.id, Membership.state == state))
    if words.strip():
        query = query.where(_named(session, officer, words))
    return page_of(
        session,
        query,
        (Enterprise.tax_code,),
        key=lambda enterprise: (enterprise.tax_code,),
        limit=limit,
        after=after,
        before=before,
    )


def _of(officer: Officer) -> ColumnElement[bool]:
    """``may_settle`` in the database: the enterprise's unit, or without one the department, lies in the officer's."""
    own = [held.unit for held in officer.appointments if held.role in SETTLING_ROLES and officer.active]
    below = select(Unit.id).where(or_(false(), *(Unit.path.startswith(unit.path) for unit in own)))
    in_department = any(unit.code == DEPARTMENT for unit in own)
    return or_(Enterprise.unit_id.in_(below), Enterprise.unit_id.is_(None) if in_department else false())


def _named(session: Session, officer: Officer, words: str) -> ColumnElement[bool]:
    """Whether the tax code begins with the words, or the name has them all; capitals and marks do not count."""
    wanted = folded(words).split()
    newest = (
        select(Enterprise.id, Enterprise.name).where(_of(officer)).order_by(Enterprise.id.desc()).limit(NAMES_SEARCHED)
    )
    ids = [id_ for id_, name in session.execute(newest) if all(word in folded(name) for word in wanted)]
    return or_(Enterprise.tax_code.startswith(words.strip(), autoescape=True), Enterprise.id.in_(ids))
