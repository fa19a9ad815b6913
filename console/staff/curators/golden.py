"""The golden questions of an entry: what it has to answer whatever changes, kept by curators."""

from __future__ import annotations

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
from desk.guidance import versions
from desk.guidance.drafts import steps as draft_steps
from desk.guidance.gate import golden
from desk.guidance.gate.model import GoldenQuestion
from desk.guidance.permissions import GuidanceRefused, may_write
from desk.guidance.record import LANGUAGES
from desk.paging import Page
from desk.people.model import Officer

LISTED = 50
DONE = ("golden_added", "golden_closed")


@get("/guidance/entries/{entry:str}/golden", opt=roles(READERS_OF_GUIDANCE, of="guidance"), sync_to_thread=True)
def golden_page(
    request: HttpRequest,
    site: OfSite,
    entry: FromPath[str],
    done: FromQuery[str] = "",
    after: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
) -> Template:
    """The questions of an entry, page by page."""
    return _page(request, site, entry, done=done if done in DONE else "", after=after, before=before)


@post("/guidance/entries/{entry:str}/golden", opt=roles(CURATORS, of="guidance"), sync_to_thread=True)
def golden_add(request: HttpRequest, site: OfSite, entry: FromPath[str], data: Form) -> Template | Redirect:
    """Add a question that the entry has to answer."""
    text, language = words(data, "text"), data.get("language", "")

    def act(session: Session, officer: Officer) -> str:
        golden.add(session, entry, officer, language, text, at=site.desk.now())
        return f"/desk/guidance/entries/{entry}/golden?done=golden_added"

    return act_and_go_on(
        request, site, act, lambda refused: _page(request, site, entry, refused=refused, typed={"text": text, **data})
    )


@post("/guidance/entries/{entry:str}/golden/close", opt=roles(CURATORS, of="guidance"), sync_to_thread=True)
def golden_close(request: HttpRequest, site: OfSite, entry: FromPath[str], data: Form) -> Template | Redirect:
    """Ask the entry for this no longer."""
    number, given = whole_number(data.get("question")), words(data, "words")

    def act(session: Session, officer: Officer) -> str:
        row = session.get(GoldenQuestion, number)
        if row is None or row.entry_id != entry:
            raise NotFoundException
        golden.close(session, row, officer, given, at=site.desk.now())
        return f"/desk/guidance/entries/{entry}/golden?done=golden_closed"

    return act_and_go_on(request, site, act, lambda refused: _page(request, site, entry, refused=refused))


def _page(
    request: HttpRequest,
    site: Site,
    entry: str,
    *,
    done: str = "",
    refused: GuidanceRefused | None = None,
    typed: dict[str, str] | None = None,
    after: str | None = None,
    before: str | None = None,
) -> Template:
    desk, language = site.desk, language_of(request)
    with desk.store.reading() as session:
        newest = versions.newest(session, entry)
        if newest is None:
            raise NotFoundException
        found = golden.listed(session, entry, limit=LISTED, after=after or None, before=before or None)
        names = views.names_of(session, desk, language, {row.added_by for row in found.rows})
        rows = [
            {
                "id": row.id,
                "text": row.text,
                "language": row.language,
                "origin": row.origin,
                "by": names.get(row.added_by, row.added_by),
                "at": row.added_at,
            }
            for row in found.rows
        ]
        writes, title = may_write(officer_in(request, session)), views.title_of(newest.content, language)
    return page(
        request,
        site,
        "staff/curators/golden.html",
        status=409 if refused else 200,
        here=f"/desk/guidance/entries/{entry}/golden",
        entry=entry,
        title=title,
        rows=rows,
        beside=Page(rows, found.before, found.after),
        may_write=writes,
        languages=LANGUAGES,
        typed=typed or {},
        done=done,
        refused=desk.texts.say(refused.reason, language, **refused.values) if refused else "",
        longest=golden.LENGTH,
        length=draft_steps.LENGTH,
    )
