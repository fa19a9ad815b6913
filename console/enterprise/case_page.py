"""A person's own case behind its private link: how it stands, what was said, a word to add, and the rating."""

from __future__ import annotations

from typing import Any

from litestar import get, post
from litestar.concurrency import sync_to_thread
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.enterprise import case_rating, who
from console.web.case_views import ThreadEntry, thread_of
from console.web.file_views import files_of
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, page, see_other
from console.web.typed import whole_number
from console.web.uploads import UPLOAD_BYTES, Filled, filled_in, refusal
from desk.attachments import intake
from desk.attachments.service import FileRefused
from desk.cases import permissions, queries
from desk.cases import service as cases
from desk.cases.model import OPEN_STATES, Case, EntryKind
from desk.cases.persons import private_link
from desk.cases.thread import FOR_THE_PERSON
from desk.conversations import service as conversations
from desk.deliveries import service as deliveries
from desk.enterprises import access
from desk.ratings import service as ratings
from desk.ratings.reviews import message
from desk.ratings.reviews import opening as reviews
from desk.ratings.reviews.model import RatingReview, ReviewState


@get("/case/{key:str}", sync_to_thread=True)
def case_page(request: HttpRequest, site: OfSite, key: FromPath[str], done: FromQuery[str] = "") -> Template:
    return _page(request, site, key, done=done if done in ("added", "opened", "rated", "link") else "")


@post("/case/{key:str}/messages", request_max_body_size=UPLOAD_BYTES)
async def add_to_case(request: HttpRequest, site: OfSite, key: FromPath[str]) -> Template | Redirect:
    """Add a message with its files: it opens a settled case again, and goes on from one long settled in a new case."""
    return await sync_to_thread(_add, request, site, key, await filled_in(request))


def _add(request: HttpRequest, site: Site, key: str, filled: Filled) -> Template | Redirect:
    text, seen = filled.fields.get("text", "").strip(), whole_number(filled.fields.get("seen"))
    with site.desk.store.reading() as session:
        _case(session, key)
    try:
        files = intake.take(site.desk, filled.uploads, "person")
        with site.desk.store.writing() as session:
            case = private_link.go_on(site.desk, session, _case(session, key), text, seen, files)
            way_back = f"/case/{case.key}?done={'added' if case.key == key else 'opened'}"
    except FileRefused as refused:
        return _page(request, site, key, sentence=refusal(request, site, refused), draft=text)
    except permissions.CaseRefused as refused:
        return _page(request, site, key, refused=refused.reason, draft=text)
    return see_other(way_back)


@post("/case/{key:str}/rating", sync_to_thread=True)
def rate_case(request: HttpRequest, site: OfSite, key: FromPath[str], data: Form) -> Template | Redirect:
    """Rate how the case was settled: the stars alone, or the whole form."""
    try:
        with site.desk.store.writing() as session:
            case_rating.given(site.desk, session, _case(session, key), data)
    except ratings.RatingRefused:
        return _page(request, site, key, refused="rating.refused")
    return see_other(f"/case/{key}?done=rated#rating")


@post("/case/{key:str}/link", sync_to_thread=True)
def renew_link(request: HttpRequest, site: OfSite, key: FromPath[str]) -> Template | Redirect:
    """Give the case another private link, where who is at the browser sees the case without it."""
    there = who.who_is(request, site)
    try:
        with site.desk.store.writing() as session:
            person = who.person_of(session, there)
            if person is None:
                raise permissions.CaseRefused("case.not_yours")
            fresh = private_link.renew(session, person, _case(session, key), site.desk.now())
    except permissions.CaseRefused:
        return _page(request, site, key, refused="page.case.link_not_yours")
    return see_other(f"/case/{fresh}?done=link")


def _case(session: Session, key: str) -> Case:
    case = queries.by_key(session, key)
    if case is None:
        raise NotFoundException
    return case


def _page(
    request: HttpRequest,
    site: Site,
    key: str,
    *,
    done: str = "",
    refused: str = "",
    sentence: str = "",
    draft: str = "",
) -> Template:
    """The page; what was refused is told by the text named ``refused``, or by a whole ``sentence``."""
    desk = site.desk
    language = language_of(request)
    there = who.who_is(request, site)
    with desk.store.writing() as session:
        case = _case(session, key)
        person = who.person_of(session, there)
        is_own = person is not None and access.may_see(session, person, case)
        deliveries.fetched_of_case(session, case.id, desk.now())
        thread = thread_of(session, case, language, kinds=FOR_THE_PERSON)
        files = files_of(desk, session, case, language)
        rating = case_rating.shown(desk, session, case)
        asked = private_link.rating_request(session, case)
        review = reviews.of_request(session, asked.id) if asked is not None else None
    values = {"number": case.number, "length": conversations.TEXT_KEPT}
    return page(
        request,
        site,
        "enterprise/case.html",
        here=f"/case/{key}",
        status=409 if refused or sentence else 200,
        case=case,
        state=case.state,
        is_open=case.state in OPEN_STATES,
        reopened_within_days=desk.reopened_within.days,
        can_be_reopened=cases.can_be_reopened(case, desk.now(), desk.reopened_within),
        thread=thread,
        answered_before=any(entry.kind == EntryKind.REPLIED for entry in thread),
        seen=_last_seen(thread),
        rating=rating,
        told=_told(review),
        is_own=is_own,
        done=done,
        refused=desk.texts.say(refused, language, **values) if refused else sentence,
        files=files,
        file_address=f"/case/{key}/files",
        limits=desk.rules.files.megabytes,
        draft=draft,
    )


def _told(review: RatingReview | None) -> dict[str, Any] | None:
    """What the person was told after a low rating; None where nothing was, or its words are forgotten."""
    if review is None or review.state is not ReviewState.TOLD or not review.words:
        return None
    return {"words": review.words, "at": review.settled_at, "language": message.language_of(review)}


def _last_seen(thread: list[ThreadEntry]) -> int:
    return max((entry.id for entry in thread), default=0)
