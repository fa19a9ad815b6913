"""A unit as an administrator sees it: names and place in the tree, people, units below; editing, moving, closing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.staff.administrators.access import seen_unit
from console.staff.administrators.unit_hours import HoursForm, hours_form
from console.staff.administrators.units import said
from console.web.guard import ADMINISTRATORS, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page, see_other
from desk.people import service as people
from desk.people.model import Officer
from desk.units import administration
from desk.units import service as units
from desk.units.administration import UnitRefused
from desk.units.faults import Fault
from desk.units.model import Unit
from desk.units.tree import RANK, TreeError, UnitRow, listed

#: An act on a unit, by an administrator.
UnitAct = Callable[[Session, Unit, Officer], object]

DONE = ("changed", "added", "moved", "closed", "hours")
_LISTS = ("provinces", "office_codes", "other_names")


@get("/units/{code:str}", opt=roles(ADMINISTRATORS, of="unit"), sync_to_thread=True)
def unit_page(request: HttpRequest, site: OfSite, code: FromPath[str], done: FromQuery[str] = "") -> Template:
    return show_unit(request, site, code, done=done if done in DONE else "")


@post("/units/{code:str}/change", opt=roles(ADMINISTRATORS, of="unit"), sync_to_thread=True)
def change(request: HttpRequest, site: OfSite, code: FromPath[str], data: Form) -> Template | Redirect:
    """Give the unit other names, provinces, codes and the like."""
    values = _values(data)

    def act(session: Session, unit: Unit, by: Officer) -> None:
        administration.change(session, unit, by=by, at=site.desk.now(), **values)

    return _act(request, site, code, "changed", act, typed=data)


@post("/units/{code:str}/move", opt=roles(ADMINISTRATORS, of="unit"), sync_to_thread=True)
def move(request: HttpRequest, site: OfSite, code: FromPath[str], data: Form) -> Template | Redirect:
    """Put the unit, with all below it, below another."""
    parent = data.get("parent", "")

    def act(session: Session, unit: Unit, by: Officer) -> None:
        administration.change(session, unit, by=by, at=site.desk.now(), parent=parent)

    return _act(request, site, code, "moved", act, typed=data)


@post("/units/{code:str}/add", opt=roles(ADMINISTRATORS, of="unit"), sync_to_thread=True)
def add(request: HttpRequest, site: OfSite, code: FromPath[str], data: Form) -> Template | Redirect:
    """Add a unit below this one."""

    def act(session: Session, unit: Unit, by: Officer) -> None:
        row = UnitRow(
            code=data.get("new_code", "").strip().upper(),
            kind=data.get("new_kind", ""),
            parent=unit.code,
            name_vi=data.get("new_name_vi", "").strip(),
            name_en=data.get("new_name_en", "").strip(),
        )
        administration.add(session, row, by=by, at=site.desk.now())

    return _act(request, site, code, "added", act, typed=data)


@get("/units/{code:str}/close", opt=roles(ADMINISTRATORS, of="unit"), sync_to_thread=True)
def close_page(request: HttpRequest, site: OfSite, code: FromPath[str]) -> Template:
    """What closing would mean, before it is done."""
    return _close_page(request, site, code)


@post("/units/{code:str}/close", opt=roles(ADMINISTRATORS, of="unit"), sync_to_thread=True)
def close(request: HttpRequest, site: OfSite, code: FromPath[str], data: Form) -> Template | Redirect:
    """Close the unit and all below it; its open cases go up, for the reason."""
    reason = data.get("reason", "")
    try:
        with site.desk.store.writing() as session:
            by = officer_in(request, session)
            administration.close(session, seen_unit(session, code, by), reason, by=by, at=site.desk.now())
    except UnitRefused as error:
        return _close_page(request, site, code, refused=error, reason=reason)
    return see_other(f"/desk/units/{code}?done=closed")


def _values(data: dict[str, str]) -> dict[str, object]:
    """What the form says of a unit, in the fields of a row."""
    names = {name: data.get(name, "").strip() for name in ("name_vi", "name_en")}
    lists = {name: listed(data.get(name, "").replace("\n", ";")) for name in _LISTS}
    return {**names, **lists, "source": data.get("source", "").strip() or None}


def _act(
    request: HttpRequest, site: Site, code: str, done: str, act: UnitAct, *, typed: Mapping[str, str]
) -> Template | Redirect:
    """Do it in one transaction; what is refused is said on the page, with what was typed."""
    try:
        with site.desk.store.writing() as session:
            by = officer_in(request, session)
            act(session, seen_unit(session, code, by), by)
    except TreeError as error:
        return show_unit(request, site, code, faults=error.faults, typed=typed)
    except UnitRefused as error:
        return show_unit(request, site, code, refused=error, typed=typed)
    return see_other(f"/desk/units/{code}?done={done}")


def show_unit(
    request: HttpRequest,
    site: Site,
    code: str,
    *,
    done: str = "",
    refused: UnitRefused | None = None,
    faults: Sequence[Fault] = (),
    typed: Mapping[str, str] | None = None,
    hours: HoursForm | None = None,
) -> Template:
    """The page of a unit, with what was refused and what was typed."""
    language, texts = language_of(request), site.desk.texts
    with site.desk.store.reading() as session:
        by = officer_in(request, session)
        unit = seen_unit(session, code, by)
        below = [each for each in units.below(session, unit, closed=True) if each.parent_id == unit.id]
        above = [each.name(language) for each in units.chain(session, unit)[:0:-1]]
        held = [(officer.username, officer.name, role) for officer, role in people.appointed_in(session, unit)]
        may_edit = administration.may_edit(by, unit)
        places = administration.places_for(session, unit, by) if may_edit and unit.parent_id else []
        parent = session.get(Unit, unit.parent_id) if unit.parent_id else None
        cases = administration.open_cases(session, unit)
        filled = hours or hours_form(site.desk.deadlines(session).calendar, unit)
    sentences = [said(texts, fault, language) for fault in faults]
    if refused is not None:
        sentences.append(texts.say(refused.reason, language, **refused.values))
    return page(
        request,
        site,
        "staff/administrators/unit.html",
        here=f"/desk/units/{code}",
        status=422 if sentences or (hours is not None and (hours.errors or hours.refused)) else 200,
        unit=unit,
        above=above,
        parent=parent.code if parent is not None else "",
        below=[(each.code, each.name(language), each.kind, each.active) for each in below],
        people=held,
        cases=cases,
        may_edit=may_edit and unit.active,
        is_top=unit.parent_id is None,
        places=[(each.code, each.name(language)) for each in places],
        kinds=[kind for kind, rank in RANK.items() if rank > RANK[unit.kind]],
        hours=filled,
        done=done,
        sentences=sentences,
        typed=typed or {},
    )


def _close_page(
    request: HttpRequest, site: Site, code: str, *, refused: UnitRefused | None = None, reason: str = ""
) -> Template:
    language, texts = language_of(request), site.desk.texts
    with site.desk.store.reading() as session:
        by = officer_in(request, session)
        unit = seen_unit(session, code, by)
        closing = units.below(session, unit)
        cases = administration.open_cases(session, unit)
        above = session.get(Unit, unit.parent_id) if unit.parent_id else None
    return page(
        request,
        site,
        "staff/administrators/unit_close.html",
        here=f"/desk/units/{code}",
        status=422 if refused is not None else 200,
        unit=unit,
        closing=[(each.code, each.name(language)) for each in closing if each is not unit],
        cases=cases,
        above=above.name(language) if above is not None else "",
        reason=reason,
        length=administration.REASON_LENGTH,
        refused=texts.say(refused.reason, language, **refused.values) if refused is not None else "",
    )
