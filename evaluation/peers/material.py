"""The records as every peer gets them: their texts in both languages, and the passages that the desk searches."""

from __future__ import annotations

from typing import Any

from desk.guidance.record import LANGUAGES, GuidanceRecord
from knowledge.engine.index.passages import passages_of


def passages(record: GuidanceRecord) -> list[str]:
    """What the desk's search cuts the record into, as it is written."""
    return [passage.text for passage in passages_of(0, record)]


def as_data(record: GuidanceRecord) -> dict[str, Any]:
    """The record for a peer in another process: id, titles, questions, answers and passages."""
    return {
        "id": record.id,
        "titles": [record.title[language] for language in LANGUAGES],
        "questions": [question for language in LANGUAGES for question in record.questions[language]],
        "answers": [record.answer[language] for language in LANGUAGES],
        "passages": passages(record),
    }
