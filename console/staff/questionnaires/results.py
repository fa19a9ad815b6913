"""What came of a questionnaire, once it is closed: figures, plots and files, what people wrote, and the publication."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from console.staff.questionnaires import views
from console.staff.questionnaires.access import PATH, act_and_go_on, errors_of, known
from console.web.exports import export, recorded
from console.web.guard import MANAGERS, roles
from console.web.result_views import Asked, asked_of
from console.web.site import Form, HttpRequest, OfSite, Site, language_of, page
from console.web.typed import whole_number
from desk.audit.exporting import Export
from desk.desk import Desk
from desk.people.model import Officer
from desk.plots.drawing import Plot
from desk.questionnaires import publishing, service, written
from desk.questionnaires.model import Question, QuestionKind, Questionnaire, QuestionnaireState
from desk.questionnaires.permissions import QuestionnaireRefused, must_be
from desk.questionnaires.report import files, groups, told
from desk.questionnaires.report.groups import ToldGroups
from desk.questionnaires.report.pictures import ResultPictures
from desk.questionnaires.report.sentences import Sentences
from desk.questionnaires.report.tables import ResultTables
from desk.tables.table import Table

#: Texts on one page.
LISTED = 50


@dataclass(frozen=True)
class Compared:
    """Groups of people as the page shows them: a plot for each question with levels, and a table."""

    told: ToldGroups
    plots: list[Plot]
    table: Table


@get("/questionnaires/{questionnaire:str}/results", opt=roles(MANAGERS, of="questionnaire"), sync_to_thread=True)
def results_page(request: HttpRequest, site: OfSite, questionnaire: FromPath[str], by: FromQuery[str] = "") -> Template:
    """How many took part, and what they answered; ``by`` names what groups are compared by."""
    language = language_of(request)
    with site.desk.store.reading() as session:
        found, _ = _over(request, session, questionnaire)
        says = Sentences(site.desk.texts, language)
        shown = told.of_results(site.desk, session, found, language)
        tables = ResultTables(shown, site.desk.texts, language, site.desk.now())
        ways = groups.ways(site.desk, found, language)
        values: dict[str, Any] = {
            "facts": views.facts_of(found, language),
            "told": shown,
            "rate": says.rate(shown),
            "asked": asked_of(shown, says, tables),
            "means": ResultPictures(says).means(shown.questions),
            "tables": [tables.rate(), tables.means()],
            "ways": [(way.key, way.label) for way in ways],
            "compared": next(
                (_compared(site.desk, session, found, way, says, tables) for way in ways if way.key == by), None
            ),
            "least": site.desk.rules.questionnaires.anonymous_from,
        }
    return page(
        request,
        site,
        "staff/questionnaires/results.html",
        here=f"{PATH}/{questionnaire}/results",
        by=by,
        **values,
    )


@get("/questionnaires/{questionnaire:str}/export.csv", opt=roles(MANAGERS, of="questionnaire"), sync_to_thread=True)
def results_as_csv(request: HttpRequest, site: OfSite, questionnaire: FromPath[str]) -> Response[bytes]:
    """All figures and, masked, all texts in one file."""
    return _export(request, site, questionnaire, "csv")


@get("/questionnaires/{questionnaire:str}/export.xlsx", opt=roles(MANAGERS, of="questionnaire"), sync_to_thread=True)
def results_as_xlsx(request: HttpRequest, site: OfSite, questionnaire: FromPath[str]) -> Response[bytes]:
    """The same as a workbook."""
    return _export(request, site, questionnaire, "xlsx")


@get("/questionnaires/{questionnaire:str}/texts", opt=roles(MANAGERS, of="questionnaire"), sync_to_thread=True)
def texts_page(
    request: HttpRequest,
    site: OfSite,
    questionnaire: FromPath[str],
    question: FromQuery[str] = "",
    after: FromQuery[str] = "",
    before: FromQuery[str] = "",
) -> Template:
    """What people wrote to a question, page by page."""
    return _texts(request, site, questionnaire, {"question": question, "after": after, "before": before})


@post("/questionnaires/{questionnaire:str}/texts", opt=roles(MANAGERS, of="questionnaire"), sync_to_thread=True)
def release_text(request: HttpRequest, site: OfSite, questionnaire: FromPath[str], data: Form) -> Template | Redirect:
    """Let one text be published, or no longer."""
    place = {name: data.get(name, "") for name in ("question", "after", "before")}

    def act(session: Session, found: Questionnaire, officer: Officer) -> None:
        publish, answer = data.get("publish") == "yes", data.get("answer", "")
        written.release(site.desk, session, found, answer, officer, publish=publish)

    way = f"{PATH}/{questionnaire}/texts?" + urlencode({name: value for name, value in place.items() if value})
    return act_and_go_on(
        request, site, questionnaire, act, way, lambda refused: _texts(request, site, questionnaire, place, refused)
    )


@get("/questionnaires/{questionnaire:str}/publish", opt=roles(MANAGERS, of="questionnaire"), sync_to_thread=True)
def publish_page(request: HttpRequest, site: OfSite, questionnaire: FromPath[str]) -> Template:
    """What everybody would read, before anybody does."""
    return _publish(request, site, questionnaire)


@post("/questionnaires/{questionnaire:str}/publish", opt=roles(MANAGERS, of="questionnaire"), sync_to_thread=True)
def publish(request: HttpRequest, site: OfSite, questionnaire: FromPath[str]) -> Template | Redirect:
    """Freeze the summary for everybody to read."""

    def act(session: Session, found: Questionnaire, officer: Officer) -> None:
        publishing.publish(site.desk, session, found, officer)

    return act_and_go_on(
        request, site, questionnaire, act, f"{PATH}/{questionnaire}?done=published",
        lambda refused: _publish(request, site, questionnaire, refused),
    )  # fmt: skip


def _over(request: HttpRequest, session: Session, questionnaire: str) -> tuple[Questionnaire, Officer]:
    """One that takes no more answers: before that nobody sees single answers come in."""
    found, officer = known(request, session, questionnaire)
    if found.state not in told.OVER:
        raise NotFoundException
    return found, officer


def _compared(
    desk: Desk,
    session: Session,
    questionnaire: Questionnaire,
    way: groups.Way,
    says: Sentences,
    tables: ResultTables,
) -> Compared:
    found = groups.compared(desk, session, questionnaire, way, says.language)
    count = len(found.groups[0][2]) if found.groups else 0
    drawn = []
    for place in range(count):
        rows = [(label, people, questions[place]) for label, people, questions in found.groups]
        plot = ResultPictures(says).compared(rows[0][2].number, rows)
        if plot is not None:
            drawn.append(plot)
    return Compared(found, drawn, tables.compared(way.label, found.groups))


def _export(request: HttpRequest, site: Site, questionnaire: str, format: str) -> Response[bytes]:
    language = language_of(request)
    with site.desk.store.reading() as session:
        found, _ = _over(request, session, questionnaire)
        tables = files.tables_of(site.desk, session, found, language)
        file = export(site, tables, format, name=f"questionnaire-{found.id}", language=language)
    return recorded(request, site, Export.QUESTIONNAIRE, file, format, subject=f"questionnaire#{found.id}")


def _texts(
    request: HttpRequest,
    site: Site,
    questionnaire: str,
    place: dict[str, str],
    refused: QuestionnaireRefused | None = None,
) -> Template:
    language = language_of(request)
    with site.desk.store.reading() as session:
        found, _ = _over(request, session, questionnaire)
        asked = [each for each in found.questions if each.kind == QuestionKind.TEXT]
        question = _chosen(session, found, asked, place["question"])
        after, before = place["after"] or None, place["before"] or None
        beside = written.listed(site.desk, session, found, question, limit=LISTED, after=after, before=before)
        facts = views.facts_of(found, language)
        questions = [(str(each.id), f"{each.position + 1}. {each.text(language)}") for each in asked]
    errors = errors_of(request, site, [refused] if refused else [])
    return page(
        request,
        site,
        "staff/questionnaires/texts.html",
        status=409 if refused else 200,
        here=f"{PATH}/{questionnaire}/texts",
        facts=facts,
        questions=questions,
        question={"id": str(question.id), "text": question.text(language)},
        beside=beside,
        place=place,
        may_release=facts["state"] == QuestionnaireState.CLOSED,
        refused=next(iter(errors.values()), ""),
    )


def _chosen(session: Session, questionnaire: Questionnaire, asked: list[Question], id: str) -> Question:
    """The question that the address names, else the first that wants words."""
    if not asked:
        raise NotFoundException
    if not id:
        return asked[0]
    found = service.question_of(session, questionnaire, whole_number(id))
    if found is None or found.kind != QuestionKind.TEXT:
        raise NotFoundException
    return found


def _publish(
    request: HttpRequest, site: Site, questionnaire: str, refused: QuestionnaireRefused | None = None
) -> Template:
    language = language_of(request)
    with site.desk.store.reading() as session:
        found, _ = _over(request, session, questionnaire)
        asked: list[Asked] = []
        shown = None
        try:
            must_be(found, QuestionnaireState.CLOSED)
            shown = told.of_summary(site.desk.texts, publishing.summary(site.desk, session, found), language)
        except QuestionnaireRefused as wrong:
            refused = refused or wrong
        facts = views.facts_of(found, language)
    says = Sentences(site.desk.texts, language)
    if shown is not None:
        asked = asked_of(shown, says, ResultTables(shown, site.desk.texts, language, site.desk.now()))
    errors = errors_of(request, site, [refused] if refused else [])
    return page(
        request,
        site,
        "staff/questionnaires/publish.html",
        status=409 if refused and request.method == "POST" else 200,
        here=f"{PATH}/{questionnaire}/publish",
        facts=facts,
        told=shown,
        least=site.desk.rules.questionnaires.cell,
        asked=asked,
        rate=says.rate(shown) if shown else "",
        texts=any(each.question.kind == QuestionKind.TEXT for each in asked),
        refused=next(iter(errors.values()), ""),
    )
