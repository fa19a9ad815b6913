"""The guidance as curators keep it: the list, the page of an entry with its versions, and how two of them differ."""

from __future__ import annotations

from typing import Any

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.staff.curators import guidance_views as views
from console.staff.curators import lint_views
from console.staff.curators.acting import Act, act_and_go_on
from console.web.guard import CURATORS, READERS_OF_GUIDANCE, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page
from console.web.typed import words
from desk.guidance import listing, reviews
from desk.guidance import service as guidance
from desk.guidance import versions as guidance_versions
from desk.guidance.drafts import moments as schedule
from desk.guidance.drafts import opening as draft_opening
from desk.guidance.drafts import standing as draft_standing
from desk.guidance.drafts import steps as draft_steps
from desk.guidance.drafts.moments import day_in
from desk.guidance.gate import golden
from desk.guidance.gate.passing import override_of
from desk.guidance.model import GuidanceEntry, GuidanceVersion
from desk.guidance.permissions import (
    GuidanceRefused,
    may_speak_for_the_department,
    may_write,
    must_speak_for_the_department,
)
from desk.guidance.record import Group
from desk.guidance.searchable import searchable
from desk.guidance.standing import ends_soon, standings
from desk.paging import Page
from desk.people.model import Officer
from desk.recall.finding import wrong_in

LISTED = 50
#: Letters of a search; a question is no longer.
LENGTH = 200
GROUPS: tuple[str, ...] = Group.__args__  # type: ignore[attr-defined]
DONE = ("confirmed", "review_kept", "review_closed")


@get("/guidance", opt=roles(READERS_OF_GUIDANCE), sync_to_thread=True)
def guidance_list(
    request: HttpRequest,
    site: OfSite,
    q: FromQuery[str] = "",
    group: FromQuery[str] = "",
    standing: FromQuery[str] = "",
    after: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
) -> Template:
    """The entries that were looked for, page by page."""
    desk, language = site.desk, language_of(request)
    wanted = listing.Wanted(
        words=q.strip()[:LENGTH],
        group=group if group in GROUPS else "",
        state=next((known for known in listing.STATES if known == standing), None),
    )
    with desk.store.reading() as session:
        officer = officer_in(request, session)
        found = listing.listed(
            session, officer, wanted, desk.today(), limit=LISTED, after=after or None, before=before or None
        )
        count = listing.counted(session, officer, wanted, desk.today())
        rows = [
            {
                "id": row.entry.id,
                "title": row.version.record.title[language],
                "group": row.entry.group,
                "standing": row.standing,
                "confirmed": row.entry.confirmed_at is not None,
                "unverified": len(row.version.record.unverified),
                "version": row.version.number,
                "at": row.version.published_at,
                "draft": views.draft_of(row.draft, language) if row.draft is not None else None,
            }
            for row in found.rows
        ]
        counts, writes = views.counts(session, officer), may_write(officer)
        missed = [views.draft_of(draft, language) for draft in schedule.missed(session, officer)]
        ending = listing.counted(session, officer, listing.Wanted(state="ending"), desk.today())
    query = {name: value for name, value in (("q", q), ("group", group), ("standing", standing)) if value}
    return page(
        request,
        site,
        "staff/curators/guidance.html",
        rows=rows,
        count=count,
        missed=missed,
        ending=ending,
        beside=Page(rows, found.before, found.after),
        query=query,
        q=q,
        group=group,
        standing=standing,
        groups=GROUPS,
        states=listing.STATES,
        counts=counts,
        may_write=writes,
        length=LENGTH,
    )


@get("/guidance/entries/{entry:str}", opt=roles(READERS_OF_GUIDANCE, of="guidance"), sync_to_thread=True)
def entry_page(request: HttpRequest, site: OfSite, entry: FromPath[str], done: FromQuery[str] = "") -> Template:
    """What an entry says in both languages, on which law, since when; and what can be done with it."""
    return _page(request, site, entry, done=done if done in DONE else "")


@post("/guidance/entries/{entry:str}/confirm", opt=roles(CURATORS, of="guidance"), sync_to_thread=True)
def confirm(request: HttpRequest, site: OfSite, entry: FromPath[str]) -> Template | Redirect:
    """Confirm in the name of this authority what ships."""

    def act(session: Session, officer: Officer) -> str:
        must_speak_for_the_department(session, officer)
        guidance.confirm(session, entry, by=officer.actor, at=site.desk.now())
        return f"/desk/guidance/entries/{entry}?done=confirmed"

    return _act(request, site, entry, act)


@post("/guidance/entries/{entry:str}/edit", opt=roles(CURATORS, of="guidance"), sync_to_thread=True)
def edit(request: HttpRequest, site: OfSite, entry: FromPath[str]) -> Template | Redirect:
    """Open a draft of the entry, or go to the one that is open."""

    def act(session: Session, officer: Officer) -> str:
        draft = draft_opening.open_edit(session, entry, officer, site.desk.now())
        return f"/desk/guidance/drafts/{draft.id}/edit"

    return _act(request, site, entry, act)


@post("/guidance/entries/{entry:str}/retire", opt=roles(CURATORS, of="guidance"), sync_to_thread=True)
def retire(request: HttpRequest, site: OfSite, entry: FromPath[str], data: Form) -> Template | Redirect:
    """Propose to take the entry out of service; another person approves it."""
    reason, typed = words(data, "reason"), words(data, "last_day")

    def act(session: Session, officer: Officer) -> str:
        at, last_day = site.desk.now(), day_in(typed)
        draft = draft_opening.propose_retirement(session, entry, officer, reason, at, last_day=last_day)
        return f"/desk/guidance/drafts/{draft.id}?done=submitted"

    return _act(request, site, entry, act, reason=reason, last_day=typed)


@get("/guidance/entries/{entry:str}/differences", opt=roles(READERS_OF_GUIDANCE, of="guidance"), sync_to_thread=True)
def version_differences(
    request: HttpRequest,
    site: OfSite,
    entry: FromPath[str],
    old: FromQuery[int] = 0,
    new: FromQuery[int] = 0,
    view: FromQuery[str] = "",
) -> Template:
    """How two versions differ, word by word; without numbers the two newest."""
    language = language_of(request)
    with site.desk.store.reading() as session:
        versions = _versions(session, entry)
        by_number = {version.number: version for version in versions}
        after = by_number.get(new, versions[0])
        before = by_number.get(old) or by_number.get(after.number - 1, after)
        shown = views.changes(before.content, after.content, site.desk.texts, language)
        numbers = sorted(by_number, reverse=True)
        title = after.record.title[language]
    return page(
        request,
        site,
        "staff/curators/differences.html",
        here=f"/desk/guidance/entries/{entry}/differences",
        entry=entry,
        title=title,
        changes=shown,
        numbers=numbers,
        old=before.number,
        new=after.number,
        view="side" if view == "side" else "inline",
    )


def _act(
    request: HttpRequest, site: Site, entry: str, act: Act, *, reason: str = "", last_day: str = ""
) -> Template | Redirect:
    def known(session: Session, officer: Officer) -> str:
        _versions(session, entry)
        return act(session, officer)

    return act_and_go_on(
        request,
        site,
        known,
        lambda refused: _page(request, site, entry, refused=refused, reason=reason, last_day=last_day),
    )


def _page(
    request: HttpRequest,
    site: Site,
    entry_id: str,
    *,
    done: str = "",
    refused: GuidanceRefused | None = None,
    reason: str = "",
    last_day: str = "",
) -> Template:
    desk, language = site.desk, language_of(request)
    with desk.store.reading() as session:
        officer = officer_in(request, session)
        versions = _versions(session, entry_id)
        newest = guidance_versions.newest(session, entry_id) or versions[0]
        shown = guidance_versions.in_force(session, entry_id, desk.today()) or newest
        entry = session.get_one(GuidanceEntry, entry_id)
        names = views.names_of(session, desk, language, {version.published_by for version in versions})
        draft = draft_standing.open_of(session, entry_id)
        stands = standings(versions, desk.today())
        overridden = override_of(session, entry_id, shown.number)
        context: dict[str, Any] = {
            "entry": entry_id,
            "group": entry.group,
            "confirmed_at": entry.confirmed_at,
            "standing": listing.standing(versions[::-1], desk.today()),
            "record": shown.record,
            "fields": views.fields_of_record(shown.content),
            "legal_basis": views.legal_basis(desk, shown.record, language),
            "related": _titles(session, shown.record.related, language),
            "version": views.version_of(shown, names, stands[shown.number]),
            "versions": [views.version_of(version, names, stands[version.number]) for version in versions],
            "ends_soon": ends_soon(versions, desk.today()),
            "overridden": views.draft_of(overridden, language) if overridden is not None else None,
            "golden": golden.counted(session, entry_id),
            "draft": views.draft_of(draft, language) if draft is not None else None,
            "findings": lint_views.of_entry(desk, session, entry_id, language),
            "reviews": [(review.id, review.kind) for review in reviews.of_entry(session, entry_id)],
            "is_wrong": may_write(officer) and wrong_in(session, entry_id, desk.today()) is not None,
            "may_write": may_write(officer),
            "may_confirm": may_speak_for_the_department(session, officer) and entry.confirmed_at is None,
            "may_retire": may_write(officer) and versions_live(versions) and draft is None,
        }
    # A call over the network: the store is closed by now.
    found = searchable(desk.search, shown.publication_no) if versions_live([shown]) else None
    return page(
        request,
        site,
        "staff/curators/entry.html",
        status=409 if refused else 200,
        here=f"/desk/guidance/entries/{entry_id}",
        done=done,
        refused=desk.texts.say(refused.reason, language, **refused.values) if refused else "",
        reason=reason,
        last_day=last_day,
        length=draft_steps.LENGTH,
        searchable=found,
        **context,
    )


def versions_live(versions: list[GuidanceVersion]) -> bool:
    return any(version.withdrawn_at is None for version in versions)


def _versions(session: Session, entry_id: str) -> list[GuidanceVersion]:
    """The versions of an entry, the newest first; every curator may see every entry."""
    versions = views.versions_of(session, entry_id)
    if not versions:
        raise NotFoundException
    return versions


def _titles(session: Session, entries: list[str], language: str) -> list[tuple[str, str]]:
    known = guidance_versions.newest_of_each(session, entries)
    return [(entry, known[entry].content["title"][language]) for entry in entries if entry in known]
