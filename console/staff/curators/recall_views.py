"""Recalls as their pages show them: plain values, for the store is closed when a page is rendered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from desk.desk import Desk
from desk.guidance.model import GuidanceVersion
from desk.guidance.record import LANGUAGES, Language
from desk.people.model import Officer
from desk.recall import permissions, report, service, words
from desk.recall.finding import Numbers
from desk.recall.model import OPEN, Recall, RecallState
from desk.speech import Block

#: Rows of a list on one page.
LISTED = 50


@dataclass(frozen=True)
class Preview:
    """The correction as it will be read in a language."""

    language: Language
    blocks: tuple[Block, ...]
    buttons: tuple[str, ...]


def title_of(session: Session, recall: Recall, language: Language) -> str:
    """The title of the text that was wrong."""
    wrong = session.get_one(GuidanceVersion, (recall.entry_id, max(recall.versions)))
    return wrong.record.title[language]


def previews(desk: Desk, session: Session, recall: Recall) -> list[Preview]:
    found = []
    for language in LANGUAGES:
        said = words.correction(desk, session, recall, (), language)
        found.append(Preview(language, said.blocks, tuple(choice.title for choice in said.choices)))
    return found


def row_of(session: Session, recall: Recall, language: Language) -> dict[str, Any]:
    """A recall in the list."""
    return {
        "id": recall.id,
        "title": title_of(session, recall, language),
        "entry": recall.entry_id,
        "state": recall.state,
        "planned_by": recall.planned_by.name,
        "planned_at": recall.planned_at,
        "chats": recall.chats,
        "report": report.of(session, recall) if recall.started_at is not None else None,
    }


def values_of(
    desk: Desk, session: Session, recall: Recall, officer: Officer, language: Language, after: str, before: str
) -> dict[str, Any]:
    """What the page of one recall shows, and what the officer may do with it."""
    is_planned, is_open = recall.state == RecallState.PLANNED, recall.state in OPEN
    begun = recall.started_at is not None
    return {
        "recall": {
            "id": recall.id,
            "entry": recall.entry_id,
            "versions": list(recall.versions),
            "corrected": recall.corrected,
            "since": recall.since,
            "state": recall.state,
            "urgent": recall.urgent,
            "planned_by": recall.planned_by.name,
            "planned_at": recall.planned_at,
            "edited_by": recall.edited_by.name,
            "started_by": recall.started_by.name if recall.started_by is not None else "",
            "started_at": recall.started_at,
            "finished_at": recall.finished_at,
            "wrong_vi": recall.wrong_vi,
            "wrong_en": recall.wrong_en,
        },
        "title": title_of(session, recall, language),
        "previews": previews(desk, session, recall),
        "numbers": service.numbers_of(session, recall) if is_planned else None,
        "report": report.of(session, recall) if begun else None,
        "beside": report.not_reached(session, recall, limit=LISTED, after=after or None, before=before or None)
        if begun
        else None,
        "still_holds": not is_open or service.still_holds(desk, session, recall),
        "may_reword": is_planned and permissions.may_plan(officer),
        "may_start": permissions.may_start(session, recall, officer),
        "is_own": is_planned and officer.id in (recall.planned_by_id, recall.edited_by_id),
        "may_pause": recall.state == RecallState.RUNNING and permissions.may_hold(session, officer),
        "may_resume": recall.state == RecallState.PAUSED and permissions.may_resume(session, officer),
        "may_stop": is_open and permissions.may_hold(session, officer),
    }


def prospect_of(found: service.Prospect) -> dict[str, Any]:
    """What a dry run found."""
    numbers: Numbers = found.numbers
    return {
        "versions": list(found.recall.versions),
        "corrected": found.wrong.corrected,
        "earlier": list(found.wrong.earlier),
        "numbers": numbers,
    }
