"""Gaps of the guidance: groups of questions without help, and the page on which one is drafted, dismissed or merged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.staff.curators import gap_views as views
from console.staff.curators.acting import act_and_go_on
from console.web.guard import CURATORS, READERS_OF_GUIDANCE, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page
from console.web.typed import whole_number, words
from desk.gaps import listing, service, standing
from desk.gaps.model import GapGroup, Kind, Reason
from desk.guidance import listing as guidance_listing
from desk.guidance.permissions import GuidanceRefused, may_write
from desk.guidance.record import Group, Language
from desk.paging import Page
from desk.people.model import Officer

LISTED, QUESTIONS = 25, 30
DONE = ("dismissed", "reopened", "merged", "taken_out")
#: Entries that are proposed while an id is typed.
PROPOSED = 1_000
TOPICS: tuple[str, ...] = Group.__args__  # type: ignore[attr-defined]
#: What a curator does; returns the address at which to go on.
GapAct = Callable[[Session, GapGroup, Officer], str]


@dataclass(frozen=True)
class _Typed:
    """What stands in the forms of a group's page that was refused; ``form`` names the one that was sent."""

    form: str = ""
    fields: tuple[tuple[str, str], ...] = ()


@get("/gaps", opt=roles(READERS_OF_GUIDANCE), sync_to_thread=True)
def gap_list(
    request: HttpRequest,
    site: OfSite,
    view: FromQuery[str] = "open",
    kind: FromQuery[str] = "",
    topic: FromQuery[str] = "",
    after: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
) -> Template:
    """The groups, the most asked first, page by page."""
    desk, language = site.desk, language_of(request)
    chosen = next((known for known in listing.VIEWS if known == view), listing.VIEWS[0])
    kinds = next((known for known in Kind if known == kind), None)
    about = topic if topic in (*TOPICS, "none") else ""
    wanted = listing.Wanted(chosen, kinds, about)
    with desk.store.reading() as session:
        found = listing.listed(session, wanted, limit=LISTED, after=after or None, before=before or None)
        rows = [views.row_of(desk, session, group, language) for group in found.rows]
        groups, asked = listing.counted(session, wanted)
    return page(
        request,
        site,
        "staff/curators/gaps.html",
        rows=rows,
        beside=Page(rows, found.before, found.after),
        groups=groups,
        asked=asked,
        query={"view": chosen, "kind": kinds.value if kinds else "", "topic": about},
        is_filtered=bool(kinds or about or chosen != "open"),
        views=listing.VIEWS,
        kinds=list(Kind),
        topics=TOPICS,
    )


@get("/gaps/{group:str}", opt=roles(READERS_OF_GUIDANCE, of="gap"), sync_to_thread=True)
def gap_page(
    request: HttpRequest,
    site: OfSite,
    group: FromPath[str],
    done: FromQuery[str] = "",
    after: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
) -> Template:
    """One group: how much it is asked for, its questions without names, what happened, and what may be done."""
    return _page(request, site, group, done=done if done in DONE else "", after=after, before=before)


@post("/gaps/{group:str}/draft", opt=roles(CURATORS, of="gap"), sync_to_thread=True)
def draft(request: HttpRequest, site: OfSite, group: FromPath[str]) -> Template | Redirect:
    """Begin new guidance with the questions of the group."""
    language = language_of(request)

    def act(session: Session, found: GapGroup, officer: Officer) -> str:
        begun = service.draft(site.desk, session, found, officer, language)
        return f"/desk/guidance/drafts/{begun.id}/edit"

    return _act(request, site, group, act, _Typed("draft"))


@post("/gaps/{group:str}/variant", opt=roles(CURATORS, of="gap"), sync_to_thread=True)
def variant(request: HttpRequest, site: OfSite, group: FromPath[str], data: Form) -> Template | Redirect:
    """Add the chosen questions to the ways to ask for an entry."""
    entry, language = words(data, "entry"), language_of(request)

    def act(session: Session, found: GapGroup, officer: Officer) -> str:
        begun = service.variant(site.desk, session, found, officer, entry, _chosen(data), language)
        return f"/desk/guidance/drafts/{begun.id}"

    return _act(request, site, group, act, _typed("variant", data))


@post("/gaps/{group:str}/take-out", opt=roles(CURATORS, of="gap"), sync_to_thread=True)
def take_out(request: HttpRequest, site: OfSite, group: FromPath[str], data: Form) -> Template | Redirect:
    """Put the chosen questions into a group of their own."""

    def act(session: Session, found: GapGroup, officer: Officer) -> str:
        return f"/desk/gaps/{service.take_out(site.desk, session, found, officer, _chosen(data)).id}?done=taken_out"

    return _act(request, site, group, act, _typed("variant", data))


@post("/gaps/{group:str}/dismiss", opt=roles(CURATORS, of="gap"), sync_to_thread=True)
def dismiss(request: HttpRequest, site: OfSite, group: FromPath[str], data: Form) -> Template | Redirect:
    """Close the group for a reason."""
    reason, said, entry = data.get("reason", ""), words(data, "words"), words(data, "answered_by")

    def act(session: Session, found: GapGroup, officer: Officer) -> str:
        service.dismiss(site.desk, session, found, officer, reason, said, entry)
        return f"/desk/gaps/{found.id}?done=dismissed"

    return _act(request, site, group, act, _typed("dismiss", data))


@post("/gaps/{group:str}/reopen", opt=roles(CURATORS, of="gap"), sync_to_thread=True)
def reopen(request: HttpRequest, site: OfSite, group: FromPath[str], data: Form) -> Template | Redirect:
    """Open the group again."""
    said = words(data, "words")

    def act(session: Session, found: GapGroup, officer: Officer) -> str:
        service.reopen(site.desk, session, found, officer, said)
        return f"/desk/gaps/{found.id}?done=reopened"

    return _act(request, site, group, act, _typed("reopen", data))


@post("/gaps/{group:str}/merge", opt=roles(CURATORS, of="gap"), sync_to_thread=True)
def merge(request: HttpRequest, site: OfSite, group: FromPath[str], data: Form) -> Template | Redirect:
    """Put all questions of the group into another."""

    def act(session: Session, found: GapGroup, officer: Officer) -> str:
        into = service.by_id(session, whole_number(words(data, "into")), to_change=True)
        if into is None:
            raise GuidanceRefused("gaps.refused.no_group")
        service.merge(site.desk, session, found, into, officer)
        return f"/desk/gaps/{into.id}?done=merged"

    return _act(request, site, group, act, _typed("merge", data))


def _act(request: HttpRequest, site: Site, group: str, act: GapAct, typed: _Typed) -> Template | Redirect:
    """Do it in one transaction; what the desk refuses is said on the group's page, with what was typed."""
    return act_and_go_on(
        request,
        site,
        lambda session, officer: act(session, _known(session, group, to_change=True), officer),
        lambda refused: _page(request, site, group, refused=refused, typed=typed),
    )


def _typed(form: str, data: Form) -> _Typed:
    return _Typed(form, tuple((name, value) for name, value in data.items() if not name.startswith("_")))


def _chosen(data: Form) -> list[str]:
    return [name.removeprefix("q-") for name in data if name.startswith("q-")]


def _known(session: Session, group: str, *, to_change: bool = False) -> GapGroup:
    """The group of this number; everybody who reads guidance may see every group."""
    found = service.by_id(session, whole_number(group), to_change=to_change)
    if found is None:
        raise NotFoundException
    return found


def _page(
    request: HttpRequest,
    site: Site,
    group: str,
    *,
    done: str = "",
    after: str | None = None,
    before: str | None = None,
    refused: GuidanceRefused | None = None,
    typed: _Typed | None = None,
) -> Template:
    desk, language = site.desk, language_of(request)
    with desk.store.reading() as session:
        found = _known(session, group)
        shown = views.group_of(desk, session, found, language)
        asked = standing.questions(
            desk, session, found, language, limit=QUESTIONS, after=after or None, before=before or None
        )
        writes = may_write(officer_in(request, session))
        entries = _entries(session, language) if writes else {}
    return page(
        request,
        site,
        "staff/curators/gap.html",
        status=409 if refused else 200,
        here=f"/desk/gaps/{group}",
        group=shown,
        asked=asked,
        may_write=writes,
        entries=entries,
        reasons=list(Reason),
        length=service.LENGTH,
        done=done,
        refused=desk.texts.say(refused.reason, language, **refused.values) if refused else "",
        wrong=refused.reason.rsplit(".", 1)[-1] if refused else "",
        form=typed.form if typed else "",
        typed=dict(typed.fields) if typed else {},
    )


def _entries(session: Session, language: Language) -> dict[str, str]:
    return guidance_listing.titles(session, language, limit=PROPOSED)
