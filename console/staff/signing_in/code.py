"""The second step of signing in: a code of the authenticator app, or a recovery code."""

from __future__ import annotations

from litestar import get, post
from litestar.response import Redirect, Template

from console.staff.signing_in.sign_in import comes_in, told_of
from console.web.browsers import browser_of
from console.web.guard import ANYBODY, roles
from console.web.limiting import few_attempts
from console.web.site import Form, HttpRequest, OfSite, Site, local_path, page, see_other
from desk.people import sign_in


@get("/sign-in/code", opt=roles(ANYBODY), sync_to_thread=True)
def code_page(request: HttpRequest, site: OfSite) -> Template | Redirect:
    """Ask for the code where one is awaited from this browser."""
    if not _is_awaited(request, site):
        return see_other("/desk/sign-in?told=too_late")
    return _page(request, site, way_back=local_path(request.query_params.get("next", ""), "/desk/"))


@post("/sign-in/code", opt=roles(ANYBODY), sync_to_thread=True, guards=[few_attempts])
def give_code(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    """Begin the session; a wrong code counts like a wrong password."""
    way_back = local_path(data.get("next", ""), "/desk/")
    waiting = _waiting(request, site)
    with site.desk.store.writing() as session:
        token = sign_in.with_code(
            session,
            waiting,
            data.get("code", ""),
            site.signing_in.seal,
            site.desk.now(),
            browser=browser_of(request),
            known=site.sent_cookie(request, "known"),
        )
    if token is not None:
        return comes_in(request, site, token, way_back)
    told_of(request, "a code")
    if not _is_awaited(request, site):
        return see_other("/desk/sign-in?told=too_late")
    return _page(request, site, status=401, way_back=way_back, refused=True)


def _waiting(request: HttpRequest, site: Site) -> str:
    """The token of the sign-in that is half done."""
    return site.sent_cookie(request, "code")


def _is_awaited(request: HttpRequest, site: Site) -> bool:
    with site.desk.store.reading() as session:
        return sign_in.is_awaited(session, _waiting(request, site), site.desk.now())


def _page(request: HttpRequest, site: Site, *, status: int = 200, way_back: str, refused: bool = False) -> Template:
    return page(request, site, "staff/signing_in/code.html", status=status, way_back=way_back, refused=refused)
