"""Writing a consultation: a draft rule in plain words in both languages, what is asked, and who is told."""

from __future__ import annotations

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from console.staff.consultations import form
from console.staff.consultations.access import PATH, errors_of, known
from console.web.guard import MANAGERS, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page, see_other
from desk.consultations import plan as plans
from desk.consultations import service
from desk.consultations.model import ConsultationState
from desk.consultations.permissions import ConsultationRefused
from desk.questionnaires.permissions import units_led
from desk.subscriptions.service import TOPICS
from desk.units import service as units


@get("/consultations/new", opt=roles(MANAGERS), sync_to_thread=True)
def new_page(request: HttpRequest, site: OfSite) -> Template:
    """The empty form, and the units for which the officer may ask."""
    return _new(request, site, {})


@post("/consultations/new", opt=roles(MANAGERS), status_code=200, sync_to_thread=True)
def make(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    """Keep a draft, or show more rows."""
    if data.get("act") == "more":
        return _new(request, site, data, more=True)
    try:
        with site.desk.store.writing() as session:
            unit = units.by_code(session, data.get("unit", ""))
            if unit is None:
                raise ConsultationRefused("consultation.refused.unit", "unit")
            officer = officer_in(request, session)
            made = service.make(site.desk, session, unit, form.plan_in(data), officer).id
    except ConsultationRefused as refused:
        return _new(request, site, data, refused)
    return see_other(f"{PATH}/{made}?done=made")


@get("/consultations/{consultation:str}/edit", opt=roles(MANAGERS, of="consultation"), sync_to_thread=True)
def edit_page(request: HttpRequest, site: OfSite, consultation: FromPath[str]) -> Template | Redirect:
    """The form of a draft."""
    with site.desk.store.reading() as session:
        found, _ = known(request, session, consultation)
        if found.state != ConsultationState.DRAFT:
            return see_other(f"{PATH}/{consultation}")
        fields = form.of_plan(plans.plan_of(found))
    return _edit(request, site, consultation, fields)


@post(
    "/consultations/{consultation:str}/edit",
    status_code=200,
    opt=roles(MANAGERS, of="consultation"),
    sync_to_thread=True,
)
def edit(request: HttpRequest, site: OfSite, consultation: FromPath[str], data: Form) -> Template | Redirect:
    """Save, or show more rows."""
    with site.desk.store.reading() as session:
        known(request, session, consultation)
    if data.get("act") == "more":
        return _edit(request, site, consultation, data, more=True)
    try:
        with site.desk.store.writing() as session:
            found, officer = known(request, session, consultation, to_change=True)
            service.edit(site.desk, session, found, form.plan_in(data), officer)
    except ConsultationRefused as refused:
        return _edit(request, site, consultation, data, refused)
    return see_other(f"{PATH}/{consultation}?done=saved")


def _new(
    request: HttpRequest,
    site: Site,
    fields: form.Fields,
    refused: ConsultationRefused | None = None,
    *,
    more: bool = False,
) -> Template:
    language = language_of(request)
    with site.desk.store.reading() as session:
        led = units_led(officer_in(request, session))
        choice = [(below.code, below.name(language)) for unit in led for below in units.below(session, unit)]
    if not choice:
        raise NotFoundException
    fields = {"unit": choice[0][0], **fields}
    return _form(request, site, fields, refused, path=f"{PATH}/new", back=PATH, choice=choice, more=more)


def _edit(
    request: HttpRequest,
    site: Site,
    consultation: str,
    fields: form.Fields,
    refused: ConsultationRefused | None = None,
    *,
    more: bool = False,
) -> Template:
    back = f"{PATH}/{consultation}"
    return _form(request, site, fields, refused, path=f"{back}/edit", back=back, choice=[], more=more)


def _form(
    request: HttpRequest,
    site: Site,
    fields: form.Fields,
    refused: ConsultationRefused | None,
    *,
    path: str,
    back: str,
    choice: list[tuple[str, str]],
    more: bool,
) -> Template:
    errors = errors_of(request, site, refused)
    return page(
        request,
        site,
        "staff/consultations/edit.html",
        status=(409 if "" in errors else 422) if errors else 200,
        here=path,
        path=path,
        back=back,
        units=choice,
        fields=fields,
        rows=form.rows(fields, more=more),
        most=plans.MOST_QUESTIONS,
        topics=TOPICS,
        errors=errors,
        lengths={"title": plans.TITLE_LENGTH, "summary": plans.TEXT_LENGTH, "changes": plans.TEXT_LENGTH},
        question_length=plans.QUESTION_LENGTH,
        reference_length=plans.REFERENCE_LENGTH,
    )
