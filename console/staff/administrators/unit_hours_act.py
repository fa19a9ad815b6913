"""Setting the hours of a unit."""

from __future__ import annotations

import dataclasses

from litestar import post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from console.staff.administrators.access import seen_unit
from console.staff.administrators.unit import show_unit
from console.staff.administrators.unit_hours import filled_in_hours
from console.web.guard import ADMINISTRATORS, roles
from console.web.site import Form, HttpRequest, OfSite, officer_in, see_other
from desk.working_time import service as working_time
from desk.working_time.week import BadCalendar


@post("/units/{code:str}/hours", opt=roles(ADMINISTRATORS, of="unit"), sync_to_thread=True)
def set_hours(request: HttpRequest, site: OfSite, code: FromPath[str], data: Form) -> Template | Redirect:
    """Give the unit hours of its own, or the authority's again."""
    hours, filled = filled_in_hours(data)
    is_own = data.get("whose") == "own"
    with site.desk.store.reading() as session:
        seen_unit(session, code, officer_in(request, session))
    if is_own and filled.errors:
        return show_unit(request, site, code, hours=filled)
    try:
        with site.desk.store.writing() as session:
            by = officer_in(request, session)
            unit, calendar = seen_unit(session, code, by), site.desk.deadlines(session).calendar
            working_time.set_hours(session, calendar, unit, hours if is_own else None, by=by, at=site.desk.now())
    except BadCalendar:
        return show_unit(request, site, code, hours=dataclasses.replace(filled, refused="page.units.hours_never"))
    return see_other(f"/desk/units/{code}?done=hours")
