"""Writing a draft: both languages side by side, saved as often as one likes, brought up to date where it must be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.staff.curators import guidance_views as views
from console.staff.curators import lint_views
from console.staff.curators.citations_field import with_citations_read
from console.staff.curators.draft_form import ROWS, content_of, fields_of, row_counts
from console.staff.curators.drafts import act_on, known_draft
from console.staff.curators.guidance import GROUPS
from console.web.guard import CURATORS, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page, see_other
from console.web.typed import whole_number, words
from desk.guidance import listing
from desk.guidance.drafts import service as drafts
from desk.guidance.drafts import standing as draft_standing
from desk.guidance.drafts import steps as draft_steps
from desk.guidance.drafts.cautions import cautions
from desk.guidance.drafts.problems import Problem
from desk.guidance.lint.words import say
from desk.guidance.model import DraftKind, GuidanceDraft
from desk.guidance.permissions import GuidanceRefused, must_be_author
from desk.guidance.record import OPTIONAL_PARTS, Language, OnlineLevel
from desk.people.model import Officer

ONLINE_LEVELS: tuple[str, ...] = OnlineLevel.__args__  # type: ignore[attr-defined]
#: So many entries are offered beside the field of related ones; others can be typed.
OFFERED = 1_000


@get("/guidance/drafts/{draft:str}/edit", opt=roles(CURATORS, of="guidance_draft"), sync_to_thread=True)
def edit_page(
    request: HttpRequest, site: OfSite, draft: FromPath[str], done: FromQuery[str] = ""
) -> Template | Redirect:
    """The form of a draft, for its author while it is written."""
    with site.desk.store.reading() as session:
        found = known_draft(session, draft)
        is_written_here = found.is_written and found.kind != DraftKind.RETIRE
        if found.author_id != officer_in(request, session).id or not is_written_here:
            return see_other(f"/desk/guidance/drafts/{draft}")
        fields = fields_of(found.content, found.reason) | {"corrects": "yes" if found.corrects else "no"}
    return _form(request, site, draft, fields, done=done if done in ("saved", "brought_up_to_date") else "")


@post(
    "/guidance/drafts/{draft:str}/edit", status_code=200, opt=roles(CURATORS, of="guidance_draft"), sync_to_thread=True
)
def edit(request: HttpRequest, site: OfSite, draft: FromPath[str], data: Form) -> Template | Redirect:
    """Save, save and submit, or show more rows with everything typed kept."""
    act = data.get("act", "save")
    if act.removeprefix("more-") in ROWS:
        return _form(request, site, draft, data, more=act.removeprefix("more-"))
    data, unread = with_citations_read(site.desk, data, language_of(request))
    try:
        if unread or act == "read-citations":
            return _form(request, site, draft, data, unread=unread, done="" if unread else "citations_read")
        with site.desk.store.writing() as session:
            found = known_draft(session, draft, to_change=True)
            _save(site, session, found, officer_in(request, session), data)
    except GuidanceRefused as refused:
        return _form(request, site, draft, data, refused=refused)
    if act != "submit":
        return see_other(f"/desk/guidance/drafts/{draft}/edit?done=saved")
    try:
        with site.desk.store.writing() as session:
            found = known_draft(session, draft, to_change=True)
            officer, instruments = officer_in(request, session), site.desk.instruments
            drafts.submit(session, found, officer, instruments, revision=found.revision, at=site.desk.now())
    except GuidanceRefused as refused:
        # What was saved has lost its empty rows, and the problems name the rows that are left.
        fields = fields_of(content_of(data), data.get("reason", "")) | {"corrects": data.get("corrects", "no")}
        return _form(request, site, draft, fields, refused=refused)
    return see_other(f"/desk/guidance/drafts/{draft}?done=submitted")


@get("/guidance/drafts/{draft:str}/update", opt=roles(CURATORS, of="guidance_draft"), sync_to_thread=True)
def update_page(request: HttpRequest, site: OfSite, draft: FromPath[str]) -> Template | Redirect:
    """What was published since the draft was begun, what the draft changes, and where both did."""
    language = language_of(request)
    with site.desk.store.reading() as session:
        found = known_draft(session, draft)
        if not found.is_open or not draft_standing.is_out_of_date(session, found) or found.kind == DraftKind.NEW:
            return see_other(f"/desk/guidance/drafts/{draft}")
        base, live = draft_standing.base_of(session, found), draft_standing.live_of(session, found)
        context: dict[str, Any] = {
            "draft": views.draft_of(found, language),
            "theirs": views.changes(base, live, site.desk.texts, language),
            "ours": views.changes(base, found.content, site.desk.texts, language),
            "conflicts": draft_standing.merged(session, found).conflicts,
            "may_update": found.author_id == officer_in(request, session).id and found.is_written,
        }
    return page(
        request, site, "staff/curators/draft_update.html", here=f"/desk/guidance/drafts/{draft}/update", **context
    )


@post("/guidance/drafts/{draft:str}/update", opt=roles(CURATORS, of="guidance_draft"), sync_to_thread=True)
def update(request: HttpRequest, site: OfSite, draft: FromPath[str], data: Form) -> Template | Redirect:
    """Take in what was published since."""
    theirs = [name.removeprefix("choose-") for name, value in data.items() if value == "theirs"]

    def act(session: Session, found: GuidanceDraft, officer: Officer) -> str:
        revision = whole_number(data.get("revision"))
        drafts.bring_up_to_date(session, found, officer, theirs, revision=revision, at=site.desk.now())
        return "brought_up_to_date"

    return act_on(request, site, draft, act)


def _save(site: Site, session: Session, draft: GuidanceDraft, officer: Officer, data: Mapping[str, str]) -> None:
    drafts.save(
        session,
        draft,
        officer,
        content_of(data),
        reason=words(data, "reason"),
        revision=whole_number(data.get("revision")),
        at=site.desk.now(),
        corrects=data["corrects"] == "yes" if "corrects" in data else None,
    )


def _form(
    request: HttpRequest,
    site: Site,
    draft: str,
    fields: Mapping[str, str],
    *,
    done: str = "",
    more: str = "",
    unread: str = "",
    refused: GuidanceRefused | None = None,
) -> Template:
    """The form with these fields; a refused save shows what was saved elsewhere beside what was typed here."""
    desk, language = site.desk, language_of(request)
    with desk.store.reading() as session:
        found = known_draft(session, draft)
        if refused is None:
            must_be_author(found, officer_in(request, session))
        typed = content_of(fields)
        elsewhere = []
        if refused is not None and refused.reason == "drafting.refused.changed_meanwhile":
            elsewhere = views.changes(
                found.content, typed | {"id": typed["id"] or found.entry_id}, site.desk.texts, language
            )
        entries = listing.titles(session, language, limit=OFFERED)
        context: dict[str, Any] = {
            "draft": views.draft_of(found, language),
            "is_new": found.kind == DraftKind.NEW,
            "is_out_of_date": draft_standing.is_out_of_date(session, found),
            "cautions": cautions(found, draft_standing.base_of(session, found)),
        }
        warnings = lint_views.warnings_of(site.desk, session, found, language)
    problems = refused.problems if isinstance(refused, draft_standing.Incomplete) else []
    errors = _by_field(site, problems, language) | ({"citations": unread} if unread else {})
    return page(
        request,
        site,
        "staff/curators/draft_edit.html",
        status=422 if problems or unread else 200 if refused is None else 409,
        here=f"/desk/guidance/drafts/{draft}/edit",
        fields=fields,
        rows=row_counts(fields, more=more),
        groups=GROUPS,
        levels=ONLINE_LEVELS,
        optional=OPTIONAL_PARTS,
        instruments=[(one.number, one.title[language]) for one in desk.instruments],
        entries=entries,
        problems=problems,
        errors=errors,
        warnings=warnings,
        elsewhere=elsewhere,
        refused=desk.texts.say(refused.reason, language, **refused.values) if refused else "",
        done=done,
        length=draft_steps.LENGTH,
        **context,
    )


def _by_field(site: Site, problems: list[Problem], language: Language) -> dict[str, str]:
    """What is wrong with each field, in words."""
    return {problem.path: say(site.desk.texts, problem.text, problem.values, language) for problem in problems}
