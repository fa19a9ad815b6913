"""The receipt of an answer for whoever works here, with the question as it was typed."""

from __future__ import annotations

from litestar import get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Template

from console.web.guard import READERS_OF_LAW, roles
from console.web.receipt_views import values_of
from console.web.site import HttpRequest, OfSite, language_of, page
from desk.receipts import service as receipts
from desk.receipts.service import ReceiptRefused


@get("/receipts/{code:str}", opt=roles(READERS_OF_LAW, of="receipt"), sync_to_thread=True)
def staff_receipt(request: HttpRequest, site: OfSite, code: FromPath[str]) -> Template:
    """What was answered under a code; an enterprise tells it on the telephone or at the counter."""
    try:
        with site.desk.store.reading() as session:
            given = receipts.for_staff(site.desk, session, code)
    except ReceiptRefused as refused:
        raise NotFoundException from refused
    values = values_of(site.desk, given, language_of(request))
    return page(request, site, "staff/officers/receipt.html", here="/desk/search", **values)
