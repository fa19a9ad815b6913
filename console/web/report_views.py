"""A monthly report as plain values for a template, and as a PDF to keep; for officers and for everybody alike."""

from __future__ import annotations

from typing import Any

from litestar import Response

from console.web.site import Site
from desk.plots.drawing import Plot
from desk.reports.month.document import Document, Section


def values_of(document: Document) -> dict[str, Any]:
    return {"document": document, "sections": [_section(section) for section in document.sections]}


def _section(section: Section) -> dict[str, Any]:
    return {"section": section, "plots": [Plot.of(kind) for kind in section.plots]}


def pdf_response(site: Site, document: Document, name: str) -> Response[bytes]:
    headers = {
        "content-disposition": f'attachment; filename="{name}-{document.language}.pdf"',
        "cache-control": "no-store",
    }
    # What makes a PDF takes a while to load, and is seldom wanted.
    from desk.reports.month.paper import pdf_of

    return Response(pdf_of(document, site.desk.texts), media_type="application/pdf", headers=headers)
