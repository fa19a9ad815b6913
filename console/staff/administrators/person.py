"""An officer as an administrator sees them: name, roles in units, whether they are active; and changing these."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Protocol
from urllib.parse import quote

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.staff.administrators.access import seen_officer, unit_options
from console.web.guard import ADMINISTRATORS, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page, see_other
from desk.people import administration, administrator_desk, attempts, register, telegram_link
from desk.people.administration import AdministrationRefused
from desk.people.model import Officer, Role
from desk.units import service as units
from desk.units.model import Unit


class PersonAct(Protocol):
    """An act on an officer, by an administrator."""

    def __call__(self, session: Session, officer: Officer, /, *, by: Officer, at: dt.datetime) -> object: ...


DONE = (
    *("renamed", "appointed", "dismissed", "deactivated", "activated"),
    *("unlocked", "sessions_ended", "second_factor_reset", "identity_unlinked", "unlinked"),
)


@get("/people/{username:str}", opt=roles(ADMINISTRATORS, of="officer"), sync_to_thread=True)
def person_page(request: HttpRequest, site: OfSite, username: FromPath[str], done: FromQuery[str] = "") -> Template:
    return show_person(request, site, username, done=done if done in DONE else "")


@post("/people/{username:str}/rename", opt=roles(ADMINISTRATORS, of="officer"), sync_to_thread=True)
def rename(request: HttpRequest, site: OfSite, username: FromPath[str], data: Form) -> Template | Redirect:
    name = data.get("name", "")
    act = partial(administration.rename, name=name)
    return act_on(request, site, username, "renamed", act, typed={"name": name})


@post("/people/{username:str}/appoint", opt=roles(ADMINISTRATORS, of="officer", freshly=True), sync_to_thread=True)
def appoint(request: HttpRequest, site: OfSite, username: FromPath[str], data: Form) -> Template | Redirect:
    def act(session: Session, officer: Officer, *, by: Officer, at: dt.datetime) -> None:
        role, unit = _appointment(session, data)
        administration.appoint(session, officer, role, unit, by=by, at=at)

    return act_on(request, site, username, "appointed", act, typed=dict(data))


@get("/people/{username:str}/dismiss", opt=roles(ADMINISTRATORS, of="officer"), sync_to_thread=True)
def dismiss_page(
    request: HttpRequest, site: OfSite, username: FromPath[str], role: FromQuery[str] = "", unit: FromQuery[str] = ""
) -> Template:
    """What dismissing would mean, before it is done."""
    return _confirm(request, site, username, "dismiss", {"role": role, "unit": unit})


@post("/people/{username:str}/dismiss", opt=roles(ADMINISTRATORS, of="officer"), sync_to_thread=True)
def dismiss(request: HttpRequest, site: OfSite, username: FromPath[str], data: Form) -> Template | Redirect:
    def act(session: Session, officer: Officer, *, by: Officer, at: dt.datetime) -> None:
        role, unit = _appointment(session, data)
        administrator_desk.dismiss(site.desk, session, officer, role, unit, by=by)

    return act_on(request, site, username, "dismissed", act)


@get("/people/{username:str}/deactivate", opt=roles(ADMINISTRATORS, of="officer"), sync_to_thread=True)
def deactivate_page(request: HttpRequest, site: OfSite, username: FromPath[str]) -> Template:
    """What shutting an officer out would mean, before it is done."""
    return _confirm(request, site, username, "deactivate", {})


@post("/people/{username:str}/deactivate", opt=roles(ADMINISTRATORS, of="officer"), sync_to_thread=True)
def deactivate(request: HttpRequest, site: OfSite, username: FromPath[str]) -> Template | Redirect:
    def act(session: Session, officer: Officer, *, by: Officer, at: dt.datetime) -> None:
        administrator_desk.deactivate(site.desk, session, officer, by=by)

    return act_on(request, site, username, "deactivated", act)


@post("/people/{username:str}/activate", opt=roles(ADMINISTRATORS, of="officer", freshly=True), sync_to_thread=True)
def activate(request: HttpRequest, site: OfSite, username: FromPath[str]) -> Template | Redirect:
    return act_on(request, site, username, "activated", administration.activate)


def _appointment(session: Session, data: dict[str, str]) -> tuple[Role, Unit]:
    """The role and the unit that a form names."""
    unit = units.by_code(session, data.get("unit", ""))
    if unit is None or data.get("role") not in tuple(Role):
        raise AdministrationRefused("page.people.refused_unit")
    return Role(data["role"]), unit


def act_on(
    request: HttpRequest,
    site: Site,
    username: str,
    done: str,
    act: PersonAct,
    *,
    typed: dict[str, str] | None = None,
) -> Template | Redirect:
    """Do it in one transaction; what is refused is said on the page, with what was typed."""
    try:
        with site.desk.store.writing() as session:
            by = officer_in(request, session)
            officer = seen_officer(session, username, by)
            act(session, officer, by=by, at=site.desk.now())
            still_seen = administration.may_see(by, officer)
    except AdministrationRefused as refused:
        return show_person(request, site, username, refused=refused.reason, typed=typed)
    return see_other(f"/desk/people/{quote(username)}?done={done}" if still_seen else f"/desk/people?done={done}")


def show_person(
    request: HttpRequest,
    site: Site,
    username: str,
    *,
    done: str = "",
    refused: str = "",
    typed: dict[str, str] | None = None,
    once: tuple[str, str] | None = None,
) -> Template:
    language, now = language_of(request), site.desk.now()
    with site.desk.store.reading() as session:
        by = officer_in(request, session)
        person = seen_officer(session, username, by)
        known = register.known_of(session, person, now)
        choice = unit_options(session, by, language)
    return page(
        request,
        site,
        "staff/administrators/person.html",
        here=f"/desk/people/{username}",
        status=409 if refused else 200,
        person=person,
        known=known,
        is_locked=attempts.is_locked_out(person, now),
        may_change=administration.may_change(by, person),
        is_oneself=by.id == person.id,
        units=choice,
        all_roles=[role.value for role in Role],
        minutes=int(telegram_link.LINK_CODE_LASTS.total_seconds() // 60),
        done=done,
        refused=refused,
        typed=typed or {},
        once=once,
    )


def _confirm(request: HttpRequest, site: Site, username: str, act: str, hidden: dict[str, str]) -> Template:
    language = language_of(request)
    with site.desk.store.reading() as session:
        by = officer_in(request, session)
        person = seen_officer(session, username, by)
        cases = register.cases_of(session, [person]).get(person.id, 0)
        unit = units.by_code(session, hidden.get("unit", ""))
    return page(
        request,
        site,
        "staff/administrators/person_confirm.html",
        here=f"/desk/people/{username}",
        person=person,
        act=act,
        hidden=hidden,
        cases=cases,
        role=hidden.get("role") if hidden.get("role") in tuple(Role) else "",
        unit=unit.name(language) if unit is not None else "",
        is_last=len(person.appointments) == 1,
    )
