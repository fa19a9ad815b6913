"""What is kept of people and how it stands with forgetting it, for heads and administrators."""

from __future__ import annotations

from litestar import get
from litestar.response import Template

from console.web.guard import KEEPERS_OF_DATA, roles
from console.web.site import HttpRequest, OfSite, language_of, officer_in, page
from desk.privacy import holds, requests, retention, trackers
from desk.privacy.words import how_long, period, what_then

PATH = "/desk/privacy"


@get("/privacy", opt=roles(KEEPERS_OF_DATA), sync_to_thread=True)
def privacy_overview(request: HttpRequest, site: OfSite) -> Template:
    """Each job with its time, what it still has before it and what is held; then every kind of data."""
    desk, language = site.desk, language_of(request)
    with desk.store.reading() as session:
        officer = officer_in(request, session)
        standings = retention.report(desk, session, counted=False)
        placed = holds.listed(session, officer)
        to_review = sum(holds.is_to_be_reviewed(hold, desk.today()) for hold in placed)
        waiting = len(requests.listed(session, officer))
        to_forget = trackers.waiting(session)
    rules = desk.rules.privacy
    jobs = [
        {
            "titles": ", ".join(kind.title[language] for kind in rules.kinds_of(each.job)),
            "time": period(desk.texts, each.time, language),
            "due": each.due,
            "held": each.held,
            "oldest": each.oldest_due,
            "forgotten": each.forgotten,
        }
        for each in standings
    ]
    kinds = [
        {
            "title": kind.title[language],
            "what": kind.what[language],
            "how_long": how_long(desk.texts, kind, language),
            "then": what_then(desk.texts, kind, language),
        }
        for kind in rules.kinds.values()
    ]
    return page(
        request,
        site,
        "staff/privacy/overview.html",
        jobs=jobs,
        kinds=kinds,
        holds=len(placed),
        to_review=to_review,
        waiting=waiting,
        to_forget=to_forget,
    )
