"""Taking up again what people sent and the desk could not work on, from the page of the system."""

from __future__ import annotations

from litestar import post
from litestar.exceptions import NotFoundException
from litestar.response import Redirect, Template

from console.staff.administrators import system
from console.web.guard import ADMINISTRATORS, roles
from console.web.site import Form, HttpRequest, OfSite, officer_in, see_other
from console.web.typed import whole_number
from desk.system import set_aside
from desk.system.set_aside import NotTakenUp


@post("/system/take-up", opt=roles(ADMINISTRATORS), sync_to_thread=True)
def take_up(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    """Have an update that was set aside worked on once more."""
    wanted = whole_number(data.get("update"))
    if not wanted:
        raise NotFoundException
    try:
        with site.desk.store.writing() as session:
            set_aside.take_up(site.desk, session, wanted, officer_in(request, session))
    except NotTakenUp as refused:
        return system.shown(request, site, refused=refused.reason)
    return see_other(f"{system.PATH}?done=taken_up")
