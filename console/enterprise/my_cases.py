"""A visitor's cases on the web, those of whom they act for now, with a search; each leads to its private page."""

from __future__ import annotations

from litestar import get
from litestar.params import FromQuery
from litestar.response import Template

from console.enterprise.case_page import whole_number
from console.enterprise.chat_messages import chat_of_visitor
from console.web.site import HttpRequest, OfSite, page
from desk.cases.persons.search import Found, find
from desk.enterprises import access

LISTED = 20


@get("/my-cases", sync_to_thread=True)
def my_cases(request: HttpRequest, site: OfSite, q: FromQuery[str] = "", before: FromQuery[str] = "") -> Template:
    """The newest cases, or those with the words of a search."""
    found, enterprise = Found([], None), None
    visitor = site.visitor_of(request)
    wanted = q.strip()[:200]
    with site.desk.store.reading() as session:
        chat = chat_of_visitor(session, visitor) if visitor is not None else None
        if chat is not None:
            membership = access.acting_for(session, chat.person)
            enterprise = membership.enterprise.name if membership is not None else None
            rule = access.visible_to(session, chat.person)
            found = find(session, rule, wanted, before=whole_number(before) or None, limit=LISTED)
    return page(
        request,
        site,
        "enterprise/my_cases.html",
        here="/my-cases",
        cases=found.cases,
        older=found.before,
        enterprise=enterprise,
        q=wanted,
    )
