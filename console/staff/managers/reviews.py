"""Reviews of low ratings: the list of a head, and the page on which one is looked into, told and settled."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.staff.managers import review_views as views
from console.web.guard import HEADS, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page, see_other
from console.web.typed import whole_number, words
from desk.desk import Desk
from desk.figures import scope as scopes
from desk.figures.scope import Scope
from desk.paging import Page
from desk.people.model import Officer
from desk.ratings.reviews import listing, responsible, service
from desk.ratings.reviews.listing import Chosen, View
from desk.ratings.reviews.model import RatingReview
from desk.ratings.reviews.permissions import ReviewRefused

PATH = "/desk/ratings/reviews"
LISTED = 30
DONE = ("looked_into", "worded", "told", "untold", "raised")
_TYPED = ("verdict", "cause", "cause_words", "action", "words", "reason")
ReviewAct = Callable[[Desk, Session, RatingReview, Officer], None]


@get("/ratings/reviews", opt=roles(HEADS), sync_to_thread=True)
def review_list(
    request: HttpRequest,
    site: OfSite,
    view: FromQuery[str] = "",
    unit: FromQuery[str] = "",
    cause: FromQuery[str] = "",
    after: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
) -> Template:
    """What waits for this head, what is open or overdue in their units, and what is settled."""
    desk, language, now = site.desk, language_of(request), site.desk.now()
    chosen_view = View(view) if view in set(View) else View.MINE
    cause = cause if cause in desk.rules.reviews.causes else ""
    with desk.store.reading() as session:
        head = officer_in(request, session)
        led = Scope(tuple(head.topmost(*HEADS)))
        narrowed = _narrowed(session, led, unit)
        chosen = Chosen(chosen_view, narrowed, cause)
        found = listing.listed(session, head, chosen, now, limit=LISTED, after=after, before=before)
        rows = [views.row_of(desk, session, review, language, now) for review in found.rows]
        counts = listing.counts(session, head, now)
        units = [(each.code, each.name(language)) for each in scopes.choice(session, led)]
    return page(
        request,
        site,
        "staff/managers/reviews.html",
        path=PATH,
        view=chosen_view.value,
        views=[each.value for each in View],
        counts=counts,
        rows=rows,
        beside=Page(rows, found.before, found.after),
        units=units if len(units) > 1 else [],
        causes=[(name, desk.texts.say(f"rating_review.cause.{name}", language)) for name in desk.rules.reviews.causes],
        unit=unit,
        cause=cause,
        query={"view": chosen_view.value, "unit": unit, "cause": cause},
        days=desk.rules.reviews.due_working_days,
    )


@get("/ratings/reviews/{review:str}", opt=roles(HEADS, of="rating_review"), sync_to_thread=True)
def review_page(request: HttpRequest, site: OfSite, review: FromPath[str], done: FromQuery[str] = "") -> Template:
    """One review with everything that helps to judge it, and the forms of its steps."""
    return _page(request, site, review, done=done if done in DONE else "")


@post("/ratings/reviews/{review:str}/findings", opt=roles(HEADS, of="rating_review"), sync_to_thread=True)
def look_into(request: HttpRequest, site: OfSite, review: FromPath[str], data: Form) -> Template | Redirect:
    """Keep what was found: whether it is so, why, and what was done."""
    findings = service.Findings(*(words(data, name) for name in ("verdict", "cause", "cause_words", "action")))

    def act(desk: Desk, session: Session, found: RatingReview, head: Officer) -> None:
        service.look_into(desk, session, found, head, findings, _revision(data))

    return _act(request, site, review, "looked_into", act, data)


@post("/ratings/reviews/{review:str}/words", opt=roles(HEADS, of="rating_review"), sync_to_thread=True)
def word(request: HttpRequest, site: OfSite, review: FromPath[str], data: Form) -> Template | Redirect:
    """Keep the words for the enterprise, and show the message as it would arrive."""

    def act(desk: Desk, session: Session, found: RatingReview, head: Officer) -> None:
        service.word(desk, session, found, head, words(data, "words"), _revision(data))

    return _act(request, site, review, "worded", act, data)


@post("/ratings/reviews/{review:str}/tell", opt=roles(HEADS, of="rating_review"), sync_to_thread=True)
def tell(request: HttpRequest, site: OfSite, review: FromPath[str], data: Form) -> Template | Redirect:
    """Send the message that was looked at."""

    def act(desk: Desk, session: Session, found: RatingReview, head: Officer) -> None:
        service.tell(desk, session, found, head, words(data, "seen"))

    return _act(request, site, review, "told", act, data)


@post("/ratings/reviews/{review:str}/settle", opt=roles(HEADS, of="rating_review"), sync_to_thread=True)
def settle(request: HttpRequest, site: OfSite, review: FromPath[str], data: Form) -> Template | Redirect:
    """Settle it without telling the enterprise, with the reason."""

    def act(desk: Desk, session: Session, found: RatingReview, head: Officer) -> None:
        service.settle_untold(desk, session, found, head, words(data, "reason"), _revision(data))

    return _act(request, site, review, "untold", act, data)


@post("/ratings/reviews/{review:str}/raised", opt=roles(HEADS, of="rating_review"), sync_to_thread=True)
def raised(request: HttpRequest, site: OfSite, review: FromPath[str], data: Form) -> Template | Redirect:
    """Settle it because the person raised the stars."""

    def act(desk: Desk, session: Session, found: RatingReview, head: Officer) -> None:
        service.settle_raised(desk, session, found, head, _revision(data))

    return _act(request, site, review, "raised", act, data)


def _act(
    request: HttpRequest, site: Site, review: str, done: str, act: ReviewAct, data: Mapping[str, str]
) -> Template | Redirect:
    """Do it in one transaction; what the desk refuses is said on the page, with everything typed kept."""
    try:
        with site.desk.store.writing() as session:
            head = officer_in(request, session)
            act(site.desk, session, _known(session, review, head), head)
    except ReviewRefused as refused:
        typed = {name: words(data, name) for name in _TYPED if name in data}
        return _page(request, site, review, refused=refused, typed=typed)
    return see_other(f"{PATH}/{review}?done={done}")


def _page(
    request: HttpRequest,
    site: Site,
    review: str,
    *,
    done: str = "",
    refused: ReviewRefused | None = None,
    typed: Mapping[str, str] | None = None,
) -> Template:
    desk, language = site.desk, language_of(request)
    with desk.store.reading() as session:
        head = officer_in(request, session)
        values = views.values_of(desk, session, _known(session, review, head), head, language)
    return page(
        request,
        site,
        "staff/managers/review.html",
        status=409 if refused else 200,
        here=f"{PATH}/{review}",
        path=f"{PATH}/{review}",
        done=done,
        refused=desk.texts.say(refused.reason, language, **refused.values) if refused else "",
        refused_field=refused.field if refused else "",
        typed=dict(typed or {}),
        **values,
    )


def _known(session: Session, review: str, head: Officer) -> RatingReview:
    """The review; one of another unit, or about a matter in which the head has a part, is not there."""
    found = service.by_id(session, whole_number(review))
    if found is None or not responsible.may_review(found, head):
        raise NotFoundException
    return found


def _narrowed(session: Session, led: Scope, code: str) -> Scope | None:
    """The unit that was chosen; raises NotFoundException for one that the head does not lead."""
    narrowed = scopes.narrowed(session, led, code) if code else None
    if code and narrowed is None:
        raise NotFoundException
    return narrowed


def _revision(data: Mapping[str, str]) -> int:
    return whole_number(data.get("revision"))
