"""Drafts of guidance: what waits for whom, and the page on which one is compared, approved, returned or given up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.staff.curators import guidance_views as views
from console.staff.curators import lint_views
from console.web.guard import CURATORS, READERS_OF_GUIDANCE, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page, see_other
from console.web.typed import whole_number, words
from desk.guidance import listing
from desk.guidance.drafts import moments as schedule
from desk.guidance.drafts import opening as draft_opening
from desk.guidance.drafts import service as drafts
from desk.guidance.drafts import standing as draft_standing
from desk.guidance.drafts import steps as draft_steps
from desk.guidance.drafts.cautions import cautions
from desk.guidance.gate import passing
from desk.guidance.gate import service as gates
from desk.guidance.gate.passing import Override
from desk.guidance.gate.verdict import Gate, kept
from desk.guidance.lint.words import say
from desk.guidance.model import DraftKind, DraftState, GuidanceDraft
from desk.guidance.permissions import JUDGED, GuidanceRefused, may_judge, may_write
from desk.guidance.record import Language
from desk.guidance.versions import newest_of_each
from desk.paging import Page
from desk.people.model import Officer

LISTED = 50
DONE = (
    *("saved", "submitted", "returned", "taken_over", "taken_back", "discarded", "published", "retired"),
    *("brought_up_to_date", "has_draft", "theirs_taken", "scheduled", "planned", "tried"),
)
DraftAct = Callable[[Session, GuidanceDraft, Officer], str]


@get("/guidance/drafts", opt=roles(READERS_OF_GUIDANCE), sync_to_thread=True)
def draft_list(
    request: HttpRequest,
    site: OfSite,
    which: FromQuery[str] = "for_me",
    after: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
) -> Template:
    """The drafts of one work list, page by page."""
    language = language_of(request)
    chosen = next((known for known in listing.WORK_LISTS if known == which), listing.WORK_LISTS[0])
    with site.desk.store.reading() as session:
        officer = officer_in(request, session)
        found = listing.drafts_listed(
            session, officer, chosen, limit=LISTED, after=after or None, before=before or None
        )
        rows = [views.draft_of(draft, language) for draft in found.rows]
        counts, writes = views.counts(session, officer), may_write(officer)
        missed = [views.draft_of(draft, language) for draft in schedule.missed(session, officer)]
    return page(
        request,
        site,
        "staff/curators/drafts.html",
        rows=rows,
        missed=missed,
        beside=Page(rows, found.before, found.after),
        which=chosen,
        work_lists=listing.WORK_LISTS,
        counts=counts,
        may_write=writes,
    )


@post("/guidance/new", opt=roles(CURATORS), sync_to_thread=True)
def new(request: HttpRequest, site: OfSite) -> Redirect:
    """Begin an entry that does not exist yet."""
    with site.desk.store.writing() as session:
        draft = draft_opening.open_new(session, officer_in(request, session), site.desk.now())
    return see_other(f"/desk/guidance/drafts/{draft.id}/edit")


@get("/guidance/drafts/{draft:str}", opt=roles(READERS_OF_GUIDANCE, of="guidance_draft"), sync_to_thread=True)
def draft_page(
    request: HttpRequest, site: OfSite, draft: FromPath[str], done: FromQuery[str] = "", view: FromQuery[str] = ""
) -> Template:
    """What a draft changes, what happened to it, and what may be done with it."""
    return _page(request, site, draft, done=done if done in DONE else "", view=view)


@post("/guidance/drafts/{draft:str}/approve", opt=roles(READERS_OF_GUIDANCE, of="guidance_draft"), sync_to_thread=True)
def approve(request: HttpRequest, site: OfSite, draft: FromPath[str], data: Form) -> Template | Redirect:
    """Publish what another wrote, or retire what another proposed to; now, or at the moment that was set.

    The golden questions are tried first, with no transaction open; ``seal`` is of the result that an override is about.
    """
    reason, seal = words(data, "override"), data.get("seal", "")
    with site.desk.store.reading() as session:
        judges = may_judge(session, known_draft(session, draft), officer_in(request, session))
    if judges:
        gates.run_if_stale(site.desk, whole_number(draft))

    def act(session: Session, found: GuidanceDraft, officer: Officer) -> str:
        drafts.approve(
            session,
            found,
            officer,
            site.desk.instruments,
            revision=whole_number(data.get("revision")),
            at=site.desk.now(),
            override=Override(reason, seal) if seal else None,
        )
        if found.state == DraftState.SCHEDULED:
            return "scheduled"
        return "retired" if found.kind == DraftKind.RETIRE else "published"

    return act_on(request, site, draft, act, typed={"override": reason} if seal else None)


@post("/guidance/drafts/{draft:str}/return", opt=roles(READERS_OF_GUIDANCE, of="guidance_draft"), sync_to_thread=True)
def return_draft(request: HttpRequest, site: OfSite, draft: FromPath[str], data: Form) -> Template | Redirect:
    """Give a draft back with what is to be changed."""
    given = words(data, "words")

    def act(session: Session, found: GuidanceDraft, officer: Officer) -> str:
        drafts.return_to_author(session, found, officer, given, site.desk.now())
        return "returned"

    return act_on(request, site, draft, act, typed={"return": given})


@post("/guidance/drafts/{draft:str}/discard", opt=roles(CURATORS, of="guidance_draft"), sync_to_thread=True)
def discard(request: HttpRequest, site: OfSite, draft: FromPath[str], data: Form) -> Template | Redirect:
    """Give a draft up."""
    given = words(data, "words")

    def act(session: Session, found: GuidanceDraft, officer: Officer) -> str:
        drafts.discard(session, found, officer, given, site.desk.now())
        return "discarded"

    return act_on(request, site, draft, act, typed={"discard": given})


@post("/guidance/drafts/{draft:str}/take-over", opt=roles(CURATORS, of="guidance_draft"), sync_to_thread=True)
def take_over(request: HttpRequest, site: OfSite, draft: FromPath[str]) -> Template | Redirect:
    """Go on with another's draft as its author."""

    def act(session: Session, found: GuidanceDraft, officer: Officer) -> str:
        drafts.take_over(session, found, officer, site.desk.now())
        return "taken_over"

    return act_on(request, site, draft, act)


@post("/guidance/drafts/{draft:str}/take-back", opt=roles(CURATORS, of="guidance_draft"), sync_to_thread=True)
def take_back(request: HttpRequest, site: OfSite, draft: FromPath[str]) -> Template | Redirect:
    """Go on writing what was submitted."""

    def act(session: Session, found: GuidanceDraft, officer: Officer) -> str:
        drafts.take_back(session, found, officer, site.desk.now())
        return "taken_back"

    return act_on(request, site, draft, act)


@post("/guidance/drafts/{draft:str}/submit", opt=roles(CURATORS, of="guidance_draft"), sync_to_thread=True)
def submit(request: HttpRequest, site: OfSite, draft: FromPath[str], data: Form) -> Template | Redirect:
    """Hand a draft to a reviewer as it was saved last."""

    def act(session: Session, found: GuidanceDraft, officer: Officer) -> str:
        instruments = site.desk.instruments
        drafts.submit(
            session, found, officer, instruments, revision=whole_number(data.get("revision")), at=site.desk.now()
        )
        return "submitted"

    return act_on(request, site, draft, act)


def act_on(
    request: HttpRequest, site: Site, draft: str, act: DraftAct, *, typed: dict[str, str] | None = None
) -> Template | Redirect:
    """Do it in one transaction; what the desk refuses is said on the draft's page, with what was typed."""
    try:
        with site.desk.store.writing() as session:
            done = act(session, known_draft(session, draft, to_change=True), officer_in(request, session))
    except GuidanceRefused as refused:
        return _page(request, site, draft, refused=refused, typed=typed)
    return see_other(f"/desk/guidance/drafts/{draft}?done={done}")


def known_draft(session: Session, draft: str, *, to_change: bool = False) -> GuidanceDraft:
    """The draft of this number; every curator may see every draft."""
    found = draft_standing.by_id(session, whole_number(draft), to_change=to_change)
    if found is None:
        raise NotFoundException
    return found


def _page(
    request: HttpRequest,
    site: Site,
    draft: str,
    *,
    done: str = "",
    view: str = "",
    refused: GuidanceRefused | None = None,
    typed: dict[str, str] | None = None,
) -> Template:
    desk, language = site.desk, language_of(request)
    with desk.store.reading() as session:
        officer = officer_in(request, session)
        found = known_draft(session, draft)
        is_mine, writes = found.author_id == officer.id, may_write(officer)
        is_retirement = found.kind == DraftKind.RETIRE
        old = draft_standing.base_of(session, found)
        changes = views.changes(old, {} if is_retirement else found.content, site.desk.texts, language)
        gate = kept(found.gate) if found.is_open else None
        problems = refused.problems if isinstance(refused, draft_standing.Incomplete) else []
        is_author = is_mine and writes
        context: dict[str, Any] = {
            "draft": views.draft_of(found, language),
            "steps": views.steps_of(found.steps),
            "changes": changes,
            "problems": [
                (each.path.split("-")[0], say(desk.texts, each.text, each.values, language)) for each in problems
            ],
            "warnings": lint_views.warnings_of(desk, session, found, language) if found.is_open else [],
            "is_open": found.is_open,
            "is_out_of_date": found.is_open and draft_standing.is_out_of_date(session, found),
            "may_judge": may_judge(session, found, officer),
            "may_return": may_judge(session, found, officer, states=JUDGED),
            "may_plan": found.is_open and schedule.may_plan(session, found, officer),
            "cautions": cautions(found, old) if found.is_open else [],
            "gate": gate,
            "gate_is_fresh": gate is not None and passing.fresh(session, found) is not None,
            "gate_titles": _titles(session, gate, language),
            "may_write_on": is_author and found.is_written and not is_retirement,
            "may_submit": is_author and found.is_written,
            "may_take_back": is_author and found.state in JUDGED,
            "may_discard": is_author and found.is_open,
            "may_take_over": writes and found.is_open and not is_mine,
        }
    return page(
        request,
        site,
        "staff/curators/draft.html",
        status=409 if refused else 200,
        here=f"/desk/guidance/drafts/{draft}",
        view="side" if view == "side" else "inline",
        done=done,
        refused=desk.texts.say(refused.reason, language, **refused.values) if refused else "",
        typed=typed or {},
        length=draft_steps.LENGTH,
        **context,
    )


def _titles(session: Session, gate: Gate | None, language: Language) -> dict[str, str]:
    """What the entries of a gate's findings are called."""
    changes = gate.changes if gate is not None else ()
    entries = {entry for change in changes for entry in (change.asked.entry, *change.entries)}
    return {id: views.title_of(one.content, language) for id, one in newest_of_each(session, entries).items()}
