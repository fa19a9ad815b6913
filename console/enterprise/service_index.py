"""The public pages of the service index: what was published, one index with its reasons, and its tables as files."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Template
from sqlalchemy.orm import Session

from console.web import service_index_views as views
from console.web.exports import export
from console.web.site import HttpRequest, OfSite, Site, language_of, page
from console.web.typed import whole_number
from desk.guidance.record import Language
from desk.paging import Page
from desk.service_index import publishing
from desk.service_index.model import PublishedIndex
from desk.service_index.tables import Tables

PATH = "/service-index"


@get(PATH, sync_to_thread=True)
def public_indexes(
    request: HttpRequest, site: OfSite, after: FromQuery[str | None] = None, before: FromQuery[str | None] = None
) -> Template:
    """What was published, the newest first, of each the last edition."""
    language = language_of(request)
    with site.desk.store.reading() as session:
        found = publishing.listed(
            session, limit=views.LISTED, after=after or None, before=before or None, newest_only=True
        )
        rows = [(each.id, _period(each, language), each.kind, each.published_at) for each in found.rows]
    beside = Page(rows, found.before, found.after)
    return page(request, site, "enterprise/service_indexes.html", rows=rows, beside=beside, path=PATH)


@get("/service-index/{index:str}", sync_to_thread=True)
def public_index(request: HttpRequest, site: OfSite, index: FromPath[str]) -> Template:
    """One index: units in their order, what was deducted and why, without people and without small numbers."""
    language = language_of(request)
    with site.desk.store.reading() as session:
        kept = _known(session, index)
        department, of_units = _tables(site, kept, language)
        newest = publishing.newest_of(session, publishing.span_of(kept), kept.kind)
        replaced_by = newest.id if newest is not None and newest.id != kept.id else 0
        values: dict[str, Any] = {"kind": kept.kind, "published_at": kept.published_at, "edition": kept.edition}
    return page(
        request,
        site,
        "enterprise/service_index.html",
        path=f"{PATH}/{whole_number(index)}",
        replaced_by=replaced_by,
        department=[views.row_of(department, row) for row in department.index.rows],
        **values,
        **views.shown(of_units),
    )


@get("/service-index/{index:str}/export.csv", sync_to_thread=True)
def public_index_as_csv(request: HttpRequest, site: OfSite, index: FromPath[str]) -> Response[bytes]:
    """Its tables as a file."""
    return _export(request, site, index, "csv")


@get("/service-index/{index:str}/export.xlsx", sync_to_thread=True)
def public_index_as_xlsx(request: HttpRequest, site: OfSite, index: FromPath[str]) -> Response[bytes]:
    """The same as a workbook."""
    return _export(request, site, index, "xlsx")


def _export(request: HttpRequest, site: Site, index: str, format: str) -> Response[bytes]:
    language = language_of(request)
    with site.desk.store.reading() as session:
        kept = _known(session, index)
        _, of_units = _tables(site, kept, language)
        name = f"service-index-{publishing.span_of(kept).name}-{kept.kind}"
    return export(site, of_units.both(), format, name=name, language=language)


def _tables(site: Site, kept: PublishedIndex, language: Language) -> tuple[Tables, Tables]:
    department, of_units = publishing.as_published(kept)
    texts = site.desk.texts
    return Tables(department, texts, language, public=True), Tables(of_units, texts, language, public=True)


def _known(session: Session, index: str) -> PublishedIndex:
    found = publishing.by_id(session, whole_number(index))
    if found is None:
        raise NotFoundException
    return found


def _period(kept: PublishedIndex, language: Language) -> str:
    return views.capitalized(publishing.span_of(kept).in_words(language))
