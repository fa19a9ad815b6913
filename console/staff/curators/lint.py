"""What the linter found in the published guidance: the list, the page of a finding, and how it is settled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.staff.curators import guidance_views as views
from console.staff.curators import lint_views
from console.staff.curators.acting import act_and_go_on
from console.web.guard import CURATORS, READERS_OF_GUIDANCE, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page
from console.web.typed import whole_number, words
from desk.guidance import versions
from desk.guidance.drafts import steps as draft_steps
from desk.guidance.lint import service as linting
from desk.guidance.lint import tasks
from desk.guidance.lint.findings import LEVELS, Level
from desk.guidance.model import GuidanceReview, GuidanceVersion
from desk.guidance.permissions import GuidanceRefused, may_speak_for_the_department, may_write
from desk.guidance.record import Language
from desk.paging import Page
from desk.people.model import Officer

PATH = "/desk/guidance/lint"
LISTED = 50
GRAVITIES: tuple[Level, ...] = ("error", "warning")
DONE = ("closed", "holds")
FindingAct = Callable[[Session, GuidanceReview, Officer], str]


@get("/guidance/lint", opt=roles(READERS_OF_GUIDANCE), sync_to_thread=True)
def lint_list(
    request: HttpRequest,
    site: OfSite,
    kind: FromQuery[str] = "",
    level: FromQuery[str] = "",
    which: FromQuery[str] = "open",
    done: FromQuery[str] = "",
    after: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
) -> Template:
    """The findings that were looked for, the oldest first, page by page."""
    language = language_of(request)
    code, gravity = kind if kind in LEVELS else "", next((one for one in GRAVITIES if one == level), None)
    state: tasks.Which = "closed" if which == "closed" else "open"
    with site.desk.store.reading() as session:
        officer = officer_in(request, session)
        found = tasks.listed(
            session,
            code=code,
            level=gravity,
            which=state,
            limit=LISTED,
            after=after or None,
            before=before or None,
        )
        newest = versions.newest_of_each(session, [review.entry_id for review in found.rows])
        rows = [
            (lint_views.of_review(site.desk, review, language), _title(newest, review.entry_id, language))
            for review in found.rows
        ]
        counted, run = tasks.counts(session, state), linting.last_run(session)
        checked = {"day": run.day, "entries": run.entries} if run is not None else None
        context: dict[str, Any] = {"counts": views.counts(session, officer), "may_write": may_write(officer)}
    query = {name: value for name, value in (("kind", code), ("level", level), ("which", which)) if value}
    return page(
        request,
        site,
        "staff/curators/lint.html",
        rows=rows,
        beside=Page(rows, found.before, found.after),
        counted=counted,
        checked=checked,
        query=query,
        kind=code,
        level=gravity or "",
        which=state,
        kinds=list(LEVELS),
        gravities=GRAVITIES,
        done=done if done in DONE else "",
        **context,
    )


@get("/guidance/lint/{finding:str}", opt=roles(READERS_OF_GUIDANCE, of="lint_finding"), sync_to_thread=True)
def finding_page(request: HttpRequest, site: OfSite, finding: FromPath[str]) -> Template:
    """What was found, where, and what can be done about it."""
    return _page(request, site, finding)


@post("/guidance/lint/{finding:str}/close", opt=roles(CURATORS, of="lint_finding"), sync_to_thread=True)
def close_finding(request: HttpRequest, site: OfSite, finding: FromPath[str], data: Form) -> Template | Redirect:
    """Close it with words, although it is still there."""
    given = words(data, "words")

    def act(session: Session, found: GuidanceReview, officer: Officer) -> str:
        tasks.close(session, found, officer, given, site.desk.now())
        return f"{PATH}?done=closed"

    return _act(request, site, finding, act, typed={"close": given})


@post("/guidance/lint/{finding:str}/holds", opt=roles(CURATORS, of="lint_finding"), sync_to_thread=True)
def translation_holds(request: HttpRequest, site: OfSite, finding: FromPath[str], data: Form) -> Template | Redirect:
    """Say of a stale translation that the other language still holds."""
    given = words(data, "words")

    def act(session: Session, found: GuidanceReview, officer: Officer) -> str:
        tasks.still_holds(session, found, officer, given, site.desk.now())
        return f"{PATH}?done=holds"

    return _act(request, site, finding, act, typed={"holds": given})


def _act(
    request: HttpRequest, site: Site, finding: str, act: FindingAct, *, typed: dict[str, str]
) -> Template | Redirect:
    def known(session: Session, officer: Officer) -> str:
        return act(session, _known(session, finding), officer)

    return act_and_go_on(
        request, site, known, lambda refused: _page(request, site, finding, refused=refused, typed=typed)
    )


def _page(
    request: HttpRequest,
    site: Site,
    finding: str,
    *,
    refused: GuidanceRefused | None = None,
    typed: dict[str, str] | None = None,
) -> Template:
    desk, language = site.desk, language_of(request)
    with desk.store.reading() as session:
        officer, found = officer_in(request, session), _known(session, finding)
        newest = versions.newest_of_each(session, [found.entry_id])
        may_settle = may_speak_for_the_department(session, officer) and found.done_at is None
        context: dict[str, Any] = {
            "finding": lint_views.of_review(desk, found, language),
            "version": (found.content or {}).get("version"),
            "title": _title(newest, found.entry_id, language),
            "may_write": may_write(officer),
            "may_settle": may_settle,
            "may_hold": may_settle and found.code == "stale_translation",
        }
    return page(
        request,
        site,
        "staff/curators/finding.html",
        status=409 if refused else 200,
        here=f"{PATH}/{finding}",
        refused=desk.texts.say(refused.reason, language, **refused.values) if refused else "",
        typed=typed or {},
        length=draft_steps.LENGTH,
        **context,
    )


def _known(session: Session, finding: str) -> GuidanceReview:
    found = tasks.by_id(session, whole_number(finding))
    if found is None:
        raise NotFoundException
    return found


def _title(newest: Mapping[str, GuidanceVersion], entry: str, language: Language) -> str:
    return views.title_of(newest[entry].content, language) if entry in newest else entry
