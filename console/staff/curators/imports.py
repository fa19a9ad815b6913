"""Bringing guidance in from a file: choosing it, looking at what it would change, and agreeing to that."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from console.staff.curators import guidance_views, import_views
from console.web.guard import CURATORS, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page, see_other
from console.web.typed import whole_number
from console.web.uploads import UPLOAD_BYTES, Filled, filled_in
from desk.attachments.limits import MEGABYTE
from desk.exports.records import TEMPLATES, about_columns, template
from desk.guidance.permissions import GuidanceRefused
from desk.imports import apart, carrying_out, keeping
from desk.imports.faults import FileRefused
from desk.imports.files import FILE_BYTES, File
from desk.imports.preview import preview
from desk.imports.words import fault_said

HERE = "/desk/guidance/import"
DONE = ("drafted", "submitted")
_TYPES = {"csv": "text/csv; charset=utf-8", "md": "text/markdown; charset=utf-8"}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@get("/guidance/import", opt=roles(CURATORS), sync_to_thread=True)
def import_page(
    request: HttpRequest,
    site: OfSite,
    file: FromQuery[str] = "",
    after: FromQuery[str] = "",
    done: FromQuery[str] = "",
    count: FromQuery[str] = "",
) -> Template:
    """Where a file is chosen, and what the one that was chosen would change."""
    if not file:
        return _page(request, site, done=done if done in DONE else "", count=whole_number(count))
    return _preview(request, site, file, whole_number(after))


@post("/guidance/import", opt=roles(CURATORS), request_max_body_size=UPLOAD_BYTES)
async def upload(request: HttpRequest, site: OfSite) -> Template | Redirect:
    """Keep a file that can be read, and show what it would change; nothing else is kept."""
    return await sync_to_thread(_upload, request, site, await filled_in(request))


@post("/guidance/import/confirm", opt=roles(CURATORS), sync_to_thread=True)
def confirm(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    """Write the drafts, where the file still does what was shown."""
    id, at, submit = data.get("file", ""), site.desk.now(), bool(data.get("submit"))
    with site.desk.store.reading() as session:
        kept = keeping.kept(session, id, officer_in(request, session), "guidance", at)
        file = File(kept.name, kept.data) if kept is not None else None
    if file is None:
        return _page(request, site, refused="imports.refused.gone")
    try:
        given, law = apart.guidance(file), site.desk.instruments
        with site.desk.store.writing() as session:
            officer, seen = officer_in(request, session), data.get("seen", "")
            done = carrying_out.carry_out(session, file, given, officer, law, at, seen=seen, submit=submit)
            keeping.forget(session, id)
    except FileRefused as refused:
        return _page(request, site, faults=_said(request, site, refused))
    except GuidanceRefused as refused:
        said = site.desk.texts.say(refused.reason, language_of(request), **refused.values)
        return _preview(request, site, id, 0, refused=said)
    return see_other(f"{HERE}?done={'submitted' if submit else 'drafted'}&count={len(done.drafts)}")


@get("/guidance/import/template", opt=roles(CURATORS), sync_to_thread=True)
def template_file(request: HttpRequest, site: OfSite, format: FromQuery[str] = "xlsx") -> Response[bytes]:
    """A file to be filled in."""
    wanted = next((known for known in TEMPLATES if known == format), None)
    if wanted is None:
        raise NotFoundException
    return Response(
        template(wanted, site.desk.texts, language_of(request)),
        media_type=_TYPES.get(wanted, _XLSX),
        headers={"content-disposition": f'attachment; filename="guidance.{wanted}"'},
    )


def _upload(request: HttpRequest, site: Site, filled: Filled) -> Template | Redirect:
    if not filled.uploads:
        return _page(request, site, refused="imports.refused.no_file")
    file = File(filled.uploads[0].name, filled.uploads[0].data)
    try:
        apart.guidance(file)
    except FileRefused as refused:
        return _page(request, site, faults=_said(request, site, refused))
    with site.desk.store.writing() as session:
        officer = officer_in(request, session)
        kept = keeping.keep(session, file, officer, "guidance", site.desk.now())
    return see_other(f"{HERE}?file={kept.id}")


def _said(request: HttpRequest, site: Site, refused: FileRefused) -> list[str]:
    return [fault_said(site.desk.texts, fault, language_of(request)) for fault in refused.faults]


def _preview(request: HttpRequest, site: Site, id: str, after: int, *, refused: str = "") -> Template:
    desk, language = site.desk, language_of(request)
    with desk.store.reading() as session:
        kept = keeping.kept(session, id, officer_in(request, session), "guidance", desk.now())
        file, kept_at = (File(kept.name, kept.data), kept.kept_at) if kept is not None else (None, None)
    if file is None or kept_at is None:
        return _page(request, site, refused="imports.refused.gone")
    try:
        given = apart.guidance(file)
    except FileRefused as busy:
        return _page(request, site, faults=_said(request, site, busy))
    with desk.store.reading() as session:
        found = preview(session, given, officer_in(request, session), desk.instruments)
    return _page(
        request,
        site,
        said=refused,
        file=id,
        file_name=file.name,
        until=kept_at + keeping.KEPT_FOR,
        found=found.counts,
        may=found.may_be_carried_out,
        seen=found.fingerprint,
        lines=import_views.lines_of(found, desk.texts, language, after=after),
    )


def _page(
    request: HttpRequest, site: Site, *, refused: str = "", said: str = "", faults: list[str] | None = None, **more: Any
) -> Template:
    desk, language = site.desk, language_of(request)
    with desk.store.reading() as session:
        counts = guidance_views.counts(session, officer_in(request, session))
    return page(
        request,
        site,
        "staff/curators/import.html",
        status=409 if said or refused == "imports.refused.gone" else 422 if refused or faults else 200,
        here=HERE,
        counts=counts,
        refused=desk.texts.say(refused, language) if refused else said,
        faults=faults or [],
        limit=FILE_BYTES // MEGABYTE,
        columns=import_views.columns(about_columns(desk.texts, language)),
        templates=TEMPLATES,
        **{"done": "", "file": "", **more},
    )
