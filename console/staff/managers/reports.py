"""The page of monthly reports: a month and a unit to choose, the report, its PDF, and a second page to publish it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery
from litestar.response import Redirect, Template
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.web.exports import recorded
from console.web.guard import MANAGERS, roles
from console.web.report_views import pdf_response, values_of
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page, see_other
from console.web.typed import words
from desk.audit.exporting import Export
from desk.conversations.model import Conversation
from desk.reports.month import reading, service
from desk.reports.month.counting import counted
from desk.reports.month.figures import MonthFigures
from desk.reports.month.months import Month, month_written, months_until
from desk.reports.month.permissions import ReportRefused, units_of
from desk.units.model import Unit
from desk.working_time.hours import local_day

PATH = "/desk/reports"


@dataclass(frozen=True)
class Chosen:
    """A month and a unit that the officer may read, and those that they can choose from."""

    month: Month
    unit: Unit
    months: list[Month]
    units: list[Unit]

    @property
    def query(self) -> dict[str, str]:
        return {"month": str(self.month), "unit": self.unit.code}


@get("/reports", opt=roles(MANAGERS), sync_to_thread=True)
def reports(request: HttpRequest, site: OfSite, month: FromQuery[str] = "", unit: FromQuery[str] = "") -> Template:
    """The report on a month for a unit; at first that on the last whole month for the officer's topmost unit."""
    language = language_of(request)
    with site.desk.store.reading() as session:
        chosen = _chosen(site, session, request, month, unit)
        read = reading.read(site.desk, session, chosen.month, chosen.unit, language)
        form = _form(chosen, request)
    return page(
        request,
        site,
        "staff/managers/reports.html",
        path=PATH,
        form=form,
        query=chosen.query,
        is_published=read.is_published,
        may_publish=not read.is_published or read.differs,
        public_path=f"/reports/{chosen.month}" if read.is_published and chosen.unit.parent_id is None else "",
        done=request.query_params.get("done", ""),
        **values_of(read.document),
    )


@get("/reports/pdf", opt=roles(MANAGERS), sync_to_thread=True)
def report_as_pdf(
    request: HttpRequest, site: OfSite, month: FromQuery[str] = "", unit: FromQuery[str] = ""
) -> Response[bytes]:
    """The same report as a file."""
    with site.desk.store.reading() as session:
        chosen = _chosen(site, session, request, month, unit)
        read = reading.read(site.desk, session, chosen.month, chosen.unit, language_of(request))
    file = pdf_response(site, read.document, f"report-{chosen.month}-{chosen.unit.code}")
    subject = f"{chosen.month} {chosen.unit.code}"
    return recorded(request, site, Export.MONTH_REPORT, file, "pdf", subject=subject)


@get("/reports/publish", opt=roles(MANAGERS), sync_to_thread=True)
def publish_page(request: HttpRequest, site: OfSite, month: FromQuery[str] = "", unit: FromQuery[str] = "") -> Template:
    """What publishing means, asked before it is done; of the department, with the public version to look at."""
    return _publish_page(request, site, month, unit)


@post("/reports/publish", opt=roles(MANAGERS), sync_to_thread=True)
def publish(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    """Keep the report as it is counted now."""
    month, unit, reason = (words(data, name) for name in ("month", "unit", "reason"))
    with site.desk.store.reading() as session:
        chosen = _chosen(site, session, request, month, unit)
        figures = counted(site.desk, session, chosen.month, chosen.unit)
    try:
        with site.desk.store.writing() as session:
            service.publish(site.desk, session, figures, officer_in(request, session), reason=reason)
    except ReportRefused as refused:
        return _publish_page(request, site, month, unit, reason, refused)
    return see_other(f"{PATH}?month={chosen.month}&unit={chosen.unit.code}&done=published")


def _publish_page(
    request: HttpRequest,
    site: Site,
    month: str,
    unit: str,
    reason: str = "",
    refused: ReportRefused | None = None,
) -> Template:
    language = language_of(request)
    with site.desk.store.reading() as session:
        chosen = _chosen(site, session, request, month, unit)
        figures = counted(site.desk, session, chosen.month, chosen.unit)
        before = service.newest(session, chosen.month, chosen.unit)
        public = _public(site, session, chosen, figures, request)
        refused = refused or _refused(site, figures)
    errors = {refused.field: refused.in_words(site.desk.texts, language)} if refused is not None else {}
    return page(
        request,
        site,
        "staff/managers/report_publish.html",
        status=409 if request.method == "POST" and errors else 200,
        path=PATH,
        here=PATH,
        query=chosen.query,
        month=chosen.month.named(language),
        unit=chosen.unit.name(language),
        edition=before.report.edition + 1 if before else 1,
        reason=reason,
        errors=errors,
        is_possible=refused is None or bool(refused.field),
        public=public,
    )


def _refused(site: Site, figures: MonthFigures) -> ReportRefused | None:
    """Why it cannot be published at all now."""
    try:
        service.must_be_publishable(site.desk, figures)
    except ReportRefused as refused:
        return refused
    return None


def _public(
    site: Site, session: Session, chosen: Chosen, figures: MonthFigures, request: HttpRequest
) -> dict[str, Any] | None:
    """The public version of the department's report, to be looked at first."""
    if not figures.is_department:
        return None
    language = language_of(request)
    return values_of(reading.public_draft(site.desk, session, chosen.month, chosen.unit, language))


def _chosen(site: Site, session: Session, request: HttpRequest, month: str, code: str) -> Chosen:
    """What is asked for; raises NotFoundException for a unit outside, and for a month in which nothing can be."""
    units = units_of(session, officer_in(request, session))
    first = session.scalar(select(func.min(Conversation.started_at)))
    today = site.desk.today()
    months = months_until(local_day(first) if first is not None else today, today)
    unit = next((each for each in units if each.code == code or not code), None)
    meant = month_written(month) if month else (months[1] if len(months) > 1 else months[0])
    if unit is None or meant is None or meant > months[0]:
        raise NotFoundException
    return Chosen(meant, unit, months, units)


def _form(chosen: Chosen, request: HttpRequest) -> dict[str, Any]:
    language = language_of(request)
    months = chosen.months if chosen.month in chosen.months else [*chosen.months, chosen.month]
    return {
        "month": str(chosen.month),
        "months": [(str(each), each.named(language)) for each in months],
        "unit": chosen.unit.code,
        "units": [(each.code, each.name(language)) for each in chosen.units],
    }
