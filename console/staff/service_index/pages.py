"""The pages of the service index: the units that somebody sees, one unit with its deductions, and both as files."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Template
from sqlalchemy.orm import Session

from console.staff.service_index import views
from console.web import service_index_views as words
from console.web.exports import export, recorded
from console.web.guard import READERS_OF_FIGURES, roles
from console.web.site import HttpRequest, OfSite, Site, language_of, officer_in, page
from desk.audit.exporting import Export
from desk.figures import scope as scopes
from desk.paging import Page
from desk.people.model import Officer
from desk.service_index import deductions, permissions
from desk.service_index.deductions import LENGTH
from desk.service_index.index import index_of, index_of_unit
from desk.service_index.permissions import IndexRefused
from desk.service_index.tables import Tables
from desk.units.model import Unit

DONE = ("deducted", "taken_back", "objected", "answered")


@get("/service-index", opt=roles(READERS_OF_FIGURES), sync_to_thread=True)
def service_index(request: HttpRequest, site: OfSite) -> Template:
    """The index of the units of a kind that the officer sees, or what is wrong with the months that were typed."""
    chosen, language = views.chosen_in(site, request.query_params), language_of(request)
    shown: dict[str, Any] = {"rows": None}
    with site.desk.store.reading() as session:
        officer = officer_in(request, session)
        scope = scopes.of_officer(officer)
        kind = views.kind_of(session, scope, chosen.kind)
        if chosen.span is not None:
            found = index_of(site.desk, session, chosen.span, scope, kind)
            shown = words.shown(Tables(found, site.desk.texts, language))
        form = views.form_of(site, session, officer, chosen, kind, language)
        may_publish = permissions.may_publish(session, officer)
    errors = {name: site.desk.texts.say(text, language) for name, text in chosen.errors.items()}
    return page(
        request,
        site,
        "staff/service_index/list.html",
        status=422 if errors else 200,
        errors=errors,
        form=form,
        query=chosen.query | {"kind": kind},
        path=views.PATH,
        may_publish=may_publish,
        **shown,
    )


@get("/service-index/export.csv", opt=roles(READERS_OF_FIGURES), sync_to_thread=True)
def service_index_as_csv(request: HttpRequest, site: OfSite, table: FromQuery[str] = "") -> Response[bytes]:
    """The tables of the page as a file."""
    return _export(request, site, table, "csv")


@get("/service-index/export.xlsx", opt=roles(READERS_OF_FIGURES), sync_to_thread=True)
def service_index_as_xlsx(request: HttpRequest, site: OfSite, table: FromQuery[str] = "") -> Response[bytes]:
    """The same as a workbook."""
    return _export(request, site, table, "xlsx")


@get("/service-index/units/{code:str}", opt=roles(READERS_OF_FIGURES, of="unit"), sync_to_thread=True)
def service_index_of_unit(
    request: HttpRequest,
    site: OfSite,
    code: FromPath[str],
    done: FromQuery[str] = "",
    after: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
) -> Template:
    """What each criterion gave a unit and took from it, with the deductions by hand."""
    return unit_page(request, site, code, done=done if done in DONE else "", after=after or None, before=before or None)


@get("/service-index/units/{code:str}/export.csv", opt=roles(READERS_OF_FIGURES, of="unit"), sync_to_thread=True)
def unit_as_csv(request: HttpRequest, site: OfSite, code: FromPath[str]) -> Response[bytes]:
    """The criteria of a unit as a file."""
    return _export_unit(request, site, code, "csv")


@get("/service-index/units/{code:str}/export.xlsx", opt=roles(READERS_OF_FIGURES, of="unit"), sync_to_thread=True)
def unit_as_xlsx(request: HttpRequest, site: OfSite, code: FromPath[str]) -> Response[bytes]:
    """The same as a workbook."""
    return _export_unit(request, site, code, "xlsx")


def unit_page(
    request: HttpRequest,
    site: Site,
    code: str,
    *,
    done: str = "",
    after: str | None = None,
    before: str | None = None,
    refused: IndexRefused | None = None,
    act: str = "",
    typed: dict[str, str] | None = None,
) -> Template:
    """The page of a unit; after a refusal with what was typed in the form of ``act``."""
    desk, language = site.desk, language_of(request)
    span = views.span_in(site, request.query_params)
    with desk.store.reading() as session:
        officer = officer_in(request, session)
        unit = unit_seen(session, officer, code)
        tables = Tables(index_of_unit(desk, session, span, unit), desk.texts, language)
        row = tables.index.of(code)
        by_hand = deductions.listed(session, unit, span, limit=words.LISTED, after=after, before=before)
        listed = [views.deduction_of(tables.words, session, officer, each) for each in by_hand.rows]
        may_deduct = permissions.may_deduct(session, officer, unit)
        kind, name = unit.kind, unit.name(language)
        form = views.form_of(site, session, officer, views.chosen_in(site, request.query_params), kind, language)
    return page(
        request,
        site,
        "staff/service_index/unit.html",
        status=409 if refused else 200,
        here=f"{views.PATH}/units/{code}",
        path=f"{views.PATH}/units/{code}",
        code=code,
        unit_name=name,
        kind=kind,
        form=form,
        unit=words.row_of(tables, row) if row is not None else None,
        plot_of_unit=words.plot_of_unit(tables, row) if row is not None else None,
        table=tables.criteria(),
        query={"period": span.name},
        deductions=listed,
        beside=Page(listed, by_hand.before, by_hand.after),
        may_deduct=may_deduct,
        at_once=desk.rules.service_index.by_hand_at_once,
        length=LENGTH,
        today=desk.today().isoformat(),
        done=done,
        act_refused=act,
        typed=typed or {},
        **views.refusal(site, refused, language),
        **{key: value for key, value in words.shown(tables).items() if key in _OF_A_UNIT},
    )


_OF_A_UNIT = ("period", "period_before", "note", "version", "most_by_hand", "is_over")


def unit_seen(session: Session, officer: Officer, code: str) -> Unit:
    """A unit within what the officer sees; raises NotFoundException for any other."""
    found = scopes.narrowed(session, scopes.of_officer(officer), code)
    if found is None:
        raise NotFoundException
    return found.units[0]


def _export(request: HttpRequest, site: Site, table: str, format: str) -> Response[bytes]:
    chosen, language = views.chosen_in(site, request.query_params), language_of(request)
    span = views.span_in(site, request.query_params)
    with site.desk.store.reading() as session:
        scope = scopes.of_officer(officer_in(request, session))
        kind = views.kind_of(session, scope, chosen.kind)
        tables = Tables(index_of(site.desk, session, span, scope, kind), site.desk.texts, language).both()
    wanted = [each for each in tables if table in ("", each.name)]
    if not wanted:
        raise NotFoundException
    file = export(site, wanted, format, name=f"service-index-{span.name}-{kind}", language=language)
    return recorded(request, site, Export.SERVICE_INDEX, file, format, subject=f"{span.name} {kind}")


def _export_unit(request: HttpRequest, site: Site, code: str, format: str) -> Response[bytes]:
    language, span = language_of(request), views.span_in(site, request.query_params)
    with site.desk.store.reading() as session:
        unit = unit_seen(session, officer_in(request, session), code)
        tables = Tables(index_of_unit(site.desk, session, span, unit), site.desk.texts, language)
    file = export(site, [tables.criteria()], format, name=f"service-index-{span.name}-{code}", language=language)
    return recorded(request, site, Export.SERVICE_INDEX, file, format, subject=f"{span.name} {code}")
