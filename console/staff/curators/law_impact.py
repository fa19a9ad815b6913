"""Review tasks of legal instruments: the list, and one with why it is there and how it can be done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.staff.curators.acting import act_and_go_on
from console.staff.curators.guidance_views import names_of, title_of
from console.web.guard import CURATORS, READERS_OF_LAW, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page
from console.web.typed import whole_number, words
from desk.cases.model import Case
from desk.cases.permissions import may_work_on
from desk.conversations.model import Conversation
from desk.enquiries.model import Enquiry
from desk.guidance import versions
from desk.guidance.permissions import GuidanceRefused, may_write
from desk.guidance.record import Citation, Language
from desk.law.impact import listing
from desk.law.impact import service as impact
from desk.law.impact.model import How, ImpactKind, ImpactTask
from desk.law.instruments import place
from desk.law.numbers import in_address
from desk.paging import Page
from desk.people.model import Officer
from desk.privacy.known_names import masked_words

LISTED = 50
DONE = ("settled", "draft")
TaskAct = Callable[[Session, ImpactTask, Officer], str]


@get("/law/impact", opt=roles(READERS_OF_LAW), sync_to_thread=True)
def task_list(
    request: HttpRequest,
    site: OfSite,
    instrument: FromQuery[str] = "",
    kind: FromQuery[str] = "",
    which: FromQuery[str] = "",
    after: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
    done: FromQuery[str] = "",
) -> Template:
    """What waits to be looked at, or was, the oldest first."""
    desk, language = site.desk, language_of(request)
    settled = which == "done"
    wanted = listing.Wanted(instrument, next((each for each in ImpactKind if each == kind), None), settled)
    with desk.store.reading() as session:
        officer = officer_in(request, session)
        found = listing.listed(session, officer, wanted, limit=LISTED, after=after or None, before=before or None)
        rows = _rows(site, session, found.rows, language)
        instruments = listing.instruments_with_tasks(session, officer, done=settled)
        waiting = listing.open_count(session, officer)
    query = {name: value for name, value in (("instrument", instrument), ("kind", kind), ("which", which)) if value}
    return page(
        request,
        site,
        "staff/curators/law_impact.html",
        rows=rows,
        beside=Page(rows, found.before, found.after),
        query=query,
        instrument=instrument,
        instruments=instruments,
        kind=kind,
        kinds=[each.value for each in ImpactKind],
        settled=settled,
        waiting=waiting,
        done=done if done in DONE else "",
    )


@get("/law/impact/{task:str}", opt=roles(READERS_OF_LAW, of="law_task"), sync_to_thread=True)
def task_page(request: HttpRequest, site: OfSite, task: FromPath[str]) -> Template:
    """One task: what is cited where, and what can be done."""
    return _page(request, site, task)


@post("/law/impact/{task:str}/settle", opt=roles(READERS_OF_LAW, of="law_task"), sync_to_thread=True)
def settle(request: HttpRequest, site: OfSite, task: FromPath[str], data: Form) -> Template | Redirect:
    """Say that it is done, and how."""
    given, alike = words(data, "words"), bool(data.get("alike"))
    how = next((each for each in How if each == data.get("how", "")), None)

    def act(session: Session, found: ImpactTask, officer: Officer) -> str:
        if how is None:
            raise GuidanceRefused("law_desk.refused.no_way")
        impact.settle(site.desk, session, found, officer, how, given, alike=alike)
        return "/desk/law/impact?done=settled"

    typed = {"how": data.get("how", ""), "words": given, "alike": "yes" if alike else ""}
    return _act(request, site, task, act, typed)


@post("/law/impact/{task:str}/draft", opt=roles(CURATORS, of="law_task"), sync_to_thread=True)
def open_draft(request: HttpRequest, site: OfSite, task: FromPath[str]) -> Template | Redirect:
    """Open a draft of the entry, and go there."""

    def act(session: Session, found: ImpactTask, officer: Officer) -> str:
        return f"/desk/guidance/drafts/{impact.open_draft(site.desk, session, found, officer)}"

    return _act(request, site, task, act, {})


def _act(request: HttpRequest, site: Site, task: str, act: TaskAct, typed: Mapping[str, str]) -> Template | Redirect:
    def known(session: Session, officer: Officer) -> str:
        return act(session, _known(session, task, officer), officer)

    return act_and_go_on(request, site, known, lambda refused: _page(request, site, task, refused=refused, typed=typed))


def _known(session: Session, task: str, officer: Officer) -> ImpactTask:
    """The task, where the officer may see it; the guard knows the roles only."""
    found = impact.by_id(session, whole_number(task))
    if found is None or not listing.may_see(session, found, officer):
        raise NotFoundException
    return found


def _page(
    request: HttpRequest,
    site: Site,
    task: str,
    *,
    refused: GuidanceRefused | None = None,
    typed: Mapping[str, str] | None = None,
) -> Template:
    desk, language = site.desk, language_of(request)
    with desk.store.reading() as session:
        officer = officer_in(request, session)
        found = _known(session, task, officer)
        case = session.get(Case, found.case_id) if found.case_id is not None else None
        sees_case = case is not None and may_work_on(case, officer)
        names = names_of(session, desk, language, {found.done_by or ""})
        context: dict[str, Any] = {
            "row": _rows(site, session, [found], language)[0],
            "question": _question(site, session, found, case if sees_case else None, language),
            "sees_case": sees_case,
            "may_write": may_write(officer),
            "may_settle": impact.may_settle(session, found, officer) and found.is_open,
            "done_by": names.get(found.done_by or "", found.done_by),
            "waiting": listing.open_count(session, officer),
        }
    return page(
        request,
        site,
        "staff/curators/law_task.html",
        status=409 if refused else 200,
        here=f"/desk/law/impact/{task}",
        refused=desk.texts.say(refused.reason, language, **refused.values) if refused else "",
        typed=typed or {},
        ways=[how.value for how in impact.WAYS[ImpactKind(context["row"]["kind"])]],
        length=impact.LENGTH,
        **context,
    )


def _question(site: Site, session: Session, task: ImpactTask, case: Case | None, language: Language) -> str:
    """What was asked, where it is not forgotten: of a case to who may read it, else without what tells who asked."""
    if task.kind == ImpactKind.ANSWER:
        enquiry = session.get(Enquiry, task.subject)
        if enquiry is None:
            return ""
        person = session.get_one(Conversation, enquiry.conversation_id).chat.person_id
        return masked_words(site.desk.texts, session, enquiry.text, person, language)
    return case.question if case is not None else ""


def _rows(site: Site, session: Session, tasks: Sequence[ImpactTask], language: Language) -> list[dict[str, Any]]:
    entries = versions.newest_of_each(session, {task.entry_id for task in tasks if task.entry_id})
    known = site.desk.instruments
    asked = _asked_at(session, [task.subject for task in tasks if task.kind == ImpactKind.ANSWER])
    return [
        {
            "id": task.id,
            "kind": task.kind,
            "subject": task.subject,
            "entry": task.entry_id,
            "title": title_of(entries[task.entry_id].content, language) if task.entry_id in entries else "",
            "instrument": task.instrument,
            "address": in_address(task.instrument),
            "name": known[task.instrument].title[language] if task.instrument in known else "",
            "why": [_reason(reason, language) for reason in task.why],
            "opened_at": task.opened_at,
            "asked_at": asked.get(task.subject),
            "done_at": task.done_at,
            "how": task.how,
            "words": task.words,
        }
        for task in tasks
    ]


def _asked_at(session: Session, enquiries: Sequence[str]) -> dict[str, dt.datetime]:
    query = select(Enquiry.id, Enquiry.asked_at).where(Enquiry.id.in_(enquiries))
    return {row.id: row.asked_at for row in session.execute(query)}


def _reason(reason: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """A reason as it is shown: what is changed, how, since when, and where it is cited."""
    places = [place(Citation(instrument=reason["changed"], **each), language) for each in reason["places"]]
    since = dt.date.fromisoformat(reason["from"]) if reason["from"] else None
    return {
        "changed": reason["changed"],
        "address": in_address(reason["changed"]),
        "how": reason["how"],
        "from": since,
        "places": "; ".join(dict.fromkeys(each for each in places if each)),
        "named": not reason["places"],
    }
