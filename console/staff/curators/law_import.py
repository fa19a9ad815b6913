"""Bringing the text of a law in from a file: choosing it, looking at what would change, and agreeing to that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from litestar import get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from console.web.guard import CURATORS, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page, see_other
from console.web.typed import whole_number
from console.web.uploads import UPLOAD_BYTES, Filled, filled_in
from desk.attachments.limits import MEGABYTE
from desk.guidance.permissions import GuidanceRefused, may_speak_for_the_department
from desk.imports import apart, keeping, law_text
from desk.imports.faults import FileRefused
from desk.imports.files import FILE_BYTES, File
from desk.imports.law_text import Preview
from desk.imports.words import fault_said
from desk.law.reading import Reading
from desk.paging import Page

HERE = "/desk/law/import"
#: Articles on one page of a preview.
SHOWN = 25


@get("/law/import", opt=roles(CURATORS), sync_to_thread=True)
def law_import_page(
    request: HttpRequest, site: OfSite, file: FromQuery[str] = "", after: FromQuery[str] = "", done: FromQuery[str] = ""
) -> Template:
    """Where a file is chosen, and what the one that was chosen would change."""
    if not file:
        return _page(request, site, done=done if done in site.desk.instruments else "")
    return _preview(request, site, file, whole_number(after))


@post("/law/import", opt=roles(CURATORS), request_max_body_size=UPLOAD_BYTES)
async def law_upload(request: HttpRequest, site: OfSite) -> Template | Redirect:
    """Keep a file that can be read, and show what it would change; nothing else is kept."""
    return await sync_to_thread(_upload, request, site, await filled_in(request))


@post("/law/import/confirm", opt=roles(CURATORS), sync_to_thread=True)
def law_confirm(request: HttpRequest, site: OfSite, data: Form) -> Template | Redirect:
    """Put the articles in the place of those before, where the file still does what was shown."""
    id, desk = data.get("file", ""), site.desk
    found = _kept(request, site, id)
    if found is None:
        return _page(request, site, refused="imports.refused.gone")
    file, instrument = found
    try:
        reading = apart.law(file, instrument)
        with desk.store.writing() as session:
            is_as_seen = law_text.preview(session, instrument, reading).fingerprint == data.get("seen", "")
            if is_as_seen:
                officer = officer_in(request, session)
                law_text.carry_out(session, instrument, reading, officer, desk.instruments, desk.now())
                keeping.forget(session, id)
    except FileRefused as refused:
        return _page(request, site, faults=_said(request, site, refused), chosen=instrument)
    except GuidanceRefused as refused:
        return _preview(request, site, id, 0, refused=refused.reason)
    if not is_as_seen:
        return _preview(request, site, id, 0, refused="imports.refused.another")
    return see_other(f"{HERE}?done={quote(instrument)}")


def _upload(request: HttpRequest, site: Site, filled: Filled) -> Template | Redirect:
    instrument = filled.fields.get("instrument", "")
    if instrument not in site.desk.instruments:
        return _page(request, site, refused="imports.refused.no_instrument")
    if not filled.uploads:
        return _page(request, site, refused="imports.refused.no_file", chosen=instrument)
    file = File(filled.uploads[0].name, filled.uploads[0].data)
    try:
        apart.law(file, instrument)
    except FileRefused as refused:
        return _page(request, site, faults=_said(request, site, refused), chosen=instrument)
    with site.desk.store.writing() as session:
        officer = officer_in(request, session)
        kept = keeping.keep(session, file, officer, "law", site.desk.now(), instrument=instrument)
    return see_other(f"{HERE}?file={kept.id}")


def _said(request: HttpRequest, site: Site, refused: FileRefused) -> list[str]:
    return [fault_said(site.desk.texts, fault, language_of(request)) for fault in refused.faults]


def _preview(request: HttpRequest, site: Site, id: str, after: int, *, refused: str = "") -> Template:
    found = _kept(request, site, id)
    if found is None:
        return _page(request, site, refused="imports.refused.gone")
    file, instrument = found
    try:
        reading = apart.law(file, instrument)
    except FileRefused as busy:
        return _page(request, site, faults=_said(request, site, busy), chosen=instrument)
    with site.desk.store.reading() as session:
        seen = law_text.preview(session, instrument, reading)
    shown = _shown(seen, reading, after)
    name = site.desk.instruments.name(instrument, language_of(request))
    return _page(request, site, refused=refused, file=id, file_name=file.name, chosen=instrument, heading=name, **shown)


def _shown(seen: Preview, reading: Reading, after: int) -> Mapping[str, Any]:
    lines = [(change, reading.divisions.get(change.article, "")) for change in seen.changes]
    before = str(max(after - SHOWN, 0)) if after else None
    rows = Page(lines[after : after + SHOWN], before, str(after + SHOWN) if after + SHOWN < len(lines) else None)
    return {
        "report": seen.report,
        "seen": seen.fingerprint,
        "lines": rows,
        "articles": len(reading.articles),
        "left_out": [line.text for line in reading.left_out],
    }


def _kept(request: HttpRequest, site: Site, id: str) -> tuple[File, str] | None:
    with site.desk.store.reading() as session:
        kept = keeping.kept(session, id, officer_in(request, session), "law", site.desk.now())
        return (File(kept.name, kept.data), kept.instrument) if kept is not None else None


def _page(
    request: HttpRequest, site: Site, *, refused: str = "", faults: list[str] | None = None, **more: Any
) -> Template:
    desk, language = site.desk, language_of(request)
    with desk.store.reading() as session:
        may = may_speak_for_the_department(session, officer_in(request, session))
    named = [(one.number, desk.instruments.name(one.number, language)) for one in desk.instruments]
    stale = refused in ("imports.refused.gone", "imports.refused.another")
    return page(
        request,
        site,
        "staff/curators/law_import.html",
        status=409 if stale else 422 if refused or faults else 200,
        # The tab to which it belongs.
        here="/desk/guidance/import",
        may=may,
        instruments=sorted(named, key=lambda pair: pair[1]),
        refused=desk.texts.say(refused, language) if refused else "",
        faults=faults or [],
        limit=FILE_BYTES // MEGABYTE,
        **{"done": "", "file": "", "chosen": "", **more},
    )
