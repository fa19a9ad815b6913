"""The acts on a case's page beside reply and resolve: return, transfer, take over, note, ask, sign, quote."""

from __future__ import annotations

from litestar import post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.staff.officers.case import act_on_case
from console.staff.officers.case_access import seen_case
from console.staff.officers.case_shown import show_case
from console.web.guard import CASE_WORKERS, roles
from console.web.site import Form, HttpRequest, OfSite, language_of, officer_in, see_other
from console.web.typed import words
from desk.cases import permissions
from desk.cases.model import Case
from desk.cases.officers import desk as officer_desk
from desk.cases.officers import quotes
from desk.gaps import from_replies
from desk.guidance.permissions import may_write
from desk.people import service as people
from desk.people.model import Officer
from desk.units import service as units


@post("/cases/{number:str}/return", opt=roles(CASE_WORKERS, of="case"), sync_to_thread=True)
def give_back(request: HttpRequest, site: OfSite, number: FromPath[str], data: Form) -> Template | Redirect:
    reason = words(data, "reason")
    return act_on_case(
        request,
        site,
        number,
        "returned",
        lambda s, c, o: officer_desk.give_back(site.desk, s, c, o, reason),
        typed={"return": reason},
    )


@post("/cases/{number:str}/transfer", opt=roles(CASE_WORKERS, of="case"), sync_to_thread=True)
def transfer(request: HttpRequest, site: OfSite, number: FromPath[str], data: Form) -> Template | Redirect:
    """Pass the case on to the unit of the code, and where one is named into a colleague's hands."""
    code, username, reason = data.get("unit", ""), data.get("colleague", "").strip(), words(data, "reason")

    def pass_on(session: Session, case: Case, officer: Officer) -> None:
        unit = units.by_code(session, code)
        if unit is None:
            raise permissions.CaseRefused("officer.no_such_unit")
        colleague = people.by_username(session, username) if username else None
        if username and colleague is None:
            raise permissions.CaseRefused("officer.no_such_colleague")
        officer_desk.transfer(site.desk, session, case, officer, unit, reason, colleague)

    typed = {"unit": code, "colleague": username, "transfer": reason}
    return act_on_case(request, site, number, "transferred", pass_on, typed=typed)


@post("/cases/{number:str}/take-over", opt=roles(CASE_WORKERS, of="case"), sync_to_thread=True)
def take_over(request: HttpRequest, site: OfSite, number: FromPath[str]) -> Template | Redirect:
    return act_on_case(request, site, number, "taken_over", lambda s, c, o: officer_desk.take_over(site.desk, s, c, o))


@post("/cases/{number:str}/note", opt=roles(CASE_WORKERS, of="case"), sync_to_thread=True)
def note(request: HttpRequest, site: OfSite, number: FromPath[str], data: Form) -> Template | Redirect:
    text = words(data, "text")
    return act_on_case(
        request,
        site,
        number,
        "noted",
        lambda s, c, o: officer_desk.note(site.desk, s, c, o, text),
        typed={"note": text},
    )


@post("/cases/{number:str}/ask", opt=roles(CASE_WORKERS, of="case"), sync_to_thread=True)
def ask(request: HttpRequest, site: OfSite, number: FromPath[str], data: Form) -> Template | Redirect:
    text = words(data, "text")
    return act_on_case(
        request,
        site,
        number,
        "asked",
        lambda s, c, o: officer_desk.ask(site.desk, s, c, o, text),
        typed={"ask": text},
    )


@post("/cases/{number:str}/spam", opt=roles(CASE_WORKERS, of="case"), sync_to_thread=True)
def resolve_as_spam(request: HttpRequest, site: OfSite, number: FromPath[str], data: Form) -> Template | Redirect:
    reason = words(data, "reason")
    return act_on_case(
        request,
        site,
        number,
        "spam",
        lambda s, c, o: officer_desk.resolve_as_spam(site.desk, s, c, o, reason),
        typed={"spam": reason},
    )


@post("/cases/{number:str}/reopen", opt=roles(CASE_WORKERS, of="case"), sync_to_thread=True)
def reopen(request: HttpRequest, site: OfSite, number: FromPath[str]) -> Template | Redirect:
    return act_on_case(request, site, number, "reopened", lambda s, c, o: officer_desk.reopen(site.desk, s, c, o))


@post("/cases/{number:str}/sign", opt=roles(CASE_WORKERS, of="case"), sync_to_thread=True)
def sign(request: HttpRequest, site: OfSite, number: FromPath[str]) -> Template | Redirect:
    return act_on_case(request, site, number, "signed", lambda s, c, o: officer_desk.sign(site.desk, s, c, o))


@post("/cases/{number:str}/return-draft", opt=roles(CASE_WORKERS, of="case"), sync_to_thread=True)
def return_draft(request: HttpRequest, site: OfSite, number: FromPath[str], data: Form) -> Template | Redirect:
    reason = words(data, "reason")
    return act_on_case(
        request,
        site,
        number,
        "draft_returned",
        lambda s, c, o: officer_desk.return_draft(site.desk, s, c, o, reason),
        typed={"return_draft": reason},
    )


@post("/cases/{number:str}/draft-guidance", opt=roles(CASE_WORKERS, of="case"), sync_to_thread=True)
def draft_guidance(request: HttpRequest, site: OfSite, number: FromPath[str]) -> Template | Redirect:
    """Make guidance from the last reply: a curator goes on with the draft, others propose it to curators."""
    language = language_of(request)
    written: list[int] = []

    def draft(session: Session, case: Case, officer: Officer) -> None:
        made = from_replies.draft_from(site.desk, session, case, officer, language)
        if may_write(officer):
            written.append(made.id)

    done = act_on_case(request, site, number, "guidance_proposed", draft)
    return see_other(f"/desk/guidance/drafts/{written[0]}") if written else done


@post("/cases/{number:str}/quote", opt=roles(CASE_WORKERS, of="case"), sync_to_thread=True, status_code=200)
def quote(request: HttpRequest, site: OfSite, number: FromPath[str], data: Form) -> Template:
    """Put guidance into the reply as it is being written; nothing is sent or kept."""
    draft, quoted = words(data, "text"), data.get("quoted", "")
    with site.desk.store.reading() as session:
        found = quotes.of_entry(
            site.desk, session, seen_case(session, number, officer_in(request, session)), data.get("quote", "")
        )
    if found is None:
        return show_case(request, site, number, refused="page.desk.quote_gone", draft=draft, quoted=quoted)
    draft = f"{draft}\n\n{found.text}" if draft else found.text
    return show_case(request, site, number, draft=draft, quoted=f"{quoted} {found.reference}".strip())
