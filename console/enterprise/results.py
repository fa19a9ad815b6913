"""The public pages of published results: the list, and one questionnaire's, as they were frozen."""

from __future__ import annotations

from typing import Any

from litestar import get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from console.web.result_views import asked_of
from console.web.site import HttpRequest, OfSite, language_of, page
from console.web.typed import whole_number
from desk.guidance.record import Language
from desk.paging import Page
from desk.questionnaires import publishing
from desk.questionnaires.model import Questionnaire
from desk.questionnaires.report.sentences import Sentences
from desk.questionnaires.report.tables import ResultTables
from desk.questionnaires.report.told import of_summary

#: Questionnaires on one page.
LISTED = 20


@get("/results", sync_to_thread=True)
def results_list(
    request: HttpRequest, site: OfSite, after: FromQuery[str | None] = None, before: FromQuery[str | None] = None
) -> Template:
    """What was published, the newest first."""
    language = language_of(request)
    with site.desk.store.reading() as session:
        found = publishing.published(session, limit=LISTED, after=after or None, before=before or None)
        rows = [_row(each, language) for each in found.rows]
    return page(request, site, "enterprise/results.html", rows=rows, beside=Page(rows, found.before, found.after))


@get("/results/{number:str}", sync_to_thread=True)
def result_page(request: HttpRequest, site: OfSite, number: FromPath[str]) -> Template:
    """The frozen summary of one questionnaire."""
    language = language_of(request)
    with site.desk.store.reading() as session:
        summary = publishing.published_summary(session, whole_number(number))
    if summary is None:
        raise NotFoundException
    told, says = of_summary(site.desk.texts, summary, language), Sentences(site.desk.texts, language)
    asked = asked_of(told, says, ResultTables(told, site.desk.texts, language, site.desk.now()))
    return page(
        request,
        site,
        "enterprise/result.html",
        here=f"/results/{number}",
        told=told,
        rate=says.rate(told),
        asked=asked,
        least=site.desk.rules.questionnaires.cell,
    )


def _row(questionnaire: Questionnaire, language: Language) -> dict[str, Any]:
    summary = questionnaire.published or {}
    return {
        "id": questionnaire.id,
        "title": summary["title"][language],
        "unit": summary["unit"][language],
        "finished": summary["finished"],
        "published_at": questionnaire.published_at,
    }
