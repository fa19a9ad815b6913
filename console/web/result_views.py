"""The results of a questionnaire as staff and everybody see them: each question with its sentence, plot and table."""

from __future__ import annotations

from dataclasses import dataclass

from desk.plots.drawing import Plot
from desk.questionnaires.report.pictures import ResultPictures
from desk.questionnaires.report.sentences import Sentences
from desk.questionnaires.report.tables import ResultTables
from desk.questionnaires.report.told import Told, ToldQuestion
from desk.tables.table import Table


@dataclass(frozen=True)
class Asked:
    """One question: what came of it in a sentence, drawn, and in numbers."""

    question: ToldQuestion
    says: str
    plot: Plot | None
    table: Table | None


def asked_of(told: Told, says: Sentences, tables: ResultTables) -> list[Asked]:
    pictures = ResultPictures(says)
    return [
        Asked(
            question,
            says.question(question),
            pictures.of_question(question),
            tables.of_question(question) if question.cells and question.answered else None,
        )
        for question in told.questions
    ]
