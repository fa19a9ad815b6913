"""Recalls: the list, the dry run from which one is planned, and the page on which another person lets it go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.staff.curators import recall_views as views
from console.web.guard import CURATORS, READERS_OF_GUIDANCE, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page, see_other
from console.web.typed import whole_number, words
from desk.desk import Desk
from desk.paging import Page
from desk.people.model import Officer
from desk.recall import permissions, report
from desk.recall import service as recalls
from desk.recall.days import LONGEST
from desk.recall.model import Recall
from desk.recall.permissions import RecallRefused

DONE = ("planned", "reworded", "started", "paused", "resumed", "stopped")
RecallAct = Callable[[Desk, Session, Recall, Officer], None]


@get("/recall", opt=roles(READERS_OF_GUIDANCE), sync_to_thread=True)
def recall_list(
    request: HttpRequest, site: OfSite, after: FromQuery[str | None] = None, before: FromQuery[str | None] = None
) -> Template:
    """All recalls, the newest first, page by page."""
    language = language_of(request)
    with site.desk.store.reading() as session:
        found = report.listed(session, limit=views.LISTED, after=after or None, before=before or None)
        rows = [views.row_of(session, recall, language) for recall in found.rows]
    return page(request, site, "staff/curators/recalls.html", rows=rows, beside=Page(rows, found.before, found.after))


@get("/recall/plan", opt=roles(CURATORS), sync_to_thread=True)
def plan_page(
    request: HttpRequest,
    site: OfSite,
    entry: FromQuery[str] = "",
    days: FromQuery[str] = "",
    earlier: FromQuery[str] = "",
) -> Template:
    """The dry run: whom a recall would tell, and what they would read."""
    fields = {"entry": entry.strip(), "days": days.strip(), "earlier": earlier}
    return _plan_page(request, site, fields)


@post("/recall/plan", opt=roles(CURATORS), sync_to_thread=True)
def plan(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    """Keep a recall for another person to look at."""
    fields = {name: words(data, name) for name in ("entry", "days", "earlier", "urgent", "wrong_vi", "wrong_en")}
    try:
        with site.desk.store.writing() as session:
            officer = officer_in(request, session)
            kept = recalls.plan(site.desk, session, fields["entry"], _decided(site, fields), officer).id
    except RecallRefused as refused:
        return _plan_page(request, site, fields, refused)
    return see_other(f"/desk/recall/{kept}?done=planned")


@get("/recall/{recall:str}", opt=roles(READERS_OF_GUIDANCE, of="recall"), sync_to_thread=True)
def recall_page(
    request: HttpRequest,
    site: OfSite,
    recall: FromPath[str],
    done: FromQuery[str] = "",
    after: FromQuery[str] = "",
    before: FromQuery[str] = "",
) -> Template:
    """What is sent to how many, what became of it, and what may be done with it."""
    return _page(request, site, recall, done=done if done in DONE else "", after=after, before=before)


@post("/recall/{recall:str}/words", opt=roles(CURATORS, of="recall"), sync_to_thread=True)
def reword(request: HttpRequest, site: OfSite, recall: FromPath[str], data: Form) -> Template | Redirect:
    """Change what the correction says was wrong."""
    typed = {name: words(data, name) for name in ("wrong_vi", "wrong_en")}

    def act(desk: Desk, session: Session, found: Recall, officer: Officer) -> None:
        recalls.reword(desk, session, found, typed, officer)

    return _act(request, site, recall, "reworded", act, typed)


@post("/recall/{recall:str}/start", opt=roles(READERS_OF_GUIDANCE, of="recall"), sync_to_thread=True)
def start(request: HttpRequest, site: OfSite, recall: FromPath[str], data: Form) -> Template | Redirect:
    """Let it go, having typed how many chats are told."""
    typed = {"chats": words(data, "chats")}

    def act(desk: Desk, session: Session, found: Recall, officer: Officer) -> None:
        recalls.start(desk, session, found, officer, chats=whole_number(typed["chats"]))

    return _act(request, site, recall, "started", act, typed)


@post("/recall/{recall:str}/pause", opt=roles(READERS_OF_GUIDANCE, of="recall"), sync_to_thread=True)
def pause(request: HttpRequest, site: OfSite, recall: FromPath[str]) -> Template | Redirect:
    """Send nothing more for now."""
    return _act(request, site, recall, "paused", recalls.pause)


@post("/recall/{recall:str}/resume", opt=roles(READERS_OF_GUIDANCE, of="recall"), sync_to_thread=True)
def resume(request: HttpRequest, site: OfSite, recall: FromPath[str]) -> Template | Redirect:
    """Go on where it was paused."""
    return _act(request, site, recall, "resumed", recalls.resume)


@post("/recall/{recall:str}/stop", opt=roles(READERS_OF_GUIDANCE, of="recall"), sync_to_thread=True)
def stop(request: HttpRequest, site: OfSite, recall: FromPath[str], data: Form) -> Template | Redirect:
    """End it for good, with the reason."""
    typed = {"reason": words(data, "reason")}

    def act(desk: Desk, session: Session, found: Recall, officer: Officer) -> None:
        recalls.stop(desk, session, found, officer, typed["reason"])

    return _act(request, site, recall, "stopped", act, typed)


def _act(
    request: HttpRequest, site: Site, recall: str, done: str, act: RecallAct, typed: dict[str, str] | None = None
) -> Template | Redirect:
    try:
        with site.desk.store.writing() as session:
            act(site.desk, session, _known(session, recall, to_change=True), officer_in(request, session))
    except RecallRefused as refused:
        return _page(request, site, recall, refused=refused, typed=typed)
    return see_other(f"/desk/recall/{recall}?done={done}")


def _known(session: Session, recall: str, *, to_change: bool = False) -> Recall:
    found = recalls.by_id(session, whole_number(recall), to_change=to_change)
    if found is None:
        raise NotFoundException
    return found


def _page(
    request: HttpRequest,
    site: Site,
    recall: str,
    *,
    done: str = "",
    refused: RecallRefused | None = None,
    typed: dict[str, str] | None = None,
    after: str = "",
    before: str = "",
) -> Template:
    language = language_of(request)
    with site.desk.store.reading() as session:
        found, officer = _known(session, recall), officer_in(request, session)
        values = views.values_of(site.desk, session, found, officer, language, after, before)
    return page(
        request,
        site,
        "staff/curators/recall.html",
        status=409 if refused else 200,
        here=f"/desk/recall/{recall}",
        done=done,
        **_refusal(site, request, refused),
        typed=typed or {},
        length=recalls.LENGTH,
        **values,
    )


def _plan_page(
    request: HttpRequest, site: Site, fields: dict[str, str], refused: RecallRefused | None = None
) -> Template:
    """The form of a dry run and what it found; nothing of it is kept."""
    desk, language = site.desk, language_of(request)
    found: dict[str, Any] | None = None
    title, looked = "", refused
    with desk.store.reading() as session:
        may_plan = permissions.may_plan(officer_in(request, session))
        if fields["entry"]:
            try:
                prospect = recalls.prospect(desk, session, fields["entry"], _decided(site, fields))
                found = views.prospect_of(prospect)
                found["previews"] = views.previews(desk, session, prospect.recall)
                title = views.title_of(session, prospect.recall, language)
            except RecallRefused as nothing:
                looked = refused or nothing
    return page(
        request,
        site,
        "staff/curators/recall_plan.html",
        status=422 if refused else 200,
        here="/desk/recall/plan",
        fields={"urgent": "", "wrong_vi": "", "wrong_en": "", **fields, "days": fields["days"] or str(_days(site))},
        found=found,
        title=title,
        may_plan=may_plan,
        length=recalls.LENGTH,
        longest=LONGEST,
        **_refusal(site, request, looked),
    )


def _decided(site: Site, fields: dict[str, str]) -> recalls.Plan:
    return recalls.Plan(
        days=whole_number(fields["days"]) if fields["days"] else _days(site),
        earlier=bool(fields.get("earlier")),
        urgent=bool(fields.get("urgent")),
        wrong_vi=fields.get("wrong_vi", ""),
        wrong_en=fields.get("wrong_en", ""),
    )


def _days(site: Site) -> int:
    return int(site.desk.settings.value("recall_days"))


def _refusal(site: Site, request: HttpRequest, refused: RecallRefused | None) -> dict[str, Any]:
    """What was refused in words, and beside which field."""
    if refused is None:
        return {"refused": "", "refused_field": ""}
    sentence = site.desk.texts.say(refused.reason, language_of(request), **refused.values)
    return {"refused": sentence, "refused_field": refused.field}
