"""Tables as files to keep: the answer to a link that ends a list or a plot, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.response import Stream

from console.web.site import HttpRequest, Site, officer_of
from desk.audit.exporting import Export, record_export
from desk.guidance.record import Language
from desk.tables.csv_file import csv_file
from desk.tables.table import Table
from desk.tables.xlsx_file import xlsx_file

_Answer = TypeVar("_Answer", bound=Response[bytes] | Stream)
_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def export(site: Site, tables: Sequence[Table], format: str, *, name: str, language: Language) -> Response[bytes]:
    """The tables in one file, called by ``name`` and today's date; raises NotFoundException for an unknown format.

    Rows that are read from the store are read here, so call it while the session is open.
    """
    match format:
        case "csv":
            made = b"".join(csv_file(tables, language))
        case "xlsx":
            made = xlsx_file(tables, site.desk.texts.say("page.export.about", language))
        case _:
            raise NotFoundException
    headers = {
        "content-disposition": f'attachment; filename="{name}-{site.desk.today().isoformat()}.{format}"',
        "cache-control": "no-store",
    }
    return Response(made, media_type=_TYPES[format], headers=headers)


def recorded(
    request: HttpRequest, site: Site, what: Export, answer: _Answer, format: str, *, subject: str = ""
) -> _Answer:
    """The answer, once the audit has who takes what out: where that cannot be kept, nothing leaves.

    Call it with no session open.
    """
    officer = officer_of(request)
    if officer is None:
        raise LookupError("the guard let a request in without an officer")
    asked = {name: str(value) for name, value in request.query_params.items()}
    with site.desk.store.writing() as session:
        record_export(
            session, what, actor=officer.actor, at=site.desk.now(), format=format, subject=subject, asked=asked
        )
    return answer
