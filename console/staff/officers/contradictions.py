"""Answers that contradict each other: put before headquarters from a case, and settled there with a ruling."""

from __future__ import annotations

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from console.staff.officers.alike_panel import shown, side
from console.staff.officers.case_access import known_case, seen_case
from console.web.guard import CASE_WORKERS, SETTLERS, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page, see_other
from console.web.typed import words
from desk.cases import permissions
from desk.cases.alike import contradictions


@get("/cases/{number:str}/contradiction/{other:str}", opt=roles(CASE_WORKERS, of="case"), sync_to_thread=True)
def say_page(request: HttpRequest, site: OfSite, number: FromPath[str], other: FromPath[str]) -> Template:
    return _say_page(request, site, number, other)


@post("/cases/{number:str}/contradiction/{other:str}", opt=roles(CASE_WORKERS, of="case"), sync_to_thread=True)
def say(
    request: HttpRequest, site: OfSite, number: FromPath[str], other: FromPath[str], data: Form
) -> Template | Redirect:
    """Put the two before headquarters, with what the officer says about them."""
    note = words(data, "note")
    try:
        with site.desk.store.writing() as session:
            officer = officer_in(request, session)
            case, another = seen_case(session, number, officer), known_case(session, other)
            contradictions.say(site.desk, session, case, another, officer, note)
    except permissions.CaseRefused as refused:
        return _say_page(request, site, number, other, note=note, refused=refused.reason)
    return see_other(f"/desk/cases/{number}?done=contradiction")


@get("/contradictions", opt=roles(SETTLERS), sync_to_thread=True)
def contradiction_list(request: HttpRequest, site: OfSite, done: FromQuery[str] = "") -> Template:
    return _list_page(request, site, done=done == "settled")


@post("/contradictions/{number:str}/settle", opt=roles(SETTLERS, of="contradiction"), sync_to_thread=True)
def settle(request: HttpRequest, site: OfSite, number: FromPath[str], data: Form) -> Template | Redirect:
    """Rule which answer holds."""
    ruling = words(data, "ruling")
    if not number.isdecimal():
        raise NotFoundException
    try:
        with site.desk.store.writing() as session:
            contradictions.settle(site.desk, session, int(number), officer_in(request, session), ruling)
    except permissions.CaseRefused as refused:
        return _list_page(request, site, refused=refused.reason, draft={int(number): ruling})
    return see_other("/desk/contradictions?done=settled")


def _say_page(
    request: HttpRequest, site: Site, number: str, other: str, *, note: str = "", refused: str = ""
) -> Template:
    desk, language = site.desk, language_of(request)
    with desk.store.reading() as session:
        officer = officer_in(request, session)
        case, another = seen_case(session, number, officer), known_case(session, other)
        sides = (side(desk, session, case, language), side(desk, session, another, language))
    return page(
        request,
        site,
        "staff/officers/contradiction.html",
        here=f"/desk/cases/{number}",
        status=409 if refused else 200,
        number=number,
        other=other,
        sides=sides,
        note=note,
        length=contradictions.LENGTH,
        refused=desk.texts.say(refused, language) if refused else "",
    )


def _list_page(
    request: HttpRequest,
    site: Site,
    *,
    done: bool = False,
    refused: str = "",
    draft: dict[int, str] | None = None,
) -> Template:
    desk, language = site.desk, language_of(request)
    with desk.store.reading() as session:
        officer = officer_in(request, session)
        may_settle = contradictions.may_settle(session, officer)
        found = [shown(desk, session, one, language) for one in contradictions.seen_by(session, officer)]
    return page(
        request,
        site,
        "staff/officers/contradictions.html",
        status=409 if refused else 200,
        found=found,
        may_settle=may_settle,
        draft=draft or {},
        length=contradictions.LENGTH,
        done=done,
        refused=desk.texts.say(refused, language) if refused else "",
    )
