"""One case as officers work on it: what was asked, what was said, and claim, reply, resolve."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from litestar import get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.enterprise import chat_messages
from console.enterprise.case_page import whole_number
from console.staff.officers import alike_panel, case_forms
from console.staff.officers.case_access import seen_case
from console.web.case_views import MAY_BE_SENT_AGAIN, is_overdue, thread_of
from console.web.file_views import files_of
from console.web.guard import CASE_WORKERS, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page, see_other
from console.web.uploads import UPLOAD_BYTES, Filled, filled_in, refusal
from desk.attachments import forgetting
from desk.attachments.service import FileRefused
from desk.audit.service import record_act
from desk.cases import permissions
from desk.cases.assigning import words as routing_words
from desk.cases.model import Case, CaseState, EntryKind
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
    text, seen = filled.fields.get("text", "").replace("\r\n", "\n").strip(), whole_number(filled.fields.get("seen"))

    def send(session: Session, case: Case, officer: Officer) -> str:
        files = officer_desk.keep_files(site.desk, session, case, filled.uploads)
        said = text or to_person.named_by_files(site.desk, case, files)
        for kind, done in ((EntryKind.REPLIED, "sent"), (EntryKind.DRAFTED, "drafted")):
            if is_repeated(case, kind, said, seen):
                forgetting.drop(session, files)
                return done
        references = quotes.references(quoted)
        sent = officer_desk.reply(site.desk, session, case, officer, text, files, quoted=references)
        return "sent" if sent is not None else "drafted"

    return act_on_case(request, site, number, "sent", send, draft=text, quoted=quoted)


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
    return see_other(f"/desk/cases/{number}?done={done}" if is_seen_still else f"/desk/cases?gone={number}")


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
    desk, language = site.desk, language_of(request)
    with desk.store.reading() as session:
        officer = officer_in(request, session)
        case = seen_case(session, number, officer)
        thread = thread_of(session, case, language, desk=desk)
        forms = case_forms.forms_of(desk, session, case, officer, language)
        conversation = chat_messages.shown(session, officer_desk.conversation_of(session, case), desk.now())
        files = files_of(session, case, language)
        law = officer_desk.related_law(desk, session, case, language)
        holder, state = case.holder, case.state
        channel = case.conversation.chat.channel
        routing = routing_words.facts(desk, case, language)
    values = {"number": case.number}
    return page(
        request,
        site,
        "staff/officers/case.html",
        here=f"/desk/cases/{number}",
        status=409 if refused or sentence else 200,
        case=case,
        state=state,
        holder=holder.name if holder else None,
        is_mine=holder is not None and holder.id == officer.id,
        is_overdue=is_overdue(case, desk.now()),
        may_claim=state is CaseState.WAITING and forms.may_work,
        may_resolve=state is CaseState.ANSWERED,
        channel=channel,
        routing=routing,
        thread=thread,
        seen=max((entry.id for entry in thread), default=0),
        conversation=conversation,
        law=law.passages,
        beside=alike_panel.beside(desk, case.id, officer.id, language),
        law_as_of=law.as_of,
        reply_length=officer_desk.REPLY_LENGTH,
        done=done,
        refused=desk.texts.say(refused, language, **values) if refused else sentence,
        files=files,
        file_address=f"/desk/cases/{number}/files",
        limits=desk.rules.files.megabytes,
        draft=draft,
        quoted=quoted,
        forms=forms,
        typed=typed or {},
    )
