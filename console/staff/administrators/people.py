"""The officers of an administrator: a list with search and filters, and adding one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from litestar import get, post
from litestar.params import FromQuery
from litestar.response import Template

from console.staff.administrators.access import unit_options
from console.web.guard import ADMINISTRATORS, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page
from desk.paging import Page
from desk.people import administration, attempts, register
from desk.people.administration import AdministrationRefused
from desk.people.model import Officer, Role
from desk.units import administration as of_units
from desk.units import service as units
from desk.units.model import Unit

DONE = ("dismissed",)


@dataclass(frozen=True)
class ShownOfficer:
    """An officer in the list; ``roles`` are pairs of a role and the name of its unit."""

    username: str
    name: str
    roles: list[tuple[str, str]]
    state: str
    has_second_factor: bool
    cases: int


@dataclass(frozen=True)
class Filters:
    """What the address narrows the list to."""

    q: str = ""
    unit: str = ""
    role: str = ""
    state: str = ""

    def in_address(self) -> dict[str, str]:
        return {name: value for name, value in vars(self).items() if value}


@get("/people", opt=roles(ADMINISTRATORS), sync_to_thread=True)
def officer_list(
    request: HttpRequest,
    site: OfSite,
    q: FromQuery[str] = "",
    unit: FromQuery[str] = "",
    role: FromQuery[str] = "",
    of_state: FromQuery[str] = "",
    after: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
    done: FromQuery[str] = "",
) -> Template:
    """The officers of the administrator's units, page by page."""
    filters = Filters(q[:200], unit, role, of_state)
    return _page(request, site, filters, after=after, before=before, done=done if done in DONE else "")


@post("/people", opt=roles(ADMINISTRATORS, freshly=True), sync_to_thread=True, status_code=200)
def add_officer(request: HttpRequest, site: OfSite, data: Form) -> Template:
    """Add an officer; the password for their first sign-in is shown on the page that answers, and never again."""
    typed = {name: data.get(name, "").strip() for name in ("username", "name", "new_role", "new_unit")}
    try:
        with site.desk.store.writing() as session:
            by = officer_in(request, session)
            place = units.by_code(session, typed["new_unit"])
            if place is None or typed["new_role"] not in tuple(Role):
                raise AdministrationRefused("page.people.refused_unit")
            officer, password = administration.add(
                session,
                username=typed["username"],
                name=typed["name"],
                role=Role(typed["new_role"]),
                unit=place,
                by=by,
                at=site.desk.now(),
            )
    except AdministrationRefused as refused:
        return _page(request, site, Filters(), typed=typed, refused=refused.reason)
    return _page(request, site, Filters(), added=(officer.username, officer.name, password))


def _page(
    request: HttpRequest,
    site: Site,
    filters: Filters,
    *,
    after: str | None = None,
    before: str | None = None,
    done: str = "",
    refused: str = "",
    typed: Mapping[str, str] | None = None,
    added: tuple[str, str, str] | None = None,
) -> Template:
    language, now = language_of(request), site.desk.now()
    with site.desk.store.reading() as session:
        by = officer_in(request, session)
        place = units.by_code(session, filters.unit) if filters.unit else None
        if place is not None and not of_units.may_see(by, place):
            place = None
        wanted = _wanted(filters, place)
        found = register.listed(session, by, wanted, at=now, after=after, before=before)
        cases = register.cases_of(session, found.rows)
        shown = [_shown(officer, cases.get(officer.id, 0), now, language) for officer in found.rows]
        choice = unit_options(session, by, language)
    return page(
        request,
        site,
        "staff/administrators/people.html",
        here="/desk/people",
        status=409 if refused else 200,
        officers=Page(shown, found.before, found.after),
        filters=filters,
        units=choice,
        all_roles=[role.value for role in Role],
        states=register.STATES,
        done=done,
        refused=refused,
        typed=typed or {},
        added=added,
    )


def _wanted(filters: Filters, place: Unit | None) -> register.Wanted:
    return register.Wanted(
        words=filters.q,
        unit=place,
        role=Role(filters.role) if filters.role in tuple(Role) else None,
        state=filters.state if filters.state in register.STATES else "",
    )


def _shown(officer: Officer, cases: int, now: dt.datetime, language: str) -> ShownOfficer:
    locked = attempts.is_locked_out(officer, now)
    return ShownOfficer(
        username=officer.username,
        name=officer.name,
        roles=[(held.role, held.unit.name(language)) for held in officer.appointments],
        state="inactive" if not officer.active else "locked" if locked else "active",
        has_second_factor=officer.second_factor_since is not None,
        cases=cases,
    )
