"""The results: what was answered to each question, how sure that is, and how groups of people differ.

Of fewer than ENOUGH answers only counts are given; of an anonymous questionnaire that few finished, nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.desk import Desk
from desk.figures.statistics import ENOUGH, Interval, mean_interval, mean_of, share_interval
from desk.questionnaires.model import LEVELS, Answer, Question, QuestionKind, Questionnaire, Response
from desk.questionnaires.tracking import Tracked, tracked

#: What groups are made by: of a named questionnaire the matter's topic or region, of any the answer to one choice.
By = Literal["topic", "region"] | int
#: The levels that stand for satisfied, or for agreeing.
_HIGH = (4, 5)


@dataclass(frozen=True)
class Share:
    """A part of those who answered; the interval is there where they are enough."""

    count: int
    share: float | None
    interval: Interval | None


@dataclass(frozen=True)
class Answered:
    """What was said to one question.

    ``counts`` has a place for each level (1 to 5) or option; of a text it is empty. ``skipped`` were asked and passed
    it. Whoever may choose several is counted in each option, so that the shares need not add up to one.
    """

    question: Question
    answered: int
    skipped: int
    counts: tuple[int, ...]

    @property
    def is_enough(self) -> bool:
        return self.answered >= ENOUGH

    @property
    def shares(self) -> tuple[Share, ...]:
        return tuple(self._share(count) for count in self.counts)

    @property
    def high(self) -> Share | None:
        """The share of levels 4 and 5."""
        if self.question.kind != QuestionKind.LEVEL:
            return None
        return self._share(sum(self.counts[level - 1] for level in _HIGH))

    @property
    def mean(self) -> float | None:
        return mean_of(self.counts) if self._has_mean else None

    @property
    def mean_interval(self) -> Interval | None:
        return mean_interval(self.counts) if self._has_mean else None

    @property
    def _has_mean(self) -> bool:
        return self.question.kind == QuestionKind.LEVEL and self.is_enough

    def _share(self, count: int) -> Share:
        if not self.is_enough:
            return Share(count, None, None)
        return Share(count, count / self.answered, share_interval(count, self.answered))


@dataclass(frozen=True)
class Results:
    """``questions`` is empty where ``hidden``: so few finished that one could tell who said what."""

    tracked: Tracked
    finished: int
    hidden: bool
    questions: tuple[Answered, ...]


@dataclass(frozen=True)
class Group:
    """People who are compared with others: ``key`` is a topic, the code of a unit, or the place of an option."""

    key: str
    people: int
    questions: tuple[Answered, ...]


@dataclass(frozen=True)
class Comparison:
    """``groups`` have at least ENOUGH people each; ``others`` are the people of all smaller ones and of none.

    ``hidden``: of an anonymous questionnaire so few are in no group that one could tell their answers.
    """

    groups: tuple[Group, ...]
    others: int
    hidden: bool = False


def results(desk: Desk, session: Session, questionnaire: Questionnaire) -> Results:
    """What was answered by those who handed it in."""
    responses = _finished(session, questionnaire)
    hidden = questionnaire.anonymous and len(responses) < desk.rules.questionnaires.anonymous_from
    counted = () if hidden else _counted(session, questionnaire, responses)
    return Results(tracked(session, questionnaire), len(responses), hidden, counted)


def comparable_by(questionnaire: Questionnaire) -> tuple[By, ...]:
    """By what its answers can be compared; an anonymous one keeps no topic and no region with them."""
    matters: tuple[By, ...] = () if questionnaire.anonymous else ("topic", "region")
    choices = (q.id for q in questionnaire.questions if q.kind == QuestionKind.CHOICE and not q.several)
    return (*matters, *choices)


def compared(desk: Desk, session: Session, questionnaire: Questionnaire, by: By) -> Comparison:
    """The level questions by groups of people, the largest first; raises ValueError for what cannot be compared by."""
    if by not in comparable_by(questionnaire):
        raise ValueError(f"questionnaire {questionnaire.id} cannot be compared by {by!r}")
    responses = _finished(session, questionnaire)
    keys = _keys(session, responses, by)
    members: dict[str, list[Response]] = defaultdict(list)
    for response in responses:
        if (key := keys.get(response.id)) is not None:
            members[key].append(response)
    enough = {key: those for key, those in members.items() if len(those) >= ENOUGH}
    others = len(responses) - sum(map(len, enough.values()))
    if questionnaire.anonymous and 0 < others < desk.rules.questionnaires.anonymous_from:
        return Comparison((), others, hidden=True)
    levels = [question for question in questionnaire.questions if question.kind == QuestionKind.LEVEL]
    groups = [Group(key, len(those), _counted(session, questionnaire, those, levels)) for key, those in enough.items()]
    return Comparison(tuple(sorted(groups, key=lambda group: (-group.people, group.key))), others)


def _finished(session: Session, questionnaire: Questionnaire) -> list[Response]:
    query = select(Response).where(Response.questionnaire_id == questionnaire.id, Response.finished)
    return list(session.scalars(query))


def _keys(session: Session, responses: Iterable[Response], by: By) -> Mapping[str, str | None]:
    if by == "topic":
        return {response.id: response.topic for response in responses}
    if by == "region":
        return {response.id: response.region for response in responses}
    chosen = select(Answer.response_id, Answer.options).where(Answer.question_id == by, Answer.options.is_not(None))
    return {response: str(options[0]) for response, options in session.execute(chosen) if options}


def _counted(
    session: Session,
    questionnaire: Questionnaire,
    responses: Sequence[Response],
    questions: Sequence[Question] | None = None,
) -> tuple[Answered, ...]:
    asked = questionnaire.questions if questions is None else questions
    members = {response.id for response in responses}
    rows = session.execute(
        select(Answer.response_id, Answer.question_id, Answer.level, Answer.options, Answer.text.is_not(None)).where(
            Answer.question_id.in_([question.id for question in asked])
        )
    )
    said: dict[int, list[tuple[int | None, list[int] | None, bool]]] = defaultdict(list)
    for response, question, level, options, has_words in rows:
        if response in members:
            said[question].append((level, options, has_words))
    return tuple(_of_question(question, said[question.id], len(members)) for question in asked)


def _of_question(
    question: Question, said: Sequence[tuple[int | None, list[int] | None, bool]], people: int
) -> Answered:
    counts: tuple[int, ...] = ()
    match QuestionKind(question.kind):
        case QuestionKind.LEVEL:
            counts = tuple(sum(level == each for level, _, _ in said) for each in LEVELS)
            answered = sum(counts)
        case QuestionKind.CHOICE:
            places = range(len(question.options))
            counts = tuple(sum(place in (options or ()) for _, options, _ in said) for place in places)
            answered = sum(bool(options) for _, options, _ in said)
        case QuestionKind.TEXT:
            answered = sum(has_words for _, _, has_words in said)
    return Answered(question, answered, people - answered, counts)
