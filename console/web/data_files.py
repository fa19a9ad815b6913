"""A person's data as a file that a browser keeps: JSON for programs, or a text to read."""

from __future__ import annotations

from litestar import Response

from console.web.site import Site
from desk.guidance.record import Language
from desk.privacy import readable
from desk.privacy.exporting import Told, as_json


def as_download(site: Site, told: Told, format: str, language: Language) -> Response[bytes]:
    """The text where ``format`` is ``txt``, else JSON."""
    if format == "txt":
        made, media_type, ending = readable.as_text(site.desk.texts, told, language).encode(), "text/plain", "txt"
    else:
        made, media_type, ending = as_json(told), "application/json", "json"
    headers = {
        "content-disposition": f'attachment; filename="my-data-{site.desk.today().isoformat()}.{ending}"',
        "content-security-policy": "default-src 'none'; sandbox",
        "cache-control": "no-store",
    }
    return Response(made, media_type=f"{media_type}; charset=utf-8", headers=headers)
