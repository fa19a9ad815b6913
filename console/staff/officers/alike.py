"""One reply to many cases that ask the same, and taking out one that does not."""

from __future__ import annotations

from dataclasses import dataclass, field

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from console.staff.officers.case_access import seen_case
from console.web.guard import CASE_WORKERS, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page, see_other
from console.web.typed import whole_number, words
from desk.cases import permissions
from desk.cases.alike import search as alike
from desk.cases.alike.reply_many import Sent, Words, reply_to_many, resolve_many
from desk.cases.model import Case
from desk.cases.officers import desk as officer_desk
from desk.conversations import service as conversations
from desk.guidance.record import Language

#: Before the id of a case in the name of its box.
_BOX = "case-"


@dataclass(frozen=True)
class Draft:
    """What the officer has filled in: the text for each language, which cases get it, and how."""

    texts: dict[Language, str] = field(default_factory=dict)
    chosen: frozenset[int] = frozenset()
    marked: bool = False
    resolve: bool = False
    seen: int = 0


@get("/cases/{number:str}/alike", opt=roles(CASE_WORKERS, of="case"), sync_to_thread=True)
def many_page(request: HttpRequest, site: OfSite, number: FromPath[str]) -> Template:
    return _page(request, site, number, Draft())


@post("/cases/{number:str}/alike", status_code=200, opt=roles(CASE_WORKERS, of="case"), sync_to_thread=True)
def with_draft(request: HttpRequest, site: OfSite, number: FromPath[str], data: Form) -> Template:
    """The same page with what the officer had begun to write in the case; nothing is sent yet."""
    with site.desk.store.reading() as session:
        case = seen_case(session, number, officer_in(request, session))
        own = conversations.language_of(case.conversation)
    return _page(request, site, number, Draft({own: words(data, "text")}, seen=whole_number(data.get("seen"))))


@post("/cases/{number:str}/apart", status_code=200, opt=roles(CASE_WORKERS, of="case"), sync_to_thread=True)
def take_apart(request: HttpRequest, site: OfSite, number: FromPath[str], data: Form) -> Template | Redirect:
    """A suggestion was wrong: it is not made again; from the page of many, what is filled in stays."""
    draft = _draft(data)
    try:
        with site.desk.store.writing() as session:
            officer = officer_in(request, session)
            first = seen_case(session, number, officer)
            second = session.get(Case, whole_number(data.get("other")))
            if second is None:
                raise NotFoundException
            alike.take_apart(session, first, second, officer, site.desk.now())
    except permissions.CaseRefused as refused:
        return _page(request, site, number, draft, refused=refused.reason)
    if "writing" in data:
        return _page(request, site, number, draft)
    return see_other(f"/desk/cases/{number}?done=apart")


@post("/cases/{number:str}/reply-many", status_code=200, opt=roles(CASE_WORKERS, of="case"), sync_to_thread=True)
def reply_many(request: HttpRequest, site: OfSite, number: FromPath[str], data: Form) -> Template:
    """Send it to all that were chosen; a form that comes twice sends nothing twice."""
    desk, draft = site.desk, _draft(data)
    try:
        with desk.store.writing() as session:
            officer = officer_in(request, session)
            case = seen_case(session, number, officer)
            others = [other for id_ in draft.chosen if (other := session.get(Case, id_)) is not None]
            words = Words(conversations.language_of(case.conversation), draft.texts, draft.marked)
            sent = reply_to_many(desk, session, case, officer, others, words, seen=draft.seen)
            if draft.resolve:
                got_it = [one for one in (case, *others) if one.number in sent.numbers]
                resolve_many(desk, session, officer, got_it)
    except permissions.CaseRefused as refused:
        return _page(request, site, number, draft, refused=refused.reason)
    return _sent_page(request, site, number, sent)


def _draft(data: dict[str, str]) -> Draft:
    return Draft(
        texts={"vi": words(data, "text_vi"), "en": words(data, "text_en")},
        chosen=frozenset(whole_number(name.removeprefix(_BOX)) for name in data if name.startswith(_BOX)),
        marked="marked" in data,
        resolve="resolve" in data,
        seen=whole_number(data.get("seen")),
    )


def _page(request: HttpRequest, site: Site, number: str, draft: Draft, *, refused: str = "") -> Template:
    desk, language = site.desk, language_of(request)
    with desk.store.reading() as session:
        officer = officer_in(request, session)
        case = seen_case(session, number, officer)
        own = conversations.language_of(case.conversation)
        seen = draft.seen or max((entry.id for entry in case.entries), default=0)
        is_mine = case.holder_id == officer.id
    found = alike.find(desk, case.id, officer.id, language)
    free = {one.id for one in found.cases if one.free}
    return page(
        request,
        site,
        "staff/officers/alike.html",
        here=f"/desk/cases/{number}",
        status=409 if refused else 200,
        case=case,
        own=own,
        other="en" if own == "vi" else "vi",
        found=found,
        is_mine=is_mine,
        seen=seen,
        draft=draft,
        chosen=free & draft.chosen,
        needs_other=any(one.language != own for one in found.cases),
        reply_length=officer_desk.REPLY_LENGTH,
        refused=desk.texts.say(refused, language, number=number) if refused else "",
    )


def _sent_page(request: HttpRequest, site: Site, number: str, sent: Sent) -> Template:
    language = language_of(request)
    left_out = [site.desk.texts.say(one.reason, language, number=one.number) for one in sent.left_out]
    return page(
        request,
        site,
        "staff/officers/alike_sent.html",
        here=f"/desk/cases/{number}",
        number=number,
        sent=sent.numbers,
        left_out=left_out,
    )
