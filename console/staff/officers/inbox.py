"""The officers' inbox: views with their counts, filters and search, in pages, kept fresh while it is looked at."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.response import Template
from sqlalchemy.orm import Session

from console.staff.officers.inbox_query import InboxQuery
from console.web import live
from console.web.case_views import CaseLine, line_of
from console.web.guard import CASE_WORKERS, roles
from console.web.site import HttpRequest, OfSite, Site, language_of, officer_in, page
from desk.cases import changes, listing, searching
from desk.cases.listing import COUNTED
from desk.cases.model import OPEN_STATES, Case, Urgency
from desk.conversations.model import CHANNELS
from desk.guidance.record import LANGUAGES, Language
from desk.paging import Page
from desk.people.model import Officer
from desk.subscriptions.service import TOPICS
from desk.units import service as units
from desk.units.model import Unit

#: So many cases stand on one page.
LISTED = 50
#: A list changes by time alone, when a case comes to be at risk or overdue; it is read again after so many seconds.
READ_AGAIN = 30


@dataclass(frozen=True)
class Inbox:
    """A list as it is shown; ``view`` is "" for a search, of which ``found`` says how many cases it finds."""

    view: str
    counts: dict[str, int]
    cases: list[CaseLine]
    before: str | None
    after: str | None
    found: int | None


@get("/cases", opt=roles(CASE_WORKERS), sync_to_thread=True)
def case_list(request: HttpRequest, site: OfSite) -> Template:
    """The cases of a view that the officer may see; with a search those of all views that have its words."""
    query, language = InboxQuery.read(request.query_params), language_of(request)
    gone = request.query_params.get("gone", "")
    with site.desk.store.reading() as session:
        officer = officer_in(request, session)
        choice = _units_of(session, officer)
        shown = _shown(session, site, officer, choice, query, language)
        version = _version(session, site, shown)
    return page(
        request,
        site,
        "staff/officers/inbox.html",
        **_values(query, shown),
        version=version,
        live=f"/desk/cases/live?{urlencode(request.query_params)}" if request.query_params else "/desk/cases/live",
        gone=gone if gone.replace("-", "").isdecimal() else "",
        choices=_choices(site, choice, language),
        filters=query.filters,
        filter_names=("unit", "urgency", "topic", "lang", "channel"),
    )


@get("/cases/live", opt=roles(CASE_WORKERS), sync_to_thread=True)
def case_list_live(request: HttpRequest, site: OfSite) -> Response[Any]:
    """The views and the list of ``case_list``, where they are no longer as the page has them."""
    query, language = InboxQuery.read(request.query_params), language_of(request)
    known = request.query_params.get("version", "")
    with site.desk.store.reading() as session:
        officer = officer_in(request, session)
        if live.begins_with(known, _moment(session, site)):
            return live.unchanged(known)
        shown = _shown(session, site, officer, _units_of(session, officer), query, language)
        version = _version(session, site, shown)
    if live.ends_alike(known, version):
        return live.unchanged(version)
    return live.changed(page(request, site, "staff/officers/inbox_live.html", **_values(query, shown)), version)


def _values(query: InboxQuery, shown: Inbox) -> dict[str, Any]:
    return {
        "shown": shown,
        "query": query,
        "of_list": query.of_list,
        "from_list": replace(query, view=shown.view).as_text(),
        "counted": COUNTED,
        "counted_found": searching.COUNTED,
        "open_states": OPEN_STATES,
    }


def _shown(
    session: Session, site: Site, officer: Officer, choice: list[Unit], query: InboxQuery, language: Language
) -> Inbox:
    now = site.desk.now()
    narrowing = query.narrowing(next((unit for unit in choice if unit.code == query.unit), None))
    counts = listing.counts(session, officer, now, narrowing)
    view = query.chosen(counts)
    place = {"limit": LISTED, "narrowing": narrowing, "after": query.after or None, "before": query.before or None}
    found: Page[Case] | searching.Found
    if query.q:
        found = searching.search(session, officer, query.q, **place)  # type: ignore[arg-type]
    else:
        found = listing.page(session, officer, view, now, **place)  # type: ignore[arg-type]
    return Inbox(
        view="" if query.q else view.value,
        counts={view.value: number for view, number in counts.items()},
        cases=[line_of(case, now, language) for case in found.rows],
        before=found.before,
        after=found.after,
        found=found.count if isinstance(found, searching.Found) else None,
    )


def _moment(session: Session, site: Site) -> str:
    """While this stays the same, so does every list, but for the seconds of READ_AGAIN."""
    return f"{changes.newest_entry(session)}.{int(site.desk.now().timestamp()) // READ_AGAIN}"


def _version(session: Session, site: Site, shown: Inbox) -> str:
    return live.version(_moment(session, site), hashlib.sha256(repr(shown).encode()).hexdigest()[:16])


def _units_of(session: Session, officer: Officer) -> list[Unit]:
    """The units whose cases the officer sees, each once, in the order of the tree."""
    return [each for root in officer.topmost(*CASE_WORKERS) for each in units.below(session, root)]


def _choices(site: Site, choice: list[Unit], language: Language) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers, as values and words; nothing of units where there is no choice."""

    def said(family: str, values: tuple[str, ...]) -> list[tuple[str, str]]:
        return [(value, site.desk.texts.say(f"{family}.{value}", language)) for value in values]

    return {
        "unit": [(unit.code, unit.name(language)) for unit in choice] if len(choice) > 1 else [],
        "urgency": said("urgency", tuple(Urgency)),
        "topic": said("news.topic", TOPICS),
        "lang": said("page.inbox.language", LANGUAGES),
        "channel": said("page.channel", CHANNELS),
    }
