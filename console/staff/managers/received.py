"""The ratings that the units of a reader received: filtered, in pages, and as a file of what is filtered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery
from litestar.response import Template
from sqlalchemy.orm import Session

from console.web.exports import export, recorded
from console.web.guard import MANAGERS, roles
from console.web.rating_views import shown
from console.web.site import HttpRequest, OfSite, Site, language_of, officer_in, page
from console.web.typed import day_typed, whole_number
from desk.audit.exporting import Export
from desk.desk import Desk
from desk.figures import scope as scopes
from desk.figures.period import OpenPeriod
from desk.figures.scope import Scope
from desk.guidance.record import Language
from desk.paging import Page
from desk.people.model import Officer
from desk.ratings.reviews import received
from desk.ratings.reviews.received import MARKS, REVIEWS, Chosen
from desk.ratings.reviews.table import table_of

PATH = "/desk/ratings/received"
LISTED = 30
#: Rows of a file: what a spreadsheet still opens at ease.
EXPORTED = 50_000
_FIELDS = ("stars", "officer", "reason", "mark", "review", "unit", "from", "to")
_WORDS = 100


@get("/ratings/received", opt=roles(MANAGERS), sync_to_thread=True)
def received_list(
    request: HttpRequest, site: OfSite, after: FromQuery[str | None] = None, before: FromQuery[str | None] = None
) -> Template:
    """A page of the ratings of the reader's units."""
    desk, language, asked = site.desk, language_of(request), _asked(request)
    chosen, errors = _chosen(desk, asked, language)
    with desk.store.reading() as session:
        reader = officer_in(request, session)
        scope = _scope(session, reader, asked["unit"])
        found = received.listed(session, scope, reader, chosen, limit=LISTED, after=after, before=before)
        rows = [shown(desk, one, reader, language) for one in found.rows]
        form = _form(desk, session, reader, language)
    return page(
        request,
        site,
        "staff/managers/received.html",
        status=422 if errors else 200,
        path=PATH,
        rows=rows,
        beside=Page(rows, found.before, found.after),
        asked=asked,
        query={name: value for name, value in asked.items() if value},
        is_filtered=any(asked.values()),
        errors=errors,
        exported=EXPORTED,
        **form,
    )


@get("/ratings/received/export.csv", opt=roles(MANAGERS), sync_to_thread=True)
def received_as_csv(request: HttpRequest, site: OfSite) -> Response[bytes]:
    """What is filtered as a file."""
    return _export(request, site, "csv")


@get("/ratings/received/export.xlsx", opt=roles(MANAGERS), sync_to_thread=True)
def received_as_xlsx(request: HttpRequest, site: OfSite) -> Response[bytes]:
    """The same as a workbook."""
    return _export(request, site, "xlsx")


def _export(request: HttpRequest, site: Site, format: str) -> Response[bytes]:
    desk, language, asked = site.desk, language_of(request), _asked(request)
    chosen, errors = _chosen(desk, asked, language)
    if errors:
        raise NotFoundException
    with desk.store.reading() as session:
        reader = officer_in(request, session)
        scope = _scope(session, reader, asked["unit"])
        found = received.all_of(session, scope, reader, chosen, EXPORTED)
        about = _about(desk, scope, asked, _form(desk, session, reader, language), language)
        table = replace(table_of(desk, found, language), about=list(about))
        file = export(site, [table], format, name="ratings", language=language)
    return recorded(request, site, Export.RATINGS, file, format)


def _asked(request: HttpRequest) -> dict[str, str]:
    """The filter as it was typed."""
    given = request.query_params
    return {name: str(given.get(name, "")).strip()[:_WORDS] for name in _FIELDS}


def _chosen(desk: Desk, asked: Mapping[str, str], language: Language) -> tuple[Chosen, dict[str, str]]:
    """What is looked for, and what is wrong with what was typed, by field."""
    errors: dict[str, str] = {}
    days: dict[str, dt.date | None] = {name: day_typed(asked[name]) for name in ("from", "to")}
    for name, day in days.items():
        if asked[name] and (day is None or day == dt.date.max):
            days[name], errors[name] = None, desk.texts.say("page.figures.refused_day", language)
    first, last = days["from"], days["to"]
    if first and last and last < first:
        errors["to"], last = desk.texts.say("figures.refused_order", language), None
    stars = whole_number(asked["stars"])
    chosen = Chosen(
        stars=stars if 1 <= stars <= 5 else 0,
        officer=asked["officer"],
        reason=asked["reason"] if asked["reason"] in desk.rules.ratings.reasons else "",
        mark=asked["mark"] if asked["mark"] in MARKS else "",
        review=asked["review"] if asked["review"] in REVIEWS else "",
        period=OpenPeriod(first, last),
    )
    return chosen, errors


def _scope(session: Session, reader: Officer, code: str) -> Scope:
    """The reader's units, or the one of them that was chosen; raises NotFoundException for one outside."""
    own = received.scope_of(reader)
    found = scopes.narrowed(session, own, code) if code else own
    if found is None:
        raise NotFoundException
    return found


def _form(desk: Desk, session: Session, reader: Officer, language: Language) -> dict[str, Any]:
    """What can be chosen in each field: pairs of a value and its words."""
    say = desk.texts.say
    units = scopes.choice(session, received.scope_of(reader))
    return {
        "stars": [(str(stars), say(f"rating.stars_{stars}", language)) for stars in (5, 4, 3, 2, 1)],
        "reasons": [(name, say(f"rating.reason.{name}", language)) for name in desk.rules.ratings.reasons],
        "marks": [(name, say(f"page.received.mark.{name}", language)) for name in MARKS],
        "reviews": [(name, say(f"page.received.review.{name}", language)) for name in REVIEWS],
        "units": [(unit.code, unit.name(language)) for unit in units] if len(units) > 1 else [],
    }


def _about(
    desk: Desk, scope: Scope, asked: Mapping[str, str], form: Mapping[str, Any], language: Language
) -> Iterator[tuple[str, str]]:
    """By what the rows of a file were chosen, in the words of the form."""
    say = desk.texts.say
    yield say("page.received.units", language), ", ".join(unit.name(language) for unit in scope.units)
    for name, label, options in (
        ("stars", "page.received.stars", form["stars"]),
        ("officer", "page.received.officer", ()),
        ("reason", "page.received.reason", form["reasons"]),
        ("mark", "page.received.mark_label", form["marks"]),
        ("review", "page.received.review_label", form["reviews"]),
        ("from", "page.list.from", ()),
        ("to", "page.list.to", ()),
    ):
        if asked[name]:
            yield say(label, language), dict(options).get(asked[name], asked[name])
    yield say("page.received.file", language), say("page.received.file_about", language, rows=f"{EXPORTED:,}")
