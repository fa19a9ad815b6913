"""Questionnaires of one's units: the list, and the page on which one is looked at, opened, watched and closed."""

from __future__ import annotations

from collections.abc import Mapping

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.staff.questionnaires import views
from console.staff.questionnaires.access import PATH, act_and_go_on, errors_of, known
from console.web.guard import MANAGERS, roles
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, officer_in, page
from console.web.typed import whole_number, words
from desk.paging import Page
from desk.people.model import Officer
from desk.questionnaires import service
from desk.questionnaires.model import Questionnaire, QuestionnaireState
from desk.questionnaires.permissions import QuestionnaireRefused

DONE = ("made", "saved", "sample", "opened", "closed", "published", "discarded")


@get("/questionnaires", opt=roles(MANAGERS), sync_to_thread=True)
def questionnaire_list(
    request: HttpRequest,
    site: OfSite,
    which: FromQuery[str] = "",
    done: FromQuery[str] = "",
    after: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
) -> Template:
    """Those of the units that one leads, the newest first, page by page."""
    language, chosen = language_of(request), which if which in set(QuestionnaireState) else ""
    with site.desk.store.reading() as session:
        found = service.listed(
            session,
            officer_in(request, session),
            limit=views.LISTED,
            states=(QuestionnaireState(chosen),) if chosen else (),
            after=after or None,
            before=before or None,
        )
        rows = [views.row_of(session, each, language) for each in found.rows]
    return page(
        request,
        site,
        "staff/questionnaires/list.html",
        rows=rows,
        beside=Page(rows, found.before, found.after),
        states=[each.value for each in QuestionnaireState],
        chosen=chosen,
        done=done if done in DONE else "",
    )


@get("/questionnaires/{questionnaire:str}", opt=roles(MANAGERS, of="questionnaire"), sync_to_thread=True)
def questionnaire_page(
    request: HttpRequest, site: OfSite, questionnaire: FromPath[str], done: FromQuery[str] = ""
) -> Template:
    """What is asked of whom, how far it has come, and what can be done with it."""
    return _page(request, site, questionnaire, done=done if done in DONE else "")


@post("/questionnaires/{questionnaire:str}/open", opt=roles(MANAGERS, of="questionnaire"), sync_to_thread=True)
def open_questionnaire(
    request: HttpRequest, site: OfSite, questionnaire: FromPath[str], data: Form
) -> Template | Redirect:
    """Draw the sample and let it go, having typed how many people are asked."""
    typed = {"people": words(data, "people")}

    def act(session: Session, found: Questionnaire, officer: Officer) -> None:
        service.open_(site.desk, session, found, officer, people=whole_number(typed["people"]))

    return act_and_go_on(
        request, site, questionnaire, act, f"{PATH}/{questionnaire}?done=opened",
        lambda refused: _page(request, site, questionnaire, refused=refused, typed=typed),
    )  # fmt: skip


@post("/questionnaires/{questionnaire:str}/close", opt=roles(MANAGERS, of="questionnaire"), sync_to_thread=True)
def close_questionnaire(request: HttpRequest, site: OfSite, questionnaire: FromPath[str]) -> Template | Redirect:
    """Take no more answers."""

    def act(session: Session, found: Questionnaire, officer: Officer) -> None:
        service.close(site.desk, session, found, officer)

    return act_and_go_on(
        request, site, questionnaire, act, f"{PATH}/{questionnaire}?done=closed",
        lambda refused: _page(request, site, questionnaire, refused=refused),
    )  # fmt: skip


@post("/questionnaires/{questionnaire:str}/discard", opt=roles(MANAGERS, of="questionnaire"), sync_to_thread=True)
def discard_questionnaire(request: HttpRequest, site: OfSite, questionnaire: FromPath[str]) -> Template | Redirect:
    """Throw a draft away."""

    def act(session: Session, found: Questionnaire, officer: Officer) -> None:
        service.discard(site.desk, session, found, officer)

    return act_and_go_on(
        request, site, questionnaire, act, f"{PATH}?done=discarded",
        lambda refused: _page(request, site, questionnaire, refused=refused),
    )  # fmt: skip


def _page(
    request: HttpRequest,
    site: Site,
    questionnaire: str,
    *,
    done: str = "",
    refused: QuestionnaireRefused | None = None,
    typed: Mapping[str, str] | None = None,
) -> Template:
    language = language_of(request)
    with site.desk.store.reading() as session:
        found, officer = known(request, session, questionnaire)
        values = views.values_of(site.desk, session, found, officer, language)
    errors = errors_of(request, site, [refused] if refused else [])
    return page(
        request,
        site,
        "staff/questionnaires/one.html",
        status=409 if refused else 200,
        here=f"{PATH}/{questionnaire}",
        done=done,
        error_people=errors.get("people", ""),
        refused=next((said for field, said in errors.items() if field != "people"), ""),
        typed=typed or {},
        left_out=views.left_out(values["preview"]) if values["preview"] else [],
        **values,
    )
