"""Changes of the guidance that ships, where this authority has a text of its own: ours is kept, or theirs is taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.staff.curators import guidance_views as views
from console.staff.curators.acting import act_and_go_on
from console.web.guard import CURATORS, READERS_OF_GUIDANCE, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page
from console.web.typed import whole_number, words
from desk.guidance import reviews, versions
from desk.guidance.drafts import steps as draft_steps
from desk.guidance.model import GuidanceReview, GuidanceVersion
from desk.guidance.permissions import GuidanceRefused, may_speak_for_the_department, may_write
from desk.paging import Page
from desk.people.model import Officer

LISTED = 50
ReviewAct = Callable[[Session, GuidanceReview, Officer], str]


@get("/guidance/shipped", opt=roles(READERS_OF_GUIDANCE), sync_to_thread=True)
def shipped_list(
    request: HttpRequest, site: OfSite, after: FromQuery[str | None] = None, before: FromQuery[str | None] = None
) -> Template:
    """What nobody has decided yet, the oldest first."""
    language = language_of(request)
    with site.desk.store.reading() as session:
        officer = officer_in(request, session)
        found = reviews.waiting(session, limit=LISTED, after=after or None, before=before or None)
        ours = versions.newest_of_each(session, [review.entry_id for review in found.rows])
        rows = [
            {
                "id": review.id,
                "entry": review.entry_id,
                "title": views.title_of(_content(ours.get(review.entry_id)), language),
                "kind": review.kind,
                "at": review.created_at,
            }
            for review in found.rows
        ]
        counts, writes = views.counts(session, officer), may_write(officer)
    return page(
        request,
        site,
        "staff/curators/shipped.html",
        rows=rows,
        beside=Page(rows, found.before, found.after),
        counts=counts,
        may_write=writes,
    )


@get("/guidance/shipped/{review:str}", opt=roles(READERS_OF_GUIDANCE, of="guidance_review"), sync_to_thread=True)
def shipped_page(request: HttpRequest, site: OfSite, review: FromPath[str], view: FromQuery[str] = "") -> Template:
    """How what ships differs from ours, and what can be decided."""
    return _page(request, site, review, view=view)


@post("/guidance/shipped/{review:str}/take", opt=roles(CURATORS, of="guidance_review"), sync_to_thread=True)
def take(request: HttpRequest, site: OfSite, review: FromPath[str], data: Form) -> Template | Redirect:
    """Make a draft of theirs, which another person approves."""
    given = words(data, "words")

    def act(session: Session, found: GuidanceReview, officer: Officer) -> str:
        draft = reviews.take_theirs(session, found, officer, given, site.desk.now())
        return f"/desk/guidance/drafts/{draft.id}?done=theirs_taken"

    return _act(request, site, review, act, typed={"take": given})


@post("/guidance/shipped/{review:str}/keep", opt=roles(CURATORS, of="guidance_review"), sync_to_thread=True)
def keep(request: HttpRequest, site: OfSite, review: FromPath[str]) -> Template | Redirect:
    """Stay with ours."""

    def act(session: Session, found: GuidanceReview, officer: Officer) -> str:
        reviews.settle(session, found, officer, "kept", "", site.desk.now())
        return f"/desk/guidance/entries/{found.entry_id}?done=review_kept"

    return _act(request, site, review, act)


@post("/guidance/shipped/{review:str}/close", opt=roles(CURATORS, of="guidance_review"), sync_to_thread=True)
def close(request: HttpRequest, site: OfSite, review: FromPath[str], data: Form) -> Template | Redirect:
    """Settle it otherwise, with words that say how."""
    given = words(data, "words")

    def act(session: Session, found: GuidanceReview, officer: Officer) -> str:
        reviews.settle(session, found, officer, "closed", given, site.desk.now())
        return f"/desk/guidance/entries/{found.entry_id}?done=review_closed"

    return _act(request, site, review, act, typed={"close": given})


def _act(
    request: HttpRequest, site: Site, review: str, act: ReviewAct, *, typed: dict[str, str] | None = None
) -> Template | Redirect:
    def known(session: Session, officer: Officer) -> str:
        return act(session, _known(session, review), officer)

    return act_and_go_on(
        request, site, known, lambda refused: _page(request, site, review, refused=refused, typed=typed)
    )


def _page(
    request: HttpRequest,
    site: Site,
    review: str,
    *,
    view: str = "",
    refused: GuidanceRefused | None = None,
    typed: dict[str, str] | None = None,
) -> Template:
    desk, language = site.desk, language_of(request)
    with desk.store.reading() as session:
        officer, found = officer_in(request, session), _known(session, review)
        ours = _content(versions.newest(session, found.entry_id))
        context: dict[str, Any] = {
            "review": found.id,
            "kind": found.kind,
            "at": found.created_at,
            "is_done": found.done_at is not None,
            "entry": found.entry_id,
            "title": views.title_of(ours, language),
            "changes": views.changes(ours, found.content or {}, site.desk.texts, language),
            "may_write": may_write(officer),
            "may_settle": may_speak_for_the_department(session, officer),
        }
    return page(
        request,
        site,
        "staff/curators/shipped_change.html",
        status=409 if refused else 200,
        here=f"/desk/guidance/shipped/{review}",
        view="side" if view == "side" else "inline",
        refused=desk.texts.say(refused.reason, language, **refused.values) if refused else "",
        typed=typed or {},
        length=draft_steps.LENGTH,
        **context,
    )


def _known(session: Session, review: str) -> GuidanceReview:
    found = reviews.by_id(session, whole_number(review))
    if found is None:
        raise NotFoundException
    return found


def _content(version: GuidanceVersion | None) -> dict[str, Any]:
    return version.content if version is not None else {}
