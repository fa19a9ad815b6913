"""Groups of people side by side: by what a questionnaire's answers can be compared, and what the groups are called."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from desk.desk import Desk
from desk.guidance.record import Language
from desk.questionnaires import results, service
from desk.questionnaires.model import Questionnaire
from desk.questionnaires.report.told import ToldQuestion, of_answered
from desk.questionnaires.results import By
from desk.units import service as units


@dataclass(frozen=True)
class Way:
    """One way to compare: its key in an address, and what it is called."""

    key: str
    label: str


@dataclass(frozen=True)
class ToldGroups:
    """``groups``: label, people and the questions with levels; ``others`` are in smaller groups or in none.

    ``hidden``: so few are in no group that one could tell their answers from those of the others.
    """

    way: Way
    groups: tuple[tuple[str, int, tuple[ToldQuestion, ...]], ...]
    others: int
    hidden: bool


def ways(desk: Desk, questionnaire: Questionnaire, language: Language) -> list[Way]:
    """By what it can be compared."""
    questions = {question.id: question for question in questionnaire.questions}
    found = []
    for by in results.comparable_by(questionnaire):
        if isinstance(by, int):
            found.append(Way(str(by), f"{questions[by].position + 1}. {questions[by].text(language)}"))
        else:
            found.append(Way(by, desk.texts.say(f"results.by.{by}", language)))
    return found


def compared(desk: Desk, session: Session, questionnaire: Questionnaire, way: Way, language: Language) -> ToldGroups:
    by: By = int(way.key) if way.key.isdecimal() else "topic" if way.key == "topic" else "region"
    found = results.compared(desk, session, questionnaire, by)
    told = tuple(
        (
            _label(desk, session, questionnaire, by, group.key, language),
            group.people,
            tuple(of_answered(desk.texts, each, language) for each in group.questions),
        )
        for group in found.groups
    )
    return ToldGroups(way, told, found.others, found.hidden)


def _label(desk: Desk, session: Session, questionnaire: Questionnaire, by: By, key: str, language: Language) -> str:
    if isinstance(by, int):
        question = service.question_of(session, questionnaire, by)
        return question.options[int(key)][language] if question is not None else key
    if by == "topic":
        return desk.texts.say(f"news.topic.{key}", language)
    unit = units.by_code(session, key)
    return unit.name(language) if unit is not None else key
