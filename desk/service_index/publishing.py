"""Publishing the index of a period: kept as it is at that moment, with the file by which it was counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.desk import Desk
from desk.figures import scope as scopes
from desk.paging import Page, page_of
from desk.people.model import Officer
from desk.service_index import permissions
from desk.service_index.criteria import HUNDREDTHS, Criteria
from desk.service_index.deductions import LENGTH
from desk.service_index.figures import Measured
from desk.service_index.index import Named, ServiceIndex, UnitIndex, index_of
from desk.service_index.model import PUBLISHED_KINDS, IndexStep, PublishedIndex, PublishedUnit
from desk.service_index.permissions import IndexRefused
from desk.service_index.points import Score, Scored
from desk.service_index.span import Span
from desk.units.model import UnitKind


@dataclass(frozen=True)
class Differs:
    """A unit whose points, counted again, are not those that were published; None where there was or is no index."""

    unit: Named
    published: int | None
    now: int | None


def prospect(desk: Desk, session: Session, span: Span, kind: str) -> tuple[ServiceIndex, ServiceIndex]:
    """What would be published: the department as a whole, and all units of the kind; raises IndexRefused."""
    if kind not in PUBLISHED_KINDS:
        raise IndexRefused("service_index.refused.kind")
    if not span.is_over(desk.today()):
        raise IndexRefused("service_index.refused.not_over")
    whole = scopes.whole(session)
    department, of_units = (index_of(desk, session, span, whole, each) for each in (UnitKind.DEPARTMENT, kind))
    if not any(row.score.has_index for row in (*department.rows, *of_units.rows)):
        raise IndexRefused("service_index.refused.nobody")
    return department, of_units


def publish(
    desk: Desk,
    session: Session,
    span: Span,
    kind: str,
    officer: Officer,
    *,
    reason: str = "",
) -> PublishedIndex:
    """Publish it, or publish it again for a reason; raises IndexRefused."""
    permissions.must_publish(session, officer)
    department, of_units = prospect(desk, session, span, kind)
    newest = newest_of(session, span, kind)
    words = reason.strip()
    if newest is not None and not words:
        raise IndexRefused("service_index.refused.reason_again", "reason")
    if len(words) > LENGTH:
        raise IndexRefused("service_index.refused.long_words", "reason", length=LENGTH)
    made = PublishedIndex(
        first=span.first,
        last=span.last,
        kind=str(kind),
        edition=newest.edition + 1 if newest is not None else 1,
        reason=words or None,
        criteria=of_units.criteria.text,
        criteria_hash=of_units.criteria.hash,
        published_by=officer,
        published_at=desk.now(),
        rows=[_frozen(row, place) for place, row in enumerate((*department.rows, *of_units.rows))],
    )
    _keep(session, made)
    record_act(
        session,
        actor=officer.actor,
        act=f"service_index.{IndexStep.PUBLISHED.value}",
        subject=f"{span.name} {kind}",
        at=desk.now(),
        detail={"index": made.id, "edition": made.edition, "criteria": made.criteria_hash, "reason": made.reason},
    )
    return made


def _keep(session: Session, made: PublishedIndex) -> None:
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as error:
        raise IndexRefused("service_index.refused.at_once") from error


def _frozen(row: UnitIndex, place: int) -> PublishedUnit:
    return PublishedUnit(
        unit_id=row.unit.id,
        place=place,
        code=row.unit.code,
        kind=row.unit.kind,
        name_vi=row.unit.name_vi,
        name_en=row.unit.name_en,
        rank=row.rank,
        points=row.score.points,
        points_before=row.before,
        by_hand=row.score.by_hand,
        deductions=row.score.deductions,
        scored=[_told(each) for each in row.score.criteria],
    )


def _told(scored: Scored) -> dict[str, Any]:
    found = scored.measured
    return {
        "name": scored.criterion.name,
        "part": found.part,
        "whole": found.whole,
        "weight": scored.weight,
        "points": scored.points,
    }


def as_published(published: PublishedIndex) -> tuple[ServiceIndex, ServiceIndex]:
    """The department's index and that of the units, as they were published."""
    criteria, span = Criteria.parse(published.criteria), span_of(published)

    def of(kind: str, rows: Sequence[PublishedUnit]) -> ServiceIndex:
        shown = [_thawed(row, criteria) for row in rows]
        return ServiceIndex(span, kind, criteria, shown, published.published_at, is_over=True)

    at_the_top = [row for row in published.rows if row.kind == UnitKind.DEPARTMENT]
    others = [row for row in published.rows if row.kind != UnitKind.DEPARTMENT]
    return of(UnitKind.DEPARTMENT, at_the_top), of(published.kind, others)


def _thawed(row: PublishedUnit, criteria: Criteria) -> UnitIndex:
    weights = {each.name: (each, weight) for each, weight in criteria.of_kind(row.kind)}
    scored = tuple(_scored(told, *weights[told["name"]]) for told in row.scored)
    unit = Named(row.unit_id, row.code, row.kind, row.name_vi, row.name_en)
    return UnitIndex(
        unit, Score(scored, row.points is not None, row.by_hand, row.deductions), row.points_before, row.rank
    )


def _scored(told: Mapping[str, Any], criterion: Any, weight: int) -> Scored:
    measured = Measured(told["part"], told["whole"])
    return Scored(criterion, measured, weight * HUNDREDTHS, told["weight"], told["points"])


def recounted(desk: Desk, session: Session, published: PublishedIndex) -> list[Differs]:
    """The units whose points would be others if they were counted now, by the file of then."""
    criteria, span, whole = Criteria.parse(published.criteria), span_of(published), scopes.whole(session)
    now: dict[int, UnitIndex] = {}
    for kind in (UnitKind.DEPARTMENT.value, published.kind):
        found = index_of(desk, session, span, whole, kind, criteria=criteria)
        now |= {row.unit.id: row for row in found.rows}
    then = {row.unit.id: row for part in as_published(published) for row in part.rows}
    return [
        Differs((then.get(id_) or now[id_]).unit, _points(then.get(id_)), _points(now.get(id_)))
        for id_ in dict.fromkeys([*then, *now])
        if _points(then.get(id_)) != _points(now.get(id_))
    ]


def _points(row: UnitIndex | None) -> int | None:
    return row.score.points if row is not None else None


def span_of(published: PublishedIndex) -> Span:
    return Span(published.first, published.last)


def by_id(session: Session, id: int) -> PublishedIndex | None:
    return session.get(PublishedIndex, id)


def newest_of(session: Session, span: Span, kind: str) -> PublishedIndex | None:
    """The last edition of a period and kind, None where it was never published."""
    editions = _of(span, kind).order_by(PublishedIndex.edition.desc())
    return session.scalars(editions.limit(1)).first()


def is_newest(session: Session, published: PublishedIndex) -> bool:
    newest = newest_of(session, span_of(published), published.kind)
    return newest is not None and newest.id == published.id


def _of(span: Span, kind: str) -> Select[PublishedIndex]:
    return select(PublishedIndex).where(
        PublishedIndex.first == span.first, PublishedIndex.last == span.last, PublishedIndex.kind == kind
    )


def listed(
    session: Session, *, limit: int, after: str | None = None, before: str | None = None, newest_only: bool = False
) -> Page[PublishedIndex]:
    """A page of what was published, the newest first; ``newest_only`` leaves out what a later edition replaced."""
    query = select(PublishedIndex)
    if newest_only:
        columns = (PublishedIndex.first, PublishedIndex.last, PublishedIndex.kind)
        newest = select(func.max(PublishedIndex.id)).group_by(*columns)
        query = query.where(PublishedIndex.id.in_(newest))
    return page_of(
        session,
        query,
        [PublishedIndex.id],
        key=lambda row: (row.id,),
        limit=limit,
        descending=True,
        after=after,
        before=before,
    )
