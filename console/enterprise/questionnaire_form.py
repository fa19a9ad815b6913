"""The questions of a questionnaire as fields of a form, and what was said in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console.web.typed import words
from desk.desk import Desk
from desk.guidance.record import Language
from desk.questionnaires.answering import Given
from desk.questionnaires.model import LEVELS, Answer, Question, QuestionKind
from desk.questionnaires.words import level_name, option_name

Fields = Mapping[str, str]


@dataclass(frozen=True)
class ShownChoice:
    """One level or option: the name and value of its field, its words, and whether it is chosen."""

    name: str
    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True)
class ShownQuestion:
    """A question as a page shows it; ``name`` is of its field, and of what may be refused in it."""

    id: int
    name: str
    number: int
    kind: str
    text: str
    optional: bool
    several: bool
    choices: Sequence[ShownChoice]
    written: str
    longest: int
    error: str = ""


def field_of(question: Question) -> str:
    """The field of a question; the desk calls what it refuses the same."""
    return f"question_{question.id}"


def given_in(fields: Fields, question: Question) -> Given:
    """What the form says to a question. What is no level and no option is passed on as one that does not exist."""
    name = field_of(question)
    match QuestionKind(question.kind):
        case QuestionKind.TEXT:
            return Given(text=words(fields, name) or None)
        case QuestionKind.LEVEL:
            return Given(level=_number(fields[name])) if fields.get(name) else Given()
        case QuestionKind.CHOICE if question.several:
            places = [place for place in range(len(question.options)) if fields.get(f"{name}_{place}")]
            return Given(options=places) if places else Given()
        case _:
            return Given(options=[_number(fields[name])]) if fields.get(name) else Given()


def fields_of(question: Question, answer: Answer | None) -> dict[str, str]:
    """What was answered before, as the form would send it."""
    name = field_of(question)
    if answer is None or answer.is_skipped:
        return {}
    if answer.text is not None:
        return {name: answer.text}
    if answer.level is not None:
        return {name: str(answer.level)}
    chosen = answer.options or []
    return {f"{name}_{place}": "yes" for place in chosen} if question.several else {name: str(chosen[0])}


def shown(desk: Desk, question: Question, fields: Fields, language: Language, error: str = "") -> ShownQuestion:
    name = field_of(question)
    return ShownQuestion(
        id=question.id,
        name=name,
        number=question.position + 1,
        kind=question.kind,
        text=question.text(language),
        optional=question.optional,
        several=question.several,
        choices=_choices(desk, question, fields, language),
        written=fields.get(name, ""),
        longest=question.longest or 0,
        error=error,
    )


def in_words(desk: Desk, question: Question, answer: Answer | None, language: Language) -> list[str]:
    """What was answered, to be read before it is handed in; empty where the question was skipped."""
    if answer is None or answer.is_skipped:
        return []
    if answer.text is not None:
        return [answer.text]
    if answer.level is not None:
        return [level_name(desk, question, answer.level, language)]
    return [option_name(question, place, language) for place in answer.options or []]


def _choices(desk: Desk, question: Question, fields: Fields, language: Language) -> list[ShownChoice]:
    name = field_of(question)
    match QuestionKind(question.kind):
        case QuestionKind.LEVEL:
            named = [(str(level), level_name(desk, question, level, language)) for level in reversed(LEVELS)]
        case QuestionKind.CHOICE:
            named = [(str(place), option_name(question, place, language)) for place in range(len(question.options))]
        case _:
            return []
    if question.several:
        return [
            ShownChoice(f"{name}_{place}", "yes", said, bool(fields.get(f"{name}_{place}"))) for place, said in named
        ]
    return [ShownChoice(name, value, said, fields.get(name) == value) for value, said in named]


def _number(typed: str) -> int:
    return int(typed) if typed.isdecimal() and len(typed) < 4 else -1
