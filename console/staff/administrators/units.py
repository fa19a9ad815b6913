"""The tree of units: the list, the present tree as a file, and loading one after a look at what it would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from console.web.guard import ADMINISTRATORS, roles
from console.web.site import HttpRequest, OfSite, Site, language_of, officer_in, page, see_other
from console.web.uploads import UPLOAD_BYTES, Filled, filled_in
from desk.guidance.record import Language
from desk.texts import Texts
from desk.units import administration, register
from desk.units.administration import UnitRefused
from desk.units.faults import Fault
from desk.units.service import LoadReport
from desk.units.tree import TreeError, UnitRow, decoded, parse, write

DONE = ("loaded", "moved")


@dataclass(frozen=True)
class ShownUnit:
    """A unit in the tree, as a row shows it."""

    code: str
    name: str
    other_name: str
    kind: str
    provinces: str
    has_hours: bool
    active: bool
    depth: int
    officers: int
    cases: int


@dataclass(frozen=True)
class File:
    """A tree that somebody would load, as it came; ``seen`` is the fingerprint of what they were shown."""

    text: str
    close_missing: bool = False
    reason: str = ""
    seen: str = ""


@get("/units", opt=roles(ADMINISTRATORS), sync_to_thread=True)
def unit_list(
    request: HttpRequest, site: OfSite, q: FromQuery[str] = "", closed: FromQuery[str] = "", done: FromQuery[str] = ""
) -> Template:
    """The units of the administrator and all below them; closed ones only where they are asked for."""
    language = language_of(request)
    with site.desk.store.reading() as session:
        found = register.lines(session, officer_in(request, session), words=q[:200], closed=bool(closed))
        lines = [_shown(line, language) for line in found]
    return page(
        request,
        site,
        "staff/administrators/units.html",
        lines=lines,
        q=q,
        closed=bool(closed),
        done=done if done in DONE else "",
    )


@get("/units-file", opt=roles(ADMINISTRATORS), sync_to_thread=True)
def download(request: HttpRequest, site: OfSite) -> Response[bytes]:
    """The present tree as a file that can be loaded again."""
    with site.desk.store.reading() as session:
        rows = administration.rows_for(session, officer_in(request, session))
    return Response(
        write(rows).encode("utf-8-sig"),  # with the mark by which spreadsheets know the encoding
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="units.csv"'},
    )


@get("/units-load", opt=roles(ADMINISTRATORS), sync_to_thread=True)
def load_page(request: HttpRequest, site: OfSite) -> Template:
    return _load_page(request, site)


@post("/units-preview", opt=roles(ADMINISTRATORS), request_max_body_size=UPLOAD_BYTES, status_code=200)
async def preview(request: HttpRequest, site: OfSite) -> Template:
    """Show what a file would change; nothing is kept."""
    return await sync_to_thread(_preview, request, site, await filled_in(request))


@post("/units-load", opt=roles(ADMINISTRATORS), request_max_body_size=UPLOAD_BYTES)
async def load(request: HttpRequest, site: OfSite) -> Template | Redirect:
    """Load the file that was looked at, where it still does what was shown."""
    return await sync_to_thread(_load, request, site, await filled_in(request))


def _preview(request: HttpRequest, site: Site, filled: Filled) -> Template:
    close_missing, reason = bool(filled.fields.get("close_missing")), filled.fields.get("reason", "").strip()
    if not filled.uploads:
        return _load_page(request, site, file=File("", close_missing, reason), refused="page.units.no_file")
    upload = filled.uploads[0]
    try:
        rows = decoded(upload.data, upload.name)
    except TreeError as error:
        return _load_page(request, site, file=File("", close_missing, reason), faults=error.faults)
    return _shown_before(request, site, File(write(rows), close_missing, reason), rows)


def _load(request: HttpRequest, site: Site, filled: Filled) -> Template | Redirect:
    fields = filled.fields
    file = File(
        fields.get("text", "").replace("\r\n", "\n"),
        bool(fields.get("close_missing")),
        fields.get("reason", "").strip(),
        fields.get("seen", ""),
    )
    try:
        rows = parse(file.text)
        with site.desk.store.writing() as session:
            by, at, reason = officer_in(request, session), site.desk.now(), file.reason or None
            close = file.close_missing
            before = administration.preview(session, rows, by=by, at=at, close_missing=close, move_cases=reason)
            is_as_seen = administration.fingerprint(before) == file.seen
            if is_as_seen:
                administration.load(session, rows, by=by, at=at, close_missing=close, move_cases=reason)
    except TreeError as error:
        return _load_page(request, site, file=file, faults=error.faults)
    except UnitRefused as error:
        return _load_page(request, site, file=file, refused=error.reason, values=error.values)
    if not is_as_seen:
        return _shown_before(request, site, file, rows, is_other=True)
    return see_other("/desk/units?done=loaded")


def _shown_before(
    request: HttpRequest, site: Site, file: File, rows: Sequence[UnitRow], *, is_other: bool = False
) -> Template:
    try:
        with site.desk.store.writing() as session:
            report = administration.preview(
                session,
                rows,
                by=officer_in(request, session),
                at=site.desk.now(),
                close_missing=file.close_missing,
                move_cases=file.reason or None,
            )
    except TreeError as error:
        return _load_page(request, site, file=file, faults=error.faults)
    except UnitRefused as error:
        return _load_page(request, site, file=file, refused=error.reason, values=error.values)
    return _load_page(request, site, file=file, rows=rows, report=report, is_other=is_other)


def _load_page(
    request: HttpRequest,
    site: Site,
    *,
    file: File | None = None,
    rows: Sequence[UnitRow] = (),
    report: LoadReport | None = None,
    faults: Sequence[Fault] = (),
    refused: str = "",
    values: dict[str, object] | None = None,
    is_other: bool = False,
) -> Template:
    language, texts = language_of(request), site.desk.texts
    return page(
        request,
        site,
        "staff/administrators/units_load.html",
        here="/desk/units",
        status=422 if faults or refused else 409 if is_other else 200,
        file=file or File(""),
        report=report,
        seen=administration.fingerprint(report) if report is not None else "",
        names={row.code: row.name_en if language == "en" else row.name_vi for row in rows},
        faults=[said(texts, fault, language) for fault in faults],
        refused=texts.say(refused, language, **(values or {})) if refused else "",
        is_other=is_other,
    )


def said(texts: Texts, fault: Fault, language: Language) -> str:
    """What is wrong, with its line, in the language of the page."""
    sentence = texts.say(f"page.units.fault_{fault.name}", language, **fault.values)
    return texts.say("page.units.line", language, line=fault.line, said=sentence) if fault.line else sentence


def _shown(line: register.Line, language: Language) -> ShownUnit:
    unit = line.unit
    return ShownUnit(
        code=unit.code,
        name=unit.name(language),
        other_name=unit.name("vi" if language == "en" else "en"),
        kind=unit.kind,
        provinces=", ".join(unit.provinces),
        has_hours=bool(unit.hours),
        active=unit.active,
        depth=line.depth,
        officers=line.officers,
        cases=line.cases,
    )
