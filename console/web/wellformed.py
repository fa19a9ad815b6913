"""What no browser sends and no database keeps is refused at the door.

The character NUL in an address or a form: PostgreSQL would refuse it in the midst of a page, which then would say that
the store is down. A token of a form that is a file or has letters: what compares it would fail over it.
"""

from __future__ import annotations

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException, PermissionDeniedException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from console.web.site import HttpRequest, path_of
from desk.storable import is_storable

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
#: The field of every form that proves that it is one of ours.
TOKEN = "_csrf_token"


async def refuse_what_nobody_types(request: HttpRequest) -> None:
    """Raises HTTPException: 404 for an address that cannot be ours, 400 for what cannot be a field."""
    if not is_storable(path_of(request)):
        raise HTTPException(status_code=404, detail="no address of ours")
    typed = [*request.query_params.multi_items(), *request.path_params.items()]
    if _has_a_form(request):
        typed += (await request.form()).multi_items()
    for name, value in typed:
        if not (is_storable(name) and (not isinstance(value, str) or is_storable(value))):
            raise HTTPException(status_code=400, detail="no text")


class TokensMiddleware(ASGIMiddleware):
    """Before tokens of forms are compared, which takes plain ASCII; what else is given proves nothing."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        request: HttpRequest = Request(scope, receive)
        config = request.app.csrf_config
        if config is not None and request.method not in config.safe_methods:
            given: list[object] = [request.cookies.get(config.cookie_name), request.headers.get(config.header_name)]
            if _has_a_form(request):
                given.append((await request.form()).get(TOKEN))
            if not all(token is None or (isinstance(token, str) and token.isascii()) for token in given):
                await _close(given)
                raise PermissionDeniedException("no token of a form")
        await next_app(scope, receive, send)


async def _close(given: list[object]) -> None:
    for token in given:
        if isinstance(token, UploadFile):
            await token.close()


def _has_a_form(request: HttpRequest) -> bool:
    """Whether there is a form to be read here: some handlers want the body as it came, and look for no token."""
    is_form = request.method != "GET" and request.content_type[0] in _FORMS
    return is_form and not request.route_handler.opt.get("exclude_from_csrf")
