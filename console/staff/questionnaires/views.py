"""Questionnaires as their pages show them: plain values, for the store is closed when a page is rendered."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from desk.answering.compose import day
from desk.desk import Desk
from desk.guidance.record import LANGUAGES, Language
from desk.people.model import Officer
from desk.questionnaires import checking, sampling, service
from desk.questionnaires.model import Question, QuestionKind, Questionnaire, QuestionnaireState
from desk.questionnaires.permissions import QuestionnaireRefused
from desk.questionnaires.plan import sample_of
from desk.questionnaires.tracking import Tracked, tracked
from desk.questionnaires.words import level_name
from desk.tables.shown import NOTHING, number, percent
from desk.units import service as units

#: Rows of a list on one page.
LISTED = 50


def row_of(session: Session, questionnaire: Questionnaire, language: Language) -> dict[str, Any]:
    """A questionnaire in the list."""
    told = tracked(session, questionnaire) if questionnaire.state != QuestionnaireState.DRAFT else None
    return {
        "id": questionnaire.id,
        "title": questionnaire.title(language),
        "unit": questionnaire.unit.name(language),
        "state": questionnaire.state,
        "opened_at": questionnaire.opened_at,
        "last_day": questionnaire.last_day,
        "delivered": told.delivered if told else None,
        "finished": told.finished if told else None,
        "rate": told.response_rate if told else None,
    }


def values_of(
    desk: Desk, session: Session, questionnaire: Questionnaire, officer: Officer, language: Language
) -> dict[str, Any]:
    """What the page of one questionnaire shows in the state in which it is."""
    is_draft = questionnaire.state == QuestionnaireState.DRAFT
    told = None if is_draft else tracked(session, questionnaire)
    return {
        "facts": facts_of(questionnaire, language),
        "sides": [side_of(questionnaire, code) for code in LANGUAGES],
        "questions": [question_of(desk, question) for question in questionnaire.questions],
        "sample": sample_facts(desk, session, questionnaire, language),
        "preview": service.preview(desk, session, questionnaire, officer) if is_draft else None,
        "missing": _missing(desk, questionnaire, language) if is_draft else "",
        "tracked": told,
        "rate": rate_in_words(desk, told, language) if told else "",
    }


def facts_of(questionnaire: Questionnaire, language: Language) -> dict[str, Any]:
    return {
        "id": questionnaire.id,
        "title": questionnaire.title(language),
        "unit": questionnaire.unit.name(language),
        "state": questionnaire.state,
        "anonymous": questionnaire.anonymous,
        "minutes": questionnaire.minutes,
        "last_day": questionnaire.last_day,
        "made_by": questionnaire.made_by.name,
        "made_at": questionnaire.made_at,
        "opened_by": questionnaire.opened_by.name if questionnaire.opened_by is not None else "",
        "opened_at": questionnaire.opened_at,
        "closed_at": questionnaire.closed_at,
        "published_by": questionnaire.published_by.name if questionnaire.published_by is not None else "",
        "published_at": questionnaire.published_at,
    }


def side_of(questionnaire: Questionnaire, code: Language) -> dict[str, str]:
    """What people read before and after the questions, in one language."""
    return {
        "language": code,
        "title": questionnaire.title(code),
        "introduction": questionnaire.introduction(code),
        "thanks": questionnaire.thanks(code),
    }


def question_of(desk: Desk, question: Question) -> dict[str, Any]:
    """A question with its answers in both languages, as it will be asked."""
    return {
        "number": question.position + 1,
        "kind": question.kind,
        "several": question.several,
        "optional": question.optional,
        "longest": question.longest,
        "sides": [(code, question.text(code), _answers(desk, question, code)) for code in LANGUAGES],
    }


def sample_facts(
    desk: Desk, session: Session, questionnaire: Questionnaire, language: Language
) -> list[tuple[str, str]]:
    """Who is asked, in words: what is not narrowed down is said too."""
    sample = sample_of(questionnaire)

    def say(name: str, **values: object) -> str:
        return desk.texts.say(name, language, **values)

    unit = units.by_code(session, sample.unit) if sample.unit else questionnaire.unit
    every = say("page.questionnaires.all")
    days = [day(each, language) if each else "…" for each in (sample.first, sample.last)]
    values = {
        "unit": unit.name(language) if unit is not None else sample.unit,
        "topics": ", ".join(say(f"news.topic.{topic}") for topic in sample.topics) or every,
        "days": " – ".join(days) if sample.first or sample.last else every,
        "case": say(f"page.questionnaires.case_{sample.case}"),
        "channels": ", ".join(say(f"page.channel.{channel}") for channel in sample.channels) or every,
        "languages": ", ".join(say(f"page.questionnaires.in_{code}") for code in sample.languages) or every,
        "size": number(sample.size, language) if sample.size else say("page.questionnaires.everybody"),
    }
    return [(say(f"page.questionnaires.sample_{name}"), words) for name, words in values.items()]


def left_out(preview: sampling.Preview) -> list[tuple[str, int]]:
    """Those who are left out, by the rules in the order in which they hold."""
    return [(rule.value, preview.left_out[rule]) for rule in sampling.LeftOut if preview.left_out[rule]]


def rate_in_words(desk: Desk, told: Tracked, language: Language) -> str:
    """The response rate with its interval, or why there is none."""
    if told.response_rate is None:
        return NOTHING
    share, interval = percent(told.response_rate, language, 1), told.rate_interval
    if interval is None:
        return share
    low, high = percent(interval.low, language, 1), percent(interval.high, language, 1)
    return desk.texts.say("page.questionnaires.with_interval", language, value=share, low=low, high=high)


def _answers(desk: Desk, question: Question, code: Language) -> list[str]:
    match QuestionKind(question.kind):
        case QuestionKind.LEVEL:
            return [level_name(desk, question, level, code) for level in (5, 4, 3, 2, 1)]
        case QuestionKind.CHOICE:
            return [option[code] for option in question.options]
        case QuestionKind.TEXT:
            return []


def _missing(desk: Desk, questionnaire: Questionnaire, language: Language) -> str:
    """What has to be there before it can be opened, in words; empty where all is."""
    try:
        checking.check_complete(questionnaire, desk.rules.questionnaires, desk.today())
    except QuestionnaireRefused as refused:
        name = f"page.questionnaires.field_{refused.field}"
        sentence = desk.texts.say(refused.reason, language, **refused.values)
        return f"{desk.texts.say(name, language)}: {sentence}"
    return ""
