"""Consultations of one's units: the list, and the page on which one is opened, read and closed."""

from __future__ import annotations

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.staff.consultations import views
from console.staff.consultations.access import PATH, Act, act_and_go_on, errors_of, known
from console.web.guard import MANAGERS, roles
from console.web.site import HttpRequest, OfSite, Site, language_of, officer_in, page
from desk.consultations import service
from desk.consultations.model import Consultation, ConsultationState
from desk.consultations.permissions import ConsultationRefused
from desk.paging import Page
from desk.people.model import Officer

DONE = ("made", "saved", "opened", "closed", "discarded", "answered")


@get("/consultations", opt=roles(MANAGERS), sync_to_thread=True)
def consultation_list(
    request: HttpRequest,
    site: OfSite,
    which: FromQuery[str] = "",
    done: FromQuery[str] = "",
    after: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
) -> Template:
    """Those of the units that one leads, the newest first, page by page."""
    language, chosen = language_of(request), which if which in set(ConsultationState) else ""
    with site.desk.store.reading() as session:
        found = service.listed(
            session,
            officer_in(request, session),
            limit=views.LISTED,
            states=(ConsultationState(chosen),) if chosen else (),
            after=after or None,
            before=before or None,
        )
        rows = [views.row_of(session, each, language) for each in found.rows]
    return page(
        request,
        site,
        "staff/consultations/list.html",
        rows=rows,
        beside=Page(rows, found.before, found.after),
        states=[each.value for each in ConsultationState],
        chosen=chosen,
        done=done if done in DONE else "",
    )


@get("/consultations/{consultation:str}", opt=roles(MANAGERS, of="consultation"), sync_to_thread=True)
def consultation_page(
    request: HttpRequest, site: OfSite, consultation: FromPath[str], done: FromQuery[str] = ""
) -> Template:
    """What is asked, what the comments say in groups, and what can be done with it."""
    return show(request, site, consultation, done=done if done in DONE else "")


@post("/consultations/{consultation:str}/open", opt=roles(MANAGERS, of="consultation"), sync_to_thread=True)
def open_consultation(request: HttpRequest, site: OfSite, consultation: FromPath[str]) -> Template | Redirect:
    """Let everybody comment, and tell subscribers."""

    def act(session: Session, found: Consultation, officer: Officer) -> None:
        service.open_(site.desk, session, found, officer)

    return _act(request, site, consultation, act, "opened")


@post("/consultations/{consultation:str}/close", opt=roles(MANAGERS, of="consultation"), sync_to_thread=True)
def close_consultation(request: HttpRequest, site: OfSite, consultation: FromPath[str]) -> Template | Redirect:
    """Take no more comments."""

    def act(session: Session, found: Consultation, officer: Officer) -> None:
        service.close(site.desk, session, found, officer)

    return _act(request, site, consultation, act, "closed")


@post("/consultations/{consultation:str}/discard", opt=roles(MANAGERS, of="consultation"), sync_to_thread=True)
def discard_consultation(request: HttpRequest, site: OfSite, consultation: FromPath[str]) -> Template | Redirect:
    """Throw a draft away."""

    def act(session: Session, found: Consultation, officer: Officer) -> None:
        service.discard(site.desk, session, found, officer)

    return act_and_go_on(
        request, site, consultation, act, f"{PATH}?done=discarded",
        lambda refused: show(request, site, consultation, refused=refused),
    )  # fmt: skip


def show(
    request: HttpRequest,
    site: Site,
    consultation: str,
    *,
    done: str = "",
    refused: ConsultationRefused | None = None,
    group: int = 0,
    typed: dict[str, str] | None = None,
) -> Template:
    """The page; what was refused about a group stands in its form, with everything that was typed."""
    language = language_of(request)
    with site.desk.store.reading() as session:
        found, _ = known(request, session, consultation)
        values = views.values_of(site.desk, session, found, language)
    errors = errors_of(request, site, refused)
    return page(
        request,
        site,
        "staff/consultations/one.html",
        status=409 if refused else 200,
        here=f"{PATH}/{consultation}",
        done=done,
        refused="" if group else next(iter(errors.values()), ""),
        errors=errors,
        failed=group,
        typed=typed or {},
        **values,
    )


def _act(request: HttpRequest, site: Site, consultation: str, act: Act, done: str) -> Template | Redirect:
    return act_and_go_on(
        request, site, consultation, act, f"{PATH}/{consultation}?done={done}",
        lambda refused: show(request, site, consultation, refused=refused),
    )  # fmt: skip
