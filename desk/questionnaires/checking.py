"""What keeps a questionnaire from being kept or opened: the first fault is raised, with the field that it is in."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from desk.guidance.record import LANGUAGES
from desk.questionnaires.limits import QuestionnaireLimits
from desk.questionnaires.model import QuestionKind, Questionnaire
from desk.questionnaires.permissions import QuestionnaireRefused
from desk.questionnaires.plan import CHANNELS, WITH_CASE, Heading, QuestionPlan, Sample, Words, heading_of
from desk.subscriptions.service import TOPICS
from desk.units import service as units
from desk.units.model import DEPARTMENT, Unit

#: Letters of a title or an option (a button), a question, an introduction or thanks, in one language.
TITLE_LENGTH, OPTION_LENGTH, QUESTION_LENGTH, TEXT_LENGTH = 120, 60, 500, 1500
LONGEST_MINUTES = 60
LEAST_OPTIONS = 2
MOST_PEOPLE = 100_000


def check_heading(heading: Heading) -> None:
    """What a draft must have: a title, and nothing too long."""
    _both("title", heading.title, TITLE_LENGTH)
    _not_too_long("introduction", heading.introduction, TEXT_LENGTH)
    _not_too_long("thanks", heading.thanks, TEXT_LENGTH)
    if not 1 <= heading.minutes <= LONGEST_MINUTES:
        raise QuestionnaireRefused("questionnaire.refused.minutes", "minutes", longest=LONGEST_MINUTES)


def check_question(question: QuestionPlan, limits: QuestionnaireLimits) -> None:
    """A question is whole from the beginning: there is nothing in it that could be left for later."""
    _both("text", question.text, QUESTION_LENGTH)
    match question.kind:
        case QuestionKind.LEVEL:
            if question.scale is None:
                raise QuestionnaireRefused("questionnaire.refused.scale", "scale")
        case QuestionKind.CHOICE:
            _check_options(question, limits)
        case QuestionKind.TEXT:
            if question.longest is None or not 1 <= question.longest <= limits.text:
                raise QuestionnaireRefused("questionnaire.refused.longest", "longest", longest=limits.text)


def _check_options(question: QuestionPlan, limits: QuestionnaireLimits) -> None:
    if not LEAST_OPTIONS <= len(question.options) <= limits.options:
        raise QuestionnaireRefused("questionnaire.refused.options", "options", least=LEAST_OPTIONS, most=limits.options)
    for option in question.options:
        _both("options", option, OPTION_LENGTH)
    for language in LANGUAGES:
        if len({getattr(option, language).strip() for option in question.options}) < len(question.options):
            raise QuestionnaireRefused("questionnaire.refused.same_options", "options")


def check_sample(session: Session, owner: Unit, sample: Sample, today: dt.date) -> None:
    """The people are those of the unit whose questionnaire it is, and the choice can have somebody in it."""
    unit = units.by_code(session, sample.unit) if sample.unit else owner
    if unit is None or not unit.is_within(owner):
        raise QuestionnaireRefused("questionnaire.refused.unit", "unit")
    if unit.code != DEPARTMENT and sample.case == "without":
        raise QuestionnaireRefused("questionnaire.refused.case_and_unit", "case")
    if sample.first and sample.last and sample.first > sample.last:
        raise QuestionnaireRefused("questionnaire.refused.days", "last")
    if sample.first and sample.first > today:
        raise QuestionnaireRefused("questionnaire.refused.days_to_come", "first")
    known = {"topics": TOPICS, "channels": CHANNELS, "languages": LANGUAGES}
    for name, words in known.items():
        if not set(getattr(sample, name)) <= set(words):
            raise QuestionnaireRefused("questionnaire.refused.unknown_word", name)
    if sample.case not in WITH_CASE:
        raise QuestionnaireRefused("questionnaire.refused.unknown_word", "case")
    if sample.size is not None and not 1 <= sample.size <= MOST_PEOPLE:
        raise QuestionnaireRefused("questionnaire.refused.size", "size", most=MOST_PEOPLE)


def check_complete(questionnaire: Questionnaire, limits: QuestionnaireLimits, today: dt.date) -> None:
    """What must be there before anybody is asked."""
    heading = heading_of(questionnaire)
    check_heading(heading)
    _both("introduction", heading.introduction, TEXT_LENGTH)
    _both("thanks", heading.thanks, TEXT_LENGTH)
    if not questionnaire.questions:
        raise QuestionnaireRefused("questionnaire.refused.no_questions", "questions")
    days = (heading.last_day - today).days if heading.last_day else 0
    if not limits.open_least <= days <= limits.open_most:
        raise QuestionnaireRefused(
            "questionnaire.refused.last_day", "last_day", least=limits.open_least, most=limits.open_most
        )


def _both(field: str, words: Words, length: int) -> None:
    if not (words.vi.strip() and words.en.strip()):
        raise QuestionnaireRefused("questionnaire.refused.both_languages", field)
    _not_too_long(field, words, length)


def _not_too_long(field: str, words: Words, length: int) -> None:
    if max(len(words.vi), len(words.en)) > length:
        raise QuestionnaireRefused("questionnaire.refused.too_long", field, length=length)
