"""Deductions by hand in the console: deducting, objecting, answering and taking back."""

from __future__ import annotations

from collections.abc import Callable

from litestar import post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.staff.service_index import views
from console.staff.service_index.pages import unit_page, unit_seen
from console.web.guard import MANAGERS, roles
from console.web.site import Form, HttpRequest, OfSite, Site, officer_in, see_other
from console.web.typed import day_typed, whole_number, words
from desk.desk import Desk
from desk.people.model import Officer
from desk.service_index import deductions
from desk.service_index.model import IndexDeduction
from desk.service_index.permissions import IndexRefused

Act = Callable[[Desk, Session, IndexDeduction, Officer], None]


@post("/service-index/units/{code:str}/deduct", opt=roles(MANAGERS, of="unit"), sync_to_thread=True)
def deduct(request: HttpRequest, site: OfSite, code: FromPath[str], data: Form) -> Template | Redirect:
    """Deduct points from a unit for a reason."""
    typed = {name: words(data, name) for name in ("points", "day", "reason")}
    try:
        with site.desk.store.writing() as session:
            officer = officer_in(request, session)
            deductions.deduct(
                site.desk,
                session,
                unit_seen(session, officer, code),
                officer,
                points=deductions.points_typed(typed["points"]),
                day=day_typed(typed["day"]),
                reason=typed["reason"],
            )
    except IndexRefused as refused:
        return unit_page(request, site, code, refused=refused, act="deduct", typed=typed)
    return _back(request, site, code, "deducted")


@post("/service-index/deductions/{deduction:str}/take-back", opt=roles(MANAGERS, of="deduction"), sync_to_thread=True)
def take_back(request: HttpRequest, site: OfSite, deduction: FromPath[str], data: Form) -> Template | Redirect:
    """Let a deduction count no more, for a reason."""
    reason = words(data, "reason")

    def act(desk: Desk, session: Session, found: IndexDeduction, officer: Officer) -> None:
        deductions.take_back(desk, session, found, officer, reason)

    return _act(request, site, deduction, "take-back", "taken_back", act, {"reason": reason})


@post("/service-index/deductions/{deduction:str}/object", opt=roles(MANAGERS, of="deduction"), sync_to_thread=True)
def object_to(request: HttpRequest, site: OfSite, deduction: FromPath[str], data: Form) -> Template | Redirect:
    """Say for the unit why a deduction is not right."""
    said = words(data, "words")

    def act(desk: Desk, session: Session, found: IndexDeduction, officer: Officer) -> None:
        deductions.object_to(desk, session, found, officer, said)

    return _act(request, site, deduction, "object", "objected", act, {"words": said})


@post("/service-index/deductions/{deduction:str}/answer", opt=roles(MANAGERS, of="deduction"), sync_to_thread=True)
def answer(request: HttpRequest, site: OfSite, deduction: FromPath[str], data: Form) -> Template | Redirect:
    """Answer the objection; the deduction stands or is taken back."""
    said, takes_back = words(data, "words"), data.get("takes_back") == "yes"

    def act(desk: Desk, session: Session, found: IndexDeduction, officer: Officer) -> None:
        deductions.answer(desk, session, found, officer, said, takes_back=takes_back)

    typed = {"words": said, "takes_back": "yes" if takes_back else ""}
    return _act(request, site, deduction, "answer", "answered", act, typed)


def _act(
    request: HttpRequest, site: Site, deduction: str, name: str, done: str, act: Act, typed: dict[str, str]
) -> Template | Redirect:
    code = ""
    try:
        with site.desk.store.writing() as session:
            officer = officer_in(request, session)
            found = deductions.by_id(session, whole_number(deduction), to_change=True)
            if found is None:
                raise NotFoundException
            code = unit_seen(session, officer, found.unit.code).code
            act(site.desk, session, found, officer)
    except IndexRefused as refused:
        return unit_page(request, site, code, refused=refused, act=f"{name}-{deduction}", typed=typed)
    return _back(request, site, code, done)


def _back(request: HttpRequest, site: Site, code: str, done: str) -> Redirect:
    period = views.span_in(site, request.query_params).name
    return see_other(f"{views.PATH}/units/{code}?period={period}&done={done}")
