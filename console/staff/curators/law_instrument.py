"""The page of a legal instrument on a chosen day: what changes it, who cites it, and what a curator can do with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.staff.curators.acting import Act, act_and_go_on
from console.staff.curators.guidance_views import names_of
from console.web.guard import CURATORS, READERS_OF_LAW, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page
from console.web.typed import day_typed, words
from desk.answering.compose import day as day_in_words
from desk.guidance.permissions import GuidanceRefused, may_write
from desk.guidance.record import Language
from desk.law import checking, citing, keeping, register
from desk.law.citing import CitingEntry
from desk.law.impact import listing as impact_listing
from desk.law.impact import service as impact
from desk.law.instruments import Instrument, place
from desk.law.listing import page_of
from desk.law.numbers import from_address, in_address
from desk.law.overview import Overview, overview
from desk.paging import Page
from desk.people.model import Officer, Role

#: Entries that cite it, on a page.
LISTED = 50
DONE = ("entered", "edited", "reset", "looked")
_READS_GUIDANCE = (Role.CURATOR, Role.HEAD, Role.ADMINISTRATOR)


@get("/law/instruments/{instrument:str}", opt=roles(READERS_OF_LAW, of="instrument"), sync_to_thread=True)
def instrument_page(
    request: HttpRequest,
    site: OfSite,
    instrument: FromPath[str],
    day: FromQuery[str] = "",
    done: FromQuery[str] = "",
    tasks: FromQuery[int] = 0,
    after: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
) -> Template:
    """One instrument on a day; the entries that cite it are in pages."""
    told = done if done in DONE else ""
    return _page(request, site, from_address(instrument), day=day, done=told, tasks=tasks, after=after, before=before)


@post("/law/instruments/{instrument:str}/impact", opt=roles(CURATORS, of="instrument"), sync_to_thread=True)
def look_at_impact(request: HttpRequest, site: OfSite, instrument: FromPath[str]) -> Template | Redirect:
    """Look again for what cites that which the instrument changes."""
    number = from_address(instrument)

    def act(session: Session, officer: Officer) -> str:
        keeping.must_keep(officer)
        made = impact.open_tasks(site.desk, session, _known(site, session, number), by=officer.actor)
        return f"/desk/law/instruments/{in_address(number)}?done=looked&tasks={made.opened}"

    return _act(request, site, number, act)


@post("/law/instruments/{instrument:str}/reset", opt=roles(CURATORS, of="instrument"), sync_to_thread=True)
def reset(request: HttpRequest, site: OfSite, instrument: FromPath[str], data: Form) -> Template | Redirect:
    """Take it back to what ships."""
    number, given = from_address(instrument), words(data, "words")

    def act(session: Session, officer: Officer) -> str:
        keeping.reset(site.desk, session, number, officer, words=given)
        return f"/desk/law/instruments/{in_address(number)}?done=reset"

    return _act(request, site, number, act, typed={"reset": given})


@post("/law/instruments/{instrument:str}/set-aside", opt=roles(CURATORS, of="instrument"), sync_to_thread=True)
def set_aside(request: HttpRequest, site: OfSite, instrument: FromPath[str], data: Form) -> Template | Redirect:
    """Mark it as entered by mistake."""
    number, given = from_address(instrument), words(data, "words")

    def act(session: Session, officer: Officer) -> str:
        keeping.set_aside(site.desk, session, number, officer, words=given)
        return "/desk/law?done=set_aside"

    return _act(request, site, number, act, typed={"set_aside": given})


def _act(
    request: HttpRequest, site: Site, number: str, act: Act, *, typed: dict[str, str] | None = None
) -> Template | Redirect:
    def known(session: Session, officer: Officer) -> str:
        _known(site, session, number)
        return act(session, officer)

    return act_and_go_on(
        request, site, known, lambda refused: _page(request, site, number, refused=refused, typed=typed)
    )


def _known(site: Site, session: Session, number: str) -> Instrument:
    known = keeping.held(site.desk, session)
    if number not in known:
        raise NotFoundException
    return known[number]


def _page(
    request: HttpRequest,
    site: Site,
    number: str,
    *,
    day: str = "",
    done: str = "",
    tasks: int = 0,
    after: str | None = None,
    before: str | None = None,
    refused: GuidanceRefused | None = None,
    typed: dict[str, str] | None = None,
) -> Template:
    desk, language = site.desk, language_of(request)
    on = day_typed(day)
    with desk.store.reading() as session:
        officer = officer_in(request, session)
        try:
            found = overview(desk, session, number, on or desk.today())
        except keeping.NoSuchInstrument:
            raise NotFoundException from None
        rows = register.history(session, number)
        names = names_of(session, desk, language, {row.entered_by for row in rows})
        checked = checking.check(found.instrument.as_json(), keeping.held(desk, session))
        context: dict[str, Any] = {
            "may_write": may_write(officer),
            "reads_guidance": officer.has_any(*_READS_GUIDANCE),
            "waiting": impact_listing.open_count(session, officer),
            "open_tasks": impact_listing.open_count(session, officer, number),
            "is_used": bool(citing.uses(session, keeping.held(desk, session), number)),
            "rows": [
                (row.revision, row.state, row.words, row.entered_at, names.get(row.entered_by, row.entered_by))
                for row in rows
            ],
        }
    return page(
        request,
        site,
        "staff/curators/law_instrument.html",
        status=409 if refused else 200,
        here=f"/desk/law/instruments/{in_address(number)}",
        **_shown(
            found, language, page_of(found.citing, _entry_of, limit=LISTED, after=after or None, before=before or None)
        ),
        query={"day": day} if on is not None else {},
        day_typed=day,
        day_wrong=bool(day.strip()) and on is None,
        done=done,
        tasks=tasks,
        warnings=[
            desk.texts.say(each.text, language, **values_in_words(each.values, language)) for each in checked.warnings
        ],
        refused=desk.texts.say(refused.reason, language, **refused.values) if refused else "",
        typed=typed or {},
        length=keeping.LENGTH,
        **context,
    )


def _shown(found: Overview, language: Language, cited_on: Page[CitingEntry]) -> dict[str, Any]:
    return {
        "overview": found,
        "one": found.instrument,
        "address": in_address(found.instrument.number),
        "is_entered": found.standing.is_entered,
        "ships": found.standing.shipped is not None,
        "ships_anew": found.standing.ships_anew,
        "citing": [
            (each.entry, each.title[language], "; ".join(where for where in _places(each.places, language) if where))
            for each in cited_on.rows
        ],
        "citing_count": len(found.citing),
        "citing_beside": cited_on,
    }


def _entry_of(citing_entry: CitingEntry) -> str:
    return citing_entry.entry


def _places(places: Iterable[Any], language: Language) -> Sequence[str]:
    return [place(each, language) for each in places]


def values_in_words(values: Any, language: Language) -> dict[str, object]:
    """What a sentence is filled with, its days as the language writes them."""
    return {
        name: day_in_words(value, language) if isinstance(value, dt.date) else value for name, value in values.items()
    }
