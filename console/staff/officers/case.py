"""One case as officers work on it: what was asked, what was said, and claim, reply, resolve."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.staff.officers import case_forms
from console.staff.officers.case_access import seen_case
from console.staff.officers.case_shown import came_from_of, live_parts, show_case
from console.web.case_views import MAY_BE_SENT_AGAIN
from console.web.guard import CASE_WORKERS, roles
from console.web.site import Form, HttpRequest, OfSite, Site, officer_in, see_other
from console.web.typed import whole_number, words
from console.web.uploads import UPLOAD_BYTES, Filled, filled_in, refusal
from desk.attachments import forgetting, intake
from desk.attachments.service import FileRefused
from desk.audit.service import record_act
from desk.cases import permissions
from desk.cases.model import Case, EntryKind
from desk.cases.officers import desk as officer_desk
from desk.cases.officers import quotes, to_person
from desk.cases.persons.private_link import is_repeated
from desk.deliveries import service as deliveries
from desk.people.model import Officer

CaseAct = Callable[[Session, Case, Officer], object]

DONE = ("claimed", "resolved", "sent", "sent_again", "apart", "contradiction", *case_forms.DONE)


@get("/cases/{number:str}", opt=roles(CASE_WORKERS, of="case"), sync_to_thread=True)
def case_page(request: HttpRequest, site: OfSite, number: FromPath[str], done: FromQuery[str] = "") -> Template:
    return show_case(request, site, number, done=done if done in DONE else "")


@get("/cases/{number:str}/live", opt=roles(CASE_WORKERS, of="case"), sync_to_thread=True)
def case_live(request: HttpRequest, site: OfSite, number: FromPath[str], version: FromQuery[str] = "") -> Response[Any]:
    """The parts of the page that change while it is open, where they are no longer as the page has them."""
    return live_parts(request, site, number, version)


@post("/cases/{number:str}/claim", opt=roles(CASE_WORKERS, of="case"), sync_to_thread=True)
def claim(request: HttpRequest, site: OfSite, number: FromPath[str]) -> Template | Redirect:
    return act_on_case(request, site, number, "claimed", lambda s, c, o: officer_desk.claim(site.desk, s, c, o))


@post("/cases/{number:str}/resolve", opt=roles(CASE_WORKERS, of="case"), sync_to_thread=True)
def resolve(request: HttpRequest, site: OfSite, number: FromPath[str]) -> Template | Redirect:
    return act_on_case(request, site, number, "resolved", lambda s, c, o: officer_desk.resolve(site.desk, s, c, o))


@post("/cases/{number:str}/reply", opt=roles(CASE_WORKERS, of="case"), request_max_body_size=UPLOAD_BYTES)
async def reply(request: HttpRequest, site: OfSite, number: FromPath[str]) -> Template | Redirect:
    """Send a reply with its files to the person; the same words and files sent twice from one page are one reply."""
    return await sync_to_thread(_reply, request, site, number, await filled_in(request))


def _reply(request: HttpRequest, site: Site, number: str, filled: Filled) -> Template | Redirect:
    quoted = filled.fields.get("quoted", "")
    text, seen = words(filled.fields, "text"), whole_number(filled.fields.get("seen"))
    try:
        taken = intake.take(site.desk, filled.uploads, _sender(request, site, number))
    except FileRefused as refused:
        return show_case(request, site, number, sentence=refusal(request, site, refused), draft=text, quoted=quoted)

    def send(session: Session, case: Case, officer: Officer) -> str:
        files = officer_desk.keep_files(site.desk, session, case, taken)
        said = text or to_person.named_by_files(site.desk, case, files)
        for kind, done in ((EntryKind.REPLIED, "sent"), (EntryKind.DRAFTED, "drafted")):
            if is_repeated(case, kind, said, seen):
                forgetting.drop(session, files)
                return done
        references = quotes.references(quoted)
        sent = officer_desk.reply(site.desk, session, case, officer, text, files, quoted=references)
        return "sent" if sent is not None else "drafted"

    return act_on_case(request, site, number, "sent", send, draft=text, quoted=quoted)


def _sender(request: HttpRequest, site: Site, number: str) -> str:
    """Who is about to reply, if they see the case; raises NotFoundException."""
    with site.desk.store.reading() as session:
        officer = officer_in(request, session)
        seen_case(session, number, officer)
        return officer.actor


@post("/cases/{number:str}/send-again", opt=roles(CASE_WORKERS, of="case"), sync_to_thread=True)
def send_again(request: HttpRequest, site: OfSite, number: FromPath[str], data: Form) -> Template | Redirect:
    """Try a reply that failed, or may not have arrived, once more."""
    wanted = whole_number(data.get("delivery"))

    def try_again(session: Session, case: Case, officer: Officer) -> None:
        delivery = next((d for d in officer_desk.deliveries_of(session, case).values() if d.id == wanted), None)
        if delivery is None or delivery.state not in MAY_BE_SENT_AGAIN:
            raise permissions.CaseRefused("page.desk.nothing_to_send_again")
        deliveries.send_again(session, delivery.id, site.desk.now())
        record_act(
            session,
            actor=officer.actor,
            act="delivery.sent_again",
            subject=number,
            detail={"delivery": delivery.id},
            at=site.desk.now(),
        )

    return act_on_case(request, site, number, "sent_again", try_again)


def act_on_case(
    request: HttpRequest,
    site: Site,
    number: str,
    done: str,
    act: CaseAct,
    *,
    draft: str = "",
    quoted: str = "",
    typed: Mapping[str, str] | None = None,
) -> Template | Redirect:
    """Do it in one transaction; what the desk refuses is said on the page, with all that was typed kept.

    An act that returns a name of DONE says by that what came of it, else it is ``done``.
    """
    try:
        with site.desk.store.writing() as session:
            officer = officer_in(request, session)
            case = seen_case(session, number, officer)
            came_of_it = act(session, case, officer)
            done = came_of_it if isinstance(came_of_it, str) and came_of_it in DONE else done
            is_seen_still = permissions.may_work_on(case, officer)
    except permissions.CaseRefused as refused:
        return show_case(request, site, number, refused=refused.reason, draft=draft, quoted=quoted, typed=typed)
    except FileRefused as refused:
        return show_case(
            request, site, number, sentence=refusal(request, site, refused), draft=draft, quoted=quoted, typed=typed
        )
    came_from = came_from_of(request)
    if is_seen_still:
        return see_other(f"/desk/cases/{number}?{urlencode({'done': done, **came_from.as_parameter()})}")
    return see_other(f"/desk/cases?{urlencode({**came_from.of_list, 'gone': number})}")
