"""What no browser sends and no database keeps is refused at the door: the character NUL in an address or a form.

PostgreSQL would refuse it in the midst of a page, which then would say that the store is down.
"""

from __future__ import annotations

from litestar.exceptions import HTTPException

from console.web.site import HttpRequest, path_of
from desk.storable import is_storable

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


async def refuse_what_nobody_types(request: HttpRequest) -> None:
    """Raises HTTPException: 404 for an address that cannot be ours, 400 for what cannot be a field."""
    if not is_storable(path_of(request)):
        raise HTTPException(status_code=404, detail="no address of ours")
    typed = [*request.query_params.multi_items(), *request.path_params.items()]
    if request.method != "GET" and request.content_type[0] in _FORMS and not _reads_its_own_body(request):
        typed += (await request.form()).multi_items()
    for name, value in typed:
        if not (is_storable(name) and (not isinstance(value, str) or is_storable(value))):
            raise HTTPException(status_code=400, detail="no text")


def _reads_its_own_body(request: HttpRequest) -> bool:
    """Whether the handler wants the body as it came; of every other form the token has been looked for by now."""
    return bool(request.route_handler.opt.get("exclude_from_csrf"))
