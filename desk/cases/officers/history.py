"""Who asks and what they asked before, for the officer at a case: the membership, and other cases that may be seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from desk.cases import listing
from desk.cases.case_words import CaseWord, words_of
from desk.cases.model import Case, CaseState
from desk.enterprises import service as enterprises
from desk.enterprises.model import Enterprise, Membership
from desk.people.model import Officer, Role
from desk.ratings.model import Rating, RatingPart, RatingRequest

#: At most so many other cases are shown, the newest first.
SHOWN = 8


@dataclass(frozen=True)
class OtherCase:
    """Another case; ``stars`` where it was rated and the officer may see that.

    ``is_known``: it is the same enterprise's or person's for certain; else only the typed tax code is the same.
    """

    number: str
    question: str
    language: str
    state: CaseState
    opened_at: dt.datetime
    unit: str
    stars: int | None
    is_known: bool


@dataclass(frozen=True)
class History:
    """``tax_code`` is that of the verified enterprise; ``membership`` the newest state of the person's, with its kind.

    Both are None where the person asks for themselves, whatever they typed. ``may_open``: whether the enterprise's page
    is one of this officer's.
    """

    tax_code: str | None
    may_open: bool
    enterprise: str | None
    membership: tuple[str, str] | None
    cases: list[OtherCase]


def of_case(session: Session, case: Case, officer: Officer, language: str) -> History:
    """The history beside a case, as far as the officer sees it."""
    enterprise = session.get(Enterprise, case.enterprise_id) if case.enterprise_id is not None else None
    known = _newest(session, case, officer, _same(case))
    claimed = _newest(session, case, officer, same_code) if (same_code := _same_tax_code(case)) is not None else []
    ids = {found.id for found in known}
    others = sorted([*known, *(found for found in claimed if found.id not in ids)], key=lambda found: -found.id)
    stars = _stars(session, others[:SHOWN], officer)
    return History(
        tax_code=enterprise.tax_code if enterprise is not None else None,
        may_open=enterprise is not None and enterprises.may_settle(session, officer, enterprise),
        enterprise=enterprise.name if enterprise is not None else None,
        membership=_membership(session, case),
        cases=[
            OtherCase(
                number=found.number or "",
                question=found.question,
                language=found.language,
                state=found.state,
                opened_at=found.opened_at,
                unit=found.unit.name(language),
                stars=stars.get(found.id),
                is_known=found.id in ids,
            )
            for found in others[:SHOWN]
        ],
    )


def _same(case: Case) -> ColumnElement[bool]:
    """The cases of the verified enterprise; of a person who asks for themselves their own."""
    if case.enterprise_id is not None:
        return Case.enterprise_id == case.enterprise_id
    return and_(Case.person_id == case.person_id, Case.enterprise_id.is_(None))


def _same_tax_code(case: Case) -> ColumnElement[bool] | None:
    words = words_of(case.tax_code or "")
    if not words:
        return None
    with_code = select(CaseWord.case_id).where(CaseWord.word == words[0])
    return and_(Case.id.in_(with_code), Case.tax_code == case.tax_code)


def _newest(session: Session, case: Case, officer: Officer, which: ColumnElement[bool]) -> list[Case]:
    query = select(Case.id).where(which, Case.id != case.id, listing.seen(officer)).order_by(Case.id.desc())
    return listing.read(session, list(session.scalars(query.limit(SHOWN))))


def _membership(session: Session, case: Case) -> tuple[str, str] | None:
    if case.enterprise_id is None:
        return None
    newest = session.scalar(
        select(Membership)
        .where(Membership.enterprise_id == case.enterprise_id, Membership.person_id == case.person_id)
        .order_by(Membership.id.desc())
        .limit(1)
    )
    return (newest.state, newest.kind) if newest is not None else None


def _stars(session: Session, cases: Collection[Case], officer: Officer) -> dict[int, int]:
    """The stars that the officer may see: of cases in which they have a part, and of units that they lead or manage."""
    units = {case.id: case.unit for case in cases}
    rows = session.execute(
        select(RatingRequest.case_id, RatingRequest.id, Rating.stars)
        .join(Rating, Rating.request_id == RatingRequest.id)
        .where(RatingRequest.case_id.in_(units))
    ).all()
    mine = set(
        session.scalars(
            select(RatingPart.request_id).where(
                RatingPart.officer_id == officer.id, RatingPart.request_id.in_([id_ for _, id_, _ in rows])
            )
        )
    )
    leads = (Role.HEAD, Role.MANAGER, Role.ADMINISTRATOR)
    return {
        case_id: stars
        for case_id, request_id, stars in rows
        if case_id is not None and (request_id in mine or officer.may(units[case_id], *leads))
    }
