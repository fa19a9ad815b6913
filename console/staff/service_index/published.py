"""Publishing the service index: the page on which it is looked at first, what was published, and what differs since."""

from __future__ import annotations

from typing import Any

from litestar import get, post
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from console.staff.service_index import views
from console.web import service_index_views as shown_as
from console.web.guard import PUBLISHERS, READERS_OF_FIGURES, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page, see_other
from console.web.typed import whole_number, words
from desk.figures import scope as scopes
from desk.guidance.record import Language
from desk.paging import Page
from desk.service_index import permissions, publishing
from desk.service_index.deductions import LENGTH
from desk.service_index.model import PUBLISHED_KINDS, PublishedIndex
from desk.service_index.permissions import IndexRefused
from desk.service_index.tables import Tables
from desk.service_index.words import Words

PUBLISHED = f"{views.PATH}/published"


@get("/service-index/publish", opt=roles(PUBLISHERS, of="publication"), sync_to_thread=True)
def publish_page(request: HttpRequest, site: OfSite) -> Template:
    """What would be published, as everybody would read it."""
    return _publish_page(request, site)


@post("/service-index/publish", opt=roles(PUBLISHERS, of="publication"), sync_to_thread=True)
def publish(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    """Publish it."""
    fields = {name: words(data, name) for name in ("period", "kind", "reason")}
    span = views.span_in(site, fields)
    try:
        with site.desk.store.writing() as session:
            officer = officer_in(request, session)
            made = publishing.publish(site.desk, session, span, fields["kind"], officer, reason=fields["reason"]).id
    except IndexRefused as refused:
        return _publish_page(request, site, fields, refused)
    return see_other(f"{PUBLISHED}/{made}?done=published")


@get("/service-index/published", opt=roles(READERS_OF_FIGURES), sync_to_thread=True)
def published_list(
    request: HttpRequest, site: OfSite, after: FromQuery[str | None] = None, before: FromQuery[str | None] = None
) -> Template:
    """All that was published, the newest first, every edition."""
    language = language_of(request)
    with site.desk.store.reading() as session:
        found = publishing.listed(session, limit=shown_as.LISTED, after=after or None, before=before or None)
        rows = [_listed(each, language) for each in found.rows]
    beside = Page(rows, found.before, found.after)
    return page(request, site, "staff/service_index/published.html", rows=rows, beside=beside, path=PUBLISHED)


@get("/service-index/published/{index:str}", opt=roles(READERS_OF_FIGURES, of="published_index"), sync_to_thread=True)
def published_one(request: HttpRequest, site: OfSite, index: FromPath[str], done: FromQuery[str] = "") -> Template:
    """One as it was published, and the points that are others when it is counted again."""
    desk, language = site.desk, language_of(request)
    with desk.store.reading() as session:
        kept = publishing.by_id(session, whole_number(index))
        if kept is None:
            raise NotFoundException
        sees_all = scopes.of_officer(officer_in(request, session)).is_everything
        parts = publishing.as_published(kept)
        department, of_units = (Tables(each, desk.texts, language, public=not sees_all) for each in parts)
        kept_as, public = _listed(kept, language), f"/service-index/{kept.id}"
        differs = publishing.recounted(desk, session, kept) if sees_all else []
        is_newest = publishing.is_newest(session, kept)
    told = Words(desk.texts, language)
    return page(
        request,
        site,
        "staff/service_index/published_one.html",
        kept=kept_as,
        public=public,
        is_newest=is_newest,
        sees_all=sees_all,
        differs=[(each.unit.name(language), told.points(each.published), told.points(each.now)) for each in differs],
        department=[shown_as.row_of(department, row) for row in department.index.rows],
        done="published" if done == "published" else "",
        **shown_as.shown(of_units),
    )


def _listed(kept: PublishedIndex, language: Language) -> dict[str, Any]:
    return {
        "id": kept.id,
        "period": shown_as.capitalized(publishing.span_of(kept).in_words(language)),
        "kind": kept.kind,
        "edition": kept.edition,
        "reason": kept.reason or "",
        "by": kept.published_by.name,
        "at": kept.published_at,
        "version": kept.criteria_hash[:12],
    }


def _publish_page(
    request: HttpRequest, site: Site, fields: dict[str, str] | None = None, refused: IndexRefused | None = None
) -> Template:
    desk, language = site.desk, language_of(request)
    asked = fields or dict(request.query_params)
    span, kind = views.span_in(site, asked), asked.get("kind") or PUBLISHED_KINDS[0].value
    shown: dict[str, Any] = {"rows": None}
    department: list[dict[str, Any]] = []
    nothing = refused
    with desk.store.reading() as session:
        if not permissions.may_publish(session, officer_in(request, session)):
            raise PermissionDeniedException("only a manager of the department publishes")
        newest = publishing.newest_of(session, span, kind)
        edition = newest.edition + 1 if newest is not None else 1
        try:
            whole, of_units = publishing.prospect(desk, session, span, kind)
            shown = shown_as.shown(Tables(of_units, desk.texts, language, public=True))
            department = [shown_as.row_of(Tables(whole, desk.texts, language, public=True), row) for row in whole.rows]
        except IndexRefused as found:
            nothing = refused or found
    return page(
        request,
        site,
        "staff/service_index/publish.html",
        status=409 if refused else 200,
        here=f"{views.PATH}/publish",
        span=span.name,
        period_in_words=shown_as.capitalized(span.in_words(language)),
        kind=kind,
        kinds=[(each.value, desk.texts.say(f"service_index.kind.{each}", language)) for each in PUBLISHED_KINDS],
        department=department,
        edition=edition,
        reason=(fields or {}).get("reason", ""),
        length=LENGTH,
        **views.refusal(site, nothing, language),
        **shown,
    )
