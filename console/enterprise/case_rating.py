"""The rating on the page of a case: what was given, what can be given, and what its form says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from console.web.typed import whole_number, words
from desk.cases.model import Case
from desk.cases.persons import private_link
from desk.cases.persons.private_link import More
from desk.desk import Desk
from desk.ratings import service as ratings

#: What the names of the boxes begin with; the reason follows.
_BOX = "about-"


@dataclass(frozen=True)
class ShownRating:
    """``stars`` is None before any were given; ``reasons`` are all that can be named, each with whether it is."""

    is_open: bool
    until: dt.datetime | None
    stars: int | None
    reasons: tuple[tuple[str, bool], ...]
    has_officer: bool
    officer_stars: int | None
    comment: str


def shown(desk: Desk, session: Session, case: Case) -> ShownRating | None:
    """The rating of a case; None before it was asked for."""
    request = private_link.rating_request(session, case)
    if request is None:
        return None
    given = request.rating
    named = given.reasons if given is not None else ()
    return ShownRating(
        is_open=ratings.is_open(request, desk.now()),
        until=request.open_until,
        stars=given.stars if given is not None else None,
        reasons=tuple((name, name in named) for name in desk.rules.ratings.reasons),
        has_officer=bool(request.parts),
        officer_stars=given.officer_stars if given is not None else None,
        comment=(given.comment if given is not None else None) or "",
    )


def given(desk: Desk, session: Session, case: Case, form: Mapping[str, str]) -> None:
    """Give the stars that a form says, and all else where the whole form was sent; raises RatingRefused."""
    more = None
    if form.get("whole"):
        named = frozenset(name.removeprefix(_BOX) for name in form if name.startswith(_BOX))
        more = More(named, whole_number(form.get("officer")) or None, words(form, "comment"))
    private_link.rate(desk, session, case, whole_number(form.get("stars")), more, comment=words(form, "comment"))
