"""All that came of a questionnaire as tables in one file: for leaders, with the groups and what people wrote."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from desk.desk import Desk
from desk.guidance.record import Language
from desk.questionnaires import written
from desk.questionnaires.model import Question, QuestionKind, Questionnaire
from desk.questionnaires.report import groups, told
from desk.questionnaires.report.tables import ResultTables
from desk.tables.table import Table

#: Texts that are read at once.
_AT_ONCE = 200


def tables_of(desk: Desk, session: Session, questionnaire: Questionnaire, language: Language) -> list[Table]:
    """What the pages of leaders show; texts are masked as they are there. Raises QuestionnaireRefused."""
    found = told.of_results(desk, session, questionnaire, language)
    made = ResultTables(found, desk.texts, language, desk.now())
    tables = made.all(_texts(desk, session, questionnaire, language))
    for way in groups.ways(desk, questionnaire, language):
        compared = groups.compared(desk, session, questionnaire, way, language)
        if compared.groups:
            tables.append(made.compared(way.label, compared.groups))
    return tables


def _texts(
    desk: Desk, session: Session, questionnaire: Questionnaire, language: Language
) -> Iterator[tuple[int, str, str]]:
    for question in questionnaire.questions:
        if question.kind == QuestionKind.TEXT:
            for text in _written(desk, session, questionnaire, question):
                yield question.position + 1, question.text(language), text


def _written(desk: Desk, session: Session, questionnaire: Questionnaire, question: Question) -> Iterator[str]:
    after: str | None = None
    while True:
        page = written.listed(desk, session, questionnaire, question, limit=_AT_ONCE, after=after)
        yield from (each.text for each in page.rows)
        if page.after is None:
            return
        after = page.after
