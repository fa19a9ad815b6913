"""The results of a questionnaire for a terminal: tables, or one line of JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.table import Table

from desk.desk import Desk
from desk.questionnaires import results, written
from desk.questionnaires.model import QuestionKind
from desk.questionnaires.results import Answered
from desk.questionnaires.words import level_name, option_name


def as_json(
    told: results.Results, texts: dict[int, list[written.WrittenAnswer]], groups: results.Comparison | None
) -> dict[str, Any]:
    rate = {"response_rate": told.tracked.response_rate}
    found: dict[str, Any] = asdict(told.tracked) | rate | {"hidden": told.hidden}
    found["questions"] = [
        _plain(each) | {"texts": [text.text for text in texts.get(each.question.id, [])]} for each in told.questions
    ]
    if groups is not None:
        compared = [
            {"key": g.key, "people": g.people, "questions": list(map(_plain, g.questions))} for g in groups.groups
        ]
        found["compared"] = {"groups": compared, "others": groups.others, "hidden": groups.hidden}
    return found


def _plain(answered: Answered) -> dict[str, Any]:
    interval = answered.mean_interval
    return {
        "question": answered.question.text_en,
        "kind": answered.question.kind,
        "answered": answered.answered,
        "skipped": answered.skipped,
        "counts": list(answered.counts),
        "shares": [share.share for share in answered.shares],
        "mean": answered.mean,
        "mean_interval": [interval.low, interval.high] if interval else None,
    }


def printed(desk: Desk, answered: Answered) -> Table:
    question = answered.question
    title = f"{question.position + 1}. {question.text_en} ({answered.answered} answered){mean(answered, ' ')}"
    table = Table("answer", "count", "share", "95 %", title=title, title_justify="left")
    for place, share in enumerate(answered.shares):
        is_level = question.kind == QuestionKind.LEVEL
        name = level_name(desk, question, place + 1, "en") if is_level else option_name(question, place, "en")
        interval = f"{share.interval.low:.1%} - {share.interval.high:.1%}" if share.interval else ""
        table.add_row(name, str(share.count), share_of(share.share), interval)
    return table


def mean(answered: Answered, before: str = "") -> str:
    interval = answered.mean_interval
    if answered.mean is None or interval is None:
        return "" if before else "fewer than 20 answers"
    return f"{before}mean {answered.mean:.2f} ({interval.low:.2f} - {interval.high:.2f})"


def share_of(share: float | None) -> str:
    return f"{share:.1%}" if share is not None else "-"
