"""Gaps as their pages show them: plain values, taken from the store while it is open."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from desk.desk import Desk
from desk.gaps import reopening, standing
from desk.gaps.model import IN_DRAFT, GapGroup, GapState, GapStep, Kind
from desk.gaps.standing import Demand, Example
from desk.guidance import versions
from desk.guidance.record import Language


@dataclass(frozen=True)
class ShownGap:
    """A group in a list and at the head of its page; ``nearest`` is the title of the nearest guidance."""

    id: int
    state: str
    demand: Demand
    last_asked_at: dt.datetime
    kinds: tuple[tuple[str, int], ...]
    topic: str | None
    entry: str | None
    nearest: str
    likeness: float | None
    owner: str | None
    unit: str | None
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class ShownStep:
    """What happened; ``why`` names the desk's own reason, ``other`` is the group that it is about."""

    kind: str
    officer: str | None
    words: str | None
    why: str | None
    other: int | None
    reason: str | None
    at: dt.datetime


@dataclass(frozen=True)
class ShownGroup:
    """A group on its own page."""

    gap: ShownGap
    reason: str | None
    words: str
    draft: int | None
    settled_entry: str | None
    merged_into: int | None
    is_open: bool
    is_settled: bool
    opens_after: int | None
    steps: tuple[ShownStep, ...]


def row_of(desk: Desk, session: Session, group: GapGroup, language: Language) -> ShownGap:
    owner = standing.owner(desk, session, group, language)
    newest = versions.newest(session, group.entry) if group.entry is not None else None
    return ShownGap(
        id=group.id,
        state=group.state,
        demand=standing.demand(session, group, desk.now()),
        last_asked_at=group.last_asked_at,
        kinds=tuple((kind.value, getattr(group, kind.value)) for kind in Kind if getattr(group, kind.value)),
        topic=group.topic,
        entry=group.entry if newest is not None else None,
        nearest=newest.record.title[language] if newest is not None else "",
        likeness=group.likeness,
        owner=owner.officer,
        unit=owner.unit,
        examples=tuple(standing.examples(desk, session, group, language)),
    )


def group_of(desk: Desk, session: Session, group: GapGroup, language: Language) -> ShownGroup:
    opens_after = {
        GapState.DISMISSED: reopening.enough(group),
        GapState.PUBLISHED: reopening.STILL_ASKED,
    }
    return ShownGroup(
        gap=row_of(desk, session, group, language),
        reason=group.reason,
        words=group.words,
        draft=group.draft_id,
        settled_entry=group.settled_entry,
        merged_into=group.merged_into_id,
        is_open=group.state == GapState.OPEN,
        is_settled=group.state in (*IN_DRAFT, GapState.PUBLISHED, GapState.DISMISSED),
        opens_after=opens_after.get(GapState(group.state)),
        steps=tuple(_step(step) for step in group.steps),
    )


def _step(step: GapStep) -> ShownStep:
    detail = step.detail or {}
    return ShownStep(
        kind=step.kind,
        officer=step.officer.name if step.officer is not None else None,
        words=step.words,
        why=detail.get("why"),
        other=detail.get("into") or detail.get("of"),
        reason=detail.get("reason"),
        at=step.at,
    )
