"""What is kept of people, why and how long, for everybody to read: made from content/privacy.yml."""

from __future__ import annotations

from litestar import get
from litestar.response import Template

from console.web.site import HttpRequest, OfSite, language_of, page
from desk.privacy.words import how_long, what_then


@get("/privacy", sync_to_thread=True)
def privacy_page(request: HttpRequest, site: OfSite) -> Template:
    desk, language = site.desk, language_of(request)
    kinds = [
        {
            "name": kind.name,
            "title": kind.title[language],
            "what": kind.what[language],
            "purpose": kind.purpose[language],
            "how_long": how_long(desk.texts, kind, language),
            "then": what_then(desk.texts, kind, language),
        }
        for kind in desk.rules.privacy.of_the_public()
    ]
    return page(request, site, "enterprise/privacy.html", kinds=kinds)
