"""The public pages of receipts: a field for a code, and what was answered under it."""

from __future__ import annotations

from litestar import get
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from console.enterprise import who
from console.web.limiting import source_of
from console.web.receipt_views import values_of
from console.web.site import HttpRequest, OfSite, Site, language_of, page, see_other
from desk.receipts import codes
from desk.receipts import service as receipts
from desk.receipts.service import ReceiptRefused

#: Characters of a code that are read, with whatever stands between them.
LENGTH = 40
_STATUS = {receipts.UNKNOWN: 404, "receipt.too_many": 429}


@get("/receipt", sync_to_thread=True)
def receipt_form(request: HttpRequest, site: OfSite, code: FromQuery[str] = "") -> Template | Redirect:
    """The field for a code; what was typed goes on to the page of its receipt."""
    typed = code.strip()[:LENGTH]
    if not typed:
        return _form(request, site)
    try:
        known = receipts.typed_code(typed)
    except ReceiptRefused as refused:
        return _form(request, site, typed, refused.reason)
    return see_other(f"/receipt/{codes.grouped(known)}")


@get("/receipt/{code:str}", sync_to_thread=True)
def receipt_page(request: HttpRequest, site: OfSite, code: FromPath[str]) -> Template:
    """What was answered under a code, to be read and printed; the question as it was typed only to who asked it."""
    typed, language = code[:LENGTH], language_of(request)
    there, source = who.who_is(request, site), f"web:{source_of(request)}"
    try:
        with site.desk.store.reading() as session:
            given = receipts.for_person(site.desk, session, typed, who.person_of(session, there), source)
    except ReceiptRefused as refused:
        if refused.reason == receipts.UNKNOWN:
            with site.desk.store.writing() as session:
                receipts.note_miss(session, source, site.desk.now())
        return _form(request, site, typed, refused.reason)
    return page(request, site, "enterprise/receipt.html", here="/receipt", **values_of(site.desk, given, language))


def _form(request: HttpRequest, site: Site, typed: str = "", refused: str = "") -> Template:
    status = _STATUS.get(refused, 422) if refused else 200
    return page(
        request, site, "enterprise/receipt_form.html", status=status, here="/receipt", typed=typed, refused=refused
    )
