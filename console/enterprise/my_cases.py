"""A person's cases on the web, found by words, state and enterprise; each leads to its private page."""

from __future__ import annotations

from litestar import get
from litestar.params import FromQuery
from litestar.response import Template
from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Session

from console.enterprise import who
from console.web.site import HttpRequest, OfSite, page
from console.web.typed import whole_number
from desk.cases.model import OPEN_STATES, Case, CaseState
from desk.cases.persons.search import Found, find
from desk.conversations.model import Person
from desk.enterprises import access
from desk.enterprises import service as enterprises
from desk.enterprises.model import MembershipState

LISTED = 20
#: What can be looked for, by the states that belong to it.
STATES: dict[str, tuple[CaseState, ...]] = {
    "open": OPEN_STATES,
    "needs_information": (CaseState.NEEDS_INFORMATION,),
    "answered": (CaseState.ANSWERED,),
    "settled": (CaseState.RESOLVED, CaseState.CLOSED),
}
#: Own cases that belong to no enterprise, in the choice of enterprises.
OWN = "own"


@get("/my-cases", sync_to_thread=True)
def my_cases(
    request: HttpRequest,
    site: OfSite,
    q: FromQuery[str] = "",
    stage: FromQuery[str] = "",
    enterprise: FromQuery[str] = "",
    before: FromQuery[str] = "",
) -> Template:
    """The newest cases of whom the person acts for now, or those that were looked for."""
    found, choices, name = Found([], None), [], None
    there = who.who_is(request, site)
    wanted, state = q.strip()[:200], stage if stage in STATES else ""
    with site.desk.store.reading() as session:
        person = who.person_of(session, there)
        if person is not None:
            choices, chosen = _choices(session, person), _chosen(session, person, enterprise)
            enterprise, name = chosen, dict(choices).get(chosen)
            rule = and_(_rule(session, person, chosen), *_in(state))
            found = find(session, rule, wanted, before=whole_number(before) or None, limit=LISTED)
    return page(
        request,
        site,
        "enterprise/my_cases.html",
        here="/my-cases",
        cases=found.cases,
        older=found.before,
        is_first=not before,
        choices=choices,
        enterprise=enterprise,
        called=name,
        states=list(STATES),
        state=state,
        q=wanted,
        signed_in=there.is_signed_in,
        is_filtered=bool(wanted or state),
    )


def _choices(session: Session, person: Person) -> list[tuple[str, str]]:
    """The enterprises that verified the person, each with its name."""
    held = enterprises.of_person(session, person)
    return [(str(one.enterprise_id), one.enterprise.name) for one in held if one.state == MembershipState.VERIFIED]


def _chosen(session: Session, person: Person, wanted: str) -> str:
    """Whose cases are shown: those that were asked for, else those of whom the person acts for now."""
    if wanted == OWN or whole_number(wanted):
        return wanted
    acts_for = access.acting_for(session, person)
    return str(acts_for.enterprise_id) if acts_for is not None else OWN


def _rule(session: Session, person: Person, chosen: str) -> ColumnElement[bool]:
    return access.visible_as(session, person, None if chosen == OWN else whole_number(chosen))


def _in(state: str) -> list[ColumnElement[bool]]:
    return [Case.state.in_(STATES[state])] if state else []
