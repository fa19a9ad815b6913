"""The figures of the ratings; "nobody has rated yet" is never shown as zero."""

from __future__ import annotations

import datetime as dt

from litestar import get
from litestar.response import Template

from console.web.guard import READERS_OF_FIGURES, roles
from console.web.site import HttpRequest, OfSite, page
from desk.ratings import service as ratings

PERIODS = {"week": dt.timedelta(days=7), "month": dt.timedelta(days=30), "year": dt.timedelta(days=365)}


@get("/ratings", opt=roles(READERS_OF_FIGURES), sync_to_thread=True)
def rating_figures(request: HttpRequest, site: OfSite) -> Template:
    """Figures of the last week, month and year, and of all time, by when the rating was asked for."""
    now = site.desk.now()
    with site.desk.store.reading() as session:
        rows = [(name, ratings.figures(session, since=now - length)) for name, length in PERIODS.items()]
        rows.append(("all", ratings.figures(session)))
    return page(request, site, "staff/managers/ratings.html", rows=rows)
