"""The page of one case: what it shows, the parts of it that stay fresh, and the list that it was opened from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from litestar import Response
from litestar.response import Template
from sqlalchemy.orm import Session

from console.enterprise import chat_messages
from console.staff.officers import alike_panel, case_forms
from console.staff.officers.case_access import seen_case
from console.staff.officers.inbox_query import InboxQuery
from console.web import live
from console.web.case_views import is_at_risk, is_overdue, thread_of
from console.web.file_views import files_of
from console.web.site import HttpRequest, Site, language_of, officer_in, page
from desk.cases import changes, listing
from desk.cases.assigning import words as routing_words
from desk.cases.listing import Beside, View
from desk.cases.model import Case, CaseState
from desk.cases.officers import desk as officer_desk
from desk.cases.officers import history
from desk.guidance.record import Language
from desk.law.impact import listing as impact_listing
from desk.people.model import Officer
from desk.receipts import service as receipts
from desk.units import service as units

#: After these an officer goes on with the next case that waits.
GO_ON_AFTER = ("claimed", "resolved", "sent", "drafted", "asked", "returned", "signed", "spam")


def came_from_of(request: HttpRequest) -> InboxQuery:
    """The list from which the officer opened the case."""
    return InboxQuery.from_text(request.query_params.get("list", ""))


def show_case(
    request: HttpRequest,
    site: Site,
    number: str,
    *,
    done: str = "",
    refused: str = "",
    sentence: str = "",
    draft: str = "",
    quoted: str = "",
    typed: Mapping[str, str] | None = None,
) -> Template:
    """The page; what was refused is told by the text named ``refused``, or by a whole ``sentence``.

    ``draft`` is the reply as it is being written, ``typed`` what stands in the other forms.
    """
    desk, language, now = site.desk, language_of(request), site.desk.now()
    came_from = came_from_of(request)
    with desk.store.reading() as session:
        officer = officer_in(request, session)
        case = seen_case(session, number, officer)
        fresh = _fresh(session, site, case, officer, language)
        version = live.version(changes.version_of(session, case.id, now))
        conversation = chat_messages.shown(session, officer_desk.conversation_of(session, case), now)
        law = officer_desk.related_law(desk, session, case, language)
        following = listing.next_waiting(session, officer, now, case) if done in GO_ON_AFTER else None
        neighbours = _neighbours(session, officer, came_from, case, now)
        known = history.of_case(session, case, officer, language)
    values = {"number": case.number}
    return page(
        request,
        site,
        "staff/officers/case.html",
        here=f"/desk/cases/{number}",
        status=409 if refused or sentence else 200,
        **fresh,
        **_list_values(came_from),
        version=version,
        conversation=conversation,
        law=law.passages,
        law_as_of=law.as_of,
        beside=alike_panel.beside(desk, case.id, officer.id, language),
        reply_length=officer_desk.REPLY_LENGTH,
        done=done,
        goes_on=done in GO_ON_AFTER,
        next_waiting=following.number if following is not None else None,
        neighbours=neighbours,
        history=known,
        refused=desk.texts.say(refused, language, **values) if refused else sentence,
        limits=desk.rules.files.megabytes,
        draft=draft,
        quoted=quoted,
        typed=typed or {},
    )


def live_parts(request: HttpRequest, site: Site, number: str, known: str) -> Response[Any]:
    """The facts, the thread, the files and the draft, where the case changed since the version ``known``."""
    with site.desk.store.reading() as session:
        officer = officer_in(request, session)
        case = seen_case(session, number, officer)
        version = live.version(changes.version_of(session, case.id, site.desk.now()))
        if version == known:
            return live.unchanged(version)
        fresh = _fresh(session, site, case, officer, language_of(request))
    values = {**fresh, **_list_values(came_from_of(request))}
    values |= {"typed": {}, "reply_length": officer_desk.REPLY_LENGTH}
    return live.changed(page(request, site, "staff/officers/case_live.html", **values), version)


def _fresh(session: Session, site: Site, case: Case, officer: Officer, language: Language) -> dict[str, Any]:
    """What the parts of the page show that stay fresh."""
    desk = site.desk
    thread = thread_of(session, case, language, desk=desk)
    forms = case_forms.forms_of(desk, session, case, officer, language)
    holder = case.holder
    return {
        "case": case,
        "state": case.state,
        "holder": holder.name if holder else None,
        "is_mine": holder is not None and holder.id == officer.id,
        "is_overdue": is_overdue(case, desk.now()),
        "is_at_risk": is_at_risk(case, desk.now()),
        "may_claim": case.state is CaseState.WAITING and forms.may_work,
        "may_resolve": case.state is CaseState.ANSWERED,
        "channel": case.channel,
        "routing": routing_words.facts(desk, case, language),
        "thread": thread,
        "receipts": receipts.codes_of(session, case.enquiry_id),
        "seen": max((entry.id for entry in thread), default=0),
        "forms": forms,
        "files": files_of(desk, session, case, language),
        "file_address": f"/desk/cases/{case.number}/files",
        "law_tasks": [(task.id, task.instrument) for task in impact_listing.of_case(session, case)],
    }


def _list_values(came_from: InboxQuery) -> dict[str, Any]:
    """``kept`` follows the addresses of the case, so that its acts lead back; ``way_back`` is the list's."""
    parameter, of_list = came_from.as_parameter(), came_from.of_list
    return {
        "kept": f"?{urlencode(parameter)}" if parameter else "",
        "way_back": f"/desk/cases?{urlencode(of_list)}" if of_list else "/desk/cases",
    }


def _neighbours(
    session: Session, officer: Officer, came_from: InboxQuery, case: Case, now: dt.datetime
) -> Beside | None:
    """The cases before and after this one in the view that it was opened from; None for searches."""
    if came_from.view not in list(View):
        return None
    unit = units.by_code(session, came_from.unit) if came_from.unit else None
    view = View(came_from.view)
    return listing.beside(session, officer, view, now, case, came_from.narrowing(unit))
