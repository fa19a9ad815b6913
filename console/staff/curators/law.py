"""The list of legal instruments, with their state on a chosen day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import get
from litestar.params import FromQuery
from litestar.response import Template

from console.web.guard import READERS_OF_LAW, roles
from console.web.site import HttpRequest, OfSite, language_of, officer_in, page
from console.web.typed import day_typed
from desk.guidance.permissions import may_write
from desk.law import keeping, register
from desk.law.impact import listing as impact_listing
from desk.law.instruments import Instrument
from desk.law.listing import KINDS, STATES, Wanted, listed, page_of
from desk.law.numbers import in_address
from desk.paging import Page

LISTED = 50
#: Letters of a search.
LENGTH = 200


@get("/law", opt=roles(READERS_OF_LAW), sync_to_thread=True)
def law_list(
    request: HttpRequest,
    site: OfSite,
    q: FromQuery[str] = "",
    kind: FromQuery[str] = "",
    standing: FromQuery[str] = "",
    day: FromQuery[str] = "",
    after: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
    done: FromQuery[str] = "",
) -> Template:
    """The instruments that were looked for, with their state on a day, page by page."""
    desk, language = site.desk, language_of(request)
    on = day_typed(day)
    wanted = Wanted(q.strip()[:LENGTH], _one_of(KINDS, kind), _one_of(STATES, standing))
    with desk.store.reading() as session:
        officer, known = officer_in(request, session), keeping.held(desk, session)
        found = listed(known, wanted, on or desk.today())
        shown = page_of(found, _number_of, limit=LISTED, after=after or None, before=before or None)
        rows_of_curators = register.newest_rows(session)
        waiting = impact_listing.open_count(session, officer)
        writes = may_write(officer)
    rows = [
        {
            "number": one.number,
            "address": in_address(one.number),
            "title": one.title[language],
            "kind": one.kind,
            "from": one.in_force.from_,
            "last_day": known.last_day(one.number),
            "state": known.state_on(one.number, on or desk.today()),
            "entered": one.number in rows_of_curators and rows_of_curators[one.number].state == "entered",
        }
        for one in shown.rows
    ]
    query = {name: value for name, value in (("q", q), ("kind", kind), ("standing", standing), ("day", day)) if value}
    return page(
        request,
        site,
        "staff/curators/law.html",
        rows=rows,
        count=len(found),
        beside=Page(rows, shown.before, shown.after),
        query=query,
        q=q,
        kind=kind,
        standing=standing,
        day_typed=day,
        day_wrong=bool(day.strip()) and on is None,
        on=on or desk.today(),
        kinds=KINDS,
        states=STATES,
        waiting=waiting,
        may_write=writes,
        length=LENGTH,
        done=done if done == "set_aside" else "",
    )


def _number_of(one: Instrument) -> str:
    return one.number


def _one_of(known: Sequence[Any], value: str) -> Any:
    return value if value in known else None
