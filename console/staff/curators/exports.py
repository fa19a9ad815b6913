"""Taking guidance out as a file that can be brought in again."""

from __future__ import annotations

import datetime as dt

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery
from litestar.response import Template

from console.staff.curators import guidance_views
from console.web.guard import READERS_OF_GUIDANCE, roles
from console.web.site import HttpRequest, OfSite, Site, language_of, officer_in, page
from desk.exports.records import ENDINGS, FORMATS, ExportRefused, export, records_on

_TYPES = {
    "jsonl": "application/jsonl",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "yaml": "application/zip",
}


@get("/guidance/export", opt=roles(READERS_OF_GUIDANCE), sync_to_thread=True)
def export_page(request: HttpRequest, site: OfSite) -> Template:
    """Where a day and a format are chosen."""
    return _page(request, site, site.desk.today().isoformat())


@get("/guidance/export/file", opt=roles(READERS_OF_GUIDANCE), sync_to_thread=True)
def export_file(
    request: HttpRequest, site: OfSite, format: FromQuery[str] = "jsonl", day: FromQuery[str] = ""
) -> Response[bytes] | Template:
    """The guidance that holds on a day, in one file."""
    wanted = next((known for known in FORMATS if known == format), None)
    if wanted is None:
        raise NotFoundException
    language = language_of(request)
    try:
        chosen = dt.date.fromisoformat(day) if day else site.desk.today()
    except ValueError:
        return _page(request, site, day, wanted, error=site.desk.texts.say("page.exports.bad_day", language))
    with site.desk.store.reading() as session:
        found = records_on(session, chosen)
    try:
        made = export(found, wanted, site.desk.texts, language)
    except ExportRefused as refused:
        values = {"entry": refused.entry, "column": refused.column}
        said = site.desk.texts.say("imports.refused.too_long_for_a_cell", language, **values)
        return _page(request, site, day, wanted, refused=said)
    name = f"guidance-{chosen.isoformat()}.{ENDINGS[wanted]}"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(made, media_type=_TYPES[wanted], headers=headers)


def _page(
    request: HttpRequest, site: Site, day: str, chosen: str = "xlsx", *, error: str = "", refused: str = ""
) -> Template:
    with site.desk.store.reading() as session:
        counts = guidance_views.counts(session, officer_in(request, session))
        today = site.desk.today()
        count = len(records_on(session, today))
    return page(
        request,
        site,
        "staff/curators/export.html",
        status=422 if error or refused else 200,
        here="/desk/guidance/export",
        counts=counts,
        day=day,
        today=today,
        count=count,
        formats=FORMATS,
        chosen=chosen,
        error=error,
        refused=refused,
    )
