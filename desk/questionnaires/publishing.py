"""Publishing: a summary that everybody may read, frozen, in which no number of people is smaller than the limit.

Small cells are joined with others, never left out by themselves: what is left out can be reckoned from the rest. So
wherever cells were joined, nothing else (a mean, its interval) is told from which they could be taken apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.desk import Desk
from desk.figures.statistics import ENOUGH, Interval, share_interval
from desk.paging import Page, page_of
from desk.people.model import Officer
from desk.questionnaires import service, written
from desk.questionnaires.model import Question, QuestionKind, Questionnaire, QuestionnaireState, Step
from desk.questionnaires.permissions import QuestionnaireRefused, must_be, must_lead
from desk.questionnaires.results import Answered, Results, results
from desk.working_time.hours import local_day

#: How levels are joined, the finest first: every one, both ends, and only the upper end against the rest.
_JOINED: tuple[tuple[tuple[int, ...], ...], ...] = (
    ((1,), (2,), (3,), (4,), (5,)),
    ((1, 2), (3,), (4, 5)),
    ((1, 2, 3), (4, 5)),
)


def publish(desk: Desk, session: Session, questionnaire: Questionnaire, officer: Officer) -> None:
    """Freeze the summary for everybody to read; raises QuestionnaireRefused."""
    must_lead(officer, questionnaire.unit)
    must_be(questionnaire, QuestionnaireState.CLOSED)
    questionnaire.published = summary(desk, session, questionnaire)
    questionnaire.state = QuestionnaireState.PUBLISHED.value
    questionnaire.published_by, questionnaire.published_at = officer, desk.now()
    service.note(desk, session, questionnaire, officer.actor, Step.PUBLISHED)


def summary(desk: Desk, session: Session, questionnaire: Questionnaire) -> dict[str, Any]:
    """What would be published now; raises QuestionnaireRefused where too few have finished.

    {"title", "introduction", "unit": {"vi", "en"}, "kind", "anonymous", "opened", "closed" (days), "invited",
    "finished", "rate", "rate_interval", "questions": [{"kind", "text", "scale", "options", "several", "answered",
    "cells", "mean", "mean_interval", "texts": [{"text", "language"}]}]}. ``invited`` are those who got it. A cell is
    {"of", "count", "share", "interval"}: ``of`` are levels, or places of options, one or several joined. ``answered``
    is None where too few answered; shares, means and intervals ([low, high]) are None of fewer than 20 answers.
    """
    found = results(desk, session, questionnaire)
    least = desk.rules.questionnaires.cell
    if found.finished < least:
        raise QuestionnaireRefused("questionnaire.refused.few_answers", least=least)
    return {
        "title": _both(questionnaire.title),
        "introduction": _both(questionnaire.introduction),
        "unit": _both(questionnaire.unit.name),
        "kind": questionnaire.kind,
        "anonymous": questionnaire.anonymous,
        "opened": local_day(questionnaire.opened_at or desk.now()).isoformat(),
        "closed": local_day(questionnaire.closed_at or desk.now()).isoformat(),
        **_rate(found),
        "questions": [_question(desk, session, each, least) for each in found.questions],
    }


def published(
    session: Session, *, limit: int, after: str | None = None, before: str | None = None
) -> Page[Questionnaire]:
    """A page of what everybody may read, the newest first; raises BadCursor."""
    query = select(Questionnaire).where(Questionnaire.state == QuestionnaireState.PUBLISHED.value)
    return page_of(
        session,
        query,
        (Questionnaire.id,),
        key=lambda row: (row.id,),
        limit=limit,
        descending=True,
        after=after,
        before=before,
    )


def published_summary(session: Session, id: int) -> dict[str, Any] | None:
    """The frozen summary of a questionnaire; None where it is not published."""
    found = session.get(Questionnaire, id)
    return found.published if found is not None and found.state == QuestionnaireState.PUBLISHED else None


def _rate(found: Results) -> dict[str, Any]:
    told = found.tracked
    return {
        "invited": told.delivered,
        "finished": found.finished,
        "rate": told.response_rate,
        "rate_interval": _interval(told.rate_interval),
    }


def _question(desk: Desk, session: Session, answered: Answered, least: int) -> dict[str, Any]:
    question = answered.question
    cells = _cells(question, answered.counts, answered.answered, least)
    is_whole = len(cells) == len(answered.counts)
    texts = written.released(desk, session, question)
    return {
        "kind": question.kind,
        "text": _both(question.text),
        "scale": question.scale,
        "options": question.options,
        "several": question.several,
        "answered": answered.answered if answered.answered >= least else None,
        "cells": [_cell(of, count, answered.answered) for of, count in cells],
        "mean": answered.mean if is_whole else None,
        "mean_interval": _interval(answered.mean_interval) if is_whole else None,
        "texts": [{"text": text.text, "language": text.language} for text in texts],
    }


def _cells(question: Question, counts: Sequence[int], answered: int, least: int) -> list[tuple[list[int], int]]:
    """Levels or places of options, with the people of each cell; none where even joined ones are too small."""
    if answered < least:
        return []
    match QuestionKind(question.kind):
        case QuestionKind.LEVEL:
            return joined_levels(counts, least)
        case QuestionKind.CHOICE if question.several:
            # Who chose an option and who did not are both cells.
            big = [place for place, count in enumerate(counts) if count >= least and answered - count >= least]
            return [([place], counts[place]) for place in big]
        case QuestionKind.CHOICE:
            return joined_options(counts, least)
    return []


def joined_levels(counts: Sequence[int], least: int) -> list[tuple[list[int], int]]:
    """The finest of the ways to join neighbouring levels in which no cell is below ``least``."""
    for way in _JOINED:
        cells = [(list(levels), sum(counts[level - 1] for level in levels)) for levels in way]
        if all(count >= least for _, count in cells):
            return cells
    return []


def joined_options(counts: Sequence[int], least: int) -> list[tuple[list[int], int]]:
    """The options that are large enough each by itself, and all the others as one, with as many as that takes."""
    by_size = sorted(range(len(counts)), key=lambda place: (counts[place], place))
    small = [place for place in by_size if counts[place] < least]
    for place in by_size[len(small) :]:
        if not small or (len(small) > 1 and sum(counts[each] for each in small) >= least):
            break
        small.append(place)
    if len(small) == len(counts):
        return []
    cells = [([place], counts[place]) for place in range(len(counts)) if place not in small]
    return [*cells, (sorted(small), sum(counts[place] for place in small))] if small else cells


def _cell(of: list[int], count: int, answered: int) -> dict[str, Any]:
    is_enough = answered >= ENOUGH
    return {
        "of": of,
        "count": count,
        "share": count / answered if is_enough else None,
        "interval": _interval(share_interval(count, answered)) if is_enough else None,
    }


def _interval(interval: Interval | None) -> list[float] | None:
    return [interval.low, interval.high] if interval is not None else None


def _both(say: Any) -> dict[str, str]:
    return {language: say(language) for language in ("vi", "en")}
