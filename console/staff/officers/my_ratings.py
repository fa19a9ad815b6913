"""An officer's own ratings, with a remark on each, and their figures once there are enough."""

from __future__ import annotations

from dataclasses import dataclass

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.web.guard import CASE_WORKERS, roles
from console.web.rating_views import ShownRating, shown
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page, see_other
from console.web.typed import whole_number, words
from desk.desk import Desk
from desk.figures.statistics import ENOUGH
from desk.guidance.record import Language
from desk.paging import Page
from desk.people.model import Officer
from desk.ratings.reviews import mine, remarks
from desk.ratings.reviews.mine import Mine
from desk.ratings.reviews.model import ReviewState
from desk.ratings.reviews.permissions import ReviewRefused

PATH = "/desk/ratings/mine"
LISTED = 20


@dataclass(frozen=True)
class ShownMine:
    """``share`` is the officer's; ``told`` what the enterprise was told after a review."""

    rating: ShownRating
    share: float
    stars: int | None
    not_counted: str
    remark: str
    may_remark: bool
    told: str


@get("/ratings/mine", opt=roles(CASE_WORKERS), sync_to_thread=True)
def my_ratings(
    request: HttpRequest,
    site: OfSite,
    done: FromQuery[str] = "",
    after: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
) -> Template:
    """The ratings of cases in which the officer has a part, the newest first."""
    return _page(request, site, done=done == "remarked", after=after, before=before)


@get("/ratings/mine/{rating:str}", opt=roles(CASE_WORKERS, of="own_rating"), sync_to_thread=True)
def my_rating(request: HttpRequest, site: OfSite, rating: FromPath[str]) -> Template:
    """One of these ratings, to write a remark on it."""
    return _one(request, site, rating)


@post("/ratings/mine/{rating:str}/remark", opt=roles(CASE_WORKERS, of="own_rating"), sync_to_thread=True)
def remark(request: HttpRequest, site: OfSite, rating: FromPath[str], data: Form) -> Template | Redirect:
    """Keep the officer's remark on a rating."""
    said = words(data, "remark")
    try:
        with site.desk.store.writing() as session:
            officer = officer_in(request, session)
            found = _known(session, officer, rating)
            remarks.remark(site.desk, session, found.received.request, officer, said)
    except ReviewRefused as refused:
        return _one(request, site, rating, refused=refused, typed=said)
    return see_other(f"{PATH}?done=remarked")


def _page(request: HttpRequest, site: Site, *, done: bool, after: str | None, before: str | None) -> Template:
    desk, language = site.desk, language_of(request)
    with desk.store.reading() as session:
        officer = officer_in(request, session)
        found = mine.listed(session, officer, limit=LISTED, after=after, before=before)
        rows = [_shown(desk, one, officer, language) for one in found.rows]
        figures = mine.figures(session, officer)
    return page(
        request,
        site,
        "staff/officers/my_ratings.html",
        path=PATH,
        rows=rows,
        beside=Page(rows, found.before, found.after),
        figures=figures,
        enough=ENOUGH,
        done=done,
    )


def _one(
    request: HttpRequest, site: Site, rating: str, *, refused: ReviewRefused | None = None, typed: str | None = None
) -> Template:
    desk, language = site.desk, language_of(request)
    with desk.store.reading() as session:
        officer = officer_in(request, session)
        row = _shown(desk, _known(session, officer, rating), officer, language)
    return page(
        request,
        site,
        "staff/officers/my_rating.html",
        status=409 if refused else 200,
        here=f"{PATH}/{rating}",
        path=PATH,
        row=row,
        remark=row.remark if typed is None else typed,
        refused=desk.texts.say(refused.reason, language, **refused.values) if refused else "",
        length=remarks.LENGTH,
    )


def _known(session: Session, officer: Officer, rating: str) -> Mine:
    """One of the officer's ratings; what others were rated for is not there."""
    found = mine.of_request(session, officer, whole_number(rating))
    if found is None:
        raise NotFoundException
    return found


def _shown(desk: Desk, one: Mine, officer: Officer, language: Language) -> ShownMine:
    review = one.received.review
    return ShownMine(
        rating=shown(desk, one.received, officer, language),
        share=one.part.share,
        stars=one.stars,
        not_counted=one.not_counted.value if one.not_counted is not None else "",
        remark=one.remark,
        may_remark=one.may_remark,
        told=review.words if review is not None and review.state is ReviewState.TOLD else "",
    )
