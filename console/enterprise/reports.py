"""The public pages of monthly reports: those that were published, without people and small numbers, and their PDFs."""

from __future__ import annotations

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from console.web.report_views import pdf_response, values_of
from console.web.site import HttpRequest, OfSite, Site, language_of, page
from desk.guidance.record import Language
from desk.reports.month import reading, service
from desk.reports.month.document import Document
from desk.reports.month.months import month_written

PATH = "/reports"
LISTED = 24


@get(PATH, sync_to_thread=True)
def published_reports(
    request: HttpRequest, site: OfSite, after: FromQuery[str | None] = None, before: FromQuery[str | None] = None
) -> Template:
    """The months that were published, the newest first."""
    language = language_of(request)
    with site.desk.store.reading() as session:
        listed = service.published_months(session, limit=LISTED, after=after, before=before)
    months = [(each.month, found.named(language)) for each in listed.rows if (found := month_written(each.month))]
    return page(request, site, "enterprise/reports.html", path=PATH, listed=listed, months=months)


@get(f"{PATH}/{{month:str}}", sync_to_thread=True)
def published_report(request: HttpRequest, site: OfSite, month: FromPath[str]) -> Template:
    """A month's report as everybody may read it."""
    document = _document(site, month, language_of(request))
    return page(request, site, "enterprise/report.html", path=PATH, month=month, **values_of(document))


@get(f"{PATH}/{{month:str}}/pdf", sync_to_thread=True)
def published_report_as_pdf(request: HttpRequest, site: OfSite, month: FromPath[str]) -> Response[bytes]:
    """The same as a file."""
    document = _document(site, month, language_of(request))
    return pdf_response(site, document, f"report-{document.month}")


def _document(site: Site, written: str, language: Language) -> Document:
    """The public version; raises NotFoundException for a month that was not published."""
    month = month_written(written)
    if month is None:
        raise NotFoundException
    with site.desk.store.reading() as session:
        document = reading.for_the_public(site.desk, session, month, language)
    if document is None:
        raise NotFoundException
    return document
