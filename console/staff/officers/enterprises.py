"""Who acts for which enterprise, as officers see and settle it: requests that wait, and an enterprise's people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.web.case_views import line_of
from console.web.guard import CASE_WORKERS, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page, see_other
from console.web.typed import whole_number
from desk.cases import queries
from desk.cases.model import Case
from desk.conversations.model import Chat
from desk.enterprises import addressee, listing, officer_desk
from desk.enterprises import service as enterprises
from desk.enterprises.model import Enterprise, Membership, MembershipState
from desk.enterprises.service import EnterpriseRefused
from desk.paging import Page
from desk.people.model import Officer

MembershipAct = Callable[[Session, Membership, Officer], None]

DONE = ("verified", "refused", "ended")
#: What the list can be narrowed to: enterprises for which somebody asks to act, acts or acted, and all of them.
STANDINGS = (*(state.value for state in listing.STATES), "all")
#: At most so many cases stand on an enterprise's page.
LISTED = 100


@dataclass(frozen=True)
class ShownMembership:
    """A person who acts, asks to act or acted for an enterprise; ``channel`` is where they were last."""

    id: int
    tax_code: str
    enterprise: str
    name: str | None
    introduction: str | None
    kind: str
    channel: str | None
    state: str
    how: str | None
    asked_at: dt.datetime
    settled_at: dt.datetime | None


@get("/enterprises", opt=roles(CASE_WORKERS), sync_to_thread=True)
def enterprise_list(
    request: HttpRequest,
    site: OfSite,
    q: FromQuery[str] = "",
    standing: FromQuery[str] = "",
    after: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
) -> Template:
    """The requests that this officer may settle; with words or another standing, the enterprises that have it."""
    words = q[:200]
    chosen = standing if standing in STANDINGS else ("all" if words.strip() else MembershipState.ASKED.value)
    with site.desk.store.reading() as session:
        officer = officer_in(request, session)
        if chosen == MembershipState.ASKED:
            asked = listing.requests(session, officer, words=words, after=after, before=before)
            found: Page[object] = Page([_shown(session, held) for held in asked.rows], asked.before, asked.after)
        else:
            state = MembershipState(chosen) if chosen != "all" else None
            known = listing.listed(session, officer, words=words, state=state, after=after, before=before)
            found = Page([(each.tax_code, each.name) for each in known.rows], known.before, known.after)
    return page(
        request,
        site,
        "staff/officers/enterprises.html",
        found=found,
        q=words,
        standing=chosen,
        standings=STANDINGS,
        is_filtered=bool(words.strip() or standing),
    )


@get("/enterprises/{tax_code:str}", opt=roles(CASE_WORKERS, of="enterprise"), sync_to_thread=True)
def enterprise_page(request: HttpRequest, site: OfSite, tax_code: FromPath[str], done: FromQuery[str] = "") -> Template:
    """One enterprise with its people and its cases."""
    return _page(request, site, tax_code, done=done if done in DONE else "")


@post("/enterprises/{tax_code:str}/verify", opt=roles(CASE_WORKERS, of="enterprise"), sync_to_thread=True)
def verify(request: HttpRequest, site: OfSite, tax_code: FromPath[str], data: Form) -> Template | Redirect:
    """Verify a request, and tell the person."""
    return _act(request, site, tax_code, data, "verified", lambda s, m, o: officer_desk.verify(site.desk, s, m, o))


@post("/enterprises/{tax_code:str}/refuse", opt=roles(CASE_WORKERS, of="enterprise"), sync_to_thread=True)
def refuse(request: HttpRequest, site: OfSite, tax_code: FromPath[str], data: Form) -> Template | Redirect:
    """Turn a request down, and tell the person why."""
    reason = data.get("reason", "")[:1000]
    return _act(
        request, site, tax_code, data, "refused", lambda s, m, o: officer_desk.refuse(site.desk, s, m, o, reason)
    )


@post("/enterprises/{tax_code:str}/end", opt=roles(CASE_WORKERS, of="enterprise"), sync_to_thread=True)
def end(request: HttpRequest, site: OfSite, tax_code: FromPath[str], data: Form) -> Template | Redirect:
    """End somebody's access, and tell them."""
    return _act(request, site, tax_code, data, "ended", lambda s, m, o: officer_desk.end(site.desk, s, m, o))


def _act(
    request: HttpRequest, site: Site, tax_code: str, data: dict[str, str], done: str, act: MembershipAct
) -> Template | Redirect:
    """Do it in one transaction; what the desk refuses is said on the page."""
    try:
        with site.desk.store.writing() as session:
            officer = officer_in(request, session)
            enterprise = _enterprise(session, tax_code, officer)
            held = session.get(Membership, whole_number(data.get("membership")))
            if held is None or held.enterprise_id != enterprise.id:
                raise NotFoundException
            act(session, held, officer)
    except EnterpriseRefused as refused:
        return _page(request, site, tax_code, refused=refused.reason)
    return see_other(f"/desk/enterprises/{tax_code}?done={done}")


def _page(request: HttpRequest, site: Site, tax_code: str, *, done: str = "", refused: str = "") -> Template:
    language = language_of(request)
    with site.desk.store.reading() as session:
        officer = officer_in(request, session)
        enterprise = _enterprise(session, tax_code, officer)
        people = [_shown(session, held) for held in enterprises.people_of(session, enterprise)]
        query = select(Case).where(Case.enterprise_id == enterprise.id, queries.seen_by(officer))
        newest = session.scalars(query.order_by(Case.id.desc()).limit(LISTED))
        cases = [line_of(case, site.desk.now(), language) for case in newest]
        unit = enterprise.unit.name(language) if enterprise.unit is not None else None
    return page(
        request,
        site,
        "staff/officers/enterprise.html",
        here=f"/desk/enterprises/{tax_code}",
        status=409 if refused else 200,
        enterprise=enterprise,
        unit=unit,
        people=people,
        cases=cases,
        done=done,
        refused=site.desk.texts.say(refused, language) if refused else "",
    )


def _enterprise(session: Session, tax_code: str, officer: Officer) -> Enterprise:
    """The enterprise, where the officer may settle who acts for it; of another it is not told that it is there."""
    enterprise = enterprises.by_tax_code(session, tax_code)
    if enterprise is None or not enterprises.may_settle(session, officer, enterprise):
        raise NotFoundException
    return enterprise


def _shown(session: Session, held: Membership) -> ShownMembership:
    last = addressee.latest_of(session, Chat.person_id == held.person_id)
    return ShownMembership(
        id=held.id,
        tax_code=held.enterprise.tax_code,
        enterprise=held.enterprise.name,
        name=held.person.name,
        introduction=held.introduction,
        kind=held.kind,
        channel=last.chat.channel if last is not None else None,
        state=held.state,
        how=held.how,
        asked_at=held.asked_at,
        settled_at=held.settled_at,
    )
