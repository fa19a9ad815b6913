"""Requests for a rating by the key of a row: with their shares where officers and units have parts in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, func, null, select
from sqlalchemy.orm import Session

from desk.figures.breakdown.asked import Asked, By, Key
from desk.figures.breakdown.steps import key_of_day
from desk.figures.period import Period
from desk.figures.ratings import (
    FOR_OFFICERS,
    FOR_SERVICE,
    NOBODY,
    PLACES,
    RatingFigures,
    figures_of,
    in_whole,
    what_counts,
)
from desk.figures.sql import day_of
from desk.ratings.model import LeftOut, Rating, RatingPart, RatingRequest

_Kinds = tuple[Any, ...]

#: The column of a part by which rows are made.
OF_PARTS: Mapping[By, Any] = {By.OFFICER: RatingPart.officer_id, **{By(kind): PLACES[kind] for kind in PLACES}}
_OF_REQUESTS: Mapping[By, Any] = {
    By.TOPIC: RatingRequest.topic,
    By.ENTRY: RatingRequest.entry,
    By.CHANNEL: RatingRequest.channel,
    By.LANGUAGE: RatingRequest.language,
}


def requests(session: Session, asked: Asked, period: Period) -> dict[Key, RatingFigures]:
    """The figures of the requests that were asked in a period."""
    found: dict[Key, RatingFigures] = {}
    kinds = what_counts(FOR_OFFICERS if asked.by is By.OFFICER else FOR_SERVICE)
    for query in _queries(asked, period, kinds):
        for key, *counted in session.execute(query):
            row = key_of_day(key, asked.by.step) if asked.by.step is not None else key
            found[row] = found.get(row, NOBODY) + figures_of(*counted)
    return found


def marked(session: Session, asked: Asked, period: Period) -> dict[LeftOut, float]:
    """How many requests of a period are left out, by the reason."""
    found: dict[LeftOut, float] = {}
    for query in _queries(asked, period, (RatingRequest.left_out,)):
        for _, reason, sum_ in session.execute(query.where(RatingRequest.left_out.is_not(None))):
            found[reason] = found.get(reason, 0) + sum_
    return {reason: in_whole(sum_) for reason, sum_ in found.items()}


def seen_parts(asked: Asked) -> ColumnElement[bool]:
    """Whether a part is counted in the report."""
    return asked.sight.of_officers() if asked.by is By.OFFICER else asked.sight.of_units()


def _queries(asked: Asked, period: Period, kinds: _Kinds) -> list[Select[Any]]:
    """Requests by their parts, and those that have none."""
    by_parts, everything = asked.by.is_of_parts, asked.sight.scope.is_everything
    if not by_parts and everything:
        return [_counted(asked, period, kinds, _column(asked.by), func.count())]
    shares = _counted(asked, period, kinds, OF_PARTS.get(asked.by, _column(asked.by)), func.sum(RatingPart.share))
    queries = [shares.join(RatingPart, RatingPart.request_id == RatingRequest.id).where(seen_parts(asked))]
    if everything and (asked.by is not By.OFFICER or asked.sight.is_of_all_officers):
        has_parts = select(RatingPart.id).where(RatingPart.request_id == RatingRequest.id).exists()
        queries.append(_counted(asked, period, kinds, None, func.count()).where(~has_parts))
    return queries


def _column(by: By) -> Any:
    return day_of(RatingRequest.asked_at) if by.step is not None else _OF_REQUESTS.get(by)


def _counted(asked: Asked, period: Period, kinds: _Kinds, key: Any, count: ColumnElement[Any]) -> Select[Any]:
    """How many requests have a key and all the ``kinds`` in common."""
    only = [getattr(RatingRequest, name) == word for name, word in asked.only.chosen().items()]
    grouped = kinds if key is None else (key, *kinds)
    return (
        select(null() if key is None else key, *kinds, count)
        .select_from(RatingRequest)
        .outerjoin(Rating, Rating.request_id == RatingRequest.id)
        .where(RatingRequest.asked_at.is_not(None), *period.holds(RatingRequest.asked_at), *only)
        .group_by(*grouped)
    )
