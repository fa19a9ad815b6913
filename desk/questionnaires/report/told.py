"""What came of a questionnaire in one language: the same shape for leaders, who see all, and for the frozen summary."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from desk.desk import Desk
from desk.figures.statistics import ENOUGH, Interval, share_interval
from desk.guidance.record import Language
from desk.questionnaires import results
from desk.questionnaires.model import LEVELS, QuestionKind, Questionnaire, QuestionnaireState
from desk.questionnaires.permissions import QuestionnaireRefused
from desk.questionnaires.results import Answered
from desk.texts import Texts
from desk.working_time.hours import local_day

#: The states in which what was answered is shown: nobody watches single answers come in.
OVER = (QuestionnaireState.CLOSED, QuestionnaireState.PUBLISHED)
#: The levels that stand for satisfied, or for agreeing.
HIGH = frozenset({4, 5})


@dataclass(frozen=True)
class Cell:
    """``of``: the levels, or places of options, that are counted here, several where small ones were joined."""

    of: tuple[int, ...]
    label: str
    count: int
    share: float | None
    interval: Interval | None


@dataclass(frozen=True)
class ToldQuestion:
    """``id`` is 0 in a published summary, and ``answered`` None where too few answered for any number.

    ``texts``: what was released of a text question, with the language in which it is written.
    """

    id: int
    number: int
    kind: str
    text: str
    several: bool
    answered: int | None
    skipped: int | None
    cells: tuple[Cell, ...]
    mean: float | None
    mean_interval: Interval | None
    texts: tuple[tuple[str, str], ...] = ()

    @property
    def is_enough(self) -> bool:
        return (self.answered or 0) >= ENOUGH

    @property
    def is_joined(self) -> bool:
        """Whether small cells were put together, so that no mean can be told."""
        return any(len(cell.of) > 1 for cell in self.cells)

    @property
    def high(self) -> Cell | None:
        """The two upper levels together, where the cells tell them."""
        upper = [cell for cell in self.cells if HIGH.issuperset(cell.of)]
        if self.kind != QuestionKind.LEVEL or not upper or not self.is_enough:
            return None
        count, answered = sum(cell.count for cell in upper), self.answered or 0
        return Cell(tuple(HIGH), "", count, count / answered, share_interval(count, answered))


@dataclass(frozen=True)
class Told:
    """``hidden``: so few finished an anonymous one that nothing of their answers is told."""

    title: str
    introduction: str
    unit: str
    anonymous: bool
    opened: dt.date | None
    closed: dt.date | None
    invited: int
    finished: int
    rate: float | None
    rate_interval: Interval | None
    questions: tuple[ToldQuestion, ...]
    hidden: bool = False


def of_results(desk: Desk, session: Session, questionnaire: Questionnaire, language: Language) -> Told:
    """What leaders see once it is closed: every count, as it is; raises QuestionnaireRefused."""
    if questionnaire.state not in OVER:
        raise QuestionnaireRefused("page.questionnaires.results_after")
    found = results.results(desk, session, questionnaire)
    return Told(
        title=questionnaire.title(language),
        introduction=questionnaire.introduction(language),
        unit=questionnaire.unit.name(language),
        anonymous=questionnaire.anonymous,
        opened=local_day(questionnaire.opened_at) if questionnaire.opened_at else None,
        closed=local_day(questionnaire.closed_at) if questionnaire.closed_at else None,
        invited=found.tracked.delivered,
        finished=found.finished,
        rate=found.tracked.response_rate,
        rate_interval=found.tracked.rate_interval,
        questions=tuple(of_answered(desk.texts, each, language) for each in found.questions),
        hidden=found.hidden,
    )


def of_answered(texts: Texts, answered: Answered, language: Language) -> ToldQuestion:
    question = answered.question
    of = LEVELS if question.kind == QuestionKind.LEVEL else range(len(question.options))
    labels = labels_of(texts, question.kind, question.scale, question.options, language)
    return ToldQuestion(
        id=question.id,
        number=question.position + 1,
        kind=question.kind,
        text=question.text(language),
        several=question.several,
        answered=answered.answered,
        skipped=answered.skipped,
        cells=tuple(
            Cell((place,), labels[place], share.count, share.share, share.interval)
            for place, share in zip(of, answered.shares, strict=False)
        ),
        mean=answered.mean,
        mean_interval=answered.mean_interval,
    )


def of_summary(texts: Texts, summary: Mapping[str, Any], language: Language) -> Told:
    """What everybody may read: the frozen summary of desk/questionnaires/publishing.py."""
    return Told(
        title=summary["title"][language],
        introduction=summary["introduction"][language],
        unit=summary["unit"][language],
        anonymous=summary["anonymous"],
        opened=dt.date.fromisoformat(summary["opened"]),
        closed=dt.date.fromisoformat(summary["closed"]),
        invited=summary["invited"],
        finished=summary["finished"],
        rate=summary["rate"],
        rate_interval=_interval(summary["rate_interval"]),
        questions=tuple(
            _question(texts, each, number, language) for number, each in enumerate(summary["questions"], start=1)
        ),
    )


def labels_of(
    texts: Texts, kind: str, scale: str | None, options: Sequence[Mapping[str, str]], language: Language
) -> dict[int, str]:
    """The words of each level, or of the option at each place."""
    if kind == QuestionKind.LEVEL:
        return {level: texts.say(f"questionnaire.level.{scale}_{level}", language) for level in LEVELS}
    return {place: option[language] for place, option in enumerate(options)}


def _question(texts: Texts, data: Mapping[str, Any], number: int, language: Language) -> ToldQuestion:
    labels = labels_of(texts, data["kind"], data["scale"], data["options"], language)
    return ToldQuestion(
        id=0,
        number=number,
        kind=data["kind"],
        text=data["text"][language],
        several=data["several"],
        answered=data["answered"],
        skipped=None,
        cells=tuple(
            Cell(
                tuple(each["of"]),
                ", ".join(labels[place] for place in each["of"]),
                each["count"],
                each["share"],
                _interval(each["interval"]),
            )
            for each in data["cells"]
        ),
        mean=data["mean"],
        mean_interval=_interval(data["mean_interval"]),
        texts=tuple((each["text"], each["language"]) for each in data["texts"]),
    )


def _interval(ends: Sequence[float] | None) -> Interval | None:
    return Interval(*ends) if ends is not None else None
